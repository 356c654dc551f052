// Scattering keeps energy, obeys reciprocity, and is sampled by the density that it states.
#include "bsdf.h"
#include "statistics.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

Vec3f direction(float theta_deg, float phi = 0)
{
    float const t = theta_deg * pi / 180;
    return {std::sin(t) * std::cos(phi), std::sin(t) * std::sin(phi), std::cos(t)};
}
GgxTables const& tables()
{
    static GgxTables const made;
    return made;
}
Bsdf make(SurfaceParameters const& p, Vec3f const& wo, Boundary boundary = Boundary::straight)
{
    return Bsdf(tables(), p, wo, boundary);
}
SurfaceParameters white_metal(float roughness)
{
    auto p = SurfaceParameters::metallic_workflow({1, 1, 1}, 1, 1.5f);
    p.roughness = roughness;
    return p;
}
SurfaceParameters white_plastic(float roughness, float clearcoat = 0)
{
    auto p = SurfaceParameters::metallic_workflow({1, 1, 1}, 0, 1.5f);
    p.roughness = roughness;
    p.clearcoat = clearcoat;
    p.clearcoat_roughness = 0.3f;
    return p;
}

/// What returns under white light from everywhere, by the sampler's own weights over a (0,2)-net.
double albedo(Bsdf const& bsdf, int samples = 65536)
{
    double sum = 0;
    for (int i = 0; i < samples; ++i) {
        Sampler const sampler(0, 0, static_cast<std::uint32_t>(i), 7);
        auto const s = bsdf.sample(sampler.get_1d(1), sampler.get_2d(0));
        if (s.is_valid) sum += luminance(s.diffuse + s.specular);
    }
    return sum / samples;
}

TEST(Bsdf, GivesBackNoMoreThanItGets)
{
    auto const half_glass = [] {
        auto p = white_plastic(0.3f);
        p.opacity = 0.3f;
        return p;
    }();
    for (float const angle : {5.0f, 45.0f, 80.0f})
        for (float const roughness : {0.0f, 0.1f, 0.3f, 0.6f, 1.0f}) {
            auto const wo = direction(angle);
            EXPECT_LE(albedo(make(white_metal(roughness), wo)), 1 + 1e-3) << roughness << " " << angle;
            EXPECT_LE(albedo(make(white_plastic(roughness), wo)), 1 + 1e-3) << roughness << " " << angle;
            EXPECT_LE(albedo(make(white_plastic(roughness, 1), wo)), 1 + 1e-3) << roughness << " " << angle;
            auto glass = half_glass;
            glass.roughness = roughness;
            EXPECT_LE(albedo(make(glass, wo)), 1 + 1e-3) << roughness << " " << angle;
            EXPECT_LE(albedo(make(glass, wo, Boundary::entering)), 1 + 1e-3) << roughness << " " << angle;
            EXPECT_LE(albedo(make(glass, wo, Boundary::leaving)), 1 + 1e-3) << roughness << " " << angle;
        }
}

TEST(Bsdf, WhiteMetalAndWhitePlasticLoseNothing)
{
    for (float const angle : {5.0f, 45.0f, 80.0f})
        for (float const roughness : {0.0f, 0.1f, 0.3f, 0.6f, 1.0f}) {
            EXPECT_GE(albedo(make(white_metal(roughness), direction(angle))), 0.99)
                << roughness << " " << angle;
            EXPECT_GE(albedo(make(white_plastic(roughness), direction(angle))), 0.99)
                << roughness << " " << angle;
        }
    // Clear glass splits light and keeps none.
    auto glass = white_plastic(0);
    glass.opacity = 0;
    for (auto const boundary : {Boundary::straight, Boundary::entering, Boundary::leaving})
        for (float const angle : {5.0f, 45.0f, 80.0f})
            EXPECT_NEAR(albedo(make(glass, direction(angle), boundary)), 1, 2e-3);
}

TEST(Bsdf, IsReciprocal)
{
    SurfaceParameters mixed = SurfaceParameters::metallic_workflow({0.8f, 0.4f, 0.1f}, 0.4f, 1.7f);
    mixed.clearcoat = 0.7f;
    mixed.clearcoat_roughness = 0.2f;
    for (float const roughness : {0.1f, 0.4f, 0.9f}) {
        mixed.roughness = roughness;
        for (int i = 0; i < 200; ++i) {
            Sampler const sampler(i, 0, 0, 3);
            Vec3f const a = sample_cosine_hemisphere(sampler.get_2d(0)),
                        b = sample_cosine_hemisphere(sampler.get_2d(1));
            if (a.z < 0.01f || b.z < 0.01f) continue;
            auto const ab = make(mixed, a).evaluate(b), ba = make(mixed, b).evaluate(a);
            Vec3f const f = (ab.diffuse + ab.specular) * (1 / b.z),
                        g = (ba.diffuse + ba.specular) * (1 / a.z);
            for (int c = 0; c < 3; ++c) EXPECT_NEAR(f[c], g[c], 2e-3f * std::max(f[c], 0.01f));
        }
    }
}

TEST(Bsdf, SamplesFollowTheirDensity)
{
    std::vector<SurfaceParameters> surfaces;
    for (float const roughness : {0.25f, 0.5f, 1.0f}) {
        surfaces.push_back(white_metal(roughness));
        surfaces.push_back(white_plastic(roughness));
        surfaces.push_back(white_plastic(roughness, 0.8f));
    }
    std::uint64_t seed = 1;
    int const tests = static_cast<int>(surfaces.size()) * 3;
    for (auto const& surface : surfaces)
        for (float const angle : {0.0f, 40.0f, 75.0f}) {
            auto const bsdf = make(surface, direction(angle, 0.7f));
            auto const result = chi_square(
                [&](Vec2f u, float lobe) -> std::optional<Vec3f> {
                    auto const s = bsdf.sample(lobe, u);
                    if (!s.is_valid) return std::nullopt;
                    return s.wi;
                },
                [&](Vec3f const& w) { return static_cast<double>(bsdf.evaluate(w).pdf); }, seed++ * 1000003,
                100000, 16);
            // Šidák's correction for that many tests at one per cent.
            EXPECT_GT(result.p, 0.01 / tests) << surface.roughness << " " << angle;
            // Directions below the horizon are drawn and thrown away.
            EXPECT_LE(result.integral, 1.01);
            EXPECT_GE(result.integral, surface.roughness < 0.3f && angle < 60 ? 0.99 : 0.6);
        }
}

TEST(Bsdf, SampleWeightsAreValueOverDensity)
{
    auto p = white_plastic(0.3f, 0.5f);
    auto const bsdf = make(p, direction(30));
    for (int i = 0; i < 500; ++i) {
        Sampler const sampler(0, 0, static_cast<std::uint32_t>(i), 9);
        auto const s = bsdf.sample(sampler.get_1d(1), sampler.get_2d(0));
        if (!s.is_valid) continue;
        auto const value = bsdf.evaluate(s.wi);
        EXPECT_FLOAT_EQ(s.pdf, value.pdf);
        EXPECT_NEAR(s.specular.x * s.pdf, value.specular.x, 1e-4f * (1 + value.specular.x));
    }
}

TEST(Bsdf, MetallicWorkflowAsTheSpecificationSays)
{
    auto const metal = SurfaceParameters::metallic_workflow({0.9f, 0.6f, 0.2f}, 1, 1.5f);
    EXPECT_EQ(metal.f0, Vec3f(0.9f, 0.6f, 0.2f));
    EXPECT_TRUE(metal.f90.equalWithAbsError(metal.f0, 1e-6f));
    EXPECT_EQ(metal.diffuse, Vec3f(0));
    auto const plastic = SurfaceParameters::metallic_workflow({0.9f, 0.6f, 0.2f}, 0, 2.0f);
    EXPECT_NEAR(plastic.f0.x, 1 / 9.0f, 1e-6f);
    EXPECT_EQ(plastic.f90, Vec3f(1));
    EXPECT_EQ(plastic.diffuse, Vec3f(0.9f, 0.6f, 0.2f));
    auto const specular = SurfaceParameters::specular_workflow({0.5f, 0.5f, 0.5f}, {0.3f, 0.2f, 0.1f}, 1.5f);
    EXPECT_EQ(specular.f0, Vec3f(0.3f, 0.2f, 0.1f));
    EXPECT_EQ(specular.f90, Vec3f(1));
    // Values out of range come from textures with a scale: they are brought in, and NaN becomes black.
    auto const wild = SurfaceParameters::metallic_workflow({7, -1, std::nanf("")}, 3, std::nanf(""));
    EXPECT_EQ(wild.f0, Vec3f(1, 0, 0));
}

TEST(Bsdf, RefractionFollowsSnell)
{
    auto glass = white_plastic(0);
    glass.opacity = 0;
    auto const wo = direction(50);
    auto const in = make(glass, wo, Boundary::entering).sample(0, {0.5f, 0.5f});
    ASSERT_TRUE(in.is_transmission);
    EXPECT_NEAR(std::sqrt(1 - in.wi.z * in.wi.z), std::sin(50 * pi / 180) / 1.5f, 1e-5f);
    // Past the critical angle of 41.8 degrees everything stays inside.
    auto const bsdf = make(glass, direction(45), Boundary::leaving);
    for (float lobe = 0.01f; lobe < 1; lobe += 0.1f)
        EXPECT_FALSE(bsdf.sample(lobe, {0.5f, 0.5f}).is_transmission);
}

} // namespace
} // namespace soulvan::render
