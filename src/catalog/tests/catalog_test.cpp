// Does the catalogue find, count and materialise what it says it has?
#include "../built_in.h"
#include "../dressed.h"
#include "../index.h"
#include "../record.h"

#include "soulvan/base/file.h"
#include "soulvan/catalog/catalog.h"
#include "soulvan/catalog/generator.h"
#include "soulvan/geometry/triangles.h"
#include "soulvan/usd/stage.h"

#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace soulvan::catalog {
namespace {

namespace fs = std::filesystem;

class CatalogTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto const* name = testing::UnitTest::GetInstance()->current_test_info()->name();
        folder = fs::temp_directory_path() / fmt::format("catalog_{}_{}", ::getpid(), name);
        options.data_folder = folder / "data";
        options.cache_folder = folder / "cache";
        options.share_folder = SOULVAN_SOURCE_DIR "/samples";
        options.library_folder = folder / "library"; // empty: the tests need no package
        fs::create_directories(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    void write_model(std::string const& name, std::string const& header, double size)
    {
        fs::create_directories((folder / "models" / name).parent_path());
        ASSERT_TRUE(write_file(
            folder / "models" / name,
            fmt::format("#usda 1.0\n(\n    defaultPrim = \"Thing\"\n{}\n)\ndef Xform \"Thing\"\n{{\n"
                        "    def Cube \"Box\"\n    {{\n        double size = {}\n    }}\n}}\n",
                        header, size)));
    }

    fs::path folder;
    CatalogOptions options;
};

TEST(AssetRef, PrintsAndParses)
{
    AssetRef const ref{"soulvan/pallet_rack", {{"bays", "3"}, {"load", "full"}}, 7};
    EXPECT_EQ(to_string(ref), "soulvan/pallet_rack?bays=3&load=full&seed=7");
    EXPECT_EQ(parse_asset_ref(to_string(ref)).value(), ref);
    EXPECT_EQ(parse_asset_ref("scopia/chair").value(), (AssetRef{"scopia/chair", {}, 0}));
    for (auto const* wrong :
         {"", "chair", "a/b/c", "a/b?x", "a/b?x=1&x=2", "a/b?seed=-1", "../b", "A/b", "a/b?x=a b"})
        EXPECT_FALSE(parse_asset_ref(wrong)) << wrong;
}

TEST(Categories, AreATree)
{
    auto const& tree = Categories::standard();
    EXPECT_GT(tree.all().size(), 150u);
    EXPECT_TRUE(tree.is_a("office_chair", "chair"));
    EXPECT_TRUE(tree.is_a("unheard_of", "unheard_of"));
    EXPECT_FALSE(tree.is_a("chair", "office_chair"));
    EXPECT_FALSE(tree.is_a("desk", "table"));
    EXPECT_EQ(tree.find("whiteboard")->mount, Mount::wall);
}

TEST(BuiltIn, EveryRowHolds)
{
    for (auto const& model : built_in_models()) {
        auto const& asset = model.asset;
        EXPECT_TRUE(parse_asset_ref(asset.ref.key)) << asset.ref.key;
        EXPECT_TRUE(Categories::standard().find(asset.category)) << asset.ref.key << " " << asset.category;
        EXPECT_FALSE(asset.bounds.isEmpty()) << asset.ref.key;
        EXPECT_NEAR(asset.bounds.min.y, 0, 0.02) << asset.ref.key;
        EXPECT_EQ(asset.placeable, asset.why_not.empty()) << asset.ref.key;
        for (auto const& s : asset.supports) {
            EXPECT_LT(s.min_x, s.max_x) << asset.ref.key;
            EXPECT_GE(s.min_x, asset.bounds.min.x - 1e-3) << asset.ref.key;
            EXPECT_LE(s.max_z, asset.bounds.max.z + 1e-3) << asset.ref.key;
            EXPECT_LE(s.y, asset.bounds.max.y + 1e-3) << asset.ref.key;
        }
    }
}

TEST(NameWords, DropSerialsAndPrefixes)
{
    using testing::ElementsAre;
    EXPECT_THAT(name_words("SM_CardBoxA_01"), ElementsAre("card", "box"));
    EXPECT_THAT(name_words("S_TrafficCone"), ElementsAre("traffic", "cone"));
    EXPECT_THAT(name_words("office-chair 2"), ElementsAre("office", "chair"));
}

TEST(Record, SurvivesJson)
{
    for (auto const& model : built_in_models()) {
        auto const json = asset_to_json(model.asset);
        EXPECT_EQ(asset_to_json(asset_from_json(json, "test").value()), json);
    }
    EXPECT_FALSE(asset_from_json(Json::parse(R"({"id": "a/b", "origin": "x", "mount": "floor"})"), "test"));
    EXPECT_FALSE(asset_from_json(Json::parse(R"({"id": 3})"), "test"));
}

TEST_F(CatalogTest, ImportsMeasuresAndOffersAPack)
{
    write_model("SM_OfficeChair_01.usda", "    metersPerUnit = 0.01\n    upAxis = \"Z\"", 90);
    write_model("props/PaletteA_02.usda", "    metersPerUnit = 1\n    upAxis = \"Y\"", 1);
    ASSERT_TRUE(
        write_file(folder / "models/props/PaletteA_02.json", R"({"category": "pallet", "tags": ["epal"]})"));
    ASSERT_TRUE(write_file(folder / "models/broken_desk.usda", "#usda 1.0\n def def"));
    auto const report =
        import_pack(folder / "models", options, {.pack = "mine", .license = "CC0-1.0"}, silent_progress())
            .value();
    EXPECT_EQ(report.assets, 3);
    EXPECT_EQ(report.placeable, 2);
    EXPECT_THAT(report.problems, testing::ElementsAre(testing::HasSubstr("broken_desk.usda")));

    auto const catalog = Catalog::open(options).value();
    auto const chairs = catalog.of_category("chair");
    ASSERT_FALSE(chairs.empty());
    EXPECT_EQ(chairs.front()->ref.key, "mine/sm_officechair_01"); // a user's pack outranks the rest
    EXPECT_NEAR(chairs.front()->bounds.size().y, 0.9, 1e-6);
    EXPECT_NEAR(chairs.front()->bounds.min.y, 0, 1e-9);
    EXPECT_TRUE(std::ranges::none_of(catalog.of_category("desk"), [](auto* a) { return a->pack == "mine"; }));
    EXPECT_EQ(catalog.search("epal").value().front().asset->category, "pallet");
    EXPECT_EQ(catalog.inventory()["packs"]["mine"], 3);
    EXPECT_EQ(catalog.inventory()["origins"]["imported"], 3);

    auto const placed = catalog.materialise(*chairs.front(), folder / "out", silent_progress()).value();
    EXPECT_EQ(placed.layer, Catalog::layer_path(chairs.front()->ref));
    auto const stage = usd::Stage::open(folder / "out" / placed.layer).value();
    EXPECT_TRUE(stage->default_prim());

    // The written catalogue reads back as a pack.
    ASSERT_TRUE(catalog.write_index(folder / "written"));
    auto const index = read_json(folder / "written" / "master_index.json").value();
    EXPECT_EQ(index["total_assets"], catalog.assets().size());
}

TEST_F(CatalogTest, SearchFindsPluralsPartsAndAnyOfTheWords)
{
    for (auto const* name : {"red_bench", "garden_bench", "traffic_cone", "wheelbarrow", "bookcase"})
        write_model(std::string(name) + ".usda", "    metersPerUnit = 1", 1);
    ASSERT_TRUE(import_pack(folder / "models", options, {.license = "CC0-1.0"}, silent_progress()));
    auto const catalog = Catalog::open(options).value();
    auto const first = [&](std::string_view words) {
        auto const hits = catalog.search(words).value();
        return hits.empty() ? std::string() : hits.front().asset->name;
    };
    EXPECT_EQ(first("garden benches"), "garden bench");
    EXPECT_EQ(first("traffic cones"), "traffic cone");
    EXPECT_EQ(first("barrow"), "wheelbarrow");
    EXPECT_EQ(first("shiny bookcase"), "bookcase");
    EXPECT_EQ(first("\" OR name:* NEAR("), first("or name near"));
    EXPECT_TRUE(catalog.search("").value().empty());
    EXPECT_EQ(catalog.snapshot_id(), Catalog::open(options).value().snapshot_id());
}

TEST_F(CatalogTest, SearchKnowsWhatPeopleCallThings)
{
    for (auto const* name : {"box_truck", "sofa", "crate", "forklift", "armchair", "woman_character"})
        write_model(std::string(name) + ".usda", "    metersPerUnit = 1", 1);
    ASSERT_TRUE(import_pack(folder / "models", options, {.license = "CC0-1.0"}, silent_progress()));
    auto const catalog = Catalog::open(options).value();
    auto const first = [&](std::string_view words) {
        auto const hits = catalog.search(words).value();
        return hits.empty() ? std::string() : hits.front().asset->category;
    };
    EXPECT_EQ(first("lorries"), "box_truck"); // no asset is a lorry: the trucks are next
    EXPECT_EQ(first("couch"), "sofa");
    EXPECT_EQ(first("wooden boxes"), "crate");
    EXPECT_TRUE(Categories::standard().is_a(first("lift trucks"), "forklift"));
    EXPECT_TRUE(Categories::standard().is_a(first("Gabelstapler"), "forklift"));
    EXPECT_EQ(first("easy chair"), "armchair");
}

TEST_F(CatalogTest, DressesPeopleForWorkOnlyWhereTheLibraryIs)
{
    auto const without = Catalog::open(options).value();
    EXPECT_TRUE(std::ranges::none_of(without.of_category("character"),
                                     [](auto* asset) { return find_dressed(asset->ref.key); }));

    options.library_folder = CatalogOptions().library_folder;
    if (!fs::exists(options.library_folder / "Reallusion.sh3f"))
        GTEST_SKIP() << "needs the Debian package sweethome3d-furniture";
    auto const catalog = Catalog::open(options).value();
    for (auto const& one : dressed_people()) {
        auto const asset = catalog.find(AssetRef{one.asset.ref.key, {}, 2}).value();
        EXPECT_EQ(asset.license, "CC-BY-3.0-US");
        EXPECT_THAT(asset.credit, testing::HasSubstr("Reallusion"));
        auto const placed = catalog.materialise(asset, folder / "out", silent_progress()).value();
        auto const stage = usd::Stage::open(folder / "out" / placed.layer).value();
        auto const box = geometry::world_bounds(*stage, usd::Time()).value();
        for (int axis = 0; axis < 3; ++axis) {
            EXPECT_NEAR(box.min[axis], asset.bounds.min[axis], 1e-3) << asset.ref.key << " " << axis;
            EXPECT_NEAR(box.max[axis], asset.bounds.max[axis], 1e-3) << asset.ref.key << " " << axis;
        }
        for (auto const& file : placed.textures) EXPECT_TRUE(fs::exists(folder / "out" / file)) << file;
    }
    auto const first = [&](std::string_view category, std::set<std::string> const& attributes) {
        return find_dressed(catalog.of_category(category, attributes).front()->ref.key) != nullptr;
    };
    EXPECT_TRUE(first("worker", {}));
    EXPECT_TRUE(first("worker", {"woman"}));
    EXPECT_TRUE(first("character", {"helmet"}));
    EXPECT_FALSE(first("character", {}));
    EXPECT_FALSE(first("character", {"man"}));
}

TEST_F(CatalogTest, NamesTheNearestAsset)
{
    write_model("red_bench.usda", "    metersPerUnit = 1", 1);
    ASSERT_TRUE(
        import_pack(folder / "models", options, {.pack = "mine", .license = "CC0-1.0"}, silent_progress()));
    auto const catalog = Catalog::open(options).value();
    auto const missing = catalog.find({"mine/red_bensh", {}, 0});
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_THAT(missing.error().what, testing::HasSubstr("mine/red_bench"));
    EXPECT_FALSE(catalog.find({"mine/red_bench", {{"x", "1"}}, 0}));
    EXPECT_FALSE(import_pack(folder / "nowhere", options, {}, silent_progress()));
    EXPECT_FALSE(import_pack(folder / "models", options, {.pack = "scopia"}, silent_progress()));
}

} // namespace
} // namespace soulvan::catalog
