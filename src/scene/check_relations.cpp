// Which of a plan's relations hold? The predicates of the prompt format, on footprints and surfaces.
#include "check_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace soulvan::scene::checking {
namespace {

constexpr double degree = 3.14159265358979323846 / 180;

double nearest_gap(Member const& a, Members const& others)
{
    double least = std::numeric_limits<double>::infinity();
    for (auto const& b : others)
        if (b.thing != a.thing) least = std::min(least, gap(a.rect, b.rect));
    return least;
}

double facing_degrees(Member const& a, Member const& b)
{
    if (a.front.length() == 0) return 180;
    return std::min(degrees_between(a.front, b.rect.centre - a.rect.centre),
                    degrees_between(a.front, nearest_point(a.rect.centre, b.rect) - a.rect.centre));
}

bool faces(Member const& a, Members const& others, Relation const& r)
{
    double const limit = r.angle_deg.value_or(30), reach = nearest_gap(a, others) + 0.5;
    return std::any_of(others.begin(), others.end(), [&](Member const& b) {
        if (b.thing == a.thing || (!r.mutual && gap(a.rect, b.rect) > reach)) return false;
        return facing_degrees(a, b) <= limit && (!r.mutual || facing_degrees(b, a) <= limit);
    });
}

bool faces_away(Member const& a, Members const& others, Relation const& r)
{
    Member const* nearest = nullptr;
    for (auto const& b : others)
        if (b.thing != a.thing && (!nearest || gap(a.rect, b.rect) < gap(a.rect, nearest->rect)))
            nearest = &b;
    return nearest && a.front.length() > 0 &&
           degrees_between(a.front, nearest->rect.centre - a.rect.centre) >= 180 - r.angle_deg.value_or(30);
}

bool is_opposite(Member const& a, Members const& others, Relation const& r)
{
    double const limit = r.angle_deg.value_or(30);
    return std::any_of(others.begin(), others.end(), [&](Member const& b) {
        return b.thing != a.thing && degrees_between(a.front, -b.front) <= limit &&
               facing_degrees(a, b) <= limit && facing_degrees(b, a) <= limit;
    });
}

/// In the stated direction from some b, seen by the camera or by b itself.
bool is_towards(PlanView const& view, Member const& a, Members const& others, Relation const& r)
{
    auto const turned = [&](Plan2 const& front) { // `front` is where "in front of" lies
        Plan2 const left{front.y, -front.x};      // of what looks along it
        switch (r.type) {
        case RelationType::in_front_of:
            return front;
        case RelationType::behind:
            return -front;
        case RelationType::left_of:
            return left;
        default:
            return -left;
        }
    };
    for (auto const& b : others) {
        if (b.thing == a.thing || (r.max_m && gap(a.rect, b.rect) > *r.max_m + 1e-6)) continue;
        Plan2 const to_a = a.rect.centre - b.rect.centre;
        // In the picture, left and right are the viewer's: those of something that looks away from the
        // camera.
        bool const sideways = r.type == RelationType::left_of || r.type == RelationType::right_of;
        Plan2 const by_view = turned(sideways ? view.forward() : -view.forward());
        if (r.frame != "object" && degrees_between(by_view, to_a) <= 45) return true;
        if (r.frame != "view" && b.front.length() > 0 && degrees_between(turned(b.front), to_a) <= 45)
            return true;
    }
    return false;
}

/// Its lowest part rests within 2 cm on a surface of b, or b is what it says that carries it.
bool is_on(Member const& a, Member const& b)
{
    if (a.thing == b.thing || a.low < b.low + 0.02) return false;
    auto const feet = geometry::foot_samples(a.thing->body);
    return std::any_of(feet.points.begin(), feet.points.end(), [&](Vec3d const& p) {
        auto const hit =
            geometry::cast(b.thing->body, {p.x, std::max(p.y, a.low) + 0.02, p.z}, {0, -1, 0}, 0.05);
        return hit && std::abs(p.y + 0.02 - *hit - a.low) <= 0.02 + 0.01;
    });
}

bool is_on_any(Member const& a, Members const& others)
{
    return std::any_of(others.begin(), others.end(), [&](Member const& b) { return is_on(a, b); });
}

/// On some other, or on one of its own kind for which that holds.
std::vector<bool> on_or_stacked(Members const& ours, Members const& others)
{
    std::vector<bool> holds(ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i) holds[i] = is_on_any(ours[i], others);
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < ours.size(); ++i)
            for (std::size_t j = 0; !holds[i] && j < ours.size(); ++j)
                if (holds[j] && is_on(ours[i], ours[j])) changed = holds[i] = true;
    }
    return holds;
}

/// Every stack has the stated number of levels.
double stacked_share(Members const& ours, int levels)
{
    std::vector<int> above(ours.size(), -1), level(ours.size(), 1);
    std::vector<bool> carried(ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i)
        for (std::size_t j = 0; j < ours.size(); ++j)
            if (i != j && is_on(ours[i], ours[j])) {
                above[j] = static_cast<int>(i);
                carried[i] = true;
            }
    int stacks = 0, right = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (carried[i]) continue;
        int height = 1;
        for (int k = above[i]; k >= 0 && height <= static_cast<int>(ours.size()); k = above[std::size_t(k)])
            ++height;
        ++stacks;
        right += levels > 0 ? height == levels : height > 1;
    }
    return stacks > 0 ? double(right) / stacks : 0;
}

bool is_between(Member const& a, Members const& ones, Members const& others, double limit)
{
    for (auto const& p : ones)
        for (auto const& q : others) {
            if (p.thing == q.thing || p.thing == a.thing || q.thing == a.thing) continue;
            auto const [distance, t] = to_segment(a.rect.centre, p.rect.centre, q.rect.centre);
            if (distance <= limit && t >= 0.25 && t <= 0.75) return true;
        }
    return false;
}

/// Every one near some b, and the directions from each b to its own leave no gap above 200 degrees.
double around_share(Members const& ours, Members const& others, double limit)
{
    if (ours.empty() || others.empty()) return 0;
    std::vector<std::vector<double>> directions(others.size());
    std::size_t near = 0;
    for (auto const& a : ours) {
        std::size_t best = 0;
        for (std::size_t j = 1; j < others.size(); ++j)
            if (gap(a.rect, others[j].rect) < gap(a.rect, others[best].rect)) best = j;
        near += gap(a.rect, others[best].rect) <= limit;
        Plan2 const d = a.rect.centre - others[best].rect.centre;
        directions[best].push_back(std::atan2(d.y, d.x) / degree);
    }
    for (auto& angles : directions) {
        if (angles.size() < 2) continue;
        std::sort(angles.begin(), angles.end());
        for (std::size_t i = 0; i < angles.size(); ++i) {
            double const next = i + 1 < angles.size() ? angles[i + 1] : angles.front() + 360;
            if (next - angles[i] > 200) return 0.5 * double(near) / double(ours.size());
        }
    }
    return double(near) / double(ours.size());
}

/// Single linkage: the sizes of the groups of those nearer than `limit`.
std::vector<int> linked(Members const& ours, double limit)
{
    std::vector<int> sizes;
    std::vector<bool> seen(ours.size());
    for (std::size_t start = 0; start < ours.size(); ++start) {
        if (seen[start]) continue;
        std::vector<std::size_t> open{start};
        seen[start] = true;
        int size = 0;
        while (!open.empty()) {
            auto const i = open.back();
            open.pop_back();
            ++size;
            for (std::size_t j = 0; j < ours.size(); ++j)
                if (!seen[j] && gap(ours[i].rect, ours[j].rect) <= limit) {
                    seen[j] = true;
                    open.push_back(j);
                }
        }
        sizes.push_back(size);
    }
    return sizes;
}

/// Share of `ours` that get `n` of the others each, no other used twice (Kuhn's augmenting paths).
double assigned_share(Members const& ours, Members const& others, int n,
                      std::function<bool(Member const&, Member const&)> const& fits)
{
    if (ours.empty()) return 0;
    std::vector<int> owner(others.size(), -1);
    std::vector<bool> tried;
    std::function<bool(std::size_t)> const give = [&](std::size_t i) {
        for (std::size_t j = 0; j < others.size(); ++j) {
            if (tried[j] || !fits(ours[i], others[j])) continue;
            tried[j] = true;
            if (owner[j] < 0 || give(std::size_t(owner[j]))) {
                owner[j] = static_cast<int>(i);
                return true;
            }
        }
        return false;
    };
    int served = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        int got = 0;
        for (int k = 0; k < n; ++k) {
            tried.assign(others.size(), false);
            got += give(i);
        }
        served += got == n;
    }
    return double(served) / double(ours.size());
}

/// Offsets across a direction, as lines: members whose offsets differ by less than `limit` share one.
std::vector<int> lines(Members const& ours, Plan2 const& across, double limit)
{
    std::vector<double> offsets;
    for (auto const& member : ours) offsets.push_back(member.rect.centre.dot(across));
    std::sort(offsets.begin(), offsets.end());
    std::vector<int> sizes;
    double start = 0;
    for (double const offset : offsets) {
        if (sizes.empty() || offset - start > limit) {
            sizes.push_back(0);
            start = offset;
        }
        ++sizes.back();
    }
    return sizes;
}

double row_share(Members const& ours, Relation const& r)
{
    if (ours.size() < 2) return ours.empty() ? 0 : 1;
    int const rows = std::max(1, r.n);
    for (Plan2 const& across : {ours[0].rect.u, ours[0].rect.v(), Plan2{1, 0}, Plan2{0, 1},
                                [&] { // across the line from the first to the farthest
                                    Plan2 const d = ours.back().rect.centre - ours.front().rect.centre;
                                    return d.length() > 0 ? Plan2{-d.y, d.x}.normalized() : Plan2{1, 0};
                                }()}) {
        auto const sizes = lines(ours, across, 0.3); // 0.15 to either side of the line
        if (static_cast<int>(sizes.size()) != rows) continue;
        if (r.m > 0 && std::any_of(sizes.begin(), sizes.end(), [&](int n) { return n != r.m; })) continue;
        return 1;
    }
    return 0;
}

double grid_share(Members const& ours, Relation const& r)
{
    if (ours.empty()) return 0;
    for (Plan2 const& across : {ours[0].rect.u, ours[0].rect.v()})
        if (r.n == 0 ? lines(ours, across, 0.3).size() > 1
                     : static_cast<int>(lines(ours, across, 0.3).size()) == r.n)
            return 1;
    return 0;
}

/// Things side by side: a line along their width.
struct Row {
    double low = 0, high = 0;  ///< across
    double start = 0, end = 0; ///< along
    Plan2 front{0, 0};         ///< of its first
    double offset = 0;
    std::vector<Member> members; ///< in order along
};

/// Rows along the first thing's width, in order across.
std::vector<Row> rows_of(Members ours)
{
    std::vector<Row> rows;
    if (ours.empty()) return rows;
    Plan2 const along = ours[0].rect.u, across = ours[0].rect.v();
    std::stable_sort(ours.begin(), ours.end(), [&](Member const& a, Member const& b) {
        return a.rect.centre.dot(across) < b.rect.centre.dot(across);
    });
    for (auto const& member : ours) {
        auto const [low, high] = member.rect.extent(across);
        auto const [start, end] = member.rect.extent(along);
        double const offset = member.rect.centre.dot(across);
        if (rows.empty() || offset - rows.back().offset > 0.3)
            rows.push_back({low, high, start, end, member.front, offset, {}});
        auto& row = rows.back();
        row = {std::min(row.low, low),
               std::max(row.high, high),
               std::min(row.start, start),
               std::max(row.end, end),
               row.front,
               row.offset,
               std::move(row.members)};
        row.members.push_back(member);
    }
    for (auto& row : rows)
        std::stable_sort(row.members.begin(), row.members.end(), [&](Member const& a, Member const& b) {
            return a.rect.centre.dot(along) < b.rect.centre.dot(along);
        });
    return rows;
}

/// Free strips between neighbouring rows; rows nearer than 0.6 m are one.
std::vector<std::pair<Row, Row>> aisles_of(std::vector<Row> const& rows)
{
    std::vector<std::pair<Row, Row>> out;
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (rows[i].low - rows[i - 1].high >= 0.6) out.emplace_back(rows[i - 1], rows[i]);
    return out;
}

double aisle_share(Members const& ours, Relation const& r)
{
    auto const aisles = aisles_of(rows_of(ours));
    auto const right = std::count_if(aisles.begin(), aisles.end(), [&](auto const& aisle) {
        double const width = aisle.second.low - aisle.first.high;
        return width >= r.min_m.value_or(0) - 1e-3 && width <= r.max_m.value_or(1e9) + 1e-3;
    });
    return aisles.empty() ? 0 : double(right) / double(aisles.size());
}

bool is_in_aisle(Member const& a, Members const& of)
{
    if (of.empty()) return false;
    Plan2 const along = of[0].rect.u, across = of[0].rect.v();
    auto const aisles = aisles_of(rows_of(of));
    return std::any_of(aisles.begin(), aisles.end(), [&](auto const& aisle) {
        double const t = a.rect.centre.dot(across), s = a.rect.centre.dot(along);
        return t > aisle.first.high && t < aisle.second.low &&
               s > std::min(aisle.first.start, aisle.second.start) &&
               s < std::max(aisle.first.end, aisle.second.end);
    });
}

/// Rows with a partner whose front is opposite: behind it (back to back) or before it (facing).
double paired_rows_share(Members const& ours, Relation const& r)
{
    auto const rows = rows_of(ours);
    if (rows.empty()) return 0;
    Plan2 const across = ours[0].rect.v();
    double const limit = r.angle_deg.value_or(30);
    bool const back = r.type == RelationType::back_to_back;
    auto const paired = std::count_if(rows.begin(), rows.end(), [&](Row const& a) {
        return std::any_of(rows.begin(), rows.end(), [&](Row const& b) {
            if (&a == &b || degrees_between(a.front, -b.front) > limit) return false;
            Plan2 const to_b = across * (b.offset > a.offset ? 1.0 : -1.0);
            double const apart = std::max(a.low, b.low) - std::min(a.high, b.high);
            return back ? degrees_between(a.front, to_b) > 90 && apart <= r.max_m.value_or(0.6) + 1e-6
                        : degrees_between(a.front, to_b) <= limit;
        });
    });
    return double(paired) / double(rows.size());
}

/// Neighbours in a row have gaps in the stated range.
double spaced_share(Members const& ours, Relation const& r)
{
    int gaps = 0, right = 0;
    for (auto const& row : rows_of(ours))
        for (std::size_t i = 1; i < row.members.size(); ++i) {
            double const g = gap(row.members[i - 1].rect, row.members[i].rect);
            ++gaps;
            right += g >= r.min_m.value_or(0) - 1e-3 && g <= r.max_m.value_or(1e9) + 1e-3;
        }
    return gaps > 0 ? double(right) / gaps : 0;
}

/// The space before or behind a thing, its own width, two metres high, holds nothing.
bool is_clear(PlanView const& view, Member const& a, Relation const& r)
{
    Plan2 const way = r.type == RelationType::clear_behind ? -a.front : a.front;
    if (way.length() == 0) return false;
    double const depth = r.min_m.value_or(1.0), reach = a.rect.extent(way)[1];
    Plan2 const side = a.rect.u;
    geometry::Box box;
    Plan2 const middle = a.rect.centre + way * (reach - a.rect.centre.dot(way) + depth / 2);
    box.centre = {middle.x, a.low + 1.01, middle.y};
    box.half = {Vec3d(side.x, 0, side.y) * std::max(0.0, a.rect.hx - 0.01),
                Vec3d(way.x, 0, way.y) * (depth / 2 - 0.01), Vec3d(0, 0.98, 0)};
    return std::none_of(view.world().things.begin(), view.world().things.end(), [&](Thing const& thing) {
        return thing.is_object() && &thing != a.thing && geometry::meets(thing.body, box);
    });
}

/// Relations to the room.
bool is_placed(PlanView const& view, Member const& a, Relation const& r)
{
    auto const* room = view.room_of(a);
    if (!room) return false;
    switch (r.type) {
    case RelationType::on_wall:
        return view.wall_gap(a, r.wall) <= r.max_m.value_or(0.1);
    case RelationType::against_wall:
        return view.wall_gap(a, r.wall) <= r.max_m.value_or(0.3);
    case RelationType::in_corner:
        return view.corner_gap(a) <= r.max_m.value_or(0.8);
    case RelationType::hanging_from_ceiling:
        return std::abs(room->floor + room->height - a.high) <= 0.05;
    default: // in_centre
        double const side = 2 * std::min(room->box.half[0].length(), room->box.half[1].length());
        return (a.rect.centre - Plan2(room->box.centre.x, room->box.centre.z)).length() <=
               r.max_m.value_or(0.15 * side);
    }
}

double share(Members const& ours, Relation const& r, std::function<bool(Member const&)> const& holds)
{
    auto const n = std::count_if(ours.begin(), ours.end(), holds);
    auto const wanted =
        r.quant > 0 ? std::min<std::size_t>(static_cast<std::size_t>(r.quant), ours.size()) : ours.size();
    return wanted > 0 ? std::min(1.0, double(n) / double(wanted)) : 0;
}

/// What each member keeps or breaks by itself; nothing for other kinds.
std::optional<double> members_share(PlanView const& view, Members const& ours, Members const& others,
                                    Relation const& r)
{
    using enum RelationType;
    auto const of = [&](auto const& holds) { return share(ours, r, holds); };
    auto const near_one = [&](double limit) {
        return of([&, limit](Member const& a) { return nearest_gap(a, others) <= limit + 1e-6; });
    };
    switch (r.type) {
    case near:
        return near_one(r.max_m.value_or(1.5));
    case far:
        return of([&](Member const& a) { return nearest_gap(a, others) >= r.min_m.value_or(4.0) - 1e-6; });
    case distance:
        return of([&](Member const& a) {
            double const g = nearest_gap(a, others);
            return g >= r.min_m.value_or(0) - 1e-6 && g <= r.max_m.value_or(1e9) + 1e-6;
        });
    case in_front_of:
    case behind:
    case left_of:
    case right_of:
        return of([&](Member const& a) { return is_towards(view, a, others, r); });
    case facing:
        return of([&](Member const& a) { return faces(a, others, r); });
    case facing_away:
        return of([&](Member const& a) { return faces_away(a, others, r); });
    case opposite:
        return of([&](Member const& a) { return is_opposite(a, others, r); });
    case on:
    case carried_by:
        return of([&](Member const& a) { return is_on_any(a, others); });
    case under:
        return of([&](Member const& a) {
            return std::any_of(others.begin(), others.end(), [&](Member const& b) {
                return a.thing != b.thing && overlap(a.rect, b.rect) > 0 && a.high <= b.high;
            });
        });
    case on_wall:
    case against_wall:
    case in_corner:
    case in_centre:
    case hanging_from_ceiling:
        return of([&](Member const& a) { return is_placed(view, a, r); });
    case between: {
        auto const second = r.other2.empty() ? others : view.members(r.other2, "");
        return of([&](Member const& a) { return is_between(a, others, second, r.max_m.value_or(1.0)); });
    }
    case in_aisle:
        return of([&](Member const& a) { return is_in_aisle(a, others); });
    case clear:
    case clear_behind:
        return of([&](Member const& a) { return is_clear(view, a, r); });
    default:
        return std::nullopt;
    }
}

/// What the members make up together; nothing for other kinds.
std::optional<double> whole_share(Members const& ours, Members const& others, Relation const& r)
{
    using enum RelationType;
    switch (r.type) {
    case on_or_stacked_on: {
        auto const holds = on_or_stacked(ours, others);
        return double(std::count(holds.begin(), holds.end(), true)) / double(ours.size());
    }
    case stacked:
        return stacked_share(ours, r.n);
    case around:
        return around_share(ours, others, r.max_m.value_or(0.9));
    case RelationType::group:
        return linked(ours, r.max_m.value_or(2.0)).size() == 1 ? 1 : 0;
    case clusters: {
        auto const sizes = linked(ours, 1.5);
        bool const right =
            (r.n == 0 || static_cast<int>(sizes.size()) == r.n) &&
            (r.m == 0 || std::all_of(sizes.begin(), sizes.end(), [&](int n) { return n == r.m; }));
        return right ? 1 : 0;
    }
    case each_has:
    case each_has_on: {
        double const limit = r.max_m.value_or(1.0);
        double const served =
            assigned_share(ours, others, std::max(1, r.n), [&](Member const& a, Member const& b) {
                return r.type == each_has_on ? is_on(b, a) : gap(a.rect, b.rect) <= limit + 1e-6;
            });
        return r.alternating ? std::min(1.0, 2 * served) : served;
    }
    case in_row:
        return row_share(ours, r);
    case in_grid:
        return grid_share(ours, r);
    case aisle:
        return aisle_share(ours, r);
    case back_to_back:
    case facing_rows:
        return paired_rows_share(ours, r);
    case spaced:
        return spaced_share(ours, r);
    default: // areas, sizes and leaning are not measured
        return std::nullopt;
    }
}

} // namespace

std::optional<double> relation_share(PlanView const& view, Group const& asking, Relation const& relation)
{
    auto const ours = view.members(asking);
    auto const others = relation.other.empty() ? Members{} : view.members(relation.other, relation.which);
    if (ours.empty()) return std::nullopt; // a matter of counts
    if (auto const kept = members_share(view, ours, others, relation)) return kept;
    return whole_share(ours, others, relation);
}

} // namespace soulvan::scene::checking
