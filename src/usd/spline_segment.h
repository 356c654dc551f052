// What the parts of a spline's evaluation share.
#pragma once

#include "soulvan/usd/spline.h"

namespace soulvan::usd {

/// prevent_regression() on the widths of both tangents as parts of their segment.
bool shorten_tangents(double& start, double& end, AntiRegression mode, bool start_is_active);

} // namespace soulvan::usd
