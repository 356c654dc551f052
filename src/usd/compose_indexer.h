// The work of building one prim index: which tasks are open and in which order they run.
#pragma once

#include "compose.h"

#include <functional>
#include <set>
#include <tuple>

namespace soulvan::usd::composition {

/// What is left to do for a node, in the order in which it is done: opinions that decide later tasks come
/// first.
enum class Step : std::uint8_t {
    relocations,
    implied_relocations,
    references,
    payloads,
    inherits,
    specializes,
    implied_specializes,
    implied_classes,
    ancestral_variant_sets,
    ancestral_variant_authored,
    ancestral_variant_fallback,
    ancestral_variant_none,
    variant_sets,
    variant_authored,
    variant_fallback,
    variant_none,
    unresolved_prim,
};

struct Task {
    Step step;
    NodeId node;
    Path set_path = {}; ///< variant tasks: where the set stands
    Token set = {};
    int set_number = 0;
};

/// An arc that is about to be added.
struct NewArc {
    Arc arc;
    NodeId parent;
    NodeId origin;
    Site site;
    Mapping mapping;
    int sibling_number = 0;
    int namespace_depth = -1;                ///< -1: that of the parent's path
    bool contributes = true;                 ///< false: a placeholder
    bool ancestral_opinions = false;         ///< builds the index of the site, with what its ancestors bring
    bool skip_duplicates = false;            ///< adds nothing when the site is in the graph already
    bool is_specializes_placeholder = false; ///< its arcs are evaluated where its subtree is
    bool from_ancestor = false;
};

/// The building of a subgraph inside the building of another: what the outer one is about to add.
struct Frame {
    PrimIndex const* graph; ///< the outer graph
    NodeId parent;          ///< the node there that gets the subgraph
    Site requested;
    Arc arc;
    Mapping mapping;
    bool skip_duplicates;
    Frame const* previous;
};

/// What one prim may cost, the graphs that are built inside its graph included: arcs that lead to each
/// other's ancestors can make building them double at each step.
struct Work {
    static constexpr std::size_t most = 20'000'000; ///< a second or two
    static constexpr std::size_t mapping = 20;      ///< what looking at an implied class costs
    static constexpr std::size_t arc = 100;         ///< what an arc costs, beside one for each node looked at
    std::size_t done = 0;
    bool told = false;
};

/// A search for variant selections at and below one node, whose path is carried to each node once.
struct SelectionSearch {
    enum class Selects : std::uint8_t { unknown, nothing, something };
    struct Known {
        Path path;
        bool is_mapped = false;
        Selects selects = Selects::unknown;
    };
    NodeId start = no_node;
    std::vector<Known> nodes; ///< by NodeId; may lag behind the graph
};

class Indexer {
public:
    Indexer(Inputs const& inputs, Work& work, PrimIndex& index, Frame const* frame, int depth)
        : inputs_(inputs),
          work_(work),
          index_(index),
          frame_(frame),
          depth_(depth)
    {}

    /// Variants and what specializes bring are left to the outermost build, which knows all opinions.
    void build(Site const& site, bool root_contributes, PrimIndex const* parent);

private:
    // compose_index.cpp
    bool start_from_parent(Site const& site, bool root_contributes, PrimIndex const* parent);
    bool is_instance_around(Site const& site) const;
    bool is_prohibited();
    void run_tasks();
    void run(Task const& task);
    void add_task(Task task);
    Task pop_task();
    bool later(Task const& a, Task const& b) const;
    void retry_variants(NodeId first);
    void add_implied_tasks(NodeId id);
    void add_tasks_below(NodeId id, bool is_subgraph, bool check_prims);
    NodeId add_arc(NewArc arc);
    bool closes_cycle(NewArc const& arc) const;
    bool has_duplicate(Site site, NodeId parent) const;
    Arc arc_in_full_graph(NodeId id) const;
    void take(std::vector<Problem> problems);
    void report(Trouble kind, Site const& site, Layer const* layer, std::string what);

    // compose_arcs.cpp
    Mapping arc_mapping(Path const& source, NodeId target, LayerOffset offset) const;
    void eval_references(NodeId id);
    void eval_payloads(NodeId id);
    void eval_external(NodeId id, SiteArc const& arc, Arc kind, int number);
    Path payload_inclusion_path(NodeId id, Path const& path) const;
    void eval_unresolved_prim(NodeId id);
    void eval_classes(NodeId id, Token field, Arc kind);
    NodeId add_class_arc(Arc kind, NodeId parent, NodeId origin, Mapping const& mapping, int number,
                         Site const& ignore);
    NodeId matching_child(NodeId parent, Arc parent_arc, Site const& site, Arc kind, Mapping const& mapping,
                          int depth_below) const;
    void eval_relocations(NodeId id);
    void eval_implied_relocations(NodeId id);
    void elide(NodeId id);
    void elide_relocated(NodeId id);
    void make_inert(NodeId id);

    // compose_implied.cpp
    NodeId implied_classes_start(NodeId id) const;
    void eval_implied_classes(NodeId id);
    std::pair<Mapping, Mapping> implied_mappings(NodeId destination, NodeId child, Mapping const& transfer);
    void imply_classes(NodeId destination, NodeId source, Mapping const& transfer, bool start);
    void eval_implied_specializes(NodeId id);
    bool is_relocation_placeholder(NodeId id) const;
    NodeId propagate(NodeId placeholder);
    NodeId subtree_of(NodeId id) const;
    bool has_class_child(NodeId id) const;

    // compose_variants.cpp
    bool contributes_at(NodeId id, Path const& path) const;
    void eval_variant_sets(NodeId id, Path const& path, bool ancestral);
    void eval_ancestral_variant_sets(NodeId id);
    void eval_variant(Task const& task, bool ancestral, bool fallback);
    void add_variant_arc(Task const& task, bool ancestral, std::string const& selection);
    std::string fallback_of(Task const& task) const;
    std::string authored_selection(NodeId id, Path const& path, Token set);
    Path const& path_at(SelectionSearch& search, NodeId id) const;
    std::optional<std::string> prior_selection(SelectionSearch& search, Token set);
    std::optional<std::string> selection_at(SelectionSearch& search, NodeId id, Token set);
    std::pair<Path, NodeId> closest_to_root(NodeId id, Path path) const;

    bool is_spent(Site const& site, std::size_t cost);

    Inputs const& inputs_;
    Work& work_;
    PrimIndex& index_;
    Frame const* frame_;
    int depth_;               ///< of nested builds, against runaway recursion
    std::vector<Task> tasks_; ///< a heap
    std::set<std::pair<Step, NodeId>> pending_implied_;
    std::map<std::pair<NodeId, Path>, SelectionSearch> searches_;
    struct Implied {
        Mapping transfer, implied, down;
    };
    std::map<std::pair<NodeId, NodeId>, Implied> implied_; ///< by destination and class
    bool told_full_ = false;
};

} // namespace soulvan::usd::composition
