// Bringing a model into our frame: metres, +Y up, and for library models one space, a size and a place.
#pragma once

#include "scene.h"

#include "soulvan/base/result.h"
#include "soulvan/interchange/import.h"

namespace soulvan::interchange {

/// In place: the root node gets the transform to metres and +Y up; with options.flatten one node is left,
/// with one mesh per material. Errors  invalid_input: no surface at all, a size or option that makes no
/// sense.
Result<> bring_into_frame(ModelScene& scene, ImportOptions const& options);

/// Bounds over all nodes, in the root's parent space (metres once the above is done).
Range3d bounds_of(ModelScene const& scene);

} // namespace soulvan::interchange
