// soulvan/whiteboard and soulvan/projection_screen: what hangs on the walls of meeting rooms.
//
// Wall things: origin at the centre of the back, at the lowest point; the wall lies behind z = 0.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double tray_deep = 0.075, board_thick = 0.018, rim = 0.022, foot = 0.03;

/// A stroke of a marker: a flat ribbon just before the board.
void stroke(Mesh& mesh, std::vector<Vec2d> const& way, double wide, double z)
{
    for (std::size_t i = 0; i + 1 < way.size(); ++i) {
        Vec2d const a = way[i], b = way[i + 1], along = (b - a).normalized();
        Vec2d const side = Vec2d(-along.y, along.x) * (wide / 2), more = along * (wide * 0.3);
        auto const p = [&](Vec2d const& q) { return Vec3d(q.x, q.y, z); };
        quad(mesh, p(a - side - more), p(b - side + more), p(b + side + more), p(a + side - more), {0, 0, 1},
             metric(0, 1));
    }
}

/// What is left after a meeting, written between `low` and `high` on a board of half width `reach`.
class Scribe {
public:
    Scribe(Mesh& mesh, double reach, double low, double high, double z, std::uint64_t seed)
        : mesh_(mesh),
          half_(reach),
          low_(low),
          top_(high - (high - low) * 0.12),
          box_height_((high - low) * 0.2),
          z_(z),
          random_(Random(seed).fork(5))
    {}

    void write()
    {
        boxes();
        double const from = top_ - box_height_ - 0.14;
        list(from);
        curve(from);
    }

private:
    enum Ink { blue, red, black, green };
    void take(Ink ink)
    {
        static constexpr float inks[][3] = {
            {0.08f, 0.10f, 0.21f}, {0.25f, 0.07f, 0.07f}, {0.07f, 0.07f, 0.072f}, {0.07f, 0.17f, 0.10f}};
        mesh_.use({.look = "matte",
                   .color = {inks[ink][0], inks[ink][1], inks[ink][2]},
                   .roughness = 0.6f,
                   .wear = 0,
                   .dirt = 0});
    }
    void draw(std::vector<Vec2d> const& way, double wide = 0.006)
    {
        if (way.size() > 1) stroke(mesh_, way, wide, z_);
    }
    Vec2d shaky(double x, double y)
    {
        double const dx = random_.uniform(-0.006, 0.006);
        return {x + dx, y + random_.uniform(-0.006, 0.006)};
    }
    /// A line that looks like writing, with gaps between words.
    void scrawl(double x, double y, double length, double high)
    {
        std::vector<Vec2d> way;
        for (double at = 0; at < length; at += 0.017) {
            if (random_.chance(0.13)) {
                draw(way, 0.0047);
                way.clear();
            } else {
                way.push_back({x + at, y + random_.uniform(-high, high)});
            }
        }
        draw(way, 0.0047);
    }

    /// Boxes joined by arrows.
    void boxes()
    {
        int const n = half_ > 0.8 ? 3 : 2;
        double const w = half_ * 0.38, h = box_height_, step = half_ * 1.72 / n;
        for (int i = 0; i < n; ++i) {
            double const x = -half_ * 0.86 + step * i, y = top_ - random_.uniform(0, 0.06);
            take(random_.chance(0.5) ? blue : red);
            Vec2d const corners[] = {shaky(x, y), shaky(x + w, y), shaky(x + w, y - h), shaky(x, y - h)};
            draw({corners[0], corners[1], corners[2], corners[3], corners[0]});
            take(black);
            for (double const share : {0.35, 0.68}) scrawl(x + w * 0.12, y - h * share, w * 0.7, 0.014);
            double const a = x + w + 0.02, b = x + step - 0.02, middle = y - h / 2;
            if (i + 1 == n || b - a < 0.06) continue;
            draw({{a, middle}, {b, middle}});
            draw({{b - 0.035, middle + 0.025}, {b, middle}, {b - 0.035, middle - 0.025}});
        }
    }
    void list(double from)
    {
        double const left = -half_ * 0.86;
        for (double y = from; y > low_ + 0.08 && y > from - 0.35; y -= 0.075) {
            take(red);
            draw({{left, y}, {left + 0.02, y}}, 0.01);
            take(blue);
            scrawl(left + 0.05, y, half_ * random_.uniform(0.4, 0.75), 0.016);
        }
    }
    void curve(double from)
    {
        double const x0 = half_ * 0.15, x1 = half_ * 0.85, y0 = std::max(low_ + 0.1, from - 0.34), y1 = from;
        if (y1 - y0 < 0.12) return;
        take(black);
        draw({{x0, y1}, {x0, y0}, {x1, y0}});
        take(green);
        std::vector<Vec2d> way;
        for (int i = 0; i <= 14; ++i) {
            double const t = i / 14.0;
            way.push_back(shaky(x0 + (x1 - x0) * t * 0.95, y0 + (y1 - y0) * (0.1 + 0.8 * t * t)));
        }
        draw(way, 0.0072);
    }

    Mesh& mesh_;
    double half_, low_, top_, box_height_, z_;
    Random random_;
};

Asset describe_board(Values const& v)
{
    double const half = v.number("width") / 2, high = v.number("height");
    Asset asset;
    asset.name = fmt::format("Whiteboard, {:.3g} m", 2 * half);
    asset.category = "whiteboard";
    asset.mount = Mount::wall;
    asset.elevation = 0.85;
    asset.bounds = Range3d({-half, 0, 0}, {half, foot + high, board_thick + tray_deep});
    asset.attributes = {"white", "magnetic", v.word("marks")};
    asset.tags = {"board", "marker", "meeting", "presentation"};
    return asset;
}

Model build_board(Values const& v)
{
    Model model(mix64(v.seed + 160));
    auto& mesh = model.root.mesh;
    double const x = v.number("width") / 2, y0 = foot, y1 = foot + v.number("height"), t = board_thick;
    mesh.use({.look = "enamel"});
    box(mesh, {-x + rim - 0.004, y0 + rim - 0.004, 0.002}, {x - rim + 0.004, y1 - rim + 0.004, t - 0.005},
        {.radius = 0.001});
    mesh.use({.look = "aluminium"});
    box(mesh, {-x, y0, 0}, {-x + rim, y1, t}, {.radius = 0.003});
    box(mesh, {x - rim, y0, 0}, {x, y1, t}, {.radius = 0.003});
    box(mesh, {-x + rim - 0.002, y0, 0}, {x - rim + 0.002, y0 + rim, t}, {.radius = 0.003});
    box(mesh, {-x + rim - 0.002, y1 - rim, 0}, {x - rim + 0.002, y1, t}, {.radius = 0.003});
    // The tray, with pens and a wiper.
    double const tray = x * 0.7, out = t + tray_deep;
    prism_x(mesh,
            rounded(thickened({{0.001, 0.02}, {0.006, 0.0015}, {out - 0.0015, 0.0015}, {out - 0.0015, 0.016}},
                              0.003),
                    0.001, 1),
            -tray, tray, {.radius = 0.0008});
    Random random = Random(v.seed).fork(6);
    Vec3f const caps[] = {
        {0.02f, 0.06f, 0.35f}, {0.45f, 0.02f, 0.02f}, {0.02f, 0.02f, 0.02f}, {0.02f, 0.2f, 0.05f}};
    for (int k = 0; k < 4; ++k) {
        double const at = -tray * 0.7 + k * 0.16 + random.uniform(-0.02, 0.02),
                     z = t + 0.02 + random.uniform(0, 0.025);
        mesh.use({.look = "plastic", .color = {0.7f, 0.7f, 0.69f}, .roughness = 0.35f, .wear = 0});
        rod(mesh, {at, 0.0115, z}, {at + 0.09, 0.0115, z}, 0.0085, 16, 0.002);
        mesh.use({.look = "plastic", .color = caps[k], .roughness = 0.3f, .wear = 0});
        rod(mesh, {at + 0.085, 0.0115, z}, {at + 0.13, 0.0115, z}, 0.0088, 16, 0.002);
    }
    mesh.use({.look = "plastic", .color = {0.03f, 0.03f, 0.035f}, .roughness = 0.6f});
    box(mesh, {tray * 0.55, 0.003, t + 0.008}, {tray * 0.55 + 0.15, 0.035, t + 0.062}, {.radius = 0.006});
    if (v.is("marks", "written")) Scribe(mesh, x - rim, y0 + rim, y1 - rim, t - 0.0045, v.seed).write();
    return model;
}

// ---- projection screen ----

Asset describe_screen(Values const& v)
{
    double const half = v.number("width") / 2;
    Asset asset;
    asset.name = fmt::format("Projection screen, {:.3g} m", 2 * half);
    asset.category = "projection_screen";
    asset.mount = Mount::wall;
    asset.elevation = 0.9;
    asset.bounds = Range3d({-half - 0.08, 0, 0}, {half + 0.08, v.number("height") + 0.12, 0.11});
    asset.attributes = {"white"};
    asset.tags = {"screen", "projector", "presentation"};
    return asset;
}

Model build_screen(Values const& v)
{
    Model model(mix64(v.seed + 170));
    auto& mesh = model.root.mesh;
    double const x = v.number("width") / 2, top = v.number("height") + 0.12;
    mesh.use({.look = "powder_coat", .color = {0.70f, 0.70f, 0.69f}, .wear = 0.05f, .dirt = 0.1f});
    prism_x(mesh,
            rounded({{0, top - 0.1}, {0.11, top - 0.1}, {0.11, top - 0.02}, {0.09, top}, {0, top}}, 0.012, 4),
            -x - 0.08, x + 0.08, {.radius = 0.004});
    double const z = 0.075;
    mesh.use({.look = "fabric", .color = {0.012f, 0.012f, 0.012f}, .wear = 0, .dirt = 0});
    box(mesh, {-x, 0.02, z - 0.0008}, {x, top - 0.09, z}, {.radius = 0});
    mesh.use({.look = "fabric", .color = {0.80f, 0.80f, 0.80f}, .wear = 0, .dirt = 0});
    double const b = 0.04;
    quad(mesh, {-x + b, 0.02 + b, z + 0.0006}, {x - b, 0.02 + b, z + 0.0006}, {x - b, top - 0.16, z + 0.0006},
         {-x + b, top - 0.16, z + 0.0006}, {0, 0, 1}, metric(0, 1));
    mesh.use({.look = "powder_coat", .color = {0.05f, 0.05f, 0.052f}, .wear = 0.1f});
    rod(mesh, {-x, 0.011, z}, {x, 0.011, z}, 0.011, 16, 0.003);
    return model;
}

} // namespace

Recipe whiteboard()
{
    return {.key = "soulvan/whiteboard",
            .version = 1,
            .parameters = {number_parameter("width", "metres", "1.8", 0.8, 4),
                           number_parameter("height", "of the board in metres", "1.2", 0.6, 1.5),
                           word_parameter("marks", "what is on it", {"written", "clean"})},
            .entries = {{}, {{"width", "1.2"}, {"height", "0.9"}}, {{"width", "2.4"}}, {{"marks", "clean"}}},
            .describe = describe_board,
            .build = build_board,
            .check = {}};
}

Recipe projection_screen()
{
    return {.key = "soulvan/projection_screen",
            .version = 1,
            .parameters = {number_parameter("width", "of the sheet in metres", "2", 1, 4),
                           number_parameter("height", "of the sheet in metres", "1.3", 0.7, 2.6)},
            .entries = {{}, {{"width", "2.6"}, {"height", "1.6"}}},
            .describe = describe_screen,
            .build = build_screen,
            .check = {}};
}

} // namespace soulvan::catalog::kit
