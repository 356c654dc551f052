// What a layer needs: the layers and files that it names, all that those name, and one package of them.
#pragma once

#include "soulvan/usd/layer.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace soulvan::usd {

enum class DependencyKind : std::uint8_t { sublayer, reference, payload, asset, clip_template };

/// One mention of an outside file in a layer.
struct Dependency {
    DependencyKind kind = DependencyKind::asset;
    Path site;            ///< the prim, variant or property; "/" for the layer itself
    Token field;          ///< "references", "default", "customData", ...
    std::string authored; ///< as it stands there
    /// What a pattern stands for, authored the same way: the tiles of "<UDIM>" (1001 to 2000), the files that
    /// a clip template ("clip.###.usd") matches. Empty when `authored` is no pattern or matches nothing.
    std::vector<std::string> files;
};

/// Every mention, in the order of the layer: its sublayers, then prim by prim depth first (also in variants)
/// metadata, payloads, references, then properties. Asset paths are found wherever a value can hold one:
/// attributes' defaults and samples, metadata, dictionaries at any depth, clips and their templates.
/// References that are deleted again in the same list are none. Patterns are matched against files beside
/// `layer.identifier`.
std::vector<Dependency> layer_dependencies(Layer const& layer);

/// The paths of layer_dependencies() by kind, each once, sorted: what UsdUtilsExtractExternalReferences
/// answers. Assets and clips count as references; a pattern that matches is replaced by its files.
struct ExternalReferences {
    std::vector<std::string> sublayers, references, payloads;
};
ExternalReferences external_references(Layer const& layer);

/// Everything that a layer needs, and what that needs: UsdUtilsComputeAllDependencies. Identifiers are
/// absolute paths, or "package.usdz[entry]".
struct AllDependencies {
    std::vector<std::string> layers;     ///< the root first, the others sorted
    std::vector<std::string> assets;     ///< other files, sorted
    std::vector<std::string> unresolved; ///< where something that is missing was looked for, sorted
    std::vector<std::string> damaged;    ///< layers that do not open, as "path: reason", sorted
};
/// Errors  as Layer::open for the root layer. `assetInfo["identifier"]` names the asset itself and is left
/// out.
Result<AllDependencies> all_dependencies(std::filesystem::path const& root, ReadLimits const& limits = {});

/// Where `asset`, authored in the layer `anchor`, is found: as composition looks for it. `anchor` may be ""
/// (the current folder is meant). "" when nothing is there.
std::string resolve_asset_path(std::string const& asset, std::string const& anchor);

/// Replaces each path that the layer mentions by what `change` makes of it; "" takes the mention away: the
/// reference, the sample, the entry of a dictionary; a field that becomes empty goes too. Elements of arrays
/// go as well unless `keep_empty_elements`. What becomes equal in one list stays once. As
/// UsdUtilsModifyAssetPaths, but a sublayer that is renamed keeps its offset, which that function drops.
void modify_asset_paths(Layer& layer, std::function<std::string(std::string const&)> const& change,
                        bool keep_empty_elements = false);

struct LocalizeOptions {
    /// What the root layer is called in the package; "": as outside.
    std::string first_layer_name;
    /// Makes what ARKit takes: the root is .usdc; when arcs lead to other layers the stage is flattened
    /// first, which loses variants.
    bool arkit = false;
    ReadLimits limits;
};
struct LocalizeReport {
    std::vector<std::string> entries;  ///< of the package, in order
    std::vector<std::string> warnings; ///< what is missing or clashes, a sentence each
};
/// Packs `root` and everything it needs into the package at `path` (UsdUtilsCreateNewUsdzPackage,
/// UsdUtilsCreateNewARKitUsdzPackage). What lies below the root's folder and is named relatively keeps its
/// place; everything else goes to folders "0", "1", ... and is renamed in the layers, so that no outside
/// folder's name is told. Layers that do not change are copied byte for byte; a package stays whole, as one
/// entry. Files outside are never changed. Deterministic.
/// Errors  as Layer::open for the root layer and write_package_from().
Result<LocalizeReport> write_localized_package(std::filesystem::path const& root,
                                               std::filesystem::path const& path,
                                               LocalizeOptions const& options = {});

} // namespace soulvan::usd
