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

/// All prims, child by child and opinion by opinion, in text and in crate.
void expect_prims(Json const& listing, std::filesystem::path const& folder)
{
    auto const entry = listing.at("Entry").get<std::string>();
    auto const text = compose_layer(folder / "usda" / entry);
    auto const& composing = listing.at("Composing");
    for (auto const& [path, expected] : composing.items()) {
        auto const shown = text.prims.find(path);
        ASSERT_NE(shown, text.prims.end()) << path;
        expect_prim(expected, shown->second, path);
    }
    EXPECT_EQ(text.prims.size(), composing.size());
    // Some entry layers exist as text only: the reference writer refuses what they contain.
    if (std::filesystem::exists(folder / entry)) {
        EXPECT_EQ(compose_layer(folder / entry).dump, text.dump);
    }
}

/// At the line that the reference reader complains about.
void expect_refusal(Json const& listing, std::filesystem::path const& folder)
{
    auto const entry = listing.at("Entry").get<std::string>();
    auto const complaint = listing.at("Errors").at(0).get<std::string>();
    auto const at = complaint.rfind(entry + ":");
    ASSERT_NE(at, complaint.npos) << complaint;
    auto const line = complaint.substr(at, complaint.find(':', at + entry.size() + 1) - at + 1);
    auto const layer = Layer::open(folder / "usda" / entry);
    ASSERT_FALSE(layer);
    EXPECT_NE(layer.error().what.find(line), std::string::npos) << layer.error().what << "\n" << line;
}

TEST(CompositionSuite, TextAndCrateComposeAsTheSpecificationSays)
{
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "needs ../shared/data/usd/aousd";
    int scenarios = 0;
    for (auto const& folder : std::filesystem::directory_iterator(data)) {
        SCOPED_TRACE(folder.path().filename().string());
        ++scenarios;
        auto const listing = read_json(folder.path() / "pcp.json");
        if (!listing) { // serves to compare text and crate
            auto const text = compose_layer(folder.path() / "usda/entry.usd");
            EXPECT_GT(text.prims.size(), 1u);
            EXPECT_EQ(compose_layer(folder.path() / "entry.usd").dump, text.dump);
        } else if (listing->at("Composing").empty()) {
            expect_refusal(*listing, folder.path());
        } else {
            expect_prims(*listing, folder.path());
        }
    }
    EXPECT_GE(scenarios, 60);
}

} // namespace

} // namespace soulvan::usd::museum
