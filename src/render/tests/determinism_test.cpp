// Equal inputs give equal bytes: for any number of threads, passes, crops; and another seed is another noise.
#include "scenes.h"
#include "soulvan/base/hash.h"

#include <cstring>

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

/// Every image of a frame in one digest.
std::string digest(RenderedFrame const& f)
{
    Sha256 hash;
    for (auto const* image :
         {&f.beauty, &f.half_a, &f.half_b, &f.diffuse, &f.diffuse_half_a, &f.diffuse_half_b, &f.albedo,
          &f.normal, &f.position, &f.depth, &f.object_id, &f.samples})
        hash.update(std::as_bytes(image->pixels()));
    auto const d = hash.finish();
    return hex(d) + fmt::format(" {} {}", f.rays, f.dropped_samples);
}

SceneBuilder varied()
{
    SceneBuilder b;
    int const square = b.mesh(square_mesh()), sphere = b.mesh(sphere_mesh(16)), cube = b.mesh(cube_mesh());
    Transform floor;
    floor.x *= 5;
    floor.z *= 5;
    b.place(square, b.diffuse({0.5f, 0.5f, 0.5f}), floor);
    Material gold, glass, ghost;
    gold.diffuse_color.value = {0.9f, 0.6f, 0.2f};
    gold.metallic.value.x = 1;
    gold.roughness.value.x = 0.3f;
    glass.opacity.value.x = 0.1f;
    glass.roughness.value.x = 0;
    ghost.opacity.value.x = 0.5f;
    ghost.opacity_is_presence = true;
    b.place(sphere, b.material(gold), translated({-1.2f, 1, 0}));
    b.place(sphere, b.material(glass), translated({1.2f, 1, 0}));
    b.place(cube, b.material(ghost), translated({0, 1, -2.5f}));
    for (int i = 0; i < 12; ++i) {
        auto& light = b.light(
            LightShape::rect, {4, 4, 3.5f},
            shining({static_cast<float>(i % 4) * 2 - 3, 5, static_cast<float>(i / 4) * 2 - 2}, {0, -1, 0}));
        light.width = 0.5f;
    }
    b.light(LightShape::dome, {0.2f, 0.3f, 0.5f}).visible_to_camera = true;
    return b;
}
Camera camera()
{
    return look_at({0, 2.5f, 7}, {0, 0.8f, 0}, 40);
}
FrameSettings settings()
{
    return {.width = 77, .height = 53, .samples = 8};
}
RenderedFrame render(FrameSettings const& s, PreviewSink const& preview = {})
{
    return render_frame(*varied().prepare(s), camera(), s, silent_progress(), {}, preview).value();
}

TEST(Determinism, ThreadsChangeNoByte)
{
    for (float const adaptive : {0.0f, 0.05f}) {
        auto s = settings();
        s.adaptive_threshold = adaptive;
        s.samples = adaptive > 0 ? 24 : 8;
        s.min_samples = 8;
        s.threads = 1;
        auto const one = digest(render(s));
        for (int const threads : {2, 4, 0}) {
            s.threads = threads;
            EXPECT_EQ(digest(render(s)), one) << threads;
        }
    }
}

TEST(Determinism, PreviewsChangeNoByte)
{
    std::vector<int> shown;
    auto const with = render(settings(), [&](media::Image const& image, int samples) {
        shown.push_back(samples);
        EXPECT_EQ(image.width(), settings().width);
        return samples < 2;
    });
    EXPECT_EQ(shown, (std::vector{1, 2}));
    EXPECT_EQ(digest(with), digest(render(settings())));
}

TEST(Determinism, ACropHoldsThePixelsOfTheWhole)
{
    for (float const adaptive : {0.0f, 0.05f}) {
        auto s = settings();
        s.adaptive_threshold = adaptive;
        s.samples = adaptive > 0 ? 24 : 8;
        s.min_samples = 8;
        auto const whole = render(s);
        s.crop_x0 = 13;
        s.crop_y0 = 9;
        s.crop_x1 = 42;
        s.crop_y1 = 50;
        auto const part = render(s);
        auto const expect_same = [&](media::Image const& a, media::Image const& b) {
            for (int y = s.crop_y0; y < s.crop_y1; ++y)
                for (int x = s.crop_x0; x < s.crop_x1; ++x)
                    ASSERT_EQ(std::memcmp(a.at(x, y), b.at(x, y), sizeof(float) * a.channels()), 0)
                        << x << " " << y;
        };
        expect_same(part.beauty, whole.beauty);
        expect_same(part.normal, whole.normal);
        expect_same(part.samples, whole.samples);
        expect_same(part.diffuse_half_b, whole.diffuse_half_b);
        EXPECT_EQ(part.samples.at(0, 0)[0], 0);
    }
}

TEST(Determinism, SeedsAndFramesAreOtherNoise)
{
    auto s = settings();
    auto const a = render(s);
    s.seed = 1;
    EXPECT_NE(digest(render(s)), digest(a));
    s.seed = 0;
    s.frame = 2;
    auto const b = render(s);
    EXPECT_NE(digest(b), digest(a));
    double mean_a = 0, mean_b = 0;
    for (auto const v : a.beauty.pixels()) mean_a += v;
    for (auto const v : b.beauty.pixels()) mean_b += v;
    EXPECT_NEAR(mean_a, mean_b, 0.01 * mean_a);
}

TEST(Adaptive, StopsWhereThereIsNoNoiseAndKeepsTheMean)
{
    auto s = settings();
    s.samples = 128;
    auto const full = render(s);
    s.adaptive_threshold = 0.05f;
    s.min_samples = 16;
    auto const adaptive = render(s);
    double spent = 0, a = 0, b = 0;
    for (auto const n : adaptive.samples.pixels()) {
        spent += n;
        EXPECT_GE(n, 16);
        EXPECT_LE(n, 128);
    }
    spent /= static_cast<double>(adaptive.samples.pixels().size());
    EXPECT_LT(spent, 100);
    EXPECT_GT(spent, 24);
    for (auto const v : full.beauty.pixels()) a += v;
    for (auto const v : adaptive.beauty.pixels()) b += v;
    EXPECT_NEAR(a, b, 5e-3 * a);
}

TEST(Frame, StopsWhenAskedAndRefusesNonsense)
{
    auto const prepared = varied().prepare();
    std::stop_source source;
    source.request_stop();
    auto const stopped = render_frame(*prepared, camera(), settings(), silent_progress(), source.get_token());
    EXPECT_EQ(stopped.error().code, Errc::cancelled);
    for (auto const& bad :
         {FrameSettings{.width = 0}, FrameSettings{.samples = 0}, FrameSettings{.max_bounces = -1},
          FrameSettings{.crop_x0 = 10, .crop_x1 = 5, .crop_y1 = 5},
          FrameSettings{.crop_x1 = 5000, .crop_y1 = 1}})
        EXPECT_EQ(render_frame(*prepared, camera(), bad, silent_progress(), {}).error().code,
                  Errc::invalid_input);
}

} // namespace
} // namespace soulvan::render
