// Lamps: soulvan/high_bay_light, linear_light, light_panel, globe_light. What do their housings look like?
//
// A lamp is a mesh with a faintly glowing lens; its light is a UsdLux light that a scene's builder places 1
// cm below the lens, facing down. Where the lens is: customData soulvan:lens = (width along x, length along
// z, height of the lens above the asset's foot), and the attribute "lens:<width>:<length>:<height>" of the
// record. In halls, lamps hang well below the trunkings of hall_lamp_rows().
#include "building.h"
#include "buildings.h"

#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

struct Lens {
    double width = 0, length = 0, y = 0;
};

std::string words(Lens const& lens)
{
    return fmt::format("lens:{:.3f}:{:.3f}:{:.3f}", lens.width, lens.length, lens.y);
}

Asset record(std::string name, std::string category, Lens const& lens, Range3d const& bounds)
{
    Asset asset;
    asset.name = std::move(name);
    asset.category = std::move(category);
    asset.mount = Mount::ceiling;
    asset.bounds = bounds;
    asset.attributes = {"led", words(lens)};
    asset.tags = {"lamp", "light", "luminaire", "ceiling"};
    return asset;
}

Model model_with(Lens const& lens, std::uint64_t seed)
{
    Model model(mix64(seed + 40));
    model.facts["lens"] = Vec3d(lens.width, lens.length, lens.y);
    return model;
}

void lens_face(Mesh& mesh, Lens const& lens)
{
    mesh.use({.look = "lamp_glow"});
    Vec3d const h(lens.width / 2, 0, lens.length / 2);
    quad(mesh, {-h.x, lens.y, -h.z}, {h.x, lens.y, -h.z}, {h.x, lens.y, h.z}, {-h.x, lens.y, h.z}, {0, -1, 0},
         metric(0, 2));
}

void wire(Mesh& mesh, double x, double z, double low, double top)
{
    mesh.use({.look = "chrome"});
    rod(mesh, {x, low, z}, {x, top, z}, 0.0015, 6, 0);
    mesh.use({.look = "galvanised"});
    rod(mesh, {x, top - 0.03, z}, {x, top, z}, 0.008, 10);
    rod(mesh, {x, low, z}, {x, low + 0.02, z}, 0.006, 10);
}

// ---- high bay ----

constexpr Finish housing{.look = "powder_coat", .color = {0.60f, 0.61f, 0.61f}, .wear = 0.05f, .dirt = 0.25f};

Lens high_bay_lens(Values const& v)
{
    if (v.is("kind", "round")) return {0.205, 0.205, 0.012}; // a square inside the round lens
    return {0.26, v.number("length") - 0.06, 0.006};
}
Range3d high_bay_bounds(Values const& v)
{
    double const top = v.number("drop") + 0.09;
    if (v.is("kind", "round")) return Range3d({-0.2, 0, -0.2}, {0.2, v.number("drop") + 0.16, 0.2});
    return Range3d({-0.16, 0, -v.number("length") / 2}, {0.16, top, v.number("length") / 2});
}

Asset describe_high_bay(Values const& v)
{
    bool const is_round = v.is("kind", "round");
    return record(is_round ? "High-bay light, round"
                           : fmt::format("High-bay light, {:.3g} m", v.number("length")),
                  "high_bay_light", high_bay_lens(v), high_bay_bounds(v));
}

void round_high_bay(Mesh& mesh, double drop)
{
    mesh.use(housing);
    lathe(mesh,
          {{0.15, 0.012},
           {0.196, 0.0},
           {0.2, 0.004},
           {0.2, 0.03},
           {0.19, 0.04},
           {0.09, 0.06},
           {0.085, 0.15},
           {0.08, 0.157},
           {0, 0.16}},
          48);
    for (int i = 0; i < 28; ++i) { // cooling fins
        auto const guard = mesh.place(turned_y(i * 360.0 / 28));
        box(mesh, {0.08, 0.04, -0.0018}, {0.182, 0.1, 0.0018}, {.radius = 0.001, .segments = 1});
    }
    mesh.use({.look = "lamp_glow"});
    lathe(mesh, {{0, 0.012}, {0.15, 0.012}}, 48);
    mesh.use({.look = "galvanised"});
    tube(mesh, {{-0.03, 0.16, 0}, {-0.03, 0.19, 0}, {0, 0.205, 0}, {0.03, 0.19, 0}, {0.03, 0.16, 0}}, 0.005,
         8);
    rod(mesh, {0, 0.2, 0}, {0, drop + 0.16, 0}, 0.0025, 6, 0);
}

Model build_high_bay(Values const& v)
{
    auto const lens = high_bay_lens(v);
    auto model = model_with(lens, v.seed);
    auto& mesh = model.root.mesh;
    double const half = v.number("length") / 2, drop = v.number("drop");
    if (v.is("kind", "round")) {
        round_high_bay(mesh, drop);
        return model;
    }
    mesh.use(housing);
    // A tray with slanted rims around the lens, driver box and fins above.
    double const x = 0.16, in = lens.width / 2;
    box(mesh, {-x, 0.012, -half}, {x, 0.03, half}, {.radius = 0.003});
    for (double const side : {-1.0, 1.0}) {
        box(mesh, {side > 0 ? in : -x, 0, -half}, {side > 0 ? x : -in, 0.02, half}, {.radius = 0.003});
        box(mesh, {-in - 0.001, 0, side > 0 ? lens.length / 2 : -half},
            {in + 0.001, 0.02, side > 0 ? half : -lens.length / 2}, {.radius = 0.003});
    }
    int const fins = static_cast<int>(half * 2 / 0.028);
    for (int i = 1; i < fins; ++i) {
        double const z = -half + 2 * half * i / fins;
        box(mesh, {-0.135, 0.028, z - 0.0015}, {0.135, 0.062, z + 0.0015}, {.radius = 0.0008, .segments = 1});
    }
    box(mesh, {-0.035, 0.03, -0.3 * half}, {0.035, 0.085, 0.3 * half}, {.radius = 0.004});
    for (double const z : {-half * 0.7, half * 0.7}) wire(mesh, 0, z, 0.06, drop + 0.09);
    lens_face(mesh, lens);
    return model;
}

// ---- suspended linear ----

Lens linear_lens(Values const& v)
{
    return {0.05, v.number("length") - 0.02, 0.002};
}
Asset describe_linear(Values const& v)
{
    double const half = v.number("length") / 2;
    return record(fmt::format("Suspended linear light, {:.3g} m", 2 * half), "ceiling_lamp", linear_lens(v),
                  Range3d({-0.032, 0, -half}, {0.032, v.number("drop") + 0.07, half}));
}
Model build_linear(Values const& v)
{
    auto const lens = linear_lens(v);
    auto model = model_with(lens, v.seed);
    auto& mesh = model.root.mesh;
    double const half = v.number("length") / 2, top = v.number("drop") + 0.07;
    mesh.use({.look = "powder_coat", .color = paint_color(v.word("color")), .wear = 0, .dirt = 0.05f});
    Outline const section = rounded({{-0.032, 0},
                                     {-0.026, 0},
                                     {-0.026, 0.008},
                                     {0.026, 0.008},
                                     {0.026, 0},
                                     {0.032, 0},
                                     {0.032, 0.07},
                                     {-0.032, 0.07}},
                                    0.002, 2);
    prism(mesh, section, -half, half, {.radius = 0.001});
    for (double const z : {-half * 0.8, half * 0.8}) {
        wire(mesh, 0, z, 0.066, top);
        mesh.use({.look = "powder_coat", .color = paint_color(v.word("color")), .wear = 0, .dirt = 0.05f});
        auto const guard = mesh.place(moved(0, top - 0.018, z));
        cylinder(mesh, 0.03, 0, 0.018, 24, 0.003);
    }
    lens_face(mesh, lens);
    return model;
}

// ---- recessed panel ----

constexpr double panel_half = 0.2975, panel_depth = 0.012;
constexpr Lens panel_lens{0.56, 0.56, 0.004};

Asset describe_panel(Values const& /*v*/)
{
    return record("Light panel, 600 mm", "light_panel", panel_lens,
                  Range3d({-panel_half, 0, -panel_half}, {panel_half, panel_depth, panel_half}));
}
Model build_panel(Values const& v)
{
    auto model = model_with(panel_lens, v.seed);
    auto& mesh = model.root.mesh;
    mesh.use({.look = "powder_coat", .color = {0.74f, 0.74f, 0.73f}, .wear = 0, .dirt = 0});
    double const a = panel_half, b = panel_lens.width / 2;
    for (double const side : {-1.0, 1.0}) {
        box(mesh, {side > 0 ? b : -a, 0, -a}, {side > 0 ? a : -b, panel_depth, a}, {.radius = 0.002});
        box(mesh, {-b, 0, side > 0 ? b : -a}, {b, panel_depth, side > 0 ? a : -b}, {.radius = 0.002});
    }
    lens_face(mesh, panel_lens);
    return model;
}

// ---- globe on a cord ----

constexpr double globe_radius = 0.15;

double globe_height(Values const& v)
{
    return 2 * globe_radius + v.number("drop");
}

Asset describe_globe(Values const& v)
{
    // Whoever lights it puts a sphere light around the globe: its light leaves to all sides.
    Lens const lens{2 * globe_radius, 2 * globe_radius, globe_radius};
    return record("Opal globe on a cord", "ceiling_lamp", lens,
                  Range3d({-globe_radius, 0, -globe_radius}, {globe_radius, globe_height(v), globe_radius}));
}
Model build_globe(Values const& v)
{
    double const top = globe_height(v);
    auto model = model_with({2 * globe_radius, 2 * globe_radius, globe_radius}, v.seed);
    auto& mesh = model.root.mesh;
    mesh.use({.look = "lamp_glow"});
    std::vector<Vec2d> profile;
    constexpr int rings = 24;
    for (int i = 0; i <= rings; ++i) {
        double const a = std::numbers::pi * i / rings;
        profile.emplace_back(i == 0 || i == rings ? 0 : globe_radius * std::sin(a),
                             globe_radius * (1 - std::cos(a)));
    }
    lathe(mesh, profile, 48, 60);
    Finish const metal{
        .look = "powder_coat", .color = paint_color(v.word("color")), .wear = 0, .dirt = 0.03f};
    mesh.use(metal);
    lathe(mesh,
          {{0.052, 2 * globe_radius - 0.012},
           {0.054, 2 * globe_radius + 0.004},
           {0.03, 2 * globe_radius + 0.045},
           {0.006, 2 * globe_radius + 0.06},
           {0, 2 * globe_radius + 0.06}},
          32);
    rod(mesh, {0, 2 * globe_radius + 0.05, 0}, {0, top - 0.01, 0}, 0.003, 8, 0);
    lathe(mesh, {{0, top - 0.03}, {0.02, top - 0.03}, {0.055, top - 0.006}, {0.055, top}, {0, top}}, 32);
    return model;
}

} // namespace

Recipe globe_light()
{
    return {.key = "soulvan/globe_light",
            .version = 1,
            .parameters = {number_parameter("drop", "length of the cord in metres", "0.2", 0.1, 4),
                           word_parameter("color", "of cord and rose", {"black", "white", "grey", "brown"})},
            .entries = {{}},
            .describe = describe_globe,
            .build = build_globe,
            .check = {}};
}

Recipe high_bay_light()
{
    return {.key = "soulvan/high_bay_light",
            .version = 1,
            .parameters = {word_parameter("kind", "shape of the housing", {"linear", "round"}),
                           number_parameter("length", "metres, linear ones", "1.2", 0.6, 2.4),
                           number_parameter("drop", "length of the wires in metres", "0.35", 0.1, 6)},
            .entries = {{}, {{"length", "1.5"}}, {{"kind", "round"}}},
            .describe = describe_high_bay,
            .build = build_high_bay,
            .check = {}};
}

Recipe linear_light()
{
    return {.key = "soulvan/linear_light",
            .version = 1,
            .parameters = {number_parameter("length", "metres", "1.5", 0.6, 3),
                           number_parameter("drop", "length of the wires in metres", "0.45", 0.1, 4),
                           word_parameter("color", "of the housing", {"white", "black", "grey"})},
            .entries = {{}, {{"length", "2.4"}}},
            .describe = describe_linear,
            .build = build_linear,
            .check = {}};
}

Recipe light_panel()
{
    return {.key = "soulvan/light_panel",
            .version = 1,
            .parameters = {},
            .entries = {{}},
            .describe = describe_panel,
            .build = build_panel,
            .check = {}};
}

} // namespace soulvan::catalog::kit
