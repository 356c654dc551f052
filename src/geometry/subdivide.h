// What is the limit surface of a subdivision mesh? A finer mesh on it, by OpenSubdiv.
#pragma once

#include "mesh_read.h"

namespace soulvan::geometry {

/// Refines `cage` uniformly `level` times and moves the points to the limit surface. Primvars follow by their
/// interpolation; "normals" are replaced by limit normals, per point where the surface is smooth and per
/// corner where creases and boundaries split it. Holes are removed. `name` stands in messages. Errors
/// invalid_input: topology that OpenSubdiv refuses. Source  Catmull and Clark 1978; OpenSubdiv 3.5,
/// Far::PrimvarRefiner.
Result<PolygonMesh> subdivide(PolygonMesh cage, int level, std::string const& name,
                              std::vector<std::string>& notes);

/// Normals for a control cage drawn as it is: the angle-weighted mean of the faces around each point.
std::vector<Vec3f> smooth_normals(PolygonMesh const& mesh);

} // namespace soulvan::geometry
