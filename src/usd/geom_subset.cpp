// Which elements of a mesh do its GeomSubsets name, and do their families hold what they promise?
#include "geom_detail.h"

#include <algorithm>
#include <set>

namespace soulvan::usd::geom {

namespace {

using Edge = std::pair<std::int32_t, std::int32_t>;

Edge edge_between(std::int32_t a, std::int32_t b)
{
    return {std::min(a, b), std::max(a, b)};
}

bool takes(Prim const& geometry, std::string_view element_type)
{
    if (geometry.is_a("Mesh"))
        return element_type == "face" || element_type == "point" || element_type == "edge";
    return geometry.is_a("TetMesh") && (element_type == "face" || element_type == "tetrahedron");
}

/// The edges of all faces; nothing when the topology does not fit together.
std::optional<std::set<Edge>> mesh_edges(Prim const& geometry, Time time)
{
    auto const counts = detail::get<Array<std::int32_t>>(geometry, "faceVertexCounts", time);
    auto const indices = detail::get<Array<std::int32_t>>(geometry, "faceVertexIndices", time);
    if (!counts || !indices) return std::nullopt;
    std::set<Edge> edges;
    std::size_t first = 0;
    for (auto const count : *counts) {
        auto const size = static_cast<std::size_t>(std::max(count, 0));
        if (size > indices->size() - first) return std::nullopt;
        for (std::size_t i = 0; i < size; ++i)
            edges.insert(edge_between((*indices)[first + i], (*indices)[first + (i + 1) % size]));
        first += size;
    }
    return edges;
}

std::vector<Edge> subset_edges(Prim const& subset, Time time)
{
    auto const indices = detail::get_or(subset, "indices", Array<std::int32_t>(), time);
    std::vector<Edge> edges;
    for (std::size_t i = 0; i + 1 < indices.size(); i += 2)
        edges.push_back(edge_between(indices[i], indices[i + 1]));
    return edges;
}

template <class T>
std::size_t length_of(Prim const& prim, std::string_view name, Time time)
{
    auto const array = detail::get<Array<T>>(prim, name, time);
    return array ? array->size() : 0;
}

bool is_count_varying(Prim const& geometry, std::string_view element_type)
{
    auto const varies = [&](std::string_view name) {
        auto const attribute = geometry.attribute(name);
        return attribute && attribute->is_time_varying();
    };
    if (element_type == "face")
        return varies(geometry.is_a("Mesh") ? "faceVertexCounts" : "surfaceFaceVertexIndices");
    if (element_type == "point") return varies("points");
    if (element_type == "edge") return varies("faceVertexCounts") || varies("faceVertexIndices");
    return varies("tetVertexIndices");
}

std::string name_of(Time time)
{
    return time.is_default() ? "the default time" : fmt::format("time {}", time.code());
}

/// Checks one family at one time after the other.
class FamilyCheck {
public:
    FamilyCheck(Prim const& geometry, std::string_view element_type, std::string_view family)
        : geometry_(geometry),
          element_type_(element_type),
          subsets_(subsets(geometry, element_type, family)),
          family_type_(subset_family_type(geometry, family))
    {}

    std::vector<std::string> run()
    {
        bool const is_varying = is_count_varying(geometry_, element_type_);
        auto const count = element_count(geometry_, element_type_, Time::earliest());
        if (!is_varying && count == 0) tell("the element count is not known");
        std::set<double> times;
        for (auto const& subset : subsets_)
            if (auto const indices = subset.attribute("indices"))
                for (double const time : indices->time_samples()) times.insert(time);
        std::vector<Time> all{Time()};
        all.insert(all.end(), times.begin(), times.end());
        for (Time const time : all)
            check(time, is_varying ? element_count(geometry_, element_type_, time) : count, is_varying);
        if (!has_indices_) tell("the family has no indices at any time");
        return std::move(problems_);
    }

private:
    void tell(std::string problem)
    {
        problems_.push_back(fmt::format("<{}>: {}", geometry_.path().str(), problem));
    }
    bool is_restricted() const { return family_type_ != "unrestricted"; }
    bool is_partition() const { return family_type_ == "partition"; }

    void check(Time time, std::size_t count, bool is_varying)
    {
        auto const used = indices_at(time);
        if (!used.empty() && is_varying && count == 0)
            tell(fmt::format("there are no elements at {}, but indices", name_of(time)));
        if (element_type_ == "edge")
            check_edges(time);
        else if (is_partition() && used.size() != count)
            tell(
                fmt::format("{} different indices at {} for {} elements", used.size(), name_of(time), count));
        if (used.empty()) return;
        has_indices_ = true;
        if (count > 0 && *used.rbegin() >= 0 && static_cast<std::size_t>(*used.rbegin()) >= count)
            tell(fmt::format("index {} at {} is beyond the {} elements", *used.rbegin(), name_of(time),
                             count));
        if (*used.begin() < 0) tell(fmt::format("index {} at {} is negative", *used.begin(), name_of(time)));
    }

    std::set<std::int32_t> indices_at(Time time)
    {
        std::set<std::int32_t> used;
        for (auto const& subset : subsets_) {
            auto const indices = detail::get_or(subset, "indices", Array<std::int32_t>(), time);
            bool const is_edges = element_type_ == "edge";
            if (is_edges && indices.size() % 2 != 0)
                tell(fmt::format("<{}> has an odd number of indices at {}, but edges have two each",
                                 subset.path().str(), name_of(time)));
            for (auto const index : indices)
                if (!used.insert(index).second && is_restricted() && !is_edges)
                    tell(fmt::format("<{}> repeats index {} at {}", subset.path().str(), index,
                                     name_of(time)));
        }
        return used;
    }

    void check_edges(Time time)
    {
        std::set<Edge> used;
        for (auto const& subset : subsets_)
            for (auto const& edge : subset_edges(subset, time))
                if (!used.insert(edge).second && is_restricted())
                    tell(fmt::format("<{}> repeats edge ({}, {}) at {}", subset.path().str(), edge.first,
                                     edge.second, name_of(time)));
        auto const edges = mesh_edges(geometry_, time);
        if (edges && !std::includes(edges->begin(), edges->end(), used.begin(), used.end()))
            tell(fmt::format("an edge at {} is none of the mesh", name_of(time)));
        if (is_partition() && edges && !std::includes(used.begin(), used.end(), edges->begin(), edges->end()))
            tell(fmt::format("an edge of the mesh is in no subset at {}", name_of(time)));
    }

    Prim geometry_;
    std::string_view element_type_;
    std::vector<Prim> subsets_;
    Token family_type_;
    std::vector<std::string> problems_;
    bool has_indices_ = false;
};

} // namespace

std::vector<Prim> subsets(Prim const& geometry, std::string_view element_type, std::string_view family)
{
    std::vector<Prim> result;
    for (auto const& child : geometry.children()) {
        if (!child.is_a("GeomSubset")) continue;
        if (!element_type.empty() && detail::get_or(child, "elementType", Token(), {}) != element_type)
            continue;
        if (!family.empty() && detail::get_or(child, "familyName", Token(), {}) != family) continue;
        result.push_back(child);
    }
    return result;
}

std::vector<Token> subset_family_names(Prim const& geometry)
{
    std::set<Token> names;
    for (auto const& subset : subsets(geometry))
        if (auto const name = detail::get_or(subset, "familyName", Token(), {}); !name.empty())
            names.insert(name);
    return {names.begin(), names.end()};
}

Token subset_family_type(Prim const& geometry, std::string_view family)
{
    static Token const unrestricted("unrestricted");
    auto const type =
        detail::get_or(geometry, fmt::format("subsetFamily:{}:familyType", family), Token(), {});
    return type.empty() ? unrestricted : type;
}

std::size_t element_count(Prim const& geometry, std::string_view element_type, Time time)
{
    if (element_type == "face" && geometry.is_a("Mesh"))
        return length_of<std::int32_t>(geometry, "faceVertexCounts", time);
    if (element_type == "face" && geometry.is_a("TetMesh"))
        return length_of<Vec3i>(geometry, "surfaceFaceVertexIndices", time);
    if (element_type == "point") return length_of<Vec3f>(geometry, "points", time);
    if (element_type == "tetrahedron") return length_of<Vec4i>(geometry, "tetVertexIndices", time);
    if (element_type != "edge") return 0;
    auto const edges = mesh_edges(geometry, time);
    return edges ? edges->size() : 0;
}

std::vector<std::int32_t> unassigned_indices(Prim const& geometry, std::string_view element_type,
                                             std::string_view family, Time time)
{
    std::vector<std::int32_t> result;
    if (!takes(geometry, element_type)) return result;
    auto const members = subsets(geometry, element_type, family);
    if (element_type == "edge") {
        std::set<Edge> used;
        for (auto const& subset : members)
            for (auto const& edge : subset_edges(subset, time)) used.insert(edge);
        for (auto const& edge : mesh_edges(geometry, time).value_or(std::set<Edge>()))
            if (!used.contains(edge)) result.insert(result.end(), {edge.first, edge.second});
        return result;
    }
    std::set<std::int32_t> used;
    for (auto const& subset : members)
        for (auto const index : detail::get_or(subset, "indices", Array<std::int32_t>(), time))
            used.insert(index);
    auto const count = static_cast<std::int32_t>(element_count(geometry, element_type, time));
    for (std::int32_t i = 0; i < count; ++i)
        if (!used.contains(i)) result.push_back(i);
    return result;
}

std::vector<std::string> subset_family_problems(Prim const& geometry, std::string_view element_type,
                                                std::string_view family)
{
    if (!takes(geometry, element_type))
        return {fmt::format("<{}>: a {} has no subsets of element type \"{}\"", geometry.path().str(),
                            geometry.type_name().str(), element_type)};
    return FamilyCheck(geometry, element_type, family).run();
}

} // namespace soulvan::usd::geom
