// How far may the tangents of a Bezier segment reach before its time runs backward?
//
// With the widths a and b of the two tangents as parts of the segment, time along the curve is the cubic with
// the weights 0, a, 1 - b, 1. Its derivative has a double zero, and the curve one vertical tangent, where
//   a² + b² + ab - 2a - 2b + 1 = 0,
// an ellipse through (1, 0), (4/3, 1/3), (1, 1), (1/3, 4/3), (0, 1). Outside of it time turns back.
#include "spline_segment.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd {
namespace {

constexpr double longest = 4.0 / 3.0;        // the ellipse's largest width,
constexpr double beside_longest = 1.0 / 3.0; // and the other one there
// Results are shorter than the exact ones by this part of the segment, so that rounding cannot undo them; the
// test for regression allows less (OpenUSD's numbers).
constexpr double write_padding = 1e-5, read_padding = 1e-6;

bool is_regressive(double a, double b)
{
    if (a <= 1 && b <= 1) return false; // also the corner of the square that lies beyond the ellipse
    a += read_padding;
    b += read_padding;
    return a * a + b * b + a * b - 2 * (a + b) + 1 > 0;
}

/// The width that makes one vertical tangent with `width`: of the two, the one nearer to `hint`.
double width_beside(double width, double hint)
{
    if (width > longest) return beside_longest;
    double const middle = (2 - width) / 2;
    double const away =
        std::sqrt(std::max((width - 2) * (width - 2) - 4 * (width - 1) * (width - 1), 0.0)) / 2;
    return hint > middle ? middle + away : middle - away;
}

void keep_ratio(double& start, double& end)
{
    if (start < read_padding) {
        end = 1 - write_padding;
    } else if (end < read_padding) {
        start = 1 - write_padding;
    } else { // the line through (0, 0) meets the ellipse
        double const ratio = start / end;
        double const exact = (std::sqrt(ratio) + ratio + 1) / (ratio * ratio + ratio + 1);
        start = ratio * exact - write_padding;
        end = exact - write_padding;
    }
}

/// Keeps `kept` and shortens `other`, unless no other would do.
void keep_one(double& kept, double& other)
{
    if (kept >= longest) {
        kept = longest - write_padding;
        other = beside_longest - write_padding;
    } else {
        other = width_beside(kept, other) - write_padding;
    }
}

void limit_active(double& active, double& opposite)
{
    double const before = active;
    bool const is_clamped = opposite >= longest;
    keep_one(opposite, active);
    if (is_clamped) active = std::min(active, before);
}

void limit_opposite(double& active, double& opposite)
{
    // Beside so short a tangent the other one's limit is below 4/3: shortening further would lengthen it.
    if (opposite <= beside_longest)
        active = width_beside(opposite, active) - write_padding;
    else
        keep_one(active, opposite);
}

} // namespace

bool shorten_tangents(double& start, double& end, AntiRegression mode, bool start_is_active)
{
    if (mode == AntiRegression::none) return false;
    double const start_before = start, end_before = end;
    if (mode == AntiRegression::contain) {
        start = std::min(start, 1.0);
        end = std::min(end, 1.0);
        return start != start_before || end != end_before;
    }
    if (!is_regressive(start, end)) return false;
    auto& active = start_is_active ? start : end;
    auto& opposite = start_is_active ? end : start;
    switch (mode) {
    case AntiRegression::keep_start:
        keep_one(start, end);
        break;
    case AntiRegression::limit_active:
        limit_active(active, opposite);
        break;
    case AntiRegression::limit_opposite:
        limit_opposite(active, opposite);
        break;
    default:
        keep_ratio(start, end);
        break;
    }
    return start != start_before || end != end_before;
}

bool prevent_regression(SplineKnot& start, SplineKnot& end, AntiRegression mode, SplineSide active)
{
    double const length = end.time - start.time;
    if (start.next != SplineInterpolation::curve || !(length > 0)) return false;
    double a = start.width_after / length, b = end.width_before / length;
    double const a_before = a, b_before = b;
    if (!shorten_tangents(a, b, mode, active == SplineSide::before)) return false;
    if (a != a_before) start.width_after = a * length;
    if (b != b_before) end.width_before = b * length;
    return true;
}

bool has_regression(Spline const& spline, AntiRegression mode)
{
    auto shortened = without_regression(spline, mode);
    return shortened.knots != spline.knots;
}

Spline without_regression(Spline spline, AntiRegression mode)
{
    if (spline.curve != SplineCurve::bezier) return spline;
    for (std::size_t i = 1; i < spline.knots.size(); ++i)
        prevent_regression(spline.knots[i - 1], spline.knots[i], mode);
    return spline;
}

} // namespace soulvan::usd
