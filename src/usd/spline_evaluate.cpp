// What is the value or the slope of a spline at a time?
#include "spline_segment.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd {
namespace {

using Interpolation = SplineInterpolation;
using Mode = SplineExtrapolationMode;

/// A knot as evaluation needs it; the echoes of loops are such copies.
struct Knot {
    double time = 0, value = 0, value_before = 0;
    bool is_dual = false;
    Interpolation next = Interpolation::held;
    double slope_before = 0, slope_after = 0, width_before = 0, width_after = 0;
};

/// The knots that a spline means, with those of its inner loop echoed: an array that is never made, as loop
/// counts come from files.
class Knots {
public:
    explicit Knots(Spline const& spline);
    std::int64_t size() const { return before_ + loops_ * period_ + (loops_ ? 1 : 0) + after_count_; }
    Knot operator[](std::int64_t index) const;
    /// The knot that a spline goes on from beyond its first or last, and the one beside it, which tells the
    /// slope. Where an authored knot and an echo fall together there, OpenUSD takes the authored one and its
    /// neighbour, though the echoes cover both.
    Knot end(bool is_first) const;
    Knot beside_end(bool is_first) const;
    /// The index of the first knot later than `time`, or at it when `or_at`.
    std::int64_t first_after(double time, bool or_at) const;

private:
    std::int64_t authored_count() const { return static_cast<std::int64_t>(spline_.knots.size()); }
    bool is_end_authored(bool is_first) const;
    Knot echo(std::int64_t index, std::int64_t iteration) const;

    Spline const& spline_;
    std::int64_t before_ = 0;      ///< knots in front of the looped interval
    std::int64_t first_ = 0;       ///< the knot at the start of what is repeated
    std::int64_t period_ = 0;      ///< how many are repeated
    std::int64_t loops_ = 0;       ///< how often, the original included
    std::int64_t after_first_ = 0; ///< the first knot behind the looped interval
    std::int64_t after_count_ = 0;
};

/// A loop takes part when it has an extent, a count and a knot where it starts; else it is ignored.
Knots::Knots(Spline const& spline) : spline_(spline)
{
    auto const& knots = spline.knots;
    auto const& loop = spline.loop;
    auto const count = authored_count();
    auto const index_of = [&](double time, bool or_at) {
        auto const at = or_at ? std::lower_bound(knots.begin(), knots.end(), time,
                                                 [](auto const& knot, double t) { return knot.time < t; })
                              : std::upper_bound(knots.begin(), knots.end(), time,
                                                 [](double t, auto const& knot) { return t < knot.time; });
        return static_cast<std::int64_t>(at - knots.begin());
    };
    auto const loops_before = std::max<std::int64_t>(loop.loops_before, 0);
    auto const loops_after = std::max<std::int64_t>(loop.loops_after, 0);
    first_ = index_of(loop.proto_start, true);
    bool const is_looped = loop.proto_end > loop.proto_start && loops_before + loops_after > 0 &&
                           first_ < count && knots[static_cast<std::size_t>(first_)].time == loop.proto_start;
    if (!is_looped) {
        after_count_ = count;
        return;
    }
    double const span = loop.proto_end - loop.proto_start;
    period_ = index_of(loop.proto_end, true) - first_;
    loops_ = loops_before + 1 + loops_after;
    // Knots that the echoes cover are not there.
    before_ = index_of(loop.proto_start - static_cast<double>(loops_before) * span, true);
    after_first_ = index_of(loop.proto_end + static_cast<double>(loops_after) * span, false);
    after_count_ = count - after_first_;
}

Knot Knots::echo(std::int64_t index, std::int64_t iteration) const
{
    auto const& knot = spline_.knots[static_cast<std::size_t>(index)];
    auto const& loop = spline_.loop;
    auto const times = static_cast<double>(iteration);
    double const raised = times == 0 ? 0 : times * loop.value_offset;
    return {.time = times == 0 ? knot.time : knot.time + times * (loop.proto_end - loop.proto_start),
            .value = knot.value + raised,
            .value_before = knot.value_before.value_or(knot.value) + raised,
            .is_dual = knot.value_before.has_value(),
            .next = knot.next,
            .slope_before = knot.slope_before,
            .slope_after = knot.slope_after,
            .width_before = knot.width_before,
            .width_after = knot.width_after};
}

Knot Knots::operator[](std::int64_t index) const
{
    if (index < before_) return echo(index, 0);
    index -= before_;
    if (loops_ > 0) {
        auto const loops_before = std::max<std::int64_t>(spline_.loop.loops_before, 0);
        auto const echoes = loops_ * period_;
        if (index < echoes) return echo(first_ + index % period_, index / period_ - loops_before);
        if (index == echoes)
            return echo(first_, loops_ - loops_before); // the first once more closes the loops
        index -= echoes + 1;
    }
    return echo(after_first_ + index, 0);
}

bool Knots::is_end_authored(bool is_first) const
{
    return (is_first ? spline_.knots.front().time : spline_.knots.back().time) ==
           (*this)[is_first ? 0 : size() - 1].time;
}

Knot Knots::end(bool is_first) const
{
    if (is_end_authored(is_first)) return echo(is_first ? 0 : authored_count() - 1, 0);
    return (*this)[is_first ? 0 : size() - 1];
}

Knot Knots::beside_end(bool is_first) const
{
    if (is_end_authored(is_first)) return echo(is_first ? 1 : authored_count() - 2, 0);
    return (*this)[is_first ? 1 : size() - 2];
}

std::int64_t Knots::first_after(double time, bool or_at) const
{
    std::int64_t low = 0, high = size();
    while (low < high) {
        auto const middle = low + (high - low) / 2;
        double const at = (*this)[middle].time;
        if (at < time || (at == time && !or_at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// A cubic in Bernstein form.
struct Cubic {
    double p0, p1, p2, p3;
    double at(double t) const
    {
        double const u = 1 - t;
        return u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
    }
    double slope(double t) const
    {
        double const u = 1 - t;
        return 3 * (u * u * (p1 - p0) + 2 * u * t * (p2 - p1) + t * t * (p3 - p2));
    }
};

/// Where a cubic that never falls on [0, 1] reaches `target`: Newton's steps inside a shrinking bracket.
/// OpenUSD's closed form loses half of the digits near a vertical tangent; this keeps them.
double parameter_of(Cubic const& cubic, double target)
{
    double low = 0, high = 1, t = 0.5;
    for (int step = 0; step < 100; ++step) {
        double const off = cubic.at(t) - target;
        if (off == 0) return t;
        (off < 0 ? low : high) = t;
        double const slope = cubic.slope(t);
        double next = slope > 0 ? t - off / slope : low - 1;
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (next == t || next <= low || next >= high) break;
        t = next;
    }
    return t;
}

/// Between two knots, strictly.
class Segment {
public:
    Segment(Knot const& start, Knot const& end, SplineCurve curve) : start_(start), end_(end), curve_(curve)
    {
        double const length = end.time - start.time;
        double a = 1.0 / 3, b = 1.0 / 3; // a Hermite curve is the Bezier curve on which time runs evenly
        if (curve == SplineCurve::bezier) {
            a = start.width_after / length;
            b = end.width_before / length;
            shorten_tangents(a, b, AntiRegression::keep_ratio, true);
        }
        times_ = {start.time, start.time + a * length, end.time - b * length, end.time};
        values_ = {start.value, start.value + start.slope_after * a * length,
                   end.value_before - end.slope_before * b * length, end.value_before};
    }
    double linear_slope() const { return (end_.value_before - start_.value) / (end_.time - start_.time); }
    std::optional<double> value(double time) const
    {
        switch (start_.next) {
        case Interpolation::none:
            return std::nullopt;
        case Interpolation::held:
            return start_.value;
        case Interpolation::linear:
            return start_.value + linear_slope() * (time - start_.time);
        case Interpolation::curve:
            break;
        }
        return values_.at(parameter(time));
    }
    std::optional<double> slope(double time) const
    {
        switch (start_.next) {
        case Interpolation::none:
            return std::nullopt;
        case Interpolation::held:
            return 0;
        case Interpolation::linear:
            return linear_slope();
        case Interpolation::curve:
            break;
        }
        double const t = parameter(time);
        return values_.slope(t) / times_.slope(t);
    }
    /// The limits of the slope at the ends of the segment.
    std::optional<double> slope_at_start() const
    {
        return start_.next == Interpolation::curve ? start_.slope_after : slope(start_.time);
    }
    std::optional<double> slope_at_end() const
    {
        return start_.next == Interpolation::curve ? end_.slope_before : slope(end_.time);
    }

private:
    double parameter(double time) const
    {
        if (curve_ == SplineCurve::hermite) return (time - start_.time) / (end_.time - start_.time);
        return parameter_of(times_, time);
    }

    Knot const& start_;
    Knot const& end_;
    SplineCurve curve_;
    Cubic times_{}, values_{};
};

bool is_loop(Mode mode)
{
    return mode == Mode::loop_repeat || mode == Mode::loop_reset || mode == Mode::loop_oscillate;
}

/// What is asked for.
struct Question {
    double time;
    SplineSide side;
    bool for_slope;
};

/// How a question beyond the ends of a looping spline is one between them.
struct Folded {
    Question question;
    double raise = 0; ///< added to the value
    bool mirrored = false;
};

Folded folded(Spline const& spline, Knots const& knots, Question question)
{
    Folded result{.question = question};
    auto const first = knots.end(true), last = knots.end(false);
    double const span = last.time - first.time;
    double& time = result.question.time;
    bool const is_before = question.side == SplineSide::before;
    // At an end the side decides: what comes from outside belongs to the extrapolation.
    bool const outside_first = time < first.time || (time == first.time && is_before);
    bool const outside_last = time > last.time || (time == last.time && !is_before);
    auto const& end = outside_first ? spline.before : spline.after;
    if ((!outside_first && !outside_last) || !is_loop(end.mode) || !(span > 0)) return result;
    double const away = outside_first ? first.time - time : time - last.time;
    double const whole = std::trunc(away / span);
    bool const at_seam = whole == away / span;
    bool const stays = at_seam && (outside_first ? !is_before : is_before);
    double const hops = (stays ? whole : whole + 1) * (outside_first ? 1 : -1);
    time += hops * span;
    if (end.mode == Mode::loop_repeat) // each end adds up the values on its own side of the knots
        result.raise =
            -hops * (outside_first ? last.value_before - first.value_before : last.value - first.value);
    if (end.mode == Mode::loop_oscillate && std::fmod(hops, 2) != 0) {
        time = first.time + (span - (time - first.time));
        result.question.side = is_before ? SplineSide::after : SplineSide::before;
        result.mirrored = true;
    }
    // Rounding must not lead out again.
    time = std::clamp(time, first.time, last.time);
    return result;
}

/// The slope at which a spline goes on beyond its first (`is_before`) or last knot.
std::optional<double> end_slope(Spline const& spline, Knots const& knots, bool is_before)
{
    auto const& end = is_before ? spline.before : spline.after;
    if (end.mode == Mode::none) return std::nullopt;
    if (end.mode == Mode::sloped) return end.slope;
    auto const knot = knots.end(is_before);
    if (end.mode != Mode::linear || spline.knots.size() < 2 || knot.is_dual) return 0;
    auto const other = knots.beside_end(is_before);
    auto const& start = is_before ? knot : other;
    if (start.next == Interpolation::none) return 0;
    Segment const segment(start, is_before ? other : knot, spline.curve);
    return is_before ? segment.slope_at_start() : segment.slope_at_end();
}

std::optional<double> beyond(Spline const& spline, Knots const& knots, Question const& question,
                             bool is_before)
{
    auto const slope = end_slope(spline, knots, is_before);
    if (!slope || question.for_slope) return slope;
    auto const knot = knots.end(is_before);
    return (is_before ? knot.value_before : knot.value) + *slope * (question.time - knot.time);
}

/// A knot belongs to what follows it, its limit from the left to what comes before: where that is blocked
/// there is no value.
std::optional<double> at_knot(Spline const& spline, Knots const& knots, std::int64_t index,
                              Question const& question)
{
    auto const knot = knots[index];
    bool const is_before = question.side == SplineSide::before;
    bool const is_end = is_before ? index == 0 : index + 1 == knots.size();
    if (is_end) {
        if (question.for_slope) return end_slope(spline, knots, is_before);
        if ((is_before ? spline.before : spline.after).mode == Mode::none) return std::nullopt;
        return is_before ? knot.value_before : knot.value;
    }
    auto const other = knots[is_before ? index - 1 : index + 1];
    auto const& start = is_before ? other : knot;
    if (start.next == Interpolation::none) return std::nullopt;
    Segment const segment(start, is_before ? knot : other, spline.curve);
    if (question.for_slope) return is_before ? segment.slope_at_end() : segment.slope_at_start();
    if (!is_before) return knot.value;
    return other.next == Interpolation::held ? other.value : knot.value_before;
}

std::optional<double> answer(Spline const& spline, Question const& asked)
{
    if (spline.knots.empty() || std::isnan(asked.time)) return std::nullopt;
    Knots const knots(spline);
    auto const [question, raise, mirrored] = folded(spline, knots, asked);
    auto const index = knots.first_after(question.time, true);
    std::optional<double> result;
    if (index < knots.size() && knots[index].time == question.time) {
        result = at_knot(spline, knots, index, question);
    } else if (index == 0 || index == knots.size()) {
        result = beyond(spline, knots, question, index == 0);
    } else {
        auto const start = knots[index - 1], end = knots[index];
        Segment const segment(start, end, spline.curve);
        result = question.for_slope ? segment.slope(question.time) : segment.value(question.time);
    }
    if (!result) return std::nullopt;
    if (question.for_slope) return mirrored ? -*result : *result;
    return *result + raise;
}

} // namespace

std::optional<double> evaluate(Spline const& spline, double time, SplineSide side)
{
    return answer(spline, {time, side, false});
}

std::optional<double> derivative(Spline const& spline, double time, SplineSide side)
{
    return answer(spline, {time, side, true});
}

Value spline_value(Spline const& spline, double layer_time, SplineSide side)
{
    auto const number = evaluate(spline, layer_time, side);
    if (!number) return {};
    if (spline.time_valued) return Value(TimeCode{*number});
    switch (spline.value_type) {
    case Spline::ValueType::double_:
        return Value(*number);
    case Spline::ValueType::float_:
        return Value(static_cast<float>(*number));
    case Spline::ValueType::half_:
        return Value(half(static_cast<float>(*number)));
    }
    return {};
}

} // namespace soulvan::usd
