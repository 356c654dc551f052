// Cartons, sacks, film, drums, crates and containers.
#include "goods.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

Range3d standing(Vec3d const& size)
{
    return Range3d({-size.x / 2, 0, -size.z / 2}, {size.x / 2, size.y, size.z / 2});
}

/// What spans a box with rounded edges.
std::vector<Vec3d> rounded_hull(Range3d const& box, double radius)
{
    std::vector<Vec3d> out;
    for (int corner = 0; corner < 8; ++corner)
        for (int axis = 0; axis < 3; ++axis) {
            Vec3d p{0, 0, 0};
            for (int i = 0; i < 3; ++i) {
                double const in = i == axis ? 0 : radius;
                p[i] = corner >> i & 1 ? box.max[i] - in : box.min[i] + in;
            }
            out.push_back(p);
        }
    return out;
}

KindRef shared(Kind kind)
{
    return std::make_shared<Kind const>(std::move(kind));
}

/// The atlas of carton.jpg: long side above, short side and top below.
Vec2d carton_st(int face, Vec3d const& at)
{
    switch (face) {
    case 0:
        return {0.004 + 0.492 * (1 - at.z), 0.004 + 0.490 * at.y};
    case 1:
        return {0.004 + 0.492 * at.z, 0.004 + 0.490 * at.y};
    case 4:
        return {0.004 + 0.992 * at.x, 0.506 + 0.490 * at.y};
    case 5:
        return {0.004 + 0.992 * (1 - at.x), 0.506 + 0.490 * at.y};
    default:
        return {0.504 + 0.492 * at.x, 0.004 + 0.492 * (1 - at.z)};
    }
}

/// Board gives: sides hollow by millimetres, never outwards.
Vec3d softened(Vec3d const& p, Vec3d const& size, std::uint64_t seed)
{
    Vec3d q = p;
    Vec3d const centre(0, size.y / 2, 0);
    for (int i = 0; i < 3; ++i) {
        int const u = (i + 1) % 3, v = (i + 2) % 3;
        double const a = (p[u] - centre[u]) / (size[u] / 2), b = (p[v] - centre[v]) / (size[v] / 2);
        double const middle = std::max(0.0, 1 - a * a) * std::max(0.0, 1 - b * b);
        double const deep = (i == 1 ? 0.004 : 0.006) * (0.2 + noise(p + Vec3d(0, 0, 3.0 * i), 4.0, seed));
        q[i] -= (p[i] - centre[i]) / (size[i] / 2) * middle * deep;
    }
    return q;
}

void open_carton(Mesh& mesh, Vec3d const& size, std::string const& look)
{
    // Walls of 5 mm and four flaps that stand open.
    double const t = 0.005, x = size.x / 2, z = size.z / 2, top = size.y;
    auto const wall = [&](Vec3d const& low, Vec3d const& high) {
        mesh.use({.look = look});
        box(mesh, low, high,
            {.radius = 0.0015, .segments = 1, .st = [=](int face, Vec3d const& at) {
                 Vec3d const p =
                     low + Vec3d(at.x * (high.x - low.x), at.y * (high.y - low.y), at.z * (high.z - low.z));
                 return carton_st(face, {(p.x + x) / (2 * x), p.y / top, (p.z + z) / (2 * z)});
             }});
    };
    wall({-x, 0, z - t}, {x, top, z});
    wall({-x, 0, -z}, {x, top, -z + t});
    wall({x - t, 0, -z + t}, {x, top, z - t});
    wall({-x, 0, -z + t}, {-x + t, top, z - t});
    wall({-x + t, 0, -z + t}, {x - t, t, z - t});
    auto const flap = [&](Matrix4d const& at, double width, double reach) {
        auto const guard = mesh.place(at);
        mesh.use({.look = look});
        box(mesh, {-width / 2, 0, -t / 2}, {width / 2, reach, t / 2},
            {.radius = 0.0015, .segments = 1, .st = [=](int, Vec3d const& p) {
                 return Vec2d(0.55 + 0.4 * p.x * width, 0.30 + 0.16 * p.y);
             }});
    };
    double const long_flap = size.z / 2, short_flap = std::min(size.x / 2, 0.15);
    double const lean = 40;
    flap(turned_x(lean) * moved(0, top - 0.002, z - t / 2), size.x, long_flap);
    flap(turned_x(-lean) * moved(0, top - 0.002, -z + t / 2), size.x, long_flap);
    flap(turned_y(90) * turned_z(-lean) * moved(x - t / 2, top - 0.002, 0), size.z - 0.02, short_flap);
    flap(turned_y(90) * turned_z(lean) * moved(-x + t / 2, top - 0.002, 0), size.z - 0.02, short_flap);
    mesh.use({.look = "matte",
              .color = {0.62f, 0.61f, 0.58f},
              .roughness = 0.9f,
              .wear = 0,
              .dirt = 0.1f}); // filling
    for (int i = 0; i < 9; ++i) {
        Random r(static_cast<std::uint64_t>(i) * 7 + 3);
        Vec3d const at(r.uniform(-x * 0.7, x * 0.7), top * 0.80 + r.uniform(-0.02, 0.02),
                       r.uniform(-z * 0.65, z * 0.65));
        auto const guard =
            mesh.place(turned_y(r.uniform(0, 360)) * turned_x(r.uniform(-25, 25)) * moved(at.x, at.y, at.z));
        box(mesh, {-0.06, -0.02, -0.045}, {0.06, 0.02, 0.045}, {.radius = 0.018, .segments = 3});
    }
    box(mesh, {-x + 0.01, top * 0.5, -z + 0.01}, {x - 0.01, top * 0.78, z - 0.01}, {.radius = 0.01});
}

} // namespace

Vec3d carton_size(std::string const& size)
{
    if (size == "small") return {0.385, 0.25, 0.255};
    if (size == "large") return {0.590, 0.42, 0.390};
    if (size == "flat") return {0.590, 0.17, 0.390};
    if (size == "tall") return {0.390, 0.60, 0.390};
    return {0.390, 0.30, 0.390};
}

KindRef carton_kind(std::string const& size_name, std::string const& look, int variant, bool open)
{
    Vec3d const size = carton_size(size_name);
    auto box_of = standing(size);
    if (open) { // the flaps lean 40 degrees from upright
        double const out = std::sin(40 * std::numbers::pi / 180), up = std::cos(40 * std::numbers::pi / 180);
        double const long_flap = size.z / 2, short_flap = std::min(size.x / 2, 0.15), t = 0.0025;
        box_of.max.y = size.y - 0.002 + std::max(long_flap, short_flap) * up + t * out;
        box_of.max.z = size.z / 2 - t + long_flap * out + t * up;
        box_of.min.z = -box_of.max.z;
        box_of.max.x = size.x / 2 - t + short_flap * out + t * up;
        box_of.min.x = -box_of.max.x;
    }
    return shared({fmt::format("Carton_{}_{}_{}{}", size_name, look, open ? "open" : "", variant), box_of,
                   [=](Mesh& mesh) {
                       if (open) return open_carton(mesh, size, look);
                       mesh.use({.look = look, .wear = 0, .dirt = 0, .cell = std::min(size.x, size.y) / 6});
                       auto const seed = mix64(static_cast<std::uint64_t>(variant) + 901);
                       auto const soft = mesh.bend([=](Vec3d const& p) { return softened(p, size, seed); });
                       box(mesh, standing(size).min, standing(size).max,
                           {.radius = 0.005, .segments = 2, .st = carton_st});
                   },
                   open ? std::vector<Vec3d>() : rounded_hull(standing(size), 0.005)});
}

KindRef sack_kind(std::string const& color, int variant)
{
    Vec3d const size(0.585, 0.135, 0.385);
    std::vector<Vec3d> hull; // the outline of the pillow below
    for (double t = -0.85; t < 0.9; t += 0.17)
        for (double const side : {-1.0, 1.0})
            for (double const y : {0.0, size.y}) {
                double const cube = std::pow(std::abs(t), 3.0);
                hull.emplace_back(side * size.x / 2 * (1 - 0.02 * cube), y, t * size.z / 2 * 0.97);
                hull.emplace_back(t * size.x / 2 * 0.98, y, side * size.z / 2 * (1 - 0.03 * cube));
            }
    return shared(
        {fmt::format("Sack_{}_{}", color, variant), standing(size),
         [=](Mesh& mesh) {
             Vec3f const paper = color == "white" ? Vec3f(0.66f, 0.65f, 0.61f) : Vec3f(0.42f, 0.31f, 0.19f);
             mesh.use({.look = "matte",
                       .color = paper,
                       .roughness = 0.75f,
                       .wear = 0.2f,
                       .dirt = 0.25f,
                       .bare = paper * 1.1f,
                       .cell = 0.022});
             auto const seed = mix64(static_cast<std::uint64_t>(variant) + 37);
             auto const pillow = mesh.bend([=](Vec3d const& p) {
                 double const a = p.x / (size.x / 2), b = p.z / (size.z / 2);
                 double const edge = std::pow(std::abs(a), 5.0) * 0.72 + std::pow(std::abs(b), 4.0) * 0.55;
                 double const crease =
                     0.10 * (noise(p, 14, seed) - 0.5) + 0.12 * (noise(p, 5, seed + 3) - 0.5);
                 double const thick =
                     std::clamp(1 - 0.92 * std::min(1.0, edge) - std::max(0.0, crease), 0.08, 1.0);
                 double const y =
                     (p.y - size.y * 0.42) * (p.y > size.y * 0.42 ? thick : std::sqrt(thick)) + size.y * 0.42;
                 return Vec3d(p.x * (1 - 0.02 * std::pow(std::abs(b), 3.0)), y,
                              p.z * (1 - 0.03 * std::pow(std::abs(a), 3.0)));
             });
             box(mesh, standing(size).min, standing(size).max, {.radius = 0.03, .segments = 4});
             mesh.use({.look = "matte",
                       .color = {0.03f, 0.10f, 0.24f},
                       .roughness = 0.7f,
                       .wear = 0,
                       .dirt = 0.2f,
                       .cell = 0.03});
             for (double const z : {-0.06, 0.06})
                 decal(mesh, {0, size.y, z}, {0.34, 0, 0}, {0, 0, -0.022}, {0, 0}, {1, 1}, 0.0006);
         },
         hull});
}

KindRef film_kind(Vec3d const& size, bool black, int variant)
{
    return shared({fmt::format("Film_{}_{}x{}x{}_{}", black ? "black" : "clear", std::lround(size.x * 1000),
                               std::lround(size.y * 1000), std::lround(size.z * 1000), variant),
                   standing(size), [=](Mesh& mesh) {
                       mesh.use({.look = black ? "film_black" : "film", .wear = 0, .dirt = 0, .cell = 0.05});
                       auto const seed = mix64(static_cast<std::uint64_t>(variant) + 53);
                       // Film spans the gaps between cartons: hollows at their joints, never beyond the
                       // corners.
                       auto const pulled = mesh.bend([=](Vec3d const& p) {
                           Vec3d q = p;
                           for (int i : {0, 2}) {
                               int const u = i == 0 ? 2 : 0;
                               double const v = p.y / 0.30;
                               double const rows = std::pow(std::abs(std::sin(v * std::numbers::pi)), 6.0);
                               double const edge =
                                   std::max(0.0, 1 - std::pow(std::abs(2 * p[u] / size[u]), 8.0));
                               double const deep = 0.004 + 0.016 * (1 - rows) * noise(p, 3.0, seed) +
                                                   0.012 * noise(p, 7.0, seed + 9);
                               q[i] -= p[i] / (size[i] / 2) * edge * deep;
                           }
                           double const top = std::max(0.0, p.y / size.y - 0.5) * 2;
                           double const hollow = std::max(0.0, 1 - std::pow(2 * p.x / size.x, 6.0)) *
                                                 std::max(0.0, 1 - std::pow(2 * p.z / size.z, 6.0));
                           q.y -= top * hollow * (0.004 + 0.014 * noise(p, 4.0, seed + 5));
                           return q;
                       });
                       box(mesh, standing(size).min, standing(size).max, {.radius = 0.016, .segments = 4});
                       mesh.use({.look = "decals"});
                       decal(mesh, {size.x * 0.16, size.y * 0.62, size.z / 2}, {0.16, 0, 0}, {0, 0.16, 0},
                             {0.5, 0}, {0.75, 0.25}, 0.0008);
                   }});
}

// ---- drums ----

namespace {

void drum_body(Mesh& mesh, bool steel)
{
    double const r = 0.286, h = steel ? 0.880 : 0.900;
    std::vector<Vec2d> p;
    auto const bead = [&](double y, double out, double wide) {
        for (int i = -4; i <= 4; ++i) {
            double const t = i / 4.0;
            p.emplace_back(r - 0.004 + out * std::pow(std::cos(t * std::numbers::pi / 2), 2.0), y + wide * t);
        }
    };
    double const rim = 0.290;
    if (steel) {
        p = {{0, 0.018},   {r - 0.015, 0.018}, {rim - 0.010, 0.004}, {rim - 0.004, 0},
             {rim, 0.004}, {rim, 0.014},       {r - 0.004, 0.022}};
        p.emplace_back(r - 0.004, 0.15);
        bead(h * 0.34, 0.010, 0.026);
        p.emplace_back(r - 0.004, h * 0.5);
        bead(h * 0.66, 0.010, 0.026);
        p.emplace_back(r - 0.004, h * 0.86);
        for (double const y : {0.885, 0.905, 0.925}) bead(h * y, 0.003, 0.008);
        for (auto const& q : {Vec2d(r - 0.004, h - 0.022), Vec2d(rim, h - 0.014), Vec2d(rim, h - 0.004),
                              Vec2d(rim - 0.004, h), Vec2d(rim - 0.009, h - 0.003),
                              Vec2d(r - 0.015, h - 0.020), Vec2d(0, h - 0.018)})
            p.push_back(q);
    } else {
        p = {{0, 0.012},         {r - 0.05, 0.012}, {r - 0.035, 0},
             {r - 0.012, 0.006}, {r - 0.003, 0.03}, {r - 0.003, 0.10}};
        p.emplace_back(r - 0.003, h * 0.5);
        for (auto const& q :
             {Vec2d(r - 0.003, h - 0.105), Vec2d(r - 0.012, h - 0.098), Vec2d(r - 0.012, h - 0.062),
              Vec2d(rim - 0.002, h - 0.055), Vec2d(rim, h - 0.045), Vec2d(rim, h - 0.018),
              Vec2d(rim - 0.006, h - 0.010), Vec2d(rim - 0.016, h - 0.012), Vec2d(r - 0.030, h - 0.030),
              Vec2d(r - 0.060, h - 0.030), Vec2d(0, h - 0.026)})
            p.push_back(q);
    }
    // Long straight pieces are split so that dirt has vertices.
    std::vector<Vec2d> fine{p.front()};
    for (std::size_t i = 1; i < p.size(); ++i) {
        int const pieces = std::max(1, static_cast<int>((p[i] - p[i - 1]).length() / 0.05));
        for (int k = 1; k <= pieces; ++k)
            fine.push_back(p[i - 1] + (p[i] - p[i - 1]) * (static_cast<double>(k) / pieces));
    }
    lathe(mesh, fine, 56, 32);
}

} // namespace

KindRef drum_kind(std::string const& type, std::string const& color)
{
    bool const steel = type == "steel";
    double const h = steel ? 0.880 : 0.900, r = steel ? 0.292 : 0.290;
    std::vector<Vec3d> hull;
    for (int i = 0; i < 96; ++i)
        for (double const y : {0.0, steel ? h : h - 0.010}) {
            double const a = i * std::numbers::pi / 48;
            hull.emplace_back(r * std::sin(a), y, r * std::cos(a));
        }
    return shared(
        {fmt::format("Drum_{}_{}", type, color), Range3d({-r, 0, -r}, {r, steel ? h : h - 0.010, r}),
         [=](Mesh& mesh) {
             Finish f{.look = steel ? "paint" : "plastic",
                      .color = paint_color(color),
                      .roughness = 0.34f,
                      .wear = 0.7f,
                      .dirt = 0.55f};
             mesh.use(f);
             drum_body(mesh, steel);
             double const top = h - (steel ? 0.0185 : 0.0275);
             for (auto const& [at, radius] : {std::pair{Vec3d(0.185, top, 0.06), 0.034},
                                              std::pair{Vec3d(-0.185, top, -0.06), steel ? 0.017 : 0.034}}) {
                 mesh.use(f);
                 auto const place = mesh.place(moved(at.x, at.y, at.z));
                 lathe(mesh, {{radius + 0.010, 0}, {radius + 0.006, 0.005}, {radius, 0.006}}, 28, 30);
                 mesh.use(steel
                              ? Finish{.look = "galvanised"}
                              : Finish{.look = "plastic", .color = paint_color("black"), .roughness = 0.5f});
                 lathe(mesh,
                       {{radius, 0.004},
                        {radius, 0.012},
                        {radius - 0.004, 0.014},
                        {radius * 0.55, 0.014},
                        {radius * 0.5, 0.008},
                        {0, 0.008}},
                       28, 30);
             }
             mesh.use({.look = "decals"}); // labels bent round the side
             auto const round = mesh.bend([=](Vec3d const& p) {
                 double const a = p.x / r;
                 return Vec3d(p.z * std::sin(a), p.y, p.z * std::cos(a));
             });
             mesh.use({.look = "decals", .cell = 0.02});
             double const skin = steel ? 0.2825 : 0.2835;
             decal(mesh, {0, h * 0.5, skin}, {0.16, 0, 0}, {0, 0.16, 0}, {0.25, 0}, {0.5, 0.25}, 0.0008);
             decal(mesh, {0.20, h * 0.5, skin}, {0.15, 0, 0}, {0, 0.15, 0}, {0.5, 0}, {0.75, 0.25}, 0.0008);
         },
         hull});
}

// ---- crates and containers ----

KindRef tote_kind(std::string const& color, bool filled)
{
    Vec3d const size(0.6, 0.32, 0.4);
    return shared(
        {fmt::format("Tote_{}{}", color, filled ? "_filled" : ""), standing(size), [=](Mesh& mesh) {
             Finish const body{.look = "plastic",
                               .color = paint_color(color),
                               .roughness = 0.42f,
                               .wear = 0.5f,
                               .dirt = 0.3f,
                               .bare = paint_color(color) * 1.9f,
                               .cell = 0.06};
             mesh.use(body);
             double const x = size.x / 2, z = size.z / 2, h = size.y, t = 0.004, in = 0.016;
             box(mesh, {-x + in, 0, -z + in}, {x - in, 0.012, z - in}, {.radius = 0.004});
             for (double const s : {-1.0, 1.0}) {
                 box_at(mesh, {0, h / 2, s * (z - in - t / 2)}, {2 * (x - in), h - 0.01, t},
                        {.radius = 0.001, .segments = 1});
                 box_at(mesh, {s * (x - in - t / 2), h / 2, 0}, {t, h - 0.01, 2 * (z - in)},
                        {.radius = 0.001, .segments = 1});
                 // Rim, mid rib and foot around; ribs upright.
                 for (auto const& [y, high] :
                      {std::pair{h - 0.014, 0.028}, std::pair{h * 0.70, 0.010}, std::pair{0.020, 0.040}}) {
                     box_at(mesh, {0, y, s * (z - in / 2)}, {2 * x, high, in}, {.radius = 0.004});
                     box_at(mesh, {s * (x - in / 2), y, 0}, {in, high, 2 * z - 0.03}, {.radius = 0.004});
                 }
                 for (int i = 0; i < 7; ++i)
                     box_at(mesh, {-0.27 + i * 0.09, h * 0.36, s * (z - in * 0.6)},
                            {0.006, h * 0.62, in * 0.8}, {.radius = 0.002, .segments = 1});
                 for (int i = 0; i < 4; ++i)
                     box_at(mesh, {s * (x - in * 0.6), h * 0.36, -0.165 + i * 0.11},
                            {in * 0.8, h * 0.62, 0.006}, {.radius = 0.002, .segments = 1});
                 for (double const end : {-1.0, 1.0})
                     box_at(mesh, {end * (x - 0.012), h / 2, s * (z - 0.012)}, {0.024, h, 0.024},
                            {.radius = 0.009, .segments = 3});
             }
             mesh.use({.look = "matte",
                       .color = {0.008f, 0.008f, 0.009f},
                       .roughness = 0.9f,
                       .wear = 0,
                       .dirt = 0});
             for (double const s : {-1.0, 1.0}) // hand holes
                 box_at(mesh, {s * (x - in + 0.0005), h * 0.83, 0}, {0.003, 0.032, 0.11},
                        {.radius = 0.001, .segments = 1});
             mesh.use({.look = "decals"});
             decal(mesh, {0, h * 0.52, z - in}, {0.14, 0, 0}, {0, 0.047, 0}, {0.75, 0.168}, {1.0, 0.249},
                   0.0145);
             if (!filled) return;
             Random r(91);
             for (int i = 0; i < 12; ++i) {
                 mesh.use({.look = i % 3 ? "carton" : "carton_pale"});
                 Vec3d const at(-0.22 + (i % 4) * 0.145, 0.0, -0.115 + (i / 4) * 0.115);
                 double const top = h * r.uniform(0.72, 0.93);
                 box(mesh, at + Vec3d(-0.066, 0.012, -0.052), at + Vec3d(0.066, top, 0.052),
                     {.radius = 0.004, .st = carton_st});
             }
         }});
}

KindRef ibc_kind()
{
    Vec3d const size(1.2, 1.16, 1.0);
    return shared(
        {"Ibc", standing(size), [=](Mesh& mesh) {
             Finish const zinc{.look = "galvanised"};
             double const x = size.x / 2, z = size.z / 2, base = 0.15, top = size.y;
             mesh.use({.look = "plastic",
                       .color = {0.024f, 0.025f, 0.026f},
                       .roughness = 0.55f,
                       .wear = 0.5f,
                       .dirt = 0.7f,
                       .cell = 0.08});
             for (double const px : {-x + 0.07, 0.0, x - 0.07})
                 for (double const pz : {-z + 0.07, 0.0, z - 0.07})
                     box_at(mesh, {px, 0.05, pz}, {0.14, 0.10, 0.14}, {.radius = 0.012});
             mesh.use(zinc);
             box(mesh, {-x, 0.098, -z}, {x, 0.135, z}, {.radius = 0.008});
             // The bottle: swelling sides, a filler on top, a valve in front.
             mesh.use({.look = "plastic",
                       .color = {0.70f, 0.71f, 0.68f},
                       .roughness = 0.40f,
                       .wear = 0,
                       .dirt = 0.35f,
                       .cell = 0.06});
             {
                 Vec3d const low(-x + 0.03, base, -z + 0.03), high(x - 0.03, top - 0.055, z - 0.03);
                 auto const moulded = mesh.bend([=](Vec3d const& p) {
                     double const wave = 0.008 * std::sin(p.y * 2 * std::numbers::pi / 0.24);
                     return Vec3d(p.x * (1 - (0.008 + wave) / x), p.y, p.z * (1 - (0.008 + wave) / z));
                 });
                 box(mesh, low, high, {.radius = 0.07, .segments = 5});
             }
             mesh.use(
                 {.look = "plastic", .color = paint_color("red") * 0.8f, .roughness = 0.4f, .dirt = 0.2f});
             cylinder(mesh, 0.085, top - 0.075, top, 40, 0.006);
             for (int i = 0; i < 20; ++i) {
                 auto const turn = mesh.place(turned_y(18.0 * i));
                 box(mesh, {-0.006, top - 0.035, 0.080}, {0.006, top - 0.006, 0.089},
                     {.radius = 0.002, .segments = 1});
             }
             mesh.use({.look = "plastic",
                       .color = {0.60f, 0.61f, 0.58f},
                       .roughness = 0.4f,
                       .wear = 0,
                       .dirt = 0.3f});
             rod(mesh, {0, base + 0.07, z - 0.12}, {0, base + 0.07, z - 0.025}, 0.045, 24, 0.004);
             mesh.use({.look = "plastic", .color = paint_color("black"), .roughness = 0.45f, .dirt = 0.3f});
             rod(mesh, {0, base + 0.07, z - 0.06}, {0, base + 0.07, z - 0.008}, 0.036, 24, 0.004);
             mesh.use({.look = "plastic", .color = paint_color("red"), .roughness = 0.4f});
             box_at(mesh, {0.04, base + 0.125, z - 0.045}, {0.12, 0.014, 0.022}, {.radius = 0.005});
             // The cage: tubes around and upright.
             mesh.use(zinc);
             double const t = 0.009;
             auto const loop = [&](double y) {
                 Path3 way{{-x + t, y, -z + t},
                           {-x + t, y, z - t},
                           {x - t, y, z - t},
                           {x - t, y, -z + t},
                           {-x + t, y, -z + t}};
                 // Rounded at four corners, closed in the middle of a side.
                 way.insert(way.begin(), {0, y, -z + t});
                 way.pop_back();
                 way.push_back({0, y, -z + t});
                 std::rotate(way.begin() + 1, way.begin() + 1, way.end() - 1);
                 tube(mesh, rounded_path(way, 0.06, 4), t, 8);
             };
             for (double const y : {0.165, 0.36, 0.55, 0.74, 0.92, top - 0.03}) loop(y);
             auto const upright = [&](double px, double pz) {
                 rod(mesh, {px, 0.13, pz}, {px, top - 0.03, pz}, t * 0.9, 8);
             };
             for (int i = -4; i <= 4; ++i)
                 for (double const s : {-1.0, 1.0}) {
                     upright(i * 0.135, s * (z - 2.2 * t));
                     if (std::abs(i) < 4) upright(s * (x - 2.2 * t), i * 0.125);
                 }
             for (double const s : {-0.22, 0.22})
                 rod(mesh, {s, top - 0.022, -z + 0.02}, {s, top - 0.022, z - 0.02}, 0.010, 10);
             box_at(mesh, {-0.02, 0.66, z - 0.006}, {0.42, 0.32, 0.004}, {.radius = 0.001});
             mesh.use({.look = "decals"});
             decal(mesh, {-0.12, 0.66, z - 0.004}, {0.20, 0, 0}, {0, 0.26, 0}, {0.5, 0}, {0.75, 0.25},
                   0.0008);
             decal(mesh, {0.09, 0.66, z - 0.004}, {0.19, 0, 0}, {0, 0.19, 0}, {0.25, 0}, {0.5, 0.25}, 0.0008);
         }});
}

} // namespace soulvan::catalog::kit
