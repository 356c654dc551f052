// Where is a surface in the world, how far does it reach, and is it in a box?
#include "soulvan/geometry/contact.h"

#include "contact_walk.h"

#include <algorithm>
#include <cmath>

namespace soulvan::geometry {
namespace {

Vec3d row(Matrix4d const& m, int i)
{
    return {m[i][0], m[i][1], m[i][2]};
}

/// The axes that can separate two boxes: face normals of both and products of their edges.
template <class Visit>
void each_axis(Box const& a, Box const& b, Visit visit)
{
    for (auto const* box : {&a, &b})
        for (std::size_t i = 0; i < 3; ++i) {
            Vec3d normal = box->half[(i + 1) % 3].cross(box->half[(i + 2) % 3]);
            if (normal.length2() == 0) normal = box->half[i]; // a flat or thin box has no such face
            visit(normal);
        }
    for (auto const& x : a.half)
        for (auto const& y : b.half) visit(x.cross(y));
}

} // namespace

Box::Box(Range3d const& range, Matrix4d const& world_from_local) : centre(range.center() * world_from_local)
{
    Vec3d const size = range.size() / 2.0;
    for (int i = 0; i < 3; ++i) half[static_cast<std::size_t>(i)] = row(world_from_local, i) * size[i];
}

std::array<Vec3d, 8> Box::corners() const
{
    std::array<Vec3d, 8> out;
    for (std::size_t i = 0; i < 8; ++i)
        out[i] = centre + half[0] * (i & 1 ? 1.0 : -1.0) + half[1] * (i & 2 ? 1.0 : -1.0) +
                 half[2] * (i & 4 ? 1.0 : -1.0);
    return out;
}

double Box::radius(Vec3d const& direction) const
{
    return std::abs(half[0].dot(direction)) + std::abs(half[1].dot(direction)) +
           std::abs(half[2].dot(direction));
}

double Box::volume() const
{
    return 8 * std::abs(half[0].dot(half[1].cross(half[2])));
}

bool Box::contains(Vec3d const& point, double grow) const
{
    Vec3d const offset = point - centre;
    for (std::size_t i = 0; i < 3; ++i) {
        Vec3d const normal = half[(i + 1) % 3].cross(half[(i + 2) % 3]).normalized();
        if (std::abs(offset.dot(normal)) > std::abs(half[i].dot(normal)) + grow) return false;
    }
    return true;
}

double overlap(Box const& a, Box const& b, Vec3d* axis)
{
    double best = std::numeric_limits<double>::infinity();
    Vec3d const offset = b.centre - a.centre;
    each_axis(a, b, [&](Vec3d const& direction) {
        double const length = direction.length();
        if (length < 1e-12) return;
        Vec3d const unit = direction / length;
        double const depth = a.radius(unit) + b.radius(unit) - std::abs(offset.dot(unit));
        if (depth >= best) return;
        best = depth;
        if (axis) *axis = offset.dot(unit) >= 0 ? unit : -unit;
    });
    return best;
}

bool is_invertible(Matrix4d const& m)
{
    Vec3d const x = row(m, 0), y = row(m, 1), z = row(m, 2);
    return std::abs(x.dot(y.cross(z))) > 1e-9 * x.length() * y.length() * z.length();
}

Body::Body(std::shared_ptr<Surface const> given, Matrix4d const& pose)
    : surface(std::move(given)),
      world_from_surface(pose)
{
    if (empty()) return;
    if (!is_invertible(pose)) {
        std::vector<Surface::Part> parts;
        for (auto const& copy : surface->copies())
            parts.push_back({copy.mesh, copy.surface_from_mesh * pose});
        surface = std::make_shared<Surface const>(parts);
        world_from_surface.makeIdentity();
        if (empty()) return;
    }
    surface_from_world = world_from_surface.inverse();
    box = Box(surface->bounds(), world_from_surface);
    for (int i = 0; i < 3; ++i) {
        Vec3d axis{0, 0, 0};
        axis[i] = 1;
        bounds.max[i] = support(*this, axis);
        bounds.min[i] = -support(*this, -axis);
    }
}

namespace {

/// Calls `leaf(item)` below nodes that reach farther along `direction` than `best`, which it may raise.
template <class Leaf>
void walk_farther(std::vector<TreeNode> const& nodes, Matrix4d const& m, Vec3d const& direction,
                  double const& best, Leaf leaf)
{
    // The direction in the tree's space: p_world . d = p . (linear part applied to d) + translation . d.
    Vec3d const local(row(m, 0).dot(direction), row(m, 1).dot(direction), row(m, 2).dot(direction));
    double const along = row(m, 3).dot(direction);
    walk(
        nodes,
        [&](TreeNode const& node) {
            return local.x * double(local.x > 0 ? node.high.x : node.low.x) +
                       local.y * double(local.y > 0 ? node.high.y : node.low.y) +
                       local.z * double(local.z > 0 ? node.high.z : node.low.z) + along >
                   best;
        },
        [&](std::uint32_t item) {
            leaf(item);
            return true;
        });
}

} // namespace

double support(PlacedMesh const& copy, Vec3d const& direction, double least)
{
    double best = least;
    walk_farther(copy.mesh.nodes(), copy.space_from_mesh, direction, best, [&](std::uint32_t triangle) {
        for (auto const& corner : copy.corners(triangle)) best = std::max(best, corner.dot(direction));
    });
    return best;
}

double support(Body const& body, Vec3d const& direction)
{
    double best = -std::numeric_limits<double>::infinity();
    walk_farther(body.surface->nodes(), body.world_from_surface, direction, best,
                 [&](std::uint32_t copy) { best = support(in_world(body, copy), direction, best); });
    return best;
}

namespace {

/// Separating axes of a triangle and a box.
bool meets(std::array<Vec3d, 3> const& t, Box const& box)
{
    std::array<Vec3d, 3> const edges{t[1] - t[0], t[2] - t[1], t[0] - t[2]};
    std::array<Vec3d, 13> axes;
    std::size_t count = 0;
    axes[count++] = edges[0].cross(edges[1]);
    for (std::size_t i = 0; i < 3; ++i) {
        axes[count++] = box.half[(i + 1) % 3].cross(box.half[(i + 2) % 3]);
        for (auto const& edge : edges) axes[count++] = edge.cross(box.half[i]);
    }
    return std::all_of(axes.begin(), axes.end(), [&](Vec3d const& axis) {
        double const a = axis.dot(t[0] - box.centre), b = axis.dot(t[1] - box.centre),
                     c = axis.dot(t[2] - box.centre), r = box.radius(axis);
        return std::min({a, b, c}) <= r && std::max({a, b, c}) >= -r;
    });
}

} // namespace

bool meets(Body const& body, Box const& box)
{
    if (body.empty() || overlap(body.box, box) < 0) return false;
    bool found = false;
    auto const comes_near = [&](Matrix4d const& m) {
        return [&box, m](TreeNode const& node) {
            return overlap(Box(Range3d(Vec3d(node.low), Vec3d(node.high)), m), box) >= 0;
        };
    };
    walk(body.surface->nodes(), comes_near(body.world_from_surface), [&](std::uint32_t index) {
        auto const copy = in_world(body, index);
        walk(copy.mesh.nodes(), comes_near(copy.space_from_mesh), [&](std::uint32_t triangle) {
            found = meets(copy.corners(triangle), box);
            return !found;
        });
        return !found;
    });
    return found;
}

} // namespace soulvan::geometry
