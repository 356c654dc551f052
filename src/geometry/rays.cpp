// What does a ray meet, what is inside, and which points stand for a surface?
#include "soulvan/geometry/contact.h"

#include "contact_walk.h"

#include <algorithm>
#include <cmath>

namespace soulvan::geometry {
namespace {

struct LocalRay {
    Vec3d origin, direction, inverse;

    LocalRay(Body const& body, Vec3d const& from, Vec3d const& along) : origin(from * body.surface_from_world)
    {
        body.surface_from_world.multDirMatrix(along,
                                              direction); // not normalised: distances stay those of the world
        for (int i = 0; i < 3; ++i)
            inverse[i] = 1 / (std::abs(direction[i]) > 1e-300 ? direction[i] : 1e-300);
    }
    bool meets(Surface::Node const& node, double reach) const
    {
        double near = 0, far = reach;
        for (int i = 0; i < 3; ++i) {
            double a = (double(node.low[i]) - origin[i]) * inverse[i];
            double b = (double(node.high[i]) - origin[i]) * inverse[i];
            if (a > b) std::swap(a, b);
            near = std::max(near, a);
            far = std::min(far, b);
        }
        return near <= far * (1 + 1e-12) + 1e-12;
    }
    /// Möller and Trumbore 1997.
    std::optional<double> hit(Surface const& surface, std::uint32_t triangle) const
    {
        auto const& [i, j, k] = surface.triangles()[triangle];
        Vec3d const a(surface.points()[i]);
        Vec3d const e1 = Vec3d(surface.points()[j]) - a, e2 = Vec3d(surface.points()[k]) - a;
        Vec3d const p = direction.cross(e2);
        double const determinant = e1.dot(p);
        if (determinant == 0) return std::nullopt;
        Vec3d const s = origin - a;
        double const u = s.dot(p) / determinant;
        if (u < 0 || u > 1) return std::nullopt;
        Vec3d const q = s.cross(e1);
        double const v = direction.dot(q) / determinant;
        if (v < 0 || u + v > 1) return std::nullopt;
        double const t = e2.dot(q) / determinant;
        return t >= 0 ? std::optional(t) : std::nullopt;
    }
};

double area_of(std::array<Vec3d, 3> const& t)
{
    return (t[1] - t[0]).cross(t[2] - t[0]).length() / 2;
}

/// The `i`-th point of a sequence that fills the unit square evenly (Roberts 2018, the plastic number).
Vec2d spread_point(std::size_t i)
{
    double const x = 0.5 + 0.75487766624669276 * double(i + 1), y = 0.5 + 0.56984029099805327 * double(i + 1);
    return {x - std::floor(x), y - std::floor(y)};
}

/// `n` points over the triangles by area: equal steps through the sum of the areas.
std::vector<Vec3d> spread(std::vector<std::array<Vec3d, 3>> const& triangles, std::size_t n)
{
    double total = 0;
    for (auto const& t : triangles) total += area_of(t);
    std::vector<Vec3d> out;
    if (!(total > 0) || n == 0) return out;
    double passed = 0;
    for (auto const& t : triangles) {
        passed += area_of(t);
        while (out.size() < n && (double(out.size()) + 0.5) / double(n) * total <= passed) {
            auto const uv = spread_point(out.size());
            double const r = std::sqrt(uv.x);
            out.push_back(t[0] * (1 - r) + t[1] * (r * (1 - uv.y)) + t[2] * (r * uv.y));
        }
    }
    return out;
}

/// The part of a triangle at or below a height, as triangles.
void clip_below(std::array<Vec3d, 3> const& t, double height, std::vector<std::array<Vec3d, 3>>& out)
{
    std::array<Vec3d, 4> polygon;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        auto const& a = t[i];
        auto const& b = t[(i + 1) % 3];
        if (a.y <= height) polygon[size++] = a;
        if ((a.y <= height) != (b.y <= height))
            polygon[size++] = a + (b - a) * ((height - a.y) / (b.y - a.y));
    }
    for (std::size_t i = 2; i < size; ++i) out.push_back({polygon[0], polygon[i - 1], polygon[i]});
}

} // namespace

std::optional<double> cast(Body const& body, Vec3d const& origin, Vec3d const& direction, double reach)
{
    if (body.empty()) return std::nullopt;
    LocalRay const ray(body, origin, direction);
    std::optional<double> nearest;
    walk(
        *body.surface, [&](Surface::Node const& node) { return ray.meets(node, nearest.value_or(reach)); },
        [&](std::uint32_t triangle) {
            auto const t = ray.hit(*body.surface, triangle);
            if (t && *t <= nearest.value_or(reach)) nearest = t;
            return true;
        });
    return nearest;
}

bool encloses(Body const& body, Vec3d const& point)
{
    if (body.empty() || !body.box.contains(point, 1e-9)) return false;
    static std::array<Vec3d, 3> const ways{Vec3d(0.9, 0.31, 0.27), Vec3d(-0.23, 0.87, 0.41),
                                           Vec3d(0.17, -0.29, 0.93)};
    std::vector<std::uint8_t> odd(body.surface->part_bounds().size(), 1);
    for (auto const& way : ways) {
        std::vector<std::uint8_t> parity(odd.size());
        LocalRay const ray(body, point, way);
        walk(
            *body.surface,
            [&](Surface::Node const& node) { return ray.meets(node, std::numeric_limits<double>::max()); },
            [&](std::uint32_t triangle) {
                if (ray.hit(*body.surface, triangle)) parity[body.surface->part_of(triangle)] ^= 1;
                return true;
            });
        bool any = false;
        for (std::size_t i = 0; i < odd.size(); ++i) any |= (odd[i] &= parity[i]) != 0;
        if (!any) return false;
    }
    return true;
}

std::vector<Vec3d> surface_samples(Body const& body, std::size_t n)
{
    std::vector<std::array<Vec3d, 3>> triangles;
    if (body.empty()) return {};
    triangles.reserve(body.surface->triangles().size());
    for (std::uint32_t i = 0; i < body.surface->triangles().size(); ++i)
        triangles.push_back(corners_of(body, i));
    return spread(triangles, n);
}

FootSamples foot_samples(Body const& body, double height, double per_m2)
{
    FootSamples out;
    if (body.empty()) return out;
    double const top = body.bounds.min.y + height;
    auto const& m = body.world_from_surface;
    std::vector<std::array<Vec3d, 3>> below;
    walk(
        *body.surface,
        [&](Surface::Node const& node) {
            Vec3d const middle = (Vec3d(node.low) + Vec3d(node.high)) / 2.0;
            Vec3d const half = (Vec3d(node.high) - Vec3d(node.low)) / 2.0;
            double const reach =
                half.x * std::abs(m[0][1]) + half.y * std::abs(m[1][1]) + half.z * std::abs(m[2][1]);
            return middle.x * m[0][1] + middle.y * m[1][1] + middle.z * m[2][1] + m[3][1] - reach <= top;
        },
        [&](std::uint32_t triangle) {
            auto const t = corners_of(body, triangle);
            clip_below(t, top, below);
            for (auto const& corner : t)
                if (corner.y <= body.bounds.min.y + 1e-4 && out.corners.size() < 64)
                    out.corners.push_back(corner);
            return true;
        });
    double area = 0;
    for (auto const& t : below) area += area_of(t);
    out.points = spread(below, static_cast<std::size_t>(std::clamp(area * per_m2, 32.0, 2048.0)));
    return out;
}

} // namespace soulvan::geometry
