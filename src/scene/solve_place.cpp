// Placing: the units of a group find their places, one group after the other.
#include "solve_place.h"

#include "candidates.h"
#include "relation_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>

namespace soulvan::scene {
namespace {

constexpr int most_tests = 100'000;    ///< of places for one unit
constexpr double relation_weight = 20; ///< a metre off a relation outweighs any look

struct Trial {
    Candidate candidate;
    double cost = std::numeric_limits<double>::infinity();
    double off = 0; ///< sum of violations
};

void assume(Site& site, Unit const& unit, Pose const& pose)
{
    for (auto const& m : unit.members) {
        auto& one = site.thing(m.thing);
        one.pose = rounded(compose(pose, m.local));
        one.solid = one.solid_at(one.pose);
        one.placed = true;
    }
}

void forget(Site& site, Unit const& unit)
{
    for (auto const& m : unit.members) site.thing(m.thing).placed = false;
}

double apart(Site const& site, Unit const& unit)
{
    if (unit.apart_m <= 0) return 0;
    double worst = 0;
    for (int const other : site.state(unit.group).things) {
        bool const own = std::any_of(unit.members.begin(), unit.members.end(),
                                     [&](Member const& m) { return m.thing == other; });
        if (own || !site.thing(other).placed) continue;
        for (auto const& m : unit.members)
            worst = std::max(worst, unit.apart_m -
                                        gap(site.thing(m.thing).solid.rect, site.thing(other).solid.rect));
    }
    return worst;
}

/// Sum of what the relations of all its members are off where they are assumed to stand.
double off_by(Site const& site, Unit const& unit)
{
    double off = apart(site, unit);
    for (auto const& m : unit.members) off += violation(site, m.thing);
    return off + referred_violation(site, unit.group);
}

/// What the unit covers in the plan where its principal thing is assumed to stand.
Rect cover_of(Site const& site, Unit const& unit)
{
    auto const& first = unit.members.front();
    Pose const frame = compose(site.thing(first.thing).pose, relative(first.local, {}));
    Range3d const bounds{{unit.min_x, 0, unit.min_z}, {unit.max_x, unit.top, unit.max_z}};
    return solid_of(bounds, 1, frame).rect;
}

/// A little room around things looks better than none, and things of a kind spread over the place.
double crowded(Site const& site, Unit const& unit)
{
    auto const& one = site.thing(unit.members[0].thing);
    auto const& group = site.group(unit.group);
    double cost = 0;
    bool const mounted = one.support.starts_with("wall:");
    if (!mounted && one.carrier < 0) {
        double const roomy = unit.members.size() > 1 ? 1.2 : 0.7;
        double nearest = roomy;
        Rect const cover = cover_of(site, unit);
        site.occupancy.any_near(cover, roomy, [&](Occupancy::Entry const& e) {
            if (e.filling != Filling::solid || e.solid.low > 2 || e.owner < 0 || e.owner == one.carrier)
                return false;
            if (site.thing(e.owner).carrier >= 0 || site.related(site.thing(e.owner).group, one.group))
                return false;
            nearest = std::min(nearest, gap(cover, e.solid.rect));
            return false;
        });
        cost += 0.9 * (roomy - nearest) / roomy;
    }
    bool const together =
        relation_of(group, RelationType::group) || relation_of(group, RelationType::near) || unit.straight;
    if (together || site.state(unit.group).things.size() > 40) return cost;
    auto const& room = site.room_of(one);
    double const wide = 0.3 * std::min(room.max_x - room.min_x, room.max_z - room.min_z);
    double nearest = wide;
    for (int const t : site.state(unit.group).things) {
        auto const& twin = site.thing(t);
        bool const own = std::any_of(unit.members.begin(), unit.members.end(),
                                     [&](Member const& m) { return m.thing == t; });
        if (twin.placed && !own)
            nearest = std::min(nearest, (twin.solid.rect.centre - one.solid.rect.centre).length());
    }
    return cost + 0.7 * (wide - nearest) / wide;
}

void set_carrier(Site& site, Unit const& unit, Candidate const& candidate)
{
    auto& one = site.thing(unit.members[0].thing);
    if (!candidate.support.empty()) {
        one.carrier = -1;
        one.support = candidate.support;
    } else if (candidate.carrier >= 0) {
        one.carrier = candidate.carrier;
        one.support = site.thing(candidate.carrier).id;
    } else if (candidate.carrier == -1) {
        one.carrier = -1;
        one.support = "floor";
    }
}

struct Trials {
    std::optional<Trial> exact;   ///< every relation holds there
    std::optional<Trial> nearest; ///< the least off
};

Trials try_places(Site& site, Unit const& unit, Strictness strictness,
                  std::vector<Candidate> const& candidates)
{
    Trial exact, nearest;
    auto& principal = site.thing(unit.members[0].thing);
    int const carrier = principal.carrier;
    auto const support = principal.support;
    // A crowd is placed quickly rather than perfectly: the cheapest places that fit are as good as any.
    int const crowd = static_cast<int>(site.state(unit.group).things.size());
    int const enough = crowd <= 40 ? most_tests : std::max(20, 8000 / crowd);
    int tests = 0;
    for (auto const& c : candidates) {
        if (c.prior >= exact.cost) break; // they are sorted
        if (++tests > (std::isinf(exact.cost) ? 12 * enough : enough) && !std::isinf(nearest.cost)) break;
        set_carrier(site, unit, c);
        if (site.fits(unit, c.pose, strictness)) {
            assume(site, unit, c.pose);
            double const off = off_by(site, unit);
            double const cost = c.prior + relation_weight * off + crowded(site, unit);
            if (off <= 0 && cost < exact.cost) exact = {c, cost, off};
            if (cost < nearest.cost) nearest = {c, cost, off};
            forget(site, unit);
        }
        principal.carrier = carrier;
        principal.support = support;
    }
    Trials best;
    if (!std::isinf(exact.cost)) best.exact = exact;
    if (!std::isinf(nearest.cost)) best.nearest = nearest;
    return best;
}

void take(Site& site, Unit const& unit, Trial const& trial)
{
    set_carrier(site, unit, trial.candidate);
    site.put(unit, trial.candidate.pose);
    for (auto const& m : unit.members)
        site.thing(m.thing).arranged = unit.straight || unit.members.size() > 1;
}

/// Where everything holds, else with less floor to spare, else where the least is off. What nobody asked for
/// stands well or not at all.
bool place_unit(Site& site, Unit const& unit)
{
    auto const& group = site.group(unit.group);
    if (group.implied) // what goes with something that found no place does not stand alone
        for (auto const& r : group.relations)
            if (!r.other.empty() && targets_of(site, r.other, r.which).empty()) return false;
    auto const candidates = candidates_of(site, unit);
    auto const roomy = try_places(site, unit, Strictness::zones, candidates);
    if (roomy.exact) return take(site, unit, *roomy.exact), true;
    if (group.implied) return false;
    auto const tight = try_places(site, unit, Strictness::tight, candidates);
    if (tight.exact) return take(site, unit, *tight.exact), true;
    auto const& last = roomy.nearest ? roomy.nearest : tight.nearest;
    if (!last) return false;
    take(site, unit, *last);
    return true;
}

/// All or none, and only where every relation holds.
bool place_way(Site& site, std::vector<Unit> const& way, Strictness strictness)
{
    for (std::size_t i = 0; i < way.size(); ++i) {
        auto const trials = try_places(site, way[i], strictness, candidates_of(site, way[i]));
        if (trials.exact) {
            take(site, way[i], *trials.exact);
            continue;
        }
        while (i-- > 0) site.lift(way[i]);
        return false;
    }
    return true;
}

/// What hangs on nothing else and has no place: it is left out with all that it carries.
int own_things(Site const& site, Unit const& unit, int group)
{
    return static_cast<int>(std::count_if(unit.members.begin(), unit.members.end(), [&](Member const& m) {
        return site.thing(m.thing).group == group;
    }));
}

double floor_area(Site const& site, int group)
{
    double area = 0;
    for (int const t : site.state(group).things)
        if (site.thing(t).asset) area += site.thing(t).size().x * site.thing(t).size().z;
    return area;
}

} // namespace

std::vector<int> order_of_groups(Site const& site, std::vector<int> const& urgent)
{
    std::size_t const n = site.groups.size();
    std::vector<std::vector<int>> needs(n);
    for (std::size_t g = 0; g < n; ++g) {
        for (auto const& r : site.plan.groups[g].relations) {
            bool const they_come = r.type == RelationType::each_has || r.type == RelationType::each_has_on;
            for (auto const* name : {&r.other, &r.other2}) {
                int const other = site.group_named(*name);
                if (other < 0 || other == static_cast<int>(g)) continue;
                if (they_come)
                    needs[static_cast<std::size_t>(other)].push_back(static_cast<int>(g));
                else
                    needs[g].push_back(other);
            }
        }
    }
    auto const key = [&](int g) {
        auto const& group = site.group(g);
        bool const pressing = std::find(urgent.begin(), urgent.end(), g) != urgent.end();
        int kind = 3;
        for (auto const& r : group.relations) {
            if (r.type == RelationType::in_corner || r.type == RelationType::in_centre)
                kind = std::min(kind, 1);
            if (r.type == RelationType::against_wall || r.type == RelationType::on_wall)
                kind = std::min(kind, 2);
        }
        auto const& tree = catalog::Categories::standard();
        auto const* category = tree.find(group.category);
        auto const mount = category ? category->mount : catalog::Mount::floor;
        if (mount == catalog::Mount::ceiling) kind = 5;
        if (mount == catalog::Mount::wall) kind = std::min(kind, 2);
        // Rows of racks are the plan of a hall, whoever asked for them: the rest finds its place between.
        bool const macro = tree.is_a(group.category, "shelving") && group.count >= 4;
        return std::tuple(!pressing, group.implied && !macro, kind, -floor_area(site, g), g);
    };
    std::vector<int> order;
    std::vector<char> done(n, 0);
    while (order.size() < n) {
        int best = -1;
        for (bool const free_only : {true, false}) { // a ring of references starts anywhere
            for (std::size_t g = 0; g < n; ++g) {
                if (done[g]) continue;
                bool const ready =
                    std::find(urgent.begin(), urgent.end(), static_cast<int>(g)) != urgent.end() ||
                    std::all_of(needs[g].begin(), needs[g].end(),
                                [&](int o) { return done[static_cast<std::size_t>(o)]; });
                if (free_only && !ready) continue;
                if (best < 0 || key(static_cast<int>(g)) < key(best)) best = static_cast<int>(g);
            }
            if (best >= 0) break;
        }
        done[static_cast<std::size_t>(best)] = 1;
        order.push_back(best);
    }
    return order;
}

int place_group(Site& site, int group)
{
    if (site.state(group).architecture || site.state(group).no_asset) return 0;
    auto units = units_of(site, group);
    if (units.empty()) return 0;
    auto ways = ways_to_stand(site, group, units);
    // Things of unlike size may meet in a row or a ring: such a way is none.
    for (std::size_t i = ways.size(); i-- > 0;)
        if (i + 1 < ways.size() &&
            !std::all_of(ways[i].begin(), ways[i].end(), [&](Unit const& body) { return site.sound(body); }))
            ways.erase(ways.begin() + static_cast<std::ptrdiff_t>(i));
    for (auto const strictness : {Strictness::zones, Strictness::tight})
        for (std::size_t i = 0; i + 1 < ways.size(); ++i)
            if (place_way(site, ways[i], strictness)) return 0;
    if (ways.empty()) return 0;
    auto const& wishes = site.group(group).relations;
    bool const shaped = ways.size() > 1 && std::any_of(wishes.begin(), wishes.end(),
                                                       [](Relation const& r) { return arranges(r.type); });
    int missing = 0;
    int in_vain = 0; // where three equal things in a row found nothing, the rest would not either
    for (auto const& unit : ways.back()) {
        bool const placed = in_vain < 3 && place_unit(site, unit);
        in_vain = placed ? 0 : in_vain + 1;
        if (!placed) missing += own_things(site, unit, group);
    }
    if (shaped) site.relaxed.insert(group);
    return missing;
}

std::optional<Pose> nearest_free(Site const& site, Unit const& unit, Pose const& wanted, double reach)
{
    if (site.fits(unit, wanted, Strictness::tight)) return wanted;
    constexpr double step = 0.05;
    for (double r = step; r <= reach; r += step) {
        int const n = std::max(8, static_cast<int>(2 * std::numbers::pi * r / 0.1));
        for (int i = 0; i < n; ++i) {
            Plan2 const d = heading(2 * std::numbers::pi * i / n) * r;
            Pose pose = wanted;
            pose.x += d.x;
            pose.z += d.y;
            if (site.fits(unit, pose, Strictness::tight)) return pose;
        }
    }
    return std::nullopt;
}

} // namespace soulvan::scene
