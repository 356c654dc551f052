// The catalogue: which assets exist, found by words or by category, and made to lie beside a stage.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/base/progress.h"
#include "soulvan/catalog/asset.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::catalog {

struct CatalogOptions {
    std::filesystem::path library_folder = "/usr/share/sweethome3d/furniture"; ///< .sh3f archives
    std::filesystem::path data_folder;  ///< packs that the user imported (XDG data)
    std::filesystem::path cache_folder; ///< index, converted models, thumbnails (XDG cache)
    std::filesystem::path share_folder; ///< the program's share/soulvan: textures
};

struct SearchHit {
    Asset const* asset = nullptr;
    double score = 0; ///< higher is better; comparable within one answer only
};

struct SearchOptions {
    std::size_t limit = 50;
    std::string category; ///< only at or below it
    bool placeable_only = false;
};

/// A file that an asset brings, as it lies beside a stage.
struct Materialised {
    std::string layer;                 ///< relative to the output folder: "assets/scopia/office_chair.usdc"
    std::vector<std::string> textures; ///< the same
    std::string source_sha256;
    std::vector<std::string> warnings;
};

/// Renders a picture of an asset's layer; `app` binds it to the renderer.
using Thumbnailer = std::function<Result<>(std::filesystem::path const& layer, Asset const& asset,
                                           std::filesystem::path const& png, int size)>;

class Catalog {
public:
    /// Reads what ships and what was imported; the search index is made anew when either changed.
    /// Errors  io; invalid_input: a pack's record, naming file and field.
    static Result<Catalog> open(CatalogOptions const& options);
    ~Catalog();
    Catalog(Catalog&&) noexcept;
    Catalog& operator=(Catalog&&) noexcept;

    std::span<Asset const> assets() const; ///< by key
    /// By key alone for models and entries; generated ones with any valid parameters.
    /// Errors  not_found: naming the nearest key; those of Generator::describe.
    Result<Asset> find(AssetRef const& ref) const;
    /// Placeable assets at or below a category; the better choice first: those with more of `attributes`,
    /// then user packs before generators before built-in models, then exactly the category before those below
    /// it, then by key.
    std::vector<Asset const*> of_category(std::string_view category,
                                          std::set<std::string> const& attributes = {}) const;
    /// Full text over names, tags, categories and their synonyms, best first.
    Result<std::vector<SearchHit>> search(std::string_view words, SearchOptions const& options = {}) const;
    /// {"total_assets", "packs": {name: count}, "origins": {"imported", "built_in", "generated"}, "themes",
    /// "placeable"}.
    Json inventory() const;
    /// A SHA-256 over every record: part of the keys of plan and layout.
    std::string snapshot_id() const;

    /// Writes master_index.json and a JSON per asset, assets/<pack>/<name>.json, into `folder`.
    Result<> write_index(std::filesystem::path const& folder) const;

    /// Puts the asset's layer and textures below `<output_folder>/assets/<pack>/`: converted or built on
    /// first use, kept in the cache by content, hard-linked where the file system allows. Errors  not_found:
    /// its archive, naming the Debian package; io; invalid_input, limit: as conversion.
    Result<Materialised> materialise(Asset const& asset, std::filesystem::path const& output_folder,
                                     Progress& progress) const;
    /// The file name of an asset's layer in a stage's folder: "assets/scopia/office_chair.usdc".
    static std::string layer_path(AssetRef const& ref);

private:
    struct State;
    explicit Catalog(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct PackImport {
    std::string pack;    ///< [a-z0-9_]; "": from the folder's name
    std::string license; ///< where neither a sidecar nor a LICENSE file says one
    std::string credit;
};
struct PackReport {
    std::string pack;
    int assets = 0;                    ///< listed
    int placeable = 0;                 ///< of those: opened, with a category and bounds
    std::vector<std::string> problems; ///< "chair.usd: …": listed, never offered
};
/// Adds every model below `folder` (.usd, .usda, .usdc, .usdz, .obj, .gltf, .glb, .fbx) as a pack: each is
/// opened and measured; categories come from sidecars (<stem>.json) or names. The models stay where they are.
/// A pack of that name is replaced. With a master_index.json in the folder its records are taken as they are.
/// Errors  not_found; io; invalid_input: no model in it, a name that is taken by what ships.
Result<PackReport> import_pack(std::filesystem::path const& folder, CatalogOptions const& options,
                               PackImport const& what, Progress& progress);

} // namespace soulvan::catalog
