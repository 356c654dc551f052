// Which models of the furniture archives may be placed, and what is known of them?
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/catalog/asset.h"

#include <filesystem>
#include <vector>

namespace soulvan::catalog {

/// A row of data/sweethome3d.tsv.
struct BuiltInModel {
    Asset asset;
    std::string archive, id; ///< "Scopia.sh3f", "Scopia#forklift"
    double yaw_deg = 0, scale = 1;
};

/// Every row, by key; a broken row ends the program, a test proves that there is none.
std::vector<BuiltInModel> const& built_in_models();
BuiltInModel const* find_built_in(std::string_view key);

/// Those models whose archives lie in `library_folder`, with the licences and credits that the archives
/// state; models of missing archives are there, not placeable.
Result<std::vector<Asset>> built_in_assets(std::filesystem::path const& library_folder);

} // namespace soulvan::catalog
