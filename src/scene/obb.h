// Oriented boxes: do two things touch, how far apart are they, what does a thing cover in the plan?
#pragma once

#include "soulvan/base/math.h"

#include <array>
#include <limits>

namespace soulvan::scene {

/// A point or direction in the plan: x is east, y holds z (south).
using Plan2 = Vec2d;

/// The direction in which a thing of this yaw looks.
Plan2 heading(double yaw);
/// The yaw that looks along `direction`.
double yaw_of(Plan2 const& direction);
/// In (-pi, pi].
double wrap(double yaw);
/// Degrees between two directions; 180 when one has no length.
double degrees_between(Plan2 const& a, Plan2 const& b);

/// An oriented rectangle in the plan.
struct Rect {
    Plan2 centre{0, 0};
    Plan2 u{1, 0};         ///< unit, its own x axis
    double hx = 0, hz = 0; ///< half sizes along `u` and across

    Plan2 v() const { return {-u.y, u.x}; } ///< its own z axis
    std::array<Plan2, 4> corners() const;
    /// {low, high} along a unit direction.
    std::array<double, 2> extent(Plan2 const& direction) const;
    bool contains(Plan2 const& point, double grow = 0) const;
    Rect grown(double by) const { return {centre, u, hx + by, hz + by}; }
    Plan2 long_direction() const { return hx >= hz ? u : v(); }
};

/// From the corners of an upright rectangle.
Rect upright(double min_x, double min_z, double max_x, double max_z);

/// Depth by which two rectangles overlap over their four axes (Gottschalk 1996, the separating axis test in
/// the plan); negative when apart.
double overlap(Rect const& a, Rect const& b);
/// Whether they come nearer than `margin`, by axes: exact for faces, up to 41 % generous between corners.
bool closer_than(Rect const& a, Rect const& b, double margin);
/// Shortest distance, 0 when they touch.
double gap(Rect const& a, Rect const& b);
double gap(Plan2 const& point, Rect const& rect);
Plan2 nearest_point(Plan2 const& point, Rect const& rect);
/// Distance of `p` from segment `ab`, and where on it (0…1) the nearest point lies.
std::array<double, 2> to_segment(Plan2 const& p, Plan2 const& a, Plan2 const& b);

/// Where the origin of an asset stands.
struct Pose {
    double x = 0, y = 0, z = 0, yaw = 0;
    friend bool operator==(Pose const&, Pose const&) = default;
};
/// Where `local`, given in the frame of `frame`, stands.
Pose compose(Pose const& frame, Pose const& local);
/// `local` such that compose(frame, local) is `world`.
Pose relative(Pose const& frame, Pose const& world);

/// An upright box: a rectangle between two heights.
struct Solid {
    Rect rect;
    double low = 0, high = 0;
};
/// What bounds in asset space cover at `pose`.
Solid solid_of(Range3d const& bounds, double scale, Pose const& pose);

} // namespace soulvan::scene
