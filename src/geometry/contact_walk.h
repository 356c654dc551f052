// How is the tree of a surface walked?
#pragma once

#include "soulvan/geometry/contact.h"

namespace soulvan::geometry {

/// Calls `leaf(triangle)` for every triangle below nodes that `enter(node)` accepts; stops when `leaf` says
/// false.
template <class Enter, class Leaf>
void walk(Surface const& surface, Enter enter, Leaf leaf)
{
    if (surface.empty()) return;
    std::array<std::uint32_t, 96> stack; // deeper than 30 bits of code and 32 halvings of equal codes
    std::size_t size = 0;
    stack[size++] = 0;
    auto const& nodes = surface.nodes();
    while (size > 0) {
        auto const index = stack[--size];
        auto const& node = nodes[index];
        if (!enter(node)) continue;
        for (auto t = node.first; t < node.first + node.count; ++t)
            if (!leaf(t)) return;
        if (node.count > 0) continue;
        stack[size++] = node.first;
        stack[size++] = index + 1;
    }
}

/// p * m for matrices without perspective: Imath's own product divides by w.
inline Vec3d placed(Vec3f const& p, Matrix4d const& m)
{
    double const x = p.x, y = p.y, z = p.z;
    return {x * m[0][0] + y * m[1][0] + z * m[2][0] + m[3][0],
            x * m[0][1] + y * m[1][1] + z * m[2][1] + m[3][1],
            x * m[0][2] + y * m[1][2] + z * m[2][2] + m[3][2]};
}

inline std::array<Vec3d, 3> corners_of(Body const& body, std::uint32_t triangle)
{
    auto const& t = body.surface->triangles()[triangle];
    auto const& p = body.surface->points();
    auto const& m = body.world_from_surface;
    return {placed(p[t[0]], m), placed(p[t[1]], m), placed(p[t[2]], m)};
}

} // namespace soulvan::geometry
