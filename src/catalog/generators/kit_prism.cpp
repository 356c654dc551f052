// Outlines and what is extruded from them: rounded corners, rounded ends, caps that are split for dirt.
#include "kit_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

double cross(Vec2d const& a, Vec2d const& b)
{
    return a.x * b.y - a.y * b.x;
}
Vec2d outward(Vec2d const& along)
{
    return Vec2d(along.y, -along.x).normalized();
}

/// The corner `b` between `a` and `c` as an arc.
void round_corner(std::vector<Vec2d>& out, Vec2d const& a, Vec2d const& b, Vec2d const& c, double radius,
                  int segments)
{
    Vec2d const in = b - a, on = c - b;
    double const half = 0.5 * std::atan2(std::abs(cross(in, on)), in.dot(on));
    if (half < 1e-3 || half > 1.5 || segments < 1) {
        out.push_back(b);
        return;
    }
    double const cut = std::min({radius * std::tan(half), in.length() * 0.499, on.length() * 0.499});
    double const r = cut / std::tan(half);
    double const side = cross(in, on) > 0 ? 1 : -1;
    Vec2d const start = b - in.normalized() * cut;
    Vec2d const centre = start - outward(in) * (r * side);
    double const from = std::atan2(start.y - centre.y, start.x - centre.x);
    for (int i = 0; i <= segments; ++i) {
        double const angle = from + side * 2 * half * i / segments;
        out.push_back(centre + Vec2d(std::cos(angle), std::sin(angle)) * r);
    }
}

std::vector<Vec2d> without_doubles(std::vector<Vec2d> points, bool closed)
{
    auto const same = [](Vec2d const& a, Vec2d const& b) { return (a - b).length2() < 1e-14; };
    points.erase(std::unique(points.begin(), points.end(), same), points.end());
    while (closed && points.size() > 1 && same(points.front(), points.back())) points.pop_back();
    return points;
}

} // namespace

Outline rounded(Outline const& outline, std::vector<double> const& radii, int segments)
{
    Outline out;
    auto const n = outline.size();
    for (std::size_t i = 0; i < n; ++i)
        round_corner(out, outline[(i + n - 1) % n], outline[i], outline[(i + 1) % n], radii[i], segments);
    return without_doubles(std::move(out), true);
}

Outline rounded(Outline const& outline, double radius, int segments)
{
    return rounded(outline, std::vector<double>(outline.size(), radius), segments);
}

std::vector<Vec2d> rounded_way(std::vector<Vec2d> const& way, double radius, int segments)
{
    std::vector<Vec2d> out{way.front()};
    for (std::size_t i = 1; i + 1 < way.size(); ++i)
        round_corner(out, way[i - 1], way[i], way[i + 1], radius, segments);
    out.push_back(way.back());
    return without_doubles(std::move(out), false);
}

Outline rectangle(double low_x, double low_y, double high_x, double high_y)
{
    return {{low_x, low_y}, {high_x, low_y}, {high_x, high_y}, {low_x, high_y}};
}

Outline circle(double radius, int segments)
{
    Outline out;
    for (int i = 0; i < segments; ++i) {
        double const a = 2 * std::numbers::pi * i / segments;
        out.emplace_back(radius * std::cos(a), radius * std::sin(a));
    }
    return out;
}

Outline thickened(std::vector<Vec2d> const& way, double thickness)
{
    Outline left, right;
    for (std::size_t i = 0; i < way.size(); ++i) {
        Vec2d const before = i > 0 ? outward(way[i] - way[i - 1]) : outward(way[1] - way[0]);
        Vec2d const after = i + 1 < way.size() ? outward(way[i + 1] - way[i]) : before;
        Vec2d const miter = (before + after) / std::max(0.2, 1 + before.dot(after));
        right.push_back(way[i] + miter * (thickness / 2));
        left.push_back(way[i] - miter * (thickness / 2));
    }
    right.insert(right.end(), left.rbegin(), left.rend());
    return right;
}

Path3 rounded_path(Path3 const& path, double radius, int segments)
{
    Path3 out{path.front()};
    for (std::size_t i = 1; i + 1 < path.size(); ++i) {
        Vec3d const in = path[i] - path[i - 1], on = path[i + 1] - path[i];
        Vec3d const t = in.normalized(), u = on.normalized();
        double const half = 0.5 * std::acos(std::clamp(t.dot(u), -1.0, 1.0));
        if (half < 1e-3 || half > 1.5) {
            out.push_back(path[i]);
            continue;
        }
        double const cut = std::min({radius * std::tan(half), in.length() * 0.499, on.length() * 0.499});
        double const r = cut / std::tan(half);
        Vec3d const inward = (u - t * t.dot(u)).normalized(), start = path[i] - t * cut;
        Vec3d const centre = start + inward * r;
        for (int k = 0; k <= segments; ++k) {
            double const a = 2 * half * k / segments;
            out.push_back(centre - inward * (r * std::cos(a)) + t * (r * std::sin(a)));
        }
    }
    out.push_back(path.back());
    return out;
}

namespace {

using Triangle = std::array<Vec2d, 3>;

bool holds(Triangle const& t, Vec2d const& p)
{
    for (std::size_t i = 0; i < 3; ++i)
        if (cross(t[(i + 1) % 3] - t[i], p - t[i]) < 1e-15) return false;
    return true;
}

/// Ears cut off a simple polygon (Meisters 1975), the roundest first; outlines are small.
std::vector<Triangle> ears(Outline polygon)
{
    std::vector<Triangle> out;
    while (polygon.size() > 3) {
        auto const n = polygon.size();
        std::size_t best = n;
        double best_shape = 0;
        for (std::size_t i = 0; i < n; ++i) {
            Triangle const t{polygon[(i + n - 1) % n], polygon[i], polygon[(i + 1) % n]};
            double const area = cross(t[1] - t[0], t[2] - t[0]);
            double const longest =
                std::max({(t[1] - t[0]).length2(), (t[2] - t[1]).length2(), (t[0] - t[2]).length2()});
            double const shape = area / std::max(longest, 1e-18);
            if (area <= 0 || shape <= best_shape) continue;
            if (std::ranges::any_of(polygon, [&](Vec2d const& p) { return holds(t, p); })) continue;
            best = i;
            best_shape = shape;
        }
        if (best == n) break; // what is left has no area
        out.push_back({polygon[(best + n - 1) % n], polygon[best], polygon[(best + 1) % n]});
        polygon.erase(polygon.begin() + static_cast<std::ptrdiff_t>(best));
    }
    if (polygon.size() == 3) out.push_back({polygon[0], polygon[1], polygon[2]});
    return out;
}

/// The part of a convex polygon on one side of an axis-parallel line (Sutherland, Hodgman 1974).
Outline clipped(Outline const& polygon, int axis, double limit, bool keep_below)
{
    Outline out;
    auto const inside = [&](Vec2d const& p) { return keep_below ? p[axis] <= limit : p[axis] >= limit; };
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        Vec2d const a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        if (inside(a)) out.push_back(a);
        if (inside(a) != inside(b)) {
            auto p = a + (b - a) * ((limit - a[axis]) / (b[axis] - a[axis]));
            p[axis] = limit;
            out.push_back(p);
        }
    }
    return without_doubles(std::move(out), true);
}

class PrismMaker {
public:
    PrismMaker(Mesh& mesh, Outline const& outline, PrismStyle const& style)
        : mesh_(mesh),
          outline_(outline),
          style_(style)
    {
        auto const n = outline.size();
        for (std::size_t i = 0; i < n; ++i) {
            normals_.push_back(outward(outline[(i + 1) % n] - outline[i]));
            way_.push_back(i == 0 ? 0 : way_.back() + (outline[i] - outline[i - 1]).length());
        }
        way_.push_back(way_.back() + (outline[0] - outline[n - 1]).length());
        crease_ = std::cos(style.crease_deg * std::numbers::pi / 180);
        auto const h = static_cast<double>(mesh.next_shape());
        offset_ = {h * 0.37 - std::floor(h * 0.37), h * 0.71 - std::floor(h * 0.71)};
    }

    void make(double low, double high)
    {
        int const segments = style_.radius > 0 ? std::max(1, style_.segments) : 0;
        double const r = std::min(style_.radius, (high - low) * 0.499);
        std::vector<Ring> rings;
        auto const arc = [&](double z, double sign) {
            for (int k = 0; k <= segments; ++k) {
                int const step = sign < 0 ? segments - k : k;
                double const a = segments == 0 ? 0 : std::numbers::pi / 2 * step / segments;
                rings.push_back({r * (1 - std::cos(a)), z + sign * r * std::sin(a), std::cos(a),
                                 sign * std::sin(a),
                                 segments > 1 && step > 0 && step < segments ? 1.0f : 0.0f});
            }
        };
        arc(low + r, -1);
        arc(high - r, 1);
        for (std::size_t k = 0; k + 1 < rings.size(); ++k)
            if (rings[k].z < rings[k + 1].z) sides(rings[k], rings[k + 1]);
        if (style_.low_cap) cap(r, low, false);
        if (style_.high_cap) cap(r, high, true);
    }

private:
    struct Ring {
        double inset, z, side, up; ///< `side` and `up` weigh the normal
        float edge;
    };

    Vec2d inset(std::size_t i, double by) const
    {
        auto const n = outline_.size();
        Vec2d const a = normals_[(i + n - 1) % n], b = normals_[i % n];
        return outline_[i % n] - (a + b) * (by / std::max(0.15, 1 + a.dot(b)));
    }

    /// The normal of side `i` at its end `at` (i or i + 1).
    Vec2d normal(std::size_t i, std::size_t at) const
    {
        auto const n = outline_.size();
        auto const other = normals_[at == i ? (i + n - 1) % n : (i + 1) % n];
        return other.dot(normals_[i]) < crease_ ? normals_[i] : (normals_[i] + other).normalized();
    }

    void sides(Ring const& low, Ring const& high)
    {
        auto const at = [&](std::size_t side, std::size_t i, Ring const& ring) {
            Vec2d const p = inset(i, ring.inset), n = normal(side, i);
            return Corner{{p.x, p.y, ring.z},
                          {n.x * ring.side, n.y * ring.side, ring.up},
                          Vec2d(way_[i], ring.z) + offset_,
                          ring.edge};
        };
        for (std::size_t i = 0; i < outline_.size(); ++i) {
            std::array const quad{at(i, i, low), at(i, i + 1, low), at(i, i + 1, high), at(i, i, high)};
            mesh_.face(quad);
        }
    }

    void cap(double by, double z, bool is_high)
    {
        Outline edge;
        for (std::size_t i = 0; i < outline_.size(); ++i) edge.push_back(inset(i, by));
        auto const emit = [&](Outline const& polygon) {
            std::vector<Corner> corners;
            for (auto const& p : polygon)
                corners.push_back({{p.x, p.y, z}, {0, 0, is_high ? 1.0 : -1.0}, p + offset_, 0});
            if (!is_high) std::ranges::reverse(corners);
            mesh_.face(corners);
        };
        double const cell = mesh_.finish().cell;
        bool const is_convex = [&] {
            for (std::size_t i = 0; i < edge.size(); ++i) {
                auto const n = edge.size();
                if (cross(edge[(i + 1) % n] - edge[i], edge[(i + 2) % n] - edge[(i + 1) % n]) < -1e-12)
                    return false;
            }
            return true;
        }();
        if (cell <= 0 && is_convex && edge.size() <= 16) return emit(edge);
        for (auto const& triangle : ears(edge)) split({triangle.begin(), triangle.end()}, cell, emit);
    }

    template <class Emit>
    void split(Outline const& polygon, double cell, Emit const& emit) const
    {
        if (cell <= 0) return emit(polygon);
        Vec2d low = polygon[0], high = polygon[0];
        for (auto const& p : polygon)
            for (int i = 0; i < 2; ++i) {
                low[i] = std::min(low[i], p[i]);
                high[i] = std::max(high[i], p[i]);
            }
        int const axis = high.x - low.x > high.y - low.y ? 0 : 1;
        double const k = std::floor(0.5 * (low[axis] + high[axis]) / cell + 0.5) * cell;
        if (high[axis] - low[axis] < 1.5 * cell || k <= low[axis] + 1e-6 || k >= high[axis] - 1e-6)
            return emit(polygon);
        for (bool const below : {true, false})
            if (auto const part = clipped(polygon, axis, k, below); part.size() >= 3) split(part, cell, emit);
    }

    Mesh& mesh_;
    Outline const& outline_;
    PrismStyle const& style_;
    std::vector<Vec2d> normals_; ///< of the side from point i to i + 1
    std::vector<double> way_;
    double crease_ = 0;
    Vec2d offset_{0, 0};
};

} // namespace

void prism(Mesh& mesh, Outline const& outline, double low_z, double high_z, PrismStyle const& style)
{
    if (outline.size() >= 3) PrismMaker(mesh, outline, style).make(low_z, high_z);
}

void prism_x(Mesh& mesh, Outline const& outline_zy, double low_x, double high_x, PrismStyle const& style)
{
    Matrix4d swap; // x and z change places; faces turn around with them
    swap[0][0] = swap[2][2] = 0;
    swap[0][2] = swap[2][0] = 1;
    auto const guard = mesh.place(swap);
    prism(mesh, outline_zy, low_x, high_x, style);
}

void prism_y(Mesh& mesh, Outline const& outline_xz, double low_y, double high_y, PrismStyle const& style)
{
    Matrix4d swap;
    swap[1][1] = swap[2][2] = 0;
    swap[1][2] = swap[2][1] = 1;
    auto const guard = mesh.place(swap);
    prism(mesh, outline_xz, low_y, high_y, style);
}

} // namespace soulvan::catalog::kit
