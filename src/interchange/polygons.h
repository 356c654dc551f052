// Making foreign polygon meshes sound: shared points, no degenerate or doubled faces, no concave polygons.
#pragma once

#include "scene.h"

namespace soulvan::interchange {

/// In place, keeping the order of faces: points of equal position become one, and points that nothing uses
/// go; faces that are degenerate, not finite or there twice (turned over, or as part of a larger one) are
/// dropped; concave polygons are cut into triangles; a face whose normals all look away from its winding is
/// turned, and without normals neighbours agree on it.
void make_sound(ModelMesh& mesh);

/// Appends `mesh`, every point through `matrix`, to `target` of the same material. An attribute that only one
/// of the two has is filled with zeros.
void append(ModelMesh& target, ModelMesh const& mesh, Matrix4d const& matrix);

/// Gives normals to all meshes that lack them or have flat ones (normals_worth_keeping). Meshes are taken
/// together, so that a surface stays smooth where only its material changes.
/// `mend`: faces whose own normals lean more than 45 degrees away from them get made ones too.
void complete_normals(std::vector<ModelMesh>& meshes, float crease_deg, bool mend);

} // namespace soulvan::interchange
