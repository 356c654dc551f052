// A roller conveyor on legs, with a drive and cartons when asked.
#include "goods.h"
#include "props.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double rail_high = 0.12, rail_wide = 0.042, roller = 0.025, pitch = 0.0833;

LoadPlan cartons_of(Values const& v)
{
    LoadPlan plan;
    plan.bounds.makeEmpty();
    if (!v.is("load", "cartons")) return plan;
    double const half = v.number("length") / 2, width = v.number("width"), top = v.number("height");
    Random r = Random(v.seed).fork(2);
    static char const* const looks[] = {"carton", "carton_printed", "carton_pale", "carton_dark"};
    double x = -half + 0.1 + r.uniform(0, 0.3);
    for (int i = 0; i < 64; ++i) {
        std::string const size = width < 0.5     ? "small"
                                 : r.chance(0.4) ? "medium"
                                 : r.chance(0.5) ? "large"
                                 : r.chance(0.5) ? "flat"
                                                 : "small";
        Vec3d const s = carton_size(size);
        if (x + s.x > half - 0.05) break;
        auto kind = carton_kind(size, looks[r.below(4)], r.below(2));
        double const slack = std::max(0.0, width / 2 - s.z / 2 - 0.06);
        plan.put(kind, turned_y(r.uniform(-4, 4) + (r.chance(0.5) ? 180 : 0)) *
                           moved(x + s.x / 2, top, r.uniform(-1, 1) * slack));
        x += s.x + r.uniform(0.12, 0.7);
    }
    return plan;
}

Asset describe(Values const& v)
{
    double const half = v.number("length") / 2, width = v.number("width"), top = v.number("height"),
                 z = width / 2 + rail_wide;
    Asset asset;
    asset.name = fmt::format("Roller conveyor, {:.2g} × {:.2g} m{}", 2 * half, width,
                             v.is("drive", "motor") ? ", driven" : "");
    asset.category = "conveyor";
    asset.bounds = Range3d({-half, 0, -z - 0.016}, {half, top, z + 0.016});
    extend(asset.bounds, cartons_of(v), Matrix4d());
    asset.clearance = {.front = 0.6};
    asset.attributes = {"industrial", "steel", v.is("load", "none") ? "empty" : "loaded"};
    asset.tags = {"conveyor belt", "roller track", "belt", "sorting line"};
    if (v.is("load", "none"))
        asset.supports = {{-half + 0.02, half - 0.02, -width / 2 + 0.01, width / 2 - 0.01, top}};
    return asset;
}

void legs(Mesh& mesh, double x, double z, double top)
{
    mesh.use(
        {.look = "powder_coat", .color = {0.035f, 0.036f, 0.038f}, .wear = 0.5f, .dirt = 0.5f, .cell = 0.08});
    auto const square = rounded(rectangle(-0.025, -0.015, 0.025, 0.015), 0.005, 2);
    for (double const side : {-1.0, 1.0}) {
        sweep(mesh, {{x, 0.06, side * z}, {x, top, side * z}}, square, {1, 0, 0});
        box_at(mesh, {x, top - 0.03, side * (z + 0.0)}, {0.10, 0.10, 0.012}, {.radius = 0.003});
        mesh.use({.look = "galvanised"});
        rod(mesh, {x, 0.012, side * z}, {x, 0.10, side * z}, 0.008, 12);
        mesh.use({.look = "rubber", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.7f});
        auto const foot = mesh.place(moved(x, 0, side * z));
        lathe(mesh, {{0, 0}, {0.036, 0}, {0.038, 0.004}, {0.034, 0.010}, {0.014, 0.020}, {0, 0.021}}, 24, 30);
        mesh.use({.look = "powder_coat",
                  .color = {0.035f, 0.036f, 0.038f},
                  .wear = 0.5f,
                  .dirt = 0.5f,
                  .cell = 0.08});
    }
    for (double const y : {0.20, top - 0.14}) sweep(mesh, {{x, y, -z}, {x, y, z}}, square, {0, 1, 0});
}

Model build(Values const& v)
{
    double const half = v.number("length") / 2, width = v.number("width"), top = v.number("height"),
                 zi = width / 2;
    Model model(mix64(v.seed + 71));
    auto& mesh = model.root.mesh;
    int const rollers = static_cast<int>((2 * half - 2 * roller - 0.006) / pitch) + 1;
    auto const roller_x = [&](int i) { return (i - (rollers - 1) / 2.0) * pitch; };
    double const low = top - rail_high - 0.012, high = top - 0.012;
    for (double const side : {-1.0, 1.0}) { // side rails: folded channels, open outwards
        mesh.use({.look = "powder_coat",
                  .color = {0.006f, 0.052f, 0.165f},
                  .wear = 0.6f,
                  .dirt = 0.3f,
                  .cell = 0.10});
        std::vector<Vec2d> way{{zi + rail_wide, low + 0.018},
                               {zi + rail_wide, low},
                               {zi + 0.002, low},
                               {zi + 0.002, high},
                               {zi + rail_wide, high},
                               {zi + rail_wide, high - 0.018}};
        for (auto& p : way) p.x *= side;
        prism_x(mesh, thickened(rounded_way(way, 0.005, 2), 0.003), -half, half,
                {.radius = 0.0008, .segments = 1});
        mesh.use({.look = "galvanised"});
        for (int i = 0; i < rollers; ++i) // hexagon ends of the axles
            bolt(mesh, {roller_x(i), top - roller, side * (zi + 0.0035)}, {0, 0, side}, 0.011);
    }
    Part part{"Roller", Mesh(mix64(v.seed + 3)), {}};
    part.mesh.use({.look = "galvanised"});
    {
        auto const turn = part.mesh.place(turned_x(90));
        double const l = zi - 0.004;
        lathe(part.mesh,
              {{0.006, -l},
               {roller - 0.003, -l},
               {roller, -l + 0.003},
               {roller, l - 0.003},
               {roller - 0.003, l},
               {0.006, l}},
              28, 40);
        part.mesh.use({.look = "plastic", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.5f});
        lathe(part.mesh, {{0.006, l - 0.001}, {0.017, l + 0.001}, {0.017, l + 0.0015}}, 20, 60);
        lathe(part.mesh, {{0.017, -l - 0.0015}, {0.017, -l - 0.001}, {0.006, -l + 0.001}}, 20, 60);
    }
    auto const prototype = model.add(std::move(part));
    for (int i = 0; i < rollers; ++i) model.put(prototype, moved(roller_x(i), top - roller, 0));
    int const frames = std::max(2, static_cast<int>(std::ceil(2 * half / 1.5)) + 1);
    for (int i = 0; i < frames; ++i)
        legs(mesh, -half + 0.15 + (2 * half - 0.30) * i / (frames - 1), zi + 0.020, low + 0.02);
    mesh.use({.look = "galvanised"});
    for (double x = -half + 0.4; x < half; x += 0.8)
        box(mesh, {x - 0.015, low + 0.01, -zi}, {x + 0.015, low + 0.035, zi}, {.radius = 0.003});
    if (v.is("drive", "motor")) {
        mesh.use({.look = "powder_coat", .color = {0.12f, 0.125f, 0.13f}, .wear = 0.3f, .dirt = 0.4f});
        double const y = low - 0.13;
        rod(mesh, {0.10, y, -0.05}, {0.36, y, -0.05}, 0.062, 32, 0.012);
        for (int i = 0; i < 14; ++i)
            rod(mesh, {0.12 + i * 0.013, y, -0.05}, {0.124 + i * 0.013, y, -0.05}, 0.068, 32, 0.001);
        box(mesh, {-0.03, y - 0.085, -0.13}, {0.11, y + 0.085, 0.05}, {.radius = 0.02, .segments = 3});
        box(mesh, {0.20, y + 0.05, -0.10}, {0.30, y + 0.10, 0.0}, {.radius = 0.01});
        box(mesh, {-0.12, low - 0.02, -zi}, {0.40, low, -zi + 0.05}, {.radius = 0.004});
        box(mesh, {-0.02, y, -0.10}, {0.02, low + 0.02, -0.06}, {.radius = 0.004});
        mesh.use(Finish{.look = "plastic", .color = paint_color("yellow"), .roughness = 0.5f, .dirt = 0.3f});
        box(mesh, {half - 0.32, low - 0.16, zi - 0.02}, {half - 0.22, low - 0.02, zi + 0.040},
            {.radius = 0.008});
        mesh.use(Finish{.look = "plastic", .color = paint_color("red"), .roughness = 0.35f});
        box(mesh, {half - 0.285, low - 0.105, zi + 0.038}, {half - 0.255, low - 0.075, zi + 0.0455},
            {.radius = 0.003});
    }
    add_load(model, cartons_of(v), Matrix4d());
    return model;
}

} // namespace

Recipe conveyor()
{
    std::vector<Parameters> entries;
    for (std::string const length : {"2", "3", "5", "8"})
        for (std::string const load : {"none", "cartons"})
            for (std::string const drive : {"gravity", "motor"})
                entries.push_back({{"length", length}, {"load", load}, {"drive", drive}});
    entries.push_back({{"width", "0.4"}});
    entries.push_back({{"width", "0.9"}});
    return {.key = "soulvan/conveyor",
            .version = 1,
            .parameters = {number_parameter("length", "metres", "3", 1, 20),
                           number_parameter("width", "of the rollers, metres", "0.6", 0.3, 1.2),
                           number_parameter("height", "of the rollers' tops, metres", "0.75", 0.4, 1.2),
                           word_parameter("load", "on it", {"none", "cartons"}),
                           word_parameter("drive", "what moves it", {"gravity", "motor"})},
            .entries = entries,
            .describe = describe,
            .build = build};
}

} // namespace soulvan::catalog::kit
