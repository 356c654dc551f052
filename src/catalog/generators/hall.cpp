// soulvan/hall: a warehouse from inside: sealed slab, plinth, ribbed sheets, columns.
#include "hall.h"

#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {

double Hall::deck(double x) const
{
    return shell.height + eave + rise * (1 - std::min(1.0, std::abs(x) / (shell.width / 2)));
}

double Hall::wall_top(char wall, double u) const
{
    if (shell.cutaway.cuts(wall)) return cut_height;
    if (shell.cutaway.roof) return shell.height;
    return wall == 'n' || wall == 's' ? deck(u) : deck(shell.width / 2);
}

Hall hall_of(Values const& values, double drop)
{
    Hall out;
    out.shell = shell_of(values);
    out.bays = hall_bays(out.shell.depth);
    out.bay = out.shell.depth / out.bays;
    out.eave = out.shell.width < 14 ? 0.75 : 1.1;
    out.rise = std::min(out.shell.width / 2 * std::tan(5.5 * 3.14159265358979 / 180), 4.0);
    out.plinth = std::clamp(out.shell.height * 0.14, 0.4, 1.2);
    out.skylights = values.is("skylights", "strips");
    out.drop = drop;
    if (!out.shell.cutaway.roof && values.is("outside", "yard"))
        for (char const wall : {'n', 'e', 's', 'w'})
            if (!out.shell.holes_of(wall).empty())
                out.outside.push_back({wall, Outside::Kind::yard, drop, drop > 0.5});
    return out;
}

Range3d hall_bounds(Hall const& hall)
{
    auto const& s = hall.shell;
    double const x = s.width / 2 + wall_thickness, z = s.depth / 2 + wall_thickness;
    double const top = s.cutaway.roof ? s.height : hall.deck(0) + roof_depth;
    Range3d box({-x, -std::max(slab_depth, hall.drop), -z}, {x, top, z});
    for (auto const& outside : hall.outside) box.extendBy(outside_bounds(s, outside));
    return box;
}

void hall_floor(Model& model, Hall const& hall)
{
    auto& mesh = model.root.mesh;
    auto const& s = hall.shell;
    int const nx = std::max(1, static_cast<int>(std::lround(s.width / 6))), nz = hall.bays;
    double const w = s.width / nx, d = hall.bay;
    Random random = Random(s.seed).fork(3);
    mesh.use({.look = "floor_concrete"});
    for (int i = 0; i < nx; ++i)
        for (int k = 0; k < nz; ++k) {
            // The panel's picture has its joints on its border: any of its eight symmetries fits.
            int const turn = random.below(8);
            Vec3d const low(-s.width / 2 + i * w, 0, -s.depth / 2 + k * d);
            auto const st = [&](Vec3d const& p) {
                Vec2d t((p.x - low.x) / w, (p.z - low.z) / d);
                if (turn & 1) t.x = 1 - t.x;
                if (turn & 2) t.y = 1 - t.y;
                return turn & 4 ? Vec2d(t.y, t.x) : t;
            };
            quad(mesh, low, low + Vec3d(w, 0, 0), low + Vec3d(w, 0, d), low + Vec3d(0, 0, d), {0, 1, 0}, st);
        }
    // Rubber of tyres, thicker near doors and in the lanes; 0.4 mm above the slab.
    double const lift = 0.0004;
    double const floor_area = s.width * s.depth;
    int const marks = std::clamp(static_cast<int>(floor_area / 45), 2, 240);
    for (int i = 0; i < marks; ++i) {
        bool const turn = random.chance(0.35);
        mesh.use({.look = turn ? "tyre_turn" : "tyre_runs"});
        double const wide = turn ? random.uniform(2.4, 4.0) : random.uniform(1.6, 2.6);
        double const length = turn ? wide : random.uniform(4, 9);
        double const reach = std::hypot(wide, length) / 2 + 0.2;
        if (reach > s.width / 2 || reach > s.depth / 2) continue;
        Vec3d const centre(random.uniform(-s.width / 2 + reach, s.width / 2 - reach),
                           lift * (1 + i % 3 * 0.2),
                           random.uniform(-s.depth / 2 + reach, s.depth / 2 - reach));
        double const a = (random.below(4) * 90 + random.uniform(-9, 9)) * 3.14159265358979 / 180;
        Vec3d const right = Vec3d(std::cos(a), 0, std::sin(a)) * wide,
                    up = Vec3d(std::sin(a), 0, -std::cos(a)) * length;
        decal(mesh, centre, right, up, {0, 0}, {1, 1}, 0);
    }
    // The slab's rim, and the floor in doorways.
    mesh.use({.look = "plinth_concrete"});
    for (char const wall : {'n', 'e', 's', 'w'}) {
        auto const frame = frame_of(s, wall);
        double const half = s.length(wall) / 2 + wall_thickness, t = wall_thickness;
        quad(mesh, frame.at(-half, -std::max(slab_depth, hall.drop), t),
             frame.at(half, -std::max(slab_depth, hall.drop), t), frame.at(half, 0, t), frame.at(-half, 0, t),
             -frame.inward(), metric(frame.along().x > 0.5 ? 0 : 2, 1));
        for (auto const& hole : s.holes_of(wall))
            if (hole.sill < 0.001)
                quad(mesh, frame.at(hole.low(), 0, 0), frame.at(hole.high(), 0, 0),
                     frame.at(hole.high(), 0, t), frame.at(hole.low(), 0, t), {0, 1, 0}, metric(0, 2));
    }
}

namespace {

/// A flat face with grooves at `joints`.
std::vector<Vec2d> grooved(double low, double high, double pitch)
{
    std::vector<Vec2d> out{{low, 0}};
    int const n = std::max(1, static_cast<int>(std::lround((high - low) / pitch)));
    for (int i = 1; i < n; ++i) {
        double const u = low + (high - low) * i / n;
        out.insert(out.end(), {{u - 0.012, 0}, {u - 0.007, 0.02}, {u + 0.007, 0.02}, {u + 0.012, 0}});
    }
    out.emplace_back(high, 0);
    return out;
}

void one_wall(Mesh& mesh, Hall const& hall, char wall)
{
    auto const& s = hall.shell;
    auto const frame = frame_of(s, wall);
    auto const holes = s.holes_of(wall);
    double const half = s.length(wall) / 2, t = wall_thickness, valley = 0.045, crest = 0.014;
    auto const top = [&](double u) { return hall.wall_top(wall, u); };
    double const plinth = std::min(hall.plinth, top(half));
    auto const flat_top = [plinth](double) { return plinth; };
    mesh.use({.look = "plinth_concrete"});
    wall_skin(mesh, {frame, grooved(-half, half, hall.bay), 0, flat_top, false, metric(0, 1)}, holes);
    for (auto const& [a, b] : solid_pieces(-half, half, plinth - 1e-6, holes))
        quad(mesh, frame.at(a, plinth, 0), frame.at(b, plinth, 0), frame.at(b, plinth, valley + 0.01),
             frame.at(a, plinth, valley + 0.01), {0, 1, 0}, metric(0, 2));
    auto const sheet = [&](Vec3d const& p) { return Vec2d(p.x / 2, p.y / (s.height + 1)); };
    if (top(half) > plinth + 0.05) {
        mesh.use({.look = "wall_inside"});
        wall_skin(mesh,
                  {frame, ribs(-half - valley, half + valley, 0.333, crest, valley, 0.25, 0.15), plinth, top,
                   false, sheet},
                  holes);
        // A drip flashing over the plinth hides the sheet's lower edge.
        mesh.use({.look = "powder_coat", .color = {0.42f, 0.44f, 0.46f}, .dirt = 0.5f});
        for (auto const& [a, b] : solid_pieces(-half, half, plinth + 1e-6, holes))
            quad(mesh, frame.at(a, plinth, 0.004), frame.at(b, plinth, 0.004),
                 frame.at(b, plinth + 0.09, 0.012), frame.at(a, plinth + 0.09, 0.012), frame.inward(),
                 metric(0, 1));
    }
    double const out_half = half + t;
    mesh.use({.look = "wall_outside"});
    wall_skin(mesh, {frame, ribs(-out_half, out_half, 0.3, t, t - 0.035, 0.3, 0.1), 0, top, true, sheet},
              holes);
    mesh.use({.look = "powder_coat", .color = {0.42f, 0.44f, 0.46f}, .dirt = 0.2f});
    for (auto const& hole : holes)
        if (!s.cutaway.cuts(wall)) reveal(mesh, frame, hole, 0, t, hole.sill > 0.001, metric(0, 1));
    if (s.cutaway.roof) {
        mesh.use({.look = "section_cut"});
        wall_caps(mesh, frame, -out_half, out_half, 0, top(0), holes);
    }
}

} // namespace

void hall_walls(Model& model, Hall const& hall)
{
    for (char const wall : {'n', 'e', 's', 'w'}) one_wall(model.root.mesh, hall, wall);
}

void hall_columns(Model& model, Hall const& hall)
{
    auto const& s = hall.shell;
    if (hall.bays < 2) return;
    double const deep = column_protrusion, half = column_half_width;
    double const top = s.cutaway.roof ? s.height : hall.deck(s.width / 2) - purlin_height;
    Part column{.name = "Column", .mesh = Mesh(mix64(s.seed + 21)), .copies = {}};
    auto& mesh = column.mesh;
    Finish const steel{.look = "powder_coat", .color = {0.16f, 0.19f, 0.225f}, .wear = 0.3f, .dirt = 0.4f};
    mesh.use(steel);
    // HEB 300; x runs from the wall (0) into the room.
    double const flange = 0.019, web = 0.0055;
    Outline const section = rounded({{0, -half},
                                     {flange, -half},
                                     {flange, -web},
                                     {deep - flange, -web},
                                     {deep - flange, -half},
                                     {deep, -half},
                                     {deep, half},
                                     {deep - flange, half},
                                     {deep - flange, web},
                                     {flange, web},
                                     {flange, half},
                                     {0, half}},
                                    0.004, 2);
    prism_y(mesh, section, 0.02, top, {.radius = 0});
    box(mesh, {0, 0, -half}, {deep, 0.02, half}, {.radius = 0.002});
    for (double const y : {s.height * 0.72, s.height - 0.02}) { // stiffeners
        box(mesh, {flange, y - 0.007, web}, {deep - flange, y + 0.007, half - 0.01}, {.radius = 0.001});
        box(mesh, {flange, y - 0.007, -half + 0.01}, {deep - flange, y + 0.007, -web}, {.radius = 0.001});
    }
    mesh.use({.look = "galvanised"});
    for (int k = 0; k < 4; ++k)
        bolt(mesh, {k & 1 ? 0.08 : deep - 0.08, 0.02, k & 2 ? 0.09 : -0.09}, {0, 1, 0}, 0.03);
    mesh.use({.look = "hazard"});
    double const striped = std::min(1.2, s.height / 3);
    auto const stripes = [](Vec3d const& p) { return Vec2d(p.y / 1.2, (p.x + p.z) / 0.3); };
    quad(mesh, {deep + 6e-4, 0.02, -half}, {deep + 6e-4, 0.02, half}, {deep + 6e-4, striped, half},
         {deep + 6e-4, striped, -half}, {1, 0, 0}, stripes);
    auto const proto = model.add(std::move(column));
    for (int i = 1; i < hall.bays; ++i) {
        double const z = hall.frame_z(i);
        if (!s.cutaway.west) model.put(proto, moved(-s.width / 2, 0, z));
        if (!s.cutaway.east) model.put(proto, turned_y(180) * moved(s.width / 2, 0, z));
    }
}

namespace {

constexpr double floor_step = 0.02; ///< from the slab down to the yard

std::vector<Parameter> parameters()
{
    auto out = shell_parameters("30", "24", "8");
    out.push_back(word_parameter("outside", "what lies before its openings", {"yard", "none"}));
    out.push_back(word_parameter("skylights", "translucent strips in the roof", {"strips", "none"}));
    return out;
}

Asset describe(Values const& values)
{
    Asset asset;
    asset.name = fmt::format("Hall, {:.3g} m by {:.3g} m", values.number("width"), values.number("depth"));
    asset.category = "building";
    asset.bounds = hall_bounds(hall_of(values, floor_step));
    asset.attributes = {"steel", "industrial"};
    asset.tags = {"warehouse", "factory", "hall", "shell"};
    return asset;
}

Model build(Values const& values)
{
    auto const plan = hall_of(values, floor_step);
    auto model = hall_model(plan, mix64(values.seed + 20));
    for (auto const& outside : plan.outside)
        add_outside(model, plan.shell, outside, plan.shell.holes_of(outside.wall));
    return model;
}

} // namespace

Model hall_model(Hall const& hall, std::uint64_t seed)
{
    Model model(seed);
    hall_floor(model, hall);
    hall_walls(model, hall);
    hall_columns(model, hall);
    if (!hall.shell.cutaway.roof) {
        hall_roof(model, hall);
        hall_services(model, hall);
    }
    return model;
}

Recipe hall()
{
    return {.key = "soulvan/hall",
            .version = 1,
            .parameters = parameters(),
            .entries = {{}},
            .describe = describe,
            .build = build,
            .check = check_shell};
}

} // namespace soulvan::catalog::kit
