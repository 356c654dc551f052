// Do array edits change weaker arrays as OpenUSD's do?
#include "soulvan/usd/array_edit.h"
#include "soulvan/usd/layer.h"
#include "soulvan/usd/stage.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace soulvan::usd {

namespace {

std::filesystem::path const committed = std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";

/// Files that usd-core 26.11 wrote.
TEST(ArrayEdits, AreReadAndWritten)
{
    auto const file = std::ifstream(committed / "array_edits.usda");
    auto const text = (std::ostringstream() << file.rdbuf()).str();
    auto const from_text = Layer::open(committed / "array_edits.usda").value();
    auto const from_crate = Layer::open(committed / "array_edits-0.14.0.usdc").value();
    int compared = 0;
    for (auto const& path : from_text->paths())
        for (auto const name : {field::default_value, field::time_samples}) {
            auto const value = from_text->find(path).find(name);
            EXPECT_TRUE(value == from_crate->find(path).find(name)) << path.str() << " " << name.str();
            compared += !value.empty();
        }
    EXPECT_EQ(compared, 7);
    EXPECT_EQ(write_text(*from_crate), text);
    auto const written = write_crate(*from_text).value();
    EXPECT_EQ(static_cast<int>(written[9]), 14);
    EXPECT_TRUE(Layer::read(std::as_bytes(std::span(written)), "again.usdc").value() == *from_text);
}

/// The numbers are those of usd-core 26.11.
TEST(ArrayEdits, ComposeOverWeakerArrays)
{
    std::string const text = R"(#usda 1.2
(
    subLayers = [@./array_edits.usda@, @./array_edits_weak.usda@]
)
)";
    auto root = Layer::read(std::as_bytes(std::span(text)), "root.usda").value();
    auto const stage = Stage::open(std::make_shared<Layer const>(std::move(root)), committed).value();
    EXPECT_TRUE(stage->errors().empty());
    auto const a = stage->prim_at(Path("/A"));
    using Ints = Array<std::int32_t>;
    using Doubles = Array<double>;
    auto const ints = [](std::vector<std::int32_t> items) { return Ints(std::move(items)); };
    auto const doubles = [](std::vector<double> items) { return Doubles(std::move(items)); };
    EXPECT_EQ(a.get<Ints>("a"), ints({0, 4, 0, 7, 2, 3, 4, 0, 8}));
    EXPECT_EQ(a.get<Ints>("b"), ints({9}));
    EXPECT_EQ(a.get<Ints>("b", 0), ints({1, 2, 3, 9}));
    EXPECT_EQ(a.get<Ints>("b", 5), ints({1, 2, 3, 9}));
    EXPECT_EQ(a.get<Ints>("b", 10), ints({4, 5, 6, 9}));
    EXPECT_EQ(a.get<Array<Vec3f>>("c"), Array<Vec3f>(std::vector<Vec3f>{{1, 2, 3}, {4, 5, 6}, {0, 0, 0}}));
    EXPECT_EQ(a.get<Ints>("d"), ints({1, 6, 6}));
    EXPECT_EQ(a.get<Array<Token>>("e"), Array<Token>(std::vector<Token>{Token("z"), Token("x")}));
    EXPECT_EQ(a.get<Doubles>("f", 0), doubles({1, 2, 7, 1}));
    EXPECT_EQ(a.get<Doubles>("f", 5), doubles({2, 3, 7, 1.5}));
    EXPECT_EQ(a.get<Doubles>("f", 10), doubles({3, 4, 7, 2}));
    EXPECT_EQ(a.get<Ints>("g"), Ints());
}

/// Sizes and indexes come from files.
TEST(ArrayEdits, AreBounded)
{
    using Op = ArrayEdit::Op;
    constexpr auto huge = std::numeric_limits<std::int64_t>::max();
    ArrayEdit const edit{Array<std::int32_t>(std::vector<std::int32_t>{7}),
                         {{Op::set_size, huge},
                          {Op::min_size, huge},
                          {Op::write, 5, 0},
                          {Op::write, 0, huge},
                          {Op::erase, -huge},
                          {Op::insert_from, huge, 0},
                          {Op::min_size_fill, 3, 9},
                          {Op::max_size, -1},
                          {Op::insert, 0, 1}}};
    EXPECT_EQ(apply(edit, Value(Array<std::int32_t>(std::vector<std::int32_t>{1, 2}))),
              Value(Array<std::int32_t>(std::vector<std::int32_t>{1, 7, 2})));
    EXPECT_TRUE(apply(edit, Value(1.5)).empty());
}

} // namespace
} // namespace soulvan::usd
