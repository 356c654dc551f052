// Annealing: small moves that make a solved layout look better and never worse than it must be.
#include "anneal.h"

#include "candidates.h"
#include "relation_score.h"
#include "structure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr int moves_per_thing = 24;
constexpr int most_moves = 2400; ///< about 10 ms

/// Whether a thing may be moved by itself: nothing stands on it, goes with it or was arranged with it.
bool is_free(Site const& site, int at)
{
    auto const& one = site.thing(at);
    if (!one.placed || one.locked || one.arranged || one.architecture || one.carrier >= 0 || one.group < 0)
        return false;
    if (one.support != "floor" || site.is_a(one, "truck")) return false; // trucks stand at their docks
    auto const& group = site.group(one.group);
    if (link_of(site, one.group)) return false;
    for (auto const& r : group.relations) switch (r.type) { // arranged as a whole, or held at a wall
        case RelationType::near:
        case RelationType::far:
        case RelationType::distance:
        case RelationType::facing:
        case RelationType::in_front_of:
        case RelationType::behind:
            break;
        default:
            return false;
        }
    auto const habit = habit_of(group.category, has_columns(site.room_of(one).environment));
    if (habit.at_wall || habit.in_corner) return false;
    for (auto const& other : site.things)
        if (other.placed && other.carrier == at) return false;
    return true;
}

/// What a place costs: relations first, then elbow room.
double cost_of(Site const& site, int at)
{
    auto const& one = site.thing(at);
    double const cost = 50 * (violation(site, at) + referred_violation(site, one.group));
    double nearest = 1.2;
    site.occupancy.any_near(one.solid.rect, 1.2, [&](Occupancy::Entry const& e) {
        if (e.filling == Filling::solid && e.owner != at && e.solid.low < 2)
            nearest = std::min(nearest, gap(one.solid.rect, e.solid.rect));
        return false;
    });
    return cost + (1.2 - nearest);
}

} // namespace

void anneal(Site& site)
{
    std::vector<int> free;
    for (std::size_t i = 0; i < site.things.size(); ++i)
        if (is_free(site, static_cast<int>(i))) free.push_back(static_cast<int>(i));
    if (free.empty()) return;
    int const moves = std::min(most_moves, moves_per_thing * static_cast<int>(free.size()));
    std::uint64_t const seed = site.plan.seed ^ 0x616e6e65616cull;
    for (int i = 0; i < moves; ++i) {
        auto const n = static_cast<std::uint64_t>(i) * 8;
        int const at = free[static_cast<std::size_t>(i) % free.size()];
        auto& one = site.thing(at);
        Pose const before = one.pose;
        double const cost = cost_of(site, at);
        // The temperature is the length of the moves; only what is better stays.
        double const reach = 1.5 * (1 - static_cast<double>(i) / moves) + 0.1;
        Pose after = before;
        after.x += reach * (2 * chance(seed, n) - 1);
        after.z += reach * (2 * chance(seed, n + 1) - 1);
        if (chance(seed, n + 2) < 0.1) after.yaw = wrap(after.yaw + std::numbers::pi / 2);
        Unit const unit{.group = one.group, .members = {{at, {}}}, .candidates = {}};
        site.lift(unit);
        if (site.fits(unit, after, Strictness::zones)) {
            site.put(unit, after);
            if (cost_of(site, at) < cost - 1e-6) continue;
            site.lift(unit);
        }
        site.put(unit, before);
    }
}

} // namespace soulvan::scene
