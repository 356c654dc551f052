// Gathering: what a stage needs, converted where it comes from a library, beside the stage in one folder.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"
#include "soulvan/interchange/library.h"

#include <filesystem>
#include <string>
#include <vector>

namespace soulvan::interchange {

struct GatherOptions {
    /// Where .sh3f archives lie; Debian's package sweethome3d-furniture puts them here.
    std::filesystem::path library_folder = "/usr/share/sweethome3d/furniture";
    std::size_t file_bytes = std::size_t{4} << 30; ///< each file that is copied
    /// Name of the stage in the output folder; .usdc and .usd are written as crate.
    std::string stage_name = "scene.usda";
    /// Where everything else goes, relative to the output folder.
    std::string assets = "assets";
    ArchiveLimits archive;
};

/// One file beside the stage and what must be said about it in the manifest.
struct GatheredAsset {
    std::string key;    ///< of the stage's dictionary, "forklift"; "" for the stage's own files
    std::string path;   ///< relative to the output folder: "assets/sweethome3d/forklift.usdc"
    std::string sha256; ///< of the file at `path`
    std::string name, license, credit; ///< of library models
    std::string source;                ///< "Scopia.sh3f#Scopia#forklift", or the authored path
    std::string source_sha256;
    std::vector<std::string> textures; ///< relative to the output folder, sorted
};

struct Gathered {
    std::filesystem::path stage;       ///< the stage file in the output folder
    std::vector<GatheredAsset> assets; ///< by path
    std::vector<std::string> warnings;
};

/// Puts `stage` as `options.stage_name` into `output_folder`, with everything it refers to below
/// `options.assets`.
///
/// Library models are declared in the stage's customLayerData and referenced as
/// `@./assets/sweethome3d/<key>.usdc@`:
///
///     customLayerData = {
///         dictionary "soulvan:library" = {
///             dictionary forklift = {
///                 string archive = "Scopia.sh3f"
///                 string id = "Scopia#forklift"
///                 double yaw_deg = 90        (optional: turns the model about +Y, so that it faces +Z)
///                 double scale = 1.1         (optional: on top of the stated size)
///             }
///         }
///     }
///
/// Other relative assets (layers, textures) are copied below `assets/` and the stage's paths rewritten;
/// layers that those refer to follow. A stage that already is <output_folder>/scene.usda stays as it is. Hard
/// links where the file system allows, else copies. A .usdz stage, and a stage in crate, becomes a .usda
/// beside its files. Errors  not_found: an archive, naming the Debian package; a record; a referenced file,
/// naming the prim's path;
///         invalid_input: a dictionary of another shape; io.
Result<Gathered> gather_library(std::filesystem::path const& stage,
                                std::filesystem::path const& output_folder,
                                std::filesystem::path const& cache_folder, Progress& progress,
                                GatherOptions const& options = {});

} // namespace soulvan::interchange
