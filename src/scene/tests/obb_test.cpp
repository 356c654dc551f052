// Do oriented boxes agree with plain geometry?
#include "occupancy.h"
#include "solve_site.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

Rect some_rect(std::uint64_t seed)
{
    double const t = chance(seed, 1) * 2 * std::numbers::pi;
    return {{4 * chance(seed, 2), 4 * chance(seed, 3)},
            {std::cos(t), std::sin(t)},
            0.1 + chance(seed, 4),
            0.1 + chance(seed, 5)};
}

/// Least distance between dense points of the two outlines and insides.
double sampled_gap(Rect const& a, Rect const& b)
{
    double least = 1e9;
    for (int i = 0; i <= 20; ++i)
        for (int j = 0; j <= 20; ++j) {
            Plan2 const p = a.centre + a.u * (a.hx * (i / 10.0 - 1)) + a.v() * (a.hz * (j / 10.0 - 1));
            least = std::min(least, gap(p, b));
        }
    return least;
}

TEST(Obb, GapIsThatOfDensePoints)
{
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        auto const a = some_rect(seed), b = some_rect(seed + 1000);
        double const exact = gap(a, b), sampled = sampled_gap(a, b);
        EXPECT_LE(exact, sampled + 1e-9);
        EXPECT_GE(exact, sampled - 0.16); // the spacing of the points
        EXPECT_NEAR(exact, gap(b, a), 1e-9);
        if (sampled == 0) {
            EXPECT_GE(overlap(a, b), -1e-9);
        }
        EXPECT_EQ(overlap(a, b) > 0, closer_than(a, b, 0));
        if (exact > 0 && !closer_than(a, b, 0.05)) {
            EXPECT_GE(exact, 0.05 - 1e-9);
        }
    }
}

TEST(Obb, PosesComposeAndInvert)
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Pose const frame{chance(seed, 1) * 9, 1, chance(seed, 2) * 9, wrap(chance(seed, 3) * 7)};
        Pose const local{chance(seed, 4), 2, chance(seed, 5), wrap(chance(seed, 6) * 7)};
        Pose const back = relative(frame, compose(frame, local));
        EXPECT_NEAR(back.x, local.x, 1e-12);
        EXPECT_NEAR(back.z, local.z, 1e-12);
        EXPECT_NEAR(wrap(back.yaw - local.yaw), 0, 1e-12);
    }
    // At a quarter turn to the left a thing that looked south looks east, and its left is north.
    Pose const turned{0, 0, 0, std::numbers::pi / 2};
    EXPECT_NEAR(heading(turned.yaw).x, 1, 1e-12);
    EXPECT_NEAR(compose(turned, {1, 0, 0, 0}).z, -1, 1e-12);
    auto const solid = solid_of({{-1, 0, 0}, {1, 2, 3}}, 2, turned);
    EXPECT_NEAR(solid.rect.extent({1, 0})[1], 6, 1e-12);
    EXPECT_NEAR(solid.rect.extent({0, 1})[1], 2, 1e-12);
    EXPECT_EQ(solid.high, 4);
}

TEST(Occupancy, FindsWhatALinearSearchFinds)
{
    Occupancy grid(-10, -10, 14, 14);
    std::vector<Rect> rects;
    for (std::uint64_t i = 0; i < 60; ++i) {
        rects.push_back(some_rect(i));
        grid.add({rects.back(), 0, 1}, Filling::solid, static_cast<int>(i));
    }
    for (int i = 0; i < 60; i += 3) grid.remove(i);
    for (std::uint64_t k = 0; k < 60; ++k) {
        auto const probe = some_rect(k + 500);
        bool linear = false;
        for (std::size_t i = 0; i < rects.size(); ++i)
            linear |= i % 3 != 0 && closer_than(probe, rects[i], 0.1);
        EXPECT_EQ(linear, grid.any_near(probe, 0.1, [&](auto const& e) {
            return closer_than(probe, e.solid.rect, 0.1);
        }));
    }
}

} // namespace
} // namespace soulvan::scene
