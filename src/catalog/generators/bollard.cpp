// A steel bollard on a foot plate, with black rings.
#include "kit_shapes.h"
#include "props.h"

namespace soulvan::catalog::kit {
namespace {

constexpr double plate = 0.22, plate_height = 0.012;

Asset describe(Values const& values)
{
    double const h = values.number("height"), r = values.number("diameter") / 2;
    double const half = std::max(plate / 2, r + 0.035);
    Asset asset;
    asset.name = fmt::format("Bollard, {:.2g} m", h);
    asset.category = "bollard";
    asset.bounds = Range3d({-half, 0, -half}, {half, h, half});
    asset.attributes = {"yellow", "steel"};
    asset.tags = {"post", "protection", "safety"};
    return asset;
}

Model build(Values const& values)
{
    double const h = values.number("height"), r = values.number("diameter") / 2;
    double const half = std::max(plate / 2, r + 0.035);
    Model model(mix64(values.seed + 11));
    auto& mesh = model.root.mesh;
    mesh.use({.look = "powder_coat", .color = paint_color("black"), .dirt = 0.7f, .cell = 0.03});
    box(mesh, {-half, 0, -half}, {half, plate_height, half}, {.radius = 0.002});
    double const dome = r * 0.45;
    auto const profile = [&](double low, double high, double grow) {
        std::vector<Vec2d> out;
        int const steps = std::max(1, static_cast<int>((high - low) / 0.02));
        for (int i = 0; i <= steps; ++i) out.emplace_back(r + grow, low + (high - low) * i / steps);
        return out;
    };
    double const top = h - dome;
    double const ring = std::min(0.12, top / 8);
    Finish const yellow{.look = "powder_coat", .color = paint_color("yellow"), .wear = 0.6f, .dirt = 0.55f};
    Finish const black{.look = "powder_coat", .color = paint_color("black"), .wear = 0.5f, .dirt = 0.35f};
    double const edges[] = {plate_height, top - 4 * ring, top - 3 * ring, top - 2 * ring, top - ring, top};
    for (int i = 0; i < 5; ++i) {
        mesh.use(i % 2 ? black : yellow);
        lathe(mesh, profile(edges[i], edges[i + 1], 0), 40);
    }
    mesh.use(yellow);
    std::vector<Vec2d> cap;
    for (int i = 0; i <= 8; ++i) {
        double const a = i * 11.25 * 3.14159265358979 / 180;
        cap.emplace_back(i == 8 ? 0 : r * std::cos(a), top + dome * std::sin(a));
    }
    lathe(mesh, cap, 40);
    mesh.use({.look = "galvanised"});
    for (int k = 0; k < 4; ++k) {
        double const at = half - 0.026;
        bolt(mesh, {k & 1 ? at : -at, plate_height, k & 2 ? at : -at}, {0, 1, 0}, 0.016);
    }
    return model;
}

} // namespace

Recipe bollard()
{
    return {.key = "soulvan/bollard",
            .version = 1,
            .parameters = {number_parameter("height", "metres", "1.0", 0.4, 1.5),
                           number_parameter("diameter", "metres", "0.14", 0.08, 0.3)},
            .entries = {{}, {{"height", "0.6"}}, {{"height", "1.2"}, {"diameter", "0.2"}}},
            .describe = describe,
            .build = build};
}

} // namespace soulvan::catalog::kit
