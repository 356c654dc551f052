// The work of composing all prims of a stage.
#pragma once

#include "stage_data.h"

namespace soulvan::usd {

/// Composes the stage's prims below its root and fills its errors. Most prims of a stage bring no arcs of
/// their own: those take their opinions from the children of their parent's specs, which is all that an index
/// would say, and need none. Runs on all cores; the result does not depend on how many there are.
Result<void> populate(Stage::Implementation& stage);

} // namespace soulvan::usd
