// What does a path expression match, how is it spelled, and what becomes of it when others are put in it?
#include "path_expression.h"

#include "text_format.h"

#include <algorithm>

namespace soulvan::usd::path_expression {
namespace {

using Kind = Term::Kind;
using PredicateKind = PredicateTerm::Kind;
constexpr std::size_t term_limit = 100'000;

/// In the quotes that need fewer escapes. (OpenUSD spells line ends as if the text stood in a layer, and then
/// refuses what it spelled.)
void append_text(std::string& out, std::string_view text)
{
    char const quote = text.contains('"') && !text.contains('\'') ? '\'' : '"';
    out += quote;
    for (char const c : text) {
        auto const control = text_controls.find(c);
        if (control != text_controls.npos || c == quote || c == '\\') out += '\\';
        out += control != text_controls.npos ? text_escapes[control] : c;
    }
    out += quote;
}

void append_argument(std::string& out, PredicateTerm::Argument const& argument)
{
    if (auto const* text = std::get_if<std::string>(&argument)) append_text(out, *text);
    if (auto const* real = std::get_if<double>(&argument)) append_number(out, *real);
    if (auto const* whole = std::get_if<std::int64_t>(&argument)) append_number(out, *whole);
    if (auto const* truth = std::get_if<bool>(&argument)) out += *truth ? '1' : '0';
}

std::string text_of_call(PredicateTerm const& call)
{
    auto text = call.name;
    if (call.form == PredicateTerm::Form::bare) return text;
    bool const colon = call.form == PredicateTerm::Form::colon;
    text += colon ? ':' : '(';
    bool first = true;
    for (auto const& [name, value] : call.arguments) {
        if (!first) text += colon ? "," : ", ";
        first = false;
        if (!name.empty()) text.append(name).append("=");
        append_argument(text, value);
    }
    if (!colon) text += ')';
    return text;
}

/// Spells a postfix list: parentheses stand only where precedence needs them.
template <class ItemKind>
class Speller {
public:
    explicit Speller(ItemKind atom) : atom_(atom) {}
    void push(std::string text) { stack_.push_back({std::move(text), atom_, true}); }
    void prefix(ItemKind kind, std::string_view sign)
    {
        auto right = pop(kind, false);
        stack_.push_back({std::string(sign) + right, kind, false});
    }
    void infix(ItemKind kind, std::string_view sign)
    {
        auto right = pop(kind, true), left = pop(kind, false);
        stack_.push_back({left.append(sign).append(right), kind, false});
    }
    std::string result() { return stack_.empty() ? std::string() : std::move(stack_.back().text); }

private:
    struct Part {
        std::string text;
        ItemKind kind;
        bool is_atom;
    };
    std::string pop(ItemKind parent, bool is_right)
    {
        if (stack_.empty()) return {};
        auto part = std::move(stack_.back());
        stack_.pop_back();
        bool const needs = !part.is_atom && (parent < part.kind || (parent == part.kind && is_right));
        return needs ? "(" + part.text + ")" : std::move(part.text);
    }
    std::vector<Part> stack_;
    ItemKind atom_;
};

std::string text_of_predicate(Predicate const& predicate)
{
    Speller<PredicateKind> speller(PredicateKind::call);
    for (auto const& term : predicate) {
        switch (term.kind) {
        case PredicateKind::call:
            speller.push(text_of_call(term));
            break;
        case PredicateKind::not_:
            speller.prefix(term.kind, "not ");
            break;
        case PredicateKind::implied_and:
            speller.infix(term.kind, " ");
            break;
        case PredicateKind::and_:
            speller.infix(term.kind, " and ");
            break;
        case PredicateKind::or_:
            speller.infix(term.kind, " or ");
            break;
        }
    }
    return speller.result();
}

std::string text_of_pattern(Pattern const& pattern)
{
    auto const& components = pattern.components;
    bool const is_here = !pattern.prefix.is_absolute() && pattern.prefix.str() == ".";
    std::string text;
    if (!is_here || components.empty() || components.front().is_stretch) text = pattern.prefix.str();
    for (std::size_t i = 0; i < components.size(); ++i) {
        auto const& component = components[i];
        if (component.is_stretch) {
            text += i == 0 && pattern.prefix.is_root() ? "/" : "//";
            continue;
        }
        if (i + 1 == components.size() && pattern.is_property)
            text += '.';
        else if (!text.empty() && text.back() != '/')
            text += '/';
        text += component.name;
        if (!component.predicate.empty())
            text.append("{").append(text_of_predicate(component.predicate)).append("}");
    }
    return text;
}

std::string text_of_reference(Reference const& reference)
{
    return "%" + (reference.path.empty() ? std::string() : reference.path.str()) +
           (reference.is_weaker() ? "_" : ":" + reference.name);
}

bool is_everything(Expression const& expression)
{
    static Expression const all = everything();
    return expression == all;
}

/// Takes the terms of one operand off the end of a postfix list.
struct Operands {
    std::vector<Expression> stack;
    Expression pop()
    {
        if (stack.empty()) return {};
        auto top = std::move(stack.back());
        stack.pop_back();
        return top;
    }
};

bool holds(Predicate const& predicate, Path const& path, Ask const& ask)
{
    std::vector<char> stack;
    auto const pop = [&] {
        bool const top = !stack.empty() && stack.back();
        if (!stack.empty()) stack.pop_back();
        return top;
    };
    for (auto const& term : predicate) {
        if (term.kind == PredicateKind::call) {
            stack.push_back(ask(term, path));
        } else if (term.kind == PredicateKind::not_) {
            stack.push_back(!pop());
        } else {
            bool const right = pop(), left = pop();
            stack.push_back(term.kind == PredicateKind::or_ ? left || right : left && right);
        }
    }
    return pop();
}

} // namespace

std::string text_of(Expression const& expression)
{
    Speller<Kind> speller(Kind::pattern);
    for (auto const& term : expression) {
        switch (term.kind) {
        case Kind::complement:
            speller.prefix(term.kind, "~");
            break;
        case Kind::implied_union:
            speller.infix(term.kind, " ");
            break;
        case Kind::union_:
            speller.infix(term.kind, " + ");
            break;
        case Kind::intersection:
            speller.infix(term.kind, " & ");
            break;
        case Kind::difference:
            speller.infix(term.kind, " - ");
            break;
        case Kind::reference:
            speller.push(text_of_reference(term.reference));
            break;
        case Kind::pattern:
            speller.push(text_of_pattern(term.pattern));
            break;
        }
    }
    return speller.result();
}

Expression atom(Reference reference)
{
    Expression made(1);
    made.front().kind = Kind::reference;
    made.front().reference = std::move(reference);
    return made;
}

Expression atom(Pattern pattern)
{
    Expression made(1);
    made.front().pattern = std::move(pattern);
    return made;
}

Expression everything()
{
    return atom(Pattern{.prefix = Path::root(), .components = {{.is_stretch = true}}});
}

Expression complement(Expression right)
{
    if (right.empty()) return everything();
    if (is_everything(right)) return {};
    if (right.back().kind == Kind::complement)
        right.pop_back();
    else
        right.push_back({.kind = Kind::complement});
    return right;
}

Expression combined(Kind operation, Expression left, Expression right)
{
    bool const folds = left.empty() || right.empty() || is_everything(left) || is_everything(right);
    if (folds && operation == Kind::difference) {
        operation = Kind::intersection;
        right = complement(std::move(right));
    }
    bool const narrows = operation == Kind::intersection;
    if (left.empty()) return narrows ? Expression() : right;
    if (right.empty()) return narrows ? Expression() : left;
    if (is_everything(left)) return narrows ? right : left;
    if (is_everything(right)) return narrows ? left : right;
    left.insert(left.end(), std::make_move_iterator(right.begin()), std::make_move_iterator(right.end()));
    left.push_back({.kind = operation});
    return left;
}

Result<Expression> replaced(Expression const& expression,
                            std::function<Result<Expression>(Reference const&)> const& of_reference,
                            std::function<Result<Expression>(Pattern const&)> const& of_pattern)
{
    Operands operands;
    for (auto const& term : expression) {
        if (term.kind == Kind::reference) {
            operands.stack.push_back(TRY(of_reference(term.reference)));
        } else if (term.kind == Kind::pattern) {
            operands.stack.push_back(TRY(of_pattern(term.pattern)));
        } else if (term.kind == Kind::complement) {
            operands.stack.push_back(complement(operands.pop()));
        } else {
            auto right = operands.pop(), left = operands.pop();
            operands.stack.push_back(combined(term.kind, std::move(left), std::move(right)));
        }
        if (!operands.stack.empty() && operands.stack.back().size() > term_limit)
            return fail(Errc::limit, "a path expression grows to more than {} terms", term_limit);
    }
    return operands.pop();
}

bool has_weaker_reference(Expression const& expression)
{
    return std::any_of(expression.begin(), expression.end(), [](auto const& term) {
        return term.kind == Kind::reference && term.reference.is_weaker();
    });
}

Result<Expression> composed_over(Expression const& strong, Expression const& weak)
{
    return replaced(
        strong,
        [&](Reference const& reference) -> Result<Expression> {
            return reference.is_weaker() ? weak : atom(reference);
        },
        [](Pattern const& pattern) -> Result<Expression> { return atom(pattern); });
}

namespace {

/// Whether `c` is in the set that starts after '['; `end` is set behind its ']', or 0 where there is none. A
/// ']' that stands first is itself (POSIX), and so is '!'.
bool in_set(std::string_view glob, std::size_t at, char c, std::size_t& end)
{
    bool found = false, first = true;
    for (std::size_t i = at; i < glob.size(); first = false) {
        if (glob[i] == ']' && !first) {
            end = i + 1;
            return found;
        }
        char const low = glob[i];
        char high = low;
        if (i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']') {
            high = glob[i + 2];
            i += 2;
        }
        found = found || (low <= c && c <= high);
        ++i;
    }
    end = 0;
    return false;
}

} // namespace

bool matches_glob(std::string_view glob, std::string_view name)
{
    constexpr auto none = std::string_view::npos;
    std::size_t g = 0, n = 0, star = none, star_name = 0;
    while (n < name.size() || g < glob.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            star_name = n;
            continue;
        }
        if (g < glob.size() && n < name.size()) {
            std::size_t next = g + 1;
            bool fits = glob[g] == '?' || glob[g] == name[n];
            if (glob[g] == '[') {
                fits = in_set(glob, g + 1, name[n], next);
                if (next == 0) return false;
            }
            if (fits) {
                g = next;
                ++n;
                continue;
            }
        }
        if (star == none || star_name >= name.size()) return false;
        g = star + 1; // let the last '*' take one more
        n = ++star_name;
    }
    return true;
}

bool matches(Pattern const& pattern, Path const& path, Ask const& ask)
{
    auto const& components = pattern.components;
    if (!path.has_prefix(pattern.prefix)) return false;
    bool const is_property = path.is_property();
    if (pattern.is_property && !is_property) return false;
    bool const takes_both =
        !components.empty() && (components.back().is_stretch || components.back().name.empty());
    if (!pattern.is_property && !takes_both && is_property) return false;
    std::vector<Path> levels; // of the path, below the pattern's
    for (Path at = path; at != pattern.prefix; at = at.parent()) levels.push_back(at);
    std::reverse(levels.begin(), levels.end());
    // reached[i]: the components so far can end before level i
    std::vector<char> reached(levels.size() + 1, 0);
    reached[0] = 1;
    for (auto const& component : components) {
        std::vector<char> next(levels.size() + 1, 0);
        for (std::size_t i = 0; i <= levels.size(); ++i) {
            if (component.is_stretch) {
                next[i] = reached[i] || (i > 0 && next[i - 1]);
            } else if (i > 0 && reached[i - 1]) {
                next[i] =
                    (component.name.empty() || matches_glob(component.name, levels[i - 1].name().view())) &&
                    (component.predicate.empty() || holds(component.predicate, levels[i - 1], ask));
            }
        }
        reached = std::move(next);
    }
    return reached.back() != 0;
}

bool matches(Expression const& expression, Path const& path, Ask const& ask)
{
    std::vector<char> stack;
    auto const pop = [&] {
        bool const top = !stack.empty() && stack.back();
        if (!stack.empty()) stack.pop_back();
        return top;
    };
    for (auto const& term : expression) {
        if (term.kind == Kind::pattern) {
            stack.push_back(matches(term.pattern, path, ask));
        } else if (term.kind == Kind::reference) {
            stack.push_back(false);
        } else if (term.kind == Kind::complement) {
            stack.push_back(!pop());
        } else {
            bool const right = pop(), left = pop();
            stack.push_back(term.kind == Kind::intersection ? left && right
                            : term.kind == Kind::difference ? left && !right
                                                            : left || right);
        }
    }
    return pop();
}

} // namespace soulvan::usd::path_expression
