// Where does a PointInstancer put its copies? As UsdGeomPointInstancer::ComputeInstanceTransformsAtTime says.
#include "soulvan/geometry/triangles.h"

#include "primvar_read.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_set>

namespace soulvan::geometry {
namespace {

template <class T>
std::vector<Quatd> widen(usd::Array<T> const& quaternions)
{
    std::vector<Quatd> out;
    out.reserve(quaternions.size());
    for (auto const& q : quaternions)
        out.emplace_back(static_cast<double>(q.r), static_cast<double>(q.v.x), static_cast<double>(q.v.y),
                         static_cast<double>(q.v.z));
    return out;
}

std::vector<Quatd> read_orientations(usd::Prim const& instancer, usd::Time time)
{
    // "orientationsf" is the newer attribute in full precision and wins when both are authored.
    if (auto const fine = instancer.get<usd::Array<Quatf>>("orientationsf", time); fine && !fine->empty())
        return widen(*fine);
    if (auto const coarse = instancer.get<usd::Array<Quath>>("orientations", time)) return widen(*coarse);
    return {};
}

/// The last sample at or before `time`, or the first of all. Nothing without samples.
std::optional<double> sample_before(usd::Prim const& prim, std::string_view name, usd::Time time)
{
    auto const attribute = prim.attribute(name);
    if (!attribute || time.is_default()) return std::nullopt;
    auto const times = attribute->time_samples();
    if (times.empty()) return std::nullopt;
    auto const after = std::upper_bound(times.begin(), times.end(), time.code());
    return after == times.begin() ? times.front() : *(after - 1);
}

/// Motion between samples: velocities in units per second beside values sampled at the same time.
struct Motion {
    std::vector<Vec3f> speed;
    std::optional<double> base; ///< stage time of the samples to start from; nothing: interpolate as usual
};

Motion read_motion(usd::Prim const& instancer, std::string_view values, std::string_view speeds,
                   usd::Time time, std::size_t count)
{
    auto const base = sample_before(instancer, values, time);
    if (!base || sample_before(instancer, speeds, time) != base) return {};
    auto speed = read_vec3f_array(instancer, speeds, usd::Time(*base));
    if (!speed || speed->size() != count) return {};
    return {std::move(*speed), base};
}

/// Everything that the instancer says about its points, of equal lengths.
struct Points {
    std::vector<Vec3f> positions, scales, accelerations;
    std::vector<Quatd> orientations;
    Motion motion, spin;
};

Result<> check_length(usd::Prim const& instancer, std::string_view name, std::size_t size, std::size_t count)
{
    if (size == 0 || size == count) return {};
    return fail(Errc::invalid_input, "{}.{}: has {} elements, but protoIndices has {}",
                instancer.path().str(), name, size, count);
}

Result<Points> read_points(usd::Prim const& instancer, usd::Time time, std::size_t count)
{
    Points points;
    points.motion = read_motion(instancer, "positions", "velocities", time, count);
    auto const position_time = points.motion.base ? usd::Time(*points.motion.base) : time;
    points.positions = read_vec3f_array(instancer, "positions", position_time).value_or(std::vector<Vec3f>{});
    if (points.positions.size() != count)
        return fail(Errc::invalid_input, "{}.positions: has {} elements, but protoIndices has {}",
                    instancer.path().str(), points.positions.size(), count);
    if (points.motion.base) {
        points.accelerations =
            read_vec3f_array(instancer, "accelerations", position_time).value_or(std::vector<Vec3f>{});
        if (points.accelerations.size() != count) points.accelerations.clear();
    }
    bool const fine =
        !read_orientations(instancer, time).empty() &&
        instancer.get<usd::Array<Quatf>>("orientationsf", time).value_or(usd::Array<Quatf>{}).size() > 0;
    points.spin =
        read_motion(instancer, fine ? "orientationsf" : "orientations", "angularVelocities", time, count);
    points.orientations =
        read_orientations(instancer, points.spin.base ? usd::Time(*points.spin.base) : time);
    points.scales = read_vec3f_array(instancer, "scales", time).value_or(std::vector<Vec3f>{});
    TRY(check_length(instancer, "orientations", points.orientations.size(), count));
    TRY(check_length(instancer, "scales", points.scales.size(), count));
    TRY(check_finite(instancer, "positions", points.positions));
    TRY(check_finite(instancer, "scales", points.scales));
    return points;
}

Matrix4d matrix_of(Points const& points, std::size_t i, double motion_seconds, double spin_seconds)
{
    Matrix4d matrix;
    if (!points.scales.empty()) matrix.setScale(Vec3d(points.scales[i]));
    if (!points.orientations.empty()) {
        // Not normalised, as OpenUSD does not: a half-precision quaternion keeps its rounding.
        matrix *= points.orientations[i].toMatrix44();
        if (points.spin.base) {
            auto const speed = Vec3d(points.spin.speed[i]); // degrees per second around its direction
            auto const angle = speed.length() * spin_seconds * std::numbers::pi / 180;
            if (angle != 0) matrix *= Quatd().setAxisAngle(speed.normalized(), angle).toMatrix44();
        }
    }
    auto position = Vec3d(points.positions[i]);
    if (points.motion.base) {
        position += Vec3d(points.motion.speed[i]) * motion_seconds;
        if (!points.accelerations.empty())
            position += Vec3d(points.accelerations[i]) * (0.5 * motion_seconds * motion_seconds);
    }
    Matrix4d move;
    move.setTranslation(position);
    return matrix * move;
}

/// Marks what invisibleIds (animated) and inactiveIds (metadata) take away.
void hide(usd::Prim const& instancer, usd::Time time, std::vector<std::uint8_t>& visible)
{
    std::unordered_set<std::int64_t> hidden;
    if (auto const ids = instancer.get<usd::Array<std::int64_t>>("invisibleIds", time))
        hidden.insert(ids->begin(), ids->end());
    if (auto const inactive = instancer.metadata(usd::Token("inactiveIds")))
        if (auto const* list = inactive->get<usd::Int64ListOp>()) {
            std::vector<std::int64_t> items;
            list->apply(items);
            hidden.insert(items.begin(), items.end());
        }
    if (hidden.empty()) return;
    auto const ids =
        instancer.get<usd::Array<std::int64_t>>("ids", time).value_or(usd::Array<std::int64_t>{});
    for (std::size_t i = 0; i < visible.size(); ++i) {
        auto const id = ids.size() == visible.size() ? ids[i] : static_cast<std::int64_t>(i);
        if (hidden.contains(id)) visible[i] = 0;
    }
}

bool is_finite(Matrix4d const& m)
{
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column)
            if (!std::isfinite(m[row][column])) return false;
    return true;
}

} // namespace

Result<PointInstances> point_instances(usd::Stage const& stage, usd::Prim const& instancer, usd::Time time)
{
    PointInstances out;
    std::vector<Matrix4d> root;
    for (auto const& path : instancer.targets("prototypes")) {
        auto const prim = stage.prim_at(path);
        if (!prim)
            return fail(Errc::invalid_input, "{}.prototypes: there is nothing at {}", instancer.path().str(),
                        path.str());
        out.prototypes.push_back(prim);
        root.push_back(TRY(usd::local_transform(prim, time)).parent_from_local);
    }
    auto const indices =
        instancer.get<usd::Array<std::int32_t>>("protoIndices", time).value_or(usd::Array<std::int32_t>{});
    for (std::size_t i = 0; i < indices.size(); ++i)
        if (indices[i] < 0 || static_cast<std::size_t>(indices[i]) >= out.prototypes.size())
            return fail(Errc::invalid_input, "{}.protoIndices: element {} is {}, but there are {} prototypes",
                        instancer.path().str(), i, indices[i], out.prototypes.size());
    if (indices.empty()) return out;
    auto const points = TRY(read_points(instancer, time, indices.size()));
    double const rate = stage.time_codes_per_second() > 0 ? stage.time_codes_per_second() : 24;
    double const motion_seconds = points.motion.base ? (time.code() - *points.motion.base) / rate : 0;
    double const spin_seconds = points.spin.base ? (time.code() - *points.spin.base) / rate : 0;
    out.prototype_of.assign(indices.begin(), indices.end());
    out.visible.assign(indices.size(), 1);
    hide(instancer, time, out.visible);
    out.instancer_from_prototype.reserve(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
        out.instancer_from_prototype.push_back(root[static_cast<std::size_t>(indices[i])] *
                                               matrix_of(points, i, motion_seconds, spin_seconds));
        if (!is_finite(out.instancer_from_prototype.back()))
            return fail(Errc::invalid_input, "{}: the transform of point {} is not finite",
                        instancer.path().str(), i);
    }
    return out;
}

} // namespace soulvan::geometry
