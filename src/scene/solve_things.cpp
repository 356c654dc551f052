// Things: one for every object of the plan, with an id that stays.
#include "solve_things.h"

#include "arrange.h"
#include "relation_score.h"
#include "solve_assets.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace soulvan::scene {
namespace {

int number_of(std::string_view id)
{
    auto const at = id.rfind('_');
    int number = 0;
    if (at != std::string_view::npos) std::from_chars(id.data() + at + 1, id.data() + id.size(), number);
    return number;
}

bool they_come(RelationType type)
{
    // The other things go where this one is: it need not move for them.
    return type == RelationType::each_has || type == RelationType::each_has_on ||
           type == RelationType::clear || type == RelationType::clear_behind ||
           type == RelationType::keep_free;
}

std::shared_ptr<catalog::Asset const> asset_before(Site const& site, Placed const& placed)
{
    auto asset = site.source.describe(placed.asset);
    if (!asset) return nullptr;
    asset->ref = placed.asset;
    return std::make_shared<catalog::Asset const>(*std::move(asset));
}

Thing kept(Site const& site, Placed const& placed, int group, int index)
{
    Thing one;
    one.group = group;
    one.index = index;
    one.id = placed.id;
    one.category = placed.category;
    one.asset = asset_before(site, placed);
    one.scale = placed.scale;
    one.pose = {placed.position.x, placed.position.y, placed.position.z, placed.yaw};
    one.support = placed.support;
    one.seed = placed.seed;
    one.architecture = placed.architecture;
    one.locked = one.asset != nullptr;
    return one;
}

std::string look_of(Group const& group)
{
    std::string text = group.category + "|" + group.asset;
    for (auto const& a : group.attributes) text += "|" + a;
    for (auto const& [name, value] : group.parameters) text += "|" + name + "=" + value;
    if (group.size_m)
        text += fmt::format("|{}x{}x{}", (*group.size_m)[0], (*group.size_m)[1], (*group.size_m)[2]);
    return text;
}

std::string place_of(Group const& group)
{
    std::string text = group.room;
    for (auto const& r : group.relations)
        if (!they_come(r.type))
            text +=
                fmt::format("|{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", name_of(r.type), r.other,
                            r.other2, r.which, r.wall, r.frame, r.min_m.value_or(-1), r.max_m.value_or(-1),
                            r.angle_deg.value_or(-1), r.n, r.m, r.quant, r.alternating, r.mutual, r.area);
    return text;
}

int room_named(Site const& site, std::string_view id)
{
    for (std::size_t i = 0; i < site.plan.rooms.size(); ++i)
        if (site.plan.rooms[i].id == id) return static_cast<int>(i);
    return 0;
}

/// Trucks at a dock stand in the yard that make_rooms() added.
int room_for(Site const& site, Group const& group)
{
    if (catalog::Categories::standard().is_a(group.category, "truck") && group.room.empty())
        for (std::size_t i = site.plan.rooms.size(); i < site.rooms.size(); ++i)
            if (site.rooms[i].id == "yard") return static_cast<int>(i);
    return room_named(site, group.room);
}

/// Brings back the things that the group had. `open` gets those whose look changed, `wishes` the places of
/// things of another kind that went.
void keep_things(Site& site, int at, Continuity const& continuity, std::vector<int>& open,
                 std::vector<Pose>& wishes)
{
    auto const& group = site.group(at);
    auto& state = site.state(at);
    auto const& previous = *continuity.previous;
    auto const before = previous.fingerprints.find(group.id);
    bool const new_look = before != previous.fingerprints.end() &&
                          before->second.substr(0, 16) != fingerprint(group).substr(0, 16);
    double const floor = site.rooms[static_cast<std::size_t>(state.room)].floor;
    for (auto const* list : {&previous.objects, &previous.structure})
        for (auto const& p : *list) {
            if (p.group != group.id) continue;
            if (!catalog::Categories::standard().is_a(p.category, group.category)) {
                wishes.push_back({p.position.x, floor, p.position.z, p.yaw});
                continue;
            }
            auto one = kept(site, p, at, static_cast<int>(state.things.size()));
            one.room = state.room;
            if (new_look) one.locked = false, one.wishes = {one.pose};
            if (state.architecture && !continuity.same_rooms) one.locked = false;
            state.things.push_back(static_cast<int>(site.things.size()));
            if (!one.locked) open.push_back(state.things.back());
            site.things.push_back(std::move(one));
        }
}

bool is_opening(Group const& group)
{
    auto const& tree = catalog::Categories::standard();
    return tree.is_a(group.category, "door") || tree.is_a(group.category, "window");
}

} // namespace

std::string fingerprint(Group const& group)
{
    return fmt::format("{:016x}:{:016x}", hash_of(look_of(group)), hash_of(place_of(group)));
}

bool rooms_unchanged(Plan const& plan, Layout const& previous)
{
    std::size_t own = previous.rooms.size();
    if (own > 0 && previous.rooms.back().id == "yard" && own > plan.rooms.size()) --own;
    if (own != plan.rooms.size()) return false;
    auto const near = [](std::optional<double> const& wanted, double actual, bool stated) {
        // A size that nobody stated may have been enlarged to hold everything.
        return !wanted || (stated ? std::abs(*wanted - actual) < 1e-6 : *wanted <= actual + 1e-6);
    };
    for (std::size_t i = 0; i < own; ++i) {
        auto const& wish = plan.rooms[i];
        auto const& room = previous.rooms[i];
        if (wish.id != room.id || wish.environment != room.environment ||
            !near(wish.width, room.max_x - room.min_x, wish.size_stated) ||
            !near(wish.depth, room.max_z - room.min_z, wish.size_stated) ||
            (room.height > 0 && !near(wish.height, room.height, wish.size_stated)))
            return false;
    }
    return true;
}

void make_things(Site& site, std::vector<int> const& counts, Continuity& continuity)
{
    auto const* previous = continuity.previous;
    auto const& tree = catalog::Categories::standard();
    if (previous) {
        continuity.numbers = previous->numbers;
        for (auto const* list : {&previous->objects, &previous->structure})
            for (auto const& p : *list)
                if (!p.group.empty()) {
                    int& top = continuity.numbers[p.category];
                    top = std::max(top, number_of(p.id));
                }
    }
    site.groups.assign(site.plan.groups.size(), {});
    for (std::size_t g = 0; g < site.plan.groups.size(); ++g) {
        auto const& group = site.plan.groups[g];
        auto& state = site.groups[g];
        auto const* category = tree.find(group.category);
        state.room = room_for(site, group);
        state.architecture = is_opening(group);
        continuity.fingerprints[group.id] = fingerprint(group);
        std::vector<int> open;
        std::vector<Pose> wishes;
        if (previous) keep_things(site, static_cast<int>(g), continuity, open, wishes);
        while (static_cast<int>(state.things.size()) < counts[g]) {
            Thing one;
            one.group = static_cast<int>(g);
            one.index = static_cast<int>(state.things.size());
            one.room = state.room;
            one.category = group.category;
            one.id = fmt::format("{}_{}", group.category, ++continuity.numbers[group.category]);
            one.seed = mix64(hash_of(one.id) ^ mix64(site.plan.seed));
            one.architecture = state.architecture || (category && category->architecture);
            if (!wishes.empty()) one.wishes = {wishes.front()}, wishes.erase(wishes.begin());
            state.things.push_back(static_cast<int>(site.things.size()));
            open.push_back(state.things.back());
            site.things.push_back(std::move(one));
        }
        if (!open.empty()) choose_assets(site, static_cast<int>(g), open);
    }
    // What the previous layout held as parts of the building.
    if (previous && continuity.same_rooms)
        for (auto const& p : previous->structure)
            if (p.group.empty() && p.support.starts_with("wall:"))
                site.things.push_back(kept(site, p, -1, 0));
    for (auto& one : site.things)
        if (one.locked)
            for (std::size_t i = 0; i < site.things.size(); ++i)
                if (site.things[i].id == one.support) one.carrier = static_cast<int>(i);
    site.relate();
}

void stand_locked(Site& site, Continuity const& continuity)
{
    for (std::size_t i = 0; i < site.things.size(); ++i) {
        auto& one = site.things[i];
        if (!one.locked || one.placed) continue;
        auto const solid = one.solid_at(one.pose);
        auto const& room = site.room_of(one);
        auto const x = solid.rect.extent({1, 0}), z = solid.rect.extent({0, 1});
        bool const inside = x[0] >= room.min_x - 0.4 && x[1] <= room.max_x + 0.4 &&
                            z[0] >= room.min_z - 0.4 && z[1] <= room.max_z + 0.4;
        if (inside)
            site.stand(static_cast<int>(i));
        else
            one.locked = false;
    }
    if (!continuity.previous) return;
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        auto const& group = site.plan.groups[g];
        auto const before = continuity.previous->fingerprints.find(group.id);
        if (before == continuity.previous->fingerprints.end() || site.groups[g].architecture) continue;
        if (before->second.substr(16) == fingerprint(group).substr(16)) continue;
        double off = 0;
        bool arranged = false;
        for (int const t : site.groups[g].things)
            if (site.thing(t).placed) off += violation(site, t);
        for (auto const& r : group.relations)
            arranged |= arranges(r.type) || r.type == RelationType::on ||
                        r.type == RelationType::on_or_stacked_on || r.type == RelationType::carried_by;
        if (off <= 0 && !arranged) continue;
        for (int const t : site.groups[g].things) {
            site.thing(t).locked = site.thing(t).placed = false;
            site.occupancy.remove(t);
            site.thing(t).carrier = -1;
            site.thing(t).support = "floor";
        }
    }
    // What stood on something that moves now finds its place again.
    for (bool more = true; more;) {
        more = false;
        for (std::size_t i = 0; i < site.things.size(); ++i) {
            auto& one = site.things[i];
            if (!one.locked || one.carrier < 0 || site.thing(one.carrier).locked) continue;
            one.locked = one.placed = false;
            one.carrier = -1;
            site.occupancy.remove(static_cast<int>(i));
            more = true;
        }
    }
}

void drop(Site& site, int at)
{
    auto& one = site.thing(at);
    site.occupancy.remove(at);
    one.placed = one.locked = false;
    one.asset = nullptr;
    if (one.group >= 0) std::erase(site.state(one.group).things, at);
    for (std::size_t i = 0; i < site.things.size(); ++i) {
        auto& rider = site.things[i];
        if (rider.carrier != at) continue;
        rider.carrier = -1;
        rider.support = "floor";
        rider.locked = rider.placed = false;
        site.occupancy.remove(static_cast<int>(i));
    }
}

void remove_things(Site& site)
{
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        auto& state = site.groups[g];
        auto const& group = site.plan.groups[g];
        int surplus = static_cast<int>(state.things.size()) - std::max(0, group.count);
        for (auto const& edit : site.plan.edits) {
            if (edit.action != "remove" || edit.group != group.id) continue;
            auto chosen = targets_of(site, group.id, edit.which);
            std::reverse(chosen.begin(), chosen.end());
            // The plan may hold the count after the removal, or leave it to us.
            std::size_t const wanted = surplus > 0      ? static_cast<std::size_t>(surplus)
                                       : edit.count > 0 ? static_cast<std::size_t>(edit.count)
                                                        : chosen.size();
            for (std::size_t i = 0; i < std::min(wanted, chosen.size()); ++i)
                drop(site, chosen[i]), --surplus;
        }
        for (; surplus > 0 && !state.things.empty(); --surplus) drop(site, state.things.back());
    }
}

} // namespace soulvan::scene
