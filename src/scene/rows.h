// Which rows do things form, and where are the aisles between them?
#pragma once

#include "obb.h"

#include <vector>

namespace soulvan::scene {

/// The free strip between two neighbouring rows.
struct Strip {
    Plan2 along{0, 1};         ///< unit direction of the rows
    Plan2 across{1, 0};        ///< unit, perpendicular
    double low = 0, high = 0;  ///< along `across`: the faces of the two rows
    double begin = 0, end = 0; ///< along `along`: where both rows are
};

/// Rows run along the things' long side (the first one's). Rows closer than 0.6 m are one row, as are those
/// back to back. In the order of `across`.
std::vector<Strip> strips_between(std::vector<Rect> const& things);

} // namespace soulvan::scene
