// Values, value types and list edits: equality, the table of types, and the AOUSD suite of list edits.
#include "soulvan/base/json.h"
#include "soulvan/usd/value.h"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const aousd = fs::path(SOULVAN_SHARED_DIR) / "data/usd/aousd";
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(Value, HoldsWhatWasPutInAndNothingElse)
{
    Value const number(1.5f);
    EXPECT_EQ(*number.get<float>(), 1.5f);
    EXPECT_EQ(number.get<double>(), nullptr);
    EXPECT_EQ(number.get_or(2.0), 2.0);
    EXPECT_TRUE(Value("text").holds<std::string>());
    EXPECT_TRUE(Value(true).holds<Bool>());
    EXPECT_TRUE(Value(Dictionary{{"a", Value(1)}}).holds<Dictionary>());
    EXPECT_TRUE(Value().empty());
    EXPECT_TRUE(Value(ValueBlock{}).is_block());
}

template <class T>
void expect_nan_equal(T const& value)
{
    EXPECT_TRUE(Value(value) == Value(value));
    EXPECT_TRUE(Value(Array<T>({value})) == Value(Array<T>({value})));
    EXPECT_FALSE(Value(value) == Value(Array<T>({value})));
}

TEST(Value, ComparesNotANumberAsEqualAtAnyDepth)
{
    expect_nan_equal(nan);
    expect_nan_equal(std::nan(""));
    expect_nan_equal(half(nan));
    expect_nan_equal(TimeCode{std::nan("")});
    expect_nan_equal(Vec3f(1, nan, 2));
    expect_nan_equal(Quatd(std::nan(""), 0, 0, 0));
    Matrix4d matrix;
    matrix[2][3] = std::nan("");
    expect_nan_equal(matrix);
    EXPECT_FALSE(Value(Vec3f(1, nan, 2)) == Value(Vec3f(1, nan, 3)));
    EXPECT_FALSE(Value(Matrix4d()) == Value(matrix));
    TimeSamples const samples = {{1.0, Value(nan)}, {2.0, Value(Vec2f(nan, 0))}};
    EXPECT_TRUE(Value(samples) == Value(samples));
    EXPECT_TRUE(Value(Dictionary{{"k", Value(samples)}}) == Value(Dictionary{{"k", Value(samples)}}));
}

TEST(Value, SharesArraysThatLieElsewhere)
{
    auto const owner = std::make_shared<std::vector<int> const>(std::vector{1, 2, 3});
    std::weak_ptr<std::vector<int> const> const watch = owner;
    Value value(Array<std::int32_t>(owner->data(), 3, owner));
    EXPECT_TRUE(value == Value(Array<std::int32_t>({1, 2, 3})));
    EXPECT_EQ(watch.use_count(), 2);
}

TEST(ValueTypes, AreThoseOfTheSpecification)
{
    if (!fs::exists(aousd / "types")) GTEST_SKIP() << "needs ../shared/data/usd/aousd/types";
    auto const table = read_json(aousd / "types/foundational_data_types.json").value();
    for (auto const& name : table["named_types"]) {
        auto const text = name.get<std::string>();
        // Dictionaries and list edits are types of fields, not of attributes.
        bool const of_field = text == "dictionary" || text.starts_with("listop<");
        EXPECT_EQ(find_value_type(text) == nullptr, of_field) << text;
    }
    for (auto const& row : table["semantic_aliases"]) {
        auto const* const type = find_value_type(row[0].get<std::string>());
        ASSERT_TRUE(type) << row;
        auto scalar = row[1].get<std::string>();
        if (type->is_array) scalar.resize(scalar.size() - 2);
        EXPECT_EQ(type->scalar, scalar);
        std::string role(type->role);
        if (role == "TextureCoordinate") role = "TexCoord";
        role[0] = static_cast<char>(role[0] - 'A' + 'a');
        EXPECT_EQ(role, row[2]);
    }
}

TEST(ValueTypes, HaveZerosAndOldNames)
{
    EXPECT_TRUE(find_value_type("matrix4d")->fallback == Value(Matrix4d()));
    EXPECT_TRUE(find_value_type("color3f")->fallback == Value(Vec3f(0)));
    EXPECT_TRUE(find_value_type("quath")->fallback == Value(Quath(half(1), half(0), half(0), half(0))));
    EXPECT_TRUE(find_value_type("half")->fallback == Value(half(0)));
    EXPECT_TRUE(find_value_type("token[]")->fallback == Value(Array<Token>()));
    EXPECT_EQ(find_value_type("PointFloat[]")->name, "point3f[]");
    EXPECT_EQ(find_value_type("Vec3d"), find_value_type("Vec3d"));
    EXPECT_EQ(find_value_type("Vec3d")->name, "double3");
    EXPECT_EQ(find_value_type("float5"), nullptr);
    EXPECT_EQ(find_value_type("opaque[]"), nullptr);
}

IntListOp list_op_from(Json const& json)
{
    auto const list = [&](char const* name) { return json.value(name, std::vector<std::int32_t>()); };
    IntListOp op;
    op.is_explicit = json.contains("explicit_items");
    op.explicit_items = list("explicit_items");
    op.prepended = list("prepended_items");
    op.appended = list("appended_items");
    op.deleted = list("deleted_items");
    return op;
}

TEST(ListOp, ChainsDoWhatTheirReductionDoes)
{
    if (!fs::exists(aousd / "listop")) GTEST_SKIP() << "needs ../shared/data/usd/aousd/listop";
    int checked = 0;
    for (auto const& file : fs::directory_iterator(aousd / "listop")) {
        auto const scenarios = read_json(file.path()).value();
        for (auto const& scenario : scenarios) {
            SCOPED_TRACE(scenario["description"]);
            for (std::vector<std::int32_t> const& base :
                 {std::vector<std::int32_t>{}, {50, 75, 100}, {1, 150, 2, 25, 3, 102, 52}}) {
                auto chained = base;
                auto const& chain = scenario["chain"]; // strongest first
                for (auto op = chain.rbegin(); op != chain.rend(); ++op) list_op_from(*op).apply(chained);
                auto reduced = base;
                list_op_from(scenario["combined_reduced"]).apply(reduced);
                EXPECT_EQ(chained, reduced);
                ++checked;
            }
        }
    }
    EXPECT_GT(checked, 60);
}

TEST(ListOp, EditsInOpenUsdsOrder)
{
    std::vector<std::int32_t> items = {5, 1, 2, 3, 4};
    IntListOp{.ordered = {3, 1, 9}}.apply(items);
    EXPECT_EQ(items, (std::vector<std::int32_t>{5, 3, 4, 1, 2}));
    items = {5, 1, 2, 3, 4};
    IntListOp{.added = {7, 1}, .prepended = {4, 5}, .appended = {3, 1}, .deleted = {2}}.apply(items);
    EXPECT_EQ(items, (std::vector<std::int32_t>{4, 5, 7, 3, 1}));
    items = {1};
    IntListOp{.appended = {5, 6, 5}}.apply(items);
    EXPECT_EQ(items, (std::vector<std::int32_t>{1, 6, 5}));
    IntListOp::make_explicit({3, 3, 2}).apply(items);
    EXPECT_EQ(items, (std::vector<std::int32_t>{3, 2}));
}

TEST(ListOp, TakesLongListsInLinearTime)
{
    std::vector<Reference> many;
    for (int i = 0; i < 200'000; ++i) many.push_back({.asset = std::to_string(i)});
    std::vector<Reference> items = many;
    ReferenceListOp{.prepended = many, .ordered = {many.rbegin(), many.rend()}}.apply(items);
    EXPECT_EQ(items.size(), many.size());
    EXPECT_EQ(items.front().asset, "199999");
}

} // namespace
} // namespace soulvan::usd
