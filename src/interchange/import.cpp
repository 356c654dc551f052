// From a model file to a USD layer: read, bring into our frame, dress, copy textures, write.
#include "soulvan/interchange/import.h"

#include "isolated.h"
#include "looks.h"
#include "names.h"
#include "shape.h"
#include "textures.h"
#include "writer.h"

#include "soulvan/usd/layer.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace soulvan::interchange {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> formats = {".obj", ".gltf", ".glb", ".fbx"};

Result<> check_source(fs::path const& source, ImportLimits const& limits)
{
    std::error_code error;
    if (!fs::exists(source, error))
        return fail(Errc::not_found, "{}: there is no such file", source.string());
    if (!fs::is_regular_file(source, error))
        return fail(Errc::invalid_input, "{}: is no file", source.string());
    auto extension = source.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (std::find(formats.begin(), formats.end(), extension) == formats.end())
        return fail(Errc::unsupported,
                    "{}: only .obj, .gltf, .glb and .fbx are imported: convert it to one of them",
                    source.string());
    auto const size = fs::file_size(source, error);
    if (error) return fail(Errc::io, "{}: {}", source.string(), error.message());
    if (size > limits.file_bytes)
        return fail(Errc::limit, "{}: has {} bytes, more than the limit of {}", source.string(), size,
                    limits.file_bytes);
    if (size == 0) return fail(Errc::invalid_input, "{}: is empty", source.string());
    return {};
}

/// Some exporters file a normal map as the colour. Its mean, read as sRGB, is (0.5, 0.5, 1) made linear,
/// which no photograph comes near.
bool is_normal_map(StoredTexture const& stored)
{
    auto const& mean = stored.mean;
    auto const near_half = [](float v) { return v > 0.15f && v < 0.3f; };
    return near_half(mean.x) && near_half(mean.y) && mean.z > 0.6f;
}

/// One set of texture coordinates is imported: a map that uses another (a light map) would lie wrongly.
void drop_second_coordinates(ModelMaterial& material, std::vector<std::string>& warnings)
{
    for (auto* use :
         {&material.color_map, &material.opacity_map, &material.emission_map, &material.normal_map,
          &material.occlusion_map, &material.roughness_map, &material.metallic_map}) {
        if (use->empty() || use->uv_set == 0) continue;
        warnings.push_back(
            fmt::format("material {}: a texture on the texture coordinates number {} is left out",
                        material.name, use->uv_set));
        *use = {};
    }
}

Result<std::vector<WrittenMaterial>> dress_all(ModelScene& scene, TextureStore& textures,
                                               ImportOptions const& options)
{
    std::vector<char> is_used(scene.materials.size(), 0);
    for (auto const& mesh : scene.meshes)
        if (!mesh.indices.empty()) is_used[mesh.material] = 1;
    std::vector<WrittenMaterial> materials(scene.materials.size());
    for (std::size_t i = 0; i < materials.size(); ++i) {
        if (!is_used[i]) continue;
        auto& source = scene.materials[i];
        auto& written = materials[i];
        drop_second_coordinates(source, scene.warnings);
        written.color = TRY(textures.store(source.color_map));
        if (written.color && is_normal_map(*written.color)) {
            std::swap(source.normal_map, source.color_map);
            written.color.reset();
        }
        written.normal = TRY(textures.store(source.normal_map));
        written.opacity = TRY(textures.store(source.opacity_map));
        written.emission = TRY(textures.store(source.emission_map));
        written.occlusion = TRY(textures.store(source.occlusion_map));
        written.roughness = TRY(textures.store(source.roughness_map));
        written.metallic = TRY(textures.store(source.metallic_map));
        written.look = look_of(source, written.color ? &*written.color : nullptr, options.material_rules,
                               options.colors_are_srgb, options.hints);
    }
    return materials;
}

} // namespace

Result<ImportReport> import_model(fs::path const& source, fs::path const& target_usd,
                                  ImportOptions const& options, Progress& progress)
{
    TRY(check_source(source, options.limits));
    auto const label = fmt::format("import {}", source.filename().string());
    progress.report(label, 0, 3);
    auto scene = TRY(read_scene(source, options.limits));
    progress.report(label, 1, 3);
    if (auto const framed = bring_into_frame(scene, options); !framed)
        return within(source.string(), framed.error());

    ImportReport report;
    report.bounds = bounds_of(scene);
    TextureStore textures(scene, source, target_usd, options.limits);
    auto const materials = TRY(dress_all(scene, textures, options));
    progress.report(label, 2, 3);

    auto const name = identifier_from(options.name.empty() ? source.stem().string() : options.name, "model");
    auto const layer = layer_of(scene, materials, options, name, report);
    TRY(usd::save(layer, target_usd));
    report.files = textures.files();
    std::sort(report.files.begin(), report.files.end());
    report.files.insert(report.files.begin(), target_usd);
    report.warnings = scene.warnings;
    report.warnings.insert(report.warnings.end(), textures.warnings().begin(), textures.warnings().end());
    progress.report(label, 3, 3);
    return report;
}

} // namespace soulvan::interchange
