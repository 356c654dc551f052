// What do attributes resolve to over time? Numbers of OpenUSD, and laws that need none.
#include "soulvan/base/json.h"
#include "soulvan/usd/stage.h"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {
namespace {

std::filesystem::path const committed = std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";

void append(std::vector<double>& out, double x)
{
    out.push_back(x);
}
void append(std::vector<double>& out, TimeCode x)
{
    out.push_back(x.value);
}
template <class T>
void append(std::vector<double>& out, Imath::Vec2<T> const& v)
{
    out.insert(out.end(), {v.x, v.y});
}
template <class T>
void append(std::vector<double>& out, Imath::Vec3<T> const& v)
{
    out.insert(out.end(), {v.x, v.y, v.z});
}
template <class T>
void append(std::vector<double>& out, Imath::Quat<T> const& q)
{
    out.insert(out.end(), {q.r, q.v.x, q.v.y, q.v.z});
}
void append(std::vector<double>& out, Matrix4d const& m)
{
    for (int row = 0; row < 4; ++row) out.insert(out.end(), {m[row][0], m[row][1], m[row][2], m[row][3]});
}

/// As oracles/interpolation.py prints values: numbers in a row, text, a truth value, or null.
Json plain(std::optional<Value> const& value)
{
    if (!value) return {};
    if (auto const* flag = value->get<Bool>()) return flag->value;
    if (auto const* text = value->get<std::string>()) return *text;
    if (auto const* word = value->get<Token>()) return word->str();
    std::vector<double> numbers;
    bool known = false;
    auto const take = [&]<class T>(T const*) {
        if (auto const* one = value->get<T>()) append(numbers, *one), known = true;
        if (auto const* many = value->get<Array<T>>()) {
            for (auto const& one : *many) append(numbers, one);
            known = true;
        }
    };
    take(static_cast<float const*>(nullptr));
    take(static_cast<double const*>(nullptr));
    take(static_cast<half const*>(nullptr));
    take(static_cast<std::int32_t const*>(nullptr));
    take(static_cast<TimeCode const*>(nullptr));
    take(static_cast<Vec2d const*>(nullptr));
    take(static_cast<Vec3f const*>(nullptr));
    take(static_cast<Vec3d const*>(nullptr));
    take(static_cast<Quath const*>(nullptr));
    take(static_cast<Quatf const*>(nullptr));
    take(static_cast<Quatd const*>(nullptr));
    take(static_cast<Matrix4d const*>(nullptr));
    return known ? Json(numbers) : Json("a type that this test does not know");
}

void expect_same(Json const& ours, Json const& theirs, std::string const& where, double tolerance = 0)
{
    if (!ours.is_array() || !theirs.is_array()) {
        EXPECT_EQ(ours, theirs) << where;
        return;
    }
    ASSERT_EQ(ours.size(), theirs.size()) << where;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        auto const a = ours[i].get<double>(), b = theirs[i].get<double>();
        EXPECT_NEAR(a, b, tolerance * std::max(1.0, std::abs(b))) << where << " number " << i;
    }
}

TEST(StageTime, ValuesBetweenAndAroundSamplesAreOpenUsds)
{
    auto const expected = read_json(committed / "interpolation.json").value();
    auto const stage = Stage::open(committed / "interpolation.usda").value();
    EXPECT_TRUE(stage->errors().empty());
    auto const times = expected["times"].get<std::vector<double>>();
    int compared = 0;
    for (auto const& [path, row] : expected["values"].items()) {
        Path const at(path);
        auto const attribute = stage->prim_at(at.parent()).attribute(at.name());
        ASSERT_TRUE(attribute) << path;
        expect_same(Json(attribute->time_samples()), row["samples"], path + " samples");
        expect_same(plain(attribute->value()), row["default"], path + " default");
        for (std::size_t i = 0; i < times.size(); ++i, ++compared)
            expect_same(plain(attribute->value(times[i])), row["at"][i],
                        fmt::format("{} at {}", path, times[i]));
    }
    EXPECT_EQ(compared, 24 * 15);
}

/// The default time asks for the default alone; the earliest time sees the first sample.
TEST(StageTime, TheDefaultTimeIsNotATime)
{
    auto const stage = Stage::open(committed / "interpolation.usda").value();
    auto const a = stage->prim_at(Path("/A"));
    EXPECT_EQ(a.get_or<double>("with_default", 0), 3);
    EXPECT_EQ(a.get_or<double>("with_default", 0, 2), 4);
    EXPECT_EQ(a.get<double>("one"), std::nullopt);
    EXPECT_EQ(a.get_or<double>("one", 0, Time::earliest()), 2.25);
    EXPECT_EQ(a.get_or<double>("with_default", 0, Time::earliest()), 4);
    EXPECT_EQ(a.get_or<float>("blocked", 0), 6);
    EXPECT_EQ(a.get<float>("starts_blocked"), std::nullopt);
}

Layer layer_of(std::string const& body)
{
    auto const text = "#usda 1.0\n" + body;
    return Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
}

/// Composing through a layer with an offset and asking at t is asking the layer itself at (t - offset)/scale.
TEST(StageTime, LayerOffsetsAreAChangeOfClock)
{
    auto const inner = Stage::open(committed / "interpolation.usda").value();
    for (auto const& [offset, scale] : {std::pair(0.0, 1.0), {7.0, 1.0}, {-3.0, 2.0}, {5.0, 0.25}}) {
        auto const outer =
            Stage::open(std::make_shared<Layer const>(layer_of(fmt::format(
                            "(\n    subLayers = [@./interpolation.usda@ (offset = {}; scale = {})]\n)\n",
                            offset, scale))),
                        committed)
                .value();
        for (auto const* name : {"linear", "vector", "turn", "text", "growing"})
            for (double t = -1; t < 12; t += 0.37) {
                auto const here = inner->prim_at(Path("/A")).attribute(name)->value(t);
                auto const there = outer->prim_at(Path("/A")).attribute(name)->value(t * scale + offset);
                // The change of clock itself is rounded.
                expect_same(plain(there), plain(here), fmt::format("{} at {}", name, t), 1e-6);
            }
    }
}

/// OpenUSD: at the default time there is nothing, at others the schema's fallback.
TEST(StageTime, ABlockHidesWhatIsWeaker)
{
    auto const stage = Stage::open(std::make_shared<Layer const>(layer_of(R"(class "C"
{
    double radius = 5
    double radius.timeSamples = {
        1: 6,
    }
}
def Sphere "Blocked" ( inherits = </C> )
{
    double radius = None
}
def Sphere "Plain" ( inherits = </C> )
{
})")),
                                   "")
                           .value();
    EXPECT_FALSE(stage->prim_at(Path("/Blocked")).get<double>("radius"));
    EXPECT_EQ(stage->prim_at(Path("/Blocked")).get<double>("radius", 1), 1); // Sphere's own
    EXPECT_EQ(stage->prim_at(Path("/Plain")).get_or<double>("radius", 0), 5);
    EXPECT_EQ(stage->prim_at(Path("/Plain")).get_or<double>("radius", 0, 1), 6);
}

} // namespace
} // namespace soulvan::usd
