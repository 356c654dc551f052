// Are differences those that usddiff shows, and does each say what changed?
#include "soulvan/usd/diff.h"

#include "soulvan/base/file.h"

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

Layer layer(std::string_view body)
{
    auto const text = "#usda 1.0\n" + std::string(body);
    return Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
}

/// Applies a diff without context to `before`.
std::string patched(std::string const& before, std::string const& diff)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < before.size();) {
        auto const end = before.find('\n', at);
        lines.push_back(before.substr(at, end - at));
        at = end + 1;
    }
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < diff.size();) {
        auto const end = diff.find('\n', at);
        auto const line = diff.substr(at, end - at);
        at = end + 1;
        if (line.starts_with("@@")) {
            auto const begin = std::stoul(line.substr(4));
            bool const only_adds = line.find(",0 +") != line.npos;
            for (; next + 1 < begin + (only_adds ? 1 : 0); ++next) out += lines[next] + "\n";
        } else if (line.starts_with("-")) {
            EXPECT_EQ(line.substr(1), lines[next]);
            ++next;
        } else {
            out += line.substr(1) + "\n";
        }
    }
    for (; next < lines.size(); ++next) out += lines[next] + "\n";
    return out;
}

TEST(Diff, HunksAreThoseOfDifflib)
{
    EXPECT_EQ(unified_diff("a\nb\nc\n", "a\nb\nc\n"), "");
    EXPECT_EQ(unified_diff("a\nb\nc\n", "a\nx\nc\n"), "@@ -2 +2 @@\n-b\n+x\n");
    EXPECT_EQ(unified_diff("a\nc\n", "a\nb\nc\n"), "@@ -1,0 +2 @@\n+b\n");
    EXPECT_EQ(unified_diff("a\nb\nc\n", "a\nc\n"), "@@ -2 +1,0 @@\n-b\n");
    EXPECT_EQ(unified_diff("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
    // The longest run wins, though keeping "b" would be as short.
    EXPECT_EQ(unified_diff("b\nc\nd\na\n", "a\nb\nc\nd\n"), "@@ -0,0 +1 @@\n+a\n@@ -4 +4,0 @@\n-a\n");
}

TEST(Diff, PatchingGivesTheOtherText)
{
    std::uint64_t state = 1;
    auto const random = [&state](std::uint64_t most) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % most;
    };
    for (int round = 0; round < 200; ++round) {
        std::string before, after;
        for (std::uint64_t i = 0, n = random(400); i < n; ++i) {
            auto const line = std::to_string(random(30)) + "\n";
            if (random(8) != 0) before += line;
            if (random(8) != 0) after += line;
        }
        EXPECT_EQ(patched(before, unified_diff(before, after)), after);
    }
}

TEST(Diff, TextsThatHardlyAgreeTakeBoundedTime)
{
    std::string before, after;
    for (int i = 0; i < 200'000; ++i) {
        before += std::to_string(i * 7919 % 100'000) + "\n";
        after += std::to_string(i * 104'729 % 100'000) + "\n";
    }
    EXPECT_EQ(patched(before, unified_diff(before, after)), after);
}

TEST(Diff, SaysWhichSpecsAndFieldsDiffer)
{
    auto const before = layer("def Sphere \"A\" {\ndouble radius = 1\nrel gone\n}\ndef \"B\" {\n}\n");
    auto const after =
        layer("def Sphere \"A\" (kind = \"component\") {\ndouble radius = 2\n}\ndef \"C\" {\n}\n");
    auto const found = differences(before, after);
    ASSERT_EQ(found.size(), 5u);
    EXPECT_EQ(found[0].path, Path("/A"));
    ASSERT_EQ(found[0].fields.size(), 1u);
    EXPECT_EQ(found[0].fields[0].change, Change::added);
    EXPECT_EQ(found[0].fields[0].field, field::kind);
    EXPECT_EQ(found[1].path, Path("/A.gone"));
    EXPECT_EQ(found[1].change, Change::removed);
    ASSERT_EQ(found[2].fields.size(), 1u);
    EXPECT_EQ(value_text(found[2].fields[0].before), "1");
    EXPECT_EQ(value_text(found[2].fields[0].after), "2");
    EXPECT_EQ(found[3].change, Change::removed);
    EXPECT_EQ(found[4].change, Change::added);
    EXPECT_TRUE(differences(after, after).empty());
}

} // namespace
} // namespace soulvan::usd
