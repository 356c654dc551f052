// The layout: where everything stands, and the solver that decides it.
//
// Frame: the stage's. Metres, right-handed, +Y up, floor at y = 0; east is +X, north is -Z. Yaw is radians
// about +Y; at yaw 0 a thing's front looks along +Z (south).
#pragma once

#include "soulvan/catalog/catalog.h"
#include "soulvan/scene/plan.h"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace soulvan::scene {

/// One thing in its place.
struct Placed {
    std::string id;    ///< "forklift_1": group's category and a number, unique, stable over edits
    std::string group; ///< id of the plan's group; "" for parts of the building
    std::string category;
    catalog::AssetRef asset;
    Vec3d position{0, 0, 0}; ///< of the asset's origin
    double yaw = 0;
    double scale = 1;
    /// What carries it: "floor", "ceiling", "wall:north", or the id of another thing.
    std::string support = "floor";
    std::vector<std::string> attributes;
    std::uint64_t seed = 0; ///< from the id and the plan's seed
    bool architecture = false;
    friend bool operator==(Placed const&, Placed const&) = default;
};

enum class Wall { north, east, south, west };
std::string_view name_of(Wall wall);

/// A hole in a wall that a door or window fills.
struct Opening {
    std::string id; ///< of the placed door or window
    Wall wall = Wall::north;
    double centre = 0; ///< along the wall: x for north and south, z for east and west
    double width = 0, height = 0, sill = 0;
    bool passage = true; ///< a door: the floor before it is kept free
    friend bool operator==(Opening const&, Opening const&) = default;
};

/// A closed room, or an open yard (no walls, no ceiling).
struct Room {
    std::string id, environment;
    double min_x = 0, max_x = 0, min_z = 0, max_z = 0; ///< inner faces of the walls
    double height = 0;                                 ///< clear height; 0: outdoors
    double floor = 0; ///< height of the floor's top: the yard before a dock lies 1.2 m lower
    std::vector<Opening> openings;
    catalog::AssetRef shell; ///< the generated building around it
    friend bool operator==(Room const&, Room const&) = default;
};

/// A light, in UsdLux terms.
struct PlacedLight {
    std::string id;
    std::string kind; ///< "rect", "sphere", "disk", "distant", "dome", "sky"
    Vec3d position{0, 0, 0};
    double yaw = 0, pitch = 0; ///< pitch 0 shines horizontally along the front, -pi/2 down
    double width = 0, length = 0, radius = 0;
    double intensity = 1, exposure = 0; ///< nits for areas; distant: lux-like as UsdLux says
    double cct_k = 0;                   ///< 0: `color`
    Vec3d color{1, 1, 1};
    double angle_deg = 0.53;                         ///< distant
    std::vector<std::pair<std::string, double>> sky; ///< soulvan:sky:* of a "sky"
    friend bool operator==(PlacedLight const&, PlacedLight const&) = default;
};

struct CameraKey {
    double seconds = 0;
    Vec3d position{0, 0, 0};
    double yaw = 0, pitch = 0; ///< yaw 0 looks along -Z (north), positive to the left; pitch positive up
    friend bool operator==(CameraKey const&, CameraKey const&) = default;
};

struct PlacedCamera {
    std::vector<CameraKey> keys; ///< at least one; eased between them
    double focal_mm = 24;        ///< on a 36 mm wide film back
    double fstop = 0;            ///< 0: no depth of field
    double focus_m = 5;
    bool orthographic = false;
    double ortho_width_m = 10;
    double shift_y = 0;  ///< vertical aperture offset in parts of the picture's height
    double exposure = 0; ///< stops
    std::string move;    ///< "dolly", "pan", "orbit", "crane", "static"
    std::string subject; ///< id of the thing that it frames
    friend bool operator==(PlacedCamera const&, PlacedCamera const&) = default;
};

struct Layout {
    std::uint64_t seed = 0;
    std::vector<Room> rooms;
    std::vector<Placed> structure; ///< parts of the building beside its shell: doors, windows, columns, lamps
    std::vector<Placed> objects;
    std::vector<PlacedLight> lights;
    PlacedCamera camera;
    std::vector<Warning> warnings; ///< what could not be met: "too_many", "relation_relaxed", …
    /// For the next edit: the highest number that an id of each category ever had (a removed id is never
    /// given to another thing), and what each group said when it was solved (a group that says something else
    /// now is solved anew).
    std::map<std::string, int> numbers;
    std::map<std::string, std::string> fingerprints;
    Placed const* find(std::string_view id) const;
    friend bool operator==(Layout const&, Layout const&) = default;
};

/// Places everything of `plan`.
/// Law      no two bounds penetrate (nesting on support surfaces excepted), nothing lies outside its room,
///          everything is carried, openings stay free.
/// Locks    with `previous`: what the plan's last turn does not name keeps its pose to the bit.
/// Relaxes  what cannot be met is said in `warnings`; counts that do not fit are lowered with "too_many".
/// Errors   limit: more things than the largest room holds, naming how many would fit; cancelled.
/// Same     equal plans, catalogues, seeds and previous layouts give equal layouts.
Result<Layout> solve(Plan const& plan, catalog::Catalog const& catalog, Layout const* previous = nullptr,
                     std::stop_token stop = {});

/// Chooses the lights of a solved layout (layout.lights) and the camera (layout.camera) as the plan asks and
/// the place suggests.
void light_layout(Layout& layout, Plan const& plan, catalog::Catalog const& catalog);
void frame_layout(Layout& layout, Plan const& plan, catalog::Catalog const& catalog);

/// api/schemas/layout.schema.json. read(write(l)) == l.
Json layout_to_json(Layout const& layout);
/// Errors  invalid_input: "layout.json: /objects/2/yaw: what".
Result<Layout> layout_from_json(Json const& json);

} // namespace soulvan::scene
