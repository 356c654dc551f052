// What do the layers of one stack say together about one path: its arcs, selections and names?
#include "compose.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace soulvan::usd::composition {

namespace {

/// Calls `apply(value, member)` for each authored `name` at `path`, weak to strong.
template <class F>
void each_opinion(LayerStack const& stack, Path const& path, Token name, F const& apply)
{
    for (auto member = stack.members.rbegin(); member != stack.members.rend(); ++member)
        if (auto const spec = member->find(path))
            if (auto const value = spec.find(name); !value.empty()) apply(value, *member);
}

/// Rewrites every item of a list edit; items for which `rewrite` gives nothing are left out.
template <class T, class F>
ListOp<T> rewritten(ListOp<T> const& op, F const& rewrite)
{
    ListOp<T> result;
    result.is_explicit = op.is_explicit;
    auto copy = [&](std::vector<T> const& from, std::vector<T>& to) {
        for (auto const& item : from)
            if (auto changed = rewrite(item)) to.push_back(*std::move(changed));
    };
    copy(op.explicit_items, result.explicit_items);
    copy(op.added, result.added);
    copy(op.prepended, result.prepended);
    copy(op.appended, result.appended);
    copy(op.deleted, result.deleted);
    copy(op.ordered, result.ordered);
    return result;
}

/// What makes two references or payloads of one stack the same.
using Target = std::tuple<std::string, Path, LayerOffset>;

template <class T>
Target target_of(T const& item)
{
    return {item.asset, item.prim, item.offset};
}

/// Files written before payloads were lists hold a single one.
ListOp<Payload> const* as_list(Value const& value, ListOp<Payload>& storage)
{
    if (auto const* single = value.get<Payload>()) {
        storage = ListOp<Payload>::make_explicit({*single});
        return &storage;
    }
    return value.get<ListOp<Payload>>();
}

ListOp<Reference> const* as_list(Value const& value, ListOp<Reference>&)
{
    return value.get<ListOp<Reference>>();
}

/// References and payloads compose alike. Assets are anchored before the lists are folded, so that equal
/// relative paths of different folders stay different.
template <class T>
std::vector<SiteArc> arcs_at(LayerStack const& stack, Path const& path, Token name,
                             std::vector<Problem>* problems)
{
    std::vector<T> items;
    std::map<Target, SiteArc> known; // of equal ones the strongest
    each_opinion(stack, path, name, [&](Value const& value, LayerStack::Member const& member) {
        ListOp<T> storage;
        auto const* op = as_list(value, storage);
        if (!op) return;
        auto const anchor_item = [&](T const& item) -> std::optional<T> {
            T result = item;
            std::string authored = item.asset;
            if (is_expression(authored)) {
                auto evaluated = evaluate_expression(authored, stack.expression_variables);
                if (!evaluated && problems)
                    problems->push_back(
                        {Trouble::invalid_expression,
                         path,
                         {member.anchor, path,
                          fmt::format("the arc to {} is left out: {}", authored, evaluated.error().what)}});
                authored = evaluated ? *evaluated : "";
                if (authored.empty()) return std::nullopt;
            }
            result.asset = located(member.anchor, authored, stack);
            SiteArc arc{result.asset, authored, result.prim, result.offset, &member};
            known.insert_or_assign(target_of(result), std::move(arc));
            return result;
        };
        rewritten(*op, anchor_item).apply(items);
    });
    std::vector<SiteArc> result;
    for (auto const& item : items)
        if (auto const found = known.find(target_of(item)); found != known.end())
            result.push_back(found->second);
    return result;
}

void add_names(Names const& names, std::vector<Token>& order, std::set<Token>& seen)
{
    for (Token name : names)
        if (seen.insert(name).second) order.push_back(name);
}

void reorder(std::vector<Token>& names, SpecView spec, Token order_field)
{
    auto const value = spec.find(order_field);
    if (auto const* order = value.get<std::vector<Token>>()) TokenListOp{.ordered = *order}.apply(names);
}

using NameList = Names (SpecView::*)() const;

void add_site_names(Site const& site, NameList names, Token const* order_field, std::vector<Token>& order,
                    std::set<Token>& seen)
{
    auto const& members = site.stack->members;
    for (auto member = members.rbegin(); member != members.rend(); ++member)
        if (auto const spec = member->find(site.path)) {
            add_names((spec.*names)(), order, seen);
            if (order_field) reorder(order, spec, *order_field);
        }
}

/// Applies the relocations of a node's layer stack that take children away, rename them, or bring them here.
void relocate_names(Site const& site, std::vector<Token>& order, std::set<Token>& seen,
                    std::set<Token>* prohibited)
{
    std::map<Token, Token> renamed;
    std::set<Token> removed, added;
    auto const& to = site.stack->relocated_to;
    for (auto at = to.lower_bound(site.path); at != to.end() && at->first.has_prefix(site.path); ++at) {
        if (at->first.parent() != site.path) continue;
        if (!at->second.empty() && at->second.parent() == site.path)
            renamed[at->first.name()] = at->second.name();
        else
            removed.insert(at->first.name());
        if (prohibited) prohibited->insert(at->first.name());
    }
    auto const& from = site.stack->relocated_from;
    for (auto at = from.lower_bound(site.path); at != from.end() && at->first.has_prefix(site.path); ++at)
        if (at->first.parent() == site.path && at->second.parent() != site.path &&
            !seen.contains(at->first.name()))
            added.insert(at->first.name());

    std::vector<Token> kept;
    for (Token name : order) {
        if (auto const rename = renamed.find(name); rename != renamed.end()) {
            seen.erase(name);
            if (seen.insert(rename->second).second) kept.push_back(rename->second);
        } else if (removed.contains(name)) {
            seen.erase(name);
        } else {
            kept.push_back(name);
        }
    }
    order = std::move(kept);
    for (Token name : added) // without a statement of order they come alphabetically
        if (seen.insert(name).second) order.push_back(name);
}

/// Weak to strong.
void add_child_names(PrimIndex const& index, NodeId id, std::vector<Token>& order, std::set<Token>& seen,
                     std::set<Token>& prohibited)
{
    if (!index.can_contribute(id)) return;
    auto const& site = index[id].site;
    if (site.stack->has_relocates()) relocate_names(site, order, seen, &prohibited);
    add_site_names(site, &SpecView::prim_children, &field::prim_order, order, seen);
}

} // namespace

std::vector<SiteArc> references_at(LayerStack const& stack, Path const& path, std::vector<Problem>* problems)
{
    return arcs_at<Reference>(stack, path, field::references, problems);
}

std::vector<SiteArc> payloads_at(LayerStack const& stack, Path const& path, std::vector<Problem>* problems)
{
    return arcs_at<Payload>(stack, path, field::payload, problems);
}

std::vector<Path> paths_at(LayerStack const& stack, Path const& path, Token name)
{
    std::vector<Path> result;
    auto const base = path.without_variants();
    each_opinion(stack, path, name, [&](Value const& value, LayerStack::Member const&) {
        if (auto const* op = value.get<PathListOp>())
            rewritten(*op, [&](Path const& item) {
                return std::optional<Path>(item.empty() || item.is_absolute() ? item : base.join(item));
            }).apply(result);
    });
    return result;
}

std::vector<Token> variant_sets_at(LayerStack const& stack, Path const& path)
{
    std::vector<Token> result;
    each_opinion(stack, path, field::variant_set_names, [&](Value const& value, LayerStack::Member const&) {
        if (auto const* tokens = value.get<TokenListOp>()) return tokens->apply(result);
        auto const* strings = value.get<StringListOp>();
        if (!strings) return;
        std::vector<std::string> names;
        for (Token name : result) names.push_back(name.str());
        strings->apply(names);
        result.clear();
        for (auto const& name : names) result.emplace_back(name);
    });
    return result;
}

std::vector<Token> variants_at(LayerStack const& stack, Path const& path, Token set)
{
    std::set<Token> names;
    auto const set_path = path.variant(set, Token());
    for (auto const& member : stack.members)
        if (auto const spec = member.find(set_path))
            for (Token name : spec.variants()) names.insert(name);
    return {names.begin(), names.end()};
}

VariantSelections variant_selections_at(LayerStack const& stack, Path const& path)
{
    VariantSelections result;
    for (auto const& member : stack.members) {
        auto const value = member.find(path).find(field::variant_selection);
        auto const* selections = value.get<VariantSelections>();
        if (!selections) continue;
        for (auto const& [set, selection] : *selections) {
            if (!is_expression(selection)) {
                result.emplace(set, selection);
                continue;
            }
            // A selection that cannot be evaluated leaves the next weaker one.
            auto evaluated = evaluate_expression(selection, stack.expression_variables);
            if (evaluated) result.emplace(set, *std::move(evaluated));
        }
    }
    return result;
}

std::optional<std::string> variant_selection_at(LayerStack const& stack, Path const& path,
                                                std::string const& set, std::vector<Problem>* problems)
{
    for (auto const& member : stack.members) {
        auto const value = member.find(path).find(field::variant_selection);
        auto const* selections = value.get<VariantSelections>();
        if (!selections) continue;
        auto const found = selections->find(set);
        if (found == selections->end()) continue;
        if (!is_expression(found->second)) return found->second;
        // As above: one that cannot be evaluated leaves the next weaker one.
        auto evaluated = evaluate_expression(found->second, stack.expression_variables);
        if (evaluated) return *std::move(evaluated);
        if (problems)
            problems->push_back({Trouble::invalid_expression,
                                 path,
                                 {member.anchor, path,
                                  fmt::format("the selection {} of the variant set {} is left out: {}",
                                              found->second, set, evaluated.error().what)}});
    }
    return std::nullopt;
}

std::vector<Token> child_names(PrimIndex const& index, std::set<Token>* prohibited)
{
    std::vector<Token> order;
    std::set<Token> seen, forbidden;
    if (index.instanceable) {
        // Only what an instance shares may name its children.
        std::vector<NodeId> shared;
        traverse_shareable(index, [&](NodeId id, bool can_share) {
            if (can_share) shared.push_back(id);
            return true;
        });
        // Strong to weak is depth first with parents first, so its reverse is weak to strong.
        for (auto id = shared.rbegin(); id != shared.rend(); ++id)
            add_child_names(index, *id, order, seen, forbidden);
    } else {
        // Finished nodes are in strength order.
        for (auto id = static_cast<NodeId>(index.nodes.size()); id-- > 0;)
            add_child_names(index, id, order, seen, forbidden);
    }
    std::erase_if(order, [&](Token name) { return forbidden.contains(name); });
    if (prohibited) *prohibited = std::move(forbidden);
    return order;
}

std::vector<Token> property_names(PrimIndex const& index)
{
    std::vector<Token> order;
    std::set<Token> seen;
    for (auto id = static_cast<NodeId>(index.nodes.size()); id-- > 0;)
        if (index.can_contribute(id))
            add_site_names(index[id].site, &SpecView::properties, nullptr, order, seen);
    return order;
}

namespace {

/// The paths of one list edit in the stage's namespace; what cannot be mapped is left out and told in
/// `result`.
PathListOp mapped_edit(PathListOp const& edit, PathOpinion const& opinion, InheritsFrom const& inherits,
                       Targets& result)
{
    auto const base = opinion.spec_path.prim_path().without_variants();
    auto const absolute = [&](Path const& item) {
        return (item.is_absolute() ? item : base.join(item)).without_variants();
    };
    auto const refuse = [&](Path const& item, std::string_view why) {
        result.problems.push_back({Trouble::invalid_target,
                                   opinion.spec_path,
                                   {opinion.member->anchor, opinion.spec_path,
                                    fmt::format("the target <{}> is left out: {}", item.str(), why)}});
        return std::nullopt;
    };
    auto const map_item = [&](Path const& item) -> std::optional<Path> {
        auto const path = absolute(item);
        auto const mapped = opinion.to_root->to_target(path);
        if (mapped.empty()) return refuse(item, "it lies outside what the arc to this prim brings");
        // A class that pointed at one of its instances could not be mapped back.
        auto const& inherited = opinion.inherited_class;
        if (inherits && !inherited.empty() && !path.has_prefix(inherited) &&
            inherits(mapped.prim_path(), opinion.stack, inherited))
            return refuse(item, "a class cannot refer to what inherits from it");
        return mapped;
    };
    PathListOp kept = edit;
    kept.deleted.clear();
    PathListOp mapped = rewritten(kept, map_item);
    for (auto const& item : edit.deleted)
        if (auto path = opinion.to_root->to_target(absolute(item)); !path.empty()) {
            result.deleted.push_back(path);
            mapped.deleted.push_back(path);
        }
    return mapped;
}

} // namespace

Targets compose_targets(std::vector<PathOpinion> const& strong_to_weak, Token name,
                        InheritsFrom const& inherits)
{
    Targets result;
    for (auto opinion = strong_to_weak.rbegin(); opinion != strong_to_weak.rend(); ++opinion) {
        auto const value = opinion->spec.find(name);
        auto const* edit = value.get<PathListOp>();
        if (!edit || edit->empty()) continue;
        result.authored = true;
        if (edit->is_explicit) { // what it replaces can no longer be wrong
            result.problems.clear();
            result.deleted.clear();
        }
        mapped_edit(*edit, *opinion, inherits, result).apply(result.paths);
    }
    return result;
}

bool inherits_from(PrimIndex const& index, LayerStack const* stack, Path const& inherited_class)
{
    return std::any_of(index.nodes.begin(), index.nodes.end(), [&](Node const& node) {
        return node.arc == Arc::inherit && node.site.stack == stack &&
               node.site.path.has_prefix(inherited_class);
    });
}

} // namespace soulvan::usd::composition
