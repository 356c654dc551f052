// Which file is behind an asset path? As compose.h asks it, with packages that stay open between questions.
#pragma once

#include "package_path.h"

#include <string>

namespace soulvan::usd::asset {

/// Whether a file or package entry stands at `identifier`.
bool exists(std::string const& identifier, package::Cache& packages);
/// Where `asset`, authored in the layer `anchor`, lies or would lie: "./x" and "../x" beside the layer; "x"
/// there, else beside the root layer of its package, else in `search_folder` (OpenUSD: search paths of
/// ArDefaultResolver); absolute paths as they are. "" for "". Arguments for a format (":SDF_FORMAT_ARGS:a=b")
/// are left out.
std::string located(std::string const& anchor, std::string const& asset, std::string const& search_folder,
                    package::Cache& packages);
/// Whether `asset` is looked for in several places: neither absolute nor begun with "./" or "../".
bool is_searched(std::string_view asset);
/// "http:…", "omniverse:…": what no file system holds.
bool is_uri(std::string_view asset);

} // namespace soulvan::usd::asset
