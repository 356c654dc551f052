// The laws of a layout, measured apart from the solver: footprints, collisions, support, openings, and the
// predicates of the prompt format by their formulas (shared data: prompts.README.md).
#pragma once

#include "fake_assets.h"
#include "solve_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace soulvan::scene::laws {

struct P {
    double x, z;
};
inline P operator-(P a, P b)
{
    return {a.x - b.x, a.z - b.z};
}
inline P operator+(P a, P b)
{
    return {a.x + b.x, a.z + b.z};
}
inline P operator*(P a, double k)
{
    return {a.x * k, a.z * k};
}
inline double dot(P a, P b)
{
    return a.x * b.x + a.z * b.z;
}
inline double length(P a)
{
    return std::sqrt(dot(a, a));
}
inline double angle_deg(P a, P b)
{
    double const n = length(a) * length(b);
    return n < 1e-12 ? 180 : std::acos(std::clamp(dot(a, b) / n, -1.0, 1.0)) * 180 / 3.14159265358979;
}

/// A thing as a judge sees it: its box in the room.
struct Seen {
    Placed const* placed;
    catalog::Asset asset;
    std::array<P, 4> corner;
    P centre, front;
    double low, high;
};

inline Seen seen_of(Placed const& p, AssetSource const& source)
{
    Seen s{&p, source.describe(p.asset).value(), {}, {}, {}, 0, 0};
    double const c = std::cos(p.yaw), n = std::sin(p.yaw);
    auto const& b = s.asset.bounds;
    auto const at = [&](double x, double z) {
        return P{p.position.x + p.scale * (c * x + n * z), p.position.z + p.scale * (-n * x + c * z)};
    };
    s.corner = {at(b.min.x, b.min.z), at(b.max.x, b.min.z), at(b.max.x, b.max.z), at(b.min.x, b.max.z)};
    s.centre = (s.corner[0] + s.corner[2]) * 0.5;
    s.front = {n, c};
    s.low = p.position.y + b.min.y * p.scale;
    s.high = p.position.y + b.max.y * p.scale;
    return s;
}

/// Overlap of two convex quadrilaterals over the normals of all edges; negative: apart by at least that.
inline double overlap(Seen const& a, Seen const& b)
{
    double depth = 1e18;
    for (auto const* q : {&a.corner, &b.corner})
        for (std::size_t i = 0; i < 2; ++i) {
            P d = (*q)[i + 1] - (*q)[i];
            d = d * (1 / length(d));
            double a0 = 1e18, a1 = -1e18, b0 = 1e18, b1 = -1e18;
            for (auto p : a.corner) a0 = std::min(a0, dot(p, d)), a1 = std::max(a1, dot(p, d));
            for (auto p : b.corner) b0 = std::min(b0, dot(p, d)), b1 = std::max(b1, dot(p, d));
            depth = std::min(depth, std::min(a1, b1) - std::max(a0, b0));
        }
    return depth;
}

inline double point_segment(P p, P a, P b)
{
    P const ab = b - a;
    double const t = std::clamp(dot(p - a, ab) / std::max(1e-18, dot(ab, ab)), 0.0, 1.0);
    return length(p - (a + ab * t));
}

inline double point_gap(P p, Seen const& s)
{
    bool inside = true;
    double least = 1e18;
    for (std::size_t i = 0; i < 4; ++i) {
        P const a = s.corner[i], b = s.corner[(i + 1) % 4], e = b - a;
        // Corners run clockwise seen from above with z to the south.
        inside = inside && (e.x * (p - a).z - e.z * (p - a).x) >= -1e-12;
        least = std::min(least, point_segment(p, a, b));
    }
    return inside ? 0 : least;
}

inline double gap(Seen const& a, Seen const& b)
{
    if (overlap(a, b) >= 0) return 0;
    double least = 1e18;
    for (auto p : a.corner) least = std::min(least, point_gap(p, b));
    for (auto p : b.corner) least = std::min(least, point_gap(p, a));
    return least;
}

/// Everything that a judge knows of a layout.
struct Sight {
    Layout const& layout;
    Plan const& plan;
    std::vector<Seen> objects, structure;

    Sight(Layout const& l, Plan const& p, AssetSource const& source) : layout(l), plan(p)
    {
        for (auto const& o : l.objects) objects.push_back(seen_of(o, source));
        for (auto const& o : l.structure) structure.push_back(seen_of(o, source));
    }
    std::vector<Seen const*> of(std::string_view group) const
    {
        std::vector<Seen const*> found;
        for (auto const* list : {&objects, &structure})
            for (auto const& s : *list)
                if (s.placed->group == group) found.push_back(&s);
        return found;
    }
};

/// Whether one carries the other, directly or through what stands between.
inline bool carries(Sight const& sight, Seen const& a, Seen const& b)
{
    std::string support = b.placed->support;
    for (int i = 0; i < 20; ++i) {
        if (support == a.placed->id) return true;
        auto const* next = sight.layout.find(support);
        if (!next) return false;
        support = next->support;
    }
    return false;
}

/// Every broken law as a sentence; empty when all hold.
inline std::vector<std::string> broken(Sight const& sight)
{
    std::vector<std::string> out;
    auto const& all = sight.objects;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            auto const &a = all[i], &b = all[j];
            if (a.low >= b.high - 1e-6 || b.low >= a.high - 1e-6) continue;
            if (carries(sight, a, b) || carries(sight, b, a)) continue;
            if (overlap(a, b) > 0) {
                bool under = false; // a bin below a desk is inside its box, not in its wood
                for (auto const* pair : {&a, &b}) {
                    auto const& other = pair == &a ? b : a;
                    for (auto const& s : other.asset.supports)
                        under |= pair->high <= other.placed->position.y + s.y * other.placed->scale;
                }
                if (!under) out.push_back(a.placed->id + " penetrates " + b.placed->id);
            }
        }
    for (auto const& s : all) {
        bool inside = false;
        for (auto const& r : sight.layout.rooms) {
            bool here = r.height <= 0 || s.high <= r.height + 1e-6;
            for (auto p : s.corner)
                here = here && p.x >= r.min_x - 1e-6 && p.x <= r.max_x + 1e-6 && p.z >= r.min_z - 1e-6 &&
                       p.z <= r.max_z + 1e-6;
            inside |= here;
        }
        if (!inside) out.push_back(s.placed->id + " is outside its room");
        auto const& support = s.placed->support;
        double floor = 0; // of the room that it is in
        for (auto const& r : sight.layout.rooms)
            if (s.centre.x > r.min_x && s.centre.x < r.max_x && s.centre.z > r.min_z && s.centre.z < r.max_z)
                floor = r.floor;
        bool carried = support == "floor" && std::abs(s.low - floor) < 1e-6;
        if (support == "ceiling") carried = std::abs(s.high - sight.layout.rooms[0].height) < 1e-6;
        if (support.starts_with("wall:")) {
            auto const& r = sight.layout.rooms[0];
            double least = 1e18;
            for (auto p : s.corner)
                least = std::min({least, p.x - r.min_x, r.max_x - p.x, p.z - r.min_z, r.max_z - p.z});
            carried = least < 0.01;
        }
        for (auto const& other : all) {
            if (other.placed->id != support) continue;
            // Centre above a surface at the height of the foot, or above the top of the other's box.
            P const d = s.centre - other.centre;
            double const across = dot(d, {other.front.z, -other.front.x}), along = dot(d, other.front);
            for (auto const& q : other.asset.supports)
                carried |= std::abs(other.placed->position.y + q.y * other.placed->scale - s.low) < 1e-6 &&
                           across >= q.min_x * other.placed->scale - 0.01 &&
                           across <= q.max_x * other.placed->scale + 0.01 &&
                           along >= q.min_z * other.placed->scale - 0.01 &&
                           along <= q.max_z * other.placed->scale + 0.01;
            carried |= std::abs(other.high - s.low) < 1e-6 && point_gap(s.centre, other) == 0;
        }
        if (!carried) out.push_back(s.placed->id + " is not carried (" + support + ")");
        for (auto const& r : sight.layout.rooms)
            for (auto const& o : r.openings) {
                if (!o.passage || s.low > 2) continue;
                // The box before a door: its width, 1 m deep, 2 m high.
                bool const ns = o.wall == Wall::north || o.wall == Wall::south;
                double const face = o.wall == Wall::north   ? r.min_z
                                    : o.wall == Wall::south ? r.max_z
                                    : o.wall == Wall::west  ? r.min_x
                                                            : r.max_x;
                double const in = o.wall == Wall::north || o.wall == Wall::west ? 1 : -1;
                double const lo = std::min(face, face + in), hi = std::max(face, face + in);
                Seen box = s;
                double const a0 = o.centre - o.width / 2, a1 = o.centre + o.width / 2;
                box.corner = ns ? std::array<P, 4>{P{a0, lo}, P{a1, lo}, P{a1, hi}, P{a0, hi}}
                                : std::array<P, 4>{P{lo, a0}, P{hi, a0}, P{hi, a1}, P{lo, a1}};
                if (overlap(box, s) > 0.005) out.push_back(s.placed->id + " blocks " + o.id);
            }
    }
    std::set<std::string> ids;
    for (auto const* list : {&sight.objects, &sight.structure})
        for (auto const& s : *list)
            if (!ids.insert(s.placed->id).second) out.push_back(s.placed->id + " is there twice");
    return out;
}

// ---------------------------------------------------------------------------------------------- predicates

inline double nearest(Seen const& a, std::vector<Seen const*> const& bs)
{
    double least = 1e18;
    for (auto const* b : bs)
        if (b != &a) least = std::min(least, gap(a, *b));
    return least;
}

inline bool is_on(Seen const& a, Seen const& b)
{
    if (&a == &b || a.low < b.low || overlap(a, b) <= 0) return false;
    P const d = a.centre - b.centre;
    double const across = dot(d, {b.front.z, -b.front.x}), along = dot(d, b.front);
    for (auto const& q : b.asset.supports)
        if (std::abs(b.low + q.y - a.low) <= 0.02 && across >= q.min_x && across <= q.max_x &&
            along >= q.min_z && along <= q.max_z)
            return true;
    return b.asset.supports.empty() && std::abs(b.high - a.low) <= 0.02 && point_gap(a.centre, b) == 0;
}

inline double facing_deg(Seen const& a, Seen const& b)
{
    double best = angle_deg(a.front, b.centre - a.centre);
    // Nearest point of the footprint, by dense points of its outline.
    double least = 1e18;
    P nearest{0, 0};
    for (std::size_t i = 0; i < 4; ++i)
        for (int k = 0; k <= 50; ++k) {
            P const p = b.corner[i] + (b.corner[(i + 1) % 4] - b.corner[i]) * (k / 50.0);
            if (length(p - a.centre) < least) least = length(p - a.centre), nearest = p;
        }
    return std::min(best, angle_deg(a.front, nearest - a.centre));
}

/// Lines of things along `d`, at most 2 × deviation apart across it.
inline std::vector<std::vector<Seen const*>> rows_along(std::vector<Seen const*> things, P d,
                                                        double deviation)
{
    auto const across = [&](Seen const* s) { return dot(s->centre, {-d.z, d.x}); };
    std::stable_sort(things.begin(), things.end(), [&](auto* a, auto* b) { return across(a) < across(b); });
    std::vector<std::vector<Seen const*>> rows;
    for (auto const* s : things)
        if (!rows.empty() && across(s) - across(rows.back().front()) <= 2 * deviation + 1e-6)
            rows.back().push_back(s);
        else
            rows.push_back({s});
    return rows;
}

inline double wall_gap(Sight const& sight, Seen const& a, std::string const& wall)
{
    auto const& r = sight.layout.rooms[0];
    double least = 1e18;
    for (auto p : a.corner) {
        if (wall.empty() || wall == "west" || wall == "left") least = std::min(least, p.x - r.min_x);
        if (wall.empty() || wall == "east" || wall == "right") least = std::min(least, r.max_x - p.x);
        if (wall.empty() || wall == "north" || wall == "back") least = std::min(least, p.z - r.min_z);
        if (wall.empty() || wall == "south" || wall == "front") least = std::min(least, r.max_z - p.z);
    }
    return std::max(0.0, least);
}

/// {low, high} free widths between neighbouring rows; rows nearer than 0.6 m are one.
inline std::vector<double> aisles(std::vector<Seen const*> const& things)
{
    if (things.empty()) return {};
    P const across = things[0]->front;
    std::vector<std::array<double, 2>> spans, bands;
    for (auto const* s : things) {
        double a = 1e18, b = -1e18;
        for (auto p : s->corner) a = std::min(a, dot(p, across)), b = std::max(b, dot(p, across));
        spans.push_back({a, b});
    }
    std::sort(spans.begin(), spans.end());
    for (auto const& s : spans)
        if (!bands.empty() && s[0] - bands.back()[1] <= 0.6)
            bands.back()[1] = std::max(bands.back()[1], s[1]);
        else
            bands.push_back(s);
    std::vector<double> widths;
    for (std::size_t i = 0; i + 1 < bands.size(); ++i) widths.push_back(bands[i + 1][0] - bands[i][1]);
    return widths;
}

inline int matched(std::vector<Seen const*> const& lefts, std::vector<Seen const*> const& rights, int n,
                   std::function<bool(Seen const&, Seen const&)> const& linked)
{
    std::vector<int> owner(rights.size(), -1);
    std::function<bool(int, std::set<std::size_t>&)> const assign = [&](int i, std::set<std::size_t>& tried) {
        for (std::size_t j = 0; j < rights.size(); ++j) {
            if (tried.count(j) || !linked(*lefts[static_cast<std::size_t>(i)], *rights[j])) continue;
            tried.insert(j);
            if (owner[j] < 0 || assign(owner[j], tried)) return owner[j] = i, true;
        }
        return false;
    };
    int full = 0;
    for (std::size_t i = 0; i < lefts.size(); ++i) {
        int got = 0;
        for (int k = 0; k < n; ++k) {
            std::set<std::size_t> tried;
            got += assign(static_cast<int>(i), tried);
        }
        full += got == n;
    }
    return full;
}

/// A group of a plan, with its number stated.
inline Group some(std::string id, std::string category, int count, std::vector<Relation> relations = {})
{
    Group g;
    g.id = std::move(id);
    g.category = std::move(category);
    g.count = count;
    g.count_stated = true;
    g.relations = std::move(relations);
    return g;
}

} // namespace soulvan::scene::laws
