// Shares of light samples: a distribution everywhere, learnt where it matters, and never the picture's mean.
#include "light_shares.h"

#include "integrator.h"
#include "scenes.h"

#include <gtest/gtest.h>

#include <numeric>

namespace soulvan::render {
namespace {

ClassShares const prior{0.5f, 0.3f, 0.2f};

std::vector<LightTrial> trials_of(int count)
{
    std::vector<LightTrial> trials;
    for (int i = 0; i < count; ++i) {
        Sampler const sampler(i, 0, 0, 7);
        auto const a = sampler.get_2d(0), b = sampler.get_2d(1);
        // Left of x = 0.5 only lamps reach a point, right of it only the first infinite light.
        LightTrial trial{{a.x, a.y, b.x}, {0, 1, 0}, i % 3, 0};
        if (trial.light_class == (a.x < 0.5f ? 0 : 1)) trial.contribution = 1 + b.y;
        trials.push_back(trial);
    }
    return trials;
}

TEST(LightShares, AreADistributionThatGivesNoClassUp)
{
    LightShares const learnt(prior, trials_of(20000));
    for (float const x : {-5.0f, 0.1f, 0.49f, 0.9f, 7.0f, std::numeric_limits<float>::quiet_NaN()})
        for (auto const& n : {Vec3f(0, 1, 0), Vec3f(0, 0, -1)}) {
            auto const& shares = learnt.at({x, 0.5f, 0.5f}, n);
            EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0f), 1, 1e-5f);
            for (int k = 0; k < light_classes; ++k)
                if (prior[k] > 0) {
                    EXPECT_GT(shares[k], 0.02f);
                } else {
                    EXPECT_EQ(shares[k], 0);
                }
        }
}

TEST(LightShares, GoWhereLightComesFrom)
{
    LightShares const learnt(prior, trials_of(100000));
    EXPECT_GT(learnt.at({0.1f, 0.5f, 0.5f}, {0, 1, 0})[0], 0.8f);
    EXPECT_GT(learnt.at({0.9f, 0.5f, 0.5f}, {0, 1, 0})[1], 0.8f);
    // Nothing was seen from below: what is known of the cell counts.
    EXPECT_GT(learnt.at({0.1f, 0.5f, 0.5f}, {0, -1, 0})[0], 0.6f);
}

TEST(LightShares, StayAsTheyWereWithoutTrials)
{
    EXPECT_EQ(LightShares(prior).at({0, 0, 0}, {0, 1, 0}), prior);
    EXPECT_EQ(LightShares(prior, trials_of(10)).at({0, 0, 0}, {0, 1, 0}), prior);
    auto dark = trials_of(1000);
    for (auto& trial : dark) trial.contribution = 0;
    EXPECT_EQ(LightShares(prior, dark).at({0, 0, 0}, {0, 1, 0}), prior);
}

/// A roof over half of a floor, a lamp below it, a sky above: learning moves samples, not the mean.
TEST(LightShares, DoNotChangeTheMean)
{
    SceneBuilder b;
    int const square = b.mesh(square_mesh()), grey = b.diffuse(Vec3f(0.5f));
    b.place(square, grey, {{2, 0, 0}, {0, 1, 0}, {0, 0, 2}, {0, 0, 0}});
    b.place(square, grey, {{1, 0, 0}, {0, 1, 0}, {0, 0, 2}, {-1, 1, 0}});
    b.light(LightShape::sphere, Vec3f(40), shining({-1, 0.6f, 0}, {-1, 0, 0})).radius = 0.05f;
    b.light(LightShape::distant, Vec3f(400), shining({0, 0, 0}, {0.3f, -1, 0})).angle_deg = 2;
    auto const scene = b.prepare();
    FrameSettings const settings{.width = 64, .height = 64};
    CameraRays const camera(look_at({1, 4, 0.01f}, {0, 0, 0}, 50), settings.width, settings.height);
    auto const mean_and_noise = [&](LightShares const& shares) {
        PathTracer const tracer(scene->state(), camera, settings, shares);
        double sum = 0, squares = 0;
        int const samples = 128;
        for (int y = 0; y < settings.height; ++y)
            for (int x = 0; x < settings.width; ++x)
                for (std::uint32_t i = 0; i < samples; ++i) {
                    double const v = tracer.trace(x, y, i).radiance.x;
                    sum += v;
                    squares += v * v;
                }
        double const n = settings.width * settings.height * samples;
        return std::pair(sum / n, squares / n - (sum / n) * (sum / n));
    };
    auto const [even_mean, even_noise] = mean_and_noise(LightShares(scene->state().selector.even_shares()));
    auto const [mean, noise] = mean_and_noise(learn_light_shares(scene->state(), camera, settings));
    EXPECT_NEAR(mean / even_mean, 1, 0.005);
    EXPECT_LT(noise, even_noise);
}

} // namespace
} // namespace soulvan::render
