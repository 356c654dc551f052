// Is a stage the same however it is composed: on one thread or many, whole, masked, or without some of its
// layers and payloads?
#include "soulvan/base/file.h"
#include "soulvan/usd/stage.h"

#include <tbb/global_control.h>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

class Populate : public testing::Test {
protected:
    fs::path const folder = make_scratch();

    static fs::path make_scratch()
    {
        auto pattern = (fs::temp_directory_path() / "populate-XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(folder); }

    fs::path file(std::string const& name, std::string const& text)
    {
        EXPECT_TRUE(write_file(folder / name, lined(text)));
        return folder / name;
    }
    /// Statements end with their line: a new line behind every brace of text.
    static std::string lined(std::string const& text)
    {
        if (!text.starts_with('#')) return text;
        std::string result;
        for (char const c : text) {
            if (c == '}') result += '\n';
            result += c;
            if (c == '{' || c == '}') result += '\n';
        }
        return result;
    }
    static std::shared_ptr<Stage const> open(fs::path const& path, StageOptions const& options = {})
    {
        auto stage = Stage::open(path, options);
        EXPECT_TRUE(stage) << (stage ? "" : stage.error().what);
        return *stage;
    }
    static std::vector<std::string> paths(Stage const& stage)
    {
        std::vector<std::string> result;
        stage.traverse([&](Prim const& prim) { return result.push_back(prim.path().str()), true; });
        return result;
    }
    /// Everything that could depend on which thread came first.
    static std::string account(Stage const& stage)
    {
        std::string text;
        auto show = [&](auto const& self, Prim const& prim) -> void {
            text += fmt::format("{} {} {} {}\n", prim.path().str(), prim.type_name().str(),
                                prim.prototype_key(), prim.is_defined());
            for (auto const& [layer, path] : prim.prim_stack())
                text += fmt::format("  {} {}\n", layer->identifier, path.str());
            for (auto const& child : prim.all_children()) self(self, child);
        };
        show(show, stage.pseudo_root());
        for (auto const& error : stage.errors())
            text += fmt::format("{}:{}: <{}> {}\n", error.layer, error.line, error.site.str(), error.what);
        return text;
    }
};

/// A stage with many references, some broken, and instances in instances.
std::string wide_stage()
{
    std::string text = "#usda 1.0\n( subLayers = [@./under.usda@, @./gone.usda@] )\n"
                       "def \"World\"\n{\n";
    for (int i = 0; i < 300; ++i)
        text += fmt::format(
            "    def \"P{}\" (\n        instanceable = {}\n        references = @{}@\n    ) {{}}\n", i,
            i % 3 != 0, i % 50 == 7 ? "./missing.usda" : fmt::format("./asset{}.usda", i % 5));
    return text + "}\n";
}

TEST_F(Populate, GivesTheSameStageOnAnyNumberOfThreads)
{
    for (int i = 0; i < 5; ++i)
        file(fmt::format("asset{}.usda", i),
             fmt::format(
                 "#usda 1.0\n( defaultPrim = \"A\" )\ndef \"A\"\n{{\n    def \"N\" (\n"
                 "        instanceable = true\n        references = [@./asset{}.usda@</B>, @./lost{}.usda@]\n"
                 "    ) {{}}\n}}\ndef \"B\" {{ def \"Leaf{}\" {{}} }}\n",
                 (i + 1) % 5, i, i));
    file("under.usda", "#usda 1.0\nover \"World\" { over \"P4\" { def \"Local\" {} } }\n");
    auto const root = file("root.usda", wide_stage());
    auto const composed_on = [&](std::size_t threads) {
        tbb::global_control const limit(tbb::global_control::max_allowed_parallelism, threads);
        return account(*open(root));
    };
    auto const one = composed_on(1);
    EXPECT_THAT(one, testing::HasSubstr("/World/P1/N/Leaf2"));
    for (int round = 0; round < 5; ++round) ASSERT_EQ(composed_on(4), one);
}

TEST_F(Populate, ErrorsSayTheLineOfTheirPrim)
{
    auto const stage = open(file("root.usda", "#usda 1.0\n\ndef \"A\"\n{\n    def \"B\" (\n"
                                              "        references = @./gone.usda@\n    ) {}\n}\n"));
    ASSERT_EQ(stage->errors().size(), 1u);
    auto const& error = stage->errors().front();
    EXPECT_EQ(error.kind, Trouble::unresolved_layer);
    EXPECT_EQ(error.site, Path("/A/B"));
    EXPECT_EQ(error.line, 6u);
}

TEST_F(Populate, MasksKeepWhatLeadsToThem)
{
    auto const root = file("root.usda", "#usda 1.0\ndef \"A\" { def \"B\" { def \"C\" {} } def \"D\" {} }\n"
                                        "def \"E\" {}\n");
    StageOptions options;
    options.mask = {Path("/A/B")};
    EXPECT_THAT(paths(*open(root, options)), testing::ElementsAre("/A", "/A/B", "/A/B/C"));
}

TEST_F(Populate, LoadRulesDecidePayloadByPayload)
{
    file("inner.usda", "#usda 1.0\ndef \"P\" { def \"Inner\" {} }\n");
    file("outer.usda", "#usda 1.0\ndef \"P\" { def \"X\" ( payload = @./inner.usda@</P> ) {}\n"
                       "    def \"Y\" ( payload = @./inner.usda@</P> ) {} }\n");
    auto const root = file("root.usda", "#usda 1.0\ndef \"A\" ( payload = @./outer.usda@</P> ) {}\n"
                                        "def \"B\" ( payload = @./outer.usda@</P> ) {}\n");
    auto const with = [&](bool load, LoadRules rules) {
        StageOptions options;
        options.load_payloads = load;
        options.load_rules = std::move(rules);
        return paths(*open(root, options));
    };
    EXPECT_THAT(with(false, {}), testing::ElementsAre("/A", "/B"));
    EXPECT_EQ(with(true, {}).size(), 10u);
    EXPECT_THAT(with(false, {{Path("/A"), LoadRule::only}}),
                testing::ElementsAre("/A", "/A/X", "/A/Y", "/B"));
    EXPECT_THAT(with(true, {{Path("/B"), LoadRule::none}, {Path("/A/Y"), LoadRule::none}}),
                testing::ElementsAre("/A", "/A/X", "/A/X/Inner", "/A/Y", "/B"));
    // What leads to a loaded prim is loaded.
    EXPECT_THAT(with(false, {{Path("/A/X"), LoadRule::all}}),
                testing::ElementsAre("/A", "/A/X", "/A/X/Inner", "/A/Y", "/B"));
}

TEST_F(Populate, ASessionIsStrongerAndMutedLayersSayNothing)
{
    file("weak.usda", "#usda 1.0\ndef \"A\" { double size = 1 }\ndef \"Weak\" {}\n");
    auto const root = file("root.usda", "#usda 1.0\n( subLayers = [@./weak.usda@] )\nover \"A\" {}\n"
                                        "def \"Ref\" ( references = @./weak.usda@</A> ) {}\n");
    StageOptions options;
    std::string const text =
        "#usda 1.0\nover \"A\" { double size = 2 }\nover \"Weak\" ( active = false ) {}\n";
    auto const lines = lined(text);
    options.session =
        std::make_shared<Layer const>(Layer::read(std::as_bytes(std::span(lines)), "session").value());
    auto const seen = open(root, options);
    EXPECT_EQ(seen->prim_at(Path("/A")).get<double>("size"), 2.0);
    EXPECT_EQ(seen->prim_at(Path("/Ref")).get<double>("size"), 1.0);
    EXPECT_THAT(paths(*seen), testing::ElementsAre("/A", "/Ref"));

    options.session = nullptr;
    options.muted = {(folder / "weak.usda").string()};
    auto const muted = open(root, options);
    EXPECT_THAT(paths(*muted), testing::ElementsAre("/Ref"));
    EXPECT_FALSE(muted->prim_at(Path("/Ref")).get<double>("size"));
    EXPECT_TRUE(muted->errors().empty());
}

TEST_F(Populate, AChildWithoutASpecIsToldAndLeftOut)
{
    Layer layer;
    layer.define_prim(Path("/A/B"), Specifier::def);
    layer.define_prim(Path("/A"), Specifier::def).prim_children = {Token("B"), Token("Gone"), Token("B")};
    auto const path = file("damaged.usdc", write_crate(layer).value());
    auto const stage = open(path);
    EXPECT_THAT(paths(*stage), testing::ElementsAre("/A", "/A/B"));
    ASSERT_EQ(stage->errors().size(), 2u);
    EXPECT_EQ(stage->errors()[0].kind, Trouble::damaged);
    EXPECT_THAT(stage->errors()[0].what, testing::HasSubstr("'Gone'"));
    EXPECT_FALSE(Layer::open(path).value()->check());
}

TEST_F(Populate, ADamagedValueIsToldWhenItIsRead)
{
    Layer layer;
    auto const numbers = std::vector<std::int32_t>(100'000, 7);
    layer.define_attribute(Path("/A.x"), Token("int[]"), Value(Array<std::int32_t>(numbers)));
    auto bytes = write_crate(layer).value();
    // The compressed numbers stand right behind the bootstrap, the tables after them.
    for (std::size_t i = 88 + 16; i < 88 + 60; ++i) bytes[i] = static_cast<char>(0xFF);
    auto const opened = Layer::open(file("damaged.usdc", bytes));
    ASSERT_TRUE(opened) << opened.error().what;
    auto const& damaged = **opened;
    auto const names = damaged.find(Path("/A.x")).field_names();
    EXPECT_THAT(names, testing::UnorderedElementsAre(field::custom, field::type_name, field::variability,
                                                     field::default_value));
    EXPECT_TRUE(damaged.damage().empty()) << "names were asked for, and a value was read";
    EXPECT_TRUE(damaged.find(Path("/A.x")).find(field::default_value).empty());
    ASSERT_EQ(damaged.damage().size(), 1u);
    EXPECT_THAT(damaged.damage()[0].what, testing::ContainsRegex("damaged.usdc: offset [0-9]+: "));
    EXPECT_FALSE(save(damaged, folder / "copy.usda"));
    EXPECT_FALSE(fs::exists(folder / "copy.usda"));
}

/// References that double at each step: a prim's cost is bounded, and so is the sum over a stage, in
/// proportion to what the stage may hold. The outcome is the same on any number of threads.
TEST_F(Populate, AStageThatWouldComposeForMinutesIsRefused)
{
    std::string text = "#usda 1.0\n";
    for (int i = 0; i < 22; ++i)
        text += fmt::format("def \"P{}\" (references = [</P{}>, </P{}>]) {{}}\n", i, i + 1, i + 2);
    text += "def \"P22\" {}\ndef \"P23\" {}\n";
    auto const root = file("root.usda", text);
    StageOptions options;
    ASSERT_TRUE(Stage::open(root, options));
    options.limits.specs = 1000;
    auto const refused = Stage::open(root, options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit);
    EXPECT_THAT(refused.error().what, testing::HasSubstr("root.usda: the arcs of its prims"));
}

} // namespace
} // namespace soulvan::usd
