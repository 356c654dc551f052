// Which packs did the user import, and where do their models lie?
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/catalog/asset.h"

#include <filesystem>
#include <string>
#include <vector>

namespace soulvan::catalog {

/// The records of every pack below `data_folder`/packs. A pack that cannot be read is an error that names it.
Result<std::vector<Asset>> imported_assets(std::filesystem::path const& data_folder);
/// Changes whenever a pack does: names, sizes and times of the files that imported_assets() reads.
std::string packs_key(std::filesystem::path const& data_folder);

/// Writes master_index.json and assets/<pack>/<name>.json.
Result<> write_records(std::vector<Asset> const& assets, std::filesystem::path const& folder);
/// Reads what write_records() wrote. Errors  invalid_input: naming file and field.
Result<std::vector<Asset>> read_records(std::filesystem::path const& folder);

} // namespace soulvan::catalog
