// Edits: things of the previous layout move, turn and grow as the last sentence says; nothing else does.
#include "solve_things.h"

#include "arrange.h"
#include "relation_score.h"
#include "solve_place.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

/// Whether `other` moves with `thing`: it stands on it, or is the chair of this desk.
bool goes_with(Site const& site, int other, int thing)
{
    for (int carrier = site.thing(other).carrier; carrier >= 0; carrier = site.thing(carrier).carrier)
        if (carrier == thing) return true;
    auto const &one = site.thing(other), &parent = site.thing(thing);
    if (one.group < 0 || parent.group < 0 || one.group == parent.group || one.carrier >= 0) return false;
    auto const link = link_of(site, one.group);
    if (!link || link->parent != parent.group) return false;
    double const own = gap(one.solid.rect, parent.solid.rect);
    if (own > link->max_m + 0.05) return false;
    for (int const rival : site.state(parent.group).things)
        if (rival != thing && site.thing(rival).placed &&
            gap(one.solid.rect, site.thing(rival).solid.rect) < own)
            return false;
    return true;
}

/// The thing with all that goes with it, in its own frame.
Unit company_of(Site const& site, int thing)
{
    Unit unit{.group = site.thing(thing).group, .members = {{thing, {}}}, .candidates = {}};
    for (std::size_t round = 0; round < unit.members.size(); ++round)
        for (std::size_t i = 0; i < site.things.size(); ++i) {
            int const other = static_cast<int>(i);
            bool const known = std::any_of(unit.members.begin(), unit.members.end(),
                                           [&](Member const& m) { return m.thing == other; });
            if (known || !site.things[i].placed || site.things[i].architecture ||
                !goes_with(site, other, unit.members[round].thing))
                continue;
            unit.members.push_back({other, relative(site.thing(thing).pose, site.things[i].pose)});
        }
    site.measure(unit);
    return unit;
}

Plan2 direction_of(Site const& site, Edit const& edit, Thing const& one)
{
    if (edit.frame == "object") {
        Plan2 const front = one.front(), left{front.y, -front.x};
        if (edit.direction == "forward" || edit.direction == "front") return front;
        if (edit.direction == "back" || edit.direction == "backward") return -front;
        if (edit.direction == "left") return left;
        if (edit.direction == "right") return -left;
    }
    return direction_named(site, edit.direction);
}

Pose moved(Site const& site, Edit const& edit, Thing const& one)
{
    Pose pose = one.pose;
    double distance = edit.distance_m > 0 ? edit.distance_m : 1.0;
    Plan2 way{0, 0};
    if (!edit.toward.empty()) {
        double nearest = 1e18;
        Rect const* goal = nullptr;
        for (int const t : targets_of(site, edit.toward)) {
            double const g = gap(one.solid.rect, site.thing(t).solid.rect);
            if (&site.thing(t) != &one && g < nearest) nearest = g, goal = &site.thing(t).solid.rect;
        }
        if (!goal) return pose;
        way = nearest_point(one.solid.rect.centre, *goal) - one.solid.rect.centre;
        if (way.length() < 1e-6) return pose;
        way.normalize();
        // "Closer to the door": almost there, unless a distance was stated.
        distance = edit.distance_m > 0 ? std::min(edit.distance_m, nearest) : std::max(0.0, nearest - 0.5);
    } else {
        way = direction_of(site, edit, one);
    }
    pose.x += way.x * distance;
    pose.z += way.y * distance;
    return pose;
}

Pose turned(Edit const& edit, Pose pose)
{
    double const angle = (edit.degrees != 0 ? edit.degrees : 90) * std::numbers::pi / 180;
    bool const clockwise = edit.direction == "clockwise" || edit.direction == "right";
    pose.yaw =
        wrap(pose.yaw + (clockwise ? -angle : angle)); // positive yaw turns to the left, seen from above
    return pose;
}

void grow(Site& site, Unit& unit, double factor)
{
    for (auto& m : unit.members) {
        auto& one = site.thing(m.thing);
        bool const rides = one.carrier >= 0;
        if (&m == &unit.members.front())
            one.scale *= factor;
        else if (rides)
            m.local = {m.local.x * factor, m.local.y * factor, m.local.z * factor, m.local.yaw};
    }
    site.measure(unit);
}

/// Puts the unit at or near the place; false when there is none.
bool settle(Site& site, Unit const& unit, Pose const& wanted, double reach)
{
    auto const pose = nearest_free(site, unit, wanted, reach);
    if (!pose) return false;
    site.put(unit, *pose);
    double const off = std::hypot(pose->x - wanted.x, pose->z - wanted.z);
    if (off > 1e-3)
        site.warn(
            "blocked",
            fmt::format(
                "Something stands in the way of {}: it was put {:.2f} m beside the place that was asked for.",
                site.thing(unit.members[0].thing).id, off));
    return true;
}

} // namespace

void apply_edits(Site& site)
{
    for (auto const& edit : site.plan.edits) {
        bool const move = edit.action == "move", rotate = edit.action == "rotate",
                   scale = edit.action == "scale";
        if (!move && !rotate && !scale) continue;
        if (move && (edit.direction == "up" || edit.direction == "down")) {
            site.warn("unsupported", "Things stand on floors and surfaces: they are not moved up or down.");
            continue;
        }
        struct Step {
            Unit unit;
            Pose wanted, before;
        };
        std::vector<Step> steps;
        for (int const t : targets_of(site, edit.group, edit.which)) {
            auto const& one = site.thing(t);
            if (one.architecture) continue;
            auto unit = company_of(site, t);
            steps.push_back({unit,
                             move     ? moved(site, edit, one)
                             : rotate ? turned(edit, one.pose)
                                      : one.pose,
                             one.pose});
        }
        for (auto const& step : steps) site.lift(step.unit);
        for (auto& step : steps) {
            auto& one = site.thing(step.unit.members[0].thing);
            auto const small = step.unit;
            double const scale_before = one.scale;
            if (scale && edit.factor > 0) grow(site, step.unit, std::clamp(edit.factor, 0.1, 10.0));
            if (settle(site, step.unit, step.wanted, std::max(1.0, edit.distance_m))) continue;
            one.scale = scale_before;
            site.put(small, step.before);
            site.warn(
                "blocked",
                fmt::format("{} cannot go there: other things or walls are in the way. It stays.", one.id));
        }
    }
}

} // namespace soulvan::scene
