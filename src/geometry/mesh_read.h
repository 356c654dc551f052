// What does a Mesh prim say? Its polygons, primvars and subdivision rules as plain arrays, checked.
#pragma once

#include "primvar_read.h"

#include <span>

namespace soulvan::geometry {

enum class Scheme : std::uint8_t { none, catmull_clark, loop, bilinear };

struct SubdivisionRules {
    Scheme scheme = Scheme::catmull_clark;
    std::string interpolate_boundary = "edgeAndCorner";
    std::string face_varying_linear_interpolation = "cornersPlus1";
    std::string triangle_rule = "catmullClark";
    std::vector<std::int32_t> crease_edges; ///< pairs of points
    std::vector<float> crease_sharpness;    ///< one per pair
    std::vector<std::int32_t> corner_points;
    std::vector<float> corner_sharpness;
};

/// Polygons over points. Corners are numbered through all faces in order.
struct PolygonMesh {
    std::vector<Vec3f> points;
    std::vector<std::int32_t> face_sizes;
    std::vector<std::int32_t> corners;      ///< the point of each corner
    std::vector<std::uint8_t> hole;         ///< per face; empty when there are none
    std::vector<std::uint32_t> face_origin; ///< the authored face of each; empty: itself
    RawPrimvars primvars;
    SubdivisionRules rules;
    bool left_handed = false;
    bool double_sided = false;

    std::uint32_t origin(std::size_t face) const
    {
        return face_origin.empty() ? static_cast<std::uint32_t>(face) : face_origin[face];
    }
};

/// Errors  invalid_input: counts and indices that do not fit, points that are not finite; names prim,
/// attribute
///         and element.
Result<PolygonMesh> read_mesh(usd::Prim const& mesh, usd::Time time,
                              std::optional<std::vector<std::string>> const& wanted_primvars,
                              std::vector<std::string>& notes);

} // namespace soulvan::geometry
