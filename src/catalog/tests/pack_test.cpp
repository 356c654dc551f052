// Do packs come in whole, and are tens of thousands of assets found by words as well as few?
#include "packs.h"
#include "record.h"

#include "soulvan/base/file.h"
#include "soulvan/catalog/catalog.h"

#include <chrono>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace soulvan::catalog {
namespace {

namespace fs = std::filesystem;

Asset thing(std::string const& key, std::string const& name, std::string const& category)
{
    Asset asset;
    asset.ref.key = key;
    asset.name = name;
    asset.category = category;
    asset.pack = key.substr(0, key.find('/'));
    asset.origin = Origin::imported;
    asset.bounds = {Vec3d(-1, 0, -1), Vec3d(1, 1, 1)};
    asset.license = "CC0-1.0";
    asset.placeable = true;
    return asset;
}

std::vector<Asset> things(std::size_t count, std::string const& word)
{
    std::vector<Asset> assets;
    for (std::size_t i = 0; i < count; ++i)
        assets.push_back(thing(fmt::format("mine/thing_{:05}", i), word, "chair"));
    return assets;
}

class PackTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto const* name = testing::UnitTest::GetInstance()->current_test_info()->name();
        folder = fs::temp_directory_path() / fmt::format("pack_{}_{}", ::getpid(), name);
        options.data_folder = folder / "data";
        options.cache_folder = folder / "cache";
        options.library_folder = folder / "library";
        fs::create_directories(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    std::string first(Catalog const& catalog, std::string_view words)
    {
        auto const hits = catalog.search(words, {.limit = 20}).value();
        return hits.empty() ? "" : hits.front().asset->ref.key;
    }

    fs::path folder;
    CatalogOptions options;
};

TEST_F(PackTest, KilledWhileItIsReplacedIsTheOldOneOrTheNew)
{
    auto const pack = folder / "pack";
    auto const old = things(400, "red"), fresh = things(900, "blue");
    ASSERT_TRUE(write_pack(old, pack));
    for (int round = 0; round < 12; ++round) {
        auto const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0)
            for (;;) (void)(write_pack(fresh, pack) && write_pack(old, pack));
        std::this_thread::sleep_for(std::chrono::milliseconds(7 * round + 1));
        ::kill(child, SIGKILL);
        ASSERT_EQ(::waitpid(child, nullptr, 0), child);
        auto const read = read_records(pack);
        ASSERT_TRUE(read) << read.error().what;
        EXPECT_EQ(read->size(), read->front().name == "red" ? old.size() : fresh.size());
        EXPECT_EQ(read->back().name, read->front().name);
    }
    ASSERT_TRUE(write_pack(old, pack)); // takes away what the killed ones left
    EXPECT_EQ(std::distance(fs::directory_iterator(pack), fs::directory_iterator()), 1);
}

TEST_F(PackTest, OfAFileARecordIsReadAndReplaced)
{
    auto const pack = options.data_folder / "packs" / "mine";
    auto const assets = things(5, "red");
    ASSERT_TRUE(write_records(assets, pack));
    auto const read = read_records(pack).value();
    ASSERT_EQ(read.size(), assets.size());
    ASSERT_TRUE(write_pack(read, pack));
    EXPECT_FALSE(fs::exists(pack / "assets"));
    auto const again = read_records(pack).value();
    ASSERT_EQ(again.size(), assets.size());
    for (std::size_t i = 0; i < assets.size(); ++i)
        EXPECT_EQ(asset_to_json(again[i]), asset_to_json(assets[i]));
}

TEST_F(PackTest, OfRecordsMayNotLieElsewhereNorBeWhatShips)
{
    for (auto const* name : {"../../elsewhere", "soulvan", "", "Mine"}) {
        auto assets = things(1, "red");
        assets.front().pack = name;
        ASSERT_TRUE(write_pack(assets, folder / "source"));
        auto const report = import_pack(folder / "source", options, {.pack = "mine"}, silent_progress());
        ASSERT_FALSE(report) << name;
        EXPECT_EQ(report.error().code, Errc::invalid_input);
    }
    EXPECT_FALSE(fs::exists(folder / "elsewhere"));
    EXPECT_FALSE(fs::exists(options.data_folder / "packs"));
}

TEST_F(PackTest, OfThousandsOfTheSameYieldsTheRareOnes)
{
    auto assets = things(3000, "red chair");
    assets.push_back(thing("mine/zz_rare", "red quillon chair", "chair"));
    assets.push_back(thing("mine/zz_shelf", "quillon shelf", "shelf"));
    assets.push_back(thing("mine/zz_barrow", "wheelbarrow", "wheelbarrow"));
    assets.front().placeable = false;
    ASSERT_TRUE(write_pack(assets, options.data_folder / "packs" / "mine"));
    auto const catalog = Catalog::open(options).value();
    EXPECT_EQ(first(catalog, "red quillon chair"), "mine/zz_rare");
    // None fits all words: those with the rare one come first, in whatever order.
    EXPECT_THAT(first(catalog, "red zyzzyva quillon chairs"),
                testing::AnyOf("mine/zz_rare", "mine/zz_shelf"));
    EXPECT_EQ(first(catalog, "red quillon shelves"), "mine/zz_shelf");
    EXPECT_EQ(first(catalog, "barrow"), "mine/zz_barrow");
    // What cannot be placed is no answer while there are others, and two opened alike answer alike.
    auto const hits = catalog.search("red chairs zyzzyva", {.limit = 50}).value();
    EXPECT_EQ(hits.size(), 50u);
    auto const again = Catalog::open(options).value();
    auto const same = again.search("red chairs zyzzyva", {.limit = 50}).value();
    ASSERT_EQ(same.size(), hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
        EXPECT_TRUE(hits[i].asset->placeable);
        EXPECT_EQ(same[i].asset->ref, hits[i].asset->ref);
        EXPECT_EQ(same[i].score, hits[i].score);
    }
    EXPECT_EQ(catalog.of_category("chair").front()->ref.key, "mine/thing_00001");
    EXPECT_EQ(catalog.find({"mine/zz_rare", {}, 0}).value().name, "red quillon chair");
    EXPECT_TRUE(std::ranges::is_sorted(catalog.assets(), {}, [](auto& asset) { return asset.ref; }));
}

} // namespace
} // namespace soulvan::catalog
