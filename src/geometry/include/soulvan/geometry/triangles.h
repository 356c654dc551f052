// A stage's surfaces as triangles: gprims tessellated, meshes triangulated and subdivided, primvars carried.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"
#include "soulvan/usd/stage.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::geometry {

enum class Rate : std::uint8_t { constant, per_face, per_point, per_corner };

template <class T>
struct Primvar {
    std::string name;
    Rate rate = Rate::constant;
    std::vector<T> values; ///< flattened (indices applied)
};

/// Triangles of one gprim in its own space, stage units.
struct TriangleMesh {
    std::vector<Vec3f> points;
    std::vector<std::array<std::uint32_t, 3>> triangles;
    std::vector<std::uint32_t> triangle_face;       ///< the authored face each triangle came from
    std::vector<Vec3f> normals;                     ///< empty: flat shading
    Rate normals_rate = Rate::per_point;            ///< per_point or per_corner (3 per triangle)
    std::vector<Primvar<Vec2f>> uvs;                ///< per_point or per_corner after triangulation
    std::vector<Primvar<Vec3f>> colors;             ///< displayColor and other color3f primvars
    bool left_handed = false;                       ///< already folded into the winding
    bool double_sided = false;
};

struct Subset {
    usd::Path path;
    std::vector<std::uint32_t> faces; ///< authored faces
};

struct TriangulateOptions {
    int subdivision_level = 2; ///< for subdivisionScheme catmullClark and loop; 0 uses the control cage
};

/// Mesh, Sphere, Cube, Cylinder, Cone, Capsule, Plane. N-gons are triangulated without overlap (concave too).
/// Normals: authored ones; limit normals when subdivided; none (flat) for scheme "none" without normals.
/// Errors  unsupported: another type, by name; invalid_input: NaN points, counts and indices that do not fit,
///         naming prim, attribute and element.
Result<TriangleMesh> triangulate(usd::Prim const& gprim, usd::Time time, TriangulateOptions const& options);
/// GeomSubsets of family materialBind.
std::vector<Subset> material_subsets(usd::Prim const& mesh, usd::Time time);

/// One copy of a gprim in the world.
struct Placed {
    usd::Prim prim;               ///< the gprim (inside an instance: its own view)
    Matrix4d world_from_local;    ///< row vectors, stage units
    std::size_t shared_key = 0;   ///< equal for copies of one surface (instances, point instances); 0: unshared
};

/// Every visible gprim of `purposes`, with instances and PointInstancers flattened to one level.
/// Errors  invalid_input: prototype indices out of range, cyclic instancers.
Result<std::vector<Placed>> flatten(usd::Stage const& stage, usd::Time time, std::vector<std::string> const& purposes);

/// World bounds of everything `flatten` returns, in stage units.
Result<Range3d> world_bounds(usd::Stage const& stage, usd::Time time);

/// Normals per corner: smooth across edges whose faces differ by less than `crease_deg`, split elsewhere.
std::vector<Vec3f> crease_normals(std::vector<Vec3f> const& points,
                                  std::vector<std::array<std::uint32_t, 3>> const& triangles, float crease_deg);

} // namespace soulvan::geometry
