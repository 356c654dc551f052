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
/// Changes whenever a pack does: names, sizes and times of the packs' files.
std::string packs_key(std::filesystem::path const& data_folder);

/// Writes a pack as one file, master_index.json with every record in it: killed at any moment it leaves the
/// pack as it was or as it shall be, and the disk is waited for once however many records there are.
Result<> write_pack(std::vector<Asset> const& assets, std::filesystem::path const& folder);
/// Writes master_index.json and assets/<pack>/<name>.json.
Result<> write_records(std::vector<Asset> const& assets, std::filesystem::path const& folder);
/// Reads what either wrote. Errors  invalid_input: naming file and field.
Result<std::vector<Asset>> read_records(std::filesystem::path const& folder);

} // namespace soulvan::catalog
