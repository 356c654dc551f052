// Skins: sections swept along paths, rings joined, and polygons with normals from their faces.
#include "kit_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

double cosine(double deg)
{
    return std::cos(deg * std::numbers::pi / 180);
}

struct Frame {
    Vec3d right{1, 0, 0}, up{0, 1, 0}, ahead{0, 0, 1};
};

/// The frame turned with the way from its direction to `ahead`, without twist.
Frame carried(Frame const& f, Vec3d const& ahead)
{
    Vec3d const axis = f.ahead.cross(ahead);
    double const s = axis.length(), c = f.ahead.dot(ahead);
    if (s < 1e-9) return {f.right, f.up, ahead};
    Vec3d const k = axis / s;
    auto const turn = [&](Vec3d const& v) { return v * c + k.cross(v) * s + k * (k.dot(v) * (1 - c)); };
    return {turn(f.right), turn(f.up), ahead};
}

Frame first_frame(Vec3d const& ahead, Vec3d const& up)
{
    Vec3d right = up.cross(ahead);
    if (right.length() < 1e-6)
        right = (std::abs(ahead.x) < 0.9 ? Vec3d(1, 0, 0) : Vec3d(0, 0, 1)).cross(ahead);
    right.normalize();
    return {right, ahead.cross(right), ahead};
}

/// A section on its way: a frame per piece of the path, rings on the mitre planes between them.
class Sweeper {
public:
    Sweeper(Mesh& mesh, Path3 path, Outline const& section, Vec3d const& up, bool closed, double crease_deg)
        : mesh_(mesh),
          path_(std::move(path)),
          section_(section),
          closed_(closed),
          crease_(cosine(crease_deg))
    {
        auto const same = [](Vec3d const& a, Vec3d const& b) { return (a - b).length2() < 1e-14; };
        path_.erase(std::unique(path_.begin(), path_.end(), same), path_.end());
        if (closed_ && same(path_.front(), path_.back())) path_.pop_back();
        auto const n = path_.size();
        pieces_ = closed_ ? n : n - 1;
        for (std::size_t i = 0; i < pieces_; ++i) {
            Vec3d const ahead = (path_[(i + 1) % n] - path_[i]).normalized();
            frames_.push_back(i == 0 ? first_frame(ahead, up) : carried(frames_.back(), ahead));
        }
        auto const m = section.size();
        for (std::size_t k = 0; k < m; ++k) {
            Vec2d const d = section[(k + 1) % m] - section[k];
            normals_.push_back(Vec2d(d.y, -d.x).normalized());
            around_.push_back(k == 0 ? 0 : around_.back() + (section[k] - section[k - 1]).length());
        }
        around_.push_back(around_.back() + (section[0] - section[m - 1]).length());
    }

    void make()
    {
        double way = 0.173 * static_cast<double>(mesh_.next_shape());
        way -= std::floor(way);
        for (std::size_t i = 0; i < pieces_; ++i) {
            double const on = way + (path_[(i + 1) % path_.size()] - path_[i]).length();
            piece(i, way, on);
            way = on;
        }
        if (closed_) return;
        cap(0, frames_.front(), false);
        cap(path_.size() - 1, frames_.back(), true);
    }

private:
    Frame const& frame_before(std::size_t point) const
    {
        if (point > 0) return frames_[point - 1];
        return closed_ ? frames_.back() : frames_.front();
    }
    Frame const& frame_after(std::size_t point) const
    {
        if (point < pieces_) return frames_[point];
        return closed_ ? frames_.front() : frames_.back();
    }

    /// Point k of the section at a point of the path, on the plane that halves the turn there.
    Vec3d at(std::size_t piece, std::size_t point, std::size_t k) const
    {
        auto const& f = frames_[piece];
        Vec2d const s = section_[k % section_.size()];
        Vec3d const off = f.right * s.x + f.up * s.y;
        Vec3d const plane =
            frame_before(point % path_.size()).ahead + frame_after(point % path_.size()).ahead;
        double const lean = f.ahead.dot(plane);
        return path_[point % path_.size()] + off -
               (lean > 0.2 ? f.ahead * (off.dot(plane) / lean) : Vec3d(0, 0, 0));
    }

    Vec2d section_normal(std::size_t side, std::size_t k) const
    {
        auto const m = section_.size();
        auto const& other = normals_[k == side ? (side + m - 1) % m : (side + 1) % m];
        return other.dot(normals_[side]) < crease_ ? normals_[side] : (normals_[side] + other).normalized();
    }

    Vec3d normal(std::size_t piece, std::size_t point, Vec2d const& n) const
    {
        auto const p = point % path_.size();
        auto const in_frame = [&](Frame const& f) { return f.right * n.x + f.up * n.y; };
        auto const &before = frame_before(p), &after = frame_after(p);
        if (before.ahead.dot(after.ahead) < crease_) return in_frame(frames_[piece]);
        return in_frame(before) + in_frame(after);
    }

    void piece(std::size_t i, double way, double on)
    {
        for (std::size_t k = 0; k < section_.size(); ++k) {
            auto const corner = [&](std::size_t point, std::size_t which, double along) {
                Vec2d const n = section_normal(k, which);
                return Corner{at(i, point, which), normal(i, point, n), {along, around_[which]}, 0};
            };
            std::array const quad{corner(i, k, way), corner(i, k + 1, way), corner(i + 1, k + 1, on),
                                  corner(i + 1, k, on)};
            mesh_.face(quad);
        }
    }

    void cap(std::size_t point, Frame const& f, bool is_end)
    {
        std::vector<Corner> corners;
        for (auto const& s : section_)
            corners.push_back({path_[point] + f.right * s.x + f.up * s.y, is_end ? f.ahead : -f.ahead, s, 0});
        if (!is_end) std::ranges::reverse(corners);
        mesh_.face(corners);
    }

    Mesh& mesh_;
    Path3 path_;
    Outline const& section_;
    bool closed_;
    double crease_;
    std::size_t pieces_ = 0;
    std::vector<Frame> frames_;
    std::vector<Vec2d> normals_;
    std::vector<double> around_;
};

} // namespace

void sweep(Mesh& mesh, Path3 const& path, Outline const& section, Vec3d const& up, bool closed,
           double crease_deg)
{
    if (path.size() >= 2 && section.size() >= 3) Sweeper(mesh, path, section, up, closed, crease_deg).make();
}

void tube(Mesh& mesh, Path3 const& path, double radius, int segments, bool closed)
{
    sweep(mesh, path, circle(radius, segments), {0, 1, 0}, closed, 65);
}

// ---- polygons ----

void soup(Mesh& mesh, std::vector<Vec3d> const& points, std::vector<std::vector<int>> const& polygons,
          double crease_deg, std::span<float const> edge)
{
    double const crease = cosine(crease_deg);
    std::vector<Vec3d> areas;
    std::vector<std::vector<std::size_t>> faces_of(points.size());
    for (std::size_t f = 0; f < polygons.size(); ++f) {
        auto const& polygon = polygons[f];
        Vec3d area{0, 0, 0};
        auto const p = [&](std::size_t i) { return points[static_cast<std::size_t>(polygon[i])]; };
        for (std::size_t i = 2; i < polygon.size(); ++i) area += (p(i - 1) - p(0)).cross(p(i) - p(0));
        areas.push_back(area);
        for (int const i : polygon) faces_of[static_cast<std::size_t>(i)].push_back(f);
    }
    auto const offset = 0.61 * static_cast<double>(mesh.next_shape());
    for (std::size_t f = 0; f < polygons.size(); ++f) {
        if (areas[f].length() < 1e-12) continue;
        Vec3d const own = areas[f].normalized();
        int axis = 0;
        for (int i = 1; i < 3; ++i)
            if (std::abs(own[i]) > std::abs(own[axis])) axis = i;
        int const u = axis == 0 ? 2 : 0, v = axis == 1 ? 2 : 1;
        std::vector<Corner> corners;
        for (int const index : polygons[f]) {
            auto const i = static_cast<std::size_t>(index);
            Vec3d n{0, 0, 0};
            for (auto const g : faces_of[i])
                if (areas[g].length() > 1e-12 && areas[g].normalized().dot(own) >= crease) n += areas[g];
            corners.push_back(
                {points[i], n, Vec2d(points[i][u] + offset, points[i][v]), edge.empty() ? 0.0f : edge[i]});
        }
        mesh.face(corners);
    }
}

void loft(Mesh& mesh, std::vector<Path3> const& rings, double crease_deg, bool low_cap, bool high_cap)
{
    std::vector<Vec3d> points;
    std::vector<std::vector<int>> polygons;
    auto const n = static_cast<int>(rings.front().size());
    for (auto const& ring : rings) points.insert(points.end(), ring.begin(), ring.end());
    for (int r = 0; r + 1 < static_cast<int>(rings.size()); ++r)
        for (int k = 0; k < n; ++k) {
            int const a = r * n + k, b = r * n + (k + 1) % n;
            polygons.push_back({a, b, b + n, a + n});
        }
    std::vector<int> low, high;
    for (int k = 0; k < n; ++k) {
        low.push_back(n - 1 - k);
        high.push_back(static_cast<int>(points.size()) - n + k);
    }
    if (low_cap) polygons.push_back(low);
    if (high_cap) polygons.push_back(high);
    soup(mesh, points, polygons, crease_deg);
}

} // namespace soulvan::catalog::kit
