// Does stitching keep what both layers say, and the stronger where they disagree?
#include "soulvan/usd/stitch.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;
fs::path const sources = fs::path(SOULVAN_SHARED_DIR) / "data/usd/openusd/utils/testUsdUtilsStitch/src";

Layer layer(std::string_view body)
{
    auto const text = "#usda 1.0\n" + std::string(body);
    return Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
}

TEST(Stitch, ToNothingIsACopyAndMoreOftenChangesNothing)
{
    if (!fs::exists(sources)) GTEST_SKIP() << "needs ../shared/data/usd";
    for (auto const& entry : fs::directory_iterator(sources)) {
        auto const weak = Layer::open(entry.path()).value();
        Layer strong;
        EXPECT_TRUE(stitch(strong, *weak).empty());
        EXPECT_EQ(strong, *weak) << entry.path();
        stitch(strong, *weak); // lists may become such that combine: "add" is "append" then
        auto const twice = strong;
        stitch(strong, *weak);
        EXPECT_EQ(strong, twice) << entry.path();
    }
}

TEST(Stitch, FramesOfTheCorpusAreUnited)
{
    if (!fs::exists(sources)) GTEST_SKIP() << "needs ../shared/data/usd";
    Layer strong = *Layer::open(sources / "variants_1.usda").value();
    stitch(strong, *Layer::open(sources / "variants_2.usda").value());
    auto const samples =
        strong.find(Path("/Root{a=x}Child.testAttr")).get<TimeSamples>(field::time_samples).value();
    EXPECT_EQ(samples.times(), (std::vector<double>{1, 2}));
    auto const targets =
        strong.find(Path("/Root{a=x}Child.testRel")).get<PathListOp>(field::target_paths).value();
    EXPECT_EQ(targets, PathListOp::make_prepended({Path("/Root/Test"), Path("/Root/Test2")}));
    EXPECT_EQ(strong.find(Path("/Root")).get<VariantSelections>(field::variant_selection).value(),
              (VariantSelections{{"a", "x"}, {"b", "x"}}));
    EXPECT_TRUE(strong.find(Path("/Root{b=x}Child")));
}

TEST(Stitch, EachFieldByItsRule)
{
    auto strong = layer(R"((
    startTimeCode = 5
    endTimeCode = 6
    timeCodesPerSecond = 24
)
over "A" (customData = { int a = 1; dictionary d = { int x = 1 } }) {
    double v = 1
    double t.timeSamples = { 1: 1, 3: 3 }
}
)");
    auto const weak = layer(R"((
    startTimeCode = 1
    endTimeCode = 9
    timeCodesPerSecond = 30
)
def Sphere "A" (customData = { int a = 2; dictionary d = { int y = 2 } }) {
    double v = 2
    double t.timeSamples = { 1: 10, 2: 2 }
    double new = 4
}
)");
    EXPECT_EQ(stitch(strong, weak).size(), 1u); // the rates
    auto const root = strong.find(Path::root());
    EXPECT_EQ(root.get<double>(field::start_time_code), 1);
    EXPECT_EQ(root.get<double>(field::end_time_code), 9);
    EXPECT_EQ(root.get<double>(field::time_codes_per_second), 24);
    auto const a = strong.find(Path("/A"));
    EXPECT_EQ(a.get<Specifier>(field::specifier), Specifier::def);
    EXPECT_EQ(a.get<Token>(field::type_name), Token("Sphere"));
    auto const data = a.get<Dictionary>(field::custom_data).value();
    EXPECT_EQ(data.at("a"), Value(1));
    EXPECT_EQ(*data.at("d").get<Dictionary>(), (Dictionary{{"x", Value(1)}, {"y", Value(2)}}));
    EXPECT_EQ(strong.find(Path("/A.v")).find(field::default_value), Value(1.0));
    EXPECT_EQ(strong.find(Path("/A.t")).find(field::time_samples),
              Value(TimeSamples{{1, Value(1.0)}, {2, Value(2.0)}, {3, Value(3.0)}}));
    EXPECT_TRUE(strong.find(Path("/A.new")));
}

} // namespace
} // namespace soulvan::usd
