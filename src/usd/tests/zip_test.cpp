// Are dependencies found wherever a layer can name them, and does a package hold them all?
#include "soulvan/usd/dependencies.h"
#include "soulvan/usd/package.h"

#include "package_path.h"
#include "soulvan/base/file.h"
#include "temporary_folder.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;
fs::path const corpus = fs::path(SOULVAN_SHARED_DIR) / "data/usd/openusd";

#define SOULVAN_NEEDS_SHARED()                                                                               \
    if (!fs::exists(corpus)) GTEST_SKIP() << "needs ../shared/data/usd"

using Zip = test::TemporaryFolder;

std::vector<std::string> lines_of(std::string const& text)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

TEST_F(Zip, ExternalReferencesAreThoseOfTheBaselines)
{
    SOULVAN_NEEDS_SHARED();
    auto const folder = corpus / "utils/testUsdUtilsDependencyExtractor";
    for (auto const* name : {"ascii.usda", "ascii.usd", "crate.usdc", "crate.usd"}) {
        auto const found = external_references(*Layer::open(folder / name).value());
        std::string text;
        auto const list = [&](char const* kind, std::vector<std::string> const& names) {
            for (std::size_t i = 0; i < names.size(); ++i)
                text += fmt::format("{} {}[{:03}]: {}\n", name, kind, i + 1, names[i]);
            if (names.empty()) text += fmt::format("{} no {}\n", name, kind);
        };
        list("sublayers", found.sublayers);
        list("references", found.references);
        list("payloads", found.payloads);
        auto baseline = std::string(name);
        std::replace(baseline.begin(), baseline.end(), '.', '-');
        EXPECT_EQ(text, read_file(folder / "baseline" / (baseline + ".txt")).value());
    }
}

TEST_F(Zip, ChangedPathsAreThoseOfTheBaselines)
{
    SOULVAN_NEEDS_SHARED();
    auto const folder = corpus / "utils/testUsdUtilsModifyAssetPaths";
    auto const same = [&](char const* baseline, bool keep, auto const& change, char const* name) {
        Layer layer = *Layer::open(folder / name).value();
        modify_asset_paths(layer, change, keep);
        EXPECT_EQ(write_text(layer), write_text(*Layer::open(folder / "baseline" / baseline).value()))
            << baseline;
    };
    auto const nothing = [](std::string const&) { return std::string(); };
    same("removal.usda", false, nothing, "layer.usda");
    same("removal_preserve_length.usda", true, nothing, "layer.usda");
    same(
        "duplicates.usda", false, [](std::string const&) { return std::string("baz.usd"); }, "layer.usda");
    same(
        "ref_layer_mod.usda", false, [](std::string const& path) { return "MOD_" + path; }, "ref_layer.usda");
}

TEST_F(Zip, PacksAnAssetAsInTheBaselines)
{
    SOULVAN_NEEDS_SHARED();
    auto const folder = corpus / "tools/usdzip/testUsdZipAsset";
    for (bool const arkit : {false, true}) {
        auto const package = folder_ / (arkit ? "arkit.usdz" : "plain.usdz");
        auto const report = write_localized_package(folder / "root.usd", package, {.arkit = arkit}).value();
        auto const baseline = folder / "baseline" / (arkit ? "contents_arkit.txt" : "contents.txt");
        EXPECT_EQ(report.entries, lines_of(read_file(baseline).value()));
        auto const opened = Package::open(package).value();
        EXPECT_TRUE(opened->verify());
        for (auto const& entry : opened->entries()) EXPECT_EQ(entry.offset % 64, 0u);
        EXPECT_TRUE(all_dependencies(package).value().unresolved.empty());
    }
}

TEST_F(Zip, WhatLiesOutsideMovesInWithoutItsFolderNames)
{
    file("secret/t.1001.png", "1");
    file("secret/t.1003.png", "3");
    file("secret/other.usda", "#usda 1.0\ndef \"O\" {\nasset a = @./t.<UDIM>.png@\n}\n");
    auto const root = file("asset/root.usda", R"(#usda 1.0
def "A" (references = @../secret/other.usda@</O>) {
    asset inside = @./tex.png@
    asset missing = @./none.png@
}
)");
    file("asset/tex.png", "x");
    auto const report = write_localized_package(root, folder_ / "p.usdz").value();
    EXPECT_EQ(report.entries, (std::vector<std::string>{"root.usda", "0/other.usda", "0/t.1001.png",
                                                        "0/t.1003.png", "tex.png"}));
    EXPECT_EQ(report.warnings.size(), 1u);
    auto const bytes = read_file(folder_ / "p.usdz").value();
    EXPECT_EQ(bytes.find("secret"), bytes.npos);
    EXPECT_EQ(write_localized_package(root, folder_ / "q.usdz").value().entries, report.entries);
    EXPECT_EQ(read_file(folder_ / "q.usdz").value(), bytes);
}

TEST_F(Zip, DependenciesOfDependenciesAreFollowedOnce)
{
    auto const root = file("a.usda", "#usda 1.0\n(subLayers = [@./b.usda@, @./gone.usda@])\n");
    file("b.usda", "#usda 1.0\ndef \"B\" (payload = @./a.usda@) {\nasset t = @c.png@\n}\n");
    file("c.png", "x");
    auto const found = all_dependencies(root).value();
    EXPECT_EQ(found.layers, (std::vector<std::string>{root.string(), (folder_ / "b.usda").string()}));
    EXPECT_EQ(found.assets, std::vector<std::string>{(folder_ / "c.png").string()});
    EXPECT_EQ(found.unresolved, std::vector<std::string>{(folder_ / "gone.usda").string()});
}

TEST_F(Zip, WhatExpressionsLeadToIsPacked)
{
    auto const root = file("e.usda", R"(#usda 1.0
(
    expressionVariables = {
        string N = "b"
    }
)
def "A" (references = @`"./${N}.usda"`@</B>) {
}
)");
    file("b.usda", "#usda 1.0\ndef \"B\" {\n}\n");
    EXPECT_EQ(all_dependencies(root).value().layers.size(), 2u);
    auto const report = write_localized_package(root, folder_ / "p.usdz").value();
    EXPECT_EQ(report.entries, (std::vector<std::string>{"e.usda", "b.usda"}));
    EXPECT_TRUE(report.warnings.empty());
}

TEST_F(Zip, WrongChecksumsAreFoundWhenAsked)
{
    auto const layer = file("a.usda", "#usda 1.0\n");
    ASSERT_TRUE(write_package({{"a.usda", layer}}, folder_ / "p.usdz"));
    auto bytes = read_file(folder_ / "p.usdz").value();
    bytes[Package::open(folder_ / "p.usdz").value()->entries()[0].offset + 1] ^= 1;
    auto const damaged = Package::open(file("q.usdz", bytes)).value();
    EXPECT_EQ(damaged->verify().error().code, Errc::invalid_input);
    EXPECT_EQ(damaged->find("b.usda"), nullptr);
}

TEST_F(Zip, ManyEntriesAreFoundInLinearTime)
{
    std::vector<PackageSource> sources;
    sources.push_back({"root.usda", "", "#usda 1.0\n"});
    for (int i = 0; i < 25'000; ++i) sources.push_back({fmt::format("t/{}.png", i), "", "x"});
    ASSERT_TRUE(write_package_from(sources, folder_ / "p.usdz"));
    auto const name = (folder_ / "p.usdz").string();
    auto const begun = std::chrono::steady_clock::now();
    package::Cache packages;
    for (int i = 0; i < 25'000; ++i)
        ASSERT_TRUE(package::entry_bytes(fmt::format("{}[t/{}.png]", name, i), packages));
    // 25,000 scans of the directory would take a hundred times as long.
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

} // namespace
} // namespace soulvan::usd
