// Text layers against OpenUSD's own suite: what must be refused, and what must be written back byte for byte.
#include "soulvan/base/file.h"
#include "soulvan/base/json.h"
#include "soulvan/usd/layer.h"
#include "text_reader.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const shared = fs::path(SOULVAN_SHARED_DIR) / "data/usd";
fs::path const suite = shared / "openusd/sdf-parsing";

Result<Layer> parse(std::string_view text)
{
    return read_text(text, "test.usda", {});
}

/// What is written for `text`, or the sentence of its refusal.
[[maybe_unused]] std::string rewritten(std::string_view body)
{
    auto const layer = parse(std::string("#usda 1.0\n").append(body));
    return layer ? write_text(*layer) : layer.error().what;
}

/// Where two texts differ first, as "line 7: got <…>, want <…>".
std::string first_difference(std::string_view got, std::string_view want)
{
    int line = 1;
    while (!got.empty() || !want.empty()) {
        auto const a = got.substr(0, got.find('\n'));
        auto const b = want.substr(0, want.find('\n'));
        if (a != b)
            return fmt::format("line {}: got <{}>, want <{}>", line, a.substr(0, 300), b.substr(0, 300));
        got.remove_prefix(std::min(a.size() + 1, got.size()));
        want.remove_prefix(std::min(b.size() + 1, want.size()));
        ++line;
    }
    return "equal";
}

std::vector<fs::path> text_layers()
{
    std::vector<fs::path> files;
    for (auto const& entry : fs::recursive_directory_iterator(shared))
        if (entry.is_regular_file() && entry.path().extension() == ".usda") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

TEST(TextSuite, RefusesWhatOpenUsdRefusesAndWritesTheRestByteForByte)
{
    if (!fs::exists(suite)) GTEST_SKIP() << "needs ../shared/data/usd/openusd/sdf-parsing";
    auto const expected = read_json(suite / "expected.json").value();
    int checked = 0;
    for (auto const& [name, verdict] : expected.items()) {
        SCOPED_TRACE(name);
        ++checked;
        auto const text = read_file(suite / "input" / name).value();
        auto const layer = read_text(text, name, {});
        if (verdict["expect"] == "reject") {
            EXPECT_FALSE(layer) << "accepted";
            EXPECT_TRUE(layer || layer.error().what.starts_with(name + ":")) << layer.error().what;
            continue;
        }
        if (!layer) {
            ADD_FAILURE() << layer.error().what;
            continue;
        }
        auto baseline = read_file(suite / verdict["baseline"].get<std::string>()).value();
        // The suite was written under the format's older name.
        std::string_view const old_header = "#sdf 1.4.32\n";
        ASSERT_TRUE(baseline.starts_with(old_header));
        auto const want = "#usda 1.0\n" + baseline.substr(old_header.size());
        auto const got = write_text(*layer);
        EXPECT_EQ(first_difference(got, want), "equal");
        EXPECT_TRUE(got == want);
    }
    EXPECT_EQ(checked, 88);
}

TEST(TextSuite, WritingIsAFixedPointForEveryLayerAtHand)
{
    if (!fs::exists(shared)) GTEST_SKIP() << "needs ../shared/data/usd";
    int read = 0;
    for (auto const& file : text_layers()) {
        SCOPED_TRACE(file.string());
        auto const layer = read_text(read_file(file).value(), file.filename(), {});
        if (!layer) continue;
        ++read;
        auto const once = write_text(*layer);
        auto const again = read_text(once, "again.usda", {});
        ASSERT_TRUE(again) << again.error().what;
        EXPECT_EQ(first_difference(write_text(*again), once), "equal");
    }
    EXPECT_GT(read, 400);
}

} // namespace
} // namespace soulvan::usd
