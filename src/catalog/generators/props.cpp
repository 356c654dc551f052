// Trucks, racks, goods and what stands on a warehouse floor.
#include "props.h"

#include "recipes.h"

namespace soulvan::catalog::kit {

void add_props(Recipes& out)
{
    out.push_back(bollard());
}

} // namespace soulvan::catalog::kit
