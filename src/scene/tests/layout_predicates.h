// Whether the predicates of the prompt format hold, by their formulas (shared data: prompts.README.md).
#pragma once

#include "layout_laws.h"

namespace soulvan::scene::laws {
inline bool each(std::vector<Seen const*> const& things, Relation const& r,
                 std::function<bool(Seen const&)> const& ok)
{
    int good = 0;
    for (auto const* a : things) good += ok(*a);
    return good >= (r.quant > 0 ? r.quant : static_cast<int>(things.size()));
}

inline bool towards(Seen const& a, std::vector<Seen const*> const& bs, Relation const& r, double sign)
{
    for (auto const* b : bs) {
        if (b == &a || gap(a, *b) > r.max_m.value_or(1e9) + 1e-6) continue;
        for (P way : {b->front, P{0, 1}}) { // its own front, or that of a picture that looks north
            if (r.frame == "object" && way.x == 0 && way.z == 1 && angle_deg(way, b->front) > 1) continue;
            if (r.frame == "view") way = {0, 1};
            if (angle_deg(a.centre - b->centre, way * sign) <= 45 + 1e-6) return true;
        }
    }
    return false;
}

inline bool around(std::vector<Seen const*> const& aa, std::vector<Seen const*> const& bs, double limit)
{
    std::vector<double> turns;
    for (auto const* a : aa) {
        if (nearest(*a, bs) > limit + 1e-6) return false;
        P const d = a->centre - bs[0]->centre;
        turns.push_back(std::atan2(d.z, d.x) * 180 / 3.14159265358979);
    }
    std::sort(turns.begin(), turns.end());
    double widest = turns.empty() ? 360 : turns.front() + 360 - turns.back();
    for (std::size_t i = 0; i + 1 < turns.size(); ++i) widest = std::max(widest, turns[i + 1] - turns[i]);
    return widest <= 200;
}

inline bool in_row(std::vector<Seen const*> const& aa, Relation const& r)
{
    for (P d : {P{1, 0}, P{0, 1}}) {
        auto const rows = rows_along(aa, d, 0.02);
        bool good = r.n <= 0 || static_cast<int>(rows.size()) == r.n;
        for (auto const& row : rows)
            good = good && (row.size() > 1 || aa.size() == 1) &&
                   (r.m <= 0 || static_cast<int>(row.size()) == r.m);
        if (good) return true;
    }
    return false;
}

inline bool in_grid(std::vector<Seen const*> const& aa, Relation const& r)
{
    for (P d : {P{1, 0}, P{0, 1}}) {
        auto const columns = rows_along(aa, d, 0.15);
        if (static_cast<int>(columns.size()) == r.n) return true;
    }
    return false;
}

inline bool stacked(std::vector<Seen const*> const& aa, int levels)
{
    std::map<int, int> heights;
    for (auto const* a : aa) {
        int level = 1;
        for (auto const* at = a; level < 50;) {
            Seen const* below = nullptr;
            for (auto const* b : aa)
                if (is_on(*at, *b)) below = b;
            if (!below) break;
            at = below, ++level;
        }
        ++heights[level];
    }
    return !heights.empty() && heights.rbegin()->first == levels && heights[1] == heights[levels];
}

inline bool corners(Sight const& sight, std::vector<Seen const*> const& aa, double limit)
{
    auto const& r = sight.layout.rooms[0];
    std::array<P, 4> const points{P{r.min_x, r.min_z}, P{r.max_x, r.min_z}, P{r.max_x, r.max_z},
                                  P{r.min_x, r.max_z}};
    std::set<int> used;
    for (auto const* a : aa) {
        int best = -1;
        for (int i = 0; i < 4; ++i)
            if (point_gap(points[static_cast<std::size_t>(i)], *a) <= limit) best = i;
        if (best < 0 || !used.insert(best).second) return false;
    }
    return true;
}

inline bool clusters(std::vector<Seen const*> left, int n)
{
    int found = 0;
    while (!left.empty()) {
        std::vector<Seen const*> todo{left.back()};
        left.pop_back();
        while (!todo.empty()) {
            auto const* a = todo.back();
            todo.pop_back();
            for (std::size_t i = 0; i < left.size();)
                if (gap(*a, *left[i]) <= 1.5)
                    todo.push_back(left[i]), left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
                else
                    ++i;
        }
        ++found;
    }
    return found == n;
}

inline bool between(Seen const& a, std::vector<Seen const*> const& ps, std::vector<Seen const*> const& qs,
                    double limit)
{
    for (auto const* p : ps)
        for (auto const* q : qs) {
            if (p == q) continue;
            P const d = q->centre - p->centre;
            double const t = dot(a.centre - p->centre, d) / std::max(1e-12, dot(d, d));
            if (t >= 0.25 && t <= 0.75 && point_segment(a.centre, p->centre, q->centre) <= limit) return true;
        }
    return false;
}

/// Whether a relation of the plan's group holds.
inline bool holds(Sight const& sight, Group const& group, Relation const& r)
{
    auto const aa = sight.of(group.id), bs = sight.of(r.other);
    if (aa.empty()) return false;
    auto const& room = sight.layout.rooms[0];
    auto const facing = [&](Seen const& a, double limit, bool mutual) {
        double const reach = nearest(a, bs) + 0.5;
        return std::any_of(bs.begin(), bs.end(), [&](Seen const* b) {
            return b != &a && (mutual || gap(a, *b) <= reach) && facing_deg(a, *b) <= limit &&
                   (!mutual || facing_deg(*b, a) <= limit);
        });
    };
    switch (r.type) {
    case RelationType::near:
        return each(aa, r, [&](Seen const& a) { return nearest(a, bs) <= r.max_m.value_or(1.5) + 1e-6; });
    case RelationType::far:
        return each(aa, r, [&](Seen const& a) { return nearest(a, bs) >= r.min_m.value_or(4) - 1e-6; });
    case RelationType::distance:
        return each(aa, r, [&](Seen const& a) {
            double const g = nearest(a, bs);
            return g >= r.min_m.value_or(0) - 1e-6 && g <= r.max_m.value_or(1e9) + 1e-6;
        });
    case RelationType::in_front_of:
    case RelationType::behind:
        return each(
            aa, r, [&](Seen const& a) { return towards(a, bs, r, r.type == RelationType::behind ? -1 : 1); });
    case RelationType::facing:
        return each(aa, r, [&](Seen const& a) { return facing(a, r.angle_deg.value_or(30), r.mutual); });
    case RelationType::facing_away:
        return each(aa, r, [&](Seen const& a) {
            auto const* b = *std::min_element(bs.begin(), bs.end(),
                                              [&](auto* p, auto* q) { return gap(a, *p) < gap(a, *q); });
            return angle_deg(a.front, b->centre - a.centre) >= 180 - r.angle_deg.value_or(30);
        });
    case RelationType::on:
    case RelationType::carried_by:
        return each(aa, r, [&](Seen const& a) {
            return std::any_of(bs.begin(), bs.end(), [&](auto* b) { return is_on(a, *b); });
        });
    case RelationType::on_or_stacked_on:
        return each(aa, r, [&](Seen const& a) {
            auto const* at = &a;
            for (int i = 0; i < 20; ++i) {
                if (std::any_of(bs.begin(), bs.end(), [&](auto* b) { return is_on(*at, *b); })) return true;
                auto const below =
                    std::find_if(aa.begin(), aa.end(), [&](auto* b) { return is_on(*at, *b); });
                if (below == aa.end()) return false;
                at = *below;
            }
            return false;
        });
    case RelationType::under:
        return each(aa, r, [&](Seen const& a) {
            return std::any_of(bs.begin(), bs.end(), [&](auto* b) {
                double lowest = 1e9;
                for (auto const& s : b->asset.supports) lowest = std::min(lowest, s.y);
                return overlap(a, *b) > 0 && a.high <= lowest;
            });
        });
    case RelationType::stacked:
        return stacked(aa, r.n);
    case RelationType::on_wall:
    case RelationType::against_wall: {
        double const limit = r.max_m.value_or(r.type == RelationType::on_wall ? 0.1 : 0.3);
        return each(aa, r, [&](Seen const& a) { return wall_gap(sight, a, r.wall) <= limit + 1e-6; });
    }
    case RelationType::in_corner:
        return corners(sight, aa, r.max_m.value_or(0.8));
    case RelationType::in_centre: {
        P const middle{(room.min_x + room.max_x) / 2, (room.min_z + room.max_z) / 2};
        double const side = std::min(room.max_x - room.min_x, room.max_z - room.min_z);
        return each(aa, r,
                    [&](Seen const& a) { return length(a.centre - middle) <= r.max_m.value_or(0.1 * side); });
    }
    case RelationType::between:
        return each(aa, r, [&](Seen const& a) {
            return between(a, bs, r.other2.empty() ? bs : sight.of(r.other2), r.max_m.value_or(1));
        });
    case RelationType::around:
        return around(aa, bs, r.max_m.value_or(0.9));
    case RelationType::each_has:
        return matched(aa, bs, std::max(1, r.n), [&](Seen const& a, Seen const& b) {
                   return gap(a, b) <= r.max_m.value_or(1.0);
               }) == static_cast<int>(aa.size());
    case RelationType::each_has_on: {
        int const wanted =
            r.alternating ? (static_cast<int>(aa.size()) + 1) / 2 : static_cast<int>(aa.size());
        return matched(aa, bs, std::max(1, r.n), [&](Seen const& a, Seen const& b) { return is_on(b, a); }) ==
               wanted;
    }
    case RelationType::in_row:
        return in_row(aa, r);
    case RelationType::in_grid:
        return in_grid(aa, r);
    case RelationType::aisle: {
        auto const widths = aisles(aa);
        return !widths.empty() && std::all_of(widths.begin(), widths.end(), [&](double w) {
            return w >= r.min_m.value_or(0) - 1e-6 && w <= r.max_m.value_or(1e9) + 1e-6;
        });
    }
    case RelationType::facing_rows:
    case RelationType::back_to_back: {
        int along = 0, against = 0;
        for (auto const* a : aa) (dot(a->front, aa[0]->front) > 0.9 ? along : against)++;
        return along > 0 && against > 0 && std::abs(along - against) <= 1;
    }
    case RelationType::clusters:
        return clusters(aa, r.n);
    case RelationType::group: {
        // One cluster at the distance that the relation allows.
        std::vector<Seen const*> todo{aa[0]}, left(aa.begin() + 1, aa.end());
        while (!todo.empty()) {
            auto const* a = todo.back();
            todo.pop_back();
            for (std::size_t i = 0; i < left.size();)
                if (gap(*a, *left[i]) <= r.max_m.value_or(1.0))
                    todo.push_back(left[i]), left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
                else
                    ++i;
        }
        return left.empty();
    }
    case RelationType::keep_free:
        for (auto const& s : sight.objects)
            if (wall_gap(sight, s, r.wall) < r.min_m.value_or(1.0)) return false;
        return true;
    default:
        return true;
    }
}

} // namespace soulvan::scene::laws
