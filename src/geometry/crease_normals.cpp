// Which normals does a faceted mesh deserve? Smooth within surfaces, split at creases.
#include "soulvan/geometry/triangles.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <unordered_map>

namespace soulvan::geometry {
namespace {

/// Points that lie at the same place are one point: files that repeat them per face are smooth all the same.
std::vector<std::uint32_t> welded_points(std::vector<Vec3f> const& points)
{
    std::vector<std::uint32_t> order(points.size()), first(points.size());
    std::iota(order.begin(), order.end(), 0u);
    auto const key = [&](std::uint32_t i) { return std::array{points[i].x, points[i].y, points[i].z}; };
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        auto const ka = key(a), kb = key(b);
        return ka != kb ? ka < kb : a < b;
    });
    for (std::size_t i = 0; i < order.size(); ++i)
        first[order[i]] = i > 0 && points[order[i]] == points[order[i - 1]] ? first[order[i - 1]] : order[i];
    return first;
}

struct Edge {
    std::uint32_t low, high; ///< welded points
    std::uint32_t triangle;
    std::uint32_t corner_low, corner_high; ///< the triangle's corners at them
};

/// Corners that share a normal, by union–find with path halving.
class Groups {
public:
    explicit Groups(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0u); }
    std::uint32_t of(std::uint32_t i)
    {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::uint32_t a, std::uint32_t b)
    {
        a = of(a);
        b = of(b);
        if (a != b) parent_[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::uint32_t> parent_;
};

} // namespace

std::vector<Vec3f> crease_normals(std::vector<Vec3f> const& points,
                                  std::vector<std::array<std::uint32_t, 3>> const& triangles,
                                  float crease_deg)
{
    auto const weld = welded_points(points);
    std::vector<Vec3d> face(triangles.size());
    std::vector<double> angle(triangles.size() * 3);
    std::vector<Edge> edges;
    edges.reserve(triangles.size() * 3);
    for (std::uint32_t t = 0; t < triangles.size(); ++t) {
        std::array<Vec3d, 3> const p{Vec3d(points[triangles[t][0]]), Vec3d(points[triangles[t][1]]),
                                     Vec3d(points[triangles[t][2]])};
        face[t] = (p[1] - p[0]).cross(p[2] - p[0]).normalized();
        for (std::uint32_t k = 0; k < 3; ++k) {
            auto const a = (p[(k + 1) % 3] - p[k]).normalized(), b = (p[(k + 2) % 3] - p[k]).normalized();
            angle[t * 3 + k] = std::acos(std::clamp(a.dot(b), -1.0, 1.0));
            std::uint32_t const from = t * 3 + k, to = t * 3 + (k + 1) % 3;
            auto const u = weld[triangles[t][k]], v = weld[triangles[t][(k + 1) % 3]];
            if (u != v) edges.push_back(u < v ? Edge{u, v, t, from, to} : Edge{v, u, t, to, from});
        }
    }
    std::sort(edges.begin(), edges.end(), [](Edge const& a, Edge const& b) {
        return std::tie(a.low, a.high, a.triangle) < std::tie(b.low, b.high, b.triangle);
    });
    double const least = std::cos(static_cast<double>(crease_deg) * std::numbers::pi / 180);
    Groups groups(triangles.size() * 3);
    for (std::size_t i = 0, end = 0; i < edges.size(); i = end) {
        while (end < edges.size() && edges[end].low == edges[i].low && edges[end].high == edges[i].high)
            ++end;
        for (std::size_t j = i + 1; j < end; ++j) { // an edge with more than two faces: each with the next
            if (face[edges[j - 1].triangle].dot(face[edges[j].triangle]) <= least) continue;
            groups.join(edges[j - 1].corner_low, edges[j].corner_low);
            groups.join(edges[j - 1].corner_high, edges[j].corner_high);
        }
    }
    std::vector<Vec3d> sums(triangles.size() * 3, Vec3d(0));
    for (std::uint32_t corner = 0; corner < sums.size(); ++corner)
        sums[groups.of(corner)] += face[corner / 3] * angle[corner]; // Thürmer and Wüthrich 1998
    std::vector<Vec3f> normals(sums.size());
    for (std::uint32_t corner = 0; corner < sums.size(); ++corner) {
        auto const sum = sums[groups.of(corner)];
        normals[corner] = Vec3f(sum.length2() > 0 ? sum.normalized() : face[corner / 3]);
    }
    return normals;
}

} // namespace soulvan::geometry
