// soulvan/yard: open ground: a works yard before a hall's docks, a car park, a street, a park.
//
// Its ground's top is y = 0 within the room; hedge, trees and houses stand outside of it. The hall's front
// stands at the north side: its face is the plane z = -depth / 2, shelters and guides stand in front of it
// only where the yard is deeper than 12 m.
#include "buildings.h"
#include "dock_face.h"
#include "outside.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double front_height = 8.5, dock_height = 1.2, reach = 64, tallest = 15, earth = 0.3;

struct Yard {
    double width = 40, depth = 30;
    std::string kind;
    bool has_context = true;
    Shell shell;
};

Yard yard_of(Values const& v)
{
    Yard out{.width = v.number("width"), .depth = v.number("depth"), .kind = v.word("kind"), .shell = {}};
    out.has_context = v.is("cutaway", "none");
    out.shell.width = out.width;
    out.shell.depth = out.depth;
    out.shell.height = 8;
    out.shell.seed = v.seed;
    return out;
}

Range3d bounds_of(Yard const& yard)
{
    double const x = yard.width / 2, z = yard.depth / 2;
    if (!yard.has_context) return Range3d({-x, -earth, -z}, {x, 0.0008, z});
    return Range3d({-x - reach, -earth, -z - reach}, {x + reach, tallest, z + reach});
}

/// A line of paint from a to b, 3 mm above the ground.
void line(Mesh& mesh, Vec3d const& a, Vec3d const& b, double wide)
{
    Vec3d const along = (b - a).normalized(), side = along.cross({0, 1, 0}) * (wide / 2), up(0, 0.0008, 0);
    auto const st = [&](Vec3d const& p) {
        return Vec2d((p - a).dot(along) / 4, 0.5 + (p - a).dot(side) / (wide * wide) * 1.96);
    };
    quad(mesh, a - side + up, b - side + up, b + side + up, a + side + up, {0, 1, 0}, st);
}

std::vector<Hole> docks_of(Yard const& yard)
{
    std::vector<Hole> out;
    int const n = std::max(1, static_cast<int>((yard.width - 2) / 5));
    for (int i = 0; i < n; ++i) {
        double const pitch = std::min(6.0, (yard.width - 2) / n);
        out.push_back({'n', (i - 0.5 * (n - 1)) * pitch, 3, 3.2, dock_height});
    }
    return out;
}

/// A closed dock door as a front of panels; the asset of that name has its hinges and frame.
void closed_door(Mesh& mesh, WallFrame const& frame, Hole const& hole)
{
    mesh.use({.look = "powder_coat", .color = {0.66f, 0.67f, 0.67f}, .dirt = 0.35f, .cell = 0.4});
    int const n = 6;
    for (int i = 0; i < n; ++i) {
        double const a = hole.sill + hole.height * i / n, b = hole.sill + hole.height * (i + 1) / n;
        Range3d panel;
        panel.extendBy(frame.at(hole.low(), a + 0.004, 0.05));
        panel.extendBy(frame.at(hole.high(), b - 0.004, 0.1));
        box(mesh, panel.min, panel.max, {.radius = 0.008});
    }
}

/// The hall's front. Its own frame: "outside" of the hall is the yard.
void hall_front(Mesh& mesh, Yard const& yard)
{
    // A wall of the hall beyond: its inner face lies wall_thickness north of the yard's edge.
    WallFrame const frame{'s', -yard.depth / 2 - wall_thickness};
    double const half = yard.width / 2 + 12;
    auto docks = docks_of(yard);
    for (auto& dock : docks) dock.wall = 's';
    auto const flat = [](double) { return front_height; };
    auto const sheet = [](Vec3d const& p) { return Vec2d(p.x / 2, p.y / front_height); };
    mesh.use({.look = "wall_outside"});
    double const t = wall_thickness;
    wall_skin(mesh, {frame, ribs(-half, half, 0.3, t, t - 0.035, 0.3, 0.1), dock_height, flat, true, sheet},
              docks);
    mesh.use({.look = "plinth_concrete"});
    wall_skin(mesh,
              {frame, {{-half, t}, {half, t}}, 0, [](double) { return dock_height; }, true, metric(0, 1)},
              {});
    mesh.use({.look = "powder_coat", .color = {0.42f, 0.44f, 0.46f}, .dirt = 0.2f});
    for (auto const& dock : docks) reveal(mesh, frame, dock, 0.04, t, true, metric(0, 1));
    for (auto const& dock : docks) {
        closed_door(mesh, frame, dock);
        if (yard.depth < 12) continue;
        dock_outside(mesh, frame, dock, dock_height);
        wheel_guides(mesh, frame, dock, 0);
    }
    mesh.use({.look = "powder_coat", .color = {0.10f, 0.12f, 0.15f}, .wear = 0, .dirt = 0.1f});
    box(mesh, {-half - 0.1, front_height - 0.6, -yard.depth / 2 - 12.1},
        {half + 0.1, front_height, -yard.depth / 2 + 0.06}, {.radius = 0.01});
    mesh.use({.look = "wall_outside"});
    for (double const side : {-1.0, 1.0})
        quad(mesh, {side * half, 0, -yard.depth / 2 - 12}, {side * half, 0, -yard.depth / 2},
             {side * half, front_height, -yard.depth / 2}, {side * half, front_height, -yard.depth / 2 - 12},
             {side, 0, 0}, [](Vec3d const& p) { return Vec2d(p.z / 2, p.y / front_height); });
    mesh.use({.look = "line_white"});
    if (yard.depth < 18) return;
    for (auto const& dock : docks)
        for (double const side : {-1.0, 1.0}) {
            double const x = dock.centre + side * 1.85, z = -yard.depth / 2;
            line(mesh, {x, 0, z + 0.8}, {x, 0, z + 15}, 0.12);
        }
}

void parking(Mesh& mesh, Yard const& yard)
{
    mesh.use({.look = "line_white"});
    int const n = std::max(1, static_cast<int>((yard.width - 1) / 2.6));
    double const pitch = (yard.width - 1) / n, z = yard.depth / 2 - 0.3;
    for (double const side : {-1.0, 1.0})
        for (int i = 0; i <= n; ++i) {
            double const x = -yard.width / 2 + 0.5 + pitch * i;
            line(mesh, {x, 0, side * z}, {x, 0, side * std::max(0.5, z - 5)}, 0.1);
        }
}

void ground(Mesh& mesh, Yard const& yard)
{
    double const x = yard.width / 2, z = yard.depth / 2;
    auto const piece = [&](char const* look, double z0, double z1) {
        mesh.use({.look = look});
        quad(mesh, {-x, 0, z0}, {x, 0, z0}, {x, 0, z1}, {-x, 0, z1}, {0, 1, 0}, metric(0, 2));
    };
    if (yard.kind == "park") {
        double const path = std::min(1.6, z * 0.3);
        piece("grass", -z, -path);
        piece("paving", -path, path);
        piece("grass", path, z);
    } else if (yard.kind == "street") {
        double const road = std::min(3.6, z * 0.6);
        piece("paving", -z, -road);
        piece("asphalt", -road, road);
        piece("paving", road, z);
        mesh.use({.look = "line_white"});
        for (double at = -x + 1; at < x - 3; at += 6) line(mesh, {at, 0, 0}, {at + 3, 0, 0}, 0.12);
        for (double const side : {-1.0, 1.0})
            line(mesh, {-x, 0, side * (road - 0.25)}, {x, 0, side * (road - 0.25)}, 0.12);
    } else {
        piece("asphalt", -z, z);
    }
    mesh.use({.look = "plinth_concrete"});
    for (char const wall : {'n', 'e', 's', 'w'}) {
        WallFrame const frame{wall, wall == 'n' || wall == 's' ? z : x};
        double const half = wall == 'n' || wall == 's' ? x : z;
        quad(mesh, frame.at(-half, -earth, 0), frame.at(half, -earth, 0), frame.at(half, 0, 0),
             frame.at(-half, 0, 0), -frame.inward(), metric(frame.along().x > 0.5 ? 0 : 2, 1));
    }
}

void surroundings(Model& model, Yard const& yard)
{
    auto& mesh = model.root.mesh;
    bool const front = yard.kind == "yard";
    for (char const wall : {'n', 'e', 's', 'w'})
        if (wall != 'n' || !front) add_outside(model, yard.shell, {wall, Outside::Kind::verge, 0, false}, {});
    // Grass to the horizon's edge closes the corners; its rim and a mast fill the record's box.
    auto const b = bounds_of(yard);
    double const y = -0.004;
    mesh.use({.look = "grass"});
    quad(mesh, {b.min.x, y, b.min.z}, {b.max.x, y, b.min.z}, {b.max.x, y, b.max.z}, {b.min.x, y, b.max.z},
         {0, 1, 0}, metric(0, 2));
    quad(mesh, {b.min.x, -earth, b.min.z}, {b.max.x, -earth, b.min.z}, {b.max.x, y, b.min.z},
         {b.min.x, y, b.min.z}, {0, 0, -1}, metric(0, 1));
    mesh.use({.look = "galvanised"});
    rod(mesh, {b.max.x - 2, y, b.min.z + 2}, {b.max.x - 2, b.max.y, b.min.z + 2}, 0.06, 8, 0);
    if (front) hall_front(mesh, yard);
}

Asset describe(Values const& v)
{
    auto const yard = yard_of(v);
    Asset asset;
    asset.name = fmt::format("Open ground ({}), {:.3g} m by {:.3g} m", yard.kind, yard.width, yard.depth);
    asset.category = "building";
    asset.bounds = bounds_of(yard);
    asset.attributes = {"outdoor", yard.kind};
    asset.tags = {"yard", "outdoor", "ground", "shell"};
    return asset;
}

Model build(Values const& v)
{
    auto const yard = yard_of(v);
    Model model(mix64(v.seed + 150));
    auto& mesh = model.root.mesh;
    ground(mesh, yard);
    if (yard.kind == "parking") parking(mesh, yard);
    if (yard.has_context) surroundings(model, yard);
    return model;
}

} // namespace

Recipe yard()
{
    auto parameters = shell_parameters("40", "30", "8");
    std::erase_if(parameters, [](Parameter const& p) { return p.name == "openings" || p.name == "height"; });
    parameters.push_back(word_parameter("kind", "of open ground", {"yard", "parking", "street", "park"}));
    return {.key = "soulvan/yard",
            .version = 1,
            .parameters = std::move(parameters),
            .entries = {{}, {{"kind", "parking"}}, {{"kind", "street"}}, {{"kind", "park"}}},
            .describe = describe,
            .build = build,
            .check = {}};
}

} // namespace soulvan::catalog::kit
