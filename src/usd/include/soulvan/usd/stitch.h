// Stitching: two layers become one, for files that were written frame by frame or part by part.
#pragma once

#include "soulvan/usd/layer.h"

#include <string>
#include <vector>

namespace soulvan::usd {

/// Adds to `strong` what `weak` says and it does not: UsdUtilsStitchLayers.
///   specs            of both; new children come after those of `strong`
///   time samples     of both; where both have one, that of `strong`
///   list edits       combined ("add" as "append" and without "reorder" where that cannot be otherwise)
///   dictionaries, variant selections   merged key by key, `strong` wins
///   startTimeCode    the smaller; endTimeCode the larger
///   specifier        that of `weak` unless it is `over`
///   everything else  that of `strong`
/// Paths of assets stay as they are authored.
/// Returns a sentence for each rate (framesPerSecond, timeCodesPerSecond, framePrecision) that differs and
/// each property that is an attribute in one layer and a relationship in the other; there `strong` stands.
std::vector<std::string> stitch(Layer& strong, Layer const& weak);

} // namespace soulvan::usd
