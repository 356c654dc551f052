// Small things of a hall: guard rails, cones, extinguishers, signs.
#include "kit_shapes.h"
#include "props.h"

#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

Finish yellow(double cell = 0.06)
{
    return {.look = "powder_coat", .color = paint_color("yellow"), .wear = 0.7f, .dirt = 0.55f, .cell = cell};
}

// ---- guard rail ----

constexpr double rail_deep = 0.155;

Model build_rail(Values const& v)
{
    double const half = v.number("length") / 2, high = v.number("height");
    Model model(mix64(v.seed + 91));
    auto& mesh = model.root.mesh;
    int const posts = std::max(2, static_cast<int>(std::ceil(2 * half / 1.6)) + 1);
    for (int i = 0; i < posts; ++i) {
        double const x = -half + 0.09 + (2 * half - 0.18) * i / (posts - 1);
        mesh.use(
            {.look = "powder_coat", .color = paint_color("black"), .wear = 0.5f, .dirt = 0.6f, .cell = 0.05});
        box(mesh, {x - 0.09, 0, -rail_deep / 2}, {x + 0.09, 0.012, rail_deep / 2}, {.radius = 0.003});
        mesh.use({.look = "galvanised"});
        for (int k = 0; k < 4; ++k)
            bolt(mesh, {x + (k & 1 ? 0.068 : -0.068), 0.012, k & 2 ? 0.058 : -0.058}, {0, 1, 0}, 0.018);
        mesh.use(yellow());
        box(mesh, {x - 0.05, 0.010, -0.070}, {x + 0.05, high, 0.030}, {.radius = 0.008, .segments = 3});
    }
    // One or two waves of sheet before the posts.
    std::vector<double> const centres =
        high > 0.7 ? std::vector{high - 0.20, high * 0.42} : std::vector{high - 0.18};
    for (double const y : centres) {
        std::vector<Vec2d> const way{{0.032, y - 0.15},  {0.030, y - 0.13},  {0.072, y - 0.085},
                                     {0.072, y - 0.045}, {0.034, y - 0.018}, {0.034, y + 0.018},
                                     {0.072, y + 0.045}, {0.072, y + 0.085}, {0.030, y + 0.13},
                                     {0.032, y + 0.15}};
        auto finish = yellow(0.07);
        finish.wear = 0.9f;
        mesh.use(finish);
        prism_x(mesh, thickened(rounded_way(way, 0.015, 3), 0.004), -half, half,
                {.radius = 0.001, .segments = 1});
        mesh.use({.look = "galvanised"});
        for (int i = 0; i < posts; ++i) {
            double const x = -half + 0.09 + (2 * half - 0.18) * i / (posts - 1);
            bolt(mesh, {x, y, 0.035}, {0, 0, 1}, 0.022);
        }
    }
    return model;
}

// ---- cone ----

constexpr double cone_foot = 0.36, cone_high = 0.75;

Model build_cone(Values const& v)
{
    double const high = v.number("height"), k = high / cone_high, half = cone_foot * k / 2;
    Model model(mix64(v.seed + 93));
    auto& mesh = model.root.mesh;
    mesh.use({.look = "rubber",
              .color = {0.03f, 0.03f, 0.03f},
              .roughness = 0.75f,
              .wear = 0.5f,
              .dirt = 0.7f,
              .cell = 0.04});
    prism_y(mesh, rounded(rectangle(-half, -half, half, half), 0.05 * k, 5), 0, 0.03 * k,
            {.radius = 0.008 * k, .segments = 3});
    double const r0 = 0.135 * k, r1 = 0.026 * k, y0 = 0.03 * k, y1 = high - 0.004;
    auto const radius = [&](double y) { return r0 + (r1 - r0) * (y - y0) / (y1 - y0); };
    Finish const orange{.look = "plastic",
                        .color = {0.78f, 0.095f, 0.01f},
                        .roughness = 0.5f,
                        .wear = 0.4f,
                        .dirt = 0.5f,
                        .bare = {0.75f, 0.2f, 0.08f}};
    Finish const white{
        .look = "plastic", .color = {0.74f, 0.75f, 0.74f}, .roughness = 0.3f, .wear = 0.2f, .dirt = 0.45f};
    std::array const edges{y0, high * 0.38, high * 0.55, high * 0.66, high * 0.80, y1};
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        mesh.use(i % 2 ? white : orange);
        double const out = i % 2 ? 0.0008 : 0;
        std::vector<Vec2d> profile;
        int const steps = 6;
        if (i == 0) profile = {{r0 + 0.022 * k, y0 - 0.002}, {r0 + 0.010 * k, y0 + 0.006 * k}};
        for (int s = i == 0 ? 1 : 0; s <= steps; ++s) {
            double const y = edges[i] + (edges[i + 1] - edges[i]) * s / steps;
            profile.emplace_back(radius(y) + out, y);
        }
        lathe(mesh, profile, 48, 45);
    }
    mesh.use(orange);
    lathe(mesh,
          {{r1, y1},
           {r1 - 0.003, high},
           {r1 - 0.008, high},
           {r1 - 0.010, y1 - 0.02},
           {r1 - 0.010, high - 0.10}},
          40, 40);
    return model;
}

// ---- fire extinguisher ----

/// The wall is at z = 0; measured from what build_extinguisher() makes.
Range3d const extinguisher_bounds({-0.0871, 0, 0}, {0.1395, 0.6331, 0.1820});

Model build_extinguisher(Values const& v)
{
    Model model(mix64(v.seed + 95));
    auto& mesh = model.root.mesh;
    double const r = 0.080, z = 0.099;
    Finish const red{.look = "paint", .color = {0.50f, 0.012f, 0.010f}, .wear = 0.35f, .dirt = 0.15f};
    {
        auto const at = mesh.place(moved(0, 0, z));
        mesh.use({.look = "plastic",
                  .color = paint_color("black"),
                  .roughness = 0.5f,
                  .wear = 0.3f,
                  .dirt = 0.3f});
        lathe(mesh,
              {{0, 0.004}, {r - 0.004, 0}, {r + 0.0005, 0.004}, {r + 0.0005, 0.035}, {r - 0.002, 0.037}}, 48,
              40);
        mesh.use(red);
        std::vector<Vec2d> profile{{r - 0.002, 0.030}};
        for (int i = 0; i <= 8; ++i) profile.emplace_back(r - 0.001, 0.04 + 0.38 * i / 8);
        for (int i = 1; i <= 7; ++i) {
            double const a = i * std::numbers::pi / 14;
            profile.emplace_back(0.022 + (r - 0.023) * std::cos(a), 0.42 + 0.065 * std::sin(a));
        }
        profile.emplace_back(0.022, 0.505);
        lathe(mesh, profile, 48, 40);
        mesh.use(
            {.look = "metal", .color = {0.50f, 0.40f, 0.20f}, .roughness = 0.3f, .wear = 0, .dirt = 0.1f});
        cylinder(mesh, 0.024, 0.502, 0.535, 24, 0.003);
        rod(mesh, {0, 0.52, 0}, {0.05, 0.52, 0}, 0.010, 14);
        rod(mesh, {0, 0.522, 0}, {-0.018, 0.522, 0.040}, 0.012, 14);
        mesh.use({.look = "plastic",
                  .color = {0.7f, 0.7f, 0.68f},
                  .roughness = 0.25f,
                  .wear = 0,
                  .dirt = 0}); // gauge
        rod(mesh, {-0.018, 0.522, 0.038}, {-0.022, 0.522, 0.048}, 0.016, 20, 0.003);
        mesh.use({.look = "powder_coat", .color = paint_color("black"), .wear = 0.4f, .dirt = 0.1f});
        auto const lever = [&](double y, double lift) {
            sweep(mesh, rounded_path({{0.015, y, 0}, {-0.02, y + 0.01, 0}, {-0.085, y + lift, 0}}, 0.02, 4),
                  rounded(rectangle(-0.014, -0.003, 0.014, 0.003), 0.002, 2), {0, 1, 0});
        };
        lever(0.538, 0.012);
        lever(0.556, 0.075);
        mesh.use({.look = "galvanised"});
        rod(mesh, {0.004, 0.53, 0}, {0.004, 0.568, 0}, 0.009, 12);
        tube(mesh,
             {{-0.03, 0.56, 0.017},
              {-0.030, 0.555, 0.034},
              {-0.030, 0.572, 0.034},
              {-0.030, 0.572, 0.017},
              {-0.03, 0.56, 0.017}},
             0.0018, 8);
        mesh.use(
            {.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.55f, .wear = 0, .dirt = 0.2f});
        tube(mesh,
             rounded_path({{0.045, 0.52, 0}, {0.115, 0.515, 0.005}, {0.130, 0.36, 0.01}, {0.105, 0.14, 0.01}},
                          0.07, 7),
             0.010, 14);
        mesh.use({.look = "plastic", .color = paint_color("black"), .roughness = 0.5f});
        rod(mesh, {0.107, 0.16, 0.01}, {0.098, 0.06, 0.01}, 0.014, 16, 0.004);
        // The label goes round the front.
        mesh.use({.look = "decals", .cell = 0.015});
        auto const round = mesh.bend(
            [=](Vec3d const& p) { return Vec3d(p.z * std::sin(p.x / r), p.y, p.z * std::cos(p.x / r)); });
        decal(mesh, {0, 0.20, r - 0.001}, {0.15, 0, 0}, {0, 0.15, 0}, {0.003, 0.003}, {0.247, 0.247}, 0.0006);
    }
    mesh.use({.look = "powder_coat", .color = {0.35f, 0.01f, 0.01f}, .wear = 0.2f, .dirt = 0.1f});
    box(mesh, {-0.02, 0.20, 0}, {0.02, 0.50, 0.004}, {.radius = 0.001});
    box(mesh, {-0.016, 0.44, 0}, {0.016, 0.462, 0.06}, {.radius = 0.002});
    mesh.use({.look = "galvanised"});
    {
        auto const at = mesh.place(moved(0, 0.31, z));
        lathe(mesh, {{r + 0.0005, -0.012}, {r + 0.003, -0.012}, {r + 0.003, 0.012}, {r + 0.0005, 0.012}}, 40,
              30);
    }
    return model;
}

// ---- signs ----

struct SignKind {
    char const* name;
    char const* title;
    int column, row; ///< of decals.jpg
};
constexpr SignKind sign_kinds[] = {{"forklift", "Warning sign, forklifts", 2, 1},
                                   {"no_pedestrians", "Sign, no pedestrians", 3, 1},
                                   {"fire_extinguisher", "Sign, fire extinguisher", 0, 2},
                                   {"first_aid", "Sign, first aid", 1, 2},
                                   {"helmet", "Sign, helmets required", 2, 2},
                                   {"no_smoking", "Sign, no smoking", 3, 2}};

Model build_sign(Values const& v)
{
    double const half = v.number("size") / 2;
    Model model(mix64(v.seed + 97));
    auto& mesh = model.root.mesh;
    mesh.use(
        {.look = "plastic", .color = {0.74f, 0.74f, 0.72f}, .roughness = 0.4f, .wear = 0.1f, .dirt = 0.15f});
    double const frame = half + 0.012, y = frame;
    auto const plate = rounded(rectangle(-frame, 0, frame, 2 * frame), 0.02, 4);
    prism(mesh, plate, 0, 0.006, {.radius = 0.0015});
    for (auto const& kind : sign_kinds)
        if (v.is("kind", kind.name)) {
            mesh.use({.look = "decals"});
            Vec2d const low(kind.column * 0.25, 0.75 - kind.row * 0.25);
            decal(mesh, {0, y, 0.006}, {2 * half, 0, 0}, {0, 2 * half, 0}, low + Vec2d(0.002, 0.002),
                  low + Vec2d(0.248, 0.248), 0.0005);
        }
    mesh.use({.look = "chrome"});
    for (int k = 0; k < 4; ++k) {
        double const x = (k & 1 ? 1 : -1) * (frame - 0.012);
        auto const at = mesh.place(turned_x(90) * moved(x, y + (k & 2 ? 1 : -1) * (frame - 0.012), 0.0055));
        lathe(mesh, {{0.005, 0}, {0.004, 0.0014}, {0, 0.0016}}, 14, 60);
    }
    return model;
}

Model build_aisle_sign(Values const& v)
{
    double const wires = v.number("drop"), wide = 0.60, tall = 1.20;
    Model model(mix64(v.seed + 99));
    auto& mesh = model.root.mesh;
    mesh.use({.look = "powder_coat", .color = {0.62f, 0.63f, 0.64f}, .wear = 0.2f, .dirt = 0.1f});
    box(mesh, {-wide / 2, 0, -0.012}, {wide / 2, tall, 0.012}, {.radius = 0.004});
    int const n = v.count("number") - 1;
    mesh.use({.look = "signs"});
    for (double const side : {-1.0, 1.0})
        decal(mesh, {0, tall / 2, side * 0.012}, {side * (wide - 0.02), 0, 0}, {0, tall - 0.02, 0},
              {n * 0.25 + 0.001, 0.3345}, {n * 0.25 + 0.249, 0.999}, 0.0005);
    mesh.use({.look = "galvanised"});
    for (double const x : {-wide / 2 + 0.06, wide / 2 - 0.06}) {
        rod(mesh, {x, tall + 0.01, 0}, {x, tall + wires, 0}, 0.0015, 8, 0.0003);
        rod(mesh, {x, tall - 0.004, 0}, {x, tall + 0.02, 0}, 0.006, 12);
        rod(mesh, {x, tall + wires - 0.012, 0}, {x, tall + wires, 0}, 0.014, 16, 0.002);
    }
    return model;
}

} // namespace

void add_floor_props(Recipes& out)
{
    out.push_back({.key = "soulvan/guard_rail",
                   .version = 1,
                   .parameters = {number_parameter("length", "metres", "2.0", 0.8, 8),
                                  number_parameter("height", "metres", "0.5", 0.38, 1.2)},
                   .entries = {{},
                               {{"length", "1.2"}},
                               {{"length", "3.5"}},
                               {{"height", "1.1"}},
                               {{"height", "1.1"}, {"length", "4"}}},
                   .describe =
                       [](Values const& v) {
                           double const half = v.number("length") / 2;
                           Asset asset;
                           asset.name = fmt::format("Guard rail, {:.1f} m", 2 * half);
                           asset.category = "guard_rail";
                           asset.bounds =
                               Range3d({-half, 0, -rail_deep / 2}, {half, v.number("height"), rail_deep / 2});
                           asset.attributes = {"yellow", "steel"};
                           asset.tags = {"crash barrier", "railing", "barrier", "safety rail", "guard"};
                           return asset;
                       },
                   .build = build_rail});
    out.push_back({.key = "soulvan/traffic_cone",
                   .version = 1,
                   .parameters = {number_parameter("height", "metres", "0.75", 0.3, 1.0)},
                   .entries = {{}, {{"height", "0.5"}}},
                   .describe =
                       [](Values const& v) {
                           double const high = v.number("height"), half = cone_foot / cone_high * high / 2;
                           Asset asset;
                           asset.name = fmt::format("Traffic cone, {:.2g} m", high);
                           asset.category = "traffic_cone";
                           asset.bounds = Range3d({-half, 0, -half}, {half, high, half});
                           asset.attributes = {"orange", "plastic"};
                           asset.tags = {"cone", "pylon", "safety"};
                           return asset;
                       },
                   .build = build_cone});
    out.push_back({.key = "soulvan/fire_extinguisher",
                   .version = 1,
                   .parameters = {},
                   .entries = {{}},
                   .describe =
                       [](Values const&) {
                           Asset asset;
                           asset.name = "Fire extinguisher, 6 kg, on its bracket";
                           asset.category = "fire_extinguisher";
                           asset.mount = Mount::wall;
                           asset.elevation = 0.75;
                           asset.bounds = extinguisher_bounds;
                           asset.clearance = {.front = 0.3};
                           asset.attributes = {"red"};
                           asset.tags = {"extinguisher", "fire safety"};
                           return asset;
                       },
                   .build = build_extinguisher});
    std::vector<std::string> kinds;
    for (auto const& kind : sign_kinds) kinds.emplace_back(kind.name);
    std::vector<Parameters> entries;
    for (auto const& kind : kinds) entries.push_back({{"kind", kind}});
    out.push_back({.key = "soulvan/sign",
                   .version = 1,
                   .parameters = {word_parameter("kind", "what it says", kinds),
                                  number_parameter("size", "of its side, metres", "0.4", 0.15, 1.0)},
                   .entries = entries,
                   .describe =
                       [](Values const& v) {
                           double const half = v.number("size") / 2 + 0.012;
                           Asset asset;
                           for (auto const& kind : sign_kinds)
                               if (v.is("kind", kind.name)) asset.name = kind.title;
                           asset.category = "sign";
                           asset.mount = Mount::wall;
                           asset.elevation = 1.9;
                           asset.bounds = Range3d({-half, 0, 0}, {half, 2 * half, 0.0071});
                           asset.attributes = {"flat"};
                           asset.tags = {"safety sign", "notice", "pictogram", v.word("kind")};
                           return asset;
                       },
                   .build = build_sign});
    out.push_back({.key = "soulvan/aisle_sign",
                   .version = 1,
                   .parameters = {number_parameter("number", "of the aisle", "1", 1, 3),
                                  number_parameter("drop", "of its wires, metres", "1.0", 0.1, 6)},
                   .entries = {{}, {{"drop", "2.5"}}},
                   .describe =
                       [](Values const& v) {
                           Asset asset;
                           asset.name = fmt::format("Hanging aisle sign A{}", v.count("number"));
                           asset.category = "sign";
                           asset.mount = Mount::ceiling;
                           asset.bounds = Range3d({-0.30, 0, -0.014}, {0.30, 1.20 + v.number("drop"), 0.014});
                           asset.attributes = {"blue"};
                           asset.tags = {"hanging sign", "aisle", "row sign"};
                           return asset;
                       },
                   .build = build_aisle_sign});
}

} // namespace soulvan::catalog::kit
