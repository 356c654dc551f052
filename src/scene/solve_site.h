// The site: what the solver works on. Rooms, things, what fills the floor, and the groups they belong to.
#pragma once

#include "obb.h"
#include "occupancy.h"

#include "soulvan/scene/layout.h"

#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace soulvan::scene {

/// What the solver needs of a catalogue.
class AssetSource {
public:
    virtual ~AssetSource() = default;
    /// Placeable assets at or below a category, the better choice first.
    virtual std::vector<catalog::Asset const*> of_category(std::string_view category,
                                                           std::set<std::string> const& attributes) const = 0;
    virtual Result<catalog::Asset> describe(catalog::AssetRef const& ref) const = 0;
};

/// Metres that two boxes keep from each other where neither carries the other. A judge allows 5 mm of
/// penetration on real triangles; 10 mm between boxes leaves room for what a box leaves out.
inline constexpr double margin_m = 0.01;

/// One thing to place.
struct Thing {
    int group = -1; ///< index in Plan::groups; -1: a part of the building that no group asked for
    int index = 0;  ///< within its group
    int room = 0;
    std::string id, category;
    std::shared_ptr<catalog::Asset const> asset;
    double scale = 1;
    Pose pose;
    int carrier = -1; ///< the thing that it stands on
    std::string support = "floor";
    std::uint64_t seed = 0;
    bool attached = false; ///< a member of another thing's unit
    bool arranged = false; ///< placed with others as one body: moves only with them
    bool placed = false;
    bool locked = false; ///< keeps its pose
    bool architecture = false;
    Solid solid;              ///< of `pose`, once placed
    std::vector<Pose> wishes; ///< where it, or what it replaces, stood before

    Plan2 front() const { return heading(pose.yaw); }
    Vec3d size() const { return (asset->bounds.max - asset->bounds.min) * scale; }
    Solid solid_at(Pose const& at) const { return solid_of(asset->bounds, scale, at); }
};

/// A thing within a unit, in the unit's frame.
struct Member {
    int thing = -1;
    Pose local;
};

/// Things that move as one body: a desk with its chair, a row of racks, a pallet with its boxes.
struct Unit {
    int group = -1; ///< of the principal members
    std::vector<Member> members;
    double min_x = 0, max_x = 0, min_z = 0, max_z = 0, top = 0; ///< bounds of its members, unit frame
    bool straight = false;        ///< stays parallel to the walls: rows and grids
    double apart_m = 0;           ///< gap to other units of the group that must be kept: clusters
    std::vector<Pose> candidates; ///< when it knows where it may stand; else they are searched

    double width() const { return max_x - min_x; }
    double depth() const { return max_z - min_z; }
};

/// One group of the plan while it is solved.
struct GroupState {
    std::vector<int> things;
    int room = 0;
    bool architecture = false;
    bool no_asset = false;
};

/// How much a place must respect.
enum class Strictness {
    zones, ///< everything: also the floor that things need to be used
    tight, ///< boxes and keep-outs only
};

class Site {
public:
    Site(Plan const& plan_in, AssetSource const& source_in) : plan(plan_in), source(source_in) {}

    Plan const& plan;
    AssetSource const& source;
    std::vector<Room> rooms;
    std::vector<Thing> things;
    std::vector<GroupState> groups; ///< as Plan::groups
    Occupancy occupancy;
    std::vector<Warning> warnings;
    Plan2 view_forward{0, -1}; ///< the picture's depth in the plan; the camera usually looks north
    std::set<std::string> warned;
    std::set<int> relaxed; ///< groups that do not stand in the arrangement that was asked for

    Thing& thing(int at) { return things[static_cast<std::size_t>(at)]; }
    Thing const& thing(int at) const { return things[static_cast<std::size_t>(at)]; }
    Group const& group(int at) const { return plan.groups[static_cast<std::size_t>(at)]; }
    GroupState& state(int at) { return groups[static_cast<std::size_t>(at)]; }
    GroupState const& state(int at) const { return groups[static_cast<std::size_t>(at)]; }
    /// -1: no such group.
    int group_named(std::string_view id) const;
    Room const& room_of(Thing const& thing) const { return rooms[static_cast<std::size_t>(thing.room)]; }
    bool is_a(Thing const& thing, std::string_view category) const;

    /// Sets bounds of `unit` from its members.
    void measure(Unit& unit) const;
    /// Whether `rider` stands on `carrier`, or on what does.
    bool carries(int carrier, int rider) const;
    /// Whether no two members penetrate each other, other than by carrying and nesting: no place helps a body
    /// that does. Members before `from` are known to be sound among themselves.
    bool sound(Unit const& unit, std::size_t from = 0) const;
    /// Whether every member may stand there.
    bool fits(Unit const& unit, Pose const& pose, Strictness strictness) const;
    void put(Unit const& unit, Pose const& pose);
    void lift(Unit const& unit);
    /// Puts a thing where it stands already (locked things, parts of the building).
    void stand(int thing);

    /// Once per code and text.
    void warn(std::string code, std::string text);

    /// Fills the table that `related` reads. Call when plan and groups stand.
    void relate();
    /// Whether any relation joins the two groups: such things may come into each other's clearance.
    bool related(int a, int b) const;

private:
    struct Visitor { // a thing on trial
        int thing;
        Solid solid;
        Unit const* unit;
        Strictness strictness;
    };
    bool member_fits(int at, Pose const& pose, Unit const& unit, Strictness strictness) const;
    bool blocks(Occupancy::Entry const& entry, Visitor const& visitor) const;
    bool zones_free(int at, Pose const& pose, Unit const& unit) const;
    bool may_enter(int owner, int visitor, Unit const& unit) const;
    bool nested(Thing const& a, Solid const& solid, Thing const& b, double foot) const;

    std::vector<char> related_; ///< groups × groups
};

/// The floor that a thing needs free, as upright boxes of 2 m; empty when none.
std::vector<Solid> zones_of(Thing const& thing, Pose const& pose);
/// Asset clearance, else its category's.
catalog::Clearance clearance_of(catalog::Asset const& asset);

/// A number in [0, 1) from a seed and a counter.
double chance(std::uint64_t seed, std::uint64_t counter);
std::uint64_t hash_of(std::string_view text);

/// Positions to 0.1 mm and yaws to 1e-6 rad, so that equal layouts print equally.
Pose rounded(Pose pose);

} // namespace soulvan::scene
