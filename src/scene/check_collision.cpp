// Which things penetrate each other, the walls or the floor by more than 5 mm?
#include "check_rules.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <tbb/parallel_for.h>

namespace soulvan::scene::checking {
namespace {

constexpr double tolerance = 0.005;
constexpr double same_place = 0.001;

struct Found {
    std::uint32_t a = 0, b = 0; ///< `a` is an object
    geometry::Penetration penetration;
    bool duplicate = false;
};

bool is_nested(Thing const& a, Thing const& b)
{
    return a.support == b.id || b.support == a.id || a.prim.has_prefix(b.prim) || b.prim.has_prefix(a.prim);
}

/// Equal surfaces in equal places.
bool is_duplicate(Thing const& a, Thing const& b)
{
    if (a.body.surface->triangle_count() != b.body.surface->triangle_count()) return false;
    for (int i = 0; i < 3; ++i)
        if (std::abs(a.body.bounds.min[i] - b.body.bounds.min[i]) > same_place ||
            std::abs(a.body.bounds.max[i] - b.body.bounds.max[i]) > same_place)
            return false;
    return (a.centroid - b.centroid).length() <= same_place;
}

/// Paint and sheets: what has no body cannot be penetrated.
bool is_film(Thing const& thing)
{
    return is_a(thing, "floor_marking") || (thing.role == Role::object && thing.body.bounds.size().y < 1e-4);
}

std::optional<Found> compare(World const& world, std::uint32_t i, std::uint32_t j)
{
    if (!world.things[i].is_object()) std::swap(i, j);
    auto const &a = world.things[i], &b = world.things[j];
    if (a.body.empty() || b.body.empty() || is_film(a) || is_film(b)) return std::nullopt;
    bool const both = b.role == Role::object;
    if (both && is_duplicate(a, b)) return Found{i, j, {}, true};
    auto const found = geometry::penetration(
        a.body, b.body, {.tolerance = tolerance, .enclosing = both && !is_nested(a, b), .by_side = !both});
    if (!found) return std::nullopt;
    return Found{i, j, *found, false};
}

/// The penetration leads down into a floor.
bool is_sinking(World const& world, Found const& found)
{
    auto const &a = world.things[found.a], &b = world.things[found.b];
    auto const& penetration = found.penetration;
    if (b.role == Role::object || penetration.direction.y > -0.7) return false;
    double const near = penetration.depth + 0.02;
    if (penetration.point.y > a.body.bounds.min.y + near) return false;
    auto const* room = world.room_of(a);
    return is_floor(b.category) || (room && std::abs(penetration.point.y - room->floor) <= near) ||
           std::find(world.floors.begin(), world.floors.end(), found.b) != world.floors.end();
}

std::string name_of_side(Thing const& b, Vec3d const& way)
{
    if (!is_a(b, "building")) return b.id;
    return fmt::format("{} of {}",
                       std::abs(way.y) < 0.7 ? "a wall"
                       : way.y > 0           ? "the ceiling"
                                             : "the floor",
                       b.id);
}

/// In the stage's own numbers, where a person will look for it.
std::string place(Vec3d const& p, Matrix4d const& stage_from_metres)
{
    Vec3d const at = p * stage_from_metres;
    auto const tidy = [](double x) { return std::abs(x) < 0.005 ? 0.0 : x; }; // no -0.00
    return fmt::format("at ({:.2f}, {:.2f}, {:.2f})", tidy(at.x), tidy(at.y), tidy(at.z));
}

} // namespace

void check_collisions(World const& world, Tally& tally)
{
    auto& marks = tally.marks;
    Matrix4d const stage_from_metres = world.metres_from_stage.inverse();
    std::vector<std::optional<Found>> results(world.close.size());
    tbb::parallel_for(std::size_t{0}, world.close.size(), [&](std::size_t k) {
        auto const [i, j] = world.close[k];
        if (!marks.unmeasured[i] && !marks.unmeasured[j]) results[k] = compare(world, i, j);
    });
    std::map<std::uint32_t, std::pair<double, std::string>> sunk; // by thing: how deep, into what
    auto const sink = [&](std::uint32_t i, double depth, std::string const& floor) {
        marks.collides[i] = marks.sunk[i] = 1;
        sunk.try_emplace(i, depth, floor); // by the room's own floor where there is one: it is exact
    };
    for (std::uint32_t i = 0; i < world.things.size(); ++i) {
        auto const& thing = world.things[i];
        if (!thing.is_object() || marks.unmeasured[i] || is_film(thing)) continue;
        auto const* room = world.room_of(thing);
        if (room && room->outside(thing.body.bounds.center()) <= 0 &&
            thing.body.bounds.min.y < room->floor - tolerance)
            sink(i, room->floor - thing.body.bounds.min.y, room->path);
    }
    for (auto const& result : results) {
        if (!result) continue;
        auto const &a = world.things[result->a], &b = world.things[result->b];
        auto const depth = result->penetration.depth;
        marks.collides[result->a] = 1;
        if (b.role == Role::object) marks.collides[result->b] = 1;
        if (result->duplicate) {
            tally.find("duplicate", {a.path, b.path}, 0,
                       fmt::format("{} and {} are the same thing in the same place", a.id, b.id));
        } else if (is_sinking(world, *result)) {
            sink(result->a, depth, b.path);
        } else if (b.role == Role::object) {
            tally.find("collision", {a.path, b.path}, depth,
                       result->penetration.enclosed
                           ? fmt::format("{} and {}: one stands inside the other", a.id, b.id)
                           : fmt::format("{} and {} penetrate by {} {}", a.id, b.id, say_length(depth),
                                         place(result->penetration.point, stage_from_metres)));
        } else if (!marks.outside[result->a]) {
            tally.find("collision", {a.path, b.path}, depth,
                       fmt::format("{} goes {} into {} {}", a.id, say_length(depth),
                                   name_of_side(b, result->penetration.direction),
                                   place(result->penetration.point, stage_from_metres)));
        }
    }
    for (auto const& [i, into] : sunk)
        if (!marks.tilted[i] && !marks.outside[i])
            tally.find(
                "sunk", {world.things[i].path, into.second}, into.first,
                fmt::format("{} is sunk {} into the floor", world.things[i].id, say_length(into.first)));
}

} // namespace soulvan::scene::checking
