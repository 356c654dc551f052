// What does a Mesh prim say? Its polygons, primvars and subdivision rules as plain arrays, checked.
#include "mesh_read.h"

#include "soulvan/geometry/triangles.h"

#include <algorithm>
#include <cmath>

namespace soulvan::geometry {
namespace {

std::string where(usd::Prim const& prim, std::string_view attribute)
{
    return fmt::format("{}.{}", prim.path().str(), attribute);
}

std::string token(usd::Prim const& prim, std::string_view name, std::string_view fallback,
                  usd::Time time = {})
{
    return prim.get_or<usd::Token>(name, usd::Token(fallback), time).str();
}

std::vector<std::int32_t> ints(usd::Prim const& prim, std::string_view name, usd::Time time)
{
    auto const found = prim.get<usd::Array<std::int32_t>>(name, time);
    return found ? std::vector<std::int32_t>(found->begin(), found->end()) : std::vector<std::int32_t>{};
}

std::vector<float> floats(usd::Prim const& prim, std::string_view name, usd::Time time)
{
    auto const found = prim.get<usd::Array<float>>(name, time);
    return found ? std::vector<float>(found->begin(), found->end()) : std::vector<float>{};
}

Result<> check_indices(usd::Prim const& prim, std::string_view attribute,
                       std::span<std::int32_t const> indices, std::size_t bound, std::string_view of)
{
    for (std::size_t i = 0; i < indices.size(); ++i)
        if (indices[i] < 0 || static_cast<std::size_t>(indices[i]) >= bound)
            return fail(Errc::invalid_input, "{}: element {} is {}, but the mesh has {} {}",
                        where(prim, attribute), i, indices[i], bound, of);
    return {};
}

Result<> check_sharpness(usd::Prim const& prim, std::string_view attribute, std::span<float const> values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isnan(values[i]))
            return fail(Errc::invalid_input, "{}: element {} is not a number", where(prim, attribute), i);
    return {};
}

Result<> read_topology(usd::Prim const& prim, usd::Time time, PolygonMesh& mesh)
{
    mesh.points = read_vec3f_array(prim, "points", time).value_or(std::vector<Vec3f>{});
    TRY(check_finite(prim, "points", mesh.points));
    mesh.face_sizes = ints(prim, "faceVertexCounts", time);
    mesh.corners = ints(prim, "faceVertexIndices", time);
    std::size_t sum = 0;
    for (std::size_t face = 0; face < mesh.face_sizes.size(); ++face) {
        if (mesh.face_sizes[face] < 0)
            return fail(Errc::invalid_input, "{}: element {} is {}, a face cannot have fewer than no corners",
                        where(prim, "faceVertexCounts"), face, mesh.face_sizes[face]);
        sum += static_cast<std::size_t>(mesh.face_sizes[face]);
    }
    if (sum != mesh.corners.size())
        return fail(Errc::invalid_input, "{}: the counts add up to {}, but faceVertexIndices has {} elements",
                    where(prim, "faceVertexCounts"), sum, mesh.corners.size());
    if (mesh.corners.size() > std::size_t{1} << 31)
        return fail(Errc::limit, "{}: {} corners are more than one mesh can have here; split it",
                    where(prim, "faceVertexIndices"), mesh.corners.size());
    TRY(check_indices(prim, "faceVertexIndices", mesh.corners, mesh.points.size(), "points"));

    auto const holes = ints(prim, "holeIndices", time);
    TRY(check_indices(prim, "holeIndices", holes, mesh.face_sizes.size(), "faces"));
    if (!holes.empty()) {
        mesh.hole.assign(mesh.face_sizes.size(), 0);
        for (auto const face : holes) mesh.hole[static_cast<std::size_t>(face)] = 1;
    }
    return {};
}

/// creaseLengths cuts creaseIndices into chains; sharpness is given per chain or per edge.
Result<> read_creases(usd::Prim const& prim, usd::Time time, std::size_t points, SubdivisionRules& rules)
{
    auto const indices = ints(prim, "creaseIndices", time);
    auto const lengths = ints(prim, "creaseLengths", time);
    auto const sharpness = floats(prim, "creaseSharpnesses", time);
    TRY(check_indices(prim, "creaseIndices", indices, points, "points"));
    TRY(check_sharpness(prim, "creaseSharpnesses", sharpness));
    std::size_t total = 0, edges = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (lengths[i] < 2)
            return fail(Errc::invalid_input, "{}: element {} is {}, a crease has at least 2 points",
                        where(prim, "creaseLengths"), i, lengths[i]);
        total += static_cast<std::size_t>(lengths[i]);
        edges += static_cast<std::size_t>(lengths[i]) - 1;
    }
    if (total != indices.size())
        return fail(Errc::invalid_input, "{}: the lengths add up to {}, but creaseIndices has {} elements",
                    where(prim, "creaseLengths"), total, indices.size());
    if (sharpness.size() != lengths.size() && sharpness.size() != edges)
        return fail(Errc::invalid_input,
                    "{}: has {} elements; one for each of {} creases or {} edges is needed",
                    where(prim, "creaseSharpnesses"), sharpness.size(), lengths.size(), edges);
    bool const per_edge = sharpness.size() == edges && edges != lengths.size();
    std::size_t first = 0, edge = 0;
    for (std::size_t chain = 0; chain < lengths.size(); ++chain) {
        for (std::size_t i = 1; i < static_cast<std::size_t>(lengths[chain]); ++i, ++edge) {
            rules.crease_edges.push_back(indices[first + i - 1]);
            rules.crease_edges.push_back(indices[first + i]);
            rules.crease_sharpness.push_back(sharpness[per_edge ? edge : chain]);
        }
        first += static_cast<std::size_t>(lengths[chain]);
    }
    return {};
}

Result<> read_rules(usd::Prim const& prim, usd::Time time, std::size_t points, SubdivisionRules& rules)
{
    auto const scheme = token(prim, "subdivisionScheme", "catmullClark");
    if (scheme == "none")
        rules.scheme = Scheme::none;
    else if (scheme == "catmullClark")
        rules.scheme = Scheme::catmull_clark;
    else if (scheme == "loop")
        rules.scheme = Scheme::loop;
    else if (scheme == "bilinear")
        rules.scheme = Scheme::bilinear;
    else
        return fail(Errc::invalid_input, "{}: \"{}\" is none of catmullClark, loop, bilinear, none",
                    where(prim, "subdivisionScheme"), scheme);
    if (rules.scheme == Scheme::none) return {};
    rules.interpolate_boundary = token(prim, "interpolateBoundary", rules.interpolate_boundary, time);
    rules.face_varying_linear_interpolation =
        token(prim, "faceVaryingLinearInterpolation", rules.face_varying_linear_interpolation, time);
    rules.triangle_rule = token(prim, "triangleSubdivisionRule", rules.triangle_rule, time);
    TRY(read_creases(prim, time, points, rules));
    rules.corner_points = ints(prim, "cornerIndices", time);
    rules.corner_sharpness = floats(prim, "cornerSharpnesses", time);
    TRY(check_indices(prim, "cornerIndices", rules.corner_points, points, "points"));
    TRY(check_sharpness(prim, "cornerSharpnesses", rules.corner_sharpness));
    if (rules.corner_points.size() != rules.corner_sharpness.size())
        return fail(Errc::invalid_input, "{}: has {} elements, but cornerIndices has {}",
                    where(prim, "cornerSharpnesses"), rules.corner_sharpness.size(),
                    rules.corner_points.size());
    return {};
}

} // namespace

Result<PolygonMesh> read_mesh(usd::Prim const& prim, usd::Time time,
                              std::optional<std::vector<std::string>> const& wanted_primvars,
                              std::vector<std::string>& notes)
{
    PolygonMesh mesh;
    TRY(read_topology(prim, time, mesh));
    TRY(read_rules(prim, time, mesh.points.size(), mesh.rules));
    ElementCounts const counts{mesh.face_sizes.size(), mesh.points.size(), mesh.corners.size()};
    mesh.primvars = TRY(read_primvars(prim, time, counts, wanted_primvars, notes));
    mesh.left_handed = token(prim, "orientation", "rightHanded") == "leftHanded";
    mesh.double_sided = prim.get_or<usd::Bool>("doubleSided", usd::Bool{false}).value;
    return mesh;
}

std::vector<Subset> material_subsets(usd::Prim const& mesh, usd::Time time)
{
    std::vector<Subset> subsets;
    for (auto const& child : mesh.children()) {
        if (child.type_name() != "GeomSubset") continue;
        if (token(child, "elementType", "face") != "face") continue;
        auto const family = token(child, "familyName", "");
        // Exporters forget the family; a subset that binds a material means it all the same.
        if (family != "materialBind" && !(family.empty() && child.has_relationship("material:binding")))
            continue;
        Subset subset{child.path(), {}};
        for (auto const face : ints(child, "indices", time))
            if (face >= 0) subset.faces.push_back(static_cast<std::uint32_t>(face));
        subsets.push_back(std::move(subset));
    }
    return subsets;
}

} // namespace soulvan::geometry
