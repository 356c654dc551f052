// How do the things of a stage lie towards each other in the plan? Footprints, groups, directions.
#pragma once

#include "check_rules.h"
#include "obb.h"

namespace soulvan::scene::checking {

/// A thing as the predicates of the prompt format see it.
struct Member {
    Thing const* thing = nullptr;
    Rect rect;         ///< the oriented rectangle of its bounds
    Plan2 front{0, 0}; ///< zero when not known
    double low = 0, high = 0;
};
using Members = std::vector<Member>;

class PlanView {
public:
    PlanView(World const& world, Plan const& plan);

    /// Things below a prim of the group's name; where there are none, those of its category that no group
    /// has.
    Members members(Group const& group) const;
    Members members(std::string_view group_id, std::string_view which) const;
    int count(std::string_view category) const;

    /// A compass or picture word; {0, 0} for none.
    Plan2 direction(std::string_view word) const;
    Plan2 forward() const { return forward_; } ///< the picture's depth
    /// Distance from the nearest wall that the word names; infinite without rooms.
    double wall_gap(Member const& member, std::string_view word) const;
    double corner_gap(Member const& member) const;
    RoomSpace const* room_of(Member const& member) const { return world_.room_of(*member.thing); }
    World const& world() const { return world_; }

private:
    World const& world_;
    Plan const& plan_;
    Members all_; ///< every thing that is no surrounding
    Plan2 forward_{0, -1};
};

/// Parts of the relation that hold, 0 to 1; nothing for kinds that are not measured here.
std::optional<double> relation_share(PlanView const& view, Group const& group, Relation const& relation);

} // namespace soulvan::scene::checking
