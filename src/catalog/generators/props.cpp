// Trucks, racks, goods and what stands on a warehouse floor.
#include "props.h"

namespace soulvan::catalog::kit {

void add_props(Recipes& out)
{
    add_goods(out);
    add_floor_props(out);
    add_furniture_props(out);
    for (auto const& make :
         {bollard, conveyor, forklift, hand_truck, order_picker, pallet_jack, pallet_rack, reach_truck})
        out.push_back(make());
}

} // namespace soulvan::catalog::kit
