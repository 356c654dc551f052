// Does a damaged or hostile crate file end in a sentence, within time and memory?
#include "crate.h"
#include "soulvan/base/file.h"
#include "soulvan/base/json.h"
#include "soulvan/usd/layer.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const shared = fs::path(SOULVAN_SHARED_DIR) / "data/usd";
fs::path const committed = fs::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";

std::span<std::byte const> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

long peak_memory_kib()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

std::vector<std::string> seeds()
{
    std::vector<std::string> files;
    for (auto const& item : fs::directory_iterator(committed))
        if (item.path().extension() == ".usdc") files.push_back(read_file(item.path()).value());
    // Directory order differs between machines; mutations must not.
    std::sort(files.begin(), files.end());
    return files;
}

ReadLimits const small{.bytes = std::size_t{64} << 20, .array_elements = 1'000'000};

/// Opening reads the tables, checking reads every value.
Result<Layer> read_whole(std::string const& bytes, std::string const& name, ReadLimits const& limits = {})
{
    auto layer = TRY(Layer::read(bytes_of(bytes), name, limits));
    TRY(layer.check());
    return layer;
}

TEST(HostileCrate, MutationsEndInALayerOrASentence)
{
    auto const files = seeds();
    ASSERT_GE(files.size(), 8u);
    std::mt19937 random(2025);
    auto const before = peak_memory_kib();
    int read = 0, refused = 0;
    for (int i = 0; i < 10'000; ++i) {
        auto bytes = files[random() % files.size()];
        // The structure stands at the end, so half of the changes go there.
        auto const any = [&] {
            auto const tail = std::min<std::size_t>(bytes.size(), 1500);
            return random() % 2 ? random() % bytes.size() : bytes.size() - 1 - random() % tail;
        };
        switch (random() % 4) {
        case 0:
            bytes[any()] = static_cast<char>(random());
            break;
        case 1: // a number of eight bytes, of the kinds that overflow
        {
            std::uint64_t const numbers[] = {0,          1,        0x7FFFFFFFFFFFFFFF, ~std::uint64_t{0},
                                             1ull << 32, random(), bytes.size(),       1ull << 47};
            auto const at = std::min(any(), bytes.size() - 8);
            std::memcpy(bytes.data() + at, &numbers[random() % std::size(numbers)], 8);
            break;
        }
        case 2:
            bytes.resize(random() % bytes.size());
            break;
        default:
            for (int n = 0; n < 20; ++n) bytes[any()] = static_cast<char>(random());
        }
        auto const layer = read_whole(bytes, "mutant.usdc", small);
        if (layer) {
            ++read;
            // What was read can be written, and reads back as it was.
            auto const written = write_crate(*layer);
            if (!written) continue;
            auto const again = Layer::read(bytes_of(*written), "again.usdc");
            ASSERT_TRUE(again) << again.error().what;
            ASSERT_TRUE(*again == *layer) << i;
        } else {
            ++refused;
            EXPECT_THAT(layer.error().what, testing::StartsWith("mutant.usdc")) << i;
            EXPECT_NE(layer.error().code, Errc::internal);
        }
    }
    EXPECT_GT(refused, 2000);
    EXPECT_GT(read, 500);
    EXPECT_LT(peak_memory_kib() - before, 256 * 1024) << "a mutant took more memory than the limit allows";
}

TEST(HostileCrate, EveryTruncationIsRefused)
{
    for (auto const& file : seeds())
        for (std::size_t size = 0; size < file.size(); size += 37)
            ASSERT_FALSE(Layer::read(bytes_of(file.substr(0, size)), "cut.usdc")) << size;
}

TEST(HostileCrate, KnownDamagedFilesSayWhere)
{
    if (!fs::exists(shared)) GTEST_SKIP() << "needs ../shared/data/usd";
    auto const opened = Layer::open(shared / "openusd/stage/testUsdReadOutOfBounds/corrupt.usd");
    auto const corrupt = opened ? (*opened)->check() : Result<>(std::unexpected(opened.error()));
    std::printf("corrupt.usd is refused %s\n", opened ? "when its values are read" : "at once");
    ASSERT_FALSE(corrupt);
    EXPECT_EQ(corrupt.error().code, Errc::invalid_input);
    EXPECT_THAT(corrupt.error().what, testing::ContainsRegex("corrupt.usd: offset [0-9]+: "));
}

TEST(HostileCrate, NewerVersionsAreNamed)
{
    auto file = seeds().front();
    file[9] = 99;
    auto const layer = Layer::read(bytes_of(file), "new.usdc");
    ASSERT_FALSE(layer);
    EXPECT_EQ(layer.error().code, Errc::unsupported);
    EXPECT_THAT(layer.error().what, testing::HasSubstr("version 0.99"));
}

/// A layer whose dictionaries are `depth` deep.
Layer nested(int depth)
{
    Dictionary inner;
    for (int i = 0; i < depth; ++i) inner = Dictionary{{"d", Value(std::move(inner))}};
    Layer layer;
    layer.edit_root().set(field::custom_layer_data, Value(std::move(inner)));
    return layer;
}

/// Two names that become one when a byte changes, in a layer so large that several threads read it.
TEST(HostileCrate, APathThatIsThereTwiceIsNamedAlikeEachTime)
{
    Layer made;
    for (int i = 0; i < 100'000; ++i)
        made.define_prim(Path::parse(fmt::format("/Group_{}/Prim_{}", i / 1000, i % 1000)).value(),
                         Specifier::def);
    for (char const* const name : {"/Zq", "/Zr", "/Xq", "/Xr"})
        made.define_prim(Path::parse(name).value(), Specifier::def);
    auto bytes = write_crate(made).value();
    for (std::string_view const name : {"Zr", "Xr"}) {
        auto const at = bytes.find(std::string(name) + '\0');
        ASSERT_NE(at, bytes.npos);
        bytes[at + 1] = 'q';
    }
    std::set<std::string> said;
    for (int i = 0; i < 50; ++i) said.insert(Layer::read(bytes_of(bytes), "twice.usdc").error().what);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_THAT(*said.begin(), testing::HasSubstr("'Xq' is there twice"));
}

TEST(HostileCrate, DepthIsBounded)
{
    auto const written = write_crate(nested(100));
    ASSERT_TRUE(written);
    EXPECT_TRUE(read_whole(*written, "deep.usdc"));
    auto const shallow = read_whole(*written, "deep.usdc", {.nesting = 50});
    ASSERT_FALSE(shallow);
    EXPECT_THAT(shallow.error().what, testing::HasSubstr("nested more than 50 deep"));
    EXPECT_FALSE(write_crate(nested(300)));
}

TEST(HostileCrate, ASmallFileMayNotClaimAllMemory)
{
    // Four million equal numbers, 16 MiB, in less than 20 KB.
    Layer layer;
    auto& spec = layer.define_attribute(Path("/A.x"), Token("int[]"));
    spec.set(field::default_value, Value(Array<std::int32_t>(std::vector<std::int32_t>(4'000'000, 7))));
    auto const written = write_crate(layer).value();
    EXPECT_LT(written.size(), 20'000u);
    EXPECT_TRUE(read_whole(written, "bomb.usdc"));
    auto const by_count = read_whole(written, "bomb.usdc", {.array_elements = 3'999'999});
    ASSERT_FALSE(by_count);
    EXPECT_EQ(by_count.error().code, Errc::limit);
    auto const by_bytes = read_whole(written, "bomb.usdc", {.bytes = 4 << 20});
    ASSERT_FALSE(by_bytes);
    EXPECT_EQ(by_bytes.error().code, Errc::limit);
}

TEST(HostileCrate, WhatCannotBeStoredIsRefusedByName)
{
    Layer layer;
    layer.define_prim(Path("/A"), Specifier::def).set(field::documentation, Value(std::string("a\0b", 3)));
    auto const nul = write_crate(layer);
    ASSERT_FALSE(nul);
    EXPECT_THAT(nul.error().what,
                testing::AllOf(testing::HasSubstr("documentation of /A"), testing::HasSubstr("NUL")));
}

} // namespace
} // namespace soulvan::usd
