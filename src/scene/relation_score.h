// Relation scores: how far is a wish of the plan from holding? The formulas of the prompt format (footprints
// are oriented rectangles of the bounds), so that what the solver takes for met is met for a judge.
#pragma once

#include "solve_site.h"

namespace soulvan::scene {

/// The things of the group `id` that stand already, narrowed by `which` ("leftmost", …); by index.
std::vector<int> targets_of(Site const& site, std::string_view id, std::string_view which = {});

/// 0 when `relation` holds for the thing where it stands now, else how far it is off: metres, or parts of a
/// half turn. Relations of whole groups (rows, grids, …) are met by arrangement and score 0 here.
double violation(Site const& site, Relation const& relation, int thing);

/// Sum over the relations of the thing's group that apply to it.
double violation(Site const& site, int thing);

/// Sum over the relations by which things that stand already refer to those of `group`.
double referred_violation(Site const& site, int group);

/// Whether a relation asks for an arrangement of the whole group (rows, grids, stacks, …).
bool arranges(RelationType type);

/// The walls that a word names ("north", "left"); all when it is empty.
std::vector<Wall> walls_named(Site const& site, std::string_view word);
/// Of a wall: outward direction in the plan, and the inner face as a rectangle without depth.
Plan2 outward(Wall wall);
Rect wall_face(Room const& room, Wall wall);
double wall_gap(Site const& site, Thing const& thing, std::string_view wall);
/// A compass or picture word to a direction in the plan; {0, 0} for none.
Plan2 direction_named(Site const& site, std::string_view word);

/// The free strips between neighbouring rows of things that stand (nearer than 0.6 m is one row).
struct Strip {
    Plan2 along{0, 1};
    double low = 0, high = 0;  ///< across, along `across()`
    double start = 0, end = 0; ///< along
    Plan2 across() const { return {-along.y, along.x}; }
    Plan2 at(double t) const { return along * t + across() * ((low + high) / 2); }
};
std::vector<Strip> strips_between(Site const& site, std::vector<int> const& rows);

// What a relation means where it states no number.
double near_limit(Relation const& relation);
double far_limit(Relation const& relation);
double facing_limit_deg(Relation const& relation);
double wall_limit(Relation const& relation);
double corner_limit(Relation const& relation);

} // namespace soulvan::scene
