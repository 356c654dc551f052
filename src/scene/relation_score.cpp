// Relation scores: how far is a wish of the plan from holding?
#include "relation_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr double spare_m = 0.01; ///< kept from every limit, so that rounding decides nothing
constexpr double spare_deg = 0.5;
constexpr double far_off = 10; ///< when nothing that could be measured stands

double over(double value, double limit)
{
    return std::max(0.0, value - limit);
}

double over_degrees(double value, double limit)
{
    return over(value, limit) / 90;
}

Plan2 front_of(Site const& site, int at, std::string_view frame)
{
    return frame == "view" ? -site.view_forward : site.thing(at).front();
}

/// The least of `measure(b)` over targets that are not the thing itself.
template <class Measure>
double least(std::vector<int> const& targets, int thing, Measure&& measure)
{
    double best = std::numeric_limits<double>::infinity();
    for (int const b : targets)
        if (b != thing) best = std::min(best, measure(b));
    return best;
}

double nearest_gap(Site const& site, int a, std::vector<int> const& targets)
{
    return least(targets, a, [&](int b) { return gap(site.thing(a).solid.rect, site.thing(b).solid.rect); });
}

/// a's front to b: to its centre or its nearest point, whichever is less.
double facing_degrees(Site const& site, int a, int b)
{
    auto const& one = site.thing(a);
    auto const& two = site.thing(b).solid.rect;
    Plan2 const from = one.solid.rect.centre;
    return std::min(degrees_between(one.front(), two.centre - from),
                    degrees_between(one.front(), nearest_point(from, two) - from));
}

double facing(Site const& site, Relation const& r, int a, std::vector<int> const& targets)
{
    double const limit = facing_limit_deg(r) - spare_deg, reach = nearest_gap(site, a, targets) + 0.5;
    return least(targets, a, [&](int b) {
        if (!r.mutual && gap(site.thing(a).solid.rect, site.thing(b).solid.rect) > reach) return far_off;
        double const worst = r.mutual ? std::max(facing_degrees(site, a, b), facing_degrees(site, b, a))
                                      : facing_degrees(site, a, b);
        return over_degrees(worst, limit);
    });
}

double facing_away(Site const& site, Relation const& r, int a, std::vector<int> const& targets)
{
    double best = std::numeric_limits<double>::infinity(), turned = 0;
    for (int const b : targets) {
        double const g = gap(site.thing(a).solid.rect, site.thing(b).solid.rect);
        if (b == a || g >= best) continue;
        best = g;
        turned = degrees_between(site.thing(a).front(),
                                 site.thing(b).solid.rect.centre - site.thing(a).solid.rect.centre);
    }
    return over_degrees(180 - facing_limit_deg(r) + spare_deg, turned);
}

/// Within 45 degrees of a direction from b, and near enough.
double towards(Site const& site, Relation const& r, int a, std::vector<int> const& targets)
{
    Plan2 const right{-site.view_forward.y, site.view_forward.x};
    return least(targets, a, [&](int b) {
        Plan2 const d = site.thing(a).solid.rect.centre - site.thing(b).solid.rect.centre;
        auto const off = [&](std::string_view frame) {
            Plan2 way = front_of(site, b, frame);
            if (r.type == RelationType::behind) way = -way;
            if (r.type == RelationType::left_of || r.type == RelationType::right_of) {
                // As the thing itself sees it, its left is a quarter turn to the left of its front.
                way = frame == "view" ? right : Plan2{-way.y, way.x};
                if (r.type == RelationType::left_of) way = -way;
            }
            return over_degrees(degrees_between(d, way), 44);
        };
        double const turned = r.frame.empty() ? std::min(off("object"), off("view")) : off(r.frame);
        double const limit = r.max_m ? *r.max_m - spare_m : std::numeric_limits<double>::infinity();
        return turned + over(gap(site.thing(a).solid.rect, site.thing(b).solid.rect), limit);
    });
}

double opposite(Site const& site, Relation const& r, int a, std::vector<int> const& targets)
{
    double const limit = r.angle_deg.value_or(20) - spare_deg;
    return least(targets, a, [&](int b) {
        auto const &one = site.thing(a), &two = site.thing(b);
        Plan2 const d = two.solid.rect.centre - one.solid.rect.centre;
        return over_degrees(180 - degrees_between(one.front(), two.front()), limit) +
               over_degrees(std::max(degrees_between(one.front(), d), degrees_between(two.front(), -d)),
                            limit);
    });
}

double under(Site const& site, int a, std::vector<int> const& targets)
{
    auto const& one = site.thing(a).solid;
    return least(targets, a, [&](int b) {
        auto const& two = site.thing(b);
        Rect cover = two.solid.rect;
        double lowest = two.solid.low; // of what hangs: its lower edge
        if (two.support == "floor") {
            lowest = 1e9;
            for (auto const& s : two.asset->supports) lowest = std::min(lowest, two.pose.y + s.y * two.scale);
        } else {
            cover = cover.grown(1.0); // nothing shares the footprint of a window; 1 m before it counts
        }
        return over(one.high, lowest) + over(0.02, overlap(one.rect, cover));
    });
}

double between(Site const& site, Relation const& r, int a, std::vector<int> const& ones,
               std::vector<int> const& others)
{
    double best = far_off;
    for (int const p : ones)
        for (int const q : others) {
            if (p == q || p == a || q == a) continue;
            auto const [distance, t] =
                to_segment(site.thing(a).solid.rect.centre, site.thing(p).solid.rect.centre,
                           site.thing(q).solid.rect.centre);
            best =
                std::min(best, over(distance, r.max_m.value_or(1.0) - 0.05) + over(0.27, t) + over(t, 0.73));
        }
    return best;
}

double in_corner(Site const& site, Relation const& r, int a)
{
    auto const& one = site.thing(a);
    auto const& room = site.room_of(one);
    double best = far_off;
    for (auto const& corner : upright(room.min_x, room.min_z, room.max_x, room.max_z).corners()) {
        double taken = 0; // a corner is for one thing of the group, as long as there are corners
        for (int const b : site.state(one.group).things)
            if (site.state(one.group).things.size() <= 4 && b != a && site.thing(b).placed &&
                gap(corner, site.thing(b).solid.rect) <= corner_limit(r))
                taken = 1;
        best = std::min(best, over(gap(corner, one.solid.rect), corner_limit(r) - spare_m) + taken);
    }
    return best;
}

double in_centre(Site const& site, Relation const& r, int a)
{
    auto const& room = site.room_of(site.thing(a));
    Plan2 const centre{(room.min_x + room.max_x) / 2, (room.min_z + room.max_z) / 2};
    double const side = std::min(room.max_x - room.min_x, room.max_z - room.min_z);
    return over((site.thing(a).solid.rect.centre - centre).length(), r.max_m.value_or(0.1 * side) - spare_m);
}

double in_aisle(Site const& site, Relation const& r, int a)
{
    double best = far_off;
    Plan2 const p = site.thing(a).solid.rect.centre;
    for (auto const& s : strips_between(site, targets_of(site, r.other))) {
        double const across = p ^ s.across(), along = p ^ s.along;
        if (r.type == RelationType::at_end_of) {
            double const end = std::min((p - s.at(s.start)).length(), (p - s.at(s.end)).length());
            best = std::min(best, over(end, 2.5));
        } else {
            best = std::min(best, over(s.low, across) + over(across, s.high) + over(s.start, along) +
                                      over(along, s.end));
        }
    }
    return best;
}

/// Whether it stands on one of those, or on what stands on one.
bool rides(Site const& site, int at, std::vector<int> const& carriers)
{
    for (int below = site.thing(at).carrier; below >= 0; below = site.thing(below).carrier)
        if (std::find(carriers.begin(), carriers.end(), below) != carriers.end()) return true;
    return false;
}

} // namespace

double near_limit(Relation const& r)
{
    return r.max_m.value_or(1.5);
}
double far_limit(Relation const& r)
{
    return r.min_m.value_or(4.0);
}
double facing_limit_deg(Relation const& r)
{
    return r.angle_deg.value_or(30.0);
}
double wall_limit(Relation const& r)
{
    return r.max_m.value_or(0.3);
}
double corner_limit(Relation const& r)
{
    return r.max_m.value_or(0.8);
}

Plan2 outward(Wall wall)
{
    switch (wall) {
    case Wall::north:
        return {0, -1};
    case Wall::east:
        return {1, 0};
    case Wall::south:
        return {0, 1};
    case Wall::west:
        return {-1, 0};
    }
    return {0, 0};
}

Rect wall_face(Room const& room, Wall wall)
{
    switch (wall) {
    case Wall::north:
        return upright(room.min_x, room.min_z, room.max_x, room.min_z);
    case Wall::east:
        return upright(room.max_x, room.min_z, room.max_x, room.max_z);
    case Wall::south:
        return upright(room.min_x, room.max_z, room.max_x, room.max_z);
    case Wall::west:
        break;
    }
    return upright(room.min_x, room.min_z, room.min_x, room.max_z);
}

Plan2 direction_named(Site const& site, std::string_view word)
{
    Plan2 const forward = site.view_forward, right{-forward.y, forward.x};
    if (word == "north") return {0, -1};
    if (word == "south") return {0, 1};
    if (word == "east") return {1, 0};
    if (word == "west") return {-1, 0};
    if (word == "right") return right;
    if (word == "left") return -right;
    if (word == "back" || word == "backward" || word == "away" || word == "far") return forward;
    if (word == "front" || word == "forward" || word == "towards" || word == "near") return -forward;
    return {0, 0};
}

std::vector<Wall> walls_named(Site const& site, std::string_view word)
{
    std::vector<Wall> walls;
    Plan2 const wanted = direction_named(site, word);
    for (Wall const wall : {Wall::north, Wall::east, Wall::south, Wall::west})
        if (word.empty() || degrees_between(outward(wall), wanted) <= 45.5) walls.push_back(wall);
    return walls;
}

double wall_gap(Site const& site, Thing const& thing, std::string_view wall)
{
    double best = std::numeric_limits<double>::infinity();
    for (Wall const w : walls_named(site, wall))
        best = std::min(best, gap(thing.solid.rect, wall_face(site.room_of(thing), w)));
    return best;
}

std::vector<int> targets_of(Site const& site, std::string_view id, std::string_view which)
{
    int const at = site.group_named(id);
    if (at < 0) return {};
    std::vector<int> found;
    for (int const t : site.state(at).things)
        if (site.thing(t).placed) found.push_back(t);
    if (which.empty() || found.empty()) return found;
    Plan2 const forward = site.view_forward, right{-forward.y, forward.x};
    auto const along = [&](Plan2 d) {
        return [&site, d](int t) { return site.thing(t).solid.rect.centre ^ d; };
    };
    auto const sorted = [&](auto key) {
        auto copy = found;
        std::stable_sort(copy.begin(), copy.end(), [&](int a, int b) { return key(a) < key(b); });
        return copy;
    };
    auto const across = sorted(along(right)), depth = sorted(along(forward));
    if (which == "leftmost" || which == "left") return {across.front()};
    if (which == "rightmost" || which == "right") return {across.back()};
    if (which == "first" || which == "nearest" || which == "front") return {depth.front()};
    if (which == "last" || which == "farthest" || which == "back") return {depth.back()};
    if (which == "middle" || which == "centre" || which == "center") {
        double const spread = along(right)(across.back()) - along(right)(across.front());
        auto const& ranked = spread >= 0.1 ? across : depth;
        std::vector<int> middle(ranked.begin() + static_cast<std::ptrdiff_t>((ranked.size() - 1) / 2),
                                ranked.begin() + static_cast<std::ptrdiff_t>(ranked.size() / 2 + 1));
        return middle;
    }
    return found;
}

std::vector<Strip> strips_between(Site const& site, std::vector<int> const& rows)
{
    if (rows.empty()) return {};
    // Rows run across the fronts of most.
    Plan2 along{0, 0};
    int most = 0;
    for (int const t : rows) {
        Plan2 const f = site.thing(t).front(), d{-f.y, f.x};
        int votes = 0;
        for (int const o : rows) {
            Plan2 const g = site.thing(o).front();
            votes += std::abs(d ^ Plan2{-g.y, g.x}) > 0.98;
        }
        if (votes > most) most = votes, along = d;
        if (2 * most > static_cast<int>(rows.size())) break;
    }
    struct Band {
        double low, high, start, end;
    };
    Plan2 const across{-along.y, along.x};
    std::vector<Band> spans, bands;
    for (int const t : rows) {
        auto const c = site.thing(t).solid.rect.extent(across), l = site.thing(t).solid.rect.extent(along);
        spans.push_back({c[0], c[1], l[0], l[1]});
    }
    std::stable_sort(spans.begin(), spans.end(), [](Band const& a, Band const& b) { return a.low < b.low; });
    for (auto const& s : spans) {
        if (!bands.empty() && s.low - bands.back().high <= 0.6) {
            auto& b = bands.back();
            b = {b.low, std::max(b.high, s.high), std::min(b.start, s.start), std::max(b.end, s.end)};
        } else {
            bands.push_back(s);
        }
    }
    std::vector<Strip> strips;
    for (std::size_t i = 0; i + 1 < bands.size(); ++i) {
        Strip const s{along, bands[i].high, bands[i + 1].low, std::max(bands[i].start, bands[i + 1].start),
                      std::min(bands[i].end, bands[i + 1].end)};
        if (s.start < s.end) strips.push_back(s);
    }
    return strips;
}

double violation(Site const& site, Relation const& r, int a)
{
    auto const& one = site.thing(a);
    auto const targets = targets_of(site, r.other, r.which);
    bool const to_others = !r.other.empty();
    if (to_others && std::none_of(targets.begin(), targets.end(), [&](int b) { return b != a; })) return 0;
    switch (r.type) {
    case RelationType::near:
        return to_others ? over(nearest_gap(site, a, targets), near_limit(r) - spare_m) : 0;
    case RelationType::each_has:
        return 0; // the other things come to this one
    case RelationType::far:
        return to_others ? over(far_limit(r) + spare_m, nearest_gap(site, a, targets)) : 0;
    case RelationType::distance: {
        double const g = nearest_gap(site, a, targets);
        return over(g, r.max_m.value_or(1e9) - spare_m) + over(r.min_m.value_or(0) + spare_m, g);
    }
    case RelationType::in_front_of:
    case RelationType::behind:
    case RelationType::left_of:
    case RelationType::right_of:
        return towards(site, r, a, targets);
    case RelationType::facing:
        return to_others ? facing(site, r, a, targets) : 0;
    case RelationType::facing_away:
        return to_others ? facing_away(site, r, a, targets) : 0;
    case RelationType::opposite:
        return to_others ? opposite(site, r, a, targets) : 0;
    case RelationType::under:
        return to_others ? under(site, a, targets) : 0;
    case RelationType::on:
    case RelationType::on_or_stacked_on:
    case RelationType::carried_by:
        return to_others && !rides(site, a, targets) ? 0.5 + nearest_gap(site, a, targets) : 0;
    case RelationType::around:
        return to_others ? over(nearest_gap(site, a, targets), r.max_m.value_or(0.9) - spare_m) : 0;
    case RelationType::between:
        return between(site, r, a, targets, targets_of(site, r.other2.empty() ? r.other : r.other2));
    case RelationType::against_wall:
    case RelationType::on_wall:
        return over(wall_gap(site, one, r.wall),
                    (r.type == RelationType::on_wall ? r.max_m.value_or(0.1) : wall_limit(r)) - spare_m);
    case RelationType::in_corner:
        return in_corner(site, r, a);
    case RelationType::in_centre:
        return in_centre(site, r, a);
    case RelationType::in_aisle:
    case RelationType::at_end_of:
        return to_others ? in_aisle(site, r, a) : 0;
    default:
        return 0;
    }
}

double violation(Site const& site, int at)
{
    auto const& one = site.thing(at);
    if (one.group < 0) return 0;
    double sum = 0;
    for (auto const& r : site.group(one.group).relations) {
        if (r.quant > 0 && one.index >= r.quant) continue;
        if (r.alternating && one.index % 2 != 0) continue;
        sum += violation(site, r, at);
    }
    return sum;
}

double referred_violation(Site const& site, int group)
{
    double off = 0;
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        if (static_cast<int>(g) == group) continue;
        for (auto const& r : site.plan.groups[g].relations) {
            if (r.other.empty() ||
                (site.group_named(r.other) != group && site.group_named(r.other2) != group))
                continue;
            for (int const t : site.groups[g].things)
                if (site.thing(t).placed && (r.quant == 0 || site.thing(t).index < r.quant))
                    off += violation(site, r, t);
        }
    }
    return off;
}

bool arranges(RelationType type)
{
    switch (type) {
    case RelationType::in_row:
    case RelationType::in_grid:
    case RelationType::stacked:
    case RelationType::facing_rows:
    case RelationType::back_to_back:
    case RelationType::clusters:
    case RelationType::group:
    case RelationType::spaced:
    case RelationType::sorted_by_size:
    case RelationType::aisle:
        return true;
    default:
        return false;
    }
}

} // namespace soulvan::scene
