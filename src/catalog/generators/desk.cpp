// soulvan/desk and soulvan/meeting_table: tops on legs, with what keeps their cables. A desk's user sits at
// -Z.
#include "building.h"
#include "buildings.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

Finish top_finish(std::string const& word)
{
    if (word == "oak") return {.look = "oak_veneer"};
    if (word == "walnut") return {.look = "walnut_veneer"};
    if (word == "black")
        return {.look = "laminate", .color = {0.022f, 0.022f, 0.023f}, .wear = 0, .dirt = 0.05f};
    return {.look = "laminate", .color = {0.74f, 0.74f, 0.73f}, .wear = 0, .dirt = 0.05f};
}

Finish steel(std::string const& word)
{
    return {.look = "powder_coat", .color = paint_color(word), .wear = 0.12f, .dirt = 0.12f};
}

SupportSurface surface(double half_x, double half_z, double y)
{
    return {-half_x + 0.02, half_x - 0.02, -half_z + 0.02, half_z - 0.02, y, 1e9};
}

// ---- desk ----

constexpr double top_thick = 0.025;

Asset describe_desk(Values const& v)
{
    double const x = v.number("width") / 2, z = v.number("depth") / 2, h = v.number("height");
    Asset asset;
    asset.name = fmt::format("Desk, {:.3g} m", 2 * x);
    asset.category = "desk";
    asset.bounds = Range3d({-x, 0, -z}, {x, h, z});
    asset.supports = {surface(x, z, h)};
    asset.attributes = {v.word("top"), v.word("legs"), "office", "modern"};
    asset.tags = {"desk", "workplace", "table", "office"};
    return asset;
}

void bar(Mesh& mesh, Vec3d const& a, Vec3d const& b, double wide, double high)
{
    sweep(mesh, {a, b}, rounded(rectangle(-wide / 2, -high / 2, wide / 2, high / 2), 0.004, 2), {0, 0, 1});
}

void desk_legs(Mesh& mesh, Values const& v, double x, double z, double under)
{
    auto const& kind = v.word("legs");
    for (double const side : {-1.0, 1.0}) {
        double const at = side * (x - 0.07);
        if (kind == "panel") {
            mesh.use(top_finish(v.word("top")));
            box(mesh, {at - 0.0125, 0.004, -z + 0.03}, {at + 0.0125, under, z - 0.03},
                {.radius = 0.002, .grain = 1});
            mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}});
            for (double const end : {-1.0, 1.0})
                rod(mesh, {at, 0, end * (z - 0.1)}, {at, 0.006, end * (z - 0.1)}, 0.015, 16);
            continue;
        }
        mesh.use(steel(v.word("color")));
        if (kind == "a_frame") {
            for (double const end : {-1.0, 1.0})
                bar(mesh, {at, 0.012, end * (z - 0.045)}, {at, under - 0.02, end * (z * 0.42)}, 0.05, 0.03);
            bar(mesh, {at, under - 0.02, -z + 0.1}, {at, under - 0.02, z - 0.1}, 0.04, 0.04);
        } else { // t_leg: a column on a foot, as height-adjustable desks have
            box(mesh, {at - 0.035, 0.012, -z + 0.05}, {at + 0.035, 0.034, z - 0.05}, {.radius = 0.006});
            box(mesh, {at - 0.03, 0.03, -0.055}, {at + 0.03, under * 0.6, 0.055}, {.radius = 0.004});
            mesh.use({.look = "aluminium"});
            box(mesh, {at - 0.025, under * 0.6 - 0.01, -0.048}, {at + 0.025, under, 0.048},
                {.radius = 0.004});
            mesh.use(steel(v.word("color")));
            box(mesh, {at - 0.03, under - 0.03, -z + 0.08}, {at + 0.03, under, z - 0.08}, {.radius = 0.003});
        }
        mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}});
        for (double const end : {-1.0, 1.0})
            rod(mesh, {at, 0, end * (z - 0.08)}, {at, 0.016, end * (z - 0.08)}, 0.02, 18, 0.003);
    }
    mesh.use(steel(v.word("color")));
    if (kind != "panel")
        for (double const end : {-0.5, 0.5})
            bar(mesh, {-x + 0.07, under - 0.02, end * z}, {x - 0.07, under - 0.02, end * z}, 0.03, 0.03);
}

Model build_desk(Values const& v)
{
    Model model(mix64(v.seed + 120));
    auto& mesh = model.root.mesh;
    double const x = v.number("width") / 2, z = v.number("depth") / 2, h = v.number("height"),
                 under = h - top_thick;
    mesh.use(top_finish(v.word("top")));
    box(mesh, {-x, under, -z}, {x, h, z}, veneered({2 * x, top_thick, 2 * z}, 0, 0.0025, v.seed));
    desk_legs(mesh, v, x, z, under);
    mesh.use({.look = "plastic", .color = {0.03f, 0.03f, 0.032f}, .roughness = 0.5f});
    for (double const side : {-1.0, 1.0}) { // grommets
        auto const guard = mesh.place(moved(side * (x - 0.28), h - 0.0019, z - 0.07));
        lathe(mesh, {{0.03, 0}, {0.03, 0.0012}, {0.028, 0.0019}, {0.0, 0.0019}}, 32);
    }
    if (v.is("modesty", "yes")) {
        mesh.use(v.is("legs", "panel") ? top_finish(v.word("top")) : steel(v.word("color")));
        box(mesh, {-x + 0.1, h - 0.38, z - 0.06}, {x - 0.1, under - 0.03, z - 0.045},
            {.radius = 0.002, .grain = 0});
    }
    // A wire basket for cables, and a few of them.
    mesh.use(steel("black"));
    double const tray = z - 0.13, low = under - 0.13;
    for (double const dz : {-0.05, 0.0, 0.05})
        rod(mesh, {-x * 0.62, low, tray + dz}, {x * 0.62, low, tray + dz}, 0.0025, 6);
    for (int i = 0; i <= 10; ++i) {
        double const at = -x * 0.62 + x * 1.24 * i / 10;
        tube(mesh,
             {{at, under - 0.004, tray - 0.055},
              {at, low, tray - 0.05},
              {at, low, tray + 0.05},
              {at, under - 0.004, tray + 0.055}},
             0.002, 6);
    }
    mesh.use({.look = "rubber", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.6f});
    tube(mesh,
         rounded_path({{-x * 0.5, low + 0.01, tray},
                       {x * 0.3, low + 0.012, tray + 0.02},
                       {x * 0.5, low + 0.01, tray},
                       {x - 0.3, 0.25, z - 0.1},
                       {x - 0.3, 0.005, z - 0.1}},
                      0.08, 5),
         0.004, 8);
    return model;
}

// ---- meeting table ----

struct Table {
    double x = 1, z = 0.5, height = 0.74;
    std::string shape;
};

Table table_of(Values const& v)
{
    Table out;
    out.shape = v.word("shape");
    double const seats = v.number("seats");
    double const length = v.number("length") >= 0.6 ? v.number("length") : 0;
    double const width = v.number("width") >= 0.6 ? v.number("width") : 0;
    if (out.shape == "round") {
        double const diameter = length > 0 ? length : std::max(0.9, seats * 0.72 / std::numbers::pi);
        out.x = out.z = diameter / 2;
        return out;
    }
    double const per_side = std::max(1.0, std::ceil((seats - 2) / 2));
    out.x = (length > 0 ? length : per_side * 0.72 + 0.5) / 2;
    out.z = (width > 0 ? width : seats > 8 ? 1.3 : 1.1) / 2;
    return out;
}

Outline outline_of(Table const& t)
{
    if (t.shape == "round") return circle(t.x, 96);
    if (t.shape == "rectangular") return rounded(rectangle(-t.x, -t.z, t.x, t.z), 0.03, 5);
    Outline out; // a boat: wider in the middle
    int const n = 24;
    double const ends = t.z * 0.72;
    auto const half = [&](double s) { return ends + (t.z - ends) * (1 - s * s); };
    for (int i = 0; i <= n; ++i) {
        double const s = -1 + 2.0 * i / n;
        out.emplace_back(s * t.x, -half(s));
    }
    for (int i = n; i >= 0; --i) {
        double const s = -1 + 2.0 * i / n;
        out.emplace_back(s * t.x, half(s));
    }
    return rounded(out, 0.03, 4);
}

Asset describe_table(Values const& v)
{
    auto const t = table_of(v);
    Asset asset;
    asset.name = fmt::format("Meeting table, {}, {} seats", t.shape, v.count("seats"));
    asset.category = "meeting_table";
    asset.bounds = Range3d({-t.x, 0, -t.z}, {t.x, t.height, t.z});
    double const inner_x = t.shape == "round" ? t.x * std::sqrt(0.5) : t.x;
    double const inner_z = t.shape == "round" ? inner_x : t.shape == "boat" ? t.z * 0.72 : t.z;
    asset.supports = {surface(inner_x, inner_z, t.height)};
    asset.attributes = {v.word("top"), t.shape, "office", "modern"};
    asset.tags = {"conference", "meeting", "table", "boardroom"};
    return asset;
}

Model build_table(Values const& v)
{
    Model model(mix64(v.seed + 130));
    auto& mesh = model.root.mesh;
    auto const t = table_of(v);
    double const h = t.height;
    mesh.use(top_finish(v.word("top")));
    prism_y(mesh, outline_of(t), h - 0.03, h, {.radius = 0.003, .segments = 3});
    mesh.use({.look = "plastic", .color = {0.025f, 0.025f, 0.027f}, .roughness = 0.6f}); // shadow joint below
    Outline under = outline_of(t);
    for (auto& p : under) p = Vec2d(p.x * (t.x - 0.06) / t.x, p.y * (t.z - 0.06) / t.z);
    prism_y(mesh, under, h - 0.042, h - 0.0295, {.radius = 0.001});
    auto const metal = steel(v.word("color"));
    if (t.shape == "round") {
        mesh.use(metal);
        lathe(mesh,
              {{0, 0},
               {t.x * 0.52, 0},
               {t.x * 0.52, 0.008},
               {t.x * 0.5, 0.014},
               {0.07, 0.03},
               {0.045, 0.06},
               {0.045, h - 0.09},
               {0.12, h - 0.05},
               {0.12, h - 0.04}},
              48);
        return model;
    }
    int const feet = t.x > 1.7 ? 3 : 2;
    for (int i = 0; i < feet; ++i) {
        double const at = feet == 1 ? 0 : (-1 + 2.0 * i / (feet - 1)) * (t.x - 0.45), z = t.z * 0.62;
        mesh.use(metal);
        box(mesh, {at - 0.04, 0, -z}, {at + 0.04, 0.022, z}, {.radius = 0.006});
        box(mesh, {at - 0.04, h - 0.07, -z}, {at + 0.04, h - 0.04, z}, {.radius = 0.004});
        for (double const side : {-1.0, 1.0})
            box(mesh, {at - 0.025, 0.02, side * z * 0.55 - 0.05},
                {at + 0.025, h - 0.06, side * z * 0.55 + 0.05}, {.radius = 0.004});
    }
    mesh.use(metal);
    for (double const side : {-1.0, 1.0})
        box(mesh, {-t.x + 0.42, h - 0.085, side * t.z * 0.34 - 0.02},
            {t.x - 0.42, h - 0.045, side * t.z * 0.34 + 0.02}, {.radius = 0.003});
    // Power outlets under a flap in the middle.
    mesh.use({.look = "aluminium"});
    box(mesh, {-0.16, h - 0.001, -0.06}, {0.16, h - 0.0002, 0.06}, {.radius = 0.0003, .segments = 1});
    mesh.use({.look = "plastic", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.6f});
    quad(mesh, {-0.15, h - 0.0001, 0.045}, {0.15, h - 0.0001, 0.045}, {0.15, h - 0.0001, 0.054},
         {-0.15, h - 0.0001, 0.054}, {0, 1, 0}, metric(0, 2));
    return model;
}

} // namespace

Recipe desk()
{
    return {.key = "soulvan/desk",
            .version = 1,
            .parameters = {number_parameter("width", "metres", "1.6", 1, 2.2),
                           number_parameter("depth", "metres", "0.8", 0.6, 1),
                           number_parameter("height", "of the top in metres", "0.74", 0.62, 1.25),
                           word_parameter("legs", "what carries the top", {"a_frame", "t_leg", "panel"}),
                           word_parameter("top", "of the board", {"oak", "white", "walnut", "black"}),
                           word_parameter("color", "of the frame", {"white", "black", "grey"}),
                           word_parameter("modesty", "a panel before the knees", {"no", "yes"})},
            .entries = {{},
                        {{"width", "1.4"}},
                        {{"width", "1.8"}},
                        {{"legs", "t_leg"}},
                        {{"legs", "panel"}, {"modesty", "yes"}},
                        {{"legs", "t_leg"}, {"height", "1.1"}}},
            .describe = describe_desk,
            .build = build_desk,
            .check = {}};
}

Recipe meeting_table()
{
    return {.key = "soulvan/meeting_table",
            .version = 1,
            .parameters = {word_parameter("shape", "of the top", {"boat", "rectangular", "round"}),
                           number_parameter("seats", "people around it", "8", 2, 24),
                           number_parameter("length", "metres; below 0.6: from the seats", "0", 0, 9),
                           number_parameter("width", "metres; below 0.6: from the seats", "0", 0, 2.4),
                           word_parameter("top", "of the board", {"walnut", "oak", "white", "black"}),
                           word_parameter("color", "of the frame", {"black", "white", "grey"})},
            .entries = {{},
                        {{"seats", "6"}},
                        {{"seats", "10"}},
                        {{"seats", "12"}},
                        {{"seats", "8"}, {"shape", "rectangular"}},
                        {{"seats", "4"}, {"shape", "round"}},
                        {{"seats", "6"}, {"shape", "round"}}},
            .describe = describe_table,
            .build = build_table,
            .check = {}};
}

} // namespace soulvan::catalog::kit
