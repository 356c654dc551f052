// Which recipes are there? One function a family; registry.cpp makes generators of them.
#pragma once

#include "kit.h"

namespace soulvan::catalog::kit {

using Recipes = std::vector<Recipe>;

// Trucks, racks, goods and what stands on a warehouse floor.
void add_props(Recipes& out);
// Shells of buildings, doors, lamps and what stands in offices.
void add_buildings(Recipes& out);

} // namespace soulvan::catalog::kit
