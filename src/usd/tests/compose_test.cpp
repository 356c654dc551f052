// Which opinion wins? Laws of strength, of list edits across layers, and of what stops composition.
#include "soulvan/usd/stage.h"

#include "temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Compose : public test::TemporaryFolder {
protected:
    fs::path file(std::string const& name, std::string const& body)
    {
        std::ofstream(folder_ / name) << "#usda 1.0\n" << body; // not write_file, which waits for the disk
        return folder_ / name;
    }
    std::shared_ptr<Stage const> stage(std::string const& body, StageOptions const& options = {})
    {
        auto opened = Stage::open(file("root.usda", body), options);
        EXPECT_TRUE(opened) << opened.error().what;
        return opened ? *opened : nullptr;
    }
};

std::string value_at(Stage const& stage, char const* prim)
{
    auto const found = stage.prim_at(Path(prim));
    return found ? found.get_or<std::string>("from", "nothing") : "no prim";
}

/// The arcs from strong to weak: Local, Inherits, VariantSets, References, Payload, Specializes.
TEST_F(Compose, TheStrongestArcThatSpeaksWins)
{
    constexpr std::array arcs{"local", "inherits", "variant", "reference", "payload", "specializes"};
    auto const says = [](char const* arc) { return fmt::format("    string from = \"{}\"\n", arc); };
    for (unsigned speaking = 0; speaking < 1u << arcs.size(); ++speaking) {
        auto const said = [&](std::size_t arc) {
            return speaking >> arc & 1 ? says(arcs[arc]) : std::string();
        };
        file("reference.usda", "def \"R\"\n{\n" + said(3) + "}\n");
        file("payload.usda", "def \"P\"\n{\n" + said(4) + "}\n");
        auto const opened =
            stage("class \"Inherited\"\n{\n" + said(1) + "}\nclass \"Specialized\"\n{\n" + said(5) + R"(}
def "A" (
    inherits = </Inherited>
    payload = @./payload.usda@</P>
    references = @./reference.usda@</R>
    specializes = </Specialized>
    variants = {
        string v = "on"
    }
    variantSets = "v"
)
{
)" + said(0) + "    variantSet \"v\" = {\n        \"on\" {\n" +
                  said(2) + "        }\n    }\n}\n");
        std::string expected = "nothing";
        for (std::size_t arc = arcs.size(); arc-- > 0;)
            if (speaking >> arc & 1) expected = arcs[arc];
        EXPECT_EQ(value_at(*opened, "/A"), expected) << speaking;
        EXPECT_TRUE(opened->errors().empty());
    }
}

/// The arc decides before the layer does.
TEST_F(Compose, TheWeakestLayerBeatsWhatTheStrongestRefersTo)
{
    file("asset.usda", R"(def "R"
{
    string from = "asset"
})");
    file("weak.usda", R"(def "A"
{
    string from = "weak sublayer"
})");
    auto const opened = stage(R"((
    subLayers = [@./weak.usda@]
)
over "A" (
    references = @./asset.usda@</R>
)
{
})");
    EXPECT_EQ(value_at(*opened, "/A"), "weak sublayer");
}

TEST_F(Compose, CyclesAreCutNamedAndLeaveTheRest)
{
    file("other.usda", R"(def "B" (
    references = @./root.usda@</A>
)
{
    string of_other = "stays"
})");
    struct Case {
        char const* body;
        char const* prim;
    };
    for (auto const& [body, prim] : {
             Case{"def \"A\" ( references = @./other.usda@</B> )\n{\n    string of_root = \"stays\"\n}",
                  "/A"},
             Case{"def \"A\" ( references = </A> )\n{\n    string of_root = \"stays\"\n}", "/A"},
             Case{"def \"A\" ( inherits = </A/C> )\n{\n    string of_root = \"stays\"\n    def \"C\"\n    "
                  "{\n    "
                  "}\n}",
                  "/A"},
             Case{"def \"P\"\n{\n    def \"A\" ( references = </P> )\n    {\n        string of_root = "
                  "\"stays\"\n    }\n}",
                  "/P/A"},
             Case{"def \"A\" ( specializes = </B> )\n{\n    string of_root = \"stays\"\n}\ndef \"B\" ( "
                  "specializes = </A> )\n{\n}",
                  "/A"},
         }) {
        auto const opened = stage(body);
        auto const found = opened->prim_at(Path(prim));
        ASSERT_TRUE(found) << body;
        EXPECT_EQ(found.get_or<std::string>("of_root", ""), "stays") << body;
        ASSERT_FALSE(opened->errors().empty()) << body;
        EXPECT_THAT(opened->errors().front().what, HasSubstr("leads back to a prim that contains it"))
            << body;
        EXPECT_FALSE(Stage::open(folder_ / "root.usda", {.strict = true})) << body;
    }
    auto const both = stage("def \"A\" ( references = @./other.usda@</B> )\n{\n}");
    EXPECT_EQ(both->prim_at(Path("/A")).get_or<std::string>("of_other", ""), "stays");
}

TEST_F(Compose, SublayerCyclesAreCutToo)
{
    file("other.usda", "(\n    subLayers = [@./root.usda@]\n)\ndef \"B\"\n{\n}\n");
    auto const opened = stage("(\n    subLayers = [@./other.usda@]\n)\ndef \"A\"\n{\n}\n");
    EXPECT_TRUE(opened->prim_at(Path("/A")));
    EXPECT_TRUE(opened->prim_at(Path("/B")));
    ASSERT_EQ(opened->errors().size(), 1u);
    EXPECT_THAT(opened->errors().front().what, HasSubstr("contains this layer"));
}

std::string selecting(char const* variant)
{
    return variant ? fmt::format("    variants = {{\n        string size = \"{}\"\n    }}\n", variant) : "";
}

/// Who stands nearest decides; an asset's own selection counts when nobody else selects, the fallback of the
/// options when the asset does not either.
TEST_F(Compose, TheStrongestSelectionChoosesTheVariant)
{
    auto const variant = [](char const* name) {
        return fmt::format("        \"{0}\" {{\n            string from = \"{0}\"\n        }}\n", name);
    };
    for (char const* root : {static_cast<char const*>(nullptr), "big"})
        for (char const* sublayer : {static_cast<char const*>(nullptr), "small"})
            for (char const* asset : {static_cast<char const*>(nullptr), "tiny"})
                for (char const* fallback : {static_cast<char const*>(nullptr), "huge"}) {
                    file("asset.usda", "def \"M\" (\n" + selecting(asset) +
                                           "    variantSets = \"size\"\n)\n{\n    variantSet \"size\" = {\n" +
                                           variant("big") + variant("small") + variant("tiny") +
                                           variant("huge") + "    }\n}\n");
                    file("sub.usda", "over \"A\" (\n" + selecting(sublayer) + ")\n{\n}\n");
                    StageOptions options;
                    if (fallback) options.variant_fallbacks["size"] = {"unheard of", fallback};
                    auto const opened =
                        stage("(\n    subLayers = [@./sub.usda@]\n)\ndef \"A\" (\n" + selecting(root) +
                                  "    references = @./asset.usda@</M>\n)\n{\n}\n",
                              options);
                    std::string const expected = root       ? root
                                                 : sublayer ? sublayer
                                                 : asset    ? asset
                                                 : fallback ? fallback
                                                            : "nothing";
                    EXPECT_EQ(value_at(*opened, "/A"), expected);
                    EXPECT_EQ(opened->prim_at(Path("/A")).variant_selection(Token("size")).str(),
                              expected == "nothing" ? "" : expected);
                }
}

TEST_F(Compose, AVariantMaySelectInTheNextSet)
{
    auto const opened = stage(R"(def "A" (
    variants = {
        string one = "x"
    }
    prepend variantSets = ["one", "two"]
)
{
    variantSet "one" = {
        "x" (
            variants = {
                string two = "q"
            }
        ) {
        }
    }
    variantSet "two" = {
        "p" {
            string from = "p"
        }
        "q" {
            string from = "q"
        }
    }
})");
    EXPECT_EQ(value_at(*opened, "/A"), "q");
}

/// List edits of a stack of layers compose to what they do one after the other, weakest first.
TEST_F(Compose, ListEditsOfLayersAreTheEditsInTurn)
{
    std::mt19937 random(5);
    auto const some = [&](std::size_t most) {
        std::vector<Path> paths;
        for (std::size_t n = random() % (most + 1); n > 0; --n) {
            Path const path(fmt::format("/T{}", random() % 6));
            if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
        }
        return paths;
    };
    constexpr int layers = 4;
    for (int round = 0; round < 150; ++round) {
        std::vector<Path> expected;
        std::string sublayers;
        for (int i = 0; i < layers; ++i) { // the weakest first
            PathListOp edit;
            if (random() % 5 == 0)
                edit = PathListOp::make_explicit(some(4));
            else
                edit = {.prepended = some(3), .appended = some(3), .deleted = some(2), .ordered = some(3)};
            edit.apply(expected);
            Layer layer;
            layer.define_relationship(Path("/A.r"), {}).set(field::target_paths, Value(edit));
            auto const name = fmt::format("{}.usda", i);
            file(name, write_text(layer).substr(std::string_view("#usda 1.0\n").size()));
            sublayers = fmt::format("@./{}.usda@, ", i) + sublayers;
        }
        auto const opened = stage(fmt::format("(\n    subLayers = [{}]\n)\ndef \"A\"\n{{\n}}\n", sublayers));
        EXPECT_EQ(opened->prim_at(Path("/A")).targets("r"), expected) << round;
    }
}

TEST_F(Compose, AStrongerLayerTakesAReferenceAway)
{
    file("asset.usda", "def \"R\"\n{\n    string from = \"asset\"\n}\n");
    file("weak.usda", "def \"A\" (\n    references = @./asset.usda@</R>\n)\n{\n}\n");
    std::string const above = "(\n    subLayers = [@./weak.usda@]\n)\n";
    EXPECT_EQ(value_at(*stage(above), "/A"), "asset");
    EXPECT_EQ(
        value_at(*stage(above + "over \"A\" (\n    delete references = @./asset.usda@</R>\n)\n{\n}\n"), "/A"),
        "nothing");
    EXPECT_EQ(value_at(*stage(above + "over \"A\" (\n    references = None\n)\n{\n}\n"), "/A"), "nothing");
}

/// Each would take the square of its length, minutes at these sizes, if done naively.
TEST_F(Compose, HostilePrimsStopAtALimitOrStayLinear)
{
    auto const repeated = [](std::string text, std::string_view item, int times, std::string_view tail) {
        for (int i = 0; i < times; ++i) text += fmt::format(fmt::runtime(item), i);
        return text.append(tail);
    };
    auto const applied =
        stage(repeated("def \"A\" (\n    apiSchemas = [", "\"a{}\", ", 400'000, "]\n)\n{\n}\n"));
    EXPECT_EQ(applied->prim_at(Path("/A")).applied_schemas().size(), 400'000u);

    auto const references =
        stage(repeated(repeated("def \"A\" (\n    references = [", "</b{}>, ", 150'000, "]\n)\n{\n}\n"),
                       "class \"b{}\" {{}}\n", 150'000, ""));
    ASSERT_EQ(references->errors().size(), 1u);
    EXPECT_THAT(references->errors().front().what, HasSubstr("over 32767 sites contribute"));

    auto const sets = stage(repeated(
        repeated(repeated("def \"A\" (\n    variantSets = [", "\"v{}\", ", 20'000, "]\n    variants = {\n"),
                 "string v{} = \"a\"\n", 20'000, "    }\n)\n{\n"),
        "variantSet \"v{0}\" = {{\n\"a\" {{\nint x{0} = 1\n}}\n}}\n", 20'000, "}\n"));
    ASSERT_EQ(sets->errors().size(), 1u);
    EXPECT_THAT(sets->errors().front().what, HasSubstr("has 20000 variant sets; those past the first 1000"));
    auto const a = sets->prim_at(Path("/A"));
    EXPECT_EQ(a.get_or<int>("x999", 0), 1);
    EXPECT_EQ(a.get_or<int>("x1000", 0), 0);
}

TEST_F(Compose, WhatIsNotReadIsSaid)
{
    auto const missing = stage("def \"A\" (\n    references = @./none.usda@\n)\n{\n}\n");
    ASSERT_EQ(missing->errors().size(), 1u);
    EXPECT_THAT(missing->errors().front().what, HasSubstr("none.usda"));
    EXPECT_EQ(missing->errors().front().site, Path("/A"));
}

} // namespace
} // namespace soulvan::usd
