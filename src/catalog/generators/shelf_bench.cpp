// Boltless shelves with boxes, workbenches and packing stations.
#include "goods.h"
#include "props.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

// ---- shelf unit ----

struct ShelfSize {
    double width = 1.2, depth = 0.5, height = 2.0;
    int shelves = 5;
    double y(int i) const { return 0.10 + (height - 0.12) * i / (shelves - 1); } ///< top of shelf i
    double clear(int i) const { return i + 1 < shelves ? y(i + 1) - y(i) - 0.045 : 0.45; }
};

ShelfSize shelf_size(Values const& v)
{
    return {v.number("width"), v.number("depth"), v.number("height"), v.count("shelves")};
}

LoadPlan shelf_load(Values const& v)
{
    LoadPlan plan;
    plan.bounds.makeEmpty();
    double const chance = v.is("load", "full") ? 0.92 : v.is("load", "sparse") ? 0.45 : 0;
    if (chance == 0) return plan;
    auto const s = shelf_size(v);
    Random r = Random(v.seed).fork(4);
    static char const* const looks[] = {"carton", "carton_printed", "carton_pale", "carton_dark"};
    static char const* const sizes[] = {"small", "medium", "flat", "small"};
    for (int i = 0; i < s.shelves; ++i)
        for (double x = -s.width / 2 + 0.06; x < s.width / 2;) {
            bool const tote = r.chance(0.25);
            std::string const size = sizes[r.below(4)];
            KindRef const kind = tote ? tote_kind(r.chance(0.6) ? "blue" : "grey", r.chance(0.7))
                                      : carton_kind(size, looks[r.below(4)], r.below(2));
            Vec3d const box = kind->bounds.size();
            bool const across = box.z > s.depth - 0.03
                                    ? false
                                    : box.x > s.width * 0.5 || (box.x < s.depth - 0.03 && r.chance(0.4));
            double const wide = across ? box.z : box.x, deep = across ? box.x : box.z;
            if (x + wide > s.width / 2 - 0.05) break;
            if (deep < s.depth - 0.01 && box.y < s.clear(i) && r.chance(chance)) {
                double const z = (s.depth - 0.02 - deep) / 2 * r.uniform(-0.3, 0.9);
                plan.put(kind,
                         turned_y((across ? 90 : 0) + r.uniform(-2.0, 2.0)) * moved(x + wide / 2, s.y(i), z));
            }
            x += wide + r.uniform(0.02, 0.05);
        }
    return plan;
}

Asset describe_shelf(Values const& v)
{
    auto const s = shelf_size(v);
    Asset asset;
    asset.name =
        fmt::format("Shelf unit, {} shelves, {}", s.shelves, v.is("load", "empty") ? "empty" : "with boxes");
    asset.category = "shelf_unit";
    asset.bounds = Range3d({-s.width / 2, 0, -s.depth / 2}, {s.width / 2, s.height, s.depth / 2});
    extend(asset.bounds, shelf_load(v), Matrix4d());
    asset.clearance = {.front = 0.6};
    asset.attributes = {"steel", v.word("load"), v.word("color")};
    asset.tags = {"shelf", "shelves", "shelving", "storage", "rack"};
    if (v.is("load", "empty"))
        for (int i = 0; i < s.shelves; ++i)
            asset.supports.push_back({-s.width / 2 + 0.02, s.width / 2 - 0.02, -s.depth / 2 + 0.01,
                                      s.depth / 2 - 0.01, s.y(i), i + 1 < s.shelves ? s.clear(i) : 1e9});
    return asset;
}

Model build_shelf(Values const& v)
{
    auto const s = shelf_size(v);
    Model model(mix64(v.seed + 87));
    auto& mesh = model.root.mesh;
    auto const color = v.word("color");
    Finish steel{
        .look = "powder_coat", .color = paint_color(color), .wear = 0.5f, .dirt = 0.3f, .cell = 0.12};
    if (color == "grey") steel = {.look = "galvanised"};
    double const x = s.width / 2, z = s.depth / 2, t = 0.0018;
    for (int k = 0; k < 4; ++k) { // angle posts with slots
        double const sx = k & 1 ? 1 : -1, sz = k & 2 ? 1 : -1;
        mesh.use(steel);
        std::vector<Vec2d> way{{sx * (x - 0.038), sz * (z - t / 2)},
                               {sx * (x - t / 2), sz * (z - t / 2)},
                               {sx * (x - t / 2), sz * (z - 0.038)}};
        prism_y(mesh, thickened(rounded_way(way, 0.003, 2), t), 0.004, s.height,
                {.radius = 0.0004, .segments = 1});
        mesh.use({.look = "plastic", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.6f});
        box(mesh, {std::min(sx * x, sx * (x - 0.042)), 0, std::min(sz * z, sz * (z - 0.042))},
            {std::max(sx * x, sx * (x - 0.042)), 0.012, std::max(sz * z, sz * (z - 0.042))},
            {.radius = 0.002, .segments = 1});
        mesh.use({.look = "matte", .color = {0.01f, 0.01f, 0.012f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
        for (double y = 0.06; y < s.height - 0.03; y += 0.038) {
            decal(mesh, {sx * (x - 0.020), y, sz * z}, {sz * 0.007, 0, 0}, {0, 0.020, 0}, {0, 0}, {1, 1},
                  0.0003);
            decal(mesh, {sx * x, y, sz * (z - 0.020)}, {0, 0, -sx * 0.007}, {0, 0.020, 0}, {0, 0}, {1, 1},
                  0.0003);
        }
    }
    for (int i = 0; i < s.shelves; ++i) {
        double const y = s.y(i);
        mesh.use({.look = "matte",
                  .color = {0.44f, 0.32f, 0.19f},
                  .roughness = 0.8f,
                  .wear = 0.2f,
                  .dirt = 0.3f,
                  .cell = 0.08});
        box(mesh, {-x + 0.004, y - 0.009, -z + 0.004}, {x - 0.004, y, z - 0.004},
            {.radius = 0.001, .segments = 1});
        mesh.use(steel);
        for (double const side : {-1.0, 1.0}) { // beams with a step, on four sides
            box(mesh, {-x + 0.005, y - 0.045, std::min(side * (z - 0.002), side * (z - 0.012))},
                {x - 0.005, y + 0.0015, std::max(side * (z - 0.002), side * (z - 0.012))},
                {.radius = 0.0025});
            box(mesh, {std::min(side * (x - 0.002), side * (x - 0.010)), y - 0.045, -z + 0.012},
                {std::max(side * (x - 0.002), side * (x - 0.010)), y + 0.0010, z - 0.012},
                {.radius = 0.0025});
        }
    }
    add_load(model, shelf_load(v), Matrix4d());
    return model;
}

// ---- workbench and packing station ----

constexpr double bench_deep = 0.75, bench_high = 0.90, top_thick = 0.04;

void bench(Mesh& mesh, double width)
{
    double const x = width / 2, z = bench_deep / 2;
    mesh.use({.look = "oak_planks"});
    box(mesh, {-x, bench_high - top_thick, -z}, {x, bench_high, z},
        {.radius = 0.004, .segments = 3, .grain = 0});
    mesh.use(
        {.look = "powder_coat", .color = {0.20f, 0.21f, 0.22f}, .wear = 0.5f, .dirt = 0.35f, .cell = 0.1});
    auto const square = rounded(rectangle(-0.025, -0.025, 0.025, 0.025), 0.006, 2);
    for (double const side : {-1.0, 1.0}) {
        double const lx = side * (x - 0.09);
        for (double const lz : {-z + 0.07, z - 0.07}) {
            sweep(mesh, {{lx, 0.02, lz}, {lx, bench_high - top_thick, lz}}, square, {0, 0, 1});
            mesh.use({.look = "rubber", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.7f});
            auto const at = mesh.place(moved(lx, 0, lz));
            lathe(mesh, {{0, 0}, {0.03, 0}, {0.032, 0.004}, {0.026, 0.018}, {0.012, 0.024}, {0, 0.024}}, 20,
                  30);
            mesh.use({.look = "powder_coat",
                      .color = {0.20f, 0.21f, 0.22f},
                      .wear = 0.5f,
                      .dirt = 0.35f,
                      .cell = 0.1});
        }
        for (double const y : {0.14, bench_high - top_thick - 0.03})
            sweep(mesh, {{lx, y, -z + 0.07}, {lx, y, z - 0.07}}, square, {0, 1, 0});
    }
    for (double const y : {0.14, bench_high - top_thick - 0.03})
        sweep(mesh, {{-x + 0.09, y, -z + 0.07}, {x - 0.09, y, -z + 0.07}}, square, {0, 1, 0});
    box(mesh, {-x + 0.08, 0.165, -z + 0.06}, {x - 0.08, 0.180, z - 0.12}, {.radius = 0.004});
}

void drawers(Mesh& mesh, double x, Vec3f const& color)
{
    double const z = bench_deep / 2 - 0.03, high = bench_high - top_thick;
    mesh.use({.look = "powder_coat", .color = color, .wear = 0.5f, .dirt = 0.25f, .cell = 0.08});
    box(mesh, {x - 0.24, high - 0.56, -z + 0.1}, {x + 0.24, high, z - 0.02}, {.radius = 0.006});
    for (int i = 0; i < 4; ++i) {
        double const y1 = high - 0.012 - i * 0.136, y0 = y1 - 0.126;
        mesh.use({.look = "powder_coat", .color = color, .wear = 0.6f, .dirt = 0.25f, .cell = 0.08});
        box(mesh, {x - 0.228, y0, z - 0.03}, {x + 0.228, y1, z - 0.004}, {.radius = 0.005, .segments = 3});
        mesh.use({.look = "aluminium"});
        box(mesh, {x - 0.14, y1 - 0.038, z - 0.008}, {x + 0.14, y1 - 0.022, z + 0.012},
            {.radius = 0.006, .segments = 3});
    }
}

void vise(Mesh& mesh, double x)
{
    auto const at = mesh.place(moved(x, bench_high, bench_deep / 2 - 0.14));
    mesh.use({.look = "paint", .color = {0.008f, 0.06f, 0.16f}, .wear = 0.8f, .dirt = 0.5f, .cell = 0.03});
    cylinder(mesh, 0.075, 0, 0.03, 32, 0.006);
    box(mesh, {-0.045, 0.02, -0.10}, {0.045, 0.09, 0.06}, {.radius = 0.018, .segments = 3});
    box(mesh, {-0.065, 0.07, -0.03}, {0.065, 0.15, 0.02}, {.radius = 0.012, .segments = 3});
    box(mesh, {-0.065, 0.07, 0.055}, {0.065, 0.15, 0.095}, {.radius = 0.012, .segments = 3});
    box(mesh, {-0.03, 0.06, 0.02}, {0.03, 0.10, 0.10}, {.radius = 0.006});
    mesh.use({.look = "steel"});
    box(mesh, {-0.062, 0.125, 0.018}, {0.062, 0.152, 0.026}, {.radius = 0.001});
    box(mesh, {-0.062, 0.125, 0.048}, {0.062, 0.152, 0.056}, {.radius = 0.001});
    rod(mesh, {0, 0.08, 0.09}, {0, 0.08, 0.130}, 0.013, 18, 0.003);
    rod(mesh, {-0.10, 0.08, 0.122}, {0.10, 0.08, 0.122}, 0.006, 12);
}

void pegboard(Mesh& mesh, double width)
{
    double const x = width / 2, z = -bench_deep / 2 + 0.02, low = bench_high + 0.10, high = 1.75;
    mesh.use(
        {.look = "powder_coat", .color = {0.20f, 0.21f, 0.22f}, .wear = 0.4f, .dirt = 0.2f, .cell = 0.1});
    for (double const side : {-1.0, 1.0})
        box(mesh, {side * (x - 0.03) - 0.02, bench_high, z - 0.015},
            {side * (x - 0.03) + 0.02, high, z + 0.015}, {.radius = 0.004});
    mesh.use(
        {.look = "powder_coat", .color = {0.30f, 0.31f, 0.32f}, .wear = 0.3f, .dirt = 0.25f, .cell = 0.1});
    box(mesh, {-x + 0.05, low, z}, {x - 0.05, high - 0.02, z + 0.008}, {.radius = 0.002});
    mesh.use({.look = "matte", .color = {0.012f, 0.012f, 0.012f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
    for (double px = -x + 0.09; px < x - 0.07; px += 0.038)
        for (double py = low + 0.03; py < high - 0.04; py += 0.038)
            decal(mesh, {px, py, z + 0.008}, {0.010, 0, 0}, {0, 0.010, 0}, {0, 0}, {1, 1}, 0.0003);
    Random r(7);
    for (int i = 0; i < 9; ++i) { // spanners and screwdrivers on hooks
        double const tx = -x * 0.75 + i * x * 0.17, top = high - 0.16;
        double const l = 0.14 + 0.016 * i;
        mesh.use({.look = "chrome"});
        if (i < 5) {
            prism(mesh,
                  rounded({{tx - 0.006, top - l},
                           {tx + 0.006, top - l},
                           {tx + 0.006, top - 0.02},
                           {tx + 0.014, top},
                           {tx - 0.014, top},
                           {tx - 0.006, top - 0.02}},
                          0.004, 2),
                  z + 0.014, z + 0.020, {.radius = 0.001});
        } else {
            rod(mesh, {tx, top - 0.20, z + 0.02}, {tx, top - 0.08, z + 0.02}, 0.0035, 10);
            mesh.use(Finish{
                .look = "plastic", .color = paint_color(i % 2 ? "red" : "yellow"), .roughness = 0.35f});
            rod(mesh, {tx, top - 0.09, z + 0.022}, {tx, top + 0.01, z + 0.022}, 0.014, 12, 0.005);
        }
    }
}

Model build_workbench(Values const& v)
{
    double const width = v.number("width");
    Model model(mix64(v.seed + 101));
    auto& mesh = model.root.mesh;
    bench(mesh, width);
    drawers(mesh, width / 2 - 0.40, paint_color(v.word("color")));
    vise(mesh, -width / 2 + 0.22);
    if (v.is("back", "pegboard")) pegboard(mesh, width);
    return model;
}

Asset describe_workbench(Values const& v)
{
    double const x = v.number("width") / 2;
    bool const back = v.is("back", "pegboard");
    Asset asset;
    asset.name = fmt::format("Workbench, {:.2g} m{}", 2 * x, back ? ", with a tool board" : "");
    asset.category = "workbench";
    asset.bounds = Range3d({-x, 0, -bench_deep / 2}, {x, back ? 1.75 : bench_high + 0.152, bench_deep / 2});
    asset.clearance = {.front = 0.8};
    asset.attributes = {"wooden", v.word("color"), "sturdy"};
    asset.tags = {"bench", "work table", "workshop", "tool bench"};
    asset.supports = {{-x + 0.36, x - 0.02, -bench_deep / 2 + (back ? 0.08 : 0.02), bench_deep / 2 - 0.02,
                       bench_high, back ? 1e9 : 1e9}};
    return asset;
}

LoadPlan packing_goods(double width)
{
    LoadPlan plan;
    plan.bounds.makeEmpty();
    double const x = width / 2;
    plan.put(carton_kind("medium", "carton", 1, true), turned_y(8) * moved(-x + 0.80, bench_high, -0.01));
    plan.put(carton_kind("small", "carton_pale", 0), turned_y(-6) * moved(-x + 0.30, bench_high, -0.04));
    plan.put(carton_kind("flat", "carton", 2), turned_y(2) * moved(-x + 0.45, 0.18, -0.02));
    plan.put(carton_kind("flat", "carton_dark", 0), turned_y(-1) * moved(-x + 0.45, 0.3505, -0.02));
    plan.put(tote_kind("blue", false), turned_y(1) * moved(x - 0.50, 0.18, -0.02));
    plan.put(carton_kind("small", "carton_printed", 0), turned_y(3) * moved(-x + 0.35, 1.535, -0.22));
    plan.put(carton_kind("small", "carton", 1), turned_y(-2) * moved(-x + 0.80, 1.535, -0.22));
    return plan;
}

Model build_packing(Values const& v)
{
    double const width = v.number("width"), x = width / 2, z = -bench_deep / 2;
    Model model(mix64(v.seed + 103));
    auto& mesh = model.root.mesh;
    bench(mesh, width);
    mesh.use(
        {.look = "powder_coat", .color = {0.20f, 0.21f, 0.22f}, .wear = 0.4f, .dirt = 0.2f, .cell = 0.1});
    for (double const side : {-1.0, 1.0}) {
        box(mesh, {side * (x - 0.05) - 0.02, bench_high, z + 0.01},
            {side * (x - 0.05) + 0.02, 2.05, z + 0.05}, {.radius = 0.004});
        box(mesh, {side * (x - 0.05) - 0.012, 1.485, z + 0.04}, {side * (x - 0.05) + 0.012, 1.52, z + 0.36},
            {.radius = 0.003});
        box(mesh, {side * (x - 0.05) - 0.012, 2.00, z + 0.04}, {side * (x - 0.05) + 0.012, 2.05, z + 0.42},
            {.radius = 0.003});
    }
    box(mesh, {-x + 0.04, 1.515, z + 0.02}, {x - 0.04, 1.535, z + 0.36}, {.radius = 0.004});
    box(mesh, {-x + 0.04, 1.995, z + 0.34}, {x - 0.04, 2.05, z + 0.42}, {.radius = 0.006}); // lamp rail
    mesh.use({.look = "lamp_glow"});
    box(mesh, {-x + 0.15, 1.990, z + 0.355}, {x - 0.15, 1.996, z + 0.405}, {.radius = 0.001});
    // Paper roll, tape, screen.
    mesh.use({.look = "matte", .color = {0.50f, 0.38f, 0.24f}, .roughness = 0.85f, .wear = 0, .dirt = 0.1f});
    rod(mesh, {x - 0.75, 1.30, z + 0.17}, {x - 0.15, 1.30, z + 0.17}, 0.10, 40, 0.002);
    box(mesh, {x - 0.74, bench_high + 0.001, z + 0.268}, {x - 0.16, 1.30, z + 0.2695},
        {.radius = 0.0004, .segments = 1});
    mesh.use({.look = "steel"});
    rod(mesh, {x - 0.82, 1.30, z + 0.17}, {x - 0.07, 1.30, z + 0.17}, 0.012, 14);
    for (double const px : {x - 0.80, x - 0.09})
        box(mesh, {px - 0.003, 1.27, z + 0.03}, {px + 0.003, 1.33, z + 0.20}, {.radius = 0.001});
    mesh.use(
        {.look = "plastic", .color = {0.03f, 0.03f, 0.032f}, .roughness = 0.4f, .wear = 0.1f, .dirt = 0.1f});
    box_at(mesh, {-0.02, 1.28, z + 0.16}, {0.46, 0.28, 0.03}, {.radius = 0.008, .segments = 3});
    rod(mesh, {-0.02, 1.25, z + 0.05}, {-0.02, 1.25, z + 0.15}, 0.02, 14);
    mesh.use({.look = "glow", .color = {0.16f, 0.22f, 0.30f}, .wear = 0, .dirt = 0});
    box_at(mesh, {-0.02, 1.283, z + 0.1755}, {0.435, 0.25, 0.001}, {.radius = 0});
    mesh.use(Finish{.look = "plastic", .color = paint_color("red"), .roughness = 0.4f, .dirt = 0.2f});
    box_at(mesh, {x - 0.42, bench_high + 0.03, 0.16}, {0.07, 0.06, 0.17}, {.radius = 0.014, .segments = 3});
    mesh.use({.look = "plastic", .color = {0.45f, 0.33f, 0.16f}, .roughness = 0.3f});
    rod(mesh, {x - 0.445, bench_high + 0.075, 0.13}, {x - 0.395, bench_high + 0.075, 0.13}, 0.05, 28, 0.002);
    mesh.use({.look = "plastic", .color = {0.10f, 0.10f, 0.105f}, .roughness = 0.45f}); // scale
    box_at(mesh, {x - 0.20, bench_high + 0.03, -0.02}, {0.30, 0.05, 0.30}, {.radius = 0.01});
    mesh.use({.look = "steel"});
    box_at(mesh, {x - 0.20, bench_high + 0.058, -0.02}, {0.28, 0.006, 0.28}, {.radius = 0.002});
    add_load(model, packing_goods(width), Matrix4d());
    return model;
}

Asset describe_packing(Values const& v)
{
    double const x = v.number("width") / 2;
    Asset asset;
    asset.name = fmt::format("Packing station, {:.2g} m", 2 * x);
    asset.category = "packing_station";
    asset.bounds = Range3d({-x, 0, -bench_deep / 2}, {x, 2.05, bench_deep / 2});
    extend(asset.bounds, packing_goods(2 * x), Matrix4d());
    asset.clearance = {.front = 0.8};
    asset.attributes = {"wooden", "grey"};
    asset.tags = {"packing table", "packing bench", "shipping desk", "dispatch"};
    return asset;
}

} // namespace

void add_furniture_props(Recipes& out)
{
    std::vector<Parameters> shelves;
    for (std::string const load : {"full", "sparse", "empty"}) {
        for (std::string const width : {"0.9", "1.2", "1.8"})
            shelves.push_back({{"width", width}, {"load", load}});
        shelves.push_back({{"depth", "0.6"}, {"shelves", "4"}, {"load", load}});
    }
    out.push_back(
        {.key = "soulvan/shelf_unit",
         .version = 1,
         .parameters = {number_parameter("width", "metres", "1.2", 0.6, 2.4),
                        number_parameter("depth", "metres", "0.5", 0.3, 0.9),
                        number_parameter("height", "metres", "2.0", 1.0, 2.6),
                        number_parameter("shelves", "boards", "5", 2, 8),
                        word_parameter("load", "on it", {"full", "sparse", "empty"}),
                        word_parameter("color", "of the steel", {"grey", "blue", "orange", "black"})},
         .entries = shelves,
         .describe = describe_shelf,
         .build = build_shelf});
    out.push_back({.key = "soulvan/workbench",
                   .version = 1,
                   .parameters = {number_parameter("width", "metres", "1.8", 1.4, 2.8),
                                  word_parameter("back", "behind the top", {"none", "pegboard"}),
                                  word_parameter("color", "of the drawers",
                                                 {"blue", "red", "grey", "green", "orange"})},
                   .entries = {{}, {{"back", "pegboard"}}, {{"width", "2.4"}}},
                   .describe = describe_workbench,
                   .build = build_workbench});
    out.push_back({.key = "soulvan/packing_station",
                   .version = 1,
                   .parameters = {number_parameter("width", "metres", "2.0", 1.8, 2.8)},
                   .entries = {{}, {{"width", "2.4"}}},
                   .describe = describe_packing,
                   .build = build_packing});
}

} // namespace soulvan::catalog::kit
