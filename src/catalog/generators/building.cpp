// Openings, frames of walls, skins with holes.
#include "building.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

std::vector<std::string_view> pieces(std::string_view text, char separator)
{
    std::vector<std::string_view> out;
    while (true) {
        auto const at = text.find(separator);
        out.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

std::optional<double> metres(std::string_view text)
{
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

} // namespace

Result<std::vector<Hole>> read_openings(std::string_view text, double width, double depth, double height)
{
    std::vector<Hole> out;
    if (text.empty()) return out;
    if (text.size() > 16384) return fail(Errc::limit, "openings: more than 16 KiB of them");
    for (auto const entry : pieces(text, ';')) {
        auto const wrong = [&](std::string_view why) {
            return fail(Errc::invalid_input, "openings: \"{}\" {}", entry.substr(0, 60), why);
        };
        auto const parts = pieces(entry, ':');
        if (parts.size() != 5 || parts[0].size() != 1 || !std::string_view("nesw").contains(parts[0][0]))
            return wrong("is not of the form wall:centre:width:height:sill, with wall one of n, e, s, w");
        std::array<double, 4> numbers{};
        for (std::size_t i = 0; i < 4; ++i) {
            auto const value = metres(parts[i + 1]);
            if (!value) return wrong("holds something that is no number");
            numbers[i] = *value;
        }
        Hole const hole{parts[0][0], numbers[0], numbers[1], numbers[2], numbers[3]};
        double const half = (hole.wall == 'n' || hole.wall == 's' ? width : depth) / 2;
        if (hole.width < 0.05 || hole.height < 0.05) return wrong("is smaller than 5 cm");
        if (hole.low() < -half + 0.01 || hole.high() > half - 0.01)
            return wrong("lies beyond its wall's ends");
        if (hole.sill < 0 || hole.top() > height - 0.02) return wrong("lies beyond its wall's height");
        for (auto const& other : out)
            if (other.wall == hole.wall && hole.low() < other.high() && other.low() < hole.high() &&
                hole.sill < other.top() && other.sill < hole.top())
                return wrong("overlaps another one");
        out.push_back(hole);
    }
    return out;
}

std::vector<Parameter> shell_parameters(std::string width, std::string depth, std::string height)
{
    std::vector<std::string> cuts{"none",
                                  "roof",
                                  "roof_north",
                                  "roof_east",
                                  "roof_south",
                                  "roof_west",
                                  "roof_north_east",
                                  "roof_north_west",
                                  "roof_south_east",
                                  "roof_south_west"};
    return {number_parameter("width", "metres from east to west", std::move(width), 1, 200),
            number_parameter("depth", "metres from north to south", std::move(depth), 1, 200),
            number_parameter("height", "clear height in metres", std::move(height), 2, 40),
            text_parameter("openings", "wall:centre:width:height:sill; …, wall n, e, s or w, in metres"),
            word_parameter("cutaway", "what is left out towards a camera outside", std::move(cuts))};
}

Result<> check_shell(Values const& values)
{
    TRY(read_openings(values.word("openings"), values.number("width"), values.number("depth"),
                      values.number("height")));
    return {};
}

bool Cutaway::cuts(char wall) const
{
    return wall == 'n' ? north : wall == 'e' ? east : wall == 's' ? south : west;
}

Cutaway cutaway_of(Values const& values)
{
    auto const& word = values.word("cutaway");
    auto const has = [&](char const* part) { return word.find(part) != std::string::npos; };
    return {has("roof"), has("north"), has("east"), has("south"), has("west")};
}

std::vector<Hole> Shell::holes_of(char wall) const
{
    std::vector<Hole> out;
    for (auto const& hole : holes)
        if (hole.wall == wall) out.push_back(hole);
    return out;
}

Shell shell_of(Values const& values)
{
    Shell out;
    out.width = values.number("width");
    out.depth = values.number("depth");
    out.height = values.number("height");
    auto holes = read_openings(values.word("openings"), out.width, out.depth, out.height);
    if (holes) out.holes = *std::move(holes);
    out.cutaway = cutaway_of(values);
    out.seed = values.seed;
    return out;
}

Vec3d WallFrame::at(double u, double y, double d) const
{
    switch (wall) {
    case 'n':
        return {u, y, -face - d};
    case 's':
        return {u, y, face + d};
    case 'e':
        return {face + d, y, u};
    default:
        return {-face - d, y, u};
    }
}
Vec3d WallFrame::inward() const
{
    return (at(0, 0, -1) - at(0, 0, 0)).normalized();
}
Vec3d WallFrame::along() const
{
    return wall == 'n' || wall == 's' ? Vec3d(1, 0, 0) : Vec3d(0, 0, 1);
}

WallFrame frame_of(Shell const& shell, char wall)
{
    return {wall, (wall == 'n' || wall == 's' ? shell.depth : shell.width) / 2};
}

void quad(Mesh& mesh, Vec3d const& a, Vec3d const& b, Vec3d const& c, Vec3d const& d, Vec3d const& normal,
          Mapping const& st)
{
    std::array corners{Corner{a, {0, 0, 0}, st(a), 0}, Corner{b, {0, 0, 0}, st(b), 0},
                       Corner{c, {0, 0, 0}, st(c), 0}, Corner{d, {0, 0, 0}, st(d), 0}};
    Vec3d face = (b - a).cross(c - a) + (c - a).cross(d - a);
    if (face.dot(normal) < 0) {
        std::ranges::reverse(corners);
        face = -face;
    }
    for (auto& corner : corners) corner.n = face.normalized();
    mesh.face(corners);
}

Mapping metric(int u, int v, double metres_per_repeat, Vec2d const& offset)
{
    return [=](Vec3d const& p) { return Vec2d(p[u], p[v]) / metres_per_repeat + offset; };
}

BoxStyle veneered(Vec3d const& size, int grain, double radius, std::uint64_t seed)
{
    // The end joints of the picture's eight boards, in columns of 2048 (make_sample_textures.py: planks).
    static constexpr double joints[] = {1570, 1710, 254, 1221, 164, 591, 908, 87};
    auto const board = seed % 8;
    Vec2d const repeat(0.21, 0.1);
    Vec2d const start((joints[board] / 2048 + 0.008) / repeat.x,
                      (1 - static_cast<double>(board + 1) / 8 + 0.007) / repeat.y);
    return {.radius = radius, .segments = 3, .grain = grain, .st = [=](int face, Vec3d const& at) {
                int other = 0; // neither the grain nor the face's axis
                while (other == grain || other == face / 2) ++other;
                double const along = face / 2 == grain ? at[(grain + 2) % 3] * 0.05 : at[grain] * size[grain];
                return start + Vec2d(along, at[other] * size[other]);
            }};
}

void wall_skin(Mesh& mesh, Skin const& skin, std::vector<Hole> const& holes)
{
    auto const& profile = skin.profile;
    double const low_u = profile.front().x, high_u = profile.back().x;
    std::vector<double> cuts;
    for (auto const& p : profile) cuts.push_back(p.x);
    for (auto const& hole : holes)
        for (double const u : {hole.low(), hole.high()})
            if (u > low_u && u < high_u) cuts.push_back(u);
    std::ranges::sort(cuts);
    auto const depth = [&](std::size_t piece, double u) {
        Vec2d const a = profile[piece], b = profile[piece + 1];
        return b.x - a.x < 1e-12 ? a.y : a.y + (b.y - a.y) * (u - a.x) / (b.x - a.x);
    };
    std::size_t piece = 0;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        double const ua = cuts[i], ub = cuts[i + 1], middle = (ua + ub) / 2;
        if (ub - ua < 1e-9) continue;
        while (piece + 2 < profile.size() && profile[piece + 1].x < middle) ++piece;
        double const da = depth(piece, ua), db = depth(piece, ub);
        std::vector<std::array<double, 2>> gaps;
        for (auto const& hole : holes)
            if (hole.low() < middle && middle < hole.high()) gaps.push_back({hole.sill, hole.top()});
        std::ranges::sort(gaps);
        auto const put = [&](double y0a, double y0b, double y1a, double y1b) {
            if (y1a - y0a < 1e-6 && y1b - y0b < 1e-6) return;
            std::array const local{Vec3d(ua, y0a, da), Vec3d(ub, y0b, db), Vec3d(ub, y1b, db),
                                   Vec3d(ua, y1a, da)};
            std::array<Corner, 4> corners;
            for (std::size_t k = 0; k < 4; ++k) {
                corners[k].p = skin.frame.at(local[k].x, local[k].y, local[k].z);
                corners[k].st = skin.st(local[k]);
            }
            Vec3d face = (corners[1].p - corners[0].p).cross(corners[2].p - corners[0].p) +
                         (corners[2].p - corners[0].p).cross(corners[3].p - corners[0].p);
            if ((face.dot(skin.frame.inward()) < 0) != skin.outside) {
                std::ranges::reverse(corners);
                face = -face;
            }
            for (auto& corner : corners) corner.n = face.normalized();
            mesh.face(corners);
        };
        double at = skin.low;
        double const lowest_top = std::min(skin.top(ua), skin.top(ub));
        for (auto const& [from, to] : gaps) {
            if (from >= lowest_top) break; // above this skin
            if (from > at) put(at, at, from, from);
            at = std::max(at, to);
        }
        if (skin.top(ua) > at || skin.top(ub) > at)
            put(at, at, std::max(at, skin.top(ua)), std::max(at, skin.top(ub)));
    }
}

void reveal(Mesh& mesh, WallFrame const& frame, Hole const& hole, double from, double to, bool floor,
            Mapping const& st)
{
    auto const p = [&](double u, double y, double d) { return frame.at(u, y, d); };
    double const l = hole.low(), h = hole.high(), b = hole.sill, t = hole.top();
    Vec3d const along = frame.along();
    quad(mesh, p(l, b, from), p(l, t, from), p(l, t, to), p(l, b, to), along, st);
    quad(mesh, p(h, b, from), p(h, t, from), p(h, t, to), p(h, b, to), -along, st);
    quad(mesh, p(l, t, from), p(h, t, from), p(h, t, to), p(l, t, to), {0, -1, 0}, st);
    if (floor) quad(mesh, p(l, b, from), p(h, b, from), p(h, b, to), p(l, b, to), {0, 1, 0}, st);
}

std::vector<std::array<double, 2>> solid_pieces(double low_u, double high_u, double y,
                                                std::vector<Hole> const& holes)
{
    std::vector<double> cuts{low_u, high_u};
    for (auto const& hole : holes)
        if (hole.top() > y && hole.sill < y) {
            cuts.push_back(hole.low());
            cuts.push_back(hole.high());
        }
    std::ranges::sort(cuts); // holes do not overlap, so every second piece is wall
    std::vector<std::array<double, 2>> out;
    for (std::size_t i = 0; i + 1 < cuts.size(); i += 2) out.push_back({cuts[i], cuts[i + 1]});
    return out;
}

void wall_caps(Mesh& mesh, WallFrame const& frame, double low_u, double high_u, double low, double top,
               std::vector<Hole> const& holes)
{
    auto const st = metric(0, 2, 1);
    auto const p = [&](double u, double y, double d) { return frame.at(u, y, d); };
    double const t = wall_thickness;
    for (auto const& [a, b] : solid_pieces(low_u, high_u, top - 1e-6, holes)) {
        quad(mesh, p(a, top, 0), p(b, top, 0), p(b, top, t), p(a, top, t), {0, 1, 0}, st);
        quad(mesh, p(a, low, 0), p(a, top, 0), p(a, top, t), p(a, low, t), -frame.along(), st);
        quad(mesh, p(b, low, 0), p(b, top, 0), p(b, top, t), p(b, low, t), frame.along(), st);
    }
}

std::vector<Vec2d> ribs(double low, double high, double pitch, double crest, double valley,
                        double crest_share, double flank_share)
{
    std::vector<Vec2d> out;
    int const n = std::max(1, static_cast<int>(std::lround((high - low) / pitch)));
    double const step = (high - low) / n;
    double const rest = 1 - crest_share - 2 * flank_share;
    out.emplace_back(low, valley);
    for (int i = 0; i < n; ++i) {
        double const u = low + i * step;
        out.emplace_back(u + step * rest / 2, valley);
        out.emplace_back(u + step * (rest / 2 + flank_share), crest);
        out.emplace_back(u + step * (rest / 2 + flank_share + crest_share), crest);
        out.emplace_back(u + step * (1 - rest / 2), valley);
    }
    out.emplace_back(high, valley);
    return out;
}

int hall_bays(double depth)
{
    return std::max(1, static_cast<int>(std::lround(depth / 6)));
}

} // namespace soulvan::catalog::kit

namespace soulvan::catalog {

std::vector<double> hall_lamp_rows(double width)
{
    int const n = std::max(1, static_cast<int>(std::lround(width / 6)));
    std::vector<double> out;
    for (int i = 0; i < n; ++i) out.push_back(-width / 2 + width * (i + 0.5) / n);
    return out;
}

} // namespace soulvan::catalog
