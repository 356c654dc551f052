// The solver: rooms, then what is locked, then edits, then every group in its turn; larger rooms when they
// are ours to choose, fewer things when they are not.
#include "solve_layout.h"

#include "anneal.h"
#include "relation_score.h"
#include "solve_assets.h"
#include "solve_place.h"
#include "solve_things.h"
#include "structure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace soulvan::scene {
namespace {

constexpr int most_things = 2000;    ///< what a scene may hold: each is a prim and a transform
constexpr double packed = 0.75;      ///< of the floor is as full as a room can be walked (facts/scene.md 3)
constexpr double comfortable = 0.30; ///< of the floor: a room of our choice is not fuller
constexpr double largest_room_m = 200;

struct Attempt {
    Site site;
    Continuity continuity;
    std::vector<int> missing; ///< things without a place, by group
    int stated_missing = 0;
    std::vector<double> off; ///< how far the relations of each stated group are from holding
    Attempt(Plan const& plan, AssetSource const& source) : site(plan, source) {}
};

std::string plural_of(std::string const& category)
{
    auto const* found = catalog::Categories::standard().find(category);
    return found && !found->plural.empty() ? found->plural : category;
}

/// Whether the group's things take floor of their own (and are not stacked or packed on others).
bool takes_floor(Group const& group)
{
    for (auto const& r : group.relations)
        if (r.type == RelationType::on || r.type == RelationType::on_or_stacked_on ||
            r.type == RelationType::carried_by || r.type == RelationType::on_wall ||
            r.type == RelationType::stacked || r.type == RelationType::under)
            return false;
    auto const* category = catalog::Categories::standard().find(group.category);
    if (!category || category->mount == catalog::Mount::floor) return true;
    return category->mount == catalog::Mount::surface &&
           category->theme == "warehouse"; // cartons on the floor
}

double footprint_of(AssetSource const& source, Group const& group)
{
    auto const assets = source.of_category(group.category, {});
    if (assets.empty()) return 0;
    Vec3d const size = assets.front()->bounds.max - assets.front()->bounds.min;
    return (size.x + 0.1) * (size.z + 0.1);
}

/// The area bound: counts that no room of the allowed size can hold are lowered, or refused when somebody
/// insisted on them. Returns the factor by which rooms of our choice must grow.
Result<double> bound_counts(Site& site, std::vector<int>& counts)
{
    Plan const& plan = site.plan;
    double grow = 1;
    for (std::size_t r = 0; r < plan.rooms.size(); ++r) {
        auto const& room = site.rooms[r];
        double const own = (room.max_x - room.min_x) * (room.max_z - room.min_z);
        double const largest = plan.rooms[r].size_stated ? own : largest_room_m * largest_room_m;
        double needed = 0;
        for (std::size_t g = 0; g < plan.groups.size(); ++g) {
            auto const& group = plan.groups[g];
            bool const here = group.room.empty() ? r == 0 : group.room == plan.rooms[r].id;
            if (!here) continue;
            double const each = takes_floor(group) ? footprint_of(site.source, group) : 0;
            int const fit = each > 0 ? static_cast<int>(std::min(largest * packed / each, 1.0 * most_things))
                                     : most_things;
            if (group.count > fit) {
                auto const words = plural_of(group.category);
                if (group.count_stated && fit < (group.count + 1) / 2)
                    return fail(Errc::limit,
                                "{} {} do not fit into {}: at most {} would. Ask for that many{}.",
                                group.count, words,
                                plan.rooms[r].size_stated
                                    ? fmt::format("a room of {:.1f} by {:.1f} m", room.max_x - room.min_x,
                                                  room.max_z - room.min_z)
                                    : std::string("the largest scene"),
                                fit, plan.rooms[r].size_stated ? " or for a larger room" : "");
                counts[g] = fit;
                site.warn("too_many", fmt::format("{} of {} {} fit.", fit, group.count, words));
            }
            needed += each * counts[g];
        }
        if (!plan.rooms[r].size_stated && needed > comfortable * own)
            grow = std::max(grow, std::sqrt(needed / (comfortable * own)));
    }
    return grow;
}

void prepare_floor(Site& site)
{
    double min_x = 1e9, min_z = 1e9, max_x = -1e9, max_z = -1e9;
    for (auto const& room : site.rooms) {
        min_x = std::min(min_x, room.min_x), max_x = std::max(max_x, room.max_x);
        min_z = std::min(min_z, room.min_z), max_z = std::max(max_z, room.max_z);
    }
    site.occupancy = Occupancy(min_x - 1, min_z - 1, max_x + 1, max_z + 1);
}

void look_like(Site& site, Layout const& previous)
{
    if (previous.camera.keys.empty()) return;
    double const yaw = previous.camera.keys.front().yaw;
    site.view_forward = {-std::sin(yaw), -std::cos(yaw)};
}

/// Rooms, doors and everything that keeps its place.
void prepare(Attempt& attempt, std::vector<int> const& counts, double enlarge)
{
    auto& site = attempt.site;
    auto& continuity = attempt.continuity;
    if (continuity.previous && continuity.same_rooms) {
        site.rooms = continuity.previous->rooms;
        for (std::size_t i = 0; i < site.rooms.size(); ++i)
            site.rooms[i].shell = i < site.plan.rooms.size()
                                      ? shell_for(site.plan, site.rooms[i], site.rooms[i].shell)
                                      : catalog::AssetRef{};
    } else {
        make_rooms(site, enlarge);
    }
    prepare_floor(site);
    make_things(site, counts, continuity);
    bool const kept = continuity.previous && continuity.same_rooms;
    if (kept)
        for (auto& one : site.things)
            if (one.architecture && one.locked) {
                one.placed = true;
                one.solid = one.solid_at(one.pose);
            }
    stand_locked(site, continuity);
    remove_things(site);
    if (kept)
        refresh_openings(site);
    else
        make_openings(site);
    fill_structure(site);
    apply_edits(site);
}

Attempt attempt_with(Plan const& plan, AssetSource const& source, Layout const* previous,
                     std::vector<int> const& counts, double enlarge, std::vector<int> const& urgent)
{
    Attempt attempt(plan, source);
    attempt.continuity.previous = previous;
    attempt.continuity.same_rooms = previous && rooms_unchanged(plan, *previous);
    if (previous) look_like(attempt.site, *previous);
    prepare(attempt, counts, enlarge);
    auto& site = attempt.site;
    attempt.missing.assign(plan.groups.size(), 0);
    for (int const g : order_of_groups(site, urgent)) {
        int const missing = place_group(site, g);
        attempt.missing[static_cast<std::size_t>(g)] = missing;
        if (!plan.groups[static_cast<std::size_t>(g)].implied) attempt.stated_missing += missing;
    }
    anneal(site);
    return attempt;
}

/// Attached things that were left out with their carrier count too.
void count_missing(Attempt& attempt, std::vector<int> const& counts)
{
    auto& site = attempt.site;
    attempt.stated_missing = 0;
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        if (site.groups[g].no_asset) continue;
        int stand = 0;
        for (int const t : site.groups[g].things) stand += site.thing(t).placed;
        int const wanted = std::min<int>(counts[g], std::max<int>(0, site.plan.groups[g].count));
        attempt.missing[g] =
            std::max(0, std::min<int>(wanted, static_cast<int>(site.groups[g].things.size())) - stand);
        if (!site.plan.groups[g].implied) attempt.stated_missing += attempt.missing[g];
    }
}

/// After all things stand: which wishes do not hold?
void measure_wishes(Attempt& attempt)
{
    auto& site = attempt.site;
    attempt.off.assign(site.groups.size(), 0);
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        if (site.plan.groups[g].implied) continue;
        for (int const t : site.groups[g].things)
            if (site.thing(t).placed) attempt.off[g] += violation(site, t);
        if (attempt.off[g] < 0.005) attempt.off[g] = 0;
        if (site.relaxed.count(static_cast<int>(g))) attempt.off[g] += 1;
    }
}

/// Says which wishes do not hold.
void report_wishes(Attempt& attempt)
{
    for (std::size_t g = 0; g < attempt.off.size(); ++g) {
        if (attempt.off[g] <= 0) continue;
        auto const& group = attempt.site.plan.groups[g];
        attempt.site.warn(
            "relation_relaxed",
            fmt::format("\"{}\" could not stand exactly as asked: the nearest possible was taken.",
                        group.words.empty() ? group.id : group.words));
    }
}

/// Says what was left out; refuses when hardly anything of what was insisted on stands.
Result<> report_missing(Attempt& attempt, std::vector<int> const& counts)
{
    auto& site = attempt.site;
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        int const missing = attempt.missing[g];
        auto const& group = site.plan.groups[g];
        if (missing == 0 || group.implied) continue;
        int const stand = counts[g] - missing;
        auto const words = counts[g] == 1 ? group.category : plural_of(group.category);
        if (group.count_stated && counts[g] > 1 && stand < (counts[g] + 1) / 2)
            return fail(
                Errc::limit,
                "{} {} do not fit into this place: at most {} would. Ask for that many or for a larger room.",
                counts[g], words, stand);
        if (group.count_stated && stand == 0)
            return fail(Errc::limit, "There is no room for the {} in this place. Ask for a larger room.",
                        group.category);
        site.warn("too_many", fmt::format("Only {} of {} {} fit into this place.", stand, counts[g], words));
    }
    return {};
}

Placed placed_of(Site const& site, Thing const& one)
{
    Placed p;
    p.id = one.id;
    if (one.group >= 0) p.group = site.group(one.group).id;
    p.category = one.category;
    p.asset = one.asset->ref;
    p.position = {one.pose.x, one.pose.y, one.pose.z};
    p.yaw = one.pose.yaw;
    p.scale = one.scale;
    p.support = one.support;
    if (one.group >= 0) p.attributes = site.group(one.group).attributes;
    for (auto const& word : one.asset->attributes)
        if (std::find(p.attributes.begin(), p.attributes.end(), word) == p.attributes.end())
            p.attributes.push_back(word);
    p.seed = one.seed;
    p.architecture = one.architecture;
    return p;
}

Layout layout_of(Attempt const& attempt)
{
    auto const& site = attempt.site;
    Layout layout;
    layout.seed = site.plan.seed;
    layout.rooms = site.rooms;
    for (auto const& one : site.things) {
        if (!one.placed || !one.asset) continue;
        (one.architecture && one.carrier < 0 ? layout.structure : layout.objects)
            .push_back(placed_of(site, one));
    }
    if (attempt.continuity.previous) {
        layout.camera = attempt.continuity.previous->camera;
        layout.lights = attempt.continuity.previous->lights;
    }
    layout.warnings = site.warnings;
    layout.numbers = attempt.continuity.numbers;
    layout.fingerprints = attempt.continuity.fingerprints;
    return layout;
}

bool may_enlarge(Plan const& plan)
{
    return std::any_of(plan.rooms.begin(), plan.rooms.end(),
                       [](RoomPlan const& r) { return !r.size_stated; });
}

} // namespace

Result<Layout> solve_layout(Plan const& plan, AssetSource const& source, Layout const* previous,
                            std::stop_token stop)
{
    if (plan.rooms.empty()) return fail(Errc::invalid_input, "The plan has no room.");
    Site first(plan, source);
    make_rooms(first, 1);
    std::vector<int> counts;
    for (auto const& group : plan.groups) counts.push_back(std::max(0, group.count));
    double grow = TRY(bound_counts(first, counts));
    bool const fixed = (previous && rooms_unchanged(plan, *previous)) || !may_enlarge(plan);
    std::optional<Attempt> best;
    std::vector<int> urgent;
    int grown = 0; // a wish that is off is worth two larger rooms, no more
    constexpr int tries = 8;
    for (int i = 0; i < tries; ++i) {
        if (stop.stop_requested()) return fail(Errc::cancelled, "The layout was cancelled.");
        auto attempt = attempt_with(plan, source, previous, counts, grow, urgent);
        count_missing(attempt, counts);
        measure_wishes(attempt);
        auto const faults = [](Attempt const& a) {
            return std::pair(a.stated_missing, std::accumulate(a.off.begin(), a.off.end(), 0.0));
        };
        if (!best || faults(attempt) < faults(*best)) best.emplace(std::move(attempt));
        if (faults(*best) == std::pair(0, 0.0)) break;
        // What found no place, or not the right one, goes first next time; then the room grows.
        int worst = -1;
        for (std::size_t g = 0; g < plan.groups.size(); ++g) {
            bool const bad = best->missing[g] > 0 || best->off[g] > 0;
            bool const tried = std::find(urgent.begin(), urgent.end(), static_cast<int>(g)) != urgent.end();
            if (bad && !tried && !plan.groups[g].implied) worst = static_cast<int>(g);
        }
        std::size_t const things = best->site.things.size();
        int const missing = best->stated_missing;
        if (!fixed && missing > 20)
            grow *= std::clamp(std::sqrt(static_cast<double>(things) /
                                         std::max<double>(1, static_cast<double>(things) - missing)),
                               1.15, 2.0);
        else if (worst >= 0 && urgent.size() < 3)
            urgent.push_back(worst);
        else if (!fixed && (best->stated_missing > 0 || grown++ < 2))
            grow *= 1.15;
        else
            break;
    }
    for (auto const& warning : first.warnings) best->site.warn(warning.code, warning.text);
    report_wishes(*best);
    TRY(report_missing(*best, counts));
    name_shells(best->site);
    return layout_of(*best);
}

} // namespace soulvan::scene
