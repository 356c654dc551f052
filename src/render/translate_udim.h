// How does a set of UDIM tiles become one texture? An atlas of the tiles that exist, side by side.
#pragma once

#include "soulvan/media/codec.h"
#include "soulvan/usd/stage.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace soulvan::render {

/// The tiles of a set and the rectangle of the st plane that they span.
struct UdimGrid {
    std::vector<std::pair<int, int>> tiles; ///< (u, v) of those that exist
    int u = 0, v = 0, columns = 1, rows = 1;
};

bool is_udim(std::string const& file);
/// Nothing when no tile exists. `pattern` has "<UDIM>" where the tile's number stands.
std::optional<UdimGrid> udim_grid(std::string const& pattern);
/// The atlas, RGBA; cells without a tile are transparent black.
Result<media::RawImage> read_udim(std::string const& pattern,
                                  Result<media::RawImage> (*read)(std::string const&));

} // namespace soulvan::render
