// Where does the camera stand, what does it look at, and how does it move?
#include "framing.h"
#include "rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace soulvan::scene {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double radians = pi / 180;
constexpr double eye_level_m = 1.7;
/// Metres that a camera keeps from walls, and from things on its way.
constexpr double wall_gap_m = 0.4, path_gap_m = 0.35;

/// Relations and edits speak of left and right as a camera sees them that looks north, so ordinary views keep
/// to the north within this.
constexpr double north_cone = 42 * radians;

class Framer {
public:
    Framer(Layout& layout, Plan const& plan, catalog::Catalog const& catalog)
        : layout_(layout),
          plan_(plan),
          wish_(plan.camera),
          room_(layout.rooms.front()),
          bodies_(bodies_of(layout, catalog)),
          framing_(plan, room_, bodies_)
    {
        auto const resolution = plan.delivery.resolution.value_or(std::pair(1280, 720));
        aspect_ = static_cast<double>(resolution.first) / resolution.second;
    }

    void frame()
    {
        auto const& preset = wish_.preset;
        View view;
        if (!wish_.in_aisle.empty() && look_along_aisle(view)) {
        } else if (preset == "isometric" || preset == "aerial") {
            view = look_from_above(std::atan(1 / std::sqrt(2.0)), -pi / 4, "roof_south_west");
        } else if (preset == "top") {
            view = look_from_above(pi / 2, 0, "roof");
        } else if (preset == "close_up" && !subjects_.empty()) {
            view = close_up();
        } else {
            view = best_view();
        }
        if (wish_.pitch_deg) {
            view.pitch = *wish_.pitch_deg * radians;
            view.shift_y = 0;
        }
        settle(view);
        move(view);
    }

private:
    bool outdoors() const { return room_.height <= 0; }
    double width() const { return room_.max_x - room_.min_x; }
    double depth() const { return room_.max_z - room_.min_z; }

    double focal() const
    {
        if (wish_.focal_mm) return *wish_.focal_mm;
        if (wish_.preset == "cctv") return 15;
        if (wish_.preset == "wide") return 18;
        double const size = std::max(width(), depth());
        return size > 12 ? 24 : size > 7 ? 24 : 20;
    }

    double height() const
    {
        if (wish_.height_m) return *wish_.height_m;
        double const ceiling = outdoors() ? 1e9 : room_.height - 0.4;
        static std::map<std::string, double, std::less<>> const heights{
            {"seated", 1.2}, {"low", 0.6}, {"high", 3.5}, {"cctv", 3.6}};
        auto const found = heights.find(wish_.preset);
        return std::min(found == heights.end() ? eye_level_m : found->second, ceiling);
    }

    double pitch() const
    {
        if (wish_.preset == "cctv" || wish_.preset == "high") return (outdoors() ? -18 : -20) * radians;
        if (wish_.preset == "low") return 2 * radians;
        return 0;
    }

    /// Every place on a grid where a person with a camera could stand.
    std::vector<Vec3d> standpoints() const
    {
        std::vector<Vec3d> points;
        double const y = height();
        double const step = std::clamp(std::max(width(), depth()) / 14, 0.4, 2.5);
        double const inset = std::min(wall_gap_m, std::min(width(), depth()) * 0.1);
        double const reach = outdoors() ? 4 : 0;
        for (double z = room_.max_z - inset + reach; z >= room_.min_z + inset; z -= step)
            for (double x = room_.min_x + inset - reach; x <= room_.max_x - inset + reach; x += step) {
                Vec3d const point(x, y, z);
                if (free_radius(point, bodies_, 1) >= 0.45) points.push_back(point);
            }
        return points;
    }

    /// Corners of the room, a little inside.
    std::vector<Vec3d> corner_points() const
    {
        std::vector<Vec3d> points;
        double const y = height();
        for (double const x : {room_.min_x + 0.35, room_.max_x - 0.35})
            for (double const z : {room_.max_z - 0.35, room_.min_z + 0.35}) {
                bool const east = x > (room_.min_x + room_.max_x) / 2,
                           south = z > (room_.min_z + room_.max_z) / 2;
                auto const name = std::string(south ? "south" : "north") + (east ? "_east" : "_west");
                if (wish_.in_corner == "any" || wish_.in_corner.empty() || wish_.in_corner == name)
                    points.emplace_back(x, y, z);
            }
        return points;
    }

    struct Candidate {
        View view;
        double rough = 0, score = 0;
    };

    View best_view()
    {
        bool const corner = !wish_.in_corner.empty() || wish_.preset == "cctv";
        auto const points = corner ? corner_points() : standpoints();
        std::vector<Candidate> candidates;
        auto const aim = framing_.middle();
        Vec3d const room_centre((room_.min_x + room_.max_x) / 2, 0, (room_.min_z + room_.max_z) / 2);
        for (auto const& point : points)
            for (auto const& target : {aim, aim * 0.6 + room_centre * 0.4})
                for (double const turn : {0.0, -10.0, 10.0}) {
                    auto const d = target - point;
                    if (Vec2d(d.x, d.z).length() < 0.8) continue;
                    double const yaw = wrap(std::atan2(-d.x, -d.z) + turn * radians);
                    if (!corner && std::abs(yaw) > north_cone) continue;
                    Candidate candidate{.view = {.eye = point,
                                                 .yaw = yaw,
                                                 .pitch = pitch(),
                                                 .focal_mm = focal(),
                                                 .aspect = aspect_}};
                    candidate.view.shift_y = framing_.shift_for(candidate.view);
                    candidate.rough = framing_.rough_score(candidate.view);
                    candidates.push_back(candidate);
                }
        if (candidates.empty()) return fallback_view();
        constexpr std::size_t judged = 120;
        std::stable_sort(candidates.begin(), candidates.end(),
                         [](Candidate const& a, Candidate const& b) { return a.rough > b.rough; });
        if (candidates.size() > judged) candidates.resize(judged);
        for (auto& candidate : candidates)
            candidate.score = candidate.rough + framing_.fine_score(candidate.view);
        auto const best =
            std::max_element(candidates.begin(), candidates.end(),
                             [](Candidate const& a, Candidate const& b) { return a.score < b.score; });
        return best->view;
    }

    /// Nowhere to stand: from the middle of the south side.
    View fallback_view() const
    {
        return {.eye = {(room_.min_x + room_.max_x) / 2, height(), room_.max_z - 0.3},
                .pitch = pitch(),
                .focal_mm = focal(),
                .aspect = aspect_};
    }

    /// Over everything, with the building cut open towards the camera.
    View look_from_above(double down, double yaw, char const* cutaway)
    {
        View view{.yaw = yaw, .pitch = -down, .aspect = aspect_};
        Range3d box;
        auto const add = [&](double x, double y, double z) { box.extendBy(Vec3d(x, y, z)); };
        if (subjects_.empty() || !outdoors()) {
            add(room_.min_x, 0, room_.min_z);
            add(room_.max_x, std::min(room_.height, 3.0), room_.max_z);
        }
        for (auto const& body : bodies_)
            for (auto const& corner : body.solid.rect.corners())
                if (!body.group.empty()) add(corner.x, body.solid.high, corner.y);
        Vec3d const centre = (box.min + box.max) * 0.5;
        double half_width = 1, half_height = 1, deep = 1;
        for (int i = 0; i < 8; ++i) {
            Vec3d const d = Vec3d(i & 1 ? box.min.x : box.max.x, i & 2 ? box.min.y : box.max.y,
                                  i & 4 ? box.min.z : box.max.z) -
                            centre;
            half_width = std::max(half_width, std::abs(d.dot(view.right())));
            half_height = std::max(half_height, std::abs(d.dot(view.up())));
            deep = std::max(deep, std::abs(d.dot(view.forward())));
        }
        view.ortho_width_m = 2.12 * std::max(half_width, half_height * aspect_);
        view.eye = centre - view.forward() * (deep + 20);
        layout_.camera.orthographic = true;
        for (auto& room : layout_.rooms)
            if (room.height > 0) room.shell.parameters["cutaway"] = cutaway;
        return view;
    }

    /// The first named thing fills the picture, with what stands on it.
    View close_up()
    {
        auto const& hero = *subjects_.front().body;
        auto const aim = centre_of(hero.solid);
        double const size =
            std::max({hero.solid.rect.hx, hero.solid.rect.hz, (hero.solid.high - hero.solid.low) / 2});
        View best;
        double best_score = -1e9;
        double const focal_mm = wish_.focal_mm.value_or(50);
        for (double const down : {8.0, 16.0, 24.0, 32.0, 40.0})
            for (int turn = 0; turn < 24; ++turn) {
                double const side =
                    turn * 15 * radians; // direction from the thing to the camera, from its front
                double const around = hero.front_yaw + side;
                Vec3d const way(std::sin(around) * std::cos(down * radians), std::sin(down * radians),
                                std::cos(around) * std::cos(down * radians));
                for (double const share : {0.62, 0.55, 0.48, 0.42, 0.34}) {
                    View view{
                        .yaw = around, .pitch = -down * radians, .focal_mm = focal_mm, .aspect = aspect_};
                    double near = size * 1.2 + 0.2, far = size * 40 + 4;
                    for (int i = 0; i < 24; ++i) {
                        double const distance = (near + far) / 2;
                        view.eye = aim + way * distance;
                        (covered(view, hero.solid) > share ? near : far) = distance;
                    }
                    view.eye = aim + way * far;
                    double const score = close_score(view, hero, share, side, down);
                    if (score > best_score) {
                        best_score = score;
                        best = view;
                    }
                }
            }
        if (layout_.camera.fstop == 0 && !wish_.fstop) layout_.camera.fstop = 5.6;
        return best;
    }

    double close_score(View const& view, Body const& hero, double share, double side, double down) const
    {
        bool const inside_room =
            outdoors() || (view.eye.x > room_.min_x + 0.15 && view.eye.x < room_.max_x - 0.15 &&
                           view.eye.z > room_.min_z + 0.15 && view.eye.z < room_.max_z - 0.15 &&
                           view.eye.y < room_.height - 0.15);
        double score = inside_room && view.eye.y > 0.2 ? 0 : -20;
        if (free_radius(view.eye, bodies_, 0.3) < 0.25) score -= 10;
        auto const frame = frame_of(view, hero.solid);
        score += 4 * (frame.inside() - 1);
        double const got = covered(view, hero.solid);
        score += got >= 0.42 ? 1.5 : 3 * (got - 0.42);
        score -= std::abs(share - 0.48);
        // What it carries belongs to it.
        for (auto const& subject : subjects_)
            if (subject.body != &hero && gap(subject.body->solid.rect, hero.solid.rect) == 0) {
                score += 2.5 * (frame_of(view, subject.body->solid).inside() - 1);
                score += 0.4 * visible_share(view, *subject.body, bodies_);
            }
        score += visible_share(view, hero, bodies_);
        // Three quarters from the front, and no steeper than needed.
        score -= 0.25 * std::abs(std::abs(wrap(side)) - 35 * radians);
        score -= 0.012 * std::abs(down - 14);
        return score;
    }

    bool look_along_aisle(View& view)
    {
        std::vector<Rect> rects;
        double top = 0;
        for (auto const& body : bodies_)
            if (body.group == wish_.in_aisle || body.category == wish_.in_aisle) {
                rects.push_back(body.solid.rect);
                top = std::max(top, body.solid.high);
            }
        auto const strips = strips_between(rects);
        if (strips.empty()) return false;
        Plan2 const room_centre((room_.min_x + room_.max_x) / 2, (room_.min_z + room_.max_z) / 2);
        auto const strip = *std::ranges::min_element(strips, {}, [&](Strip const& s) {
            return std::abs(room_centre.dot(s.across) - (s.low + s.high) / 2);
        });
        double const middle = (strip.low + strip.high) / 2;
        // From its southern (or eastern) end, looking along it.
        bool const positive = strip.along.y > 0.5 || (std::abs(strip.along.y) <= 0.5 && strip.along.x > 0);
        double const sign = positive ? 1 : -1;
        double const end = positive ? strip.end : -strip.begin;
        double const out = std::min(1.2, strip.high - strip.low) * 0.9;
        for (double back = out; back > -2; back -= 0.2) {
            auto const at = strip.along * (sign * (end + back)) + strip.across * middle;
            bool const inside = outdoors() || (at.x > room_.min_x + 0.3 && at.x < room_.max_x - 0.3 &&
                                               at.y > room_.min_z + 0.3 && at.y < room_.max_z - 0.3);
            Vec3d const eye(at.x, height(), at.y);
            if (!inside || free_radius(eye, bodies_, 0.5) < 0.3) continue;
            auto const look = strip.along * -sign;
            view = {.eye = eye,
                    .yaw = std::atan2(-look.x, -look.y),
                    .pitch = pitch(),
                    .focal_mm = focal(),
                    .aspect = aspect_,
                    .shift_y = pitch() == 0 ? -0.03 : 0};
            return true;
        }
        return false;
    }

    /// The first key and what belongs to the lens.
    void settle(View const& view)
    {
        auto& camera = layout_.camera;
        camera.keys = {{.position = view.eye, .yaw = view.yaw, .pitch = view.pitch}};
        camera.focal_mm = view.focal_mm;
        camera.orthographic = view.ortho_width_m > 0;
        camera.ortho_width_m = view.ortho_width_m;
        if (wish_.fstop) camera.fstop = *wish_.fstop;
        camera.subject = subjects_.empty() ? "" : subjects_.front().body->id;
        auto const target = subjects_.empty() ? framing_.middle() : centre_of(subjects_.front().body->solid);
        camera.focus_m = std::max(0.1, (target - view.eye).dot(view.forward()));
        camera.shift_y = view.shift_y;
    }

    double seconds() const { return wish_.move.seconds.value_or(plan_.delivery.seconds.value_or(2.0)); }

    bool is_free(Vec3d const& point) const
    {
        if (!outdoors() &&
            (point.x < room_.min_x + 0.2 || point.x > room_.max_x - 0.2 || point.z < room_.min_z + 0.2 ||
             point.z > room_.max_z - 0.2 || point.y > room_.height - 0.2))
            return false;
        return point.y > 0.1 && free_radius(point, bodies_, 1) >= path_gap_m;
    }

    /// The longest part of the way, at most all of it, on which the camera touches nothing.
    double free_way(Vec3d const& from, Vec3d const& step) const
    {
        double const length = step.length();
        double far = 0;
        for (double at = 0.05; at <= length + 1e-9; at += 0.05) {
            if (!is_free(from + step * (at / length))) break;
            far = at;
        }
        return length - far < 0.05 ? length : far;
    }

    void move(View const& view)
    {
        auto& camera = layout_.camera;
        auto const& wish = wish_.move;
        std::string type = wish.type;
        if (type.empty()) type = camera.orthographic || wish_.preset == "cctv" ? "static" : "dolly";
        camera.move = type;
        auto key = camera.keys.front();
        key.seconds = seconds();
        if (type == "pan")
            pan(key);
        else if (type == "orbit")
            orbit(view);
        else if (type == "dolly" || type == "crane")
            travel(view, key, type);
        else
            camera.move = "static";
    }

    void pan(CameraKey key)
    {
        auto& keys = layout_.camera.keys;
        // Slow enough to look at: 15 degrees a second at most.
        double const angle = wish_.move.degrees.value_or(std::min(40.0, 12 * seconds())) * radians;
        double const sign = wish_.move.direction == "left" ? 1 : -1;
        double const middle = keys.front().yaw;
        keys.front().yaw = middle - sign * angle / 2;
        key.yaw = middle + sign * angle / 2;
        keys.push_back(key);
    }

    void travel(View const& view, CameraKey key, std::string const& type)
    {
        auto& camera = layout_.camera;
        auto const& wish = wish_.move;
        Vec3d level = view.forward();
        level.y = 0;
        if (level.length() > 1e-6) level.normalize();
        std::map<std::string, Vec3d> const ways{{"left", view.right() * -1.0}, {"right", view.right()},
                                                {"out", level * -1.0},         {"back", level * -1.0},
                                                {"backward", level * -1.0},    {"up", {0, 1, 0}},
                                                {"down", {0, -1, 0}}};
        auto const found = ways.find(wish.direction);
        Vec3d const way = found != ways.end() ? found->second : type == "crane" ? Vec3d(0, 1, 0) : level;
        bool const asked = !wish.type.empty();
        double const speed = asked ? 1.0 : 0.35; // a default move is hardly noticed
        double const wanted =
            wish.distance_m.value_or(std::min(type == "crane" ? 1.5 : 3.0, speed * seconds()));
        double const length = free_way(key.position, way * wanted);
        if (length < wanted - 1e-6 && asked)
            layout_.warnings.push_back(
                {"camera_path",
                 fmt::format("The camera moves {:.1f} m instead of {:.1f} m: something stands in its way.",
                             length, wanted)});
        if (length < 0.05) {
            camera.move = "static";
            return;
        }
        key.position += way * length;
        if (type == "crane" && !subjects_.empty()) { // it keeps its subject in view
            auto const d = framing_.middle() - key.position;
            key.pitch = std::atan2(d.y, Vec2d(d.x, d.z).length());
            camera.shift_y = 0;
        }
        camera.keys.push_back(key);
    }

    void orbit(View const& view)
    {
        auto& camera = layout_.camera;
        auto const& wish = wish_.move;
        Vec3d aim = framing_.middle();
        for (auto const& body : bodies_)
            if (body.group == wish.looks_at && !wish.looks_at.empty()) {
                aim = centre_of(body.solid);
                break;
            }
        double const begin = std::atan2(view.eye.x - aim.x, view.eye.z - aim.z);
        double const angle = wish.degrees.value_or(std::min(60.0, 15 * seconds())) * radians *
                             (wish.direction == "left" || wish.direction == "clockwise" ? -1 : 1);
        double radius = wish.radius_m.value_or(Vec2d(view.eye.x - aim.x, view.eye.z - aim.z).length());
        auto const point = [&](double at) {
            return Vec3d(aim.x + radius * std::sin(at), view.eye.y, aim.z + radius * std::cos(at));
        };
        int const steps = std::max(8, static_cast<int>(std::abs(angle) / (2 * radians)));
        auto const all_free = [&](double from) {
            for (int i = 0; i <= steps; ++i)
                if (!is_free(point(from + angle * i / steps))) return false;
            return true;
        };
        // Start where the whole arc is free; nearer when no arc of this radius is.
        double start = begin - angle / 2;
        bool found = all_free(start);
        for (int shrink = 0; !found && shrink < (wish.radius_m ? 1 : 12);
             ++shrink, radius *= found ? 1 : 0.92)
            for (int i = 0; i < 36 && !found; ++i) {
                double const from = begin - angle / 2 + (i % 2 ? 1 : -1) * (i / 2) * 10 * radians;
                if (all_free(from)) {
                    start = from;
                    found = true;
                }
            }
        if (!found)
            layout_.warnings.push_back(
                {"camera_path", "The camera's orbit passes closer than 0.35 m to something."});
        camera.keys.clear();
        for (int i = 0; i <= steps; ++i) {
            double const at = start + angle * i / steps;
            auto const position = point(at);
            auto const d = aim - position;
            camera.keys.push_back({.seconds = seconds() * i / steps,
                                   .position = position,
                                   .yaw = at,
                                   .pitch = std::atan2(d.y, Vec2d(d.x, d.z).length())});
        }
        camera.shift_y = 0;
    }

    Layout& layout_;
    Plan const& plan_;
    CameraPlan const& wish_;
    Room const& room_;
    std::vector<Body> bodies_;
    Framing framing_;
    std::vector<Subject> const& subjects_ = framing_.subjects();
    double aspect_ = 16.0 / 9;
};

} // namespace

void frame_layout(Layout& layout, Plan const& plan, catalog::Catalog const& catalog)
{
    SOULVAN_CHECK(!layout.rooms.empty());
    layout.camera = {};
    Framer(layout, plan, catalog).frame();
}

} // namespace soulvan::scene
