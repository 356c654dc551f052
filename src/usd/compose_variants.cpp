// Which variant of each set does a prim select?
#include "compose_indexer.h"

#include <algorithm>

namespace soulvan::usd::composition {

/// Whether the node may say something about its namespace ancestor `path`.
bool Indexer::contributes_at(NodeId id, Path const& path) const
{
    int const restricted = index_[id].restricted_depth;
    return restricted == 0 || restricted > path.depth();
}

void Indexer::eval_variant_sets(NodeId id, Path const& path, bool ancestral)
{
    // Each set looks for its selection at every node, so their number is bounded.
    constexpr std::size_t most_sets = 1000;
    auto sets = variant_sets_at(*index_[id].site.stack, path);
    if (sets.size() > most_sets) {
        report(Trouble::limit, {index_[id].site.stack, path}, nullptr,
               fmt::format("the prim has {} variant sets; those past the first {} are left out", sets.size(),
                           most_sets));
        sets.resize(most_sets);
    }
    for (std::size_t i = 0; i < sets.size(); ++i)
        add_task({ancestral ? Step::ancestral_variant_authored : Step::variant_authored, id, path, sets[i],
                  static_cast<int>(i)});
}

/// Sets on the ancestors of a site that was brought by itself. A variant's own path has settled what is above
/// it.
void Indexer::eval_ancestral_variant_sets(NodeId id)
{
    for (Path path = index_[id].site.path.parent(); !path.empty() && !path.is_root(); path = path.parent()) {
        if (!contributes_at(id, path)) continue;
        eval_variant_sets(id, path, true);
        if (path.is_variant_selection()) break;
    }
}

std::string Indexer::fallback_of(Task const& task) const
{
    auto const wanted = inputs_.variant_fallbacks.find(task.set.str());
    if (wanted == inputs_.variant_fallbacks.end()) return "";
    auto const variants = variants_at(*index_[task.node].site.stack, task.set_path, task.set);
    for (auto const& name : wanted->second)
        if (std::find(variants.begin(), variants.end(), std::string_view(name)) != variants.end())
            return name;
    return "";
}

void Indexer::eval_variant(Task const& task, bool ancestral, bool fallback)
{
    if (!contributes_at(task.node, task.set_path)) return;
    auto wait = [&](Step step) {
        Task later = task;
        later.step = step;
        add_task(std::move(later));
    };
    std::string selection;
    if (fallback) {
        selection = fallback_of(task);
    } else {
        selection = authored_selection(task.node, task.set_path.without_variants(), task.set);
        // A fallback is used only when every authored selection has had its chance.
        if (selection.empty() && !fallback_of(task).empty())
            return wait(ancestral ? Step::ancestral_variant_fallback : Step::variant_fallback);
    }
    if (selection.empty()) return wait(ancestral ? Step::ancestral_variant_none : Step::variant_none);
    add_variant_arc(task, ancestral, selection);
}

void Indexer::add_variant_arc(Task const& task, bool ancestral, std::string const& selection)
{
    // The name of a variant that a path cannot hold selects nothing.
    auto const& site = index_[task.node].site;
    auto const variant = task.set_path.variant(task.set, Token(selection));
    NewArc arc{.arc = Arc::variant,
               .parent = task.node,
               .origin = task.node,
               .site = {site.stack, ancestral ? site.path.replace_prefix(task.set_path, variant)
                                              : site.path.variant(task.set, Token(selection))},
               .mapping = MapFunction::identity(), // variants are another place of storage, not of namespace
               .sibling_number = task.set_number};
    if (ancestral) {
        arc.namespace_depth = namespace_depth(task.set_path);
        arc.ancestral_opinions = true;
        // As its class arc was, so that no site comes in twice.
        for (NodeId node = task.node; index_[node].parent != no_node; node = index_[node].parent)
            if (is_class_arc(index_[node].arc) && index_.depth_below_introduction(node) == 0 &&
                !index_[node].inert && !index_[node].culled)
                arc.skip_duplicates = true;
    }
    if (arc.site.path.empty()) return;
    auto const first = static_cast<NodeId>(index_.nodes.size());
    if (add_arc(std::move(arc)) != no_node) retry_variants(first);
}

/// The node nearest to the root that `path` maps to, with the path there: stronger nodes have no say.
std::pair<Path, NodeId> Indexer::closest_to_root(NodeId id, Path path) const
{
    if (id == 0) return {path, id};
    path = path.without_variants();
    NodeId node = id;
    if (Path const at_root = index_[id].to_root->to_target(path); !at_root.empty()) {
        node = 0;
        path = at_root;
    } else {
        while (index_[node].parent != no_node) {
            Path const above = index_[node].to_parent->to_target(path);
            if (above.empty()) break;
            path = above;
            node = index_[node].parent;
        }
    }
    if (Path const start = index_.path_at_introduction(node); has_variant(start))
        path = path.replace_prefix(start.without_variants(), start);
    return {path, node};
}

/// Where `search` looks in the namespace of `id`, without the variants that hold the node's opinions; empty
/// when the path does not reach it.
Path const& Indexer::path_at(SelectionSearch& search, NodeId id) const
{
    auto& known = search.nodes;
    if (known.size() < index_.nodes.size()) known.resize(index_.nodes.size());
    auto const at = [&](NodeId node) -> auto&
    {
        return known[static_cast<std::size_t>(node)];
    };
    std::vector<NodeId> open;
    for (NodeId node = id; !at(node).is_mapped; node = index_[node].parent) open.push_back(node);
    for (auto node = open.rbegin(); node != open.rend(); ++node) {
        auto const& above = at(index_[*node].parent).path;
        at(*node).path = above.empty() ? Path() : index_[*node].to_parent->to_source(above);
        at(*node).is_mapped = true;
    }
    return at(id).path;
}

/// The selection that was made before in this index; nullopt when there is none.
std::optional<std::string> Indexer::prior_selection(SelectionSearch& search, Token set)
{
    bool prune = false;
    for (NodeId node = search.start; node != no_node; node = index_.next_below(search.start, node, prune)) {
        prune = false;
        if (index_[node].arc != Arc::variant) continue;
        Path prim = index_.path_at_introduction(node);
        if (!prim.is_variant_selection()) continue;
        auto const [name, selection] = prim.variant_selection();
        if (name != set) continue;
        while (prim.is_variant_selection()) prim = prim.parent();
        auto const& path = path_at(search, node);
        prune = path.empty();
        if (!prune && prim == path) return selection.str();
    }
    return std::nullopt;
}

/// What the opinions at the node, if it may speak there, select; nullopt when they say nothing. An authored
/// empty selection selects nothing, which is a choice.
std::optional<std::string> Indexer::selection_at(SelectionSearch& search, NodeId id, Token set)
{
    Path where = path_at(search, id);
    if (!contributes_at(id, where)) return std::nullopt;
    auto& known = search.nodes[static_cast<std::size_t>(id)];
    auto const& node = index_[id];
    if (node.arc == Arc::variant) {
        Path const variant = index_.path_at_introduction(id);
        where = where.replace_prefix(variant.without_variants(), variant);
    }
    if (known.selects == SelectionSearch::Selects::unknown) {
        auto const& members = node.site.stack->members;
        bool const any = std::any_of(members.begin(), members.end(), [&](auto const& member) {
            auto const spec = member.find(where);
            return spec && spec.has(field::variant_selection);
        });
        known.selects = any ? SelectionSearch::Selects::something : SelectionSearch::Selects::nothing;
    }
    if (known.selects == SelectionSearch::Selects::nothing) return std::nullopt;
    std::vector<Problem> problems;
    auto selection = variant_selection_at(*node.site.stack, where, set.str(), &problems);
    take(std::move(problems));
    return selection;
}

/// The selection that was made before in this index, else the strongest that is authored at any node so far,
/// even a weaker one than `id`; "" when there is none.
std::string Indexer::authored_selection(NodeId id, Path const& path, Token set)
{
    auto const [start_path, start] = closest_to_root(id, path);
    auto& search = searches_[{start, start_path}];
    if (search.nodes.empty()) {
        search.start = start;
        search.nodes.resize(index_.nodes.size());
        search.nodes[static_cast<std::size_t>(start)] = {.path = start_path, .is_mapped = true};
    }
    if (is_spent(index_[id].site, index_.nodes.size())) return "";
    if (auto prior = prior_selection(search, set)) return *std::move(prior);
    bool prune = false;
    for (NodeId node = start; node != no_node; node = index_.next_below(start, node, prune)) {
        prune = path_at(search, node).empty();
        if (prune) continue;
        if (auto selection = selection_at(search, node, set)) return *std::move(selection);
    }
    return "";
}

} // namespace soulvan::usd::composition
