// A light's attributes mean what UsdLux says: twenty lights over a grey floor, against closed forms.
#include "scenes.h"
#include "soulvan/render/light_units.h"
#include "vector.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

TEST(LightUnits, BlackbodyIsThatOfUsdLux)
{
    // UsdLux.BlackbodyTemperatureAsRgb of usd-core 24.11.
    struct Row {
        float kelvin;
        Vec3f rgb;
    };
    for (auto const& [kelvin, rgb] :
         {Row{1000, {4.3055043f, 0.11835831f, 0}}, Row{2000, {2.5205662f, 0.64688826f, 0.020403985f}},
          Row{2700, {1.9353238f, 0.80356574f, 0.19168955f}}, Row{4000, {1.4140282f, 0.92403907f, 0.5333078f}},
          Row{5000, {1.2135086f, 0.9605443f, 0.76214415f}}, Row{6500, {1.0433334f, 0.98362446f, 1.0346133f}},
          Row{10000, {0.8718413f, 0.9946879f, 1.4299959f}}})
        for (int c = 0; c < 3; ++c) EXPECT_NEAR(blackbody_rgb(kelvin)[c], rgb[c], 1e-5f) << kelvin;
    EXPECT_EQ(blackbody_rgb(100), blackbody_rgb(1000));
    EXPECT_EQ(blackbody_rgb(1e9f), blackbody_rgb(10000));
}

/// One light above the origin, shining down, and the irradiance that it must cause there.
struct Row {
    std::string name;
    LightShape shape;
    UsdLightAttributes attributes;
    Vec3f scale{1, 1, 1};
    float width = 1, height = 1, radius = 0.5f, length = 1, angle_deg = 0.53f;
    double factor;         ///< E for radiance 1 of the light as placed
    double size;           ///< what `normalize` divides by
    double brightness = 1; ///< intensity · 2^exposure
};

constexpr double distance = 3;

/// On the axis: a disk or ball that is seen under the half-angle whose sine is r/√(r² + d²) or r/d.
double disk_factor(double r)
{
    return std::numbers::pi * r * r / (r * r + distance * distance);
}
double ball_factor(double r)
{
    return std::numbers::pi * r * r / (distance * distance);
}
/// Below the middle of a rectangle 2a × 2b.
double rect_factor(double a, double b)
{
    double const x = std::sqrt(a * a + distance * distance), y = std::sqrt(b * b + distance * distance);
    return 2 * (a / x * std::atan(b / x) + b / y * std::atan(a / y));
}
double distant_factor(double angle_deg)
{
    return std::numbers::pi * std::pow(std::sin(angle_deg * std::numbers::pi / 360), 2);
}
double ball_area(double a, double b, double c)
{
    double const p = 1.6;
    return 4 * std::numbers::pi *
           std::pow((std::pow(a * b, p) + std::pow(a * c, p) + std::pow(b * c, p)) / 3, 1 / p);
}

std::vector<Row> rows()
{
    using enum LightShape;
    UsdLightAttributes const plain, bright{.intensity = 5, .exposure = 2}, dim{.exposure = -3},
        normal{.normalize = true}, all{.intensity = 3, .exposure = 1, .normalize = true};
    double const pi_d = std::numbers::pi;
    return {
        {.name = "rect", .shape = rect, .attributes = plain, .factor = rect_factor(.5, .5), .size = 1},
        {.name = "rect bright",
         .shape = rect,
         .attributes = bright,
         .width = 2,
         .factor = rect_factor(1, .5),
         .size = 2,
         .brightness = 20},
        {.name = "rect normalized",
         .shape = rect,
         .attributes = normal,
         .width = 2,
         .height = 3,
         .factor = rect_factor(1, 1.5),
         .size = 6},
        {.name = "rect scaled",
         .shape = rect,
         .attributes = plain,
         .scale = {3, 1, 1},
         .factor = rect_factor(1.5, .5),
         .size = 3},
        {.name = "rect scaled normalized",
         .shape = rect,
         .attributes = all,
         .scale = {3, 2, 1},
         .factor = rect_factor(1.5, 1),
         .size = 6,
         .brightness = 6},
        {.name = "disk", .shape = disk, .attributes = plain, .factor = disk_factor(.5), .size = pi_d / 4},
        {.name = "disk dim",
         .shape = disk,
         .attributes = dim,
         .radius = 2,
         .factor = disk_factor(2),
         .size = 4 * pi_d,
         .brightness = 1 / 8.0},
        {.name = "disk normalized",
         .shape = disk,
         .attributes = normal,
         .radius = 1,
         .factor = disk_factor(1),
         .size = pi_d},
        {.name = "disk scaled normalized",
         .shape = disk,
         .attributes = normal,
         .scale = {2, 2, 2},
         .radius = .5f,
         .factor = disk_factor(1),
         .size = pi_d},
        {.name = "sphere", .shape = sphere, .attributes = plain, .factor = ball_factor(.5), .size = pi_d},
        {.name = "sphere bright",
         .shape = sphere,
         .attributes = bright,
         .radius = .1f,
         .factor = ball_factor(.1),
         .size = .04 * pi_d,
         .brightness = 20},
        {.name = "sphere normalized",
         .shape = sphere,
         .attributes = normal,
         .radius = 1,
         .factor = ball_factor(1),
         .size = 4 * pi_d},
        {.name = "sphere scaled normalized",
         .shape = sphere,
         .attributes = all,
         .scale = {2, 2, 2},
         .radius = .25f,
         .factor = ball_factor(.5),
         .size = pi_d,
         .brightness = 6},
        // Stretched along the line of sight a ball looks as a smaller distance would make it: only its size
        // is known in closed form to Thomsen's formula, and the silhouette by tangency: tan² = r² / (d² -
        // c²).
        {.name = "sphere stretched",
         .shape = sphere,
         .attributes = normal,
         .scale = {1, 1, 2},
         .radius = .5f,
         .factor =
             [] {
                 double const t2 = .25 / (9 - 1.0);
                 return std::numbers::pi * t2 / (1 + t2);
             }(),
         .size = ball_area(.5, .5, 1)},
        {.name = "cylinder thin",
         .shape = cylinder,
         .attributes = bright,
         .radius = .005f,
         .length = 4,
         .factor =
             [] {
                 double const a = std::atan(2 / 3.0);
                 return .01 / 3 * (a + std::sin(a) * std::cos(a));
             }(),
         .size = 0.04 * pi_d,
         .brightness = 20},
        {.name = "cylinder normalized",
         .shape = cylinder,
         .attributes = normal,
         .radius = .005f,
         .length = 4,
         .factor =
             [] {
                 double const a = std::atan(2 / 3.0);
                 return .01 / 3 * (a + std::sin(a) * std::cos(a));
             }(),
         .size = 0.04 * pi_d},
        {.name = "cylinder scaled normalized",
         .shape = cylinder,
         .attributes = normal,
         .scale = {2, 1, 1},
         .radius = .005f,
         .length = 2,
         .factor =
             [] {
                 double const a = std::atan(2 / 3.0);
                 return .01 / 3 * (a + std::sin(a) * std::cos(a));
             }(),
         .size = 0.04 * pi_d},
        {.name = "distant",
         .shape = distant,
         .attributes = {.intensity = 50000},
         .factor = distant_factor(.53),
         .size = distant_factor(.53),
         .brightness = 50000},
        {.name = "distant normalized",
         .shape = distant,
         .attributes = normal,
         .angle_deg = 20,
         .factor = distant_factor(20),
         .size = distant_factor(20)},
        {.name = "distant point",
         .shape = distant,
         .attributes = all,
         .angle_deg = 0,
         .factor = 1,
         .size = 1,
         .brightness = 6},
        {.name = "dome", .shape = dome, .attributes = bright, .factor = pi_d, .size = 1, .brightness = 20},
    };
}

TEST(LightUnits, TwentyLightsOverAGreyFloor)
{
    auto const table = rows();
    ASSERT_GE(table.size(), 20u);
    for (auto const& row : table) {
        SceneBuilder b;
        Transform floor;
        floor.x *= 0.01f;
        floor.z *= 0.01f;
        b.place(b.mesh(square_mesh()), b.diffuse({0.5f, 0.5f, 0.5f}), floor);
        Transform m = shining({0, static_cast<float>(distance), 0}, {0, -1, 0});
        m.x *= row.scale.x;
        m.y *= row.scale.y;
        m.z *= row.scale.z;
        auto const radiance = usd_light_radiance(row.attributes, row.shape, m, row.width, row.height,
                                                 row.radius, row.length, row.angle_deg);
        auto& light = b.light(row.shape, radiance, m);
        light.width = row.width;
        light.height = row.height;
        light.radius = row.radius;
        light.length = row.length;
        light.angle_deg = row.angle_deg;
        // From the side, so that nothing stands between: the camera is no obstacle, but it must see the
        // floor.
        Camera const camera = look_at({0.5f, 0.5f, 0.5f}, {0, 0, 0}, 0.3f);
        auto const prepared = b.prepare();
        auto const frame =
            render_frame(*prepared, camera, {.width = 32, .height = 32, .samples = 32}, silent_progress(), {})
                .value();
        double mean = 0;
        for (int i = 0; i < 32 * 32; ++i) mean += frame.beauty.pixels()[i * 4ull];
        mean /= 32 * 32;
        double const expected =
            0.5 / std::numbers::pi * row.brightness * row.factor / (row.attributes.normalize ? row.size : 1);
        EXPECT_NEAR(mean, expected, 4e-3 * expected) << row.name;
    }
}

TEST(LightUnits, ColourAndTemperatureMultiply)
{
    UsdLightAttributes const a{.intensity = 2,
                               .color = {1, 0.5f, 0.25f},
                               .enable_color_temperature = true,
                               .color_temperature = 4000};
    auto const r = usd_light_radiance(a, LightShape::rect, {}, 1, 1, 0, 0, 0);
    auto const k = blackbody_rgb(4000);
    EXPECT_EQ(r, Vec3f(2 * k.x, k.y, 0.5f * k.z));
    // Off, the temperature is not looked at.
    auto b = a;
    b.enable_color_temperature = false;
    EXPECT_EQ(usd_light_radiance(b, LightShape::rect, {}, 1, 1, 0, 0, 0), Vec3f(2, 1, 0.5f));
}

TEST(LightUnits, NoSizeIsNoLight)
{
    UsdLightAttributes const normal{.normalize = true};
    EXPECT_EQ(usd_light_radiance(normal, LightShape::rect, {}, 0, 1, 0, 0, 0), Vec3f(0));
    EXPECT_EQ(usd_light_radiance(normal, LightShape::sphere, {}, 0, 0, 0, 0, 0), Vec3f(0));
    UsdLightAttributes const wild{.intensity = std::nanf("")};
    EXPECT_EQ(usd_light_radiance(wild, LightShape::dome, {}, 0, 0, 0, 0, 0), Vec3f(0));
}

} // namespace
} // namespace soulvan::render
