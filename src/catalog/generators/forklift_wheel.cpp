// Pneumatic tyres with lugs on dished steel rims.
#include "forklift.h"

#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

constexpr double pi = std::numbers::pi;

void tyre(Mesh& mesh, Wheel const& w)
{
    double const body = w.radius - (w.treads ? 0.017 : 0), h = w.width / 2, side = body - w.rim;
    mesh.use({.look = "rubber",
              .color = {0.030f, 0.029f, 0.028f},
              .roughness = 0.72f,
              .wear = 0.3f,
              .dirt = 0.75f,
              .bare = {0.09f, 0.085f, 0.08f}});
    // From the inner bead over the tread to the outer one; the sidewall bulges.
    std::vector<Vec2d> profile{{w.rim, -h * 0.80},
                               {w.rim + side * 0.10, -h * 0.90},
                               {w.rim + side * 0.14, -h * 0.90},
                               {w.rim + side * 0.18, -h * 0.96},
                               {w.rim + side * 0.5, -h},
                               {w.rim + side * 0.78, -h * 0.96},
                               {body - 0.012, -h * 0.90},
                               {body, -h * 0.80}};
    auto const n = profile.size();
    for (std::size_t i = 0; i < n; ++i) profile.emplace_back(profile[n - 1 - i].x, -profile[n - 1 - i].y);
    lathe(mesh, profile, 64, 50);
    // A raised ring and lettering blocks on the sidewall.
    double const ring = w.rim + side * 0.34;
    lathe(mesh,
          {{ring, h * 0.975},
           {ring, h * 1.002},
           {ring + side * 0.05, h * 1.004},
           {ring + side * 0.05, h * 0.98}},
          64, 20);
}

/// Slanted lugs; every second one belongs to the other half of the tread. They follow the tyre's curve.
void lugs(Mesh& mesh, Wheel const& w)
{
    int const count = 2 * static_cast<int>(std::lround(w.radius * 62));
    double const half = w.width / 2;
    double const pitch = 4 * pi * w.radius / count;
    Finish const rubber{.look = "rubber",
                        .color = {0.027f, 0.026f, 0.025f},
                        .roughness = 0.78f,
                        .wear = 0.6f,
                        .dirt = 0.6f,
                        .bare = {0.07f, 0.065f, 0.06f}};
    mesh.use(rubber);
    double const inner = 0.02 * w.width, outer = 0.90 * half, slant = 0.55 * pitch;
    for (int i = 0; i < count; ++i) {
        double const side = i % 2 ? -1 : 1;
        // About the axle (here +Y); lug 0 stands on the floor.
        auto const turn = mesh.place(turned_y(360.0 * i / count));
        auto const curve = mesh.bend([&](Vec3d const& p) {
            double const a = (p.x + slant * (std::abs(p.y) / half - 0.5)) / w.radius;
            return Vec3d(p.z * std::sin(a), p.y, p.z * std::cos(a));
        });
        double const y0 = side > 0 ? -inner : -outer, y1 = side > 0 ? outer : inner;
        auto finish = rubber;
        finish.cell = half / 2;
        mesh.use(finish);
        box(mesh, {-pitch * 0.33, y0, w.radius - 0.030}, {pitch * 0.33, y1, w.radius},
            {.radius = 0.004, .segments = 1, .skip = 1u << 5});
        // The shoulder runs down the side.
        box(mesh, {-pitch * 0.27, side > 0 ? y1 - 0.008 : y0 - half * 0.055, w.radius - 0.046},
            {pitch * 0.27, side > 0 ? y1 + half * 0.055 : y0 + 0.008, w.radius - 0.007},
            {.radius = 0.004, .segments = 1});
    }
}

void rim(Mesh& mesh, Wheel const& w)
{
    double const h = w.width / 2, r = w.rim;
    mesh.use({.look = "paint", .color = w.rim_color, .wear = 0.5f, .dirt = 0.75f, .cell = 0});
    // Flange, well, disc and hub as one turned piece, from the back to the axle.
    lathe(mesh,
          {{r - 0.012, -h * 0.80}, {r + 0.012, -h * 0.86}, {r + 0.016, -h * 0.82}, {r + 0.004, -h * 0.78}},
          48, 30);
    lathe(mesh,
          {{r + 0.004, h * 0.78},
           {r + 0.016, h * 0.82},
           {r + 0.014, h * 0.90},
           {r + 0.004, h * 0.92},
           {r - 0.010, h * 0.84},
           {r - 0.016, h * 0.55},
           {r * 0.86, h * 0.50},
           {r * 0.80, h * 0.50},
           {r * 0.74, h * 0.56},
           {r * 0.46, h * 0.60},
           {r * 0.40, h * 0.58},
           {r * 0.36, h * 0.52},
           {r * 0.36, h * 0.50}},
          48, 40);
    mesh.use({.look = "powder_coat", .color = {0.06f, 0.06f, 0.062f}, .wear = 0.5f, .dirt = 0.7f});
    lathe(mesh,
          {{r * 0.37, h * 0.48},
           {r * 0.37, h * 0.66},
           {r * 0.34, h * 0.72},
           {r * 0.20, h * 0.74},
           {r * 0.18, h * 0.90},
           {r * 0.15, h * 0.94},
           {0, h * 0.95}},
          32, 30);
    lathe(mesh, {{0, -h * 0.80}, {r - 0.012, -h * 0.80}}, 32);
    mesh.use({.look = "steel"});
    for (int i = 0; i < w.bolts; ++i) {
        double const a = 2 * pi * (i + 0.5) / w.bolts;
        bolt(mesh, {r * 0.60 * std::sin(a), h * 0.575, r * 0.60 * std::cos(a)}, {0, 1, 0}, 0.021);
    }
    // Vent holes of the disc.
    mesh.use(
        {.look = "matte", .color = {0.012f, 0.012f, 0.012f}, .roughness = 0.9f, .wear = 0, .dirt = 0.2f});
    for (int i = 0; i < w.bolts; ++i) {
        double const a = 2 * pi * i / w.bolts;
        auto const at = mesh.place(moved(r * 0.83 * std::sin(a), h * 0.498, r * 0.83 * std::cos(a)));
        lathe(mesh, {{r * 0.065, 0}, {r * 0.060, 0.0015}, {0, 0.0015}}, 14);
    }
    // Valve.
    mesh.use({.look = "chrome"});
    rod(mesh, {0, h * 0.52, r * 0.72}, {0.004, h * 0.74, r * 0.74}, 0.005, 8);
}

} // namespace

void wheel(Mesh& mesh, Wheel const& w)
{
    // Made about +Y; its +Y becomes +X, and +Z, where lug 0 stands, becomes -Y.
    Matrix4d axle;
    axle[0][0] = axle[1][1] = axle[2][2] = 0;
    axle[1][0] = 1;
    axle[2][1] = -1;
    axle[0][2] = -1;
    auto const guard = mesh.place(axle);
    tyre(mesh, w);
    if (w.treads) lugs(mesh, w);
    rim(mesh, w);
}

} // namespace soulvan::catalog::kit
