// What does a record look like as JSON: in the index, in packs and in asset_catalog/?
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/catalog/asset.h"

namespace soulvan::catalog {

Json asset_to_json(Asset const& asset);
/// Errors  invalid_input: "name: /field: what".
Result<Asset> asset_from_json(Json const& json, std::string_view name);

} // namespace soulvan::catalog
