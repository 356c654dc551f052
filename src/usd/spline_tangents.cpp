// What do the rules of tangents make of their knots' neighbours?
#include "soulvan/usd/spline.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd {
namespace {

double rounded(Spline::ValueType type, double value)
{
    switch (type) {
    case Spline::ValueType::double_:
        return value;
    case Spline::ValueType::float_:
        return static_cast<double>(static_cast<float>(value));
    case Spline::ValueType::half_:
        return static_cast<double>(static_cast<float>(half(static_cast<float>(value))));
    }
    return value;
}

double slope_between(SplineKnot const& a, SplineKnot const& b)
{
    return (b.value_before.value_or(b.value) - a.value) / (b.time - a.time);
}

/// The slope of an eased knot: flat at ends, extremes, jumps and blocks; else a mean of the slopes to its
/// neighbours in which the nearer one counts more, and at most three times the lesser one (Fritsch and
/// Carlson 1980), so that the curve does not overshoot. The weights are those that OpenUSD 26.11 was seen to
/// use.
double eased_slope(SplineKnot const& before, SplineKnot const& knot, SplineKnot const& after)
{
    bool const is_blocked =
        before.next == SplineInterpolation::none || knot.next == SplineInterpolation::none;
    if (knot.value_before || is_blocked) return 0;
    double const left = slope_between(before, knot), right = slope_between(knot, after);
    if (left * right <= 0) return 0;
    double const off_centre = (knot.time - before.time) / (after.time - before.time) - 0.5;
    double const weight = 0.5 + off_centre / 2 + 2 * off_centre * off_centre * off_centre;
    double const mean = left + (right - left) * weight;
    return std::copysign(std::min(std::abs(mean), 3 * std::min(std::abs(left), std::abs(right))), mean);
}

} // namespace

Spline with_ruled_tangents(Spline spline)
{
    auto const original = spline.knots;
    for (std::size_t i = 0; i < original.size(); ++i) {
        auto& knot = spline.knots[i];
        bool const is_first = i == 0, is_last = i + 1 == original.size();
        double const slope =
            is_first || is_last
                ? 0
                : rounded(spline.value_type, eased_slope(original[i - 1], original[i], original[i + 1]));
        bool const has_width = spline.curve == SplineCurve::bezier;
        if (knot.tangent_before == SplineTangent::auto_ease && !is_first) {
            knot.slope_before = slope;
            if (has_width) knot.width_before = (knot.time - original[i - 1].time) / 3;
        }
        if (knot.tangent_after == SplineTangent::auto_ease && !is_last) {
            knot.slope_after = slope;
            if (has_width) knot.width_after = (original[i + 1].time - knot.time) / 3;
        }
    }
    return spline;
}

} // namespace soulvan::usd
