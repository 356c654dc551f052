// Stages: layers composed into prims with resolved values. Reading only; authoring is done on layers.
#pragma once

#include "soulvan/usd/layer.h"

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::usd {

/// A time in stage time codes, or the default time.
class Time {
public:
    constexpr Time() = default; ///< the default time: time samples and splines are not looked at
    constexpr Time(double code) : code_(code) {}
    /// Before all others: sees the earliest sample, the default where there are none.
    static constexpr Time earliest() { return std::numeric_limits<double>::lowest(); }
    constexpr bool is_default() const { return code_ != code_; }
    constexpr double code() const { return code_; }

private:
    double code_ = std::numeric_limits<double>::quiet_NaN();
};

/// What is wrong in a composition; the kinds that OpenUSD's error types have.
enum class Trouble : std::uint8_t {
    cycle,
    unresolved_layer,
    unresolved_prim,
    invalid_prim_path,
    invalid_offset,
    invalid_sublayer,
    sublayer_cycle,
    invalid_sublayer_owner,
    invalid_relocate,
    conflicting_relocate,
    opinion_at_relocate_source,
    prohibited_child,
    invalid_target,
    invalid_expression,
    limit,
    unsupported,
    damaged,       ///< a value or a list of children in a file cannot be read
    invalid_clips, ///< the metadata of value clips contradicts itself
};
std::string_view name_of(Trouble kind); ///< "unresolved_layer"

/// Something wrong in the composition that did not stop the stage from opening: an unresolved arc, a cycle.
struct CompositionError {
    std::string layer; ///< identifier of the layer with the arc
    Path site;         ///< the prim (or "/") that has the arc
    std::string what;  ///< a sentence for a person
    Trouble kind = Trouble::unsupported;
    std::uint32_t line = 0; ///< of the prim in a text layer; 0: unknown
};

/// Which payloads are loaded, as UsdStageLoadRules says it: the rule of a path holds for what is below it.
enum class LoadRule : std::uint8_t {
    all,  ///< the prim and all below it
    only, ///< the prim, nothing below it
    none
};
using LoadRules = std::map<Path, LoadRule>;
/// Whether the payloads of the prim at `path` are loaded; `by_default` holds where no rule does. A prim above
/// a loaded one is loaded.
bool is_loaded(LoadRules const& rules, bool by_default, Path const& path);

struct StageOptions {
    ReadLimits limits;
    bool load_payloads = true;
    LoadRules load_rules; ///< over load_payloads
    /// Opinions of a viewer, stronger than all of the root layer's; null: none.
    std::shared_ptr<Layer const> session;
    /// Layers that are left out wherever they would come in, by identifier (an absolute path).
    std::set<std::string> muted;
    /// Prims to compose, with their ancestors and all below them; empty: all.
    std::vector<Path> mask;
    /// What a variant set selects when nobody does: tried in order, per set.
    std::map<std::string, std::vector<std::string>> variant_fallbacks;
    /// Fail when any arc cannot be resolved, instead of listing it in errors().
    bool strict = false;
};

class Stage;
struct PrimData; ///< private to the room

/// What an attribute resolves to. A handle: cheap to copy, valid while its Stage lives.
class Attribute {
public:
    Path path() const;
    Token name() const { return name_; }
    ValueTypeName const* type() const; ///< null for a type that USD does not know
    Token type_name() const;           ///< as authored or as the schema says
    Variability variability() const;
    bool is_authored() const;
    /// The resolved value: time samples (linear where USD interpolates, else held), default, schema fallback.
    /// Nothing when there is none or it is blocked. A time-code-valued value is in stage time.
    std::optional<Value> value(Time time = {}) const;
    template <class T>
    std::optional<T> get(Time time = {}) const
    {
        auto resolved = value(time);
        if (!resolved) return std::nullopt;
        auto const* typed = resolved->template get<T>();
        return typed ? std::optional<T>(*typed) : std::nullopt;
    }
    /// Stage times of the samples that win, ascending; empty when the default wins.
    std::vector<double> time_samples() const;
    /// Whether a spline or more than one sample wins.
    bool is_time_varying() const;
    /// Composed connections: absolute stage paths, in order.
    std::vector<Path> connections() const;
    std::optional<Value> metadata(Token field) const;
    /// The file or package entry behind an asset-valued attribute, anchored to the layer whose opinion won:
    /// an absolute path or "package.usdz[inner.png]"; "" when it does not exist.
    std::string resolved_asset(Time time = {}) const;
    std::vector<std::string> resolved_assets(Time time = {}) const; ///< for asset[]

private:
    friend class Prim;
    Attribute(Stage const* stage, PrimData const* prim, Path view, Token name)
        : stage_(stage),
          prim_(prim),
          view_(view),
          name_(name)
    {}
    Stage const* stage_;
    PrimData const* prim_;
    Path view_; ///< as Prim's
    Token name_;
};

/// A composed prim. A handle: cheap to copy, valid while its Stage lives.
class Prim {
public:
    Prim() = default; ///< without a handle: only the comparison with bool and == may be asked
    Path path() const;
    Token name() const { return path().name(); }
    Token type_name() const;
    Specifier specifier() const;
    bool is_active() const;
    bool is_defined() const;  ///< it and all ancestors are def or class
    bool is_abstract() const; ///< it or an ancestor is a class
    bool is_instance() const; ///< instanceable with an arc: children come from prototype()
    /// For instances: an opaque key, equal for instances that share their subtree.
    std::size_t prototype_key() const;
    Token kind() const;
    std::vector<Token> applied_schemas() const;
    bool has_api(std::string_view name) const;
    /// Whether its type is `type` or derives from it ("Gprim", "Imageable", "BoundableLightBase").
    bool is_a(std::string_view type) const;

    Prim parent() const;
    /// Active, defined, concrete children in composed order. Below an instance they are the instance's own
    /// view of its shared subtree.
    std::vector<Prim> children() const;
    std::vector<Prim> all_children() const;

    std::vector<Token> property_names() const; ///< authored, in composed order
    std::vector<Attribute> attributes() const; ///< authored
    /// The attribute of that name when it is authored or the prim's schema has it.
    std::optional<Attribute> attribute(Token name) const;
    std::optional<Attribute> attribute(std::string_view name) const { return attribute(Token(name)); }
    template <class T>
    std::optional<T> get(std::string_view name, Time time = {}) const
    {
        auto const found = attribute(name);
        return found ? found->template get<T>(time) : std::nullopt;
    }
    template <class T>
    T get_or(std::string_view name, T fallback, Time time = {}) const
    {
        return get<T>(name, time).value_or(std::move(fallback));
    }
    std::vector<Path> targets(std::string_view relationship) const;
    bool has_relationship(std::string_view name) const;
    /// A field of a property of either kind, folded as metadata() does.
    std::optional<Value> property_metadata(Token property, Token field) const;
    std::optional<Value>
    metadata(Token field) const; ///< dictionaries and list edits folded over all opinions
    std::vector<Token> variant_sets() const;
    std::vector<Token> variants(Token set) const;
    Token variant_selection(Token set) const;
    /// (layer, path) of every opinion, strong to weak.
    std::vector<std::pair<std::shared_ptr<Layer const>, Path>> prim_stack() const;
    Stage const& stage() const { return *stage_; }
    explicit operator bool() const { return data_ != nullptr; }
    friend bool operator==(Prim const& a, Prim const& b) { return a.data_ == b.data_ && a.view_ == b.view_; }

private:
    friend class Stage;
    friend class Attribute;
    Prim(Stage const* stage, PrimData const* data, Path view = {}) : stage_(stage), data_(data), view_(view)
    {}
    Stage const* stage_ = nullptr;
    PrimData const* data_ = nullptr;
    Path view_; ///< the path below an instance that shares the subtree of another; else empty
};

/// A composed scene, immutable after opening; safe to read from many threads.
class Stage {
public:
    /// Errors  as Layer::open for the root layer. Arcs that fail are listed in errors().
    static Result<std::shared_ptr<Stage const>> open(std::filesystem::path const& root,
                                                     StageOptions const& options = {});
    /// Composes a layer made in memory; relative assets are anchored to `anchor` (a folder).
    static Result<std::shared_ptr<Stage const>> open(std::shared_ptr<Layer const> root,
                                                     std::filesystem::path const& anchor,
                                                     StageOptions const& options = {});
    ~Stage();

    Prim pseudo_root() const;
    /// A prim without a handle when nothing stands there.
    Prim prim_at(Path const& path) const;
    Prim default_prim() const;
    /// Depth first over active, defined, concrete prims, also inside instances. Return false to skip a
    /// subtree.
    void traverse(std::function<bool(Prim const&)> const& visit) const;

    double time_codes_per_second() const;
    double frames_per_second() const;
    std::optional<double> start_time_code() const;
    std::optional<double> end_time_code() const;
    double meters_per_unit() const; ///< fallback 0.01
    Token up_axis() const;          ///< fallback "Y"
    std::optional<Value> metadata(Token field) const;

    std::shared_ptr<Layer const> root_layer() const;
    /// Every layer and other file that composition read, absolute, sorted: with their hashes the closure id.
    std::vector<std::string> used_layers() const;
    std::vector<CompositionError> const& errors() const;

    struct Implementation; ///< private to the room

private:
    friend class Prim;
    friend class Attribute;
    explicit Stage(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

/// Reads a file that an asset path resolved to, also an entry of a package.
Result<std::string> read_asset(std::string const& resolved, std::size_t max_bytes = std::size_t{2} << 30);

/// The UsdGeom xform of one prim: xformOps in their order; `resets` tells whether the parent's is ignored.
struct LocalTransform {
    Matrix4d parent_from_local; ///< row vectors: p_parent = p_local * m
    bool resets = false;
};
Result<LocalTransform> local_transform(Prim const& prim, Time time);
Result<Matrix4d> world_from_local(Prim const& prim, Time time);
bool is_visible(Prim const& prim, Time time); ///< computed visibility
Token computed_purpose(Prim const& prim);     ///< "default", "render", "proxy", "guide"
/// The material bound for `purpose` ("" is all-purpose), with inheritance and binding strength; nullopt:
/// none.
std::optional<Prim> bound_material(Prim const& prim, std::string_view purpose = "");

} // namespace soulvan::usd
