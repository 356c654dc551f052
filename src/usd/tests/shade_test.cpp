// Do connections end, and do render settings say what they ask for? Numbers against OpenUSD:
// tests/conformance.
#include "soulvan/usd/render_settings.h"
#include "soulvan/usd/shade.h"

#include "views.h"

namespace soulvan::usd {
namespace {

using test::at;
using test::stage_of;

TEST(Shading, ValuesComeThroughNodeGraphs)
{
    auto const stage = stage_of(R"(
def Material "M" {
    float inputs:gain = 2
    token outputs:surface.connect = </M/G.outputs:out>
    token outputs:ri:surface.connect = </M/S.outputs:out>
    def NodeGraph "G" {
        float inputs:gain.connect = </M.inputs:gain>
        token outputs:out.connect = </M/G/S.outputs:out>
        def Shader "S" {
            uniform token info:id = "UsdPreviewSurface"
            float inputs:gain.connect = </M/G.inputs:gain>
            token outputs:out
        }
    }
    def Shader "S" {
        token outputs:out
    }
})");
    auto const surface = shade::terminal_source(at(stage, "/M"), "surface");
    ASSERT_TRUE(surface);
    EXPECT_EQ(surface->shader.path().str(), "/M/G/S");
    Token const contexts[] = {Token("mdl"), Token("ri")};
    EXPECT_EQ(shade::terminal_source(at(stage, "/M"), "surface", contexts)->shader.path().str(), "/M/S");
    EXPECT_FALSE(shade::terminal_source(at(stage, "/M"), "volume"));
    auto const gain = shade::value_producing_attributes(*shade::input(at(stage, "/M/G/S"), "gain"));
    ASSERT_EQ(gain.size(), 1U);
    EXPECT_EQ(gain.front().attribute.path().str(), "/M.inputs:gain");
    auto const consumers = shade::interface_consumers(at(stage, "/M"));
    ASSERT_EQ(consumers.size(), 1U);
    ASSERT_EQ(consumers.front().second.size(), 1U);
    EXPECT_EQ(consumers.front().second.front().attribute.path().str(), "/M/G/S.inputs:gain");
    EXPECT_EQ(shade::shader_id(at(stage, "/M/G/S")), Token("UsdPreviewSurface"));
}

/// Forty node graphs whose ports all have two sources: 2^40 ways, and a circle at the end.
TEST(Shading, GraphsOfManyWaysAndCirclesEnd)
{
    std::string text = "def Material \"M\" {\n";
    for (int i = 0; i < 40; ++i)
        text +=
            fmt::format("    def NodeGraph \"G{0}\" {{\n"
                        "        float inputs:a.connect = [</M/G{1}.inputs:a>, </M/G{1}.inputs:b>]\n"
                        "        float inputs:b.connect = [</M/G{1}.inputs:a>, </M/G{1}.inputs:b>]\n    }}\n",
                        i, (i + 1) % 40);
    auto const stage = stage_of(text + "}\n");
    EXPECT_TRUE(shade::value_producing_attributes(*shade::input(at(stage, "/M/G0"), "a")).empty());
}

TEST(RenderSettings, ProductsTakeOverWhatTheyDoNotSay)
{
    auto const stage = stage_of(R"(
def Camera "C" { 
    float horizontalAperture = 20
    float verticalAperture = 10
}
def RenderSettings "R" {
    rel camera = </C>
    rel products = [</R/P>, </R/Q>, </R/None>]
    uniform int2 resolution = (100, 100)
    uniform int ri:samples = 4
    uniform int arnold:samples = 5
    def RenderProduct "P" {
        rel orderedVars = [</R/V>, </R/P>]
        uniform token aspectRatioConformPolicy = "cropAperture"
        uniform bool disableMotionBlur = 1
        token productName = "p.exr"
    }
    def RenderProduct "Q" {
        rel camera = </R>
    }
    def RenderVar "V" {
        uniform string sourceName = "Ci"
    }
})");
    Token const namespaces[] = {Token("ri")};
    auto const spec = render_settings::compute_spec(at(stage, "/R"), namespaces).value();
    ASSERT_EQ(spec.products.size(), 1U);
    auto const& product = spec.products.front();
    EXPECT_EQ(product.camera.str(), "/C");
    EXPECT_EQ(product.resolution, Vec2i(100, 100));
    EXPECT_EQ(product.aperture_size, Vec2f(10, 10)); // cropped to the square picture
    EXPECT_TRUE(product.disable_motion_blur);
    EXPECT_EQ(product.vars, std::vector<std::size_t>{0});
    ASSERT_EQ(spec.vars.size(), 1U);
    EXPECT_EQ(spec.vars.front().source_name, "Ci");
    EXPECT_EQ(spec.problems.size(), 2U); // the product without a camera, the variable that is none
    EXPECT_EQ(spec.settings.values.size(), 1U);
    EXPECT_TRUE(spec.settings.values.contains(Token("ri:samples")));
    EXPECT_EQ(spec.included_purposes.size(), 2U); // the schema's
    EXPECT_FALSE(render_settings::compute_spec(at(stage, "/C")));
}

} // namespace
} // namespace soulvan::usd
