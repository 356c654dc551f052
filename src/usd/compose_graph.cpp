// Which of two sites is stronger, and how is the graph of one prim kept in that order?
#include "compose.h"

#include <algorithm>
#include <unordered_set>

namespace soulvan::usd::composition {

namespace {

int sign(bool a_stronger)
{
    return a_stronger ? -1 : 1;
}

/// Drops `levels` levels of namespace, skipping the variant selections in between but keeping those above.
Path climb(Path path, int levels)
{
    for (; levels > 0; --levels) {
        while (path.is_variant_selection()) path = path.parent();
        path = path.parent();
    }
    return path;
}

} // namespace

void PrimIndex::set_inert(NodeId id, bool inert)
{
    auto& node = (*this)[id];
    bool const before = node.inert || node.culled;
    node.inert = inert;
    if (inert == before) return;
    node.restricted_depth = can_contribute(id) ? 0 : node.site.path.depth();
}

void PrimIndex::set_culled(NodeId id, bool culled)
{
    auto& node = (*this)[id];
    if (node.culled == culled) return;
    bool const contributed = !node.inert && !culled;
    node.restricted_depth = contributed ? 0 : node.site.path.depth();
    node.culled = culled;
}

int PrimIndex::depth_below_introduction(NodeId id) const
{
    auto const& node = (*this)[id];
    if (node.parent == no_node) return 0;
    return composition::namespace_depth((*this)[node.parent].site.path) - node.namespace_depth;
}

Path PrimIndex::path_at_introduction(NodeId id) const
{
    return climb((*this)[id].site.path, depth_below_introduction(id));
}

Path PrimIndex::introduction_path(NodeId id) const
{
    auto const& node = (*this)[id];
    if (node.parent == no_node) return Path::root();
    return climb((*this)[node.parent].site.path, depth_below_introduction(id));
}

std::vector<NodeId> PrimIndex::children(NodeId id) const
{
    std::vector<NodeId> result;
    for (NodeId child = (*this)[id].first_child; child != no_node; child = (*this)[child].next)
        result.push_back(child);
    return result;
}

NodeId PrimIndex::next_below(NodeId top, NodeId id, bool skip_subtree) const
{
    if (!skip_subtree && (*this)[id].first_child != no_node) return (*this)[id].first_child;
    while (id != top && (*this)[id].next == no_node) id = (*this)[id].parent;
    return id == top ? no_node : (*this)[id].next;
}

std::pair<NodeId, int> PrimIndex::origin_root(NodeId id) const
{
    int steps = 0;
    while ((*this)[id].origin != (*this)[id].parent) {
        id = (*this)[id].origin;
        ++steps;
    }
    return {id, steps};
}

bool PrimIndex::is_above(NodeId a, NodeId b) const
{
    for (NodeId n = (*this)[b].parent; n != no_node; n = (*this)[n].parent)
        if (n == a) return true;
    return false;
}

NodeId PrimIndex::above_arc(NodeId id) const
{
    return is_propagated_specializes(id) ? (*this)[id].origin : (*this)[id].parent;
}

bool PrimIndex::nested(NodeId a, NodeId b) const
{
    for (NodeId n = a; n != no_node; n = above_arc(n))
        if (n == b) return true;
    for (NodeId n = b; n != no_node; n = above_arc(n))
        if (n == a) return true;
    return false;
}

/// Which of two nodes a walk over the whole graph in strength order meets first.
int PrimIndex::origin_order(NodeId a, NodeId b) const
{
    auto const depth = [&](NodeId id) {
        int levels = 0;
        for (; id != no_node; id = (*this)[id].parent) ++levels;
        return levels;
    };
    int const depth_a = depth(a), depth_b = depth(b);
    for (int i = depth_b; i < depth_a; ++i) a = (*this)[a].parent;
    for (int i = depth_a; i < depth_b; ++i) b = (*this)[b].parent;
    if (a == b) return sign(depth_a < depth_b); // one is above the other
    while ((*this)[a].parent != (*this)[b].parent) {
        a = (*this)[a].parent;
        b = (*this)[b].parent;
    }
    // From both at once: siblings are often many, but near each other.
    for (NodeId next_a = a, next_b = b; next_a != no_node || next_b != no_node;) {
        if (next_a == b) return -1;
        if (next_b == a) return 1;
        if (next_a != no_node) next_a = (*this)[next_a].next;
        if (next_b != no_node) next_b = (*this)[next_b].next;
    }
    return 0;
}

std::pair<NodeId, NodeId> PrimIndex::class_hierarchy(NodeId id) const
{
    auto const original = [&](NodeId node) {
        return is_propagated_specializes(node) ? (*this)[node].origin : node;
    };
    NodeId instance = original(id), first_class = instance;
    int const depth = depth_below_introduction(instance);
    while (is_class_arc((*this)[instance].arc) && depth_below_introduction(instance) == depth) {
        first_class = instance;
        instance = original((*this)[instance].parent);
    }
    return {instance, first_class};
}

bool PrimIndex::is_propagated_specializes(NodeId id) const
{
    auto const& node = (*this)[id];
    return node.arc == Arc::specialize && node.parent == 0 && node.site == (*this)[node.origin].site;
}

/// Specializes arcs are copied to the root so that they are weaker than everything else, which makes nodes of
/// many origins siblings.
int PrimIndex::compare_specializes(NodeId a, NodeId b) const
{
    auto const& node_a = (*this)[a];
    auto const& node_b = (*this)[b];
    auto const [root_a, steps_a] = origin_root(a);
    auto const [root_b, steps_b] = origin_root(b);
    // Deeper arcs are stronger, except that what an arc specializes is weaker than the arc's own side.
    if (!nested(root_a, root_b) && node_a.namespace_depth != node_b.namespace_depth)
        return sign(node_a.namespace_depth > node_b.namespace_depth);

    bool const authored_a = node_a.origin == node_a.parent, authored_b = node_b.origin == node_b.parent;
    bool const implied_a = !authored_a && node_a.site != (*this)[node_a.origin].site;
    bool const implied_b = !authored_b && node_b.site != (*this)[node_b.origin].site;
    if (node_a.origin == node_b.origin) {
        // One was implied into the root layer stack, the other propagated: the implied one is more local.
        if (!authored_a && !authored_b && implied_a != implied_b) return sign(implied_a);
        return 0;
    }
    if (root_a != root_b) return origin_order(root_a, root_b);

    // Both stem from one authored arc. The one implied to the shallower instance is stronger.
    auto hierarchy_depth = [&](NodeId origin) {
        NodeId instance = is_class_arc((*this)[origin].arc) ? class_hierarchy(origin).first : origin;
        while ((*this)[instance].arc == Arc::relocate) instance = (*this)[instance].parent;
        return (*this)[instance].namespace_depth;
    };
    int const depth_a = authored_a ? 0 : hierarchy_depth(node_a.origin);
    int const depth_b = authored_b ? 0 : hierarchy_depth(node_b.origin);
    if (depth_a != depth_b) return sign(depth_a < depth_b);
    // A longer chain of origins was implied further up, so it is more local.
    if (steps_a != steps_b) return sign(steps_a > steps_b);
    auto const* root_stack = nodes.front().site.stack;
    if (node_a.site.stack == root_stack && node_b.site.stack == root_stack && !authored_a && !authored_b &&
        implied_a != implied_b)
        return sign(implied_a);
    return origin_order(node_a.origin, node_b.origin);
}

int PrimIndex::compare_siblings(NodeId a, NodeId b) const
{
    if (a == b) return 0;
    auto const& node_a = (*this)[a];
    auto const& node_b = (*this)[b];
    if (node_a.arc != node_b.arc) return sign(node_a.arc < node_b.arc);
    if (node_a.arc == Arc::specialize) {
        if (int const order = compare_specializes(a, b); order != 0) return order;
    } else {
        // An arc that was introduced deeper in namespace is closer to the prim.
        if (node_a.namespace_depth != node_b.namespace_depth)
            return sign(node_a.namespace_depth > node_b.namespace_depth);
        if (node_a.origin != node_b.origin)
            if (int const order = origin_order(node_a.origin, node_b.origin); order != 0) return order;
    }
    if (node_a.sibling_number != node_b.sibling_number)
        return sign(node_a.sibling_number < node_b.sibling_number);
    return 0;
}

int PrimIndex::compare(NodeId a, NodeId b) const
{
    if (a == b) return 0;
    auto chain = [&](NodeId id) {
        std::vector<NodeId> up;
        for (; id != no_node; id = (*this)[id].parent) up.push_back(id);
        std::reverse(up.begin(), up.end());
        return up;
    };
    auto const up_a = chain(a), up_b = chain(b);
    auto const [in_a, in_b] = std::mismatch(up_a.begin(), up_a.end(), up_b.begin(), up_b.end());
    if (in_a == up_a.end()) return -1; // a is above b
    if (in_b == up_b.end()) return 1;
    return compare_siblings(*in_a, *in_b);
}

/// Links a new node among its parent's children. The order of specializes is not transitive (what an arc
/// specializes is weaker than its own side at any depth), so it matters whom a node is compared with: first
/// with the strongest sibling, then the weakest, then from the strongest on.
NodeId PrimIndex::place(NodeId id)
{
    auto& node = (*this)[id];
    auto& parent = (*this)[node.parent];
    NodeId before = parent.first_child;
    if (before != no_node && compare_siblings(id, before) >= 0) {
        if (compare_siblings(id, parent.last_child) >= 0)
            before = no_node;
        else
            do before = (*this)[before].next;
            while (before != no_node && compare_siblings(id, before) >= 0);
    }
    node.next = before;
    node.previous = before == no_node ? parent.last_child : (*this)[before].previous;
    (node.previous == no_node ? parent.first_child : (*this)[node.previous].next) = id;
    (before == no_node ? parent.last_child : (*this)[before].previous) = id;
    return id;
}

NodeId PrimIndex::insert(Node node)
{
    node.to_root = compose((*this)[node.parent].to_root, node.to_parent);
    nodes.push_back(std::move(node));
    return place(static_cast<NodeId>(nodes.size() - 1));
}

NodeId PrimIndex::insert(PrimIndex const& subgraph, Node const& arc)
{
    auto const base = static_cast<NodeId>(nodes.size());
    auto const to_root = compose((*this)[arc.parent].to_root, arc.to_parent);
    auto shift = [&](NodeId& id) {
        if (id != no_node) id += base;
    };
    nodes.reserve(nodes.size() + subgraph.nodes.size());
    for (auto const& source : subgraph.nodes) {
        nodes.push_back(source);
        auto& node = nodes.back();
        node.to_root = compose(to_root, node.to_root);
        for (NodeId* id :
             {&node.parent, &node.origin, &node.first_child, &node.last_child, &node.previous, &node.next})
            shift(*id);
    }
    auto& root = (*this)[base];
    root.to_parent = arc.to_parent;
    root.parent = arc.parent;
    root.origin = arc.origin;
    root.previous = root.next = no_node;
    root.namespace_depth = arc.namespace_depth;
    root.sibling_number = arc.sibling_number;
    root.arc = arc.arc;
    return place(base);
}

/// A culled node stays when the chain of origins of one that is not culled passes through it: strength order
/// needs that chain.
std::vector<bool> PrimIndex::erasable() const
{
    std::vector<bool> result(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) result[i] = nodes[i].culled;
    std::vector<NodeId> wanted;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (!result[i]) wanted.push_back(static_cast<NodeId>(i));
    while (!wanted.empty()) {
        auto const& node = (*this)[wanted.back()];
        wanted.pop_back();
        for (NodeId needed : {node.parent, node.origin})
            if (needed != no_node && result[static_cast<std::size_t>(needed)]) {
                result[static_cast<std::size_t>(needed)] = false;
                wanted.push_back(needed);
            }
    }
    return result;
}

void PrimIndex::finish()
{
    auto const erase = erasable();
    std::vector<NodeId> order, place_of(nodes.size(), no_node);
    order.reserve(nodes.size());
    std::vector<NodeId> open{0};
    while (!open.empty()) {
        NodeId const id = open.back();
        open.pop_back();
        if (erase[static_cast<std::size_t>(id)])
            continue; // so are its children: a needed child keeps its parent
        place_of[static_cast<std::size_t>(id)] = static_cast<NodeId>(order.size());
        order.push_back(id);
        for (NodeId child = (*this)[id].last_child; child != no_node; child = (*this)[child].previous)
            open.push_back(child);
    }
    bool const unchanged = order.size() == nodes.size() && std::is_sorted(order.begin(), order.end());
    if (unchanged) return;
    std::vector<Node> ordered;
    ordered.reserve(order.size());
    for (NodeId id : order) ordered.push_back(std::move((*this)[id]));
    auto moved = [&](NodeId id) { return id == no_node ? no_node : place_of[static_cast<std::size_t>(id)]; };
    for (auto& node : ordered) {
        node.parent = moved(node.parent);
        node.origin = moved(node.origin);
        node.subtree = moved(node.subtree);
        node.first_child = node.last_child = node.previous = node.next = no_node;
    }
    nodes = std::move(ordered);
    for (std::size_t i = 1; i < nodes.size(); ++i) { // children come in strength order
        auto const id = static_cast<NodeId>(i);
        auto& parent = (*this)[nodes[i].parent];
        nodes[i].previous = parent.last_child;
        (parent.last_child == no_node ? parent.first_child : (*this)[parent.last_child].next) = id;
        parent.last_child = id;
    }
}

void traverse_shareable(PrimIndex const& index, std::function<bool(NodeId, bool)> const& visit)
{
    // Nodes that come from an ancestor's arc count when they hang below a direct arc: that arc brought them.
    std::function<void(NodeId, bool)> walk = [&](NodeId id, bool direct) {
        auto const& node = index[id];
        if (node.culled) return;
        direct = direct || !node.from_ancestor;
        if (!visit(id, direct && node.has_specs && index.can_contribute(id))) return;
        for (NodeId child : index.children(id)) walk(child, direct);
    };
    if (!visit(0, false)) return;
    for (NodeId child : index.children(0)) {
        bool direct = false; // a specializes stands where it was placed
        for (NodeId id = child; id != 0; id = index.above_arc(id))
            direct = direct || !index[id].from_ancestor;
        walk(child, direct);
    }
}

bool is_instanceable(PrimIndex const& index)
{
    bool shareable = false;
    traverse_shareable(index, [&](NodeId, bool can_share) {
        shareable = shareable || can_share;
        return !shareable;
    });
    if (!shareable) return false;
    std::vector<NodeId> open{0}; // strong to weak: the first opinion wins
    while (!open.empty()) {
        NodeId const id = open.back();
        open.pop_back();
        auto const& node = index[id];
        if (index.can_contribute(id))
            for (auto const& member : node.site.stack->members)
                if (auto const spec = member.find(node.site.path))
                    if (auto const flag = spec.get<Bool>(field::instanceable)) return flag->value;
        for (NodeId child = node.last_child; child != no_node; child = index[child].previous)
            open.push_back(child);
    }
    return false;
}

std::string instance_key(PrimIndex const& index)
{
    std::string key;
    traverse_shareable(index, [&](NodeId id, bool can_share) {
        if (!can_share) return true;
        auto const& node = index[id];
        auto const offset = node.to_root->offset();
        key += fmt::format("{} {} {} {} {}\n", static_cast<int>(node.arc), node.site.stack->serial,
                           node.site.path.str(), offset.offset, offset.scale);
        // What a shareable site brings follows from it, but for payloads, which may be loaded or not.
        return index.has_payloads;
    });
    VariantSelections selections;
    for (std::size_t i = 0; i < index.nodes.size(); ++i)
        if (index.can_contribute(static_cast<NodeId>(i)))
            selections.merge(variant_selections_at(*index.nodes[i].site.stack, index.nodes[i].site.path));
    for (auto const& [set, selection] : selections) key += fmt::format("{{{}={}}}", set, selection);
    return key;
}

} // namespace soulvan::usd::composition
