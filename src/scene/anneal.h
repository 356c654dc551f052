// Annealing: small moves that make a solved layout look better and never worse than it must be.
#pragma once

#include "solve_site.h"

namespace soulvan::scene {

/// Moves the free single things of `site` a little: shifts, quarter turns. A fixed number of moves, so that
/// the result depends on nothing but the seed. Hard rules hold after every move; no relation gets worse.
void anneal(Site& site);

} // namespace soulvan::scene
