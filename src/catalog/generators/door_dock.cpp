// soulvan/dock_door: a sectional door of insulated panels in its frame, closed or stacked under the lintel.
//
// Doors and windows fill their opening exactly: origin at the centre of the opening's foot, in the plane of
// the wall's inner face; bounds in x and y are the opening's; +Z is the room, the wall lies at z < 0.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double jamb = 0.07, panel_thick = 0.042, track_z = -0.085, front = 0.03;

struct Door {
    double width = 3, height = 3.2, open = 0;
    int panels = 6;
    double panel = 0.5;
    int stacked = 0;    ///< panels under the lintel
    double lift = 0;    ///< of the lowest edge
    double deepest = 0; ///< z of the foremost stacked panel's front
};

Door door_of(Values const& v)
{
    Door out;
    out.width = v.number("width");
    out.height = v.number("height");
    out.open = v.number("open");
    out.panels = std::max(2, static_cast<int>(std::lround(out.height / 0.55)));
    out.panel = out.height / out.panels;
    out.lift = out.open * (out.height - out.panel);
    for (int i = 0; i < out.panels; ++i) out.stacked += out.lift + (i + 1) * out.panel > out.height + 1e-6;
    out.deepest = track_z + panel_thick / 2 + 0.004 + out.stacked * (panel_thick + 0.006);
    return out;
}

Range3d bounds_of(Door const& door)
{
    return Range3d({-door.width / 2, 0, -wall_thickness},
                   {door.width / 2, door.height, std::max(front, door.deepest)});
}

/// One section, its foot at y = 0, in the plane z = 0.
void section(Mesh& mesh, double half, double high, bool windows, Vec3f const& color)
{
    double const t = panel_thick / 2, gap = 0.003;
    Finish const coat{.look = "powder_coat", .color = color, .wear = 0.25f, .dirt = 0.35f, .cell = 0.35};
    mesh.use(coat);
    // Faces with three shallow grooves on both sides; (z, y), counter-clockwise seen from +X.
    auto const face = [&](double sign, Outline& out) {
        std::vector<Vec2d> way{{t, gap}};
        for (double const share : {0.25, 0.5, 0.75}) {
            double const y = high * share;
            way.insert(way.end(),
                       {{t, y - 0.012}, {t - 0.005, y - 0.006}, {t - 0.005, y + 0.006}, {t, y + 0.012}});
        }
        way.emplace_back(t, high - gap);
        if (sign < 0) std::reverse(way.begin(), way.end());
        for (auto const& p : way) out.emplace_back(sign * p.x, p.y);
    };
    if (!windows) {
        Outline outline;
        face(1, outline);
        face(-1, outline);
        prism_x(mesh, rounded(outline, 0.003, 1), -half, half, {.radius = 0.002});
    } else {
        int const panes = std::max(2, static_cast<int>(std::lround(half * 2 / 0.85)));
        double const wide = 2 * half / panes, rim = 0.085, low = high * 0.2, top = high * 0.8;
        box(mesh, {-half, gap, -t}, {half, low, t}, {.radius = 0.003});
        box(mesh, {-half, top, -t}, {half, high - gap, t}, {.radius = 0.003});
        for (int i = 0; i <= panes; ++i) {
            double const x = -half + wide * i;
            mesh.use(coat);
            box(mesh, {std::max(-half, x - rim), low - 0.002, -t}, {std::min(half, x + rim), top + 0.002, t},
                {.radius = 0.003});
            if (i == panes) break;
            mesh.use({.look = "plastic", .color = {0.02f, 0.02f, 0.022f}, .roughness = 0.5f});
            double const a = x + rim, b = x + wide - rim;
            for (double const side : {-1.0, 1.0}) {
                double const z0 = side > 0 ? t - 0.002 : -t - 0.006, z1 = side > 0 ? t + 0.006 : -t + 0.002;
                box(mesh, {a - 0.012, low - 0.012, z0}, {b + 0.012, low + 0.022, z1}, {.radius = 0.003});
                box(mesh, {a - 0.012, top - 0.022, z0}, {b + 0.012, top + 0.012, z1}, {.radius = 0.003});
                box(mesh, {a - 0.012, low + 0.02, z0}, {a + 0.022, top - 0.02, z1}, {.radius = 0.003});
                box(mesh, {b - 0.022, low + 0.02, z0}, {b + 0.012, top - 0.02, z1}, {.radius = 0.003});
            }
            mesh.use({.look = "glass"});
            quad(mesh, {a, low, 0}, {b, low, 0}, {b, top, 0}, {a, top, 0}, {0, 0, 1}, metric(0, 1));
        }
    }
    // Steel end caps.
    mesh.use({.look = "galvanised"});
    for (double const side : {-1.0, 1.0})
        box(mesh, {side > 0 ? half - 0.002 : -half - 0.001, gap, -t - 0.001},
            {side > 0 ? half + 0.001 : -half + 0.002, high - gap, t + 0.001},
            {.radius = 0.0005, .segments = 1});
}

void hardware(Mesh& mesh, double half, double high)
{
    mesh.use({.look = "galvanised"});
    int const n = std::max(2, static_cast<int>(std::lround(half * 2 / 0.9)));
    for (int i = 0; i <= n; ++i) { // hinges on the upper edge, room side
        double const x = std::clamp(-half + 2 * half * i / n, -half + 0.05, half - 0.05);
        box(mesh, {x - 0.03, high - 0.045, panel_thick / 2},
            {x + 0.03, high - 0.004, panel_thick / 2 + 0.004}, {.radius = 0.0015});
    }
}

void frame(Mesh& mesh, Door const& door)
{
    double const x = door.width / 2, h = door.height, back = -wall_thickness;
    mesh.use(
        {.look = "powder_coat", .color = {0.24f, 0.255f, 0.27f}, .wear = 0.4f, .dirt = 0.5f, .cell = 0.25});
    for (double const side : {-1.0, 1.0}) {
        double const a = side > 0 ? x - jamb : -x, b = side > 0 ? x : -x + jamb;
        box(mesh, {a, 0, back}, {b, h, track_z - 0.036}, {.radius = 0.003});
        box(mesh, {side > 0 ? x - 0.012 : -x, 0, track_z - 0.034}, {side > 0 ? x : -x + 0.012, h, front},
            {.radius = 0.003});
        box(mesh, {a, 0, track_z + 0.036}, {b, h, track_z + 0.042}, {.radius = 0.002}); // track lip
    }
    box(mesh, {-x + jamb, h - 0.05, back}, {x - jamb, h, track_z - 0.036}, {.radius = 0.003});
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.8f});
    for (double const side : {-1.0, 1.0}) // seals
        box(mesh, {side > 0 ? x - jamb - 0.03 : -x + jamb - 0.002, 0, track_z - 0.05},
            {side > 0 ? x - jamb + 0.002 : -x + jamb + 0.03, h - 0.05, track_z - 0.038}, {.radius = 0.002});
}

Asset describe(Values const& v)
{
    auto const door = door_of(v);
    Asset asset;
    asset.name = fmt::format("Sectional dock door, {:.3g} m by {:.3g} m", door.width, door.height);
    asset.category = "dock_door";
    asset.mount = Mount::wall;
    asset.bounds = bounds_of(door);
    asset.attributes = {door.open > 0.05 ? "open" : "closed", "grey"};
    asset.tags = {"sectional", "gate", "loading", "dock"};
    return asset;
}

Model build(Values const& v)
{
    auto const door = door_of(v);
    Model model(mix64(v.seed + 50));
    frame(model.root.mesh, door);
    auto const color = paint_color(v.word("color"));
    double const half = door.width / 2 - 0.02;
    std::size_t protos[2] = {};
    for (bool const windows : {false, true}) {
        Part part{.name = windows ? "Glazed" : "Section", .mesh = Mesh(mix64(v.seed + 51)), .copies = {}};
        section(part.mesh, half, door.panel, windows, color);
        hardware(part.mesh, half, door.panel);
        protos[windows] = model.add(std::move(part));
    }
    int const glazed = std::min(door.panels - 1, static_cast<int>(1.5 / door.panel));
    int behind = 0;
    for (int i = door.panels - 1; i >= 0; --i) {
        double y = door.lift + i * door.panel, z = track_z;
        if (y + door.panel > door.height + 1e-6) { // under the lintel, the upper ones nearest to the room
            y = door.height - door.panel;
            z += (door.stacked - behind++) * (panel_thick + 0.006);
        }
        model.put(protos[i == glazed && v.is("windows", "row")], moved(0, y, z));
    }
    auto& mesh = model.root.mesh;
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.8f, .dirt = 0.6f});
    double const z = door.lift + door.panel > door.height + 1e-6
                         ? track_z + (panel_thick + 0.006) * (door.stacked - behind + 1)
                         : track_z;
    box(mesh, {-half, std::max(0.0, door.lift), z - 0.02}, {half, door.lift + 0.03, z + 0.02},
        {.radius = 0.006});
    mesh.use({.look = "hazard"});
    quad(mesh, {-half, door.lift + 0.035, z + panel_thick / 2 + 4e-4},
         {half, door.lift + 0.035, z + panel_thick / 2 + 4e-4},
         {half, door.lift + 0.095, z + panel_thick / 2 + 4e-4},
         {-half, door.lift + 0.095, z + panel_thick / 2 + 4e-4}, {0, 0, 1},
         [](Vec3d const& p) { return Vec2d(p.x / 0.24, p.y / 0.06); });
    return model;
}

} // namespace

Recipe dock_door()
{
    return {.key = "soulvan/dock_door",
            .version = 1,
            .parameters = {number_parameter("width", "of the opening in metres", "3", 1.8, 6),
                           number_parameter("height", "of the opening in metres", "3.2", 2, 6),
                           number_parameter("open", "0 closed … 1 open", "0", 0, 1),
                           word_parameter("windows", "panes at eye level", {"row", "none"}),
                           word_parameter("color", "of the panels", {"white", "grey", "blue", "light_blue"})},
            .entries = {{{"width", "3"}, {"height", "3.2"}},
                        {{"width", "2.75"}, {"height", "3"}},
                        {{"width", "4"}, {"height", "4.2"}},
                        {{"width", "3"}, {"height", "3.2"}, {"open", "1"}}},
            .describe = describe,
            .build = build,
            .check = {}};
}

} // namespace soulvan::catalog::kit
