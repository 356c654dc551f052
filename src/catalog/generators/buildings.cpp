// Shells of buildings, doors, lamps and what stands in offices.
#include "buildings.h"

#include "recipes.h"

namespace soulvan::catalog::kit {

void add_buildings(Recipes& out)
{
    out.push_back(hall());
}

} // namespace soulvan::catalog::kit
