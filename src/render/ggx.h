// The GGX microfacet distribution, isotropic, and how much energy it keeps.
//
// Source  Walter et al. 2007 (distribution); Heitz 2014 (height-correlated masking); Dupuy & Benyoub 2023
//         (sampling visible normals by spherical caps); Kulla & Conty 2017 (multiple scattering as a lobe of
//         its own, which stays reciprocal).
#pragma once

#include "vector.h"

#include <array>

namespace soulvan::render {

/// Below this roughness a lobe is a mirror: in float, GGX would be a delta with rounding errors.
inline constexpr float mirror_roughness = 0.02f;

inline float ggx_distribution(float cos_h, float alpha)
{
    float const a2 = alpha * alpha;
    // 1 - cos² loses everything near the normal for small alpha; (1-c)(1+c) does not.
    float const t = cos_h * cos_h * a2 + (1 - cos_h) * (1 + cos_h);
    return a2 / (pi * t * t);
}
/// Smith's Λ.
inline float ggx_lambda(float cos_theta, float alpha)
{
    float const c2 = cos_theta * cos_theta;
    float const tan2 = std::max(0.0f, 1 - c2) / std::max(c2, 1e-12f);
    return 0.5f * (std::sqrt(1 + alpha * alpha * tan2) - 1);
}
/// A normal that `wo` (z up) sees, with density D(h) G1(wo) (wo·h) / wo.z.
inline Vec3f ggx_sample_visible_normal(Vec3f const& wo, float alpha, Vec2f const& u)
{
    Vec3f const v = normalized({wo.x * alpha, wo.y * alpha, wo.z});
    float const phi = 2 * pi * u.x;
    float const z = (1 - u.y) * (1 + v.z) - v.z;
    float const s = std::sqrt(std::max(0.0f, 1 - z * z));
    Vec3f const h{s * std::cos(phi) + v.x, s * std::sin(phi) + v.y, z + v.z};
    return normalized({h.x * alpha, h.y * alpha, std::max(h.z, 1e-7f)});
}

/// (1 - cos)⁵.
inline float schlick(float cos_theta)
{
    float const m = clamp01(1 - cos_theta);
    float const m2 = m * m;
    return m2 * m2 * m;
}

/// How much of the light from one direction single scattering returns to all, with Schlick's Fresnel split
/// off: albedo = f0 · a + f90 · b. Computed once (64k evaluations, a few milliseconds), equal on every
/// machine.
class GgxTables {
public:
    struct Pair {
        float a, b;
        float white() const { return a + b; } ///< with f0 = f90 = 1
    };
    /// A row of fixed roughness, ready for look-ups by cosine.
    struct Row {
        Pair const* low = nullptr;
        Pair const* high = nullptr;
        float weight = 0;
        Pair average{1, 0}; ///< 2∫ (a, b) cos dcos

        Pair at(float cos_theta) const
        {
            float const x = cos_theta * (cosines - 1);
            int const i = std::clamp(static_cast<int>(x), 0, cosines - 2);
            float const w = std::clamp(x - static_cast<float>(i), 0.0f, 1.0f);
            auto const mix = [&](Pair const* row) {
                return Pair{lerp(row[i].a, row[i + 1].a, w), lerp(row[i].b, row[i + 1].b, w)};
            };
            Pair const p = mix(low), q = mix(high);
            return {lerp(p.a, q.a, weight), lerp(p.b, q.b, weight)};
        }
    };

    GgxTables();
    Row row(float roughness) const;

private:
    static constexpr int cosines = 32, roughnesses = 32;
    std::array<std::array<Pair, cosines>, roughnesses> albedo_;
    std::array<Pair, roughnesses> average_;
};

} // namespace soulvan::render
