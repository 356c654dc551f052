// Does the stage hold what the plan counts, and where do its things lie in the plan?
#include "check_plan.h"

#include "soulvan/catalog/asset.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace soulvan::scene::checking {
namespace {

Plan2 flat(Vec3d const& v)
{
    return {v.x, v.z};
}
Vec3d lifted(Plan2 const& p)
{
    return {p.x, 0, p.y};
}

Member member_of(Thing const& thing)
{
    Member out{&thing, {}, flat(thing.front), thing.body.bounds.min.y, thing.body.bounds.max.y};
    out.front = out.front.length() > 0.1 ? out.front.normalized() : Plan2{0, 0};
    Plan2 u = out.front;
    if (u.length() == 0) { // the most level edge of its box
        auto const& half = thing.body.box.half;
        auto const level = [](Vec3d const& e) { return e.length() > 0 ? std::abs(e.y) / e.length() : 2.0; };
        u = flat(*std::min_element(half.begin(), half.end(),
                                   [&](Vec3d const& a, Vec3d const& b) { return level(a) < level(b); }));
        u = u.length() > 0 ? u.normalized() : Plan2{1, 0};
    }
    Rect rect{{0, 0}, {-u.y, u.x}, 0, 0}; // its own x axis lies across the front
    auto const span = [&](Plan2 const& d) {
        return std::pair{-geometry::support(thing.body, -lifted(d)),
                         geometry::support(thing.body, lifted(d))};
    };
    auto const [x0, x1] = span(rect.u);
    auto const [z0, z1] = span(rect.v());
    rect.centre = rect.u * ((x0 + x1) / 2) + rect.v() * ((z0 + z1) / 2);
    rect.hx = (x1 - x0) / 2;
    rect.hz = (z1 - z0) / 2;
    out.rect = rect;
    return out;
}

std::string plural(std::string_view category, int count)
{
    auto const* known = catalog::Categories::standard().find(category);
    std::string out(count != 1 && known && !known->plural.empty() ? known->plural : std::string(category));
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

} // namespace

PlanView::PlanView(World const& world, Plan const& plan) : world_(world), plan_(plan)
{
    for (auto const& thing : world.things)
        if (thing.role != Role::surrounding && !thing.body.empty()) all_.push_back(member_of(thing));
    if (!world.cameras.empty()) {
        auto const forward = flat(world.cameras.front().forward);
        if (forward.length() > 0.05) forward_ = forward.normalized();
    }
}

Members PlanView::members(Group const& group) const
{
    Members out;
    std::set<std::string_view> names;
    for (auto const& other : plan_.groups) names.insert(other.id);
    for (auto const& member : all_)
        if (member.thing->group == group.id) out.push_back(member);
    if (!out.empty()) return out;
    for (auto const& member : all_)
        if (is_a(*member.thing, group.category) && !names.contains(member.thing->group))
            out.push_back(member);
    return out;
}

Members PlanView::members(std::string_view group_id, std::string_view which) const
{
    auto const* group = plan_.find(group_id);
    if (!group) return {};
    auto out = members(*group);
    if (which.empty() || out.size() < 2) return out;
    auto const sort_along = [&](Plan2 const& d) {
        std::stable_sort(out.begin(), out.end(), [&](Member const& a, Member const& b) {
            return a.rect.centre.dot(d) < b.rect.centre.dot(d);
        });
    };
    Plan2 const right{-forward_.y, forward_.x};
    if (which == "leftmost" || which == "left") return sort_along(right), Members{out.front()};
    if (which == "rightmost" || which == "right") return sort_along(right), Members{out.back()};
    if (which == "first" || which == "nearest" || which == "front")
        return sort_along(forward_), Members{out.front()};
    if (which == "last" || which == "farthest" || which == "back")
        return sort_along(forward_), Members{out.back()};
    if (which == "middle" || which == "centre" || which == "center") {
        sort_along(right);
        auto const n = static_cast<std::ptrdiff_t>(out.size());
        return {out.begin() + (n - 1) / 2, out.begin() + n / 2 + 1};
    }
    return out;
}

int PlanView::count(std::string_view category) const
{
    return static_cast<int>(std::count_if(
        all_.begin(), all_.end(), [&](Member const& member) { return is_a(*member.thing, category); }));
}

Plan2 PlanView::direction(std::string_view word) const
{
    Plan2 const right{-forward_.y, forward_.x};
    if (word == "north") return {0, -1};
    if (word == "south") return {0, 1};
    if (word == "east") return {1, 0};
    if (word == "west") return {-1, 0};
    if (word == "right") return right;
    if (word == "left") return -right;
    if (word == "back") return forward_;
    if (word == "front") return -forward_;
    return {0, 0};
}

double PlanView::wall_gap(Member const& member, std::string_view word) const
{
    double least = std::numeric_limits<double>::infinity();
    auto const* room = room_of(member);
    if (!room) return least;
    Plan2 const wanted = direction(word);
    for (std::size_t k = 0; k < 2; ++k)
        for (double const sign : {1.0, -1.0}) {
            Plan2 const out = flat(room->box.half[k]).normalized() * sign;
            if (!word.empty() && degrees_between(out, wanted) > 45.5) continue;
            double const wall = flat(room->box.centre).dot(out) + room->box.half[k].length();
            least = std::min(least, std::max(0.0, wall - member.rect.extent(out)[1]));
        }
    return least;
}

double PlanView::corner_gap(Member const& member) const
{
    double least = std::numeric_limits<double>::infinity();
    if (auto const* room = room_of(member))
        for (double const x : {1.0, -1.0})
            for (double const z : {1.0, -1.0})
                least = std::min(
                    least,
                    gap(flat(room->box.centre + room->box.half[0] * x + room->box.half[1] * z), member.rect));
    return least;
}

void check_counts(World const& world, Plan const& plan, Tally& tally)
{
    PlanView const view(world, plan);
    int specs = 0, met = 0;
    auto const judge = [&](bool holds, std::string const& text) {
        ++specs;
        met += holds;
        if (!holds) tally.find("count", {}, 0, text);
    };
    for (auto const& group : plan.groups) {
        if (group.implied) continue;
        auto const n = static_cast<int>(view.members(group).size());
        auto const text = [&](std::string const& wanted) {
            return fmt::format("{} {} asked for, the stage holds {}", wanted,
                               group.count == 1 ? "was" : "were", n);
        };
        if (group.count_stated)
            judge(n == group.count,
                  text(fmt::format("{} {}", group.count, plural(group.category, group.count))));
        else // "shelves": how many is ours to say, but some
            judge(n >= 1, text(plural(group.category, 2)));
    }
    for (auto const& category : plan.excluded) {
        int const n = view.count(category);
        judge(n == 0, fmt::format("no {} were wanted, the stage holds {}", plural(category, 2), n));
    }
    tally.out.count = specs > 0 ? double(met) / specs : 1;
}

void check_relations(World const& world, Plan const& plan, Tally& tally)
{
    PlanView const view(world, plan);
    int stated = 0, met = 0;
    for (auto const& group : plan.groups) {
        if (group.implied) continue;
        for (auto const& relation : group.relations) {
            auto const name = fmt::format("{} {}{}{}", group.id, name_of(relation.type),
                                          relation.other.empty() ? "" : " ", relation.other);
            auto const share = relation_share(view, group, relation);
            if (!share) {
                tally.note("not_measured", {}, 0, fmt::format("the relation \"{}\" was not measured", name));
                continue;
            }
            ++stated;
            bool const holds = *share > 0.999;
            met += *share > 0.5; // as SceneEval counts
            if (!holds)
                tally.find("relation", {}, 0,
                           fmt::format("\"{}\" holds for {:.0f} % of them", name, 100 * *share));
        }
    }
    tally.out.relation = stated > 0 ? double(met) / stated : 1;
}

} // namespace soulvan::scene::checking
