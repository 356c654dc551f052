// Do splines evaluate as OpenUSD's do?
#include "soulvan/base/json.h"
#include "soulvan/usd/layer.h"
#include "soulvan/usd/spline.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

std::filesystem::path const committed = std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";

/// How far OpenUSD may be from us. Half values have 11 bits, float 24. Where a tangent was shortened time
/// nearly stands still somewhere, and OpenUSD's closed form of the cubic's root loses half of its digits
/// there; ours was checked against 50 decimal digits.
double tolerance(Spline const& spline, double expected)
{
    double const digits = spline.value_type == Spline::ValueType::half_    ? 1e-3
                          : spline.value_type == Spline::ValueType::float_ ? 1e-6
                                                                           : 1e-9;
    return std::max(digits, has_regression(spline) || !(spline.loop == SplineLoop{}) ? 5e-4 : 0) *
           std::max(1.0, std::abs(expected));
}

bool agrees(std::optional<double> ours, Json const& theirs, double allowed)
{
    if (theirs == "?") return true;
    if (theirs.is_null() || !ours) return theirs.is_null() && !ours;
    return std::abs(*ours - theirs.get<double>()) <= allowed;
}

/// The files of tests/oracles/splines.py, committed or those in SOULVAN_SPLINES.
TEST(Splines, RandomOnesEvaluateAsInOpenUsd)
{
    char const* const other = std::getenv("SOULVAN_SPLINES");
    std::filesystem::path const folder = other ? other : committed;
    auto const expected = read_json(folder / "splines_random.json").value()["splines"];
    auto const layer = Layer::open(folder / "splines_random.usda").value();
    int compared = 0, wrong = 0;
    for (auto const& [name, rows] : expected.items()) {
        auto const found = layer->find(Path("/Splines").property(name));
        ASSERT_TRUE(found) << name;
        auto const held = found.get<Spline>(field::spline);
        ASSERT_TRUE(held) << name;
        auto const& spline = *held;
        for (auto const& row : rows) {
            double const time = row[0];
            std::optional<double> const ours[] = {
                evaluate(spline, time), evaluate(spline, time, SplineSide::before), derivative(spline, time),
                derivative(spline, time, SplineSide::before)};
            for (std::size_t i = 0; i < 4; ++i, ++compared) {
                auto const& theirs = row[i + 1];
                double const expects = theirs.is_number() ? theirs.get<double>() : 0;
                double const allowed =
                    i < 2 ? tolerance(spline, expects) : 1e-3 * std::max(1.0, std::abs(expects));
                if (agrees(ours[i], theirs, allowed)) continue;
                if (++wrong < 40)
                    ADD_FAILURE() << name << " at " << time << " question " << i << ": "
                                  << (ours[i] ? fmt::format("{}", *ours[i]) : "nothing") << ", expected "
                                  << theirs.dump();
            }
        }
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_GE(compared, 1000);
}

/// The number after `label`, also in C's hexadecimal form.
double number_after(std::string_view text, std::string_view label)
{
    auto const at = text.find(label);
    EXPECT_NE(at, std::string_view::npos) << label;
    if (at == std::string_view::npos) return 0;
    auto const from = std::string(text.substr(at + label.size(), 60));
    auto const digits = from.find('\'');
    return std::strtod(from.c_str() + (digits < 20 ? digits + 1 : 0), nullptr);
}

/// A file of OpenUSD's spline tests: a spline in hexadecimal, and "time value" rows.
struct Baseline {
    Spline spline;
    std::vector<std::pair<double, double>> rows;
};

Baseline read_baseline(std::filesystem::path const& path)
{
    std::ifstream file(path);
    std::string const text((std::istreambuf_iterator<char>(file)), {});
    Baseline read;
    for (auto at = text.find(".Knot("); at != std::string::npos; at = text.find(".Knot(", at + 1)) {
        auto const knot = std::string_view(text).substr(at, text.find("preAuto", at) - at);
        read.spline.knots.push_back({.time = number_after(knot, "time ="),
                                     .value = number_after(knot, "value ="),
                                     .next = SplineInterpolation::curve,
                                     .slope_before = number_after(knot, "preSlope ="),
                                     .slope_after = number_after(knot, "postSlope ="),
                                     .width_before = number_after(knot, "preLen ="),
                                     .width_after = number_after(knot, "postLen =")});
    }
    std::istringstream rows(text.substr(text.rfind("-----") + 5));
    for (double time = 0, value = 0; rows >> time >> value;) read.rows.emplace_back(time, value);
    return read;
}

std::filesystem::path const baselines =
    std::filesystem::path(SOULVAN_SHARED_DIR) / "data/usd/openusd/splines";

/// How slowly time runs at the slowest point of a segment, as a part of its mean speed: 0 is a vertical
/// tangent.
double slowest(SplineKnot const& start, SplineKnot const& end)
{
    double const length = end.time - start.time, a = start.width_after / length,
                 b = end.width_before / length;
    double least = 1;
    for (double t = 0; t <= 1; t += 1.0 / 1024)
        least = std::min(least, 3 * ((1 - t) * (1 - t) * a + 2 * (1 - t) * t * (1 - a - b) + t * t * b));
    return least;
}

/// Every file agrees to 1e-5, give or take the printed time's last digit, but where a tangent is vertical:
/// there the baselines hold what an older solver gave, which OpenUSD's own test leaves out and neither 24.11
/// nor 26.11 meets (they are up to 0.13 off, as we are). Those rows must lie on the way between their
/// neighbours.
TEST(Splines, AllBaselinesOfOpenUsdAgree)
{
    if (!std::filesystem::exists(baselines)) GTEST_SKIP() << "needs ../shared/data/usd/openusd/splines";
    int files = 0, rows = 0, exact = 0;
    for (auto const& entry : std::filesystem::directory_iterator(baselines)) {
        if (entry.path().extension() != ".txt") continue;
        auto const baseline = read_baseline(entry.path());
        auto const& knots = baseline.spline.knots;
        auto const name = entry.path().stem().string();
        ASSERT_GE(knots.size(), 2u) << name;
        EXPECT_GE(baseline.rows.size(), 100u) << name;
        bool is_vertical = false;
        for (std::size_t i = 1; i < knots.size(); ++i)
            is_vertical = is_vertical || slowest(knots[i - 1], knots[i]) < 0.2;
        for (auto const& [time, value] : baseline.rows) {
            constexpr double printed = 6e-7;
            double low = 1e9, high = -1e9;
            for (double const off : {-printed, 0.0, printed}) {
                auto const ours = evaluate(baseline.spline, time + off).value_or(1e9);
                low = std::min(low, ours);
                high = std::max(high, ours);
            }
            bool const agrees = value >= low - 1e-5 && value <= high + 1e-5;
            EXPECT_TRUE(agrees || is_vertical)
                << name << " at " << time << ": " << low << ", expected " << value;
            auto const around = evaluate(baseline.spline, time - 0.01).value(),
                       ahead = evaluate(baseline.spline, time + 0.01).value();
            EXPECT_TRUE(agrees || (value - around) * (value - ahead) <= 0) << name << " at " << time;
            exact += agrees;
            ++rows;
        }
        // What a mode has made needs nothing more of it.
        if (name.find("None") == std::string::npos) {
            EXPECT_FALSE(has_regression(baseline.spline)) << name;
        }
        ++files;
    }
    EXPECT_EQ(files, 25);
    EXPECT_GE(exact, rows * 98 / 100);
}

/// OpenUSD's TsSpline::AdjustRegressiveTangents and TsRegressionPreventer, per mode, on segments of random
/// length: the rows are [mode, length, active knot, widths before, widths after].
TEST(Splines, TangentsAreShortenedAsInOpenUsd)
{
    std::map<std::string, AntiRegression, std::less<>> const modes = {
        {"Contain", AntiRegression::contain},
        {"KeepRatio", AntiRegression::keep_ratio},
        {"KeepStart", AntiRegression::keep_start},
        {"LimitActive", AntiRegression::limit_active},
        {"LimitOpposite", AntiRegression::limit_opposite}};
    auto const rows = read_json(committed / "splines_random.json").value()["regression"];
    EXPECT_GE(rows.size(), 100u);
    for (auto const& row : rows) {
        SplineKnot start{.next = SplineInterpolation::curve, .width_after = row[3][0]};
        SplineKnot end{.time = row[1], .width_before = row[3][1]};
        auto const mode = modes.at(row[0].get<std::string>());
        prevent_regression(start, end, mode, row[2] == "start" ? SplineSide::before : SplineSide::after);
        EXPECT_NEAR(start.width_after, row[4][0].get<double>(), 1e-12) << row.dump();
        EXPECT_NEAR(end.width_before, row[4][1].get<double>(), 1e-12) << row.dump();
    }
}

Spline spline_of(std::string const& type, std::string const& body)
{
    auto const text = "#usda 1.0\ndef \"A\"\n{\n    " + type + " x.spline = {\n" + body + "\n    }\n}\n";
    auto const layer = Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
    return layer.find(Path("/A.x")).get_or(field::spline, Spline());
}

TEST(Splines, ValuesHaveTheTypeOfTheAttribute)
{
    std::string const line = "0: 1; post linear,\n2: 2; post none,\n3: 5";
    EXPECT_EQ(spline_value(spline_of("double", line), 1), Value(1.5));
    EXPECT_EQ(spline_value(spline_of("float", line), 1), Value(1.5f));
    EXPECT_EQ(spline_value(spline_of("half", line), 1), Value(half(1.5f)));
    EXPECT_EQ(spline_value(spline_of("timecode", line), 1), Value(TimeCode{1.5}));
    EXPECT_TRUE(spline_value(spline_of("double", line), 2.5).empty());
    EXPECT_EQ(spline_value(spline_of("double", line), 2, SplineSide::before), Value(2.0));
    EXPECT_TRUE(spline_value(Spline{}, 0).empty());
}

/// Loop counts come from files: they cost nothing, and what is too far away has a value all the same.
TEST(Splines, HugeLoopsAreNotUnrolled)
{
    auto const spline = spline_of("double", "post: loop repeat,\nloop: (0, 1, 2147483647, 2147483647, 0.5),\n"
                                            "0: 0; post linear,\n0.5: 1; post linear");
    EXPECT_DOUBLE_EQ(evaluate(spline, 1e9).value(), 5e8);
    EXPECT_DOUBLE_EQ(evaluate(spline, -1e9 + 0.5).value(), -5e8 + 1);
    EXPECT_TRUE(evaluate(spline, 1e300));
    EXPECT_FALSE(evaluate(spline, std::numeric_limits<double>::quiet_NaN()));
}

/// Files of usd-core 26.11: splines whose tangents follow rules, and a block of animation.
TEST(Splines, RulesOfTangentsAreReadKeptAndFollowed)
{
    auto const file = std::ifstream(committed / "tangent_rules.usda");
    auto const text = (std::ostringstream() << file.rdbuf()).str();
    auto const from_text = Layer::open(committed / "tangent_rules.usda").value();
    auto const from_crate = Layer::open(committed / "tangent_rules-0.13.0.usdc").value();
    EXPECT_TRUE(*from_text == *from_crate);
    EXPECT_EQ(write_text(*from_text), text);
    auto const written = write_crate(*from_text).value();
    EXPECT_EQ(static_cast<int>(written[9]), 13);
    EXPECT_TRUE(Layer::read(std::as_bytes(std::span(written)), "again.usdc").value() == *from_text);
    // The rule makes of the knots what the file has, whatever the tangents were.
    int ruled = 0;
    for (auto const& path : from_crate->paths()) {
        auto const spline = from_crate->find(path).get<Spline>(field::spline);
        if (!spline) continue;
        auto spoilt = *spline;
        for (auto& knot : spoilt.knots) {
            if (knot.tangent_after == SplineTangent::auto_ease && &knot != &spoilt.knots.back())
                knot.slope_after = 77;
            if (knot.tangent_before == SplineTangent::auto_ease && &knot != &spoilt.knots.front())
                knot.slope_before = 77;
        }
        auto const mended = with_ruled_tangents(spoilt);
        for (std::size_t i = 0; i < mended.knots.size(); ++i, ++ruled) {
            EXPECT_NEAR(mended.knots[i].slope_before, spline->knots[i].slope_before, 1e-6) << path.str() << i;
            EXPECT_NEAR(mended.knots[i].slope_after, spline->knots[i].slope_after, 1e-6) << path.str() << i;
        }
    }
    EXPECT_GE(ruled, 60);
}

std::shared_ptr<Stage const> stage_of(std::string const& body)
{
    auto const text = "#usda 1.0\n" + body;
    auto layer = Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
    return Stage::open(std::make_shared<Layer const>(std::move(layer)), ".").value();
}

/// Within a layer samples win over a spline, and that over the default; the stage's time is the spline's
/// through the offsets. The numbers are OpenUSD 26.11's.
TEST(Splines, StagesResolveThem)
{
    auto const stage = stage_of(R"(def "A" {
    double a = 5
    double a.spline = { 0: 1; post linear, 10: 2; post linear, }
    double b.timeSamples = { 0: 7 }
    double b.spline = { 0: 1; post linear, 10: 2; post linear, }
    timecode d.spline = { 0: 1; post linear, 10: 2; post linear, }
    double e = 3
    double e.spline = { pre: none, 0: 1; post none, 10: 2; post linear, }
}
over "S" (references = </A> (offset = 5; scale = 2)) {}
)");
    auto const at = [&](char const* prim, char const* name, Time time) {
        return stage->prim_at(Path(prim)).attribute(name)->value(time).value_or(Value());
    };
    EXPECT_EQ(at("/A", "a", {}), Value(5.0));
    EXPECT_EQ(at("/A", "a", 5), Value(1.5));
    EXPECT_EQ(at("/A", "b", 5), Value(7.0));
    EXPECT_EQ(at("/S", "a", 15), Value(1.5));
    EXPECT_EQ(at("/S", "d", 15), Value(TimeCode{8}));
    EXPECT_EQ(at("/A", "e", {}), Value(3.0));
    EXPECT_TRUE(at("/A", "e", 5).empty());
    EXPECT_EQ(at("/A", "e", 15), Value(2.0));
    EXPECT_TRUE(stage->prim_at(Path("/A")).attribute("a")->is_time_varying());
    EXPECT_TRUE(stage->prim_at(Path("/A")).attribute("a")->time_samples().empty());
}

/// A block of animation lets weaker defaults through, and the schema's.
TEST(Splines, BlocksOfAnimationHideWeakerAnimation)
{
    auto const stage = stage_of(R"(class "Weak" {
    double a = 5
    double a.timeSamples = { 0: 1, 10: 2 }
    double b.timeSamples = { 0: 1, 10: 2 }
    double c = 7
    double c.spline = { 0: 1; post linear, 10: 2; post linear, }
    double e.timeSamples = { 0: 1 }
}
def Sphere "A" (inherits = </Weak>) {
    double a = AnimationBlock
    double b = AnimationBlock
    double c = AnimationBlock
    double e = AnimationBlock
    double e.timeSamples = { 3: 3 }
    double radius = AnimationBlock
}
)");
    auto const a = stage->prim_at(Path("/A"));
    EXPECT_EQ(a.get<double>("a", 5), 5);
    EXPECT_EQ(a.get<double>("b", 5), std::nullopt);
    EXPECT_EQ(a.get<double>("c", 5), 7);
    EXPECT_EQ(a.get<double>("e", 5), 3);
    EXPECT_EQ(a.get<double>("radius", 5), 1);
    EXPECT_TRUE(a.attribute("a")->time_samples().empty());
}

} // namespace
} // namespace soulvan::usd
