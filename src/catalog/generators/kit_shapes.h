// Shapes of the modelling kit: boxes, prisms, lathes, tubes and skins with rounded edges.
#pragma once

#include "kit.h"

namespace soulvan::catalog::kit {

using Outline = std::vector<Vec2d>; ///< closed, counter-clockwise, no point twice
using Path3 = std::vector<Vec3d>;

/// Faces of a box, in this order: +X -X +Y -Y +Z -Z.
struct BoxStyle {
    double radius = 0.004; ///< of the rounded edges, at most half the shortest side
    int segments = 2;
    int grain = -1;           ///< st runs along this axis (0 x, 1 y, 2 z); -1: u level, v up
    unsigned skip = 0;        ///< bit f: face f is left out
    bool keep_offset = false; ///< st starts at the box's corner, else anywhere
    /// st of a point on `face`, `at` 0…1 in the box; replaces metres.
    std::function<Vec2d(int face, Vec3d const& at)> st;
};
void box(Mesh& mesh, Vec3d const& low, Vec3d const& high, BoxStyle const& style = {});
/// The same by centre and size.
void box_at(Mesh& mesh, Vec3d const& centre, Vec3d const& size, BoxStyle const& style = {});

/// Corners replaced by arcs of `segments` pieces; the radius shrinks where sides are short.
Outline rounded(Outline const& outline, double radius, int segments = 3);
/// A radius for each corner.
Outline rounded(Outline const& outline, std::vector<double> const& radii, int segments = 3);
Outline rectangle(double low_x, double low_y, double high_x, double high_y);
Outline circle(double radius, int segments);
/// A polyline with thickness as a closed outline; left of the way is outside.
Outline thickened(std::vector<Vec2d> const& way, double thickness);
/// Open polylines with their inner corners rounded.
std::vector<Vec2d> rounded_way(std::vector<Vec2d> const& way, double radius, int segments = 3);
Path3 rounded_path(Path3 const& path, double radius, int segments = 4);

struct PrismStyle {
    double radius = 0.003; ///< of the edges around both ends
    int segments = 2;
    double crease_deg = 35; ///< sides meet smoothly below
    bool low_cap = true, high_cap = true;
};
/// The outline in x and y, extruded along z; concave ones too.
void prism(Mesh& mesh, Outline const& outline, double low_z, double high_z, PrismStyle const& style = {});
/// Extruded along another axis: the outline is in (z, y) for x, as seen from +X with front to the left …
/// x: outline (z, y);  y: outline (x, z).
void prism_x(Mesh& mesh, Outline const& outline_zy, double low_x, double high_x,
             PrismStyle const& style = {});
void prism_y(Mesh& mesh, Outline const& outline_xz, double low_y, double high_y,
             PrismStyle const& style = {});

/// (radius, y) from bottom to top outside, revolved about +Y. Radius 0 closes an end.
/// `from_deg`…`to_deg` about +Y for less than a turn.
void lathe(Mesh& mesh, std::vector<Vec2d> const& profile, int segments, double crease_deg = 35,
           double from_deg = 0, double to_deg = 360);
/// A cylinder along +Y with rounded rims.
void cylinder(Mesh& mesh, double radius, double low_y, double high_y, int segments = 24, double rim = 0.002);
/// A cylinder from one point to another.
void rod(Mesh& mesh, Vec3d const& from, Vec3d const& to, double radius, int segments = 12,
         double rim = 0.001);

/// A section swept along a path; its y points as near to `up` as can be. Closed paths join their ends.
void sweep(Mesh& mesh, Path3 const& path, Outline const& section, Vec3d const& up = {0, 1, 0},
           bool closed = false, double crease_deg = 50);
void tube(Mesh& mesh, Path3 const& path, double radius, int segments = 12, bool closed = false);

/// Polygons over points with normals from the faces, smooth where they differ by less than the crease.
/// `edge` as in Corner, one per point, or empty.
void soup(Mesh& mesh, std::vector<Vec3d> const& points, std::vector<std::vector<int>> const& polygons,
          double crease_deg, std::span<float const> edge = {});
/// Rings of equal size joined to a skin; ends closed by polygons when asked.
void loft(Mesh& mesh, std::vector<Path3> const& rings, double crease_deg, bool low_cap = true,
          bool high_cap = true);

/// A rectangle of a picture in st (low, high), lifted `lift` off the surface. `right` and `up` are its full
/// sides.
void decal(Mesh& mesh, Vec3d const& centre, Vec3d const& right, Vec3d const& up, Vec2d const& low,
           Vec2d const& high, double lift = 0.0005);
/// A hexagon head with its washer, standing on `at` along `axis`.
void bolt(Mesh& mesh, Vec3d const& at, Vec3d const& axis, double width = 0.018);

/// A frame whose y is `axis`.
Matrix4d along(Vec3d const& from, Vec3d const& axis);

} // namespace soulvan::catalog::kit
