// The recipes of warehouse props.
#pragma once

#include "recipes.h"

namespace soulvan::catalog::kit {

Recipe bollard();
Recipe conveyor();
Recipe forklift();
Recipe hand_truck();
Recipe order_picker();
Recipe pallet_jack();
Recipe pallet_rack();
Recipe reach_truck();
void add_floor_props(Recipes& out);     // guard rails, cones, extinguishers, signs
void add_furniture_props(Recipes& out); // shelves, workbenches, packing stations
void add_goods(Recipes& out);           // pallets, loads, cartons, drums, crates, sacks

} // namespace soulvan::catalog::kit
