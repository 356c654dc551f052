// What does a camera see of boxes? Projection, visible shares and free space, without any mesh.
#include "view.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace soulvan::scene {

std::vector<Body> bodies_of(Layout const& layout, catalog::Catalog const& catalog)
{
    static std::set<std::string, std::less<>> const clear{"window",      "skylight",       "floor_marking",
                                                          "light_panel", "high_bay_light", "ceiling_lamp"};
    std::vector<Body> bodies;
    for (auto const* list : {&layout.objects, &layout.structure})
        for (auto const& thing : *list) {
            auto const asset = catalog.find(thing.asset);
            if (!asset) continue;
            Pose const pose{thing.position.x, thing.position.y, thing.position.z, thing.yaw};
            bodies.push_back({.id = thing.id,
                              .group = thing.group,
                              .category = thing.category,
                              .solid = solid_of(asset->bounds, thing.scale, pose),
                              .front_yaw = thing.yaw,
                              .blocks = !clear.contains(thing.category)});
        }
    return bodies;
}

Vec3d View::forward() const
{
    return {-std::sin(yaw) * std::cos(pitch), std::sin(pitch), -std::cos(yaw) * std::cos(pitch)};
}

Vec3d View::right() const
{
    return {std::cos(yaw), 0, -std::sin(yaw)};
}

Vec3d View::up() const
{
    return right().cross(forward());
}

namespace {

/// A view's axes, worked out once for many points.
struct Projector {
    View const& view;
    Vec3d right = view.right(), up = view.up(), forward = view.forward();

    Vec3d operator()(Vec3d const& point) const
    {
        auto const d = point - view.eye;
        double const x = d.dot(right), y = d.dot(up), z = d.dot(forward);
        if (view.ortho_width_m > 0) return {x / view.ortho_width_m, y * view.aspect / view.ortho_width_m, z};
        double const depth = std::abs(z) > 1e-9 ? z : 1e-9;
        double const scale = view.focal_mm / 36;
        return {x / depth * scale, y / depth * scale * view.aspect - view.shift_y, z};
    }
};

} // namespace

Vec3d View::project(Vec3d const& point) const
{
    return Projector{*this}(point);
}

namespace {

std::array<Vec3d, 8> corners_of(Solid const& solid)
{
    std::array<Vec3d, 8> corners;
    auto const plan = solid.rect.corners();
    for (std::size_t i = 0; i < 4; ++i) {
        corners[i] = Vec3d(plan[i].x, solid.low, plan[i].y);
        corners[i + 4] = Vec3d(plan[i].x, solid.high, plan[i].y);
    }
    return corners;
}

double cross(Vec2d const& o, Vec2d const& a, Vec2d const& b)
{
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/// Andrew's monotone chain, counter-clockwise.
std::vector<Vec2d> convex_hull(std::vector<Vec2d> points)
{
    std::sort(points.begin(), points.end(),
              [](Vec2d const& a, Vec2d const& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
    std::vector<Vec2d> hull;
    for (int pass = 0; pass < 2; ++pass) {
        auto const begin = hull.size();
        for (auto const& p : points) {
            while (hull.size() >= begin + 2 && cross(hull[hull.size() - 2], hull.back(), p) <= 0)
                hull.pop_back();
            hull.push_back(p);
        }
        hull.pop_back();
        std::reverse(points.begin(), points.end());
    }
    return hull;
}

/// Sutherland-Hodgman against the picture's four sides.
std::vector<Vec2d> clip_to_picture(std::vector<Vec2d> polygon)
{
    for (int side = 0; side < 4; ++side) {
        auto const room = [&](Vec2d const& p) {
            double const value = side < 2 ? p.x : p.y;
            return side % 2 == 0 ? 0.5 - value : 0.5 + value;
        };
        std::vector<Vec2d> kept;
        for (std::size_t i = 0; i < polygon.size(); ++i) {
            auto const& a = polygon[i];
            auto const& b = polygon[(i + 1) % polygon.size()];
            double const da = room(a), db = room(b);
            if (da >= 0) kept.push_back(a);
            if ((da >= 0) != (db >= 0)) kept.push_back(a + (b - a) * (da / (da - db)));
        }
        polygon = std::move(kept);
    }
    return polygon;
}

} // namespace

double Frame::inside() const
{
    if (behind || width() <= 0 || height() <= 0) return 0;
    double const x = std::min(max_x, 0.5) - std::max(min_x, -0.5);
    double const y = std::min(max_y, 0.5) - std::max(min_y, -0.5);
    return x <= 0 || y <= 0 ? 0 : x * y / (width() * height());
}

Frame frame_of(View const& view, Solid const& solid)
{
    Frame frame;
    Projector const project{view};
    for (auto const& corner : corners_of(solid)) {
        auto const p = project(corner);
        if (p.z <= 0.05) frame.behind = true;
        frame.min_x = std::min(frame.min_x, p.x);
        frame.max_x = std::max(frame.max_x, p.x);
        frame.min_y = std::min(frame.min_y, p.y);
        frame.max_y = std::max(frame.max_y, p.y);
    }
    return frame;
}

double covered(View const& view, Solid const& solid)
{
    std::vector<Vec2d> points;
    Projector const project{view};
    for (auto const& corner : corners_of(solid)) {
        auto const p = project(corner);
        if (p.z <= 0.05) return 0;
        points.emplace_back(p.x, p.y);
    }
    auto const polygon = clip_to_picture(convex_hull(std::move(points)));
    double area = 0;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        auto const& a = polygon[i];
        auto const& b = polygon[(i + 1) % polygon.size()];
        area += a.x * b.y - a.y * b.x;
    }
    return area / 2;
}

namespace {

Vec3d centre_of(Solid const& solid)
{
    return {solid.rect.centre.x, (solid.low + solid.high) / 2, solid.rect.centre.y};
}

/// The square of the radius of a ball around the box, a little wider than it is.
double ball_around(Solid const& solid)
{
    double const h = (solid.high - solid.low) / 2;
    return (solid.rect.hx * solid.rect.hx + solid.rect.hz * solid.rect.hz + h * h) * (1 + 1e-9) + 1e-9;
}

/// Things that come near one of the lines from `from` to a point within `radius` of `to`: the others hide
/// nothing of it.
std::vector<Solid const*> between(Vec3d const& from, Vec3d const& to, double radius, Body const& body,
                                  std::vector<Body> const& bodies)
{
    std::vector<Solid const*> out;
    auto const way = to - from;
    double const length2 = std::max(way.length2(), 1e-12);
    for (auto const& other : bodies) {
        if (!other.blocks) continue;
        auto const offset = centre_of(other.solid) - from;
        double const along = std::clamp(offset.dot(way) / length2, 0.0, 1.0);
        double const reach = std::sqrt(ball_around(other.solid)) + radius;
        if ((offset - way * along).length2() > reach * reach || &other == &body || other.id == body.id)
            continue;
        out.push_back(&other.solid);
    }
    return out;
}

} // namespace

std::optional<double> hit(Solid const& solid, Vec3d const& origin, Vec3d const& direction)
{
    auto const& rect = solid.rect;
    // Most rays miss most things by far.
    auto const offset = centre_of(solid) - origin;
    double const along = offset.dot(direction);
    if (offset.length2() - along * along > ball_around(solid)) return std::nullopt;
    auto const v = rect.v();
    double const middle = (solid.low + solid.high) / 2;
    Vec2d const from(origin.x - rect.centre.x, origin.z - rect.centre.y);
    Vec2d const toward(direction.x, direction.z);
    double const o[3] = {from.dot(rect.u), from.dot(v), origin.y - middle};
    double const d[3] = {toward.dot(rect.u), toward.dot(v), direction.y};
    double const h[3] = {rect.hx, rect.hz, (solid.high - solid.low) / 2};
    double near = 0, far = 1e30;
    for (int i = 0; i < 3; ++i) {
        if (std::abs(d[i]) < 1e-12) {
            if (std::abs(o[i]) > h[i]) return std::nullopt;
            continue;
        }
        double t0 = (-h[i] - o[i]) / d[i], t1 = (h[i] - o[i]) / d[i];
        if (t0 > t1) std::swap(t0, t1);
        near = std::max(near, t0);
        far = std::min(far, t1);
        if (near > far) return std::nullopt;
    }
    return near;
}

double visible_share(View const& view, Body const& body, std::vector<Body> const& bodies)
{
    auto const corners = corners_of(body.solid);
    Vec3d centre(0, 0, 0);
    for (auto const& corner : corners) centre += corner / 8;
    Projector const project{view};
    // Parallel rays start on the picture's plane.
    bool const parallel = view.ortho_width_m > 0;
    auto const start = [&](Vec3d const& point) {
        return parallel ? point - project.forward * project(point).z : view.eye;
    };
    auto const near = between(start(centre), centre, (corners[0] - centre).length(), body, bodies);
    int seen = 0;
    for (std::size_t i = 0; i <= 8; ++i) {
        auto const point = i < 8 ? centre + (corners[i] - centre) * 0.8 : centre;
        auto const p = project(point);
        if (p.z <= 0.05 || std::abs(p.x) > 0.5 || std::abs(p.y) > 0.5) continue;
        auto const from = start(point);
        auto const ray = point - from;
        double const length = ray.length();
        seen += std::ranges::none_of(near, [&](Solid const* other) {
            auto const at = hit(*other, from, ray / length);
            return at && *at < length - 0.02;
        });
    }
    return seen / 9.0;
}

double free_radius(Vec3d const& point, std::vector<Body> const& bodies, double most)
{
    double least = most;
    for (auto const& body : bodies)
        if (body.blocks && body.solid.low < point.y + 0.2 && body.solid.high > point.y - 0.3)
            least = std::min(least, gap(Plan2(point.x, point.z), body.solid.rect));
    return least;
}

} // namespace soulvan::scene
