// Does every thing rest on something, or hang from a wall or a ceiling?
#include "check_rules.h"

#include <algorithm>
#include <cmath>

#include <tbb/parallel_for.h>

namespace soulvan::scene::checking {
namespace {

constexpr double reach = 0.01;     ///< metres: contact
constexpr double floating = 0.002; ///< a standing thing higher than this hovers to the eye
constexpr std::size_t least_contacts = 4;

/// Twice the area of a, b, c in the plan; positive when counter-clockwise seen along -y.
double turn(Vec2d const& a, Vec2d const& b, Vec2d const& c)
{
    return (b - a).cross(c - a);
}

std::vector<Vec2d> convex_hull(std::vector<Vec2d> points) // Andrew 1979
{
    std::sort(points.begin(), points.end(),
              [](Vec2d const& a, Vec2d const& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
    std::vector<Vec2d> hull;
    for (int side = 0; side < 2; ++side) {
        auto const start = hull.size();
        for (auto const& p : points) {
            while (hull.size() >= start + 2 && turn(hull[hull.size() - 2], hull.back(), p) <= 0)
                hull.pop_back();
            hull.push_back(p);
        }
        hull.pop_back();
        std::reverse(points.begin(), points.end());
    }
    return hull;
}

/// How far `p` is outside the hull of the points; at most 0 inside.
double outside_hull(std::vector<Vec2d> const& points, Vec2d const& p)
{
    auto const hull = convex_hull(points);
    double worst = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < hull.size(); ++i) {
        Vec2d const a = hull[i], b = hull[(i + 1) % hull.size()];
        double const length = (b - a).length();
        if (length > 0) worst = std::max(worst, -turn(a, b, p) / length);
    }
    return hull.size() < 3 ? std::numeric_limits<double>::infinity() : worst;
}

class Support {
public:
    Support(World const& world, std::uint32_t thing)
        : world_(world),
          index_(thing),
          thing_(world.things[thing])
    {}

    /// Height of the point above what lies below it, when that is within `down`; negative when it lies above.
    std::optional<double> gap(Vec3d const& point, double up, double down) const
    {
        std::optional<double> least;
        auto const take = [&](double height) {
            if (height < -up || height > down) return;
            if (!least || std::abs(height) < std::abs(*least)) least = height;
        };
        if (world_.ground) take(point.y - *world_.ground);
        for (auto const& room : world_.rooms)
            if (room.outside(point) <= 1e-6) take(point.y - room.floor);
        Vec3d const start(point.x, point.y + up, point.z);
        for (auto const neighbour : below_) {
            auto const& bounds = world_.things[neighbour].body.bounds;
            if (point.x < bounds.min.x || point.x > bounds.max.x || point.z < bounds.min.z ||
                point.z > bounds.max.z || start.y < bounds.min.y || point.y - down > bounds.max.y)
                continue;
            if (auto const hit = geometry::cast(world_.things[neighbour].body, start, {0, -1, 0}, up + down))
                take(*hit - up);
        }
        return least;
    }

    struct Answer {
        bool supported = false;
        double gap = 0;     ///< between its lowest points and what carries it
        double balance = 0; ///< how far its weight lies beside what it stands on
        bool contact = false;
    };

    Answer judge()
    {
        auto const& bounds = thing_.body.bounds;
        for (auto const neighbour : world_.neighbours[index_])
            if (world_.things[neighbour].body.bounds.min.y < bounds.max.y) below_.push_back(neighbour);
        auto const feet = geometry::foot_samples(thing_.body);
        Answer out = rest(feet.points, reach);
        if (out.contact) {
            for (auto const& corner : feet.corners)
                if (auto const height = gap(corner, reach, reach)) out.gap = std::min(out.gap, *height);
        }
        if (out.contact && !out.supported) {
            // Feet that are modelled unevenly: it stands when tilting by two degrees brings enough of them
            // down.
            double const settling =
                std::clamp(0.035 * std::max(bounds.size().x, bounds.size().z), reach, 0.05);
            // What is rooted or alive keeps its balance by itself: a walker stands on one foot.
            bool const steady = is_a(thing_, "tree") || is_a(thing_, "shrub") || is_a(thing_, "character") ||
                                is_a(thing_, "animal");
            out.supported =
                steady || rest(geometry::foot_samples(thing_.body, settling).points, settling).supported;
        }
        bool const standing = is_standing(thing_);
        if (!out.supported && !standing && hangs()) return {.supported = true};
        // On forks, on a seat: carried by another part than its lowest.
        if (!out.supported && !below_.empty()) {
            auto const carried = rest(geometry::surface_samples(thing_.body, 2048), reach);
            if (carried.supported) return carried;
        }
        return out;
    }

    /// Distance to whatever lies below; nothing when that is beyond ten metres.
    std::optional<double> drop() const
    {
        std::optional<double> least;
        auto const feet = geometry::foot_samples(thing_.body);
        for (auto const& corner : feet.corners) {
            for (std::uint32_t i = 0; i < world_.things.size(); ++i) {
                auto const& bounds = world_.things[i].body.bounds;
                if (i == index_ || world_.things[i].body.empty() || bounds.min.y > corner.y ||
                    corner.x < bounds.min.x || corner.x > bounds.max.x || corner.z < bounds.min.z ||
                    corner.z > bounds.max.z)
                    continue;
                auto const hit =
                    geometry::cast(world_.things[i].body, corner, {0, -1, 0}, least.value_or(10));
                if (hit) least = *hit;
            }
            for (auto const& room : world_.rooms)
                if (room.outside(corner) <= 0 && corner.y > room.floor)
                    least = std::min(least.value_or(10), corner.y - room.floor);
            if (world_.ground) least = std::min(least.value_or(10), corner.y - *world_.ground);
        }
        return least;
    }

    /// Distance to the nearest wall, or to the ceiling for what names that; nothing without a room.
    std::optional<double> beside() const
    {
        auto const* room = world_.room_of(thing_);
        if (!room || !room->closed()) return std::nullopt;
        if (thing_.support == "ceiling") return room->floor + room->height - thing_.body.bounds.max.y;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < 2; ++k)
            for (double const sign : {1.0, -1.0}) {
                double const length = room->box.half[k].length();
                Vec3d const axis = room->box.half[k] * (sign / length);
                least = std::min(least,
                                 room->box.centre.dot(axis) + length - geometry::support(thing_.body, axis));
            }
        return least;
    }

private:
    Answer rest(std::vector<Vec3d> const& samples, double within) const
    {
        std::vector<Vec2d> contacts;
        double least = std::numeric_limits<double>::infinity();
        for (auto const& sample : samples)
            if (auto const height = gap(sample, within, within)) {
                contacts.emplace_back(sample.x, sample.z);
                least = std::min(least, *height);
            }
        if (contacts.size() < least_contacts) return {};
        double const beside = outside_hull(contacts, {thing_.centroid.x, thing_.centroid.z});
        // The centroid of a surface is not the centre of mass: a lamp's foot is heavier than its arm.
        auto const size = thing_.body.bounds.size();
        return {.supported = beside <= 0.1 * std::max(size.x, size.z),
                .gap = least,
                .balance = beside,
                .contact = true};
    }

    /// A centimetre towards a wall, the ceiling or what it names as its support, and it touches.
    bool hangs() const
    {
        for (auto const& room : world_.rooms) {
            if (!room.closed() || room.outside(thing_.body.bounds.center()) > 0.5) continue;
            if (std::abs(room.floor + room.height - thing_.body.bounds.max.y) <= reach) return true;
            for (std::size_t k = 0; k < 2; ++k) {
                double const length = room.box.half[k].length();
                Vec3d const axis = room.box.half[k] / length;
                for (double const sign : {1.0, -1.0})
                    if (std::abs(geometry::support(thing_.body, axis * sign) -
                                 room.box.centre.dot(axis * sign) - length) <= reach)
                        return true;
            }
        }
        std::vector<Vec3d> ways{{0, 1, 0}, {1, 0, 0}, {-1, 0, 0}, {0, 0, 1}, {0, 0, -1}};
        if (thing_.front.length() > 0) ways.push_back(-thing_.front);
        for (auto const neighbour : world_.neighbours[index_]) {
            auto const& other = world_.things[neighbour];
            if (other.role == Role::object && other.id != thing_.support) continue;
            for (auto const& way : ways)
                if (!geometry::crossings(thing_.body, other.body, {.shift = way * -reach}).empty())
                    return true;
        }
        return false;
    }

    World const& world_;
    std::uint32_t index_;
    Thing const& thing_;
    std::vector<std::uint32_t> below_;
};

} // namespace

void check_support(World const& world, Tally& tally)
{
    std::vector<Support::Answer> answers(world.things.size());
    tbb::parallel_for(std::size_t{0}, world.things.size(), [&](std::size_t i) {
        if (world.things[i].is_object()) answers[i] = Support(world, static_cast<std::uint32_t>(i)).judge();
    });
    for (std::uint32_t i = 0; i < world.things.size(); ++i) {
        auto const& thing = world.things[i];
        // Without a floor a stage that says nothing of its things is an asset, not a place.
        if (!thing.is_object() || (world.ground && !thing.declared)) continue;
        auto const& answer = answers[i];
        tally.marks.hangs_loose[i] = !answer.supported;
        auto const& marks = tally.marks;
        if (marks.unmeasured[i] || marks.tilted[i] || marks.outside[i] || marks.sunk[i]) continue;
        if (!answer.supported && answer.contact) {
            tally.find("unsupported", {thing.path}, answer.balance,
                       fmt::format("{} would tip over: its weight lies {} beside what it stands on", thing.id,
                                   say_length(std::min(answer.balance, 1e3))));
        } else if (auto const beside = Support(world, i).beside();
                   !answer.supported && beside &&
                   (thing.support.starts_with("wall") || thing.support == "ceiling")) {
            tally.find("unsupported", {thing.path}, *beside,
                       fmt::format("{} is {} away from {}", thing.id, say_length(std::abs(*beside)),
                                   thing.support == "ceiling" ? "the ceiling" : "its wall"));
        } else if (!answer.supported) {
            auto const drop = Support(world, i).drop();
            tally.find("unsupported", {thing.path}, drop.value_or(0),
                       drop ? fmt::format("{} hangs {} above what lies below it", thing.id, say_length(*drop))
                            : fmt::format("{} hangs in the air: nothing lies below it", thing.id));
        } else if (answer.gap > floating && is_standing(thing)) {
            tally.find("floating", {thing.path}, answer.gap,
                       fmt::format("{} floats {} above what it stands on", thing.id, say_length(answer.gap)));
        }
    }
}

} // namespace soulvan::scene::checking
