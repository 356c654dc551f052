// The value between assimp and USD: nodes, polygon meshes, materials, as the source states them.
#pragma once

#include "soulvan/base/math.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::interchange {

/// A use of a texture by a material.
struct TextureUse {
    std::string path;  ///< as the source states it, '/' between folders; a name for embedded ones
    int embedded = -1; ///< index into ModelScene::embedded, or -1
    int uv_set = 0;
    std::string wrap_s = "repeat", wrap_t = "repeat"; ///< UsdUVTexture's words
    Vec2f translation{0, 0}, scale{1, 1};             ///< UsdTransform2d: scale, rotate, translate
    float rotation_deg = 0;
    bool empty() const { return path.empty() && embedded < 0; }
    friend bool operator==(TextureUse const&, TextureUse const&) = default;
};

enum class AlphaMode : std::uint8_t { unstated, opaque, mask, blend };

struct ModelMaterial {
    std::string name;
    bool is_physical = false; ///< the source states roughness and metalness (glTF, physical FBX)
    bool is_unlit = false;
    bool color_is_open = false; ///< the format does not say whether colours are linear (MTL)
    bool double_sided = false;
    Vec3f color{0.8f, 0.8f, 0.8f};
    Vec3f emission{0, 0, 0};
    float opacity = 1;
    AlphaMode alpha_mode = AlphaMode::unstated;
    float alpha_cutoff = 0.5f;
    std::optional<float> roughness, metallic, ior, clearcoat, clearcoat_roughness, transmission;
    float normal_scale = 1;
    TextureUse color_map, opacity_map, emission_map, normal_map, occlusion_map;
    TextureUse roughness_map, metallic_map; ///< glTF's packed map: roughness in G, metalness in B
    bool packed_roughness = false;
};

/// A polygon mesh of one material. Every face corner has its own normal and texture coordinate.
struct ModelMesh {
    std::string name;
    std::uint32_t material = 0;
    std::vector<Vec3f> points;
    std::vector<std::int32_t> face_counts;
    std::vector<std::int32_t> indices; ///< into points, one per corner
    std::vector<Vec3f> normals;        ///< one per corner, or none
    std::vector<Vec2f> uvs;            ///< one per corner, v up, or none
    std::vector<Vec3f> colors;         ///< one per corner, or none
};

struct ModelNode {
    std::string name;
    Matrix4d parent_from_node; ///< row vectors
    std::vector<std::uint32_t> meshes;
    std::vector<std::uint32_t> children; ///< indices of later nodes
};

struct EmbeddedTexture {
    std::string name;  ///< with an extension that fits its bytes
    std::string bytes; ///< an encoded picture
};

struct ModelScene {
    std::vector<ModelNode> nodes; ///< the first is the root; children come after their parents
    std::vector<ModelMesh> meshes;
    std::vector<ModelMaterial> materials;
    std::vector<EmbeddedTexture> embedded;
    double meters_per_unit = 1;
    char up_axis = 'Y';
    std::vector<std::string> warnings;
};

} // namespace soulvan::interchange
