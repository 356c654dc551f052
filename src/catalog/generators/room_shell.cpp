// soulvan/office_shell and soulvan/plain_room: rooms with finished walls, floor, ceiling and a view outside.
//
// Offices have carpet tiles and a suspended ceiling whose tiles are centred at multiples of 0.6 m from the
// room's middle, so that light panels placed there replace a tile. Walls with windows (openings whose sill is
// above 0.3 m) look onto a street; the first floor of an office lies 3.4 m above it.
#include "buildings.h"
#include "outside.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double slab = 0.2, ceiling_depth = 0.25, grid = 0.6, bar = 0.024, tile_lift = 0.007;

struct RoomShell {
    Shell shell;
    bool is_office = true;
    std::string walls, floor, accent;
    char accent_wall = ' ';
    std::vector<Outside> outside;
};

bool is_window(Hole const& hole)
{
    return hole.sill > 0.3;
}

/// The accented wall: the longest of those with the fewest holes.
char wall_to_accent(Shell const& shell)
{
    char best = 'e';
    double best_score = -1e9;
    for (char const wall : {'e', 'w', 's', 'n'}) {
        double score = shell.length(wall);
        for (auto const& hole : shell.holes_of(wall)) score -= is_window(hole) ? 100 : 4 * hole.width;
        if (shell.cutaway.cuts(wall)) score -= 1000;
        if (score > best_score + 1e-9) {
            best = wall;
            best_score = score;
        }
    }
    return best;
}

RoomShell room_of(Values const& v, bool is_office)
{
    RoomShell out{.shell = shell_of(v),
                  .is_office = is_office,
                  .walls = v.word("walls"),
                  .floor = v.word("floor"),
                  .accent = v.word("accent"),
                  .outside = {}};
    if (out.accent != "none") out.accent_wall = wall_to_accent(out.shell);
    if (!out.shell.cutaway.roof && v.is("outside", "street"))
        for (char const wall : {'n', 'e', 's', 'w'}) {
            auto const holes = out.shell.holes_of(wall);
            if (std::ranges::any_of(holes, is_window))
                out.outside.push_back({wall, Outside::Kind::street, is_office ? 3.4 : 0.25, false});
        }
    return out;
}

double foundation(RoomShell const& room)
{
    double out = slab;
    for (auto const& outside : room.outside) out = std::max(out, outside.drop);
    return out;
}

Range3d bounds_of(RoomShell const& room)
{
    auto const& s = room.shell;
    double const x = s.width / 2 + wall_thickness, z = s.depth / 2 + wall_thickness;
    Range3d box({-x, -foundation(room), -z}, {x, s.height + (s.cutaway.roof ? 0 : ceiling_depth), z});
    for (auto const& outside : room.outside) box.extendBy(outside_bounds(s, outside));
    return box;
}

// ---- floor and ceiling ----

void floor_of(Mesh& mesh, RoomShell const& room)
{
    auto const& s = room.shell;
    double const x = s.width / 2, z = s.depth / 2;
    mesh.use({.look = room.floor});
    bool const boards = room.floor == "oak_planks" || room.floor == "oak_dark";
    quad(mesh, {-x, 0, -z}, {x, 0, -z}, {x, 0, z}, {-x, 0, z}, {0, 1, 0},
         boards && s.depth > s.width ? metric(2, 0) : metric(0, 2, room.floor == "floor_concrete" ? 6 : 1));
    double const low = -foundation(room);
    for (char const wall : {'n', 'e', 's', 'w'}) {
        auto const frame = frame_of(s, wall);
        double const half = s.length(wall) / 2 + wall_thickness, t = wall_thickness;
        mesh.use({.look = "plinth_concrete"});
        quad(mesh, frame.at(-half, low, t), frame.at(half, low, t), frame.at(half, 0, t),
             frame.at(-half, 0, t), -frame.inward(), metric(frame.along().x > 0.5 ? 0 : 2, 1));
        mesh.use({.look = "aluminium"}); // thresholds
        for (auto const& hole : s.holes_of(wall))
            if (hole.sill < 0.001)
                quad(mesh, frame.at(hole.low(), 0, 0), frame.at(hole.high(), 0, 0),
                     frame.at(hole.high(), 0, t), frame.at(hole.low(), 0, t), {0, 1, 0}, metric(0, 2));
    }
}

/// Bars of a suspended ceiling along one axis (0 x, 2 z), their lower faces at the room's height.
void bars(Mesh& mesh, Shell const& s, int axis)
{
    double const across = (axis == 0 ? s.depth : s.width) / 2, along = (axis == 0 ? s.width : s.depth) / 2;
    int const n = static_cast<int>((across - 0.02) / grid + 0.5);
    for (int i = -n; i < n; ++i) {
        double const at = (i + 0.5) * grid;
        if (std::abs(at) > across - 0.02) continue;
        Vec3d low, high;
        low[axis] = -along;
        high[axis] = along;
        low[2 - axis] = at - bar / 2;
        high[2 - axis] = at + bar / 2;
        low.y = s.height + (axis == 0 ? 0.0003 : 0);
        high.y = s.height + tile_lift + 0.004;
        box(mesh, low, high, {.radius = 0.001, .segments = 1, .skip = 1u << 2});
    }
}

void ceiling_of(Mesh& mesh, RoomShell const& room)
{
    auto const& s = room.shell;
    double const x = s.width / 2, z = s.depth / 2, h = s.height;
    if (room.is_office) {
        mesh.use({.look = "ceiling_tile"});
        Vec2d const offset(0.5, 0.5);
        double const y = h + tile_lift;
        quad(mesh, {-x, y, -z}, {x, y, -z}, {x, y, z}, {-x, y, z}, {0, -1, 0}, metric(0, 2, grid, offset));
        mesh.use({.look = "powder_coat", .color = {0.70f, 0.70f, 0.69f}, .wear = 0, .dirt = 0});
        bars(mesh, s, 0);
        bars(mesh, s, 2);
        for (char const wall : {'n', 'e', 's', 'w'}) { // the wall angle
            auto const frame = frame_of(s, wall);
            double const half = s.length(wall) / 2;
            quad(mesh, frame.at(-half, h, 0), frame.at(half, h, 0), frame.at(half, h, -bar),
                 frame.at(-half, h, -bar), {0, -1, 0}, metric(0, 2));
            quad(mesh, frame.at(-half, h, -bar), frame.at(half, h, -bar), frame.at(half, y, -bar),
                 frame.at(-half, y, -bar), frame.inward(), metric(0, 1));
        }
    } else {
        mesh.use({.look = "plaster_white"});
        quad(mesh, {-x, h, -z}, {x, h, -z}, {x, h, z}, {-x, h, z}, {0, -1, 0}, metric(0, 2));
    }
    double const t = wall_thickness, top = h + ceiling_depth;
    mesh.use({.look = "roof_membrane"});
    quad(mesh, {-x - t, top, -z - t}, {x + t, top, -z - t}, {x + t, top, z + t}, {-x - t, top, z + t},
         {0, 1, 0}, metric(0, 2, 3));
}

// ---- walls ----

/// Oak slats whose fronts lie in the wall's face, on dark felt.
void slats(Mesh& mesh, WallFrame const& frame, double half, double height, std::vector<Hole> const& holes)
{
    double const deep = 0.02, pitch = 0.06, wide = 0.038;
    mesh.use({.look = "felt_black"});
    auto const flat = [height](double) { return height; };
    auto const st = metric(0, 1);
    wall_skin(mesh, {frame, {{-half, deep}, {half, deep}}, 0, flat, false, st}, holes);
    mesh.use({.look = "oak_slat"});
    int const n = std::max(1, static_cast<int>(std::lround(2 * half / pitch)));
    double const step = 2 * half / n;
    for (int i = 0; i < n; ++i) {
        double const a = -half + step * (i + 0.5) - wide / 2, b = a + wide, c = 0.0025;
        std::vector<Vec2d> const profile{{a, deep}, {a, c}, {a + c, 0}, {b - c, 0}, {b, c}, {b, deep}};
        double const shift = 0.37 * i;
        auto const grain = [shift](Vec3d const& p) { return Vec2d(p.y + shift, (p.x - p.z) * 1.7 + shift); };
        wall_skin(mesh, {frame, profile, 0, flat, false, grain}, holes);
    }
}

void skirting(Mesh& mesh, RoomShell const& room, WallFrame const& frame, std::vector<Hole> const& holes)
{
    double const half = room.shell.length(frame.wall) / 2, high = 0.08, deep = 0.012;
    if (room.is_office)
        mesh.use({.look = "powder_coat", .color = {0.12f, 0.125f, 0.13f}, .wear = 0.1f, .dirt = 0.2f});
    else
        mesh.use({.look = "powder_coat", .color = {0.70f, 0.69f, 0.66f}, .wear = 0.1f, .dirt = 0.2f});
    for (auto const& [a, b] : solid_pieces(-half, half, 0.04, holes)) {
        Range3d piece;
        piece.extendBy(frame.at(a, 0, 0.001));
        piece.extendBy(frame.at(b, high, -deep));
        box(mesh, piece.min, piece.max, {.radius = 0.003});
    }
}

void one_wall(Mesh& mesh, RoomShell const& room, char wall)
{
    auto const& s = room.shell;
    auto const frame = frame_of(s, wall);
    auto const holes = s.holes_of(wall);
    double const half = s.length(wall) / 2, t = wall_thickness;
    bool const is_cut = s.cutaway.cuts(wall);
    double const inner = is_cut ? 0.1 : s.height + (room.is_office && !s.cutaway.roof ? 0.02 : 0);
    double const outer = is_cut ? 0.1 : s.cutaway.roof ? s.height : s.height + ceiling_depth;
    auto const top = [inner](double) { return inner; };
    bool const is_accent = wall == room.accent_wall && !is_cut;
    std::string const look = "plaster_" + room.walls;
    if (is_accent && room.accent == "slats") {
        slats(mesh, frame, half, inner, holes);
    } else {
        mesh.use({.look = is_accent ? (room.accent == "brick" ? "brick" : "plaster_" + room.accent) : look});
        wall_skin(mesh, {frame, {{-half, 0}, {half, 0}}, 0, top, false, metric(0, 1)}, holes);
    }
    mesh.use({.look = look});
    if (!is_cut)
        for (auto const& hole : holes) reveal(mesh, frame, hole, 0, t, hole.sill > 0.001, metric(0, 1));
    if (!is_cut) skirting(mesh, room, frame, holes);
    mesh.use({.look = "plaster_grey"});
    wall_skin(
        mesh,
        {frame, {{-half - t, t}, {half + t, t}}, 0, [outer](double) { return outer; }, true, metric(0, 1)},
        holes);
    if (s.cutaway.roof) {
        mesh.use({.look = "section_cut"});
        wall_caps(mesh, frame, -half - t, half + t, 0, outer, holes);
    }
}

// ---- recipes ----

std::vector<Parameter> parameters(bool is_office)
{
    auto out = is_office ? shell_parameters("12", "9", "3") : shell_parameters("6", "5", "2.7");
    out.push_back(word_parameter("outside", "what lies before its windows", {"street", "none"}));
    std::vector<std::string> colors{"white", "warm", "grey", "teal", "green", "blue"};
    if (!is_office) std::swap(colors[0], colors[1]);
    out.push_back(word_parameter("walls", "colour of the plaster", colors));
    out.push_back(
        word_parameter("accent", "finish of one wall",
                       {"none", "slats", "brick", "white", "warm", "grey", "teal", "green", "blue"}));
    std::vector<std::string> floors{"carpet", "oak_planks", "oak_dark", "floor_concrete", "floor_tiles"};
    if (!is_office) std::swap(floors[0], floors[1]);
    out.push_back(word_parameter("floor", "covering of the floor", floors));
    return out;
}

Recipe recipe(std::string key, bool is_office)
{
    auto const describe = [is_office](Values const& v) {
        Asset asset;
        asset.name = fmt::format("{}, {:.3g} m by {:.3g} m", is_office ? "Office" : "Room", v.number("width"),
                                 v.number("depth"));
        asset.category = "building";
        asset.bounds = bounds_of(room_of(v, is_office));
        asset.attributes = {v.word("floor"), v.word("walls")};
        asset.tags = {is_office ? "office" : "room", "interior", "shell"};
        return asset;
    };
    auto const build = [is_office](Values const& v) {
        auto const room = room_of(v, is_office);
        Model model(mix64(v.seed + 80));
        auto& mesh = model.root.mesh;
        floor_of(mesh, room);
        if (!room.shell.cutaway.roof) ceiling_of(mesh, room);
        for (char const wall : {'n', 'e', 's', 'w'}) one_wall(mesh, room, wall);
        for (auto const& outside : room.outside) add_outside(model, room.shell, outside, {});
        return model;
    };
    return {.key = std::move(key),
            .version = 1,
            .parameters = parameters(is_office),
            .entries = {{}},
            .describe = describe,
            .build = build,
            .check = check_shell};
}

} // namespace

Recipe office_shell()
{
    return recipe("soulvan/office_shell", true);
}
Recipe plain_room()
{
    return recipe("soulvan/plain_room", false);
}

} // namespace soulvan::catalog::kit
