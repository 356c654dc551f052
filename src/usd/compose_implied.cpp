// Which classes and specializes does an arc imply on its near side?
#include "compose_indexer.h"

#include <algorithm>

namespace soulvan::usd::composition {

/// The node whose children are those of `id`: what a specializes placeholder stands for hangs below the root.
NodeId Indexer::subtree_of(NodeId id) const
{
    return index_[id].subtree != no_node ? index_[id].subtree : id;
}

bool Indexer::has_class_child(NodeId id) const
{
    id = subtree_of(id);
    for (NodeId child = index_[id].first_child; child != no_node; child = index_[child].next)
        if (is_class_arc(index_[child].arc)) return true;
    return false;
}

/// Where the propagation of a class begins, so that its whole hierarchy moves as a unit. When the instance is
/// itself a class of an ancestor, that ancestor's hierarchy belongs to the unit, unless the class stands
/// inside it.
NodeId Indexer::implied_classes_start(NodeId id) const
{
    NodeId start = id;
    while (is_class_arc(index_[start].arc)) {
        auto const [instance, first_class] = index_.class_hierarchy(start);
        start = instance;
        if (is_class_arc(index_[instance].arc) &&
            index_[first_class].site.path.has_prefix(index_.path_at_introduction(instance)))
            break;
    }
    return start;
}

void Indexer::eval_implied_classes(NodeId id)
{
    auto const& node = index_[id];
    if (node.parent == no_node || !has_class_child(id)) return;
    // Classes reach across references on purpose: root classes map to themselves.
    auto const transfer = std::make_shared<MapFunction const>(node.to_parent->with_root_identity());
    imply_classes(node.parent, id, transfer, true);
}

/// How the class `child` maps to `destination` when it is implied there, and how what is below the class maps
/// to what is implied. Classes are implied again whenever one is added among them, so the answers are kept.
std::pair<Mapping, Mapping> Indexer::implied_mappings(NodeId destination, NodeId child,
                                                      Mapping const& transfer)
{
    auto& known = implied_[{destination, child}];
    if (known.transfer && (known.transfer == transfer || *known.transfer == *transfer))
        return {known.implied, known.down};
    auto const& class_mapping = index_[child].to_parent;
    auto implied = class_mapping;
    if (!transfer->is_identity())
        implied = std::make_shared<MapFunction const>(
            compose(*transfer, compose(*class_mapping, transfer->inverse())).with_root_identity());
    auto down =
        std::make_shared<MapFunction const>(compose(implied->inverse(), compose(*transfer, *class_mapping)));
    known = {transfer, implied, down};
    return {std::move(implied), std::move(down)};
}

/// Adds below `destination` what the class arcs below `source` correspond to there. `transfer` maps from the
/// source's namespace to the destination's; `start` says that the source is the node whose classes are moved.
void Indexer::imply_classes(NodeId destination, NodeId source, Mapping const& transfer, bool start)
{
    if (index_[destination].arc == Arc::relocate) {
        // A relocation's own classes would be placeholders; go straight to its parent.
        auto const further = compose(
            Mapping(std::make_shared<MapFunction const>(index_[destination].to_parent->with_root_identity())),
            transfer);
        imply_classes(index_[destination].parent, source, further, start);
        add_task({Step::implied_classes, destination});
        return;
    }
    for (NodeId child : index_.children(subtree_of(source))) {
        if (!is_class_arc(index_[child].arc)) continue;
        // destination → source → child may be one chain of classes: its links are not classes of the
        // destination.
        if (start && is_class_arc(index_[source].arc) &&
            index_.depth_below_introduction(source) == index_.depth_below_introduction(child))
            continue;
        if (is_spent(index_[destination].site, Work::mapping)) return;
        auto const [implied, down] = implied_mappings(destination, child, transfer);
        NodeId counterpart = no_node;
        for (NodeId other : index_.children(destination))
            if (index_[other].origin == child && *index_[other].to_parent == *implied &&
                !index_.is_propagated_specializes(other))
                counterpart = other;
        if (counterpart == no_node)
            counterpart = add_class_arc(index_[child].arc, destination, child, implied,
                                        index_[child].sibling_number, index_[child].site);
        if (counterpart == no_node || !has_class_child(child)) continue;
        imply_classes(subtree_of(counterpart), child, down, false);
    }
}

/// Opinions of specializes are weaker than everything else, so the arc leaves a placeholder where it stands
/// and its subtree hangs below the root of the graph. The arcs of a subgraph that was composed by itself are
/// still to be moved.
void Indexer::eval_implied_specializes(NodeId id)
{
    for (NodeId child : index_.children(id)) {
        if (is_relocation_placeholder(child)) continue;
        if (index_[child].arc == Arc::specialize) propagate(child);
        eval_implied_specializes(child);
    }
}

/// Classes below a relocation are there only to be implied further up; they are no source of opinions.
bool Indexer::is_relocation_placeholder(NodeId id) const
{
    auto const& node = index_[id];
    return node.parent != node.origin && index_[node.parent].arc == Arc::relocate &&
           index_[node.parent].site == node.site;
}

/// Gives the subtree of a specializes placeholder its place below the root; returns its top.
NodeId Indexer::propagate(NodeId placeholder)
{
    auto const& node = index_[placeholder];
    if (NodeId const present = matching_child(0, Arc::root, node.site, node.arc, node.to_root, 0);
        present != no_node)
        return present;
    NodeId const top = add_arc({.arc = node.arc,
                                .parent = 0,
                                .origin = placeholder,
                                .site = node.site,
                                .mapping = node.to_root,
                                .sibling_number = node.sibling_number,
                                .ancestral_opinions = node.site.path.depth() != 1,
                                .skip_duplicates = true,
                                .from_ancestor = node.from_ancestor});
    index_[placeholder].subtree = top;
    return top;
}

} // namespace soulvan::usd::composition
