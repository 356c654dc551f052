// How is one polygon cut into triangles? Concave and non-planar ones too, without overlap.
#pragma once

#include "soulvan/base/math.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace soulvan::geometry {

/// Cuts polygons; keeps its scratch memory between calls. Always n − 2 triangles, in the polygon's winding.
class PolygonCutter {
public:
    /// Appends triangles of local corner numbers 0 … n−1. Triangles and convex polygons cost O(n); quads are
    /// cut along the shorter diagonal that lies inside; others by ear clipping on the plane of Newell's
    /// normal.
    void cut(std::span<Vec3f const> polygon, std::vector<std::array<std::uint32_t, 3>>& triangles);

private:
    void clip_ears(std::vector<std::array<std::uint32_t, 3>>& triangles);
    bool is_ear(std::uint32_t corner) const;
    double cross_at(std::uint32_t corner) const;

    std::vector<Vec2d> flat_;
    std::vector<std::uint32_t> previous_, next_;
    std::vector<std::uint8_t> reflex_;
    std::size_t reflex_count_ = 0;
    /// Containment tests still allowed over this cutter's life: a hostile polygon of a million corners costs
    /// seconds, not days. Past it ears are clipped untested.
    mutable std::size_t tests_left_ = 4'000'000'000;
};

} // namespace soulvan::geometry
