// The site: may a body stand there, and what fills the floor when it does?
#include "solve_site.h"

#include "structure.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace soulvan::scene {
namespace {

constexpr double walking_height_m = 2.0;
constexpr double touch_m = 0.004; ///< that boxes of one body may share: a judge allows 5 mm

bool overlap_in_height(Solid const& a, Solid const& b, double margin)
{
    return a.low < b.high + margin && b.low < a.high + margin;
}

/// The box beside `bounds` on one side, in asset space; empty when `depth` is nothing.
Range3d beside(Range3d const& b, int axis, bool high, double depth)
{
    Range3d zone = b;
    zone.min.y = 0;
    if (axis == 2) {
        zone.min.z = high ? b.max.z : b.min.z - depth;
        zone.max.z = high ? b.max.z + depth : b.min.z;
    } else {
        zone.min.x = high ? b.max.x : b.min.x - depth;
        zone.max.x = high ? b.max.x + depth : b.min.x;
    }
    return zone;
}

} // namespace

catalog::Clearance clearance_of(catalog::Asset const& asset)
{
    if (asset.clearance != catalog::Clearance{}) return asset.clearance;
    auto const* category = catalog::Categories::standard().find(asset.category);
    return category ? category->clearance : catalog::Clearance{};
}

std::vector<Solid> zones_of(Thing const& thing, Pose const& pose)
{
    auto const c = clearance_of(*thing.asset);
    std::vector<Solid> zones;
    auto const add = [&](int axis, bool high, double depth) {
        if (depth < 0.02) return;
        // Clearance is stated in metres whatever the scale of the thing.
        auto zone = solid_of(beside(thing.asset->bounds, axis, high, depth / thing.scale), thing.scale, pose);
        bool const on_wall = thing.asset->mount == catalog::Mount::wall;
        zone.low = on_wall ? 0.05 : pose.y + 0.05;
        zone.high = zone.low + walking_height_m - 0.05;
        zones.push_back(zone);
    };
    add(2, true, c.front);
    add(2, false, c.back);
    add(0, true, c.left);
    add(0, false, c.right);
    return zones;
}

double chance(std::uint64_t seed, std::uint64_t counter)
{
    return static_cast<double>(mix64(seed ^ mix64(counter + 0x9e3779b97f4a7c15ull)) >> 11) * 0x1.0p-53;
}

std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325ull; // FNV-1a, spread by mix64
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    return mix64(hash);
}

Pose rounded(Pose pose)
{
    pose.x = std::round(pose.x * 1e4) / 1e4;
    pose.z = std::round(pose.z * 1e4) / 1e4;
    pose.yaw = std::round(pose.yaw * 1e6) / 1e6;
    return pose;
}

int Site::group_named(std::string_view id) const
{
    for (std::size_t i = 0; i < plan.groups.size(); ++i)
        if (plan.groups[i].id == id) return static_cast<int>(i);
    return -1;
}

bool Site::is_a(Thing const& thing, std::string_view category) const
{
    return catalog::Categories::standard().is_a(thing.category, category);
}

void Site::measure(Unit& unit) const
{
    bool first = true;
    for (auto const& member : unit.members) {
        auto const solid = thing(member.thing).solid_at(member.local);
        auto const x = solid.rect.extent({1, 0}), z = solid.rect.extent({0, 1});
        unit.min_x = first ? x[0] : std::min(unit.min_x, x[0]);
        unit.max_x = first ? x[1] : std::max(unit.max_x, x[1]);
        unit.min_z = first ? z[0] : std::min(unit.min_z, z[0]);
        unit.max_z = first ? z[1] : std::max(unit.max_z, z[1]);
        unit.top = first ? solid.high : std::max(unit.top, solid.high);
        first = false;
    }
}

void Site::relate()
{
    std::size_t const n = plan.groups.size();
    related_.assign(n * n, 0);
    for (std::size_t a = 0; a < n; ++a)
        for (auto const& relation : plan.groups[a].relations)
            for (auto const* name : {&relation.other, &relation.other2}) {
                int const b = group_named(*name);
                if (b < 0 || relation.type == RelationType::far) continue;
                related_[a * n + static_cast<std::size_t>(b)] = 1;
                related_[static_cast<std::size_t>(b) * n + a] = 1;
            }
}

bool Site::related(int a, int b) const
{
    if (a < 0 || b < 0) return false;
    return related_[static_cast<std::size_t>(a) * plan.groups.size() + static_cast<std::size_t>(b)] != 0;
}

bool Site::may_enter(int owner, int visitor, Unit const& unit) const
{
    if (owner < 0) return false;
    for (auto const& member : unit.members)
        if (member.thing == owner) return true; // of one body: arranged on purpose
    auto const &a = thing(owner), &b = thing(visitor);
    if (a.carrier == visitor || b.carrier == owner) return true;
    // What stands on a desk is no more in the way of its chair than the desk.
    if (b.carrier >= 0) return may_enter(owner, b.carrier, unit);
    // The free floor before a thing is there for people, before racks for what serves them.
    if (is_a(b, "character")) return true;
    if (is_a(a, "shelving") && (is_a(b, "forklift") || is_a(b, "pallet_jack") || is_a(b, "cart")))
        return true;
    // What nobody asked for keeps out of where somebody sits or works, unless it is the seat.
    bool const seat = is_a(b, "chair") || is_a(b, "bench") || is_a(b, "sofa");
    if (b.group >= 0 && group(b.group).implied && !seat)
        return a.group >= 0 &&
               std::any_of(group(b.group).relations.begin(), group(b.group).relations.end(),
                           [&](Relation const& r) { // a low table before its sofa, a nightstand by its bed
                               bool const close = r.type == RelationType::near && r.max_m.value_or(1) <= 0.4;
                               return (close || r.type == RelationType::in_front_of) &&
                                      r.other == group(a.group).id;
                           });
    return a.group != b.group && related(a.group, b.group);
}

/// A thing below the lowest surface of another that stands at height `foot`, where a relation asks for it.
bool Site::nested(Thing const& a, Solid const& solid, Thing const& b, double foot) const
{
    if (a.group < 0) return false;
    auto const under = [&](Relation const& r) {
        return r.type == RelationType::under && b.group >= 0 && r.other == group(b.group).id;
    };
    if (std::none_of(group(a.group).relations.begin(), group(a.group).relations.end(), under)) return false;
    double lowest = 1e9;
    for (auto const& surface : b.asset->supports) lowest = std::min(lowest, foot + surface.y * b.scale);
    return solid.high <= lowest - 0.05;
}

bool Site::carries(int carrier, int rider) const
{
    for (int below = thing(rider).carrier; below >= 0; below = thing(below).carrier)
        if (below == carrier) return true;
    return false;
}

bool Site::sound(Unit const& unit, std::size_t from) const
{
    struct Part {
        int thing;
        Solid solid;
        std::array<double, 2> x;
    };
    std::vector<Part> parts;
    for (auto const& m : unit.members) {
        auto const solid = thing(m.thing).solid_at(m.local);
        parts.push_back({m.thing, solid, solid.rect.extent({1, 0})});
    }
    for (std::size_t i = from; i < parts.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            auto const &a = parts[i], &b = parts[k];
            if (a.x[0] > b.x[1] - touch_m || b.x[0] > a.x[1] - touch_m ||
                !overlap_in_height(a.solid, b.solid, -touch_m) ||
                overlap(a.solid.rect, b.solid.rect) < touch_m)
                continue;
            if (carries(a.thing, b.thing) || carries(b.thing, a.thing) ||
                nested(thing(a.thing), a.solid, thing(b.thing), b.solid.low) ||
                nested(thing(b.thing), b.solid, thing(a.thing), a.solid.low))
                continue;
            return false;
        }
    return true;
}

bool Site::blocks(Occupancy::Entry const& entry, Visitor const& visitor) const
{
    auto const& one = thing(visitor.thing);
    auto const& solid = visitor.solid;
    if (entry.owner == visitor.thing) return false;
    if (entry.filling == Filling::solid) {
        for (int carrier = one.carrier; carrier >= 0; carrier = thing(carrier).carrier)
            if (carrier == entry.owner) return false;
        if (entry.owner >= 0 && thing(entry.owner).carrier == visitor.thing) return false;
        return overlap_in_height(solid, entry.solid, margin_m - 1e-6) &&
               closer_than(solid.rect, entry.solid.rect, margin_m - 1e-6) &&
               (entry.owner < 0 || !nested(one, solid, thing(entry.owner), thing(entry.owner).pose.y));
    }
    if (one.architecture) return false; // a door may stand beside another door
    if (entry.filling == Filling::zone &&
        (visitor.strictness != Strictness::zones || may_enter(entry.owner, visitor.thing, *visitor.unit)))
        return false;
    return overlap_in_height(solid, entry.solid, 0) && closer_than(solid.rect, entry.solid.rect, 0);
}

/// Whether the floor that the thing needs is free of others and in the room.
bool Site::zones_free(int at, Pose const& pose, Unit const& unit) const
{
    auto const& room = room_of(thing(at));
    for (auto const& zone : zones_of(thing(at), pose)) {
        // Where a person sits or a truck is loaded must lie in the room; a small rim may reach the wall.
        constexpr double rim = 0.6;
        auto const x = zone.rect.extent({1, 0}), z = zone.rect.extent({0, 1});
        if (x[0] < room.min_x - rim || x[1] > room.max_x + rim || z[0] < room.min_z - rim ||
            z[1] > room.max_z + rim)
            return false;
        auto const entered = [&](Occupancy::Entry const& entry) {
            return entry.filling == Filling::solid && entry.owner >= 0 && !may_enter(at, entry.owner, unit) &&
                   overlap_in_height(zone, entry.solid, 0) && closer_than(zone.rect, entry.solid.rect, 0);
        };
        if (occupancy.any_near(zone.rect, 0, entered)) return false;
    }
    return true;
}

bool Site::member_fits(int at, Pose const& pose, Unit const& unit, Strictness strictness) const
{
    auto const& one = thing(at);
    auto const& room = room_of(one);
    Visitor const visitor{at, one.solid_at(pose), &unit, strictness};
    auto const x = visitor.solid.rect.extent({1, 0}), z = visitor.solid.rect.extent({0, 1});
    double const wall = one.asset->mount == catalog::Mount::wall ? -1e-6 : margin_m - 1e-6;
    if (x[0] < room.min_x + wall || x[1] > room.max_x - wall || z[0] < room.min_z + wall ||
        z[1] > room.max_z - wall)
        return false;
    bool const hangs = one.asset->mount == catalog::Mount::ceiling || one.support == "ceiling";
    constexpr double lamps_m = 0.8; // none reaches down farther
    if (room.height > 0 && visitor.solid.high > room.height - lamps_m &&
        visitor.solid.high > (hangs ? room.height : clear_height(room, visitor.solid.rect)) + 1e-6)
        return false;
    if (occupancy.any_near(visitor.solid.rect, margin_m,
                           [&](Occupancy::Entry const& entry) { return blocks(entry, visitor); }))
        return false;
    return strictness != Strictness::zones || one.carrier >= 0 || zones_free(at, pose, unit);
}

bool Site::fits(Unit const& unit, Pose const& pose, Strictness strictness) const
{
    for (auto const& member : unit.members)
        if (!member_fits(member.thing, rounded(compose(pose, member.local)), unit, strictness)) return false;
    return true;
}

void Site::stand(int at)
{
    auto& one = thing(at);
    one.placed = true;
    one.solid = one.solid_at(one.pose);
    occupancy.add(one.solid, Filling::solid, at);
    if (one.carrier >= 0) return;
    for (auto const& zone : zones_of(one, one.pose)) occupancy.add(zone, Filling::zone, at);
}

void Site::put(Unit const& unit, Pose const& pose)
{
    for (auto const& member : unit.members) {
        thing(member.thing).pose = rounded(compose(pose, member.local));
        stand(member.thing);
    }
}

void Site::lift(Unit const& unit)
{
    for (auto const& member : unit.members) {
        thing(member.thing).placed = false;
        occupancy.remove(member.thing);
    }
}

void Site::warn(std::string code, std::string text)
{
    if (warned.insert(code + "\n" + text).second) warnings.push_back({std::move(code), std::move(text)});
}

} // namespace soulvan::scene
