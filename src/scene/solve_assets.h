// Which asset does each thing get, at which scale?
#pragma once

#include "solve_site.h"

namespace soulvan::scene {

/// Chooses for the things `which` of one group: an exact asset when the plan names one, else by attributes,
/// stated size and rank; varied within the group where a crowd of twins would look false (people, cartons,
/// plants), equal otherwise. Sets Thing::asset and scale; leaves them null when the catalogue has none.
void choose_assets(Site& site, int group, std::vector<int> const& which);

/// The best asset of a category for a part of the building; null when there is none.
std::shared_ptr<catalog::Asset const> choose_asset(Site const& site, std::string_view category,
                                                   std::set<std::string> const& attributes = {},
                                                   double max_height = 1e9);

/// The seed that a generated asset gets: one of a few, so that things share their meshes.
std::uint64_t asset_seed(std::uint64_t thing_seed);

} // namespace soulvan::scene
