// Which view of a layout is a good picture? See framing.h; the numbers were chosen by looking at pictures.
#include "framing.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace soulvan::scene {

namespace {
constexpr double radians = std::numbers::pi / 180;
}

Vec3d centre_of(Solid const& solid)
{
    return {solid.rect.centre.x, (solid.low + solid.high) / 2, solid.rect.centre.y};
}

Framing::Framing(Plan const& plan, Room const& room, std::vector<Body> const& bodies)
    : room_(room),
      bodies_(bodies)
{
    // What the sentence names, in its order; the things of the first group weigh most.
    std::vector<std::string> groups;
    if (!plan.camera.subject.empty()) groups.push_back(plan.camera.subject);
    for (auto const& group : plan.groups)
        if (!group.implied && group.id != plan.camera.subject) groups.push_back(group.id);
    named_.insert(groups.begin(), groups.end());
    double weight = 1;
    for (auto const& id : groups) {
        std::vector<Body const*> members;
        for (auto const& body : bodies_)
            if (body.group == id) members.push_back(&body);
        for (auto const* member : members)
            subjects_.push_back({member, weight / static_cast<double>(members.size())});
        if (!members.empty()) weight *= 0.7;
    }
    if (!subjects_.empty()) return;
    for (auto const& body : bodies_)
        if (!body.group.empty()) subjects_.push_back({&body, 1});
}

Vec3d Framing::middle() const
{
    Vec3d sum(0, 0, 0);
    double weight = 0;
    for (auto const& subject : subjects_) {
        sum += centre_of(subject.body->solid) * subject.weight;
        weight += subject.weight;
    }
    if (weight > 0) return sum / weight;
    return {(room_.min_x + room_.max_x) / 2, 1, (room_.min_z + room_.max_z) / 2};
}

double Framing::shift_for(View const& view) const
{
    if (view.pitch != 0 || view.ortho_width_m > 0) return 0;
    double low = 1e9, high = -1e9;
    for (auto const& subject : subjects_) {
        auto const frame = frame_of(view, subject.body->solid);
        if (frame.behind || frame.max_x < -0.5 || frame.min_x > 0.5) continue;
        low = std::min(low, frame.min_y);
        high = std::max(high, frame.max_y);
    }
    if (low > high) return -0.03;
    return std::clamp(0.8 * (low + high) / 2, -0.17, 0.05);
}

/// What nobody asked for and yet stands large before the camera, such as a person's back.
int Framing::intruders(View const& view) const
{
    return static_cast<int>(std::count_if(bodies_.begin(), bodies_.end(), [&](Body const& body) {
        if (body.group.empty() || named_.contains(body.group)) return false;
        auto const frame = frame_of(view, body.solid);
        return frame.inside() > 0.25 && frame.height() > 0.5 && frame.width() < 0.8;
    }));
}

/// Things that the picture's edge cuts though they could be whole in it: people and what is named twice.
double Framing::cut_off(View const& view) const
{
    auto const& tree = catalog::Categories::standard();
    double cut = 0;
    for (auto const& body : bodies_) {
        if (body.group.empty()) continue;
        auto const frame = frame_of(view, body.solid);
        double const inside = frame.inside();
        bool const person = tree.is_a(body.category, "character");
        // Rows of racks go on beyond the picture; a truck that is named should be seen whole.
        bool const named = named_.contains(body.group) && !tree.is_a(body.category, "shelving");
        if (frame.behind || inside < 0.005 || inside > 0.97 || frame.width() > (named ? 1.6 : 0.8)) continue;
        cut += (person || named ? 2 : 1) * std::min(1.0, frame.height() / 0.3);
    }
    return std::min(cut, 5.0);
}

/// Vehicles and people show best from the front and a little from the side: 1 when all of them do.
double Framing::shown_fronts(View const& view) const
{
    auto const& tree = catalog::Categories::standard();
    double sum = 0, weights = 0;
    for (auto const& [body, weight] : subjects_) {
        auto const* category = tree.find(body->category);
        bool const drives =
            tree.is_a(body->category, "forklift") || (category && category->theme == "vehicle");
        if (!drives && !tree.is_a(body->category, "character")) continue;
        auto const d = view.eye - centre_of(body->solid);
        double const side = std::abs(wrap(std::atan2(d.x, d.z) - body->front_yaw));
        sum += weight * std::max(0.0, std::cos(std::max(0.0, side - 40 * radians)));
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

/// Subjects in the picture, the best of them large in it, and of each group one that can be looked at.
double Framing::sizes(View const& view) const
{
    double score = 0, weights = 0, largest = 0;
    std::map<std::string_view, double> best_of_group;
    for (auto const& [body, weight] : subjects_) {
        auto const frame = frame_of(view, body->solid);
        double const inside = frame.inside(), size = std::max(frame.height(), frame.width() * 0.7);
        auto& best = best_of_group[body->group];
        if (inside > 0.8) best = std::max(best, size);
        if (inside > 0.9) largest = std::max(largest, size);
        // Small in the distance counts little, cut off counts little.
        score += weight * inside * std::clamp(frame.height() / 0.12, 0.2, 1.0);
        weights += weight;
    }
    score *= 2 / std::max(weights, 1e-9);
    // The best seen subject should matter in the picture without filling it.
    score += 0.8 * (1 - std::min(1.0, std::abs(largest - 0.42) / 0.42));
    for (auto const& [group, size] : best_of_group)
        score += 2 * std::min(1.0, size / (group == subjects_.front().body->group ? 0.36 : 0.28)) /
                 static_cast<double>(best_of_group.size());
    return score;
}

/// The share of what the place holds that is in the picture: then it looks lived in.
double Framing::kept_in(View const& view) const
{
    double in_picture = 0, all = 0;
    for (auto const& body : bodies_) {
        if (body.group.empty()) continue;
        auto const frame = frame_of(view, body.solid);
        double const weight = named_.contains(body.group) ? 1 : 0.4;
        in_picture += weight * frame.inside() * std::clamp(frame.height() / 0.06, 0.0, 1.0);
        all += weight;
    }
    return all > 0 ? in_picture / all : 0;
}

double Framing::rough_score(View const& view) const
{
    double const depth = std::max(6.0, 0.8 * (room_.max_z - room_.min_z));
    return sizes(view) + 0.5 * shown_fronts(view) - 0.4 * cut_off(view) - 1.5 * intruders(view) +
           0.8 * kept_in(view) + 0.5 * std::min(distance_to_wall(view) / depth, 1.0);
}

double Framing::distance_to_wall(View const& view) const
{
    auto const d = view.forward();
    double distance = 60;
    if (d.x > 1e-6) distance = std::min(distance, (room_.max_x - view.eye.x) / d.x);
    if (d.x < -1e-6) distance = std::min(distance, (room_.min_x - view.eye.x) / d.x);
    if (d.z > 1e-6) distance = std::min(distance, (room_.max_z - view.eye.z) / d.z);
    if (d.z < -1e-6) distance = std::min(distance, (room_.min_z - view.eye.z) / d.z);
    return std::max(distance, 0.0);
}

double Framing::fine_score(View const& view) const
{
    double seen = 0, weights = 0;
    std::map<std::string, double> best_of_group;
    double third = 0;
    for (auto const& [body, weight] : subjects_) {
        double const share = visible_share(view, *body, bodies_);
        seen += weight * share;
        weights += weight;
        auto& best = best_of_group[body->group];
        best = std::max(best, share);
        auto const centre = view.project(centre_of(body->solid));
        if (share > 0.5)
            third = std::max(third, weight * (1 - std::min(1.0, std::abs(std::abs(centre.x) - 0.17) / 0.2)));
    }
    double score = weights > 0 ? 2 * seen / weights : 0;
    for (auto const& [group, best] : best_of_group) score += best > 0.5 ? 0.8 : best > 0.25 ? 0.4 : -1.0;
    score += 0.3 * third;
    score -= 2.5 * crowding(view);
    score += 1.2 * filled(view);
    return score;
}

/// How much of the picture shows things rather than bare floor and walls, less what a single one takes
/// beyond two fifths: then it hides the place.
double Framing::filled(View const& view) const
{
    constexpr int columns = 9, rows = 6;
    double full = 0; // what was not named counts half
    std::map<Body const*, int> shares;
    for (int i = 0; i < columns; ++i)
        for (int j = 0; j < rows; ++j) {
            double const x = (i + 0.5) / columns - 0.5, y = (j + 0.5) / rows - 0.5 + view.shift_y;
            auto ray = view.forward() + view.right() * (x * 36 / view.focal_mm) +
                       view.up() * (y * 36 / view.focal_mm / view.aspect);
            ray.normalize();
            Body const* seen = nullptr;
            double nearest = 1e9;
            for (auto const& body : bodies_)
                if (auto const at = body.group.empty() ? std::nullopt : hit(body.solid, view.eye, ray);
                    at && *at < nearest) {
                    nearest = *at;
                    seen = &body;
                }
            if (!seen) continue;
            full += named_.contains(seen->group) ? 1 : 0.5;
            ++shares[seen];
        }
    int largest = 0;
    double parts = 0; // of what is large in the picture and yet not whole
    for (auto const& [body, share] : shares) {
        largest = std::max(largest, share);
        bool const goes_on = catalog::Categories::standard().is_a(body->category, "shelving");
        if (share > 8 && !goes_on) parts += 1 - frame_of(view, body->solid).inside();
    }
    constexpr double all = columns * rows;
    return std::min(1.0, full / all / 0.35) - 4 * std::max(0.0, largest / all - 0.4) - std::min(parts, 2.0);
}

/// The share of the picture that things nearer than two metres, or a wall nearer than that, take up.
double Framing::crowding(View const& view) const
{
    int near = 0, rays = 0;
    for (int i = -3; i <= 3; ++i)
        for (int j = -2; j <= 2; ++j) {
            double const x = i * 0.15, y = j * 0.2 + view.shift_y;
            auto ray = view.forward() + view.right() * (x * 36 / view.focal_mm) +
                       view.up() * (y * 36 / view.focal_mm / view.aspect);
            ray.normalize();
            ++rays;
            auto turned = view;
            turned.yaw = std::atan2(-ray.x, -ray.z);
            turned.pitch = 0;
            double const across = Vec2d(ray.x, ray.z).length();
            double const reach = 2.2;
            bool hits = distance_to_wall(turned) < reach * across;
            for (auto const& body : bodies_) {
                if (hits) break;
                auto const at = body.blocks ? hit(body.solid, view.eye, ray) : std::nullopt;
                hits = at && *at < reach;
            }
            near += hits;
        }
    return static_cast<double>(near) / rays;
}

} // namespace soulvan::scene
