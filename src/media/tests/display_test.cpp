// The display transform: what every view promises, and that OpenColorIO computes our formula.
#include "filmic.h"
#include "pictures.h"

#include "soulvan/media/display.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <vector>

namespace soulvan::media {
namespace {

std::array<float, 3> seen(DisplayTransform const& view, float r, float g, float b)
{
    auto const image = view(constant(1, 1, {r, g, b}));
    return {image.at(0, 0)[0], image.at(0, 0)[1], image.at(0, 0)[2]};
}

TEST(Srgb, IsItsOwnInverseAndMatchesTheStandard)
{
    for (int i = 0; i <= 4096; ++i) {
        float const v = static_cast<float>(i) / 4096;
        EXPECT_NEAR(linear_from_srgb(srgb_from_linear(v)), v, 2e-6f);
    }
    EXPECT_NEAR(srgb_from_linear(0.18f), 0.461356f, 1e-5f); // IEC 61966-2-1
    EXPECT_NEAR(linear_from_srgb(0.5f), 0.214041f, 1e-5f);
}

TEST(Display, StandardIsTheSrgbCurveClipped)
{
    auto const view = DisplayTransform::create({.view = "Standard"}).value();
    for (float v : {-1.0f, 0.0f, 0.002f, 0.18f, 0.7f, 1.0f, 9.0f})
        EXPECT_NEAR(seen(view, v, v, v)[1], srgb_from_linear(std::clamp(v, 0.0f, 1.0f)), 1e-5f) << v;
    auto const raw = DisplayTransform::create({.view = "Raw"}).value();
    EXPECT_EQ(seen(raw, 0.25f, 0.5f, 2.0f), (std::array{0.25f, 0.5f, 1.0f}));
}

TEST(Display, FilmicIsTheFormula)
{
    auto const view = DisplayTransform::create().value();
    Filmic const filmic;
    auto const in = filmic.into_inset(), out = filmic.out_of_inset();
    auto const apply = [](Rgb3x3 const& m, std::array<double, 3> v) {
        std::array<double, 3> r{};
        for (int i = 0; i < 3; ++i) r[i] = m[i * 3] * v[0] + m[i * 3 + 1] * v[1] + m[i * 3 + 2] * v[2];
        return r;
    };
    for (auto const& rgb :
         {std::array{0.18, 0.18, 0.18}, {0.6, 0.3, 0.1}, {0.001, 0.02, 0.9}, {12.0, 0.5, 3.0}}) {
        auto v = apply(in, rgb);
        for (auto& c : v) c = std::pow(filmic.sigmoid((std::log2(c / 0.18) + 10) / 16.5), 2.4);
        v = apply(out, v);
        auto const got =
            seen(view, static_cast<float>(rgb[0]), static_cast<float>(rgb[1]), static_cast<float>(rgb[2]));
        for (int i = 0; i < 3; ++i)
            EXPECT_NEAR(got[i], srgb_from_linear(static_cast<float>(std::clamp(v[i], 0.0, 1.0))), 1e-3)
                << rgb[0];
    }
}

TEST(Display, FilmicKeepsGreyNeutralRisingAndInPlace)
{
    auto const view = DisplayTransform::create().value();
    EXPECT_NEAR(seen(view, 0.18f, 0.18f, 0.18f)[0], srgb_from_linear(0.18f), 2e-3f);
    float last = -1;
    for (float stops = -9.5f; stops <= 6.5f; stops += 0.125f) {
        float const v = 0.18f * std::exp2(stops);
        auto const grey = seen(view, v, v, v);
        EXPECT_GT(grey[1], last) << stops;
        EXPECT_NEAR(grey[0], grey[1], 1e-3f) << stops;
        EXPECT_NEAR(grey[2], grey[1], 1e-3f) << stops;
        last = grey[1];
    }
    EXPECT_NEAR(last, 1.0f, 1e-3f);
    EXPECT_EQ(seen(view, 0, 0, 0)[0], 0.0f);
}

TEST(Display, FilmicHighlightsLoseColourAndMidtonesKeepIt)
{
    auto const view = DisplayTransform::create().value();
    auto const chroma = [&](std::array<float, 3> rgb, float stops) {
        float const gain = std::exp2(stops);
        auto const out = seen(view, rgb[0] * gain, rgb[1] * gain, rgb[2] * gain);
        return (std::ranges::max(out) - std::ranges::min(out)) / std::ranges::max(out);
    };
    for (auto const& rgb : {std::array{0.4f, 0.02f, 0.02f}, {0.02f, 0.4f, 0.02f}, {0.02f, 0.02f, 0.4f}}) {
        EXPECT_GT(chroma(rgb, 0), 0.75f);
        EXPECT_LT(chroma(rgb, 7), 0.25f);
        for (float stops = 2; stops < 8; stops += 0.5f)
            EXPECT_LE(chroma(rgb, stops + 0.5f), chroma(rgb, stops) + 1e-3f);
    }
    // Skin and wood at a normal exposure are no greyer than the plain sRGB curve shows them.
    auto const standard = DisplayTransform::create({.view = "Standard"}).value();
    for (auto const& rgb : {std::array{0.45f, 0.27f, 0.19f}, {0.22f, 0.12f, 0.055f}}) {
        auto const plain = seen(standard, rgb[0], rgb[1], rgb[2]);
        EXPECT_GT(chroma(rgb, 0), 0.93f * (plain[0] - plain[2]) / plain[0]);
    }
}

TEST(Display, ExposureIsAGainBeforeTheView)
{
    for (std::string const name : {"Filmic", "Standard"}) {
        auto const view = DisplayTransform::create({.view = name}).value();
        auto const brighter = DisplayTransform::create({.exposure = 1.5f, .view = name}).value();
        float const gain = std::exp2(1.5f);
        auto const a = seen(brighter, 0.1f, 0.2f, 0.05f),
                   b = seen(view, 0.1f * gain, 0.2f * gain, 0.05f * gain);
        for (int i = 0; i < 3; ++i) EXPECT_NEAR(a[i], b[i], 2e-5f);
    }
}

TEST(Display, AlphaLeavesUnpremultipliedAndUntouched)
{
    auto const view = DisplayTransform::create().value();
    auto const image = view(constant(1, 1, {0.1f, 0.2f, 0.05f, 0.5f}));
    auto const solid = seen(view, 0.2f, 0.4f, 0.1f);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(image.at(0, 0)[c], solid[c], 1e-6f);
    EXPECT_EQ(image.at(0, 0)[3], 0.5f);
    EXPECT_EQ(view(constant(1, 1, {0, 0, 0, 0})), constant(1, 1, {0, 0, 0, 0}));
}

TEST(Display, WhatIsNotFiniteStaysWithinTheDisplay)
{
    float const nan = std::numeric_limits<float>::quiet_NaN(),
                infinity = std::numeric_limits<float>::infinity();
    for (std::string const name : {"Filmic", "Standard", "Raw"}) {
        auto const view = DisplayTransform::create({.view = name}).value();
        for (float r : {nan, infinity, -infinity, 1e38f, -1e38f, 1e-45f}) {
            auto const image = view(constant(5, 1, {r, 0.2f, 1.0f, nan}));
            for (float v : image.pixels()) EXPECT_TRUE(v >= 0 && v <= 1) << name << " " << r << " " << v;
        }
    }
}

TEST(Display, ManyThreadsAndAnyPlaceGiveTheSameBytes)
{
    auto const view = DisplayTransform::create().value();
    auto const scene = picture(301, 207, 3);
    auto const once = view(scene);
    std::vector<Image> results(4);
    {
        std::vector<std::jthread> threads;
        for (auto& result : results) threads.emplace_back([&] { result = view(scene); });
    }
    for (auto const& result : results) EXPECT_EQ(result, once);
    // A pixel does not feel its neighbours: SIMD lanes and row ends change nothing.
    for (int x : {0, 1, 2, 3, 299, 300}) {
        float const* p = scene.at(x, 100);
        auto const alone = seen(view, p[0], p[1], p[2]);
        EXPECT_TRUE(std::equal(alone.begin(), alone.end(), once.at(x, 100))) << x;
    }
}

TEST(Display, UnknownViewsAreRefusedWithTheList)
{
    auto const view = DisplayTransform::create({.view = "Cinema"});
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().code, Errc::not_found);
    EXPECT_NE(view.error().what.find("Filmic, Standard or Raw"), std::string::npos);
    EXPECT_FALSE(DisplayTransform::create({.exposure = std::numeric_limits<float>::quiet_NaN()}));
}

} // namespace
} // namespace soulvan::media
