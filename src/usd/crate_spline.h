// How splines stand in crate files: a block of bytes of its own.
#pragma once

#include "crate_tables.h"

#include <string>

namespace soulvan::usd::crate {

/// Whether some tangent has a rule: crate files hold such splines from 0.13 on.
bool has_tangent_rules(Spline const& spline);
/// Everything but the custom data of knots.
std::string spline_bytes(Spline const& spline);
/// Reads to the end of the cursor's bytes; no bytes are the default spline.
/// Errors  invalid_input, unsupported: with the offset.
Result<Spline> spline_from_bytes(Cursor cursor);

} // namespace soulvan::usd::crate
