// soulvan/floor_marking: paint on floors: lines, zebras, hatched areas, arrows, letters; 0.8 mm above the
// floor.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double lift = 0.0008, wear_length = 4; ///< the picture of wear covers 4 m along u, 0…1 across

/// A painted strip from a to b, `wide` metres across.
void strip(Mesh& mesh, Vec2d const& a, Vec2d const& b, double wide, double offset)
{
    Vec2d const along = (b - a).normalized(), side = Vec2d(-along.y, along.x) * (wide / 2);
    auto const p = [](Vec2d const& q) { return Vec3d(q.x, lift, q.y); };
    auto const st = [&](Vec3d const& q) {
        Vec2d const d = Vec2d(q.x, q.z) - a;
        return Vec2d(d.dot(along) / wear_length + offset,
                     std::clamp(0.5 + d.dot(side) / (2 * side.length2()), 0.0, 1.0));
    };
    quad(mesh, p(a - side), p(b - side), p(b + side), p(a + side), {0, 1, 0}, st);
}

/// The part of a convex polygon where dot(normal, p) <= limit (Sutherland and Hodgman 1974).
std::vector<Vec2d> clipped(std::vector<Vec2d> const& polygon, Vec2d const& normal, double limit)
{
    std::vector<Vec2d> out;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        Vec2d const a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        double const da = normal.dot(a) - limit, db = normal.dot(b) - limit;
        if (da <= 0) out.push_back(a);
        if (da * db < 0) out.push_back(a + (b - a) * (da / (da - db)));
    }
    return out;
}

void painted(Mesh& mesh, std::vector<Vec2d> polygon, double offset)
{
    std::vector<Corner> corners;
    double area = 0;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        Vec2d const a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        area += a.x * b.y - a.y * b.x;
    }
    if (area > 0) std::reverse(polygon.begin(), polygon.end()); // x to z turns downwards
    for (auto const& p : polygon)
        corners.push_back({{p.x, lift, p.y},
                           {0, 1, 0},
                           {(p.x + 0.3 * p.y) / wear_length + offset, 0.2 + std::fmod(std::abs(p.y), 0.6)},
                           0});
    if (corners.size() >= 3) mesh.face(corners);
}

void border(Mesh& mesh, double hx, double hz, double wide, double offset)
{
    double const w = wide / 2;
    strip(mesh, {-hx, -hz + w}, {hx, -hz + w}, wide, offset);
    strip(mesh, {-hx, hz - w}, {hx, hz - w}, wide, offset + 0.31);
    strip(mesh, {-hx + w, -hz + wide}, {-hx + w, hz - wide}, wide, offset + 0.53);
    strip(mesh, {hx - w, -hz + wide}, {hx - w, hz - wide}, wide, offset + 0.77);
}

void hatch(Mesh& mesh, double hx, double hz, double offset)
{
    double const rim = std::min({0.1, hx / 3, hz / 3}), pitch = 0.5, band = 0.12;
    border(mesh, hx, hz, rim, offset);
    double const ax = hx - rim, az = hz - rim;
    Vec2d const n(std::sqrt(0.5), std::sqrt(0.5));
    double const reach = (ax + az) * std::sqrt(0.5);
    for (double at = -reach + pitch / 2; at < reach; at += pitch) {
        std::vector<Vec2d> polygon{{-ax, -az}, {ax, -az}, {ax, az}, {-ax, az}};
        polygon = clipped(clipped(polygon, n, at + band / 2), -n, -(at - band / 2));
        if (polygon.size() >= 3) painted(mesh, polygon, offset);
    }
}

void arrow(Mesh& mesh, double hx, double hz, double offset)
{
    double const head = std::min(2 * hz * 0.45, 2 * hx * 1.1), shaft = hx * 0.3;
    painted(mesh, {{-shaft, hz}, {shaft, hz}, {shaft, -hz + head}, {-shaft, -hz + head}}, offset);
    painted(mesh, {{-hx, -hz + head}, {hx, -hz + head}, {0, -hz}}, offset + 0.4);
}

/// Letters of a 6 by 6 atlas: A-Z, 0-9.
void letters(Mesh& mesh, std::string const& text, double hx, double hz)
{
    double const wide = 2 * hx / static_cast<double>(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == ' ') continue;
        int const k = c >= 'A' && c <= 'Z' ? c - 'A' : 26 + c - '0';
        Vec2d const low((k % 6) / 6.0, 1 - (k / 6 + 1) / 6.0);
        decal(mesh, {-hx + wide * (static_cast<double>(i) + 0.5), lift, 0}, {wide, 0, 0}, {0, 0, -2 * hz},
              low, low + Vec2d(1 / 6.0, 1 / 6.0), 0);
    }
}

Result<> check(Values const& v)
{
    auto const& text = v.word("text");
    if (text.size() > 12) return fail(Errc::invalid_input, "text is longer than 12 characters");
    for (char const c : text)
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' '))
            return fail(Errc::invalid_input, "text may hold A to Z, 0 to 9 and spaces only");
    return {};
}

Asset describe(Values const& v)
{
    double const hx = v.number("width") / 2, hz = v.number("length") / 2;
    Asset asset;
    asset.name = fmt::format("Floor marking, {}", v.word("kind"));
    asset.category = "floor_marking";
    asset.bounds = Range3d({-hx, 0, -hz}, {hx, lift, hz});
    asset.attributes = {v.word("color"), v.word("kind")};
    asset.tags = {"line", "paint", "marking", "lane"};
    return asset;
}

Model build(Values const& v)
{
    Model model(mix64(v.seed + 60));
    auto& mesh = model.root.mesh;
    double const hx = v.number("width") / 2, hz = v.number("length") / 2;
    double const offset = Random(v.seed).uniform();
    bool const white = v.is("color", "white");
    mesh.use({.look = white ? "line_white" : "line_yellow"});
    auto const& kind = v.word("kind");
    if (kind == "line") {
        if (hz >= hx)
            strip(mesh, {0, -hz}, {0, hz}, 2 * hx, offset);
        else
            strip(mesh, {-hx, 0}, {hx, 0}, 2 * hz, offset);
    } else if (kind == "frame") {
        border(mesh, hx, hz, std::min({0.1, hx / 2, hz / 2}), offset);
    } else if (kind == "zebra") {
        int const n = std::max(1, static_cast<int>(std::lround((2 * hz + 0.45) / 0.95)));
        double const step = n > 1 ? (2 * hz - 0.5) / (n - 1) : 0, wide = std::min(0.5, 2 * hz);
        for (int i = 0; i < n; ++i) {
            double const z = n > 1 ? -hz + 0.25 + step * i : 0;
            strip(mesh, {-hx, z}, {hx, z}, wide, offset + 0.37 * i);
        }
    } else if (kind == "hatch") {
        hatch(mesh, hx, hz, offset);
    } else if (kind == "arrow") {
        arrow(mesh, hx, hz, offset);
    } else {
        mesh.use({.look = white ? "letters_white" : "letters_yellow"});
        auto const& text = v.word("text");
        bool const blank = text.find_first_not_of(' ') == std::string::npos;
        letters(mesh, blank ? "A" : text, hx, hz);
    }
    return model;
}

} // namespace

Recipe floor_marking()
{
    return {.key = "soulvan/floor_marking",
            .version = 1,
            .parameters = {word_parameter("kind", "what is painted",
                                          {"line", "frame", "zebra", "hatch", "arrow", "letters"}),
                           number_parameter("width", "metres along x", "0.1", 0.05, 60),
                           number_parameter("length", "metres along z", "6", 0.05, 200),
                           word_parameter("color", "of the paint", {"yellow", "white"}),
                           text_parameter("text", "of letters: A to Z, 0 to 9")},
            .entries = {{{"kind", "line"}, {"width", "0.1"}, {"length", "6"}},
                        {{"kind", "zebra"}, {"width", "1.4"}, {"length", "4"}},
                        {{"kind", "hatch"}, {"width", "2.4"}, {"length", "2.4"}},
                        {{"kind", "frame"}, {"width", "1.4"}, {"length", "1.2"}},
                        {{"kind", "arrow"}, {"width", "0.6"}, {"length", "1.8"}}},
            .describe = describe,
            .build = build,
            .check = check};
}

} // namespace soulvan::catalog::kit
