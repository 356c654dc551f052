// Layers in memory and on disk: authoring by code, formats told by content, errors that say what and where.
#include "soulvan/base/file.h"
#include "soulvan/usd/layer.h"
#include "soulvan/usd/stage.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct LayerFiles : testing::Test {
    fs::path folder = fs::temp_directory_path() / ("soulvan-layer-test-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

/// A line of /proc/self/status.
std::size_t process_kib(std::string_view name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name)) return std::stoul(line.substr(name.size()));
    return 0;
}

Layer sample()
{
    Layer layer;
    layer.edit_root().set(field::default_prim, Value(Token("World")));
    layer.define_prim(Path("/World"), Specifier::def, Token("Xform"));
    layer.define_attribute(Path("/World/Ball.radius"), Token("double"), Value(2.0));
    layer.define_attribute(Path("/World.xformOpOrder"), Token("token[]"), Value(Array<Token>({Token("a")})),
                           Variability::uniform);
    layer.define_relationship(Path("/World.material:binding"), {Path("/World/Looks")});
    layer.define_variant(Path("/World"), Token("size"), Token("big"));
    layer.define_prim(Path("/World{size=big}Extra"), Specifier::def, Token("Cube"));
    return layer;
}

TEST(Layer, RegistersEverySpecWithItsParent)
{
    Layer const layer = sample();
    auto const world = layer.find(Path("/World")).copy();
    EXPECT_EQ(world.prim_children, std::vector{Token("Ball")});
    EXPECT_EQ(world.properties, (std::vector{Token("xformOpOrder"), Token("material:binding")}));
    EXPECT_EQ(world.variant_sets, std::vector{Token("size")});
    EXPECT_EQ(layer.find(Path("/World{size=}")).variants().to_vector(), std::vector{Token("big")});
    EXPECT_EQ(layer.find(Path("/World{size=big}")).kind(), SpecKind::variant);
    EXPECT_EQ(layer.find(Path("/World/Ball")).find(field::specifier).get_or(Specifier::def), Specifier::over);
    EXPECT_EQ(layer.default_prim(), Token("World"));
    auto const paths = layer.paths();
    EXPECT_EQ(paths.size(), layer.size());
    EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
    EXPECT_FALSE(layer.find(Path("/Nowhere")));
}

/// However many siblings there are, and in whatever form the layer is: exactly what was made is found.
TEST(Layer, FindsEveryChildAndNoOther)
{
    Layer made;
    std::vector<Path> there, missing;
    for (int count : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 31, 52, 53, 1000}) {
        auto const parent = Path::root().child(Token(fmt::format("Of_{}", count)));
        made.define_prim(parent, Specifier::def);
        there.push_back(parent);
        for (int i = 0; i < count; ++i) {
            Token const name(fmt::format("N{}", i));
            there.push_back(parent.child(name));
            made.define_prim(there.back(), Specifier::def);
            // A property and a variant set of the same name are others.
            (i % 2 ? there : missing).push_back(parent.property(name));
            if (i % 2) made.define_attribute(there.back(), Token("int"), Value(i));
            (i % 3 ? there : missing).push_back(parent.variant(Token("set"), name));
            if (i % 3) made.define_variant(parent, Token("set"), name);
        }
        for (int i = count; i < 2 * count + 2; ++i)
            missing.push_back(parent.child(Token(fmt::format("N{}", i))));
    }
    auto const text = write_text(made), crate = write_crate(made).value();
    for (auto const& bytes : {text, crate}) {
        auto const read = Layer::read(std::as_bytes(std::span(bytes)), "wide").value();
        for (auto const& path : there) ASSERT_TRUE(read.find(path)) << path.str();
        for (auto const& path : missing) ASSERT_FALSE(read.find(path)) << path.str();
        EXPECT_EQ(write_text(read), text);
    }
}

TEST(Layer, ComparesFieldsAsASet)
{
    Layer a = sample();
    Layer b = sample();
    EXPECT_TRUE(a == b);
    Spec& spec = *b.edit(Path("/World/Ball.radius"));
    std::reverse(spec.fields.begin(), spec.fields.end());
    EXPECT_TRUE(a == b);
    spec.set(field::default_value, Value(2.5));
    EXPECT_FALSE(a == b);
}

/// Arrays of a megabyte each, all different but every fourth, which is like the first.
Layer large(int arrays)
{
    Layer layer;
    for (int i = 0; i < arrays; ++i) {
        std::vector<float> values(std::size_t{1} << 18);
        for (std::size_t k = 0; k < values.size(); ++k)
            values[k] = static_cast<float>(k) * 0.37f + static_cast<float>(i % 4 ? i : 0);
        layer.define_prim(Path::root().child(Token(fmt::format("P{}", i))), Specifier::def);
        layer.define_attribute(Path(fmt::format("/P{}.values", i)), Token("float[]"),
                               Value(Array<float>(std::move(values))));
    }
    return layer;
}

TEST_F(LayerFiles, AreSavedAsTheyWouldBeInMemory)
{
    for (auto const& layer : {sample(), large(9)}) {
        ASSERT_TRUE(save(layer, folder / "a.usda"));
        EXPECT_TRUE(read_file(folder / "a.usda").value() == write_text(layer));
        ASSERT_TRUE(save(layer, folder / "a.usdc"));
        EXPECT_TRUE(read_file(folder / "a.usdc").value() == write_crate(layer).value());
        ASSERT_TRUE(save(layer, folder / "a.usd", "usda"));
        EXPECT_TRUE(read_file(folder / "a.usd").value() == write_text(layer));
    }
}

#ifndef SOULVAN_SANITIZED // whose allocators take what they like
/// The file is larger than all memory that saving may take.
TEST_F(LayerFiles, AreSavedWithoutBeingHeldInMemory)
{
    auto const layer = large(64);
    auto const data_kib = [] { return process_kib("VmData:"); };
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_DATA, &before), 0);
    auto const within = [&](std::size_t mebibytes, char const* name) {
        rlimit const bound{(data_kib() << 10) + (mebibytes << 20), before.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_DATA, &bound), 0);
        bool saved = false;
        EXPECT_NO_THROW(saved = save(layer, folder / name).has_value());
        EXPECT_EQ(::setrlimit(RLIMIT_DATA, &before), 0);
        return saved;
    };
    ASSERT_TRUE(within(24, "a.usdc"));
    EXPECT_GT(fs::file_size(folder / "a.usdc"), 48u << 20);
    ASSERT_TRUE(within(48, "a.usda"));
    EXPECT_GT(fs::file_size(folder / "a.usda"), 96u << 20);
}
#endif

/// What is read is given back, property by property; lines are counted all the same.
TEST_F(LayerFiles, OfTextTakeLittleMoreThanTheirValues)
{
    std::string text = "#usda 1.0\ndef \"P\"\n{\n";
    for (int i = 0; i < 128; ++i) {
        text += fmt::format("    float[] values{} = [", i);
        for (int k = 0; k < 32 << 10; ++k) text += "0.12345678,\n";
        text += "]\n";
    }
    text += "}\ndef \"Missing\" (references = @./missing.usda@)\n{\n}\n";
    ASSERT_TRUE(write_file(folder / "a.usda", text));
    auto const stage = Stage::open(folder / "a.usda");
    ASSERT_TRUE(stage);
    ASSERT_EQ((*stage)->errors().size(), 1u);
    EXPECT_EQ((*stage)->errors()[0].line, 5u + 128 * ((32 << 10) + 1));
#ifndef SOULVAN_SANITIZED
    std::ofstream("/proc/self/clear_refs") << "5"; // proc(5): VmHWM begins anew
    auto const before = process_kib("VmHWM:");
    auto const layer = Layer::open(folder / "a.usda");
    ASSERT_TRUE(layer);
    auto const values = 128 * (32ul << 10) * sizeof(float) >> 10;
    EXPECT_LT(process_kib("VmHWM:") - before, values + values / 2); // the text has three times as many
#endif
}

/// OpenUSD writes no crate of relocates on prims either, and reads none.
TEST_F(LayerFiles, OfRelocatesOnPrimsAreText)
{
    ASSERT_TRUE(write_file(folder / "a.usda", "#usda 1.0\ndef \"A\" (\nrelocates = {<x>: <y>}\n)\n{\n}\n"));
    auto const layer = Layer::open(folder / "a.usda");
    ASSERT_TRUE(layer);
    EXPECT_TRUE(save(**layer, folder / "b.usda"));
    auto const saved = save(**layer, folder / "b.usdc");
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, Errc::unsupported);
    EXPECT_THAT(saved.error().what, HasSubstr("</A> has relocates of its own"));
    EXPECT_FALSE(fs::exists(folder / "b.usdc"));
}

TEST_F(LayerFiles, LeaveNothingWhenTheDiskIsFull)
{
    auto const layer = large(9);
    ASSERT_TRUE(write_file(folder / "old.usdc", "old"));
    auto const signal = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit const bound{2u << 20, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &bound), 0);
    for (char const* name : {"old.usdc", "new.usda"}) {
        auto const saved = save(layer, folder / name);
        ASSERT_FALSE(saved);
        EXPECT_EQ(saved.error().code, Errc::io);
    }
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, signal);
    EXPECT_EQ(read_file(folder / "old.usdc").value(), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST_F(LayerFiles, AreReadByContentWhateverTheirName)
{
    Layer const layer = sample();
    for (char const* name : {"a.usda", "b.usdc", "c.usd"}) {
        ASSERT_TRUE(save(layer, folder / name)) << name;
        auto const read = Layer::open(folder / name);
        ASSERT_TRUE(read) << read.error().what;
        EXPECT_EQ(write_text(**read), write_text(layer)) << name;
        EXPECT_EQ((*read)->identifier, (folder / name).string());
    }
    fs::rename(folder / "a.usda", folder / "text.usd");
    EXPECT_TRUE(Layer::open(folder / "text.usd"));
}

TEST_F(LayerFiles, SayWhatIsWrongAndWhere)
{
    EXPECT_EQ(Layer::open(folder / "missing.usda").error().code, Errc::not_found);
    ASSERT_TRUE(write_file(folder / "bad.usda", "#usda 1.0\ndef \"A\"\n{\n    int é = x\n}\n"));
    EXPECT_THAT(Layer::open(folder / "bad.usda").error().what, HasSubstr("bad.usda:4:13: "));
    ASSERT_TRUE(write_file(folder / "other.usda", "hello"));
    EXPECT_THAT(Layer::open(folder / "other.usda").error().what, HasSubstr("no USD layer"));
    ASSERT_TRUE(write_file(folder / "empty.usda", ""));
    EXPECT_EQ(Layer::open(folder / "empty.usda").error().code, Errc::invalid_input);
    EXPECT_EQ(Layer::open(folder / "other.usda[inner.usda]").error().code, Errc::not_found);
    EXPECT_FALSE(Layer::open(folder));
    EXPECT_EQ(save(sample(), folder / "x.obj").error().code, Errc::unsupported);
    EXPECT_FALSE(save(sample(), folder / "bad.usda" / "x.usda"));
}

} // namespace
} // namespace soulvan::usd
