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

inline std::array<Vec3d, 3> corners_of(Body const& body, std::uint32_t triangle)
{
    auto const& t = body.surface->triangles()[triangle];
    auto const& p = body.surface->points();
    return {Vec3d(p[t[0]]) * body.world_from_surface, Vec3d(p[t[1]]) * body.world_from_surface,
            Vec3d(p[t[2]]) * body.world_from_surface};
}

} // namespace soulvan::geometry
