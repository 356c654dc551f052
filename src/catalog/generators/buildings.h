// The recipes of shells, doors, lamps and office things, one function each.
#pragma once

#include "kit.h"

namespace soulvan::catalog::kit {

Recipe hall();

} // namespace soulvan::catalog::kit
