// Path expressions: which prims and properties a collection means, as text and as a value.
#pragma once

#include "soulvan/usd/path.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace soulvan::usd {

/// Checks `text` against the grammar of path expressions and makes its patterns and references absolute,
/// starting from `anchor`: "//foo ../bar" at /A/B becomes "//foo /A/bar". Spelled as OpenUSD spells it:
/// single blanks, no parentheses that change nothing. Errors  invalid_input: what is wrong and at which
/// character.
Result<std::string> absolute_path_expression(std::string_view text, Path const& anchor);

namespace path_expression {

/// What may stand behind '\\' in a predicate's text, beside '\\' and the quote, and what it means.
inline constexpr std::string_view text_escapes = "bfnrt", text_controls = "\b\f\n\r\t";

/// What stands in braces, "isa:Mesh and not abstract", in postfix order: operands, then their operator.
struct PredicateTerm {
    enum class Kind : std::uint8_t { call, not_, implied_and, and_, or_ }; ///< the tighter binding first
    enum class Form : std::uint8_t { bare, colon, parentheses };
    using Argument = std::variant<bool, std::int64_t, double, std::string>;

    Kind kind = Kind::call;
    Form form = Form::bare;
    std::string name;                                        ///< of a call
    std::vector<std::pair<std::string, Argument>> arguments; ///< ("" or name, value)
    friend bool operator==(PredicateTerm const&, PredicateTerm const&) = default;
};
using Predicate = std::vector<PredicateTerm>;

/// One element of a pattern: any number of levels ("//"), or one level with a name, wild cards or neither,
/// and a predicate or none.
struct Component {
    bool is_stretch = false;
    std::string name; ///< "" stands for every name
    Predicate predicate;
    friend bool operator==(Component const&, Component const&) = default;
};

/// "/A/B//C*{kind:model}.size": a path, then components; the last may be of a property.
struct Pattern {
    Path prefix;
    std::vector<Component> components;
    bool is_property = false;
    bool starts_anywhere() const
    {
        return prefix.is_root() && !components.empty() && components[0].is_stretch;
    }
    friend bool operator==(Pattern const&, Pattern const&) = default;
};

/// "%/A/B:name", "%:name" (no path), or "%_" (the name is "_"): the weaker opinion.
struct Reference {
    Path path;
    std::string name;
    bool is_weaker() const { return name == "_"; }
    friend bool operator==(Reference const&, Reference const&) = default;
};

/// An expression in postfix order; without terms it matches nothing.
struct Term {
    enum class Kind : std::uint8_t {
        complement, ///< operators, the tighter binding first
        implied_union,
        union_,
        intersection,
        difference,
        reference,
        pattern
    };
    Kind kind = Kind::pattern;
    Pattern pattern;
    Reference reference;
    friend bool operator==(Term const&, Term const&) = default;
};
using Expression = std::vector<Term>;

/// Errors  invalid_input: what is wrong and at which character.
Result<Expression> parse(std::string_view text);
/// As OpenUSD's SdfPathExpression::GetText.
std::string text_of(Expression const& expression);

Expression everything(); ///< "//"
/// ~right and left op right; operands that are nothing or everything are folded away.
Expression complement(Expression right);
Expression combined(Term::Kind operation, Expression left, Expression right);

/// Puts other expressions in the place of references and patterns.
/// Errors  limit: more than a hundred thousand terms; those of the two functions.
Result<Expression> replaced(Expression const& expression,
                            std::function<Result<Expression>(Reference const&)> const& of_reference,
                            std::function<Result<Expression>(Pattern const&)> const& of_pattern);
Expression atom(Reference reference);
Expression atom(Pattern pattern);

/// The stronger opinion with the weaker one in the place of "%_".
Result<Expression> composed_over(Expression const& strong, Expression const& weak);
bool has_weaker_reference(Expression const& expression);

/// Whether wild cards match a whole name: '*' any text, '?' one character, "[a-c]" one of a set. A set that
/// does not end matches nothing.
bool matches_glob(std::string_view glob, std::string_view name);

/// Whether a prim or property at `path` has what a call in braces asks for.
using Ask = std::function<bool(PredicateTerm const&, Path const&)>;
bool matches(Pattern const& pattern, Path const& path, Ask const& ask);
/// References match nothing.
bool matches(Expression const& expression, Path const& path, Ask const& ask);

} // namespace path_expression

} // namespace soulvan::usd
