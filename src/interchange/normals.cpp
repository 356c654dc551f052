// How smooth is this surface? Normals from a crease angle.
#include "normals.h"

#include <algorithm>
#include <cmath>

namespace soulvan::interchange {

Vec3d area_normal(std::span<Vec3f const> points, std::span<std::int32_t const> corners)
{
    // Relative to the first corner: coordinates far from the origin would lose the area to rounding.
    Vec3d sum(0), origin(points[corners[0]]);
    for (std::size_t i = 1; i + 1 < corners.size(); ++i)
        sum += (Vec3d(points[corners[i]]) - origin).cross(Vec3d(points[corners[i + 1]]) - origin);
    return sum;
}

namespace {

/// The angle at `at` between its neighbours, radians.
double corner_angle(Vec3d const& before, Vec3d const& at, Vec3d const& after)
{
    auto const a = before - at, b = after - at;
    return std::atan2(a.cross(b).length(), a.dot(b));
}

constexpr std::int32_t widest_fan = 4096;

struct Corner {
    std::int32_t face;
    double weight;
};

/// The corners around every point, in one array (compressed rows).
struct Fan {
    std::vector<std::int32_t> first; ///< points + 1
    std::vector<Corner> corners;
};

Fan corners_by_point(std::span<Vec3f const> points, std::span<std::int32_t const> face_counts,
                     std::span<std::int32_t const> indices, std::span<double const> areas)
{
    Fan fan{std::vector<std::int32_t>(points.size() + 1, 0), std::vector<Corner>(indices.size())};
    for (auto const point : indices) ++fan.first[point + 1];
    for (std::size_t i = 1; i < fan.first.size(); ++i) fan.first[i] += fan.first[i - 1];
    std::vector<std::int32_t> next(fan.first.begin(), fan.first.end() - 1);
    std::size_t begin = 0;
    for (std::size_t face = 0; face < face_counts.size(); ++face) {
        auto const count = static_cast<std::size_t>(face_counts[face]);
        for (std::size_t i = 0; i < count; ++i) {
            auto const at = indices[begin + i];
            auto const before = indices[begin + (i + count - 1) % count],
                       after = indices[begin + (i + 1) % count];
            auto const angle = corner_angle(Vec3d(points[before]), Vec3d(points[at]), Vec3d(points[after]));
            fan.corners[next[at]++] = {static_cast<std::int32_t>(face), angle * areas[face]};
        }
        begin += count;
    }
    return fan;
}

} // namespace

std::vector<Vec3f> crease_normals(std::span<Vec3f const> points, std::span<std::int32_t const> face_counts,
                                  std::span<std::int32_t const> indices, float crease_deg)
{
    std::vector<Vec3d> face_normals(face_counts.size());
    std::vector<double> areas(face_counts.size());
    std::size_t begin = 0;
    for (std::size_t face = 0; face < face_counts.size(); ++face) {
        auto const count = static_cast<std::size_t>(face_counts[face]);
        auto const normal = area_normal(points, indices.subspan(begin, count));
        areas[face] = normal.length();
        face_normals[face] = areas[face] > 0 ? normal / areas[face] : Vec3d(0);
        begin += count;
    }
    auto const fan = corners_by_point(points, face_counts, indices, areas);
    // A hair of slack: an angle of exactly the crease must not depend on rounding.
    auto const limit = std::cos((crease_deg + 1e-3) * M_PI / 180);

    std::vector<Vec3f> normals(indices.size());
    std::size_t corner = 0;
    for (std::size_t face = 0; face < face_counts.size(); ++face)
        for (std::int32_t i = 0; i < face_counts[face]; ++i, ++corner) {
            Vec3d sum(0);
            auto const point = indices[corner];
            // A hub of thousands of faces would cost their square, and has no one normal anyway.
            auto const is_hub = fan.first[point + 1] - fan.first[point] > widest_fan;
            for (auto k = fan.first[point]; !is_hub && k < fan.first[point + 1]; ++k) {
                auto const& other = fan.corners[k];
                if (other.face == static_cast<std::int32_t>(face) ||
                    face_normals[face].dot(face_normals[other.face]) >= limit)
                    sum += face_normals[other.face] * other.weight;
            }
            if (!(sum.length() > 0)) sum = face_normals[face];
            normals[corner] = sum.length() > 0 ? Vec3f(sum.normalized()) : Vec3f(0, 1, 0);
        }
    return normals;
}

bool normals_worth_keeping(ModelMesh const& mesh)
{
    if (mesh.normals.size() != mesh.indices.size() || mesh.normals.empty()) return false;
    std::size_t begin = 0, bent = 0, broken = 0;
    for (auto const count : mesh.face_counts) {
        auto const& first = mesh.normals[begin];
        for (std::int32_t i = 0; i < count; ++i) {
            auto const& normal = mesh.normals[begin + i];
            auto const length = normal.length();
            if (!std::isfinite(length) || length < 1e-6f) ++broken;
            if ((normal - first).length() > 1e-3f) {
                ++bent;
                break;
            }
        }
        begin += count;
    }
    return bent > 0 && broken * 100 < mesh.normals.size();
}

} // namespace soulvan::interchange
