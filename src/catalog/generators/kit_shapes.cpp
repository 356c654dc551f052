// Boxes with rounded edges, revolved profiles, decals and bolts.
#include "kit_shapes.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {
namespace {

/// Where a shape's texture starts, so that neighbours do not repeat each other.
Vec2d offset_of(Mesh& mesh)
{
    auto const h = mix64(mesh.next_shape() ^ mesh.seed());
    return {static_cast<double>(h >> 40) * 0x1p-24 * 7, static_cast<double>(h << 24 >> 40) * 0x1p-24 * 7};
}

int face_of(Vec3d const& n)
{
    int axis = 0;
    for (int i = 1; i < 3; ++i)
        if (std::abs(n[i]) > std::abs(n[axis]) + 1e-9) axis = i;
    return 2 * axis + (n[axis] < 0);
}

/// The faces of a rounded box, handed out as corners without st.
class BoxMaker {
public:
    BoxMaker(Mesh& mesh, Vec3d const& low, Vec3d const& high, BoxStyle const& style)
        : mesh_(mesh),
          low_(low),
          high_(high),
          style_(style),
          offset_(style.keep_offset ? Vec2d{0, 0} : offset_of(mesh))
    {
        Vec3d const size = high - low;
        radius_ = std::clamp(style.radius, 0.0, std::min({size.x, size.y, size.z}) * 0.4999);
        segments_ = radius_ > 0 ? std::max(1, style.segments) : 0;
    }

    void make()
    {
        for (int face = 0; face < 6; ++face)
            if (!(style_.skip >> face & 1)) flat(face);
        if (segments_ == 0) return;
        for (int axis = 0; axis < 3; ++axis)
            for (int k = 0; k < 4; ++k) edge(axis, k & 1 ? 1 : -1, k & 2 ? 1 : -1);
        for (int k = 0; k < 8; ++k) corner({k & 1 ? 1.0 : -1.0, k & 2 ? 1.0 : -1.0, k & 4 ? 1.0 : -1.0});
    }

private:
    /// The centre of the ball in the box's corner of these signs.
    Vec3d centre(Vec3d const& signs) const
    {
        Vec3d c{0, 0, 0};
        for (int i = 0; i < 3; ++i) c[i] = signs[i] > 0 ? high_[i] - radius_ : low_[i] + radius_;
        return c;
    }

    Vec2d st(int face, Vec3d const& p) const
    {
        if (style_.st) {
            Vec3d at{0, 0, 0};
            for (int i = 0; i < 3; ++i) at[i] = std::clamp((p[i] - low_[i]) / (high_[i] - low_[i]), 0.0, 1.0);
            return style_.st(face, at);
        }
        int const axis = face / 2;
        int u = axis == 0 ? 2 : 0, v = axis == 1 ? 2 : 1;
        if (style_.grain >= 0 && style_.grain != axis && style_.grain != u) std::swap(u, v);
        Vec3d const q = p - low_;
        return Vec2d(q[u], q[v]) + offset_ + Vec2d(0.13, 0.29) * face;
    }

    void put(std::array<Corner, 4> corners, int count)
    {
        Vec3d sum{0, 0, 0}, area{0, 0, 0};
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) sum += corners[i].n;
        for (std::size_t i = 2; i < static_cast<std::size_t>(count); ++i)
            area += (corners[i - 1].p - corners[0].p).cross(corners[i].p - corners[0].p);
        if (area.dot(sum) < 0) std::reverse(corners.begin(), corners.begin() + count);
        int const face = face_of(sum);
        for (auto& c : corners) c.st = st(face, c.p);
        mesh_.face(std::span(corners.data(), static_cast<std::size_t>(count)));
    }

    void flat(int face)
    {
        int const axis = face / 2, u = (axis + 1) % 3, v = (axis + 2) % 3;
        std::array<Corner, 4> c;
        for (std::size_t k = 0; k < 4; ++k) {
            Vec3d signs{0, 0, 0};
            signs[axis] = face % 2 ? -1 : 1;
            signs[u] = k == 1 || k == 2 ? 1 : -1;
            signs[v] = k >= 2 ? 1 : -1;
            c[k].n[axis] = signs[axis];
            c[k].p = centre(signs) + c[k].n * radius_;
        }
        put(c, 4);
    }

    Corner on_ball(Vec3d const& signs, Vec3d const& weights) const
    {
        Corner c;
        c.n = Vec3d(signs.x * weights.x, signs.y * weights.y, signs.z * weights.z).normalized();
        c.p = centre(signs) + c.n * radius_;
        int const axes = (weights.x > 0) + (weights.y > 0) + (weights.z > 0);
        c.edge = axes > 1 || segments_ == 1 ? 1.0f : 0.0f;
        return c;
    }

    void edge(int axis, double su, double sv)
    {
        int const u = (axis + 1) % 3, v = (axis + 2) % 3;
        for (int i = 0; i < segments_; ++i) {
            std::array<Corner, 4> c;
            for (std::size_t k = 0; k < 4; ++k) {
                Vec3d signs{0, 0, 0}, weights{0, 0, 0};
                signs[u] = su;
                signs[v] = sv;
                signs[axis] = k == 1 || k == 2 ? 1 : -1;
                int const step = i + (k >= 2);
                weights[u] = segments_ - step;
                weights[v] = step;
                c[k] = on_ball(signs, weights);
            }
            put(c, 4);
        }
    }

    void corner(Vec3d const& signs)
    {
        auto const at = [&](int i, int j) { return on_ball(signs, Vec3d(i, j, segments_ - i - j)); };
        for (int i = 0; i < segments_; ++i)
            for (int j = 0; i + j < segments_; ++j) {
                put({at(i, j), at(i + 1, j), at(i, j + 1), {}}, 3);
                if (i + j + 2 <= segments_) put({at(i + 1, j), at(i + 1, j + 1), at(i, j + 1), {}}, 3);
            }
    }

    Mesh& mesh_;
    Vec3d low_, high_;
    BoxStyle const& style_;
    Vec2d offset_;
    double radius_ = 0;
    int segments_ = 0;
};

} // namespace

void box(Mesh& mesh, Vec3d const& low, Vec3d const& high, BoxStyle const& style)
{
    BoxMaker(mesh, low, high, style).make();
}

void box_at(Mesh& mesh, Vec3d const& centre, Vec3d const& size, BoxStyle const& style)
{
    box(mesh, centre - size * 0.5, centre + size * 0.5, style);
}

// ---- revolved profiles ----

void lathe(Mesh& mesh, std::vector<Vec2d> const& profile, int segments, double crease_deg, double from_deg,
           double to_deg)
{
    auto const n = profile.size();
    if (n < 2) return;
    auto const offset = offset_of(mesh);
    double const crease = std::cos(crease_deg * std::numbers::pi / 180);
    std::vector<Vec2d> normals; // of each piece, outwards
    std::vector<double> way{0};
    for (std::size_t i = 0; i + 1 < n; ++i) {
        Vec2d const d = profile[i + 1] - profile[i];
        normals.push_back(Vec2d(d.y, -d.x).normalized());
        way.push_back(way.back() + d.length());
    }
    auto const normal = [&](std::size_t piece, std::size_t end) { // at an end of a piece, smooth or not
        auto const other = end == piece ? piece - 1 : piece + 1;
        if (other >= normals.size() || normals[other].dot(normals[piece]) < crease) return normals[piece];
        return (normals[piece] + normals[other]).normalized();
    };
    auto const ridge = [&](std::size_t i) { // convex turns of the profile are worn
        if (i == 0 || i + 1 >= n) return 0.0f;
        double const turn = normals[i - 1].x * normals[i].y - normals[i - 1].y * normals[i].x;
        return static_cast<float>(std::clamp(turn * 1.6, 0.0, 1.0));
    };
    auto const at = [&](std::size_t i, Vec2d const& n2, int k) {
        double const turn = (from_deg + (to_deg - from_deg) * k / segments) * std::numbers::pi / 180;
        double const s = std::sin(turn), c = std::cos(turn), r = profile[i].x;
        Corner out;
        out.p = {r * s, profile[i].y, r * c};
        out.n = {n2.x * s, n2.y, n2.x * c};
        out.st = Vec2d(turn * std::max(r, 0.05), way[i]) + offset;
        out.edge = ridge(i);
        return out;
    };
    for (std::size_t i = 0; i + 1 < n; ++i) {
        if (way[i + 1] - way[i] < 1e-9) continue;
        Vec2d const low = normal(i, i), high = normal(i, i + 1);
        for (int k = 0; k < segments; ++k) {
            std::array const quad{at(i, low, k), at(i, low, k + 1), at(i + 1, high, k + 1),
                                  at(i + 1, high, k)};
            mesh.face(quad);
        }
    }
}

void cylinder(Mesh& mesh, double radius, double low_y, double high_y, int segments, double rim)
{
    double const r = std::min({rim, radius * 0.45, (high_y - low_y) * 0.45});
    std::vector<Vec2d> profile{{0, low_y}};
    auto const arc = [&](double y, double from) {
        for (int i = 0; i <= 2; ++i) {
            double const a = (from + 45 * i) * std::numbers::pi / 180;
            profile.emplace_back(radius - r + r * std::cos(a), y + r * std::sin(a));
        }
    };
    arc(low_y + r, -90);
    arc(high_y - r, 0);
    profile.emplace_back(0, high_y);
    lathe(mesh, profile, segments, 50);
}

Matrix4d along(Vec3d const& from, Vec3d const& axis)
{
    Vec3d const y = axis.normalized();
    Vec3d const help = std::abs(y.y) < 0.9 ? Vec3d(0, 1, 0) : Vec3d(0, 0, 1);
    Vec3d const x = help.cross(y).normalized(), z = x.cross(y);
    Matrix4d m;
    for (int i = 0; i < 3; ++i) {
        m[0][i] = x[i];
        m[1][i] = y[i];
        m[2][i] = z[i];
        m[3][i] = from[i];
    }
    return m;
}

void rod(Mesh& mesh, Vec3d const& from, Vec3d const& to, double radius, int segments, double rim)
{
    auto const guard = mesh.place(along(from, to - from));
    cylinder(mesh, radius, 0, (to - from).length(), segments, rim);
}

// ---- small things ----

void decal(Mesh& mesh, Vec3d const& centre, Vec3d const& right, Vec3d const& up, Vec2d const& low,
           Vec2d const& high, double lift)
{
    Vec3d const n = right.cross(up).normalized(), c = centre + n * lift;
    std::array quad{Corner{c - right * 0.5 - up * 0.5, n, low, 0},
                    Corner{c + right * 0.5 - up * 0.5, n, {high.x, low.y}, 0},
                    Corner{c + right * 0.5 + up * 0.5, n, high, 0},
                    Corner{c - right * 0.5 + up * 0.5, n, {low.x, high.y}, 0}};
    mesh.face(quad);
}

void bolt(Mesh& mesh, Vec3d const& at, Vec3d const& axis, double width)
{
    auto const guard = mesh.place(along(at, axis));
    double const r = width / std::sqrt(3.0); // of the hexagon's corners
    cylinder(mesh, width * 0.85, 0, width * 0.10, 16, width * 0.03);
    double const y0 = width * 0.10, y1 = width * 0.62, y2 = width * 0.70;
    lathe(mesh, {{r, y0}, {r, y1}, {r * 0.84, y2}, {0, y2}}, 6, 10);
}

} // namespace soulvan::catalog::kit
