// Faces that run around the same way as their neighbours.
#pragma once

#include "scene.h"

namespace soulvan::interchange {

/// Turns faces over, in place, until those that meet along an edge of exactly two faces agree. In every
/// connected part the direction that most of its area had stays. Points must be shared (weld first). A
/// one-sided surface (Möbius) keeps one seam.
void agree_on_winding(ModelMesh& mesh);

} // namespace soulvan::interchange
