// Which material, visibility and purpose does a prim have after inheritance?
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <map>

namespace soulvan::usd {

namespace {

constexpr std::string_view binding_name = "material:binding";

/// What a binding at one prim says: nothing, or a material's path.
struct Binding {
    Path material;
    Path owner; ///< the prim with the relationship
};

std::optional<Path> single_prim_target(Prim const& prim, std::string const& relationship)
{
    auto const targets = prim.targets(relationship);
    if (targets.size() != 1 || !targets.front().is_prim()) return std::nullopt;
    return targets.front();
}

bool is_stronger_than_descendants(Prim const& prim, std::string const& relationship)
{
    auto const strength = prim.property_metadata(Token(relationship), Token("bindMaterialAs"));
    auto const* token = strength ? strength->get<Token>() : nullptr;
    return token && *token == "strongerThanDescendants";
}

/// Which paths a collection includes: for each path that it names, how.
using Rules = std::map<Path, std::string>;

void gather_rules(Stage const& stage, Path const& collection, Rules& rules, int depth)
{
    auto const prim = stage.prim_at(collection.prim_path());
    if (!prim || depth > 32) return; // collections may include each other in a circle
    auto const base = collection.name().str() + ":";
    auto const rule = prim.get<Token>(base + "expansionRule").value_or(Token("expandPrims"));
    for (auto const& target : prim.targets(base + "includes")) {
        if (target.is_property() && target.name().view().starts_with("collection:"))
            gather_rules(stage, target, rules, depth + 1);
        else
            rules[target] = rule.str();
    }
    if (prim.get_or(base + "includeRoot", Bool{}).value) rules[Path::root()] = rule.str();
    for (auto const& target : prim.targets(base + "excludes")) rules[target] = "exclude";
}

bool includes(Rules const& rules, Path const& path)
{
    for (Path up = path; !up.empty(); up = up.parent()) {
        auto const rule = rules.find(up);
        if (rule == rules.end()) continue;
        if (rule->second == "exclude") return false;
        return rule->second != "explicitOnly" || up == path;
    }
    return false;
}

/// The names of the collection bindings at a prim for one purpose, in order of strength.
std::vector<std::string> collection_bindings(Prim const& prim, std::string_view purpose)
{
    auto const prefix =
        std::string(binding_name) + ":collection:" + (purpose.empty() ? "" : std::string(purpose) + ":");
    std::vector<std::string> names;
    for (Token name : prim.property_names())
        if (name.view().starts_with(prefix) && name.view().find(':', prefix.size()) == std::string_view::npos)
            names.push_back(name.str());
    return names;
}

/// The material that a collection binding gives to `path`.
std::optional<Path> collection_material(Stage const& stage, Prim const& prim, std::string const& relationship,
                                        Path const& path)
{
    auto const targets = prim.targets(relationship);
    if (targets.size() != 2) return std::nullopt;
    auto const is_material = [](Path const& target) { return target.is_prim(); };
    auto const& material = is_material(targets[0]) ? targets[0] : targets[1];
    auto const& collection = is_material(targets[0]) ? targets[1] : targets[0];
    if (!material.is_prim() || !collection.is_property()) return std::nullopt;
    Rules rules;
    gather_rules(stage, collection, rules, 0);
    return includes(rules, path) ? std::optional(material) : std::nullopt;
}

/// The nearest binding wins, unless one further up is stronger than its descendants. At one prim a collection
/// is stronger than the direct binding.
std::optional<Path> material_path(Stage const& stage, Prim const& prim, std::string_view purpose)
{
    std::optional<Binding> winner;
    auto const direct = std::string(binding_name) + (purpose.empty() ? "" : ":" + std::string(purpose));
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        if (auto const target = single_prim_target(at, direct))
            if (!winner || is_stronger_than_descendants(at, direct)) winner = Binding{*target, at.path()};
        for (auto const& name : collection_bindings(at, purpose)) {
            auto const target = collection_material(stage, at, name, prim.path());
            if (!target) continue;
            if (winner && winner->owner != at.path() && !is_stronger_than_descendants(at, name)) continue;
            winner = Binding{*target, at.path()};
            break;
        }
    }
    return winner ? std::optional(winner->material) : std::nullopt;
}

} // namespace

std::optional<Prim> bound_material(Prim const& prim, std::string_view purpose)
{
    auto const& stage = prim.stage();
    auto path = material_path(stage, prim, purpose);
    if (!path && !purpose.empty()) path = material_path(stage, prim, "");
    if (!path) return std::nullopt;
    auto const material = stage.prim_at(*path);
    return material && material.is_a("Material") ? std::optional(material) : std::nullopt;
}

bool is_visible(Prim const& prim, Time time)
{
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent())
        if (at.is_a("Imageable") && at.get<Token>("visibility", time).value_or(Token()) == "invisible")
            return false;
    return true;
}

Token computed_purpose(Prim const& prim)
{
    static Token const name("purpose"), fallback("default");
    if (!prim.is_a("Imageable")) return fallback;
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        auto const attribute = at.is_a("Imageable") ? at.attribute(name) : std::nullopt;
        if (attribute && attribute->is_authored()) return attribute->get<Token>().value_or(fallback);
    }
    return fallback;
}

} // namespace soulvan::usd
