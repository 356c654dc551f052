// Trucks, racks, goods and what stands on a warehouse floor.
#include "props.h"

namespace soulvan::catalog::kit {

void add_props(Recipes& out)
{
    add_goods(out);
    out.push_back(bollard());
    out.push_back(forklift());
    out.push_back(pallet_rack());
}

} // namespace soulvan::catalog::kit
