// Cutting polygons keeps their area, their winding and the number of triangles.
#include "polygon.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <random>

namespace soulvan::geometry {
namespace {

Vec3d area_vector(Vec3f a, Vec3f b, Vec3f c)
{
    return (Vec3d(b) - Vec3d(a)).cross(Vec3d(c) - Vec3d(a)) * 0.5;
}

Vec3d polygon_area(std::vector<Vec3f> const& polygon)
{
    Vec3d sum(0);
    for (std::size_t i = 1; i + 1 < polygon.size(); ++i)
        sum += area_vector(polygon[0], polygon[i], polygon[i + 1]);
    return sum;
}

/// Triangles that cover without overlap have areas that add up and none that faces away.
void expect_covered(std::vector<Vec3f> const& polygon)
{
    PolygonCutter cutter;
    std::vector<std::array<std::uint32_t, 3>> triangles;
    cutter.cut(polygon, triangles);
    ASSERT_EQ(triangles.size(), polygon.size() - 2);
    auto const whole = polygon_area(polygon);
    double sum = 0;
    for (auto const& [a, b, c] : triangles) {
        auto const part = area_vector(polygon[a], polygon[b], polygon[c]);
        EXPECT_GE(part.dot(whole.normalized()), -1e-6 * whole.length());
        sum += part.length();
    }
    EXPECT_NEAR(sum, whole.length(), 1e-5 * whole.length());
}

std::vector<Vec3f> turned(std::vector<Vec2d> const& flat)
{
    std::vector<Vec3f> out;
    Vec3d const u = Vec3d(2, 1, 0.5).normalized(), n = Vec3d(0.3, -1, 2).normalized();
    Vec3d const right = (u - n * u.dot(n)).normalized(), up = n.cross(right);
    for (auto const& p : flat) out.push_back(Vec3f(right * p.x + up * p.y + Vec3d(3, -4, 5)));
    return out;
}

TEST(Polygon, ConcaveShapesAreCoveredOnce)
{
    expect_covered(turned({{0, 0}, {4, 0}, {4, 3}, {3, 3}, {3, 1}, {1, 1}, {1, 3}, {0, 3}})); // a U
    expect_covered(turned({{0, 0}, {2, 1}, {4, 0}, {2, 5}}));                                 // an arrow
    expect_covered(
        turned({{0, 0}, {6, 0}, {6, 6}, {0, 6}, {0, 0}, {2, 2}, {2, 4}, {4, 4}, {4, 2}, {2, 2}})); // keyhole
    expect_covered(turned({{0, 0}, {1, 0}, {2, 0}, {3, 0}, {3, 1}, {2, 1}, {1, 1}, {0, 1}})); // on a line
}

TEST(Polygon, RandomStarsAreCoveredOnce)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> reach(0.1, 1);
    for (int round = 0; round < 200; ++round) {
        int const n = 5 + round % 60;
        std::vector<Vec2d> star;
        for (int i = 0; i < n; ++i) {
            double const angle = 2 * std::numbers::pi * i / n;
            star.push_back(Vec2d(std::cos(angle), std::sin(angle)) * reach(random));
        }
        expect_covered(turned(star));
        std::reverse(star.begin(), star.end());
        expect_covered(turned(star));
    }
}

TEST(Polygon, QuadsTakeTheShorterDiagonalThatLiesInside)
{
    PolygonCutter cutter;
    std::vector<std::array<std::uint32_t, 3>> triangles;
    std::vector<Vec3f> const kite{{0, 0, 0}, {5, -1, 0}, {10, 0, 0}, {5, 1, 0}};
    cutter.cut(kite, triangles);
    EXPECT_EQ(triangles[0], (std::array<std::uint32_t, 3>{0, 1, 3}));
    triangles.clear();
    // The dart's short diagonal 1–3 lies outside.
    std::vector<Vec3f> const dart{{0, 0, 0}, {3, -1, 0}, {2.5f, 0, 0}, {3, 1, 0}};
    cutter.cut(dart, triangles);
    EXPECT_EQ(triangles[0], (std::array<std::uint32_t, 3>{0, 1, 2}));
}

TEST(Polygon, CrossedAndHugePolygonsEnd)
{
    PolygonCutter cutter;
    std::vector<std::array<std::uint32_t, 3>> triangles;
    std::vector<Vec3f> crossed{{0, 0, 0}, {2, 2, 0}, {2, 0, 0}, {0, 2, 0}, {1, -1, 0}, {1, 3, 0}};
    cutter.cut(crossed, triangles);
    EXPECT_EQ(triangles.size(), 4u);
    triangles.clear();
    std::vector<Vec3f> comb; // half of the corners are reflex: the slow case of ear clipping
    for (int i = 0; i < 20000; ++i) comb.emplace_back(static_cast<float>(i), i % 2 == 0 ? 1.0f : 0.1f, 0.0f);
    comb.emplace_back(20000.0f, -1.0f, 0.0f);
    comb.emplace_back(-1.0f, -1.0f, 0.0f);
    auto const start = std::chrono::steady_clock::now();
    cutter.cut(comb, triangles);
    EXPECT_EQ(triangles.size(), comb.size() - 2);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

} // namespace
} // namespace soulvan::geometry
