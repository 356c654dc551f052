// A stage and all it needs, in one folder that can be carried away.
#include "soulvan/interchange/gather.h"

#include "scratch.h"

#include <gmock/gmock.h>

#include <zip.h>

namespace soulvan::interchange {
namespace {

using testing::HasSubstr;
using testing::Not;

std::filesystem::path write_library(Scratch const& scratch)
{
    std::filesystem::create_directories(scratch / "library");
    std::string const catalogue =
        "name=Tests\nlicense=Public domain\nid#1=Test#box\nname#1=Box\nmodel#1=/m/box.obj\n"
        "width#1=100\ndepth#1=100\nheight#1=100\n";
    std::string const obj =
        "mtllib box.mtl\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nusemtl paper\n"
        "f 1/1 2/2 3/3 4/1\n";
    write_picture(scratch / "p.png");
    auto const picture = bytes_of(scratch / "p.png");
    std::vector<std::pair<std::string, std::string>> const entries = {
        {"PluginFurnitureCatalog.properties", catalogue},
        {"m/box.obj", obj},
        {"m/box.mtl", "newmtl paper\nmap_Kd p.png\n"},
        {"m/p.png", picture}};
    int error = 0;
    auto* zip = zip_open((scratch / "library/Test.sh3f").c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    for (auto const& [name, bytes] : entries)
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
    EXPECT_EQ(zip_close(zip), 0);
    return scratch / "library";
}

std::string stage_text(std::string const& entry, std::string const& body)
{
    return "#usda 1.0\n(\n    customLayerData = {\n        dictionary \"soulvan:library\" = {\n" + entry +
           "        }\n    }\n    defaultPrim = \"World\"\n    metersPerUnit = 1\n    upAxis = \"Y\"\n)\n\n# "
           "a comment\n"
           "def Xform \"World\"\n{\n" +
           body + "}\n";
}

std::string const box_entry =
    "            dictionary crate = {\n                string archive = \"Test.sh3f\"\n"
    "                string id = \"Test#box\"\n            }\n";
std::string const box_reference =
    "    def \"crate\" (\n        references = @./assets/sweethome3d/crate.usdc@\n    )\n    {\n    }\n";

TEST(Gather, LibraryModelsLieWhereTheStageSays)
{
    Scratch scratch;
    GatherOptions const options{.library_folder = write_library(scratch)};
    auto const stage = scratch.write("in/hall.usda", stage_text(box_entry, box_reference));
    auto const gathered =
        gather_library(stage, scratch / "out", scratch / "cache", silent_progress(), options);
    ASSERT_TRUE(gathered) << gathered.error().what;
    EXPECT_EQ(gathered->stage, scratch / "out/scene.usda");
    EXPECT_EQ(bytes_of(gathered->stage), bytes_of(stage))
        << "a text stage that needs no change keeps its bytes";
    ASSERT_EQ(gathered->assets.size(), 1u);
    auto const& asset = gathered->assets[0];
    EXPECT_EQ(asset.path, "assets/sweethome3d/crate.usdc");
    EXPECT_EQ(asset.license, "CC0-1.0");
    EXPECT_EQ(asset.source, "Test.sh3f#Test#box");
    EXPECT_EQ(asset.sha256.size(), 64u);
    EXPECT_EQ(asset.source_sha256.size(), 64u);
    ASSERT_EQ(asset.textures.size(), 1u);
    // The model in its new place finds its texture.
    auto const layer = opened(scratch / "out" / asset.path);
    auto const authored = value_at<usd::AssetPath>(*layer, "/box/mtl/paper/color.inputs:file").authored;
    EXPECT_TRUE(std::filesystem::exists(scratch / "out/assets/sweethome3d" / authored)) << authored;
    EXPECT_EQ(scratch / "out" / asset.textures[0],
              (scratch / "out/assets/sweethome3d" / authored).lexically_normal());

    // Gathering in place, and again, changes nothing.
    auto const before = bytes_of(gathered->stage);
    auto const again =
        gather_library(gathered->stage, scratch / "out", scratch / "cache", silent_progress(), options);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(bytes_of(gathered->stage), before);
    EXPECT_EQ(again->assets[0].sha256, asset.sha256);
}

TEST(Gather, EverythingElseFollowsUnderRelativePaths)
{
    Scratch scratch;
    scratch.write("in/shell/wall.usda",
                  "#usda 1.0\n(\n    subLayers = [@../look.usda@]\n)\ndef Xform \"Wall\"\n{\n"
                  "    asset picture = @../textures/brick.png@\n    asset inner = @./own.png@\n}\n");
    scratch.write("in/look.usda", "#usda 1.0\n(\n    subLayers = [@shell/wall.usda@]\n)\n"); // a cycle
    write_picture(scratch / "in/textures/brick.png");
    write_picture(scratch / "in/shell/own.png");
    write_picture(scratch / "in/tiles/t.1001.png");
    write_picture(scratch / "in/tiles/t.1002.png");
    write_picture(scratch / "elsewhere/sky.png");
    auto const sky = (scratch / "elsewhere/sky.png").string();
    auto const body =
        "    def \"wall\" (\n        references = @shell/wall.usda@</Wall>\n    )\n    {\n    }\n"
        "    asset sky = @" +
        sky +
        "@\n    asset tiles = @./tiles/t.<UDIM>.png@\n"
        "    asset[] many = [@textures/brick.png@, @./nowhere.png@, @@]\n"
        "    asset moving.timeSamples = {\n        1: @textures/brick.png@,\n    }\n";
    auto const stage = scratch.write("in/hall.usda", stage_text("", body));
    auto const gathered = gather_library(stage, scratch / "out", scratch / "cache", silent_progress());
    ASSERT_TRUE(gathered) << gathered.error().what;
    ASSERT_EQ(gathered->warnings.size(), 1u);
    EXPECT_THAT(gathered->warnings[0], HasSubstr("/World.many default: ./nowhere.png does not exist"));

    std::filesystem::rename(scratch / "in", scratch / "gone");
    std::filesystem::rename(scratch / "elsewhere", scratch / "gone2");
    std::filesystem::rename(scratch / "out", scratch / "carried away");
    std::vector<std::filesystem::path> layers;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(scratch / "carried away"))
        if (entry.path().extension() == ".usda") layers.push_back(entry.path());
    ASSERT_EQ(layers.size(), 3u);
    int found = 0;
    for (auto const& path : layers) {
        auto const text = bytes_of(path);
        EXPECT_THAT(text, Not(HasSubstr(scratch.path().string())));
        for (auto at = text.find('@'); at != text.npos; at = text.find('@', at)) {
            auto const end = text.find('@', at + 1);
            auto asset = text.substr(at + 1, end - at - 1);
            at = end + 1;
            if (asset.empty() || asset.find("nowhere") != asset.npos) continue;
            EXPECT_FALSE(std::filesystem::path(asset).is_absolute()) << asset;
            if (auto const tile = asset.find("<UDIM>"); tile != asset.npos) asset.replace(tile, 6, "1002");
            EXPECT_TRUE(std::filesystem::exists(path.parent_path() / asset)) << path << " " << asset;
            ++found;
        }
    }
    EXPECT_EQ(found, 9);
}

TEST(Gather, WhatIsWrongIsNamed)
{
    Scratch scratch;
    GatherOptions const options{.library_folder = write_library(scratch)};
    auto const error = [&](std::string const& text) {
        auto const gathered = gather_library(scratch.write("s.usda", text), scratch / "out",
                                             scratch / "cache", silent_progress(), options);
        EXPECT_FALSE(gathered);
        return gathered ? Error{} : gathered.error();
    };
    auto entry = box_entry;
    EXPECT_THAT(error(stage_text(entry.replace(entry.find("Test#box"), 8, "Test#bax"), "")).what,
                HasSubstr("library model crate: Test.sh3f: has no model \"Test#bax\"; \"Test#box\" is near"));
    entry = box_entry;
    EXPECT_EQ(error(stage_text(entry.replace(entry.find("Test.sh3f"), 9, "Scopia.sh3f"), "")).code,
              Errc::not_found);
    entry = box_entry;
    EXPECT_EQ(error(stage_text(entry.replace(entry.find("Test.sh3f"), 9, "../x.sh3f"), "")).code,
              Errc::invalid_input);
    EXPECT_EQ(error(stage_text("            dictionary crate = {\n            }\n", "")).code,
              Errc::invalid_input);
    auto const missing =
        gather_library(scratch / "none.usda", scratch / "out", scratch / "cache", silent_progress());
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_FALSE(std::filesystem::exists(scratch / "out/scene.usda"));
}

} // namespace
} // namespace soulvan::interchange
