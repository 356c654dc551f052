// Broken scenes: no picture has a NaN in it, and none hangs.
#include "scenes.h"
#include "soulvan/base/hash.h"

#include <array>
#include <bit>
#include <limits>

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

void expect_finite(RenderedFrame const& f)
{
    for (auto const* image :
         {&f.beauty, &f.half_a, &f.half_b, &f.diffuse, &f.albedo, &f.normal, &f.position, &f.depth})
        for (auto const v : image->pixels()) ASSERT_TRUE(std::isfinite(v));
}

constexpr float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();

/// A repeatable source of ordinary and extraordinary numbers.
struct Wild {
    std::uint64_t state;
    std::uint64_t word() { return mix64(state += 0x9e3779b97f4a7c15ull); }
    float plain() { return static_cast<float>(word() >> 40) * 0x1p-23f - 1; }
    float any(double strange)
    {
        if (static_cast<double>(word() >> 11) * 0x1p-53 > strange) return plain();
        constexpr std::array odd{0.0f, -0.0f, nan, inf, -inf, 1e30f, -1e30f, 1e-30f, 1e-40f, 1e6f, 3.4e38f};
        return odd[word() % odd.size()];
    }
    Vec3f vector(double strange) { return {any(strange), any(strange), any(strange)}; }
    Input input(double strange)
    {
        Input i;
        i.value = vector(strange);
        if (word() % 3 == 0) {
            i.texture = static_cast<int>(word() % 5) - 1;
            i.channel = static_cast<Channel>(word() % 5);
            for (int c = 0; c < 4; ++c) i.scale[c] = any(strange);
            i.uv_matrix = {any(strange), any(strange), any(strange), any(strange)};
            i.uv_offset = {any(strange), any(strange)};
            i.uv_set = static_cast<int>(word() % 3);
        }
        if (word() % 8 == 0) i.color_primvar = static_cast<int>(word() % 3);
        return i;
    }
};

TEST(Fuzz, BrokenScenesGiveFinitePictures)
{
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Wild w{seed * 1000};
        double const strange = seed % 3 == 0 ? 0.02 : seed % 3 == 1 ? 0.2 : 0.0;
        SceneBuilder b;
        for (int t = 0; t < 4; ++t) {
            Texture texture;
            texture.width = static_cast<int>(w.word() % 9);
            texture.height = static_cast<int>(w.word() % 9);
            texture.channels = static_cast<int>(w.word() % 6);
            texture.wrap_s = static_cast<Wrap>(w.word() % 4);
            texture.wrap_t = static_cast<Wrap>(w.word() % 4);
            auto const size = static_cast<std::size_t>(texture.width) * texture.height * texture.channels;
            for (std::size_t i = 0; i < size; ++i) {
                if (t % 2)
                    texture.bytes.push_back(static_cast<std::uint8_t>(w.word()));
                else
                    texture.halves.push_back(half(w.any(strange)));
            }
            b.scene->textures.push_back(texture);
        }
        for (int m = 0; m < 6; ++m) {
            Material material;
            for (auto* i :
                 {&material.diffuse_color, &material.emissive_color, &material.specular_color,
                  &material.metallic, &material.roughness, &material.clearcoat, &material.clearcoat_roughness,
                  &material.opacity, &material.ior, &material.normal})
                *i = w.input(strange);
            material.use_specular_workflow = w.word() % 2;
            material.opacity_is_presence = w.word() % 2;
            material.has_normal_map = w.word() % 2;
            material.opacity_threshold = w.word() % 4 == 0 ? w.any(strange) : 0;
            b.material(material);
        }
        for (int m = 0; m < 3; ++m) {
            Mesh mesh = m == 0 ? cube_mesh() : sphere_mesh(4, m == 1);
            for (auto& p : mesh.points)
                if (w.word() % 6 == 0) p = w.vector(strange);
            for (auto& n : mesh.normals)
                if (w.word() % 4 == 0) n = w.vector(strange * 3);
            for (auto& t : mesh.triangles)
                if (w.word() % 5 == 0) t[0] = t[1]; // no area
            mesh.color_sets.push_back({"displayColor", {w.vector(strange)}, Mesh::ColorSet::Rate::constant});
            b.mesh(mesh);
        }
        for (int i = 0; i < 12; ++i) {
            Transform t{w.vector(strange), w.vector(strange), w.vector(strange), w.vector(strange) * 2.0f};
            b.place(static_cast<int>(w.word() % 3), static_cast<int>(w.word() % 7) - 1, t);
        }
        for (int l = 0; l < 8; ++l) {
            auto& light =
                b.light(static_cast<LightShape>(l % 6), w.vector(strange) * 4.0f,
                        {w.vector(strange), w.vector(strange), w.vector(strange), w.vector(strange) * 3.0f});
            light.width = w.any(strange);
            light.height = w.any(strange);
            light.radius = w.any(strange);
            light.length = w.any(strange);
            light.angle_deg = w.any(strange) * 90;
            light.cone_angle_deg = w.any(strange) * 120;
            light.cone_softness = w.any(strange);
            light.focus = w.any(strange) * 5;
            light.texture = static_cast<int>(w.word() % 5) - 1;
            light.visible_to_camera = w.word() % 2;
        }
        auto const prepared = PreparedScene::create(b.scene);
        ASSERT_TRUE(prepared) << prepared.error().what;
        auto const frame = render_frame(**prepared, look_at({0, 0, 4}, {0, 0, 0}),
                                        {.width = 24, .height = 24, .samples = 4}, silent_progress(), {});
        ASSERT_TRUE(frame) << seed;
        expect_finite(*frame);
    }
}

TEST(Fuzz, FarAwayAndTiny)
{
    for (auto const& [offset, scale] : {std::pair{1e6f, 1.0f}, {0.0f, 1e-4f}, {1e4f, 1e-2f}, {0.0f, 1e5f}}) {
        SceneBuilder b;
        Transform t = translated({offset, 0, 0});
        t.x *= scale;
        t.y *= scale;
        t.z *= scale;
        int const sphere = b.mesh(sphere_mesh(16));
        b.place(sphere, b.diffuse({0.5f, 0.5f, 0.5f}), t);
        b.light(LightShape::dome, {1, 1, 1}).visible_to_camera = true;
        auto camera = look_at({offset, 0, 4 * scale}, {offset, 0, 0});
        camera.near_clip = 0;
        auto const frame = render_frame(*b.prepare(), camera, {.width = 16, .height = 16, .samples = 8},
                                        silent_progress(), {})
                               .value();
        expect_finite(frame);
        if (offset == 0) {
            // A convex body under even light is exactly its albedo: no shadow of its own on itself.
            EXPECT_NEAR(frame.beauty.at(8, 8)[0], 0.5f, 0.01f) << scale;
        }
    }
}

TEST(Fuzz, IndicesThatLeaveTheirArraysAreRefused)
{
    auto const refused = [](auto&& damage) {
        SceneBuilder b;
        b.place(b.mesh(sphere_mesh(4)), b.diffuse({1, 1, 1}));
        damage(*b.scene);
        auto const result = PreparedScene::create(b.scene);
        return !result && result.error().code == Errc::invalid_input && !result.error().what.empty();
    };
    EXPECT_TRUE(refused([](Scene& s) { s.meshes[0].triangles[3][1] = 100000; }));
    EXPECT_TRUE(refused([](Scene& s) { s.meshes[0].normals.resize(2); }));
    EXPECT_TRUE(refused([](Scene& s) { s.meshes[0].uv_sets[0].values.resize(2); }));
    EXPECT_TRUE(refused([](Scene& s) { s.meshes[0].triangle_material = {0}; }));
    EXPECT_TRUE(
        refused([](Scene& s) { s.meshes[0].triangle_material.assign(s.meshes[0].triangles.size(), 7); }));
    EXPECT_TRUE(refused([](Scene& s) {
        s.meshes[0].color_sets = {{"c", {}, Mesh::ColorSet::Rate::constant}};
    }));
    EXPECT_TRUE(refused([](Scene& s) { s.instances[0].mesh = -1; }));
    EXPECT_TRUE(refused([](Scene& s) { s.instances[0].material = 5; }));
    EXPECT_FALSE(PreparedScene::create(nullptr));
}

} // namespace
} // namespace soulvan::render
