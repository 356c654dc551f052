// Which prims and properties belong to a collection?
#include "soulvan/usd/collection.h"

#include "collection_predicates.h"
#include "schema.h"

#include <algorithm>
#include <array>
#include <set>

namespace soulvan::usd {

namespace {

using path_expression::Expression;
using path_expression::Pattern;
using path_expression::Reference;

constexpr std::string_view prefix = "collection:";
constexpr std::string_view explicit_only = "explicitOnly", expand_prims = "expandPrims",
                           expand_all = "expandPrimsAndProperties", exclude = "exclude";
/// Collections that include or name each other: more steps than any scene has.
constexpr std::size_t step_limit = 10'000, depth_limit = 256;

Token expansion_rule(Prim const& prim, std::string const& base)
{
    auto const rule = prim.get_or(base + "expansionRule", Token());
    return rule.empty() ? Token(expand_prims) : rule;
}

/// Gathers the rules of a collection and of those that it includes.
class RuleGatherer {
public:
    RuleGatherer(Stage const& stage, std::vector<std::string>& problems) : stage_(stage), problems_(problems)
    {}

    void gather(Path const& collection, std::map<Path, Token>& rules)
    {
        auto const prim = stage_.prim_at(collection.prim_path());
        if (!prim || ++steps_ > step_limit || chain_.size() >= depth_limit) return;
        chain_.insert(collection);
        auto const base = collection.name().str() + ":";
        auto const rule = expansion_rule(prim, base);
        for (auto const& target : prim.targets(base + "includes")) {
            if (collection_name(target).empty())
                rules[target] = rule;
            else
                include(target, rules);
        }
        if (rule != explicit_only && prim.get_or(base + "includeRoot", Bool{}).value)
            rules[Path::root()] = rule;
        for (auto const& target : prim.targets(base + "excludes")) rules[target] = Token(exclude);
        chain_.erase(collection);
    }

private:
    void include(Path const& collection, std::map<Path, Token>& rules)
    {
        if (chain_.contains(collection)) {
            problems_.push_back(
                fmt::format("{} includes itself by way of other collections", collection.str()));
        } else if (!stage_.prim_at(collection.prim_path())) {
            problems_.push_back(fmt::format("{} is included, but no prim stands there", collection.str()));
        } else {
            std::map<Path, Token> included;
            gather(collection, included);
            for (auto const& [path, rule] : included) rules[path] = rule;
        }
    }

    Stage const& stage_;
    std::vector<std::string>& problems_;
    std::set<Path> chain_; ///< the collections on the way here
    std::size_t steps_ = 0;
};

/// Puts the expressions of other collections in the place of references.
class ExpressionResolver {
public:
    ExpressionResolver(Stage const& stage, std::vector<std::string>& problems)
        : stage_(stage),
          problems_(problems)
    {}

    Result<Expression> resolve(Prim const& prim, std::string const& name)
    {
        auto const key = std::pair(prim.path(), name);
        if (++steps_ > step_limit || chain_.size() >= depth_limit) return Expression();
        chain_.insert(key);
        auto const text = prim.get_or(std::string(prefix) + name + ":membershipExpression", PathExpression{});
        auto const parsed = TRY(path_expression::parse(text.text));
        auto resolved = TRY(path_expression::replaced(
            parsed, [&](Reference const& reference) { return of_reference(prim, reference); },
            [](Pattern const& pattern) -> Result<Expression> { return path_expression::atom(pattern); }));
        chain_.erase(key);
        return resolved;
    }

private:
    Result<Expression> of_reference(Prim const& prim, Reference const& reference)
    {
        if (reference.is_weaker()) return Expression();
        auto const other = reference.path.empty() ? prim : stage_.prim_at(reference.path);
        auto const names = other ? collection_names(other) : std::vector<Token>();
        if (std::find(names.begin(), names.end(), Token(reference.name)) == names.end()) {
            problems_.push_back(fmt::format("an expression names the collection {} of {}, which has none",
                                            reference.name, (other ? other.path() : reference.path).str()));
            return Expression();
        }
        if (chain_.contains({other.path(), reference.name})) {
            problems_.push_back(
                fmt::format("the expression of the collection {} of {} names itself by way of others",
                            reference.name, other.path().str()));
            return Expression();
        }
        return resolve(other, reference.name);
    }

    Stage const& stage_;
    std::vector<std::string>& problems_;
    std::set<std::pair<Path, std::string>> chain_;
    std::size_t steps_ = 0;
};

/// Authored properties and those of the schemas.
std::set<Token> all_properties(Prim const& prim)
{
    auto const authored = prim.property_names();
    std::set<Token> names(authored.begin(), authored.end());
    auto const built_in = schema::property_names(prim.type_name(), prim.applied_schemas());
    names.insert(built_in.begin(), built_in.end());
    return names;
}

bool stands_at(Stage const& stage, Path const& path)
{
    auto const prim = stage.prim_at(path.prim_path());
    return prim && (!path.is_property() || all_properties(prim).contains(path.name()));
}

/// `prim` and what a default traversal finds below it; none when it would not be found itself.
template <class Visit>
void traverse_below(Prim const& root, Visit const& visit)
{
    bool const found =
        root.path().is_root() || (root.is_active() && root.is_defined() && !root.is_abstract());
    std::vector<Prim> left;
    if (found) left.push_back(root);
    while (!left.empty()) {
        auto const prim = left.back();
        left.pop_back();
        if (!visit(prim) || prim.is_instance()) continue;
        auto children = prim.children();
        left.insert(left.end(), children.rbegin(), children.rend());
    }
}

bool is_below_instance(Prim const& prim)
{
    for (auto at = prim.parent(); at && !at.path().is_root(); at = at.parent())
        if (at.is_instance()) return true;
    return false;
}

} // namespace

struct PathMatcher::Implementation {
    Stage const* stage;
    Expression expression;
};

Result<PathMatcher> PathMatcher::make(Stage const& stage, PathExpression const& expression)
{
    auto terms = TRY(path_expression::parse(expression.text));
    for (auto& term : terms) {
        bool const is_atom = term.kind == path_expression::Term::Kind::pattern;
        if (term.kind == path_expression::Term::Kind::reference ||
            (is_atom && !term.pattern.prefix.is_absolute()))
            return fail(Errc::invalid_input,
                        "'{}' is no complete expression: it holds references or relative paths",
                        expression.text);
        for (auto& component : term.pattern.components) {
            auto const cannot = [](auto const& call) {
                return call.kind == path_expression::PredicateTerm::Kind::call &&
                       !path_expression::can_ask(call);
            };
            // What cannot be asked is asked of nobody: a call without a name is always false.
            if (std::any_of(component.predicate.begin(), component.predicate.end(), cannot))
                component.predicate = {path_expression::PredicateTerm{}};
        }
    }
    PathMatcher matcher;
    matcher.implementation_ =
        std::make_shared<Implementation const>(Implementation{&stage, std::move(terms)});
    return matcher;
}

bool PathMatcher::empty() const
{
    return !implementation_ || implementation_->expression.empty();
}

bool PathMatcher::matches(Path const& path) const
{
    if (empty() || !path.is_absolute() || !stands_at(*implementation_->stage, path)) return false;
    auto const& [stage, expression] = *implementation_;
    return path_expression::matches(expression, path, [&](auto const& call, Path const& at) {
        return path_expression::ask(*stage, call, at);
    });
}

bool CollectionMembership::includes_by_rules(Path const& path) const
{
    bool const is_property = path.is_property();
    if (!path.is_prim() && !is_property) return false;
    for (Path up = path; !up.empty(); up = up.parent()) {
        auto const found = rules_.find(up);
        if (found == rules_.end()) continue;
        auto const rule = found->second;
        if (rule == exclude) return false;
        if (up == path) return true;
        if (is_property ? rule == expand_all : rule != explicit_only) return true;
    }
    return false;
}

bool CollectionMembership::includes(Path const& path) const
{
    if (!path.is_absolute()) return false;
    return rules_.empty() ? matcher_.matches(path) : includes_by_rules(path);
}

std::vector<Path> CollectionMembership::paths() const
{
    std::set<Path> members;
    auto const add = [&](Prim const& prim, bool with_properties) {
        members.insert(prim.path());
        if (!with_properties) return;
        for (auto const name : all_properties(prim)) {
            auto const property = prim.path().property(name);
            auto const rule = rules_.find(property);
            if (rule == rules_.end() || rule->second != exclude) members.insert(property);
        }
    };
    for (auto const& [path, rule] : rules_) {
        if (rule == exclude) continue;
        if (path.is_property()) {
            if (stands_at(*stage_, path)) members.insert(path);
            continue;
        }
        auto const prim = stage_->prim_at(path);
        if (!prim || is_below_instance(prim)) continue;
        traverse_below(prim, [&](Prim const& at) {
            if (at.path().is_root()) return true;
            if (!includes_by_rules(at.path())) return false;
            add(at, rule == expand_all);
            return rule != explicit_only;
        });
    }
    if (!matcher_.empty() && expansion_rule_ != explicit_only) {
        traverse_below(stage_->pseudo_root(), [&](Prim const& prim) {
            bool const matched = !prim.path().is_root() && matcher_.matches(prim.path());
            if (matched) members.insert(prim.path());
            if (expansion_rule_ != expand_all || prim.path().is_root()) return true;
            for (auto const name : all_properties(prim))
                if (auto const property = prim.path().property(name); matcher_.matches(property))
                    members.insert(property);
            return true;
        });
    }
    return {members.begin(), members.end()};
}

std::vector<Token> collection_names(Prim const& prim)
{
    constexpr std::string_view api = "CollectionAPI:";
    std::vector<Token> names;
    for (auto const applied : prim.applied_schemas())
        if (applied.view().starts_with(api)) names.emplace_back(applied.view().substr(api.size()));
    return names;
}

std::string collection_name(Path const& path)
{
    constexpr std::array<std::string_view, 5> own = {"expansionRule", "includeRoot", "includes", "excludes",
                                                     "membershipExpression"};
    auto const name = path.is_property() ? path.name().view() : std::string_view();
    if (!name.starts_with(prefix)) return {};
    auto const last = name.substr(name.rfind(':') + 1);
    if (std::find(own.begin(), own.end(), last) != own.end()) return {};
    return std::string(name.substr(prefix.size()));
}

CollectionMembership collection_membership(Prim const& prim, std::string_view name)
{
    CollectionMembership membership;
    auto const& stage = prim.stage();
    auto const base = std::string(prefix) + std::string(name);
    membership.stage_ = &stage;
    membership.expansion_rule_ = expansion_rule(prim, base + ":");
    RuleGatherer(stage, membership.problems_).gather(prim.path().property(base), membership.rules_);
    auto expression = ExpressionResolver(stage, membership.problems_).resolve(prim, std::string(name));
    if (!expression) {
        membership.problems_.push_back(std::move(expression.error().what));
        return membership;
    }
    membership.expression_.text = path_expression::text_of(*expression);
    if (auto matcher = PathMatcher::make(stage, membership.expression_))
        membership.matcher_ = *std::move(matcher);
    else
        membership.problems_.push_back(std::move(matcher.error().what));
    return membership;
}

} // namespace soulvan::usd
