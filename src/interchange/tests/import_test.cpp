// Models of three formats become layers that say what the models said.
#include "soulvan/interchange/import.h"

#include "isolated.h"
#include "scratch.h"

#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <set>

namespace soulvan::interchange {
namespace {

using testing::HasSubstr;
using usd::Array;
using usd::Token;

ImportReport imported(std::filesystem::path const& source, std::filesystem::path const& target,
                      ImportOptions const& options = {})
{
    auto report = import_model(source, target, options, silent_progress());
    EXPECT_TRUE(report) << (report ? "" : report.error().what);
    return report.value_or(ImportReport{});
}

Error refused(std::filesystem::path const& source, ImportOptions const& options = {})
{
    Scratch scratch;
    auto const target = scratch / "out.usdc";
    auto report = import_model(source, target, options, silent_progress());
    EXPECT_FALSE(report) << source;
    EXPECT_FALSE(std::filesystem::exists(target)) << "a layer under its final name after an error";
    return report ? Error{} : report.error();
}

std::string const cube_obj = R"(mtllib cube.mtl
o Box
v -1 0 -1
v 1 0 -1
v 1 0 1
v -1 0 1
v -1 2 -1
v 1 2 -1
v 1 2 1
v -1 2 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl oak
f 4/1 3/2 7/3 8/4
f 2/1 1/2 5/3 6/4
f 1/1 4/2 8/3 5/4
f 3/1 2/2 6/3 7/4
f 8/1 7/2 6/3 5/4
f 1/1 2/2 3/3 4/4
)";

TEST(Import, ObjKeepsQuadsAndSaysWhatUsdWantsToKnow)
{
    Scratch scratch;
    auto const source = scratch.write("Cube 1.obj", cube_obj);
    scratch.write("cube.mtl", "newmtl oak\nKd 0.5 0.5 0.5\n");
    auto const report = imported(source, scratch / "cube.usda");
    EXPECT_EQ(report.faces, 6u);
    EXPECT_EQ(report.points, 8u);
    EXPECT_EQ(report.bounds, Range3d(Vec3d(-1, 0, -1), Vec3d(1, 2, 1)));

    auto const layer = opened(scratch / "cube.usda");
    EXPECT_EQ(layer->default_prim(), "Cube_1");
    auto const root = layer->pseudo_root();
    EXPECT_EQ(root.find(usd::field::up_axis).get_or(Token()), "Y");
    EXPECT_EQ(root.find(usd::field::meters_per_unit).get_or(0.0), 1.0);
    EXPECT_EQ(layer->find(usd::Path("/Cube_1")).find(usd::field::kind).get_or(Token()), "component");

    auto const meshes = prims_of(*layer, "Mesh");
    ASSERT_EQ(meshes.size(), 1u);
    auto const mesh = meshes[0].str();
    EXPECT_EQ(value_at<Token>(*layer, mesh + ".subdivisionScheme"), "none");
    EXPECT_THAT(value_at<Array<std::int32_t>>(*layer, mesh + ".faceVertexCounts"), testing::Each(4));
    // Right angles are sharper than the crease: each corner has its face's normal.
    auto const normals = value_at<Array<Vec3f>>(*layer, mesh + ".normals");
    ASSERT_EQ(normals.size(), 24u);
    EXPECT_EQ(normals[0], Vec3f(0, 0, 1));
    EXPECT_EQ(normals[16], Vec3f(0, 1, 0));
    EXPECT_EQ(value_at<Array<Vec2f>>(*layer, mesh + ".primvars:st").size(), 24u);
    auto const binding = layer->find(meshes[0].property("material:binding"));
    ASSERT_TRUE(binding);
    EXPECT_EQ(binding.find(usd::field::target_paths).get_or(usd::PathListOp()).explicit_items,
              std::vector{usd::Path("/Cube_1/mtl/oak")});
}

TEST(Import, EqualFilesGiveEqualBytes)
{
    Scratch scratch;
    auto const source = scratch.write("cube.obj", cube_obj);
    imported(source, scratch / "a/cube.usdc");
    imported(source, scratch / "b/cube.usdc");
    EXPECT_EQ(bytes_of(scratch / "a/cube.usdc"), bytes_of(scratch / "b/cube.usdc"));
    auto const flat = ImportOptions{.flatten = true};
    imported(data("two_tiles.gltf"), scratch / "c/t.usda", flat);
    imported(data("two_tiles.gltf"), scratch / "d/t.usda", flat);
    EXPECT_EQ(bytes_of(scratch / "c/t.usda"), bytes_of(scratch / "d/t.usda"));
}

TEST(Import, NormalsAreSmoothOnCurvesAndSharpAtRims)
{
    // A tube of 24 sides with caps: 15 degrees between sides, 90 at the rims.
    std::string obj;
    for (int i = 0; i < 24; ++i)
        for (int y = 0; y < 2; ++y)
            obj += fmt::format("v {} {} {}\n", std::cos(i * M_PI / 12), y, -std::sin(i * M_PI / 12));
    std::string top = "f", bottom = "f";
    for (int i = 0; i < 24; ++i) {
        auto const a = 2 * i + 1, b = 2 * ((i + 1) % 24) + 1;
        obj += fmt::format("f {} {} {} {}\n", a, b, b + 1, a + 1);
        top += fmt::format(" {}", a + 1);
        bottom += fmt::format(" {}", 2 * (23 - i) + 1);
    }
    Scratch scratch;
    auto const source = scratch.write("tube.obj", obj + top + "\n" + bottom + "\n");
    imported(source, scratch / "tube.usda");
    auto const layer = opened(scratch / "tube.usda");
    auto const mesh = prims_of(*layer, "Mesh").at(0).str();
    auto const points = value_at<Array<Vec3f>>(*layer, mesh + ".points");
    auto const indices = value_at<Array<std::int32_t>>(*layer, mesh + ".faceVertexIndices");
    auto const normals = value_at<Array<Vec3f>>(*layer, mesh + ".normals");
    ASSERT_EQ(normals.size(), 24u * 4 + 48);
    for (std::size_t i = 0; i < 96; ++i) {
        auto radial = points[static_cast<std::size_t>(indices[i])];
        radial.y = 0;
        EXPECT_LT((normals[i] - radial.normalized()).length(), 1e-5f) << i;
    }
    for (std::size_t i = 96; i < 120; ++i) EXPECT_EQ(normals[i], Vec3f(0, 1, 0));
}

TEST(Import, UnsoundFacesGoAndConcaveOnesAreCut)
{
    Scratch scratch;
    auto const source = scratch.write("mess.obj", "v 0 0 0\nv 2 0 0\nv 2 2 0\nv 1 0.5 0\nv 0 2 0\nv nan 0 0\n"
                                                  "f 1 2 3 4 5\n"        // concave: three triangles
                                                  "f 1 1 2\nf 1 2 2 1\n" // degenerate
                                                  "f 5 4 3 2 1\n"        // the first again, turned over
                                                  "f 1 2 6\n"            // not finite
                                                  "l 1 2\np 3\n");
    auto const report = imported(source, scratch / "mess.usda");
    EXPECT_EQ(report.faces, 3u);
    EXPECT_EQ(report.points, 5u);
    auto const layer = opened(scratch / "mess.usda");
    auto const mesh = prims_of(*layer, "Mesh").at(0).str();
    auto const points = value_at<Array<Vec3f>>(*layer, mesh + ".points");
    auto const indices = value_at<Array<std::int32_t>>(*layer, mesh + ".faceVertexIndices");
    double area = 0;
    for (std::size_t i = 0; i < indices.size(); i += 3) {
        auto const a = points[indices[i]], b = points[indices[i + 1]], c = points[indices[i + 2]];
        auto const cross = (b - a).cross(c - a);
        EXPECT_GT(cross.z, 0) << "turned over";
        area += cross.length() / 2;
    }
    EXPECT_NEAR(area, 4 - 1.5, 1e-6);
}

TEST(Import, NeighboursAgreeOnTheirWinding)
{
    // The cube with every second face turned over and a triangle lying in one of them.
    auto const source_text =
        "v -1 0 -1\nv 1 0 -1\nv 1 0 1\nv -1 0 1\nv -1 2 -1\nv 1 2 -1\nv 1 2 1\nv -1 2 1\n"
        "f 1 2 3\n"
        "f 4 3 7 8\nf 6 5 1 2\nf 1 4 8 5\nf 7 6 2 3\nf 8 7 6 5\nf 1 2 3 4\n";
    Scratch scratch;
    auto const report = imported(scratch.write("cube.obj", source_text), scratch / "cube.usda");
    EXPECT_EQ(report.faces, 6u);
    auto const layer = opened(scratch / "cube.usda");
    auto const mesh = prims_of(*layer, "Mesh").at(0).str();
    auto const indices = value_at<Array<std::int32_t>>(*layer, mesh + ".faceVertexIndices");
    std::set<std::pair<int, int>> walked;
    for (std::size_t i = 0; i < indices.size(); ++i)
        EXPECT_TRUE(walked.emplace(indices[i], indices[i % 4 == 3 ? i - 3 : i + 1]).second)
            << "two faces walk along one edge in the same direction";
}

// What bricks.fbx and its twin hold: a brick 0.4 x 0.2 x 0.1 m on the floor, three times, written by
// Blender 3.4 once in centimetres with Y up, once in metres with Z up.
class Bricks : public testing::TestWithParam<char const*> {};

TEST_P(Bricks, ComeOutInMetresUprightAndInstanced)
{
    Scratch scratch;
    auto const report = imported(data(GetParam()), scratch / "bricks.usda", {.name = "bricks"});
    EXPECT_EQ(report.meshes, 1u);
    EXPECT_EQ(report.instances, 3u);
    EXPECT_EQ(report.faces, 6u);
    EXPECT_LT((report.bounds.min - Vec3d(-0.2, 0, -2.1)).length(), 1e-5) << report.bounds.min;
    EXPECT_LT((report.bounds.max - Vec3d(1.2, 0.6, 0.1)).length(), 1e-5) << report.bounds.max;

    auto const layer = opened(scratch / "bricks.usda");
    int instances = 0;
    for (auto const& path : prims_of(*layer, "Xform")) {
        if (!layer->find(path).has(usd::field::instanceable)) continue;
        ++instances;
        auto const references = layer->find(path).find(usd::field::references).get_or(usd::ReferenceListOp());
        ASSERT_EQ(references.prepended.size(), 1u);
        EXPECT_TRUE(references.prepended[0].asset.empty());
        EXPECT_TRUE(layer->find(references.prepended[0].prim));
        EXPECT_TRUE(references.prepended[0].prim.has_prefix(usd::Path("/bricks")));
    }
    EXPECT_EQ(instances, 3);
    EXPECT_EQ(
        layer->find(usd::Path("/bricks/prototypes")).find(usd::field::specifier).get_or(usd::Specifier::def),
        usd::Specifier::class_);
    // Phong, so the name decides: plastic. Blender writes colours linear.
    EXPECT_EQ(value_at<float>(*layer, "/bricks/mtl/red_plastic/surface.inputs:metallic"), 0.0f);
    EXPECT_NEAR(value_at<Vec3f>(*layer, "/bricks/mtl/red_plastic/surface.inputs:diffuseColor").x, 0.6f,
                1e-5f);
}

INSTANTIATE_TEST_SUITE_P(Fbx, Bricks, testing::Values("bricks.fbx", "bricks_z_up_metres.fbx"));

TEST(Import, GltfKeepsItsPhysicalMaterial)
{
    Scratch scratch;
    auto const report = imported(data("two_tiles.gltf"), scratch / "tiles.usda", {.name = "tiles"});
    EXPECT_EQ(report.instances, 2u);
    EXPECT_EQ(report.bounds, Range3d(Vec3d(-2, 1, 0), Vec3d(4, 3, 0)));
    ASSERT_EQ(report.files.size(), 2u);
    EXPECT_EQ(report.files[1].parent_path(), scratch / "tiles.textures");
    EXPECT_TRUE(bytes_of(report.files[1]).starts_with("\x89PNG"));

    auto const layer = opened(scratch / "tiles.usda");
    std::string const surface = "/tiles/mtl/enamel/surface", color = "/tiles/mtl/enamel/color";
    EXPECT_EQ(value_at<float>(*layer, surface + ".inputs:metallic"), 0.25f);
    EXPECT_EQ(value_at<float>(*layer, surface + ".inputs:roughness"), 0.75f);
    EXPECT_EQ(value_at<Vec3f>(*layer, surface + ".inputs:emissiveColor"), Vec3f(0.5f, 0.25f, 0.125f));
    EXPECT_EQ(value_at<Vec4f>(*layer, color + ".inputs:scale"), Vec4f(0.5f, 0.6f, 0.7f, 1));
    EXPECT_EQ(value_at<Token>(*layer, color + ".inputs:wrapS"), "clamp");
    EXPECT_EQ(value_at<Token>(*layer, color + ".inputs:wrapT"), "repeat");
    EXPECT_EQ(value_at<usd::AssetPath>(*layer, color + ".inputs:file").authored,
              "./tiles.textures/" + report.files[1].filename().string());
    // glTF counts v downwards, USD upwards: the point at the origin is the picture's lower left corner.
    auto const mesh = prims_of(*layer, "Mesh").at(0).str();
    auto const points = value_at<Array<Vec3f>>(*layer, mesh + ".points");
    auto const st = value_at<Array<Vec2f>>(*layer, mesh + ".primvars:st");
    ASSERT_EQ(st.size(), points.size());
    for (std::size_t i = 0; i < st.size(); ++i) EXPECT_EQ(st[i], Vec2f(points[i].x, points[i].y));
}

std::string replaced(std::string text, std::string const& from, std::string const& to)
{
    auto const at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(Import, GltfTextureTransformsAreTurnedUpright)
{
    Scratch scratch;
    auto const known = replaced(bytes_of(data("two_tiles.gltf")), "\"scene\": 0,",
                                "\"scene\": 0, \"extensionsUsed\": [\"KHR_texture_transform\"],");
    auto const source = scratch.write(
        "turned.gltf",
        replaced(known, "\"baseColorTexture\": {\"index\": 0}",
                 "\"baseColorTexture\": {\"index\": 0, \"extensions\": {\"KHR_texture_transform\": "
                 "{\"rotation\": 0.5, \"scale\": [2, 3], \"offset\": [0.1, 0.2]}}}"));
    imported(source, scratch / "t.usda", {.name = "t"});
    auto const layer = opened(scratch / "t.usda");
    std::string const transform = "/t/mtl/enamel/color_transform.inputs:";
    auto const scale = value_at<Vec2f>(*layer, transform + "scale");
    auto const move = value_at<Vec2f>(*layer, transform + "translation");
    auto const turn = static_cast<double>(value_at<float>(*layer, transform + "rotation")) * M_PI / 180;
    for (auto const& uv : {Vec2d(0, 0), Vec2d(1, 0), Vec2d(0.3, 0.8)}) {
        // The extension's own text: offset · rotation · scale, v downwards.
        auto const u = 2 * uv.x, v = 3 * uv.y;
        Vec2d const expected(0.1 + std::cos(0.5) * u - std::sin(0.5) * v,
                             0.2 + std::sin(0.5) * u + std::cos(0.5) * v);
        // UsdTransform2d: scale, turn counter-clockwise, move, v upwards.
        auto const x = static_cast<double>(scale.x) * uv.x, y = static_cast<double>(scale.y) * (1 - uv.y);
        Vec2d const got(x * std::cos(turn) - y * std::sin(turn) + static_cast<double>(move.x),
                        x * std::sin(turn) + y * std::cos(turn) + static_cast<double>(move.y));
        EXPECT_NEAR(got.x, expected.x, 1e-5);
        EXPECT_NEAR(1 - got.y, expected.y, 1e-5);
    }
}

TEST(Import, BinaryGltfAndEmbeddedFbxPicturesComeOut)
{
    Scratch scratch;
    // The same model with its buffer in a chunk of its own (glTF 2.0, 4.4).
    auto json = bytes_of(data("two_tiles.gltf"));
    auto const uri = json.find(", \"uri\": \"data:application");
    json.erase(uri, json.find('}', uri) - uri);
    json.resize((json.size() + 3) / 4 * 4, ' ');
    std::array<float, 20> const numbers = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0};
    std::array<std::uint16_t, 6> const indices = {0, 1, 2, 0, 2, 3};
    auto const buffer = std::string(reinterpret_cast<char const*>(numbers.data()), sizeof numbers) +
                        std::string(reinterpret_cast<char const*>(indices.data()), sizeof indices);
    auto const word = [](std::size_t value) {
        auto const v = static_cast<std::uint32_t>(value);
        return std::string(reinterpret_cast<char const*>(&v), 4);
    };
    auto const glb = "glTF" + word(2) + word(28 + json.size() + buffer.size()) + word(json.size()) + "JSON" +
                     json + word(buffer.size()) + std::string("BIN\0", 4) + buffer;
    auto const report = imported(scratch.write("tiles.glb", glb), scratch / "tiles.usda");
    EXPECT_EQ(report.instances, 2u);
    EXPECT_EQ(report.files.size(), 2u);

    auto const plate = imported(data("embedded.fbx"), scratch / "plate.usda");
    ASSERT_EQ(plate.files.size(), 2u);
    EXPECT_EQ(plate.files[1], scratch / "plate.textures/sticker.png");
    EXPECT_TRUE(media::read_image(plate.files[1]));
    EXPECT_THAT(bytes_of(scratch / "plate.usda"), testing::Not(HasSubstr("artist")));
}

TEST(Import, FlattenedModelsFillTheirBoxOnTheFloor)
{
    Scratch scratch;
    ImportOptions options{.flatten = true, .fit = FitBox{Vec3d(3, 1, 0.001)}, .yaw_deg = 90};
    auto const report = imported(data("two_tiles.gltf"), scratch / "tiles.usda", options);
    EXPECT_EQ(report.meshes, 1u);
    EXPECT_LT((report.bounds.min - Vec3d(0, 0, -1.5)).length(), 1e-6) << report.bounds.min;
    EXPECT_LT((report.bounds.max - Vec3d(0, 1, 1.5)).length(), 1e-6) << report.bounds.max;
    EXPECT_TRUE(report.warnings.empty()) << report.warnings[0];

    options.fit = FitBox{Vec3d(3, 1.2, 0.001)};
    auto const stretched = imported(data("two_tiles.gltf"), scratch / "tall.usda", options);
    ASSERT_EQ(stretched.warnings.size(), 1u);
    EXPECT_THAT(stretched.warnings[0], HasSubstr("along y is 1.000 m where 1.200 m is stated"));
}

TEST(Import, UpAxisAndScaleCanBeStated)
{
    Scratch scratch;
    auto const source = scratch.write("cube.obj", cube_obj);
    auto const z_up = imported(source, scratch / "z.usda", {.scale = 0.01, .up_axis = "Z"});
    EXPECT_LT((z_up.bounds.min - Vec3d(-0.01, -0.01, -0.02)).length(), 1e-9);
    EXPECT_LT((z_up.bounds.max - Vec3d(0.01, 0.01, 0)).length(), 1e-9);
    auto const x_up = imported(source, scratch / "x.usda", {.up_axis = "X"});
    EXPECT_LT((x_up.bounds.min - Vec3d(-2, -1, -1)).length(), 1e-9);
    EXPECT_EQ(refused(source, {.up_axis = "W"}).code, Errc::invalid_input);
    EXPECT_EQ(refused(source, {.scale = -1}).code, Errc::invalid_input);
}

TEST(Import, TexturesTravelUnderRelativePaths)
{
    Scratch scratch;
    write_picture(scratch / "model/textures/Wood Grain.png");
    write_picture(scratch / "secret.png");
    auto const source = scratch.write("model/cube.obj", cube_obj);
    // The path of another machine, with another case: found by its name.
    scratch.write("model/cube.mtl", "newmtl oak\nmap_Kd C:\\Users\\me\\Wood Grain.png\n");
    auto const report = imported(source, scratch / "out/cube.usda");
    ASSERT_EQ(report.files.size(), 2u);
    EXPECT_EQ(report.files[1], scratch / "out/cube.textures/Wood_Grain.png");
    auto const text = bytes_of(scratch / "out/cube.usda");
    EXPECT_THAT(text, HasSubstr("@./cube.textures/Wood_Grain.png@"));
    EXPECT_THAT(text, testing::Not(HasSubstr(scratch.path().string())));

    for (auto const* outside : {"../secret.png", "/etc/passwd", "missing.png"}) {
        scratch.write("model/cube.mtl", fmt::format("newmtl oak\nmap_Kd {}\n", outside));
        auto const bare = imported(source, scratch / "out2/cube.usda");
        EXPECT_EQ(bare.files.size(), 1u) << outside;
        ASSERT_EQ(bare.warnings.size(), 1u) << outside;
        EXPECT_THAT(bare.warnings[0], HasSubstr("is not in the model's folder"));
    }
}

TEST(Import, AMaterialLibraryOutsideTheFolderIsNotRead)
{
    Scratch scratch;
    scratch.write("secret.mtl", "newmtl oak\nKd 0.9 0 0\n");
    auto obj = cube_obj;
    auto const source =
        scratch.write("model/cube.obj", obj.replace(obj.find("cube.mtl"), 8, "../secret.mtl"));
    imported(source, scratch / "cube.usda", {.colors_are_srgb = false});
    auto const layer = opened(scratch / "cube.usda");
    EXPECT_NE(value_at<Vec3f>(*layer, "/cube/mtl/oak/surface.inputs:diffuseColor").x, 0.9f);
}

TEST(Import, ATextureThatIsNoPictureIsLeftOut)
{
    Scratch scratch;
    auto const source = scratch.write("cube.obj", cube_obj);
    scratch.write("cube.mtl", "newmtl oak\nKd 0.5 0.5 0.5\nmap_Kd fake.png\n");
    scratch.write("fake.png", "\x89PNG\r\n\x1a\nand then nothing");
    auto const report = imported(source, scratch / "cube.usda");
    EXPECT_EQ(report.files.size(), 1u);
    ASSERT_EQ(report.warnings.size(), 1u);
    EXPECT_THAT(report.warnings[0], HasSubstr("fake.png"));
    EXPECT_THAT(bytes_of(scratch / "cube.usda"), HasSubstr("inputs:diffuseColor = ("));
}

TEST(Import, HolesInAPictureAreHolesInTheSurface)
{
    Scratch scratch;
    auto const source = scratch.write("cube.obj", cube_obj);
    write_picture(scratch / "leaf.png", true);
    scratch.write("cube.mtl", "newmtl oak\nmap_Kd leaf.png\n");
    imported(source, scratch / "cube.usda");
    auto const layer = opened(scratch / "cube.usda");
    EXPECT_EQ(value_at<float>(*layer, "/cube/mtl/oak/surface.inputs:opacityThreshold"), 0.5f);
    auto const opacity = layer->find(usd::Path("/cube/mtl/oak/surface.inputs:opacity"));
    ASSERT_TRUE(opacity);
    EXPECT_EQ(opacity.find(usd::field::connection_paths).get_or(usd::PathListOp()).explicit_items,
              std::vector{usd::Path("/cube/mtl/oak/color.outputs:a")});
}

TEST(ImportHostile, FilesThatAreNoModelsAreRefusedInASentence)
{
    Scratch scratch;
    EXPECT_EQ(refused(scratch / "none.obj").code, Errc::not_found);
    EXPECT_EQ(refused(scratch.write("a.blend", "BLENDER")).code, Errc::unsupported);
    EXPECT_EQ(refused(scratch.write("empty.fbx", "")).code, Errc::invalid_input);
    EXPECT_EQ(refused(scratch.path()).code, Errc::invalid_input);
    for (auto const* name : {"x.obj", "x.fbx", "x.gltf", "x.glb"}) {
        auto const error = refused(scratch.write(name, "\x7f"
                                                       "ELF this is no model at all {]\n"));
        EXPECT_EQ(error.code, Errc::invalid_input) << name;
        EXPECT_THAT(error.what, HasSubstr(name));
    }
    EXPECT_THAT(refused(scratch.write("points.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\n")).what,
                HasSubstr("surface"));
    EXPECT_EQ(refused(data("bricks.fbx"), {.limits = {.file_bytes = 1000}}).code, Errc::limit);
    EXPECT_EQ(refused(data("bricks.fbx"), {.limits = {.vertices = 10}}).code, Errc::limit);
    EXPECT_EQ(refused(data("bricks.fbx"), {.limits = {.nodes = 2}}).code, Errc::limit);
    EXPECT_EQ(refused(scratch.write("range.obj", "v 0 0 0\nf 1 999999999 -5\n")).code, Errc::invalid_input);
}

TEST(ImportHostile, TruncatedAndDamagedFilesNeverCrash)
{
    Scratch scratch;
    int refusals = 0;
    for (auto const* name : {"bricks.fbx", "two_tiles.gltf"}) {
        auto const whole = bytes_of(data(name));
        for (std::size_t step = 0; step < 24; ++step) {
            auto cut = whole.substr(0, whole.size() * step / 24);
            auto bent = whole;
            for (std::size_t k = 0; k < 16; ++k) {
                auto const at = (step * 7919 + k * 104729 + 27) % bent.size();
                bent[at] = static_cast<char>(bent[at] ^ static_cast<char>(1 + 37 * k));
            }
            for (auto const& bytes : {cut, bent}) {
                auto const source = scratch.write(name, bytes);
                auto const report = import_model(source, scratch / "out.usdc", {}, silent_progress());
                if (report) continue;
                ++refusals;
                EXPECT_THAT(report.error().what, testing::StartsWith(source.string()));
                EXPECT_NE(report.error().code, Errc::internal) << report.error().what;
            }
        }
    }
    EXPECT_GT(refusals, 40);
}

TEST(ImportHostile, AReaderThatBreaksTakesNobodyWithIt)
{
    // One limit at a time: a slow machine takes more than a second to fill the memory.
    ImportLimits const limits{.memory_bytes = std::size_t{1} << 30, .cpu_seconds = 60};
    ImportLimits const short_time{.memory_bytes = std::size_t{1} << 30, .cpu_seconds = 1};
    auto const crash = read_isolated("crash.fbx", limits, []() -> Result<ModelScene> {
        std::raise(SIGSEGV);
        return ModelScene{};
    });
    ASSERT_FALSE(crash);
    EXPECT_EQ(crash.error().code, Errc::invalid_input);
    EXPECT_THAT(crash.error().what, HasSubstr("crash.fbx: is damaged"));

    auto const loop = read_isolated("loop.fbx", short_time, []() -> Result<ModelScene> {
        for (volatile unsigned i = 0;;) i = i + 1;
    });
    ASSERT_FALSE(loop);
    EXPECT_EQ(loop.error().code, Errc::limit);
    EXPECT_THAT(loop.error().what, HasSubstr("processor time"));

#ifndef SOULVAN_SANITIZED
    auto const hunger = read_isolated("hunger.fbx", limits, []() -> Result<ModelScene> {
        std::vector<std::string> held;
        for (;;) held.emplace_back(std::size_t{64} << 20, 'x');
    });
    ASSERT_FALSE(hunger);
    EXPECT_EQ(hunger.error().code, Errc::limit);
    EXPECT_THAT(hunger.error().what, HasSubstr("memory"));
#endif

    auto const lie = read_isolated("lie.fbx", limits, []() -> Result<ModelScene> {
        ModelScene scene;
        scene.nodes.resize(2);
        scene.nodes[0].children = {1};
        scene.nodes[1].children = {0};
        return scene;
    });
    ASSERT_FALSE(lie);
    EXPECT_EQ(lie.error().code, Errc::invalid_input);
}

TEST(ImportHostile, AFullOrReadOnlyTargetLeavesNoLayer)
{
    Scratch scratch;
    auto const source = scratch.write("cube.obj", cube_obj);
    // A file stands where the folder should be: not even root can write there.
    scratch.write("blocked", "");
    auto const report = import_model(source, scratch / "blocked/cube.usdc", {}, silent_progress());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Errc::io);
    EXPECT_THAT(report.error().what, HasSubstr("blocked"));
    auto const strange = import_model(source, scratch / "cube.txt", {}, silent_progress());
    ASSERT_FALSE(strange);
    EXPECT_EQ(strange.error().code, Errc::unsupported);
}

} // namespace
} // namespace soulvan::interchange
