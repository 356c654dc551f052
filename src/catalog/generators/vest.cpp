// soulvan/vest and soulvan/helmet: work clothes by themselves. People wear them as dressed.cpp fits them.
#include "building.h"
#include "buildings.h"
#include "helmet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

// ---- vest ----

/// One quarter-like panel of a vest: (u, v) from the zip or spine (0) to the side (1), from hem to shoulder.
struct Panel {
    double half = 0.2, deep = 0.13, length = 0.46;
    double armpit = 0.56, neck = 0.6; ///< of the length
    double front = 1;                 ///< -1: the back
    double side = 1;                  ///< -1: the left
    std::uint64_t seed = 0;

    double inner(double v) const
    {
        double const from = front > 0 ? neck * 0.9 : 0.86;
        if (v < from) return 0;
        double const t = (v - from) / (1 - from);
        return half * 0.36 * (front > 0 ? t : std::sqrt(t));
    }
    double outer(double v) const
    {
        if (v < armpit) return half;
        double const t = (v - armpit) / (1 - armpit);
        return half * (1 - 0.22 * std::sin(std::min(1.0, t * 1.25) * std::numbers::pi / 2) + 0.02 * t);
    }
    Vec3d at(double u, double v) const
    {
        double const x = inner(v) + (outer(v) - inner(v)) * u;
        // Straight up to the breast, then over the shoulder.
        double const over = v < 0.68 ? 0 : (v - 0.68) / 0.32;
        double const d = deep * std::sqrt(std::max(0.0, 1 - over * over));
        double const y = length * v;
        double const round = std::pow(std::max(0.0, 1 - std::pow(std::min(1.0, x / half), 2.6)), 1 / 2.6);
        double const fold = 1 - 0.07 * noise({x * side, y * 0.6, front}, 9, seed) *
                                    std::min(1.0, 4 * (1 - over)) * (1 - 0.5 * v);
        return {side * x, y, front * d * round * fold};
    }
};

bool is_reflective(double u, double v, double x, double half)
{
    if ((v > 0.13 && v < 0.235) || (v > 0.385 && v < 0.49)) return true;
    return v >= 0.49 && x > half * 0.5 && x < half * 0.5 + 0.05 && u < 0.999;
}

void panel(Mesh& mesh, Panel const& p, Vec3f const& color)
{
    constexpr int columns = 16, rows = 38; // rows end where the bands do
    Finish const cloth{.look = "hi_vis", .color = color, .roughness = 0.8f, .wear = 0, .dirt = 0.12f};
    auto const corner = [&](double u, double v) {
        constexpr double h = 1e-3;
        double const u0 = std::max(0.0, u - h), u1 = std::min(1.0, u + h), v0 = std::max(0.0, v - h),
                     v1 = std::min(0.9995, v + h);
        Vec3d n = (p.at(u1, v) - p.at(u0, v)).cross(p.at(u, v1) - p.at(u, v0));
        Vec3d const here = p.at(u, v);
        if (n.dot(Vec3d(here.x, 0, here.z + p.front * 0.02)) < 0) n = -n;
        return Corner{here, n.length() > 0 ? n.normalized() : Vec3d(0, 1, 0), {here.x, here.y}, 0};
    };
    for (int j = 0; j < rows; ++j)
        for (int i = 0; i < columns; ++i) {
            double const u0 = static_cast<double>(i) / columns, u1 = (i + 1.0) / columns;
            double const v0 = static_cast<double>(j) / rows, v1 = (j + 1.0) / rows, um = (u0 + u1) / 2,
                         vm = (v0 + v1) / 2;
            if (is_reflective(um, vm, std::abs(p.at(um, vm).x), p.half))
                mesh.use({.look = "reflective"});
            else
                mesh.use(cloth);
            std::array corners{corner(u0, v0), corner(u1, v0), corner(u1, v1), corner(u0, v1)};
            Vec3d const area = (corners[1].p - corners[0].p).cross(corners[2].p - corners[0].p);
            if (area.dot(corners[0].n + corners[2].n) < 0) std::ranges::reverse(corners);
            mesh.face(corners);
        }
}

Model build_vest(Values const& v)
{
    Model model(mix64(v.seed + 200));
    auto& mesh = model.root.mesh;
    bool const orange = v.is("color", "orange");
    Vec3f const color = orange ? Vec3f(0.95f, 0.16f, 0.01f) : Vec3f(0.62f, 0.80f, 0.02f);
    Panel p{.half = v.number("chest_width") / 2,
            .deep = v.number("chest_depth") / 2,
            .length = v.number("length"),
            .seed = v.seed};
    for (double const front : {1.0, -1.0})
        for (double const side : {1.0, -1.0}) {
            p.front = front;
            p.side = side;
            panel(mesh, p, color);
        }
    // The zip.
    mesh.use({.look = "plastic", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.5f});
    p.front = p.side = 1;
    for (int k = 0; k < 26; ++k) {
        double const a = p.neck * 0.88 * k / 26, b = p.neck * 0.88 * (k + 1) / 26;
        Vec3d const low = p.at(0, a), high = p.at(0, b);
        quad(mesh, {-0.006, low.y, low.z + 0.001}, {0.006, low.y, low.z + 0.001},
             {0.006, high.y, high.z + 0.001}, {-0.006, high.y, high.z + 0.001}, {0, 0, 1}, metric(0, 1));
    }
    return model;
}

Asset describe_vest(Values const& v)
{
    Asset asset;
    asset.name = "High-visibility vest";
    asset.category = "clothing";
    asset.mount = Mount::surface;
    asset.bounds = build_vest(v).bounds(); // folds are measured
    asset.attributes = {v.word("color"), "hi_vis", "reflective"};
    asset.tags = {"vest", "safety", "worker", "clothing"};
    return asset;
}

// ---- helmet ----

constexpr double shell_gap = helmet_gap, crown = helmet_crown, rim = 0.014, peak = 0.05;

Asset describe_helmet(Values const& v)
{
    double const x = v.number("head_width") / 2 + shell_gap + rim, z = v.number("head_depth") / 2 + shell_gap;
    Asset asset;
    asset.name = "Safety helmet";
    asset.category = "clothing";
    asset.mount = Mount::surface;
    asset.bounds = Range3d({-x, 0, -z - rim}, {x, crown + 0.006, z + peak});
    asset.attributes = {v.word("color")};
    asset.tags = {"helmet", "hard hat", "safety", "worker"};
    return asset;
}

Model build_helmet(Values const& v)
{
    Model model(mix64(v.seed + 210));
    auto& mesh = model.root.mesh;
    double const rx = v.number("head_width") / 2 + shell_gap, rz = v.number("head_depth") / 2 + shell_gap;
    Finish const coat{.look = "plastic",
                      .color = paint_color(v.word("color")),
                      .roughness = 0.28f,
                      .wear = 0.2f,
                      .dirt = 0.12f};
    mesh.use(coat);
    std::vector<Vec2d> profile;
    for (int i = 0; i <= 16; ++i) {
        double const a = i * std::numbers::pi / 32;
        profile.emplace_back(i == 16 ? 0 : rx * std::pow(std::cos(a), 0.8),
                             0.012 + (crown - 0.012) * std::pow(std::sin(a), 0.92));
    }
    {
        auto const guard = mesh.place(scaled(1, 1, rz / rx));
        lathe(mesh, profile, 56);
    }
    // The rim, wider in front: closed rings of its section.
    std::vector<Path3> rings;
    int const n = 56;
    auto const ring = [&](double out, double y) {
        Path3 path;
        for (int i = 0; i < n; ++i) {
            double const a = 2 * std::numbers::pi * i / n, s = std::sin(a), c = std::cos(a);
            double const more = c > 0 ? (peak - rim) * c * c * c : 0;
            path.push_back({(rx + out * rim) * s, y - out * more * 0.12, (rz + out * rim) * c + out * more});
        }
        rings.push_back(std::move(path));
    };
    ring(-0.25, 0.004);
    ring(0.6, 0.0042);
    ring(1, 0.0062);
    ring(0.6, 0.0095);
    ring(-0.25, 0.0135);
    loft(mesh, rings, 60, false, false);
    for (double const x : {-0.032, 0.0, 0.032}) { // ridges over the crown
        Path3 way;
        for (int i = 3; i <= 13; ++i) {
            double const a = i * std::numbers::pi / 16, c = std::cos(a), s = std::sin(a);
            double const r = std::sqrt(std::max(0.0, 1 - std::pow(x / rx, 2)));
            way.push_back({x, 0.012 + (crown - 0.012) * std::pow(s * r, 0.92) - 0.001,
                           -rz * r * (c < 0 ? -1 : 1) * std::pow(std::abs(c), 0.8)});
        }
        tube(mesh, way, x == 0 ? 0.007 : 0.005, 10);
    }
    mesh.use({.look = "fabric", .color = {0.03f, 0.03f, 0.032f}, .wear = 0});
    {
        auto const guard = mesh.place(scaled(1, 1, rz / rx));
        lathe(mesh, {{rx - 0.006, 0.034}, {rx - 0.009, 0.03}, {rx - 0.009, 0.0008}, {rx - 0.006, 0.0}}, 56);
    }
    return model;
}

} // namespace

Recipe vest()
{
    return {.key = "soulvan/vest",
            .version = 1,
            .parameters = {number_parameter("chest_width", "metres, over the clothes", "0.4", 0.2, 0.7),
                           number_parameter("chest_depth", "metres, over the clothes", "0.27", 0.15, 0.6),
                           number_parameter("length", "from hem to shoulder in metres", "0.46", 0.25, 0.8),
                           word_parameter("color", "of the cloth", {"yellow", "orange"})},
            .entries = {{}},
            .describe = describe_vest,
            .build = build_vest,
            .check = {}};
}

Recipe helmet()
{
    return {
        .key = "soulvan/helmet",
        .version = 2,
        .parameters = {number_parameter("head_width", "metres", "0.18", 0.12, 0.3),
                       number_parameter("head_depth", "metres", "0.22", 0.14, 0.34),
                       word_parameter("color", "of the shell", {"white", "yellow", "blue", "orange", "red"})},
        .entries = {{}},
        .describe = describe_helmet,
        .build = build_helmet,
        .check = {}};
}

} // namespace soulvan::catalog::kit
