// Scenes whose radiance is known: furnaces, and estimators that must agree.
#include "scenes.h"
#include "vector.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

struct Stats {
    double mean = 0, deviation = 0; ///< of the mean, by pixels
};
Stats stats_of(media::Image const& image, int channel = 0)
{
    double sum = 0, squares = 0;
    int const n = image.width() * image.height();
    for (int i = 0; i < n; ++i) {
        double const v = image.pixels()[static_cast<std::size_t>(i) * image.channels() + channel];
        sum += v;
        squares += v * v;
    }
    double const mean = sum / n;
    return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / n)};
}
RenderedFrame render(SceneBuilder const& b, Camera const& camera, FrameSettings const& settings)
{
    return render_frame(*b.prepare(settings), camera, settings, silent_progress(), {}).value();
}

/// Within a closed body whose walls emit Le and reflect rho, everything is Le / (1 - rho).
TEST(Furnace, ClosedBodiesGlowAsTheyShould)
{
    for (bool const is_sphere : {true, false})
        for (float const rho : {0.18f, 0.5f, 0.9f}) {
            SceneBuilder b;
            Material wall;
            wall.diffuse_color.value = Vec3f(rho);
            wall.ior.value.x = 1;
            wall.emissive_color.value = Vec3f(0.5f);
            b.place(b.mesh(is_sphere ? sphere_mesh(24) : cube_mesh()), b.material(wall));
            auto const frame = render(b, look_at({0.2f, 0.1f, 0.3f}, {0, 0, -1}, 90),
                                      {.width = 16, .height = 16, .samples = 128, .max_bounces = 300});
            double const expected = 0.5 / (1 - rho);
            EXPECT_NEAR(stats_of(frame.beauty).mean, expected, 0.01 * expected) << is_sphere << " " << rho;
        }
}

/// A sphere of albedo rho around a light of power Φ: every wall point gets rho/(1 - rho) Φ/(4π r²) / π more
/// than directly, whatever the light's shape, since a sphere's form factors are all equal.
TEST(Furnace, AnyLightWithinASphereFillsItEvenly)
{
    for (float const rho : {0.18f, 0.5f, 0.9f})
        for (auto const shape :
             {LightShape::sphere, LightShape::rect, LightShape::disk, LightShape::cylinder}) {
            SceneBuilder b;
            b.place(b.mesh(sphere_mesh(48)), b.diffuse(Vec3f(rho)));
            auto& light = b.light(shape, Vec3f(3), shining({0, 0, 0}, {0, -1, 0}));
            light.radius = 0.1f;
            light.width = light.height = 0.2f;
            light.length = 0.3f;
            double const area = shape == LightShape::sphere ? 4 * std::numbers::pi * 0.01
                                : shape == LightShape::rect ? 0.04
                                : shape == LightShape::disk ? std::numbers::pi * 0.01
                                                            : 2 * std::numbers::pi * 0.1 * 0.3;
            double const power = std::numbers::pi * 3 * area;
            // The upper half sees no direct light of the flat shapes: exact there; lights of all sides add
            // theirs, which the mean over the whole sphere knows.
            bool const is_flat = shape == LightShape::rect || shape == LightShape::disk;
            double const exitance = power * rho / (1 - rho) / (4 * std::numbers::pi); // over r = 1
            double const indirect = exitance / std::numbers::pi * rho;
            Camera const camera = look_at({0, 0.3f, 0}, {0, 1, 0.01f}, 60);
            // Dark walls end most paths at once: the mean of the few that go on needs more of them.
            int const samples = rho < 0.3f ? 4096 : 512;
            auto const frame =
                render(b, camera, {.width = 16, .height = 16, .samples = samples, .max_bounces = 200});
            double const mean = stats_of(frame.beauty).mean;
            if (is_flat) {
                EXPECT_NEAR(mean, indirect, 0.01 * indirect) << rho << " " << static_cast<int>(shape);
            } else if (shape == LightShape::sphere) {
                double const direct = power / (4 * std::numbers::pi) * rho / std::numbers::pi;
                EXPECT_NEAR(mean, indirect + direct, 0.01 * (indirect + direct)) << rho;
            }
        }
}

TEST(Furnace, WhiteObjectsVanishInAWhiteWorld)
{
    for (float const metallic : {0.0f, 1.0f})
        for (float const roughness : {0.0f, 0.3f, 1.0f}) {
            SceneBuilder b;
            Material white;
            white.diffuse_color.value = {1, 1, 1};
            white.metallic.value.x = metallic;
            white.roughness.value.x = roughness;
            b.place(b.mesh(sphere_mesh(48)), b.material(white));
            b.light(LightShape::dome, {1, 1, 1}).visible_to_camera = true;
            auto const frame = render(b, look_at({0, 0, 4}, {0, 0, 0}, 35),
                                      {.width = 24, .height = 24, .samples = 64, .max_bounces = 100});
            EXPECT_NEAR(stats_of(frame.beauty).mean, 1, 0.01) << metallic << " " << roughness;
        }
}

TEST(Furnace, GlassVanishesInAWhiteWorld)
{
    for (float const ior : {1.0f, 1.5f}) {
        SceneBuilder b;
        Material glass;
        glass.diffuse_color.value = {0, 0, 0};
        glass.opacity.value.x = 0;
        glass.roughness.value.x = 0;
        glass.ior.value.x = ior;
        b.place(b.mesh(sphere_mesh(32)), b.material(glass));
        b.light(LightShape::dome, {1, 1, 1}).visible_to_camera = true;
        auto const frame = render(b, look_at({0, 0, 4}, {0, 0, 0}, 35),
                                  {.width = 24, .height = 24, .samples = 64, .max_bounces = 100});
        EXPECT_NEAR(stats_of(frame.beauty).mean, 1, 0.01) << ior;
    }
}

/// Light seen by sampling lights, by following lobes, or by both, is one light: the strip of Veach's thesis.
TEST(Mis, LightsFoundByRaysAndBySamplingAgree)
{
    int failures = 0, tests = 0;
    for (float const roughness : {0.1f, 0.3f, 0.6f})
        for (float const size : {0.05f, 0.4f, 2.0f}) {
            auto const mean_of = [&](bool as_light, std::uint64_t seed) {
                SceneBuilder b;
                Material metal;
                metal.diffuse_color.value = {0.8f, 0.8f, 0.8f};
                metal.metallic.value.x = 0.5f;
                metal.roughness.value.x = roughness;
                int const square = b.mesh(square_mesh());
                b.place(square, b.material(metal));
                Transform const at = shining({0, 1, -1}, {0, -1, 1});
                Vec3f const radiance(1 / (size * size));
                if (as_light) {
                    auto& light = b.light(LightShape::rect, radiance, at);
                    light.width = light.height = size;
                } else {
                    // The same panel as an emissive surface, which rays alone can find.
                    Material emitter;
                    emitter.diffuse_color.value = {0, 0, 0};
                    emitter.ior.value.x = 1;
                    emitter.emissive_color.value = radiance;
                    Transform panel{at.x * (size / 2), -at.z, at.y * (size / 2), at.t};
                    b.place(square, b.material(emitter), panel);
                }
                auto const frame = render(b, look_at({0, 1, 1}, {0, 0, 0}, 20),
                                          {.width = 32,
                                           .height = 32,
                                           .samples = as_light ? 64 : 512,
                                           .max_bounces = 0,
                                           .seed = seed});
                return stats_of(frame.beauty);
            };
            auto const both = mean_of(true, 1), rays = mean_of(false, 2);
            double const sigma = std::hypot(both.deviation, rays.deviation);
            ++tests;
            // The pixels differ by more than noise, so this deviation is wide; the means are held to 2 % as
            // well.
            failures += std::abs(both.mean - rays.mean) > 3 * sigma;
            if (size > 0.1f) {
                EXPECT_NEAR(both.mean, rays.mean, 0.02 * rays.mean) << roughness << " " << size;
            }
        }
    EXPECT_EQ(failures, 0) << "of " << tests;
}

TEST(Split, DiffuseTimesAlbedoPlusTheRestIsTheBeauty)
{
    SceneBuilder b;
    b.place(b.mesh(square_mesh()), b.diffuse({0.8f, 0.4f, 0.2f}));
    b.light(LightShape::dome, {1, 1, 1});
    b.light(LightShape::sphere, {50, 50, 50}, translated({0, 2, 0})).radius = 0.2f;
    auto const frame =
        render(b, look_at({0, 2, 0.1f}, {0, 0, 0}, 30), {.width = 16, .height = 16, .samples = 16});
    for (int i = 0; i < 256; ++i)
        for (int c = 0; c < 3; ++c) {
            float const beauty = frame.beauty.pixels()[i * 4ull + c];
            EXPECT_NEAR(frame.diffuse.pixels()[i * 3ull + c] * frame.albedo.pixels()[i * 3ull + c], beauty,
                        1e-4f * beauty);
        }
}

} // namespace
} // namespace soulvan::render
