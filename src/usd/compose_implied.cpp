// Which classes and specializes does an arc imply on its near side?
#include "compose_indexer.h"

#include <algorithm>

namespace soulvan::usd::composition {

bool Indexer::has_class_child(NodeId id) const
{
    for (NodeId child = index_[id].first_child; child != no_node; child = index_[child].next)
        if (is_class_arc(index_[child].arc)) return true;
    return false;
}

bool Indexer::is_implied_class(NodeId id) const
{
    return is_class_arc(index_[id].arc) && index_[id].parent != index_[id].origin;
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

/// The specializes arc nearest to the root, at or above the node.
NodeId Indexer::implied_specializes_start(NodeId id) const
{
    NodeId found = no_node;
    for (NodeId node = id; node != 0; node = index_[node].parent)
        if (index_[node].arc == Arc::specialize) found = node;
    return found;
}

void Indexer::eval_implied_classes(NodeId id)
{
    auto const& node = index_[id];
    if (node.parent == no_node) return;
    // Classes below a propagated specializes are implied from its origin.
    if (index_.is_propagated_specializes(id) || !has_class_child(id)) return;
    // Classes reach across references on purpose: root classes map to themselves.
    auto const transfer = std::make_shared<MapFunction const>(node.to_parent->with_root_identity());
    imply_classes(node.parent, id, transfer, true);
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
    for (NodeId child : index_.children(source)) {
        if (!is_class_arc(index_[child].arc)) continue;
        // destination → source → child may be one chain of classes: its links are not classes of the
        // destination.
        if (start && is_class_arc(index_[source].arc) &&
            index_.depth_below_introduction(source) == index_.depth_below_introduction(child))
            continue;
        auto const& class_mapping = *index_[child].to_parent;
        MapFunction implied = class_mapping;
        if (!transfer->is_identity())
            implied = compose(*transfer, compose(class_mapping, transfer->inverse())).with_root_identity();

        NodeId counterpart = no_node;
        for (NodeId other : index_.children(destination))
            if (index_[other].origin == child && *index_[other].to_parent == implied) counterpart = other;
        if (counterpart == no_node)
            counterpart = add_class_arc(index_[child].arc, destination, child,
                                        std::make_shared<MapFunction const>(implied),
                                        index_[child].sibling_number, index_[child].site);
        if (counterpart == no_node || !has_class_child(child)) continue;
        auto const down = compose(implied.inverse(), compose(*transfer, *index_[child].to_parent));
        imply_classes(counterpart, child, std::make_shared<MapFunction const>(down), false);
    }
}

/// Opinions of specializes are weaker than everything else, so their subtrees are copied to the root of the
/// graph. Arcs that are found below the copy later go back to the original, where implying them works, and
/// then again to the root.
void Indexer::eval_implied_specializes(NodeId id)
{
    if (index_[id].parent == no_node) return;
    if (!index_.is_propagated_specializes(id)) return find_specializes(id);
    NodeId const origin = index_[id].origin;
    for (NodeId child : index_.children(id)) propagate_to_origin(origin, child, index_[child].to_parent, id);
}

void Indexer::find_specializes(NodeId id)
{
    auto const& node = index_[id];
    // A placeholder below a relocation is no source of opinions.
    if (node.parent != node.origin && index_[node.parent].arc == Arc::relocate &&
        index_[node.parent].site == node.site)
        return;
    if (node.arc == Arc::specialize) {
        // What came back to the origin was left inert; it is to have a say at the root again.
        bool const was_inert = node.inert || node.culled;
        int const depth = node.restricted_depth;
        if (was_inert) index_.set_inert(id, false);
        propagate_to_root(0, id, Mapping(index_[id].to_root), id);
        if (was_inert) index_[id].restricted_depth = depth;
    }
    for (NodeId child : index_.children(id)) find_specializes(child);
}

void Indexer::propagate_to_root(NodeId parent, NodeId source, Mapping const& mapping, NodeId tree)
{
    NodeId const added = propagate(parent, source, mapping, tree, true);
    if (added == no_node) return;
    for (NodeId child : index_.children(source))
        if (index_[child].arc != Arc::specialize)
            propagate_to_root(added, child, Mapping(index_[child].to_parent), tree);
}

void Indexer::propagate_to_origin(NodeId parent, NodeId source, Mapping const& mapping, NodeId tree)
{
    NodeId const added = propagate(parent, source, mapping, tree, false);
    if (added == no_node) return;
    for (NodeId child : index_.children(source))
        propagate_to_origin(added, child, Mapping(index_[child].to_parent), tree);
}

/// Copies one node below `parent` and makes the original inert. `tree` is the root of the subtree that moves.
NodeId Indexer::propagate(NodeId parent, NodeId source, Mapping const& mapping, NodeId tree, bool to_root)
{
    if (index_[source].parent == parent) return source;
    NodeId added = matching_child(parent, index_[parent].arc, index_[source].site, index_[source].arc,
                                  mapping, index_.depth_below_introduction(source));
    auto in_tree = [&](NodeId node) {
        for (; node != no_node; node = index_[node].parent)
            if (node == tree) return true;
        return false;
    };
    // What is implied inside the subtree will be implied again where the subtree goes.
    bool const implied = is_implied_class(source);
    if (added == no_node && !(implied && in_tree(index_[source].origin)))
        added = add_arc({.arc = index_[source].arc,
                         .parent = parent,
                         .origin = source == tree || implied ? source : parent,
                         .site = index_[source].site,
                         .mapping = mapping,
                         .sibling_number = index_[source].sibling_number,
                         .namespace_depth = source == tree ? namespace_depth(index_[parent].site.path)
                                                           : index_[source].namespace_depth,
                         .contributes = !index_[source].inert && !index_[source].culled,
                         .skip_implied_specializes = to_root,
                         .skip_expressed = !to_root});
    if (added == no_node) {
        make_inert(source);
        return no_node;
    }
    // The depth to which a node was restricted travels with it, back and forth.
    int const depth = index_[added].restricted_depth;
    bool const was_unasked = index_[added].inert && index_[added].unasked;
    // A variant that moved before is silent because its copy is not. (OpenUSD 24.11 silences the copy, too;
    // 26.11 does not.)
    if (index_[source].arc != Arc::variant || !index_[source].moved)
        index_.set_inert(added, index_[source].inert || index_[source].culled);
    // Its variants were not asked for while it had no say. (OpenUSD 24.11 does not ask at all, 26.11 does.)
    if (was_unasked && to_root && index_.can_contribute(added) && scope_.variants) {
        index_[added].unasked = false;
        add_task({Step::variant_sets, added});
    }
    index_.set_inert(source, true);
    index_[source].moved = true;
    index_[added].moved = false;
    if (depth != 0) index_[source].restricted_depth = depth;
    return added;
}

} // namespace soulvan::usd::composition
