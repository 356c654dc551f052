// A stage becomes a scene: units, cameras, lights, materials, textures and shared meshes.
#include "soulvan/render/translate.h"

#include "soulvan/media/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <span>

namespace soulvan::render {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Folder {
public:
    Folder()
    {
        auto const* info = ::testing::UnitTest::GetInstance()->current_test_info();
        path_ =
            std::filesystem::path(::testing::TempDir()) / (std::string("soulvan_translate_") + info->name());
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::shared_ptr<usd::Stage const> stage_of(std::string const& body, std::string const& metadata = "",
                                           std::filesystem::path const& anchor = "/tmp")
{
    auto const text = "#usda 1.0\n(\n" + metadata + "\n)\n" + body;
    auto layer = usd::Layer::read(std::as_bytes(std::span(text)), "test.usda");
    if (!layer) {
        ADD_FAILURE() << layer.error().what;
        return nullptr;
    }
    return usd::Stage::open(std::make_shared<usd::Layer const>(*std::move(layer)), anchor).value();
}

std::shared_ptr<Scene const> scene_of(std::string const& body, std::string const& metadata = "",
                                      std::filesystem::path const& anchor = "/tmp")
{
    auto const stage = stage_of(body, metadata, anchor);
    auto scene = translate(*stage, {}, {}, silent_progress());
    EXPECT_TRUE(scene) << scene.error().what;
    return scene ? *scene : nullptr;
}

void expect_near(Vec3f a, Vec3f b, float tolerance = 1e-5f)
{
    EXPECT_LT((a - b).length(), tolerance)
        << a.x << " " << a.y << " " << a.z << " and " << b.x << " " << b.y << " " << b.z;
}

std::string const triangle = R"(
    uniform token subdivisionScheme = "none"
    int[] faceVertexCounts = [3]
    int[] faceVertexIndices = [0, 1, 2]
    point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
    texCoord2f[] primvars:st = [(0, 0), (1, 0), (0, 1)] ( interpolation = "vertex" )
)";

TEST(Translate, UnitsAndUpAxisAreFoldedIn)
{
    auto const scene = scene_of(R"(
def Xform "World" {
    double3 xformOp:translate = (100, 200, 300)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    def Mesh "M" {)" + triangle + R"(
    }
    def Camera "Eye" {
        float focalLength = 50
        float fStop = 2
        float focusDistance = 400
        float2 clippingRange = (10, 1000)
        double3 xformOp:translate = (1, 0, 0)
        double3 xformOp:scale = (2, 2, 2)
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:scale"]
    }
    def Camera "Flat" {
        token projection = "orthographic"
        float horizontalAperture = 200
    }
})",
                                "upAxis = \"Z\"\nmetersPerUnit = 0.01");
    ASSERT_EQ(scene->instances.size(), 1u);
    auto const& m = scene->instances[0].world_from_object;
    expect_near(m.point({0, 0, 0}), {1, 3, -2});
    expect_near(m.point({0, 0, 1}), {1, 3.01f, -2}); // z is up
    auto const& camera = scene->camera;
    expect_near(camera.world_from_camera.t, {1.01f, 3, -2});
    EXPECT_NEAR(camera.world_from_camera.x.length(), 1, 1e-6);
    expect_near(camera.world_from_camera.z, {0, 1, 0}); // looks down, along −z of a Z-up stage
    EXPECT_NEAR(camera.lens_radius, 50 * 0.1 * 0.01 / (2 * 2), 1e-7);
    EXPECT_NEAR(camera.focus_distance, 4, 1e-6);
    EXPECT_NEAR(camera.near_clip, 0.1, 1e-6);
    auto const flat =
        translate_camera(*stage_of("def Camera \"Flat\" {\ntoken projection = \"orthographic\"\nfloat "
                                   "horizontalAperture = 200\n}",
                                   "metersPerUnit = 0.01"),
                         {}, {})
            .value();
    EXPECT_TRUE(flat.orthographic);
    EXPECT_NEAR(flat.horizontal_aperture, 0.2, 1e-6); // 200 tenths of a centimetre
}

TEST(Translate, CamerasAreFoundByPathAndNameAndElseListed)
{
    auto const stage = stage_of("def Xform \"A\" {\ndef Camera \"Main\" {}\n}\ndef Camera \"Side\" {}\n");
    EXPECT_EQ(translate_camera(*stage, {}, {}).value().path, "/A/Main");
    EXPECT_EQ(translate_camera(*stage, {}, {.camera = "Side"}).value().path, "/Side");
    EXPECT_EQ(translate_camera(*stage, {}, {.camera = "/A/Main"}).value().path, "/A/Main");
    auto const missing = translate_camera(*stage, {}, {.camera = "Top"});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_THAT(missing.error().what, HasSubstr("/A/Main, /Side"));
}

TEST(Translate, WithoutCameraAndLightTheWholeIsFramedAndLit)
{
    auto const scene =
        scene_of("def Cube \"C\" {\ndouble size = 4\n}\ndef Sphere \"S\" {\ndouble3 xformOp:translate = "
                 "(9, 0, 0)\nuniform token[] xformOpOrder = [\"xformOp:translate\"]\n}",
                 "metersPerUnit = 1");
    EXPECT_THAT(scene->warnings, Contains(HasSubstr("no camera")));
    EXPECT_THAT(scene->warnings, Contains(HasSubstr("no light")));
    EXPECT_EQ(scene->lights.size(), 2u);
    auto const& camera = scene->camera;
    auto const& frame = camera.world_from_camera;
    float widest = 0;
    for (int corner = 0; corner < 16; ++corner) {
        float const half = corner < 8 ? 2.0f : 1.0f;
        Vec3f const centre(corner < 8 ? 0.0f : 9.0f, 0, 0);
        Vec3f const p =
            centre + Vec3f(corner & 1 ? half : -half, corner & 2 ? half : -half, corner & 4 ? half : -half) -
            frame.t;
        float const depth = -p.dot(frame.z);
        ASSERT_GT(depth, 0);
        float const u = p.dot(frame.x) / depth * camera.focal_length / (camera.horizontal_aperture / 2);
        float const v = p.dot(frame.y) / depth * camera.focal_length / (camera.vertical_aperture / 2);
        widest = std::max({widest, std::abs(u), std::abs(v)});
    }
    EXPECT_NEAR(widest, 0.86f, 0.001f); // the subject touches the frame that is left to it
}

TEST(Translate, EqualSurfacesBecomeOneMesh)
{
    auto const scene = scene_of(R"(
def Xform "Proto" {
    def Mesh "M" {)" + triangle +
                                R"(
    }
}
def Xform "A" (
    instanceable = true
    references = </Proto>
) {}
def Xform "B" (
    instanceable = true
    references = </Proto>
) {}
def PointInstancer "P" {
    int[] protoIndices = [0, 0, 0]
    point3f[] positions = [(0, 0, 0), (1, 0, 0), (2, 0, 0)]
    rel prototypes = </P/Q>
    def Mesh "Q" {)" + triangle +
                                R"(
        color3f[] primvars:displayColor = [(1, 0, 0)]
    }
}
)");
    ASSERT_EQ(scene->instances.size(), 6u);
    EXPECT_EQ(scene->meshes.size(), 2u);
    std::vector<std::uint32_t> ids;
    for (auto const& instance : scene->instances) {
        ids.push_back(instance.id);
        EXPECT_GT(instance.id, 0u);
        EXPECT_LT(instance.id, 1u << 24);
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
    EXPECT_EQ(scene->instances[5].path, "/P[2]/P/Q");
}

TEST(Translate, SubsetsBindTheirOwnMaterials)
{
    auto const scene = scene_of(R"(
def Mesh "M" ( prepend apiSchemas = ["MaterialBindingAPI"] ) {
    uniform token subdivisionScheme = "none"
    int[] faceVertexCounts = [4, 3]
    int[] faceVertexIndices = [0, 1, 2, 3, 1, 4, 2]
    point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (2, 0, 0)]
    rel material:binding = </Looks/Red>
    def GeomSubset "Part" ( prepend apiSchemas = ["MaterialBindingAPI"] ) {
        uniform token elementType = "face"
        uniform token familyName = "materialBind"
        int[] indices = [1]
        rel material:binding = </Looks/Blue>
    }
}
def Scope "Looks" {
    def Material "Red" {
        token outputs:surface.connect = </Looks/Red/S.outputs:surface>
        def Shader "S" {
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor = (1, 0, 0)
        }
    }
    def Material "Blue" {
        token outputs:surface.connect = </Looks/Blue/S.outputs:surface>
        def Shader "S" {
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor = (0, 0, 1)
        }
    }
})");
    auto const& instance = scene->instances.at(0);
    auto const& mesh = scene->meshes.at(0);
    EXPECT_EQ(scene->materials.at(static_cast<std::size_t>(instance.material)).name, "/Looks/Red");
    ASSERT_EQ(mesh.triangle_material.size(), 3u);
    EXPECT_EQ(mesh.triangle_material[0], -1);
    EXPECT_EQ(mesh.triangle_material[1], -1);
    EXPECT_EQ(scene->materials.at(static_cast<std::size_t>(mesh.triangle_material[2])).name, "/Looks/Blue");
}

TEST(Translate, DisplayColorStandsInForAMaterial)
{
    auto const scene = scene_of("def Mesh \"M\" {" + triangle + R"(
    color3f[] primvars:displayColor = [(1, 0, 0), (0, 1, 0), (0, 0, 1)] ( interpolation = "vertex" )
    float[] primvars:displayOpacity = [0.25]
})");
    auto const& material = scene->materials.at(static_cast<std::size_t>(scene->instances.at(0).material));
    auto const& sets = scene->meshes.at(0).color_sets;
    auto const& color = sets.at(static_cast<std::size_t>(material.diffuse_color.color_primvar));
    EXPECT_EQ(color.name, "displayColor");
    EXPECT_EQ(color.rate, Mesh::ColorSet::Rate::per_point);
    EXPECT_EQ(color.values.at(1), Vec3f(0, 1, 0));
    auto const& opacity = sets.at(static_cast<std::size_t>(material.opacity.color_primvar));
    EXPECT_EQ(opacity.values.at(0).x, 0.25f);
}

struct MaterialCase {
    char const* name;
    std::string shaders; ///< below /M: must have the surface "S"
    void (*check)(Material const&, Scene const&);
};

std::string material_text(std::string const& inside)
{
    return "def Mesh \"Mesh\" ( prepend apiSchemas = [\"MaterialBindingAPI\"] ) {" + triangle +
           "    color3f[] primvars:tint = [(0.5, 0.25, 1)]\n    float2[] primvars:uv2 = [(0, 0), (1, 0), (0, "
           "1)] ( "
           "interpolation = \"vertex\" )\n    rel material:binding = </M>\n}\ndef Material \"M\" {\n    "
           "token "
           "outputs:surface.connect = </M/S.outputs:surface>\n" +
           inside + "\n}\n";
}

std::string preview(std::string const& inputs)
{
    return "def Shader \"S\" {\nuniform token info:id = \"UsdPreviewSurface\"\n" + inputs +
           "\ntoken outputs:surface\n}\n";
}

std::string texture(std::string const& inputs)
{
    return "def Shader \"T\" {\nuniform token info:id = \"UsdUVTexture\"\nasset inputs:file = @four.png@\n" +
           inputs + "\nfloat outputs:r\nfloat3 outputs:rgb\n}\n";
}

/// 2×2: red, green over blue, white; the alpha of the first is half.
void write_pictures(Folder const& folder)
{
    media::Image image(2, 2, 4);
    std::array<std::array<float, 4>, 4> const texels{
        {{1, 0, 0, 0.5f}, {0, 1, 0, 1}, {0, 0, 1, 1}, {1, 1, 1, 1}}};
    for (int i = 0; i < 4; ++i)
        std::copy(texels[static_cast<std::size_t>(i)].begin(), texels[static_cast<std::size_t>(i)].end(),
                  image.at(i % 2, i / 2));
    ASSERT_TRUE(media::write_png(image, folder / "four.png"));
    media::Image grey(1, 1, 1);
    grey.at(0, 0)[0] = 0.5f;
    ASSERT_TRUE(media::write_png(grey, folder / "grey.png"));
    for (auto const& [name, value] : {std::pair{"tile.1002.png", 100.0f}, {"tile.1011.png", 200.0f}}) {
        media::Image tile(1, 1, 3);
        std::fill_n(tile.at(0, 0), 3, value / 255);
        ASSERT_TRUE(media::write_png(tile, folder / name));
    }
    std::ofstream(folder / "words.png") << "this is no picture";
}

std::vector<MaterialCase> const material_table{
    {"every constant",
     preview("color3f inputs:diffuseColor = (0.1, 0.2, 0.3)\ncolor3f inputs:emissiveColor = (4, 5, 6)\nint "
             "inputs:useSpecularWorkflow = 1\ncolor3f inputs:specularColor = (0.7, 0.8, 0.9)\nfloat "
             "inputs:metallic = "
             "0.4\nfloat inputs:roughness = 0.3\nfloat inputs:clearcoat = 0.6\nfloat "
             "inputs:clearcoatRoughness = 0.2\nfloat "
             "inputs:opacity = 0.9\nfloat inputs:opacityThreshold = 0.5\ntoken inputs:opacityMode = "
             "\"presence\"\nfloat "
             "inputs:ior = 1.33"),
     [](Material const& m, Scene const&) {
         EXPECT_EQ(m.diffuse_color.value, Vec3f(0.1f, 0.2f, 0.3f));
         EXPECT_EQ(m.emissive_color.value, Vec3f(4, 5, 6));
         EXPECT_TRUE(m.use_specular_workflow);
         EXPECT_EQ(m.specular_color.value, Vec3f(0.7f, 0.8f, 0.9f));
         EXPECT_EQ(m.metallic.value.x, 0.4f);
         EXPECT_EQ(m.roughness.value.x, 0.3f);
         EXPECT_EQ(m.clearcoat.value.x, 0.6f);
         EXPECT_EQ(m.clearcoat_roughness.value.x, 0.2f);
         EXPECT_EQ(m.opacity.value.x, 0.9f);
         EXPECT_EQ(m.opacity_threshold, 0.5f);
         EXPECT_TRUE(m.opacity_is_presence);
         EXPECT_EQ(m.ior.value.x, 1.33f);
     }},
    {"nothing authored: the specification's fallbacks", preview(""),
     [](Material const& m, Scene const&) {
         EXPECT_EQ(m.diffuse_color.value, Vec3f(0.18f));
         EXPECT_EQ(m.roughness.value.x, 0.5f);
         EXPECT_EQ(m.clearcoat_roughness.value.x, 0.01f);
         EXPECT_EQ(m.ior.value.x, 1.5f);
         EXPECT_FALSE(m.has_normal_map);
     }},
    {"texture with scale, bias, wrap and coordinates",
     preview("color3f inputs:diffuseColor.connect = </M/T.outputs:rgb>") +
         texture(
             "float4 inputs:scale = (2, 3, 4, 1)\nfloat4 inputs:bias = (0.1, 0, 0, 0)\ntoken inputs:wrapS = "
             "\"clamp\"\ntoken inputs:wrapT = \"mirror\"\nfloat2 inputs:st.connect = </M/R.outputs:result>") +
         "def Shader \"R\" {\nuniform token info:id = \"UsdPrimvarReader_float2\"\nstring inputs:varname = "
         "\"uv2\"\n}\n",
     [](Material const& m, Scene const& s) {
         auto const& input = m.diffuse_color;
         ASSERT_GE(input.texture, 0);
         auto const& t = s.textures.at(static_cast<std::size_t>(input.texture));
         EXPECT_TRUE(t.srgb); // auto: 8 bits, 4 channels
         EXPECT_EQ(t.bytes.size(), 16u);
         EXPECT_EQ(t.bytes[0], 255); // row 0 is the picture's top
         EXPECT_EQ(t.bytes[3], 128);
         EXPECT_EQ(t.wrap_s, Wrap::clamp);
         EXPECT_EQ(t.wrap_t, Wrap::mirror);
         EXPECT_EQ(input.scale, Vec4f(2, 3, 4, 1));
         EXPECT_EQ(input.bias, Vec4f(0.1f, 0, 0, 0));
         EXPECT_EQ(input.channel, Channel::rgb);
         EXPECT_EQ(s.meshes.at(0).uv_sets.at(static_cast<std::size_t>(input.uv_set)).name, "uv2");
         EXPECT_EQ(s.meshes.at(0).uv_sets.at(static_cast<std::size_t>(input.uv_set)).values.size(), 3u);
     }},
    {"numbers are raw, channels are chosen",
     preview("float inputs:roughness.connect = </M/T.outputs:g>\nfloat inputs:opacity.connect = "
             "</M/T.outputs:a>") +
         texture(""),
     [](Material const& m, Scene const& s) {
         EXPECT_EQ(m.roughness.channel, Channel::g);
         EXPECT_EQ(m.opacity.channel, Channel::a);
         EXPECT_EQ(m.roughness.texture, m.opacity.texture); // one file, loaded once
         EXPECT_FALSE(s.textures.at(static_cast<std::size_t>(m.roughness.texture)).srgb);
     }},
    {"colour space as authored",
     preview("color3f inputs:diffuseColor.connect = </M/T.outputs:rgb>") +
         texture("token inputs:sourceColorSpace = \"raw\""),
     [](Material const& m, Scene const& s) {
         EXPECT_FALSE(s.textures.at(static_cast<std::size_t>(m.diffuse_color.texture)).srgb);
     }},
    {"one channel is raw by itself",
     preview("color3f inputs:diffuseColor.connect = </M/T.outputs:rgb>") +
         "def Shader \"T\" {\nuniform token info:id = \"UsdUVTexture\"\nasset inputs:file = @grey.png@\n}\n",
     [](Material const& m, Scene const& s) {
         auto const& t = s.textures.at(static_cast<std::size_t>(m.diffuse_color.texture));
         EXPECT_FALSE(t.srgb);
         EXPECT_EQ(t.channels, 1);
     }},
    {"normal map with its scale and bias",
     preview("normal3f inputs:normal.connect = </M/T.outputs:rgb>") +
         texture("float4 inputs:scale = (2, 2, 2, 1)\nfloat4 inputs:bias = (-1, -1, -1, 0)\ntoken "
                 "inputs:sourceColorSpace = \"raw\""),
     [](Material const& m, Scene const& s) {
         EXPECT_TRUE(m.has_normal_map);
         EXPECT_EQ(m.normal.scale, Vec4f(2, 2, 2, 1));
         EXPECT_THAT(s.warnings, Not(Contains(HasSubstr("normal map"))));
     }},
    {"normal map without them", preview("normal3f inputs:normal.connect = </M/T.outputs:rgb>") + texture(""),
     [](Material const& m, Scene const& s) {
         EXPECT_EQ(m.normal.bias, Vec4f(-1, -1, -1, 0));
         EXPECT_THAT(s.warnings, Contains(HasSubstr("/M/S: the normal map has neither scale 2 nor bias -1")));
         EXPECT_FALSE(s.textures.at(static_cast<std::size_t>(m.normal.texture)).srgb);
     }},
    {"UsdTransform2d scales, turns, then moves",
     preview("color3f inputs:diffuseColor.connect = </M/T.outputs:rgb>") +
         texture("float2 inputs:st.connect = </M/X.outputs:result>") +
         "def Shader \"X\" {\nuniform token info:id = \"UsdTransform2d\"\nfloat inputs:rotation = 90\nfloat2 "
         "inputs:scale = "
         "(2, 3)\nfloat2 inputs:translation = (0.5, 0.25)\nfloat2 inputs:in.connect = "
         "</M/R.outputs:result>\n}\n"
         "def Shader \"R\" {\nuniform token info:id = \"UsdPrimvarReader_float2\"\ntoken inputs:varname = "
         "\"st\"\n}\n",
     [](Material const& m, Scene const&) {
         auto const& a = m.diffuse_color.uv_matrix;
         auto const at = [&](float s, float t) {
             return Vec2f(a[0] * s + a[1] * t, a[2] * s + a[3] * t) + m.diffuse_color.uv_offset;
         };
         EXPECT_LT((at(1, 0) - Vec2f(0.5f, 2.25f)).length(), 1e-5f);
         EXPECT_LT((at(0, 1) - Vec2f(-2.5f, 0.25f)).length(), 1e-5f);
     }},
    {"primvar reader with fallback",
     preview("color3f inputs:diffuseColor.connect = </M/R.outputs:result>\ncolor3f "
             "inputs:emissiveColor.connect = "
             "</M/Q.outputs:result>") +
         "def Shader \"R\" {\nuniform token info:id = \"UsdPrimvarReader_float3\"\nstring inputs:varname = "
         "\"tint\"\n}\n"
         "def Shader \"Q\" {\nuniform token info:id = \"UsdPrimvarReader_float3\"\nstring inputs:varname = "
         "\"absent\"\nfloat3 "
         "inputs:fallback = (3, 2, 1)\n}\n",
     [](Material const& m, Scene const& s) {
         auto const& sets = s.meshes.at(0).color_sets;
         EXPECT_EQ(sets.at(static_cast<std::size_t>(m.diffuse_color.color_primvar)).values.at(0),
                   Vec3f(0.5f, 0.25f, 1));
         EXPECT_EQ(sets.at(static_cast<std::size_t>(m.emissive_color.color_primvar)).values.at(0),
                   Vec3f(3, 2, 1));
     }},
    {"interface inputs through two node graphs",
     "color3f inputs:paint = (0.9, 0.1, 0.2)\nfloat inputs:gloss = 0.125\n" +
         preview("color3f inputs:diffuseColor.connect = </M/Outer.outputs:color>\nfloat "
                 "inputs:roughness.connect = </M.inputs:gloss>") +
         "def NodeGraph \"Outer\" {\ncolor3f inputs:paint.connect = </M.inputs:paint>\ncolor3f "
         "outputs:color.connect = "
         "</M/Outer/Inner.outputs:color>\ndef NodeGraph \"Inner\" {\ncolor3f outputs:color.connect = "
         "</M/Outer.inputs:paint>\n}\n}\n",
     [](Material const& m, Scene const&) {
         EXPECT_EQ(m.diffuse_color.value, Vec3f(0.9f, 0.1f, 0.2f));
         EXPECT_EQ(m.roughness.value.x, 0.125f);
     }},
    {"a connection to nothing leaves the authored value, a cycle the fallback",
     "color3f inputs:a.connect = </M.inputs:b>\ncolor3f inputs:b.connect = </M.inputs:a>\n" +
         preview("color3f inputs:diffuseColor = (0.6, 0.5, 0.4)\ncolor3f inputs:diffuseColor.connect = "
                 "</M/Nobody.outputs:rgb>\ncolor3f inputs:emissiveColor.connect = </M.inputs:a>"),
     [](Material const& m, Scene const&) {
         EXPECT_EQ(m.diffuse_color.value, Vec3f(0.6f, 0.5f, 0.4f));
         EXPECT_EQ(m.emissive_color.value, Vec3f(0));
     }},
    {"a missing texture takes its fallback",
     preview("color3f inputs:diffuseColor.connect = </M/T.outputs:rgb>") +
         "def Shader \"T\" {\nuniform token info:id = \"UsdUVTexture\"\nasset inputs:file = "
         "@gone.png@\nfloat4 inputs:fallback = "
         "(0.3, 0.6, 0.9, 1)\n}\n",
     [](Material const& m, Scene const& s) {
         EXPECT_EQ(m.diffuse_color.texture, -1);
         EXPECT_EQ(m.diffuse_color.value, Vec3f(0.3f, 0.6f, 0.9f));
         EXPECT_THAT(s.warnings, Contains(AllOf(HasSubstr("/M/T"), HasSubstr("gone.png"))));
     }},
    {"tiles become an atlas",
     preview("color3f inputs:diffuseColor.connect = </M/T.outputs:rgb>") +
         "def Shader \"T\" {\nuniform token info:id = \"UsdUVTexture\"\nasset inputs:file = "
         "@tile.<UDIM>.png@\n}\n",
     [](Material const& m, Scene const& s) {
         ASSERT_GE(m.diffuse_color.texture, 0);
         auto const& t = s.textures.at(static_cast<std::size_t>(m.diffuse_color.texture));
         EXPECT_EQ(t.width, 2);
         EXPECT_EQ(t.height, 2);
         // Tiles 1002 (u 1, v 0) and 1011 (u 0, v 1): the second row of tiles is the upper half.
         std::vector<int> red;
         for (std::size_t i = 0; i < 4; ++i) red.push_back(t.bytes.at(i * 4));
         EXPECT_EQ(red, (std::vector<int>{200, 0, 0, 100}));
         EXPECT_EQ(m.diffuse_color.uv_matrix[0], 0.5f);
         EXPECT_EQ(m.diffuse_color.uv_offset, Vec2f(0, 0));
     }},
    {"MaterialX standard_surface by what it shares",
     "def Shader \"S\" {\nuniform token info:id = \"ND_standard_surface_surfaceshader\"\ncolor3f "
     "inputs:base_color.connect = "
     "</M/I.outputs:out>\nfloat inputs:base = 0.5\nfloat inputs:metalness = 1\nfloat "
     "inputs:specular_roughness = 0.2\nfloat "
     "inputs:transmission = 0.75\n}\ndef Shader \"I\" {\nuniform token info:id = "
     "\"ND_tiledimage_color3\"\nasset inputs:file = "
     "@four.png@ ( colorSpace = \"srgb_texture\" )\nfloat2 inputs:uvtiling = (4, 5)\n}\n",
     [](Material const& m, Scene const& s) {
         ASSERT_GE(m.diffuse_color.texture, 0);
         EXPECT_TRUE(s.textures.at(static_cast<std::size_t>(m.diffuse_color.texture)).srgb);
         EXPECT_EQ(m.diffuse_color.scale.x, 0.5f);
         EXPECT_EQ(m.diffuse_color.uv_matrix[0], 4);
         EXPECT_EQ(m.diffuse_color.uv_matrix[3], 5);
         EXPECT_EQ(m.metallic.value.x, 1);
         EXPECT_EQ(m.roughness.value.x, 0.2f);
         EXPECT_EQ(m.opacity.value.x, 0.25f);
         EXPECT_EQ(m.emissive_color.value, Vec3f(0));
         EXPECT_THAT(s.warnings, Contains(HasSubstr("ND_standard_surface_surfaceshader is approximated")));
     }},
};

TEST(Translate, MaterialTable)
{
    Folder const folder;
    write_pictures(folder);
    for (auto const& entry : material_table) {
        SCOPED_TRACE(entry.name);
        auto const scene = scene_of(material_text(entry.shaders), "", folder.path());
        ASSERT_TRUE(scene);
        entry.check(scene->materials.at(static_cast<std::size_t>(scene->instances.at(0).material)), *scene);
    }
}

TEST(Translate, ATextureThatIsNoPictureStopsWithItsName)
{
    Folder const folder;
    write_pictures(folder);
    auto const stage =
        stage_of(material_text(preview("float inputs:roughness.connect = </M/T.outputs:g>") +
                               "def Shader \"T\" {\nuniform token info:id = \"UsdUVTexture\"\nasset "
                               "inputs:file = @words.png@\n}\n"),
                 "", folder.path());
    auto const scene = translate(*stage, {}, {}, silent_progress());
    ASSERT_FALSE(scene);
    EXPECT_EQ(scene.error().code, Errc::invalid_input);
    EXPECT_THAT(scene.error().what, HasSubstr("words.png"));
}

TEST(Translate, LightsKeepUsdLuxMeaning)
{
    auto const scene = scene_of(R"(
def Xform "World" {
    double3 xformOp:scale = (2, 2, 2)
    uniform token[] xformOpOrder = ["xformOp:scale"]
    def RectLight "Plain" {
        float inputs:intensity = 3
        float inputs:exposure = 2
        color3f inputs:color = (1, 0.5, 0.25)
        float inputs:width = 4
        float inputs:height = 5
    }
    def RectLight "Normal" {
        float inputs:intensity = 160
        bool inputs:normalize = 1
        float inputs:width = 4
        float inputs:height = 5
        float inputs:shaping:cone:angle = 40
        float inputs:shaping:cone:softness = 0.5
        float inputs:shaping:focus = 2
    }
    def SphereLight "Off" {
        token visibility = "invisible"
    }
    def DomeLight "Sky" {}
    def DistantLight "Sun" {}
})",
                                "metersPerUnit = 0.01");
    ASSERT_EQ(scene->lights.size(), 4u);
    auto const& plain = scene->lights[0];
    expect_near(plain.radiance, {12, 6, 3});
    EXPECT_EQ(plain.width, 4);
    EXPECT_NEAR(plain.world_from_light.x.length(), 0.02, 1e-7);
    // Divided by the area in stage units, 8 × 10.
    expect_near(scene->lights[1].radiance, Vec3f(2), 1e-4f);
    EXPECT_EQ(scene->lights[1].cone_angle_deg, 40);
    EXPECT_EQ(scene->lights[1].cone_softness, 0.5f);
    EXPECT_EQ(scene->lights[1].focus, 2);
    EXPECT_EQ(scene->lights[2].shape, LightShape::dome);
    EXPECT_TRUE(scene->lights[2].visible_to_camera);
    expect_near(scene->lights[3].radiance, Vec3f(50000), 1);
    EXPECT_EQ(scene->lights[3].angle_deg, 0.53f);
}

TEST(Translate, DomePolesPointWhereTheSchemaSays)
{
    auto const pole = [](char const* type, char const* axis, char const* up) {
        auto const scene = scene_of(std::string("def ") + type + " \"D\" {\n" + axis + "\n}",
                                    std::string("upAxis = \"") + up + "\"\nmetersPerUnit = 1");
        return scene->lights.at(0).world_from_light.y;
    };
    expect_near(pole("DomeLight", "", "Y"), {0, 1, 0});
    expect_near(pole("DomeLight", "", "Z"), {0, 0, -1}); // +Y of the stage whatever its up axis; our −Z
    expect_near(pole("DomeLight_1", "", "Z"), {0, 1, 0});
    expect_near(pole("DomeLight_1", "uniform token poleAxis = \"Y\"", "Z"), {0, 0, -1});
    expect_near(pole("DomeLight_1", "uniform token poleAxis = \"Z\"", "Y"), {0, 0, 1});
}

TEST(Translate, ASkyIsADomePictureAndASun)
{
    auto const scene = scene_of(R"(
def DomeLight "Sky" {
    float inputs:intensity = 0.5
    double3 xformOp:rotateXYZ = (0, 90, 0)
    uniform token[] xformOpOrder = ["xformOp:rotateXYZ"]
    float soulvan:sky:sunElevation = 30
    float soulvan:sky:sunAzimuth = 90
    float soulvan:sky:turbidity = 3
})",
                                "metersPerUnit = 1");
    ASSERT_EQ(scene->lights.size(), 2u);
    auto const& dome = scene->lights[0];
    auto const& sun = scene->lights[1];
    ASSERT_EQ(scene->textures.size(), 1u);
    EXPECT_EQ(dome.texture, 0);
    EXPECT_EQ(sun.shape, LightShape::distant);
    EXPECT_EQ(sun.texture, -1);
    // Azimuth 90 is +X of the dome, which a quarter turn about Y puts at −Z.
    expect_near(sun.world_from_light.z, {0, 0.5f, -std::sqrt(0.75f)});
    EXPECT_GT(sun.radiance.y, 1e7f);
    // The sky's upper half is brightest around the sun: +X of the dome is left of the picture's middle.
    auto const& t = scene->textures[0];
    auto const sum = [&](int first, int last) {
        double total = 0;
        for (int y = 0; y < t.height / 2; ++y)
            for (int x = first; x < last; ++x)
                total += static_cast<float>(t.halves[(static_cast<std::size_t>(y) * t.width + x) * 3 + 1]);
        return total;
    };
    EXPECT_GT(sum(0, t.width / 2), 1.3 * sum(t.width / 2, t.width));
}

TEST(Translate, WhatIsNotDrawnIsNamed)
{
    auto const scene =
        scene_of("def BasisCurves \"Hair\" {}\ndef BasisCurves \"Beard\" {}\ndef Points \"Dust\" {}\n"
                 "def GeometryLight \"Glow\" {}\n");
    EXPECT_THAT(scene->warnings, Contains(HasSubstr("/Hair and 1 more: BasisCurves is not drawn yet")));
    EXPECT_THAT(scene->warnings, Contains(HasSubstr("/Dust: Points is not drawn yet")));
    EXPECT_THAT(scene->warnings, Contains(HasSubstr("/Glow")));
}

TEST(Translate, BrokenMeshesStopWithTheirName)
{
    auto const stage =
        stage_of("def Mesh \"M\" {\nint[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, 1, 2]\n}");
    auto const scene = translate(*stage, {}, {}, silent_progress());
    ASSERT_FALSE(scene);
    EXPECT_EQ(scene.error().code, Errc::invalid_input);
    EXPECT_THAT(scene.error().what, HasSubstr("/M.faceVertexIndices"));
}

TEST(Translate, OnlyWhatIsDrawnAnimates)
{
    std::string const moving =
        "double3 xformOp:translate.timeSamples = {\n0: (0, 0, 0),\n10: (1, 0, 0),\n}\nuniform token[] "
        "xformOpOrder = [\"xformOp:translate\"]\n";
    EXPECT_FALSE(is_animated(*stage_of("def Xform \"Rig\" {\n" + moving + "def Camera \"C\" {\n" + moving +
                                       "}\n}\ndef Cube \"B\" {}\n")));
    EXPECT_TRUE(is_animated(*stage_of("def Xform \"Rig\" {\n" + moving + "def Cube \"B\" {}\n}\n")));
    EXPECT_TRUE(is_animated(*stage_of("def Cube \"B\" {\n" + moving + "}\n")));
}

TEST(Translate, EqualInputsGiveEqualScenes)
{
    Folder const folder;
    write_pictures(folder);
    auto const text = material_text(material_table[2].shaders);
    auto const a = scene_of(text, "", folder.path()), b = scene_of(text, "", folder.path());
    EXPECT_EQ(a->warnings, b->warnings);
    ASSERT_EQ(a->meshes.size(), b->meshes.size());
    EXPECT_EQ(a->meshes[0].points, b->meshes[0].points);
    EXPECT_EQ(a->textures[0].bytes, b->textures[0].bytes);
}

} // namespace
} // namespace soulvan::render
