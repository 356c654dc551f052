// What does the source state about this material? assimp's property list as one value.
#include "assimp_material.h"

#include <assimp/GltfMaterial.h>
#include <assimp/material.h>
#include <assimp/scene.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace soulvan::interchange {

namespace {

std::optional<float> number(aiMaterial const& material, char const* key, unsigned type, unsigned index)
{
    float value = 0;
    if (material.Get(key, type, index, value) != aiReturn_SUCCESS || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<float> unit_number(aiMaterial const& material, char const* key, unsigned type, unsigned index)
{
    auto const value = number(material, key, type, index);
    return value ? std::optional(std::clamp(*value, 0.0f, 1.0f)) : std::nullopt;
}

std::optional<Vec3f> color(aiMaterial const& material, char const* key, unsigned type, unsigned index)
{
    aiColor3D value;
    if (material.Get(key, type, index, value) != aiReturn_SUCCESS) return std::nullopt;
    if (!std::isfinite(value.r + value.g + value.b)) return std::nullopt;
    return Vec3f(std::max(value.r, 0.0f), std::max(value.g, 0.0f), std::max(value.b, 0.0f));
}

char const* wrap_word(int mode)
{
    switch (mode) {
    case aiTextureMapMode_Clamp:
        return "clamp";
    case aiTextureMapMode_Mirror:
        return "mirror";
    case aiTextureMapMode_Decal:
        return "black";
    default:
        return "repeat";
    }
}

/// KHR_texture_transform scales, turns by θ about the origin and moves by o, all with v downwards. assimp's
/// reader makes of it, with s and c of θ: rotation -θ, translation (scale.x (1 - c + s) / 2 + o.x, scale.y (s
/// + c - 1) / 2 + 1 - scale.y - o.y). UsdTransform2d wants it with v upwards: the turn by -θ, translation
/// (o.x - scale.y s, 1 - o.y - scale.y c).
void set_transform(TextureUse& use, aiUVTransform const& transform)
{
    use.scale = {transform.mScaling.x, transform.mScaling.y};
    use.rotation_deg = static_cast<float>(transform.mRotation * 180 / M_PI);
    auto const s = std::sin(-transform.mRotation), c = std::cos(-transform.mRotation);
    use.translation.x = transform.mTranslation.x - 0.5f * use.scale.x * (1 - c + s) - use.scale.y * s;
    use.translation.y = transform.mTranslation.y + 0.5f * use.scale.y * (3 - s - 3 * c);
}

TextureUse texture(aiMaterial const& material, aiScene const& scene, aiTextureType type, unsigned index = 0)
{
    aiString path;
    TextureUse use;
    if (material.GetTexture(type, index, &path) != aiReturn_SUCCESS || path.length == 0) return use;
    use.path = path.C_Str();
    std::replace(use.path.begin(), use.path.end(), '\\', '/');
    if (auto const [found, embedded] = scene.GetEmbeddedTextureAndIndex(path.C_Str()); found)
        use.embedded = embedded;
    material.Get(AI_MATKEY_UVWSRC(type, index), use.uv_set);
    int mode_s = aiTextureMapMode_Wrap, mode_t = aiTextureMapMode_Wrap;
    material.Get(AI_MATKEY_MAPPINGMODE_U(type, index), mode_s);
    material.Get(AI_MATKEY_MAPPINGMODE_V(type, index), mode_t);
    use.wrap_s = wrap_word(mode_s);
    use.wrap_t = wrap_word(mode_t);
    aiUVTransform transform;
    if (material.Get(AI_MATKEY_UVTRANSFORM(type, index), transform) == aiReturn_SUCCESS)
        set_transform(use, transform);
    return use;
}

/// The first of several kinds under which formats file the same map.
TextureUse first_texture(aiMaterial const& material, aiScene const& scene,
                         std::initializer_list<aiTextureType> types)
{
    for (auto const type : types)
        if (auto use = texture(material, scene, type); !use.empty()) return use;
    return {};
}

void read_physical(aiMaterial const& source, aiScene const& scene, ModelFormat format,
                   ModelMaterial& material)
{
    material.roughness = unit_number(source, AI_MATKEY_ROUGHNESS_FACTOR);
    material.metallic = unit_number(source, AI_MATKEY_METALLIC_FACTOR);
    // For a Phong FBX assimp makes a roughness of the shininess, as Blender wrote it: good as a hint, no
    // statement about the material.
    material.is_physical = material.metallic || (material.roughness && format != ModelFormat::fbx);
    if (auto const glossiness = unit_number(source, AI_MATKEY_GLOSSINESS_FACTOR);
        glossiness && !material.roughness) {
        material.roughness = 1 - *glossiness;
        material.is_physical = true;
    }
    material.clearcoat = unit_number(source, AI_MATKEY_CLEARCOAT_FACTOR);
    material.clearcoat_roughness = unit_number(source, AI_MATKEY_CLEARCOAT_ROUGHNESS_FACTOR);
    material.transmission = unit_number(source, AI_MATKEY_TRANSMISSION_FACTOR);
    if (!material.is_physical) return;
    material.roughness_map = texture(source, scene, aiTextureType_DIFFUSE_ROUGHNESS);
    material.metallic_map = texture(source, scene, aiTextureType_METALNESS);
    auto packed = texture(source, scene, AI_MATKEY_GLTF_PBRMETALLICROUGHNESS_METALLICROUGHNESS_TEXTURE);
    if (!packed.empty()) {
        material.roughness_map = material.metallic_map = std::move(packed);
        material.packed_roughness = true;
    } else {
        material.packed_roughness =
            !material.roughness_map.empty() && material.roughness_map == material.metallic_map;
    }
}

void read_alpha(aiMaterial const& source, ModelMaterial& material)
{
    aiString mode;
    if (source.Get(AI_MATKEY_GLTF_ALPHAMODE, mode) == aiReturn_SUCCESS) {
        std::string_view const word(mode.C_Str());
        material.alpha_mode = word == "MASK"    ? AlphaMode::mask
                              : word == "BLEND" ? AlphaMode::blend
                                                : AlphaMode::opaque;
        material.alpha_cutoff = unit_number(source, AI_MATKEY_GLTF_ALPHACUTOFF).value_or(0.5f);
    }
    material.opacity = unit_number(source, AI_MATKEY_OPACITY).value_or(1.0f);
}

} // namespace

ModelMaterial material_of(aiMaterial const& source, aiScene const& scene, ModelFormat format)
{
    ModelMaterial material;
    aiString name;
    if (source.Get(AI_MATKEY_NAME, name) == aiReturn_SUCCESS) material.name = name.C_Str();
    if (auto const base = color(source, AI_MATKEY_BASE_COLOR))
        material.color = *base;
    else if (auto const diffuse = color(source, AI_MATKEY_COLOR_DIFFUSE))
        material.color = *diffuse;
    if (auto const emission = color(source, AI_MATKEY_COLOR_EMISSIVE)) material.emission = *emission;
    if (auto const strength = number(source, AI_MATKEY_EMISSIVE_INTENSITY); strength && *strength >= 0)
        material.emission *= *strength;
    read_alpha(source, material);
    read_physical(source, scene, format, material);

    int flag = 0;
    material.double_sided = source.Get(AI_MATKEY_TWOSIDED, flag) == aiReturn_SUCCESS && flag != 0;
    int shading = 0;
    material.is_unlit =
        source.Get(AI_MATKEY_SHADING_MODEL, shading) == aiReturn_SUCCESS && shading == aiShadingMode_Unlit;
    if (auto const ior = number(source, AI_MATKEY_REFRACTI); ior && *ior >= 1.05f && *ior < 3)
        material.ior = *ior;
    material.color_is_open = format == ModelFormat::obj;

    material.color_map = first_texture(source, scene, {aiTextureType_BASE_COLOR, aiTextureType_DIFFUSE});
    material.opacity_map = texture(source, scene, aiTextureType_OPACITY);
    material.emission_map =
        first_texture(source, scene, {aiTextureType_EMISSIVE, aiTextureType_EMISSION_COLOR});
    // OBJ's map_Bump is filed as a height map and nearly always is a normal map or a picture of one: only
    // true normal maps are used.
    material.normal_map = first_texture(source, scene, {aiTextureType_NORMALS, aiTextureType_NORMAL_CAMERA});
    material.occlusion_map =
        first_texture(source, scene, {aiTextureType_LIGHTMAP, aiTextureType_AMBIENT_OCCLUSION});
    if (auto const scale = number(source, AI_MATKEY_GLTF_TEXTURE_SCALE(aiTextureType_NORMALS, 0)))
        material.normal_scale = *scale;
    return material;
}

} // namespace soulvan::interchange
