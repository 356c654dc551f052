// The recipes of warehouse props, one function each.
#pragma once

#include "kit.h"

namespace soulvan::catalog::kit {

Recipe bollard();

} // namespace soulvan::catalog::kit
