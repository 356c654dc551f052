// How are the trees of meshes and of their copies walked?
#pragma once

#include "soulvan/geometry/contact.h"

namespace soulvan::geometry {

/// Calls `leaf(item)` for every item below nodes that `enter(node)` accepts; stops when `leaf` says false.
template <class Enter, class Leaf>
void walk(std::vector<TreeNode> const& nodes, Enter enter, Leaf leaf)
{
    if (nodes.empty()) return;
    std::array<std::uint32_t, 96> stack; // deeper than 30 bits of code and 32 halvings of equal codes
    std::size_t size = 0;
    stack[size++] = 0;
    while (size > 0) {
        auto const index = stack[--size];
        auto const& node = nodes[index];
        if (!enter(node)) continue;
        for (auto item = node.first; item < node.first + node.count; ++item)
            if (!leaf(item)) return;
        if (node.count > 0) continue;
        stack[size++] = node.first;
        stack[size++] = index + 1;
    }
}

/// p * m for matrices without perspective: Imath's own product divides by w.
inline Vec3d placed(Vec3d const& p, Matrix4d const& m)
{
    return {p.x * m[0][0] + p.y * m[1][0] + p.z * m[2][0] + m[3][0],
            p.x * m[0][1] + p.y * m[1][1] + p.z * m[2][1] + m[3][1],
            p.x * m[0][2] + p.y * m[1][2] + p.z * m[2][2] + m[3][2]};
}
inline Vec3d placed(Vec3f const& p, Matrix4d const& m)
{
    return placed(Vec3d(p), m);
}

/// The box around a box that was moved: its middle and its half extents along the axes.
struct Extent {
    Vec3d middle{0, 0, 0}, half{0, 0, 0};
};
inline Extent extent_of(TreeNode const& node, Matrix4d const& m)
{
    Vec3d const half = (Vec3d(node.high) - Vec3d(node.low)) / 2.0;
    Extent out{placed((Vec3d(node.low) + Vec3d(node.high)) / 2.0, m), {0, 0, 0}};
    for (int k = 0; k < 3; ++k)
        out.half[k] = half.x * std::abs(m[0][k]) + half.y * std::abs(m[1][k]) + half.z * std::abs(m[2][k]);
    return out;
}

/// One mesh where it stands in some space.
struct PlacedMesh {
    MeshTree const& mesh;
    Matrix4d space_from_mesh;

    std::array<Vec3d, 3> corners(std::uint32_t triangle) const
    {
        auto const& [i, j, k] = mesh.triangles()[triangle];
        auto const& p = mesh.points();
        return {placed(p[i], space_from_mesh), placed(p[j], space_from_mesh), placed(p[k], space_from_mesh)};
    }
};
inline PlacedMesh in_world(Body const& body, std::uint32_t copy)
{
    auto const& part = body.surface->copies()[copy];
    return {*part.mesh, part.surface_from_mesh * body.world_from_surface};
}

/// Area and its centre of a mesh that was moved.
struct AreaMoment {
    double area = 0;
    Vec3d centroid{0, 0, 0};
};
AreaMoment area_moment(PlacedMesh const& placed);

/// The greatest product of a point of the mesh with `direction` where that is above `least`, else `least`.
double support(PlacedMesh const& placed, Vec3d const& direction, double least);

/// Whether space is not flattened by it.
bool is_invertible(Matrix4d const& m);

} // namespace soulvan::geometry
