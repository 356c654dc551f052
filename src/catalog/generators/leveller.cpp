// soulvan/dock_leveller: the hinged ramp between a hall's floor and a lorry's bed; its lip points along +Z.
//
// It stands on the floor that carries it: a frame of 12 mm, the deck hinged at the back and lifted at the
// front.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double frame_high = 0.012, plate = 0.01, lip = 0.4, rim = 0.12;

struct Ramp {
    double half = 1, deep = 1.2, raise = 0.1;
    double slope() const { return raise / (2 * deep); }
    double top() const { return frame_high + plate + raise; }
};

Ramp ramp_of(Values const& v)
{
    return {v.number("width") / 2, v.number("depth") / 2, v.number("raise")};
}

Asset describe(Values const& v)
{
    auto const r = ramp_of(v);
    Asset asset;
    asset.name = fmt::format("Dock leveller, {:.3g} m", 2 * r.half);
    asset.category = "dock_leveller";
    asset.bounds = Range3d({-r.half - rim, 0, -r.deep - 0.06}, {r.half + rim, r.top(), r.deep + lip});
    asset.attributes = {"steel"};
    asset.tags = {"ramp", "dock", "loading", "hydraulic"};
    return asset;
}

Model build(Values const& v)
{
    auto const r = ramp_of(v);
    Model model(mix64(v.seed + 220));
    auto& mesh = model.root.mesh;
    double const x = r.half, z = r.deep, y0 = frame_high;
    mesh.use(
        {.look = "powder_coat", .color = {0.05f, 0.052f, 0.055f}, .wear = 0.6f, .dirt = 0.6f, .cell = 0.2});
    for (double const side : {-1.0, 1.0})
        box(mesh, {side > 0 ? x + 0.008 : -x - rim, 0, -z - 0.06}, {side > 0 ? x + rim : -x - 0.008, y0, z},
            {.radius = 0.003});
    box(mesh, {-x - 0.01, 0, -z - 0.06}, {x + 0.01, y0, -z - 0.012}, {.radius = 0.003});
    // Deck and lip in one section; the lip lies level on the bed.
    double const t = r.top();
    Outline const deck{{-z, y0 - 0.002},
                       {z, t - plate},
                       {z + lip - 0.02, t - plate},
                       {z + lip, t - plate * 0.7},
                       {z + lip - 0.01, t},
                       {z, t},
                       {-z, y0 + plate}};
    mesh.use(
        {.look = "powder_coat", .color = {0.13f, 0.135f, 0.14f}, .wear = 0.8f, .dirt = 0.55f, .cell = 0.12});
    prism_x(mesh, deck, -x, x, {.radius = 0.002});
    // Rows of raised bars give wheels a hold.
    mesh.use({.look = "steel"});
    double const tilt = -std::atan(r.slope()) * 180 / 3.14159265358979;
    int const rows = static_cast<int>(2 * z / 0.12), columns = static_cast<int>(2 * x / 0.14);
    for (int i = 1; i < rows; ++i)
        for (int k = 0; k < columns; ++k) {
            double const at = -z + 2 * z * i / rows, px = -x + 2 * x * (k + 0.5) / columns;
            double const y = y0 + plate + (at + z) * r.slope() - 0.0012;
            auto const guard =
                mesh.place(turned_y((i + k) % 2 ? 45 : -45) * turned_x(tilt) * moved(px, y, at));
            box(mesh, {-0.028, -0.002, -0.005}, {0.028, 0.0018, 0.005}, {.radius = 0.001, .segments = 1});
        }
    mesh.use({.look = "galvanised"});
    for (int k = 0; k < 5; ++k) { // hinges at the back
        double const at = -x + 2 * x * (k + 0.5) / 5;
        rod(mesh, {at - 0.08, y0, -z - 0.004}, {at + 0.08, y0, -z - 0.004}, 0.009, 12);
    }
    mesh.use({.look = "hazard"});
    auto const stripe = [](Vec3d const& p) { return Vec2d(p.z / 0.48, p.x / 0.12); };
    for (double const side : {-1.0, 1.0}) {
        double const a = side * (x + 0.01), b = side * (x + rim - 0.003), y = y0 + 0.0004;
        quad(mesh, {a, y, -z - 0.055}, {b, y, -z - 0.055}, {b, y, z - 0.004}, {a, y, z - 0.004}, {0, 1, 0},
             stripe);
        if (r.raise < 0.02) continue;
        // Toe guards close the sides.
        double const s = side * (x - 0.0004);
        quad(mesh, {s, y0 - 0.01, -z + 0.02}, {s, y0 - 0.01, z}, {s, t - plate - 0.001, z},
             {s, y0 + 0.001, -z + 0.02}, {side, 0, 0},
             [](Vec3d const& p) { return Vec2d(p.z / 0.48, p.y / 0.12); });
    }
    return model;
}

} // namespace

Recipe dock_leveller()
{
    return {.key = "soulvan/dock_leveller",
            .version = 1,
            .parameters = {number_parameter("width", "of the deck in metres", "2", 1.2, 2.6),
                           number_parameter("depth", "of the deck in metres", "2.4", 1, 4),
                           number_parameter("raise", "of its front in metres", "0.06", 0, 0.4)},
            .entries = {{}, {{"raise", "0.2"}}, {{"depth", "3"}}},
            .describe = describe,
            .build = build,
            .check = {}};
}

} // namespace soulvan::catalog::kit
