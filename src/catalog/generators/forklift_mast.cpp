// The mast: nested channels, cylinders, chains, hoses, carriage, backrest and forks.
#include "forklift.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {

double Mast::risen(int i) const
{
    if (i == 0) return 0;
    double const lift = std::max(0.0, fork_height - free_lift());
    return stages == 3 ? lift * 0.5 * i : lift * 0.5;
}

Matrix4d Mast::tilted() const
{
    Vec3d const pivot(0, 0.24, 0.10); // the bearing on the front axle
    return moved(-pivot.x, -pivot.y, -pivot.z) * turned_x(-tilt_deg) * moved(pivot.x, pivot.y, pivot.z);
}

namespace {

Finish const mast_paint{
    .look = "powder_coat", .color = {0.034f, 0.035f, 0.037f}, .wear = 0.55f, .dirt = 0.35f, .cell = 0.09};
Finish const rolled{
    .look = "metal", .color = {0.20f, 0.19f, 0.18f}, .roughness = 0.38f, .wear = 0.5f, .dirt = 0.35f};

/// A C open to the middle of the truck, web outside.
void channel(Mesh& mesh, double half_gauge, double front, double low, double high)
{
    double const web = 0.016, flange = 0.046, lip = 0.019;
    double const x0 = half_gauge - flange, x1 = half_gauge, z0 = front - channel_depth, z1 = front;
    Outline const c{
        {x1, z0},       {x1, z1}, {x0, z1}, {x0, z1 - lip}, {x1 - web, z1 - lip}, {x1 - web, z0 + lip},
        {x0, z0 + lip}, {x0, z0}};
    prism_y(mesh, rounded(c, 0.004, 2), low, high, {.radius = 0.002, .segments = 1});
}

void stage(Mesh& mesh, Mast const& mast, int i)
{
    double const low = (i == 0 ? 0.085 : 0.10 + 0.01 * i) + mast.risen(i), high = mast.top(i);
    double const half = mast.half_gauge(i), front = mast.front_of(i), back = front - channel_depth;
    mesh.use(mast_paint);
    both_sides(mesh, [&] { channel(mesh, half, front, low, high); });
    // Where rollers run the paint is gone.
    mesh.use({.look = "steel"});
    both_sides(mesh, [&] {
        box(mesh, {half - 0.0460, low + 0.1, back + 0.001}, {half - 0.0455, high - 0.05, back + 0.018},
            {.radius = 0});
        box(mesh, {half - 0.0470, low + 0.1, front - 0.018}, {half - 0.0455, high - 0.05, front - 0.001},
            {.radius = 0});
    });
    mesh.use(mast_paint);
    double const inner = half - 0.002;
    if (i == 0) { // ties behind the channels
        box(mesh, {-inner, high - 0.13, back - 0.030}, {inner, high - 0.02, back - 0.002}, {.radius = 0.005});
        box(mesh, {-inner, 0.98, back - 0.026}, {inner, 1.06, back - 0.002}, {.radius = 0.005});
        box(mesh, {-inner, 0.16, back - 0.034}, {inner, 0.34, back - 0.002}, {.radius = 0.005});
        both_sides(mesh, [&] { // feet of the tilt cylinders and the bearing
            box(mesh, {half - 0.012, 0.55, back - 0.075}, {half + 0.008, 0.72, back + 0.01},
                {.radius = 0.008});
            box(mesh, {half - 0.10, 0.15, back - 0.07}, {half - 0.02, 0.33, back}, {.radius = 0.01});
            mesh.use({.look = "steel"});
            rod(mesh, {half - 0.03, 0.635, back - 0.045}, {half + 0.028, 0.635, back - 0.045}, 0.014, 14);
            mesh.use(mast_paint);
        });
    } else {
        box(mesh, {-inner, high - 0.055, front - 0.085}, {inner, high, front - 0.010}, {.radius = 0.004});
        box(mesh, {-inner + 0.044, low + 0.05, back + 0.020}, {inner - 0.044, low + 0.11, back + 0.045},
            {.radius = 0.004});
    }
}

/// A leaf chain along +Y: rows of plates, pins through them.
void chain(Mesh& mesh, double x, double z, double low, double high)
{
    mesh.use(
        {.look = "metal", .color = {0.10f, 0.095f, 0.09f}, .roughness = 0.42f, .wear = 0.2f, .dirt = 0.5f});
    constexpr double pitch = 0.019;
    int const links = static_cast<int>((high - low) / pitch);
    for (int i = 0; i < links; ++i) {
        double const y = low + i * pitch;
        double const spread = i % 2 ? 0.0035 : 0.0095;
        for (double const side : {-spread, spread})
            box(mesh, {x + side - 0.0025, y - 0.003, z - 0.0085},
                {x + side + 0.0025, y + pitch + 0.003, z + 0.0085}, {.radius = 0});
        if (i % 2 == 0) rod(mesh, {x - 0.014, y, z}, {x + 0.014, y, z}, 0.0035, 6, 0.0005);
    }
}

void pulley(Mesh& mesh, Vec3d const& at, double radius)
{
    mesh.use(rolled);
    auto const guard = mesh.place(along(at - Vec3d(0.016, 0, 0), {1, 0, 0}));
    lathe(mesh,
          {{0, 0},
           {radius, 0},
           {radius, 0.004},
           {radius - 0.010, 0.009},
           {radius - 0.010, 0.023},
           {radius, 0.028},
           {radius, 0.032},
           {0, 0.032}},
          28, 20);
}

void cylinders(Mesh& mesh, Mast const& mast)
{
    double const back = mast.front_of(0) - channel_depth, z = back + 0.030;
    double const x = mast.half_gauge(mast.stages - 1) - 0.085;
    double const barrel = mast.size.mast_height - 0.36;
    both_sides(mesh, [&] {
        mesh.use(mast_paint);
        rod(mesh, {x, 0.17, z}, {x, barrel, z}, 0.030, 24, 0.004);
        rod(mesh, {x, barrel - 0.03, z}, {x, barrel + 0.03, z}, 0.036, 24, 0.004);
        mesh.use({.look = "chrome"});
        rod(mesh, {x, barrel, z}, {x, mast.top(1) - 0.05, z}, 0.020, 20);
    });
    if (mast.stages == 3) { // the free-lift cylinder in the middle of the inner mast
        double const y = mast.risen(2), zf = mast.front_of(2) - 0.075;
        mesh.use(mast_paint);
        rod(mesh, {0, y + 0.20, zf}, {0, y + 1.10, zf}, 0.042, 28, 0.004);
        mesh.use({.look = "chrome"});
        rod(mesh, {0, y + 1.10, zf}, {0, y + 1.16 + mast.free_lift() * 0.5, zf}, 0.030, 24);
        pulley(mesh, {0.05, y + 1.18 + mast.free_lift() * 0.5, zf}, 0.05);
        pulley(mesh, {-0.05, y + 1.18 + mast.free_lift() * 0.5, zf}, 0.05);
    }
}

void chains_and_hoses(Mesh& mesh, Mast const& mast)
{
    int const last = mast.stages - 1;
    double const x = 0.105, front = mast.front_of(last) - 0.040, back = front - 0.095;
    double const wheel_y = mast.top(last) - 0.115;
    for (double const side : {-x, x}) {
        pulley(mesh, {side, wheel_y, (front + back) / 2}, (front - back) / 2 + 0.004);
        chain(mesh, side, front, mast.fork_height + 0.12, wheel_y);
        chain(mesh, side, back, std::max(0.9, mast.risen(last) * 0.5 + 0.9), wheel_y);
    }
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.55f, .wear = 0, .dirt = 0.4f});
    for (double const side : {-0.045, 0.030}) {
        double const top = wheel_y + 0.012;
        Path3 const way{{side, mast.fork_height + 0.16, front - 0.006},
                        {side, top, front - 0.006},
                        {side, top, back + 0.006},
                        {side, 0.95, back + 0.006}};
        tube(mesh, rounded_path(way, 0.04, 6), 0.0085, 10);
    }
}

void carriage(Mesh& mesh, Mast const& mast)
{
    auto const& s = mast.size;
    double const y = mast.fork_height, half = s.carriage / 2, back = mast.front_of(mast.stages - 1);
    double const front = s.face - 0.045;
    mesh.use(mast_paint);
    // Fork bars of class 2: 407 mm over their outer edges, with hooks and notches.
    for (auto const& [low, high] : {std::pair{0.045, 0.135}, std::pair{0.40, 0.475}})
        box(mesh, {-half, y + low, front - 0.040}, {half, y + high, front}, {.radius = 0.005});
    both_sides(mesh, [&] {
        box(mesh, {half - 0.075, y + 0.135, front - 0.034}, {half - 0.050, y + 0.40, front - 0.006},
            {.radius = 0.003});
        // Roller arms reach back into the inner channels.
        double const x = mast.half_gauge(mast.stages - 1) - 0.060;
        box(mesh, {x - 0.022, y + 0.03, back - 0.10}, {x, y + 0.56, front - 0.03}, {.radius = 0.006});
        mesh.use(rolled);
        for (double const at : {0.10, 0.48})
            rod(mesh, {x, y + at, back - 0.055}, {x + 0.036, y + at, back - 0.055}, 0.036, 20, 0.003);
        mesh.use(mast_paint);
    });
    box(mesh, {-0.16, y + 0.06, front - 0.055}, {0.16, y + 0.11, front - 0.038}, {.radius = 0.004});
    mesh.use({.look = "steel"});
    for (double const side : {-0.105, 0.105}) { // chain anchors
        rod(mesh, {side, y + 0.06, back - 0.040}, {side, y + 0.14, back - 0.040}, 0.009, 10);
        bolt(mesh, {side, y + 0.062, back - 0.040}, {0, -1, 0}, 0.02);
    }
    for (int i = 0; i < 13; ++i) // notches of the upper bar
        box_at(mesh, {-half + 0.05 + i * (s.carriage - 0.10) / 12, y + 0.4755, front - 0.02},
               {0.012, 0.001, 0.022}, {.radius = 0});
}

void backrest(Mesh& mesh, Mast const& mast)
{
    auto const& s = mast.size;
    double const y = mast.fork_height, half = s.carriage / 2, z = s.face - 0.029;
    double const low = y + 0.44, high = y + s.backrest;
    mesh.use(mast_paint);
    auto const flat = rounded(rectangle(-0.014, -0.016, 0.014, 0.016), 0.003, 2);
    double const frame = 0.014;
    Path3 const way{{-half + frame, low, z},
                    {-half + frame, high - frame, z},
                    {half - frame, high - frame, z},
                    {half - frame, low, z}};
    sweep(mesh, rounded_path(way, 0.045, 5), flat, {0, 0, 1});
    for (int i = 1; i < 7; ++i) {
        double const x = -half + s.carriage * i / 7;
        box(mesh, {x - 0.011, low, z - 0.008}, {x + 0.011, high - 0.020, z + 0.008},
            {.radius = 0.003, .segments = 1});
    }
    box(mesh, {-half + 0.02, low + 0.24, z - 0.010}, {half - 0.02, low + 0.268, z + 0.006},
        {.radius = 0.003});
    mesh.use({.look = "galvanised"});
    for (double const x : {-half + 0.10, half - 0.10, -0.12, 0.12})
        bolt(mesh, {x, y + 0.437, z + 0.017}, {0, 0, 1}, 0.018);
}

void fork(Mesh& mesh, Mast const& mast, double x)
{
    auto const& s = mast.size;
    double const y = mast.fork_height, t = 0.042, face = s.face, tip = face + s.fork_length;
    mesh.use(fork_steel());
    // Side view: upright, heel, blade that thins to its tip.
    Outline const side{
        {face - t, y - t}, {face + 0.25, y - t}, {tip - 0.02, y - 0.014}, {tip, y - 0.008}, {tip, y},
        {face, y},         {face, y + 0.475},    {face - t, y + 0.475}};
    auto const outline = rounded(side, {0.036, 0.05, 0.004, 0.003, 0.003, 0.008, 0.004, 0.004}, 4);
    double const half = s.fork_width / 2;
    auto const shape = mesh.bend([=](Vec3d const& p) {
        double const end = std::clamp((p.z - (tip - 0.16)) / 0.16, 0.0, 1.0);
        return Vec3d(x + (p.x - x) * (1 - 0.42 * end * end), p.y, p.z);
    });
    prism_x(mesh, outline, x - half, x + half, {.radius = 0.004});
}

void fork_details(Mesh& mesh, Mast const& mast, double x)
{
    auto const& s = mast.size;
    double const y = mast.fork_height, half = s.fork_width / 2, back = s.face - 0.045;
    mesh.use({.look = "powder_coat", .color = {0.034f, 0.035f, 0.037f}, .wear = 0.7f, .dirt = 0.3f});
    box(mesh, {x - half, y + 0.462, back - 0.036}, {x + half, y + 0.492, s.face - 0.002},
        {.radius = 0.005}); // hook
    box(mesh, {x - half, y + 0.004, back - 0.036}, {x + half, y + 0.044, back + 0.01}, {.radius = 0.005});
    rod(mesh, {x, y + 0.490, s.face - 0.03}, {x, y + 0.512, s.face - 0.03}, 0.011, 14, 0.003); // lock pin
    mesh.use({.look = "chrome"});
    rod(mesh, {x - 0.02, y + 0.509, s.face - 0.03}, {x + 0.02, y + 0.509, s.face - 0.03}, 0.003, 8);
}

} // namespace

void mast_frame(Mesh& mesh, Mast const& mast)
{
    for (int i = 0; i < mast.stages; ++i) stage(mesh, mast, i);
    cylinders(mesh, mast);
    chains_and_hoses(mesh, mast);
}

void truck_mast(Mesh& mesh, Mast const& mast, Random random)
{
    auto const tilt = mesh.place(mast.tilted());
    mast_frame(mesh, mast);
    carriage(mesh, mast);
    backrest(mesh, mast);
    double const spread = 0.195 + random.uniform(-0.008, 0.012); // between the blocks of a pallet
    for (double const x : {-spread, spread}) {
        fork(mesh, mast, x);
        fork_details(mesh, mast, x);
    }
}

} // namespace soulvan::catalog::kit
