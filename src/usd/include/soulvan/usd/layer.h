// Layers: the opinions of one file as specs with fields. Reading picks the format by content.
#pragma once

#include "soulvan/usd/value.h"

#include <cstring>
#include <deque>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
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

/// A spec that is being made or changed: its kind, its fields in authored order, and the names of its
/// children in authored order.
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

/// The names of a spec's children in authored order. A view: valid while its layer lives unchanged.
class Names {
public:
    Names() = default;
    explicit Names(std::vector<Token> const& names) : tokens_(names.data()), size_(names.size()) {}
    /// `size` indexes into `table` stand at `indexes`, little endian, four bytes each; an index outside names
    /// nothing.
    Names(std::span<Token const> table, std::byte const* indexes, std::size_t size)
        : tokens_(table.data()),
          table_size_(table.size()),
          indexes_(indexes),
          size_(size)
    {}
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    Token operator[](std::size_t i) const
    {
        if (!indexes_) return tokens_[i];
        std::uint32_t index = 0;
        std::memcpy(&index, indexes_ + 4 * i, 4);
        return index < table_size_ ? tokens_[index] : Token();
    }
    std::vector<Token> to_vector() const { return {begin(), end()}; }

    class Iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = Token;
        using reference = Token;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;
        Iterator() = default;
        Iterator(Names const* names, std::size_t at) : names_(names), at_(at) {}
        Token operator*() const { return (*names_)[at_]; }
        Iterator& operator++()
        {
            ++at_;
            return *this;
        }
        Iterator operator++(int)
        {
            auto const before = *this;
            ++at_;
            return before;
        }
        friend bool operator==(Iterator const& a, Iterator const& b) { return a.at_ == b.at_; }

    private:
        Names const* names_ = nullptr;
        std::size_t at_ = 0;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size_}; }
    friend bool operator==(Names const& a, Names const& b);

private:
    Token const* tokens_ = nullptr;
    std::size_t table_size_ = 0;
    std::byte const* indexes_ = nullptr;
    std::size_t size_ = 0;
};

class SpecTable; ///< private to the room

/// What a layer says at one path. A handle: cheap to copy, valid while its layer lives unchanged. Values of a
/// crate file are read when they are asked for.
class SpecView {
public:
    SpecView() = default; ///< no spec stands there
    explicit SpecView(Spec const* spec) : spec_(spec) {}
    SpecView(SpecTable const* table, std::uint32_t index) : table_(table), index_(index) {}
    explicit operator bool() const { return table_ || spec_; }

    SpecKind kind() const;
    bool has(Token field) const;
    Value find(Token field) const; ///< holds nothing when the field is not authored
    template <class T>
    std::optional<T> get(Token field) const
    {
        auto const value = find(field);
        auto const* held = value.template get<T>();
        return held ? std::optional<T>(*held) : std::nullopt;
    }
    template <class T>
    T get_or(Token field, T fallback) const
    {
        return find(field).template get_or<T>(std::move(fallback));
    }
    std::vector<Token> field_names() const;              ///< in authored order; reads no value
    std::vector<std::pair<Token, Value>> fields() const; ///< in authored order
    Names prim_children() const;                         ///< of prims, the pseudo-root, variants
    Names properties() const;                            ///< of prims, variants
    Names variant_sets() const;                          ///< of prims, variants
    Names variants() const;                              ///< of variant sets
    Spec copy() const;
    /// Same kind, fields (in any order) and children (in order).
    friend bool operator==(SpecView const& a, SpecView const& b);

private:
    SpecTable const* table_ = nullptr;
    Spec const* spec_ = nullptr;
    std::uint32_t index_ = 0;
};

/// Bounds for readers of foreign bytes.
struct ReadLimits {
    std::size_t bytes = std::size_t{8} << 30;
    std::size_t specs = 50'000'000;
    std::size_t array_elements = 1'000'000'000;
    int nesting = 256;
};

/// The opinions of one file. A value type: build it, then share it as `shared_ptr<Layer const>`. A layer that
/// was read is packed, and its values stay in their file until they are asked for; the first change unpacks
/// it. A variant set lives at "/A{set=}", a variant at "/A{set=sel}".
class Layer {
public:
    Layer();                                                ///< an empty layer with a pseudo-root
    explicit Layer(std::shared_ptr<SpecTable const> specs); ///< for readers

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

    SpecView find(Path const& path) const;
    SpecView pseudo_root() const;
    Token default_prim() const;
    std::size_t size() const; ///< specs
    /// Every path, in path order.
    std::vector<Path> paths() const;
    friend bool operator==(Layer const& a, Layer const& b);
    /// Reads every value, so that damage() is complete.
    Result<> check() const;
    /// What was found to be damaged in the file when its values were read: "file.usdc: offset 88: what",
    /// "file.usda:4:7: what". Such values hold nothing.
    std::vector<Error> damage() const;

    /// The spec to change; null when none stands there. The address holds until the layer goes.
    Spec* edit(Path const& path);
    Spec& edit_root();
    /// Makes the spec and, for prims, the ancestors that are missing (as `over`s); registers it with its
    /// parent.
    Spec& define_prim(Path const& path, Specifier specifier, Token type_name = Token());
    Spec& define_attribute(Path const& path, Token type_name, Value default_value = {},
                           Variability variability = Variability::varying, bool custom = false);
    Spec& define_relationship(Path const& path, std::vector<Path> targets);
    Spec& define_variant(Path const& prim, Token set, Token variant);
    /// Takes the spec out with everything below it, and its name from its parent. False when it is not there.
    bool remove(Path const& path);

    /// The spec at `path`, made when it is missing (then the second is true), without touching its parent's
    /// lists of children: for who copies whole specs.
    std::pair<Spec*, bool> emplace(Path const& path, SpecKind kind);

    /// For the room: the specs as stages read them, and a spec of a layer that was changed.
    std::shared_ptr<SpecTable const> packed() const;
    Spec const* edited(Path const& path) const;

private:
    Spec& ensure(Path const& path);
    Spec& property_spec(Path const& path, SpecKind kind);
    void unpack();

    std::shared_ptr<SpecTable const> packed_; ///< null once changed
    std::unordered_map<Path, std::size_t> index_;
    std::deque<Spec> specs_;
};

/// Text in OpenUSD's own formatting ("#usda 1.0" first); write_text(read(x)) is byte-equal for its baselines.
std::string write_text(Layer const& layer);
/// Crate in the lowest version that holds the data, from 0.8.0 on; deterministic.
Result<std::string> write_crate(Layer const& layer);
/// Writes by extension: .usda text, .usdc and .usd crate; `format`, "usda" or "usdc", overrules that. All or
/// nothing under its name. The file is never in memory as a whole, one value of it is.
/// Errors  unsupported: another extension; io; what damage() has, as nothing may be lost in silence.
Result<> save(Layer const& layer, std::filesystem::path const& path, std::string_view format = {});

} // namespace soulvan::usd
