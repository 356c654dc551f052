// Which meshes, instances and material bindings does a stage show? Equal surfaces become one mesh.
#include "translate_parts.h"

#include "soulvan/base/hash.h"
#include "soulvan/geometry/triangles.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

namespace soulvan::render {
namespace {

/// Grey for what has neither material nor displayColor: as bright as usdview draws it.
constexpr float bare_grey = 0.5f;

/// Faces that a subdivision surface gets at least: with fewer its outline is seen to be a polygon.
constexpr std::size_t smooth_outline = 4000;

/// A mesh to be made: one per surface, shared by every copy whose subsets use the same materials.
struct MeshJob {
    usd::Prim prim;
    std::vector<std::pair<geometry::Subset, int>> subsets; ///< with material indices
    std::vector<int> materials;                            ///< all that its triangles may use
    bool is_bare = false;                                  ///< a part of it has no material
    int mesh = -1;                                         ///< filled by the end; -1: nothing to draw
    int bare_material = -1;
};

struct Copy {
    std::size_t job;
    int material; ///< -1: the job's bare material
    geometry::Placed const* placed;
};

class SurfaceTranslator {
public:
    SurfaceTranslator(Translation& translation, Scene& scene) : t_(translation), scene_(scene) {}

    Result<> run(Progress& progress)
    {
        auto purposes = split(t_.settings.purposes);
        placed_ = TRY(geometry::flatten(t_.stage, t_.time, purposes));
        for (auto const& placed : placed_) plan(placed);
        report_skipped();
        progress.report("triangulate", 0, static_cast<std::int64_t>(jobs_.size()));
        TRY(make_meshes());
        report_missing_uvs();
        progress.report("triangulate", static_cast<std::int64_t>(jobs_.size()),
                        static_cast<std::int64_t>(jobs_.size()));
        place();
        return {};
    }

private:
    static std::vector<std::string> split(std::string const& list)
    {
        std::vector<std::string> out;
        for (std::size_t at = 0; at <= list.size();) {
            auto const end = std::min(list.find(',', at), list.size());
            auto word = list.substr(at, end - at);
            std::erase(word, ' ');
            if (!word.empty()) out.push_back(std::move(word));
            at = end + 1;
        }
        return out;
    }

    static bool is_drawn(usd::Prim const& prim)
    {
        auto const type = prim.type_name().str();
        return type == "Mesh" || type == "Sphere" || type == "Cube" || type == "Cylinder" ||
               type == "Cylinder_1" || type == "Cone" || type == "Capsule" || type == "Capsule_1" ||
               type == "Plane";
    }

    void plan(geometry::Placed const& placed)
    {
        if (placed.prim.has_api("SkelBindingAPI")) {
            auto& [path, count] = skipped_["the pose of its skeleton"];
            if (count++ == 0) path = placed.prim.path().str();
        }
        if (!is_drawn(placed.prim)) {
            auto& [path, count] = skipped_[placed.prim.type_name().str()];
            if (count++ == 0) path = placed.prim.path().str();
            return;
        }
        MeshJob job{placed.prim, {}, {}, false, -1, -1};
        int const material = material_of(placed.prim);
        for (auto& subset : geometry::material_subsets(placed.prim, t_.time)) {
            auto const prim = t_.stage.prim_at(subset.path);
            int const own = prim ? material_of(prim) : -1;
            if (own >= 0 && own != material) job.subsets.emplace_back(std::move(subset), own);
        }
        job.is_bare = material < 0;
        if (material >= 0) job.materials.push_back(material);
        for (auto const& [subset, own] : job.subsets) job.materials.push_back(own);
        std::sort(job.materials.begin(), job.materials.end());
        job.materials.erase(std::unique(job.materials.begin(), job.materials.end()), job.materials.end());
        auto const key = sharing_key(placed, job);
        auto const found = key.empty() ? job_of_key_.end() : job_of_key_.find(key);
        if (found != job_of_key_.end()) {
            copies_.push_back({found->second, material, &placed});
            return;
        }
        if (!key.empty()) job_of_key_.emplace(key, jobs_.size());
        copies_.push_back({jobs_.size(), material, &placed});
        jobs_.push_back(std::move(job));
    }

    /// Equal for copies that can use one mesh; "" for a surface that stands alone.
    static std::string sharing_key(geometry::Placed const& placed, MeshJob const& job)
    {
        if (placed.shared_key == 0) return {};
        auto key = fmt::format("{} {}", placed.shared_key, job.is_bare);
        for (int const material : job.materials) key += fmt::format(" {}", material);
        for (auto const& [subset, own] : job.subsets) key += fmt::format(" s{}", own);
        return key;
    }

    int material_of(usd::Prim const& prim)
    {
        auto bound = usd::bound_material(prim, "full");
        if (!bound) bound = usd::bound_material(prim, "");
        if (!bound || !*bound) return -1;
        auto const key = material_key(*bound);
        auto const [at, is_new] =
            material_of_key_.try_emplace(key, static_cast<int>(scene_.materials.size()));
        if (is_new) scene_.materials.push_back(translate_material(t_, *bound));
        return at->second;
    }

    /// The material's path; inside an instance, where all copies are equal, its place in the shared subtree.
    static std::string material_key(usd::Prim const& material)
    {
        auto const path = material.path().str();
        for (auto prim = material.parent(); prim && !prim.path().is_root(); prim = prim.parent())
            if (prim.is_instance())
                return fmt::format("{}|{}", prim.prototype_key(), path.substr(prim.path().str().size()));
        return path;
    }

    static std::string and_more(std::string const& first, std::size_t count)
    {
        return count > 1 ? fmt::format("{} and {} more", first, count - 1) : first;
    }

    void report_missing_uvs()
    {
        for (auto const& [key, meshes] : without_uvs_)
            t_.warnings.add(
                fmt::format("{}: the material {} reads the texture coordinates \"{}\", which are not "
                            "there; (0, 0) is used",
                            and_more(meshes.first, meshes.second),
                            scene_.materials[static_cast<std::size_t>(key.first)].name, key.second));
    }

    void report_skipped()
    {
        for (auto const& [what, prims] : skipped_)
            t_.warnings.add(
                fmt::format("{}: {} is not drawn yet", and_more(prims.first, prims.second), what));
    }

    std::vector<std::string> wanted_primvars(MeshJob const& job) const
    {
        std::vector<std::string> names;
        for (int const material : job.materials) {
            auto const reads = reads_of(scene_.materials[static_cast<std::size_t>(material)]);
            for (int const set : reads.uv_sets)
                names.push_back(t_.uv_sets.names()[static_cast<std::size_t>(set)]);
            for (int const set : reads.color_sets)
                names.push_back(t_.color_sets.names()[static_cast<std::size_t>(set)]);
        }
        if (job.is_bare) names.insert(names.end(), {"displayColor", "displayOpacity"});
        return names;
    }

    Result<> make_meshes()
    {
        display_color_ = t_.color_sets.index_of("displayColor");
        display_opacity_ = t_.color_sets.index_of("displayOpacity");
        // In slices, so that the triangles of a whole city do not stand in memory twice.
        constexpr std::size_t slice = 256;
        for (std::size_t first = 0; first < jobs_.size(); first += slice) {
            auto const count = std::min(slice, jobs_.size() - first);
            std::vector<Result<geometry::TriangleMesh>> made(count, geometry::TriangleMesh{});
            tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
                auto const& job = jobs_[first + i];
                geometry::TriangulateOptions options;
                options.subdivision_level = t_.settings.subdivision_level;
                options.least_refined_faces = smooth_outline;
                auto names = wanted_primvars(job);
                bool const any = std::find(names.begin(), names.end(), "") != names.end();
                if (!any) options.primvars = std::move(names);
                made[i] = geometry::triangulate(job.prim, t_.time, options);
            });
            for (std::size_t i = 0; i < count; ++i) finish(jobs_[first + i], TRY(std::move(made[i])));
        }
        return {};
    }

    void finish(MeshJob& job, geometry::TriangleMesh triangles)
    {
        for (auto& note : triangles.notes) t_.warnings.add(std::move(note));
        if (triangles.triangles.empty()) return;
        if (job.is_bare) job.bare_material = bare_material(triangles);
        Mesh mesh;
        mesh.name = job.prim.path().str();
        mesh.double_sided = triangles.double_sided;
        add_uv_sets(job, triangles, mesh);
        add_color_sets(job, triangles, mesh);
        assign_materials(job, triangles, mesh);
        mesh.points = std::move(triangles.points);
        mesh.triangles = std::move(triangles.triangles);
        mesh.normals = std::move(triangles.normals);
        mesh.normals_per_corner = triangles.normals_rate == geometry::Rate::per_corner;
        auto const [at, is_new] =
            mesh_of_content_.try_emplace(content_of(mesh), static_cast<int>(scene_.meshes.size()));
        if (is_new) scene_.meshes.push_back(std::move(mesh));
        job.mesh = at->second;
    }

    /// The set of that name; for "", a texture without coordinates, "st" or else the first there is.
    static geometry::Primvar<Vec2f> const* find_uvs(geometry::TriangleMesh const& triangles,
                                                    std::string const& name)
    {
        for (auto const& uv : triangles.uvs)
            if (uv.name == (name.empty() ? "st" : name)) return &uv;
        return name.empty() && !triangles.uvs.empty() ? &triangles.uvs.front() : nullptr;
    }

    /// The uv sets that the materials read, at the indices by which all materials know them.
    void add_uv_sets(MeshJob const& job, geometry::TriangleMesh const& triangles, Mesh& mesh)
    {
        for (int const material : job.materials)
            for (int const set : reads_of(scene_.materials[static_cast<std::size_t>(material)]).uv_sets) {
                auto const at = static_cast<std::size_t>(set);
                if (mesh.uv_sets.size() <= at) mesh.uv_sets.resize(at + 1);
                auto& uv_set = mesh.uv_sets[at];
                if (!uv_set.values.empty()) continue;
                uv_set.name = t_.uv_sets.names()[at];
                if (auto* uv = find_uvs(triangles, uv_set.name)) {
                    uv_set.per_corner = uv->rate == geometry::Rate::per_corner;
                    uv_set.values = uv->values;
                }
                if (!uv_set.values.empty()) continue;
                uv_set.values.assign(triangles.points.size(), Vec2f(0)); // UsdPrimvarReader's fallback
                if (uv_set.name.empty()) continue;
                auto& [mesh_name, count] = without_uvs_[{material, uv_set.name}];
                if (count++ == 0) mesh_name = mesh.name;
            }
    }

    static Mesh::ColorSet color_set(geometry::TriangleMesh const& triangles, std::string const& name,
                                    Vec3f fallback)
    {
        using ColorRate = Mesh::ColorSet::Rate;
        Mesh::ColorSet out{name, {}, ColorRate::constant};
        auto const take = [&](auto const& primvar, auto const& as_color) {
            switch (primvar.rate) {
            case geometry::Rate::constant:
                out.rate = ColorRate::constant;
                break;
            case geometry::Rate::per_face:
                out.rate = ColorRate::per_triangle;
                break;
            case geometry::Rate::per_point:
                out.rate = ColorRate::per_point;
                break;
            case geometry::Rate::per_corner:
                out.rate = ColorRate::per_corner;
                break;
            }
            if (primvar.rate == geometry::Rate::per_face) {
                for (auto const face : triangles.triangle_face)
                    out.values.push_back(as_color(primvar.values[face]));
            } else {
                for (auto const& value : primvar.values) out.values.push_back(as_color(value));
            }
        };
        for (auto const& color : triangles.colors)
            if (color.name == name) take(color, [](Vec3f v) { return v; });
        for (auto const& scalar : triangles.scalars)
            if (scalar.name == name) take(scalar, [](float v) { return Vec3f(v); });
        if (out.values.empty()) {
            out.rate = ColorRate::constant;
            out.values = {fallback};
        }
        return out;
    }

    void add_color_sets(MeshJob const& job, geometry::TriangleMesh const& triangles, Mesh& mesh)
    {
        auto const add = [&](Material& material) {
            for (auto const* input : inputs_of(material)) {
                if (input->color_primvar < 0) continue;
                auto const at = static_cast<std::size_t>(input->color_primvar);
                if (mesh.color_sets.size() <= at) mesh.color_sets.resize(at + 1);
                if (mesh.color_sets[at].values.empty())
                    mesh.color_sets[at] = color_set(triangles, t_.color_sets.names()[at], input->fallback);
            }
        };
        for (int const material : job.materials) add(scene_.materials[static_cast<std::size_t>(material)]);
        if (job.bare_material >= 0) add(scene_.materials[static_cast<std::size_t>(job.bare_material)]);
    }

    void assign_materials(MeshJob const& job, geometry::TriangleMesh const& triangles, Mesh& mesh) const
    {
        if (job.subsets.empty()) return;
        std::uint32_t faces = 0;
        for (auto const face : triangles.triangle_face) faces = std::max(faces, face + 1);
        std::vector<std::int32_t> of_face(faces, -1);
        for (auto const& [subset, material] : job.subsets)
            for (auto const face : subset.faces)
                if (face < faces && of_face[face] < 0)
                    of_face[face] = material; // the first subset keeps a face
        mesh.triangle_material.reserve(triangles.triangle_face.size());
        for (auto const face : triangles.triangle_face) mesh.triangle_material.push_back(of_face[face]);
    }

    /// displayColor and displayOpacity as a material; four of them serve the whole scene.
    int bare_material(geometry::TriangleMesh const& triangles)
    {
        auto const has = [](auto const& list, char const* name) {
            return std::any_of(list.begin(), list.end(), [&](auto const& p) { return p.name == name; });
        };
        bool const colored = has(triangles.colors, "displayColor"),
                   see_through = has(triangles.scalars, "displayOpacity");
        auto& index = bare_materials_[(colored ? 1 : 0) + (see_through ? 2 : 0)];
        if (index >= 0) return index;
        Material material;
        material.name = "displayColor";
        material.diffuse_color.value = material.diffuse_color.fallback = Vec3f(bare_grey);
        if (colored) material.diffuse_color.color_primvar = display_color_;
        if (see_through) material.opacity.color_primvar = display_opacity_;
        material.opacity.fallback = {1, 0, 0};
        index = static_cast<int>(scene_.materials.size());
        scene_.materials.push_back(std::move(material));
        return index;
    }

    /// What makes two meshes equal: everything but the name.
    static std::string content_of(Mesh const& mesh)
    {
        Sha256 hash;
        auto const add = [&](auto const& values) {
            auto const bytes = std::as_bytes(std::span(values));
            auto const size = static_cast<std::uint64_t>(bytes.size());
            hash.update(std::as_bytes(std::span(&size, 1)));
            hash.update(bytes);
        };
        add(mesh.points);
        add(mesh.triangles);
        add(mesh.normals);
        add(mesh.triangle_material);
        for (auto const& set : mesh.uv_sets) {
            hash.update(set.name + (set.per_corner ? "\nc" : "\np"));
            add(set.values);
        }
        for (auto const& set : mesh.color_sets) {
            hash.update(set.name + "\n" + std::to_string(static_cast<int>(set.rate)));
            add(set.values);
        }
        hash.update(fmt::format("{} {}", mesh.normals_per_corner, mesh.double_sided));
        auto const digest = hash.finish();
        return {digest.begin(), digest.end()};
    }

    void place()
    {
        auto const meters = meters_y_up(t_.stage);
        scene_.instances.reserve(copies_.size());
        for (auto const& copy : copies_) {
            auto const& job = jobs_[copy.job];
            if (job.mesh < 0) continue;
            Instance instance;
            instance.mesh = job.mesh;
            instance.world_from_object = Transform::from_rows(copy.placed->world_from_local * meters);
            instance.material = copy.material >= 0 ? copy.material : job.bare_material;
            instance.path = copy.placed->prim.path().str();
            if (copy.placed->instance >= 0)
                instance.path = fmt::format("{}[{}]{}", copy.placed->instancer.str(), copy.placed->instance,
                                            instance.path);
            instance.id = object_id(instance.path);
            if (!is_usable(instance.world_from_object)) {
                t_.warnings.add(instance.path +
                                ": its transform is not finite or flattens it to nothing; it is left out");
                continue;
            }
            scene_.instances.push_back(std::move(instance));
        }
    }

    static bool is_usable(Transform const& m)
    {
        auto const finite = [](Vec3f v) {
            return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z);
        };
        return finite(m.x) && finite(m.y) && finite(m.z) && finite(m.t) &&
               (m.x.length2() > 0 || m.y.length2() > 0 || m.z.length2() > 0);
    }

    Translation& t_;
    Scene& scene_;
    std::vector<geometry::Placed> placed_;
    std::vector<MeshJob> jobs_;
    std::vector<Copy> copies_;
    std::unordered_map<std::string, std::size_t> job_of_key_;
    std::unordered_map<std::string, int> material_of_key_, mesh_of_content_;
    std::map<std::string, std::pair<std::string, std::size_t>>
        skipped_; ///< by type: the first path, how many
    /// By material and name of the coordinates: the first mesh that lacks them, how many do.
    std::map<std::pair<int, std::string>, std::pair<std::string, std::size_t>> without_uvs_;
    std::array<int, 4> bare_materials_{-1, -1, -1, -1};
    int display_color_ = -1, display_opacity_ = -1;
};

} // namespace

Result<> translate_surfaces(Translation& translation, Scene& scene, Progress& progress)
{
    return SurfaceTranslator(translation, scene).run(progress);
}

} // namespace soulvan::render
