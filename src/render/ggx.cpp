// The GGX microfacet distribution, isotropic, and how much energy it keeps.
#include "ggx.h"

#include "sampler.h"

namespace soulvan::render {
namespace {

/// Directional albedo by sampling visible normals over a (0,2)-net: the weight of a sample is F · G2/G1.
GgxTables::Pair integrate(float cos_o, float alpha, int samples)
{
    Vec3f const wo{std::sqrt(std::max(0.0f, 1 - cos_o * cos_o)), 0, cos_o};
    float const lambda_o = ggx_lambda(cos_o, alpha);
    double a = 0, b = 0;
    for (int i = 0; i < samples; ++i) {
        auto const index = static_cast<std::uint32_t>(i);
        Vec2f const u{unit_float(reverse_bits(index)) + 0.5f / static_cast<float>(samples),
                      unit_float(reverse_bits(sobol1_reversed(index))) + 0.5f / static_cast<float>(samples)};
        Vec3f const h = ggx_sample_visible_normal(wo, alpha, u);
        float const cos_oh = dot(wo, h);
        float const cos_i = 2 * cos_oh * h.z - cos_o;
        if (cos_i <= 0) continue;
        double const weight = (1 + lambda_o) / (1 + lambda_o + ggx_lambda(cos_i, alpha));
        double const f = schlick(cos_oh);
        a += weight * (1 - f);
        b += weight * f;
    }
    return {static_cast<float>(a / samples), static_cast<float>(b / samples)};
}

} // namespace

GgxTables::GgxTables()
{
    for (int r = 0; r < roughnesses; ++r) {
        float const roughness = static_cast<float>(r) / (roughnesses - 1);
        for (int c = 0; c < cosines; ++c) {
            float const cos_theta = std::max(static_cast<float>(c) / (cosines - 1), 1e-3f);
            // The mirror row is exact.
            albedo_[r][c] = r == 0 ? Pair{1 - schlick(cos_theta), schlick(cos_theta)}
                                   : integrate(cos_theta, roughness * roughness, 256);
        }
        // Of the interpolated function, so that (1 - albedo)/(1 - average) integrates to exactly one.
        double a = 0, b = 0;
        for (int c = 0; c + 1 < cosines; ++c) {
            double const h = 1.0 / (cosines - 1), x0 = c * h, x1 = x0 + h;
            auto const segment = [&](double y0, double y1) {
                return 2 * h * (x0 * (2 * y0 + y1) + x1 * (y0 + 2 * y1)) / 6;
            };
            a += segment(albedo_[r][c].a, albedo_[r][c + 1].a);
            b += segment(albedo_[r][c].b, albedo_[r][c + 1].b);
        }
        average_[r] = {static_cast<float>(a), static_cast<float>(b)};
    }
}

GgxTables::Row GgxTables::row(float roughness) const
{
    float const x = clamp01(roughness) * (roughnesses - 1);
    int const i = std::min(static_cast<int>(x), roughnesses - 2);
    float const w = x - static_cast<float>(i);
    return {albedo_[i].data(),
            albedo_[i + 1].data(),
            w,
            {lerp(average_[i].a, average_[i + 1].a, w), lerp(average_[i].b, average_[i + 1].b, w)}};
}

} // namespace soulvan::render
