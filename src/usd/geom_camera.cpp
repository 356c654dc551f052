// What does a camera see? UsdGeomCamera as GfCamera and GfFrustum have it.
#include "geom_detail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::usd::geom {

namespace {

/// Apertures and focal length are in tenths of a stage unit.
constexpr double lens_unit = 0.1;

/// The camera's pose without scale, shear and mirroring.
Matrix4d rigid(Matrix4d const& m)
{
    std::array<Vec3d, 3> rows{Vec3d(m[0][0], m[0][1], m[0][2]), Vec3d(m[1][0], m[1][1], m[1][2]),
                              Vec3d(m[2][0], m[2][1], m[2][2])};
    if (rows[0].cross(rows[1]).dot(rows[2]) < 0) rows[0] = -rows[0];
    detail::orthonormalize(rows);
    return {rows[0].x, rows[0].y, rows[0].z, 0, rows[1].x, rows[1].y, rows[1].z, 0,
            rows[2].x, rows[2].y, rows[2].z, 0, m[3][0],   m[3][1],   m[3][2],   1};
}

} // namespace

float Camera::aspect_ratio() const
{
    return vertical_aperture == 0 ? 0 : horizontal_aperture / vertical_aperture;
}

float Camera::field_of_view(Direction direction) const
{
    double const aperture = direction == Direction::horizontal ? horizontal_aperture : vertical_aperture;
    double const angle = 2 * std::atan(aperture * lens_unit / (2 * focal_length * lens_unit));
    return static_cast<float>(angle * 180 / std::numbers::pi);
}

Imath::Box2d Camera::window() const
{
    Vec2d const half(horizontal_aperture / 2, vertical_aperture / 2);
    Vec2d const offset(horizontal_aperture_offset, vertical_aperture_offset);
    double scale = lens_unit;
    if (projection == Projection::perspective && focal_length != 0) scale /= focal_length * lens_unit;
    return {(offset - half) * scale, (offset + half) * scale};
}

Matrix4d Camera::camera_from_world() const
{
    return rigid(world_from_camera).inverse(false);
}

Matrix4d Camera::clip_from_camera() const
{
    auto const w = window();
    double const width = w.max.x - w.min.x, height = w.max.y - w.min.y;
    double const near = clipping_range.x, far = clipping_range.y, depth = far - near;
    double const middle_x = (w.max.x + w.min.x) / width, middle_y = (w.max.y + w.min.y) / height;
    if (projection == Projection::orthographic)
        return {2 / width,  0, 0,         0,         0,
                2 / height, 0, 0,         0,         0,
                -2 / depth, 0, -middle_x, -middle_y, -(far + near) / depth,
                1};
    return {2 / width,
            0,
            0,
            0,
            0,
            2 / height,
            0,
            0,
            middle_x,
            middle_y,
            -(far + near) / depth,
            -1,
            0,
            0,
            -2 * near * far / depth,
            0};
}

std::vector<Vec3d> Camera::corners() const
{
    auto const w = window();
    auto const pose = rigid(world_from_camera);
    std::vector<Vec3d> result;
    for (double const distance : {clipping_range.x, clipping_range.y})
        for (double const y : {w.min.y, w.max.y})
            for (double const x : {w.min.x, w.max.x}) {
                double const spread = projection == Projection::perspective ? distance : 1;
                result.push_back(Vec3d(x * spread, y * spread, -distance) * pose);
            }
    return result;
}

float Camera::linear_exposure_scale() const
{
    double const model =
        exposure_time * exposure_iso * exposure_responsivity / (100.0 * exposure_f_stop * exposure_f_stop);
    return static_cast<float>(model * std::pow(2.0, exposure));
}

Result<Camera> camera(Prim const& prim, Time time)
{
    if (!prim.is_a("Camera"))
        return fail(Errc::invalid_input, "<{}> is no Camera", prim ? prim.path().str() : "");
    Camera result;
    result.world_from_camera = XformCache(time).world_from_local(prim);
    if (detail::get_or(prim, "projection", Token(), time) == "orthographic")
        result.projection = Camera::Projection::orthographic;
    auto const read = [&]<class T>(char const* name, T& into) {
        if (auto value = detail::get<T>(prim, name, time)) into = *std::move(value);
    };
    read("horizontalAperture", result.horizontal_aperture);
    read("verticalAperture", result.vertical_aperture);
    read("horizontalApertureOffset", result.horizontal_aperture_offset);
    read("verticalApertureOffset", result.vertical_aperture_offset);
    read("focalLength", result.focal_length);
    read("clippingRange", result.clipping_range);
    if (auto const planes = detail::get<Array<Vec4f>>(prim, "clippingPlanes", time))
        result.clipping_planes.assign(planes->begin(), planes->end());
    read("fStop", result.f_stop);
    read("focusDistance", result.focus_distance);
    read("stereoRole", result.stereo_role);
    read("shutter:open", result.shutter_open);
    read("shutter:close", result.shutter_close);
    read("exposure", result.exposure);
    read("exposure:time", result.exposure_time);
    read("exposure:iso", result.exposure_iso);
    read("exposure:fStop", result.exposure_f_stop);
    read("exposure:responsivity", result.exposure_responsivity);
    return result;
}

} // namespace soulvan::usd::geom
