// How does a vest come to sit on a person's model? The garment of the trunk is found, copied outward and
// draped.
#include "fit_vest.h"

#include "sheet.h"

#include "layer_arrays.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace soulvan::catalog {
namespace {

/// Polygons with texture coordinates at their corners.
struct Body {
    usd::Array<Vec3f> points;
    usd::Array<std::int32_t> counts, indices;
    std::vector<Vec2f> st; ///< one a corner
};

std::vector<Vec2f> corner_coordinates(usd::Layer const& layer, usd::Path const& mesh,
                                      usd::Array<std::int32_t> const& indices, std::size_t points)
{
    auto const values = array_at<Vec2f>(layer, mesh.property("primvars:st"));
    auto const places = array_at<std::int32_t>(layer, mesh.property("primvars:st:indices"));
    auto const of = [&](std::size_t at) {
        if (!places.empty() && at < places.size()) at = static_cast<std::size_t>(places[at]);
        return at < values.size() ? values[at] : Vec2f(0, 0);
    };
    bool const by_point = places.empty() ? values.size() == points && values.size() != indices.size()
                                         : places.size() == points && places.size() != indices.size();
    std::vector<Vec2f> corners;
    if (values.empty()) return corners;
    for (std::size_t i = 0; i < indices.size(); ++i)
        corners.push_back(of(by_point ? static_cast<std::size_t>(indices[i]) : i));
    return corners;
}

/// The mesh that stands on the floor and has the most faces.
Body body_of(usd::Layer const& layer, double height)
{
    Body best;
    for (auto const& path : layer.paths()) {
        auto const points = array_at<Vec3f>(layer, path.property("points"));
        if (points.empty()) continue;
        auto const low = std::ranges::min_element(points, {}, [](Vec3f const& p) { return p.y; })->y;
        auto const counts = array_at<std::int32_t>(layer, path.property("faceVertexCounts"));
        if (low > 0.1 * height || counts.size() <= best.counts.size()) continue;
        auto const indices = array_at<std::int32_t>(layer, path.property("faceVertexIndices"));
        auto corners = corner_coordinates(layer, path, indices, points.size());
        if (corners.size() != indices.size()) continue;
        best = {points, counts, indices, std::move(corners)};
    }
    return best;
}

struct Sets {
    explicit Sets(std::size_t size) : parent(size) { std::iota(parent.begin(), parent.end(), 0u); }
    std::size_t find(std::size_t i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) { parent[find(a)] = find(b); }
    std::vector<std::size_t> parent;
};

struct Island {
    Vec3d centre{0, 0, 0};
    double area = 0;
    std::vector<std::size_t> faces; ///< places of their first corners
};

/// Faces that share a corner in space and in the texture belong together.
std::vector<Island> islands_of(Body const& body)
{
    Sets sets(body.counts.size());
    std::map<std::tuple<std::int32_t, int, int>, std::size_t> first;
    for (std::size_t face = 0, at = 0; face < body.counts.size(); ++face)
        for (int k = 0; k < body.counts[face]; ++k, ++at) {
            auto const key = std::tuple(body.indices[at], static_cast<int>(std::lround(body.st[at].x * 4096)),
                                        static_cast<int>(std::lround(body.st[at].y * 4096)));
            auto const [known, is_new] = first.emplace(key, face);
            if (!is_new) sets.join(face, known->second);
        }
    std::map<std::size_t, Island> found;
    for (std::size_t face = 0, at = 0; face < body.counts.size(); ++face) {
        auto& island = found[sets.find(face)];
        island.faces.push_back(at);
        auto const p = [&](int k) {
            return Vec3d(
                body.points[static_cast<std::size_t>(body.indices[at + static_cast<std::size_t>(k)])]);
        };
        for (int k = 2; k < body.counts[face]; ++k) {
            double const area = (p(k - 1) - p(0)).cross(p(k) - p(0)).length() / 2;
            island.area += area;
            island.centre += (p(0) + p(k - 1) + p(k)) * (area / 3);
        }
        at += static_cast<std::size_t>(body.counts[face]);
    }
    std::vector<Island> islands;
    for (auto& [root, island] : found) {
        if (island.area > 0) island.centre /= island.area;
        islands.push_back(std::move(island));
    }
    return islands;
}

/// The largest island between hip and neck: sleeves are smaller, legs and shoes lie lower.
Island const* trunk_of(std::vector<Island> const& islands, double height)
{
    Island const* best = nullptr;
    for (auto const& island : islands) {
        double const level = island.centre.y / height;
        if (level > 0.5 && level < 0.88 && (!best || island.area > best->area)) best = &island;
    }
    return best;
}

Sheet sheet_of(Body const& body, Island const& island)
{
    std::map<std::size_t, int> count_at;
    for (std::size_t face = 0, at = 0; face < body.counts.size(); ++face) {
        count_at[at] = body.counts[face];
        at += static_cast<std::size_t>(body.counts[face]);
    }
    Sheet sheet;
    std::map<std::int32_t, int> known;
    auto const vertex = [&](std::size_t corner) {
        auto const index = body.indices[corner];
        auto const [found, is_new] = known.emplace(index, static_cast<int>(sheet.base.size()));
        if (is_new) sheet.base.emplace_back(body.points[static_cast<std::size_t>(index)]);
        return found->second;
    };
    for (auto const at : island.faces)
        for (int k = 2; k < count_at[at]; ++k)
            sheet.faces.push_back({vertex(at), vertex(at + static_cast<std::size_t>(k) - 1),
                                   vertex(at + static_cast<std::size_t>(k))});
    return sheet;
}

/// The trunk's own frame: how far to the side, to the front and up a point is.
struct Trunk {
    Vec2d low{0, 0}, high{0, 0}; ///< its middle (x, z) at `low_y` and `high_y`
    double low_y = 0, high_y = 1, top = 1;
    Vec2d forward{0, 1};
    Vec2d neck{0, 0};

    double side(Vec3d const& p) const
    {
        auto const d = from_middle(p);
        return d.x * forward.y - d.y * forward.x;
    }
    double front(Vec3d const& p) const { return from_middle(p).dot(forward); }
    double from_neck(Vec3d const& p) const { return (Vec2d(p.x, p.z) - neck).length(); }

private:
    Vec2d from_middle(Vec3d const& p) const
    {
        double const t = (p.y - low_y) / (high_y - low_y);
        return Vec2d(p.x, p.z) - (low + (high - low) * t);
    }
};

Trunk measure(Sheet const& sheet)
{
    Trunk trunk;
    Range3d box;
    for (auto const& p : sheet.base) box.extendBy(p);
    double const length = box.size().y;
    auto const middle = [&](double y) {
        Range3d slice;
        for (auto const& p : sheet.base)
            if (std::abs(p.y - y) < 0.06 * length) slice.extendBy(p);
        auto const c = slice.isEmpty() ? box.center() : slice.center();
        return Vec2d(c.x, c.z);
    };
    trunk.low_y = box.min.y + 0.15 * length;
    trunk.high_y = box.min.y + 0.62 * length;
    trunk.low = middle(trunk.low_y);
    trunk.high = middle(trunk.high_y);
    trunk.top = box.max.y;
    // A trunk is wider than deep: the short axis of its cuts is the way it looks.
    double xx = 0, xz = 0, zz = 0;
    Vec3d neck(0, 0, 0);
    int rim = 0;
    for (auto const& p : sheet.base) {
        if (p.y > box.max.y - 0.03) neck += p, ++rim;
        double const level = (p.y - box.min.y) / length;
        if (level < 0.1 || level > 0.75) continue;
        Vec2d const m =
            trunk.low + (trunk.high - trunk.low) * ((p.y - trunk.low_y) / (trunk.high_y - trunk.low_y));
        double const x = p.x - m.x, z = p.z - m.y;
        xx += x * x;
        xz += x * z;
        zz += z * z;
    }
    double const turn = std::atan2(2 * xz, xx - zz) / 2; // of the long axis, from +X to +Z
    trunk.forward = {-std::sin(turn), std::cos(turn)};
    if (trunk.forward.y < 0) trunk.forward *= -1;
    trunk.neck = {neck.x / rim, neck.z / rim};
    return trunk;
}

/// Positive inside the hole for the neck: round behind, down to a point in front.
double neckline(Trunk const& trunk, VestCut const& cut, Vec3d const& p)
{
    double const side = std::abs(trunk.side(p)), front = trunk.front(p);
    double const v = std::min(p.y - (trunk.top - cut.neck_drop) - 2.4 * side, 4 * front);
    double const round = 0.092 - std::hypot(trunk.from_neck(p), p.y - trunk.top);
    return std::max(v, round);
}

constexpr double zip = 0.006, tape = 0.013;

/// Reflective bands around the trunk, and braces from the upper one over the shoulders.
struct Bands {
    double lower = 0, upper = 0;       ///< their lower edges
    double band = 0.05, brace = 0.075; ///< their width; how far to the side the braces begin
    double top() const { return upper + band; }
    bool holds(double y) const { return (y > lower && y < lower + band) || (y > upper && y < upper + band); }
};

void look_at(kit::Mesh& mesh, Trunk const& trunk, Bands const& bands, VestCut const& cut, Vec3d const& base,
             Vec3d const& p)
{
    double const side = trunk.side(p), front = trunk.front(p);
    bool const is_tape = neckline(trunk, cut, base) > -tape;
    bool const is_zip = front > 0 && std::abs(side) < zip;
    bool const is_brace =
        p.y > bands.top() && std::abs(side) > bands.brace && std::abs(side) < bands.brace + bands.band;
    if (is_zip || is_tape)
        mesh.use({.look = "fabric", .color = {0.035f, 0.035f, 0.037f}, .roughness = 0.8f, .wear = 0});
    else if (bands.holds(p.y) || is_brace)
        mesh.use({.look = "reflective"});
    else
        mesh.use({.look = "hi_vis", .color = cut.color, .roughness = 0.8f, .wear = 0, .dirt = 0.12f});
}

void emit(Sheet const& sheet, Trunk const& trunk, Bands const& bands, VestCut const& cut, kit::Mesh& out)
{
    auto const normals = sheet.normals_of(sheet.drape);
    auto const corner = [&](int v, Vec3d const& p, Vec3d const& n) {
        auto const i = static_cast<std::size_t>(v);
        return kit::Corner{p, n, {trunk.side(sheet.drape[i]), sheet.drape[i].y}, 0};
    };
    for (auto const& face : sheet.faces) {
        std::array<kit::Corner, 3> corners;
        Vec3d p(0, 0, 0), base(0, 0, 0);
        for (std::size_t k = 0; k < 3; ++k) {
            auto const i = static_cast<std::size_t>(face[k]);
            corners[k] = corner(face[k], sheet.drape[i], normals[i]);
            p += sheet.drape[i] / 3;
            base += sheet.base[i] / 3;
        }
        look_at(out, trunk, bands, cut, base, p);
        out.face(corners);
    }
    // What one sees of the cloth's edge reaches back to the clothes below.
    out.use({.look = "hi_vis", .color = cut.color * 0.6f, .roughness = 0.8f, .wear = 0, .dirt = 0.2f});
    for (auto const& [a, b] : sheet.border()) {
        auto const i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
        Vec3d const n = (sheet.drape[j] - sheet.drape[i]).cross(sheet.drape[i] - sheet.base[i]);
        if (n.length() < 1e-12) continue;
        std::array const corners{corner(b, sheet.drape[j], n), corner(a, sheet.drape[i], n),
                                 corner(a, sheet.base[i], n), corner(b, sheet.base[j], n)};
        out.face(corners);
    }
}

} // namespace

Result<> fit_vest(usd::Layer const& layer, double height, VestCut const& cut, kit::Mesh& out)
{
    auto const body = body_of(layer, height);
    auto const islands = islands_of(body);
    auto const* trunk_island = trunk_of(islands, height);
    if (!trunk_island)
        return fail(Errc::invalid_input, "the model has no trunk that a vest could be cut from");
    auto sheet = sheet_of(body, *trunk_island);
    auto const trunk = measure(sheet);
    sheet.subdivide();
    sheet.subdivide();
    sheet.keep([&](Vec3d const& p) { return neckline(trunk, cut, p); });
    sheet.keep([&](Vec3d const& p) { return cut.hem * height - p.y; });
    sheet.hang(cut.gap, 40);
    double hem = 1e9;
    for (auto const& p : sheet.drape) hem = std::min(hem, p.y);
    double const length = trunk.top - hem;
    double const small = std::clamp(length / 0.6, 0.75, 1.0); // short vests have narrow bands
    Bands bands{.band = 0.05 * small, .brace = 0.075 * small};
    bands.lower = hem + 0.12 * length;
    bands.upper = bands.lower + 2.6 * bands.band;
    for (double const level : {bands.lower, bands.lower + bands.band, bands.upper, bands.top()})
        sheet.split([&](Vec3d const&, Vec3d const& p) { return p.y - level; });
    for (double const x : {bands.brace, bands.brace + bands.band, zip})
        for (double const side : {-x, x})
            sheet.split([&](Vec3d const&, Vec3d const& p) { return trunk.side(p) - side; });
    sheet.split([&](Vec3d const& base, Vec3d const&) { return neckline(trunk, cut, base) + tape; });
    emit(sheet, trunk, bands, cut, out);
    return {};
}

} // namespace soulvan::catalog
