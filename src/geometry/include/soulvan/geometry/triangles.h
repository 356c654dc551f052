// A stage's surfaces as triangles: gprims tessellated, meshes triangulated and subdivided, primvars carried.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"
#include "soulvan/usd/stage.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::geometry {

enum class Rate : std::uint8_t { constant, per_face, per_point, per_corner };

template <class T>
struct Primvar {
    std::string name; ///< without "primvars:"
    Rate rate = Rate::constant;
    /// Flattened (indices applied). per_face: one for each authored face, found through `triangle_face`;
    /// per_corner: three for each triangle.
    std::vector<T> values;
};

/// Triangles of one gprim in its own space, stage units.
struct TriangleMesh {
    std::vector<Vec3f> points;
    std::vector<std::array<std::uint32_t, 3>> triangles;
    std::vector<std::uint32_t> triangle_face; ///< the authored face each triangle came from
    std::vector<Vec3f> normals;               ///< empty: flat shading
    Rate normals_rate = Rate::per_point;      ///< per_point or per_corner (3 per triangle)
    std::vector<Primvar<Vec2f>> uvs;          ///< per_point or per_corner after triangulation
    std::vector<Primvar<Vec3f>> colors;       ///< displayColor and other color3f primvars
    std::vector<Primvar<float>> scalars;      ///< displayOpacity and other float primvars
    bool left_handed = false;                 ///< already folded into the winding
    bool double_sided = false;
    /// What was repaired or left out, one sentence each, naming prim and attribute.
    std::vector<std::string> notes;
};

struct Subset {
    usd::Path path;
    std::vector<std::uint32_t> faces; ///< authored faces
};

struct TriangulateOptions {
    int subdivision_level = 2; ///< for subdivisionScheme catmullClark and loop; 0 uses the control cage
    /// A cage of few faces is refined further until it has so many, at most two levels: its outline shows.
    std::size_t least_refined_faces = 0;
    /// A mesh that would have more faces than this is refined to a lower level, and `notes` says so.
    std::size_t most_refined_faces = 4'000'000;
    /// Names of the primvars to carry beside normals; nothing: all of them.
    std::optional<std::vector<std::string>> primvars;
};

/// Mesh, Sphere, Cube, Cylinder, Cone, Capsule, Plane. N-gons are triangulated without overlap (concave too).
/// Normals: authored ones; limit normals when subdivided; none (flat) for scheme "none" without normals.
/// Shapes other than Mesh get their analytic normals and, unless one is authored, a primvar "st". A primvar
/// of the wrong length is left out, a normal or primvar that is not finite is repaired: see `notes`. Errors
/// unsupported: another type, by name; invalid_input: NaN points, counts and indices that do not fit,
///         naming prim, attribute and element.
Result<TriangleMesh> triangulate(usd::Prim const& gprim, usd::Time time, TriangulateOptions const& options);
/// GeomSubsets of family materialBind.
std::vector<Subset> material_subsets(usd::Prim const& mesh, usd::Time time);

/// One copy of a gprim in the world.
struct Placed {
    usd::Prim prim;             ///< the gprim (inside an instance: its own view)
    Matrix4d world_from_local;  ///< row vectors, stage units
    std::size_t shared_key = 0; ///< equal for copies of one surface (instances, point instances); 0: unshared
    /// The outermost PointInstancer that made this copy and which of its points; empty and -1 when none did.
    usd::Path instancer;
    std::int64_t instance = -1;
    /// Of an instance that is listed whole: what it shows, in its own space, one list for all equal
    /// instances.
    std::shared_ptr<std::vector<Placed> const> inside;
};

/// Every visible gprim of `purposes` ("default" is always among them), with instances and PointInstancers
/// flattened to one level, in traversal order. Gprims that cannot be triangulated are listed too.
/// Instances that `whole` accepts are one entry each, so that a rack of a thousand cartons is visited once.
/// Errors  invalid_input: prototype indices out of range, cyclic instancers; limit: over 10 million copies.
Result<std::vector<Placed>> flatten(usd::Stage const& stage, usd::Time time,
                                    std::vector<std::string> const& purposes,
                                    std::function<bool(usd::Prim const&)> const& whole = {});

/// World bounds of everything `flatten` returns for "default" and "render", in stage units; of subdivided
/// meshes the control points. Empty (min > max) when there is nothing.
Result<Range3d> world_bounds(usd::Stage const& stage, usd::Time time);

/// Points that span the same surfaces as seen from anywhere: mesh points, and corners of boxes around shapes
/// and around copies; every n-th when there would be more than about `most`.
Result<std::vector<Vec3d>> world_points(usd::Stage const& stage, usd::Time time, std::size_t most);

/// The matrices of a PointInstancer's points: world_from_prototype without the instancer's own transform, the
/// prototype's root transform included; invisible and inactive ids are marked.
struct PointInstances {
    std::vector<usd::Prim> prototypes;
    std::vector<std::int32_t> prototype_of; ///< index into `prototypes`
    std::vector<Matrix4d> instancer_from_prototype;
    std::vector<std::uint8_t> visible;
};
/// Errors  invalid_input: arrays of different lengths, prototype indices out of range, numbers that are not
/// finite.
Result<PointInstances> point_instances(usd::Stage const& stage, usd::Prim const& instancer, usd::Time time);

/// Normals per corner: smooth across edges whose faces differ by less than `crease_deg`, split elsewhere.
std::vector<Vec3f> crease_normals(std::vector<Vec3f> const& points,
                                  std::vector<std::array<std::uint32_t, 3>> const& triangles,
                                  float crease_deg);

} // namespace soulvan::geometry
