// soulvan/dock_hall: a hall whose floor lies 1.2 m above a yard, with what stands about its dock doors.
//
// Openings on the floor that are at least 1.8 m wide are docks: each gets a leveller flush with the floor,
// bumpers, a shelter and wheel guides outside, and a number above it inside. Doors are assets of their own.
#include "buildings.h"
#include "dock_face.h"
#include "hall.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {

bool is_dock(Hole const& hole)
{
    return hole.sill < 0.3 && hole.width >= 1.8;
}

namespace {

Finish const black_rubber{
    .look = "rubber", .color = {0.02f, 0.02f, 0.021f}, .roughness = 0.85f, .dirt = 0.5f};

/// Builds in a wall's frame.
struct Face {
    Mesh& mesh;
    WallFrame frame;
    void block(double u0, double u1, double y0, double y1, double d0, double d1,
               BoxStyle const& style = {}) const
    {
        Range3d b;
        b.extendBy(frame.at(u0, y0, d0));
        b.extendBy(frame.at(u1, y1, d1));
        box(mesh, b.min, b.max, style);
    }
    void flat(double u0, double u1, double d0, double d1, double y, Mapping const& st) const
    {
        quad(mesh, frame.at(u0, y, d0), frame.at(u1, y, d0), frame.at(u1, y, d1), frame.at(u0, y, d1),
             {0, 1, 0}, st);
    }
};

} // namespace

void dock_outside(Mesh& mesh, WallFrame const& frame, Hole const& hole, double floor)
{
    Face const face{mesh, frame};
    double const t = wall_thickness, l = hole.low(), h = hole.high(), top = hole.top();
    // Shelter: side and head curtains on a frame, a hood above; clear of the opening.
    mesh.use(black_rubber);
    double const deep = t + 0.55;
    face.block(l - 0.45, l - 0.002, floor - 0.1, top + 0.4, t, deep, {.radius = 0.03});
    face.block(h + 0.002, h + 0.45, floor - 0.1, top + 0.4, t, deep, {.radius = 0.03});
    face.block(l - 0.45, h + 0.45, top + 0.002, top + 0.45, t, deep, {.radius = 0.03});
    mesh.use({.look = "powder_coat", .color = {0.35f, 0.36f, 0.37f}, .dirt = 0.3f});
    face.block(l - 0.5, h + 0.5, top + 0.43, top + 0.48, t, deep + 0.08, {.radius = 0.006});
    mesh.use({.look = "powder_coat", .color = {0.72f, 0.72f, 0.7f}, .dirt = 0.4f}); // guide stripes
    for (double const u : {l - 0.3, h + 0.22})
        for (int k = 0; k < 4; ++k) {
            double const y = floor + (top - floor) * (0.15 + 0.2 * k);
            face.block(u, u + 0.08, y, y + 0.28, deep - 0.001, deep + 0.002, {.radius = 0.001});
        }
    // Bumpers below the floor's edge.
    mesh.use(black_rubber);
    for (double const u : {l + 0.05, h - 0.3})
        face.block(u, u + 0.25, floor - 0.55, floor - 0.06, t, t + 0.1, {.radius = 0.012});
    mesh.use({.look = "galvanised"});
    face.block(l, h, floor - 0.05, floor - 0.002, t, t + 0.03, {.radius = 0.003});
}

void wheel_guides(Mesh& mesh, WallFrame const& frame, Hole const& hole, double ground)
{
    mesh.use({.look = "powder_coat", .color = paint_color("yellow"), .wear = 0.6f, .dirt = 0.5f});
    for (double const side : {-1.0, 1.0}) {
        double const u = hole.centre + side * 1.42, y = ground + 0.16;
        Path3 const way{frame.at(u, ground - 0.02, 0.7), frame.at(u, y, 0.75), frame.at(u, y, 3.0),
                        frame.at(u + side * 0.35, y, 3.8), frame.at(u + side * 0.38, ground - 0.02, 3.85)};
        tube(mesh, rounded_path(way, 0.12, 4), 0.07, 16);
    }
}

namespace {

void leveller(Mesh& mesh, WallFrame const& frame, Hole const& hole)
{
    Face const face{mesh, frame};
    double const half = std::min(1.0, hole.width / 2 - 0.25), deep = 2.4, y = 0.0008, t = wall_thickness;
    double const a = hole.centre - half, b = hole.centre + half;
    auto const st = metric(0, 2, 1);
    mesh.use({.look = "felt_black"}); // the pit's gaps
    face.flat(a - 0.03, b + 0.03, -deep - 0.02, t, y * 0.5, st);
    mesh.use({.look = "tread_plate"});
    face.flat(a, b, -deep, t - 0.02, y, st);
    mesh.use({.look = "hazard"});
    auto const stripe = [&](Vec3d const& p) {
        double const along = std::abs(frame.inward().z) > 0.5 ? p.z : p.x, across = frame.along().dot(p);
        return Vec2d(along / 0.48, across / 0.12);
    };
    face.flat(a - 0.15, a - 0.03, -deep, 0, y, stripe);
    face.flat(b + 0.03, b + 0.15, -deep, 0, y, stripe);
    mesh.use({.look = "galvanised"});
    face.block(a + 0.02, b - 0.02, -0.06, -0.001, t - 0.02, t + 0.2,
               {.radius = 0.003}); // the lip, folded out
}

/// A yellow plate with the dock's number, flat on the wall above the opening.
void number_plate(Mesh& mesh, WallFrame const& frame, Hole const& hole, double room, int number)
{
    double const size = std::min(0.55, room - hole.top() - 0.2);
    if (size < 0.2) return;
    double const y = hole.top() + 0.12 + size / 2;
    Vec3d const right = frame.at(frame.wall == 'n' || frame.wall == 'e' ? 1 : -1, 0, 0) - frame.at(0, 0, 0);
    mesh.use({.look = "powder_coat", .color = paint_color("yellow"), .wear = 0, .dirt = 0.15f});
    decal(mesh, frame.at(hole.centre, y, 0.004), right * size, {0, size, 0}, {0, 0}, {1, 1}, 0);
    mesh.use({.look = "letters_black"});
    auto const text = fmt::format("{}", number % 100);
    double const wide = size * (text.size() > 1 ? 0.45 : 0.8);
    for (std::size_t i = 0; i < text.size(); ++i) {
        int const k = 26 + text[i] - '0';
        Vec2d const low((k % 6) / 6.0, 1 - (k / 6 + 1) / 6.0);
        double const off = (static_cast<double>(i) - 0.5 * static_cast<double>(text.size() - 1)) * wide;
        decal(mesh, frame.at(hole.centre, y, 0.002) + right * off, right * wide * 1.05, {0, size * 0.85, 0},
              low, low + Vec2d(1 / 6.0, 1 / 6.0), 0);
    }
}

constexpr double dock_height = 1.2;

std::vector<Parameter> parameters()
{
    auto out = shell_parameters("24", "16", "6");
    out.push_back(word_parameter("outside", "what lies before its openings", {"yard", "none"}));
    out.push_back(word_parameter("skylights", "translucent strips in the roof", {"strips", "none"}));
    return out;
}

/// Shelters and guides lie within the yard's box or, without one, within this margin.
Range3d bounds_of(Hall const& plan)
{
    auto box = hall_bounds(plan);
    for (char const wall : {'n', 'e', 's', 'w'}) {
        if (plan.shell.cutaway.any()) break;
        auto const frame = frame_of(plan.shell, wall);
        for (auto const& hole : plan.shell.holes_of(wall))
            if (is_dock(hole)) box.extendBy(frame.at(hole.centre, 0, wall_thickness + 0.63));
    }
    return box;
}

Asset describe(Values const& v)
{
    Asset asset;
    asset.name = fmt::format("Dock hall, {:.3g} m by {:.3g} m", v.number("width"), v.number("depth"));
    asset.category = "building";
    asset.bounds = bounds_of(hall_of(v, dock_height));
    asset.attributes = {"steel", "industrial"};
    asset.tags = {"loading", "dock", "hall", "shell"};
    return asset;
}

Model build(Values const& v)
{
    auto const plan = hall_of(v, dock_height);
    auto model = hall_model(plan, mix64(v.seed + 140));
    auto& mesh = model.root.mesh;
    int number = 0;
    for (char const wall : {'n', 'e', 's', 'w'}) {
        auto const frame = frame_of(plan.shell, wall);
        auto holes = plan.shell.holes_of(wall);
        std::ranges::sort(holes, {}, &Hole::centre);
        std::erase_if(holes, [](Hole const& hole) { return !is_dock(hole); });
        for (auto const& hole : holes) {
            leveller(mesh, frame, hole);
            if (plan.shell.cutaway.cuts(wall)) continue;
            number_plate(mesh, frame, hole, plan.shell.height, ++number);
            if (!plan.shell.cutaway.any()) dock_outside(mesh, frame, hole, 0);
            if (std::ranges::any_of(plan.outside, [&](auto const& o) { return o.wall == wall; }))
                wheel_guides(mesh, frame, hole, -dock_height);
        }
        for (auto const& outside : plan.outside)
            if (outside.wall == wall) add_outside(model, plan.shell, outside, holes);
    }
    return model;
}

} // namespace

Recipe dock_hall()
{
    return {.key = "soulvan/dock_hall",
            .version = 1,
            .parameters = parameters(),
            .entries = {{}},
            .describe = describe,
            .build = build,
            .check = check_shell};
}

} // namespace soulvan::catalog::kit
