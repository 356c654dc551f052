// What is known of a mesh before the first ray: whether it is closed, and tangents for normal maps.
#pragma once

#include "soulvan/render/scene.h"
#include "vector.h"

#include <vector>

namespace soulvan::render {

/// True when every edge has two triangles, points at one place counting as one: a body that light can enter.
bool is_closed(Mesh const& mesh);

/// Per corner, three per triangle: xyz the direction in which u grows, w the sign of the bitangent. Averaged
/// by angle over the corners that share point, normal and uv and are not mirrored to each other, so that
/// normal maps have no seams inside a uv island. Empty when the uv set does not exist.
/// Source  Mikkelsen 2008, "Simulation of Wrinkled Surfaces Revisited", appendix.
std::vector<Vec4f> corner_tangents(Mesh const& mesh, int uv_set);

/// Values of one corner, by the mesh's own rates.
inline Vec3f corner_normal(Mesh const& mesh, std::uint32_t triangle, int corner)
{
    return mesh
        .normals[mesh.normals_per_corner ? triangle * 3ull + corner : mesh.triangles[triangle][corner]];
}
inline Vec2f corner_uv(Mesh const& mesh, Mesh::UvSet const& set, std::uint32_t triangle, int corner)
{
    return set.values[set.per_corner ? triangle * 3ull + corner : mesh.triangles[triangle][corner]];
}

} // namespace soulvan::render
