// How are triangles and copies kept so that crossings and hits are found quickly? Trees along a Morton curve.
#include "soulvan/geometry/contact.h"

#include "contact_walk.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace soulvan::geometry {
namespace {

constexpr std::uint32_t triangles_of_leaf = 4, copies_of_leaf = 1;
constexpr double farthest = 1e30; ///< beyond it floats end

bool is_finite(Vec3f const& p)
{
    return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z);
}

/// Ten bits, two zero bits between each.
std::uint64_t spread(std::uint32_t x)
{
    x = (x | x << 16) & 0x030000ffu;
    x = (x | x << 8) & 0x0300f00fu;
    x = (x | x << 4) & 0x030c30c3u;
    return (x | x << 2) & 0x09249249u;
}

/// Sorts by the upper 32 bits, least significant byte first.
void sort_by_code(std::vector<std::uint64_t>& keys)
{
    std::vector<std::uint64_t> other(keys.size());
    for (int shift = 32; shift < 64; shift += 8) {
        std::array<std::size_t, 257> start{};
        for (auto const key : keys) ++start[(key >> shift & 255) + 1];
        for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
        for (auto const key : keys) other[start[key >> shift & 255]++] = key;
        keys.swap(other);
    }
}

Vec3f component_min(Vec3f const& a, Vec3f const& b)
{
    return {std::min(a.x, b.x), std::min(a.y, b.y), std::min(a.z, b.z)};
}
Vec3f component_max(Vec3f const& a, Vec3f const& b)
{
    return {std::max(a.x, b.x), std::max(a.y, b.y), std::max(a.z, b.z)};
}

/// The codes of items along the curve in their upper 32 bits, the items in the lower, sorted.
template <class MiddleOf>
std::vector<std::uint64_t> along_curve(std::size_t n, Range3d const& bounds, MiddleOf middle_of)
{
    Vec3d cells{0, 0, 0};
    for (int k = 0; k < 3; ++k)
        if (double const size = bounds.size()[k]; size > 0) cells[k] = 1023 / size;
    std::vector<std::uint64_t> order(n);
    for (std::size_t i = 0; i < n; ++i) {
        Vec3d const middle = middle_of(i) - bounds.min;
        std::uint64_t code = 0;
        for (int k = 0; k < 3; ++k)
            code |= spread(static_cast<std::uint32_t>(std::clamp(middle[k] * cells[k], 0.0, 1023.0))) << k;
        order[i] = code << 32 | i;
    }
    sort_by_code(order);
    return order;
}

/// Splits where the first bit of the codes changes (Lauterbach 2009), equal codes in the middle. `grow`
/// extends a node by an item.
template <class Grow>
class TreeBuilder {
public:
    TreeBuilder(std::span<std::uint64_t const> order, std::uint32_t leaf_size, Grow grow)
        : order_(order),
          leaf_size_(leaf_size),
          grow_(grow)
    {
        nodes_.reserve(order.size());
        build(0, static_cast<std::uint32_t>(order.size()));
    }
    std::vector<TreeNode> take() { return std::move(nodes_); }

private:
    std::uint32_t build(std::uint32_t first, std::uint32_t end)
    {
        auto const index = static_cast<std::uint32_t>(nodes_.size());
        nodes_.emplace_back();
        TreeNode node;
        if (end - first <= leaf_size_) {
            float const most = std::numeric_limits<float>::max();
            node = {Vec3f(most, most, most), Vec3f(-most, -most, -most), first, end - first};
            for (auto item = first; item < end; ++item) grow_(node, item);
            nodes_[index] = node;
            return index;
        }
        auto middle = first + (end - first) / 2;
        auto const differing = (order_[first] ^ order_[end - 1]) >> 32;
        if (differing != 0) {
            auto const bit = std::uint64_t{1} << (32 + std::bit_width(differing) - 1);
            auto const split = std::partition_point(order_.begin() + first, order_.begin() + end,
                                                    [&](std::uint64_t key) { return (key & bit) == 0; });
            middle = static_cast<std::uint32_t>(split - order_.begin());
        }
        build(first, middle);
        node.first = build(middle, end);
        node.low = component_min(nodes_[index + 1].low, nodes_[node.first].low);
        node.high = component_max(nodes_[index + 1].high, nodes_[node.first].high);
        nodes_[index] = node;
        return index;
    }

    std::span<std::uint64_t const> order_;
    std::uint32_t leaf_size_;
    Grow grow_;
    std::vector<TreeNode> nodes_;
};

/// A float at or beyond `x` on the side of `way`.
float outward(double x, float way)
{
    auto const f = static_cast<float>(x);
    return (way < 0 ? double(f) <= x : double(f) >= x) ? f : std::nextafter(f, way);
}

bool is_within_reach(Range3d const& range)
{
    for (int k = 0; k < 3; ++k)
        if (!(range.min[k] > -farthest && range.max[k] < farthest)) return false;
    return true;
}

TreeNode node_around(Range3d const& range)
{
    TreeNode out;
    for (int k = 0; k < 3; ++k) {
        out.low[k] = outward(range.min[k], -std::numeric_limits<float>::infinity());
        out.high[k] = outward(range.max[k], std::numeric_limits<float>::infinity());
    }
    return out;
}

Range3d around(Range3d const& box, Matrix4d const& m)
{
    Range3d out;
    for (int i = 0; i < 8; ++i)
        out.extendBy(placed(Vec3d(i & 1 ? box.max.x : box.min.x, i & 2 ? box.max.y : box.min.y,
                                  i & 4 ? box.max.z : box.min.z),
                            m));
    return out;
}

std::shared_ptr<MeshTree const> bake(MeshTree const& mesh, Matrix4d const& m)
{
    std::vector<Vec3f> points;
    points.reserve(mesh.points().size());
    for (auto const& p : mesh.points()) points.push_back(Vec3f(placed(p, m)));
    return std::make_shared<MeshTree const>(std::move(points), mesh.triangles());
}

/// Turns and scales by one factor only, which it returns; 0 for other matrices.
double scale_of_similarity(Matrix4d const& m)
{
    Vec3d const x(m[0][0], m[0][1], m[0][2]), y(m[1][0], m[1][1], m[1][2]), z(m[2][0], m[2][1], m[2][2]);
    double const square = x.length2(), slack = 1e-9 * square;
    bool const even = std::abs(y.length2() - square) <= slack && std::abs(z.length2() - square) <= slack &&
                      std::abs(x.dot(y)) <= slack && std::abs(y.dot(z)) <= slack &&
                      std::abs(z.dot(x)) <= slack;
    return even ? std::sqrt(square) : 0;
}

/// Bounds of all copies' triangles: those of a box that turned are looked for only where the box stands out.
Range3d tight_bounds(std::span<Surface::Copy const> copies, std::span<Range3d const> boxes)
{
    Range3d out;
    for (std::size_t i = 0; i < copies.size(); ++i) {
        PlacedMesh const copy{*copies[i].mesh, copies[i].surface_from_mesh};
        for (int k = 0; k < 3; ++k) {
            Vec3d axis{0, 0, 0};
            axis[k] = 1;
            if (boxes[i].max[k] > out.max[k]) out.max[k] = support(copy, axis, out.max[k]);
            if (boxes[i].min[k] < out.min[k]) out.min[k] = -support(copy, -axis, -out.min[k]);
        }
    }
    return out;
}

} // namespace

MeshTree::MeshTree(std::vector<Vec3f> points, std::vector<Triangle> triangles) : points_(std::move(points))
{
    std::erase_if(triangles, [&](Triangle const& t) {
        return std::max({t[0], t[1], t[2]}) >= points_.size() || !is_finite(points_[t[0]]) ||
               !is_finite(points_[t[1]]) || !is_finite(points_[t[2]]);
    });
    if (triangles.empty()) return;
    Vec3d moment{0, 0, 0};
    for (auto const& t : triangles) {
        Vec3d const a(points_[t[0]]), b(points_[t[1]]), c(points_[t[2]]);
        double const area = (b - a).cross(c - a).length() / 2;
        area_ += area;
        moment += (a + b + c) * (area / 3);
        bounds_.extendBy(a);
        bounds_.extendBy(b);
        bounds_.extendBy(c);
    }
    centroid_ = area_ > 0 ? moment / area_ : bounds_.center();
    auto const order = along_curve(triangles.size(), bounds_, [&](std::size_t i) {
        auto const& [a, b, c] = triangles[i];
        return (Vec3d(points_[a]) + Vec3d(points_[b]) + Vec3d(points_[c])) / 3.0;
    });
    triangles_.reserve(triangles.size());
    for (auto const key : order) triangles_.push_back(triangles[key & 0xffffffffu]);
    auto const grow = [&](TreeNode& node, std::uint32_t triangle) {
        for (auto const corner : triangles_[triangle]) {
            node.low = component_min(node.low, points_[corner]);
            node.high = component_max(node.high, points_[corner]);
        }
    };
    nodes_ = TreeBuilder(order, triangles_of_leaf, grow).take();
}

Surface::Surface(std::span<Part const> parts)
{
    std::vector<Copy> copies;
    std::vector<Range3d> boxes;
    Range3d all;
    for (auto const& part : parts) {
        if (!part.mesh || part.mesh->empty()) continue;
        Copy copy{part.mesh, part.surface_from_mesh, Matrix4d()};
        if (!is_invertible(copy.surface_from_mesh)) {
            copy.mesh = bake(*copy.mesh, copy.surface_from_mesh);
            copy.surface_from_mesh.makeIdentity();
            if (copy.mesh->empty()) continue;
        }
        auto const box = around(copy.mesh->bounds(), copy.surface_from_mesh);
        if (!is_within_reach(box)) continue;
        copy.mesh_from_surface = copy.surface_from_mesh.inverse();
        copies.push_back(std::move(copy));
        boxes.push_back(box);
        all.extendBy(box);
    }
    if (copies.empty()) return;
    auto const order = along_curve(copies.size(), all, [&](std::size_t i) { return boxes[i].center(); });
    copies_.reserve(copies.size());
    std::vector<Range3d> sorted;
    double area = 0;
    Vec3d moment{0, 0, 0};
    for (auto const key : order) {
        auto& copy = copies[key & 0xffffffffu];
        auto const of_copy = area_moment({*copy.mesh, copy.surface_from_mesh});
        area += of_copy.area;
        moment += of_copy.centroid * of_copy.area;
        triangle_count_ += copy.mesh->triangles().size();
        sorted.push_back(boxes[key & 0xffffffffu]);
        copies_.push_back(std::move(copy));
    }
    auto const grow = [&](TreeNode& node, std::uint32_t copy) {
        auto const box = node_around(sorted[copy]);
        node.low = component_min(node.low, box.low);
        node.high = component_max(node.high, box.high);
    };
    nodes_ = TreeBuilder(order, copies_of_leaf, grow).take();
    bounds_ = tight_bounds(copies_, sorted);
    centroid_ = area > 0 ? moment / area : bounds_.center();
}

AreaMoment area_moment(PlacedMesh const& copy)
{
    auto const& mesh = copy.mesh;
    if (double const scale = scale_of_similarity(copy.space_from_mesh); scale > 0)
        return {mesh.area() * scale * scale, placed(mesh.centroid(), copy.space_from_mesh)};
    AreaMoment out;
    for (std::uint32_t i = 0; i < mesh.triangles().size(); ++i) {
        auto const [a, b, c] = copy.corners(i);
        double const area = (b - a).cross(c - a).length() / 2;
        out.area += area;
        out.centroid += (a + b + c) * (area / 3);
    }
    out.centroid = out.area > 0 ? out.centroid / out.area : placed(mesh.centroid(), copy.space_from_mesh);
    return out;
}

} // namespace soulvan::geometry
