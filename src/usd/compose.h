// How one prim is composed: layer stacks, the mapping across an arc, and the graph of sites in strength
// order.
//
// The rules are those of OpenUSD's Pcp library, read as a specification; ../shared/facts/usd.md, section 4,
// lists the ones that are easy to get wrong. A prim index is a pure function of (layer cache, path, options).
#pragma once

#include "package_path.h"
#include "soulvan/usd/stage.h"
#include "spec_table.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace soulvan::usd::composition {

/// Path elements without variant selections: the depth in scene namespace.
int namespace_depth(Path const& path);
bool has_variant(Path const& path);

/// A CompositionError and the composed prim that shows it.
struct Problem {
    Trouble kind;
    Path root; ///< the prim (or "/": the layer stack) whose composition met it
    CompositionError error;

    Problem(Trouble trouble, Path shown_at, CompositionError told)
        : kind(trouble),
          root(std::move(shown_at)),
          error(std::move(told))
    {
        error.kind = trouble;
    }
};

/// The namespace and time mapping across one arc, or across a chain of them: from the source (the far side of
/// the arc) to the target. A bijection between what is left of its entries: a path that would not map back
/// does not map at all.
class MapFunction {
public:
    using Pair = std::pair<Path, Path>;

    MapFunction() = default; ///< maps nothing
    /// `pairs` of (source, target); an empty target blocks a source. ("/", "/") is the root identity.
    MapFunction(std::vector<Pair> pairs, LayerOffset offset);
    static std::shared_ptr<MapFunction const> identity();

    bool is_identity() const { return pairs_.empty() && root_identity_ && offset_.is_identity(); }
    bool has_root_identity() const { return root_identity_; }
    LayerOffset offset() const { return offset_; }
    std::vector<Pair> const& pairs() const { return pairs_; }

    /// The empty path when `path` is outside the domain.
    Path to_target(Path const& path) const { return map(path, false); }
    Path to_source(Path const& path) const { return map(path, true); }

    MapFunction inverse() const;
    MapFunction with_root_identity() const;
    MapFunction without_root_identity() const;
    /// `outer(inner(x))`
    friend MapFunction compose(MapFunction const& outer, MapFunction const& inner);
    friend bool operator==(MapFunction const&, MapFunction const&) = default;

private:
    Path map(Path const& path, bool invert) const;
    void canonicalize();

    std::vector<Pair> pairs_; ///< by depth of the source, shallow first; never the root identity
    LayerOffset offset_;
    bool root_identity_ = false;
};
using Mapping = std::shared_ptr<MapFunction const>;

/// Composes two shared mappings; shares when one is the identity.
Mapping compose(Mapping const& outer, Mapping const& inner);

/// Of the layer alone: timeCodesPerSecond, else framesPerSecond, else 24.
double time_codes_per_second(Layer const& layer);
bool is_invertible(LayerOffset offset);

/// A root layer with its sublayers, strong to weak.
struct LayerStack {
    struct Member {
        std::shared_ptr<Layer const> layer;
        LayerOffset to_stack; ///< time in the stack = to_stack(time in the layer)
        std::string anchor;   ///< what relative assets of the layer are relative to: its identifier
        std::shared_ptr<SpecTable const> specs; ///< of the layer

        SpecView find(Path const& path) const
        {
            auto const found = specs->find(path);
            return found == SpecTable::none ? SpecView() : SpecView(specs.get(), found);
        }
    };
    std::vector<Member> members;
    std::string search_folder;                ///< the folder of the stage's root layer
    std::shared_ptr<package::Cache> packages; ///< those that its stage has looked into
    std::size_t serial = 0;                   ///< in the order in which the cache built it
    std::shared_ptr<Layer const> root;
    std::shared_ptr<Layer const> session; ///< null when there is none
    double time_codes_per_second = 24;
    Dictionary expression_variables;              ///< with those of outer stacks over its own
    LayerStack const* variables_source = nullptr; ///< the outermost stack that has any
    std::map<Path, Path> relocated_from;          ///< target → source, as authored
    std::map<Path, Path> relocated_to;            ///< source → target, as authored; empty target: deleted
    std::map<Path, Path> relocated_original;      ///< target → where the prim stood before any relocation
    std::vector<Problem> problems;

    bool has_relocates() const { return !relocated_to.empty(); }
    bool has_specs(Path const& path) const;
};

/// Opens each layer and builds each layer stack once. Safe to use from many threads.
class LayerCache {
public:
    /// `memory_anchor` stands for the identifier of layers made in memory.
    explicit LayerCache(ReadLimits limits, std::string search_folder = {}, std::string memory_anchor = {},
                        std::set<std::string> muted = {})
        : limits_(limits),
          search_folder_(std::move(search_folder)),
          memory_anchor_(std::move(memory_anchor)),
          muted_(std::move(muted))
    {}

    /// `identifier` is absolute: a path or "package.usdz[inner]". A failure is remembered too.
    Result<std::shared_ptr<Layer const>> layer(std::string const& identifier);
    /// The stack of `root`; the variables of `outer` (null for the stage's own stack) are stronger than its
    /// own.
    LayerStack const* stack(std::shared_ptr<Layer const> const& root,
                            std::shared_ptr<Layer const> const& session, LayerStack const* outer);
    /// Files of every layer that was opened, sorted; a package once.
    std::vector<std::string> used() const;
    /// Problems of all layer stacks: first the stage's own, then by the name of the root layer.
    std::vector<Problem> problems() const;
    /// What was found damaged so far, by layer.
    std::vector<std::pair<std::string, Error>> damage() const;
    /// The line on which a text layer has the prim, or the nearest one above it; 0 when it is not known.
    std::uint32_t line_of(std::string const& identifier, Path const& site) const;
    void prefetch(std::vector<std::string> const& identifiers);
    bool is_muted(std::string const& identifier) const { return muted_.contains(identifier); }

private:
    struct Opened {
        std::shared_ptr<Layer const> layer;
        Error error;
        bool ready = false;
    };
    using StackKey = std::tuple<Layer const*, Layer const*, LayerStack const*>;
    class Builder;

    ReadLimits limits_;
    std::string search_folder_;
    std::string memory_anchor_;
    std::set<std::string> muted_;
    std::shared_ptr<package::Cache> packages_ = std::make_shared<package::Cache>();
    mutable std::mutex layers_mutex_; ///< guards the layers; not held while one is read
    std::condition_variable layer_ready_;
    std::unordered_map<std::string, Opened> layers_;
    mutable std::mutex stacks_mutex_; ///< guards what follows
    std::map<StackKey, std::unique_ptr<LayerStack>> stacks_;
    std::vector<LayerStack const*> stack_order_;
};

/// The identifier of what `asset`, authored in the layer `anchor`, names: a relative path is relative to the
/// layer's folder, within its package when it stands in one.
std::string anchored(std::string const& anchor, std::string const& asset);
/// The same, but a relative path without "./" that is not there is then looked for beside the root layer of
/// the package, and in the stack's search folder.
std::string located(std::string const& anchor, std::string const& asset, LayerStack const& stack);
/// Whether a file, or an entry of a package, is there.
bool exists(std::string const& identifier, LayerStack const& stack);

/// Whether a string is a variable expression, "`…`".
bool is_expression(std::string_view text);
/// Errors  invalid_input: what is wrong at which character; unsupported: the result is no string.
Result<std::string> evaluate_expression(std::string_view text, Dictionary const& variables);

/// Fills the relocation maps of a stack from its layers and reports the relocates that are invalid.
void compute_relocates(LayerStack& stack);
/// What the relocates of `stack` do to the namespace at and below `path`; null when they do nothing.
Mapping relocates_mapping(LayerStack const& stack, Path const& path);

/// Kinds of arcs in the order of their strength among siblings (LIVERPS).
enum class Arc : std::uint8_t { root, inherit, variant, relocate, reference, payload, specialize };
inline bool is_class_arc(Arc arc)
{
    return arc == Arc::inherit || arc == Arc::specialize;
}

struct Site {
    LayerStack const* stack = nullptr;
    Path path; ///< may hold variant selections: where the opinions are stored
    friend bool operator==(Site const&, Site const&) = default;
};

using NodeId = std::int32_t;
inline constexpr NodeId no_node = -1;

/// One site that may have opinions about the prim, and the arc that brought it.
struct Node {
    Site site;
    Mapping to_parent;
    Mapping to_root;
    NodeId parent = no_node;
    NodeId origin = no_node; ///< the parent, or the node that implied or propagated this one
    NodeId first_child = no_node, last_child = no_node, previous = no_node,
           next = no_node;    ///< siblings by strength
    NodeId subtree = no_node; ///< of a specializes placeholder: what it stands for, below the root
    int namespace_depth = 0;  ///< of the parent's path where the arc was introduced
    int sibling_number = 0;   ///< which of several arcs of its kind at the origin
    int restricted_depth = 0; ///< path depth at which it lost its say; 0: it has it
    Arc arc = Arc::root;
    bool inert = false;  ///< a placeholder without opinions
    bool culled = false; ///< nothing in the subtree has opinions
    bool has_specs = false;
    bool from_ancestor = false; ///< the arc was authored on a namespace ancestor
    /// What a stage knows the node's layers by; descendants keep it.
    std::uint32_t sources = no_sources;
    static constexpr std::uint32_t no_sources = 0xFFFFFFFF;
};

/// The graph of one prim. After finishing, `nodes` is in strength order, strongest first.
class PrimIndex {
public:
    std::vector<Node> nodes;
    std::vector<Problem> problems;
    std::size_t work = 0; ///< what composing it cost, see Work
    bool has_payloads = false;
    bool instanceable = false;

    Node const& operator[](NodeId id) const { return nodes[static_cast<std::size_t>(id)]; }
    Node& operator[](NodeId id) { return nodes[static_cast<std::size_t>(id)]; }
    Path const& path() const { return nodes.front().site.path; }

    bool can_contribute(NodeId id) const { return !(*this)[id].inert && !(*this)[id].culled; }
    void set_inert(NodeId id, bool inert);
    void set_culled(NodeId id, bool culled);
    int depth_below_introduction(NodeId id) const;
    Path path_at_introduction(NodeId id) const;
    /// The parent's path where the arc stands.
    Path introduction_path(NodeId id) const;
    std::vector<NodeId> children(NodeId id) const;
    /// The node after `id` in a walk from `top` down, strong to weak, or after its whole subtree; no_node at
    /// the end.
    NodeId next_below(NodeId top, NodeId id, bool skip_subtree) const;
    /// -1: `a` is stronger, 1: `b` is.
    int compare_siblings(NodeId a, NodeId b) const;
    int compare(NodeId a, NodeId b) const;

    /// Adds a node whose arc fields are set; returns it in its place by strength.
    NodeId insert(Node node);
    /// Adds all nodes of `subgraph`; its root becomes a child by the arc fields of `arc`.
    NodeId insert(PrimIndex const& subgraph, Node const& arc);
    /// The starting node of the class hierarchy that `id` is in, and its first class.
    std::pair<NodeId, NodeId> class_hierarchy(NodeId id) const;
    bool is_propagated_specializes(NodeId id) const;
    /// Where the arc stands: a specializes was moved below the root.
    NodeId above_arc(NodeId id) const;
    bool is_above(NodeId a, NodeId b) const; ///< whether `a` is an ancestor of `b` in the graph
    /// Drops culled nodes that nothing refers to and puts the rest into strength order.
    void finish();

private:
    NodeId place(NodeId id);
    int compare_specializes(NodeId a, NodeId b) const;
    int origin_order(NodeId a, NodeId b) const;
    std::pair<NodeId, int> origin_root(NodeId id) const;
    bool nested(NodeId a, NodeId b) const;
    std::vector<bool> erasable() const;
};

/// What prim indexing depends on besides layers.
struct Inputs {
    LayerCache& cache;
    std::map<std::string, std::vector<std::string>> const& variant_fallbacks;
    /// Whether the payloads of a prim (a path in stage namespace) are loaded; null: never.
    std::function<bool(Path const&)> includes_payload;
};

/// The prim index of `site`. `parent` is the finished index of the namespace parent, or null to compute it.
PrimIndex compute_prim_index(Inputs const& inputs, Site const& site, PrimIndex const* parent);

/// Calls `visit(node, shareable)` strong to weak; shareable nodes come from direct arcs and hold opinions, so
/// an instance may share them. Returning false skips the node's subtree.
void traverse_shareable(PrimIndex const& index, std::function<bool(NodeId, bool)> const& visit);
bool is_instanceable(PrimIndex const& index);
/// Equal for prim indexes whose instances share their subtree.
std::string instance_key(PrimIndex const& index);

/// Names of the prim's children in composed order; `prohibited` receives the sources of relocations.
std::vector<Token> child_names(PrimIndex const& index, std::set<Token>* prohibited = nullptr);
std::vector<Token> property_names(PrimIndex const& index);

/// One arc of a list as composed over a layer stack, and the layer that brought it.
struct SiteArc {
    std::string asset;    ///< the anchored identifier; "" for internal arcs
    std::string authored; ///< as written
    Path prim;
    LayerOffset offset;
    LayerStack::Member const* source = nullptr;
};
std::vector<SiteArc> references_at(LayerStack const& stack, Path const& path, std::vector<Problem>* problems);
std::vector<SiteArc> payloads_at(LayerStack const& stack, Path const& path, std::vector<Problem>* problems);
std::vector<Path> paths_at(LayerStack const& stack, Path const& path, Token field);
std::vector<Token> variant_sets_at(LayerStack const& stack, Path const& path);
std::vector<Token> variants_at(LayerStack const& stack, Path const& path, Token set);
/// The strongest selection of `set` authored at the site; nullopt when none is.
std::optional<std::string> variant_selection_at(LayerStack const& stack, Path const& path,
                                                std::string const& set, std::vector<Problem>* problems);
VariantSelections variant_selections_at(LayerStack const& stack, Path const& path);

/// Connections or targets of one property, strong to weak folded into stage paths.
struct Targets {
    std::vector<Path> paths;
    std::vector<Path> deleted;
    std::vector<Problem> problems;
    bool authored = false;
};
/// One opinion about a property: where it stands and how its paths map to the stage.
struct PathOpinion {
    SpecView spec;
    Path spec_path;
    LayerStack const* stack;
    LayerStack::Member const* member;
    MapFunction const* to_root;
    Path inherited_class; ///< when an inherit brought it: the class
};
/// Whether the prim at a stage path inherits from the class, itself or through an ancestor.
using InheritsFrom =
    std::function<bool(Path const& prim, LayerStack const* stack, Path const& inherited_class)>;
/// `inherits` null: a class may point at what inherits from it, as in OpenUSD's stages.
Targets compose_targets(std::vector<PathOpinion> const& strong_to_weak, Token field,
                        InheritsFrom const& inherits);
/// The answer from a prim's index.
bool inherits_from(PrimIndex const& index, LayerStack const* stack, Path const& inherited_class);

} // namespace soulvan::usd::composition
