// How are triangles kept so that crossings and hits are found quickly? A tree along a Morton curve.
#include "soulvan/geometry/contact.h"

#include "contact_walk.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace soulvan::geometry {
namespace {

constexpr std::uint32_t leaf_size = 4;

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

} // namespace

Surface::Surface(std::span<Part const> parts)
{
    std::size_t points = 0, triangles = 0;
    for (auto const& part : parts) {
        points += part.points.size();
        triangles += part.triangles.size();
    }
    points_.reserve(points);
    std::vector<Triangle> all;
    std::vector<std::uint32_t> owner;
    all.reserve(triangles);
    owner.reserve(triangles);
    for (auto const& part : parts) {
        auto const base = static_cast<std::uint32_t>(points_.size());
        for (auto const& p : part.points) points_.push_back(Vec3f(placed(p, part.surface_from_points)));
        Range3d range;
        auto const index = static_cast<std::uint32_t>(part_bounds_.size());
        for (auto const& t : part.triangles) {
            Triangle const moved{base + t[0], base + t[1], base + t[2]};
            if (std::max({t[0], t[1], t[2]}) >= part.points.size()) continue;
            if (!is_finite(points_[moved[0]]) || !is_finite(points_[moved[1]]) ||
                !is_finite(points_[moved[2]]))
                continue;
            all.push_back(moved);
            owner.push_back(index);
            for (auto const corner : moved) range.extendBy(Vec3d(points_[corner]));
        }
        if (range.isEmpty()) continue;
        part_bounds_.push_back(range);
        part_points_.push_back(Vec3d(points_[all.back()[0]]));
        bounds_.extendBy(range);
    }
    if (all.empty()) return;
    std::vector<std::uint64_t> order(all.size());
    Vec3d cells{0, 0, 0};
    for (int k = 0; k < 3; ++k)
        if (double const size = bounds_.size()[k]; size > 0) cells[k] = 1023 / (3 * size);
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& [a, b, c] = all[i];
        Vec3d const middle = Vec3d(points_[a]) + Vec3d(points_[b]) + Vec3d(points_[c]) - bounds_.min * 3.0;
        std::uint64_t code = 0;
        for (int k = 0; k < 3; ++k) {
            double const cell = middle[k] * cells[k];
            code |= spread(static_cast<std::uint32_t>(std::clamp(cell, 0.0, 1023.0))) << k;
        }
        order[i] = code << 32 | i;
    }
    sort_by_code(order);
    triangles_.reserve(all.size());
    part_of_.reserve(all.size());
    for (auto const key : order) {
        triangles_.push_back(all[key & 0xffffffffu]);
        part_of_.push_back(owner[key & 0xffffffffu]);
    }
    nodes_.reserve(all.size());
    build(order, 0, static_cast<std::uint32_t>(all.size()));
}

/// Splits where the first bit of the codes changes (Lauterbach 2009), equal codes in the middle.
std::uint32_t Surface::build(std::span<std::uint64_t const> order, std::uint32_t first, std::uint32_t end)
{
    auto const index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    Node node;
    if (end - first <= leaf_size) {
        node.low = node.high = points_[triangles_[first][0]];
        for (auto t = first; t < end; ++t)
            for (auto const corner : triangles_[t]) {
                node.low = component_min(node.low, points_[corner]);
                node.high = component_max(node.high, points_[corner]);
            }
        node.first = first;
        node.count = end - first;
        nodes_[index] = node;
        return index;
    }
    auto middle = first + (end - first) / 2;
    auto const differing = (order[first] ^ order[end - 1]) >> 32;
    if (differing != 0) {
        auto const bit = std::uint64_t{1} << (32 + std::bit_width(differing) - 1);
        auto const split = std::partition_point(order.begin() + first, order.begin() + end,
                                                [&](std::uint64_t key) { return (key & bit) == 0; });
        middle = static_cast<std::uint32_t>(split - order.begin());
    }
    build(order, first, middle);
    node.first = build(order, middle, end);
    node.low = component_min(nodes_[index + 1].low, nodes_[node.first].low);
    node.high = component_max(nodes_[index + 1].high, nodes_[node.first].high);
    nodes_[index] = node;
    return index;
}

} // namespace soulvan::geometry
