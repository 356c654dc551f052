// Which sites do the arcs authored at one node bring: references, payloads, classes, relocations?
#include "compose_indexer.h"

#include <algorithm>

namespace soulvan::usd::composition {

namespace {

/// An absolute path to a prim without variant selections: what arcs may name.
bool can_be_target(Path const& path)
{
    return path.is_absolute() && path.is_prim() && !has_variant(path);
}

/// A prim's name, or its path.
Path default_prim_path(Layer const& layer)
{
    auto const name = layer.default_prim();
    if (name.empty()) return {};
    auto const path = Path::parse(name.str().starts_with('/') ? name.str() : "/" + name.str());
    return path && can_be_target(*path) ? *path : Path();
}

/// The variant selections of `with` put back into a path that was mapped without them.
Path with_variants_of(Path const& with, Path const& mapped)
{
    Path variant = with;
    while (!variant.empty() && !variant.is_variant_selection()) variant = variant.parent();
    if (variant.empty() || mapped.empty()) return mapped;
    return mapped.replace_prefix(variant.without_variants(), variant);
}

char const* name_of(Arc arc)
{
    switch (arc) {
    case Arc::root:
        return "root";
    case Arc::inherit:
        return "inherit";
    case Arc::variant:
        return "variant";
    case Arc::relocate:
        return "relocate";
    case Arc::reference:
        return "reference";
    case Arc::payload:
        return "payload";
    case Arc::specialize:
        return "specialize";
    }
    return "";
}

/// Internal arcs map the rest of namespace onto itself, which says nothing about whose payload it is.
Path to_parent_without_identity(MapFunction const& mapping, Arc arc, Path const& path)
{
    if (mapping.has_root_identity() && (arc == Arc::reference || arc == Arc::payload))
        return mapping.without_root_identity().to_target(path);
    return mapping.to_target(path);
}

Path to_root_without_identity(PrimIndex const& index, NodeId id, Path const& path)
{
    auto const& to_root = *index[id].to_root;
    Path mapped = to_root.to_target(path);
    if (mapped == path && to_root.has_root_identity())
        for (NodeId node = id; !mapped.empty() && index[node].parent != no_node; node = index[node].parent)
            mapped = to_parent_without_identity(*index[node].to_parent, index[node].arc, mapped);
    return mapped;
}

} // namespace

/// Maps `source` to the path of `target`, through the relocations of the target's layer stack.
Mapping Indexer::arc_mapping(Path const& source, NodeId target, LayerOffset offset) const
{
    auto const& site = index_[target].site;
    auto const path = site.path.without_variants();
    auto arc = std::make_shared<MapFunction const>(std::vector<MapFunction::Pair>{{source, path}}, offset);
    auto const relocates = relocates_mapping(*site.stack, path);
    return relocates ? compose(relocates, Mapping(arc)) : arc;
}

void Indexer::eval_references(NodeId id)
{
    if (!index_.can_contribute(id)) return;
    auto const site = index_[id].site;
    std::vector<Problem> problems;
    auto const arcs = references_at(*site.stack, site.path, &problems);
    take(std::move(problems));
    for (std::size_t i = 0; i < arcs.size(); ++i)
        eval_external(id, arcs[i], Arc::reference, static_cast<int>(i));
}

/// Whether a payload is loaded is asked for the path of its prim in the stage. A payload that no path there
/// names (it stands above a prim that is referred to alone) is always loaded.
void Indexer::eval_payloads(NodeId id)
{
    if (!index_.can_contribute(id)) return;
    auto const site = index_[id].site;
    std::vector<Problem> problems;
    auto const arcs = payloads_at(*site.stack, site.path, &problems);
    take(std::move(problems));
    if (arcs.empty()) return;
    index_.has_payloads = true;
    if (!inputs_.includes_payload) return;
    auto const path = payload_inclusion_path(id, site.path);
    if (!path.empty() && !inputs_.includes_payload(path)) return;
    for (std::size_t i = 0; i < arcs.size(); ++i)
        eval_external(id, arcs[i], Arc::payload, static_cast<int>(i));
}

Path Indexer::payload_inclusion_path(NodeId id, Path const& path) const
{
    Path mapped = to_root_without_identity(index_, id, path.without_variants());
    for (auto const* frame = frame_; frame && !mapped.empty(); frame = frame->previous) {
        mapped = to_parent_without_identity(*frame->mapping, frame->arc, mapped);
        if (!mapped.empty()) mapped = to_root_without_identity(*frame->graph, frame->parent, mapped);
    }
    return mapped;
}

/// Adds one reference or payload.
void Indexer::eval_external(NodeId id, SiteArc const& arc, Arc kind, int number)
{
    auto const site = index_[id].site;
    auto const& source_layer = *arc.source->layer;
    auto const text = fmt::format("{} to @{}@<{}>", name_of(kind), arc.authored, arc.prim.str());
    if (!arc.prim.empty() && !can_be_target(arc.prim))
        return report(
            Trouble::invalid_prim_path, site, &source_layer,
            fmt::format("the {} is left out: it must name a prim by an absolute path without variants",
                        text));
    LayerOffset offset = arc.offset;
    if (is_invertible(offset)) {
        // Within a layer stack both ends have its time, in which the target's layers are offset already.
        // (OpenUSD 24.11 adds the offset of the layer that has the arc once more.)
        if (!arc.asset.empty()) offset = compose(arc.source->to_stack, offset);
    } else {
        report(Trouble::invalid_offset, site, &source_layer,
               fmt::format("the offset {} and scale {} of the {} cannot be inverted; none is used",
                           offset.offset, offset.scale, text));
        offset = {};
    }
    auto const* stack = site.stack;
    auto target_layer = stack->root;
    if (!arc.asset.empty()) {
        if (inputs_.cache.is_muted(arc.asset)) return;
        auto opened = inputs_.cache.layer(arc.asset);
        if (!opened)
            return report(Trouble::unresolved_layer, site, &source_layer,
                          fmt::format("the {} is left out: {}", text, opened.error().what));
        target_layer = *opened;
        stack = inputs_.cache.stack(target_layer, nullptr, site.stack);
        double const outer = time_codes_per_second(source_layer), inner = stack->time_codes_per_second;
        if (outer != inner) offset.scale *= outer / inner;
    }
    Path prim = arc.prim.empty() ? default_prim_path(*target_layer) : arc.prim;
    bool const found = !prim.empty();
    if (!found) { // a placeholder, so that what depends on the layer can be seen
        report(Trouble::unresolved_prim, site, &source_layer,
               fmt::format("the {} is left out: the layer has no defaultPrim; name a prim in <> or set one",
                           text));
        prim = Path::root();
    }
    auto mapping = arc_mapping(prim, id, offset);
    if (arc.asset.empty()) mapping = std::make_shared<MapFunction const>(mapping->with_root_identity());
    add_arc({.arc = kind,
             .parent = id,
             .origin = id,
             .site = {stack, prim},
             .mapping = std::move(mapping),
             .sibling_number = number,
             .contributes = found,
             .ancestral_opinions = prim.depth() != 1});
}

/// A reference or payload must find a prim, in its target or in what the target brings.
void Indexer::eval_unresolved_prim(NodeId id)
{
    bool const here = index_.depth_below_introduction(id) == 0;
    std::vector<NodeId> open{id};
    while (!open.empty()) {
        NodeId const node = open.back();
        open.pop_back();
        if (here ? index_[node].has_specs
                 : index_[node].site.stack->has_specs(index_.path_at_introduction(node)))
            return;
        for (NodeId child : index_.children(node)) open.push_back(child);
    }
    auto const target = index_.path_at_introduction(id);
    auto const& parent = index_[index_[id].parent].site;
    auto const& stack = *index_[id].site.stack;
    auto const place = with_variants_of(parent.path, index_[id].to_parent->to_target(target));
    auto const arcs = index_[id].arc == Arc::reference ? references_at(*parent.stack, place, nullptr)
                                                       : payloads_at(*parent.stack, place, nullptr);
    auto const number = static_cast<std::size_t>(index_[id].sibling_number);
    report(Trouble::unresolved_prim, {parent.stack, place},
           number < arcs.size() ? arcs[number].source->layer.get() : nullptr,
           fmt::format("the {} to @{}@<{}> brings nothing: there is no such prim", name_of(index_[id].arc),
                       stack.root->identifier, target.str()));
}

void Indexer::eval_classes(NodeId id, Token name, Arc kind)
{
    if (!index_.can_contribute(id)) return;
    auto const site = index_[id].site;
    auto const paths = paths_at(*site.stack, site.path, name);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (!can_be_target(paths[i])) {
            report(Trouble::invalid_prim_path, site, nullptr,
                   fmt::format("the {} of <{}> is left out: it must name a prim by a path without variants",
                               name_of(kind), paths[i].str()));
            continue;
        }
        // The class maps to the instance, everything else to itself.
        auto const mapping =
            std::make_shared<MapFunction const>(arc_mapping(paths[i], id, {})->with_root_identity());
        add_class_arc(kind, id, id, mapping, static_cast<int>(i), {});
    }
}

/// An equal arc below `parent`. Below a relocation the sites of classes are placeholders, so mappings are
/// compared.
NodeId Indexer::matching_child(NodeId parent, Arc parent_arc, Site const& site, Arc kind,
                               Mapping const& mapping, int depth_below) const
{
    for (NodeId child = index_[parent].first_child; child != no_node; child = index_[child].next) {
        auto const& node = index_[child];
        bool const same = parent_arc == Arc::relocate
                              ? node.arc == kind && *node.to_parent == *mapping &&
                                    index_.depth_below_introduction(node.origin) == depth_below
                              : node.site == site;
        if (same) return child;
    }
    return no_node;
}

/// Adds an inherit or specialize, authored or implied; `ignore` is the site of the class that implied it.
NodeId Indexer::add_class_arc(Arc kind, NodeId parent, NodeId origin, Mapping const& mapping, int number,
                              Site const& ignore)
{
    if (told_full_) return no_node;
    auto const parent_site = index_[parent].site;
    // The class is found through the mapping, because relocations may have moved it. Mappings know no
    // variants.
    Path const path =
        with_variants_of(parent_site.path, mapping->to_source(parent_site.path.without_variants()));
    if (path.empty()) return no_node; // no such class can be named from here: nothing to inherit, no error
    Site const site{parent_site.stack, path};
    if (NodeId const child = matching_child(parent, arc_in_full_graph(parent), site, kind, mapping,
                                            index_.depth_below_introduction(origin));
        child != no_node) {
        // Below the root, what is implied from the strongest place stays.
        if (kind != Arc::specialize || parent != 0 || parent == origin ||
            index_.compare(origin, index_[child].origin) != -1)
            return child;
        make_inert(child);
    }
    NewArc arc{.arc = kind,
               .parent = parent,
               .origin = origin,
               .site = site,
               .mapping = mapping,
               .sibling_number = number};
    if (kind == Arc::specialize && (parent != 0 || frame_)) { // its subtree belongs below the outermost root
        arc.contributes = false;
        arc.is_specializes_placeholder = true;
        NodeId const placeholder = add_arc(std::move(arc));
        if (placeholder == no_node || frame_ || is_relocation_placeholder(placeholder)) return placeholder;
        NodeId const top = propagate(placeholder);
        return top != no_node ? top : placeholder;
    }
    // An arc to the prim itself or to the class it stems from only passes on what is implied.
    arc.contributes = arc.skip_duplicates = path != parent_site.path && site != ignore;
    arc.ancestral_opinions = arc.contributes && path.depth() != 1;
    return add_arc(std::move(arc));
}

void Indexer::make_inert(NodeId id)
{
    index_.set_inert(id, true);
    for (NodeId child : index_.children(id)) make_inert(child);
}

/// Takes a subtree out, also for what its namespace ancestors would say.
void Indexer::elide(NodeId id)
{
    index_.set_culled(id, true);
    index_[id].restricted_depth = 1;
    for (NodeId child : index_.children(id)) elide(child);
}

/// Takes out what other relocations move elsewhere.
void Indexer::elide_relocated(NodeId id)
{
    for (NodeId child : index_.children(id)) {
        auto const& node = index_[child];
        if (node.arc == Arc::relocate) continue;
        if (index_.can_contribute(child) && node.site.stack->relocated_to.contains(node.site.path))
            elide(child);
        else
            elide_relocated(child);
    }
}

/// Brings the opinions of the place where the prim stood before it was relocated. Of what arcs of ancestors
/// bring to the new place, only variants may speak.
void Indexer::eval_relocations(NodeId id)
{
    if (!index_.can_contribute(id)) return;
    auto const site = index_[id].site;
    auto const from = site.stack->relocated_from.find(site.path);
    if (from == site.stack->relocated_from.end()) return;
    for (NodeId child : index_.children(id))
        if (index_[child].arc != Arc::variant) elide(child);
    NodeId const added = add_arc({.arc = Arc::relocate,
                                  .parent = id,
                                  .origin = id,
                                  .site = {site.stack, from->second},
                                  .mapping = MapFunction::identity(),
                                  .contributes = false,
                                  .ancestral_opinions = true});
    if (added == no_node) return;
    for (auto const& member : site.stack->members)
        if (member.find(from->second))
            report(Trouble::opinion_at_relocate_source, {site.stack, from->second}, member.layer.get(),
                   fmt::format("opinions at <{}> are ignored: the prim was relocated to <{}>",
                               from->second.str(), site.path.str()));
    elide_relocated(added);
}

/// A relocation across an arc also relocates what the near side says about the source.
void Indexer::eval_implied_relocations(NodeId id)
{
    auto const& node = index_[id];
    if (node.arc != Arc::relocate || node.from_ancestor || node.parent == no_node) return;
    NodeId const grandparent = index_[node.parent].parent;
    if (grandparent == no_node) return;
    Path const source = index_[node.parent].to_parent->to_target(node.site.path);
    if (source.empty()) return;
    for (NodeId child : index_.children(grandparent))
        if (index_[child].arc == Arc::relocate && index_[child].site.path == source) return;
    add_arc({.arc = Arc::relocate,
             .parent = grandparent,
             .origin = id,
             .site = {index_[grandparent].site.stack, source},
             .mapping = MapFunction::identity(),
             .contributes = false});
}

} // namespace soulvan::usd::composition
