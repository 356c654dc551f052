// How is one polygon cut into triangles? Concave and non-planar ones too, without overlap.
#include "polygon.h"

#include <cmath>

namespace soulvan::geometry {
namespace {

Vec3d wide(Vec3f v)
{
    return {v.x, v.y, v.z};
}

/// Newell's sum: exact for planar polygons, the best-fitting plane's direction for others; twice the area
/// long.
Vec3d newell(std::span<Vec3f const> polygon)
{
    Vec3d sum(0);
    auto const origin = wide(polygon[0]);
    for (std::size_t i = 0; i < polygon.size(); ++i)
        sum += (wide(polygon[i]) - origin).cross(wide(polygon[(i + 1) % polygon.size()]) - origin);
    return sum;
}

double cross(Vec2d a, Vec2d b)
{
    return a.x * b.y - a.y * b.x;
}

/// True when cutting the quad along a–c leaves two triangles that face the same way.
bool diagonal_fits(Vec3d a, Vec3d b, Vec3d c, Vec3d d)
{
    return (b - a).cross(c - a).dot((c - a).cross(d - a)) > 0;
}

void cut_quad(std::span<Vec3f const> quad, std::vector<std::array<std::uint32_t, 3>>& triangles)
{
    Vec3d const a = wide(quad[0]), b = wide(quad[1]), c = wide(quad[2]), d = wide(quad[3]);
    bool const fits_ac = diagonal_fits(a, b, c, d), fits_bd = diagonal_fits(b, c, d, a);
    double const ac = (c - a).length2(), bd = (d - b).length2();
    // Equal diagonals are cut 0–2, also when rounding says otherwise: neighbours in a grid then agree.
    bool const along_bd = fits_ac == fits_bd ? bd < ac * (1 - 1e-5) : fits_bd;
    if (along_bd) {
        triangles.push_back({0, 1, 3});
        triangles.push_back({1, 2, 3});
    } else {
        triangles.push_back({0, 1, 2});
        triangles.push_back({0, 2, 3});
    }
}

} // namespace

void PolygonCutter::cut(std::span<Vec3f const> polygon, std::vector<std::array<std::uint32_t, 3>>& triangles)
{
    if (polygon.size() < 3) return;
    if (polygon.size() == 3) {
        triangles.push_back({0, 1, 2});
        return;
    }
    if (polygon.size() == 4) {
        cut_quad(polygon, triangles);
        return;
    }
    // Dropping the normal's largest component is an affine map of the plane: it keeps what is inside inside.
    Vec3d const normal = newell(polygon);
    Vec3d const size{std::abs(normal.x), std::abs(normal.y), std::abs(normal.z)};
    int const axis = size.x >= size.y && size.x >= size.z ? 0 : size.y >= size.z ? 1 : 2;
    int const u = (axis + 1) % 3, v = (axis + 2) % 3;
    double const sign = normal[axis] < 0 ? -1 : 1;
    flat_.clear();
    for (auto const& p : polygon) flat_.push_back({sign * p[u], p[v]});
    clip_ears(triangles);
}

double PolygonCutter::cross_at(std::uint32_t corner) const
{
    auto const a = flat_[previous_[corner]], b = flat_[corner], c = flat_[next_[corner]];
    return cross(b - a, c - b);
}

/// Meisters 1975: a convex corner whose triangle holds no reflex corner.
bool PolygonCutter::is_ear(std::uint32_t corner) const
{
    if (reflex_[corner]) return false;
    if (reflex_count_ == 0) return true;
    auto const a = flat_[previous_[corner]], b = flat_[corner], c = flat_[next_[corner]];
    for (auto i = next_[next_[corner]]; i != previous_[corner]; i = next_[i]) {
        if (tests_left_ == 0) return true;
        --tests_left_;
        if (!reflex_[i]) continue;
        auto const p = flat_[i];
        // Bridges to holes pass the same point twice: a twin of one of our corners does not lie inside.
        if (p == a || p == b || p == c) continue;
        if (cross(b - a, p - a) >= 0 && cross(c - b, p - b) >= 0 && cross(a - c, p - c) >= 0) return false;
    }
    return true;
}

void PolygonCutter::clip_ears(std::vector<std::array<std::uint32_t, 3>>& triangles)
{
    auto const n = static_cast<std::uint32_t>(flat_.size());
    previous_.resize(n);
    next_.resize(n);
    reflex_.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) {
        previous_[i] = (i + n - 1) % n;
        next_[i] = (i + 1) % n;
    }
    reflex_count_ = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
        reflex_[i] = cross_at(i) < 0;
        reflex_count_ += reflex_[i];
    }
    auto const refresh = [&](std::uint32_t i) {
        bool const now = cross_at(i) < 0;
        reflex_count_ += static_cast<std::size_t>(now);
        reflex_count_ -= reflex_[i];
        reflex_[i] = now;
    };
    std::uint32_t corner = 0, tried = 0;
    for (std::uint32_t left = n; left > 3;) {
        // A polygon that crosses itself may have no ear left: clip where we stand, it is wrong either way.
        if (tried < left && !is_ear(corner)) {
            corner = next_[corner];
            ++tried;
            continue;
        }
        auto const before = previous_[corner], after = next_[corner];
        triangles.push_back({before, corner, after});
        next_[before] = after;
        previous_[after] = before;
        reflex_count_ -= reflex_[corner];
        refresh(before);
        refresh(after);
        --left;
        tried = 0;
        corner = next_[after]; // skipping one makes fatter triangles than a fan
    }
    triangles.push_back({previous_[corner], corner, next_[corner]});
}

} // namespace soulvan::geometry
