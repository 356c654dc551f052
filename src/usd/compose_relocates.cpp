// Which relocations of a layer stack are valid, and how do they move its namespace?
#include "compose.h"

#include <algorithm>

namespace soulvan::usd::composition {

namespace {

struct Authored {
    Path target;
    LayerStack::Member const* member;
};
using Entries = std::map<Path, Authored>; // by source

/// What is wrong with a relocate by itself; "" when nothing is.
std::string fault_of(Path const& source, Path const& target)
{
    if (source.empty()) return "the source is empty";
    if (has_variant(source) || has_variant(target)) return "variant selections cannot be relocated";
    if (!source.is_prim() || !(target.empty() || target.is_prim())) return "only prims can be relocated";
    if (source == target) return "source and target are the same";
    if (target.has_prefix(source)) return "the target is a descendant of the source";
    if (!target.empty() && source.has_prefix(target)) return "the target is an ancestor of the source";
    if (source.depth() == 1) return "a root prim cannot be relocated, as no arc can bring it";
    return "";
}

void report(LayerStack& stack, Trouble kind, LayerStack::Member const& member, Path const& source,
            Path const& target, std::string const& fault)
{
    stack.problems.push_back(
        {kind,
         Path::root(),
         {member.anchor, Path::root(),
          fmt::format("the relocate of <{}> to <{}> is left out: {}", source.str(), target.str(), fault)}});
}

Entries collect(LayerStack& stack)
{
    Entries entries;
    for (auto const& member : stack.members) {
        auto const value = member.layer->pseudo_root().find(field::relocates);
        auto const* relocates = value.get<Relocates>();
        if (!relocates) continue;
        for (auto const& [from, to] : *relocates) {
            auto const source = from.empty() || from.is_absolute() ? from : Path::root().join(from);
            auto const target = to.empty() || to.is_absolute() ? to : Path::root().join(to);
            if (auto const fault = fault_of(source, target); !fault.empty())
                report(stack, Trouble::invalid_relocate, member, source, target, fault);
            else
                entries.try_emplace(source, Authored{target, &member}); // the strongest layer wins
        }
    }
    return entries;
}

/// Drops relocates that contradict each other: all of them, so that the result depends on no order.
void drop_conflicts(LayerStack& stack, Entries& entries)
{
    std::map<Path, std::vector<Path>> by_target;
    for (auto const& [source, authored] : entries)
        if (!authored.target.empty()) by_target[authored.target].push_back(source);
    std::map<Path, std::string> faults;
    auto conflict = [&](Path const& source, std::string fault) {
        faults.try_emplace(source, std::move(fault));
    };
    for (auto const& [target, sources] : by_target)
        if (sources.size() > 1)
            for (auto const& source : sources) conflict(source, "several relocates have this target");
    for (auto const& [source, authored] : entries) {
        auto const& target = authored.target;
        if (!target.empty()) {
            if (entries.contains(target)) {
                conflict(source, "the target is the source of another relocate");
                conflict(target, "the source is the target of another relocate");
            }
            for (Path up = target.parent(); !up.is_root(); up = up.parent())
                if (entries.contains(up))
                    conflict(source, "the target lies below the source of another relocate");
        }
        for (Path up = source.parent(); up.depth() > 1; up = up.parent())
            if (entries.contains(up))
                conflict(source, "the source lies below the source of another relocate");
    }
    for (auto const& [source, fault] : faults) {
        auto const at = entries.find(source);
        report(stack, Trouble::conflicting_relocate, *at->second.member, source, at->second.target, fault);
    }
    for (auto const& [source, fault] : faults) entries.erase(source);
}

} // namespace

void compute_relocates(LayerStack& stack)
{
    Entries entries = collect(stack);
    if (entries.empty()) return;
    drop_conflicts(stack, entries);
    for (auto const& [source, authored] : entries) {
        stack.relocated_to.emplace(source, authored.target);
        if (!authored.target.empty()) stack.relocated_from.emplace(authored.target, source);
    }
    // Where a prim stood at first, before its ancestors were relocated. Chains are no longer than there are
    // entries.
    for (auto const& [target, source] : stack.relocated_from) {
        Path original = source;
        for (std::size_t steps = 0; steps < stack.relocated_from.size(); ++steps) {
            Path up = original;
            while (!up.is_root() && !stack.relocated_from.contains(up)) up = up.parent();
            if (up.is_root()) break;
            original = original.replace_prefix(up, stack.relocated_from.at(up));
        }
        stack.relocated_original.emplace(target, original);
    }
}

Mapping relocates_mapping(LayerStack const& stack, Path const& path)
{
    if (!stack.has_relocates()) return nullptr;
    std::vector<MapFunction::Pair> pairs{{Path::root(), Path::root()}};
    std::set<Path> targets;
    for (auto const& [target, original] : stack.relocated_original)
        if (original.has_prefix(path) && targets.insert(target).second) pairs.emplace_back(original, target);
    for (auto const& [target, source] : stack.relocated_from)
        if (source.has_prefix(path) && targets.insert(target).second) pairs.emplace_back(source, target);
    return std::make_shared<MapFunction const>(std::move(pairs), LayerOffset{});
}

} // namespace soulvan::usd::composition
