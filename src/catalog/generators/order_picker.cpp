// An order picker: chassis with battery, mast, and a platform that rises with its driver and the forks.
#include "forklift.h"
#include "props.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double width = 1.0, rear = -1.12, platform_from = 0.36, platform_to = 1.02, fork_tip = 2.02;
constexpr double roof_above = 2.12; ///< of the guard over the platform's floor

Mast mast_of(Values const& v)
{
    TruckSize const size{.width = width, .face = 0.40, .mast_height = 2.25, .carriage = 0.80};
    return {.size = size, .stages = 2, .fork_height = v.number("fork_height"), .tilt_deg = 0};
}

Range3d truck_bounds(Values const& v)
{
    auto const mast = mast_of(v);
    Range3d box({-width / 2, 0, rear}, {width / 2, 0, fork_tip});
    box.max.y = std::max({mast.top(0), mast.top(1), mast.fork_height + 0.04 + roof_above});
    return box;
}

Finish const dark{
    .look = "powder_coat", .color = {0.034f, 0.035f, 0.037f}, .wear = 0.5f, .dirt = 0.4f, .cell = 0.07};

void chassis(Mesh& mesh, Vec3f const& color)
{
    double const half = width / 2;
    mesh.use(truck_coat(color));
    auto const plan =
        rounded({{-half, rear}, {half, rear}, {half, 0.05}, {-half, 0.05}}, {0.16, 0.16, 0.02, 0.02}, 7);
    prism_y(mesh, plan, 0.08, 0.62, {.radius = 0.03, .segments = 4});
    auto const cover = rounded(
        {{-half + 0.01, rear + 0.02}, {half - 0.01, rear + 0.02}, {half - 0.01, 0.04}, {-half + 0.01, 0.04}},
        {0.15, 0.15, 0.02, 0.02}, 7);
    mesh.use(truck_moulded());
    prism_y(mesh, cover, 0.615, 0.635, {.radius = 0.004});
    mesh.use(truck_coat(color));
    prism_y(mesh, cover, 0.635, 0.98, {.radius = 0.04, .segments = 4});
    mesh.use({.look = "matte", .color = {0.012f, 0.012f, 0.012f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
    for (int i = 0; i < 6; ++i)
        for (double const side : {-1.0, 1.0})
            box_at(mesh, {side * (half - 0.0105), 0.86 - i * 0.024, -0.75}, {0.002, 0.011, 0.22},
                   {.radius = 0});
    mesh.use({.look = "decals", .dirt = 0});
    for (double const side : {-1.0, 1.0})
        decal(mesh, {side * (half - 0.01), 0.82, -0.34}, {0, 0, -side * 0.36}, {0, 0.06, 0}, {0.215, 0.885},
              {0.985, 0.99});
    mesh.use({.look = "hazard", .dirt = 0});
    decal(mesh, {0, 0.18, rear}, {-0.62, 0, 0}, {0, 0.10, 0}, {0, 0}, {0.62, 0.4}, 0.0003);
    both_sides(mesh, [&] { // support legs with their rollers, under the platform
        mesh.use(dark);
        Outline const side{{-0.05, 0.05},
                           {platform_to - 0.10, 0.05},
                           {platform_to - 0.04, 0.08},
                           {platform_to - 0.06, 0.15},
                           {0.06, 0.17},
                           {-0.05, 0.30}};
        prism_x(mesh, rounded(side, 0.025, 3), half - 0.13, half - 0.003, {.radius = 0.01, .segments = 3});
        auto const at = mesh.place(moved(half - 0.065, 0.075, platform_to - 0.16));
        wheel(mesh, {.radius = 0.075, .width = 0.09, .rim = 0.045, .bolts = 4, .treads = false});
    });
    both_sides(mesh, [&] {
        auto const at = mesh.place(moved(half - 0.16, 0.125, rear + 0.30));
        wheel(mesh, {.radius = 0.125, .width = 0.10, .rim = 0.08, .bolts = 5, .treads = false});
    });
}

void platform(Mesh& mesh, Mast const& mast, Vec3f const& color)
{
    double const floor = mast.fork_height + 0.04, half = width / 2 - 0.005, roof = floor + roof_above - 0.02;
    double const from = platform_from, to = platform_to;
    mesh.use(dark);
    box(mesh, {-half, floor - 0.10 + 0.03, from}, {half, floor, to}, {.radius = 0.012, .segments = 3});
    mesh.use({.look = "rubber",
              .color = {0.025f, 0.025f, 0.025f},
              .roughness = 0.8f,
              .wear = 0.4f,
              .dirt = 0.7f,
              .cell = 0.06});
    box(mesh, {-half + 0.05, floor - 0.002, from + 0.12}, {half - 0.05, floor + 0.008, to - 0.05},
        {.radius = 0.003});
    for (int i = 0; i < 9; ++i)
        box(mesh, {-half + 0.08, floor + 0.006, from + 0.16 + i * 0.05},
            {half - 0.08, floor + 0.012, from + 0.172 + i * 0.05}, {.radius = 0.002, .segments = 1});
    auto const section = rounded(rectangle(-0.02, -0.02, 0.02, 0.02), 0.006, 3);
    both_sides(mesh, [&] {
        mesh.use(dark); // posts and roof rim, one bent tube a side
        double const x = half - 0.03;
        sweep(mesh,
              rounded_path({{x, floor, from + 0.03}, {x, roof, from + 0.03}, {x, roof, to - 0.10}}, 0.08, 6),
              section, {0, 0, 1}, false, 40);
        mesh.use(truck_coat(paint_color("yellow"))); // side gates
        tube(mesh,
             rounded_path({{x, floor + 0.45, from + 0.05},
                           {x, floor + 0.45, to - 0.05},
                           {x, floor + 1.02, to - 0.05},
                           {x, floor + 1.02, from + 0.05}},
                          0.06, 5),
             0.014, 14);
        tube(mesh, {{x, floor + 0.74, from + 0.05}, {x, floor + 0.74, to - 0.05}}, 0.011, 12);
    });
    mesh.use(dark);
    for (double const z : {from + 0.03, to - 0.12})
        sweep(mesh, {{-half + 0.03, roof, z}, {half - 0.03, roof, z}}, section, {0, 1, 0});
    for (int i = 1; i < 7; ++i) {
        double const z = from + 0.03 + (to - from - 0.15) * i / 7;
        box(mesh, {-half + 0.03, roof - 0.016, z - 0.006}, {half - 0.03, roof + 0.016, z + 0.006},
            {.radius = 0.003, .segments = 1});
    }
    mesh.use(truck_coat(color)); // console on the mast's side
    Outline const console{{from, floor},
                          {from + 0.10, floor},
                          {from + 0.12, floor + 0.85},
                          {from + 0.20, floor + 0.98},
                          {from + 0.18, floor + 1.05},
                          {from, floor + 1.12}};
    prism_x(mesh, rounded(console, 0.03, 4), -0.34, 0.34, {.radius = 0.02, .segments = 3});
    {
        auto const at = mesh.place(turned_x(30) * moved(0.02, floor + 1.10, from + 0.11));
        mesh.use(truck_moulded());
        box_at(mesh, {0, 0, 0}, {0.56, 0.05, 0.20}, {.radius = 0.02, .segments = 3});
        cylinder(mesh, 0.055, 0.02, 0.05, 28, 0.012);
        rod(mesh, {0.20, 0.02, 0.02}, {0.20, 0.11, 0.03}, 0.022, 20, 0.012);
        mesh.use({.look = "decals"});
        decal(mesh, {-0.18, 0.025, 0}, {0.13, 0, 0}, {0, 0, -0.11}, {0.27, 0.52}, {0.48, 0.74});
    }
    mesh.use(truck_moulded());
    box(mesh, {-half + 0.03, floor + 0.80, to - 0.075}, {half - 0.03, floor + 0.90, to - 0.035},
        {.radius = 0.018, .segments = 3}); // knee rest
    mesh.use({.look = "lens_amber"});
    rod(mesh, {half - 0.12, roof - 0.12, from + 0.09}, {half - 0.12, roof - 0.025, from + 0.09}, 0.038, 26,
        0.014);
    mesh.use({.look = "lens_clear"});
    for (double const x : {-0.2, 0.2})
        box_at(mesh, {x, roof - 0.032, from + 0.30}, {0.12, 0.02, 0.07}, {.radius = 0.006});
}

void forks(Mesh& mesh, Mast const& mast)
{
    double const y = mast.fork_height;
    mesh.use(fork_steel());
    for (double const x : {-0.20, 0.20}) {
        auto const pointed = mesh.bend([=](Vec3d const& p) {
            double const end = std::clamp((p.z - (fork_tip - 0.14)) / 0.14, 0.0, 1.0);
            return Vec3d(x + (p.x - x) * (1 - 0.42 * end * end), p.y, p.z);
        });
        Outline const side{{platform_to - 0.05, y - 0.05},
                           {platform_to + 0.2, y - 0.05},
                           {fork_tip - 0.02, y - 0.014},
                           {fork_tip, y - 0.008},
                           {fork_tip, y},
                           {platform_to - 0.05, y}};
        prism_x(mesh, rounded(side, 0.003, 2), x - 0.08, x + 0.08, {.radius = 0.004});
    }
    mesh.use(dark);
    box(mesh, {-0.32, y - 0.06, platform_to - 0.06}, {0.32, y + 0.02, platform_to - 0.005},
        {.radius = 0.008});
    both_sides(mesh, [&] { // arms from the mast's rollers to the platform
        double const x = mast.half_gauge(1) - 0.060, back = mast.front_of(1);
        box(mesh, {x - 0.022, y - 0.02, back - 0.10}, {x, y + 0.62, platform_from + 0.02}, {.radius = 0.006});
    });
}

Asset describe(Values const& v)
{
    auto asset = electric_truck(truck_bounds(v), v.word("color"));
    asset.name = v.number("fork_height") > 1 ? "Order picker, raised" : "Order picker";
    asset.category = "order_picker";
    asset.tags = {"forklift", "picker", "order selector", "man-up truck"};
    return asset;
}

Model build(Values const& v)
{
    auto const mast = mast_of(v);
    Model model(mix64(v.seed + 29));
    auto& mesh = model.root.mesh;
    auto const color = paint_color(v.word("color"));
    auto const to_centre = mesh.place(truck_centred(truck_bounds(v)));
    chassis(mesh, color);
    mast_frame(mesh, mast);
    platform(mesh, mast, color);
    forks(mesh, mast);
    return model;
}

} // namespace

Recipe order_picker()
{
    return {.key = "soulvan/order_picker",
            .version = 1,
            .parameters = {number_parameter("fork_height", "top of the forks, metres", "0.25", 0.22, 2.6),
                           word_parameter("color", "of the body",
                                          {"orange", "yellow", "red", "blue", "green", "white", "grey"})},
            .entries = {{}, {{"fork_height", "2.0"}}},
            .describe = describe,
            .build = build};
}

} // namespace soulvan::catalog::kit
