// Shells of buildings, doors, lamps and what stands in offices.
#include "recipes.h"

namespace soulvan::catalog::kit {

void add_buildings(Recipes& /*out*/) {}

} // namespace soulvan::catalog::kit
