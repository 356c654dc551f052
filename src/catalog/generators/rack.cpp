// Pallet racks: frames, beams, decks, guards, signs, and pallets of goods in their places.
#include "goods.h"
#include "props.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace soulvan::catalog::kit {
namespace {

constexpr double post = 0.10, post_deep = 0.07, beam_high = 0.11, beam_deep = 0.05, plate_high = 0.008;
/// What stands before the posts' faces: hooks of the beams, guards.
constexpr double hooks = 0.006, guard_out = 0.045;

struct RackSize {
    int bays = 3, levels = 3;
    double bay = 2.7, depth = 1.1, first = 1.5, pitch = 1.5;
    bool guards = true;
    std::string deck, load;

    double length() const { return bays * bay + (bays + 1) * post; }
    double frame_x(int i) const { return -length() / 2 + post / 2 + i * (bay + post); }
    double bay_x(int i) const { return -length() / 2 + post + bay / 2 + i * (bay + post); }
    /// Top of the beams of a level, 1 the lowest.
    double beam_top(int level) const { return first + (level - 1) * pitch; }
    double deck_thick() const { return deck == "none" ? 0 : deck == "mesh" ? 0.008 : 0.022; }
    double carry(int level) const { return level == 0 ? 0 : beam_top(level) + deck_thick(); }
    double frame_high() const { return beam_top(levels) + (levels > 1 ? 0.45 : 0.25); }
    /// Free height above what carries a level's loads.
    double clear(int level) const
    {
        if (level == levels) return 1.55;
        return beam_top(level + 1) - beam_high - carry(level) - 0.10;
    }
};

RackSize size_of(Values const& v)
{
    return {.bays = v.count("bays"),
            .levels = v.count("levels"),
            .bay = v.number("bay_width"),
            .depth = v.number("depth"),
            .first = v.number("first_level"),
            .pitch = v.number("level_pitch"),
            .guards = v.is("guards", "posts"),
            .deck = v.word("deck"),
            .load = v.word("load")};
}

// ---- what stands in it ----

struct Stored {
    std::shared_ptr<LoadPlan const> load;
    std::string name;
    Matrix4d at;
};

class Storekeeper {
public:
    Storekeeper(RackSize const& size, std::uint64_t seed) : size_(size), random_(mix64(seed + 61)) {}

    std::vector<Stored> fill()
    {
        std::vector<Stored> out;
        double const chance = size_.load == "full" ? 0.94 : size_.load == "sparse" ? 0.42 : 0;
        if (chance == 0 || size_.depth < 0.8) return out;
        int const places = static_cast<int>((size_.bay - 0.04) / 0.87);
        for (int bay = 0; bay < size_.bays; ++bay)
            for (int level = 0; level <= size_.levels; ++level)
                for (int place = 0; place < places; ++place) {
                    Random r = random_.fork(static_cast<std::uint64_t>((bay * 16 + level) * 16 + place));
                    if (!r.chance(chance) || size_.clear(level) < 0.5) continue;
                    double const slot = size_.bay / places;
                    double const x = size_.bay_x(bay) + (place - (places - 1) / 2.0) * slot +
                                     r.uniform(-1, 1) * std::min(0.03, (slot - 0.86) / 2);
                    auto [name, load] = design(size_.clear(level), r);
                    double const turn = (r.chance(0.5) ? 90 : 270) + r.uniform(-0.7, 0.7);
                    out.push_back({load, name,
                                   turned_y(turn) * moved(x, size_.carry(level), r.uniform(-0.025, 0.025))});
                }
        return out;
    }

private:
    /// One of a few dozen loads; equal names are equal loads.
    std::pair<std::string, std::shared_ptr<LoadPlan const>> design(double clear, Random& r)
    {
        struct Weighted {
            char const* goods;
            int weight;
        };
        static constexpr Weighted shelf[] = {{"cartons", 6},      {"large_cartons", 7}, {"small_cartons", 4},
                                             {"tall_cartons", 3}, {"flat_cartons", 4},  {"mixed", 7},
                                             {"wrapped", 8},      {"black_wrapped", 2}, {"sacks", 3},
                                             {"drums", 2},        {"totes", 3}};
        int total = 0;
        for (auto const& s : shelf) total += s.weight;
        int draw = r.below(total);
        std::string goods;
        for (auto const& s : shelf) {
            if (draw < 0) break;
            goods = s.goods;
            draw -= s.weight;
        }
        double const limit = std::min(clear, 2.0);
        // Heights in steps, so that designs recur.
        double const height = std::max(0.55, std::floor(limit * r.uniform(0.62, 1.0) / 0.2) * 0.2);
        if (goods == "drums" && limit < 1.06) goods = "wrapped";
        int const variant = r.below(2);
        auto const name = fmt::format("Load_{}_{}_{}", goods, std::lround(height * 100), variant);
        auto& known = designs_[name];
        if (!known) {
            std::uint64_t salt = 0;
            for (char const c : name) salt = mix64(salt ^ static_cast<unsigned char>(c)) + 1;
            auto const seed = random_.fork(salt);
            known = std::make_shared<LoadPlan const>(plan_load(goods, "eur", std::min(height, limit), seed));
        }
        return {name, known};
    }

    RackSize size_;
    Random random_;
    std::map<std::string, std::shared_ptr<LoadPlan const>> designs_;
};

Range3d rack_bounds(RackSize const& size, std::vector<Stored> const& stored)
{
    double const x = size.length() / 2 + (size.guards ? 0.0185 : 0.006),
                 z = size.depth / 2 + (size.guards ? guard_out : hooks);
    Range3d box({-x, 0, -size.depth / 2 - hooks}, {x, size.frame_high(), z});
    for (auto const& s : stored) extend(box, *s.load, s.at);
    return box;
}

// ---- parts ----

Finish const blue{.look = "powder_coat",
                  .color = {0.006f, 0.052f, 0.165f},
                  .wear = 0.6f,
                  .dirt = 0.35f,
                  .bare = {0.3f, 0.3f, 0.3f}};
Finish const orange{.look = "powder_coat",
                    .color = {0.66f, 0.10f, 0.012f},
                    .wear = 0.7f,
                    .dirt = 0.3f,
                    .bare = {0.34f, 0.30f, 0.27f},
                    .cell = 0.12};
Finish const zinc{.look = "galvanised"};

/// A frame across the rack at x = 0.
void frame(Mesh& mesh, RackSize const& s)
{
    double const outer = s.depth / 2, high = s.frame_high(), t = 0.0036, half = post / 2 - t / 2;
    for (double const side : {-1.0, 1.0}) {
        double const zo = outer - t / 2, zi = outer - post_deep + t / 2;
        std::vector<Vec2d> way{{-half + 0.022, zi}, {-half, zi}, {-half, zo},
                               {half, zo},          {half, zi},  {half - 0.022, zi}};
        for (auto& p : way) p.y *= side;
        auto finish = blue;
        finish.cell = 0.12;
        mesh.use(finish);
        prism_y(mesh, thickened(rounded_way(way, 0.006, 2), t), plate_high, high,
                {.radius = 0.001, .segments = 1});
        mesh.use({.look = "rack_slots", .dirt = 0});
        double const y = (high + plate_high) / 2, tall = high - plate_high - 0.02;
        decal(mesh, {0, y, side * outer}, {side * (post - 0.016), 0, 0}, {0, tall, 0}, {0.08, 0},
              {0.92, tall / 0.05}, 0.0006);
        mesh.use(zinc);
        double const foot = outer - post_deep / 2;
        double const in_z = side * (foot - 0.062), out_z = side * (foot + 0.0405);
        box(mesh, {-0.049, 0, std::min(in_z, out_z)}, {0.049, plate_high, std::max(in_z, out_z)},
            {.radius = 0.002});
        for (double const x : {-0.030, 0.030})
            bolt(mesh, {x, plate_high, side * (foot - 0.048)}, {0, 1, 0}, 0.016);
    }
    // Zigzag of C-sections between the posts, bolted through their lips.
    mesh.use(zinc);
    double const in = outer - post_deep + 0.022;
    auto const section = rounded(rectangle(-0.011, -0.020, 0.011, 0.020), 0.003, 1);
    auto const strut = [&](double y0, double z0, double y1, double z1) {
        sweep(mesh, {{0, y0, z0}, {0, y1, z1}}, section, {0, 1, 0});
    };
    strut(0.18, -in, 0.18, in);
    double y = 0.20;
    double side = -1;
    while (y + 0.75 < high - 0.10) {
        strut(y, side * in, y + 0.72, -side * in);
        y += 0.72;
        side = -side;
    }
    strut(high - 0.10, -in, high - 0.10, in);
    for (double yy = 0.20; yy < high - 0.15; yy += 0.72)
        for (double const z : {-in, in}) bolt(mesh, {0.011, yy + 0.01, z}, {1, 0, 0}, 0.013);
}

/// The beams of one bay and level: top at y = 0, the bay's centre at x = 0.
void beams(Mesh& mesh, RackSize const& s, int label)
{
    double const half = s.bay / 2, face = s.depth / 2;
    for (double const side : {-1.0, 1.0}) {
        mesh.use(orange);
        // A box with a step inside for decks.
        Outline outline{
            {face - beam_deep, -beam_high}, {face, -beam_high},        {face, 0}, {face - 0.028, 0},
            {face - 0.028, -0.022},         {face - beam_deep, -0.022}};
        auto const turn = mesh.place(side > 0 ? Matrix4d() : turned_y(180));
        prism_x(mesh, rounded(outline, 0.004, 2), -half, half, {.radius = 0.001, .segments = 1});
        for (double const end : {-1.0, 1.0}) {
            mesh.use(orange);
            double const x = end * half; // end plate round the post's corner, hooked into its slots
            box(mesh, {std::min(x, x - end * 0.005), -0.165, face - 0.060},
                {std::max(x, x - end * 0.005), 0.035, face + 0.001}, {.radius = 0.002});
            box(mesh, {std::min(x - end * 0.005, x + end * 0.044), -0.165, face + 0.0008},
                {std::max(x - end * 0.005, x + end * 0.044), 0.035, face + 0.0052}, {.radius = 0.002});
            mesh.use(zinc);
            rod(mesh, {x + end * 0.022, -0.035, face + 0.0045}, {x + end * 0.022, -0.035, face + 0.0058},
                0.007, 10, 0.0004); // safety pin
            mesh.use({.look = "matte", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.8f});
            for (double const y : {-0.14, -0.09, 0.01})
                box_at(mesh, {x + end * 0.022, y, face + 0.0052}, {0.012, 0.024, 0.0006}, {.radius = 0});
        }
        if (side < 0) continue;
        mesh.use({.look = "decals"});
        int const places = std::max(1, static_cast<int>(s.bay / 0.9));
        for (int i = 0; i < places; ++i) {
            double const x = (i - (places - 1) / 2.0) * s.bay / places, v = 0.25 - (label + i) % 3 * 0.083;
            decal(mesh, {x, -0.062, face}, {0.21, 0, 0}, {0, 0.07, 0}, {0.752, v - 0.081}, {0.998, v - 0.002},
                  0.0006);
        }
    }
}

void deck(Mesh& mesh, RackSize const& s)
{
    double const half = s.bay / 2 - 0.004, z = s.depth / 2 - 0.029;
    if (s.deck == "chipboard") {
        mesh.use({.look = "matte",
                  .color = {0.42f, 0.30f, 0.17f},
                  .roughness = 0.8f,
                  .wear = 0.2f,
                  .dirt = 0.35f,
                  .cell = 0.10});
        int const boards = std::max(1, static_cast<int>(s.bay / 0.9));
        for (int i = 0; i < boards; ++i)
            box(mesh, {-half + 2 * half * i / boards + 0.001, -0.020, -z},
                {-half + 2 * half * (i + 1) / boards - 0.001, 0.002, z}, {.radius = 0.0015, .segments = 1});
        return;
    }
    // Welded wire, three panels; wires turn down over the beams' steps.
    mesh.use(zinc);
    double const w = 0.0026;
    int const panels = std::max(1, static_cast<int>(s.bay / 0.9));
    for (int i = 0; i < panels; ++i) {
        double const x0 = -half + 2 * half * i / panels + 0.012,
                     x1 = -half + 2 * half * (i + 1) / panels - 0.012;
        for (double x = x0; x <= x1 + 1e-6; x += 0.05)
            box(mesh, {x - w, 0.003, -z}, {x + w, 0.008, z}, {.radius = 0});
        for (double zz = -z + 0.02; zz <= z; zz += 0.10)
            box(mesh, {x0, -0.002, zz - w}, {x1, 0.003, zz + w}, {.radius = 0});
        for (double const x : {x0 + 0.15, (x0 + x1) / 2, x1 - 0.15})
            box(mesh, {x - 0.012, -0.022, -z}, {x + 0.012, -0.002, z}, {.radius = 0.001, .segments = 1});
    }
}

/// A shoe of bent plate before a post, at x = 0.
void post_guard(Mesh& mesh, RackSize const& s)
{
    double const z = s.depth / 2, high = 0.42;
    std::vector<Vec2d> const way{{0.066, z - 0.05},
                                 {0.066, z + 0.012},
                                 {0.036, z + guard_out - 0.0025},
                                 {-0.036, z + guard_out - 0.0025},
                                 {-0.066, z + 0.012},
                                 {-0.066, z - 0.05}};
    mesh.use(
        {.look = "powder_coat", .color = paint_color("yellow"), .wear = 0.9f, .dirt = 0.6f, .cell = 0.05});
    prism_y(mesh, thickened(rounded_way({way.rbegin(), way.rend()}, 0.012, 3), 0.005), 0, high,
            {.radius = 0.0015, .segments = 2});
    mesh.use({.look = "hazard"});
    decal(mesh, {0, 0.24, z + guard_out}, {0.066, 0, 0}, {0, 0.26, 0}, {0.0, 0}, {0.066, 1.04}, -0.0002);
}

void signs(Mesh& mesh, RackSize const& s, Random r)
{
    double const k = r.below(3) * 0.25, x = s.length() / 2, y = std::min(2.0, s.frame_high() - 0.45);
    for (double const side : {-1.0, 1.0}) {
        mesh.use({.look = "powder_coat", .color = paint_color("white"), .dirt = 0.1f});
        box(mesh, {std::min(side * x, side * (x + 0.005)), y - 0.31, -0.16},
            {std::max(side * x, side * (x + 0.005)), y + 0.31, 0.16}, {.radius = 0.001, .segments = 1});
        mesh.use({.look = "signs"});
        decal(mesh, {side * (x + 0.005), y, 0}, {0, 0, -side * 0.30}, {0, 0.60, 0}, {k + 0.002, 0.3345},
              {k + 0.248, 0.998}, 0.0006);
    }
    mesh.use({.look = "signs"}); // the load plate on the first frame
    decal(mesh, {s.frame_x(0), std::min({1.25, s.first - 0.28, s.frame_high() - 0.2}), s.depth / 2},
          {0.088, 0, 0}, {0, 0.18, 0}, {0.755, 0.34}, {0.995, 0.995}, 0.0020);
}

// ---- the recipe ----

Asset describe(Values const& v)
{
    auto const size = size_of(v);
    auto const stored = Storekeeper(size, v.seed).fill();
    Asset asset;
    asset.name = fmt::format("Pallet rack, {} bay{}, {} level{}, {}", size.bays, size.bays > 1 ? "s" : "",
                             size.levels, size.levels > 1 ? "s" : "",
                             size.load == "full"     ? "filled"
                             : size.load == "sparse" ? "half filled"
                                                     : "empty");
    asset.category = "pallet_rack";
    asset.bounds = rack_bounds(size, stored);
    asset.clearance = {.front = 1.2};
    asset.attributes = {"industrial", "steel", "blue", size.load == "empty" ? "empty" : size.load};
    asset.tags = {"racking", "shelving", "shelves", "rack", "storage", "warehouse shelf", "high rack"};
    if (size.load == "empty" && size.deck != "none")
        for (int level = 1; level <= size.levels; ++level)
            for (int bay = 0; bay < size.bays; ++bay) {
                double const x = size.bay_x(bay), half = size.bay / 2 - 0.03, z = size.depth / 2 - 0.05;
                asset.supports.push_back({x - half, x + half, -z, z, size.carry(level),
                                          level == size.levels ? 1e9 : size.clear(level) + 0.10});
            }
    return asset;
}

Model build(Values const& v)
{
    auto const size = size_of(v);
    auto const stored = Storekeeper(size, v.seed).fill();
    Model model(mix64(v.seed + 51));
    auto const part = [&](char const* name, auto const& make) {
        Part p{name, Mesh(mix64(v.seed + model.prototypes.size() * 13)), {}};
        make(p.mesh);
        return model.add(std::move(p));
    };
    auto const frame_part = part("Frame", [&](Mesh& m) { frame(m, size); });
    for (int i = 0; i <= size.bays; ++i) model.put(frame_part, moved(size.frame_x(i), 0, 0));
    std::size_t beam_parts[2] = {part("Beams_a", [&](Mesh& m) { beams(m, size, 0); }),
                                 part("Beams_b", [&](Mesh& m) { beams(m, size, 1); })};
    for (int bay = 0; bay < size.bays; ++bay)
        for (int level = 1; level <= size.levels; ++level)
            model.put(beam_parts[(bay + level) % 2], moved(size.bay_x(bay), size.beam_top(level), 0));
    if (size.deck != "none") {
        auto const deck_part = part("Deck", [&](Mesh& m) { deck(m, size); });
        double const lift =
            size.deck == "chipboard" ? 0.020 : 0; // boards lie on the beams, wires in the step
        for (int bay = 0; bay < size.bays; ++bay)
            for (int level = 1; level <= size.levels; ++level)
                model.put(deck_part, moved(size.bay_x(bay), size.beam_top(level) + lift, 0));
    }
    if (size.guards) {
        auto const guard_part = part("PostGuard", [&](Mesh& m) { post_guard(m, size); });
        for (int i = 0; i <= size.bays; ++i) model.put(guard_part, moved(size.frame_x(i), 0, 0));
    }
    signs(model.root.mesh, size, Random(v.seed).fork(8));
    std::map<std::string, std::size_t> loads;
    for (auto const& s : stored) {
        auto [at, is_new] = loads.emplace(s.name, 0);
        if (is_new) {
            Part p{s.name, Mesh(0), {}};
            for (auto const& item : s.load->items) p.copies.push_back({add_kind(model, *item.kind), item.at});
            at->second = model.add(std::move(p));
        }
        model.put(at->second, s.at);
    }
    return model;
}

std::vector<Parameters> entries()
{
    std::vector<Parameters> out;
    for (std::string const bays : {"1", "2", "3", "4", "6"})
        for (std::string const levels : {"2", "3", "4"})
            for (std::string const load : {"full", "sparse", "empty"})
                out.push_back({{"bays", bays}, {"levels", levels}, {"load", load}});
    for (std::string const load : {"full", "sparse", "empty"}) {
        out.push_back({{"bays", "3"}, {"levels", "5"}, {"load", load}});
        out.push_back({{"bay_width", "1.8"}, {"load", load}});
        out.push_back({{"deck", "none"}, {"load", load}});
        out.push_back({{"deck", "chipboard"}, {"load", load}});
    }
    return out;
}

} // namespace

Recipe pallet_rack()
{
    return {.key = "soulvan/pallet_rack",
            .version = 1,
            .parameters = {number_parameter("bays", "side by side", "3", 1, 12),
                           number_parameter("levels", "of beams above the floor", "3", 1, 6),
                           word_parameter("load", "what it holds", {"full", "sparse", "empty"}),
                           number_parameter("bay_width", "between posts, metres", "2.7", 1.2, 3.6),
                           number_parameter("depth", "of the frames, metres", "1.1", 0.6, 1.3),
                           number_parameter("first_level", "top of the lowest beam, metres", "1.7", 0.6, 2.4),
                           number_parameter("level_pitch", "from beam to beam, metres", "1.6", 0.7, 2.4),
                           word_parameter("deck", "on the beams", {"mesh", "none", "chipboard"}),
                           word_parameter("guards", "at the feet", {"posts", "none"})},
            .entries = entries(),
            .describe = describe,
            .build = build};
}

} // namespace soulvan::catalog::kit
