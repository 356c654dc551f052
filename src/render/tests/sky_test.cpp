// The sky is as bright, as blue and as oriented as skies are.
#include "soulvan/render/sun_sky.h"
#include "vector.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

Vec3f towards(float elevation_deg, float azimuth_deg = 0)
{
    float const e = elevation_deg * pi / 180, a = azimuth_deg * pi / 180;
    return {std::cos(e) * std::sin(a), std::sin(e), std::cos(e) * std::cos(a)};
}
/// Turbidity 2 is an aerosol optical depth of 0.11: a clear day.
Sky sky_at(float elevation_deg, float turbidity = 2)
{
    return make_sky({.to_sun = towards(elevation_deg), .turbidity = turbidity}, 128, 64).value();
}
float luminance_at(Sky const& sky, int x, int y)
{
    auto const* p = sky.dome.at(x, y);
    return luminance({p[0], p[1], p[2]});
}
/// Lux on level ground from the upper half of the dome.
double diffuse_lux(Sky const& sky)
{
    double sum = 0;
    int const w = sky.dome.width(), h = sky.dome.height();
    for (int y = 0; y < h / 2; ++y) {
        double const theta = std::numbers::pi * (y + 0.5) / h;
        for (int x = 0; x < w; ++x)
            sum += luminance_at(sky, x, y) * std::cos(theta) * std::sin(theta) * (std::numbers::pi / h) *
                   (2 * std::numbers::pi / w);
    }
    return sum;
}

TEST(Sky, IsAsBrightAsOutdoors)
{
    // Clear days (IESNA handbook, daylighting): beam 85 to 105 klux under a high sun, 10 to 22 klux from the
    // sky; and what there is of light at a low sun is a small part of that.
    auto const high = sky_at(60);
    EXPECT_GT(luminance(high.sun_irradiance), 80e3f);
    EXPECT_LT(luminance(high.sun_irradiance), 112e3f);
    EXPECT_GT(diffuse_lux(high), 9e3);
    EXPECT_LT(diffuse_lux(high), 24e3);
    auto const low = sky_at(5);
    EXPECT_GT(luminance(low.sun_irradiance), 5e3f);
    EXPECT_LT(luminance(low.sun_irradiance), 45e3f);
    EXPECT_GT(diffuse_lux(low), 1.5e3);
    EXPECT_LT(diffuse_lux(low), 8e3);
    // The zenith of a clear sky: 2 to 7 thousand nits with the sun at 45 degrees.
    auto const middle = sky_at(45);
    EXPECT_GT(luminance_at(middle, 0, 0), 1.5e3f);
    EXPECT_LT(luminance_at(middle, 0, 0), 8e3f);
    EXPECT_NEAR(luminance(middle.sun_radiance) * pi * square(std::sin(0.533f / 2 * pi / 180)),
                luminance(middle.sun_irradiance), 0.01f * luminance(middle.sun_irradiance));
}

TEST(Sky, IsBlueAboveAndRedAtSunset)
{
    auto const day = sky_at(45, 2);
    auto const* zenith = day.dome.at(0, 0);
    EXPECT_GT(zenith[2], 1.8f * zenith[0]);
    auto const* horizon = day.dome.at(0, 30); // opposite the sun
    EXPECT_LT(horizon[2] / horizon[0], zenith[2] / zenith[0]);
    auto const evening = sky_at(2);
    EXPECT_GT(evening.sun_radiance.x, 4 * evening.sun_radiance.z);
    EXPECT_LT(evening.sun_radiance.x / luminance(evening.sun_radiance), 5);
    auto const night = sky_at(-12);
    EXPECT_EQ(night.sun_radiance, Vec3f(0));
    EXPECT_LT(diffuse_lux(night), 100);
}

TEST(Sky, LooksWhereItIsTold)
{
    // Brightest near the sun, wherever that is: +Z in the middle, +X a quarter to its left.
    for (auto const& [azimuth, column] : {std::pair{0.0f, 64}, {90.0f, 32}, {-90.0f, 96}, {45.0f, 48}}) {
        auto const sky = make_sky({.to_sun = towards(30, azimuth)}, 128, 64).value();
        int best = 0, best_row = 0;
        for (int y = 0; y < 32; ++y)
            for (int x = 0; x < 128; ++x)
                if (luminance_at(sky, x, y) > luminance_at(sky, best, best_row)) {
                    best = x;
                    best_row = y;
                }
        EXPECT_NEAR(best, column, 1.5);
        EXPECT_NEAR(best_row, 64 * 60 / 180, 1.5);
    }
}

TEST(Sky, HazeBrightensTheSkyAndDimsTheSun)
{
    auto const clear = sky_at(40, 2), hazy = sky_at(40, 8);
    EXPECT_GT(luminance(clear.sun_irradiance), 1.5f * luminance(hazy.sun_irradiance));
    EXPECT_GT(diffuse_lux(hazy), 1.3 * diffuse_lux(clear));
    for (auto const v : hazy.dome.pixels()) EXPECT_TRUE(std::isfinite(v) && v >= 0);
}

TEST(Sky, RefusesNonsense)
{
    EXPECT_FALSE(make_sky({.to_sun = {0, 0, 0}}));
    EXPECT_FALSE(make_sky({.turbidity = 0.5f}));
    EXPECT_FALSE(make_sky({.turbidity = std::nanf("")}));
    EXPECT_FALSE(make_sky({}, 1, 1));
    EXPECT_FALSE(make_sky({.altitude = -5}));
}

} // namespace
} // namespace soulvan::render
