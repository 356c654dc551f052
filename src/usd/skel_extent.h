// Which extents follow from skeletons?
#pragma once

#include "soulvan/usd/geom.h"

namespace soulvan::usd::detail {

/// Around the joints of a Skeleton at `time`.
std::optional<geom::Extent> extent_of_skeleton(Prim const& skeleton, Time time, Matrix4d const* transform);
/// Around the joints of what is skinned below a SkelRoot, with the room that the skin takes beyond them.
std::optional<geom::Extent> extent_of_skel_root(Prim const& root, Time time, Matrix4d const* transform);

} // namespace soulvan::usd::detail
