// What is the limit surface of a subdivision mesh? A finer mesh on it, by OpenSubdiv.
#include "subdivide.h"

#include <opensubdiv/far/primvarRefiner.h>
#include <opensubdiv/far/topologyDescriptor.h>
#include <opensubdiv/far/topologyRefiner.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace soulvan::geometry {
namespace {

namespace Far = OpenSubdiv::Far;
namespace Sdc = OpenSubdiv::Sdc;
using FactoryOptions = Far::TopologyRefinerFactory<Far::TopologyDescriptor>::Options;
using Factory = Far::TopologyRefinerFactory<Far::TopologyDescriptor>;

/// What OpenSubdiv asks of a value: a weighted sum.
template <class T>
struct Summed {
    T value{};
    void Clear() { value = T(0); }
    void AddWithWeight(Summed const& source, float weight) { value += source.value * weight; }
};

/// The cage without corners that repeat a point: OpenSubdiv builds no edges from a point to itself.
struct CleanCage {
    std::vector<int> sizes, points;
    std::vector<std::size_t> corner;   ///< the authored corner behind each
    std::vector<std::uint32_t> origin; ///< the authored face
    std::vector<int> holes;
    std::size_t dropped = 0;
};

bool repeats(std::span<int const> face)
{
    if (face.size() <= 4) {
        for (std::size_t i = 0; i < face.size(); ++i)
            for (std::size_t j = i + 1; j < face.size(); ++j)
                if (face[i] == face[j]) return true;
        return false;
    }
    std::vector<int> sorted(face.begin(), face.end());
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

CleanCage clean(PolygonMesh const& cage)
{
    CleanCage out;
    out.points.reserve(cage.corners.size());
    out.corner.reserve(cage.corners.size());
    std::size_t first = 0;
    for (std::size_t face = 0; face < cage.face_sizes.size(); ++face) {
        auto const size = static_cast<std::size_t>(cage.face_sizes[face]);
        auto const start = out.points.size();
        for (std::size_t i = 0; i < size; ++i) {
            auto const point = cage.corners[first + i];
            if (point == cage.corners[first + (i + 1) % size]) continue;
            out.points.push_back(point);
            out.corner.push_back(first + i);
        }
        first += size;
        auto const kept = out.points.size() - start;
        if (kept < 3 || repeats({out.points.data() + start, kept})) {
            out.points.resize(start);
            out.corner.resize(start);
            ++out.dropped;
            continue;
        }
        if (!cage.hole.empty() && cage.hole[face]) out.holes.push_back(static_cast<int>(out.sizes.size()));
        out.sizes.push_back(static_cast<int>(kept));
        out.origin.push_back(cage.origin(face));
    }
    return out;
}

Sdc::Options scheme_options(SubdivisionRules const& rules)
{
    Sdc::Options options;
    options.SetVtxBoundaryInterpolation(rules.interpolate_boundary == "none" ? Sdc::Options::VTX_BOUNDARY_NONE
                                        : rules.interpolate_boundary == "edgeOnly"
                                            ? Sdc::Options::VTX_BOUNDARY_EDGE_ONLY
                                            : Sdc::Options::VTX_BOUNDARY_EDGE_AND_CORNER);
    auto const& linear = rules.face_varying_linear_interpolation;
    options.SetFVarLinearInterpolation(linear == "none"           ? Sdc::Options::FVAR_LINEAR_NONE
                                       : linear == "cornersOnly"  ? Sdc::Options::FVAR_LINEAR_CORNERS_ONLY
                                       : linear == "cornersPlus2" ? Sdc::Options::FVAR_LINEAR_CORNERS_PLUS2
                                       : linear == "boundaries"   ? Sdc::Options::FVAR_LINEAR_BOUNDARIES
                                       : linear == "all"          ? Sdc::Options::FVAR_LINEAR_ALL
                                                                  : Sdc::Options::FVAR_LINEAR_CORNERS_PLUS1);
    options.SetTriangleSubdivision(rules.triangle_rule == "smooth" ? Sdc::Options::TRI_SUB_SMOOTH
                                                                   : Sdc::Options::TRI_SUB_CATMARK);
    return options;
}

/// The values of a face-varying primvar and which of them each corner uses: its topology. Without authored
/// indices, equal values at one point are one value; else every edge would be a seam.
template <class T>
struct Channel {
    std::vector<T> values;
    std::vector<int> of_corner;
};

template <class T>
Channel<T> channel_of(RawPrimvar<T> const& primvar, CleanCage const& cage, std::size_t points)
{
    Channel<T> channel;
    channel.of_corner.resize(cage.corner.size());
    if (!primvar.indices.empty()) {
        channel.values = primvar.values;
        for (std::size_t i = 0; i < cage.corner.size(); ++i)
            channel.of_corner[i] = primvar.indices[cage.corner[i]];
        return channel;
    }
    std::vector<int> first(points, -1), following; // values met at each point, as linked lists
    for (std::size_t i = 0; i < cage.corner.size(); ++i) {
        auto const& value = primvar.values[cage.corner[i]];
        auto& head = first[static_cast<std::size_t>(cage.points[i])];
        int found = head;
        // A point where thousands of different values meet would make this quadratic: past 32 they are all
        // seams.
        for (int steps = 0; found >= 0 && !(channel.values[static_cast<std::size_t>(found)] == value);
             ++steps)
            found = steps < 32 ? following[static_cast<std::size_t>(found)] : -1;
        if (found < 0) {
            found = static_cast<int>(channel.values.size());
            channel.values.push_back(value);
            following.push_back(head);
            head = found;
        }
        channel.of_corner[i] = found;
    }
    return channel;
}

template <class T>
std::vector<Summed<T>> summed(std::vector<T> const& values, std::size_t capacity)
{
    std::vector<Summed<T>> out;
    out.reserve(std::max(capacity, values.size()));
    for (auto const& value : values) out.push_back({value});
    return out;
}

template <class T>
std::vector<T> plain(std::vector<Summed<T>> const& values)
{
    std::vector<T> out;
    out.reserve(values.size());
    for (auto const& value : values) out.push_back(value.value);
    return out;
}

/// One cage on its way through a refiner.
class Refinement {
public:
    Refinement(Far::TopologyRefiner const& refiner, int levels)
        : refiner_(refiner),
          primvars_(refiner),
          levels_(levels),
          last_(refiner.GetLevel(levels))
    {}

    /// Runs `step(level, from, to)` through all levels and returns the last one's values.
    template <class T, class Step, class Count>
    std::vector<Summed<T>> through(std::vector<T> const& values, Count count, Step step) const
    {
        auto current = summed(values, 0);
        for (int level = 1; level <= levels_; ++level) {
            std::vector<Summed<T>> next(static_cast<std::size_t>(count(level)));
            auto* to = next.data();
            step(level, current.data(), to);
            current = std::move(next);
        }
        return current;
    }
    template <class T>
    std::vector<Summed<T>> vertex(std::vector<T> const& values) const
    {
        return through(
            values, [&](int level) { return refiner_.GetLevel(level).GetNumVertices(); },
            [&](int level, Summed<T> const* from, Summed<T>*& to) {
                primvars_.Interpolate(level, from, to);
            });
    }
    template <class T>
    std::vector<T> vertex_limit(std::vector<T> const& values) const
    {
        auto const refined = vertex(values);
        std::vector<Summed<T>> limit(refined.size());
        auto* to = limit.data();
        primvars_.Limit(refined.data(), to);
        return plain(limit);
    }
    template <class T>
    std::vector<T> varying(std::vector<T> const& values) const
    {
        return plain(through(
            values, [&](int level) { return refiner_.GetLevel(level).GetNumVertices(); },
            [&](int level, Summed<T> const* from, Summed<T>*& to) {
                primvars_.InterpolateVarying(level, from, to);
            }));
    }
    template <class T>
    std::vector<T> face_varying_limit(std::vector<T> const& values, int channel) const
    {
        auto const refined = through(
            values, [&](int level) { return refiner_.GetLevel(level).GetNumFVarValues(channel); },
            [&](int level, Summed<T> const* from, Summed<T>*& to) {
                primvars_.InterpolateFaceVarying(level, from, to, channel);
            });
        std::vector<Summed<T>> limit(refined.size());
        auto* to = limit.data();
        primvars_.LimitFaceVarying(refined.data(), to, channel);
        return plain(limit);
    }

    struct Surface {
        std::vector<Vec3f> points, normals;
    };
    Surface surface(std::vector<Vec3f> const& cage_points) const
    {
        auto const refined = vertex(cage_points);
        std::vector<Summed<Vec3f>> position(refined.size()), along_u(refined.size()), along_v(refined.size());
        auto *p = position.data(), *u = along_u.data(), *v = along_v.data();
        primvars_.Limit(refined.data(), p, u, v);
        Surface out{plain(position), std::vector<Vec3f>(refined.size())};
        for (std::size_t i = 0; i < refined.size(); ++i)
            out.normals[i] = along_u[i].value.cross(along_v[i].value).normalized();
        return out;
    }

    /// The cage face behind each face of the last level.
    std::vector<int> cage_faces() const
    {
        std::vector<int> faces(static_cast<std::size_t>(refiner_.GetLevel(0).GetNumFaces()));
        for (std::size_t i = 0; i < faces.size(); ++i) faces[i] = static_cast<int>(i);
        for (int level = 1; level <= levels_; ++level) {
            auto const& here = refiner_.GetLevel(level);
            std::vector<int> next(static_cast<std::size_t>(here.GetNumFaces()));
            for (int face = 0; face < here.GetNumFaces(); ++face)
                next[static_cast<std::size_t>(face)] =
                    faces[static_cast<std::size_t>(here.GetFaceParentFace(face))];
            faces = std::move(next);
        }
        return faces;
    }
    Far::TopologyLevel const& last() const { return last_; }

private:
    Far::TopologyRefiner const& refiner_;
    Far::PrimvarRefiner primvars_;
    int levels_;
    Far::TopologyLevel const& last_;
};

/// Normals at points that lie on creases, corners or folds: the limit tangents there belong to one side only.
/// Corners that meet across edges without sharpness share the mean of their faces; around a sharp point, the
/// tip of a cone, every face keeps its own.
class SplitNormals {
public:
    SplitNormals(Far::TopologyLevel const& level, Refinement::Surface const& surface)
        : level_(level),
          surface_(surface)
    {}

    bool is_split(int vertex) const
    {
        auto const normal = surface_.normals[static_cast<std::size_t>(vertex)];
        if (!(normal.length2() > 0.5f)) return true; // degenerate tangents
        for (auto const edge : level_.GetVertexEdges(vertex))
            if (is_seam(edge) && !level_.IsEdgeBoundary(edge)) return true;
        return level_.GetVertexSharpness(vertex) > 0;
    }
    /// Writes the normal of every corner around `vertex` through `set(face, local corner, normal)`.
    template <class Set>
    void split(int vertex, Set set)
    {
        auto const faces = level_.GetVertexFaces(vertex);
        auto const places = level_.GetVertexFaceLocalIndices(vertex);
        is_tip_ = level_.GetVertexSharpness(vertex) > 0;
        group_.assign(static_cast<std::size_t>(faces.size()), -1);
        for (int start = 0; start < faces.size(); ++start) {
            if (group_[static_cast<std::size_t>(start)] >= 0) continue;
            auto const normal = flood(vertex, faces, start);
            for (int i = 0; i < faces.size(); ++i)
                if (group_[static_cast<std::size_t>(i)] == start) set(faces[i], places[i], normal);
        }
    }

private:
    bool is_seam(int edge) const
    {
        return level_.GetEdgeSharpness(edge) > 0 || level_.IsEdgeNonManifold(edge) ||
               level_.IsEdgeBoundary(edge);
    }
    /// Marks the faces that are reached from `start` around `vertex` and returns the mean of their normals.
    Vec3f flood(int vertex, Far::ConstIndexArray faces, int start)
    {
        Vec3d sum(0);
        stack_.assign(1, start);
        group_[static_cast<std::size_t>(start)] = start;
        while (!stack_.empty()) {
            int const at = stack_.back();
            stack_.pop_back();
            sum += face_normal(faces[at]);
            for (auto const edge : level_.GetFaceEdges(faces[at])) {
                auto const ends = level_.GetEdgeVertices(edge);
                if ((ends[0] != vertex && ends[1] != vertex) || is_tip_ || is_seam(edge)) continue;
                for (int i = 0; i < faces.size(); ++i) {
                    if (group_[static_cast<std::size_t>(i)] >= 0) continue;
                    auto const sides = level_.GetEdgeFaces(edge);
                    if (sides.FindIndex(faces[i]) < 0) continue;
                    group_[static_cast<std::size_t>(i)] = start;
                    stack_.push_back(i);
                }
            }
        }
        return Vec3f(sum.normalized());
    }
    Vec3d face_normal(int face) const
    {
        auto const v = level_.GetFaceVertices(face);
        Vec3d sum(0);
        Vec3d const origin(surface_.points[static_cast<std::size_t>(v[0])]);
        for (int i = 1; i + 1 < v.size(); ++i)
            sum += (Vec3d(surface_.points[static_cast<std::size_t>(v[i])]) - origin)
                       .cross(Vec3d(surface_.points[static_cast<std::size_t>(v[i + 1])]) - origin);
        return sum;
    }

    Far::TopologyLevel const& level_;
    Refinement::Surface const& surface_;
    std::vector<int> group_, stack_;
    bool is_tip_ = false;
};

struct CageChannels {
    std::vector<Channel<Vec2f>> uvs;
    std::vector<Channel<Vec3f>> colors;
    std::vector<Channel<float>> scalars;
    std::vector<Far::TopologyDescriptor::FVarChannel> described;
};

template <class T>
void collect(std::vector<RawPrimvar<T>> const& primvars, CleanCage const& cage, std::size_t points,
             std::vector<Channel<T>>& channels)
{
    for (auto const& primvar : primvars)
        if (primvar.interpolation == Interpolation::face_varying)
            channels.push_back(channel_of(primvar, cage, points));
}

template <class T>
void describe(std::vector<Channel<T>> const& channels, std::vector<Far::TopologyDescriptor::FVarChannel>& out)
{
    for (auto const& channel : channels) {
        Far::TopologyDescriptor::FVarChannel description;
        description.numValues = static_cast<int>(channel.values.size());
        description.valueIndices = channel.of_corner.data();
        out.push_back(description);
    }
}

/// The corners of the faces kept from the last level.
struct KeptFaces {
    std::vector<int> faces;
    std::vector<std::int32_t> corners;
};

template <class T>
void refine_primvars(std::vector<RawPrimvar<T>>& primvars, std::vector<Channel<T>> const& channels,
                     Refinement const& refinement, KeptFaces const& kept, int& next_channel)
{
    std::size_t used = 0;
    for (auto& primvar : primvars) {
        auto const flat = [&] {
            std::vector<T> values(primvar.size());
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = primvar[i];
            return values;
        };
        switch (primvar.interpolation) {
        case Interpolation::constant:
        case Interpolation::uniform:
            break; // found through the authored face
        case Interpolation::vertex:
            primvar = {primvar.name, primvar.interpolation, refinement.vertex_limit(flat()), {}};
            break;
        case Interpolation::varying:
            primvar = {primvar.name, primvar.interpolation, refinement.varying(flat()), {}};
            break;
        case Interpolation::face_varying: {
            int const channel = next_channel++;
            primvar.values = refinement.face_varying_limit(channels[used++].values, channel);
            primvar.indices.clear();
            primvar.indices.reserve(kept.corners.size());
            for (auto const face : kept.faces)
                for (auto const value : refinement.last().GetFaceFVarValues(face, channel))
                    primvar.indices.push_back(value);
            break;
        }
        }
    }
}

RawPrimvar<Vec3f> limit_normals(Refinement const& refinement, Refinement::Surface const& surface,
                                KeptFaces const& kept, bool flip)
{
    auto const& level = refinement.last();
    SplitNormals splitter(level, surface);
    RawPrimvar<Vec3f> normals{"normals", Interpolation::vertex, surface.normals, {}};
    std::vector<std::int32_t> first_corner(static_cast<std::size_t>(level.GetNumFaces()), -1);
    for (std::size_t i = 0, corner = 0; i < kept.faces.size(); ++i) {
        first_corner[static_cast<std::size_t>(kept.faces[i])] = static_cast<std::int32_t>(corner);
        corner += static_cast<std::size_t>(level.GetFaceVertices(kept.faces[i]).size());
    }
    for (int vertex = 0; vertex < level.GetNumVertices(); ++vertex) {
        if (!splitter.is_split(vertex)) continue;
        if (normals.indices.empty()) {
            normals.interpolation = Interpolation::face_varying;
            normals.indices = kept.corners;
        }
        splitter.split(vertex, [&](int face, int place, Vec3f normal) {
            auto const corner = first_corner[static_cast<std::size_t>(face)];
            if (corner < 0) return;
            normals.indices[static_cast<std::size_t>(corner + place)] =
                static_cast<std::int32_t>(normals.values.size());
            normals.values.push_back(normal);
        });
    }
    if (flip)
        for (auto& normal : normals.values) normal = -normal;
    return normals;
}

std::unique_ptr<Far::TopologyRefiner> make_refiner(PolygonMesh const& cage, CleanCage const& cleaned,
                                                   CageChannels const& channels, Sdc::SchemeType scheme)
{
    auto const& rules = cage.rules;
    Far::TopologyDescriptor descriptor;
    descriptor.numVertices = static_cast<int>(cage.points.size());
    descriptor.numFaces = static_cast<int>(cleaned.sizes.size());
    descriptor.numVertsPerFace = cleaned.sizes.data();
    descriptor.vertIndicesPerFace = cleaned.points.data();
    descriptor.numCreases = static_cast<int>(rules.crease_sharpness.size());
    descriptor.creaseVertexIndexPairs = rules.crease_edges.data();
    descriptor.creaseWeights = rules.crease_sharpness.data();
    descriptor.numCorners = static_cast<int>(rules.corner_points.size());
    descriptor.cornerVertexIndices = rules.corner_points.data();
    descriptor.cornerWeights = rules.corner_sharpness.data();
    descriptor.numHoles = static_cast<int>(cleaned.holes.size());
    descriptor.holeIndices = cleaned.holes.data();
    descriptor.numFVarChannels = static_cast<int>(channels.described.size());
    descriptor.fvarChannels = channels.described.data();
    return std::unique_ptr<Far::TopologyRefiner>(
        Factory::Create(descriptor, FactoryOptions(scheme, scheme_options(rules))));
}

/// Creases along edges that no face has: OpenSubdiv prints a warning for each on standard output.
void drop_loose_creases(SubdivisionRules& rules, CleanCage const& cage)
{
    if (rules.crease_sharpness.empty()) return;
    auto const key = [](int a, int b) {
        return static_cast<std::uint64_t>(std::min(a, b)) << 32 | static_cast<std::uint64_t>(std::max(a, b));
    };
    std::vector<std::uint64_t> edges;
    std::size_t first = 0;
    for (auto const size : cage.sizes) {
        auto const n = static_cast<std::size_t>(size);
        for (std::size_t i = 0; i < n; ++i)
            edges.push_back(key(cage.points[first + i], cage.points[first + (i + 1) % n]));
        first += n;
    }
    std::sort(edges.begin(), edges.end());
    SubdivisionRules kept = rules;
    kept.crease_edges.clear();
    kept.crease_sharpness.clear();
    for (std::size_t i = 0; i < rules.crease_sharpness.size(); ++i) {
        int const a = rules.crease_edges[2 * i], b = rules.crease_edges[2 * i + 1];
        if (!std::binary_search(edges.begin(), edges.end(), key(a, b))) continue;
        kept.crease_edges.insert(kept.crease_edges.end(), {a, b});
        kept.crease_sharpness.push_back(rules.crease_sharpness[i]);
    }
    rules = std::move(kept);
}

KeptFaces keep_faces(Far::TopologyLevel const& level)
{
    KeptFaces kept;
    for (int face = 0; face < level.GetNumFaces(); ++face) {
        if (level.IsFaceHole(face)) continue;
        kept.faces.push_back(face);
        for (auto const vertex : level.GetFaceVertices(face)) kept.corners.push_back(vertex);
    }
    return kept;
}

} // namespace

Result<PolygonMesh> subdivide(PolygonMesh cage, int level, std::string const& name,
                              std::vector<std::string>& notes)
{
    auto const cleaned = clean(cage);
    if (cleaned.dropped > 0)
        notes.push_back(fmt::format("{}: {} faces without area are left out", name, cleaned.dropped));
    drop_loose_creases(cage.rules, cleaned);
    auto scheme = cage.rules.scheme == Scheme::bilinear ? Sdc::SCHEME_BILINEAR
                  : cage.rules.scheme == Scheme::loop   ? Sdc::SCHEME_LOOP
                                                        : Sdc::SCHEME_CATMARK;
    if (scheme == Sdc::SCHEME_LOOP &&
        !std::all_of(cleaned.sizes.begin(), cleaned.sizes.end(), [](int size) { return size == 3; })) {
        notes.push_back(fmt::format("{}: loop subdivision needs triangles; catmullClark is used", name));
        scheme = Sdc::SCHEME_CATMARK;
    }
    CageChannels channels;
    collect(cage.primvars.uvs, cleaned, cage.points.size(), channels.uvs);
    collect(cage.primvars.colors, cleaned, cage.points.size(), channels.colors);
    collect(cage.primvars.scalars, cleaned, cage.points.size(), channels.scalars);
    describe(channels.uvs, channels.described);
    describe(channels.colors, channels.described);
    describe(channels.scalars, channels.described);

    auto const refiner = make_refiner(cage, cleaned, channels, scheme);
    if (!refiner)
        return fail(Errc::invalid_input,
                    "{}: OpenSubdiv cannot use this topology; try subdivisionScheme \"none\"", name);
    Far::TopologyRefiner::UniformOptions uniform(level);
    uniform.fullTopologyInLastLevel = true;
    refiner->RefineUniform(uniform);
    level = refiner->GetMaxLevel();

    Refinement const refinement(*refiner, level);
    auto surface = refinement.surface(cage.points);
    auto const kept = keep_faces(refinement.last());
    int next_channel = 0;
    PolygonMesh out;
    out.primvars = std::move(cage.primvars);
    refine_primvars(out.primvars.uvs, channels.uvs, refinement, kept, next_channel);
    refine_primvars(out.primvars.colors, channels.colors, refinement, kept, next_channel);
    refine_primvars(out.primvars.scalars, channels.scalars, refinement, kept, next_channel);
    out.primvars.normals.reset();
    if (scheme != Sdc::SCHEME_BILINEAR) // facets stay facets
        out.primvars.normals = limit_normals(refinement, surface, kept, cage.left_handed);
    auto const cage_face = refinement.cage_faces();
    for (auto const face : kept.faces) {
        out.face_sizes.push_back(refinement.last().GetFaceVertices(face).size());
        out.face_origin.push_back(
            cleaned.origin[static_cast<std::size_t>(cage_face[static_cast<std::size_t>(face)])]);
    }
    out.corners = kept.corners;
    out.points = std::move(surface.points);
    out.rules.scheme = Scheme::none;
    out.left_handed = cage.left_handed;
    out.double_sided = cage.double_sided;
    return out;
}

std::vector<Vec3f> smooth_normals(PolygonMesh const& mesh)
{
    std::vector<Vec3d> sums(mesh.points.size(), Vec3d(0));
    std::size_t first = 0;
    auto const point = [&](std::size_t corner) {
        return Vec3d(mesh.points[static_cast<std::size_t>(mesh.corners[corner])]);
    };
    for (auto const size : mesh.face_sizes) {
        auto const n = static_cast<std::size_t>(size);
        for (std::size_t i = 0; i < n && n >= 3; ++i) {
            auto const a = (point(first + (i + 1) % n) - point(first + i)).normalized();
            auto const b = (point(first + (i + n - 1) % n) - point(first + i)).normalized();
            auto const angle = std::acos(std::clamp(a.dot(b), -1.0, 1.0));
            sums[static_cast<std::size_t>(mesh.corners[first + i])] += a.cross(b).normalized() * angle;
        }
        first += n;
    }
    std::vector<Vec3f> normals;
    normals.reserve(sums.size());
    for (auto const& sum : sums)
        normals.push_back(Vec3f(sum.normalized()) * (mesh.left_handed ? -1.0f : 1.0f));
    return normals;
}

} // namespace soulvan::geometry
