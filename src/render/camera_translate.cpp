// Which camera does a stage look through? UsdGeomCamera in metres, or one that frames everything.
#include "translate_parts.h"

#include "soulvan/geometry/triangles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace soulvan::render {
namespace {

std::vector<usd::Prim> cameras_of(usd::Stage const& stage)
{
    std::vector<usd::Prim> cameras;
    stage.traverse([&](usd::Prim const& prim) {
        if (prim.type_name() == "Camera") cameras.push_back(prim);
        return true;
    });
    return cameras;
}

/// A rigid frame: scale and shear of the ancestors change where a camera stands, not what its lens sees.
Transform rigid(Matrix4d const& world_from_camera)
{
    auto const row = [&](int i) {
        return Vec3d(world_from_camera[i][0], world_from_camera[i][1], world_from_camera[i][2]);
    };
    Vec3d const back = row(2).normalized();
    Vec3d up = row(1) - back * row(1).dot(back);
    up.normalize();
    Vec3d right = up.cross(back);
    if (right.dot(row(0)) < 0) right = -right; // a mirrored camera shows a mirrored picture
    return {Vec3f(right), Vec3f(up), Vec3f(back), Vec3f(row(3))};
}

float number(usd::Prim const& camera, char const* name, float fallback, usd::Time time)
{
    auto const value = camera.attribute(name) ? camera.attribute(name)->value(time) : std::nullopt;
    if (!value) return fallback;
    if (auto const* single = value->get<float>()) return *single;
    if (auto const* wide = value->get<double>()) return static_cast<float>(*wide);
    return fallback;
}

Result<float> positive(usd::Prim const& camera, char const* name, float fallback, usd::Time time)
{
    float const value = number(camera, name, fallback, time);
    if (!std::isfinite(value) || value <= 0)
        return fail(Errc::invalid_input, "{}.{}: {} must be a number above 0", camera.path().str(), name,
                    value);
    return value;
}

/// UsdGeomCamera::ComputeLinearExposureScale as stops. The parts beside `exposure` default to a factor of 1.
float exposure_stops(usd::Prim const& camera, usd::Time time)
{
    float const seconds = number(camera, "exposure:time", 1, time),
                iso = number(camera, "exposure:iso", 100, time);
    float const f_stop = number(camera, "exposure:fStop", 1, time);
    float const responsivity = number(camera, "exposure:responsivity", 1, time);
    float const scale = seconds * iso * responsivity / (100 * f_stop * f_stop);
    float const stops = number(camera, "exposure", 0, time);
    return scale > 0 && std::isfinite(scale) ? stops + std::log2(scale) : stops;
}

Result<Camera> camera_from(usd::Stage const& stage, usd::Prim const& prim, usd::Time time)
{
    auto const world = TRY(usd::world_from_local(prim, time));
    auto const meters = static_cast<float>(stage.meters_per_unit());
    Camera camera;
    camera.path = prim.path().str();
    camera.world_from_camera = rigid(world * meters_y_up(stage));
    camera.focal_length = TRY(positive(prim, "focalLength", 50, time));
    camera.horizontal_aperture = TRY(positive(prim, "horizontalAperture", 20.955f, time));
    camera.vertical_aperture = TRY(positive(prim, "verticalAperture", 15.2908f, time));
    camera.horizontal_offset = number(prim, "horizontalApertureOffset", 0, time);
    camera.vertical_offset = number(prim, "verticalApertureOffset", 0, time);
    camera.orthographic =
        prim.get_or<usd::Token>("projection", usd::Token("perspective"), time) == "orthographic";
    // Apertures and focal length are in tenths of a scene unit.
    float const meters_per_tenth = meters / 10;
    if (camera.orthographic)
        for (auto* length : {&camera.horizontal_aperture, &camera.vertical_aperture,
                             &camera.horizontal_offset, &camera.vertical_offset})
            *length *= meters_per_tenth;
    auto const clip = prim.get_or<Vec2f>("clippingRange", Vec2f(1, 1000000), time);
    camera.near_clip = std::max(clip.x, 0.0f) * meters;
    camera.far_clip = clip.y * meters;
    float const f_stop = number(prim, "fStop", 0, time), focus = number(prim, "focusDistance", 0, time);
    if (f_stop > 0 && focus > 0) {
        camera.lens_radius = camera.orthographic ? 0 : camera.focal_length * meters_per_tenth / (2 * f_stop);
        camera.focus_distance = focus * meters;
    }
    camera.exposure = exposure_stops(prim, time);
    return camera;
}

/// The four sides of a view pyramid pushed against points, for a camera whose direction is settled.
struct Pyramid {
    Vec3d right, up, back;
    double slope_x, slope_y; ///< half the picture's width and height at distance 1
    std::array<double, 4> reach{-infinity, -infinity, -infinity, -infinity};

    static constexpr double infinity = std::numeric_limits<double>::infinity();

    void hold(Vec3d const& p)
    {
        double const x = p.dot(right), y = p.dot(up), z = p.dot(back);
        reach[0] = std::max(reach[0], x + slope_x * z);
        reach[1] = std::max(reach[1], slope_x * z - x);
        reach[2] = std::max(reach[2], y + slope_y * z);
        reach[3] = std::max(reach[3], slope_y * z - y);
    }
    bool is_empty() const { return reach[0] == -infinity; }
    /// The nearest place from which everything held is in the picture, in the middle where there is room.
    Vec3d apex() const
    {
        double const x = (reach[0] - reach[1]) / 2, y = (reach[2] - reach[3]) / 2;
        double const z =
            std::max((reach[0] + reach[1]) / (2 * slope_x), (reach[2] + reach[3]) / (2 * slope_y));
        return right * x + up * y + back * z;
    }
};

/// Three-quarter view from a little above, as near as what is seen allows at 16:9.
Result<Camera> framing_camera(usd::Stage const& stage, usd::Time time)
{
    auto const points = TRY(geometry::world_points(stage, time, 1'000'000));
    auto const meters = meters_y_up(stage);
    Camera camera;
    camera.path = "(framing everything)";
    camera.focal_length = 40;
    camera.horizontal_aperture = 36;
    camera.vertical_aperture = 20.25f;
    Pyramid pyramid;
    pyramid.back = Vec3d(0.62, 0.42, 1).normalized();
    pyramid.right = Vec3d(0, 1, 0).cross(pyramid.back).normalized();
    pyramid.up = pyramid.back.cross(pyramid.right);
    double const air = 0.86; // of the picture that the subject may fill
    pyramid.slope_x = air * camera.horizontal_aperture / 2 / camera.focal_length;
    pyramid.slope_y = air * camera.vertical_aperture / 2 / camera.focal_length;
    Range3d box;
    for (auto const& point : points) {
        auto const p = point * meters;
        pyramid.hold(p);
        box.extendBy(p);
    }
    if (pyramid.is_empty()) pyramid.hold(Vec3d(0));
    double const size = box.isEmpty() ? 1 : std::max((box.max - box.min).length(), 1e-6);
    auto const eye = pyramid.apex() + pyramid.back * (points.size() < 2 ? size : 0);
    camera.world_from_camera = {Vec3f(pyramid.right), Vec3f(pyramid.up), Vec3f(pyramid.back), Vec3f(eye)};
    camera.near_clip = static_cast<float>(size * 1e-4);
    camera.far_clip = static_cast<float>(size * 1e4);
    return camera;
}

std::string list(std::vector<usd::Prim> const& cameras)
{
    std::string names;
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        if (i == 12) return names + fmt::format(" and {} more", cameras.size() - i);
        names += (i == 0 ? "" : ", ") + cameras[i].path().str();
    }
    return names;
}

} // namespace

Result<Camera> find_camera(usd::Stage const& stage, usd::Time time, TranslateSettings const& settings,
                           Warnings& warnings)
{
    auto const cameras = cameras_of(stage);
    auto const& wanted = settings.camera;
    if (wanted.empty()) {
        if (!cameras.empty()) return camera_from(stage, cameras.front(), time);
        warnings.add("The stage has no camera: one that frames everything is used");
        return framing_camera(stage, time);
    }
    for (auto const& camera : cameras)
        if (camera.path().str() == wanted) return camera_from(stage, camera, time);
    for (auto const& camera : cameras)
        if (camera.name() == wanted) return camera_from(stage, camera, time);
    if (cameras.empty())
        return fail(Errc::not_found,
                    "There is no camera \"{}\": the stage has none; leave it out to frame everything",
                    wanted);
    return fail(Errc::not_found, "There is no camera \"{}\"; the stage has {}", wanted, list(cameras));
}

Result<Camera> translate_camera(usd::Stage const& stage, usd::Time time, TranslateSettings const& settings)
{
    Warnings ignored;
    return find_camera(stage, time, settings, ignored);
}

} // namespace soulvan::render
