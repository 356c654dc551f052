// Are lights found, and do they shine as they say? Numbers against OpenUSD: tests/conformance.
#include "soulvan/usd/lux.h"

#include "views.h"

namespace soulvan::usd::lux {
namespace {

using test::at;
using test::stage_of;

TEST(Blackbody, IsAlwaysOfLuminanceOneAndTurnsBlue)
{
    float blue = -1;
    for (float kelvin = 500; kelvin <= 12000; kelvin += 250) {
        auto const rgb = blackbody_temperature_as_rgb(kelvin);
        EXPECT_NEAR(rgb.dot(Vec3f(0.2126F, 0.7152F, 0.0722F)), 1, 0.01) << kelvin;
        EXPECT_GE(rgb.z, blue - 1e-6F) << kelvin;
        blue = rgb.z;
    }
}

TEST(Lights, ListsComeFromCachesOrFromAllPrims)
{
    auto const stage = stage_of(R"(
def Xform "World" (kind = "group") {
    def Xform "Model" (kind = "component"
        prepend apiSchemas = ["LightListAPI"]) {
        token lightList:cacheBehavior = "consumeAndHalt"
        rel lightList = </World/Model/Kept>
        def SphereLight "Kept" { }
        def SphereLight "NotKept" { }
    }
    def Xform "Loose" {
        def Mesh "Glow" (prepend apiSchemas = ["MeshLightAPI"]) { }
        def LightFilter "Filter" { }
    }
})");
    auto const names = [&](LightListMode mode) {
        std::string result;
        for (auto const& path : light_list(stage->pseudo_root(), mode)) result += path.name().str() + " ";
        return result;
    };
    EXPECT_EQ(names(LightListMode::consult_cache), "Kept ");
    EXPECT_EQ(names(LightListMode::ignore_cache), "Filter Glow Kept NotKept ");
}

TEST(Lights, ShineWithTheFallbacksOfTheirTypes)
{
    auto const stage = stage_of(R"(
def DistantLight "Sun" {
        float inputs:exposure = 1
    }
def DomeLight_1 "Sky" {
        uniform token poleAxis = "Z"
    }
def Cube "Cube" { }
)");
    EXPECT_EQ(light(at(stage, "/Sun"))->emission(), Vec3f(100000)); // 50,000 nits, one stop up
    EXPECT_EQ(shader_id(at(stage, "/Sun")), Token("DistantLight"));
    EXPECT_EQ(dome_pole_axis(at(stage, "/Sky")), Token("Z"));
    EXPECT_EQ(Vec3d(0, 1, 0) * local_from_dome(at(stage, "/Sky")), Vec3d(0, 0, 1));
    EXPECT_FALSE(light(at(stage, "/Cube")));
    EXPECT_TRUE(light_link(at(stage, "/Sun")).includes(Path("/Cube"))); // lights shine on everything at first
}

} // namespace
} // namespace soulvan::usd::lux
