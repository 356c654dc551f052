// soulvan/window: a framed window with mullions, sashes, sills and blinds that fills its opening.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double sill_out = 0.035, frame_back = -0.125, frame_front = -0.055, frame_wide = 0.055;

struct Window {
    double half = 0.7, height = 1.4, transom = 0;
    int panes = 1;
    bool has_blinds = false, has_roller = false;
    double drawn = 0;
};

Window window_of(Values const& v)
{
    Window out;
    out.half = v.number("width") / 2;
    out.height = v.number("height");
    out.panes = std::max(1, static_cast<int>(std::lround(2 * out.half / 1.25)));
    out.transom = out.height > 1.75 ? out.height * 0.76 : 0;
    out.has_blinds = v.is("blinds", "venetian");
    out.has_roller = v.is("blinds", "roller");
    out.drawn = v.number("drawn");
    return out;
}

Finish coat(Values const& v)
{
    return {.look = "powder_coat", .color = paint_color(v.word("color")), .wear = 0.05f, .dirt = 0.12f};
}

/// A rectangular frame between two depths.
void ring(Mesh& mesh, double x0, double y0, double x1, double y1, double wide, double z0, double z1,
          double radius)
{
    BoxStyle const style{.radius = radius};
    box(mesh, {x0, y0, z0}, {x0 + wide, y1, z1}, style);
    box(mesh, {x1 - wide, y0, z0}, {x1, y1, z1}, style);
    box(mesh, {x0 + wide - 0.002, y0, z0}, {x1 - wide + 0.002, y0 + wide, z1}, style);
    box(mesh, {x0 + wide - 0.002, y1 - wide, z0}, {x1 - wide + 0.002, y1, z1}, style);
}

void handle(Mesh& mesh, double x, double y, double z)
{
    mesh.use({.look = "aluminium"});
    box(mesh, {x - 0.013, y - 0.03, z}, {x + 0.013, y + 0.03, z + 0.008}, {.radius = 0.004});
    rod(mesh, {x, y, z + 0.005}, {x, y, z + 0.035}, 0.007, 12);
    box(mesh, {x - 0.008, y - 0.11, z + 0.028}, {x + 0.008, y + 0.01, z + 0.04}, {.radius = 0.005});
}

/// One light between mullions: glass, with a sash of its own where it opens.
void pane(Mesh& mesh, Values const& v, double x0, double y0, double x1, double y1, bool opens)
{
    double const inner = opens ? 0.05 : 0.0;
    if (opens) {
        mesh.use(coat(v));
        ring(mesh, x0 + 0.004, y0 + 0.004, x1 - 0.004, y1 - 0.004, inner, frame_back + 0.012,
             frame_front + 0.012, 0.004);
        handle(mesh, x0 + 0.03, std::min((y0 + y1) / 2, y0 + 0.6), frame_front + 0.012);
    }
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.7f});
    double const g = 0.006, z = (frame_back + frame_front) / 2;
    ring(mesh, x0 + inner, y0 + inner, x1 - inner, y1 - inner, g, z - 0.012, z + 0.012, 0.001);
    mesh.use({.look = "window_glass"});
    double const e = inner + 0.002;
    quad(mesh, {x0 + e, y0 + e, z}, {x1 - e, y0 + e, z}, {x1 - e, y1 - e, z}, {x0 + e, y1 - e, z}, {0, 0, 1},
         metric(0, 1));
}

void blinds(Mesh& mesh, Window const& w)
{
    double const x = w.half - 0.02, top = w.height - 0.005, z = frame_front + 0.035;
    if (w.has_roller) {
        mesh.use({.look = "fabric", .color = {0.62f, 0.60f, 0.55f}, .roughness = 0.9f, .dirt = 0.05f});
        rod(mesh, {-x, top - 0.025, z}, {x, top - 0.025, z}, 0.022, 20);
        double const low = top - 0.05 - (w.height - 0.15) * w.drawn;
        box(mesh, {-x, low, z - 0.001}, {x, top - 0.03, z + 0.001}, {.radius = 0});
        box(mesh, {-x, low - 0.02, z - 0.007}, {x, low + 0.004, z + 0.007}, {.radius = 0.004});
        return;
    }
    mesh.use({.look = "powder_coat", .color = {0.66f, 0.66f, 0.64f}, .wear = 0, .dirt = 0.05f});
    box(mesh, {-x, top - 0.035, z - 0.016}, {x, top, z + 0.016}, {.radius = 0.003});
    double const free = w.height - 0.16, pitch = 0.021;
    int const all = static_cast<int>(free / pitch), hung = static_cast<int>(w.drawn * all);
    double y = top - 0.045;
    for (int i = 0; i < all; ++i) {
        bool const is_open = i < hung;
        auto const guard = mesh.place(turned_x(is_open ? 18 : 0) * moved(0, y, z));
        box(mesh, {-x, -0.0006, -0.0125}, {x, 0.0006, 0.0125}, {.radius = 0.0005, .segments = 1});
        y -= is_open ? pitch : 0.0028;
    }
    box(mesh, {-x, y - 0.016, z - 0.012}, {x, y - 0.003, z + 0.012}, {.radius = 0.003});
    double const low = y;
    for (double const at : {-x * 0.8, x * 0.8}) // cords
        rod(mesh, {at, low, z + 0.0135}, {at, top - 0.03, z + 0.0135}, 0.0012, 5, 0);
}

Asset describe(Values const& v)
{
    auto const w = window_of(v);
    Asset asset;
    asset.name = fmt::format("Window, {:.3g} m by {:.3g} m", 2 * w.half, w.height);
    asset.category = "window";
    asset.mount = Mount::wall;
    asset.elevation = v.number("sill");
    asset.bounds = Range3d({-w.half, 0, -wall_thickness}, {w.half, w.height, sill_out});
    asset.attributes = {v.word("color"), "framed"};
    asset.tags = {"glazing", "pane", "view"};
    return asset;
}

Model build(Values const& v)
{
    auto const w = window_of(v);
    Model model(mix64(v.seed + 90));
    auto& mesh = model.root.mesh;
    double const x = w.half, h = w.height;
    mesh.use(coat(v));
    ring(mesh, -x, 0, x, h, frame_wide, frame_back, frame_front, 0.004);
    double const in = frame_wide, mullion = 0.06, step = (2 * x - 2 * in + mullion) / w.panes;
    for (int i = 1; i < w.panes; ++i) {
        double const at = -x + in + step * i - mullion;
        box(mesh, {at, in, frame_back}, {at + mullion, h - in, frame_front}, {.radius = 0.004});
    }
    double const low = in, top = h - in;
    for (int i = 0; i < w.panes; ++i) {
        double const a = -x + in + step * i, b = a + step - mullion;
        bool const opens = w.panes < 3 ? i == 0 : i % 3 == 1;
        if (w.transom > 0) {
            mesh.use(coat(v));
            box(mesh, {a - 0.002, w.transom - 0.03, frame_back}, {b + 0.002, w.transom + 0.03, frame_front},
                {.radius = 0.004});
            pane(mesh, v, a, low, b, w.transom - 0.03, opens);
            pane(mesh, v, a, w.transom + 0.03, b, top, false);
        } else {
            pane(mesh, v, a, low, b, top, opens);
        }
    }
    // Sills: a board inside, folded metal outside.
    mesh.use({.look = "powder_coat", .color = {0.70f, 0.69f, 0.67f}, .wear = 0.05f, .dirt = 0.1f});
    box(mesh, {-x, 0, frame_front - 0.01}, {x, 0.022, sill_out}, {.radius = 0.006, .segments = 3});
    mesh.use({.look = "aluminium"});
    box(mesh, {-x, 0, -wall_thickness}, {x, 0.012, frame_back + 0.01}, {.radius = 0.002});
    if (w.has_blinds || w.has_roller) blinds(mesh, w);
    return model;
}

} // namespace

Recipe window()
{
    return {.key = "soulvan/window",
            .version = 1,
            .parameters = {number_parameter("width", "of the opening in metres", "1.4", 0.4, 30),
                           number_parameter("height", "of the opening in metres", "1.5", 0.4, 6),
                           number_parameter("sill", "height of the opening's foot in metres", "0.9", 0, 3),
                           word_parameter("color", "of the frame", {"white", "black", "grey", "brown"}),
                           word_parameter("blinds", "what hangs before it", {"none", "venetian", "roller"}),
                           number_parameter("drawn", "0 up … 1 down", "0.35", 0, 1)},
            .entries = {{{"width", "1.4"}, {"height", "1.5"}},
                        {{"width", "2.6"}, {"height", "1.6"}},
                        {{"width", "0.9"}, {"height", "1.3"}},
                        {{"width", "5"}, {"height", "2.1"}, {"sill", "0.5"}},
                        {{"width", "1.4"}, {"height", "1.5"}, {"blinds", "venetian"}}},
            .describe = describe,
            .build = build,
            .check = {}};
}

} // namespace soulvan::catalog::kit
