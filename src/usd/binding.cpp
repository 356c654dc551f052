// Which material, visibility and purpose does a prim have after inheritance?
#include "soulvan/usd/collection.h"

#include <algorithm>
#include <map>
#include <set>

namespace soulvan::usd {

namespace {

constexpr std::string_view binding_name = "material:binding";

/// What a binding at one prim says: nothing, or a material's path.
struct Binding {
    Path material;
    Path owner; ///< the prim with the relationship
};

/// Targets with relationships among them followed to their own, as far as any scene goes.
void add_forwarded(Prim const& prim, std::string const& relationship, std::set<Path>& seen,
                   std::vector<Path>& out, int depth = 0)
{
    if (depth > 256) return;
    for (auto const& target : prim.targets(relationship)) {
        auto const owner = target.is_property() ? prim.stage().prim_at(target.prim_path()) : Prim();
        bool const leads_on = owner && owner.has_relationship(target.name().view());
        if (!seen.insert(target).second) continue;
        if (leads_on)
            add_forwarded(owner, target.name().str(), seen, out, depth + 1);
        else
            out.push_back(target);
    }
}

std::vector<Path> forwarded_targets(Prim const& prim, std::string const& relationship)
{
    std::set<Path> seen{prim.path().property(relationship)};
    std::vector<Path> targets;
    add_forwarded(prim, relationship, seen, targets);
    return targets;
}

std::optional<Path> single_prim_target(Prim const& prim, std::string const& relationship)
{
    auto const targets = forwarded_targets(prim, relationship);
    if (targets.size() != 1 || !targets.front().is_prim()) return std::nullopt;
    return targets.front();
}

bool is_stronger_than_descendants(Prim const& prim, std::string const& relationship)
{
    auto const strength = prim.property_metadata(Token(relationship), Token("bindMaterialAs"));
    auto const* token = strength ? strength->get<Token>() : nullptr;
    return token && *token == "strongerThanDescendants";
}

/// The names of the collection bindings at a prim for one purpose, in order of strength.
std::vector<std::string> collection_bindings(Prim const& prim, std::string_view purpose)
{
    auto const prefix =
        std::string(binding_name) + ":collection:" + (purpose.empty() ? "" : std::string(purpose) + ":");
    std::vector<std::string> names;
    for (Token name : prim.property_names()) {
        if (!name.view().starts_with(prefix)) continue;
        // A ':' in the rest is that of a purpose.
        if (purpose.empty() && name.view().find(':', prefix.size()) != std::string_view::npos) continue;
        names.push_back(name.str());
    }
    return names;
}

/// Asks each collection once.
class Memberships {
public:
    explicit Memberships(Stage const& stage) : stage_(stage) {}
    /// Whether there is such a collection, and the path belongs to it.
    bool includes(Path const& collection, Path const& path)
    {
        auto const [at, is_new] = known_.try_emplace(collection);
        if (is_new) {
            auto const prim = stage_.prim_at(collection.prim_path());
            Token const name(collection_name(collection));
            auto const names = prim ? collection_names(prim) : std::vector<Token>();
            if (std::find(names.begin(), names.end(), name) != names.end())
                at->second = collection_membership(prim, name.view());
        }
        return at->second && at->second->includes(path);
    }

private:
    Stage const& stage_;
    std::map<Path, std::optional<CollectionMembership>> known_;
};

/// The material that a collection binding gives to `path`: of its two targets one is a prim, the other not.
std::optional<Path> collection_material(Memberships& memberships, Prim const& prim,
                                        std::string const& relationship, Path const& path)
{
    auto const targets = forwarded_targets(prim, relationship);
    if (targets.size() != 2 || targets[0].is_prim() == targets[1].is_prim()) return std::nullopt;
    auto const& material = targets[0].is_prim() ? targets[0] : targets[1];
    auto const& collection = targets[0].is_prim() ? targets[1] : targets[0];
    return memberships.includes(collection, path) ? std::optional(material) : std::nullopt;
}

/// The nearest binding wins, unless one further up is stronger than its descendants. At one prim a collection
/// is stronger than the direct binding.
std::optional<Path> material_path(Memberships& memberships, Prim const& prim, std::string_view purpose)
{
    std::optional<Binding> winner;
    auto const direct = std::string(binding_name) + (purpose.empty() ? "" : ":" + std::string(purpose));
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        if (auto const target = single_prim_target(at, direct))
            if (!winner || is_stronger_than_descendants(at, direct)) winner = Binding{*target, at.path()};
        for (auto const& name : collection_bindings(at, purpose)) {
            auto const target = collection_material(memberships, at, name, prim.path());
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
    Memberships memberships(stage);
    auto path = material_path(memberships, prim, purpose);
    if (!path && !purpose.empty()) path = material_path(memberships, prim, "");
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
