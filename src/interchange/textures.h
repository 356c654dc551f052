// Textures of a model: found inside its folder, checked to be pictures, copied beside the layer.
#pragma once

#include "scene.h"

#include "soulvan/base/result.h"
#include "soulvan/interchange/import.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::interchange {

/// What a picture's alpha channel is for.
enum class AlphaUse : std::uint8_t {
    none,   ///< no alpha, or opaque everywhere
    cutout, ///< holes with sharp edges: leaves, nets
    blend,  ///< partly transparent areas
};

struct StoredTexture {
    std::string path; ///< relative to the layer: "./oak.textures/bark.png"
    AlphaUse alpha = AlphaUse::none;
    int channels = 3;
    Vec3f mean{0.5f, 0.5f, 0.5f}; ///< linear, of the opaque part
};

/// Copies each texture once, under a name of its own.
class TextureStore {
public:
    /// Files land in `<target without extension>.textures/`.
    TextureStore(ModelScene const& scene, std::filesystem::path const& source,
                 std::filesystem::path const& target_usd, ImportLimits const& limits);

    /// Nothing, and a warning, when the file is missing, lies outside the source's folder or is no picture.
    /// Errors  io: cannot be written.
    Result<std::optional<StoredTexture>> store(TextureUse const& use);

    std::vector<std::filesystem::path> const& files() const { return files_; }
    std::vector<std::string> const& warnings() const { return warnings_; }

private:
    Result<std::optional<StoredTexture>> store_bytes(std::string const& bytes, std::string const& name);
    std::optional<std::filesystem::path> find(std::string const& authored) const;
    /// The picture beside the model whose name is made of words of `stem`, most of them first: libraries
    /// shorten names ("rug.jpg" for "Living room rug.jpg") and forget to tell the material.
    std::optional<std::filesystem::path> renamed(std::string const& stem) const;
    std::string free_name(std::string const& wanted, std::string const& extension);

    ModelScene const& scene_;
    std::filesystem::path source_folder_, target_folder_;
    ImportLimits limits_;
    std::map<std::string, std::optional<StoredTexture>> known_; ///< by authored path, or "*<n>"
    std::map<std::string, StoredTexture> by_content_;
    std::map<std::string, int> names_;
    std::vector<std::filesystem::path> files_;
    std::vector<std::string> warnings_;
};

} // namespace soulvan::interchange
