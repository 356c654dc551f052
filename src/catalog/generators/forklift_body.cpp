// The truck's chassis: frame, counterweight, step, fenders, hood, wheels, gas bottle, lettering.
#include "forklift.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

Finish coat(Vec3f const& color, double cell = 0.055)
{
    return {.look = "paint", .color = color, .wear = 0.5f, .dirt = 0.5f, .cell = cell};
}
Finish const dark_paint{
    .look = "powder_coat", .color = {0.032f, 0.033f, 0.035f}, .wear = 0.5f, .dirt = 0.5f, .cell = 0.07};
Finish const black_plastic{
    .look = "plastic", .color = {0.024f, 0.024f, 0.025f}, .roughness = 0.55f, .wear = 0.2f, .dirt = 0.4f};

/// Points of an arc in (z, y), from one angle to the other, degrees from +z towards +y.
Outline arc(Vec2d const& centre, double radius, double from_deg, double to_deg, int pieces)
{
    Outline out;
    for (int i = 0; i <= pieces; ++i) {
        double const a = (from_deg + (to_deg - from_deg) * i / pieces) * std::numbers::pi / 180;
        out.push_back(centre + Vec2d(std::cos(a), std::sin(a)) * radius);
    }
    return out;
}

/// The cast iron block: rear corners drawn forward, sides leaning in above.
class Counterweight {
public:
    explicit Counterweight(TruckSize const& s) : s_(s), half_(s.width / 2 - 0.02) {}

    Mesh::Guard bend(Mesh& mesh) const
    {
        double const half = half_, rear = s_.rear, deep = 0.19, reach = 0.62;
        return mesh.bend([=](Vec3d const& p) {
            double const side = std::min(1.0, std::abs(p.x) / half);
            double const back = std::clamp((rear + reach - p.z) / reach, 0.0, 1.0);
            double const up = std::max(0.0, p.y - 0.66);
            return Vec3d(p.x * (1 - 0.35 * up * up), p.y, p.z + deep * std::pow(side, 3.4) * back * back);
        });
    }

    void block(Mesh& mesh, Vec3f const& color) const
    {
        double const z = s_.rear, top = s_.hood + 0.04, axle = -s_.wheelbase, r = s_.rear_radius;
        Outline outline{{z + 0.06, 0.20}};
        auto const arch = arc({axle, r}, r + 0.065, 194, 26, 14);
        outline.push_back({arch.front().x, 0.20});
        outline.insert(outline.end(), arch.begin() + 1, arch.end());
        double const front = axle + 0.40;
        outline.insert(outline.end(), {{front - 0.02, 0.50},
                                       {front, 0.56},
                                       {front, top - 0.05},
                                       {front - 0.05, top},
                                       {z + 0.33, top - 0.005},
                                       {z + 0.10, top - 0.07},
                                       {z + 0.025, top - 0.17},
                                       {z, top - 0.30},
                                       {z, 0.36},
                                       {z + 0.02, 0.25}});
        std::vector<double> radii(outline.size(), 0);
        for (std::size_t i = arch.size() + 1; i < radii.size(); ++i) radii[i] = 0.05;
        radii[arch.size() + 3] = radii[arch.size() + 4] = 0.07;
        outline = rounded(outline, radii, 4);
        mesh.use(coat(color, 0.045));
        auto const cast = bend(mesh);
        prism_x(mesh, outline, -half_, half_, {.radius = 0.042, .segments = 4, .crease_deg = 28});
    }

    void trim(Mesh& mesh, std::string const& capacity, bool electric, Random& random) const
    {
        auto const cast = bend(mesh);
        double const z = s_.rear, top = s_.hood + 0.04;
        mesh.use({.look = "hazard", .dirt = 0, .cell = 0.05});
        box(mesh, {-0.43, 0.385, z - 0.0012}, {0.43, 0.485, z + 0.02},
            {.radius = 0, .skip = 0b011111, .st = [](int, Vec3d const& at) {
                 return Vec2d(at.x * 0.86, at.y * 0.4);
             }});
        auto grille = black_plastic;
        grille.cell = 0.05;
        mesh.use(grille);
        box(mesh, {-0.27, 0.53, z - 0.002}, {0.27, top - 0.33, z + 0.03}, {.radius = 0.002, .segments = 1});
        int const slats = 7;
        for (int i = 0; i < slats; ++i) {
            double const y = 0.545 + (top - 0.33 - 0.56) * i / (slats - 1);
            box_at(mesh, {0, y, z - 0.0005}, {0.50, 0.012, 0.010}, {.radius = 0.003, .segments = 1});
        }
        mesh.use(
            {.look = "matte", .color = {0.008f, 0.008f, 0.008f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
        box(mesh, {-0.075, 0.245, z + 0.012}, {0.075, 0.345, z + 0.10}, {.radius = 0.01}); // towing jaw
        mesh.use({.look = "steel"});
        rod(mesh, {0, 0.225, z + 0.024}, {0, 0.372, z + 0.024}, 0.013, 16, 0.003);
        rod(mesh, {-0.035, 0.366, z + 0.024}, {0.035, 0.366, z + 0.024}, 0.006, 10);
        lettering(mesh, capacity, electric, random);
    }

    double half() const { return half_; }

private:
    void lettering(Mesh& mesh, std::string const& capacity, bool electric, Random& random) const
    {
        mesh.use({.look = "decals", .dirt = 0, .cell = 0.05});
        double const k = capacity == "1.6" ? 0 : capacity == "2.5" ? 0.25 : 0.5;
        double const y = s_.hood - 0.13, z = s_.rear + 0.44;
        for (double const side : {-1.0, 1.0}) {
            Vec3d const right(0, 0, -side * 0.42);
            decal(mesh, {side * half_, y, z + 0.02}, right, {0, 0.070, 0}, {0.215, 0.885}, {0.985, 0.99},
                  0.001);
            decal(mesh, {side * half_, 0.73, z + 0.09}, right * 0.33, {0, 0.070, 0}, {k + 0.02, 0.76},
                  {k + 0.23, 0.865}, 0.001);
        }
        decal(mesh, {0.37, 0.66, s_.rear}, {-0.13, 0, 0}, {0, 0.065, 0}, {k + 0.02, 0.76}, {k + 0.23, 0.865},
              0.001);
        if (!electric)
            decal(mesh, {-0.37, 0.66, s_.rear}, {-0.11, 0, 0}, {0, 0.055, 0}, {0.77, 0.76}, {0.98, 0.865},
                  0.001);
        mesh.use({.look = "signs", .dirt = 0, .cell = 0.05}); // the number in the fleet
        double const n = random.below(3) * 0.25;
        for (double const side : {-1.0, 1.0})
            decal(mesh, {side * half_, 0.73, z + 0.255}, {0, 0, -side * 0.075}, {0, 0.075, 0}, {n, 0},
                  {n + 0.25, 0.3333}, 0.001);
    }

    TruckSize const& s_;
    double half_;
};

void frame(Mesh& mesh, TruckSize const& s, Vec3f const& color)
{
    double const floor = 0.60;
    mesh.use(dark_paint);
    double const inner = s.width / 2 - s.front_tyre - 0.03;
    box(mesh, {-inner, 0.20, -0.45}, {inner, floor - 0.02, 0.19}, {.radius = 0.015});
    box(mesh, {-0.30, 0.17, -s.wheelbase - 0.30}, {0.30, 0.56, -0.40}, {.radius = 0.015});
    rod(mesh, {-s.width / 2 + 0.12, s.front_radius, 0}, {s.width / 2 - 0.12, s.front_radius, 0}, 0.085, 24,
        0.01);
    rod(mesh, {-0.44, s.rear_radius, -s.wheelbase}, {0.44, s.rear_radius, -s.wheelbase}, 0.06, 20, 0.01);
    box_at(mesh, {0, floor, -0.38}, {2 * s.width / 2 - 0.22, 0.03, 0.78}, {.radius = 0.006}); // floor plate
    mesh.use({.look = "rubber",
              .color = {0.022f, 0.022f, 0.022f},
              .roughness = 0.8f,
              .wear = 0.4f,
              .dirt = 0.8f,
              .cell = 0.06});
    box_at(mesh, {0, floor + 0.018, -0.40}, {s.width - 0.36, 0.010, 0.60}, {.radius = 0.003});
    for (int i = 0; i < 14; ++i)
        box_at(mesh, {0, floor + 0.025, -0.66 + i * 0.04}, {s.width - 0.44, 0.006, 0.012},
               {.radius = 0.002, .segments = 1});

    double const half = s.width / 2 - 0.025, rear = -s.wheelbase + 0.415, wheel = s.front_radius + 0.075;
    both_sides(mesh, [&] {
        // The pod with its step; the tank or battery box behind.
        Outline const pod{{rear, 0.235},          {-wheel - 0.02, 0.235},          {-wheel - 0.01, 0.375},
                          {-wheel - 0.30, 0.375}, {-wheel - 0.345, floor + 0.015}, {rear, floor + 0.015}};
        mesh.use(coat(color));
        prism_x(mesh, rounded(pod, {0.03, 0.03, 0.02, 0.03, 0.03, 0.02}, 4), half - 0.30, half,
                {.radius = 0.014, .segments = 3});
        mesh.use({.look = "rubber",
                  .color = {0.024f, 0.024f, 0.024f},
                  .roughness = 0.8f,
                  .wear = 0.5f,
                  .dirt = 0.8f});
        for (int i = 0; i < 6; ++i)
            box_at(mesh, {half - 0.12, 0.379, -wheel - 0.055 - 0.042 * i}, {0.20, 0.010, 0.022},
                   {.radius = 0.003, .segments = 1});
        // Shadow gap and handle of the tank's lid.
        mesh.use({.look = "matte", .color = {0.01f, 0.01f, 0.01f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
        box_at(mesh, {half - 0.0005, 0.44, rear + 0.22}, {0.002, 0.006, 0.34}, {.radius = 0});
        box_at(mesh, {half - 0.0005, 0.53, rear + 0.22}, {0.003, 0.030, 0.09}, {.radius = 0});
        // Fender over the front wheel.
        Vec2d const hub(0, s.front_radius);
        auto outline = arc(hub, wheel + 0.018, 14, 172, 20);
        auto const inside = arc(hub, wheel, 172, 14, 20);
        outline.insert(outline.end(), inside.begin(), inside.end());
        mesh.use(dark_paint);
        prism_x(mesh, outline, s.width / 2 - s.front_tyre - 0.015, s.width / 2 - 0.006, {.radius = 0.006});
        mesh.use(coat(color));
        auto lip = arc(hub, wheel + 0.022, 20, 168, 20);
        auto const lip_inside = arc(hub, wheel - 0.012, 168, 20, 20);
        lip.insert(lip.end(), lip_inside.begin(), lip_inside.end());
        prism_x(mesh, lip, s.width / 2 - 0.030, s.width / 2 - 0.002, {.radius = 0.005});
    });
}

void hood(Mesh& mesh, TruckSize const& s, Vec3f const& color, bool electric)
{
    double const rear = -s.wheelbase + 0.42, front = -0.70, top = s.hood, half = s.width / 2 - 0.115;
    mesh.use(coat(color));
    Outline const side{
        {rear, 0.605}, {front - 0.04, 0.605}, {front, 0.70}, {front - 0.09, top - 0.02}, {rear, top + 0.01}};
    prism_x(mesh, rounded(side, {0.01, 0.03, 0.05, 0.07, 0.02}, 5), -half, half,
            {.radius = 0.028, .segments = 4});
    mesh.use({.look = "matte", .color = {0.012f, 0.012f, 0.012f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
    for (double const x : {-half - 0.0005, half + 0.0005})
        for (int i = 0; i < (electric ? 4 : 8); ++i) // louvres
            box_at(mesh, {x, top - 0.12 - (i % 4) * 0.022, rear + 0.10 + (i / 4) * 0.13},
                   {0.003, 0.010, 0.10}, {.radius = 0});
    for (double const x : {-half - 0.0004, half + 0.0004}) // the joint of the lid
        box_at(mesh, {x, 0.665, (front + rear) / 2 - 0.02}, {0.002, 0.005, front - rear - 0.08},
               {.radius = 0});
    mesh.use({.look = "chrome"});
    both_sides(mesh, [&] {
        box_at(mesh, {half + 0.004, 0.70, rear + 0.35}, {0.012, 0.035, 0.07}, {.radius = 0.004});
    });
}

void gas_bottle(Mesh& mesh, TruckSize const& s)
{
    double const r = 0.150, length = 0.74, y = s.hood + 0.04 + 0.035 + r, z = s.rear + 0.33;
    {
        auto const lie = mesh.place(turned_z(-90) * moved(0, y, z)); // +Y becomes +X
        mesh.use({.look = "paint", .color = {0.45f, 0.46f, 0.46f}, .wear = 0.4f, .dirt = 0.4f});
        std::vector<Vec2d> profile{{0, -length / 2}};
        double const dome = 0.075;
        for (int i = 1; i <= 8; ++i) {
            double const a = i * std::numbers::pi / 16;
            profile.emplace_back(r * std::sin(a), -length / 2 + dome * (1 - std::cos(a)));
        }
        for (int i = 1; i < 6; ++i) profile.emplace_back(r, -length / 2 + dome + (length - 2 * dome) * i / 6);
        for (int i = 8; i >= 1; --i) {
            double const a = i * std::numbers::pi / 16;
            profile.emplace_back(r * std::sin(a), length / 2 - dome * (1 - std::cos(a)));
        }
        profile.emplace_back(0, length / 2);
        lathe(mesh, profile, 40, 40);
        lathe(mesh, {{r + 0.0015, -0.004}, {r + 0.003, 0}, {r + 0.0015, 0.004}}, 40, 60); // weld
        lathe(mesh,
              {{0.105, length / 2 - 0.055},
               {0.105, length / 2 + 0.03},
               {0.099, length / 2 + 0.03},
               {0.099, length / 2 - 0.05}},
              32, 30, 30, 330); // collar
        mesh.use({.look = "steel"});
        for (double const at : {-0.18, 0.18}) {
            lathe(mesh,
                  {{r + 0.001, at - 0.022},
                   {r + 0.005, at - 0.022},
                   {r + 0.005, at + 0.022},
                   {r + 0.001, at + 0.022}},
                  40, 30);
        }
        mesh.use(
            {.look = "metal", .color = {0.55f, 0.42f, 0.16f}, .roughness = 0.3f, .wear = 0, .dirt = 0.3f});
        cylinder(mesh, 0.022, length / 2 - 0.02, length / 2 + 0.035, 16, 0.003);
    }
    mesh.use(dark_paint);
    for (double const x : {-0.18, 0.18}) { // cradle
        box(mesh, {x - 0.03, s.hood + 0.02, z - 0.13}, {x + 0.03, s.hood + 0.062, z + 0.13},
            {.radius = 0.006});
        for (double const side : {-0.115, 0.115})
            box(mesh, {x - 0.03, s.hood + 0.03, z + side - 0.012},
                {x + 0.03, s.hood + 0.13, z + side + 0.012}, {.radius = 0.005});
        box_at(mesh, {x, y + r + 0.008, z + 0.02}, {0.03, 0.012, 0.07}, {.radius = 0.004}); // clasp
    }
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.5f, .wear = 0, .dirt = 0.3f});
    tube(mesh,
         rounded_path(
             {{0.40, y, z}, {0.47, y, z}, {0.47, y - 0.12, z + 0.12}, {0.40, s.hood + 0.01, z + 0.24}}, 0.06,
             6),
         0.011, 12);
}

} // namespace

void truck_body(Mesh& mesh, TruckSize const& s, Vec3f const& color, bool electric,
                std::string const& capacity, Random random)
{
    frame(mesh, s, color);
    Counterweight const weight(s);
    weight.block(mesh, color);
    weight.trim(mesh, capacity, electric, random);
    hood(mesh, s, color, electric);
    if (!electric) gas_bottle(mesh, s);
    Vec3f const rims = color == paint_color("white") ? paint_color("grey") : Vec3f(0.50f, 0.49f, 0.45f);
    both_sides(mesh, [&] {
        {
            auto const at = mesh.place(moved(s.width / 2 - s.front_tyre / 2, s.front_radius, 0));
            wheel(mesh, {.radius = s.front_radius,
                         .width = s.front_tyre,
                         .rim = s.front_radius * 0.52,
                         .rim_color = rims,
                         .bolts = 8});
        }
        auto const at = mesh.place(turned_y(3) *
                                   moved(s.width / 2 - 0.03 - s.rear_tyre / 2, s.rear_radius, -s.wheelbase));
        wheel(mesh, {.radius = s.rear_radius,
                     .width = s.rear_tyre,
                     .rim = s.rear_radius * 0.52,
                     .rim_color = rims,
                     .bolts = 6});
    });
    mesh.use(dark_paint);
    both_sides(mesh, [&] { // tilt cylinders
        double const x = 0.335 + 0.01, back = s.face - 0.170 - channel_depth - 0.045;
        mesh.use(dark_paint);
        rod(mesh, {x, 0.50, -0.36}, {x, 0.60, 0.0}, 0.034, 20, 0.005);
        mesh.use({.look = "chrome"});
        rod(mesh, {x, 0.598, -0.01}, {x, 0.632, back}, 0.018, 16);
    });
}

} // namespace soulvan::catalog::kit
