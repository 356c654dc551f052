// The few vector operations that inner loops need, without Imath's guards against overflow.
#pragma once

#include "soulvan/base/math.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace soulvan::render {

inline constexpr float pi = std::numbers::pi_v<float>;
inline constexpr float inverse_pi = std::numbers::inv_pi_v<float>;

inline float dot(Vec3f const& a, Vec3f const& b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3f cross(Vec3f const& a, Vec3f const& b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length2(Vec3f const& v)
{
    return dot(v, v);
}
inline float length(Vec3f const& v)
{
    return std::sqrt(dot(v, v));
}
/// `v` must not be zero.
inline Vec3f normalized(Vec3f const& v)
{
    return v * (1.0f / std::sqrt(dot(v, v)));
}
/// `fallback` when `v` is zero or not finite.
inline Vec3f normalized_or(Vec3f const& v, Vec3f const& fallback)
{
    float const squared = dot(v, v);
    if (!(squared > 1e-30f) || !(squared < 1e30f)) return fallback;
    return v * (1.0f / std::sqrt(squared));
}
inline float square(float x)
{
    return x * x;
}
inline float lerp(float a, float b, float t)
{
    return a + (b - a) * t;
}
inline Vec3f lerp(Vec3f const& a, Vec3f const& b, float t)
{
    return a + (b - a) * t;
}
inline float clamp01(float x)
{
    // Written so that NaN becomes 0.
    return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f;
}
inline Vec3f clamp01(Vec3f const& v)
{
    return {clamp01(v.x), clamp01(v.y), clamp01(v.z)};
}
inline float max_component(Vec3f const& v)
{
    return std::max(v.x, std::max(v.y, v.z));
}
inline float max_abs(Vec3f const& v)
{
    return std::max(std::abs(v.x), std::max(std::abs(v.y), std::abs(v.z)));
}
/// Rec.709.
inline float luminance(Vec3f const& rgb)
{
    return 0.2126f * rgb.x + 0.7152f * rgb.y + 0.0722f * rgb.z;
}
inline bool is_finite(Vec3f const& v)
{
    return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z);
}
inline bool is_black(Vec3f const& v)
{
    return !(v.x > 0 || v.y > 0 || v.z > 0);
}

/// A right-handed orthonormal basis whose third axis is given.
struct Basis {
    Vec3f s, t, n;

    /// Duff et al. 2017, "Building an Orthonormal Basis, Revisited": no branch, no cancellation at n.z = -1.
    static Basis around(Vec3f const& n)
    {
        float const sign = std::copysign(1.0f, n.z);
        float const a = -1.0f / (sign + n.z);
        float const b = n.x * n.y * a;
        return {{1.0f + sign * n.x * n.x * a, sign * b, -sign * n.x}, {b, sign + n.y * n.y * a, -n.y}, n};
    }
    Vec3f to_local(Vec3f const& v) const { return {dot(v, s), dot(v, t), dot(v, n)}; }
    Vec3f to_world(Vec3f const& v) const { return s * v.x + t * v.y + n * v.z; }
};

/// Uniform in the unit disk, areas and neighbourhoods kept (Shirley & Chiu 1997).
inline Vec2f sample_disk(Vec2f const& u)
{
    float const x = 2 * u.x - 1, y = 2 * u.y - 1;
    if (x == 0 && y == 0) return {0, 0};
    float radius, phi;
    if (std::abs(x) > std::abs(y)) {
        radius = x;
        phi = (pi / 4) * (y / x);
    } else {
        radius = y;
        phi = pi / 2 - (pi / 4) * (x / y);
    }
    return {radius * std::cos(phi), radius * std::sin(phi)};
}
/// Density cos/π about +z.
inline Vec3f sample_cosine_hemisphere(Vec2f const& u)
{
    Vec2f const d = sample_disk(u);
    return {d.x, d.y, std::sqrt(std::max(0.0f, 1 - d.x * d.x - d.y * d.y))};
}

} // namespace soulvan::render
