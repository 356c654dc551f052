// How does a USD stage at one time become the renderer's scene? The order of the parts, and what animates.
#include "soulvan/render/translate.h"

#include "translate_parts.h"

#include "soulvan/base/hash.h"
#include "soulvan/render/light_units.h"

#include <new>

namespace soulvan::render {
namespace {

/// Takes inputs off textures that could not be loaded: their fallback is a constant then.
void drop_missing_textures(Scene& scene)
{
    auto const is_missing = [&](int texture) {
        return texture >= 0 && scene.textures[static_cast<std::size_t>(texture)].width == 0;
    };
    for (auto& material : scene.materials) {
        for (auto* input : inputs_of(material)) {
            if (!is_missing(input->texture)) continue;
            input->texture = -1;
            input->value = input->fallback;
        }
        material.has_normal_map = material.has_normal_map && material.normal.texture >= 0;
        if (!material.has_normal_map) material.normal.value = {0, 0, 1};
    }
    for (auto& light : scene.lights)
        if (is_missing(light.texture)) light.texture = -1;
}

/// A soft white dome, and a wide key light from the upper left of the framing camera, so that shapes read.
std::vector<Light> default_lights()
{
    Light dome;
    dome.path = "(default light)";
    dome.shape = LightShape::dome;
    dome.radiance = Vec3f(0.55f);
    dome.visible_to_camera = true;
    Light key;
    key.path = "(default key light)";
    key.shape = LightShape::distant;
    key.angle_deg = 12;
    Vec3f const back = Vec3f(-0.45f, 1, 0.65f).normalized(); // it shines along −z
    Vec3f const right = Vec3f(0, 1, 0).cross(back).normalized();
    key.world_from_light = {right, back.cross(right), back, {0, 0, 0}};
    UsdLightAttributes attributes;
    attributes.intensity = 1.7f;
    attributes.normalize = true;
    key.radiance = usd_light_radiance(attributes, key.shape, key.world_from_light, 1, 1, 1, 1, key.angle_deg);
    return {dome, key};
}

Result<std::shared_ptr<Scene const>> translate_all(usd::Stage const& stage, usd::Time time,
                                                   TranslateSettings const& settings, Progress& progress)
{
    auto scene = std::make_shared<Scene>();
    Translation translation{stage, time, settings, {}, {}, {}, {}};
    for (auto const& error : stage.errors())
        translation.warnings.add(fmt::format("{}: {}: {}", error.layer, error.site.str(), error.what));
    scene->camera = TRY(find_camera(stage, time, settings, translation.warnings));
    TRY(translate_surfaces(translation, *scene, progress));
    scene->lights = translate_lights(translation);
    if (scene->lights.empty() && settings.default_light) {
        translation.warnings.add("The stage has no light: a soft white dome and a key light are used");
        scene->lights = default_lights();
    }
    auto const files = static_cast<std::int64_t>(translation.textures.all().size());
    if (files > 0) progress.report("load textures", 0, files);
    scene->textures = TRY(load_textures(translation.textures.all(), translation.warnings));
    if (files > 0) progress.report("load textures", files, files);
    translation.textures.append_baked(scene->textures);
    for (auto& light : scene->lights) light.texture = translation.textures.final_index(light.texture);
    drop_missing_textures(*scene);
    scene->warnings = translation.warnings.take();
    return std::shared_ptr<Scene const>(std::move(scene));
}

/// True when something that is drawn changes below `prim`. A camera's own animation, and that of transforms
/// with only cameras below, leaves the scene as it is.
bool animates(usd::Prim const& prim, bool above)
{
    auto const type = prim.type_name();
    if (type == "Camera") return false;
    bool const is_group = type == "Xform" || type == "Scope" || type.empty();
    bool varies = above;
    if (!varies)
        for (auto const& attribute : prim.attributes())
            if (attribute.is_time_varying()) {
                varies = true;
                break;
            }
    if (varies && !is_group) return true;
    for (auto const& child : prim.children())
        if (animates(child, varies)) return true;
    return false;
}

} // namespace

Matrix4d meters_y_up(usd::Stage const& stage)
{
    double const s = stage.meters_per_unit();
    if (stage.up_axis() == "Z")
        return {s, 0, 0, 0, 0, 0, -s, 0, 0, s, 0, 0, 0, 0, 0, 1}; // (x, y, z) → (x, z, −y)
    return {s, 0, 0, 0, 0, s, 0, 0, 0, 0, s, 0, 0, 0, 0, 1};
}

std::uint32_t object_id(std::string_view path)
{
    std::uint64_t hash = 0xcbf29ce484222325ull; // FNV-1a
    for (char const c : path) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    auto const id = static_cast<std::uint32_t>(mix64(hash) >> 40);
    return id == 0 ? 1 : id;
}

Result<std::shared_ptr<Scene const>> translate(usd::Stage const& stage, usd::Time time,
                                               TranslateSettings const& settings, Progress& progress)
{
    try {
        return translate_all(stage, time, settings, progress);
    } catch (std::bad_alloc const&) {
        return fail(
            Errc::limit,
            "The stage needs more memory than there is; hide parts of it or lower the subdivision level");
    }
}

bool is_animated(usd::Stage const& stage)
{
    for (auto const& prim : stage.pseudo_root().children())
        if (animates(prim, false)) return true;
    return false;
}

} // namespace soulvan::render
