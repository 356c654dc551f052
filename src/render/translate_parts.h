// What do the parts of the translation share? Warnings, names with indices, and the textures asked for.
#pragma once

#include "soulvan/render/translate.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace soulvan::render {

/// Sentences for Scene::warnings, each once.
class Warnings {
public:
    void add(std::string sentence)
    {
        if (seen_.insert(sentence).second) sentences_.push_back(std::move(sentence));
    }
    std::vector<std::string> take() { return std::move(sentences_); }

private:
    std::unordered_set<std::string> seen_;
    std::vector<std::string> sentences_;
};

/// Names by number of first use: materials are shared by meshes, so that a uv set has one index in all of
/// them.
class NameTable {
public:
    int index_of(std::string const& name)
    {
        auto const [at, is_new] = indices_.try_emplace(name, static_cast<int>(names_.size()));
        if (is_new) names_.push_back(name);
        return at->second;
    }
    std::vector<std::string> const& names() const { return names_; }

private:
    std::unordered_map<std::string, int> indices_;
    std::vector<std::string> names_;
};

enum class ColorSpace : std::uint8_t { automatic, raw, srgb };

struct TextureRequest {
    std::string file; ///< resolved: a path or "package.usdz[inner.png]"; with "<UDIM>" a set of tiles
    ColorSpace color_space = ColorSpace::automatic;
    Wrap wrap_s = Wrap::repeat, wrap_t = Wrap::repeat;
    friend auto operator<=>(TextureRequest const&, TextureRequest const&) = default;
};

/// Textures asked for while materials and lights are read, each file once; loaded together at the end.
class TextureRequests {
public:
    int index_of(TextureRequest const& request)
    {
        auto const [at, is_new] = indices_.try_emplace(request, static_cast<int>(requests_.size()));
        if (is_new) requests_.push_back(request);
        return at->second;
    }
    std::vector<TextureRequest> const& all() const { return requests_; }

    /// A picture that was made here and comes from no file: an index below −1, until all files are loaded.
    int index_of_baked(Texture texture)
    {
        baked_.push_back(std::move(texture));
        return -1 - static_cast<int>(baked_.size());
    }
    /// Moves the made pictures behind the loaded ones; `final_index` tells where one below −1 went.
    void append_baked(std::vector<Texture>& textures)
    {
        first_baked_ = static_cast<int>(textures.size());
        for (auto& texture : baked_) textures.push_back(std::move(texture));
    }
    int final_index(int index) const { return index < -1 ? first_baked_ - 2 - index : index; }

private:
    std::vector<Texture> baked_;
    int first_baked_ = 0;
    std::map<TextureRequest, int> indices_;
    std::vector<TextureRequest> requests_;
};

/// What reading a stage into a scene carries along.
struct Translation {
    usd::Stage const& stage;
    usd::Time time;
    TranslateSettings const& settings;
    Warnings warnings;
    NameTable uv_sets, color_sets;
    TextureRequests textures;
};

/// Metres, +Y up, from stage space; row vectors, applied last.
Matrix4d meters_y_up(usd::Stage const& stage);
/// A number that stays the same for a path: 24 bits, never 0.
std::uint32_t object_id(std::string_view path);

/// A UsdShade Material as a render::Material. Networks that are no UsdPreviewSurface are approximated by the
/// inputs they share with it, with a warning.
Material translate_material(Translation& translation, usd::Prim const& material);
/// Names in `translation.uv_sets` and `color_sets` that a material reads, by index.
struct MaterialReads {
    std::vector<int> uv_sets, color_sets;
};
MaterialReads reads_of(Material const& material);
/// Every input of a material, for passes over all of them.
std::vector<Input*> inputs_of(Material& material);

/// Every visible light of the stage.
std::vector<Light> translate_lights(Translation& translation);

/// Loads what was asked for, in parallel. A texture that does not exist is empty and has a warning.
/// Errors  those of read_image for a file that exists but cannot be read.
Result<std::vector<Texture>> load_textures(std::vector<TextureRequest> const& requests, Warnings& warnings);

/// Meshes, instances and the materials bound to them.
Result<> translate_surfaces(Translation& translation, Scene& scene, Progress& progress);

/// The camera that the settings name, or one that frames the stage. Adds a warning when it invents one.
Result<Camera> find_camera(usd::Stage const& stage, usd::Time time, TranslateSettings const& settings,
                           Warnings& warnings);

} // namespace soulvan::render
