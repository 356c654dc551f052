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

/// A node of a body: of the tree over its copies, or of one copy's mesh.
struct Place {
    static constexpr std::uint32_t above_copies = ~std::uint32_t{0};
    std::uint32_t copy = above_copies, node = 0;

    bool is_above_copies() const { return copy == above_copies; }
    TreeNode const& in(Surface const& surface) const
    {
        return (is_above_copies() ? surface.nodes() : surface.copies()[copy].mesh->nodes())[node];
    }
    bool is_leaf(TreeNode const& itself) const { return itself.count > 0 && !is_above_copies(); }
};

/// A body that may be shifted, and the space of the place last asked about.
class Side {
public:
    Side(Body const& body, Vec3d const& shift)
        : surface_(*body.surface),
          world_from_surface_(body.world_from_surface * Matrix4d().setTranslation(shift)),
          surface_from_world_(Matrix4d().setTranslation(-shift) * body.surface_from_world),
          world_from_space_(world_from_surface_),
          space_from_world_(surface_from_world_)
    {}

    Surface const& surface() const { return surface_; }
    /// Returns whether the space is another than before.
    bool enter(Place const& place)
    {
        if (place.copy == copy_) return false;
        copy_ = place.copy;
        if (place.is_above_copies()) {
            world_from_space_ = world_from_surface_;
            space_from_world_ = surface_from_world_;
        } else {
            auto const& copy = surface_.copies()[copy_];
            world_from_space_ = copy.surface_from_mesh * world_from_surface_;
            space_from_world_ = surface_from_world_ * copy.mesh_from_surface;
        }
        return true;
    }
    PlacedMesh mesh() const { return {*surface_.copies()[copy_].mesh, world_from_space_}; }
    Matrix4d const& world_from_space() const { return world_from_space_; }
    Matrix4d const& space_from_world() const { return space_from_world_; }

private:
    Surface const& surface_;
    Matrix4d world_from_surface_, surface_from_world_;
    std::uint32_t copy_ = Place::above_copies;
    Matrix4d world_from_space_, space_from_world_;
};

/// Crossings of two bodies. Of each pair of places the larger is opened, be it over copies or in a mesh: a
/// wall as wide as a hall meets a rack as a whole before it meets each of its cartons.
class PairWalk {
public:
    PairWalk(Body const& a, Body const& b, CrossingOptions const& options)
        : a_(a, Vec3d(0, 0, 0)),
          b_(b, options.shift),
          options_(options)
    {
        relate();
    }

    std::vector<Crossing> run()
    {
        push({}, {});
        while (size_ > 0) {
            auto const [a, b] = stack_[--size_];
            bool const a_moved = a_.enter(a), b_moved = b_.enter(b);
            if (a_moved || b_moved) relate();
            auto const &node_a = a.in(a_.surface()), &node_b = b.in(b_.surface());
            // Both ways: what is thin in its own space may be thick in the other's.
            auto const extent_b = extent_of(node_b, a_from_b_);
            if (apart(extent_b, node_a) || apart(extent_of(node_a, b_from_a_), node_b)) continue;
            bool const a_ends = a.is_leaf(node_a), b_ends = b.is_leaf(node_b);
            if (a_ends && b_ends) {
                if (!test(a_.mesh(), node_a, b_.mesh(), node_b)) break;
            } else if (b_ends || (!a_ends && is_larger(node_a, extent_b))) {
                open(a, node_a, [&](Place const& inner) { push(inner, b); });
            } else {
                open(b, node_b, [&](Place const& inner) { push(a, inner); });
            }
        }
        return std::move(found_);
    }

private:
    struct Pair {
        Place a, b;
    };

    void push(Place const& a, Place const& b) { stack_[size_++] = {a, b}; }

    template <class Visit>
    static void open(Place const& place, TreeNode const& node, Visit visit)
    {
        for (auto copy = node.first; copy < node.first + node.count; ++copy) visit(Place{copy, 0});
        if (node.count > 0) return;
        visit(Place{place.copy, node.first});
        visit(Place{place.copy, place.node + 1});
    }

    void relate()
    {
        a_from_b_ = b_.world_from_space() * a_.space_from_world();
        b_from_a_ = a_.world_from_space() * b_.space_from_world();
    }

    static bool apart(Extent const& extent, TreeNode const& node)
    {
        for (int k = 0; k < 3; ++k)
            if (extent.middle[k] - extent.half[k] > double(node.high[k]) ||
                extent.middle[k] + extent.half[k] < double(node.low[k]))
                return true;
        return false;
    }
    static bool is_larger(TreeNode const& node, Extent const& other)
    {
        Vec3f const size = node.high - node.low;
        return double(std::max({size.x, size.y, size.z})) >=
               2 * std::max({other.half.x, other.half.y, other.half.z});
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

    Side a_, b_;
    CrossingOptions options_;
    Matrix4d a_from_b_, b_from_a_; ///< of the spaces that the sides are in
    std::array<Pair, 512> stack_;  ///< two trees of less than 96 levels on each side, one more entry a level
    std::size_t size_ = 0;
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
