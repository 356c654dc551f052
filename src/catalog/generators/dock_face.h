// What stands about a dock door: shared by halls that are seen from inside and fronts seen from their yard.
#pragma once

#include "building.h"

namespace soulvan::catalog::kit {

bool is_dock(Hole const& hole);
/// Shelter, bumpers and the floor's steel edge outside of an opening; `floor` is the height of the dock.
void dock_outside(Mesh& mesh, WallFrame const& frame, Hole const& hole, double floor);
/// Yellow tubes that guide a trailer's wheels, on the ground before a dock.
void wheel_guides(Mesh& mesh, WallFrame const& frame, Hole const& hole, double ground);

} // namespace soulvan::catalog::kit
