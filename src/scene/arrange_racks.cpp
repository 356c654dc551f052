// Racks in rows with aisles, as halls are really planned.
#include "arrange.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double flue_m = 0.2;           ///< between the backs of a double row
constexpr double counterbalance_m = 3.4; ///< aisle for the usual forklift (facts/scene.md 7: 3.4-4.3)
constexpr double cross_aisle_m = 4.0;
constexpr double run_m = 33; ///< 12 bays of 2.75 m: then a cross aisle

struct Block {
    int lines = 2, per_line = 1;
    double aisle = counterbalance_m;
    bool doubles_only = false;
};

/// Lines from west to east: which look east (front to the aisle at their east side)?
std::vector<bool> fronts_east(Block const& block)
{
    std::vector<bool> east;
    for (int i = 0; i < block.lines; ++i) east.push_back(block.doubles_only ? i % 2 == 1 : i % 2 == 0);
    return east;
}

Unit build(Site const& site, std::vector<Unit> const& units, Block const& block)
{
    double depth = 0, length = 0;
    for (auto const& u : units) depth = std::max(depth, u.depth()), length = std::max(length, u.width());
    double const space = 0.02, pitch = length + space;
    int const per_run = std::max(1, static_cast<int>(run_m / pitch));
    auto const east = fronts_east(block);
    std::vector<Pose> poses;
    double x = 0, width = 0;
    std::vector<double> lines;
    for (int i = 0; i < block.lines; ++i) {
        if (i > 0)
            x += depth + (!east[static_cast<std::size_t>(i - 1)] && east[static_cast<std::size_t>(i)]
                              ? flue_m
                              : block.aisle);
        lines.push_back(x);
        width = x;
    }
    auto const place = [&](int k) { return (k / per_run) * (cross_aisle_m - space) + k * pitch; };
    double const run = place(block.per_line - 1) + length;
    for (std::size_t i = 0; i < units.size(); ++i) {
        // The first racks stand nearest to the viewer, line by line.
        int const line = static_cast<int>(i) % block.lines, k = static_cast<int>(i) / block.lines;
        double const z = run / 2 - place(k) - length / 2;
        bool const looks_east = east[static_cast<std::size_t>(line)];
        poses.push_back(
            {lines[static_cast<std::size_t>(line)] - width / 2, 0, z, looks_east ? pi / 2 : -pi / 2});
        // Unit origins need not be their middles.
        auto const& u = units[i];
        Pose const shift =
            compose({0, 0, 0, poses.back().yaw}, {-(u.min_x + u.max_x) / 2, 0, -(u.min_z + u.max_z) / 2, 0});
        poses.back().x += shift.x;
        poses.back().z += shift.z;
    }
    auto body = merged(site, units, poses);
    body.straight = true;
    return body;
}

/// Where a block stands well: to the north, in the middle from west to east, the rest of the hall left free.
std::vector<Pose> stands(Room const& room, Unit const& body)
{
    std::vector<Pose> poses;
    double const room_x = (room.min_x + room.max_x) / 2;
    for (bool const turned : {false, true}) {
        double const width = turned ? body.depth() : body.width(),
                     depth = turned ? body.width() : body.depth();
        double const slack_x = room.max_x - room.min_x - width, slack_z = room.max_z - room.min_z - depth;
        if (slack_x < 0.02 || slack_z < 0.02) continue;
        for (double const north : {1.2, 0.6, 0.1, 2.4, 4.0, 6.0})
            for (double const side : {0.0, -0.5, 0.5, -1.0, 1.0}) {
                if (north > slack_z) continue;
                double const x =
                    room_x + side * (slack_x / 2 - 0.05) - (turned ? 0 : (body.min_x + body.max_x) / 2);
                double const z =
                    room.min_z + north + depth / 2 - (turned ? 0 : (body.min_z + body.max_z) / 2);
                poses.push_back({x, 0, z, turned ? pi / 2 : 0});
            }
    }
    return poses;
}

double aisle_of(Site const& site, int group, double& least)
{
    double aisle = counterbalance_m;
    auto const& tree = catalog::Categories::standard();
    // Narrow shelving is served on foot, but a hall's aisles stay wide enough for a truck to pass.
    if (!tree.is_a(site.group(group).category, "pallet_rack") &&
        !tree.is_a(site.group(group).category, "shelving"))
        aisle = 2.4;
    least = std::min(aisle, 2.7);
    for (auto const& r : site.group(group).relations) {
        if (r.type != RelationType::aisle) continue;
        if (r.min_m && r.max_m) return least = aisle = (*r.min_m + *r.max_m) / 2;
        if (r.min_m) aisle = std::max(aisle, *r.min_m + 0.05), least = *r.min_m + 0.02;
        if (r.max_m) aisle = least = std::max(1.0, std::min(aisle, *r.max_m - 0.05));
    }
    return aisle;
}

} // namespace

std::vector<std::vector<Unit>> rack_blocks(Site const& site, int group, std::vector<Unit> const& units)
{
    std::vector<std::vector<Unit>> ways;
    int const n = static_cast<int>(units.size());
    auto const& wish = site.group(group);
    auto const& room = site.rooms[static_cast<std::size_t>(site.state(group).room)];
    auto const* rows = relation_of(wish, RelationType::in_row);
    bool const doubles = relation_of(wish, RelationType::back_to_back) != nullptr;
    double least = 0, aisle = aisle_of(site, group, least);
    bool const fixed = relation_of(wish, RelationType::aisle) != nullptr;
    double length = 0, depth = 0;
    for (auto const& u : units)
        length = std::max(length, u.width() + 0.02), depth = std::max(depth, u.depth());
    bool const others = site.plan.groups.size() > 1;
    double const room_x = room.max_x - room.min_x, room_z = room.max_z - room.min_z;
    struct Scored {
        Block block;
        double score;
    };
    std::vector<Scored> blocks;
    bool const stated = rows && rows->n > 0;
    for (int lines = stated ? rows->n : std::min(2, n); lines <= (stated ? rows->n : n); ++lines) {
        int const each = rows && rows->m > 0 ? rows->m : (n + lines - 1) / lines;
        if (!stated && (lines - 1) * each >= n) continue; // a line would stay empty
        int const flues = doubles ? lines / 2 : (lines - 1) / 2, aisles = lines - 1 - flues;
        // Aisles take what the hall offers, up to what a truck can use.
        double const solid = lines * depth + flues * flue_m;
        double const free = aisles > 0 ? (room_x * 0.9 - solid) / aisles : aisle;
        double const width = fixed ? aisle : std::clamp(free, least, std::max(aisle, std::min(free, 4.2)));
        double const across = solid + aisles * width, along = each * length;
        double const goal_x = 0.85 * room_x, goal_z = (others ? 0.6 : 0.85) * room_z;
        auto const fill = [](double size, double goal) {
            return size <= goal ? size / goal : 2 - 1.5 * size / goal;
        };
        double const gaps = static_cast<double>(lines * each - n) / n;
        // A rack alone is no row: lines are longer than the block has lines, where there is a choice.
        double const short_lines = 0.1 * lines / each + (each < 2 && n >= 4 ? 1 : 0);
        blocks.push_back(
            {{lines, each, width, doubles}, fill(across, goal_x) + fill(along, goal_z) - gaps - short_lines});
    }
    std::stable_sort(blocks.begin(), blocks.end(),
                     [](Scored const& a, Scored const& b) { return a.score > b.score; });
    if (blocks.size() > 8) blocks.resize(8);
    for (auto const& [block, score] : blocks) {
        auto body = build(site, units, block);
        body.candidates = stands(room, body);
        if (!body.candidates.empty()) ways.push_back({std::move(body)});
    }
    return ways;
}

} // namespace soulvan::scene
