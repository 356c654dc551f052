// Placing: the units of a group find their places, one group after the other.
#pragma once

#include "arrange.h"

namespace soulvan::scene {

/// The order in which groups are placed: what others refer to first, then what walls and corners bind, the
/// large before the small, what was asked for before what we added; `urgent` groups as early as they can.
std::vector<int> order_of_groups(Site const& site, std::vector<int> const& urgent);

/// Places all things of the group that do not stand yet, in the best looking way that fits.
/// Returns the number of the group's own things that found no place; those are left out.
int place_group(Site& site, int group);

/// A place for one unit at or near `wanted`: the nearest free one within `reach`. Null: none.
std::optional<Pose> nearest_free(Site const& site, Unit const& unit, Pose const& wanted, double reach);

} // namespace soulvan::scene
