// What does a stage hold, as things in one frame? The value that every rule of the check reads.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"
#include "soulvan/geometry/contact.h"
#include "soulvan/usd/stage.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace soulvan::scene::checking {

enum class Role {
    object,       ///< is counted and measured
    architecture, ///< a part of the building that is a thing of its own: a door, a column
    surrounding,  ///< all other surfaces: floor, walls, terrain
};

/// World space is in metres, +Y up, whatever the stage's unit and axis are.
struct Thing {
    usd::Path prim;
    std::string path;     ///< as reported; copies of a PointInstancer end in "[17]"
    std::string id;       ///< soulvan:id, else the prim's name
    std::string category; ///< soulvan:category, else what the names say, else ""
    std::string group;    ///< the name of the prim above
    std::string support;  ///< soulvan:support; "" when not stated
    bool declared = false;
    bool is_asset = false; ///< brought by a reference or payload
    Role role = Role::object;
    geometry::Body body;
    Matrix4d world_from_thing;
    Vec3d centroid{0, 0, 0}; ///< of the surface, by area
    Vec3d front{0, 0, 0};    ///< of length one; zero when not stated

    bool is_object() const { return role == Role::object && !body.empty(); }
};

/// A room from soulvan:room:*, as an upright box in any yaw.
struct RoomSpace {
    std::string path;
    geometry::Box box; ///< half[0] and half[1] lie in the plan, half[2] is up
    double floor = 0, height = 0;
    bool closed() const { return height > 0.01; }
    /// How far a point is outside in the plan; negative inside.
    double outside(Vec3d const& point) const;
};

struct CameraPath {
    std::string path;
    std::vector<Vec3d> positions;
    Vec3d forward{0, 0, -1}; ///< where it looks first, of length one
};

struct World {
    std::vector<Thing> things;
    std::vector<RoomSpace> rooms;
    std::vector<CameraPath> cameras;
    bool declared = false; ///< soulvan:* say what is what
    int lights = 0;
    std::size_t unreadable = 0; ///< surfaces that are no triangles: curves, points, volumes
    Matrix4d metres_from_stage;

    // Filled by `arrange`, anew whenever the frame changes:
    std::vector<std::pair<std::uint32_t, std::uint32_t>> close; ///< pairs whose bounds come within 11 mm
    std::vector<std::vector<std::uint32_t>> neighbours;         ///< the same, by thing
    std::vector<std::uint32_t> floors; ///< things that others stand on; none with rooms
    std::optional<double> ground;      ///< height of an endless floor where nothing else can be one

    RoomSpace const* room_of(Thing const& thing) const; ///< null: there are no rooms
};

/// Errors  invalid_input: no geometry; limit: over 100,000 things.
Result<World> read_world(usd::Stage const& stage);
/// The same things in another frame: every matrix times `correction`.
World moved(World const& world, Matrix4d const& correction);
/// Finds what is near what and what the floors are.
void arrange(World& world);

/// Lower-case words of a prim's name: "SM_CardBoxA_01" is card, box. Single letters and numbers are left out.
std::vector<std::string> words_of(std::string_view name);
bool is_architecture(std::string_view category);
bool is_floor(std::string_view category);

} // namespace soulvan::scene::checking
