// Where the driver sits: overhead guard, lamps, seat, steering column, levers.
#include "forklift.h"

#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

Finish const steel_black{
    .look = "powder_coat", .color = {0.030f, 0.031f, 0.033f}, .wear = 0.45f, .dirt = 0.3f, .cell = 0.08};
Finish const plastic_black{
    .look = "plastic", .color = {0.026f, 0.026f, 0.027f}, .roughness = 0.5f, .wear = 0.15f, .dirt = 0.3f};
Finish const vinyl{.look = "plastic",
                   .color = {0.030f, 0.029f, 0.029f},
                   .roughness = 0.62f,
                   .wear = 0.35f,
                   .dirt = 0.3f,
                   .bare = {0.10f, 0.095f, 0.09f},
                   .cell = 0.03};

/// A cushion: a box whose middle swells and whose seams draw in.
void cushion(Mesh& mesh, Vec3d const& low, Vec3d const& high, double radius, double swell, int thin)
{
    Vec3d const centre = (low + high) * 0.5, half = (high - low) * 0.5;
    int const u = (thin + 1) % 3, v = (thin + 2) % 3;
    auto const guard = mesh.bend([=](Vec3d const& p) {
        Vec3d q = p;
        double const a = (p[u] - centre[u]) / half[u], b = (p[v] - centre[v]) / half[v];
        double const bulge = std::max(0.0, 1 - a * a) * std::max(0.0, 1 - b * b);
        double const seam =
            0.006 * (std::exp(-std::pow((a - 0.52) / 0.05, 2)) + std::exp(-std::pow((a + 0.52) / 0.05, 2)));
        q[thin] += (p[thin] - centre[thin]) / half[thin] * (swell * bulge - seam);
        return q;
    });
    box(mesh, low, high, {.radius = radius, .segments = 4});
}

void seat(Mesh& mesh, double hood, double z)
{
    mesh.use(plastic_black);
    for (int i = 0; i < 5; ++i) // bellows of the suspension
        box_at(mesh, {0, hood + 0.018 + 0.017 * i, z}, {0.36 - (i % 2) * 0.03, 0.017, 0.38 - (i % 2) * 0.03},
               {.radius = 0.006});
    box_at(mesh, {0, hood + 0.11, z}, {0.46, 0.03, 0.48}, {.radius = 0.01});
    mesh.use(vinyl);
    cushion(mesh, {-0.245, hood + 0.115, z - 0.23}, {0.245, hood + 0.215, z + 0.26}, 0.045, 0.018, 1);
    {
        auto const lean = mesh.place(turned_x(-12) * moved(0, hood + 0.18, z - 0.21));
        cushion(mesh, {-0.235, 0, -0.055}, {0.235, 0.50, 0.055}, 0.05, 0.022, 2);
        mesh.use(plastic_black);
        box(mesh, {-0.215, 0.02, -0.085}, {0.215, 0.47, -0.035}, {.radius = 0.03, .segments = 3});
    }
    both_sides(mesh, [&] { // hip rests
        mesh.use(plastic_black);
        auto const turn = mesh.place(turned_z(-6) * moved(0.255, hood + 0.15, z - 0.05));
        box(mesh, {0, 0, -0.14}, {0.028, 0.17, 0.13}, {.radius = 0.013, .segments = 3});
    });
    mesh.use({.look = "plastic",
              .color = {0.60f, 0.10f, 0.01f},
              .roughness = 0.6f,
              .wear = 0,
              .dirt = 0.2f}); // belt
    box(mesh, {0.262, hood + 0.20, z - 0.17}, {0.266, hood + 0.31, z - 0.12}, {.radius = 0.001});
    sweep(mesh,
          rounded_path({{-0.26, hood + 0.20, z - 0.16},
                        {-0.22, hood + 0.245, z - 0.05},
                        {-0.02, hood + 0.246, z + 0.02},
                        {0.20, hood + 0.243, z - 0.03},
                        {0.26, hood + 0.21, z - 0.15}},
                       0.06, 5),
          rectangle(-0.023, -0.0012, 0.023, 0.0012), {0, 1, 0});
    mesh.use(vinyl); // armrest with the lever block
    box(mesh, {-0.36, hood + 0.30, z - 0.16}, {-0.285, hood + 0.345, z + 0.16},
        {.radius = 0.018, .segments = 3});
    mesh.use(plastic_black);
    box(mesh, {-0.34, hood + 0.10, z - 0.12}, {-0.305, hood + 0.31, z - 0.06}, {.radius = 0.01});
}

void steering(Mesh& mesh)
{
    Vec3d const foot(0, 0.80, -0.05), hub(0, 1.17, -0.27);
    Vec3d const axis = (hub - foot).normalized();
    mesh.use(plastic_black);
    rod(mesh, foot, hub - axis * 0.02, 0.032, 20, 0.004);
    rod(mesh, hub - axis * 0.16, hub - axis * 0.035, 0.052, 24, 0.012);
    auto const guard = mesh.place(along(hub, axis));
    Path3 ring;
    for (int i = 0; i < 48; ++i) {
        double const a = 2 * std::numbers::pi * i / 48;
        ring.emplace_back(0.165 * std::sin(a), 0, 0.165 * std::cos(a));
    }
    tube(mesh, ring, 0.0135, 14, true);
    cylinder(mesh, 0.042, -0.035, 0.012, 28, 0.008);
    for (int k = 0; k < 3; ++k) {
        auto const spoke = mesh.place(turned_y(60 + 120.0 * k));
        box(mesh, {-0.014, -0.014, 0.03}, {0.014, -0.004, 0.16}, {.radius = 0.004});
    }
    rod(mesh, {0.115, 0, 0.115}, {0.115, 0.035, 0.115}, 0.008, 12);
    auto const knob = mesh.place(moved(0.115, 0.035, 0.115));
    lathe(mesh, {{0, 0}, {0.016, 0.002}, {0.023, 0.014}, {0.023, 0.026}, {0.014, 0.040}, {0, 0.042}}, 20, 60);
}

void dashboard(Mesh& mesh, TruckSize const& s)
{
    double const half = s.width / 2 - 0.17;
    mesh.use(plastic_black);
    Outline const cowl{{-0.02, 0.60}, {0.075, 0.60}, {0.085, 0.96}, {0.03, 1.05},
                       {-0.09, 1.03}, {-0.13, 0.95}, {-0.06, 0.88}};
    prism_x(mesh, rounded(cowl, {0.01, 0.01, 0.03, 0.04, 0.03, 0.02, 0.06}, 4), -half, half,
            {.radius = 0.02, .segments = 3});
    {
        auto const at = mesh.place(turned_x(-38) * moved(-0.21, 1.055, -0.065));
        box_at(mesh, {0, 0, 0}, {0.19, 0.045, 0.13}, {.radius = 0.016, .segments = 3});
        mesh.use({.look = "decals"});
        decal(mesh, {0, 0.0225, 0}, {-0.15, 0, 0}, {0, 0, 0.098}, {0.27, 0.52}, {0.48, 0.74});
    }
    mesh.use({.look = "decals"});
    decal(mesh, {0.24, 0.80, -0.045}, {-0.13, 0, 0}, {0, 0.13, 0}, {0.0, 0.5}, {0.25, 0.75}, 0.012);
    // Levers for lift, tilt, side shift; direction lever on the column; pedals.
    for (int i = 0; i < 4; ++i) {
        double const x = -0.12 - 0.058 * i;
        mesh.use({.look = "chrome"});
        rod(mesh, {x, 1.03, -0.04}, {x, 1.16, -0.11}, 0.0055, 10);
        mesh.use(plastic_black);
        auto const knob = mesh.place(along({x, 1.150, -0.105}, {0, 0.88, -0.47}));
        lathe(mesh, {{0, 0}, {0.011, 0.001}, {0.019, 0.016}, {0.020, 0.030}, {0.013, 0.044}, {0, 0.047}}, 18,
              60);
    }
    mesh.use(plastic_black);
    rod(mesh, {0.03, 1.06, -0.19}, {0.17, 1.09, -0.17}, 0.007, 10);
    mesh.use(
        {.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.8f, .wear = 0.5f, .dirt = 0.6f});
    for (double const x : {-0.22, -0.05}) {
        auto const tilt = mesh.place(turned_x(-38) * moved(x, 0.66, -0.10));
        box(mesh, {-0.045, 0, -0.012}, {0.045, 0.14, 0.012}, {.radius = 0.006});
    }
}

void headlamp(Mesh& mesh, Vec3d const& at)
{
    auto const aim = mesh.place(turned_x(90) * moved(at.x, at.y, at.z)); // +Y becomes +Z
    mesh.use(plastic_black);
    lathe(mesh,
          {{0, -0.055},
           {0.040, -0.050},
           {0.062, -0.015},
           {0.066, 0.010},
           {0.066, 0.020},
           {0.060, 0.020},
           {0.058, 0.012}},
          32, 40);
    mesh.use({.look = "lens_clear"});
    lathe(mesh, {{0.059, 0.012}, {0.050, 0.0165}, {0.030, 0.020}, {0, 0.021}}, 32, 40);
    mesh.use({.look = "chrome"});
    lathe(mesh, {{0.066, 0.014}, {0.0685, 0.017}, {0.066, 0.0215}, {0.060, 0.0205}}, 32, 60);
}

void lamps(Mesh& mesh, TruckSize const& s, Vec3d const& front_at, Vec3d const& rear_at)
{
    both_sides(mesh, [&] {
        mesh.use(steel_black);
        box_at(mesh, front_at + Vec3d(-0.01, 0, -0.035), {0.03, 0.05, 0.08}, {.radius = 0.004});
        headlamp(mesh, front_at + Vec3d(-0.005, 0, 0.055));
        mesh.use(plastic_black);
        box_at(mesh, front_at + Vec3d(0, -0.125, 0.030), {0.06, 0.095, 0.04}, {.radius = 0.008});
        mesh.use({.look = "lens_amber"});
        box_at(mesh, front_at + Vec3d(0, -0.125, 0.052), {0.048, 0.082, 0.016},
               {.radius = 0.007, .segments = 3});
        mesh.use(plastic_black);
        box_at(mesh, rear_at, {0.062, 0.21, 0.045}, {.radius = 0.008});
        char const* const lenses[] = {"lens_amber", "lens_red", "lens_clear"};
        for (int i = 0; i < 3; ++i) {
            mesh.use({.look = lenses[i]});
            box_at(mesh, rear_at + Vec3d(0, 0.066 - 0.066 * i, -0.024), {0.050, 0.058, 0.016},
                   {.radius = 0.006, .segments = 3});
        }
        // Mirrors under the roof.
        mesh.use(plastic_black);
        Vec3d const mirror(s.width / 2 - 0.20, s.guard_top - 0.20, -0.20);
        rod(mesh, mirror + Vec3d(0, 0.01, -0.01), mirror + Vec3d(0.05, 0.13, -0.04), 0.007, 10);
        box_at(mesh, mirror, {0.17, 0.11, 0.026}, {.radius = 0.011, .segments = 3});
        mesh.use({.look = "chrome"});
        box_at(mesh, mirror + Vec3d(0, 0, -0.0135), {0.15, 0.09, 0.002}, {.radius = 0});
    });
}

void beacon(Mesh& mesh, Vec3d const& at)
{
    auto const guard = mesh.place(moved(at.x, at.y, at.z));
    mesh.use(plastic_black);
    lathe(mesh, {{0, 0}, {0.050, 0}, {0.054, 0.006}, {0.054, 0.022}, {0.048, 0.028}, {0, 0.028}}, 32, 40);
    mesh.use({.look = "lens_amber"});
    std::vector<Vec2d> dome{{0.046, 0.028}, {0.046, 0.075}};
    for (int i = 1; i <= 6; ++i) {
        double const a = i * std::numbers::pi / 12;
        dome.emplace_back(0.046 * std::cos(a), 0.075 + 0.020 * std::sin(a));
    }
    dome.back().x = 0;
    lathe(mesh, dome, 32, 40);
}

} // namespace

void truck_guard(Mesh& mesh, TruckSize const& s)
{
    double const x = s.width / 2 - 0.085, top = s.guard_top, roof = top - 0.0275;
    Vec3d const front_foot(x + 0.01, 0.60, 0.03), front_top(x - 0.03, roof, -0.26),
        rear_top(x - 0.03, roof, -s.wheelbase + 0.22), rear_foot(x - 0.02, s.hood + 0.0, -s.wheelbase + 0.02);
    auto const section = rounded(rectangle(-0.024, -0.0275, 0.024, 0.0275), 0.010, 3);
    both_sides(mesh, [&] {
        mesh.use(steel_black);
        sweep(mesh, rounded_path({front_foot, front_top, rear_top, rear_foot}, 0.11, 8), section, {0, 0, 1},
              false, 40);
        box_at(mesh, front_foot + Vec3d(0, 0.012, 0), {0.085, 0.03, 0.12}, {.radius = 0.006});
        box_at(mesh, rear_foot + Vec3d(0, 0.045, 0.0), {0.085, 0.02, 0.12}, {.radius = 0.006});
        mesh.use({.look = "galvanised"});
        for (double const dz : {-0.045, 0.045}) bolt(mesh, rear_foot + Vec3d(0, 0.055, dz), {0, 1, 0}, 0.018);
        // Grab handle on the front pillar.
        mesh.use({.look = "plastic",
                  .color = {0.03f, 0.03f, 0.03f},
                  .roughness = 0.5f,
                  .wear = 0.6f,
                  .dirt = 0.2f});
        auto const on = [&](double y, double out) {
            double const t = (y - front_foot.y) / (front_top.y - front_foot.y);
            Vec3d const p = front_foot + (front_top - front_foot) * t;
            return Vec3d(p.x - 0.005, p.y, p.z - 0.02 - out);
        };
        tube(mesh, rounded_path({on(1.12, 0), on(1.14, 0.06), on(1.52, 0.06), on(1.54, 0)}, 0.04, 5), 0.012,
             12);
    });
    mesh.use(steel_black);
    double const from = -0.33, to = -s.wheelbase + 0.30, half = x - 0.03;
    auto const cross = rounded(rectangle(-0.022, -0.022, 0.022, 0.022), 0.006, 2);
    for (double const z : {from, to}) sweep(mesh, {{-half, roof, z}, {half, roof, z}}, cross, {0, 1, 0});
    int const bars = 7;
    for (int i = 1; i < bars; ++i) {
        double const z = from + (to - from) * i / bars;
        auto const lean = mesh.place(turned_x(-24) * moved(0, roof, z));
        box(mesh, {-half, -0.021, -0.007}, {half, 0.021, 0.007}, {.radius = 0.003, .segments = 1});
    }
    double const y = 1.74, t = (y - front_foot.y) / (front_top.y - front_foot.y);
    Vec3d const pillar = front_foot + (front_top - front_foot) * t;
    double const u = (1.34 - rear_foot.y) / (rear_top.y - rear_foot.y);
    Vec3d const back = rear_foot + (rear_top - rear_foot) * u;
    lamps(mesh, s, pillar + Vec3d(0.0, 0, 0.07), back + Vec3d(0.002, 0, -0.055));
    mesh.use(steel_black);
    box_at(mesh, {half - 0.12, roof - 0.125, to - 0.03}, {0.09, 0.012, 0.10}, {.radius = 0.003});
    box_at(mesh, {half - 0.12, roof - 0.07, to + 0.0}, {0.05, 0.11, 0.012}, {.radius = 0.003});
    beacon(mesh, {half - 0.12, roof - 0.119, to - 0.035});
}

void truck_cabin(Mesh& mesh, TruckSize const& s, Random /*random*/)
{
    seat(mesh, s.hood, -s.wheelbase + 0.64);
    steering(mesh);
    dashboard(mesh, s);
}

} // namespace soulvan::catalog::kit
