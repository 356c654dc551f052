// Which extents follow from the geometry of a prim? Shared by bounds, skeletons and point instancers.
#pragma once

#include "geom_detail.h"

namespace soulvan::usd {

namespace geom {
/// That of a point instancer, from its prototypes' bounds.
std::optional<Extent> extent_of_instances(Prim const& instancer, Time time, Matrix4d const* transform,
                                          BoundsCache& prototypes);
} // namespace geom

namespace detail {

/// As geom::computed_extent, with the bounds of prototypes kept in `prototypes`.
std::optional<geom::Extent> computed_extent(Prim const& prim, Time time, Matrix4d const* transform,
                                            geom::BoundsCache& prototypes);
/// Ranges are counted in doubles, extents kept in floats; what is empty goes from the largest to the
/// smallest.
geom::Extent extent_of_range(Range3d const& range);
/// The extent around points, moved by `transform`.
geom::Extent extent_of_points(std::span<Vec3f const> points, Matrix4d const* transform);
/// The box around the origin that reaches `max`, moved by `transform`.
geom::Extent symmetric_extent(Vec3d const& max, Matrix4d const* transform);

} // namespace detail

} // namespace soulvan::usd
