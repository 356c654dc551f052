// The roof of a hall: trusses, purlins, deck with translucent strips, and what hangs below it.
#include "hall.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

Finish const frame_paint{
    .look = "powder_coat", .color = {0.16f, 0.19f, 0.225f}, .wear = 0.15f, .dirt = 0.25f};
Finish const zinc{.look = "galvanised"};

/// Measures of a truss: the chords' size and the nodes of the lower one.
struct Truss {
    double chord = 0.15;
    double low = 0;   ///< underside of the lower chord
    double reach = 0; ///< the chords end at x = +-reach
    int panels = 4;
    double node(int i) const { return -reach + 2 * reach * i / panels; }
    double middle(int i) const { return (node(i) + node(i + 1)) / 2; }
};

Truss truss_of(Hall const& hall)
{
    Truss out;
    out.chord = std::clamp(hall.shell.width / 170, 0.09, 0.2);
    out.low = hall.shell.height + 0.07; // the trunking of the lamps passes below
    out.reach = hall.shell.width / 2 - (hall.bays > 1 ? column_protrusion : 0.02);
    out.panels = std::max(2, 2 * static_cast<int>(std::lround(out.reach / 2.3)));
    return out;
}

double top_chord(Hall const& hall, Truss const& truss, double x)
{
    return hall.deck(x) - purlin_height - 0.02 - truss.chord / 2;
}

void bar(Mesh& mesh, Vec3d const& a, Vec3d const& b, double wide, double high)
{
    sweep(mesh, {a, b}, rounded(rectangle(-wide / 2, -high / 2, wide / 2, high / 2), 0.008, 2), {0, 1, 0});
}

Part truss_part(Hall const& hall, Truss const& truss)
{
    Part part{.name = "Truss", .mesh = Mesh(mix64(hall.shell.seed + 31)), .copies = {}};
    auto& mesh = part.mesh;
    mesh.use(frame_paint);
    double const c = truss.chord, y0 = truss.low + c / 2;
    auto const top = [&](double x) { return top_chord(hall, truss, x); };
    bar(mesh, {-truss.reach, y0, 0}, {truss.reach, y0, 0}, c, c);
    for (double const side : {-1.0, 1.0})
        bar(mesh, {side * truss.reach, top(truss.reach), 0}, {0, top(0), 0}, c, c);
    double const web = c * 0.6;
    for (int i = 0; i < truss.panels; ++i) {
        double const a = truss.node(i), m = truss.middle(i), b = truss.node(i + 1);
        bar(mesh, {a, y0, 0}, {m, top(m), 0}, web, web);
        bar(mesh, {m, top(m), 0}, {b, y0, 0}, web, web);
    }
    for (double const side : {-1.0, 1.0}) { // end plates on the columns, with bolts
        double const x = side * truss.reach;
        box(mesh, {std::min(x, x - side * 0.02), y0 - c * 0.9, -c * 0.9},
            {std::max(x, x - side * 0.02), top(truss.reach) + c * 0.6, c * 0.9}, {.radius = 0.002});
        mesh.use(zinc);
        for (int k = 0; k < 4; ++k)
            bolt(mesh, {x - side * 0.02, k & 1 ? y0 : top(truss.reach), k & 2 ? c * 0.7 : -c * 0.7},
                 {-side, 0, 0}, 0.03);
        mesh.use(frame_paint);
    }
    return part;
}

struct Strip {
    double from_x = 0, to_x = 0; ///< distances from the ridge
    bool any = false;
};

Strip strip_of(Hall const& hall)
{
    double const half = hall.shell.width / 2;
    if (!hall.skylights || half < 3) return {};
    return {std::min(1.2, half * 0.15), half - std::min(1.6, half * 0.2), true};
}

/// Ribs of one bay, and which of them are translucent.
constexpr int ribs_per_metre_x10 = 33;

void deck_bay(Mesh& mesh, Hall const& hall, double from_z, double side)
{
    double const outer = hall.shell.width / 2 + wall_thickness;
    auto const strip = strip_of(hall);
    int const n = std::max(3, static_cast<int>(std::lround(hall.bay * ribs_per_metre_x10 / 10)));
    double const step = hall.bay / n;
    int const lit = std::max(1, static_cast<int>(std::lround(1.25 / step))), first = (n - lit) / 2;
    auto const profile = ribs(from_z, from_z + hall.bay, step, 0, 0.06, 0.35, 0.12);
    auto const at = [&](double x, Vec2d const& p) { return Vec3d(side * x, hall.deck(x) + p.y, p.x); };
    auto const st = [](Vec3d const& p) { return Vec2d(p.z / 2, p.x / 6.6); };
    for (std::size_t i = 0; i + 1 < profile.size(); ++i) {
        Vec2d const a = profile[i], b = profile[i + 1];
        int const rib = static_cast<int>(((a.x + b.x) / 2 - from_z) / step);
        bool const is_lit = strip.any && rib >= first && rib < first + lit;
        auto const put = [&](char const* look, double x0, double x1) {
            mesh.use({.look = look});
            quad(mesh, at(x0, a), at(x1, a), at(x1, b), at(x0, b), {0, -1, 0}, st);
        };
        if (!is_lit) {
            put("cladding_grey", 0, outer);
            continue;
        }
        put("cladding_grey", 0, strip.from_x);
        put("skylight_sheet", strip.from_x, strip.to_x);
        put("cladding_grey", strip.to_x, outer);
    }
    // The membrane above, with wells for the strips.
    auto const above = [&](double x, double z) { return Vec3d(side * x, hall.deck(x) + roof_depth, z); };
    auto const under = [&](double x, double z) { return Vec3d(side * x, hall.deck(x) + 0.06, z); };
    double const z0 = from_z, z3 = from_z + hall.bay, z1 = z0 + first * step, z2 = z1 + lit * step;
    mesh.use({.look = "roof_membrane"});
    auto const roof = [&](double xa, double xb, double za, double zb) {
        quad(mesh, above(xa, za), above(xb, za), above(xb, zb), above(xa, zb), {0, 1, 0}, metric(0, 2, 3));
    };
    if (!strip.any) return roof(0, outer, z0, z3);
    roof(0, outer, z0, z1);
    roof(0, outer, z2, z3);
    roof(0, strip.from_x, z1, z2);
    roof(strip.to_x, outer, z1, z2);
    mesh.use({.look = "plaster"});
    double const xa = strip.from_x, xb = strip.to_x;
    auto const well = [&](double x0, double za, double x1, double zb, Vec3d const& normal) {
        quad(mesh, under(x0, za), under(x1, zb), above(x1, zb), above(x0, za), normal, metric(0, 1));
    };
    well(xa, z1, xb, z1, {0, 0, 1});
    well(xa, z2, xb, z2, {0, 0, -1});
    well(xa, z1, xa, z2, {side, 0, 0});
    well(xb, z1, xb, z2, {-side, 0, 0});
}

/// The roof's rim, and the ridge seen from below.
void roof_edges(Mesh& mesh, Hall const& hall)
{
    auto const& s = hall.shell;
    double const x = s.width / 2 + wall_thickness, z = s.depth / 2 + wall_thickness;
    auto const at = [&](double px, double up, double pz) { return Vec3d(px, hall.deck(px) + up, pz); };
    mesh.use({.look = "powder_coat", .color = {0.16f, 0.19f, 0.225f}, .dirt = 0.2f});
    for (double const side : {-1.0, 1.0}) {
        quad(mesh, at(side * x, -0.02, -z), at(side * x, -0.02, z), at(side * x, roof_depth, z),
             at(side * x, roof_depth, -z), {side, 0, 0}, metric(2, 1));
        for (double const end : {-1.0, 1.0}) {
            quad(mesh, at(0, -0.02, end * z), at(side * x, -0.02, end * z), at(side * x, roof_depth, end * z),
                 at(0, roof_depth, end * z), {0, 0, end}, metric(0, 1));
            // Between the bays' ends and the rim.
            quad(mesh, at(0, roof_depth, end * s.depth / 2), at(side * x, roof_depth, end * s.depth / 2),
                 at(side * x, roof_depth, end * z), at(0, roof_depth, end * z), {0, 1, 0}, metric(0, 2));
        }
    }
    mesh.use({.look = "cladding_grey"});
    for (double const side : {-1.0, 1.0})
        quad(mesh, at(0, -0.012, -s.depth / 2), at(side * 0.25, -0.004, -s.depth / 2),
             at(side * 0.25, -0.004, s.depth / 2), at(0, -0.012, s.depth / 2), {0, -1, 0}, metric(2, 0, 2));
}

void purlins(Mesh& mesh, Hall const& hall)
{
    auto const& s = hall.shell;
    int const n = std::max(2, static_cast<int>(std::ceil(s.width / 2 / 1.9)));
    mesh.use(zinc);
    Outline const section = thickened({{0.032, 0.03},
                                       {0.032, 0},
                                       {-0.032, 0},
                                       {-0.032, purlin_height - 0.01},
                                       {0.032, purlin_height - 0.01},
                                       {0.032, purlin_height - 0.04}},
                                      0.004);
    for (int i = 0; i <= n; ++i)
        for (double const side : {-1.0, 1.0}) {
            double const x = std::max(0.14, (s.width / 2 - 0.1) * i / n);
            auto const guard = mesh.place(moved(side * x, hall.deck(x + 0.04) - purlin_height - 0.004, 0));
            prism(mesh, section, -s.depth / 2, s.depth / 2, {.radius = 0});
        }
}

/// Crossed rods in the end bays, below the purlins.
void bracing(Mesh& mesh, Hall const& hall, Truss const& truss)
{
    if (hall.bays < 3) return;
    mesh.use(zinc);
    int const step = std::max(1, truss.panels / 4);
    for (double const end : {-1.0, 1.0}) {
        double const z0 = end * (hall.shell.depth / 2 - 0.3), z1 = end * (hall.shell.depth / 2 - hall.bay);
        for (int i = 0; i + step <= truss.panels; i += step) {
            double const a = truss.node(i), b = truss.node(i + step);
            auto const p = [&](double x, double z) {
                return Vec3d(x, top_chord(hall, truss, x) - truss.chord * 0.4, z);
            };
            rod(mesh, p(a, z0), p(b, z1), 0.012, 8);
            rod(mesh, p(b, z0), p(a, z1), 0.012, 8);
        }
    }
}

} // namespace

void hall_roof(Model& model, Hall const& hall)
{
    auto const& s = hall.shell;
    auto const truss = truss_of(hall);
    auto const proto = model.add(truss_part(hall, truss));
    for (int i = 0; i <= hall.bays; ++i) {
        double const inset = truss.chord; // the end ones stand before the gables
        double const z = std::clamp(hall.frame_z(i), -s.depth / 2 + inset, s.depth / 2 - inset);
        model.put(proto, moved(0, 0, z));
    }
    auto& mesh = model.root.mesh;
    purlins(mesh, hall);
    for (int i = 0; i < hall.bays; ++i)
        for (double const side : {-1.0, 1.0}) deck_bay(mesh, hall, hall.frame_z(i), side);
    roof_edges(mesh, hall);
    bracing(mesh, hall, truss);
}

namespace {

void trunking(Mesh& mesh, Hall const& hall)
{
    double const y = hall.shell.height, z = hall.shell.depth / 2;
    for (double const x : hall_lamp_rows(hall.shell.width)) {
        mesh.use({.look = "powder_coat", .color = {0.62f, 0.63f, 0.63f}, .wear = 0, .dirt = 0.15f});
        box(mesh, {x - 0.03, y, -z + 0.05}, {x + 0.03, y + 0.062, z - 0.05}, {.radius = 0.003});
        mesh.use(zinc);
        for (int i = 0; i < hall.bays; ++i) { // hangers at mid-bay, up to the purlins
            double const at = hall.frame_z(i) + hall.bay / 2;
            rod(mesh, {x, y + 0.05, at}, {x, hall.deck(x) - 0.1, at}, 0.004, 6);
        }
    }
}

void pipe(Mesh& mesh, Vec3d const& a, Vec3d const& b, double radius)
{
    rod(mesh, a, b, radius, 14);
    int const n = static_cast<int>((b - a).length() / 6);
    Vec3d const along = (b - a).normalized();
    for (int i = 1; i <= n; ++i) { // grooved couplings
        Vec3d const p = a + (b - a) * (static_cast<double>(i) / (n + 1));
        rod(mesh, p - along * 0.035, p + along * 0.035, radius * 1.3, 14, 0.008);
    }
}

/// Sprinklers: mains through the trusses' webs, a branch with pendants in each half bay.
void sprinklers(Model& model, Hall const& hall, Truss const& truss)
{
    auto const& s = hall.shell;
    double const y = truss.low + truss.chord + 0.07, z = s.depth / 2;
    Finish const red{.look = "powder_coat", .color = {0.42f, 0.022f, 0.018f}, .wear = 0.1f, .dirt = 0.2f};
    auto& mesh = model.root.mesh;
    mesh.use(red);
    int const quarter = truss.panels / 4;
    std::vector<int> mains{quarter};
    if (truss.panels - 1 - quarter != quarter) mains.push_back(truss.panels - 1 - quarter);
    for (int const panel : mains)
        pipe(mesh, {truss.middle(panel), y, -z + 0.1}, {truss.middle(panel), y, z - 0.1}, 0.045);
    Part branch{.name = "Branch", .mesh = Mesh(mix64(s.seed + 33)), .copies = {}};
    branch.mesh.use(red);
    double const over = y + 0.075, reach = s.width / 2 - 0.5;
    rod(branch.mesh, {-reach, over, 0}, {reach, over, 0}, 0.022, 10);
    int const heads = std::max(2, static_cast<int>(std::lround(2 * reach / 3)));
    for (int i = 0; i < heads; ++i) {
        double const x = -reach + 2 * reach * (i + 0.5) / heads;
        branch.mesh.use(red);
        rod(branch.mesh, {x, over, 0}, {x, over - 0.09, 0}, 0.014, 8);
        branch.mesh.use({.look = "chrome"});
        rod(branch.mesh, {x, over - 0.09, 0}, {x, over - 0.14, 0}, 0.009, 8);
        auto const guard = branch.mesh.place(moved(x, over - 0.148, 0));
        cylinder(branch.mesh, 0.024, 0, 0.003, 12, 0.001);
    }
    auto const proto = model.add(std::move(branch));
    int const rows = std::max(1, static_cast<int>(std::lround(s.depth / 3.2)));
    for (int i = 0; i < rows; ++i) {
        double at = -z + s.depth * (i + 0.5) / rows;
        double const nearest = std::round((at + z) / hall.bay) * hall.bay - z;
        if (std::abs(at - nearest) < 0.25) at = nearest + 0.3; // not through a truss
        model.put(proto, moved(0, 0, at));
    }
}

/// A spiral duct that lies in the trusses' webs, and a cable tray on their lower chords.
void duct_and_tray(Mesh& mesh, Hall const& hall, Truss const& truss)
{
    double const z = hall.shell.depth / 2;
    int const panel = truss.panels / 2 - 2;
    if (hall.shell.width < 14 || panel < 0) return;
    double const x = truss.middle(panel), base = truss.node(panel + 1) - truss.node(panel);
    double const high = top_chord(hall, truss, x) - truss.low - truss.chord;
    double const free = base * high / (base + 2 * std::hypot(base / 2, high)) - truss.chord * 0.7;
    double const r = std::clamp(free, 0.12, 0.3), y = truss.low + truss.chord + r + 0.05;
    mesh.use(zinc);
    rod(mesh, {x, y, -z + 0.02}, {x, y, z - 0.02}, r, 40, 0.002);
    int const n = static_cast<int>(hall.shell.depth / 1.5);
    for (int i = 1; i < n; ++i) {
        double const at = -z + hall.shell.depth * i / n;
        rod(mesh, {x, y, at - 0.018}, {x, y, at + 0.018}, r + 0.012, 40, 0.004);
    }
    double const tray = truss.middle(std::min(truss.panels - 1, truss.panels / 2 + 1)),
                 low = truss.low + truss.chord;
    mesh.use(zinc);
    Outline const section = thickened({{-0.15, 0.06}, {-0.15, 0.002}, {0.15, 0.002}, {0.15, 0.06}}, 0.003);
    {
        auto const guard = mesh.place(moved(tray, low, 0));
        prism(mesh, section, -z + 0.1, z - 0.1, {.radius = 0});
    }
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.6f});
    for (int k = 0; k < 4; ++k) {
        double const at = tray - 0.1 + 0.06 * k;
        rod(mesh, {at, low + 0.02, -z + 0.1}, {at, low + 0.02, z - 0.1}, 0.014, 8);
    }
}

} // namespace

void hall_services(Model& model, Hall const& hall)
{
    auto const truss = truss_of(hall);
    trunking(model.root.mesh, hall);
    sprinklers(model, hall, truss);
    duct_and_tray(model.root.mesh, hall, truss);
}

} // namespace soulvan::catalog::kit
