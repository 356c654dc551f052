// What does this OBJ, glTF or FBX file hold? assimp's answer as a ModelScene, with assimp's file access
// confined.
#include "assimp_reader.h"

#include "assimp_material.h"

#include "soulvan/base/file.h"

#include <assimp/DefaultIOSystem.h>
#include <assimp/Importer.hpp>
#include <assimp/config.h>
#include <assimp/scene.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace soulvan::interchange {

namespace fs = std::filesystem;

namespace {

/// A model may name other files (mtllib, glTF buffers): only those below its own folder are opened.
class ConfinedFiles final : public Assimp::DefaultIOSystem {
public:
    ConfinedFiles(fs::path folder, std::size_t max_bytes) : folder_(std::move(folder)), max_bytes_(max_bytes)
    {}

    bool Exists(char const* file) const override { return allowed(file); }
    Assimp::IOStream* Open(char const* file, char const* mode) override
    {
        return std::string_view(mode).find('w') == std::string_view::npos && allowed(file)
                   ? DefaultIOSystem::Open(file, mode)
                   : nullptr;
    }

private:
    bool allowed(char const* file) const
    {
        std::error_code error;
        auto const real = fs::canonical(file, error);
        if (error || !fs::is_regular_file(real, error) || fs::file_size(real, error) > max_bytes_)
            return false;
        auto const [end, _] = std::mismatch(folder_.begin(), folder_.end(), real.begin(), real.end());
        return end == folder_.end();
    }
    fs::path folder_;
    std::size_t max_bytes_;
};

/// assimp multiplies column vectors; ours are rows.
Matrix4d row_matrix(aiMatrix4x4 const& m)
{
    return {m.a1, m.b1, m.c1, m.d1, m.a2, m.b2, m.c2, m.d2, m.a3, m.b3, m.c3, m.d3, m.a4, m.b4, m.c4, m.d4};
}

Vec3f vec(aiVector3D const& v)
{
    return {v.x, v.y, v.z};
}

ModelMesh mesh_of(aiMesh const& source)
{
    ModelMesh mesh{.name = source.mName.C_Str(), .material = source.mMaterialIndex};
    if (!source.mVertices || !source.mFaces) return mesh;
    mesh.points.reserve(source.mNumVertices);
    for (unsigned i = 0; i < source.mNumVertices; ++i) mesh.points.push_back(vec(source.mVertices[i]));
    auto const* uvs = source.HasTextureCoords(0) ? source.mTextureCoords[0] : nullptr;
    auto const* colors = source.HasVertexColors(0) ? source.mColors[0] : nullptr;
    for (unsigned f = 0; f < source.mNumFaces; ++f) {
        auto const& face = source.mFaces[f];
        // Points and lines have no surface.
        if (face.mNumIndices < 3) continue;
        if (std::any_of(face.mIndices, face.mIndices + face.mNumIndices,
                        [&](unsigned index) { return index >= source.mNumVertices; }))
            continue;
        mesh.face_counts.push_back(static_cast<std::int32_t>(face.mNumIndices));
        for (unsigned i = 0; i < face.mNumIndices; ++i) {
            auto const index = face.mIndices[i];
            mesh.indices.push_back(static_cast<std::int32_t>(index));
            if (source.mNormals) mesh.normals.push_back(vec(source.mNormals[index]));
            if (uvs) mesh.uvs.emplace_back(uvs[index].x, uvs[index].y);
            if (colors) mesh.colors.emplace_back(colors[index].r, colors[index].g, colors[index].b);
        }
    }
    return mesh;
}

/// assimp's tree in breadth order: parents before children, an explicit queue instead of recursion, because a
/// hostile file can nest as deep as it likes.
Result<std::vector<ModelNode>> nodes_of(aiScene const& scene, std::size_t max_nodes)
{
    std::vector<aiNode const*> order{scene.mRootNode};
    std::vector<ModelNode> nodes;
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto const& source = *order[i];
        ModelNode node{.name = source.mName.C_Str(), .parent_from_node = row_matrix(source.mTransformation)};
        for (unsigned m = 0; m < source.mNumMeshes; ++m)
            if (source.mMeshes[m] < scene.mNumMeshes) node.meshes.push_back(source.mMeshes[m]);
        for (unsigned c = 0; c < source.mNumChildren; ++c) {
            node.children.push_back(static_cast<std::uint32_t>(order.size()));
            order.push_back(source.mChildren[c]);
        }
        nodes.push_back(std::move(node));
        if (order.size() > max_nodes) return fail(Errc::limit, "has more than {} nodes", max_nodes);
    }
    return nodes;
}

template <class T>
std::optional<T> metadata(aiScene const& scene, char const* key)
{
    T value{};
    if (scene.mMetaData && scene.mMetaData->Get(key, value)) return value;
    return std::nullopt;
}

/// FBX counts in centimetres times UnitScaleFactor and states its axes; the others are metres with +Y up
/// (glTF 2.0, 3.4) or say nothing (OBJ).
void read_units(aiScene const& source, ModelScene& scene)
{
    auto factor = metadata<float>(source, "UnitScaleFactor");
    if (!factor) {
        if (auto const wide = metadata<double>(source, "UnitScaleFactor")) factor = static_cast<float>(*wide);
    }
    if (factor && *factor > 0 && std::isfinite(*factor)) scene.meters_per_unit = *factor / 100.0;
    if (auto const axis = metadata<std::int32_t>(source, "UpAxis"); axis && *axis >= 0 && *axis <= 2)
        scene.up_axis = "XYZ"[*axis];
}

void read_embedded(aiScene const& source, ModelScene& scene)
{
    for (unsigned i = 0; i < source.mNumTextures; ++i) {
        auto const& texture = *source.mTextures[i];
        EmbeddedTexture embedded;
        embedded.name = texture.mFilename.length ? texture.mFilename.C_Str() : fmt::format("embedded_{}", i);
        if (texture.mHeight == 0)
            embedded.bytes.assign(reinterpret_cast<char const*>(texture.pcData), texture.mWidth);
        else
            scene.warnings.push_back(fmt::format("texture {} is stored as raw texels, which is not read", i));
        scene.embedded.push_back(std::move(embedded));
    }
}

Result<ModelScene> scene_of(aiScene const& source, ModelFormat format, ImportLimits const& limits)
{
    std::size_t corners = 0;
    for (unsigned m = 0; m < source.mNumMeshes; ++m)
        for (unsigned f = 0; f < source.mMeshes[m]->mNumFaces; ++f)
            corners += source.mMeshes[m]->mFaces[f].mNumIndices;
    if (corners > limits.vertices) return fail(Errc::limit, "has more than {} face corners", limits.vertices);

    ModelScene scene;
    scene.nodes = TRY(nodes_of(source, limits.nodes));
    for (unsigned m = 0; m < source.mNumMeshes; ++m) scene.meshes.push_back(mesh_of(*source.mMeshes[m]));
    read_embedded(source, scene);
    for (unsigned m = 0; m < source.mNumMaterials; ++m)
        scene.materials.push_back(material_of(*source.mMaterials[m], source, format));
    if (scene.materials.empty()) scene.materials.emplace_back();
    for (auto& mesh : scene.meshes)
        if (mesh.material >= scene.materials.size()) mesh.material = 0;
    if (format == ModelFormat::fbx) read_units(source, scene);
    if (source.mNumAnimations > 0)
        scene.warnings.push_back("animation is not imported: the rest pose is used");
    if (std::any_of(source.mMeshes, source.mMeshes + source.mNumMeshes,
                    [](aiMesh const* m) { return m->HasBones(); }))
        scene.warnings.push_back("skinning is not imported: the bind pose is used");
    return scene;
}

std::string first_line(std::string_view text)
{
    std::string line(text.substr(0, std::min<std::size_t>(text.find('\n'), 300)));
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < 32) c = ' ';
    return line;
}

} // namespace

Result<ModelScene> read_scene_here(fs::path const& source, ImportLimits const& limits)
{
    auto extension = source.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto const format = extension == ".fbx"   ? ModelFormat::fbx
                        : extension == ".obj" ? ModelFormat::obj
                                              : ModelFormat::gltf;
    try {
        Assimp::Importer importer;
        importer.SetIOHandler(new ConfinedFiles(fs::canonical(source).parent_path(),
                                                limits.file_bytes)); // the importer owns it
        importer.SetPropertyBool(AI_CONFIG_IMPORT_FBX_PRESERVE_PIVOTS, false);
        importer.SetPropertyBool(AI_CONFIG_IMPORT_FBX_READ_CAMERAS, false);
        importer.SetPropertyBool(AI_CONFIG_IMPORT_FBX_READ_LIGHTS, false);
        // No validation step: it refuses meshes that mix lines and faces, which OBJ has; scene_of checks what
        // it uses.
        auto const* scene = importer.ReadFile(source.string(), 0);
        if (!scene || !scene->mRootNode)
            return fail(Errc::invalid_input, "{}: cannot be read as {}: {}", source.string(),
                        extension.empty() ? extension : extension.substr(1),
                        first_line(importer.GetErrorString()));
        auto result = scene_of(*scene, format, limits);
        if (!result) return within(source.string(), result.error());
        return result;
    } catch (std::bad_alloc const&) {
        return fail(Errc::limit, "{}: needs more memory than reading a model may take", source.string());
    } catch (std::exception const& error) {
        return fail(Errc::invalid_input, "{}: cannot be read: {}", source.string(), first_line(error.what()));
    }
}

} // namespace soulvan::interchange
