// A reach truck: straddle legs, mast between them, battery, compartment with guard.
#include "forklift.h"
#include "props.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double width = 1.27, rear = -1.52, leg_end = 0.78, guard_top = 2.18;

Mast mast_of(Values const& v)
{
    TruckSize const size{.width = width,
                         .wheelbase = 1.4,
                         .rear = rear,
                         .face = 0.46,
                         .fork_length = 1.15,
                         .fork_width = 0.10,
                         .guard_top = guard_top,
                         .mast_height = v.number("mast_height"),
                         .carriage = 0.82,
                         .backrest = 1.05};
    return {.size = size, .stages = 3, .fork_height = v.number("fork_height"), .tilt_deg = 1};
}

Range3d truck_bounds(Values const& v)
{
    auto const mast = mast_of(v);
    auto const& s = mast.size;
    Range3d box({-width / 2, 0, rear}, {width / 2, guard_top, leg_end});
    auto const point = [&](double y, double z) { box.extendBy(Vec3d(0, y, z) * mast.tilted()); };
    point(mast.fork_height, s.face + s.fork_length);
    point(mast.fork_height - 0.008, s.face + s.fork_length);
    for (int i = 0; i < 3; ++i)
        for (double const z : {mast.front_of(i), mast.front_of(i) - channel_depth}) point(mast.top(i), z);
    for (double const z : {-0.045, -0.013}) point(mast.fork_height + s.backrest, s.face + z);
    return box;
}

Finish const dark{
    .look = "powder_coat", .color = {0.034f, 0.035f, 0.037f}, .wear = 0.5f, .dirt = 0.45f, .cell = 0.07};

void legs(Mesh& mesh, Vec3f const& color)
{
    both_sides(mesh, [&] {
        mesh.use(dark);
        Outline const side{{-0.30, 0.07},           {leg_end - 0.12, 0.07}, {leg_end, 0.11}, {leg_end, 0.20},
                           {leg_end - 0.05, 0.235}, {0.10, 0.255},          {0.02, 0.40},    {-0.30, 0.40}};
        prism_x(mesh, rounded(side, {0.01, 0.04, 0.02, 0.03, 0.05, 0.10, 0.05, 0.01}, 4), width / 2 - 0.155,
                width / 2 - 0.003, {.radius = 0.012, .segments = 3});
        mesh.use(truck_coat(color));
        box(mesh, {width / 2 - 0.13, 0.252, 0.16}, {width / 2 - 0.025, 0.262, leg_end - 0.20},
            {.radius = 0.004});
        {
            auto const at = mesh.place(moved(width / 2 - 0.078, 0.15, leg_end - 0.19));
            wheel(mesh, {.radius = 0.15,
                         .width = 0.115,
                         .rim = 0.095,
                         .rim_color = {0.35f, 0.35f, 0.34f},
                         .bolts = 6,
                         .treads = false});
        }
        // The tyre stands in a slot of the leg; a strip of warning paint runs beside.
        mesh.use({.look = "hazard", .dirt = 0});
        decal(mesh, {width / 2 - 0.003, 0.165, 0.10}, {0, 0, -0.40}, {0, 0.08, 0}, {0, 0}, {0.4, 0.32},
              0.0002);
    });
    mesh.use(dark);
    box(mesh, {-width / 2 + 0.05, 0.12, -0.22}, {width / 2 - 0.05, 0.42, -0.03},
        {.radius = 0.02, .segments = 3});
    both_sides(mesh, [&] { // the carrier that the mast rides on
        box(mesh, {0.36, 0.14, -0.02}, {0.45, 0.62, 0.24}, {.radius = 0.02, .segments = 3});
        mesh.use({.look = "steel"});
        rod(mesh, {0.44, 0.20, 0.05}, {0.485, 0.20, 0.05}, 0.05, 24, 0.006);
        mesh.use({.look = "chrome"});
        rod(mesh, {0.28, 0.20, -0.2}, {0.28, 0.20, 0.15}, 0.022, 18);
        mesh.use(dark);
    });
}

void body(Mesh& mesh, Vec3f const& color)
{
    double const half = width / 2;
    mesh.use(truck_coat(color)); // battery box across the truck
    box(mesh, {-half, 0.10, -0.62}, {half, 0.86, -0.20}, {.radius = 0.035, .segments = 4});
    mesh.use(truck_moulded());
    box(mesh, {-half + 0.05, 0.84, -0.60}, {half - 0.05, 0.89, -0.22}, {.radius = 0.02, .segments = 3});
    // Drive unit: the right rear quarter, rounded at the corner, and the low floor at the left.
    auto const plan =
        rounded({{-half, rear}, {0.02, rear}, {0.02, -0.60}, {-half, -0.60}}, {0.20, 0.05, 0.01, 0.02}, 7);
    mesh.use(truck_coat(color));
    prism_y(mesh, plan, 0.09, 1.02, {.radius = 0.035, .segments = 4});
    mesh.use(truck_moulded());
    auto const lid =
        rounded({{-half + 0.04, rear + 0.05}, {-0.02, rear + 0.05}, {-0.02, -0.66}, {-half + 0.04, -0.66}},
                {0.17, 0.04, 0.01, 0.01}, 7);
    prism_y(mesh, lid, 1.00, 1.045, {.radius = 0.015, .segments = 3});
    mesh.use(dark);
    auto const floor = rounded({{0.0, rear}, {half - 0.004, rear}, {half - 0.004, -0.60}, {0.0, -0.60}},
                               {0.01, 0.20, 0.02, 0.01}, 7);
    prism_y(mesh, floor, 0.09, 0.30, {.radius = 0.02, .segments = 3});
    mesh.use(truck_coat(color));
    auto const sill =
        rounded({{0.3, rear + 0.006}, {half - 0.001, rear + 0.006}, {half - 0.001, -0.60}, {0.3, -0.60}},
                {0.01, 0.20, 0.02, 0.01}, 7);
    prism_y(mesh, sill, 0.22, 0.275, {.radius = 0.012, .segments = 3});
    mesh.use({.look = "rubber",
              .color = {0.025f, 0.025f, 0.025f},
              .roughness = 0.8f,
              .wear = 0.4f,
              .dirt = 0.7f,
              .cell = 0.06});
    box(mesh, {0.06, 0.298, rear + 0.16}, {half - 0.07, 0.308, -0.64}, {.radius = 0.003});
    for (int i = 0; i < 12; ++i)
        box(mesh, {0.08, 0.306, rear + 0.20 + i * 0.055}, {half - 0.10, 0.313, rear + 0.215 + i * 0.055},
            {.radius = 0.002, .segments = 1});
    mesh.use(truck_coat(color)); // rear wall of the compartment
    box(mesh, {0.0, 0.30, rear + 0.012}, {half - 0.20, 0.98, rear + 0.08}, {.radius = 0.02, .segments = 3});
    mesh.use({.look = "matte", .color = {0.012f, 0.012f, 0.012f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
    for (int i = 0; i < 9; ++i)
        box(mesh, {-half - 0.0004, 0.70 + i * 0.022, -1.22}, {-half + 0.002, 0.71 + i * 0.022, -0.95},
            {.radius = 0});
    box(mesh, {-half - 0.0003, 0.30, -0.63}, {-half + 0.002, 0.98, -0.625}, {.radius = 0});
    // The drive wheel below the right half.
    auto const at = mesh.place(moved(-0.30, 0.155, rear + 0.34));
    wheel(mesh, {.radius = 0.155, .width = 0.12, .rim = 0.10, .bolts = 6, .treads = false});
    auto const caster = mesh.place(moved(0.60, -0.035, 0));
    wheel(mesh, {.radius = 0.12, .width = 0.08, .rim = 0.06, .bolts = 4, .treads = false});
}

void compartment(Mesh& mesh)
{
    // A seat across the truck, so that the driver looks along and against the forks.
    {
        auto const at = mesh.place(turned_y(90) * moved(0.08, 0, rear + 0.50));
        mesh.use({.look = "plastic",
                  .color = {0.030f, 0.029f, 0.029f},
                  .roughness = 0.62f,
                  .wear = 0.35f,
                  .dirt = 0.3f,
                  .bare = {0.10f, 0.095f, 0.09f},
                  .cell = 0.03});
        box(mesh, {-0.23, 0.70, -0.06}, {0.23, 0.80, 0.36}, {.radius = 0.045, .segments = 4});
        auto const lean = mesh.place(turned_x(-8) * moved(0, 0.80, -0.04));
        box(mesh, {-0.22, 0.0, -0.05}, {0.22, 0.52, 0.045}, {.radius = 0.045, .segments = 4});
    }
    mesh.use(dark);
    box(mesh, {0.02, 0.30, rear + 0.26}, {0.30, 0.70, rear + 0.74}, {.radius = 0.03, .segments = 3});
    // Console over the battery: wheel, levers, display.
    mesh.use(truck_moulded());
    box(mesh, {-0.10, 0.88, -0.56}, {0.55, 1.00, -0.30}, {.radius = 0.03, .segments = 3});
    {
        auto const at = mesh.place(turned_x(-50) * moved(0.18, 1.03, -0.50));
        box_at(mesh, {0, 0, 0}, {0.22, 0.04, 0.15}, {.radius = 0.014, .segments = 3});
        mesh.use({.look = "decals"});
        decal(mesh, {0, 0.020, 0}, {-0.17, 0, 0}, {0, 0, 0.11}, {0.27, 0.52}, {0.48, 0.74});
    }
    mesh.use(truck_moulded());
    for (int i = 0; i < 3; ++i) {
        mesh.use({.look = "chrome"});
        rod(mesh, {0.34 + i * 0.06, 0.99, -0.46}, {0.34 + i * 0.06, 1.10, -0.50}, 0.005, 10);
        mesh.use(truck_moulded());
        auto const knob = mesh.place(moved(0.34 + i * 0.06, 1.09, -0.497));
        lathe(mesh, {{0, 0}, {0.012, 0.002}, {0.019, 0.016}, {0.018, 0.030}, {0, 0.038}}, 18, 60);
    }
    auto const at = mesh.place(turned_x(-12) * moved(-0.02, 1.005, -0.44));
    cylinder(mesh, 0.10, 0.02, 0.045, 36, 0.012);
    cylinder(mesh, 0.03, 0, 0.03, 24, 0.004);
    rod(mesh, {0.07, 0.04, 0}, {0.07, 0.085, 0}, 0.018, 18, 0.008);
}

void guard(Mesh& mesh)
{
    double const x = width / 2 - 0.06, roof = guard_top - 0.025;
    auto const section = rounded(rectangle(-0.025, -0.025, 0.025, 0.025), 0.008, 3);
    both_sides(mesh, [&] {
        mesh.use(dark);
        sweep(mesh,
              rounded_path({{x, 0.80, -0.27},
                            {x - 0.02, roof, -0.34},
                            {x - 0.02, roof, rear + 0.16},
                            {x - 0.04, 0.28, rear + 0.10}},
                           0.10, 7),
              section, {0, 0, 1}, false, 40);
    });
    mesh.use(dark);
    double const from = -0.40, to = rear + 0.22;
    for (double const z : {from, to}) sweep(mesh, {{-x, roof, z}, {x, roof, z}}, section, {0, 1, 0});
    for (int i = 1; i < 9; ++i) {
        auto const lean = mesh.place(turned_x(-20) * moved(0, roof, from + (to - from) * i / 9));
        box(mesh, {-x, -0.019, -0.007}, {x, 0.019, 0.007}, {.radius = 0.003, .segments = 1});
    }
    mesh.use(truck_moulded()); // lamps under the roof's front
    for (double const side : {-0.4, 0.4}) {
        box_at(mesh, {side, roof - 0.07, from + 0.02}, {0.13, 0.08, 0.06}, {.radius = 0.015, .segments = 3});
        mesh.use({.look = "lens_clear"});
        box_at(mesh, {side, roof - 0.07, from + 0.05}, {0.11, 0.06, 0.012}, {.radius = 0.005});
        mesh.use(truck_moulded());
    }
    mesh.use({.look = "lens_amber"});
    rod(mesh, {x - 0.10, roof - 0.12, to + 0.06}, {x - 0.10, roof - 0.03, to + 0.06}, 0.042, 28, 0.015);
}

void lettering(Mesh& mesh, Random r)
{
    mesh.use({.look = "decals", .dirt = 0});
    double const half = width / 2;
    decal(mesh, {half, 0.62, -0.41}, {0, 0, -0.32}, {0, 0.055, 0}, {0.215, 0.885}, {0.985, 0.99});
    decal(mesh, {-half, 0.62, -0.41}, {0, 0, 0.32}, {0, 0.055, 0}, {0.215, 0.885}, {0.985, 0.99});
    decal(mesh, {-half, 0.50, -0.50}, {0, 0, 0.12}, {0, 0.06, 0}, {0.02, 0.76}, {0.23, 0.865});
    decal(mesh, {-0.30, 0.80, rear}, {-0.34, 0, 0}, {0, 0.058, 0}, {0.215, 0.885}, {0.985, 0.99}, 0.0004);
    mesh.use({.look = "signs"});
    double const n = r.below(3) * 0.25;
    decal(mesh, {-0.22, 0.66, rear}, {-0.11, 0, 0}, {0, 0.11, 0}, {n, 0}, {n + 0.25, 0.3333}, 0.0004);
    decal(mesh, {half, 0.45, -0.41}, {0, 0, -0.11}, {0, 0.11, 0}, {n, 0}, {n + 0.25, 0.3333}, 0.0004);
}

Asset describe(Values const& v)
{
    auto asset = electric_truck(truck_bounds(v), v.word("color"));
    asset.name = fmt::format("Reach truck, 1.6 t, mast {:.1f} m", v.number("mast_height"));
    asset.category = "reach_truck";
    asset.tags = {"forklift", "reach forklift", "lift truck", "stacker"};
    return asset;
}

Model build(Values const& v)
{
    auto const mast = mast_of(v);
    Random const random(v.seed);
    Model model(mix64(v.seed + 27));
    auto& mesh = model.root.mesh;
    auto const color = paint_color(v.word("color"));
    auto const to_centre = mesh.place(truck_centred(truck_bounds(v)));
    legs(mesh, color);
    body(mesh, color);
    compartment(mesh);
    guard(mesh);
    lettering(mesh, random.fork(2));
    truck_mast(mesh, mast, random.fork(3));
    return model;
}

} // namespace

Recipe reach_truck()
{
    return {.key = "soulvan/reach_truck",
            .version = 1,
            .parameters = {number_parameter("fork_height", "top of the forks, metres", "0.30", 0.27, 3.4),
                           number_parameter("mast_height", "lowered, metres", "2.4", 2.1, 3.2),
                           word_parameter("color", "of the body",
                                          {"red", "yellow", "orange", "blue", "green", "white", "grey"})},
            .entries = {{}, {{"mast_height", "3.0"}}, {{"fork_height", "2.5"}}},
            .describe = describe,
            .build = build};
}

} // namespace soulvan::catalog::kit
