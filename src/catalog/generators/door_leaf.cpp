// soulvan/office_door, soulvan/glass_door, soulvan/double_door: leaves on hinges in frames;
// soulvan/roller_door.
//
// Like all doors they fill their opening exactly; see door_dock.cpp. Leaves open into the room, about their
// front edge at the hinge.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double jamb = 0.05, leaf_thick = 0.042, leaf_front = -0.006, frame_front = 0.014;

struct Leaf {
    double width = 0.85, height = 2.05;
    bool has_vision = false, is_glass = false, has_bar = false;
    std::string look = "oak_veneer";
    Vec3f color{0.7f, 0.7f, 0.69f};
};

void lever(Mesh& mesh, double x, double y, double z, double side, double towards_hinge)
{
    mesh.use({.look = "chrome"});
    double const z1 = z + side * 0.009, z2 = z + side * 0.058;
    rod(mesh, {x, y, z}, {x, y, z1}, 0.026, 28, 0.003);
    rod(mesh, {x, y, z1}, {x, y, z2 - side * 0.01}, 0.0105, 16);
    tube(mesh,
         {{x, y, z2 - side * 0.018},
          {x, y, z2 - side * 0.0095},
          {x + towards_hinge * 0.02, y, z2 - side * 0.0095},
          {x + towards_hinge * 0.125, y, z2 - side * 0.0095}},
         0.0095, 12);
    rod(mesh, {x, y - 0.07, z}, {x, y - 0.07, z1}, 0.024, 28, 0.003); // lock rose
    mesh.use({.look = "rubber", .color = {0.01f, 0.01f, 0.01f}});
    box(mesh, {x - 0.0015, y - 0.08, z1 - 0.0005}, {x + 0.0015, y - 0.062, z1 + 0.0006}, {.radius = 0});
}

void pull_bar(Mesh& mesh, double x, double low, double high, double z, double side)
{
    mesh.use({.look = "chrome"});
    double const out = z + side * 0.05;
    rod(mesh, {x, low, out}, {x, high, out}, 0.0125, 20, 0.003);
    for (double const y : {low + 0.1, high - 0.1}) rod(mesh, {x, y, z}, {x, y, out}, 0.008, 12);
}

/// A leaf whose hinge is at x = 0 and which reaches to +x; its front in z = 0, its foot at y = 0.006.
void leaf(Mesh& mesh, Leaf const& l)
{
    double const w = l.width, h = l.height, t = -leaf_thick, low = 0.006;
    Finish const coat =
        l.look == "powder_coat"
            ? Finish{.look = "powder_coat", .color = l.color, .wear = 0.1f, .dirt = 0.15f, .cell = 0.3}
            : Finish{.look = l.look};
    if (l.is_glass) {
        mesh.use({.look = "window_glass"});
        box(mesh, {0.004, low, -0.016}, {w - 0.004, h, -0.006}, {.radius = 0.001, .segments = 1});
        mesh.use({.look = "chrome"});
        for (double const y : {low, h - 0.055}) // patch fittings
            box(mesh, {0.004, y, -0.024}, {0.17, y + 0.055, 0.002}, {.radius = 0.002});
        for (double const side : {-1.0, 1.0})
            pull_bar(mesh, w - 0.07, 0.75, 1.45, side > 0 ? -0.006 : -0.016, side);
        return;
    }
    BoxStyle const style{.radius = 0.002, .segments = 2, .grain = 1};
    mesh.use(coat);
    if (!l.has_vision) {
        box(mesh, {0.003, low, t}, {w - 0.003, h - 0.003, 0},
            l.look == "powder_coat" ? style : veneered({w, h, -t}, 1, 0.002, mesh.seed()));
    } else {
        double const x0 = w * 0.5 - 0.09, x1 = w * 0.5 + 0.09, y0 = h * 0.36, y1 = h * 0.88;
        box(mesh, {0.003, low, t}, {x0, h - 0.003, 0}, style);
        box(mesh, {x1, low, t}, {w - 0.003, h - 0.003, 0}, style);
        box(mesh, {x0 - 0.002, low, t}, {x1 + 0.002, y0, 0}, style);
        box(mesh, {x0 - 0.002, y1, t}, {x1 + 0.002, h - 0.003, 0}, style);
        mesh.use({.look = "powder_coat", .color = {0.05f, 0.05f, 0.052f}, .wear = 0, .dirt = 0});
        for (auto const& [a, b, c, d] :
             {std::array{x0, y0, x0 + 0.012, y1}, std::array{x1 - 0.012, y0, x1, y1},
              std::array{x0, y0, x1, y0 + 0.012}, std::array{x0, y1 - 0.012, x1, y1}})
            box(mesh, {a, b, t - 0.003}, {c, d, 0.003}, {.radius = 0.002});
        mesh.use({.look = "window_glass"});
        quad(mesh, {x0, y0, t / 2}, {x1, y0, t / 2}, {x1, y1, t / 2}, {x0, y1, t / 2}, {0, 0, 1},
             metric(0, 1));
    }
    if (l.has_bar) {
        pull_bar(mesh, w - 0.08, 0.8, 1.35, 0, 1);
        pull_bar(mesh, w - 0.08, 0.8, 1.35, t, -1);
    } else {
        lever(mesh, w - 0.065, 1.05, 0, 1, -1);
        lever(mesh, w - 0.065, 1.05, t, -1, -1);
    }
    mesh.use({.look = "chrome"});
    for (double const y : {0.22, h * 0.5, h - 0.22})
        rod(mesh, {0.0, y - 0.045, -0.004}, {0.0, y + 0.045, -0.004}, 0.007, 12);
}

void frame(Mesh& mesh, double half, double height, Finish const& finish)
{
    mesh.use(finish);
    BoxStyle const style{.radius = 0.002};
    for (double const side : {-1.0, 1.0}) {
        double const a = side > 0 ? half - jamb : -half, b = side > 0 ? half : -half + jamb;
        box(mesh, {a, 0, -wall_thickness}, {b, height, frame_front}, style);
        // the rebate that the leaf closes against
        double const c = side > 0 ? a - 0.014 : b - 0.001;
        box(mesh, {c, 0, -wall_thickness + 0.01}, {c + 0.015, height - jamb, leaf_front - leaf_thick - 0.002},
            style);
    }
    box(mesh, {-half + jamb - 0.002, height - jamb, -wall_thickness},
        {half - jamb + 0.002, height, frame_front}, style);
    box(mesh, {-half + jamb - 0.002, height - jamb - 0.014, -wall_thickness + 0.01},
        {half - jamb + 0.002, height - jamb + 0.001, leaf_front - leaf_thick - 0.002}, style);
}

enum class Kind { office, glass, twin };

Leaf leaf_of(Values const& v, Kind kind)
{
    double const clear = v.number("width") - 2 * jamb;
    Leaf out;
    out.width = kind == Kind::twin ? clear / 2 : clear;
    out.height = v.number("height") - jamb;
    out.is_glass = kind == Kind::glass;
    if (kind == Kind::glass) return out;
    out.has_vision = v.is("kind", "vision");
    out.has_bar = kind == Kind::twin;
    auto const& color = v.word("color");
    out.look = color == "oak" ? "oak_veneer" : color == "walnut" ? "walnut_veneer" : "powder_coat";
    if (out.look == "powder_coat") out.color = paint_color(color);
    return out;
}

Model build(Values const& v, Kind kind)
{
    Model model(mix64(v.seed + 100));
    auto& mesh = model.root.mesh;
    double const half = v.number("width") / 2, turn = v.number("open") * 90;
    Finish coat{.look = "powder_coat", .color = {0.30f, 0.31f, 0.32f}, .wear = 0.1f, .dirt = 0.2f};
    if (kind == Kind::glass) coat = {.look = "aluminium"};
    frame(mesh, half, v.number("height"), coat);
    auto const l = leaf_of(v, kind);
    bool const left = kind == Kind::twin || v.is("hinge", "left");
    double const pivot = half - jamb;
    if (kind == Kind::twin) { // the stile that covers the gap between the leaves, on the one that opens first
        auto const guard = mesh.place(turned_y(-turn) * moved(-pivot, 0, leaf_front));
        mesh.use({.look = "aluminium"});
        box(mesh, {l.width - 0.02, 0.006, -leaf_thick - 0.004},
            {l.width + 0.016, l.height - 0.003, -leaf_thick + 0.001}, {.radius = 0.001});
    }
    if (left) {
        auto const guard = mesh.place(turned_y(-turn) * moved(-pivot, 0, leaf_front));
        leaf(mesh, l);
    }
    if (!left || kind == Kind::twin) {
        auto const guard = mesh.place(scaled(-1, 1, 1) * turned_y(turn) * moved(pivot, 0, leaf_front));
        leaf(mesh, l);
    }
    return model;
}

Asset describe(Values const& v, Kind kind)
{
    Asset asset;
    asset.name = kind == Kind::office ? "Office door" : kind == Kind::glass ? "Glass door" : "Double door";
    asset.category = kind == Kind::twin ? "double_door" : "office_door";
    asset.mount = Mount::wall;
    double const half = v.number("width") / 2;
    if (v.number("open") > 0)
        asset.bounds = build(v, kind).bounds(); // swung leaves: measured, not guessed
    else
        asset.bounds = Range3d({-half, 0, -wall_thickness}, {half, v.number("height"),
                                                             leaf_front + (kind == Kind::office ? 0.058
                                                                           : kind == Kind::twin ? 0.0625
                                                                                                : 0.0565)});
    asset.attributes = {v.number("open") > 0.02 ? "open" : "closed"};
    asset.tags = {"door", "leaf", "entrance"};
    return asset;
}

Recipe recipe(std::string key, Kind kind, char const* width, double least, double most)
{
    std::vector<Parameter> parameters{
        number_parameter("width", "of the opening in metres", width, least, most),
        number_parameter("height", "of the opening in metres", "2.1", 1.8, 3.2),
        number_parameter("open", "0 closed … 1 open by 90 degrees", "0", 0, 1)};
    if (kind != Kind::twin)
        parameters.push_back(word_parameter("hinge", "side of the hinges", {"left", "right"}));
    std::vector<std::string> colors{"oak", "walnut", "white", "grey", "blue"};
    if (kind == Kind::twin) std::swap(colors[0], colors[3]);
    if (kind != Kind::glass) {
        parameters.push_back(word_parameter("color", "of the leaf", colors));
        std::vector<std::string> kinds{"solid", "vision"};
        if (kind == Kind::twin) std::swap(kinds[0], kinds[1]);
        parameters.push_back(word_parameter("kind", "solid, or with a vision panel", kinds));
    }
    std::vector<Parameters> entries{{{"width", width}, {"height", "2.1"}}};
    if (kind == Kind::office) {
        entries.push_back({{"width", width}, {"height", "2.1"}, {"kind", "vision"}});
        entries.push_back({{"width", width}, {"height", "2.1"}, {"open", "0.6"}});
    }
    return {.key = std::move(key),
            .version = 1,
            .parameters = std::move(parameters),
            .entries = std::move(entries),
            .describe = [kind](Values const& v) { return describe(v, kind); },
            .build = [kind](Values const& v) { return build(v, kind); },
            .check = {}};
}

// ---- roller door ----

constexpr double slat = 0.09, guide = 0.06, hood = 0.34, curtain_z = -0.04;

Asset describe_roller(Values const& v)
{
    Asset asset;
    asset.name = fmt::format("Roller door, {:.3g} m by {:.3g} m", v.number("width"), v.number("height"));
    asset.category = "garage_door";
    asset.mount = Mount::wall;
    double const half = v.number("width") / 2;
    asset.bounds = Range3d({-half, 0, -wall_thickness}, {half, v.number("height"), 0.2});
    asset.attributes = {v.number("open") > 0.05 ? "open" : "closed", v.word("color")};
    asset.tags = {"shutter", "roller", "gate"};
    return asset;
}

Model build_roller(Values const& v)
{
    Model model(mix64(v.seed + 110));
    auto& mesh = model.root.mesh;
    double const half = v.number("width") / 2, h = v.number("height"), clear = h - hood;
    Finish const coat{.look = "powder_coat",
                      .color = paint_color(v.word("color")),
                      .wear = 0.3f,
                      .dirt = 0.4f,
                      .cell = 0.3};
    mesh.use({.look = "powder_coat", .color = {0.3f, 0.31f, 0.32f}, .wear = 0.3f, .dirt = 0.4f});
    for (double const side : {-1.0, 1.0}) {
        double const a = side > 0 ? half - guide : -half;
        box(mesh, {a, 0, -wall_thickness}, {a + guide, h, curtain_z - 0.018}, {.radius = 0.002});
        box(mesh, {a, 0, curtain_z + 0.016}, {a + guide, clear + 0.02, curtain_z + 0.03}, {.radius = 0.002});
        box(mesh, {side > 0 ? half - 0.012 : -half, 0, curtain_z - 0.02},
            {side > 0 ? half : -half + 0.012, clear + 0.02, curtain_z + 0.018}, {.radius = 0.002});
    }
    box(mesh, {-half + guide - 0.002, clear, -wall_thickness}, {half - guide + 0.002, h, curtain_z - 0.018},
        {.radius = 0.002});
    mesh.use(coat);
    prism_x(mesh,
            rounded({{0.2, clear + 0.05},
                     {0.2, h - 0.05},
                     {0.15, h},
                     {curtain_z - 0.019, h},
                     {curtain_z - 0.019, clear},
                     {0.15, clear}},
                    0.01, 2),
            -half, half, {.radius = 0.003});
    Part part{.name = "Slat", .mesh = Mesh(mix64(v.seed + 111)), .copies = {}};
    part.mesh.use(coat);
    double const inner = half - 0.016;
    prism_x(part.mesh,
            rounded({{0.004, 0},
                     {0.011, slat * 0.3},
                     {0.011, slat * 0.7},
                     {0.004, slat},
                     {-0.008, slat},
                     {-0.008, 0}},
                    0.003, 2),
            -inner, inner, {.radius = 0.001});
    auto const proto = model.add(std::move(part));
    double const lift = v.number("open") * (clear - 0.08);
    int const n = static_cast<int>(std::ceil((clear + 0.03 - lift - 0.06) / slat));
    for (int i = 0; i < n; ++i) model.put(proto, moved(0, lift + 0.06 + i * slat, curtain_z));
    mesh.use({.look = "aluminium"});
    box(mesh, {-inner, lift + 0.02, curtain_z - 0.014}, {inner, lift + 0.062, curtain_z + 0.014},
        {.radius = 0.003});
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.8f});
    box(mesh, {-inner, lift, curtain_z - 0.011}, {inner, lift + 0.022, curtain_z + 0.011}, {.radius = 0.005});
    return model;
}

} // namespace

Recipe office_door()
{
    return recipe("soulvan/office_door", Kind::office, "0.95", 0.7, 1.3);
}
Recipe glass_door()
{
    return recipe("soulvan/glass_door", Kind::glass, "1", 0.7, 1.4);
}
Recipe double_door()
{
    return recipe("soulvan/double_door", Kind::twin, "1.8", 1.2, 3);
}
Recipe roller_door()
{
    return {.key = "soulvan/roller_door",
            .version = 1,
            .parameters = {number_parameter("width", "of the opening in metres", "3.5", 1.5, 8),
                           number_parameter("height", "of the opening in metres", "3.6", 1.8, 7),
                           number_parameter("open", "0 closed … 1 open", "0", 0, 1),
                           word_parameter("color", "of the slats", {"grey", "white", "blue", "green"})},
            .entries = {{{"width", "3.5"}, {"height", "3.6"}}, {{"width", "2.5"}, {"height", "2.4"}}},
            .describe = describe_roller,
            .build = build_roller,
            .check = {}};
}

} // namespace soulvan::catalog::kit
