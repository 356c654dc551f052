// How do the parametric shapes look as triangles? Sphere, Cube, Cylinder, Cone, Capsule, Plane.
#pragma once

#include "soulvan/geometry/triangles.h"

namespace soulvan::geometry {

/// Empty for types that are no parametric shape.
/// Errors  invalid_input: a size that is negative or not finite, naming prim and attribute.
Result<std::optional<TriangleMesh>> triangulate_shape(usd::Prim const& gprim, usd::Time time);

/// The box around a parametric shape in its own space, exact; nothing for other types.
std::optional<Range3d> shape_bounds(usd::Prim const& gprim, usd::Time time);

} // namespace soulvan::geometry
