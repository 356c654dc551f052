// Pallet jacks and hand trucks.
#include "forklift.h"
#include "props.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

Finish red_paint(Vec3f const& color)
{
    return {.look = "paint", .color = color, .wear = 0.7f, .dirt = 0.5f, .cell = 0.05};
}
Finish const black_rubber{
    .look = "rubber", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.7f, .wear = 0.3f, .dirt = 0.6f};

/// A roller along x at a centre.
void caster(Mesh& mesh, Vec3d const& at, double radius, double width, Finish const& finish)
{
    auto const place = mesh.place(along(at - Vec3d(width / 2, 0, 0), {1, 0, 0}));
    mesh.use(finish);
    double const r = radius, w = width;
    lathe(mesh,
          {{r * 0.55, 0.002},
           {r - 0.006, 0},
           {r, 0.006},
           {r, w - 0.006},
           {r - 0.006, w},
           {r * 0.55, w - 0.002}},
          36, 50);
    mesh.use({.look = "plastic", .color = {0.45f, 0.44f, 0.40f}, .roughness = 0.5f, .dirt = 0.5f});
    lathe(mesh, {{0, 0.004}, {r * 0.20, 0.003}, {r * 0.22, 0.008}, {r * 0.5, 0.010}, {r * 0.56, 0.002}}, 28,
          30);
    lathe(mesh,
          {{r * 0.56, w - 0.002},
           {r * 0.5, w - 0.010},
           {r * 0.22, w - 0.008},
           {r * 0.20, w - 0.003},
           {0, w - 0.004}},
          28, 30);
}

// ---- pallet jack: forks along +z from 0 to 1.15 before it is centred ----

constexpr double jack_wide = 0.54, fork_long = 1.15;
/// The drawbar leans back by this many degrees.
double drawbar_deg(Values const& v)
{
    return v.number("handle");
}

struct JackFrame {
    double lift, back, top;
    Vec3d hinge{0, 0.30, -0.10};
    Vec3d ahead{0, 1, 0}; ///< along the drawbar
};
JackFrame jack_frame(Values const& v)
{
    double const a = drawbar_deg(v) * std::numbers::pi / 180;
    JackFrame f{.lift = v.number("lift"), .back = 0, .top = 0};
    f.ahead = Vec3d(0, std::cos(a), -std::sin(a));
    Vec3d const end = f.hinge + f.ahead * 0.98;
    // The grip's bow is a tube of 16 mm about the drawbar's end.
    f.top = end.y + 0.016;
    f.back = std::min(end.z - 0.016, -0.230);
    return f;
}

void jack_fork(Mesh& mesh, double lift)
{
    mesh.use(red_paint({0.50f, 0.022f, 0.016f}));
    double const x = jack_wide / 2 - 0.08, top = 0.085 + lift, tip = fork_long;
    auto const pointed = mesh.bend([=](Vec3d const& p) {
        double const end = std::clamp((p.z - (tip - 0.10)) / 0.10, 0.0, 1.0);
        return Vec3d(x + (p.x - x) * (1 - 0.45 * end * end), p.y, p.z);
    });
    Outline const side{{-0.02, top - 0.055}, {tip - 0.05, top - 0.055}, {tip, top - 0.030},
                       {tip, top - 0.016},   {tip - 0.06, top},         {-0.02, top}};
    prism_x(mesh, rounded(side, {0.004, 0.02, 0.01, 0.01, 0.02, 0.004}, 3), x - 0.08, x + 0.08,
            {.radius = 0.010, .segments = 3});
}

Model build_jack(Values const& v)
{
    auto const f = jack_frame(v);
    Model model(mix64(v.seed + 81));
    auto& mesh = model.root.mesh;
    auto const centre = mesh.place(moved(0, 0, -(fork_long + f.back) / 2));
    Vec3f const color{0.50f, 0.022f, 0.016f};
    double const top = 0.085 + f.lift;
    both_sides(mesh, [&] {
        jack_fork(mesh, f.lift);
        double const x = jack_wide / 2 - 0.08;
        mesh.use({.look = "steel"});
        box_at(mesh, {x, top - 0.052, fork_long - 0.22}, {0.10, 0.020, 0.20}, {.radius = 0.004});
        for (double const z : {fork_long - 0.17, fork_long - 0.26})
            caster(mesh, {x, 0.040, z}, 0.040, 0.075,
                   {.look = "plastic",
                    .color = {0.55f, 0.52f, 0.42f},
                    .roughness = 0.45f,
                    .wear = 0.3f,
                    .dirt = 0.6f});
        mesh.use({.look = "steel"});
        sweep(mesh, {{x - 0.02, top - 0.05, 0.02}, {x - 0.02, 0.045, fork_long - 0.28}},
              rounded(rectangle(-0.008, -0.012, 0.008, 0.012), 0.003, 2), {0, 1, 0});
    });
    // The bridge between the forks, with its sloping plate.
    mesh.use(red_paint(color));
    Outline const bridge{{-0.10, top - 0.05},
                         {0.03, top - 0.055},
                         {0.03, top + 0.02},
                         {-0.03, top + 0.16},
                         {-0.10, top + 0.16}};
    prism_x(mesh, rounded(bridge, 0.02, 3), -jack_wide / 2 + 0.005, jack_wide / 2 - 0.005,
            {.radius = 0.010, .segments = 3});
    box(mesh, {-0.10, 0.16, -0.20}, {0.10, 0.215, -0.05}, {.radius = 0.015, .segments = 3});
    auto const pump = mesh.place(moved(0, 0, -0.14));
    mesh.use(red_paint(color));
    cylinder(mesh, 0.055, 0.13, 0.36, 32, 0.01);
    cylinder(mesh, 0.072, 0.13, 0.19, 32, 0.01);
    rod(mesh, {0.06, 0.14, 0.03}, {0.06, 0.30, 0.03}, 0.026, 20, 0.005);
    mesh.use({.look = "chrome"});
    cylinder(mesh, 0.019, 0.34, 0.42 + f.lift * 0.6, 20);
    mesh.use({.look = "steel"});
    rod(mesh, {-0.075, 0.30, 0.04}, {0.075, 0.30, 0.04}, 0.011, 14);
    rod(mesh, {-0.10, 0.090, 0}, {0.10, 0.090, 0}, 0.012, 14);
    cylinder(mesh, 0.020, 0.085, 0.14, 16);
    for (double const x : {-0.062, 0.062}) caster(mesh, {x, 0.090, 0}, 0.090, 0.050, black_rubber);
    // Drawbar, forked at its foot, with the bow and the lever.
    auto const bar = mesh.place(along(f.hinge - Vec3d(0, 0, -0.14), f.ahead));
    mesh.use(red_paint(color));
    double const n = 0.98;
    for (double const x : {-0.055, 0.055}) box_at(mesh, {x, 0.07, 0}, {0.014, 0.18, 0.05}, {.radius = 0.005});
    box_at(mesh, {0, 0.15, 0}, {0.12, 0.03, 0.05}, {.radius = 0.006});
    tube(mesh, {{0, 0.15, 0}, {0, n - 0.24, 0}}, 0.019, 20);
    mesh.use({.look = "plastic",
              .color = {0.028f, 0.028f, 0.029f},
              .roughness = 0.5f,
              .wear = 0.5f,
              .dirt = 0.3f});
    Path3 bow{{0, n - 0.26, 0}, {-0.045, n - 0.22, 0}, {-0.095, n - 0.12, 0}, {-0.085, n, 0},
              {0.085, n, 0},    {0.095, n - 0.12, 0},  {0.045, n - 0.22, 0},  {0, n - 0.26, 0}};
    tube(mesh, rounded_path(bow, 0.03, 5), 0.016, 14);
    mesh.use({.look = "chrome"});
    tube(mesh, {{0, n - 0.22, 0}, {0.02, n - 0.13, 0.012}, {0.045, n - 0.075, 0.02}}, 0.006, 10);
    return model;
}

Asset describe_jack(Values const& v)
{
    auto const f = jack_frame(v);
    double const half = (fork_long - f.back) / 2;
    Asset asset;
    asset.name = f.lift > 0.03 ? "Hand pallet jack, raised" : "Hand pallet jack";
    asset.category = "pallet_jack";
    asset.bounds = Range3d({-jack_wide / 2, 0, -half}, {jack_wide / 2, f.top, half});
    asset.clearance = {.front = 0.2, .back = 0.5, .left = 0.1, .right = 0.1};
    asset.attributes = {"red", "manual"};
    asset.tags = {"pallet truck", "pump truck", "hand pallet truck"};
    return asset;
}

// ---- hand truck ----

/// Measured from what build_hand_truck() makes.
Range3d const hand_truck_bounds({-0.2727, 0, -0.2410}, {0.2727, 1.2015, 0.2410});

Model build_hand_truck(Values const& v)
{
    Model model(mix64(v.seed + 83));
    auto& mesh = model.root.mesh;
    auto const centre = mesh.place(moved(0, 0, -0.001));
    auto const paint = red_paint(paint_color(v.word("color")));
    both_sides(mesh, [&] {
        mesh.use(paint);
        tube(mesh,
             rounded_path({{0.16, 0.03, 0.022}, {0.16, 0.95, 0.02}, {0.16, 1.12, -0.06}, {0.16, 1.18, -0.20}},
                          0.10, 6),
             0.014, 16);
        mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.7f, .wear = 0.3f});
        tube(mesh, {{0.16, 1.143, -0.115}, {0.16, 1.185, -0.212}}, 0.018, 16);
        mesh.use(paint);
        box(mesh, {0.147, 0.10, -0.155}, {0.173, 0.16, 0.02}, {.radius = 0.006});
        auto const at = mesh.place(moved(0.235, 0.13, -0.11));
        wheel(mesh, {.radius = 0.13,
                     .width = 0.075,
                     .rim = 0.065,
                     .rim_color = {0.50f, 0.50f, 0.48f},
                     .bolts = 4,
                     .treads = false});
    });
    mesh.use({.look = "steel"});
    rod(mesh, {-0.27, 0.13, -0.11}, {0.27, 0.13, -0.11}, 0.010, 14);
    mesh.use(paint);
    for (double const y : {0.30, 0.58, 0.86})
        tube(
            mesh,
            rounded_path({{-0.16, y, 0.02}, {-0.10, y, -0.012}, {0.10, y, -0.012}, {0.16, y, 0.02}}, 0.05, 4),
            0.010, 12);
    for (double const x : {-0.05, 0.05})
        box(mesh, {x - 0.014, 0.06, -0.016}, {x + 0.014, 0.88, -0.010}, {.radius = 0.002});
    box(mesh, {-0.19, 0.03, 0.020}, {0.19, 0.17, 0.028}, {.radius = 0.003});
    mesh.use({.look = "steel"});
    prism_y(mesh, rounded({{-0.22, 0.022}, {0.22, 0.022}, {0.20, 0.242}, {-0.20, 0.242}}, 0.02, 3), 0, 0.006,
            {.radius = 0.0015});
    return model;
}

} // namespace

Recipe pallet_jack()
{
    return {.key = "soulvan/pallet_jack",
            .version = 1,
            .parameters = {number_parameter("lift", "of the forks, metres", "0", 0, 0.115),
                           number_parameter("handle", "leans back, degrees", "14", 0, 60)},
            .entries = {{}, {{"handle", "45"}}, {{"lift", "0.1"}}},
            .describe = describe_jack,
            .build = build_jack};
}

Recipe hand_truck()
{
    return {.key = "soulvan/hand_truck",
            .version = 1,
            .parameters = {word_parameter("color", "of the frame",
                                          {"blue", "red", "green", "yellow", "grey", "black"})},
            .entries = {{}},
            .describe =
                [](Values const& v) {
                    Asset asset;
                    asset.name = "Hand truck";
                    asset.category = "hand_truck";
                    asset.bounds = hand_truck_bounds;
                    asset.clearance = {.front = 0.2, .back = 0.5, .left = 0.1, .right = 0.1};
                    asset.supports = {{-0.20, 0.20, 0.030, 0.240, 0.006, 1e9}}; // the toe plate
                    asset.attributes = {v.word("color"), "manual"};
                    asset.tags = {"sack truck", "dolly", "trolley"};
                    return asset;
                },
            .build = build_hand_truck};
}

} // namespace soulvan::catalog::kit
