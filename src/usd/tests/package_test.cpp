// Are packages listed as they are, refused when they are not honest, and written as OpenUSD wants them?
#include "soulvan/usd/package.h"

#include "package_path.h"
#include "soulvan/base/file.h"
#include "soulvan/usd/layer.h"
#include "soulvan/usd/stage.h"
#include "temporary_folder.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const shared = fs::path(SOULVAN_SHARED_DIR) / "data/usd/openusd";

#define SOULVAN_NEEDS_SHARED()                                                                               \
    if (!fs::exists(shared)) GTEST_SKIP() << "needs ../shared/data/usd"

using Package = test::TemporaryFolder;

std::span<std::byte const> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

std::vector<std::string> names_of(std::vector<PackageEntry> const& entries)
{
    std::vector<std::string> names;
    for (auto const& entry : entries) names.push_back(entry.name);
    return names;
}

/// One stored entry; what a test spoils is what it changes here.
struct Zip {
    std::string name = "a.usda", header_name = "a.usda", data = "#usda 1.0\n";
    std::uint16_t flags = 0, method = 0;
    std::uint32_t size = 10, unpacked_size = 10, header = 0;
    std::string extra;
    int copies = 1;

    template <class... T>
    static void append(std::string& out, T... values)
    {
        (out.append(reinterpret_cast<char const*>(&values), sizeof values), ...);
    }
    std::string bytes() const
    {
        using U16 = std::uint16_t;
        using U32 = std::uint32_t;
        std::string out;
        append(out, U32{0x04034b50}, U16{10}, flags, method, U32{0}, U32{0}, size, unpacked_size);
        append(out, static_cast<U16>(header_name.size()), U16{0});
        out += header_name + data;
        auto const start = static_cast<U32>(out.size());
        for (int i = 0; i < copies; ++i) {
            auto const copy = i == 0 ? name : name + std::to_string(i);
            append(out, U32{0x02014b50}, U16{10}, U16{10}, flags, method, U32{0}, U32{0}, size,
                   unpacked_size);
            append(out, static_cast<U16>(copy.size()), static_cast<U16>(extra.size()), U16{0}, U16{0}, U16{0},
                   U32{0});
            append(out, header);
            out += copy + extra;
        }
        auto const length = static_cast<U32>(out.size()) - start;
        append(out, U32{0x06054b50}, U32{0}, static_cast<U16>(copies), static_cast<U16>(copies), length,
               start, U16{0});
        return out;
    }
};

std::string refusal(Zip const& zip)
{
    auto const listed = list_package(bytes_of(zip.bytes()), "p.usdz");
    return listed ? "accepted" : listed.error().what;
}

TEST_F(Package, ListsWhatIsInside)
{
    SOULVAN_NEEDS_SHARED();
    struct Case {
        char const *package, *folder;
        std::vector<std::string> names;
    };
    for (auto const& [package, folder, names] :
         {Case{"stage/testUsdZipFile/test_reader.usdz",
               "stage/testUsdZipFile/src",
               {"a.test", "b.png", "sub/c.png", "sub/d.txt"}},
          Case{"stage/testUsdUsdzFileFormat/anchored_refs.usdz",
               "stage/testUsdUsdzFileFormat/anchored_refs",
               {"root.usd", "ref.usd", "sub/ref.usdc", "sub/ref.usda"}},
          Case{"stage/testUsdUsdzFileFormat/single_usdc.usdz",
               "stage/testUsdUsdzFileFormat/single",
               {"test.usdc"}}}) {
        auto const mapped = MappedFile::open(shared / package).value();
        auto const entries = list_package(mapped.bytes(), package);
        ASSERT_TRUE(entries) << entries.error().what;
        EXPECT_EQ(names_of(*entries), names) << package;
        for (auto const& entry : *entries)
            EXPECT_EQ(mapped.text().substr(entry.offset, entry.size),
                      read_file(shared / folder / entry.name).value())
                << package << " " << entry.name;
    }
}

TEST_F(Package, ListsEveryPackageWeHaveExceptTheCompressedOne)
{
    SOULVAN_NEEDS_SHARED();
    int listed = 0;
    for (auto const& item : fs::recursive_directory_iterator(shared.parent_path())) {
        if (item.path().extension() != ".usdz") continue;
        auto const mapped = MappedFile::open(item.path()).value();
        auto const entries = list_package(mapped.bytes(), item.path().string());
        if (item.path().filename() == "badUsdz.usdz") {
            ASSERT_FALSE(entries);
            EXPECT_THAT(entries.error().what, testing::HasSubstr("is compressed"));
        } else {
            ASSERT_TRUE(entries) << entries.error().what;
            EXPECT_FALSE(entries->empty());
            ++listed;
        }
    }
    EXPECT_EQ(listed, 38);
}

TEST_F(Package, OpensItsFirstEntryAndNestedOnes)
{
    SOULVAN_NEEDS_SHARED();
    auto const folder = shared / "stage/testUsdUsdzFileFormat";
    for (auto const kind : {"usd", "usda", "usdc"}) {
        auto const packed = Layer::open(folder / fmt::format("single_{}.usdz", kind));
        auto const plain = Layer::open(folder / fmt::format("single/test.{}", kind));
        ASSERT_TRUE(packed && plain);
        EXPECT_TRUE(**packed == **plain) << kind;
    }
    auto const nested =
        Layer::open((folder / "nested_anchored_refs.usdz").string() + "[anchored_refs.usdz[sub/ref.usdc]]");
    ASSERT_TRUE(nested) << nested.error().what;
    EXPECT_TRUE(**nested == *Layer::open(folder / "anchored_refs/sub/ref.usdc").value());
    EXPECT_FALSE(Layer::open(folder / "first_file_not_usd.usdz"));
}

/// "path.name → what its asset resolves to", the package's own path left out, for every asset of a stage.
std::vector<std::string> resolved_in(Stage const& stage, fs::path const& package)
{
    std::vector<std::string> out;
    stage.traverse([&](Prim const& prim) {
        for (auto const* name : {"beside", "from_root", "nowhere", "picture"}) {
            auto const attribute = prim.attribute(Token(name));
            if (!attribute) continue;
            auto file = attribute->resolved_asset();
            if (file.starts_with(package.string())) file.erase(0, package.string().size());
            out.push_back(fmt::format("{}.{} {}", prim.path().str(), name, file));
        }
        return true;
    });
    return out;
}

/// What OpenUSD 24.11 resolves, however the package is opened.
TEST_F(Package, ItsOwnNameIsEnoughToFindWhatIsInside)
{
    // UsdUtils.CreateNewUsdzPackage of a root layer, a part that it references, and two textures.
    auto const theirs = folder_ / "theirs.usdz";
    fs::copy_file(fs::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data/made_by_usdutils.usdz", theirs);
    auto const ours = folder_ / "ours.usdz";
    auto const root = file("root.usda", R"(#usda 1.0
( defaultPrim = "Root" )
def Xform "Root"
{
    asset beside = @textures/red.png@
    asset picture = @./textures/red.png@
    def "Part" ( references = @./sub/part.usda@ )
    {
    }
})");
    auto const part = file("part.usda", R"(#usda 1.0
( defaultPrim = "Part" )
def Xform "Part"
{
    asset from_root = @textures/red.png@
    asset nowhere = @./textures/red.png@
    asset picture = @../textures/green.png@
})");
    auto const red = file("red.png", "red"), green = file("green.png", "green");
    ASSERT_TRUE(write_package({{"root.usda", root},
                               {"sub/part.usda", part},
                               {"textures/red.png", red},
                               {"textures/green.png", green}},
                              ours));
    std::vector<std::string> const in_theirs{"/Root.picture [textures/red.png]",
                                             "/Root/Part.picture [textures/green.png]"};
    std::vector<std::string> const in_ours{"/Root.beside [textures/red.png]",
                                           "/Root.picture [textures/red.png]",
                                           "/Root/Part.from_root [textures/red.png]", "/Root/Part.nowhere ",
                                           "/Root/Part.picture [textures/green.png]"};
    for (auto const& [package, expected] : {std::pair(theirs, in_theirs), std::pair(ours, in_ours)}) {
        EXPECT_EQ(resolved_in(*Stage::open(package).value(), package), expected);
        auto const layer = Layer::open(package).value();
        EXPECT_EQ(layer->identifier, package.string() + "[root.usda]");
        // A stage over the layer looks where the layer lies, not in the folder that it is told.
        EXPECT_EQ(resolved_in(*Stage::open(layer, "/").value(), package), expected);
        auto const over =
            file("over.usda", fmt::format("#usda 1.0\ndef \"Root\" ( references = @./{}@ ) {{}}\n",
                                          package.filename().string()));
        EXPECT_EQ(resolved_in(*Stage::open(over).value(), package), expected);
    }
    EXPECT_EQ(read_asset(ours.string() + "[textures/green.png]").value(), "green");
}

/// Eight times the layers and pictures take about eight times as long, not sixty-four.
TEST_F(Package, OfManyLayersIsIndexedOnce)
{
    auto const seconds = [&](int layers) {
        std::vector<PackageSource> sources{{"root.usda", "", "#usda 1.0\n"}};
        for (int i = 0; i < layers; ++i) {
            sources.front().bytes += fmt::format("def \"P{0}\" (references = @./l/{0}.usda@) {{}}\n", i);
            sources.push_back({fmt::format("l/{}.usda", i), "",
                               fmt::format("#usda 1.0\n(\n    defaultPrim = \"A\"\n)\n"
                                           "def \"A\"\n{{\n    asset picture = @../t/{}.png@\n}}\n",
                                           i)});
            sources.push_back({fmt::format("t/{}.png", i), "", "x"});
        }
        auto const package = folder_ / fmt::format("{}.usdz", layers);
        EXPECT_TRUE(write_package_from(sources, package));
        auto const begin = std::clock();
        auto const stage = Stage::open(package).value();
        auto const found = resolved_in(*stage, package);
        auto const end = std::clock();
        EXPECT_TRUE(stage->errors().empty());
        EXPECT_EQ(found.size(), static_cast<std::size_t>(layers));
        EXPECT_EQ(
            std::count_if(found.begin(), found.end(), [](auto const& f) { return f.ends_with(".png]"); }),
            layers);
        return static_cast<double>(end - begin);
    };
    seconds(10); // schemas are made once
    auto const few = std::min({seconds(500), seconds(500), seconds(500)});
    EXPECT_LT(seconds(4000), 24 * few);
}

TEST_F(Package, RefusesWhatIsNotHonest)
{
    EXPECT_EQ(refusal({}), "accepted");
    EXPECT_THAT(refusal({.method = 8}), testing::HasSubstr("'a.usda' is compressed"));
    // A bomb claims more than it stores, or many entries share one piece of data.
    EXPECT_THAT(refusal({.unpacked_size = 4'000'000'000u}), testing::HasSubstr("is compressed"));
    EXPECT_THAT(refusal({.copies = 3}), testing::HasSubstr("in the directory and"));
    EXPECT_THAT(refusal({.flags = 1}), testing::HasSubstr("is encrypted"));
    EXPECT_THAT(refusal({.size = 1000, .unpacked_size = 1000}), testing::HasSubstr("leaves the file"));
    EXPECT_THAT(refusal({.size = 20, .unpacked_size = 20}), testing::HasSubstr("overlaps the directory"));
    EXPECT_THAT(refusal({.header = 7}), testing::HasSubstr("header of the entry 'a.usda' is missing"));
    EXPECT_THAT(refusal({.header_name = "b.usda"}), testing::HasSubstr("'b.usda' in its header"));
    for (auto const* name : {"/etc/passwd", "../up.usda", "a/../../b.usda", "a//b", "a\\b", "./a"})
        EXPECT_THAT(refusal({.name = name, .header_name = name}), testing::HasSubstr("is not allowed"))
            << name;
    EXPECT_THAT(refusal({.extra = std::string("\1\0\x20\0abcd", 8)}), testing::HasSubstr("extra field"));
    for (auto const* text : {"", "PK\3\4", "PK\5\6"}) EXPECT_FALSE(list_package(bytes_of(text), "p.usdz"));
}

TEST_F(Package, ReadsZip64)
{
    // The sizes and the place of the entry stand in the extra field, the directory behind its own records.
    Zip zip{.size = 0xFFFFFFFF, .unpacked_size = 0xFFFFFFFF, .header = 0xFFFFFFFF};
    Zip::append(zip.extra, std::uint16_t{1}, std::uint16_t{24}, std::uint64_t{10}, std::uint64_t{10},
                std::uint64_t{0});
    auto bytes = zip.bytes();
    auto const end = bytes.substr(bytes.size() - 22);
    std::uint32_t length, start;
    std::memcpy(&length, end.data() + 12, 4);
    std::memcpy(&start, end.data() + 16, 4);
    bytes.resize(bytes.size() - 22);
    auto const end64 = std::uint64_t{bytes.size()};
    Zip::append(bytes, std::uint32_t{0x06064b50}, std::uint64_t{44}, std::uint32_t{0}, std::uint64_t{0},
                std::uint64_t{1}, std::uint64_t{1}, std::uint64_t{length}, std::uint64_t{start});
    Zip::append(bytes, std::uint32_t{0x07064b50}, std::uint32_t{0}, end64, std::uint32_t{1});
    Zip::append(bytes, std::uint32_t{0x06054b50}, std::uint32_t{0}, std::uint16_t{0xFFFF},
                std::uint16_t{0xFFFF}, std::uint32_t{0xFFFFFFFF}, std::uint32_t{0xFFFFFFFF},
                std::uint16_t{0});
    auto const entries = list_package(bytes_of(bytes), "p.usdz");
    ASSERT_TRUE(entries) << entries.error().what;
    ASSERT_EQ(names_of(*entries), std::vector<std::string>{"a.usda"});
    EXPECT_EQ(bytes.substr(entries->front().offset, entries->front().size), "#usda 1.0\n");
}

TEST_F(Package, SurvivesMutation)
{
    std::mt19937 random(11);
    auto const original = Zip{.copies = 1}.bytes();
    for (int i = 0; i < 20000; ++i) {
        auto bytes = original;
        for (auto n = random() % 4 + 1; n > 0; --n)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        if (random() % 4 == 0) bytes.resize(random() % bytes.size());
        auto const entries = list_package(bytes_of(bytes), "p.usdz");
        if (!entries) continue;
        for (auto const& entry : *entries) {
            ASSERT_LE(entry.offset, bytes.size());
            ASSERT_LE(entry.size, bytes.size() - entry.offset);
        }
    }
}

TEST_F(Package, NamesOfAnyDepthAreTakenApart)
{
    EXPECT_EQ(package::holder("a.usdz[b.usdz[c.usd]]"), "a.usdz[b.usdz]");
    EXPECT_EQ(package::entry_name("a.usdz[b.usdz[c.usd]]"), "c.usd");
    EXPECT_EQ(package::inside("a.usdz[b.usdz]", "c.usd"), "a.usdz[b.usdz[c.usd]]");
    EXPECT_EQ(package::holder("a.usd"), "");

    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "a.usdz[";
    deep += "b.usd" + std::string(100'000, ']');
    EXPECT_EQ(package::inside(package::holder(deep), package::entry_name(deep)), deep);
    package::Cache cache;
    auto const bytes = package::entry_bytes(deep, cache);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, Errc::limit);
}

TEST_F(Package, WritesAlignedEntriesThatListAsTheyWere)
{
    std::string png(5000, '\0');
    for (std::size_t i = 0; i < png.size(); ++i) png[i] = static_cast<char>(i * 7);
    Layer layer;
    layer.define_prim(Path("/A"), Specifier::def, Token("Xform"));
    layer.edit_root().set(field::default_prim, Value(Token("A")));
    auto const root = file("root.usdc", write_crate(layer).value());
    // Names of every length mod 64 try every padding.
    std::vector<std::pair<std::string, fs::path>> files{{"root.usdc", root}};
    auto const texture = file("t.png", png);
    for (int i = 0; i < 70; ++i)
        files.emplace_back("textures/" + std::string(static_cast<std::size_t>(i + 1), 'n') + ".png", texture);
    auto const package = folder_ / "p.usdz";
    ASSERT_TRUE(write_package(files, package));

    auto const mapped = MappedFile::open(package).value();
    auto const entries = list_package(mapped.bytes(), "p.usdz");
    ASSERT_TRUE(entries) << entries.error().what;
    ASSERT_EQ(entries->size(), files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto const& entry = (*entries)[i];
        EXPECT_EQ(entry.name, files[i].first);
        EXPECT_EQ(entry.offset % 64, 0u) << entry.name;
        EXPECT_EQ(mapped.text().substr(entry.offset, entry.size), read_file(files[i].second).value());
    }
    EXPECT_TRUE(*Layer::open(package).value() == layer);
    auto const again = folder_ / "again.usdz";
    ASSERT_TRUE(write_package(files, again));
    EXPECT_EQ(read_file(package).value(), read_file(again).value());
    if (char const* const keep = std::getenv("SOULVAN_KEEP")) {
        ASSERT_TRUE(write_package(files, fs::path(keep) / "package.usdz"));
    }
}

TEST_F(Package, WritesNothingThatItWouldNotRead)
{
    auto const layer = file("a.usda", "#usda 1.0\n");
    auto const picture = file("a.png", "\x89PNG");
    auto refused = [&](std::vector<std::pair<std::string, fs::path>> const& files) {
        auto const result = write_package(files, folder_ / "p.usdz");
        EXPECT_FALSE(fs::exists(folder_ / "p.usdz"));
        return result ? "accepted" : result.error().what;
    };
    EXPECT_THAT(refused({}), testing::HasSubstr("needs a root layer"));
    EXPECT_THAT(refused({{"a.png", picture}, {"a.usda", layer}}), testing::HasSubstr("must be a layer"));
    EXPECT_THAT(refused({{"a.usda", picture}}), testing::HasSubstr("must be a layer"));
    EXPECT_THAT(refused({{"a.usda", layer}, {"a.usda", layer}}), testing::HasSubstr("two entries"));
    EXPECT_THAT(refused({{"../a.usda", layer}}), testing::HasSubstr("cannot name an entry"));
    EXPECT_THAT(refused({{"a.usda", folder_ / "none.usda"}}), testing::HasSubstr("no such file"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2) << "a temporary file stays";
}

} // namespace
} // namespace soulvan::usd
