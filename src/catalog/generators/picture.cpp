// soulvan/picture: a framed print for walls. What does it show?
//
// The prints are our own, drawn from the seed: hills under a sun, bands, quarter circles in a grid, fields of
// colour. Shapes are flat polygons on the paper, each a little before the one below.
#include "buildings.h"
#include "kit_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

constexpr double frame_wide = 0.022, frame_deep = 0.024, paper_depth = 0.008, layer = 0.0003;

struct Palette {
    Vec3f paper;
    std::array<Vec3f, 4> inks; ///< linear, dark ones first
};
constexpr Palette palettes[] = {
    {{0.78f, 0.72f, 0.62f},
     {{{0.03f, 0.07f, 0.10f}, {0.55f, 0.14f, 0.05f}, {0.68f, 0.40f, 0.10f}, {0.16f, 0.27f, 0.26f}}}},
    {{0.82f, 0.80f, 0.76f},
     {{{0.02f, 0.02f, 0.025f}, {0.10f, 0.16f, 0.30f}, {0.62f, 0.50f, 0.36f}, {0.40f, 0.10f, 0.07f}}}},
    {{0.74f, 0.76f, 0.72f},
     {{{0.04f, 0.11f, 0.07f}, {0.14f, 0.27f, 0.15f}, {0.42f, 0.48f, 0.26f}, {0.70f, 0.52f, 0.18f}}}},
    {{0.80f, 0.72f, 0.68f},
     {{{0.10f, 0.03f, 0.06f}, {0.50f, 0.15f, 0.16f}, {0.72f, 0.38f, 0.30f}, {0.22f, 0.22f, 0.30f}}}}};

class Print {
public:
    Print(Mesh& mesh, Values const& v)
        : mesh_(mesh),
          state_(mix64(v.seed + 310)),
          palette_(palettes[next() % std::size(palettes)])
    {
        double const mat = std::min(v.number("width"), v.number("height")) * 0.13 + frame_wide;
        x_ = v.number("width") / 2 - mat;
        low_ = mat;
        high_ = v.number("height") - mat;
    }

    void draw(std::string_view motif)
    {
        rectangle({-x_, low_}, {x_, high_}, palette_.paper);
        if (motif == "hills")
            hills();
        else if (motif == "bands")
            bands();
        else if (motif == "arcs")
            arcs();
        else
            fields();
    }

private:
    std::uint64_t next() { return state_ = mix64(state_ + 0x9e37); }
    double chance(double low, double high)
    {
        return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
    }
    Vec3f ink() { return palette_.inks[next() % 4]; }

    void polygon(std::vector<Vec2d> const& outline, Vec3f const& color)
    {
        double const z = paper_depth + layer * ++layers_;
        std::vector<Vec3d> points;
        std::vector<int> all;
        for (auto const& p : outline) {
            all.push_back(static_cast<int>(points.size()));
            points.emplace_back(p.x, p.y, z);
        }
        mesh_.use({.look = "laminate", .color = color, .roughness = 0.6f, .wear = 0, .dirt = 0});
        soup(mesh_, points, {all}, 30);
    }
    void rectangle(Vec2d const& low, Vec2d const& high, Vec3f const& color)
    {
        polygon({low, {high.x, low.y}, high, {low.x, high.y}}, color);
    }
    /// A sector of a disc, as a polygon; a whole disc from 0 to 2 pi.
    void sector(Vec2d const& centre, double radius, double from, double to, Vec3f const& color)
    {
        std::vector<Vec2d> outline;
        bool const whole = to - from > 2 * std::numbers::pi - 1e-6;
        if (!whole) outline.push_back(centre);
        constexpr int steps = 48;
        for (int i = 0; i <= steps - whole; ++i) {
            double const a = from + (to - from) * i / steps;
            outline.push_back(centre + Vec2d(std::cos(a), std::sin(a)) * radius);
        }
        polygon(outline, color);
    }

    void hills()
    {
        double const high = high_ - low_, sun = std::min(x_, high / 2) * chance(0.28, 0.42);
        sector({chance(-0.4, 0.4) * x_, low_ + high * chance(0.62, 0.74)}, sun, 0, 2 * std::numbers::pi,
               palette_.inks[1 + next() % 2]);
        for (int i = 0; i < 3; ++i) {
            double const foot = low_ + high * (0.52 - 0.17 * i), swell = high * chance(0.05, 0.1);
            double const waves = chance(0.6, 1.4), phase = chance(0, 6);
            std::vector<Vec2d> outline{{x_, low_}};
            for (int k = 40; k >= 0; --k) {
                double const t = k / 40.0;
                outline.emplace_back(-x_ + 2 * x_ * t,
                                     foot + swell * std::sin(phase + waves * t * 2 * std::numbers::pi));
            }
            outline.emplace_back(-x_, low_);
            // Convex pieces: a polygon of a hill is not.
            for (std::size_t k = 1; k + 2 < outline.size(); ++k) {
                auto const &b = outline[k], &a = outline[k + 1];
                strip(a, b, palette_.inks[static_cast<std::size_t>(2 - i)], k == 1);
            }
        }
    }
    /// A column from the paper's foot up to the line from a to b.
    void strip(Vec2d const& a, Vec2d const& b, Vec3f const& color, bool first)
    {
        if (!first) --layers_;
        polygon({{a.x, low_}, {b.x, low_}, b, a}, color);
    }

    void bands()
    {
        double at = low_;
        while (at < high_ - 1e-6) {
            double const to = std::min(high_, at + (high_ - low_) * chance(0.06, 0.24));
            auto const color = next() % 3 == 0 ? palette_.paper : ink();
            rectangle({-x_, at}, {x_, to}, color);
            at = to;
        }
    }

    void arcs()
    {
        int const columns = 3;
        double const cell = 2 * x_ / columns;
        int const rows = std::max(1, static_cast<int>(std::lround((high_ - low_) / cell)));
        double const tall = (high_ - low_) / rows, radius = std::min(cell, tall);
        for (int i = 0; i < columns; ++i)
            for (int j = 0; j < rows; ++j) {
                Vec2d const low(-x_ + cell * i, low_ + tall * j), high = low + Vec2d(cell, tall);
                if (next() % 4 != 0) rectangle(low, high, ink());
                auto const turn = next() % 4;
                Vec2d const corner(turn == 0 || turn == 3 ? low.x : high.x, turn < 2 ? low.y : high.y);
                double const from = static_cast<double>(turn) * std::numbers::pi / 2;
                sector(corner, radius, from, from + std::numbers::pi / 2, ink());
            }
    }

    void fields()
    {
        double const gap = (high_ - low_) * 0.05, middle = low_ + (high_ - low_) * chance(0.35, 0.62);
        rectangle({-x_, low_}, {x_, high_}, palette_.inks[next() % 2]);
        rectangle({-x_ + gap, low_ + gap}, {x_ - gap, middle - gap / 2}, ink());
        rectangle({-x_ + gap, middle + gap / 2}, {x_ - gap, high_ - gap}, palette_.inks[2 + next() % 2]);
    }

    Mesh& mesh_;
    std::uint64_t state_;
    Palette const& palette_;
    double x_ = 0.2, low_ = 0, high_ = 0.5;
    int layers_ = 0;
};

Asset describe(Values const& v)
{
    double const half = v.number("width") / 2;
    Asset asset;
    asset.name = fmt::format("Framed print, {}", v.word("motif"));
    asset.category = "picture";
    asset.mount = Mount::wall;
    asset.elevation = 1.3;
    asset.bounds = Range3d({-half, 0, 0}, {half, v.number("height"), frame_deep});
    asset.attributes = {v.word("frame"), "framed"};
    asset.tags = {"print", "painting", "poster", "art", "wall"};
    return asset;
}

Model build(Values const& v)
{
    Model model(mix64(v.seed + 311));
    auto& mesh = model.root.mesh;
    double const x = v.number("width") / 2, top = v.number("height"), w = frame_wide;
    Finish const oak{.look = "oak_veneer"};
    Finish const paint{.look = "powder_coat", .color = paint_color(v.word("frame")), .wear = 0, .dirt = 0};
    mesh.use(v.is("frame", "oak") ? oak : paint);
    BoxStyle const style{.radius = 0.002};
    box(mesh, {-x, 0, 0}, {-x + w, top, frame_deep}, style);
    box(mesh, {x - w, 0, 0}, {x, top, frame_deep}, style);
    box(mesh, {-x + w - 0.001, 0, 0}, {x - w + 0.001, w, frame_deep}, style);
    box(mesh, {-x + w - 0.001, top - w, 0}, {x - w + 0.001, top, frame_deep}, style);
    mesh.use({.look = "laminate", .color = {0.80f, 0.79f, 0.77f}, .roughness = 0.7f, .wear = 0, .dirt = 0});
    box(mesh, {-x + w * 0.5, w * 0.5, 0.001}, {x - w * 0.5, top - w * 0.5, paper_depth}, {.radius = 0});
    Print(mesh, v).draw(v.word("motif"));
    return model;
}

} // namespace

Recipe picture()
{
    return {.key = "soulvan/picture",
            .version = 1,
            .parameters = {number_parameter("width", "of the frame in metres", "0.6", 0.2, 2),
                           number_parameter("height", "of the frame in metres", "0.8", 0.2, 2),
                           word_parameter("motif", "of the print", {"hills", "bands", "arcs", "fields"}),
                           word_parameter("frame", "its colour", {"black", "oak", "white"})},
            .entries = {{},
                        {{"motif", "arcs"}, {"frame", "oak"}},
                        {{"motif", "fields"}, {"width", "1.1"}, {"height", "0.8"}},
                        {{"motif", "bands"}, {"frame", "white"}, {"width", "0.7"}, {"height", "0.7"}}},
            .describe = describe,
            .build = build,
            .check = {}};
}

} // namespace soulvan::catalog::kit
