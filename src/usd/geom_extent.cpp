// Which extent follows from a prim's geometry?
#include "geom_extent.h"

#include "skel_extent.h"

#include <algorithm>
#include <limits>

namespace soulvan::usd {

namespace {

using geom::BoundingBox;
using geom::Extent;

Vec3d moved(Matrix4d const& matrix, Vec3f const& point)
{
    return Vec3d(point) * matrix;
}

/// How far the box around a sphere reaches, turned and scaled but not moved.
Range3d sphere_range(double radius, Matrix4d const& transform)
{
    Matrix4d directions = transform;
    directions[3][0] = directions[3][1] = directions[3][2] = 0;
    return BoundingBox{Range3d(Vec3d(-radius), Vec3d(radius)), directions}.aligned();
}

std::optional<Vec3d> along_axis(Token axis, double length, double radius)
{
    if (axis == "X") return Vec3d(length, radius, radius);
    if (axis == "Y") return Vec3d(radius, length, radius);
    if (axis == "Z") return Vec3d(radius, radius, length);
    return std::nullopt;
}

/// Cylinders, capsules and cones of old and new kind.
std::optional<Vec3d> reach_of_round(Prim const& prim, Time time)
{
    auto const height = detail::get<double>(prim, "height", time);
    auto const axis = detail::get<Token>(prim, "axis", time);
    auto radius = detail::get<double>(prim, "radius", time);
    if (prim.is_a("Capsule_1") || prim.is_a("Cylinder_1")) {
        auto const top = detail::get<double>(prim, "radiusTop", time);
        auto const bottom = detail::get<double>(prim, "radiusBottom", time);
        radius = top && bottom ? std::optional(std::max(*top, *bottom)) : std::nullopt;
    }
    if (!height || !axis || !radius) return std::nullopt;
    bool const has_caps = prim.is_a("Capsule") || prim.is_a("Capsule_1");
    return along_axis(*axis, *height * 0.5 + (has_caps ? *radius : 0), *radius);
}

/// OpenUSD reads planes at the default time.
std::optional<Vec3d> reach_of_plane(Prim const& prim)
{
    auto const width = detail::get<double>(prim, "width", {});
    auto const length = detail::get<double>(prim, "length", {});
    auto const axis = detail::get<Token>(prim, "axis", {});
    if (!width || !length || !axis) return std::nullopt;
    double const w = *width / 2, l = *length / 2;
    if (*axis == "X") return Vec3d(0, l, w);
    if (*axis == "Y") return Vec3d(w, 0, l);
    if (*axis == "Z") return Vec3d(w, l, 0);
    return std::nullopt;
}

/// Lights stand at their origin and shine along -Z.
std::optional<Vec3d> reach_of_light(Prim const& prim, Time time)
{
    auto const radius = detail::get_or(prim, "inputs:radius", 0.F, time);
    auto const half = [&](char const* name) { return detail::get_or(prim, name, 0.F, time) * 0.5; };
    if (prim.is_a("RectLight")) return Vec3d(half("inputs:width"), half("inputs:height"), 0);
    if (prim.is_a("DiskLight")) return Vec3d(radius, radius, 0);
    if (prim.is_a("SphereLight")) return Vec3d(radius);
    if (prim.is_a("CylinderLight")) return Vec3d(half("inputs:length"), radius, radius);
    if (prim.is_a("PortalLight")) return Vec3d(half("inputs:width"), half("inputs:height"), 0);
    return std::nullopt;
}

/// The reach of shapes that are symmetric around their origin.
std::optional<Vec3d> symmetric_reach(Prim const& prim, Time time)
{
    if (prim.is_a("Cube")) {
        auto const size = detail::get<double>(prim, "size", time);
        return size ? std::optional(Vec3d(*size * 0.5)) : std::nullopt;
    }
    if (prim.is_a("Sphere")) {
        auto const radius = detail::get<double>(prim, "radius", time);
        return radius ? std::optional(Vec3d(*radius)) : std::nullopt;
    }
    for (char const* type : {"Cylinder", "Cylinder_1", "Capsule", "Capsule_1", "Cone"})
        if (prim.is_a(type)) return reach_of_round(prim, time);
    if (prim.is_a("Plane")) return reach_of_plane(prim);
    return reach_of_light(prim, time);
}

/// Each point with its own width; nothing when there are not as many widths as points.
std::optional<Extent> extent_of_spheres(std::span<Vec3f const> points, std::span<float const> widths,
                                        Matrix4d const* transform)
{
    if (points.size() != widths.size()) return std::nullopt;
    auto range = detail::empty_range();
    for (std::size_t i = 0; i < points.size(); ++i) {
        auto const radius = widths[i] * 0.5F;
        if (transform) {
            auto const reach = sphere_range(radius, *transform);
            auto const centre = moved(*transform, points[i]);
            range.extendBy(centre + reach.min);
            range.extendBy(centre + reach.max);
        } else {
            range.extendBy(Vec3d(points[i] + Vec3f(radius)));
            range.extendBy(Vec3d(points[i] - Vec3f(radius)));
        }
    }
    return detail::extent_of_range(range);
}

/// Control points bound the curves, give or take the widest width.
Extent extent_of_curves(std::span<Vec3f const> points, std::span<float const> widths,
                        Matrix4d const* transform)
{
    auto result = detail::extent_of_points(points, transform);
    if (widths.empty()) return result;
    auto const radius = *std::max_element(widths.begin(), widths.end()) * 0.5F;
    if (transform) {
        auto const reach = sphere_range(radius, *transform);
        result.min += Vec3f(reach.min);
        result.max += Vec3f(reach.max);
    } else {
        result.min -= Vec3f(radius);
        result.max += Vec3f(radius);
    }
    return result;
}

std::optional<Extent> extent_of_point_based(Prim const& prim, Time time, Matrix4d const* transform)
{
    auto const points = detail::get<Array<Vec3f>>(prim, "points", time);
    if (!points) return std::nullopt;
    bool const is_points = prim.is_a("Points");
    if (!is_points && !prim.is_a("Curves")) return detail::extent_of_points(*points, transform);
    auto const widths = detail::get<Array<float>>(prim, "widths", time);
    if (is_points) // points without widths have none
        return widths ? extent_of_spheres(*points, *widths, transform)
                      : detail::extent_of_points(*points, transform);
    std::span<float const> const known =
        widths ? std::span(widths->data(), widths->size()) : std::span<float const>();
    return extent_of_curves(*points, known, transform);
}

} // namespace

geom::Extent detail::extent_of_range(Range3d const& range)
{
    float const largest = std::numeric_limits<float>::max();
    if (range.isEmpty()) return {Vec3f(largest), Vec3f(-largest)};
    return {Vec3f(range.min), Vec3f(range.max)};
}

geom::Extent detail::extent_of_points(std::span<Vec3f const> points, Matrix4d const* transform)
{
    auto range = empty_range();
    for (auto const& point : points) range.extendBy(transform ? moved(*transform, point) : Vec3d(point));
    return detail::extent_of_range(range);
}

geom::Extent detail::symmetric_extent(Vec3d const& max, Matrix4d const* transform)
{
    if (!transform) return {Vec3f(-max), Vec3f(max)};
    return extent_of_range(BoundingBox{Range3d(-max, max), *transform}.aligned());
}

std::optional<geom::Extent> detail::computed_extent(Prim const& prim, Time time, Matrix4d const* transform,
                                                    geom::BoundsCache& prototypes)
{
    if (!prim.is_a("Boundable")) return std::nullopt;
    if (prim.is_a("PointBased")) return extent_of_point_based(prim, time, transform);
    if (prim.is_a("PointInstancer")) return geom::extent_of_instances(prim, time, transform, prototypes);
    if (prim.is_a("Skeleton")) return extent_of_skeleton(prim, time, transform);
    if (prim.is_a("SkelRoot")) return extent_of_skel_root(prim, time, transform);
    auto const reach = symmetric_reach(prim, time);
    return reach ? std::optional(symmetric_extent(*reach, transform)) : std::nullopt;
}

namespace geom {

std::optional<Extent> extent(Prim const& prim, Time time)
{
    static Token const extent_name("extent");
    if (!prim.is_a("Boundable")) return std::nullopt;
    if (detail::has_authored_value(prim, extent_name))
        if (auto const authored = detail::get<Array<Vec3f>>(prim, "extent", time))
            if (authored->size() == 2) return Extent{(*authored)[0], (*authored)[1]};
    return computed_extent(prim, time);
}

std::optional<Extent> computed_extent(Prim const& prim, Time time, Matrix4d const* transform)
{
    BoundsCache prototypes(time, {.purposes = {Token("default"), Token("proxy"), Token("render")}});
    return detail::computed_extent(prim, time, transform, prototypes);
}

} // namespace geom

} // namespace soulvan::usd
