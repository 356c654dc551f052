// What a UsdLux light's attributes mean in radiance.
#include "soulvan/render/light_units.h"

#include "vector.h"

#include <array>

namespace soulvan::render {

Vec3f blackbody_rgb(float kelvin)
{
    // Rec.709, brightest channel 1, every 500 K from 1000 K: Walker, "Colour Rendering of Spectra", the
    // values that UsdLux names as its definition.
    static constexpr std::array<std::array<float, 3>, 19> table{{
        {1, 0.027490f, 0},         {1, 0.149664f, 0},         {1, 0.256644f, 0.008095f},
        {1, 0.372033f, 0.067450f}, {1, 0.476725f, 0.153601f}, {1, 0.570376f, 0.259196f},
        {1, 0.653480f, 0.377155f}, {1, 0.726878f, 0.501606f}, {1, 0.791543f, 0.628050f},
        {1, 0.848462f, 0.753228f}, {1, 0.898581f, 0.874905f}, {1, 0.942771f, 0.991642f},
        {0.906947f, 0.890456f, 1}, {0.828247f, 0.841838f, 1}, {0.765791f, 0.801896f, 1},
        {0.715255f, 0.768579f, 1}, {0.673683f, 0.740423f, 1}, {0.638992f, 0.716359f, 1},
        {0.609681f, 0.695588f, 1},
    }};
    constexpr int segments = 18;
    float const position = clamp01((kelvin - 1000) / 9000) * segments;
    int const i = std::min(static_cast<int>(position), segments - 1);
    float const t = position - static_cast<float>(i);
    auto const knot = [&](int k) {
        auto const& v = table[std::clamp(k, 0, segments)];
        return Vec3f(v[0], v[1], v[2]);
    };
    Vec3f const a = knot(i - 1), b = knot(i), c = knot(i + 1), d = knot(i + 2);
    Vec3f rgb =
        b + ((c - a) + ((a * 2.0f - b * 5.0f + c * 4.0f - d) + (b * 3.0f - a - c * 3.0f + d) * t) * t) *
                (0.5f * t);
    rgb *= 1 / luminance(rgb);
    return {std::max(rgb.x, 0.0f), std::max(rgb.y, 0.0f), std::max(rgb.z, 0.0f)};
}

float usd_light_size(LightShape shape, float width, float height, float radius, float length, float angle_deg,
                     Vec3f const& scale)
{
    switch (shape) {
    case LightShape::rect:
        return width * scale.x * height * scale.y;
    case LightShape::disk:
        return pi * radius * scale.x * radius * scale.y;
    case LightShape::sphere: {
        auto const term = [&](float p, float q) { return std::pow(radius * p * radius * q, 1.6f); };
        float const sum = term(scale.x, scale.y) + term(scale.x, scale.z) + term(scale.y, scale.z);
        return 4 * pi * std::pow(sum / 3, 1 / 1.6f);
    }
    case LightShape::cylinder: {
        float const a = radius * scale.y, b = radius * scale.z;
        return pi * (3 * (a + b) - std::sqrt((3 * a + b) * (a + 3 * b))) * length * scale.x;
    }
    case LightShape::distant: {
        float const half_angle = std::clamp(angle_deg * (pi / 360), 0.0f, pi);
        if (half_angle <= 0) return 1;
        float const s = square(std::sin(half_angle));
        return pi * (half_angle <= pi / 2 ? s : 2 - s);
    }
    case LightShape::dome:
        return 1;
    }
    return 1;
}

Vec3f usd_light_radiance(UsdLightAttributes const& a, LightShape shape, Transform const& world_from_light,
                         float width, float height, float radius, float length_, float angle_deg)
{
    Vec3f radiance = a.color * (a.intensity * std::exp2(a.exposure));
    if (a.enable_color_temperature) radiance *= blackbody_rgb(a.color_temperature);
    if (!is_finite(radiance)) return {0, 0, 0};
    if (!a.normalize) return radiance;
    auto const& m = world_from_light;
    float size = usd_light_size(shape, width, height, radius, length_, angle_deg,
                                {length(m.x), length(m.y), length(m.z)});
    // A sheared rectangle is smaller than the product of its sides.
    if (shape == LightShape::rect) size = length(cross(m.x, m.y)) * width * height;
    if (shape == LightShape::disk) size = length(cross(m.x, m.y)) * pi * radius * radius;
    if (!(size > 0) || !std::isfinite(size)) return {0, 0, 0};
    return radiance * (1 / size);
}

} // namespace soulvan::render
