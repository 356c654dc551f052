// Where on a desk or a table does a small thing stand? Screens at the back before the chair, a cup at hand.
#include "arrange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double rim_m = 0.015;    ///< that a thing keeps from the edge
constexpr double step_m = 0.05;    ///< of the search for a free spot
constexpr double reach_m = 0.24;   ///< from the edge to what lies before a seat
constexpr double spacing_m = 0.02; ///< between things

/// Where such a thing stands on a desk as its user sees it: across from -1 (left) to 1, deep from 0 (the
/// user's edge) to 1.
struct Habit {
    std::string_view category;
    double across, deep;
    bool faces_user;
    double turn; ///< radians that it may lie askew
};
constexpr Habit habits[] = {
    {"computer", 0, 0.62, true, 0.03},    {"monitor", 0, 0.75, true, 0.05},
    {"television", 0, 0.5, true, 0},      {"laptop", 0, 0.45, true, 0.12},
    {"keyboard", 0, 0.25, true, 0.03},    {"mouse", 0.35, 0.25, true, 0.1},
    {"telephone", 0.72, 0.55, true, 0.2}, {"printer", 0, 0.5, true, 0},
    {"tablet", 0.3, 0.3, true, 0.3},      {"papers", -0.5, 0.3, true, 0.35},
    {"cup", 0.5, 0.45, false, 3},         {"drinking_glass", 0.5, 0.45, false, 3},
    {"dishes", 0, 0.3, false, 3},         {"lamp", -0.82, 0.8, true, 0.3},
    {"books", 0.8, 0.7, true, 0.25},      {"vase", 0.85, 0.85, false, 3},
    {"plant", 0.85, 0.85, false, 3},      {"stationery", -0.3, 0.6, true, 0.4},
    {"bottle", 0.6, 0.6, false, 3},       {"food", 0.2, 0.4, false, 0.5},
    {"microwave", 0, 0.6, true, 0},       {"kitchen_appliance", -0.4, 0.65, true, 0.2},
    {"decoration", 0.7, 0.8, true, 0.3},  {"tool", 0.2, 0.5, false, 1.2}};

Habit habit_on(std::string_view category)
{
    auto const& tree = catalog::Categories::standard();
    for (auto const& habit : habits)
        if (tree.is_a(category, habit.category)) return habit;
    return {category, 0, 0.5, true, 0.2};
}

struct Spot {
    double x, z, yaw;
};

class Setter {
public:
    Setter(Site const& site, int parent, Company const& company)
        : site_(site),
          parent_(parent),
          seats_(company.seats),
          taken_(company.taken)
    {
        auto const c = clearance_of(*site.thing(parent).asset);
        one_sided_ = c.front > 0.05 || c.back > 0.05;
        user_at_back_ = c.back > 0.05 && c.back >= c.front; // who receives sits behind the counter
    }

    std::optional<Attached> set(catalog::SupportSurface const& s, Unit const& unit, int index)
    {
        auto const& one = site_.thing(unit.members[0].thing);
        auto const habit = habit_on(one.category);
        auto const wish = wished(s, habit, one.seed, static_cast<std::size_t>(one.index));
        for (auto const& spot : spots(s, wish)) {
            Pose const pose = pose_at(unit, spot, s.y);
            Range3d const bounds{{unit.min_x, 0, unit.min_z}, {unit.max_x, unit.top, unit.max_z}};
            auto const solid = solid_of(bounds, 1, pose);
            if (!inside(s, solid) || meets(solid)) continue;
            taken_.push_back(solid);
            return Attached{index, pose, parent_};
        }
        return std::nullopt;
    }

private:
    Spot wished(catalog::SupportSurface const& s, Habit const& habit, std::uint64_t seed,
                std::size_t index) const
    {
        double const askew = habit.turn * (2 * chance(seed, 31) - 1);
        double const hx = (s.max_x - s.min_x) / 2, hz = (s.max_z - s.min_z) / 2;
        Plan2 const middle{(s.min_x + s.max_x) / 2, (s.min_z + s.max_z) / 2};
        if (!one_sided_ && !seats_.empty()) { // before one who sits there, others first
            Plan2 const seat = seats_[(index * 5 + seed % 3) % seats_.size()];
            Plan2 const edge = nearest_point(seat, Rect{middle, {1, 0}, hx - reach_m, hz - reach_m});
            Plan2 const to_seat = seat - edge;
            return {edge.x, edge.y, wrap((habit.faces_user ? yaw_of(to_seat) : 0) + askew)};
        }
        // Some have their telephone on the left.
        double const side = chance(seed, 33) < 0.3 && std::abs(habit.across) > 0.4 ? -1 : 1;
        double const u = side * habit.across + 0.12 * (2 * chance(seed, 34) - 1) * (habit.across != 0);
        double const toward = user_at_back_ ? -1 : 1; // local z of the user's edge
        // The user looks along -toward: right is -toward * x.
        double const x = middle.x - toward * u * hx, z = middle.y + toward * (1 - 2 * habit.deep) * hz;
        return {x, z, wrap((user_at_back_ ? pi : 0) + askew)};
    }

    /// The wished spot, then others by their distance from it.
    std::vector<Spot> spots(catalog::SupportSurface const& s, Spot const& wish) const
    {
        std::vector<Spot> all{wish};
        for (double z = s.min_z; z <= s.max_z; z += step_m)
            for (double x = s.min_x; x <= s.max_x; x += step_m) all.push_back({x, z, wish.yaw});
        auto const far = [&](Spot const& p) { return std::hypot(p.x - wish.x, p.z - wish.z); };
        std::stable_sort(all.begin(), all.end(),
                         [&](Spot const& a, Spot const& b) { return far(a) < far(b) - 1e-9; });
        return all;
    }

    static Pose pose_at(Unit const& unit, Spot const& spot, double y)
    {
        Pose const offset = compose({0, 0, 0, spot.yaw},
                                    {-(unit.min_x + unit.max_x) / 2, 0, -(unit.min_z + unit.max_z) / 2, 0});
        return {spot.x + offset.x, y, spot.z + offset.z, spot.yaw};
    }

    static bool inside(catalog::SupportSurface const& s, Solid const& solid)
    {
        auto const x = solid.rect.extent({1, 0}), z = solid.rect.extent({0, 1});
        return x[0] >= s.min_x + rim_m && x[1] <= s.max_x - rim_m && z[0] >= s.min_z + rim_m &&
               z[1] <= s.max_z - rim_m && solid.high - solid.low <= s.headroom + 1e-9;
    }

    bool meets(Solid const& solid) const
    {
        return std::any_of(taken_.begin(), taken_.end(), [&](Solid const& t) {
            return t.low < solid.high && t.high > solid.low + 0.005 &&
                   closer_than(solid.rect, t.rect, spacing_m);
        });
    }

    Site const& site_;
    int parent_;
    std::vector<Plan2> seats_;
    std::vector<Solid> taken_;
    bool one_sided_ = false, user_at_back_ = false;
};

} // namespace

bool is_set_out(Site const& site, std::vector<Unit> const& children, Link const& link)
{
    constexpr std::size_t most = 6; // more than that are goods
    if (children.empty() || children.size() > most || link.stacking || link.carried) return false;
    auto const& one = site.thing(children[0].members[0].thing);
    auto const* category = catalog::Categories::standard().find(one.category);
    return category && category->mount == catalog::Mount::surface &&
           (category->theme != "warehouse" || category->name == "tool");
}

std::vector<Attached> set_out(Site const& site, int parent,
                              std::vector<catalog::SupportSurface> const& surfaces,
                              std::vector<Unit> const& children, Company const& company)
{
    std::vector<Attached> done;
    Setter setter(site, parent, company);
    for (std::size_t i = 0; i < children.size(); ++i)
        for (auto const& s : surfaces)
            if (auto const spot = setter.set(s, children[i], static_cast<int>(i))) {
                done.push_back(*spot);
                break;
            }
    return done;
}

} // namespace soulvan::scene
