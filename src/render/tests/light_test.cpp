// Lights are sampled by the density that they state, rays meet them where samples lie, and what arrives on a
// surface is what closed forms say.
#include "light.h"
#include "light_select.h"
#include "scenes.h"
#include "statistics.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

struct Case {
    std::string name;
    Light light;
    Vec3f from{0, 0, 0};
};

Transform scaled(Transform m, Vec3f s)
{
    m.x *= s.x;
    m.y *= s.y;
    m.z *= s.z;
    return m;
}
/// An asymmetric sky: bright cap, dim rest. Outlives whoever borrows it.
std::vector<Texture> const& sky()
{
    static std::vector<Texture> made(1);
    Texture& t = made[0];
    if (t.width > 0) return made;
    t.width = 64;
    t.height = 32;
    t.channels = 3;
    t.wrap_t = Wrap::clamp;
    t.halves.resize(64 * 32 * 3);
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 64; ++x)
            for (int c = 0; c < 3; ++c)
                t.halves[(y * 64 + x) * 3 + c] = half(0.2f + (y < 12 && x > 20 && x < 40 ? 5.0f : 0.0f));
    return made;
}

std::vector<Case> cases()
{
    std::vector<Case> out;
    auto const add = [&](std::string name, LightShape shape, Transform m, Vec3f from = {0, 0, 0}) -> Light& {
        out.push_back({std::move(name), {}, from});
        out.back().light.shape = shape;
        out.back().light.world_from_light = m;
        return out.back().light;
    };
    Transform const above = shining({0.3f, 0.2f, 1.5f}, {0.1f, 0.2f, -1});
    add("rect near", LightShape::rect, scaled(above, {3, 2, 1}));
    add("rect far", LightShape::rect, scaled(shining({0, 0, 9}, {0, 0.1f, -1}), {2, 1, 1}));
    Transform sheared = scaled(above, {2, 2, 2});
    sheared.y += sheared.x * 0.5f;
    add("rect sheared", LightShape::rect, sheared);
    add("disk", LightShape::disk, scaled(above, {2, 1, 1})).radius = 0.8f;
    add("sphere", LightShape::sphere, translated({1, 0.5f, 2})).radius = 0.7f;
    add("sphere near", LightShape::sphere, translated({0.2f, 0.5f, 1})).radius = 1;
    add("ellipsoid", LightShape::sphere, scaled(shining({1, 0.5f, 2}, {1, 1, -1}), {1, 2, 0.5f})).radius =
        0.7f;
    auto& tube = add("tube", LightShape::cylinder, shining({0.5f, 0.3f, 1}, {0.2f, 0.3f, -1}));
    tube.length = 3;
    tube.radius = 0.2f;
    auto& squeezed = add("tube squeezed", LightShape::cylinder,
                         scaled(shining({0.5f, 0, 1}, {1, 0.3f, -1}), {1, 2, 0.7f}));
    squeezed.length = 2;
    squeezed.radius = 0.3f;
    auto& thick = add("tube end on", LightShape::cylinder, shining({2.5f, 0.9f, 0.5f}, {0, 0, -1}));
    thick.length = 2;
    thick.radius = 0.4f;
    add("distant wide", LightShape::distant, shining({0, 0, 0}, {0.3f, 0.2f, -1})).angle_deg = 40;
    add("dome", LightShape::dome, shining({0, 0, 0}, {0.3f, 0.2f, -1})).texture = 0;
    return out;
}

TEST(Light, SamplesFollowTheirDensityAndLieOnTheLight)
{
    TextureSet const textures(sky());
    auto const all = cases();
    std::uint64_t seed = 1;
    for (auto const& c : all) {
        auto const light = AreaLight::create(c.light, textures).value();
        int missed = 0, differing = 0;
        auto const result = chi_square(
            [&](Vec2f u, float) -> std::optional<Vec3f> {
                LightSample s;
                if (!light.sample(c.from, u, s)) return std::nullopt;
                LightHit hit;
                // A ray towards the sample meets the light there, as bright, and with that density.
                if (!light.intersect(c.from, s.wi, std::numeric_limits<float>::infinity(), hit)) {
                    ++missed;
                } else {
                    differing += std::abs(hit.pdf - s.pdf) > 1e-2f * s.pdf;
                    if (!light.is_infinite()) {
                        EXPECT_NEAR(hit.t, s.distance, 1e-3f * s.distance) << c.name;
                    }
                    EXPECT_NEAR(hit.radiance.x, s.radiance.x, 1e-2f * s.radiance.x) << c.name;
                }
                return s.wi;
            },
            [&](Vec3f const& w) -> double {
                LightHit hit;
                return light.intersect(c.from, w, std::numeric_limits<float>::infinity(), hit) ? hit.pdf : 0;
            },
            seed++ * 7777777, 100000, 24);
        EXPECT_LT(missed, 300) << c.name;    // grazing the rim
        EXPECT_LT(differing, 300) << c.name; // on the border of two cells of the dome
        EXPECT_NEAR(result.integral, 1, 0.01) << c.name;
        EXPECT_GT(result.p, 0.01 / static_cast<double>(all.size())) << c.name;
    }
}

/// What falls on a surface at `p` facing `n`: the estimate that rendering makes, and a look-up by rays alone.
struct Irradiance {
    double by_light = 0, by_rays = 0;
};
Irradiance irradiance(Light const& description, Vec3f p, Vec3f n, TextureSet const& textures = TextureSet(),
                      int count = 1 << 17)
{
    auto const light = AreaLight::create(description, textures).value();
    Basis const basis = Basis::around(n);
    Irradiance out;
    for (int i = 0; i < count; ++i) {
        Sampler const sampler(1, 1, static_cast<std::uint32_t>(i), 5);
        LightSample s;
        if (light.sample(p, sampler.get_2d(0), s))
            out.by_light += s.radiance.x * std::max(0.0f, dot(s.wi, n)) / s.pdf;
        LightHit hit;
        if (light.intersect(p, basis.to_world(sample_cosine_hemisphere(sampler.get_2d(1))),
                            std::numeric_limits<float>::infinity(), hit))
            out.by_rays += hit.radiance.x * pi;
    }
    out.by_light /= count;
    out.by_rays /= count;
    return out;
}

/// Lambert's formula for a polygon: exact irradiance of a uniform polygon above the horizon.
double polygon_irradiance(std::vector<Vec3d> corners, Vec3d p, Vec3d n)
{
    double sum = 0;
    for (auto& c : corners) c = (c - p).normalized();
    for (std::size_t i = 0; i < corners.size(); ++i) {
        auto const& a = corners[i];
        auto const& b = corners[(i + 1) % corners.size()];
        sum += std::acos(a.dot(b)) * a.cross(b).normalized().dot(n);
    }
    return std::abs(sum) / 2;
}

TEST(Light, IrradianceOfARectangle)
{
    for (float const height : {0.3f, 1.0f, 6.0f}) {
        Light light;
        light.shape = LightShape::rect;
        light.width = 2;
        light.height = 3;
        light.world_from_light = shining({0, height, 0}, {0, -1, 0});
        auto const& m = light.world_from_light;
        std::vector<Vec3d> corners;
        for (auto [s, t] : {std::pair{-1.0f, -1.5f}, {1.0f, -1.5f}, {1.0f, 1.5f}, {-1.0f, 1.5f}})
            corners.push_back(Vec3d(m.point({s, t, 0})));
        double const expected = polygon_irradiance(corners, {0.4, 0, 0.1}, {0, 1, 0});
        auto const got = irradiance(light, {0.4f, 0, 0.1f}, {0, 1, 0});
        EXPECT_NEAR(got.by_light, expected, 2e-3 * expected) << height;
        EXPECT_NEAR(got.by_rays, expected, 1e-2 * expected) << height;
        // Nothing shines backwards.
        EXPECT_EQ(irradiance(light, {0.4f, 2 * height, 0.1f}, {0, -1, 0}).by_light, 0);
    }
}

TEST(Light, IrradianceOfADisk)
{
    Light light;
    light.shape = LightShape::disk;
    light.radius = 1.5f;
    light.world_from_light = shining({0, 2, 0}, {0, -1, 0});
    double const expected = std::numbers::pi * 1.5 * 1.5 / (1.5 * 1.5 + 2 * 2); // on the axis: π sin²
    auto const got = irradiance(light, {0, 0, 0}, {0, 1, 0});
    EXPECT_NEAR(got.by_light, expected, 2e-3 * expected);
    EXPECT_NEAR(got.by_rays, expected, 1e-2 * expected);
}

TEST(Light, IrradianceOfASphere)
{
    for (float const radius : {0.01f, 0.5f, 1.9f}) {
        Light light;
        light.shape = LightShape::sphere;
        light.radius = radius;
        light.world_from_light = translated({0, 2, 0});
        double const expected = std::numbers::pi * radius * radius / 4; // π sin²
        auto const got = irradiance(light, {0, 0, 0}, {0, 1, 0});
        EXPECT_NEAR(got.by_light, expected, 1e-3 * expected);
        if (radius > 0.1f) {
            EXPECT_NEAR(got.by_rays, expected, 2e-2 * expected);
        }
    }
}

TEST(Light, IrradianceOfATube)
{
    // A thin tube of half-length h at distance d: a Lambertian line 2r wide, E = 2r L / d · (a + sin a cos a)
    // with a = atan(h / d), for a surface below its middle that faces it.
    Light light;
    light.shape = LightShape::cylinder;
    light.radius = 0.002f;
    light.length = 4;
    light.world_from_light = translated({0, 1.5f, 0});
    double const a = std::atan(2 / 1.5);
    double const expected = 2 * 0.002 / 1.5 * (a + std::sin(a) * std::cos(a));
    auto const got = irradiance(light, {0, 0, 0}, {0, 1, 0});
    EXPECT_NEAR(got.by_light, expected, 5e-3 * expected);
}

TEST(Light, IrradianceOfDistantAndDome)
{
    Light distant;
    distant.shape = LightShape::distant;
    distant.angle_deg = 30;
    distant.world_from_light = shining({0, 0, 0}, {0, -1, 0});
    double const expected = std::numbers::pi * std::pow(std::sin(15 * std::numbers::pi / 180), 2);
    auto const got = irradiance(distant, {0, 0, 0}, {0, 1, 0});
    EXPECT_NEAR(got.by_light, expected, 1e-3 * expected);
    EXPECT_NEAR(got.by_rays, expected, 1e-2 * expected);
    distant.angle_deg = 0; // radiance is then irradiance
    EXPECT_NEAR(irradiance(distant, {0, 0, 0}, {0, 1, 0}).by_light, 1, 1e-6);
    EXPECT_NEAR(irradiance(distant, {0, 0, 0}, {0, 0.5f, std::sqrt(0.75f)}).by_light, 0.5, 1e-6);

    Light dome;
    dome.shape = LightShape::dome;
    EXPECT_NEAR(irradiance(dome, {0, 0, 0}, {0, 1, 0}).by_rays, std::numbers::pi, 1e-4);
}

TEST(Light, DomeIsOrientedAsOpenExrSays)
{
    // Six marked directions: +Z in the middle, +X a quarter to the left, +Y on top.
    std::vector<Texture> maps(1);
    Texture& map = maps[0];
    map.width = 256;
    map.height = 128;
    map.channels = 1;
    map.halves.resize(256 * 128);
    auto const mark = [&](int column, int row, float value) {
        for (int y = -6; y <= 6; ++y)
            for (int x = -6; x <= 6; ++x)
                map.halves[std::clamp(row + y, 0, 127) * 256 + (column + x + 256) % 256] = half(value);
    };
    mark(128, 64, 1);
    mark(64, 64, 2);
    mark(0, 64, 3);
    mark(192, 64, 4);
    for (int x = 0; x < 256; ++x) {
        map.halves[x] = map.halves[256 + x] = half(5.0f);
        map.halves[127 * 256 + x] = map.halves[126 * 256 + x] = half(6.0f);
    }
    TextureSet const textures(maps);
    Light dome;
    dome.shape = LightShape::dome;
    dome.texture = 0;
    auto const light = AreaLight::create(dome, textures).value();
    auto const seen = [&](Vec3f d) {
        LightHit hit;
        EXPECT_TRUE(light.intersect({0, 0, 0}, d, std::numeric_limits<float>::infinity(), hit));
        return hit.radiance.x;
    };
    EXPECT_FLOAT_EQ(seen({0, 0, 1}), 1);
    EXPECT_FLOAT_EQ(seen({1, 0, 0}), 2);
    EXPECT_FLOAT_EQ(seen({0, 0, -1}), 3);
    EXPECT_FLOAT_EQ(seen({-1, 0, 0}), 4);
    EXPECT_FLOAT_EQ(seen({0, 1, 0}), 5);
    EXPECT_FLOAT_EQ(seen({0, -1, 0}), 6);
}

TEST(Light, ConeAndFocus)
{
    Light spot;
    spot.shape = LightShape::sphere;
    spot.radius = 0.01f;
    spot.world_from_light = shining({0, 5, 0}, {0, -1, 0});
    double const open = irradiance(spot, {0, 0, 0}, {0, 1, 0}).by_light;
    spot.cone_angle_deg = 30;
    EXPECT_NEAR(irradiance(spot, {0, 0, 0}, {0, 1, 0}).by_light, open, 1e-3 * open);
    EXPECT_EQ(irradiance(spot, {4, 0, 0}, {0, 1, 0}).by_light, 0); // 38.7 degrees off
    EXPECT_GT(irradiance(spot, {2.5f, 0, 0}, {0, 1, 0}).by_light, 0);
    spot.cone_softness = 1; // from the axis on: half-way at half the angle
    double const tilted = 5 * std::tan(15 * std::numbers::pi / 180);
    Light plain = spot;
    plain.cone_angle_deg = 90;
    plain.cone_softness = 0;
    Vec3f const at(static_cast<float>(tilted), 0, 0);
    EXPECT_NEAR(irradiance(spot, at, {0, 1, 0}).by_light / irradiance(plain, at, {0, 1, 0}).by_light, 0.5,
                5e-3);
    plain.focus = 2;
    spot.cone_angle_deg = 90;
    spot.cone_softness = 0;
    EXPECT_NEAR(irradiance(plain, at, {0, 1, 0}).by_light / irradiance(spot, at, {0, 1, 0}).by_light,
                std::pow(std::cos(15 * std::numbers::pi / 180), 2), 5e-3);
}

TEST(Light, WhatCannotShineIsLeftOut)
{
    TextureSet const textures;
    Light light;
    light.width = 0;
    EXPECT_FALSE(AreaLight::create(light, textures));
    light.width = std::nanf("");
    EXPECT_FALSE(AreaLight::create(light, textures));
    light = {};
    light.radiance = {0, 0, 0};
    EXPECT_FALSE(AreaLight::create(light, textures));
    for (auto const shape : {LightShape::rect, LightShape::disk, LightShape::sphere, LightShape::cylinder}) {
        light = {};
        light.shape = shape;
        light.world_from_light = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
        EXPECT_FALSE(AreaLight::create(light, textures));
    }
}

/// 40 lights of all kinds in a hall, and a dome.
std::vector<AreaLight> hall()
{
    static TextureSet const textures(sky());
    std::vector<AreaLight> lights;
    for (int i = 0; i < 40; ++i) {
        Sampler const sampler(i, 0, 0, 11);
        Vec2f const u = sampler.get_2d(0), v = sampler.get_2d(1);
        Light light;
        light.shape = static_cast<LightShape>(1 + i % 4);
        light.radiance = Vec3f(1 + 10 * v.x);
        light.world_from_light = shining({u.x * 30, 5 + 2 * v.y, u.y * 20}, {v.x - 0.5f, -1, v.y - 0.5f});
        light.length = 2;
        lights.push_back(AreaLight::create(light, textures).value());
    }
    Light dome;
    dome.shape = LightShape::dome;
    dome.texture = 0;
    lights.push_back(AreaLight::create(dome, textures).value());
    return lights;
}

TEST(LightSelector, ChoosesAsOftenAsItSays)
{
    auto const lights = hall();
    LightSelector const selector(lights);
    for (int point = 0; point < 6; ++point) {
        Sampler const sampler(point, 0, 0, 3);
        Vec2f const u = sampler.get_2d(0), v = sampler.get_2d(1);
        Vec3f const p(u.x * 30, v.x * 4, u.y * 20);
        Vec3f const n = normalized(Vec3f(v.x - 0.5f, 1, v.y - 0.5f));
        std::vector<int> counts(lights.size());
        int const draws = 40000;
        int dark = 0;
        for (int i = 0; i < draws; ++i) {
            auto const choice =
                selector.choose(p, n, selector.even_shares(), (static_cast<float>(i) + 0.5f) / draws);
            // A branch may turn out dark: its bounds promised more than its lights hold.
            if (choice.pmf <= 0) {
                ++dark;
                continue;
            }
            ++counts[choice.light];
            EXPECT_NEAR(choice.pmf, selector.pmf(p, n, selector.even_shares(), choice.light), 1e-5f);
        }
        double sum = 0;
        for (std::uint32_t i = 0; i < lights.size(); ++i) {
            double const pmf = selector.pmf(p, n, selector.even_shares(), i);
            sum += pmf;
            EXPECT_NEAR(counts[i], pmf * draws, 3) << i;
        }
        EXPECT_NEAR(sum + static_cast<double>(dark) / draws, 1, 1e-3);
        EXPECT_LT(dark, draws / 4);
    }
}

TEST(LightSelector, NeverPassesOverALightThatShines)
{
    auto const lights = hall();
    LightSelector const selector(lights);
    for (int point = 0; point < 300; ++point) {
        Sampler const sampler(point, 0, 0, 3);
        Vec2f const u = sampler.get_2d(0), v = sampler.get_2d(1);
        Vec3f const p(u.x * 40 - 5, v.x * 8, u.y * 30 - 5);
        Vec3f const n = normalized(Vec3f(v.x - 0.5f, sampler.get_1d(4) - 0.5f, v.y - 0.5f));
        for (std::uint32_t i = 0; i < lights.size(); ++i) {
            float brightest = 0;
            for (int k = 0; k < 16; ++k) {
                LightSample s;
                if (lights[i].sample(p, Sampler(k, 1, 0, 1).get_2d(0), s))
                    brightest = std::max(brightest, s.radiance.x * dot(s.wi, n));
            }
            if (brightest > 1e-4f) {
                EXPECT_GT(selector.pmf(p, n, selector.even_shares(), i), 0) << point << " " << i;
            }
        }
    }
}

TEST(LightSelector, AlongARayNoLightIsMissed)
{
    auto const lights = hall();
    LightSelector const selector(lights);
    int met = 0;
    for (int k = 0; k < 2000; ++k) {
        Sampler const sampler(k, 0, 0, 8);
        Vec2f const u = sampler.get_2d(0);
        Vec3f const p(u.x * 30, 1, u.y * 20), d = sample_cosine_hemisphere(sampler.get_2d(1));
        Vec3f const up(d.x, d.z, d.y);
        std::vector<bool> visited(lights.size());
        selector.visit_along(p, up, 100, [&](std::uint32_t i) { visited[i] = true; });
        LightHit hit;
        for (std::uint32_t i = 0; i + 1 < lights.size(); ++i)
            if (lights[i].intersect(p, up, 100, hit)) {
                ++met;
                EXPECT_TRUE(visited[i]);
            }
    }
    EXPECT_GT(met, 50);
}

} // namespace
} // namespace soulvan::render
