// Does composition agree with the composition suite of the AOUSD core specification, in text and in crate?
#include "museum.h"

#include "soulvan/base/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd::museum {

namespace {

std::filesystem::path const data = std::filesystem::path(SOULVAN_SHARED_DIR) / "data/usd/aousd/composition";

Outcome compose_layer(std::filesystem::path const& root)
{
    return compose({.name = "",
                    .root = root.lexically_normal(),
                    .session = "",
                    .shown_root = "root",
                    .shown_session = "",
                    .payloads = "all",
                    .graph_of = ""});
}

std::vector<std::string> strings(Json const& prim, char const* key)
{
    return prim.value(key, std::vector<std::string>{});
}

using Map = std::map<std::string, std::string>;

void expect_prim(Json const& expected, Shown const& shown, std::string const& where)
{
    EXPECT_EQ(shown.children, strings(expected, "Child names")) << where;
    EXPECT_EQ(shown.properties, strings(expected, "Property names")) << where;
    EXPECT_EQ(shown.prohibited, strings(expected, "Prohibited child names")) << where;
    EXPECT_EQ(shown.stack, expected.value("Prim Stack", Map{})) << where;
    EXPECT_EQ(shown.selections, expected.value("Variant Selections", Map{})) << where;
}

TEST(CompositionSuite, TextAndCrateComposeAsTheSpecificationSays)
{
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "needs ../shared/data/usd/aousd";
    int scenarios = 0;
    for (auto const& folder : std::filesystem::directory_iterator(data)) {
        auto const listing = read_json(folder.path() / "pcp.json");
        if (!listing) continue; // three folders have no expectation: they serve the readers
        auto const entry = listing->at("Entry").get<std::string>();
        auto const name = folder.path().filename().string();
        // Where the reference reader refused a layer nothing is expected.
        if (listing->at("Composing").empty()) continue;
        SCOPED_TRACE(name);
        auto const text = compose_layer(folder.path() / "usda" / entry);
        for (auto const& [path, expected] : listing->at("Composing").items()) {
            auto const shown = text.prims.find(path);
            ASSERT_NE(shown, text.prims.end()) << name << " " << path;
            expect_prim(expected, shown->second, name + " " + path);
        }
        EXPECT_EQ(text.prims.size(), listing->at("Composing").size()) << name;
        // Some entry layers exist as text only: the reference writer refuses what they contain.
        if (std::filesystem::exists(folder.path() / entry)) {
            EXPECT_EQ(compose_layer(folder.path() / entry).dump, text.dump) << name;
        }
        ++scenarios;
    }
    fmt::print("composition suite: {} scenarios\n", scenarios);
    EXPECT_GE(scenarios, 60);
}

} // namespace

} // namespace soulvan::usd::museum
