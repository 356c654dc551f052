// Splines: what is the value of an animation curve at a time?
#pragma once

#include "soulvan/usd/value.h"

#include <optional>

namespace soulvan::usd {

/// At a knot, or where a loop starts anew, a spline may have two values: its limit from the left and its own.
enum class SplineSide : std::uint8_t { before, after };

/// The value at `time`, in the spline's own clock and units.
/// Curves  Bezier segments whose tangents would turn time back are evaluated with both tangents shortened in
///         proportion (AntiRegression::keep_ratio); Hermite segments are cubics over their own length.
/// Nothing no knots, a segment or end that is blocked (`none`).
/// Cost    logarithmic in the knots, whatever the loop counts.
/// Source  OpenUSD's Ts (TsSpline::Eval, EvalPreValue), 26.11 where it differs from 24.11.
std::optional<double> evaluate(Spline const& spline, double time, SplineSide side = SplineSide::after);
/// The slope there, in value per time.
std::optional<double> derivative(Spline const& spline, double time, SplineSide side = SplineSide::after);

/// The same as a value of the attribute that has the spline: double, float, half or, for splines that are
/// time valued, TimeCode in the time of the layer. Empty where there is none.
Value spline_value(Spline const& spline, double layer_time, SplineSide side = SplineSide::after);

/// How Bezier tangents are shortened so that time never runs backward along a segment.
enum class AntiRegression : std::uint8_t {
    none,
    contain,       ///< neither reaches beyond its segment
    keep_ratio,    ///< both, in proportion
    keep_start,    ///< the later one as far as needed, the earlier one if it is too long for any
    limit_active,  ///< the one that is being edited, to what the other leaves
    limit_opposite ///< the other one, to what the one that is being edited leaves
};

/// Shortens the tangents between two knots. `active` is the knot that is being edited, for the two modes that
/// tell it from the other: before is `start`. True when something changed.
/// Source  OpenUSD's TsRegressionPreventer, with its padding of 1e-5 of the segment.
bool prevent_regression(SplineKnot& start, SplineKnot& end, AntiRegression mode,
                        SplineSide active = SplineSide::before);
/// Whether some segment of a Bezier spline turns time back (`contain`: reaches beyond its segment).
bool has_regression(Spline const& spline, AntiRegression mode = AntiRegression::keep_ratio);
/// Every segment, in the order of time. Hermite splines come back unchanged.
Spline without_regression(Spline spline, AntiRegression mode);

/// Sets what the rules of tangents (SplineTangent::auto_ease) make of their knots' neighbours, as OpenUSD
/// does when it reads a spline. Other tangents stay.
Spline with_ruled_tangents(Spline spline);

} // namespace soulvan::usd
