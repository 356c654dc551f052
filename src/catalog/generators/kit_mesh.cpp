// How does a face of the kit become vertices: placed, split, coloured by wear and dirt, shared.
#include "kit.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

namespace soulvan::catalog::kit {

// ---- random numbers ----

std::uint64_t Random::bits()
{
    state_ += 0x9e3779b97f4a7c15ull; // Steele, Lea, Flood 2014: SplitMix64
    return mix64(state_);
}

double Random::uniform(double low, double high)
{
    return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53;
}

int Random::below(int count)
{
    return count <= 1 ? 0 : static_cast<int>(bits() % static_cast<std::uint64_t>(count));
}

Random Random::fork(std::uint64_t salt) const
{
    return Random(mix64(state_ ^ mix64(salt + 0x632be59bd9b4e019ull)));
}

namespace {

double lattice(std::int64_t x, std::int64_t y, std::int64_t z, std::uint64_t seed)
{
    auto const key = static_cast<std::uint64_t>(x) * 0x8da6b343ull ^
                     static_cast<std::uint64_t>(y) * 0xd8163841ull ^
                     static_cast<std::uint64_t>(z) * 0xcb1ab31full;
    return static_cast<double>(mix64(key ^ seed) >> 11) * 0x1p-53;
}

double value_noise(Vec3d const& p, std::uint64_t seed)
{
    std::array<std::int64_t, 3> cell{};
    Vec3d f{0, 0, 0};
    for (int i = 0; i < 3; ++i) {
        double const low = std::floor(p[i]);
        cell[static_cast<std::size_t>(i)] = static_cast<std::int64_t>(low);
        double const t = p[i] - low;
        f[i] = t * t * (3 - 2 * t);
    }
    double sum = 0;
    for (int corner = 0; corner < 8; ++corner) {
        int const dx = corner & 1, dy = corner >> 1 & 1, dz = corner >> 2;
        double const w = (dx ? f.x : 1 - f.x) * (dy ? f.y : 1 - f.y) * (dz ? f.z : 1 - f.z);
        sum += w * lattice(cell[0] + dx, cell[1] + dy, cell[2] + dz, seed);
    }
    return sum;
}

double ramp(double low, double high, double x)
{
    double const t = std::clamp((x - low) / (high - low), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

} // namespace

double noise(Vec3d const& p, double frequency, std::uint64_t seed)
{
    double sum = 0, weight = 0.57;
    for (int octave = 0; octave < 3; ++octave) {
        sum += weight * value_noise(p * frequency, seed + static_cast<std::uint64_t>(octave));
        weight *= 0.5;
        frequency *= 2.17;
    }
    return sum;
}

// ---- placements ----

Matrix4d moved(double x, double y, double z)
{
    Matrix4d m;
    m.setTranslation(Vec3d(x, y, z));
    return m;
}

Matrix4d scaled(double x, double y, double z)
{
    Matrix4d m;
    m.setScale(Vec3d(x, y, z));
    return m;
}

namespace {

Matrix4d turned(int axis, double deg)
{
    double const angle = deg * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
    int const a = (axis + 1) % 3, b = (axis + 2) % 3;
    Matrix4d m;
    m[a][a] = c;
    m[a][b] = s;
    m[b][a] = -s;
    m[b][b] = c;
    return m;
}

} // namespace

Matrix4d turned_x(double deg)
{
    return turned(0, deg);
}
Matrix4d turned_y(double deg)
{
    return turned(1, deg);
}
Matrix4d turned_z(double deg)
{
    return turned(2, deg);
}

Range3d transformed(Range3d const& box, Matrix4d const& m)
{
    Range3d out;
    if (box.isEmpty()) return out;
    for (int corner = 0; corner < 8; ++corner)
        out.extendBy(Vec3d(corner & 1 ? box.max.x : box.min.x, corner & 2 ? box.max.y : box.min.y,
                           corner & 4 ? box.max.z : box.min.z) *
                     m);
    return out;
}

// ---- faces ----

Mesh::Guard::~Guard()
{
    mesh_->steps_.pop_back();
}

Mesh::Guard Mesh::place(Matrix4d const& m)
{
    Step step;
    step.matrix = m;
    step.normal = m.inverse().transposed();
    for (int i = 0; i < 3; ++i) step.normal[i][3] = step.normal[3][i] = 0;
    step.flips = m.determinant() < 0;
    steps_.push_back(std::move(step));
    return Guard(*this);
}

Mesh::Guard Mesh::bend(std::function<Vec3d(Vec3d const&)> map)
{
    Step step;
    step.map = std::move(map);
    steps_.push_back(std::move(step));
    return Guard(*this);
}

Corner Mesh::land(Corner c) const
{
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
        if (!step->map) {
            Vec3d n{0, 0, 0};
            step->normal.multDirMatrix(c.n, n);
            c.n = n;
            c.p = c.p * step->matrix;
            continue;
        }
        // Normals go by the cofactors of the derivative, which are the cross products of its columns.
        constexpr double h = 1e-5;
        auto const d = [&](Vec3d const& e) { return (step->map(c.p + e) - step->map(c.p - e)) / (2 * h); };
        Vec3d const dx = d({h, 0, 0}), dy = d({0, h, 0}), dz = d({0, 0, h});
        c.n = dy.cross(dz) * c.n.x + dz.cross(dx) * c.n.y + dx.cross(dy) * c.n.z;
        c.p = step->map(c.p);
    }
    c.n.normalize();
    return c;
}

void Mesh::color_at(Corner const& c, Vec3f& color, float& roughness) const
{
    double const broad = noise(c.p, 2.3, seed_), fine = noise(c.p, 21.0, seed_ ^ 0x51edu);
    double const rub =
        finish_.wear * c.edge * ramp(0.72 - 0.5 * finish_.wear, 1.0 - 0.45 * finish_.wear, fine);
    double const low = std::exp(-std::max(0.0, c.p.y) / 0.22);
    double const dirty = finish_.dirt * (0.55 * ramp(0.42, 0.85, broad) + 0.75 * low * (0.35 + 0.65 * fine) +
                                         0.25 * std::max(0.0, -c.n.y) + 0.30 * ramp(0.6, 0.85, fine));
    double const grime = std::clamp(dirty, 0.0, 0.9);
    // Rubbed edges are first lighter, then bare.
    Vec3f const lighter = finish_.color * static_cast<float>(1 + 0.22 * finish_.wear * c.edge);
    Vec3f const painted = lighter + (finish_.bare - lighter) * static_cast<float>(0.85 * rub);
    Vec3f const soil = Vec3f(0.075f, 0.062f, 0.050f) * 0.75f + finish_.color * 0.25f;
    color = painted + (soil - painted) * static_cast<float>(grime * 0.75);
    roughness = std::clamp(
        static_cast<float>(finish_.roughness + 0.24 * (broad - 0.5) + 0.16 * (fine - 0.5) + 0.25 * grime),
        0.05f, 1.0f);
}

void Mesh::face(std::span<Corner const> corners)
{
    if (finish_.cell <= 0 || corners.size() != 4) return emit(corners);
    auto const length = [&](std::size_t a, std::size_t b) { return (corners[a].p - corners[b].p).length(); };
    auto const pieces = [&](double l) {
        return std::clamp(static_cast<int>(std::ceil(l / finish_.cell - 0.01)), 1, 200);
    };
    int const nu = pieces(std::max(length(0, 1), length(3, 2))),
              nv = pieces(std::max(length(1, 2), length(0, 3)));
    if (nu == 1 && nv == 1) return emit(corners);
    auto const at = [&](int i, int j) {
        double const u = static_cast<double>(i) / nu, v = static_cast<double>(j) / nv;
        std::array<double, 4> const w{(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v};
        Corner c;
        for (std::size_t k = 0; k < 4; ++k) {
            c.p += corners[k].p * w[k];
            c.n += corners[k].n * w[k];
            c.st += corners[k].st * w[k];
            c.edge += corners[k].edge * static_cast<float>(w[k]);
        }
        return c;
    };
    for (int j = 0; j < nv; ++j)
        for (int i = 0; i < nu; ++i) emit(std::array{at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)});
}

namespace {

std::size_t mix(std::size_t h, float x)
{
    return mix64(h ^ std::bit_cast<std::uint32_t>(x)) + 0x9e37u;
}

/// Twice the vector area; its length is 0 when the face has none.
Vec3d area_of(std::vector<Corner> const& corners)
{
    Vec3d sum{0, 0, 0};
    for (std::size_t i = 2; i < corners.size(); ++i)
        sum += (corners[i - 1].p - corners[0].p).cross(corners[i].p - corners[0].p);
    return sum;
}

} // namespace

void Mesh::emit(std::span<Corner const> given)
{
    bool flips = false;
    for (auto const& step : steps_) flips ^= step.flips;
    std::vector<Corner> corners;
    for (auto const& c : given) corners.push_back(land(c));
    if (flips) std::ranges::reverse(corners);
    auto const same = [](Corner const& a, Corner const& b) { return (a.p - b.p).length2() < 1e-12; };
    corners.erase(std::unique(corners.begin(), corners.end(), same), corners.end());
    while (corners.size() > 1 && same(corners.front(), corners.back())) corners.pop_back();
    if (corners.size() < 3) return;
    auto const area = area_of(corners);
    if (area.length() < 4e-9) return;

    auto& s = surfaces_[finish_.look];
    for (auto& c : corners) {
        // A normal that was made for a neighbour must not point behind the face.
        if (!(c.n.dot(area) > 0)) c.n = area.normalized();
        Vec3f const p(c.p), n(c.n);
        Vec2f const st(c.st);
        Vec3f color{0, 0, 0};
        float rough = 0;
        color_at(c, color, rough);
        std::size_t h = 0;
        for (int i = 0; i < 3; ++i) h = mix(mix(mix(h, p[i]), n[i]), color[i]);
        h = mix(mix(h, st.x), st.y);
        std::int32_t found = -1;
        for (auto [at, end] = s.seen.equal_range(h); at != end; ++at) {
            auto const k = static_cast<std::size_t>(at->second);
            if (s.points[k] == p && s.normals[k] == n && s.st[k] == st && s.colors[k] == color)
                found = at->second;
        }
        if (found < 0) {
            found = static_cast<std::int32_t>(s.points.size());
            s.points.push_back(p);
            s.normals.push_back(n);
            s.st.push_back(st);
            s.colors.push_back(color);
            s.roughness.push_back(rough);
            s.seen.emplace(h, found);
        }
        s.indices.push_back(found);
    }
    s.counts.push_back(static_cast<std::int32_t>(corners.size()));
}

Range3d Mesh::bounds() const
{
    Range3d out;
    for (auto const& [look, s] : surfaces_)
        for (auto const& p : s.points) out.extendBy(Vec3d(p));
    return out;
}

std::size_t Mesh::triangles() const
{
    std::size_t sum = 0;
    for (auto const& [look, s] : surfaces_)
        for (auto const n : s.counts) sum += static_cast<std::size_t>(n) - 2;
    return sum;
}

} // namespace soulvan::catalog::kit
