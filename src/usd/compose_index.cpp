// In which order is the graph of one prim built, and when may an arc be added to it?
#include "compose_indexer.h"

#include <algorithm>
#include <utility>

namespace soulvan::usd::composition {

namespace {

/// Nested builds: arcs to sites below the root of their layer, each inside the other.
constexpr int max_depth = 400;
/// Nodes of one prim; doubling arcs reach it after a dozen links. OpenUSD stops at the same number.
constexpr std::size_t max_nodes = 32767;

enum Arcs : unsigned {
    has_inherits = 1,
    has_variants = 2,
    has_references = 4,
    has_payloads = 8,
    has_specializes = 16,
    has_relocations = 32,
};

/// Which arcs are authored at the site of a node.
unsigned scan(PrimIndex const& index, NodeId id)
{
    if (!index.can_contribute(id)) return 0;
    auto const& node = index[id];
    unsigned found = node.site.stack->has_relocates() ? unsigned{has_relocations} : 0u;
    if (!node.has_specs) return found;
    for (auto const& member : node.site.stack->members) {
        auto const spec = member.specs->find(node.site.path);
        if (spec == SpecTable::none || !(member.specs->says(spec) & SpecTable::says_arcs)) continue;
        for (auto const field : member.specs->fields(spec)) {
            auto const name = member.specs->field_name(field);
            if (name == field::inherit_paths) found |= has_inherits;
            if (name == field::variant_set_names) found |= has_variants;
            if (name == field::references) found |= has_references;
            if (name == field::payload) found |= has_payloads;
            if (name == field::specializes) found |= has_specializes;
        }
    }
    return found;
}

/// Whether variant sets stand on a namespace ancestor that still has a say.
bool scan_ancestral_variants(PrimIndex const& index, NodeId id)
{
    auto const& node = index[id];
    if (node.site.path.is_root()) return false;
    Path path = node.site.path.parent();
    if (node.restricted_depth != 0)
        while (path.depth() >= node.restricted_depth && !path.is_root()) path = path.parent();
    for (; !path.is_root() && !path.empty(); path = path.parent())
        for (auto const& member : node.site.stack->members)
            if (auto const spec = member.find(path); spec && spec.has(field::variant_set_names)) return true;
    return false;
}

/// Whether a node selects variants, there or further up in the variant that holds it, or has arcs to what
/// may.
bool may_select(PrimIndex const& index, NodeId id)
{
    auto const& site = index[id].site;
    auto const selects = [&](LayerStack::Member const& member, Path const& path) {
        auto const spec = member.find(path);
        return spec && spec.has(field::variant_selection);
    };
    for (Path path = site.path; !path.empty() && !path.is_root(); path = path.parent()) {
        for (auto const& member : site.stack->members)
            if (selects(member, path)) return true;
        if (path.is_variant_selection()) break;
    }
    return scan(index, id) != 0;
}

bool is_implied(Step step)
{
    return step == Step::implied_classes || step == Step::implied_specializes;
}

bool contains_each_other(Site const& a, Site const& b)
{
    return a.stack == b.stack && (a.path.has_prefix(b.path) || b.path.has_prefix(a.path));
}

/// What the path of a site in a subgraph under construction will be when the subgraph has reached
/// `requested`.
Path lifted(Path const& path, Path const& current, Path const& requested)
{
    if (path == current) return requested;
    return requested.replace_prefix(current, path);
}

/// Marks what cannot reach the children of an instance.
void restrict_to_shared(PrimIndex& index)
{
    std::vector<NodeId> local;
    traverse_shareable(index, [&](NodeId id, bool can_share) {
        if (!can_share) local.push_back(id);
        return !can_share;
    });
    for (NodeId id : local) index.set_inert(id, true);
}

/// Turns the index of a prim into the beginning of its child's.
void descend(PrimIndex& index, Path const& child)
{
    auto const parent = child.parent();
    for (std::size_t i = 0; i < index.nodes.size(); ++i) {
        auto& node = index.nodes[i];
        node.site.path = node.site.path == parent ? child : node.site.path.child(child.name());
        if (node.has_specs) node.has_specs = node.site.stack->has_specs(node.site.path);
        if (i != 0) node.from_ancestor = true;
    }
    index.has_payloads = false;
}

bool can_be_culled(PrimIndex const& index, NodeId id)
{
    auto const& node = index[id];
    if (node.culled) return true;
    if (node.arc == Arc::root) return false;
    // A new arc stays visible even where it brings nothing.
    if (index.depth_below_introduction(id) == 0) return false;
    // Inherits from within the root layer stack are listed as bases although they may bring nothing.
    if (node.arc == Arc::inherit && node.site.stack == index.nodes.front().site.stack) {
        NodeId origin = id;
        while (index[origin].origin != index[origin].parent) origin = index[origin].origin;
        if (index.path_at_introduction(origin).depth() != 1) return false;
    }
    for (NodeId child = node.first_child; child != no_node; child = index[child].next)
        if (!index[child].culled) return false;
    return !(node.has_specs && index.can_contribute(id));
}

/// Culls subtrees without opinions. A silent placeholder of what is specialized has none; it stays where it
/// was introduced, and as long as it says where another came from.
void cull(PrimIndex& index, NodeId id = 0)
{
    for (NodeId child : index.children(id)) cull(index, child);
    if (can_be_culled(index, id)) index.set_culled(id, true);
}

} // namespace

PrimIndex compute_prim_index(Inputs const& inputs, Site const& site, PrimIndex const* parent)
{
    PrimIndex index;
    Work work;
    Indexer(inputs, work, index, nullptr, 0).build(site, true, parent);
    cull(index);
    index.instanceable = is_instanceable(index);
    index.finish();
    index.work = work.done;
    return index;
}

void Indexer::report(Trouble kind, Site const& site, Layer const* layer, std::string what)
{
    auto root = index_.nodes.empty() ? site.path : index_.path();
    auto const& name = layer ? layer->identifier : site.stack->root->identifier;
    index_.problems.push_back({kind, std::move(root), {name, site.path, std::move(what)}});
}

/// Keeps problems of a site, which do not know for which prim it was asked. Selections are asked for often.
void Indexer::take(std::vector<Problem> problems)
{
    for (auto& problem : problems) {
        problem.root = index_.path();
        auto const is_same = [&](Problem const& known) {
            return known.root == problem.root && known.error.site == problem.error.site &&
                   known.error.layer == problem.error.layer && known.error.what == problem.error.what;
        };
        if (std::none_of(index_.problems.begin(), index_.problems.end(), is_same))
            index_.problems.push_back(std::move(problem));
    }
}

void Indexer::build(Site const& site, bool root_contributes, PrimIndex const* parent)
{
    bool const alone = site.path.is_root() || site.path.is_variant_selection() || depth_ > max_depth;
    if (alone) { // the ancestors of a variant are found when the prim that has it is composed
        Node root;
        root.site = site;
        root.to_parent = root.to_root = MapFunction::identity();
        root.has_specs = site.stack->has_specs(site.path);
        index_.nodes = {std::move(root)};
        if (depth_ > max_depth)
            report(Trouble::limit, site, nullptr,
                   fmt::format("more than {} arcs lead from one to the next here", max_depth));
        if (site.path.is_root() || depth_ > max_depth) return;
        index_.set_inert(0, !root_contributes);
    } else if (!start_from_parent(site, root_contributes, parent)) {
        return;
    }
    add_tasks_below(0, false, false);
    run_tasks();
}

/// Whether the prim that is being composed stands in the instance at `site`.
bool Indexer::is_instance_around(Site const& site) const
{
    if (!frame_) return false;
    Frame const* outermost = frame_;
    while (outermost->previous) outermost = outermost->previous;
    auto const& root = outermost->graph->nodes.front();
    return root.inert && root.restricted_depth == site.path.depth() && root.site.stack == site.stack &&
           root.site.path.has_prefix(site.path);
}

/// False when the prim was relocated away: then it has no opinions.
bool Indexer::start_from_parent(Site const& site, bool root_contributes, PrimIndex const* parent)
{
    bool shared = false;
    if (parent) {
        index_.nodes = parent->nodes;
        shared = parent->instanceable;
    } else {
        Indexer(inputs_, work_, index_, frame_, depth_ + 1)
            .build({site.stack, site.path.parent()}, true, nullptr);
        shared = is_instanceable(index_) || is_instance_around({site.stack, site.path.parent()});
    }
    if (shared) restrict_to_shared(index_);
    descend(index_, site.path);
    if (!root_contributes) index_.set_inert(0, true);
    if (!is_prohibited()) return true;
    index_.set_inert(0, true);
    for (NodeId child : index_.children(0)) elide(child);
    return false;
}

/// "Salted earth": what was relocated away is no valid child wherever its parent is brought.
bool Indexer::is_prohibited()
{
    for (std::size_t i = 0; i < index_.nodes.size(); ++i) {
        auto const& node = index_.nodes[i];
        if (node.inert || node.culled || !node.site.stack->relocated_to.contains(node.site.path)) continue;
        if (frame_)
            report(Trouble::prohibited_child, (*frame_->graph)[frame_->parent].site, nullptr,
                   fmt::format("the arc to <{}> is left out: <{}> was relocated away",
                               frame_->requested.path.str(), node.site.path.str()));
        return true;
    }
    return false;
}

/// Whether `a` is done after `b`.
bool Indexer::later(Task const& a, Task const& b) const
{
    if (a.step != b.step) return a.step > b.step;
    switch (a.step) {
    case Step::ancestral_variant_authored:
    case Step::ancestral_variant_fallback:
    case Step::variant_authored:
    case Step::variant_fallback:
        // Selections depend on all nodes so far, so the strongest set goes first.
        if (a.node != b.node) return index_.compare(a.node, b.node) == 1;
        return std::tie(a.set_path, a.set_number) > std::tie(b.set_path, b.set_number);
    case Step::ancestral_variant_none:
    case Step::variant_none:
        return std::tie(a.node, a.set_path, a.set_number) > std::tie(b.node, b.set_path, b.set_number);
    case Step::implied_classes:
        // Ancestors after their descendants, else the strongest first: what it implies is there to stay.
        if (a.node == b.node) return false;
        if (index_.is_above(a.node, b.node)) return true;
        if (index_.is_above(b.node, a.node)) return false;
        return index_.compare(a.node, b.node) == 1;
    default:
        return a.node > b.node;
    }
}

void Indexer::add_task(Task task)
{
    // Implied arcs are found again at each node they pass.
    if (is_implied(task.step) && !pending_implied_.insert({task.step, task.node}).second) return;
    tasks_.push_back(std::move(task));
    std::push_heap(tasks_.begin(), tasks_.end(),
                   [this](Task const& a, Task const& b) { return later(a, b); });
}

Task Indexer::pop_task()
{
    std::pop_heap(tasks_.begin(), tasks_.end(), [this](Task const& a, Task const& b) { return later(a, b); });
    Task task = std::move(tasks_.back());
    tasks_.pop_back();
    if (is_implied(task.step)) pending_implied_.erase({task.step, task.node});
    return task;
}

/// Sets that found no selection look again when the nodes from `first` on, which a variant brought, may hold
/// one.
void Indexer::retry_variants(NodeId first)
{
    bool selects = false;
    for (auto id = first; id < static_cast<NodeId>(index_.nodes.size()); ++id)
        selects = selects || may_select(index_, id);
    if (!selects) return;
    for (auto& task : tasks_) {
        if (task.step == Step::variant_fallback || task.step == Step::variant_none)
            task.step = Step::variant_authored;
        if (task.step == Step::ancestral_variant_fallback || task.step == Step::ancestral_variant_none)
            task.step = Step::ancestral_variant_authored;
    }
    std::make_heap(tasks_.begin(), tasks_.end(),
                   [this](Task const& a, Task const& b) { return later(a, b); });
}

void Indexer::run_tasks()
{
    while (!tasks_.empty()) run(pop_task());
}

void Indexer::run(Task const& task)
{
    switch (task.step) {
    case Step::relocations:
        return eval_relocations(task.node);
    case Step::implied_relocations:
        return eval_implied_relocations(task.node);
    case Step::references:
        return eval_references(task.node);
    case Step::payloads:
        return eval_payloads(task.node);
    case Step::inherits:
        return eval_classes(task.node, field::inherit_paths, Arc::inherit);
    case Step::implied_classes:
        return eval_implied_classes(task.node);
    case Step::specializes:
        return eval_classes(task.node, field::specializes, Arc::specialize);
    case Step::ancestral_variant_sets:
        return eval_ancestral_variant_sets(task.node);
    case Step::ancestral_variant_authored:
        return eval_variant(task, true, false);
    case Step::ancestral_variant_fallback:
        return eval_variant(task, true, true);
    case Step::implied_specializes:
        return eval_implied_specializes(task.node);
    case Step::variant_sets:
        if (!index_.can_contribute(task.node)) return;
        return eval_variant_sets(task.node, index_[task.node].site.path, false);
    case Step::variant_authored:
        return eval_variant(task, false, false);
    case Step::variant_fallback:
        return eval_variant(task, false, true);
    case Step::unresolved_prim:
        return eval_unresolved_prim(task.node);
    case Step::ancestral_variant_none:
    case Step::variant_none:
        return; // kept only to be found by retry_variants
    }
}

/// The classes that a new node brings are implied on the near side of its arc.
void Indexer::add_implied_tasks(NodeId id)
{
    if (is_class_arc(index_[id].arc))
        add_task({Step::implied_classes, implied_classes_start(id)}); // the whole chain of classes as a unit
    else if (has_class_child(id))
        add_task({Step::implied_classes, id});
}

/// The tasks of a node and all below it. In a subgraph the arcs are evaluated, but for variants.
void Indexer::add_tasks_below(NodeId id, bool is_subgraph, bool check_prims)
{
    for (NodeId child : index_.children(id)) add_tasks_below(child, is_subgraph, check_prims);

    unsigned const arcs = scan(index_, id);
    Arc const arc = index_[id].arc;
    if (check_prims && (arc == Arc::reference || arc == Arc::payload)) add_task({Step::unresolved_prim, id});
    if (!frame_ && (arcs & has_variants)) add_task({Step::variant_sets, id});
    if (!frame_ && is_subgraph && scan_ancestral_variants(index_, id))
        add_task({Step::ancestral_variant_sets, id});
    if (!is_subgraph) {
        if (arcs & has_specializes) add_task({Step::specializes, id});
        if (arcs & has_inherits) add_task({Step::inherits, id});
        if (arcs & has_payloads) add_task({Step::payloads, id});
        if (arcs & has_references) add_task({Step::references, id});
        if (arcs & has_relocations) add_task({Step::relocations, id});
    }
    if (arc == Arc::relocate) add_task({Step::implied_relocations, id});
}

/// The arc that the node will have once the graph under construction is part of the outer one.
Arc Indexer::arc_in_full_graph(NodeId id) const
{
    Arc const arc = index_[id].arc;
    return arc == Arc::root && frame_ ? frame_->arc : arc;
}

bool Indexer::closes_cycle(NewArc const& arc) const
{
    if (arc.arc == Arc::variant) return false; // another place of storage for the same prim
    PrimIndex const* graph = &index_;
    Frame const* frame = frame_;
    NodeId node = arc.parent;
    auto step_out = [&] {
        node = frame ? frame->parent : no_node;
        graph = frame ? frame->graph : nullptr;
        frame = frame ? frame->previous : nullptr;
    };
    if (is_class_arc(arc.arc) && arc.parent != arc.origin) {
        // Placeholders of classes below a relocation have sites that mean nothing.
        auto const arc_of = [&] {
            Arc const own = (*graph)[node].arc;
            return own == Arc::root && frame ? frame->arc : own;
        };
        while (node != no_node && is_class_arc(arc_of())) {
            if ((*graph)[node].parent != no_node)
                node = (*graph)[node].parent;
            else
                step_out();
        }
        if (node != no_node && arc_of() == Arc::relocate) return false;
        graph = &index_;
        frame = frame_;
        node = arc.parent;
    }
    Site site = arc.site;
    while (node != no_node) {
        for (NodeId up = node; up != no_node; up = (*graph)[up].parent)
            if (contains_each_other((*graph)[up].site, site)) return true;
        // The subgraph may still be at an ancestor of what was asked for.
        if (frame) site.path = lifted(site.path, graph->path(), frame->requested.path);
        step_out();
    }
    return false;
}

bool Indexer::has_duplicate(Site site, NodeId parent) const
{
    PrimIndex const* graph = &index_;
    Frame const* frame = frame_;
    for (NodeId node = parent; node != no_node;) {
        for (auto const& other : graph->nodes)
            if (!other.inert && !other.culled && other.site == site) return true;
        if (!frame) return false;
        site.path = frame->requested.path.replace_prefix(graph->path(), site.path);
        node = frame->parent;
        graph = frame->graph;
        frame = frame->previous;
    }
    return false;
}

/// Whether the prim has cost all that it may; told once.
bool Indexer::is_spent(Site const& site, std::size_t cost)
{
    work_.done += cost;
    if (work_.done <= Work::most) return false;
    if (!std::exchange(work_.told, true))
        report(Trouble::limit, site, nullptr,
               "the arcs of this prim lead to each other in too many ways; the rest is left out");
    return true;
}

NodeId Indexer::add_arc(NewArc arc)
{
    auto const& parent_site = index_[arc.parent].site;
    if (is_spent(parent_site, Work::arc)) return no_node;
    if (arc.namespace_depth < 0) arc.namespace_depth = namespace_depth(parent_site.path);
    auto const is_full = [&](std::size_t more) {
        if (index_.nodes.size() + more < max_nodes) return false;
        if (!std::exchange(told_full_, true))
            report(Trouble::limit, parent_site, nullptr,
                   fmt::format("over {} sites contribute to this prim", max_nodes));
        return true;
    };
    if (is_full(0)) return no_node;
    if (closes_cycle(arc)) {
        report(Trouble::cycle, parent_site, nullptr,
               fmt::format("the arc to @{}@<{}> is left out: it leads back to a prim that contains it",
                           arc.site.stack->root->identifier, arc.site.path.str()));
        return no_node;
    }
    if (frame_) arc.skip_duplicates = arc.skip_duplicates || frame_->skip_duplicates;
    if (arc.skip_duplicates && has_duplicate(arc.site, arc.parent)) return no_node;

    Node node;
    node.site = arc.site;
    node.arc = arc.arc;
    node.to_parent = arc.mapping;
    node.parent = arc.parent;
    node.origin = arc.origin;
    node.namespace_depth = arc.namespace_depth;
    node.sibling_number = arc.sibling_number;
    PrimIndex subgraph;
    if (arc.ancestral_opinions) {
        Frame const frame{&index_, arc.parent, arc.site, arc.arc, arc.mapping, arc.skip_duplicates, frame_};
        // Specializes and variants wait until the subgraph is part of this one, where stronger opinions are
        // known.
        Indexer(inputs_, work_, subgraph, &frame, depth_ + 1).build(arc.site, arc.contributes, nullptr);
    }
    if (is_full(subgraph.nodes.size())) return no_node;
    NodeId id = no_node;
    if (arc.ancestral_opinions) {
        for (auto& problem : subgraph.problems) {
            problem.root = index_.path();
            index_.problems.push_back(std::move(problem));
        }
        index_.has_payloads = index_.has_payloads || subgraph.has_payloads;
        id = index_.insert(subgraph, node);
    } else {
        id = index_.insert(std::move(node));
        if (!arc.contributes) {
            index_.set_inert(id, true);
            index_[id].restricted_depth = 1; // neither here nor above
        }
        index_[id].has_specs = arc.site.stack->has_specs(arc.site.path);
    }
    index_[id].from_ancestor = arc.from_ancestor;
    add_implied_tasks(id);
    if (arc.is_specializes_placeholder) return id;
    if (arc.ancestral_opinions && !frame_) add_task({Step::implied_specializes, id});
    // Only the outermost build has seen every opinion that a reference may bring.
    add_tasks_below(id, arc.ancestral_opinions, !frame_);
    if (arc.site.path.is_root()) make_inert(id); // an arc without a target
    return id;
}

} // namespace soulvan::usd::composition
