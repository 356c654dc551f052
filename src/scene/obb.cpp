// Oriented boxes: do two things touch, how far apart are they, what does a thing cover in the plan?
#include "obb.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::scene {

Plan2 heading(double yaw)
{
    return {std::sin(yaw), std::cos(yaw)};
}

double yaw_of(Plan2 const& direction)
{
    return std::atan2(direction.x, direction.y);
}

double wrap(double yaw)
{
    constexpr double turn = 2 * std::numbers::pi;
    yaw = std::remainder(yaw, turn);
    return yaw <= -std::numbers::pi ? yaw + turn : yaw;
}

double degrees_between(Plan2 const& a, Plan2 const& b)
{
    double const lengths = a.length() * b.length();
    if (!(lengths > 1e-12)) return 180;
    return std::acos(std::clamp((a ^ b) / lengths, -1.0, 1.0)) * 180 / std::numbers::pi;
}

std::array<Plan2, 4> Rect::corners() const
{
    Plan2 const a = u * hx, b = v() * hz;
    return {centre - a - b, centre + a - b, centre + a + b, centre - a + b};
}

std::array<double, 2> Rect::extent(Plan2 const& direction) const
{
    double const at = centre ^ direction;
    double const half = std::abs(u ^ direction) * hx + std::abs(v() ^ direction) * hz;
    return {at - half, at + half};
}

bool Rect::contains(Plan2 const& point, double grow) const
{
    Plan2 const d = point - centre;
    return std::abs(d ^ u) <= hx + grow && std::abs(d ^ v()) <= hz + grow;
}

Rect upright(double min_x, double min_z, double max_x, double max_z)
{
    return {{(min_x + max_x) / 2, (min_z + max_z) / 2}, {1, 0}, (max_x - min_x) / 2, (max_z - min_z) / 2};
}

double overlap(Rect const& a, Rect const& b)
{
    Plan2 const d = b.centre - a.centre;
    double depth = std::numeric_limits<double>::infinity();
    for (Plan2 const& axis : {a.u, a.v(), b.u, b.v()}) {
        double const ra = std::abs(a.u ^ axis) * a.hx + std::abs(a.v() ^ axis) * a.hz;
        double const rb = std::abs(b.u ^ axis) * b.hx + std::abs(b.v() ^ axis) * b.hz;
        depth = std::min(depth, ra + rb - std::abs(d ^ axis));
    }
    return depth;
}

bool closer_than(Rect const& a, Rect const& b, double margin)
{
    Plan2 const d = b.centre - a.centre;
    double const cosine = std::abs(a.u ^ b.u), sine = std::abs(a.u ^ b.v());
    return std::abs(d ^ a.u) < a.hx + cosine * b.hx + sine * b.hz + margin &&
           std::abs(d ^ a.v()) < a.hz + sine * b.hx + cosine * b.hz + margin &&
           std::abs(d ^ b.u) < b.hx + cosine * a.hx + sine * a.hz + margin &&
           std::abs(d ^ b.v()) < b.hz + sine * a.hx + cosine * a.hz + margin;
}

double gap(Plan2 const& point, Rect const& rect)
{
    Plan2 const d = point - rect.centre;
    return std::hypot(std::max(0.0, std::abs(d ^ rect.u) - rect.hx),
                      std::max(0.0, std::abs(d ^ rect.v()) - rect.hz));
}

double gap(Rect const& a, Rect const& b)
{
    if (overlap(a, b) >= 0) return 0;
    double least = std::numeric_limits<double>::infinity();
    for (Plan2 const& p : a.corners()) least = std::min(least, gap(p, b));
    for (Plan2 const& p : b.corners()) least = std::min(least, gap(p, a));
    return least;
}

Plan2 nearest_point(Plan2 const& point, Rect const& rect)
{
    Plan2 const d = point - rect.centre;
    return rect.centre + rect.u * std::clamp(d ^ rect.u, -rect.hx, rect.hx) +
           rect.v() * std::clamp(d ^ rect.v(), -rect.hz, rect.hz);
}

std::array<double, 2> to_segment(Plan2 const& p, Plan2 const& a, Plan2 const& b)
{
    Plan2 const ab = b - a;
    double const length2 = ab ^ ab;
    double const t = length2 > 0 ? std::clamp(((p - a) ^ ab) / length2, 0.0, 1.0) : 0;
    return {(p - (a + ab * t)).length(), t};
}

Pose compose(Pose const& frame, Pose const& local)
{
    // A turn by yaw about +Y takes the asset's x to (cos, -sin) and its z to (sin, cos) in the plan.
    double const c = std::cos(frame.yaw), s = std::sin(frame.yaw);
    return {frame.x + c * local.x + s * local.z, frame.y + local.y, frame.z - s * local.x + c * local.z,
            wrap(frame.yaw + local.yaw)};
}

Pose relative(Pose const& frame, Pose const& world)
{
    double const c = std::cos(frame.yaw), s = std::sin(frame.yaw);
    double const dx = world.x - frame.x, dz = world.z - frame.z;
    return {c * dx - s * dz, world.y - frame.y, s * dx + c * dz, wrap(world.yaw - frame.yaw)};
}

Solid solid_of(Range3d const& bounds, double scale, Pose const& pose)
{
    Vec3d const middle = (bounds.min + bounds.max) * (0.5 * scale);
    Vec3d const half = (bounds.max - bounds.min) * (0.5 * scale);
    Pose const centre = compose(pose, {middle.x, 0, middle.z, 0});
    return {{{centre.x, centre.z}, {std::cos(pose.yaw), -std::sin(pose.yaw)}, half.x, half.z},
            pose.y + bounds.min.y * scale,
            pose.y + bounds.max.y * scale};
}

} // namespace soulvan::scene
