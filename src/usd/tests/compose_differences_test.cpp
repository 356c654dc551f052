// Do the stages that once were composed otherwise than by OpenUSD compose as by OpenUSD now? Each has a name
// that says what was wrong; tests/oracles/differences.py wrote the answers beside them.
#include "stage_json.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

std::filesystem::path const folder =
    std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data/differences";

class ComposeDifference : public testing::TestWithParam<std::string> {};

std::vector<std::string> names_of_differences()
{
    std::vector<std::string> names;
    for (auto const& place : {folder, folder / "newest"})
        for (auto const& entry : std::filesystem::directory_iterator(place))
            if (entry.path().extension() == ".usda") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

void expect_prim(Json const& expected, Json const& shown, std::string const& where)
{
    for (auto const& [key, value] : expected.items())
        if (key != "attributes") {
            EXPECT_EQ(shown.at(key), value) << where << " " << key;
        }
    ASSERT_EQ(shown.at("attributes").size(), expected.at("attributes").size()) << where;
    for (auto const& [name, attribute] : expected.at("attributes").items()) {
        ASSERT_TRUE(shown.at("attributes").contains(name)) << where << "." << name;
        auto const& ours = shown.at("attributes").at(name);
        EXPECT_EQ(ours.at("metadata").value("custom", false), attribute.at("custom")) << where << "." << name;
        for (char const* key : {"default", "at", "samples", "connections"})
            EXPECT_EQ(ours.at(key), attribute.at(key)) << where << "." << name << " " << key;
    }
}

TEST_P(ComposeDifference, IsGone)
{
    auto const place = exists(folder / (GetParam() + ".usda")) ? folder : folder / "newest";
    auto const root = place / (GetParam() + ".usda");
    auto const expected = read_json(place / (GetParam() + ".json")).value();
    StageOptions options;
    options.variant_fallbacks = {{"v", {"z", "x"}}, {"u", {"none", "q"}}};
    auto const stage = Stage::open(root, options).value();
    auto const shown = stage_json(*stage, root, Shown::composition);
    EXPECT_EQ(shown.at("metadata"), expected.at("metadata"));
    EXPECT_EQ(shown.at("prims").size(), expected.at("prims").size());
    for (auto const& [path, prim] : expected.at("prims").items()) {
        ASSERT_TRUE(shown.at("prims").contains(path)) << path;
        expect_prim(prim, shown.at("prims").at(path), path);
    }
    EXPECT_EQ(stage->errors().empty(), expected.at("problems").empty());
}

INSTANTIATE_TEST_SUITE_P(Named, ComposeDifference, testing::ValuesIn(names_of_differences()),
                         [](auto const& test) { return test.param; });

} // namespace

} // namespace soulvan::usd
