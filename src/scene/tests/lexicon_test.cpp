// Words: tokens, singulars, the lexicon's look-up, its nearest words, and WordNet where it was built.
#include "lexicon.h"
#include "morphology.h"
#include "tokens.h"

#include "soulvan/catalog/asset.h"
#include "soulvan/catalog/lexicon.h"

#include <gtest/gtest.h>

namespace soulvan::scene {
namespace {

std::string words_of(std::string_view sentence)
{
    std::string out;
    for (auto const& token : tokenise(sentence)) out += (out.empty() ? "" : "|") + token.word;
    return out;
}

Sense const* first(std::vector<std::string> const& words, Kind kind)
{
    for (auto const* sense : Lexicon::standard().find(words).senses)
        if (sense->kind == kind) return sense;
    return nullptr;
}

TEST(Tokens, SplitNumbersMarksAndLetters)
{
    EXPECT_EQ(words_of("A 12x8 m room, f/2.8; 3-4 cones"), "a|12|x|8|m|room|,|f|/|2.8|;|3|-|4|cones");
    EXPECT_EQ(words_of("20' by 6\""), "20|ft|by|6|inch");
    EXPECT_EQ(words_of("bird’s-eye w/ 2 & w/o"), "bird's|eye|with|2|and|without");
    EXPECT_EQ(words_of("Büro, Straße, ENTREPÔT"), "buro|,|strasse|,|entrepot");
    EXPECT_EQ(tokenise("1,000,000 boxes")[0].value, 1e6);
    EXPECT_EQ(tokenise("3,5 m")[0].value, 3.5);
}

TEST(Tokens, AnyBytesGiveTokens)
{
    std::uint64_t seed = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (int i = 0; i < 60; ++i) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            bytes += static_cast<char>(seed >> 56);
        }
        for (auto const& token : tokenise(bytes)) EXPECT_FALSE(token.word.empty());
    }
}

TEST(Morphology, FindsSingulars)
{
    for (auto const& [plural, singular] :
         std::vector<std::pair<std::string, std::string>>{{"shelves", "shelf"},
                                                          {"boxes", "box"},
                                                          {"lorries", "lorry"},
                                                          {"benches", "bench"},
                                                          {"people", "person"},
                                                          {"knives", "knife"},
                                                          {"buses", "bus"},
                                                          {"trolleys", "trolley"},
                                                          {"men", "man"},
                                                          {"torches", "torch"}}) {
        auto const found = singulars(plural);
        EXPECT_NE(std::find(found.begin(), found.end(), singular), found.end()) << plural;
        EXPECT_TRUE(singular == "torch" || singular == "knife" || plural_of(singular) == plural ||
                    singular == "person")
            << singular;
    }
    EXPECT_TRUE(singulars("glass").empty());
}

TEST(Lexicon, EveryThingIsACategory)
{
    std::set<std::string> reached;
    for (auto const& row : catalog::lexicon()) {
        if (row.kind != "thing") continue;
        std::string const category{row.value};
        EXPECT_NE(catalog::Categories::standard().find(category), nullptr) << category;
        reached.insert(category);
    }
    for (auto const& category : catalog::Categories::standard().all())
        EXPECT_TRUE(reached.contains(category.name)) << "no word leads to " << category.name;
}

TEST(Lexicon, ReadsPhrasesInEveryForm)
{
    EXPECT_EQ(first({"pallet", "racks"}, Kind::thing)->value, "pallet_rack");
    EXPECT_EQ(first({"fork", "lifts"}, Kind::thing)->value, "forklift");
    EXPECT_EQ(first({"chests", "of", "drawers"}, Kind::thing)->value, "dresser");
    EXPECT_EQ(first({"ware", "house"}, Kind::env)->value, "warehouse");
    EXPECT_EQ(first({"filingcabinet"}, Kind::thing)->value, "filing_cabinet");
    EXPECT_TRUE(Lexicon::standard().find(std::vector<std::string>{"people"}).plural);
    EXPECT_TRUE(Lexicon::standard().find(std::vector<std::string>{"unicorn"}).senses.empty());
}

TEST(Lexicon, NearestWords)
{
    auto const best = [](std::string_view word) {
        auto const found = Lexicon::standard().near(word);
        return found.empty() ? std::string{} : found.front();
    };
    EXPECT_EQ(best("forklfts"), "forklifts");
    EXPECT_EQ(best("palets"), "pallets");
    EXPECT_EQ(best("wharehouse"), "warehouse");
    EXPECT_EQ(best("chiars"), "chairs");
    EXPECT_EQ(best("thre"), "three");
    EXPECT_EQ(best("flibbertron"), "");
}

TEST(EditDistance, CountsSwapsAsOne)
{
    EXPECT_EQ(edit_distance("chiar", "chair", 2), 1);
    EXPECT_EQ(edit_distance("", "abc", 3), 3);
    EXPECT_EQ(edit_distance("kitten", "sitting", 3), 3);
    EXPECT_GT(edit_distance("kitten", "sitting", 2), 2);
}

} // namespace
} // namespace soulvan::scene
