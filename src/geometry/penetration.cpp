// Do two bodies penetrate, and how deep? Surfaces that still cross after a small shift, in every direction.
#include "soulvan/geometry/contact.h"

#include "contact_walk.h"

#include <algorithm>
#include <cmath>

namespace soulvan::geometry {
namespace {

constexpr double touching = 1e-6; ///< metres: what crosses by less only touches
/// Faces that lie in one plane cross nowhere although the volumes overlap; this moves them apart.
Vec3d const jitter(3.7e-5, 5.3e-5, 7.1e-5);

using Corners = std::array<Vec3d, 3>;

/// Signed distances of the corners of `t` from the plane through `origin`; false when none crosses it.
bool straddles(Corners const& t, Vec3d const& origin, Vec3d const& normal, std::array<double, 3>& distance)
{
    for (std::size_t i = 0; i < 3; ++i) distance[i] = normal.dot(t[i] - origin);
    auto const [low, high] = std::minmax_element(distance.begin(), distance.end());
    return *low<-touching&& * high> touching;
}

/// The two points where the edges of `t` meet the plane that its corners straddle.
std::array<Vec3d, 2> cut(Corners const& t, std::array<double, 3> const& distance)
{
    // The corner alone on its side.
    std::size_t lone = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        bool const side = distance[i] > 0;
        if (side != (distance[(i + 1) % 3] > 0) && side != (distance[(i + 2) % 3] > 0)) lone = i;
    }
    std::array<Vec3d, 2> out;
    for (std::size_t k = 0; k < 2; ++k) {
        auto const other = (lone + 1 + k) % 3;
        out[k] = t[lone] + (t[other] - t[lone]) * (distance[lone] / (distance[lone] - distance[other]));
    }
    return out;
}

/// Möller's interval test (1997); triangles in one plane do not cross.
std::optional<Crossing> cross(Corners const& p, Corners const& q)
{
    Vec3d const normal_q = (q[1] - q[0]).cross(q[2] - q[0]).normalized();
    Vec3d const normal_p = (p[1] - p[0]).cross(p[2] - p[0]).normalized();
    std::array<double, 3> dp, dq;
    if (!straddles(p, q[0], normal_q, dp) || !straddles(q, p[0], normal_p, dq)) return std::nullopt;
    Vec3d const line = normal_p.cross(normal_q);
    double const length = line.length();
    if (length < 1e-9) return std::nullopt;
    auto a = cut(p, dp), b = cut(q, dq);
    auto const along = [&](Vec3d const& x) { return (x - p[0]).dot(line) / length; };
    if (along(a[0]) > along(a[1])) std::swap(a[0], a[1]);
    if (along(b[0]) > along(b[1])) std::swap(b[0], b[1]);
    auto const& low = along(a[0]) > along(b[0]) ? a[0] : b[0];
    auto const& high = along(a[1]) < along(b[1]) ? a[1] : b[1];
    if (along(high) - along(low) <= touching) return std::nullopt;
    return Crossing{(low + high) / 2.0, normal_q};
}

/// Calls `leaf(i, j)` for items of two trees whose boxes may touch; stops when it says false.
template <class Leaf>
void walk_pairs(std::vector<TreeNode> const& nodes_a, std::vector<TreeNode> const& nodes_b,
                Matrix4d const& a_from_b, Matrix4d const& b_from_a, Leaf leaf)
{
    struct Pair {
        std::uint32_t a, b;
    };
    std::array<Pair, 192> stack; // each of the two trees is less than 96 deep
    std::size_t size = 0;
    if (!nodes_a.empty() && !nodes_b.empty()) stack[size++] = {0, 0};
    auto const apart = [](Extent const& extent, TreeNode const& node) {
        for (int k = 0; k < 3; ++k)
            if (extent.middle[k] - extent.half[k] > double(node.high[k]) ||
                extent.middle[k] + extent.half[k] < double(node.low[k]))
                return true;
        return false;
    };
    while (size > 0) {
        auto const [i, j] = stack[--size];
        auto const& a = nodes_a[i];
        auto const& b = nodes_b[j];
        // Both ways: what is thin in its own space may be thick in the other's.
        auto const extent_b = extent_of(b, a_from_b);
        if (apart(extent_b, a) || apart(extent_of(a, b_from_a), b)) continue;
        if (a.count > 0 && b.count > 0) {
            if (!leaf(a, b)) return;
            continue;
        }
        Vec3f const size_a = a.high - a.low;
        bool const a_is_larger = double(std::max({size_a.x, size_a.y, size_a.z})) >=
                                 2 * std::max({extent_b.half.x, extent_b.half.y, extent_b.half.z});
        if (b.count > 0 || (a.count == 0 && a_is_larger)) {
            stack[size++] = {a.first, j};
            stack[size++] = {i + 1, j};
        } else {
            stack[size++] = {i, b.first};
            stack[size++] = {i, j + 1};
        }
    }
}

/// Crossings of two bodies, mesh by mesh.
class PairWalk {
public:
    PairWalk(Body const& a, Body const& b, CrossingOptions const& options)
        : a_(a),
          b_(b),
          options_(options),
          world_from_b_(b.world_from_surface * Matrix4d().setTranslation(options.shift)),
          b_from_world_(Matrix4d().setTranslation(-options.shift) * b.surface_from_world)
    {}

    std::vector<Crossing> run()
    {
        walk_pairs(a_.surface->nodes(), b_.surface->nodes(), world_from_b_ * a_.surface_from_world,
                   a_.world_from_surface * b_from_world_, [&](TreeNode const& a, TreeNode const& b) {
                       for (auto i = a.first; i < a.first + a.count; ++i)
                           for (auto j = b.first; j < b.first + b.count; ++j)
                               if (!visit(a_.surface->copies()[i], b_.surface->copies()[j])) return false;
                       return true;
                   });
        return std::move(found_);
    }

private:
    bool visit(Surface::Copy const& a, Surface::Copy const& b)
    {
        PlacedMesh const mesh_a{*a.mesh, a.surface_from_mesh * a_.world_from_surface};
        PlacedMesh const mesh_b{*b.mesh, b.surface_from_mesh * world_from_b_};
        walk_pairs(mesh_a.mesh.nodes(), mesh_b.mesh.nodes(),
                   mesh_b.space_from_mesh * (a_.surface_from_world * a.mesh_from_surface),
                   mesh_a.space_from_mesh * (b_from_world_ * b.mesh_from_surface),
                   [&](TreeNode const& leaf_a, TreeNode const& leaf_b) {
                       return test(mesh_a, leaf_a, mesh_b, leaf_b);
                   });
        return found_.size() < options_.most;
    }

    bool test(PlacedMesh const& mesh_a, TreeNode const& a, PlacedMesh const& mesh_b, TreeNode const& b)
    {
        std::array<Corners, 8> of_a;
        std::array<Range3d, 8> around_a;
        for (std::uint32_t i = 0; i < a.count; ++i) {
            of_a[i] = mesh_a.corners(a.first + i);
            around_a[i] = around(of_a[i]);
        }
        for (std::uint32_t j = 0; j < b.count; ++j) {
            auto const q = mesh_b.corners(b.first + j);
            if (options_.facing) {
                Vec3d const normal = (q[1] - q[0]).cross(q[2] - q[0]).normalized();
                if (std::abs(normal.dot(*options_.facing)) < 0.70710678) continue;
            }
            auto const around_b = around(q);
            for (std::uint32_t i = 0; i < a.count; ++i) {
                if (!around_a[i].intersects(around_b)) continue;
                auto const crossing = cross(of_a[i], q);
                if (!crossing) continue;
                found_.push_back(*crossing);
                if (found_.size() >= options_.most) return false;
            }
        }
        return true;
    }

    static Range3d around(Corners const& t)
    {
        Range3d out(t[0]);
        out.extendBy(t[1]);
        out.extendBy(t[2]);
        return out;
    }

    Body const& a_;
    Body const& b_;
    CrossingOptions options_;
    Matrix4d world_from_b_, b_from_world_; ///< with the shift
    std::vector<Crossing> found_;
};

/// Whether a whole copy of `inner`, moved by `shift`, lies inside a closed copy of `outer`.
bool holds_part(Body const& outer, Body const& inner, Vec3d const& shift)
{
    bool found = false;
    auto const pose = inner.world_from_surface * Matrix4d().setTranslation(shift);
    walk(
        inner.surface->nodes(),
        [&](TreeNode const& node) {
            auto const extent = extent_of(node, pose);
            return Range3d(extent.middle - extent.half, extent.middle + extent.half).intersects(outer.bounds);
        },
        [&](std::uint32_t index) {
            auto const& copy = inner.surface->copies()[index];
            auto const world_from_mesh = copy.surface_from_mesh * pose;
            auto const corners = Box(copy.mesh->bounds(), world_from_mesh).corners();
            auto const is_within = [&](Vec3d const& corner) { return outer.box.contains(corner, 1e-4); };
            if (!std::all_of(corners.begin(), corners.end(), is_within)) return true;
            auto const& mesh = *copy.mesh;
            found = encloses(outer, placed(mesh.points()[mesh.triangles()[0][0]], world_from_mesh));
            return !found;
        });
    return found;
}

struct Question {
    Body const& a;
    Body const& b;
    bool enclosing;
    Vec3d const* facing;

    bool apart(Vec3d const& shift) const
    {
        if (!crossings(a, b, {.shift = jitter + shift, .facing = facing}).empty()) return false;
        return !enclosing || (!holds_part(a, b, jitter + shift) && !holds_part(b, a, -jitter - shift));
    }
};

/// Ways out, the likeliest first.
std::vector<Vec3d> directions_of(Body const& b, Vec3d const& axis, Vec3d const& contact, Vec3d const* facing)
{
    std::vector<Vec3d> out{axis};
    if (Vec3d const away = b.box.centre - contact; away.length() > 1e-9) out.push_back(away.normalized());
    if (facing) {
        out.push_back(*facing);
        out.push_back(-*facing);
    }
    for (int norm = 1; norm <= 3; ++norm) // faces, then edges, then corners of the cube
        for (int i = 0; i < 27; ++i) {
            Vec3d const d(i % 3 - 1, i / 3 % 3 - 1, i / 9 - 1);
            if (std::lround(d.length2()) == norm) out.push_back(d.normalized());
        }
    return out;
}

/// The shortest of the separating shifts, to a part in thirty; `most` separates the boxes along the first.
Penetration measure(Question const& question, std::vector<Vec3d> const& directions, double tolerance,
                    double most)
{
    Vec3d way = directions.front();
    auto const count = std::min<std::size_t>(directions.size(), 10);
    auto const separates = [&](double shift) {
        for (std::size_t i = 0; i < count; ++i)
            if (question.apart(directions[i] * shift)) {
                way = directions[i];
                return true;
            }
        return false;
    };
    double low = tolerance, high = std::min(2 * tolerance, most);
    while (high < most && !separates(high)) {
        low = high;
        high = std::min(2 * high, most);
    }
    for (int step = 0; step < 5; ++step) {
        double const middle = (low + high) / 2;
        (separates(middle) ? high : low) = middle;
    }
    return {.depth = high, .direction = way};
}

std::optional<Penetration> judge(Body const& a, Body const& b, PenetrationOptions const& options,
                                 Vec3d const& axis, double most, std::span<Crossing const> contacts,
                                 Vec3d const* facing)
{
    Vec3d contact{0, 0, 0};
    for (auto const& crossing : contacts) contact += crossing.point / double(contacts.size());
    if (contacts.empty()) contact = a.box.centre;
    Question const question{a, b, options.enclosing && !facing, facing};
    auto const directions = directions_of(b, axis, contact, facing);
    for (auto const& direction : directions)
        if (question.apart(direction * options.tolerance)) return std::nullopt;
    auto out = measure(question, directions, options.tolerance, most + options.tolerance);
    out.point = contact;
    out.enclosed = contacts.empty();
    return out;
}

} // namespace

std::vector<Crossing> crossings(Body const& a, Body const& b, CrossingOptions const& options)
{
    if (a.empty() || b.empty()) return {};
    return PairWalk(a, b, options).run();
}

std::optional<Penetration> penetration(Body const& a, Body const& b, PenetrationOptions const& options)
{
    if (a.empty() || b.empty()) return std::nullopt;
    Vec3d axis{0, 1, 0};
    double const most = overlap(a.box, b.box, &axis);
    if (most <= options.tolerance) return std::nullopt; // so short a shift separates even the boxes
    if (!options.by_side) {
        auto const contacts = crossings(a, b, {.shift = jitter, .most = 32});
        if (contacts.empty() &&
            !(options.enclosing && (holds_part(a, b, jitter) || holds_part(b, a, -jitter))))
            return std::nullopt;
        return judge(a, b, options, axis, most, contacts, nullptr);
    }
    auto contacts = crossings(a, b, {.shift = jitter, .most = 4096});
    std::vector<std::span<Crossing const>> sides;
    for (auto first = contacts.begin(); first != contacts.end();) {
        Vec3d const side = first->normal;
        auto const end = std::partition(first, contacts.end(), [&](Crossing const& crossing) {
            return std::abs(crossing.normal.dot(side)) >= 0.70710678;
        });
        sides.emplace_back(first, end);
        first = end;
    }
    std::stable_sort(sides.begin(), sides.end(),
                     [](auto const& left, auto const& right) { return left.size() > right.size(); });
    for (auto const& side : sides)
        if (auto found = judge(a, b, options, axis, most, side, &side.front().normal)) return found;
    return std::nullopt;
}

} // namespace soulvan::geometry
