// What is known of a mesh before the first ray: whether it is closed, and tangents for normal maps.
#include "mesh_data.h"

#include "soulvan/base/hash.h"

#include <array>
#include <bit>
#include <unordered_map>
#include <utility>

namespace soulvan::render {
namespace {

std::uint64_t bits_of(float f)
{
    return std::bit_cast<std::uint32_t>(f == 0 ? 0.0f : f); // -0 is the same place as 0
}
std::uint64_t key_of(Vec3f const& v)
{
    return mix64(bits_of(v.x) ^ mix64(bits_of(v.y) ^ mix64(bits_of(v.z) + 0x9e3779b97f4a7c15ull)));
}
std::uint64_t key_of(Vec2f const& v)
{
    return mix64(bits_of(v.x) ^ mix64(bits_of(v.y) + 0x632be59bd9b4e019ull));
}

/// Equal ids for points at one place.
std::vector<std::uint32_t> weld(std::vector<Vec3f> const& points)
{
    struct Hash {
        std::size_t operator()(Vec3f const& v) const { return key_of(v); }
    };
    std::unordered_map<Vec3f, std::uint32_t, Hash> first;
    first.reserve(points.size());
    std::vector<std::uint32_t> out(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i) out[i] = first.try_emplace(points[i], i).first->second;
    return out;
}

float corner_angle(Vec3f const& at, Vec3f const& b, Vec3f const& c)
{
    Vec3f const x = normalized_or(b - at, {0, 0, 0}), y = normalized_or(c - at, {0, 0, 0});
    return std::acos(std::clamp(dot(x, y), -1.0f, 1.0f));
}

} // namespace

bool is_closed(Mesh const& mesh)
{
    if (mesh.triangles.empty()) return false;
    auto const id = weld(mesh.points);
    std::unordered_map<std::uint64_t, int> uses;
    uses.reserve(mesh.triangles.size() * 3 / 2);
    for (auto const& t : mesh.triangles)
        for (int k = 0; k < 3; ++k) {
            std::uint64_t const a = id[t[k]], b = id[t[(k + 1) % 3]];
            if (a != b) ++uses[std::min(a, b) << 32 | std::max(a, b)];
        }
    for (auto const& [edge, count] : uses)
        if (count != 2) return false;
    return true;
}

std::vector<Vec4f> corner_tangents(Mesh const& mesh, int uv_set)
{
    if (uv_set < 0 || std::cmp_greater_equal(uv_set, mesh.uv_sets.size())) return {};
    auto const& set = mesh.uv_sets[uv_set];
    auto const corners = mesh.triangles.size() * 3;
    std::vector<Vec4f> tangents(corners, Vec4f(0, 0, 0, 1));
    std::vector<std::uint64_t> keys(corners);
    std::unordered_map<std::uint64_t, Vec3f> sums;
    sums.reserve(corners);
    for (std::uint32_t i = 0; i < mesh.triangles.size(); ++i) {
        auto const& t = mesh.triangles[i];
        std::array<Vec3f, 3> const p{mesh.points[t[0]], mesh.points[t[1]], mesh.points[t[2]]};
        std::array<Vec2f, 3> const uv{corner_uv(mesh, set, i, 0), corner_uv(mesh, set, i, 1),
                                      corner_uv(mesh, set, i, 2)};
        Vec2f const du = uv[1] - uv[0], dv = uv[2] - uv[0];
        float const area = du.x * dv.y - du.y * dv.x;
        float const sign = area < 0 ? -1.0f : 1.0f;
        Vec3f const tangent = normalized_or(((p[1] - p[0]) * dv.y - (p[2] - p[0]) * du.y) * sign, {0, 0, 0});
        for (int k = 0; k < 3; ++k) {
            Vec3f const normal =
                mesh.normals.empty() ? cross(p[1] - p[0], p[2] - p[0]) : corner_normal(mesh, i, k);
            auto const n = normalized_or(normal, {0, 0, 1});
            auto const key =
                mix64(key_of(p[k]) ^ mix64(key_of(n) ^ mix64(key_of(uv[k]) + (area < 0 ? 1 : 0))));
            keys[i * 3ull + k] = key;
            float const angle = corner_angle(p[k], p[(k + 1) % 3], p[(k + 2) % 3]);
            // Imath's vectors start with whatever was in memory.
            sums.try_emplace(key, 0.0f).first->second += (tangent - n * dot(n, tangent)) * angle;
            tangents[i * 3ull + k].w = sign;
        }
    }
    for (std::size_t i = 0; i < corners; ++i) {
        Vec3f const t = normalized_or(sums[keys[i]], {0, 0, 0});
        tangents[i] = {t.x, t.y, t.z, tangents[i].w};
    }
    return tangents;
}

} // namespace soulvan::render
