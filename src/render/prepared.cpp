// Making a scene ready for rays: indices checked, textures reduced, lights and triangles sorted.
#include "prepared.h"

#include <utility>

namespace soulvan::render {
namespace {

Result<> check_mesh(Mesh const& mesh, std::size_t index)
{
    auto const name = mesh.name.empty() ? fmt::format("mesh {}", index) : mesh.name;
    auto const triangles = mesh.triangles.size(), corners = triangles * 3, points = mesh.points.size();
    for (auto const& t : mesh.triangles)
        for (auto const i : t)
            if (i >= points)
                return fail(Errc::invalid_input, "{}: a triangle refers to point {} of {}", name, i, points);
    auto const fits = [&](std::string_view what, std::size_t have, std::size_t need) -> Result<> {
        if (have >= need) return {};
        return fail(Errc::invalid_input, "{}: {} has {} values, {} are needed", name, what, have, need);
    };
    if (!mesh.normals.empty())
        TRY(fits("normals", mesh.normals.size(), mesh.normals_per_corner ? corners : points));
    for (auto const& set : mesh.uv_sets)
        TRY(fits(set.name, set.values.size(), set.per_corner ? corners : points));
    for (auto const& set : mesh.color_sets) {
        using enum Mesh::ColorSet::Rate;
        auto const need = set.rate == constant       ? 1
                          : set.rate == per_triangle ? triangles
                          : set.rate == per_point    ? points
                                                     : corners;
        TRY(fits(set.name, set.values.size(), need));
    }
    if (!mesh.triangle_material.empty())
        TRY(fits("triangle_material", mesh.triangle_material.size(), triangles));
    return {};
}

Result<> check(Scene const& scene)
{
    auto const materials = static_cast<int>(scene.materials.size());
    for (std::size_t i = 0; i < scene.meshes.size(); ++i) {
        TRY(check_mesh(scene.meshes[i], i));
        for (auto const m : scene.meshes[i].triangle_material)
            if (m < -1 || m >= materials)
                return fail(Errc::invalid_input, "{}: a triangle refers to material {} of {}",
                            scene.meshes[i].name, m, materials);
    }
    for (auto const& instance : scene.instances) {
        if (instance.mesh < 0 || std::cmp_greater_equal(instance.mesh, scene.meshes.size()))
            return fail(Errc::invalid_input, "{}: refers to mesh {} of {}", instance.path, instance.mesh,
                        scene.meshes.size());
        if (instance.material < -1 || instance.material >= materials)
            return fail(Errc::invalid_input, "{}: refers to material {} of {}", instance.path,
                        instance.material, materials);
    }
    return {};
}

} // namespace

PreparedScene::PreparedScene(std::unique_ptr<State> state) : state_(std::move(state)) {}
PreparedScene::~PreparedScene() = default;

Result<std::shared_ptr<PreparedScene const>> PreparedScene::create(std::shared_ptr<Scene const> scene,
                                                                   FrameSettings const& settings)
{
    if (!scene) return fail(Errc::invalid_input, "there is no scene to prepare");
    TRY(check(*scene));
    auto state = std::make_unique<State>();
    state->scene = scene;
    state->surfaces = std::make_unique<Surfaces>(*scene);
    for (auto const& light : scene->lights)
        if (auto ready = AreaLight::create(light, state->surfaces->textures()))
            state->lights.push_back(*ready);
    state->selector = LightSelector(state->lights);
    std::vector<bool> needs_filter(scene->instances.size());
    for (std::uint32_t i = 0; i < needs_filter.size(); ++i)
        needs_filter[i] = state->surfaces->needs_filter(i);
    state->accel =
        TRY(Accel::create(*scene, needs_filter, *state->surfaces, {.fast_isa = settings.fast_isa}));
    return std::shared_ptr<PreparedScene const>(new PreparedScene(std::move(state)));
}

} // namespace soulvan::render
