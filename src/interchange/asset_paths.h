// Every path to another file in a layer, to be read or replaced.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/usd/layer.h"

#include <functional>
#include <string>
#include <string_view>

namespace soulvan::interchange {

enum class AssetUse : std::uint8_t { layer, file };

/// Gives the new path for an authored one; `where` names prim and field for messages.
using MapAssetPath =
    std::function<Result<std::string>(std::string const& authored, AssetUse use, std::string const& where)>;

/// The layer with every asset path replaced by what `map` returns: sublayers, references, payloads, attribute
/// values and samples, dictionaries (value clips). Empty paths are left alone. Errors are those of `map`.
Result<usd::Layer> with_asset_paths(usd::Layer const& layer, MapAssetPath const& map);

} // namespace soulvan::interchange
