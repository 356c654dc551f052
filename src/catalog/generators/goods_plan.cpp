// How are goods stacked on a pallet, and how do plans become copies in a model?
#include "goods.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace soulvan::catalog::kit {

void extend(Range3d& box, Kind const& kind, Matrix4d const& at)
{
    if (kind.hull.empty()) box.extendBy(transformed(kind.bounds, at));
    for (auto const& p : kind.hull) box.extendBy(p * at);
}

void LoadPlan::put(KindRef kind, Matrix4d const& at)
{
    extend(bounds, *kind, at);
    items.push_back({std::move(kind), at});
}

void extend(Range3d& box, LoadPlan const& load, Matrix4d const& at)
{
    for (auto const& item : load.items) extend(box, *item.kind, item.at * at);
}

std::size_t add_kind(Model& model, Kind const& kind)
{
    for (std::size_t i = 0; i < model.prototypes.size(); ++i)
        if (model.prototypes[i].name == kind.name) return i;
    Part part{kind.name, Mesh(mix64(model.root.mesh.seed() + model.prototypes.size())), {}};
    kind.make(part.mesh);
    return model.add(std::move(part));
}

void add_load(Model& model, LoadPlan const& load, Matrix4d const& at)
{
    for (auto const& item : load.items) model.put(add_kind(model, *item.kind), item.at * at);
}

std::vector<std::string> const& goods_names()
{
    static std::vector<std::string> const names{
        "cartons", "large_cartons", "small_cartons", "tall_cartons", "flat_cartons", "mixed",
        "wrapped", "black_wrapped", "sacks",         "drums",        "totes"};
    return names;
}

namespace {

constexpr std::array looks{"carton", "carton_printed", "carton_pale", "carton_dark"};

/// Places within a layer: columns along x, rows along z, each turned by a degree or so.
struct Stacker {
    LoadPlan& plan;
    Random& random;
    double length, width;

    /// One layer of equal kinds; `missing` of the last layer stay away.
    void layer(std::vector<KindRef> const& choices, Vec3d const& size, double y, int columns, int rows,
               double turn, int missing)
    {
        double const gap_x = std::clamp((length - columns * size.x) / std::max(1, columns), 0.004, 0.02);
        double const gap_z = std::clamp((width - rows * size.z) / std::max(1, rows), 0.004, 0.02);
        // A third of the gap for each neighbour's turn, the rest for its place.
        double const turn_deg =
            std::min(2.0, 0.36 * std::min(gap_x, gap_z) / (std::max(size.x, size.z) / 2) * 57.3) * turn;
        int left = columns * rows - missing;
        for (int c = 0; c < columns; ++c)
            for (int r = 0; r < rows; ++r) {
                if (left-- <= 0) continue;
                double const x = (c - (columns - 1) / 2.0) * (size.x + gap_x),
                             z = (r - (rows - 1) / 2.0) * (size.z + gap_z);
                double const half_turn = random.chance(0.3) ? 180 : 0;
                auto const& kind =
                    choices[static_cast<std::size_t>(random.below(static_cast<int>(choices.size())))];
                // Turned about its own foot; neighbours keep clear of each other by the gap.
                double const yaw = half_turn + random.uniform(-turn_deg, turn_deg);
                plan.put(kind, turned_y(yaw) * moved(x + random.uniform(-1, 1) * gap_x * 0.12, y,
                                                     z + random.uniform(-1, 1) * gap_z * 0.12));
            }
    }
};

void cartons(Stacker& s, std::string const& size_name, double base, double height, bool whole)
{
    Vec3d const size = carton_size(size_name);
    std::string const look = looks[static_cast<std::size_t>(s.random.below(4))];
    std::vector<KindRef> choices;
    for (int v = 0; v < 3; ++v) choices.push_back(carton_kind(size_name, look, v));
    int const columns = std::max(1, static_cast<int>((s.length + 0.02) / size.x)),
              rows = std::max(1, static_cast<int>((s.width + 0.02) / size.z));
    int const layers = std::max(1, static_cast<int>((height - base) / (size.y + 0.002)));
    int const missing = !whole && layers > 1 && s.random.chance(0.35) ? s.random.below(columns * rows) : 0;
    for (int l = 0; l < layers; ++l)
        s.layer(choices, size, base + l * (size.y + 0.001), columns, rows, 1, l + 1 == layers ? missing : 0);
}

void mixed(Stacker& s, double base, double height)
{
    // Big ones below, a broken layer of others above.
    Vec3d const large = carton_size("large");
    double const lower = std::max(base + large.y, base + (height - base) * 0.6);
    cartons(s, "large", base, lower + 0.01, true);
    int const layers = std::max(1, static_cast<int>((lower + 0.01 - base) / (large.y + 0.002)));
    double const y = base + layers * (large.y + 0.001);
    if (height - y < 0.17) return;
    std::string const above = height - y > 0.31 && s.random.chance(0.6) ? "medium" : "flat";
    Vec3d const size = carton_size(above);
    if (height - y < size.y) return;
    std::vector<KindRef> choices;
    for (int v = 0; v < 2; ++v)
        choices.push_back(carton_kind(above, looks[static_cast<std::size_t>(s.random.below(4))], v));
    int const columns = static_cast<int>((s.length + 0.02) / size.x),
              rows = static_cast<int>((s.width + 0.02) / size.z);
    s.layer(choices, size, y, columns, rows, 1, 1 + s.random.below(std::max(1, columns * rows / 2)));
}

void wrapped(Stacker& s, double base, double height, bool black)
{
    double const high = std::max(0.3, std::floor((height - base) / 0.05) * 0.05);
    s.plan.put(film_kind({s.length - 0.03, high, s.width - 0.03}, black, s.random.below(3)),
               moved(0, base, 0));
}

void sacks(Stacker& s, double base, double height)
{
    std::string const color = s.random.chance(0.5) ? "white" : "kraft";
    constexpr double thick = 0.112; // they settle into each other
    int const layers = std::max(1, static_cast<int>((height - base) / thick));
    for (int l = 0; l < layers; ++l) {
        // Bonded: every second layer lies across, as bricks do.
        bool const across = l % 2;
        int const columns = across ? 3 : 2, rows = across ? 1 : 2;
        for (int c = 0; c < columns; ++c)
            for (int r = 0; r < rows; ++r) {
                double const x = (c - (columns - 1) / 2.0) * (across ? 0.395 : 0.59),
                             z = (r - (rows - 1) / 2.0) * 0.395;
                s.plan.put(
                    sack_kind(color, s.random.below(3)),
                    turned_y((across ? 90 : 0) + (s.random.chance(0.5) ? 180 : 0) + s.random.uniform(-2, 2)) *
                        moved(x + s.random.uniform(-0.008, 0.008), base + l * thick,
                              z + s.random.uniform(-0.008, 0.008)));
            }
    }
}

void drums(Stacker& s, double base)
{
    std::array const colors{"blue", "red", "black", "green"};
    std::string const color = colors[static_cast<std::size_t>(s.random.below(4))];
    auto const kind = drum_kind(s.random.chance(0.7) ? "steel" : "plastic", color);
    int const rows = s.width > 0.95 ? 2 : 1;
    for (int c = 0; c < 2; ++c)
        for (int r = 0; r < rows; ++r)
            s.plan.put(kind, turned_y(s.random.uniform(0, 360)) *
                                 moved((c - 0.5) * 0.592, base, (r - (rows - 1) / 2.0) * 0.592));
}

void totes(Stacker& s, double base, double height)
{
    std::string const color = s.random.chance(0.6) ? "blue" : s.random.chance(0.5) ? "grey" : "red";
    Vec3d const size(0.6, 0.32, 0.4);
    int const layers = std::max(1, static_cast<int>((height - base) / 0.322));
    for (int l = 0; l < layers; ++l) {
        bool const top = l + 1 == layers;
        s.layer({tote_kind(color, top)}, size, base + l * 0.3205, 2, 2, 0.2,
                top && s.random.chance(0.4) ? 1 + s.random.below(2) : 0);
    }
}

} // namespace

LoadPlan plan_load(std::string const& goods, std::string const& pallet, double height, Random random)
{
    LoadPlan plan;
    plan.bounds.makeEmpty();
    auto const under = pallet_kind(pallet, random.chance(0.35), random.below(3));
    plan.put(under, moved(0, 0, 0));
    Vec3d const size = pallet_size(pallet);
    Stacker s{plan, random, size.x, size.z};
    double const base = under->bounds.max.y + (pallet == "plastic" ? 0 : -0.0005);
    if (goods == "large_cartons")
        cartons(s, "large", base, height, false);
    else if (goods == "small_cartons")
        cartons(s, "small", base, height, false);
    else if (goods == "tall_cartons")
        cartons(s, "tall", base, height, false);
    else if (goods == "flat_cartons")
        cartons(s, "flat", base, height, false);
    else if (goods == "mixed")
        mixed(s, base, height);
    else if (goods == "wrapped" || goods == "black_wrapped")
        wrapped(s, base, height, goods == "black_wrapped");
    else if (goods == "sacks")
        sacks(s, base, height);
    else if (goods == "drums")
        drums(s, base);
    else if (goods == "totes")
        totes(s, base, height);
    else
        cartons(s, "medium", base, height, false);
    return plan;
}

} // namespace soulvan::catalog::kit
