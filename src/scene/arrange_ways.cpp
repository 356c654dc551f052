// In which ways can the units of one group stand? Rows, grids, pairs, stacks, clusters; the best looking
// first.
#include "arrange.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr double pi = std::numbers::pi;

using Ways = std::vector<std::vector<Unit>>;

Unit turned(Site const& site, Unit const& unit, double yaw)
{
    auto body = merged(site, {unit}, {{0, 0, 0, yaw}});
    body.straight = unit.straight;
    return body;
}

std::vector<Unit> slice(std::vector<Unit> const& units, std::size_t from, std::size_t count)
{
    auto const first = units.begin() + static_cast<std::ptrdiff_t>(std::min(from, units.size()));
    return {first, units.begin() + static_cast<std::ptrdiff_t>(std::min(from + count, units.size()))};
}

/// Floor between neighbours in a row, by what they are.
double usual_space(std::string_view category)
{
    auto const& tree = catalog::Categories::standard();
    auto const is = [&](char const* name) { return tree.is_a(category, name); };
    if (is("pallet_rack") || is("shelving") || is("locker") || is("cabinet") || is("conveyor") ||
        is("kitchen_cabinet"))
        return 0.02;
    if (is("desk") || is("table") || is("workbench")) return 1.2;
    if (is("character")) return 0.5;
    if (is("forklift") || is("truck") || is("car") || is("van")) return 1.0;
    if (is("barrel") || is("box") || is("crate")) return 0.12;
    return 0.3;
}

/// Rows behind each other: distance between the origins' lines leaves `aisle` between footprints.
Unit rows_of(Site const& site, std::vector<Unit> const& units, std::size_t rows, std::size_t per_row,
             double space, double aisle)
{
    double width = 0, min_z = 0, max_z = 0;
    for (auto const& u : units)
        width = std::max(width, u.width()), min_z = std::min(min_z, u.min_z),
        max_z = std::max(max_z, u.max_z);
    std::vector<Pose> poses;
    for (std::size_t i = 0; i < units.size(); ++i) {
        // Equal pitch even for unequal widths: a grid is judged by its centres.
        std::size_t const row = i / per_row, k = i % per_row;
        double const x = (static_cast<double>(k) - static_cast<double>(per_row - 1) / 2) * (width + space);
        double const z =
            (static_cast<double>(row) - static_cast<double>(rows - 1) / 2) * (max_z - min_z + aisle);
        poses.push_back({x - (units[i].min_x + units[i].max_x) / 2, 0, z, 0});
    }
    auto body = merged(site, units, poses);
    body.straight = true;
    return body;
}

/// Two rows with their fronts (or backs) towards each other, `across` apart.
Unit two_rows(Site const& site, std::vector<Unit> const& units, double space, double across, bool fronts)
{
    std::size_t const first = (units.size() + 1) / 2;
    auto a = row_of(site, slice(units, 0, first), space),
         b = row_of(site, slice(units, first, units.size()), space);
    // Unit space: front is +z. Row a stands north of the middle and looks south for `fronts`.
    double const yaw = fronts ? 0 : pi;
    a = turned(site, a, yaw);
    b = turned(site, b, yaw + pi);
    auto body = merged(site, {a, b}, {{0, 0, -across / 2 - a.max_z, 0}, {0, 0, across / 2 - b.min_z, 0}});
    body.straight = true;
    return body;
}

/// Stacks of `levels` of the units, each stack one unit.
std::vector<Unit> stacks_of(Site& site, std::vector<Unit> const& units, std::size_t levels)
{
    std::vector<Unit> stacks;
    for (std::size_t i = 0; i < units.size(); i += levels) {
        auto part = slice(units, i, levels);
        std::stable_sort(part.begin(), part.end(), [](Unit const& a, Unit const& b) {
            return a.width() * a.depth() > b.width() * b.depth() * 1.001;
        });
        std::vector<Pose> poses;
        double y = 0;
        for (std::size_t k = 0; k < part.size(); ++k) {
            int const principal = part[k].members[0].thing;
            poses.push_back(
                {-(part[k].min_x + part[k].max_x) / 2, y, -(part[k].min_z + part[k].max_z) / 2, 0});
            auto const& one = site.thing(principal);
            y += one.size().y; // the next stands on this thing, not on what it carries
            if (k == 0) continue;
            site.thing(principal).carrier = part[k - 1].members[0].thing;
            site.thing(principal).support = site.thing(part[k - 1].members[0].thing).id;
        }
        stacks.push_back(merged(site, part, poses));
    }
    return stacks;
}

/// Loosely together, every one within `reach` of another: a spiral of rings, people turned to the middle.
Unit huddle(Site const& site, std::vector<Unit> const& units, double reach)
{
    double size = 0;
    for (auto const& u : units) size = std::max({size, u.width(), u.depth()});
    bool const people =
        catalog::Categories::standard().is_a(site.group(units[0].group).category, "character");
    double const space = std::clamp(reach * 0.5, 0.05, people ? 0.5 : 0.3);
    std::vector<Pose> poses;
    if (people && units.size() > 1) {
        double const radius = std::max(0.55, (size + space) * static_cast<double>(units.size()) / (2 * pi));
        for (std::size_t i = 0; i < units.size(); ++i) {
            double const t = 2 * pi * static_cast<double>(i) / static_cast<double>(units.size());
            double const turn = (chance(site.thing(units[i].members[0].thing).seed, 5) - 0.5) * 0.5;
            poses.push_back({radius * std::sin(t), 0, radius * std::cos(t), t + pi + turn});
        }
    } else {
        // As square as their footprints allow.
        double width = 0, depth = 0;
        for (auto const& u : units) width = std::max(width, u.width()), depth = std::max(depth, u.depth());
        auto const columns =
            static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(units.size()) * depth / width)));
        for (std::size_t i = 0; i < units.size(); ++i)
            poses.push_back(
                {static_cast<double>(i % columns) * (width + space) - (units[i].min_x + units[i].max_x) / 2,
                 0,
                 static_cast<double>(i / columns) * (depth + space) - (units[i].min_z + units[i].max_z) / 2,
                 0});
    }
    auto body = merged(site, units, poses);
    // About its own middle, so that candidates put the middle where they mean to.
    double const x = (body.min_x + body.max_x) / 2, z = (body.min_z + body.max_z) / 2;
    for (auto& m : body.members) m.local.x -= x, m.local.z -= z;
    site.measure(body);
    return body;
}

void sort_by_size(Site const& site, std::vector<Unit>& units, bool descending)
{
    auto const volume = [&](Unit const& u) {
        Vec3d const s = site.thing(u.members[0].thing).size();
        return s.x * s.y * s.z;
    };
    std::stable_sort(units.begin(), units.end(), [&](Unit const& a, Unit const& b) {
        return descending ? volume(a) > volume(b) : volume(a) < volume(b);
    });
}

double aisle_between(Group const& group, double usual)
{
    auto const* r = relation_of(group, RelationType::aisle);
    if (!r) return usual;
    if (r->min_m && r->max_m) return (*r->min_m + *r->max_m) / 2;
    if (r->min_m) return std::max(usual, *r->min_m + 0.05);
    return r->max_m ? std::min(usual, *r->max_m - 0.05) : usual;
}

double space_between(Group const& group, double usual)
{
    for (auto const& r : group.relations) {
        bool const own = r.other.empty() || r.other == group.id;
        if (r.type != RelationType::spaced && !(r.type == RelationType::distance && own)) continue;
        if (r.min_m && r.max_m) return (*r.min_m + *r.max_m) / 2;
        if (r.min_m || r.max_m) return r.min_m.value_or(r.max_m.value_or(usual));
    }
    return usual;
}

/// Two things that shall face each other.
bool face_each_other(Group const& group)
{
    return std::any_of(group.relations.begin(), group.relations.end(), [&](Relation const& r) {
        bool const own = r.other.empty() || r.other == group.id;
        return own && (r.type == RelationType::opposite ||
                       (r.type == RelationType::facing && (r.mutual || !r.other.empty())));
    });
}

/// Ways that a relation of the group spells out.
Ways asked_for(Site& site, Group const& group, std::vector<Unit>& units)
{
    std::size_t const n = units.size();
    double const usual = usual_space(group.category), space = space_between(group, usual);
    bool const exact = space != usual || relation_of(group, RelationType::spaced);
    std::vector<double> const spaces = exact ? std::vector{space} : std::vector{space, space * 0.5, 0.02};
    double depth = 0;
    for (auto const& u : units) depth = std::max(depth, u.depth());
    if (auto const* r = relation_of(group, RelationType::sorted_by_size))
        sort_by_size(site, units, r->wall == "descending");
    Ways ways;
    auto const count = [](int stated, std::size_t fallback) {
        return stated > 0 ? static_cast<std::size_t>(stated) : fallback;
    };
    bool const furniture = usual > 1;
    if (relation_of(group, RelationType::facing_rows) || (face_each_other(group) && n > 1)) {
        // Desks meet front to front; people and chairs keep a talking distance.
        double const across = furniture && usual != 0.5 ? (n == 2 ? 0.03 : 0.03) : 1.1;
        for (double const s : spaces)
            ways.push_back({two_rows(site, units, furniture ? std::min(s, 0.03) : s,
                                     aisle_between(group, across), true)});
        return ways;
    }
    if (relation_of(group, RelationType::back_to_back)) {
        for (double const s : spaces) ways.push_back({two_rows(site, units, s, 0.1, false)});
        return ways;
    }
    if (auto const* r = relation_of(group, RelationType::in_grid)) {
        std::size_t const columns =
            count(r->n, static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(n)))));
        for (double const s : spaces)
            ways.push_back({rows_of(site, units, (n + columns - 1) / columns, columns, s,
                                    aisle_between(group, std::max(s, 0.3)))});
        return ways;
    }
    if (auto const* r = relation_of(group, RelationType::in_row)) {
        std::size_t const rows = count(r->n, 1), per = count(r->m, (n + rows - 1) / rows);
        for (double const s : spaces)
            ways.push_back({rows_of(site, units, rows, per, s, aisle_between(group, std::max(1.2, usual)))});
        return ways;
    }
    if (relation_of(group, RelationType::spaced) || relation_of(group, RelationType::sorted_by_size)) {
        ways.push_back({row_of(site, units, space)});
        return ways;
    }
    if (auto const* r = relation_of(group, RelationType::clusters)) {
        std::size_t const clusters = count(r->n, 2), size = count(r->m, (n + clusters - 1) / clusters);
        std::vector<Unit> bodies;
        for (std::size_t i = 0; i < n; i += size) {
            bodies.push_back(huddle(site, slice(units, i, size), 0.8));
            bodies.back().apart_m = 2.0; // single linkage at 1.5 m must tell them apart
        }
        return {bodies};
    }
    if (auto const* r = relation_of(group, RelationType::group))
        return {{huddle(site, units, r->max_m.value_or(1.0))}};
    if (face_each_other(group)) return ways;
    // A line that stands along something is a row too: "seven barrels along the wall" without "in a row" may
    // still break at a door, so every one for itself stays a way.
    return ways;
}

/// What such things look like when nobody said how they stand.
Ways usual_ways(Site const& site, Group const& group, std::vector<Unit> const& units)
{
    std::size_t const n = units.size();
    auto const& tree = catalog::Categories::standard();
    auto const is = [&](char const* name) { return tree.is_a(group.category, name); };
    Ways ways;
    bool const along_wall = relation_of(group, RelationType::against_wall) != nullptr;
    if (relation_of(group, RelationType::in_corner)) return ways;
    if (is("desk") && n >= 2 && !along_wall) {
        auto const& room = site.rooms[static_cast<std::size_t>(site.state(units[0].group).room)];
        double const area = (room.max_x - room.min_x) * (room.max_z - room.min_z);
        double const aisle = 1.1;
        auto const grid = [&](std::size_t columns, double space) {
            ways.push_back({rows_of(site, units, (n + columns - 1) / columns, columns, space, aisle)});
        };
        if (area / static_cast<double>(n) > 9) {
            if (n <= 4) grid(n, 1.25);
            grid((n + 1) / 2, 1.25);
        }
        if (n >= 4) ways.push_back({two_rows(site, units, 0.03, 0.03, true)});
        grid((n + 1) / 2, 0.6);
        grid((n + 2) / 3, 0.6);
        if (n > 4)
            ways.push_back({two_rows(site, slice(units, 0, n / 2), 0.03, 0.03, true),
                            two_rows(site, slice(units, n / 2, n), 0.03, 0.03, true)});
    }
    // Goods on a hall's floor stand in lanes, not scattered.
    bool const goods = is("pallet") || is("pallet_load") || is("crate") || is("barrel") || is("container") ||
                       (is("box") && n >= 12);
    if (goods && n >= 3 && !along_wall) {
        double const space = is("pallet") || is("pallet_load") ? 0.3 : usual_space(group.category);
        std::size_t const deep = n > 48    ? static_cast<std::size_t>(std::sqrt(static_cast<double>(n)))
                                 : n >= 12 ? 4
                                 : n >= 6  ? 3
                                 : n >= 4  ? 2
                                           : 1;
        ways.push_back({rows_of(site, units, deep, (n + deep - 1) / deep, space, space)});
        if (n >= 6)
            ways.push_back({rows_of(site, slice(units, 0, n / 2), 2, (n / 2 + 1) / 2, space, space),
                            rows_of(site, slice(units, n / 2, n), 2, (n - n / 2 + 1) / 2, space, space)});
    }
    if (is("chair") && n >= 9 && !along_wall) { // an audience
        auto const columns = static_cast<std::size_t>(std::ceil(std::sqrt(1.5 * static_cast<double>(n))));
        ways.push_back({rows_of(site, units, (n + columns - 1) / columns, columns, 0.12, 0.45)});
    }
    if (along_wall && n >= 2 && n <= 40)
        for (double const space : {usual_space(group.category), 0.05})
            ways.push_back({row_of(site, units, space)});
    return ways;
}

} // namespace

Ways ways_to_stand(Site& site, int at, std::vector<Unit> units)
{
    auto const& group = site.group(at);
    auto const& tree = catalog::Categories::standard();
    if (units.empty()) return {};
    auto const* stacked = relation_of(group, RelationType::stacked);
    bool const attached_elsewhere = link_of(site, at).has_value();
    if (stacked && !attached_elsewhere)
        units = stacks_of(site, units, static_cast<std::size_t>(std::max(2, stacked->n)));
    auto const mount = site.thing(units[0].members[0].thing).asset->mount;
    bool const stands = mount == catalog::Mount::floor || mount == catalog::Mount::surface;
    Ways ways;
    auto const& room = site.rooms[static_cast<std::size_t>(site.state(at).room)];
    bool const hall = room.environment == "warehouse" || room.environment == "factory" ||
                      room.environment == "loading_dock";
    bool const walls =
        relation_of(group, RelationType::against_wall) || relation_of(group, RelationType::in_corner);
    bool const shelves = tree.is_a(group.category, "shelving");
    bool const aisles = relation_of(group, RelationType::aisle) != nullptr;
    bool const lines =
        !relation_of(group, RelationType::in_grid) && !relation_of(group, RelationType::facing_rows) &&
        !relation_of(group, RelationType::clusters) && !relation_of(group, RelationType::group);
    auto const* row = relation_of(group, RelationType::in_row);
    if (shelves && stands && lines && !walls && units.size() >= 2 && (hall || aisles || units.size() >= 6) &&
        (!row || row->n >= 2))
        ways = rack_blocks(site, at, units);
    if (stands && ways.empty() && (!attached_elsewhere || row)) ways = asked_for(site, group, units);
    bool const asked = !ways.empty() && !(shelves && !aisles && !row);
    if (stands && ways.empty() && !attached_elsewhere) ways = usual_ways(site, group, units);
    if (!asked || relation_of(group, RelationType::sorted_by_size) == nullptr) ways.push_back(units);
    return ways;
}

} // namespace soulvan::scene
