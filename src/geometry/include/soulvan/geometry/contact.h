// Contact: where two surfaces cross, how deep, what lies inside what, and what a ray meets.
//
// Embree finds hits of rays but no crossings of moved triangle meshes, so trees of boxes of our own, one for
// each mesh and one over its copies, serve both questions here. Every function is a pure reading of immutable
// values: safe from many threads.
#pragma once

#include "soulvan/base/math.h"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace soulvan::geometry {

/// A tree of boxes, depth first: the first child of an inner node is the next one.
struct TreeNode {
    Vec3f low{0, 0, 0}, high{0, 0, 0};
    std::uint32_t first = 0; ///< leaf: its first item; else the second child
    std::uint32_t count = 0; ///< leaf: its items; else 0
};

/// Triangles of one mesh in its own space with a tree over them: made once, shared by all its copies.
/// Building takes linear time.
class MeshTree {
public:
    using Triangle = std::array<std::uint32_t, 3>;
    /// Triangles with corners that are not finite, or not there, are left out.
    MeshTree(std::vector<Vec3f> points, std::vector<Triangle> triangles);

    bool empty() const { return triangles_.empty(); }
    Range3d const& bounds() const { return bounds_; } ///< of the triangles
    std::vector<Vec3f> const& points() const { return points_; }
    std::vector<Triangle> const& triangles() const { return triangles_; } ///< in the order of the tree
    std::vector<TreeNode> const& nodes() const { return nodes_; }         ///< over triangles
    double area() const { return area_; }
    Vec3d const& centroid() const { return centroid_; } ///< by area

private:
    std::vector<Vec3f> points_;
    std::vector<Triangle> triangles_;
    std::vector<TreeNode> nodes_;
    Range3d bounds_;
    double area_ = 0;
    Vec3d centroid_{0, 0, 0};
};

/// Copies of meshes in one space, with a tree over the copies: a rack of a thousand cartons keeps one carton.
class Surface {
public:
    struct Part {
        std::shared_ptr<MeshTree const> mesh;
        Matrix4d surface_from_mesh;
    };
    struct Copy {
        std::shared_ptr<MeshTree const> mesh;
        Matrix4d surface_from_mesh, mesh_from_surface;
    };
    /// Empty parts and those out of all bounds are left out; one flattened to nothing becomes a mesh of its
    /// own.
    explicit Surface(std::span<Part const> parts);

    bool empty() const { return copies_.empty(); }
    Range3d const& bounds() const { return bounds_; }             ///< of the triangles
    std::vector<Copy> const& copies() const { return copies_; }   ///< in the order of the tree
    std::vector<TreeNode> const& nodes() const { return nodes_; } ///< over copies
    std::size_t triangle_count() const { return triangle_count_; }
    Vec3d const& centroid() const { return centroid_; } ///< by area

private:
    std::vector<Copy> copies_;
    std::vector<TreeNode> nodes_;
    Range3d bounds_;
    std::size_t triangle_count_ = 0;
    Vec3d centroid_{0, 0, 0};
};

/// A box in any pose: the centre and three half edges (of any angle to each other when the pose shears).
struct Box {
    Vec3d centre{0, 0, 0};
    std::array<Vec3d, 3> half{Vec3d{0, 0, 0}, Vec3d{0, 0, 0}, Vec3d{0, 0, 0}};
    Box() = default;
    Box(Range3d const& range, Matrix4d const& world_from_local);
    std::array<Vec3d, 8> corners() const;
    double radius(Vec3d const& direction) const; ///< half the extent along a direction of length one
    double volume() const;
    bool contains(Vec3d const& point, double grow = 0) const;
};
/// The smallest overlap of two boxes over their separating axes (Gottschalk 1996), negative when apart by at
/// least so much; `axis`, of length one, then leads from `a` to `b`.
double overlap(Box const& a, Box const& b, Vec3d* axis = nullptr);

/// A surface in the world. World space is in metres, +Y up.
struct Body {
    std::shared_ptr<Surface const> surface;
    Matrix4d world_from_surface, surface_from_world;
    Range3d bounds; ///< of the triangles, tight
    Box box;        ///< of the surface's own bounds
    Body() = default;
    /// A pose that cannot be inverted (something flattened to nothing) is baked into meshes of its own.
    Body(std::shared_ptr<Surface const> surface, Matrix4d const& world_from_surface);
    bool empty() const { return !surface || surface->empty(); }
};

/// The greatest product of a point of the body with `direction`.
double support(Body const& body, Vec3d const& direction);

struct Crossing {
    Vec3d point{0, 0, 0};
    Vec3d normal{0, 0, 0}; ///< of the triangle of `b`, of length one
};
/// What `crossings` looks at.
struct CrossingOptions {
    Vec3d shift{0, 0, 0}; ///< of `b`
    std::size_t most = 1; ///< stops after so many
    Vec3d const* facing =
        nullptr; ///< only triangles of `b` whose normal is within 45 degrees of it, either way
};
/// Where triangles of `a` and `b` cross by more than a micrometre; what only touches does not cross.
std::vector<Crossing> crossings(Body const& a, Body const& b, CrossingOptions const& options);

/// Whether the point is inside a part of the body: rays in three directions leave that part an odd number of
/// times.
bool encloses(Body const& body, Vec3d const& point);

struct Penetration {
    double depth = 0;         ///< the shortest shift found that separates
    Vec3d direction{0, 0, 0}; ///< of that shift of `b`
    Vec3d point{0, 0, 0};     ///< the middle of the contact
    bool enclosed = false;    ///< one lies inside the other, no surfaces cross
};
struct PenetrationOptions {
    double tolerance = 0.005; ///< metres: what a shift by it separates only touches
    bool enclosing = true;    ///< a part of one inside a closed part of the other penetrates too
    /// Judge each side of `b` (floor, walls) for itself: one shift need not separate from all of them. The
    /// side with the most contacts is told.
    bool by_side = false;
};
/// Whether two bodies penetrate by more than the tolerance: their surfaces still cross after shifting `b` by
/// it along the difference from the mean contact to its centre, along the boxes' shortest way out, and along
/// 26 directions in space (SceneEval's collision test shifts along the first alone).
std::optional<Penetration> penetration(Body const& a, Body const& b, PenetrationOptions const& options = {});

/// Distance along `direction` (of length one) to the nearest triangle within `reach`.
std::optional<double> cast(Body const& body, Vec3d const& origin, Vec3d const& direction, double reach);

/// Whether a triangle of the body meets the box.
bool meets(Body const& body, Box const& box);

/// `n` points spread over the surface by area; equal bodies give equal points.
std::vector<Vec3d> surface_samples(Body const& body, std::size_t n);

/// Points on what lies within `height` above the body's lowest point: `per_m2` of them for each square metre,
/// at least 32, at most 2,048; and up to 64 corners at the very bottom. Source: SceneEval's support test.
struct FootSamples {
    std::vector<Vec3d> points, corners;
};
FootSamples foot_samples(Body const& body, double height = 0.01, double per_m2 = 256);

} // namespace soulvan::geometry
