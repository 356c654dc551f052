// Which things move as one body, and with what does a lone thing go?
#include "arrange.h"

#include "relation_score.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace soulvan::scene {
namespace {

bool is_seat(std::string_view category)
{
    auto const& tree = catalog::Categories::standard();
    return tree.is_a(category, "chair") || category == "bench" || category == "sofa";
}

bool is_desk(std::string_view category)
{
    return category == "desk" || category == "workbench" || category == "packing_station" ||
           category == "reception_desk" || category == "shop_counter" || category == "piano";
}

std::optional<Link> own_link(Site const& site, Group const& group)
{
    for (auto const& r : group.relations) {
        int const parent = site.group_named(r.other);
        if (parent < 0 || site.group(parent).id == group.id || site.state(parent).no_asset) continue;
        Link link{.bond = Bond::on,
                  .parent = parent,
                  .per = r.n,
                  .alternating = r.alternating,
                  .stacking = false,
                  .max_m = r.max_m.value_or(0.9),
                  .which = r.which};
        if (r.quant > 0) continue;
        auto const& other = site.group(parent).category;
        switch (r.type) {
        case RelationType::on:
        case RelationType::on_or_stacked_on:
        case RelationType::carried_by:
            link.stacking = r.type != RelationType::on;
            link.carried = r.type == RelationType::carried_by;
            return link;
        case RelationType::under:
            if (site.state(parent).architecture) break;
            link.bond = Bond::under;
            return link;
        case RelationType::around:
            link.bond = Bond::around;
            return link;
        case RelationType::near:
        case RelationType::facing:
        case RelationType::behind:
        case RelationType::in_front_of:
            if (!is_seat(group.category) || !is_desk(other) || group.count > site.group(parent).count) break;
            link.bond = Bond::seat;
            link.per = 1;
            return link;
        case RelationType::opposite:
            if (int const table = site.group_named(r.other2); table >= 0 && !site.state(table).no_asset) {
                link.parent = table;
                link.bond = Bond::around;
                return link;
            }
            break;
        default:
            break;
        }
    }
    return std::nullopt;
}

/// Small things that nobody placed stand on furniture, not on the floor.
std::optional<Link> usual_link(Site const& site, int at)
{
    auto const& group = site.group(at);
    auto const* category = catalog::Categories::standard().find(group.category);
    if (!category || category->mount != catalog::Mount::surface || category->theme == "warehouse")
        return std::nullopt;
    auto const& tree = catalog::Categories::standard();
    bool const desk_first =
        category->theme == "commercial" || group.category == "papers" || group.category == "desk_lamp";
    for (char const* wanted : {desk_first ? "desk" : "table", desk_first ? "table" : "desk", "reception_desk",
                               "shop_counter", "cabinet", "bookcase", "workbench"})
        for (std::size_t g = 0; g < site.groups.size(); ++g) {
            auto const& other = site.plan.groups[g];
            if (!tree.is_a(other.category, wanted) || site.groups[g].no_asset ||
                site.groups[g].room != site.state(at).room)
                continue;
            Link link;
            link.parent = static_cast<int>(g);
            return link;
        }
    return std::nullopt;
}

bool hangs(Site const& site, int group)
{
    for (int const t : site.state(group).things)
        if (auto const& asset = site.thing(t).asset)
            return asset->mount == catalog::Mount::wall || asset->mount == catalog::Mount::ceiling;
    return false;
}

/// From "every desk has a chair": the relation stands with the desks.
std::optional<Link> given_link(Site const& site, int at)
{
    auto const& group = site.group(at);
    for (std::size_t p = 0; p < site.groups.size(); ++p) {
        if (static_cast<int>(p) == at || site.groups[p].no_asset) continue;
        auto const& parent = site.plan.groups[p];
        for (auto const& r : parent.relations) {
            if (r.other != group.id) continue;
            Link link{.bond = Bond::on,
                      .parent = static_cast<int>(p),
                      .per = std::max(1, r.n),
                      .alternating = r.alternating,
                      .stacking = false,
                      .max_m = r.max_m.value_or(1.0),
                      .which = {}};
            if (r.type == RelationType::each_has_on) return link;
            if (r.type != RelationType::each_has) continue;
            auto const* category = catalog::Categories::standard().find(group.category);
            bool const small = category && category->mount == catalog::Mount::surface;
            auto const& tree = catalog::Categories::standard();
            if (is_seat(group.category))
                link.bond = tree.is_a(parent.category, "table") ? Bond::around : Bond::seat;
            else
                link.bond = small ? Bond::on : Bond::beside;
            return link;
        }
    }
    return std::nullopt;
}

/// For each thing of the group, the thing of the parent group that it goes with; -1: none.
std::vector<int> parents_of(Site const& site, int group, Link const& link)
{
    auto const& children = site.state(group).things;
    std::vector<int> parent(children.size(), -1);
    std::vector<int> open;
    auto const& all = site.state(link.parent).things;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!link.alternating || i % 2 == 0) open.push_back(all[i]);
    if (open.empty()) return parent;
    std::size_t const per =
        link.per > 0 ? static_cast<std::size_t>(link.per) : (children.size() + open.size() - 1) / open.size();
    for (std::size_t i = 0; i < children.size(); ++i)
        if (i / per < open.size()) parent[i] = open[i / per];
    // Spread evenly: 5 boxes on 2 pallets are 3 and 2, not 5 and 0; the only lamp is not always on the first
    // desk.
    std::size_t const first = children.size() < open.size() ? hash_of(site.group(group).id) % open.size() : 0;
    if (link.per == 0)
        for (std::size_t i = 0; i < children.size(); ++i)
            parent[i] = open[(i * open.size() / children.size() + first) % open.size()];
    return parent;
}

std::vector<Attached> attach(Site const& site, int parent, std::vector<Unit> const& children,
                             Link const& link, Company const& company)
{
    switch (link.bond) {
    case Bond::on:
        return pack_on(site, parent, children, link, company);
    case Bond::seat:
        return seat_at(site, parent, children);
    case Bond::around:
        return ring_around(site, parent, children, link.max_m);
    case Bond::under:
        return put_under(site, parent, children);
    case Bond::beside:
        return put_beside(site, parent, children);
    }
    return {};
}

void join(Unit& unit, Unit const& child, Pose const& local)
{
    for (auto const& m : child.members) unit.members.push_back({m.thing, compose(local, m.local)});
}

Unit unit_for(Site& site, int thing, int depth);

/// Adds everything that goes with `thing` to its unit.
void gather(Site& site, Unit& unit, int thing, int depth)
{
    int const own = site.thing(thing).group;
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        auto const link = link_of(site, static_cast<int>(g));
        if (!link || link->parent != own || !link->which.empty() || static_cast<int>(g) == own) continue;
        auto const parents = parents_of(site, static_cast<int>(g), *link);
        std::vector<Unit> children;
        for (std::size_t i = 0; i < parents.size(); ++i) {
            int const child = site.groups[g].things[i];
            auto const& one = site.thing(child);
            if (parents[i] == thing && !one.locked && !one.attached && one.asset)
                children.push_back(unit_for(site, child, depth + 1));
        }
        Company company;
        for (auto const& m : unit.members) {
            if (m.thing == thing) continue;
            auto const solid = site.thing(m.thing).solid_at(m.local);
            if (site.carries(thing, m.thing)) company.taken.push_back(solid);
            if (is_seat(site.thing(m.thing).category)) company.seats.push_back(solid.rect.centre);
        }
        for (auto const& a : attach(site, thing, children, *link, company)) {
            auto const& child = children[static_cast<std::size_t>(a.child)];
            auto& principal = site.thing(child.members[0].thing);
            int const carrier = std::exchange(principal.carrier, a.carrier);
            std::size_t const before = unit.members.size();
            join(unit, child, a.local);
            if (!site.sound(unit,
                            before)) { // it would meet its neighbours: it finds a place of its own later
                unit.members.resize(before);
                principal.carrier = carrier;
                continue;
            }
            principal.attached = true;
            if (a.carrier >= 0) principal.support = site.thing(a.carrier).id;
        }
    }
}

Unit unit_for(Site& site, int thing, int depth)
{
    Unit unit{.group = site.thing(thing).group, .members = {{thing, {}}}, .candidates = {}};
    if (depth < 6) gather(site, unit, thing, depth);
    site.measure(unit);
    return unit;
}

} // namespace

Relation const* relation_of(Group const& group, RelationType type)
{
    for (auto const& r : group.relations)
        if (r.type == type) return &r;
    return nullptr;
}

std::optional<Link> link_of(Site const& site, int at)
{
    if (site.state(at).architecture || site.state(at).no_asset) return std::nullopt;
    auto link = own_link(site, site.group(at));
    if (!link) link = given_link(site, at);
    if (!link && site.group(at).relations.empty()) link = usual_link(site, at);
    // Parts of the building carry nothing of a unit: what goes with a door is placed beside it.
    if (link && site.state(link->parent).architecture) return std::nullopt;
    // Nor does what stands on the floor move with what hangs on a wall.
    if (link && link->bond != Bond::on && hangs(site, link->parent)) return std::nullopt;
    return link;
}

std::vector<Unit> units_of(Site& site, int group)
{
    std::vector<Unit> units;
    for (int const t : site.state(group).things) {
        auto const& one = site.thing(t);
        if (one.locked || one.attached || one.placed || !one.asset) continue;
        units.push_back(unit_for(site, t, 0));
    }
    return units;
}

std::vector<Berth> berths_of(Site const& site, Unit const& unit, Link const& link)
{
    std::vector<Berth> berths;
    auto const& principal = site.thing(unit.members[0].thing);
    auto parents = targets_of(site, site.group(link.parent).id, link.which);
    if (parents.size() > 64) parents.resize(64);
    for (int const parent : parents) {
        auto const& base = site.thing(parent);
        Company beside;
        int company = 0; // of its group that are there already
        for (auto const& t : site.things) {
            if (!t.placed || &t == &base) continue;
            double const g = gap(t.solid.rect, base.solid.rect);
            if (g > 1.0) continue;
            company += t.group == principal.group && g <= link.max_m;
            auto const solid = t.solid_at(relative(base.pose, t.pose));
            if (t.carrier >= 0) beside.taken.push_back(solid);
            if (is_seat(t.category)) beside.seats.push_back(solid.rect.centre);
        }
        // Beside others: the places of rings of one more, and of two, than are there.
        std::size_t const there = link.bond == Bond::on ? 0 : static_cast<std::size_t>(company);
        for (std::size_t const size : {there + 1, there + 2}) {
            std::vector<Unit> const crowd(size, unit);
            for (auto const& a : attach(site, parent, crowd, link, beside))
                berths.push_back(
                    {compose(base.pose, a.local), a.carrier, 2.0 * company + (size > there + 1 ? 0.3 : 0.0)});
        }
        if (link.bond != Bond::on || !link.stacking) continue;
        for (auto const& t : site.things) // on top of its like
            if (t.placed && t.group == principal.group && t.support == base.id)
                berths.push_back({{t.pose.x, t.solid.high, t.pose.z, t.pose.yaw},
                                  static_cast<int>(&t - site.things.data()),
                                  2.0 * company + 0.5});
    }
    return berths;
}

Unit merged(Site const& site, std::vector<Unit> const& units, std::vector<Pose> const& poses)
{
    Unit body{.group = units.empty() ? -1 : units[0].group, .members = {}, .candidates = {}};
    for (std::size_t i = 0; i < units.size(); ++i) join(body, units[i], poses[i]);
    site.measure(body);
    return body;
}

Unit row_of(Site const& site, std::vector<Unit> const& units, double space)
{
    std::vector<Pose> poses;
    double x = 0;
    for (auto const& unit : units) {
        poses.push_back({x - unit.min_x, 0, 0, 0});
        x += unit.width() + space;
    }
    double const middle = (x - space) / 2;
    for (auto& pose : poses) pose.x -= middle;
    auto body = merged(site, units, poses);
    body.straight = true;
    return body;
}

} // namespace soulvan::scene
