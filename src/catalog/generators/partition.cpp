// soulvan/partition and soulvan/reception_desk: what divides an office, and what greets its visitors.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

// ---- partition ----

struct Screen {
    double half = 0.8, height = 1.6, deep = 0.06;
    bool is_glass = true;
    int panels = 1;
    double foot = 0; ///< half depth of its feet
};

Screen screen_of(Values const& v)
{
    Screen out{
        .half = v.number("width") / 2, .height = v.number("height"), .is_glass = v.is("kind", "glass")};
    out.panels = std::max(1, static_cast<int>(std::lround(2 * out.half / 1.1)));
    // Tall glass is fixed to floor and ceiling; what stands free has feet.
    out.foot = out.is_glass && out.height > 1.9 ? 0 : 0.22;
    return out;
}

Asset describe_partition(Values const& v)
{
    auto const s = screen_of(v);
    double const z = std::max(s.deep / 2, s.foot);
    Asset asset;
    asset.name = fmt::format("Partition ({}), {:.3g} m by {:.3g} m", v.word("kind"), 2 * s.half, s.height);
    asset.category = "partition";
    asset.bounds = Range3d({-s.half, 0, -z}, {s.half, s.height, z});
    asset.attributes = {v.word("kind"), v.word("color")};
    asset.tags = {"screen", "divider", "wall", "office"};
    return asset;
}

Vec3f cloth(std::string const& word)
{
    if (word == "green") return {0.13f, 0.2f, 0.12f};
    if (word == "blue") return {0.06f, 0.11f, 0.2f};
    if (word == "sand") return {0.42f, 0.36f, 0.27f};
    return {0.19f, 0.195f, 0.2f};
}

Model build_partition(Values const& v)
{
    Model model(mix64(v.seed + 180));
    auto& mesh = model.root.mesh;
    auto const s = screen_of(v);
    double const low = s.foot > 0 ? 0.05 : 0, z = s.deep / 2, bar = 0.04, step = 2 * s.half / s.panels;
    Finish const metal{.look = "powder_coat", .color = {0.035f, 0.036f, 0.038f}, .wear = 0.05f, .dirt = 0.1f};
    if (s.is_glass) {
        mesh.use(metal);
        box(mesh, {-s.half, low, -z}, {s.half, low + bar * 1.4, z}, {.radius = 0.003});
        box(mesh, {-s.half, s.height - bar, -z}, {s.half, s.height, z}, {.radius = 0.003});
        for (int i = 0; i <= s.panels; ++i) {
            double const a = std::clamp(-s.half + step * i - bar / 2, -s.half, s.half - bar);
            box(mesh, {a, low + 0.01, -z}, {a + bar, s.height - 0.01, z}, {.radius = 0.003});
        }
        if (s.height > 1.9) // a rail at the height of doors
            box(mesh, {-s.half, 2.06, -z + 0.004}, {s.half, 2.06 + bar, z - 0.004}, {.radius = 0.003});
        mesh.use({.look = "window_glass"});
        quad(mesh, {-s.half + 0.01, low + 0.01, 0}, {s.half - 0.01, low + 0.01, 0},
             {s.half - 0.01, s.height - 0.01, 0}, {-s.half + 0.01, s.height - 0.01, 0}, {0, 0, 1},
             metric(0, 1));
        mesh.use({.look = "frosted_band"});
        for (double const y : {0.95, 1.45})
            if (y + 0.1 < s.height)
                quad(mesh, {-s.half + bar, y, 0.001}, {s.half - bar, y, 0.001},
                     {s.half - bar, y + 0.1, 0.001}, {-s.half + bar, y + 0.1, 0.001}, {0, 0, 1},
                     metric(0, 1));
    } else {
        mesh.use({.look = "fabric", .color = cloth(v.word("color")), .wear = 0, .dirt = 0.08f, .cell = 0.25});
        for (int i = 0; i < s.panels; ++i) {
            double const a = -s.half + step * i;
            box(mesh, {a + 0.002, low + 0.02, -z + 0.006}, {a + step - 0.002, s.height - 0.012, z - 0.006},
                {.radius = 0.012, .segments = 4});
        }
        mesh.use(metal);
        box(mesh, {-s.half, low, -z}, {s.half, low + 0.03, z}, {.radius = 0.003});
        box(mesh, {-s.half, s.height - 0.022, -z}, {s.half, s.height, z}, {.radius = 0.004});
        for (double const side : {-1.0, 1.0})
            box(mesh, {side > 0 ? s.half - 0.014 : -s.half, low, -z},
                {side > 0 ? s.half : -s.half + 0.014, s.height, z}, {.radius = 0.004});
    }
    if (s.foot <= 0) return model;
    mesh.use(metal);
    for (double const side : {-1.0, 1.0}) {
        double const x = side * (s.half - 0.2);
        box(mesh, {x - 0.03, 0, -s.foot}, {x + 0.03, 0.012, s.foot}, {.radius = 0.004});
        box(mesh, {x - 0.015, 0.01, -0.025}, {x + 0.015, low + 0.02, 0.025}, {.radius = 0.002});
    }
    return model;
}

// ---- reception desk ----

constexpr double counter = 1.1, counter_deep = 0.34, work = 0.74, whole_deep = 0.95;

Asset describe_reception(Values const& v)
{
    double const x = v.number("width") / 2, z = whole_deep / 2;
    Asset asset;
    asset.name = fmt::format("Reception desk, {:.3g} m", 2 * x);
    asset.category = "reception_desk";
    asset.bounds = Range3d({-x, 0, -z}, {x, counter, z});
    asset.supports = {{-x + 0.03, x - 0.03, z - counter_deep + 0.02, z - 0.02, counter, 1e9},
                      {-x + 0.06, x - 0.06, -z + 0.02, z - counter_deep - 0.02, work, 1e9}};
    asset.attributes = {v.word("front"), "modern"};
    asset.tags = {"reception", "counter", "lobby", "desk"};
    return asset;
}

Model build_reception(Values const& v)
{
    Model model(mix64(v.seed + 190));
    auto& mesh = model.root.mesh;
    double const x = v.number("width") / 2, z = whole_deep / 2, face = z - 0.05;
    Finish const white{.look = "laminate", .color = {0.72f, 0.72f, 0.71f}, .wear = 0, .dirt = 0.06f};
    mesh.use(white);
    box(mesh, {-x, counter - 0.04, z - counter_deep}, {x, counter, z}, {.radius = 0.004, .segments = 3});
    box(mesh, {-x, work - 0.028, -z}, {x, work, z - counter_deep + 0.03}, {.radius = 0.003, .segments = 3});
    for (double const side : {-1.0, 1.0}) {
        double const a = side > 0 ? x - 0.04 : -x;
        box(mesh, {a, 0.0, -z + 0.02}, {a + 0.04, work - 0.026, face}, {.radius = 0.003});
        box(mesh, {a, work - 0.03, z - counter_deep + 0.02}, {a + 0.04, counter - 0.038, face},
            {.radius = 0.003});
    }
    box(mesh, {-x + 0.03, work - 0.02, z - counter_deep + 0.02},
        {x - 0.03, counter - 0.038, z - counter_deep + 0.04}, {.radius = 0.002});
    mesh.use({.look = "felt_black"}); // the front's ground, a hand's breadth above the floor
    box(mesh, {-x + 0.01, 0.1, face - 0.025}, {x - 0.01, counter - 0.05, face}, {.radius = 0});
    box(mesh, {-x + 0.05, 0, face - 0.08}, {x - 0.05, 0.1, face - 0.06}, {.radius = 0});
    if (v.is("front", "slats")) {
        int const n = static_cast<int>(2 * x / 0.06);
        double const step = (2 * x - 0.02) / n;
        mesh.use({.look = "oak_slat"});
        for (int i = 0; i < n; ++i) {
            double const a = -x + 0.01 + step * i + 0.01;
            box(mesh, {a, 0.1, face - 0.002}, {a + step - 0.02, counter - 0.055, face + 0.02},
                {.radius = 0.003, .grain = 1});
        }
    } else {
        mesh.use(v.is("front", "white") ? white : Finish{.look = "walnut_veneer"});
        int const n = std::max(1, static_cast<int>(std::lround(2 * x / 0.9)));
        for (int i = 0; i < n; ++i) {
            double const a = -x + 0.01 + (2 * x - 0.02) * i / n, b = -x + 0.01 + (2 * x - 0.02) * (i + 1) / n;
            box(mesh, {a + 0.003, 0.1, face - 0.002}, {b - 0.003, counter - 0.055, face + 0.02},
                {.radius = 0.003, .grain = 1});
        }
    }
    mesh.use({.look = "lamp_glow"}); // a line of light below the counter
    box(mesh, {-x + 0.05, counter - 0.047, face + 0.022}, {x - 0.05, counter - 0.041, face + 0.03},
        {.radius = 0});
    return model;
}

} // namespace

Recipe partition()
{
    return {.key = "soulvan/partition",
            .version = 1,
            .parameters = {word_parameter("kind", "of the panels", {"glass", "fabric"}),
                           number_parameter("width", "metres", "3", 0.8, 12),
                           number_parameter("height", "metres", "2.4", 1, 4),
                           word_parameter("color", "of the fabric", {"grey", "blue", "green", "sand"})},
            .entries = {{}, {{"width", "1.6"}, {"height", "1.6"}, {"kind", "fabric"}}, {{"width", "5"}}},
            .describe = describe_partition,
            .build = build_partition,
            .check = {}};
}

Recipe reception_desk()
{
    return {.key = "soulvan/reception_desk",
            .version = 1,
            .parameters = {number_parameter("width", "metres", "2.4", 1.4, 5),
                           word_parameter("front", "what visitors see", {"slats", "walnut", "white"})},
            .entries = {{}, {{"width", "1.8"}}, {{"width", "3.2"}, {"front", "walnut"}}},
            .describe = describe_reception,
            .build = build_reception,
            .check = {}};
}

} // namespace soulvan::catalog::kit
