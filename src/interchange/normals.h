// Normals for meshes that have none, or none worth keeping.
#pragma once

#include "scene.h"

#include <span>

namespace soulvan::interchange {

/// Twice the area times the unit normal of a polygon (Newell's method: exact for planar, fair for bent ones).
Vec3d area_normal(std::span<Vec3f const> points, std::span<std::int32_t const> corners);

/// One unit normal per corner: the mean over the faces around its point whose own normals lie within
/// `crease_deg` of this face's, weighted by corner angle and face area, so that large flat faces stay flat
/// beside bevels. `indices` must already share points (weld first). Degenerate faces give their corners +Y.
std::vector<Vec3f> crease_normals(std::span<Vec3f const> points, std::span<std::int32_t const> face_counts,
                                  std::span<std::int32_t const> indices, float crease_deg);

/// Whether the mesh's own normals tell more than its faces do: they are there, finite, of length > 0, and not
/// the same on all corners of every face (flat shading of a curved thing is an export's accident).
bool normals_worth_keeping(ModelMesh const& mesh);

} // namespace soulvan::interchange
