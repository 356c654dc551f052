// Penetration, support and hits against what spheres and boxes must give.
#include "soulvan/geometry/contact.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numbers>

namespace soulvan::geometry {
namespace {

struct Mesh {
    std::vector<Vec3f> points;
    std::vector<MeshTree::Triangle> triangles;
    Surface::Part part(Matrix4d const& pose = Matrix4d()) const
    {
        return {std::make_shared<MeshTree const>(points, triangles), pose};
    }
    std::shared_ptr<Surface const> surface() const
    {
        auto const only = part();
        return std::make_shared<Surface const>(std::span(&only, 1));
    }
};

Mesh box(Vec3d size)
{
    Mesh out;
    for (int i = 0; i < 8; ++i)
        out.points.push_back(Vec3f(Vec3d((i & 1) - 0.5, (i >> 1 & 1) - 0.5, (i >> 2 & 1) - 0.5) * size));
    for (auto const& [a, b, c, d] : std::vector<std::array<std::uint32_t, 4>>{
             {0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}}) {
        out.triangles.push_back({a, b, c});
        out.triangles.push_back({a, c, d});
    }
    return out;
}

Mesh sphere(double radius, std::uint32_t rows)
{
    Mesh out;
    auto const columns = 2 * rows;
    for (std::uint32_t i = 0; i <= rows; ++i)
        for (std::uint32_t j = 0; j < columns; ++j) {
            double const theta = std::numbers::pi * i / rows, phi = 2 * std::numbers::pi * j / columns;
            out.points.push_back(Vec3f(
                Vec3d(std::sin(theta) * std::cos(phi), std::cos(theta), std::sin(theta) * std::sin(phi)) *
                radius));
        }
    for (std::uint32_t i = 0; i < rows; ++i)
        for (std::uint32_t j = 0; j < columns; ++j) {
            auto const a = i * columns + j, b = i * columns + (j + 1) % columns;
            if (i > 0) out.triangles.push_back({a, b, a + columns});
            if (i + 1 < rows) out.triangles.push_back({b, b + columns, a + columns});
        }
    return out;
}

Matrix4d pose(Vec3d at, Vec3d turn_deg = {0, 0, 0}, double scale = 1)
{
    Matrix4d turn, place, size;
    turn.setEulerAngles(turn_deg * (std::numbers::pi / 180));
    return size.setScale(scale) * turn * place.setTranslation(at);
}

std::vector<Matrix4d> motions()
{
    return {Matrix4d(), pose({3, 1, -2}, {0, 33, 0}), pose({-40, 0.3, 71}, {20, 100, -50}),
            pose({0.1, 0, 0}, {45, 0, 45})};
}

TEST(Penetration, BoxesBesideEachOther) // depth is the overlap along the shortest way out
{
    auto const cube = box({1, 1, 1}).surface();
    for (auto const& motion : motions())
        for (double const depth : {-0.002, 0.0, 0.0047, 0.0053, 0.006, 0.05, 0.4}) {
            Body const a(cube, motion), b(cube, pose({1 - depth, 0.31, 0.17}) * motion);
            auto const found = penetration(a, b);
            EXPECT_EQ(found.has_value(), depth > 0.005) << depth;
            if (found) {
                EXPECT_NEAR(found->depth, depth, 0.04 * depth + 2e-4) << depth;
            }
        }
}

TEST(Penetration, FacesInOnePlane) // equal boxes pushed into each other: no pair of faces crosses properly
{
    auto const cube = box({1, 1, 1}).surface();
    for (double const depth : {0.0, 0.0045, 0.0056, 0.5}) {
        auto const found = penetration(Body(cube, pose({0, 0, 0})), Body(cube, pose({1 - depth, 0, 0})));
        EXPECT_EQ(found.has_value(), depth > 0.005) << depth;
    }
}

TEST(Penetration, SpheresAndBoxes)
{
    auto const ball = sphere(0.5, 64).surface(), slab = box({4, 0.2, 4}).surface();
    double const sag = 0.5 * (1 - std::cos(std::numbers::pi / 128)); // of the facets, at most
    for (auto const& motion : motions())
        for (double const depth : {-0.01, 0.004, 0.0065, 0.03}) {
            Body const floor(slab, pose({0, -0.1, 0}) * motion);
            auto const on_slab = penetration(floor, Body(ball, pose({0.3, 0.5 - depth, 0.1}) * motion));
            EXPECT_EQ(on_slab.has_value(), depth > 0.005) << depth;
            Vec3d const way = Vec3d(1, 2, -0.7).normalized();
            Body const a(ball, motion), b(ball, pose(way * (1 - depth)) * motion);
            auto const pair = penetration(a, b);
            EXPECT_EQ(pair.has_value(), depth > 0.005) << depth;
            if (pair) {
                EXPECT_NEAR(pair->depth, depth, 2 * sag + 0.05 * depth + 2e-4);
            }
        }
}

TEST(Penetration, OneInsideTheOther)
{
    auto const room = box({2, 2, 2}).surface(), ball = sphere(0.1, 12).surface();
    auto const inside = penetration(Body(room, pose({0, 0, 0})), Body(ball, pose({0.2, 0.1, 0})));
    ASSERT_TRUE(inside);
    EXPECT_TRUE(inside->enclosed);
    EXPECT_NEAR(inside->depth, 0.9, 0.15); // the shortest way out is along x: 1 - 0.2 + 0.1
    EXPECT_FALSE(
        penetration(Body(room, pose({0, 0, 0})), Body(ball, pose({0.2, 0.1, 0})), {.enclosing = false}));
    EXPECT_FALSE(penetration(Body(room, pose({0, 0, 0})), Body(ball, pose({1.2, 0.1, 0}))));
    auto open = box({2, 2, 2});
    open.triangles.resize(8); // two sides are missing: a shelf
    EXPECT_FALSE(penetration(Body(open.surface(), pose({0, 0, 0})), Body(ball, pose({0.2, 0.1, 0}))));
}

TEST(Penetration, SeveralSidesOfARoom) // a box in a corner touches floor and walls at once
{
    auto shell = box({4, 3, 4}).surface();
    Body const room(shell, pose({0, 1.5, 0}));
    PenetrationOptions const options{.enclosing = false, .by_side = true};
    auto const thing = box({1, 1, 1}).surface();
    for (double const depth : {0.0, 0.004, 0.0065, 0.2}) {
        auto const found = penetration(Body(thing, pose({-1.5 - depth, 0.5, -1.5})), room, options);
        EXPECT_EQ(found.has_value(), depth > 0.005) << depth;
        auto const corner =
            penetration(Body(thing, pose({-1.5 - depth, 0.5 - depth, -1.5 - depth})), room, options);
        EXPECT_EQ(corner.has_value(), depth > 0.005) << depth;
        if (corner) {
            EXPECT_NEAR(corner->depth, depth, 0.04 * depth + 2e-4);
        }
    }
}

TEST(Penetration, DoesNotDependOnTheOrder)
{
    auto const ball = sphere(0.4, 20).surface(), thing = box({1, 0.3, 0.6}).surface();
    for (int i = 0; i < 40; ++i) {
        Body const a(ball, pose({0.02 * i - 0.4, 0.01 * i, 0.2})),
            b(thing, pose({0, 0.45, 0}, {0, 9.0 * i, 30}));
        EXPECT_EQ(penetration(a, b).has_value(), penetration(b, a).has_value()) << i;
    }
}

TEST(Contact, BoundsAndRays)
{
    auto const ball = sphere(0.5, 40).surface();
    Body const body(ball, pose({2, 1, -3}, {10, 20, 30}, 2));
    EXPECT_NEAR(body.bounds.min.y, 0, 4e-3);
    EXPECT_NEAR(body.bounds.max.x, 3, 4e-3);
    auto const hit = cast(body, {2, 5, -3}, {0, -1, 0}, 10);
    ASSERT_TRUE(hit);
    EXPECT_NEAR(*hit, 3, 4e-3);
    EXPECT_FALSE(cast(body, {2, 5, -3}, {0, -1, 0}, 2.9));
    EXPECT_TRUE(encloses(body, {2.5, 1.2, -3}));
    EXPECT_FALSE(encloses(body, {3.2, 1.2, -3}));
    for (auto const& p : surface_samples(body, 500)) EXPECT_NEAR((p - Vec3d(2, 1, -3)).length(), 1, 4e-3);
    EXPECT_TRUE(meets(body, Box(Range3d({2.9, 0.9, -3.1}, {4, 1.1, -2.9}), Matrix4d())));
    EXPECT_FALSE(meets(body, Box(Range3d({3.01, 0.9, -3.1}, {4, 1.1, -2.9}), Matrix4d())));
    EXPECT_FALSE(
        meets(body, Box(Range3d({1.9, 0.9, -3.1}, {2.1, 1.1, -2.9}), Matrix4d()))); // inside, not on it
}

TEST(Contact,
     CopiesAreAsOneMesh) // turned, stretched and mirrored copies answer as their triangles in one mesh
{
    auto const block = box({0.6, 0.4, 0.5}), ball = sphere(0.3, 12);
    std::vector<Surface::Part> parts;
    Mesh merged;
    for (int i = 0; i < 12; ++i) {
        auto const& mesh = i % 3 ? block : ball;
        auto placing =
            pose({0.5 * (i % 4), 0.45 * (i / 4), 0.1 * i}, {10.0 * i, 25.0 * i, 0}, 0.6 + 0.05 * i);
        if (i % 4 == 1) placing = Matrix4d().setScale(Vec3d(1, 0.5, -1)) * placing;
        parts.push_back(mesh.part(placing));
        auto const base = static_cast<std::uint32_t>(merged.points.size());
        for (auto const& p : mesh.points) merged.points.push_back(Vec3f(Vec3d(p) * placing));
        for (auto const& [a, b, c] : mesh.triangles)
            merged.triangles.push_back({base + a, base + b, base + c});
    }
    auto const copies = std::make_shared<Surface const>(parts), one = merged.surface();
    EXPECT_EQ(copies->triangle_count(), one->triangle_count());
    EXPECT_LT((copies->centroid() - one->centroid()).length(), 1e-5);
    for (auto const& motion : motions()) {
        Body const a(copies, motion), b(one, motion);
        EXPECT_LT((a.bounds.min - b.bounds.min).length() + (a.bounds.max - b.bounds.max).length(), 1e-5);
        for (int i = 0; i < 400; ++i) {
            Vec3d const way = Vec3d(std::sin(1.7 * i), std::cos(2.3 * i), std::sin(3.1 * i + 1)).normalized();
            auto const from = b.bounds.center() - way * 3.0;
            auto const hit_a = cast(a, from, way, 6), hit_b = cast(b, from, way, 6);
            ASSERT_EQ(hit_a.has_value(), hit_b.has_value()) << i;
            if (hit_a) {
                EXPECT_NEAR(*hit_a, *hit_b, 1e-4) << i;
            }
            EXPECT_NEAR(support(a, way), support(b, way), 1e-5);
        }
        for (int i = 0; i < 60; ++i) {
            Body const other(block.surface(),
                             pose({-0.9 + 0.06 * i, 0.3, 0.02 * i}, {7.0 * i, 0, 30}) * motion);
            auto const found_a = penetration(a, other, {.enclosing = false}),
                       found_b = penetration(b, other, {.enclosing = false});
            ASSERT_EQ(found_a.has_value(), found_b.has_value()) << i;
            EXPECT_EQ(meets(a, other.box), meets(b, other.box)) << i;
        }
        auto const feet_a = foot_samples(a), feet_b = foot_samples(b);
        EXPECT_EQ(feet_a.points.size(), feet_b.points.size());
    }
}

TEST(Contact,
     FeetOfATable) // four legs: samples on their soles and on the first centimetre of their sides only
{
    std::vector<Surface::Part> parts{box({1.2, 0.04, 0.8}).part(pose({0, 0.72, 0}))};
    auto const leg = box({0.05, 0.7, 0.05}).part();
    for (double const x : {-0.55, 0.55})
        for (double const z : {-0.35, 0.35}) parts.push_back({leg.mesh, pose({x, 0.35, z})});
    Body const table(std::make_shared<Surface const>(parts), pose({5, 0.2, 0}, {0, 30, 0}));
    auto const feet = foot_samples(table);
    EXPECT_GE(feet.points.size(), 32u);
    EXPECT_FALSE(feet.corners.empty());
    for (auto const& p : feet.points) {
        EXPECT_LE(p.y, 0.2101);
        EXPECT_GE(p.y, 0.1999);
        EXPECT_GT((p - Vec3d(5, p.y, 0)).length(), 0.5);
    }
}

TEST(Contact, HostileInput)
{
    Body const empty(Mesh().surface(), Matrix4d());
    EXPECT_TRUE(empty.empty());
    auto mesh = box({1, 1, 1});
    mesh.points[0].x = NAN;
    mesh.triangles.push_back({1, 2, 99});
    mesh.triangles.push_back({1, 1, 1});
    Body const body(mesh.surface(), Matrix4d());
    EXPECT_FALSE(penetration(empty, body));
    EXPECT_FALSE(penetration(body, empty));
    EXPECT_FALSE(body.empty());
    Body const flat(box({1, 1, 1}).surface(), Matrix4d().setScale(Vec3d(1, 0, 1))); // has no inverse
    EXPECT_FALSE(cast(empty, {0, 1, 0}, {0, -1, 0}, 5));
    EXPECT_NEAR(cast(flat, {0.1, 1, 0.2}, {0, -1, 0}, 5).value_or(0), 1, 1e-6);
    std::vector<Vec3f> const same(3000, Vec3f(1, 1, 1)); // equal codes all the way down
    std::vector<MeshTree::Triangle> many;
    for (std::uint32_t i = 0; i + 2 < 3000; ++i) many.push_back({i, i + 1, i + 2});
    EXPECT_EQ(MeshTree(same, many).triangles().size(), many.size());
}

TEST(Contact, Speed)
{
    auto const started = std::chrono::steady_clock::now();
    auto const ms = [&] {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
    };
    auto const mesh = sphere(0.5, 123); // 60,000 triangles
    double const made = ms();
    auto const ball = mesh.surface();
    double const built = ms();
    int pairs = 0, found = 0;
    for (int i = 0; i < 200; ++i) {
        Body const a(ball, pose({0, 0, 0})), b(ball, pose({0.98 + 0.0002 * i, 0.02, 0}, {0, 7.0 * i, 0}));
        found += penetration(a, b).has_value();
        ++pairs;
    }
    RecordProperty("pairs", pairs);
    std::printf("  %zu triangles: tree %.1f ms, %d close pairs (%d penetrate) %.1f ms\n",
                ball->triangle_count(), built - made, pairs, found, ms() - built);
}

} // namespace
} // namespace soulvan::geometry
