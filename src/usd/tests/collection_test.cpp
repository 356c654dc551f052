// Do collections, path expressions and material bindings hold what OpenUSD's hold?
#include "path_expression.h"

#include "soulvan/base/json.h"
#include "soulvan/usd/collection.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

/// The files of tests/oracles/usd_collections.py, committed or those in SOULVAN_COLLECTIONS.
std::filesystem::path folder()
{
    char const* const other = std::getenv("SOULVAN_COLLECTIONS");
    return other ? std::filesystem::path(other)
                 : std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";
}

std::shared_ptr<Stage const> stage_of(std::string const& text)
{
    auto layer = Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
    return Stage::open(std::make_shared<Layer const>(std::move(layer)), ".").value();
}

std::vector<std::string> texts_of(Json const& row)
{
    auto texts = row.get<std::vector<std::string>>();
    std::sort(texts.begin(), texts.end());
    return texts;
}

/// What stands in one list but not in the other.
std::string difference(std::vector<std::string> ours, std::vector<std::string> const& theirs)
{
    std::sort(ours.begin(), ours.end());
    std::vector<std::string> only_ours, only_theirs;
    std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(only_ours));
    std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                        std::back_inserter(only_theirs));
    if (only_ours.empty() && only_theirs.empty()) return {};
    return fmt::format("too many: {}; missing: {}", only_ours, only_theirs);
}

void compare_collections(Stage const& stage, Json const& expected, std::string const& name, int& compared)
{
    auto const objects = expected["objects"].get<std::vector<std::string>>();
    for (auto const& [path_text, row] : expected["collections"].items()) {
        auto const path = Path::parse(path_text).value();
        auto const membership = collection_membership(stage.prim_at(path.parent()), collection_name(path));
        std::vector<std::string> paths, included;
        for (auto const& member : membership.paths()) paths.push_back(member.str());
        for (auto const& object : objects)
            if (membership.includes(Path::parse(object).value())) included.push_back(object);
        auto const where = name + " " + path_text + " " + membership.expression().text;
        EXPECT_EQ(difference(included, texts_of(row["includes"])), "") << where << " includes";
        EXPECT_EQ(difference(paths, texts_of(row["paths"])), "") << where << " paths";
        ++compared;
    }
}

TEST(Collections, RandomOnesHoldWhatOpenUsdsHold)
{
    auto const stages = read_json(folder() / "collections_random.json").value()["stages"];
    int compared = 0;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        auto const name = fmt::format("collections_random_{}.usda", i);
        auto const stage = Stage::open(folder() / name).value();
        compare_collections(*stage, stages[i], name, compared);
    }
    EXPECT_GE(compared, 50);
}

TEST(Bindings, RandomOnesAreOpenUsds)
{
    auto const stages = read_json(folder() / "collections_random.json").value()["stages"];
    int bound = 0;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        auto const name = fmt::format("collections_random_{}.usda", i);
        auto const stage = Stage::open(folder() / name).value();
        for (auto const& [path, row] : stages[i]["bindings"].items()) {
            auto const prim = stage->prim_at(Path::parse(path).value());
            for (std::string const purpose : {"", "full", "preview", "mine"}) {
                auto const material = bound_material(prim, purpose);
                EXPECT_EQ(material ? material->path().str() : "", row.value(purpose, ""))
                    << name << " " << path << " for '" << purpose << "'";
                bound += material.has_value();
            }
        }
    }
    EXPECT_GE(bound, 100);
}

TEST(PathExpressions, AreSpelledAsInOpenUsd)
{
    auto const rows = read_json(folder() / "collections_random.json").value()["spellings"];
    int refused = 0;
    for (auto const& [text, expected] : rows.items()) {
        auto const parsed = path_expression::parse(text);
        refused += !parsed;
        EXPECT_EQ(parsed ? path_expression::text_of(*parsed) : "refused",
                  expected.is_null() ? "refused" : expected.get<std::string>())
            << text;
    }
    EXPECT_GE(refused, 5);
    EXPECT_GE(rows.size(), 100u);
}

/// "%_" is the weaker opinion. The texts are OpenUSD 26.11's; 24.11 leaves the last "%_" in.
TEST(PathExpressions, ComposeOverWeakerOnes)
{
    std::string const text = R"(#usda 1.0
class "Weak" {
    pathExpression a = "/Weak/b %_"
    pathExpression b = "//w"
    pathExpression c = "/Weak/x"
}
def "A" (inherits = </Weak>) {
    pathExpression a = "//s %_"
    pathExpression b = "%_ - //q"
    pathExpression c = "%_ & %_"
}
)";
    auto const stage = stage_of(text);
    auto const a = stage->prim_at(Path("/A"));
    EXPECT_EQ(a.get<PathExpression>("a")->text, "//s /A/b");
    EXPECT_EQ(a.get<PathExpression>("b", 1)->text, "//w - //q");
    EXPECT_EQ(a.get<PathExpression>("c")->text, "/A/x & /A/x");
}

/// At a time, what weaker opinions hold at that time counts, down to one that is blocked. The texts are
/// OpenUSD 26.11's; 24.11 composes at the default time alone.
TEST(PathExpressions, ComposeOverWeakerSamples)
{
    std::string const text = R"(#usda 1.0
class "Weak" {
    pathExpression a = "/Weak/b"
}
class "Middle" (inherits = </Weak>) {
    pathExpression a.timeSamples = { 0: "//s & %_", 10: None }
}
def "A" (inherits = </Middle>) {
    pathExpression a = "%_ /A/c"
}
)";
    auto const stage = stage_of(text);
    auto const a = stage->prim_at(Path("/A"));
    EXPECT_EQ(a.get<PathExpression>("a")->text, "/A/b /A/c");
    EXPECT_EQ(a.get<PathExpression>("a", 1)->text, "(//s & /A/b) /A/c");
    EXPECT_EQ(a.get<PathExpression>("a", 11)->text, "/A/c");
}

/// The times of weaker opinions are there, but for those at which a stronger one blocks them, as in
/// OpenUSD 26.11.
TEST(PathExpressions, HaveTheTimesOfWeakerOnes)
{
    auto const stage = stage_of(R"(#usda 1.0
class "Weak" {
    pathExpression a.timeSamples = { 5: "//w", 12: "//u", 20: "//v" }
}
class "Middle" (inherits = </Weak>) {
    pathExpression a.timeSamples = { 0: "//s & %_", 10: None, 15: "//t" }
}
def "A" (inherits = </Middle>) {
    pathExpression a = "%_ /A/c"
}
)");
    auto const a = stage->prim_at(Path("/A")).attribute("a").value();
    EXPECT_EQ(a.time_samples(), (std::vector<double>{0, 5, 10, 15, 20}));
    EXPECT_TRUE(a.is_time_varying());
}

/// Hostile collections end: circles, references that double with each step, deep nesting.
TEST(Collections, AreBounded)
{
    std::string text = "#usda 1.0\n";
    for (int i = 0; i < 40; ++i)
        text += fmt::format(
            "def \"P{0}\" (apiSchemas = [\"CollectionAPI:c\"]) {{\n"
            "    pathExpression collection:c:membershipExpression = \"%/P{1}:c + /X{0}* %/P{1}:c\"\n"
            "    rel collection:d:includes = [</P{1}.collection:d>, </P0.collection:d>]\n}}\n",
            i, i + 1);
    auto const stage = stage_of(text);
    auto const prim = stage->prim_at(Path("/P0"));
    EXPECT_FALSE(collection_membership(prim, "c").problems().empty());
    EXPECT_FALSE(collection_membership(prim, "d").problems().empty());
    EXPECT_FALSE(path_expression::parse(std::string(100'000, '(') + "/a"));
    EXPECT_FALSE(path_expression::parse("/a{" + std::string(100'000, '(') + "b}"));
    EXPECT_FALSE(path_expression::matches_glob("*a*a*a*a*a*a*a*b", std::string(5'000, 'a')));
    EXPECT_FALSE(path_expression::matches_glob("a[bc", "ab"));
}

} // namespace
} // namespace soulvan::usd
