// Thumbnails: an asset on a plain floor, by the built-in renderer.
#pragma once

#include "soulvan/catalog/catalog.h"

#include <filesystem>
#include <stop_token>

namespace soulvan::app {

/// Writes <folder>/<pack>/<name>.png unless it is there and newer than what it shows: true when it was made.
/// Errors  as materialising and rendering.
Result<bool> write_thumbnail(catalog::Catalog const& catalog, catalog::Asset const& asset,
                             std::filesystem::path const& folder, std::filesystem::path const& cache,
                             int size, std::stop_token stop);

/// The same as a port: renders the layer of an asset to a picture.
catalog::Thumbnailer thumbnailer(std::stop_token stop);

} // namespace soulvan::app
