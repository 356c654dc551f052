// The recipes of warehouse props.
#pragma once

#include "recipes.h"

namespace soulvan::catalog::kit {

Recipe bollard();
Recipe forklift();
Recipe pallet_rack();
void add_goods(Recipes& out);

} // namespace soulvan::catalog::kit
