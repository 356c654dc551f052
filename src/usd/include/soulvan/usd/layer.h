// Layers: the opinions of one file as specs with fields. Reading picks the format by content.
#pragma once

#include "soulvan/usd/value.h"

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace soulvan::usd {

enum class SpecKind : std::uint8_t { pseudo_root, prim, attribute, relationship, variant_set, variant };

/// Names of the fields that code asks for, interned once. A field keeps its name in text and crate. What the
/// Value of a field holds, in both formats:
///   specifier Specifier · variability Variability · permission Permission · custom, active, hidden,
///   instanceable, noLoadHint Bool · typeName, kind, defaultPrim, upAxis, interpolation, colorSpace,
///   displayUnit, symmetryFunction Token · default any value, ValueBlock when blocked · timeSamples
///   TimeSamples connectionPaths, targetPaths, inheritPaths, specializes PathListOp · references
///   ReferenceListOp payload PayloadListOp · apiSchemas TokenListOp · variantSetNames, clipSets StringListOp
///   variantSelection VariantSelections · subLayers vector<string> · subLayerOffsets vector<LayerOffset>
///   primOrder, propertyOrder vector<Token> · relocates, layerRelocates Relocates · allowedTokens
///   Array<Token> documentation, comment, displayName, displayGroup, prefix, suffix string · customData,
///   assetInfo, customLayerData, clips, expressionVariables, sdrMetadata Dictionary · spline Spline
///   startTimeCode, endTimeCode, timeCodesPerSecond, framesPerSecond, metersPerUnit, kilogramsPerUnit double
///   fields that USD does not register: Opaque, Dictionary, or OpaqueListOp when they edit a list
namespace field {
#define SOULVAN_USD_FIELD(name, text) inline Token const name{text};
SOULVAN_USD_FIELD(specifier, "specifier")
SOULVAN_USD_FIELD(type_name, "typeName")
SOULVAN_USD_FIELD(default_value, "default")
SOULVAN_USD_FIELD(time_samples, "timeSamples")
SOULVAN_USD_FIELD(spline, "spline")
SOULVAN_USD_FIELD(connection_paths, "connectionPaths")
SOULVAN_USD_FIELD(target_paths, "targetPaths")
SOULVAN_USD_FIELD(variability, "variability")
SOULVAN_USD_FIELD(custom, "custom")
SOULVAN_USD_FIELD(default_prim, "defaultPrim")
SOULVAN_USD_FIELD(sub_layers, "subLayers")
SOULVAN_USD_FIELD(sub_layer_offsets, "subLayerOffsets")
SOULVAN_USD_FIELD(references, "references")
SOULVAN_USD_FIELD(payload, "payload")
SOULVAN_USD_FIELD(inherit_paths, "inheritPaths")
SOULVAN_USD_FIELD(specializes, "specializes")
SOULVAN_USD_FIELD(variant_set_names, "variantSetNames")
SOULVAN_USD_FIELD(variant_selection, "variantSelection")
SOULVAN_USD_FIELD(api_schemas, "apiSchemas")
SOULVAN_USD_FIELD(active, "active")
SOULVAN_USD_FIELD(instanceable, "instanceable")
SOULVAN_USD_FIELD(hidden, "hidden")
SOULVAN_USD_FIELD(kind, "kind")
SOULVAN_USD_FIELD(documentation, "documentation")
SOULVAN_USD_FIELD(comment, "comment")
SOULVAN_USD_FIELD(custom_data, "customData")
SOULVAN_USD_FIELD(asset_info, "assetInfo")
SOULVAN_USD_FIELD(custom_layer_data, "customLayerData")
SOULVAN_USD_FIELD(up_axis, "upAxis")
SOULVAN_USD_FIELD(meters_per_unit, "metersPerUnit")
SOULVAN_USD_FIELD(time_codes_per_second, "timeCodesPerSecond")
SOULVAN_USD_FIELD(frames_per_second, "framesPerSecond")
SOULVAN_USD_FIELD(start_time_code, "startTimeCode")
SOULVAN_USD_FIELD(end_time_code, "endTimeCode")
SOULVAN_USD_FIELD(interpolation, "interpolation")
SOULVAN_USD_FIELD(element_size, "elementSize")
SOULVAN_USD_FIELD(color_space, "colorSpace")
SOULVAN_USD_FIELD(relocates, "layerRelocates")
SOULVAN_USD_FIELD(prim_order, "primOrder")
SOULVAN_USD_FIELD(property_order, "propertyOrder")
SOULVAN_USD_FIELD(permission, "permission")
SOULVAN_USD_FIELD(prim_relocates, "relocates") ///< on prims, before layerRelocates
SOULVAN_USD_FIELD(symmetric_peer, "symmetricPeer")
SOULVAN_USD_FIELD(expression_variables, "expressionVariables")
SOULVAN_USD_FIELD(clips, "clips")
SOULVAN_USD_FIELD(clip_sets, "clipSets")
SOULVAN_USD_FIELD(prefix_substitutions, "prefixSubstitutions")
SOULVAN_USD_FIELD(suffix_substitutions, "suffixSubstitutions")
SOULVAN_USD_FIELD(display_unit, "displayUnit")
SOULVAN_USD_FIELD(allowed_tokens, "allowedTokens")
#undef SOULVAN_USD_FIELD
} // namespace field

/// One spec: its kind, its fields in authored order, and the names of its children in authored order.
struct Spec {
    SpecKind kind = SpecKind::prim;
    std::vector<std::pair<Token, Value>> fields;
    std::vector<Token> prim_children; ///< prims and pseudo-root, variants
    std::vector<Token> properties;    ///< prims, variants
    std::vector<Token> variant_sets;  ///< prims, variants: children of kind variant_set
    std::vector<Token> variants;      ///< variant sets: the names of their variants

    Value const* find(Token name) const;
    void set(Token name, Value value); ///< replaces in place or appends
    bool erase(Token name);
};

/// Bounds for readers of foreign bytes.
struct ReadLimits {
    std::size_t bytes = std::size_t{8} << 30;
    std::size_t specs = 50'000'000;
    std::size_t array_elements = 1'000'000'000;
    int nesting = 256;
};

/// The opinions of one file. A value type: build it, then share it as `shared_ptr<Layer const>`.
/// A variant set lives at "/A{set=}", a variant at "/A{set=sel}".
class Layer {
public:
    Layer(); ///< an empty layer with a pseudo-root

    /// Reads text (.usda), crate (.usdc), .usd (either) or the root layer of a package (.usdz, or
    /// "package.usdz[inner.usdc]"), by its content.
    /// Errors  not_found, io, limit; invalid_input: "file.usda:12:5: what" or "file.usdc: offset 88: what".
    static Result<std::shared_ptr<Layer const>> open(std::filesystem::path const& path,
                                                     ReadLimits const& limits = {});
    /// The same from memory; `name` stands in messages.
    static Result<Layer> read(std::span<std::byte const> bytes, std::string const& name,
                              ReadLimits const& limits = {});

    /// Where it was read from: an absolute path, or "package.usdz[inner]". Empty for layers made in memory.
    std::string identifier;

    Spec const* find(Path const& path) const;
    Spec* find(Path const& path);
    /// Makes the spec and, for prims, the ancestors that are missing (as `over`s); registers it with its
    /// parent.
    Spec& define_prim(Path const& path, Specifier specifier, Token type_name = Token());
    Spec& define_attribute(Path const& path, Token type_name, Value default_value = {},
                           Variability variability = Variability::varying, bool custom = false);
    Spec& define_relationship(Path const& path, std::vector<Path> targets);
    Spec& define_variant(Path const& prim, Token set, Token variant);
    /// For readers: inserts a spec without touching its parent's child lists. False when it is there already.
    bool insert(Path const& path, Spec spec);
    /// For readers: the spec at `path`, made when it is missing (then the second is true), without touching
    /// its parent's child lists. The address holds until the layer goes.
    std::pair<Spec*, bool> emplace(Path const& path, SpecKind kind);

    Spec const& pseudo_root() const;
    Spec& pseudo_root();
    Token default_prim() const;
    std::size_t size() const { return specs_.size(); }
    /// Every path, in path order.
    std::vector<Path> paths() const;
    friend bool operator==(Layer const& a, Layer const& b);

private:
    /// Open addressing over interned paths, with specs that never move: half the time of std::unordered_map
    /// on layers of millions of specs, where every look-up misses the cache.
    struct Slot {
        Path path; ///< empty: free
        std::uint32_t spec = 0;
    };
    std::size_t slot_of(Path const& path) const;
    void grow();

    std::vector<Slot> slots_; ///< a power of two
    std::deque<Spec> specs_;
};

/// Text in OpenUSD's own formatting ("#usda 1.0" first); write_text(read(x)) is byte-equal for its baselines.
std::string write_text(Layer const& layer);
/// Crate in the lowest version that holds the data, from 0.8.0 on; deterministic.
Result<std::string> write_crate(Layer const& layer);
/// Writes by extension: .usda text, .usdc and .usd crate. All or nothing under its name.
/// Errors  unsupported: another extension; io.
Result<> save(Layer const& layer, std::filesystem::path const& path);

} // namespace soulvan::usd
