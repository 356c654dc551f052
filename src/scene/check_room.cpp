// Is everything over its floor, are doors and windows clear, is the camera where one can stand?
#include "check_rules.h"

#include <algorithm>
#include <cmath>

#include <tbb/parallel_for.h>

namespace soulvan::scene::checking {
namespace {

constexpr double tolerance = 0.005;

/// Share of the surface over the floor, and how far the farthest sample lies beside it.
struct Inside {
    double over_floor = 1; ///< as the papers count: above the floor too
    double in_plan = 1;
    double farthest = 0;
};

/// Whether a floor lies below the whole of the thing: 12 x 12 rays over its bounds, so that what slips
/// between them is less than the hundredth that may lie beside a floor.
bool is_over_one_floor(World const& world, Thing const& thing)
{
    auto const& bounds = thing.body.bounds;
    auto const is_below = [&](std::uint32_t floor) {
        auto const& body = world.things[floor].body;
        for (int i = 0; i < 144; ++i) {
            Vec3d const from(bounds.min.x + bounds.size().x * (i % 12) / 11, bounds.min.y + tolerance,
                             bounds.min.z + bounds.size().z * (i / 12) / 11);
            if (!geometry::cast(body, from, {0, -1, 0}, 1e6)) return false;
        }
        return true;
    };
    return std::any_of(world.floors.begin(), world.floors.end(), is_below);
}

Inside measure(World const& world, Thing const& thing)
{
    auto const* room = world.room_of(thing);
    auto const corners = thing.body.box.corners();
    if (room && thing.body.bounds.min.y >= room->floor - tolerance &&
        std::all_of(corners.begin(), corners.end(), [&](Vec3d const& p) { return room->outside(p) <= 1e-6; }))
        return {};
    if (!room && (world.floors.empty() || is_over_one_floor(world, thing))) return {};
    auto const n = static_cast<std::size_t>(std::clamp(5000 * thing.body.box.volume(), 1000.0, 20000.0));
    auto const samples = geometry::surface_samples(thing.body, n);
    if (samples.empty()) return {};
    std::size_t over = 0, plan = 0;
    auto floors = world.floors;
    Inside out;
    for (auto const& p : samples) {
        bool in_plan = false, above = false;
        if (room) {
            double const outside = room->outside(p);
            in_plan = outside <= 1e-6;
            above = p.y >= room->floor - tolerance;
            out.farthest = std::max(out.farthest, outside);
        } else {
            Vec3d const start(p.x, p.y + tolerance, p.z);
            for (std::size_t k = 0; k < floors.size() && !above; ++k) {
                auto const& body = world.things[floors[k]].body;
                if (p.x < body.bounds.min.x || p.x > body.bounds.max.x || p.z < body.bounds.min.z ||
                    p.z > body.bounds.max.z)
                    continue;
                above = geometry::cast(body, start, {0, -1, 0}, 1e6).has_value();
                in_plan = in_plan || above || geometry::cast(body, start, {0, 1, 0}, 1e6).has_value();
                if (above) std::swap(floors[0], floors[k]); // the next sample most likely lies over the same
            }
        }
        plan += in_plan;
        over += in_plan && above;
    }
    out.over_floor = double(over) / double(samples.size());
    out.in_plan = double(plan) / double(samples.size());
    return out;
}

} // namespace

void check_bounds(World const& world, Tally& tally)
{
    std::vector<Inside> results(world.things.size());
    tbb::parallel_for(std::size_t{0}, world.things.size(), [&](std::size_t i) {
        if (world.things[i].is_object()) results[i] = measure(world, world.things[i]);
    });
    int objects = 0, outside = 0;
    for (std::uint32_t i = 0; i < world.things.size(); ++i) {
        auto const& thing = world.things[i];
        if (!thing.is_object()) continue;
        ++objects;
        outside += results[i].over_floor < 0.99;
        if (results[i].in_plan >= 0.99 || tally.marks.unmeasured[i]) continue;
        auto const* room = world.room_of(thing);
        // Partly through a wall that is there is a collision with that wall, and said so.
        bool const walled =
            room && room->outside(thing.body.bounds.center()) < 0 &&
            std::any_of(world.neighbours[i].begin(), world.neighbours[i].end(), [&](std::uint32_t j) {
                auto const& other = world.things[j];
                return other.role != Role::object &&
                       geometry::penetration(thing.body, other.body, {.enclosing = false, .by_side = true});
            });
        if (walled) continue;
        tally.marks.outside[i] = 1;
        auto const share = std::lround(100 * (1 - results[i].in_plan));
        tally.find("out_of_bounds", room ? std::vector{thing.path, room->path} : std::vector{thing.path},
                   results[i].farthest,
                   room ? fmt::format("{} is outside its room: {} % of it, up to {}", thing.id, share,
                                      say_length(results[i].farthest))
                        : fmt::format("{} % of {} is not over a floor", share, thing.id));
    }
    tally.out.objects = objects;
    tally.out.out_of_bounds = objects > 0 ? double(outside) / objects : 0;
}

namespace {

struct Door {
    Thing const& thing;
    bool window = false;
    std::vector<geometry::Box> clear; ///< what must hold nothing
};

/// The space before one side of a door or window; `front` leads into it.
geometry::Box space_before(Thing const& thing, Vec3d const& front, bool window)
{
    Vec3d const right = Vec3d(0, 1, 0).cross(front);
    auto const& body = thing.body;
    double const high = geometry::support(body, front), low = -geometry::support(body, -front);
    double const face = std::min(high, low + 0.4); // an open leaf reaches farther than its frame
    double const right_high = geometry::support(body, right), right_low = -geometry::support(body, -right);
    double const depth = window ? 0.5 : 1.0;
    double const bottom = body.bounds.min.y + (window ? 0.0 : 0.02); // sills and mats do not block
    double const top = window ? body.bounds.max.y : std::min(body.bounds.max.y, body.bounds.min.y + 2.0);
    geometry::Box box;
    box.half = {right * std::max(0.0, (right_high - right_low) / 2 - 0.01), front * (depth / 2 - 0.005),
                Vec3d(0, std::max(0.0, (top - bottom) / 2), 0)};
    box.centre = right * ((right_high + right_low) / 2) + front * (face + 0.005 + depth / 2) +
                 Vec3d(0, (top + bottom) / 2, 0);
    return box;
}

std::optional<Door> door_of(World const& world, Thing const& thing)
{
    bool const window = is_a(thing, "window");
    if (thing.body.empty() || thing.role == Role::surrounding || (!window && !is_a(thing, "door")))
        return std::nullopt;
    Door out{thing, window, {}};
    Vec3d front(thing.front.x, 0, thing.front.z);
    if (front.length() > 0.5) {
        out.clear.push_back(space_before(thing, front.normalized(), window));
        return out;
    }
    // Neither side is known as the front: the thin direction of its box, both ways, where there is room.
    double thinnest = std::numeric_limits<double>::infinity();
    for (auto const& edge : thing.body.box.half)
        if (std::abs(edge.y) < 0.5 * edge.length() && edge.length() < thinnest) {
            thinnest = edge.length();
            front = Vec3d(edge.x, 0, edge.z).normalized();
        }
    for (double const sign : {1.0, -1.0}) {
        auto const space = space_before(thing, front * sign, window);
        bool const used = world.rooms.empty() ||
                          std::any_of(world.rooms.begin(), world.rooms.end(),
                                      [&](RoomSpace const& room) { return room.outside(space.centre) < 0; });
        if (used) out.clear.push_back(space);
    }
    return out;
}

bool may_stand_there(Thing const& thing, Door const& door)
{
    return door.window ? is_a(thing, "curtain") : is_a(thing, "dock_leveller") || is_a(thing, "rug");
}

} // namespace

void check_openings(World const& world, Tally& tally)
{
    int openings = 0, blocked = 0;
    for (auto const& thing : world.things) {
        auto const door = door_of(world, thing);
        if (!door) continue;
        ++openings;
        std::vector<std::string> prims{thing.path};
        std::string names;
        for (std::uint32_t i = 0; i < world.things.size(); ++i) {
            auto const& other = world.things[i];
            if (!other.is_object() || &other == &thing || tally.marks.unmeasured[i] ||
                may_stand_there(other, *door))
                continue;
            if (std::none_of(door->clear.begin(), door->clear.end(), [&](geometry::Box const& space) {
                    return (other.body.bounds.center() - space.centre).length() <
                               other.body.bounds.size().length() / 2 + 3 + space.half[0].length() &&
                           geometry::meets(other.body, space);
                }))
                continue;
            prims.push_back(other.path);
            if (prims.size() <= 4) names += (names.empty() ? "" : ", ") + other.id;
        }
        if (prims.size() == 1) continue;
        ++blocked;
        if (prims.size() > 4) names += fmt::format(" and {} more", prims.size() - 4);
        tally.find(
            "opening_blocked", std::move(prims), door->window ? 0.5 : 1.0,
            fmt::format("{} stand{} in the {} m before {}", names,
                        names.find(',') == std::string::npos && names.find(" and ") == std::string::npos ? "s"
                                                                                                         : "",
                        door->window ? "0.5" : "1", thing.id));
    }
    tally.out.openings = openings > 0 ? 1 - double(blocked) / openings : 1;
}

namespace {

/// Whether the building hides most of a room from a camera outside of it. A picture from above with the roof
/// left out, or through a wall that is cut away, is meant so.
bool is_shut_out(World const& world, RoomSpace const& room, Vec3d const& camera)
{
    int shut = 0, asked = 0;
    for (double const x : {-0.5, 0.0, 0.5})
        for (double const z : {-0.5, 0.0, 0.5}) {
            Vec3d target = room.box.centre + room.box.half[0] * x + room.box.half[1] * z;
            target.y = room.floor + std::min(1.0, room.height / 2);
            Vec3d const way = (target - camera).normalized();
            double const distance = (target - camera).length();
            double enters = distance;
            for (int step = 1; step < 256 && enters == distance; ++step) {
                Vec3d const at = camera + way * (distance * step / 256);
                if (room.outside(at) < 0 && at.y < room.floor + room.height) enters = distance * step / 256;
            }
            ++asked;
            shut += std::any_of(world.things.begin(), world.things.end(), [&](Thing const& thing) {
                return thing.role != Role::object && !thing.body.empty() &&
                       geometry::cast(thing.body, camera, way, enters).has_value();
            });
        }
    return 2 * shut > asked;
}

} // namespace

void check_cameras_and_lights(World const& world, Tally& tally)
{
    bool const closed =
        !world.rooms.empty() && std::all_of(world.rooms.begin(), world.rooms.end(),
                                            [](RoomSpace const& room) { return room.closed(); });
    for (auto const& camera : world.cameras) {
        for (auto const& position : camera.positions) {
            auto const holds = [&](Thing const& thing) {
                return thing.is_object() && geometry::encloses(thing.body, position);
            };
            auto const in = std::find_if(world.things.begin(), world.things.end(), holds);
            double outside = -std::numeric_limits<double>::infinity();
            if (closed) {
                RoomSpace const* nearest = nullptr;
                for (auto const& room : world.rooms) {
                    double const beside = std::max({room.outside(position), room.floor - position.y,
                                                    position.y - room.floor - room.height});
                    if (nearest && beside >= outside) continue;
                    nearest = &room;
                    outside = beside;
                }
                if (outside > 0 && !is_shut_out(world, *nearest, position)) outside = 0;
            }
            if (in != world.things.end()) {
                tally.find("camera", {camera.path, in->path}, 0,
                           fmt::format("the camera is inside {}", in->id));
                break;
            }
            if (outside > 0) {
                tally.find("camera", {camera.path}, outside,
                           fmt::format("the camera is {} outside the room", say_length(outside)));
                break;
            }
        }
    }
    if (world.cameras.empty())
        tally.note("no_camera", {}, 0, "there is no camera; a renderer will choose one");
    if (world.lights == 0)
        tally.note("no_light", {}, 0, "there is no light; a renderer will bring its own or show black");
}

} // namespace soulvan::scene::checking
