// What are the triangles of one gprim? Reads, refines, cuts polygons and expands primvars.
#include "soulvan/geometry/triangles.h"

#include "gprim.h"
#include "mesh_read.h"
#include "polygon.h"
#include "subdivide.h"

#include <algorithm>
#include <cmath>

namespace soulvan::geometry {
namespace {

/// The corners of the polygon mesh that each triangle is made of.
using TriangleCorners = std::vector<std::array<std::uint32_t, 3>>;

TriangleCorners cut_faces(PolygonMesh const& mesh, std::vector<std::uint32_t>& triangle_face)
{
    TriangleCorners corners;
    corners.reserve(mesh.corners.size());
    PolygonCutter cutter;
    std::vector<std::array<std::uint32_t, 3>> local;
    std::vector<Vec3f> polygon;
    std::uint32_t first = 0;
    for (std::size_t face = 0; face < mesh.face_sizes.size(); ++face) {
        auto const size = static_cast<std::uint32_t>(mesh.face_sizes[face]);
        if (size >= 3 && (mesh.hole.empty() || !mesh.hole[face])) {
            polygon.clear();
            for (std::uint32_t i = 0; i < size; ++i)
                polygon.push_back(mesh.points[static_cast<std::size_t>(mesh.corners[first + i])]);
            local.clear();
            cutter.cut(polygon, local);
            for (auto [a, b, c] : local) {
                if (mesh.left_handed) std::swap(b, c);
                corners.push_back({first + a, first + b, first + c});
                triangle_face.push_back(mesh.origin(face));
            }
        }
        first += size;
    }
    return corners;
}

/// Face-varying values that agree wherever corners share a point are point values: a third of the memory.
template <class T>
std::optional<std::vector<T>> welded(RawPrimvar<T> const& primvar, PolygonMesh const& mesh)
{
    std::vector<std::uint8_t> seen(mesh.points.size(), 0);
    std::vector<T> values(mesh.points.size(), T(0));
    for (std::size_t corner = 0; corner < mesh.corners.size(); ++corner) {
        auto const point = static_cast<std::size_t>(mesh.corners[corner]);
        if (!seen[point]) {
            seen[point] = 1;
            values[point] = primvar[corner];
        } else if (!(values[point] == primvar[corner])) {
            return std::nullopt;
        }
    }
    return values;
}

template <class T>
std::vector<T> flattened(RawPrimvar<T>& primvar)
{
    if (primvar.indices.empty()) return std::move(primvar.values);
    std::vector<T> values;
    values.reserve(primvar.indices.size());
    for (std::size_t i = 0; i < primvar.indices.size(); ++i) values.push_back(primvar[i]);
    return values;
}

/// Expands a primvar to a rate that triangles can use; `compact` keeps constant and per-face values as they
/// are.
template <class T>
Primvar<T> expand(RawPrimvar<T>& primvar, PolygonMesh const& mesh, TriangleCorners const& corners,
                  std::vector<std::uint32_t> const& triangle_face, bool compact)
{
    Primvar<T> out{primvar.name, Rate::per_point, {}};
    switch (primvar.interpolation) {
    case Interpolation::constant:
        out.rate = compact ? Rate::constant : Rate::per_point;
        out.values.assign(compact ? 1 : mesh.points.size(), primvar[0]);
        break;
    case Interpolation::uniform:
        if (compact) {
            out.rate = Rate::per_face;
            out.values = flattened(primvar);
            break;
        }
        out.rate = Rate::per_corner;
        for (auto const face : triangle_face) out.values.insert(out.values.end(), 3, primvar[face]);
        break;
    case Interpolation::varying:
    case Interpolation::vertex:
        out.values = flattened(primvar);
        break;
    case Interpolation::face_varying:
        if (auto values = welded(primvar, mesh)) {
            out.values = std::move(*values);
            break;
        }
        out.rate = Rate::per_corner;
        out.values.reserve(corners.size() * 3);
        for (auto const& triangle : corners)
            for (auto const corner : triangle) out.values.push_back(primvar[corner]);
        break;
    }
    return out;
}

Vec3f face_normal(TriangleMesh const& mesh, std::size_t triangle)
{
    auto const& [a, b, c] = mesh.triangles[triangle];
    return (mesh.points[b] - mesh.points[a]).cross(mesh.points[c] - mesh.points[a]).normalized();
}

/// Makes normals one long. Zero ones take the direction of a face they belong to.
void normalize_normals(TriangleMesh& mesh, std::string const& name)
{
    std::vector<std::uint32_t> broken;
    for (std::size_t i = 0; i < mesh.normals.size(); ++i) {
        auto const length = mesh.normals[i].length();
        if (length > 0)
            mesh.normals[i] /= length;
        else
            broken.push_back(static_cast<std::uint32_t>(i));
    }
    if (broken.empty()) return;
    std::size_t repaired = 0;
    for (std::size_t triangle = 0; triangle < mesh.triangles.size(); ++triangle)
        for (std::size_t k = 0; k < 3; ++k) {
            auto const at =
                mesh.normals_rate == Rate::per_corner ? triangle * 3 + k : mesh.triangles[triangle][k];
            if (mesh.normals[at].length2() > 0) continue;
            mesh.normals[at] = face_normal(mesh, triangle);
            ++repaired;
        }
    for (auto const at : broken) // of points that no triangle uses, or of triangles without area
        if (!(mesh.normals[at].length2() > 0)) mesh.normals[at] = {0, 0, 1};
    if (repaired > 0)
        mesh.notes.push_back(
            fmt::format("{}: {} normals have no direction; those of the faces stand in", name, repaired));
}

TriangleMesh to_triangles(PolygonMesh mesh, std::string const& name, std::vector<std::string> notes)
{
    TriangleMesh out;
    auto const corners = cut_faces(mesh, out.triangle_face);
    out.triangles.reserve(corners.size());
    for (auto const& [a, b, c] : corners)
        out.triangles.push_back({static_cast<std::uint32_t>(mesh.corners[a]),
                                 static_cast<std::uint32_t>(mesh.corners[b]),
                                 static_cast<std::uint32_t>(mesh.corners[c])});
    for (auto& uv : mesh.primvars.uvs) out.uvs.push_back(expand(uv, mesh, corners, out.triangle_face, false));
    for (auto& color : mesh.primvars.colors)
        out.colors.push_back(expand(color, mesh, corners, out.triangle_face, true));
    for (auto& scalar : mesh.primvars.scalars)
        out.scalars.push_back(expand(scalar, mesh, corners, out.triangle_face, true));
    if (mesh.primvars.normals) {
        auto normals = expand(*mesh.primvars.normals, mesh, corners, out.triangle_face, false);
        out.normals = std::move(normals.values);
        out.normals_rate = normals.rate;
    }
    out.points = std::move(mesh.points);
    out.left_handed = mesh.left_handed;
    out.double_sided = mesh.double_sided;
    out.notes = std::move(notes);
    normalize_normals(out, name);
    return out;
}

/// The level that keeps the refined mesh within `most_faces`: every level makes one quad of each corner.
int affordable_level(PolygonMesh const& mesh, TriangulateOptions const& options, std::string const& name,
                     std::vector<std::string>& notes)
{
    int level = std::clamp(options.subdivision_level, 0, 8);
    auto const faces_at = [&](int l) {
        return l == 0 ? mesh.face_sizes.size() : mesh.corners.size() << (2 * (l - 1));
    };
    for (int more = 0; more < 2 && level > 0 && faces_at(level) < options.least_refined_faces; ++more)
        ++level;
    int const wanted = level;
    while (level > 0 && faces_at(level) > options.most_refined_faces) --level;
    if (level < wanted)
        notes.push_back(fmt::format("{}: subdivided to level {} instead of {}, which would be {} faces", name,
                                    level, wanted, faces_at(wanted)));
    return level;
}

bool is_planar(PolygonMesh const& mesh)
{
    std::size_t first = 0;
    for (auto const size : mesh.face_sizes) {
        auto const n = static_cast<std::size_t>(size);
        auto const at = [&](std::size_t i) {
            return Vec3d(mesh.points[static_cast<std::size_t>(mesh.corners[first + i])]);
        };
        if (n > 3) {
            auto const normal = (at(1) - at(0)).cross(at(2) - at(0));
            for (std::size_t i = 3; i < n; ++i) {
                auto const d = at(i) - at(0);
                // Out of the plane by a thousandth of the distance: less than anyone can see.
                if (std::abs(normal.dot(d)) > 1e-3 * normal.length() * d.length()) return false;
            }
        }
        first += n;
    }
    return true;
}

Result<PolygonMesh> refined(PolygonMesh mesh, TriangulateOptions const& options, std::string const& name,
                            std::vector<std::string>& notes)
{
    if (mesh.rules.scheme == Scheme::none || mesh.face_sizes.empty()) return mesh;
    auto const authored_normals = mesh.primvars.normals;
    bool const bilinear = mesh.rules.scheme == Scheme::bilinear;
    int const level = affordable_level(mesh, options, name, notes);
    if (level > 0 && !(bilinear && is_planar(mesh))) return subdivide(std::move(mesh), level, name, notes);
    // A cage drawn as it is. UsdGeomMesh: authored normals count for polygonal meshes alone, bilinear ones
    // among them.
    if (!bilinear)
        mesh.primvars.normals = RawPrimvar<Vec3f>{"normals", Interpolation::vertex, smooth_normals(mesh), {}};
    return mesh;
}

/// Primvars of a parametric shape: only constant ones have a meaning, there are no points to vary over.
Result<> add_shape_primvars(usd::Prim const& gprim, usd::Time time, TriangulateOptions const& options,
                            TriangleMesh& mesh)
{
    auto const primvars =
        TRY(read_primvars(gprim, time, ElementCounts{1, 1, 1}, options.primvars, mesh.notes));
    for (auto const& color : primvars.colors) mesh.colors.push_back({color.name, Rate::constant, {color[0]}});
    for (auto const& scalar : primvars.scalars)
        mesh.scalars.push_back({scalar.name, Rate::constant, {scalar[0]}});
    for (auto const& uv : primvars.uvs) {
        if (uv.name == "st") mesh.uvs.clear();
        mesh.uvs.push_back({uv.name, Rate::per_point, std::vector<Vec2f>(mesh.points.size(), uv[0])});
    }
    if (gprim.get_or<usd::Token>("orientation", usd::Token("rightHanded")) == "leftHanded") {
        mesh.left_handed = true;
        for (auto& triangle : mesh.triangles) std::swap(triangle[1], triangle[2]);
        for (auto& normal : mesh.normals) normal = -normal;
    }
    return {};
}

} // namespace

Result<TriangleMesh> triangulate(usd::Prim const& gprim, usd::Time time, TriangulateOptions const& options)
{
    auto const name = gprim.path().str();
    if (gprim.type_name() == "Mesh") {
        std::vector<std::string> notes;
        auto mesh = TRY(read_mesh(gprim, time, options.primvars, notes));
        auto fine = TRY(refined(std::move(mesh), options, name, notes));
        return to_triangles(std::move(fine), name, std::move(notes));
    }
    auto shape = TRY(triangulate_shape(gprim, time));
    if (!shape)
        return fail(Errc::unsupported, "{}: a {} cannot be made into triangles; convert it to a Mesh", name,
                    gprim.type_name().str());
    TRY(add_shape_primvars(gprim, time, options, *shape));
    return *std::move(shape);
}

} // namespace soulvan::geometry
