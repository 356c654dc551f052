// What goes with a thing: boxes on a pallet, a chair at a desk, chairs around a table.
#include "arrange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double overhang_m = 0.03; ///< that a load may stand over its surface on every side

constexpr double load_m = 0.2; ///< that a carried load may stand over

using Surface = catalog::SupportSurface;

/// Whether the top of such a thing is flat and strong where its record names no surface: a car's roof, a
/// sofa's back and a tree are no place for anything.
bool is_flat(std::string_view category)
{
    static constexpr std::array names{"box",      "crate",        "barrel",    "container", "pallet_load",
                                      "wardrobe", "refrigerator", "microwave", "books",     "rug"};
    auto const& tree = catalog::Categories::standard();
    return std::any_of(names.begin(), names.end(), [&](char const* n) { return tree.is_a(category, n); });
}

std::vector<Surface> surfaces_of(Thing const& parent, bool carried)
{
    std::vector<Surface> surfaces;
    double const k = parent.scale;
    for (auto const& s : parent.asset->supports)
        surfaces.push_back({s.min_x * k, s.max_x * k, s.min_z * k, s.max_z * k, s.y * k, s.headroom * k});
    auto const& bounds = parent.asset->bounds;
    if (surfaces.empty() && is_flat(parent.category))
        surfaces.push_back(
            {bounds.min.x * k, bounds.max.x * k, bounds.min.z * k, bounds.max.z * k, bounds.max.y * k, 1e9});
    if (carried) // a box on a hand truck stands over to the sides and the front, not into the frame
        for (auto& s : surfaces)
            s.min_x -= load_m, s.max_x += load_m, s.min_z += overhang_m + margin_m, s.max_z += load_m;
    // The largest first: a table's top before its shelf; levels of a rack from the lowest.
    std::stable_sort(surfaces.begin(), surfaces.end(), [](Surface const& a, Surface const& b) {
        double const area_a = (a.max_x - a.min_x) * (a.max_z - a.min_z);
        double const area_b = (b.max_x - b.min_x) * (b.max_z - b.min_z);
        return std::abs(area_a - area_b) > 0.05 * area_a ? area_a > area_b : a.y < b.y;
    });
    return surfaces;
}

/// One column of things on a surface.
struct Column {
    double x, z, half_x, half_z; ///< of its topmost thing
    double yaw;
    double y;       ///< top
    double ceiling; ///< may reach
    int carrier;    ///< topmost thing
};

struct Cell {
    double x, z;
};

/// Rows of cells of equal size about the surface's middle; empty when not even one fits.
std::vector<Cell> cells_on(Surface const& s, double width, double depth, std::size_t wanted)
{
    double const space = 0.02;
    auto const fit = [&](double length, double size) {
        double const usable = length + 2 * overhang_m;
        return static_cast<int>(std::floor((usable + space + 1e-9) / (size + space)));
    };
    int const columns = fit(s.max_x - s.min_x, width), rows = fit(s.max_z - s.min_z, depth);
    if (columns < 1 || rows < 1) return {};
    int const n = static_cast<int>(std::min<std::size_t>(wanted, static_cast<std::size_t>(columns * rows)));
    // As square as the surface, so that four boxes stand two by two.
    int c = std::clamp(static_cast<int>(std::ceil(std::sqrt(n * (s.max_x - s.min_x) * depth /
                                                            std::max(1e-6, (s.max_z - s.min_z) * width)))),
                       1, columns);
    c = std::min(c, n);
    while ((n + c - 1) / c > rows) ++c;
    int const r = (n + c - 1) / c;
    // Loose things spread a little; full surfaces stay tight.
    double const pitch_x = std::min((s.max_x - s.min_x) / c, width * 1.6),
                 pitch_z = std::min((s.max_z - s.min_z) / r, depth * 1.6);
    double const px = std::max(width + space, pitch_x), pz = std::max(depth + space, pitch_z);
    std::vector<Cell> cells;
    for (int i = 0; i < n; ++i)
        cells.push_back({(s.min_x + s.max_x) / 2 + (i % c - (c - 1) / 2.0) * px,
                         (s.min_z + s.max_z) / 2 + (i / c - (r - 1) / 2.0) * pz});
    return cells;
}

bool meets(std::vector<Solid> const& taken, double x, double z, double half_x, double half_z, double low,
           double high)
{
    Rect const rect{{x, z}, {1, 0}, half_x, half_z};
    return std::any_of(taken.begin(), taken.end(), [&](Solid const& t) {
        return t.low < high && t.high > low + 0.005 && closer_than(rect, t.rect, margin_m);
    });
}

} // namespace

std::vector<Attached> pack_on(Site const& site, int parent, std::vector<Unit> const& children,
                              Link const& link, Company const& company)
{
    auto const& base = site.thing(parent);
    if (is_set_out(site, children, link))
        return set_out(site, parent, surfaces_of(base, false), children, company);
    auto const& taken = company.taken;
    std::vector<std::size_t> order(children.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    auto const area = [&](std::size_t i) { return children[i].width() * children[i].depth(); };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return area(a) > area(b) * 1.001; });
    double width = 0, depth = 0;
    for (auto const& c : children) width = std::max(width, c.width()), depth = std::max(depth, c.depth());
    std::vector<Attached> done;
    std::vector<Column> columns;
    std::size_t next = 0;
    for (auto const& s : surfaces_of(base, link.carried)) {
        if (next == order.size()) break;
        auto const held_cells = [&](double w, double d) {
            // What stands over must be balanced: its middle lies on the surface itself.
            for (std::size_t wanted = order.size() - next; wanted > 0; --wanted) {
                auto cells = cells_on(s, w, d, wanted);
                if (link.carried && !cells.empty()) { // against the frame
                    double const back = cells.front().z - d / 2 - (s.min_z - overhang_m);
                    for (auto& c : cells) c.z -= back;
                }
                double const over = link.carried ? load_m + 0.02 : 0;
                if (std::all_of(cells.begin(), cells.end(), [&](Cell const& c) {
                        return c.x >= s.min_x + over && c.x <= s.max_x - over && c.z <= s.max_z - over + 0.02;
                    }))
                    return cells;
            }
            return std::vector<Cell>{};
        };
        auto cells = held_cells(width, depth);
        bool turned = false;
        if (auto other = held_cells(depth, width); other.size() > cells.size())
            cells = std::move(other), turned = true;
        for (auto const& cell : cells) {
            if (next == order.size()) break;
            auto const& unit = children[order[next]];
            if (unit.top > s.headroom + 1e-9) continue;
            double const half_x = (turned ? unit.depth() : unit.width()) / 2;
            double const half_z = (turned ? unit.width() : unit.depth()) / 2;
            if (meets(taken, cell.x, cell.z, half_x, half_z, s.y, s.y + unit.top)) continue;
            double const yaw = turned ? pi / 2 : 0;
            Pose const offset = compose(
                {0, 0, 0, yaw}, {-(unit.min_x + unit.max_x) / 2, 0, -(unit.min_z + unit.max_z) / 2, 0});
            done.push_back(
                {static_cast<int>(order[next]), {cell.x + offset.x, s.y, cell.z + offset.z, yaw}, parent});
            columns.push_back({cell.x, cell.z, half_x, half_z, yaw, s.y + unit.top, s.y + s.headroom,
                               unit.members[0].thing});
            ++next;
        }
    }
    if (!link.stacking) return done;
    for (; next < order.size(); ++next) {
        auto const& unit = children[order[next]];
        Column* lowest = nullptr;
        for (auto& c : columns) {
            bool const turned = std::abs(c.yaw - pi / 2) < 1e-6;
            double const half_x = (turned ? unit.depth() : unit.width()) / 2,
                         half_z = (turned ? unit.width() : unit.depth()) / 2;
            if (half_x > c.half_x + 0.005 || half_z > c.half_z + 0.005 || c.y + unit.top > c.ceiling)
                continue;
            if (meets(taken, c.x, c.z, half_x, half_z, c.y, c.y + unit.top)) continue;
            if (!lowest || c.y < lowest->y - 1e-9) lowest = &c;
        }
        if (!lowest) continue;
        Pose const offset = compose({0, 0, 0, lowest->yaw},
                                    {-(unit.min_x + unit.max_x) / 2, 0, -(unit.min_z + unit.max_z) / 2, 0});
        done.push_back({static_cast<int>(order[next]),
                        {lowest->x + offset.x, lowest->y, lowest->z + offset.z, lowest->yaw},
                        lowest->carrier});
        lowest->y += unit.top;
        lowest->carrier = unit.members[0].thing;
    }
    return done;
}

std::vector<Attached> seat_at(Site const& site, int parent, std::vector<Unit> const& children)
{
    auto const& base = site.thing(parent);
    auto const solid = base.solid_at({});
    auto const x = solid.rect.extent({1, 0}), z = solid.rect.extent({0, 1});
    auto const c = clearance_of(*base.asset);
    bool const at_back = c.back >= c.front;
    std::vector<Attached> seats;
    // Side by side at the user's side while they fit, the rest opposite.
    double const wide = children.empty() ? 1 : children[0].width() + 0.1;
    auto const per_side = static_cast<std::size_t>(std::max(1.0, std::floor((x[1] - x[0] + 0.1) / wide)));
    for (std::size_t i = 0; i < children.size(); ++i) {
        auto const& unit = children[i];
        std::size_t const side = i / per_side, here = std::min(per_side, children.size() - side * per_side);
        bool const back = (side % 2 == 0) == at_back;
        std::uint64_t const seed = site.thing(unit.members[0].thing).seed;
        double const space = 0.05 + 0.05 * chance(seed, 1) + 1.0 * static_cast<double>(side / 2);
        double const yaw = (back ? 0 : pi) + (chance(seed, 2) - 0.5) * 0.1;
        double const across = (static_cast<double>(i % per_side) - static_cast<double>(here - 1) / 2) * wide;
        // Half sizes of the turned chair about its own origin.
        Pose const turn{0, 0, 0, yaw};
        Solid const own =
            solid_of({{unit.min_x, 0, unit.min_z}, {unit.max_x, unit.top, unit.max_z}}, 1, turn);
        auto const oz = own.rect.extent({0, 1});
        double const at_z = back ? z[0] - space - oz[1] : z[1] + space - oz[0];
        seats.push_back({static_cast<int>(i),
                         {(x[0] + x[1]) / 2 + across + (chance(seed, 3) - 0.5) * 0.03, 0, at_z, yaw},
                         -1});
    }
    return seats;
}

std::vector<Attached> ring_around(Site const& site, int parent, std::vector<Unit> const& children,
                                  double max_m)
{
    auto const solid = site.thing(parent).solid_at({});
    double const half_x = solid.rect.hx, half_z = solid.rect.hz;
    Plan2 const middle = solid.rect.centre;
    int const n = static_cast<int>(children.size());
    if (n == 0) return {};
    double pitch = 0;
    for (auto const& c : children) pitch = std::max(pitch, c.width());
    pitch += 0.06;
    auto const capacity = [&](double length) {
        return std::max(0, static_cast<int>((length + 0.06) / pitch));
    };
    bool const long_x = half_x >= half_z;
    // Seats on: one long side, the other, one end, the other end.
    int const most_long = std::max(1, capacity(2 * std::max(half_x, half_z))),
              most_end = std::max(1, capacity(2 * std::min(half_x, half_z)));
    std::array<int, 4> count{0, 0, 0, 0};
    bool const square = std::abs(half_x - half_z) < 0.15 * std::max(half_x, half_z);
    for (int i = 0; i < n; ++i) {
        std::array<int, 4> const order = square ? std::array{0, 1, 2, 3} : std::array{0, 1, 0, 1};
        int best = -1;
        double least = 2;
        for (int const side : order) {
            int const most = side < 2 ? most_long : most_end;
            double const fill = static_cast<double>(count[static_cast<std::size_t>(side)]) / most;
            if (fill < 1 && fill < least - 1e-9) least = fill, best = side;
        }
        for (int side = 2; side < 4 && best < 0; ++side)
            if (count[static_cast<std::size_t>(side)] < most_end) best = side;
        if (best < 0) break; // the table is full
        ++count[static_cast<std::size_t>(best)];
    }
    std::vector<Attached> ring;
    int next = 0;
    for (int side = 0; side < 4; ++side) {
        int const here = count[static_cast<std::size_t>(side)];
        double const sign = side % 2 == 0 ? 1 : -1;
        bool const normal_z = (side < 2) == long_x; // outward normal along z
        double const length = 2 * (normal_z ? half_x : half_z), reach = normal_z ? half_z : half_x;
        double const step = here > 0 ? std::max(pitch, length / here * (here == 1 ? 1 : 0.96)) : 0;
        for (int i = 0; i < here; ++i, ++next) {
            auto const& unit = children[static_cast<std::size_t>(next)];
            std::uint64_t const seed = site.thing(unit.members[0].thing).seed;
            double const along = (i - (here - 1) / 2.0) * step;
            Plan2 const out = normal_z ? Plan2{0, sign} : Plan2{sign, 0};
            double const yaw = yaw_of(-out) + (chance(seed, 2) - 0.5) * 0.08;
            Solid const own = solid_of({{unit.min_x, 0, unit.min_z}, {unit.max_x, unit.top, unit.max_z}}, 1,
                                       {0, 0, 0, yaw});
            double const inner = own.rect.extent(out)[0];
            double const space = std::min(0.06 + 0.05 * chance(seed, 1), max_m / 2);
            Plan2 const at = middle + out * (reach + space - inner) + Plan2{out.y, -out.x} * along;
            ring.push_back({next, {at.x, 0, at.y, yaw}, -1});
        }
    }
    return ring;
}

std::vector<Attached> put_under(Site const& site, int parent, std::vector<Unit> const& children)
{
    auto const& base = site.thing(parent);
    auto const solid = base.solid_at({});
    double lowest = 1e9;
    for (auto const& s : base.asset->supports) lowest = std::min(lowest, s.y * base.scale);
    std::vector<Attached> under;
    double x = solid.rect.centre.x + solid.rect.hx * 0.85;
    for (std::size_t i = 0; i < children.size(); ++i) {
        auto const& unit = children[i];
        x -= unit.width();
        if (unit.top > lowest - 0.05 || x < solid.rect.centre.x - solid.rect.hx * 0.85) break;
        if (unit.depth() > 1.9 * solid.rect.hz) break;
        under.push_back({static_cast<int>(i),
                         {x - unit.min_x, 0, solid.rect.centre.y - (unit.min_z + unit.max_z) / 2, 0},
                         -1});
        x -= 0.05;
    }
    return under;
}

std::vector<Attached> put_beside(Site const& site, int parent, std::vector<Unit> const& children)
{
    auto const solid = site.thing(parent).solid_at({});
    auto const x = solid.rect.extent({1, 0});
    std::vector<Attached> beside;
    double right = x[1], left = x[0];
    for (std::size_t i = 0; i < children.size(); ++i) {
        auto const& unit = children[i];
        double const space = 0.05 + 0.05 * chance(site.thing(unit.members[0].thing).seed, 1);
        double at = 0;
        if (i % 2 == 0) {
            at = right + space - unit.min_x;
            right = at + unit.max_x;
        } else {
            at = left - space - unit.max_x;
            left = at + unit.min_x;
        }
        beside.push_back({static_cast<int>(i), {at, 0, solid.rect.centre.y, 0}, -1});
    }
    return beside;
}

} // namespace soulvan::scene
