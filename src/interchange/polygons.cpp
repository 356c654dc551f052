// Which polygons of a foreign mesh can be trusted, and what becomes of the others?
#include "polygons.h"

#include "normals.h"
#include "winding.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace soulvan::interchange {

namespace {

bool is_finite(Vec3f const& p)
{
    return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z);
}

/// Points of nearly one position as one. Exporters round the two sides of a seam differently: what lies
/// within a millionth of the whole size is the same point. Of such a group the first stays.
class Welder {
public:
    explicit Welder(std::span<Vec3f const> points)
    {
        Imath::Box3d box;
        for (auto const& point : points)
            if (is_finite(point)) box.extendBy(Vec3d(point));
        reach_ = box.isEmpty() ? 0 : 1e-6 * box.size().length();
        cell_ = std::max(2 * reach_, 1e-30);
        places_.reserve(points.size());
    }

    std::int32_t add(Vec3f const& point)
    {
        Vec3d const p(point);
        for (int corner = 0; corner < 8; ++corner) {
            Vec3d const probe(p.x + (corner & 1 ? reach_ : -reach_), p.y + (corner & 2 ? reach_ : -reach_),
                              p.z + (corner & 4 ? reach_ : -reach_));
            auto const [first, last] = places_.equal_range(cell_of(probe));
            for (auto place = first; place != last; ++place)
                if ((Vec3d(unique[place->second]) - p).length() <= reach_) return place->second;
        }
        auto const place = static_cast<std::int32_t>(unique.size());
        unique.push_back(point);
        places_.emplace(cell_of(p), place);
        return place;
    }

    std::vector<Vec3f> unique;

private:
    std::uint64_t cell_of(Vec3d const& p) const
    {
        std::uint64_t hash = 0;
        for (int axis = 0; axis < 3; ++axis)
            hash = mix64(hash ^ std::bit_cast<std::uint64_t>(std::floor(p[axis] / cell_) + 0.0));
        return hash;
    }
    // Points of one cell lie further than reach_ apart, so few of them fit.
    std::unordered_multimap<std::uint64_t, std::int32_t> places_;
    double reach_ = 0, cell_ = 1;
};

/// Makes points unique; returns for every old point its place among them, -1 for what is not finite.
std::vector<std::int32_t> weld(std::vector<Vec3f>& points)
{
    Welder welder(points);
    std::vector<std::int32_t> place_of(points.size(), -1);
    for (std::size_t i = 0; i < points.size(); ++i)
        if (is_finite(points[i])) place_of[i] = welder.add(points[i]);
    points = std::move(welder.unique);
    return place_of;
}

/// The faces being kept: corners refer to the corners of the source mesh for their normals and coordinates.
struct Faces {
    std::vector<std::int32_t> counts, points;
    std::vector<std::size_t> corners;
};

struct Polygon {
    std::vector<std::int32_t> points;
    std::vector<std::size_t> corners;
};

/// The corners of one face without those that repeat their neighbour's point.
Polygon polygon_of(std::span<std::int32_t const> indices, std::size_t begin,
                   std::span<std::int32_t const> place_of)
{
    Polygon polygon;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        auto const point = place_of[indices[i]];
        if (point < 0) return {};
        if (!polygon.points.empty() && polygon.points.back() == point) continue;
        polygon.points.push_back(point);
        polygon.corners.push_back(begin + i);
    }
    while (polygon.points.size() > 1 && polygon.points.front() == polygon.points.back()) {
        polygon.points.pop_back();
        polygon.corners.pop_back();
    }
    return polygon;
}

Vec2d flattened(Vec3f const& p, int drop)
{
    Vec3d const d(p);
    return drop == 0 ? Vec2d(d.y, d.z) : drop == 1 ? Vec2d(d.z, d.x) : Vec2d(d.x, d.y);
}

double cross(Vec2d const& a, Vec2d const& b, Vec2d const& c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/// Cuts a concave polygon into triangles by clipping ears (Meisters 1975) in its dominant plane. A polygon
/// that crosses itself has no ear at some point: the rest becomes a fan.
void clip_ears(Polygon polygon, std::span<Vec3f const> points, Vec3d const& normal, Faces& faces)
{
    int drop = 0;
    for (int axis = 1; axis < 3; ++axis)
        if (std::abs(normal[axis]) > std::abs(normal[drop])) drop = axis;
    auto const turn = normal[drop] < 0 ? -1.0 : 1.0;
    auto const at = [&](std::size_t i) { return flattened(points[polygon.points[i]], drop); };
    auto const emit = [&](std::size_t a, std::size_t b, std::size_t c) {
        faces.counts.push_back(3);
        for (auto const i : {a, b, c}) {
            faces.points.push_back(polygon.points[i]);
            faces.corners.push_back(polygon.corners[i]);
        }
    };
    while (polygon.points.size() > 3) {
        auto const n = polygon.points.size();
        std::size_t ear = n;
        for (std::size_t i = 0; i < n && ear == n; ++i) {
            auto const a = at((i + n - 1) % n), b = at(i), c = at((i + 1) % n);
            if (turn * cross(a, b, c) <= 0) continue;
            bool clear = true;
            for (std::size_t k = 0; k < n && clear; ++k) {
                if (k == i || k == (i + 1) % n || k == (i + n - 1) % n) continue;
                auto const p = at(k);
                clear =
                    !(turn * cross(a, b, p) >= 0 && turn * cross(b, c, p) >= 0 && turn * cross(c, a, p) >= 0);
            }
            if (clear) ear = i;
        }
        if (ear == n) break;
        emit((ear + n - 1) % n, ear, (ear + 1) % n);
        polygon.points.erase(polygon.points.begin() + static_cast<std::ptrdiff_t>(ear));
        polygon.corners.erase(polygon.corners.begin() + static_cast<std::ptrdiff_t>(ear));
    }
    for (std::size_t i = 1; i + 1 < polygon.points.size(); ++i) emit(0, i, i + 1);
}

bool is_convex(Polygon const& polygon, std::span<Vec3f const> points, Vec3d const& normal)
{
    auto const n = polygon.points.size();
    auto const slack = 1e-6 * normal.length2();
    for (std::size_t i = 0; i < n; ++i) {
        Vec3d const a(points[polygon.points[(i + n - 1) % n]]), b(points[polygon.points[i]]),
            c(points[polygon.points[(i + 1) % n]]);
        if ((b - a).cross(c - b).dot(normal) < -slack) return false;
    }
    return true;
}

/// Ears are found in n³ steps at worst: a polygon beyond this is left to the renderer.
constexpr std::size_t longest_clipped = 512;

/// Faces by the points they stand on, to find those that lie in one another.
class SeenFaces {
public:
    explicit SeenFaces(std::size_t faces) { keys_.reserve(faces); }

    /// False when a face over the same points, in any order and direction, or a larger polygon that holds all
    /// three points of a triangle was here before.
    bool add(Polygon const& polygon)
    {
        if (!keys_.insert(key(polygon.points)).second) return false;
        if (polygon.points.size() < 4 || polygon.points.size() > 6) return true;
        for (std::size_t a = 0; a < polygon.points.size(); ++a)
            for (std::size_t b = a + 1; b < polygon.points.size(); ++b)
                for (std::size_t c = b + 1; c < polygon.points.size(); ++c)
                    keys_.insert(key(std::array{polygon.points[a], polygon.points[b], polygon.points[c]}));
        return true;
    }

private:
    static std::uint64_t key(std::span<std::int32_t const> points)
    {
        std::uint64_t sum = points.size(), mixed = 0;
        for (auto const point : points) {
            auto const hash = mix64(static_cast<std::uint64_t>(point) + 1);
            sum += hash;
            mixed ^= hash * 0xbf58476d1ce4e5b9ull;
        }
        return mix64(sum) ^ mixed;
    }
    std::unordered_set<std::uint64_t> keys_;
};

bool looks_away(ModelMesh const& mesh, Polygon const& polygon, Vec3d const& normal)
{
    if (mesh.normals.size() != mesh.indices.size()) return false;
    return std::all_of(polygon.corners.begin(), polygon.corners.end(),
                       [&](std::size_t corner) { return Vec3d(mesh.normals[corner]).dot(normal) < 0; });
}

void add_face(Polygon polygon, ModelMesh const& mesh, std::span<Vec3f const> points, Faces& faces)
{
    auto normal = area_normal(points, polygon.points);
    if (looks_away(mesh, polygon, normal)) {
        std::reverse(polygon.points.begin(), polygon.points.end());
        std::reverse(polygon.corners.begin(), polygon.corners.end());
        normal = -normal;
    }
    if (polygon.points.size() > 3 && polygon.points.size() <= longest_clipped &&
        !is_convex(polygon, points, normal)) {
        clip_ears(std::move(polygon), points, normal, faces);
        return;
    }
    faces.counts.push_back(static_cast<std::int32_t>(polygon.points.size()));
    faces.points.insert(faces.points.end(), polygon.points.begin(), polygon.points.end());
    faces.corners.insert(faces.corners.end(), polygon.corners.begin(), polygon.corners.end());
}

Faces sound_faces(ModelMesh const& mesh, std::span<Vec3f const> points,
                  std::span<std::int32_t const> place_of)
{
    Imath::Box3d box;
    for (auto const& point : points) box.extendBy(Vec3d(point));
    auto const smallest_area = points.empty() ? 0 : 1e-14 * box.size().length2();
    std::vector<Polygon> polygons(mesh.face_counts.size());
    std::size_t begin = 0;
    for (std::size_t face = 0; face < polygons.size(); ++face) {
        auto const count = static_cast<std::size_t>(mesh.face_counts[face]);
        auto polygon = polygon_of(std::span(mesh.indices).subspan(begin, count), begin, place_of);
        begin += count;
        if (polygon.points.size() >= 3 && area_normal(points, polygon.points).length() > smallest_area)
            polygons[face] = std::move(polygon);
    }
    // Larger ones first, so that a triangle inside one of them is the one that goes, wherever it stands.
    SeenFaces seen(polygons.size());
    for (bool const is_large : {true, false})
        for (auto& polygon : polygons)
            if (!polygon.points.empty() && (polygon.points.size() > 3) == is_large && !seen.add(polygon))
                polygon = {};
    Faces faces;
    for (auto& polygon : polygons)
        if (!polygon.points.empty()) add_face(std::move(polygon), mesh, points, faces);
    return faces;
}

template <class T>
std::vector<T> picked(std::vector<T> const& source, std::span<std::size_t const> corners,
                      std::size_t expected)
{
    if (source.size() != expected || source.empty()) return {};
    std::vector<T> result;
    result.reserve(corners.size());
    for (auto const corner : corners) result.push_back(source[corner]);
    return result;
}

void drop_unused_points(ModelMesh& mesh)
{
    std::vector<std::int32_t> place_of(mesh.points.size(), -1);
    std::vector<Vec3f> used;
    for (auto& index : mesh.indices) {
        if (place_of[index] < 0) {
            place_of[index] = static_cast<std::int32_t>(used.size());
            used.push_back(mesh.points[index]);
        }
        index = place_of[index];
    }
    mesh.points = std::move(used);
}

/// Appends `source` to `target`, which holds `before` corners without it; zeros where one of the two has
/// none.
template <class T>
void append_corners(std::vector<T>& target, std::vector<T> const& source, std::size_t before,
                    std::size_t added)
{
    if (target.empty() && source.empty()) return;
    target.resize(before);
    target.insert(target.end(), source.begin(), source.end());
    target.resize(before + added);
}

} // namespace

void make_sound(ModelMesh& mesh)
{
    auto const place_of = weld(mesh.points);
    auto faces = sound_faces(mesh, mesh.points, place_of);
    auto const before = mesh.indices.size();
    mesh.normals = picked(mesh.normals, faces.corners, before);
    mesh.uvs = picked(mesh.uvs, faces.corners, before);
    mesh.colors = picked(mesh.colors, faces.corners, before);
    for (auto& uv : mesh.uvs)
        if (!std::isfinite(uv.x) || !std::isfinite(uv.y)) uv = {0, 0};
    mesh.face_counts = std::move(faces.counts);
    mesh.indices = std::move(faces.points);
    drop_unused_points(mesh);
    // Normals, where there are any, have told the winding already.
    if (mesh.normals.empty()) agree_on_winding(mesh);
}

void append(ModelMesh& target, ModelMesh const& mesh, Matrix4d const& matrix)
{
    auto const first_point = static_cast<std::int32_t>(target.points.size());
    auto const corners = target.indices.size();
    for (auto const& point : mesh.points) {
        Vec3d moved;
        matrix.multVecMatrix(Vec3d(point), moved);
        target.points.emplace_back(moved);
    }
    // Normals go by the inverse transpose; a mirroring matrix turns the winding too.
    auto const mirrored = matrix.determinant() < 0;
    auto normal_matrix = matrix;
    normal_matrix[3][0] = normal_matrix[3][1] = normal_matrix[3][2] = 0;
    normal_matrix = normal_matrix.inverse().transposed();
    std::vector<Vec3f> normals;
    for (auto const& normal : mesh.normals) {
        Vec3d moved;
        normal_matrix.multDirMatrix(Vec3d(normal), moved);
        normals.emplace_back(moved.length() > 0 ? moved.normalized() : moved);
    }
    append_corners(target.normals, normals, corners, mesh.indices.size());
    append_corners(target.uvs, mesh.uvs, corners, mesh.indices.size());
    append_corners(target.colors, mesh.colors, corners, mesh.indices.size());
    for (auto const index : mesh.indices) target.indices.push_back(first_point + index);
    target.face_counts.insert(target.face_counts.end(), mesh.face_counts.begin(), mesh.face_counts.end());
    if (!mirrored) return;
    std::size_t begin = corners;
    for (auto const count : mesh.face_counts) {
        auto const flip = [&](auto& values) {
            if (values.empty()) return;
            auto const first = values.begin() + static_cast<std::ptrdiff_t>(begin);
            std::reverse(first, first + count);
        };
        flip(target.indices);
        flip(target.normals);
        flip(target.uvs);
        flip(target.colors);
        begin += static_cast<std::size_t>(count);
    }
}

namespace {

/// Normals that may stay are made unit length; the others are replaced by `made`.
void mend_normals(ModelMesh& mesh, std::span<Vec3f const> made, bool mend)
{
    constexpr auto furthest_lean = 0.707; // cos 45°
    std::size_t begin = 0;
    for (auto const count : mesh.face_counts) {
        auto const corners = std::span(mesh.indices).subspan(begin, static_cast<std::size_t>(count));
        auto const normals = std::span(mesh.normals).subspan(begin, corners.size());
        auto const face_normal = area_normal(mesh.points, corners).normalized();
        bool keep = true;
        for (auto& normal : normals) {
            auto const length = normal.length();
            if (std::isfinite(length) && length > 1e-6f)
                normal /= length;
            else
                keep = false;
            if (mend && Vec3d(normal).dot(face_normal) < furthest_lean) keep = false;
        }
        if (!keep) std::copy_n(made.begin() + static_cast<std::ptrdiff_t>(begin), count, normals.begin());
        begin += corners.size();
    }
}

} // namespace

void complete_normals(std::vector<ModelMesh>& meshes, float crease_deg, bool mend)
{
    std::vector<Vec3f> points;
    std::vector<std::int32_t> counts, indices;
    for (auto const& mesh : meshes) {
        auto const first = static_cast<std::int32_t>(points.size());
        points.insert(points.end(), mesh.points.begin(), mesh.points.end());
        counts.insert(counts.end(), mesh.face_counts.begin(), mesh.face_counts.end());
        for (auto const index : mesh.indices) indices.push_back(first + index);
    }
    auto const place_of = weld(points);
    for (auto& index : indices) index = place_of[index];
    auto const smooth = crease_normals(points, counts, indices, crease_deg);

    std::size_t begin = 0;
    for (auto& mesh : meshes) {
        auto const own = std::span(smooth).subspan(begin, mesh.indices.size());
        begin += mesh.indices.size();
        if (normals_worth_keeping(mesh))
            mend_normals(mesh, own, mend);
        else
            mesh.normals.assign(own.begin(), own.end());
    }
}

} // namespace soulvan::interchange
