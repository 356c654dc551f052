// Candidates: at which places is a body worth trying, and how does each look before it is tried?
#include "candidates.h"

#include "relation_score.h"
#include "structure.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::scene {
namespace {

constexpr double pi = std::numbers::pi;

bool any_of(std::string_view category, std::initializer_list<char const*> names)
{
    auto const& tree = catalog::Categories::standard();
    return std::any_of(names.begin(), names.end(), [&](char const* n) { return tree.is_a(category, n); });
}

class Maker {
public:
    Maker(Site const& site, Unit const& unit)
        : site_(site),
          unit_(unit),
          first_(site.thing(unit.members[0].thing)),
          group_(site.group(unit.group)),
          room_(site.room_of(first_)),
          hall_(has_columns(room_.environment)),
          habit_(habit_of(group_.category, hall_)),
          goods_(any_of(group_.category, {"pallet_load", "pallet", "crate", "container"})),
          seed_(first_.seed),
          person_(any_of(group_.category, {"character"}))
    {
        if (!person_) return;
        for (auto const& other : site.things)
            if (other.placed && &other != &first_ && site.is_a(other, "character"))
                people_.push_back(other.solid.rect.centre);
    }

    std::vector<Candidate> make()
    {
        for (auto const& wish : first_.wishes) found_.push_back({wish, -2, -8, {}});
        if (!unit_.candidates.empty()) return given();
        auto const mount = first_.asset->mount;
        bool const on_wall = relation_of(group_, RelationType::on_wall) || mount == catalog::Mount::wall;
        if (relation_of(group_, RelationType::hanging_from_ceiling) || mount == catalog::Mount::ceiling)
            hang();
        else if (on_wall && room_.height > 0)
            mount_on_walls();
        else
            stand();
        std::stable_sort(found_.begin(), found_.end(),
                         [](Candidate const& a, Candidate const& b) { return a.prior < b.prior; });
        return std::move(found_);
    }

private:
    // ---------------------------------------------------------------------------------------------- basics

    double noise(double weight) { return weight * chance(seed_, counter_++); }

    std::vector<Candidate> given()
    {
        for (auto const& pose : unit_.candidates)
            found_.push_back({pose, -2, 0.1 * static_cast<double>(found_.size()), {}});
        return std::move(found_);
    }

    /// The unit with its middle at `p`.
    Pose about(Plan2 const& p, double yaw) const
    {
        Pose const offset = compose(
            {0, 0, 0, yaw}, {-(unit_.min_x + unit_.max_x) / 2, 0, -(unit_.min_z + unit_.max_z) / 2, 0});
        return {p.x + offset.x, room_.floor, p.y + offset.z, wrap(yaw)};
    }

    /// Half sizes in the room of the unit turned by `yaw`.
    std::array<double, 2> half(double yaw) const
    {
        double const c = std::abs(std::cos(yaw)), s = std::abs(std::sin(yaw));
        return {(c * unit_.width() + s * unit_.depth()) / 2, (s * unit_.width() + c * unit_.depth()) / 2};
    }

    void add(Plan2 const& middle, double yaw, double prior)
    {
        if (!unit_.straight) {
            double const jitter = habit_.jitter_yaw * (chance(seed_, 900 + counter_) - 0.5) * 2;
            if (facing_.empty()) yaw += jitter;
        }
        found_.push_back(
            {about(middle, yaw), -2, prior + stage(middle) + off_ground(middle, yaw) + noise(0.35), {}});
    }

    /// The picture is taken from the south: its foreground stays free, its middle is worth most. The first of
    /// a group stand where they are seen, the rest of a crowd anywhere.
    double stage(Plan2 const& p)
    {
        double const w = room_.max_x - room_.min_x, d = room_.max_z - room_.min_z;
        double const x = (p.x - (room_.min_x + room_.max_x) / 2) / w,
                     z = (p.y - (room_.min_z + room_.max_z) / 2) / d;
        double cost = 0;
        if (z > 0.5 - 2.0 / d && std::abs(x) < 0.25 && d > 5) cost += 1.5;
        double const share = group_.implied ? 0.15 : 1 / (1 + 0.4 * first_.index);
        cost += share * (0.9 * std::abs(x) + 0.7 * std::abs(z - 0.1));
        if (goods_) { // goods wait where trucks are loaded
            double nearest = 1e9;
            for (auto const& o : room_.openings)
                if (o.passage && o.width > 2)
                    nearest = std::min(
                        nearest,
                        gap(p, wall_face(room_, o.wall)) +
                            0.3 * std::abs((o.wall == Wall::north || o.wall == Wall::south ? p.x : p.y) -
                                           o.centre));
            if (nearest < 1e9) cost += 0.08 * std::abs(nearest - 4.5);
        }
        return cost;
    }

    /// Cars keep to the road or to their bays, trees and benches beside the road and the path
    /// ("soulvan/yard").
    double off_ground(Plan2 const& p, double yaw) const
    {
        if (room_.height > 0 || room_.shell.key != "soulvan/yard") return 0;
        auto const kind = room_.shell.parameters.find("kind");
        if (kind == room_.shell.parameters.end()) return 0;
        double const depth = (room_.max_z - room_.min_z) / 2, z = p.y - (room_.min_z + room_.max_z) / 2;
        auto const half_z = half(yaw)[1];
        bool const vehicle = any_of(group_.category, {"car", "van", "bus", "truck", "motorcycle"});
        constexpr double wrong = 5;
        if (kind->second == "street") {
            double const road = std::min(3.6, depth * 0.6);
            if (!vehicle) return std::abs(z) - half_z < road + 0.3 ? wrong : 0;
            // In the lane of their side, along the street: traffic keeps to the right.
            double const along = std::abs(std::sin(yaw)) > 0.9 ? 0 : wrong;
            bool const right = (std::sin(yaw) > 0) == (z > 0);
            return along + (std::abs(z) + half_z > road ? wrong : 0) + (right ? 0 : 2) +
                   1.5 * std::abs(std::abs(z) - road / 2);
        }
        if (kind->second == "parking") {
            double const bay = depth - 5.3;
            if (vehicle)
                return (std::abs(z) - half_z < bay ? wrong : 0) + (std::abs(std::cos(yaw)) > 0.9 ? 0 : wrong);
            return std::abs(z) > bay && !any_of(group_.category, {"character"}) ? 2 : 0;
        }
        if (kind->second == "park") {
            double const path = std::min(1.6, depth * 0.3);
            if (any_of(group_.category, {"tree", "shrub", "flower", "statue", "fountain"}))
                return std::abs(z) - half_z < path + 0.4 ? wrong : 0;
            if (any_of(group_.category, {"bench", "street_light", "bin"})) // at the path, looking at it
                return 0.8 * std::abs(std::abs(z) - half_z - path - 0.3) +
                       (std::abs(z) - half_z < path ? wrong : 0) + (std::cos(yaw) * z < 0 ? 0 : 1.5);
        }
        return 0;
    }

    // ----------------------------------------------------------------------------------------------- yaws

    void aims()
    {
        for (auto const& r : group_.relations) {
            bool const away = r.type == RelationType::facing_away;
            if (r.type != RelationType::facing && !away) continue;
            if (r.other == group_.id) continue;
            for (int const t : targets_of(site_, r.other, r.which)) facing_.push_back(t);
            away_ = away;
        }
    }

    /// Towards the nearest thing that it shall face.
    double aim(Plan2 const& from) const
    {
        double best = 1e18, yaw = 0;
        for (int const t : facing_) {
            Plan2 const to = site_.thing(t).solid.rect.centre;
            if (double const d = gap(from, site_.thing(t).solid.rect); d < best)
                best = d, yaw = yaw_of(to - from);
        }
        return away_ ? wrap(yaw + pi) : yaw;
    }

    /// A person looks at who stands near, else into the room.
    double person_yaw(Plan2 const& at)
    {
        double const turn = 1.2 * (chance(seed_, 77 + counter_) - 0.5);
        double nearest = 3;
        Plan2 to = Plan2{(room_.min_x + room_.max_x) / 2, (room_.min_z + room_.max_z) / 2} - at;
        for (auto const& other : people_)
            if (Plan2 const d = other - at; d.length() < nearest) nearest = d.length(), to = d;
        if (to.length() < 1) return chance(seed_, 78 + counter_) * 2 * pi - pi;
        return wrap(yaw_of(to) + (nearest < 3 ? 0.3 : 1) * turn);
    }

    std::vector<double> yaws(Plan2 const& at)
    {
        if (!facing_.empty() && !unit_.straight) return {aim(at)};
        if (unit_.straight) return {0, pi / 2, pi, -pi / 2};
        if (person_) return {person_yaw(at)};
        if (habit_.any_yaw) return {chance(seed_, 77 + counter_) * 2 * pi - pi};
        auto const first = static_cast<double>(mix64(seed_ + counter_) % 4);
        if (unit_.members.size() == 1 &&
            !any_of(group_.category, {"forklift", "truck", "desk", "sofa", "bed", "chair"}))
            return {wrap(first * pi / 2), wrap((first + 1) * pi / 2)};
        return {0, pi / 2, pi, -pi / 2};
    }

    // ------------------------------------------------------------------------------------------- on floors

    void stand()
    {
        aims();
        bool bound = false;
        if (auto const link = link_of(site_, unit_.group); link && !first_.attached) {
            for (auto const& b : berths_of(site_, unit_, *link))
                found_.push_back({b.pose, b.carrier, b.prior - 1.5, {}}); // where it belongs
            bound = !found_.empty();
        }
        for (auto const& r : group_.relations) bound |= from(r);
        for (std::size_t g = 0; g < site_.groups.size(); ++g) // "each of them has one of these near"
            for (auto const& r : site_.plan.groups[g].relations)
                if (r.type == RelationType::each_has && r.other == group_.id)
                    rings(still_without(targets_of(site_, site_.plan.groups[g].id), r), r, 1.0);
        if (any_of(group_.category, {"truck"})) at_dock();
        if (!bound) usual();
        grid(bound ? 4.0 : 0.0);
    }

    void some_on(Relation const& r)
    {
        Link link;
        link.parent = site_.group_named(r.other);
        link.which = r.which;
        link.stacking = r.type != RelationType::on;
        if (link.parent < 0 || site_.state(link.parent).no_asset) return;
        for (auto const& b : berths_of(site_, unit_, link))
            found_.push_back({b.pose, b.carrier, b.prior - 1, {}});
    }

    /// Of those that shall each have some of this group, the ones that lack theirs; all when none does.
    std::vector<int> still_without(std::vector<int> const& owners, Relation const& r) const
    {
        std::vector<int> open;
        for (int const owner : owners) {
            int have = 0;
            for (int const t : site_.state(unit_.group).things)
                have += site_.thing(t).placed &&
                        gap(site_.thing(t).solid.rect, site_.thing(owner).solid.rect) <= near_limit(r);
            if (have < std::max(1, r.n)) open.push_back(owner);
        }
        return open.empty() ? owners : open;
    }

    bool from(Relation const& r)
    {
        switch (r.type) {
        case RelationType::against_wall:
            walls(walls_named(site_, r.wall), std::min(habit_.wall_space, wall_limit(r) / 2), 0);
            return true;
        case RelationType::leaning_on_wall:
            walls(walls_named(site_, r.wall), 0.02, 0);
            return true;
        case RelationType::on:
        case RelationType::on_or_stacked_on:
        case RelationType::carried_by:
            if (r.quant > 0 && first_.index < r.quant) some_on(r); // "two of them": no link joins the rest
            return false;
        case RelationType::in_corner:
            corners();
            return true;
        case RelationType::in_centre:
            centre(0);
            return true;
        case RelationType::near:
        case RelationType::distance:
        case RelationType::in_front_of:
        case RelationType::behind:
        case RelationType::left_of:
        case RelationType::right_of:
        case RelationType::around:
        case RelationType::facing:
        case RelationType::under:
            if (r.other.empty() || r.other == group_.id) return false;
            rings(targets_of(site_, r.other, r.which), r, 0);
            return r.type != RelationType::facing;
        case RelationType::between:
            between(r);
            return true;
        case RelationType::in_aisle:
        case RelationType::at_end_of:
            aisles(targets_of(site_, r.other), 0, r.type == RelationType::at_end_of);
            return true;
        default:
            return false;
        }
    }

    void usual()
    {
        if (habit_.in_corner && unit_.members.size() == 1) corners();
        if (habit_.at_wall && room_.height > 0) walls(walls_named(site_, ""), habit_.wall_space, 0.0);
        if (any_of(group_.category, {"meeting_table", "dining_table", "rug"})) centre(0);
        if (habit_.in_aisle && hall_ && (first_.index + (group_.implied ? 1 : 0)) % 2 == 0) {
            std::vector<int> racks;
            for (std::size_t i = 0; i < site_.things.size(); ++i)
                if (site_.things[i].placed && site_.things[i].room == first_.room &&
                    site_.is_a(site_.things[i], "shelving"))
                    racks.push_back(static_cast<int>(i));
            aisles(racks, -0.6, false);
        }
    }

    void walls(std::vector<Wall> const& which, double space, double prior)
    {
        for (Wall const wall : which) {
            Plan2 const out = outward(wall);
            double const yaw = yaw_of(-out);
            // Long things without a use side may lie along the wall either way; fronts look into the room.
            for (double const turn : {0.0, pi / 2}) {
                bool const elongated = unit_.depth() > 1.3 * unit_.width();
                if (turn > 0 && (!elongated || habit_.at_wall)) continue;
                auto const [hx, hz] = half(yaw + turn);
                double const deep = out.x != 0 ? hx : hz, wide = out.x != 0 ? hz : hx;
                Rect const face = wall_face(room_, wall);
                double const low = (out.x != 0 ? room_.min_z : room_.min_x) + wide + margin_m;
                double const high = (out.x != 0 ? room_.max_z : room_.max_x) - wide - margin_m;
                int const steps = std::clamp(static_cast<int>((high - low) / 0.3), 0, 60);
                for (double const more :
                     {space, has_columns(room_.environment) && out.x != 0 ? 0.3 + margin_m : -1.0}) {
                    if (more < 0 || high < low) continue;
                    for (int i = 0; i <= steps; ++i) {
                        double const along = steps == 0 ? (low + high) / 2 : low + (high - low) * i / steps;
                        Plan2 const at =
                            (out.x != 0 ? Plan2{face.centre.x, along} : Plan2{along, face.centre.y}) -
                            out * (deep + more);
                        double visible = wall == Wall::south ? 0.8 : 0;
                        // Rows stand in the middle of their wall.
                        if ((unit_.straight || unit_.width() > 3) && high > low)
                            visible += std::abs(along - (low + high) / 2) / (high - low);
                        add(at, !facing_.empty() && !unit_.straight ? aim(at) : yaw + turn,
                            prior + visible + (more > space ? 0.3 : 0));
                    }
                }
            }
        }
    }

    void corners()
    {
        double const space = std::max(0.02, habit_.wall_space);
        for (double const yaw : {0.0, pi / 2, pi, -pi / 2})
            for (double const sx : {-1.0, 1.0})
                for (double const sz : {-1.0, 1.0}) {
                    auto const [hx, hz] = half(yaw);
                    for (double const more : {space, 0.3 + margin_m}) {
                        if (more > space && !hall_) continue;
                        double const x = sx < 0 ? room_.min_x + hx + more : room_.max_x - hx - more;
                        double const z = sz < 0 ? room_.min_z + hz + space : room_.max_z - hz - space;
                        // Into the room rather than at a wall.
                        bool const inward = (heading(yaw) ^ Plan2{-sx, -sz}) > 0;
                        add({x, z}, yaw, (inward ? 0 : 0.4) + (sz > 0 ? 0.3 : 0));
                    }
                }
    }

    void centre(double prior)
    {
        Plan2 const middle{(room_.min_x + room_.max_x) / 2, (room_.min_z + room_.max_z) / 2};
        double const side = std::min(room_.max_x - room_.min_x, room_.max_z - room_.min_z);
        bool const wide = room_.max_x - room_.min_x >= room_.max_z - room_.min_z;
        for (double const off : {0.0, 0.04, 0.08, 0.15, 0.25})
            for (int k = 0; k < (off > 0 ? 4 : 1); ++k) {
                Plan2 const at = middle + heading(k * pi / 2) * (off * side);
                bool const lone = unit_.members.size() == 1 && unit_.width() < 1.2;
                auto const ways = facing_.empty() ? std::vector<double>{0, pi / 2, pi, -pi / 2} : yaws(at);
                for (double const yaw : ways) {
                    // A long table lies along the room; one small thing looks at the viewer.
                    bool const along = (std::abs(std::cos(yaw)) > 0.5) == wide;
                    add(at, yaw, prior + 6 * off + (lone ? 0.4 * (1 - std::cos(yaw)) : along ? 0 : 0.8));
                }
            }
    }

    void rings(std::vector<int> targets, Relation const& r, double prior)
    {
        std::vector<double> gaps{0.15, 0.5, 1.0};
        if (r.type == RelationType::distance) {
            double const low = r.min_m.value_or(0), high = r.max_m.value_or(low + 1);
            gaps = {(low + high) / 2, low + 0.1 * (high - low), high - 0.1 * (high - low)};
        } else if (r.max_m) {
            gaps = {*r.max_m * 0.3, *r.max_m * 0.6, *r.max_m * 0.85, std::min(0.15, *r.max_m * 0.5)};
        } else if (r.type == RelationType::near || r.type == RelationType::each_has) {
            gaps = {0.3, 0.8, 1.2};
        }
        std::size_t const most = 16;
        if (targets.size() > most) { // some of many, not always the first
            for (std::size_t i = 0; i < most; ++i)
                std::swap(targets[i], targets[i + mix64(seed_ + i) % (targets.size() - i)]);
            targets.resize(most);
        }
        bool const small = unit_.width() < 1 && unit_.depth() < 1;
        for (int const t : targets) {
            abreast(t, gaps, prior - 0.6);
            auto const& rect = site_.thing(t).solid.rect;
            for (Plan2 const& n : {rect.u, -rect.u, rect.v(), -rect.v()}) {
                bool const along_u = std::abs(n ^ rect.u) > 0.5;
                double const reach = along_u ? rect.hx : rect.hz, side = along_u ? rect.hz : rect.hx;
                Plan2 const tangent{-n.y, n.x};
                int const steps = std::clamp(static_cast<int>(2 * side / 0.8), 1, 12);
                for (double const g : gaps)
                    for (int i = -1; i <= steps + 1; ++i) {
                        double const along = -side + 2 * side * i / steps;
                        Plan2 const edge = rect.centre + n * (reach + g) + tangent * along;
                        for (double const yaw : small ? yaws(edge) : yaws_beside(edge, t)) {
                            auto const h = half(yaw);
                            double const out = std::abs(n.x) * h[0] + std::abs(n.y) * h[1];
                            add(edge + n * out, yaw, prior + 0.1 * std::abs(along) / std::max(0.5, side));
                        }
                    }
            }
            if (found_.size() > 4000) break;
        }
    }

    /// At the sides of a thing, backs on one line: cabinets, lockers, what stands at a wall together.
    void abreast(int target, std::vector<double> const& gaps, double prior)
    {
        if (!facing_.empty() || habit_.any_yaw || unit_.straight) return;
        auto const& other = site_.thing(target);
        Plan2 const front = other.front(), side{-front.y, front.x};
        auto const deep = other.solid.rect.extent(front), wide = other.solid.rect.extent(side);
        double const yaw = other.pose.yaw;
        for (double const g : gaps)
            for (double const sign : {1.0, -1.0}) {
                double const across =
                    sign > 0 ? wide[1] + g + unit_.width() / 2 : wide[0] - g - unit_.width() / 2;
                add(front * (deep[0] + unit_.depth() / 2) + side * across, yaw, prior);
            }
    }

    std::vector<double> yaws_beside(Plan2 const& at, int target)
    {
        if (!facing_.empty() && !unit_.straight) return {aim(at)};
        double const base = site_.thing(target).pose.yaw;
        if (unit_.straight) return {0, pi / 2, pi, -pi / 2};
        return {base, base + pi / 2, base + pi, base - pi / 2};
    }

    void between(Relation const& r)
    {
        auto const ones = targets_of(site_, r.other, r.which),
                   others = targets_of(site_, r.other2.empty() ? r.other : r.other2);
        int tried = 0;
        for (int const p : ones)
            for (int const q : others) {
                if (p == q || ++tried > 40) continue;
                Plan2 const a = site_.thing(p).solid.rect.centre, b = site_.thing(q).solid.rect.centre;
                Plan2 const d = b - a, n{-d.y, d.x};
                for (double const t : {0.5, 0.4, 0.6, 0.33, 0.67})
                    for (double const off : {0.0, 0.3, -0.3, 0.7, -0.7}) {
                        Plan2 const at = a + d * t + n * (off / std::max(1e-6, d.length()));
                        for (double const yaw : yaws(at))
                            add(at, yaw, std::abs(t - 0.5) + std::abs(off) * 0.3);
                    }
            }
    }

    void aisles(std::vector<int> const& racks, double prior, bool ends)
    {
        for (auto const& s : strips_between(site_, racks)) {
            double const length = s.end - s.start, yaw = yaw_of(s.along);
            int const steps = std::clamp(static_cast<int>(length / 1.2), 1, 24);
            for (int i = 0; i <= steps; ++i) {
                double const t = s.start + length * i / steps;
                if (ends && i != 0 && i != steps) continue;
                for (double const off : {0.0, 0.25, -0.25}) {
                    double const free = std::max(0.0, (s.high - s.low - unit_.width()) / 2 - 0.1);
                    Plan2 const at =
                        s.at(ends ? (i == 0 ? t - 1.2 : t + 1.2) : t) + s.across() * (off * free);
                    for (double const y :
                         facing_.empty() && !habit_.any_yaw ? std::vector<double>{yaw, yaw + pi} : yaws(at))
                        add(at, y, prior);
                }
            }
        }
    }

    /// A truck stands in the yard, its rear to a dock door.
    void at_dock()
    {
        for (auto const& room : site_.rooms)
            for (auto const& o : room.openings) {
                if (!o.passage || o.width < 2 || o.wall != Wall::north || &room == &room_) continue;
                // Between the curtains of its shelter up to the bumpers, or before the shelter.
                double const reach = unit_.width() < o.width - 0.3 ? 0.0 : 0.55;
                for (double const g : {0.02, 0.3, 0.7})
                    found_.push_back({about({o.centre, room_.max_z - reach - g - unit_.depth() / 2}, pi),
                                      -2,
                                      std::abs(o.centre) * 0.02 + g - 3,
                                      {}});
            }
    }

    void grid(double prior)
    {
        double const area = (room_.max_x - room_.min_x) * (room_.max_z - room_.min_z);
        double const step = std::clamp(std::sqrt(area / 350), 0.3, 3.0);
        double const offset_x = step * chance(seed_, 11), offset_z = step * chance(seed_, 12);
        for (double z = room_.min_z + offset_z; z < room_.max_z; z += step)
            for (double x = room_.min_x + offset_x; x < room_.max_x; x += step)
                for (double const yaw : yaws({x, z})) {
                    double const dx = std::min(x - room_.min_x, room_.max_x - x),
                                 dz = std::min(z - room_.min_z, room_.max_z - z);
                    double const edge = std::min(dx, dz);
                    double const wall = habit_.at_wall && room_.height > 0 ? 1.5 + 0.3 * edge : 0;
                    add({x, z}, yaw, prior + wall);
                }
    }

    // ------------------------------------------------------------------------------- on walls and ceilings

    void mount_on_walls()
    {
        auto const* wish = relation_of(group_, RelationType::on_wall);
        if (!wish) wish = relation_of(group_, RelationType::against_wall);
        auto const& b = first_.asset->bounds;
        double const height = b.max.y * first_.scale, k = first_.scale;
        double y = first_.asset->elevation;
        if (y <= 0.01) y = height > 1.2 ? 0.8 : 1.4;
        if (wish && wish->min_m) y = std::max(y, *wish->min_m + 0.01);
        y = std::max(0.0, std::min(y, room_.height - height - 0.05));
        for (Wall const wall : walls_named(site_, wish ? wish->wall : "")) {
            Plan2 const out = outward(wall);
            Rect const face = wall_face(room_, wall);
            double const wide = std::max(std::abs(b.min.x), std::abs(b.max.x)) * k;
            double const low = (out.x != 0 ? room_.min_z : room_.min_x) + wide + 0.1;
            double const high = (out.x != 0 ? room_.max_z : room_.max_x) - wide - 0.1;
            int const steps = std::clamp(static_cast<int>((high - low) / 0.2), 0, 120);
            for (int i = 0; i <= steps && high >= low; ++i) {
                double const along = steps == 0 ? (low + high) / 2 : low + (high - low) * i / steps;
                Plan2 const at = (out.x != 0 ? Plan2{face.centre.x, along} : Plan2{along, face.centre.y}) -
                                 out * (0.002 - b.min.z * k);
                double const middle = std::abs(along - (low + high) / 2) / std::max(1.0, high - low);
                double const hidden = wall == Wall::south ? 1.0 : wall == Wall::north ? 0.0 : 0.25;
                found_.push_back({{at.x, y, at.y, yaw_of(-out)},
                                  -1,
                                  hidden + 0.8 * middle + noise(0.3),
                                  fmt::format("wall:{}", name_of(wall))});
            }
        }
    }

    void hang()
    {
        double const y = room_.height - first_.asset->bounds.max.y * first_.scale;
        if (room_.height <= 0 || y < 0) return;
        grid(0);
        centre(0);
        for (auto const& r : group_.relations) from(r);
        for (auto& c : found_) c.pose.y = y, c.support = "ceiling", c.carrier = -1;
    }

    Site const& site_;
    Unit const& unit_;
    Thing const& first_;
    Group const& group_;
    Room const& room_;
    bool hall_;
    Habit habit_;
    bool goods_;
    std::uint64_t seed_;
    bool person_;
    std::vector<Plan2> people_; ///< who stands already
    std::uint64_t counter_ = 1000;
    std::vector<int> facing_; ///< things that it shall face, or turn away from
    bool away_ = false;
    std::vector<Candidate> found_;
};

} // namespace

Habit habit_of(std::string_view category, bool hall)
{
    Habit h;
    h.at_wall = any_of(category, {"bookcase",
                                  "cabinet",
                                  "wardrobe",
                                  "locker",
                                  "bed",
                                  "water_cooler",
                                  "vending_machine",
                                  "refrigerator",
                                  "stove",
                                  "dishwasher",
                                  "washing_machine",
                                  "kitchen_cabinet",
                                  "kitchen_sink",
                                  "fireplace",
                                  "piano",
                                  "coat_rack",
                                  "nightstand",
                                  "television",
                                  "toilet",
                                  "bathtub",
                                  "shower",
                                  "workbench",
                                  "packing_station",
                                  "ladder",
                                  "dresser",
                                  "shelving",
                                  "electrical_cabinet",
                                  "fan",
                                  "hand_truck"}) ||
                (!hall && any_of(category, {"plant", "sofa", "bin", "floor_lamp", "flip_chart", "box",
                                            "speaker", "conveyor"}));
    h.in_corner = !hall && any_of(category, {"plant", "floor_lamp", "coat_rack"});
    h.in_aisle = any_of(category, {"forklift", "pallet_jack", "cart", "character", "hand_truck"});
    h.any_yaw =
        any_of(category, {"character", "traffic_cone", "barrel", "plant", "tree", "animal", "toy", "stool"});
    if (any_of(category, {"forklift", "cart", "pallet_jack", "character", "chair"})) h.jitter_yaw = 0.1;
    if (any_of(category, {"pallet", "pallet_load", "box", "crate", "bin", "bicycle", "container"}))
        h.jitter_yaw = 0.035;
    h.wall_space = any_of(category, {"pallet_rack", "shelving", "barrel", "conveyor"}) ? 0.1 : 0.04;
    return h;
}

std::vector<Candidate> candidates_of(Site const& site, Unit const& unit)
{
    return Maker(site, unit).make();
}

} // namespace soulvan::scene
