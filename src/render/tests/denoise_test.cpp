// The filters take noise out and leave the picture: measured against long renders, and on pictures made by
// hand.
#include "scenes.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

SceneBuilder corner()
{
    SceneBuilder b;
    int const square = b.mesh(square_mesh()), sphere = b.mesh(sphere_mesh(32)), cube = b.mesh(cube_mesh());
    b.place(square, b.diffuse({0.6f, 0.55f, 0.5f}), {{6, 0, 0}, {0, 1, 0}, {0, 0, 6}, {0, 0, 0}});
    b.place(square, b.diffuse({0.4f, 0.5f, 0.6f}), {{6, 0, 0}, {0, 0, 6}, {0, -1, 0}, {0, 0, -3}});
    Material glossy;
    glossy.diffuse_color.value = {0.7f, 0.2f, 0.15f};
    glossy.roughness.value.x = 0.35f;
    b.place(sphere, b.material(glossy), translated({-1.3f, 1, 0}));
    b.place(cube, b.diffuse({0.7f, 0.7f, 0.7f}),
            {{0.7f, 0, 0.3f}, {0, 0.8f, 0}, {-0.3f, 0, 0.7f}, {1.3f, 0.8f, 0}});
    for (int i = 0; i < 4; ++i) {
        auto& light =
            b.light(LightShape::rect, {9, 8, 7}, shining({static_cast<float>(i) * 2 - 3, 5, 1}, {0, -1, 0}));
        light.width = 0.6f;
        light.height = 1.2f;
    }
    b.light(LightShape::dome, {0.15f, 0.2f, 0.3f});
    return b;
}
Camera camera(float aside = 0)
{
    return look_at({aside, 2.5f, 7}, {0, 0.8f, 0}, 40);
}
RenderedFrame render(PreparedScene const& scene, FrameSettings const& settings, float aside = 0)
{
    return render_frame(scene, camera(aside), settings, silent_progress(), {}).value();
}

double rel_mse(media::Image const& picture, media::Image const& reference)
{
    double sum = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            for (int c = 0; c < 3; ++c) {
                double const r = reference.at(x, y)[c], d = picture.at(x, y)[c] - r;
                sum += d * d / (r * r + 0.01);
            }
    return sum / (3.0 * picture.width() * picture.height());
}

/// A frame that was measured without any noise: every image is what `shade` says.
RenderedFrame noiseless(int width, int height, float (*shade)(int x, int y))
{
    RenderedFrame f;
    auto const image = [&](int channels) { return media::Image(width, height, channels); };
    f.beauty = image(4);
    for (auto* i : {&f.half_a, &f.half_b, &f.diffuse, &f.diffuse_half_a, &f.diffuse_half_b, &f.albedo,
                    &f.normal, &f.position})
        *i = image(3);
    for (auto* i : {&f.depth, &f.object_id, &f.samples}) *i = image(1);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < 3; ++c) {
                float const v = shade(x, y);
                f.beauty.at(x, y)[c] = f.half_a.at(x, y)[c] = f.half_b.at(x, y)[c] = v;
                f.albedo.at(x, y)[c] = 0.5f;
                f.diffuse.at(x, y)[c] = f.diffuse_half_a.at(x, y)[c] = f.diffuse_half_b.at(x, y)[c] = v * 2;
            }
            f.beauty.at(x, y)[3] = 1;
            f.normal.at(x, y)[2] = 1;
            f.position.at(x, y)[0] = static_cast<float>(x) * 0.01f;
            f.position.at(x, y)[1] = static_cast<float>(y) * 0.01f;
            f.depth.at(x, y)[0] = 5;
            f.object_id.at(x, y)[0] = 1;
        }
    return f;
}

TEST(Denoise, BringsTheErrorDown)
{
    auto const scene = corner().prepare();
    auto const reference = render(*scene, {.width = 128, .height = 72, .samples = 768, .seed = 9}).beauty;
    auto const noisy = render(*scene, {.width = 128, .height = 72, .samples = 16});
    double const before = rel_mse(noisy.beauty, reference), after = rel_mse(denoise(noisy), reference);
    EXPECT_LT(after * 1.8, before) << before << " " << after;
}

TEST(Denoise, LeavesAPictureWithoutNoise)
{
    // Stripes, a step and a slope: nothing that features know of.
    auto const frame = noiseless(120, 70, [](int x, int y) {
        return (x / 7 % 2 ? 0.2f : 0.5f) + (y > 40 ? 1.0f : 0.0f) + 0.01f * static_cast<float>(x);
    });
    EXPECT_LT(rel_mse(denoise(frame), frame.beauty), 1e-4);
}

TEST(Denoise, LeavesNoBlotWhereOneSampleStrayed)
{
    auto frame = noiseless(64, 64, [](int, int) { return 1.0f; });
    // Some noise to be taken out, and two strays side by side in one half.
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x)
            for (int c = 0; c < 3; ++c) {
                float const noise = 0.05f * static_cast<float>((x * 7 + y * 13 + c * 5) % 11 - 5);
                frame.diffuse_half_a.at(x, y)[c] += noise;
                frame.diffuse_half_b.at(x, y)[c] -= noise;
            }
    for (int x : {30, 31})
        for (int c = 0; c < 3; ++c) {
            frame.diffuse_half_a.at(x, 30)[c] += c == 2 ? 4000.0f : 0.0f;
            frame.half_a.at(x, 30)[c] += c == 2 ? 2000.0f : 0.0f;
        }
    auto const out = denoise(frame);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x)
            for (int c = 0; c < 3; ++c) ASSERT_NEAR(out.at(x, y)[c], 1, 0.08) << x << " " << y << " " << c;
}

TEST(Denoise, KeepsAHighlightThatBothHalvesSaw)
{
    auto const frame = noiseless(40, 40, [](int x, int y) { return x == 20 && y == 20 ? 30.0f : 1.0f; });
    EXPECT_NEAR(denoise(frame).at(20, 20)[0], 30, 0.5);
}

TEST(Denoise, IsEqualWhateverTheTilesAreCutFrom)
{
    // Far from the edges a larger picture is filtered as a part of it is.
    auto const shade = [](int x, int y) { return 0.3f + 0.2f * static_cast<float>((x * 31 + y * 17) % 5); };
    auto const small = denoise(noiseless(100, 60, shade)), large = denoise(noiseless(190, 130, shade));
    for (int y = 20; y < 40; ++y)
        for (int x = 20; x < 80; ++x) ASSERT_EQ(small.at(x, y)[0], large.at(x, y)[0]) << x << " " << y;
}

TEST(Temporal, ManyFramesAreAsGoodAsTheirSamples)
{
    auto const scene = corner().prepare();
    FrameSettings settings{.width = 128, .height = 72, .samples = 4};
    std::vector<TemporalAccumulator::Entry> window;
    for (int i = 0; i < 9; ++i) {
        settings.frame = i + 1;
        float const aside = 0.02f * static_cast<float>(i - 4);
        window.push_back({std::make_shared<RenderedFrame>(render(*scene, settings, aside)), camera(aside)});
    }
    settings.seed = 9;
    settings.samples = 768;
    auto const reference = render(*scene, settings).beauty;
    double const one = rel_mse(window[4].frame->beauty, reference);
    auto const joined = TemporalAccumulator::accumulate(window, 4, settings.width, settings.height);
    // Edges that move by part of a pixel keep their own noise; surfaces get nine times the samples.
    EXPECT_LT(rel_mse(joined.beauty, reference) * 3, one);
    EXPECT_LT(rel_mse(denoise(joined), reference), rel_mse(denoise(*window[4].frame), reference));
}

} // namespace
} // namespace soulvan::render
