// What does a camera see of boxes? Projection, visible shares and free space, without any mesh.
#pragma once

#include "obb.h"

#include "soulvan/scene/layout.h"

#include <string>
#include <vector>

namespace soulvan::scene {

/// A thing as the camera's choice sees it.
struct Body {
    std::string id, group, category;
    Solid solid;
    double front_yaw = 0;
    bool blocks = true; ///< windows, lamps and markings hide nothing
};
/// Every placed thing with its bounds; those whose asset is unknown are left out.
std::vector<Body> bodies_of(Layout const& layout, catalog::Catalog const& catalog);

struct View {
    Vec3d eye{0, 0, 0};
    double yaw = 0, pitch = 0; ///< as CameraKey
    double focal_mm = 24;
    double aspect = 16.0 / 9;
    double ortho_width_m = 0; ///< above 0: orthographic
    /// The picture's window, moved up by this part of its height: verticals stay upright (layout.h).
    double shift_y = 0;

    Vec3d forward() const;
    Vec3d right() const;
    Vec3d up() const;
    /// x and y in parts of the picture's width and height from its centre, right and up; z is the depth, in
    /// metres. Inside the picture |x|, |y| <= 0.5 and z > 0.
    Vec3d project(Vec3d const& point) const;
};

/// A picture-space rectangle around a projected box; empty when it is behind the eye.
struct Frame {
    double min_x = 1e9, max_x = -1e9, min_y = 1e9, max_y = -1e9;
    bool behind = false;
    double width() const { return max_x - min_x; }
    double height() const { return max_y - min_y; }
    /// The part of it that lies inside the picture, 0 to 1.
    double inside() const;
};
Frame frame_of(View const& view, Solid const& solid);
/// The area that the box's outline covers in the picture, 0 to 1: of its convex hull, clipped.
double covered(View const& view, Solid const& solid);

/// Where a ray of unit `direction` enters the box, in metres; nothing when it misses or starts behind it.
std::optional<double> hit(Solid const& solid, Vec3d const& origin, Vec3d const& direction);
/// The share of nine points of `body` that are in the picture with nothing before them.
double visible_share(View const& view, Body const& body, std::vector<Body> const& bodies);
/// Metres from `point` to the nearest body that reaches its height, at most `most`.
double free_radius(Vec3d const& point, std::vector<Body> const& bodies, double most);

} // namespace soulvan::scene
