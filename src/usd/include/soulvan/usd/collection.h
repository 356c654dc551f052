// Collections: which prims and properties of a stage belong together, by rules or by a path expression.
#pragma once

#include "soulvan/usd/stage.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::usd {

/// Which paths of a stage a path expression matches, with predicates ({isa:Mesh}, {kind:model}, {abstract},
/// {defined}, {group}, {hasAPI:...}, {specifier:...}, {variant(set="sel*")}) asked of the stage's prims.
/// A handle: cheap to copy, valid while its Stage lives.
class PathMatcher {
public:
    /// Errors  invalid_input: the expression cannot be read, has a reference ("%...") or a relative path.
    static Result<PathMatcher> make(Stage const& stage, PathExpression const& expression);
    /// Whether a prim or property stands at the absolute `path` and is matched. A predicate that is unknown,
    /// or whose arguments it cannot take, matches nothing.
    bool matches(Path const& path) const;
    bool empty() const; ///< the expression is empty: it matches nothing

private:
    struct Implementation;
    std::shared_ptr<Implementation const> implementation_;
};

/// What a collection holds. Rules (includes and excludes, also of nested collections) decide where there are
/// any; else the membership expression does.
/// Source  OpenUSD's UsdCollectionAPI::ComputeMembershipQuery.
class CollectionMembership {
public:
    /// Whether the prim or property at the absolute `path` is a member. Rules do not ask whether it exists.
    bool includes(Path const& path) const;
    /// All members that a default traversal reaches (active, loaded, defined, not abstract, not below
    /// instances), in path order.
    std::vector<Path> paths() const;
    /// path → expandPrims, expandPrimsAndProperties, explicitOnly or exclude: the nearest above a path
    /// decides.
    std::map<Path, Token> const& rules() const { return rules_; }
    /// The membership expression with its references resolved; empty when there is none.
    PathExpression const& expression() const { return expression_; }
    /// What was left out, a sentence each: circles, collections that are missing, expressions that are wrong.
    std::vector<std::string> const& problems() const { return problems_; }

private:
    friend CollectionMembership collection_membership(Prim const& prim, std::string_view name);
    bool includes_by_rules(Path const& path) const;

    Stage const* stage_ = nullptr;
    std::map<Path, Token> rules_;
    Token expansion_rule_;
    PathExpression expression_;
    PathMatcher matcher_;
    std::vector<std::string> problems_;
};

/// Names of the collections on a prim, applied or built into its schema ("lightLink"), in order.
std::vector<Token> collection_names(Prim const& prim);
/// The collection `name` on `prim`; an empty one when nothing says anything about it.
CollectionMembership collection_membership(Prim const& prim, std::string_view name);
/// "name" of the path "/A.collection:name"; "" when `path` names no collection.
std::string collection_name(Path const& path);

} // namespace soulvan::usd
