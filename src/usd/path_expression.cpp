// How a path expression is taken apart into operators, patterns and predicates.
#include "path_expression.h"

#include "identifier.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace soulvan::usd {
namespace path_expression {
namespace {

constexpr int nesting_limit = 64;
using Kind = Term::Kind;
using PredicateKind = PredicateTerm::Kind;

/// The text and a place in it; the first complaint stays.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}
    bool at_end() const { return at_ >= text_.size() || peek() == '\n' || peek() == '\r'; }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool take(char c)
    {
        if (peek() != c || at_ >= text_.size()) return false;
        ++at_;
        return true;
    }
    bool take(std::string_view token)
    {
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    bool skip_blanks()
    {
        auto const start = at_;
        while (peek() == ' ' || peek() == '\t') ++at_;
        return at_ != start;
    }
    template <class Test>
    std::string_view take_while(Test const& test)
    {
        auto const start = at_;
        while (at_ < text_.size() && test(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }
    std::string_view peek_identifier() const
    {
        auto const rest = text_.substr(at_);
        if (rest.empty() || !is_identifier_start(rest.front())) return {};
        std::size_t length = 1;
        while (length < rest.size() && is_identifier_continue(rest[length])) ++length;
        return rest.substr(0, length);
    }
    std::size_t at() const { return at_; }
    void move_to(std::size_t at) { at_ = at; }
    bool wrong(std::string_view what)
    {
        if (what_.empty()) {
            what_ = what;
            wrong_at_ = at_;
        }
        return false;
    }
    Error error() const
    {
        return {Errc::invalid_input,
                fmt::format("'{}' is no path expression: character {}: {}", text_, wrong_at_ + 1, what_)};
    }

private:
    std::string_view text_;
    std::size_t at_ = 0, wrong_at_ = 0;
    std::string what_;
};

/// Puts operators behind their operands, the tighter binding first, equal ones from the left.
template <class Item, class ItemKind>
class Postfix {
public:
    explicit Postfix(std::vector<Item>& out) : out_(out) {}
    void operation(ItemKind kind, bool is_prefix)
    {
        while (!is_prefix && !waiting_.empty() && waiting_.back() <= kind) pop();
        waiting_.push_back(kind);
    }
    void finish()
    {
        while (!waiting_.empty()) pop();
    }

private:
    void pop()
    {
        Item item;
        item.kind = waiting_.back();
        waiting_.pop_back();
        out_.push_back(std::move(item));
    }
    std::vector<Item>& out_;
    std::vector<ItemKind> waiting_;
};

/// expression := factor (("and" | "or" | blank) factor)*; factor := "not"* (call | '(' expression ')')
class PredicateParser {
public:
    PredicateParser(Scanner& in, Predicate& out) : in_(in), out_(out) {}
    bool parse(int nesting);

private:
    bool parse_factor(Postfix<PredicateTerm, PredicateKind>& postfix, int nesting);
    bool parse_call();
    bool parse_parentheses(PredicateTerm& call);
    bool parse_argument(PredicateTerm& call, std::string name);
    bool parse_number(PredicateTerm::Argument& argument);
    bool parse_quoted(std::string& text, char quote);
    bool take_keyword(std::string_view word)
    {
        if (in_.peek_identifier() != word) return false;
        return in_.take(word);
    }
    /// A name and '='; the place stays when there is none.
    std::string take_argument_name();

    Scanner& in_;
    Predicate& out_;
};

bool is_reserved(std::string_view word)
{
    return word == "not" || word == "and" || word == "or" || word == "inf" || word == "true" ||
           word == "false";
}

bool PredicateParser::parse(int nesting)
{
    if (nesting >= nesting_limit) return in_.wrong("its parentheses are nested too deeply");
    Postfix<PredicateTerm, PredicateKind> postfix(out_);
    if (!parse_factor(postfix, nesting)) return false;
    for (;;) {
        auto const before = in_.at();
        bool const blank = in_.skip_blanks();
        auto kind = PredicateKind::implied_and;
        if (take_keyword("and"))
            kind = PredicateKind::and_;
        else if (take_keyword("or"))
            kind = PredicateKind::or_;
        else if (!blank || !(in_.peek() == '(' || !in_.peek_identifier().empty())) {
            in_.move_to(before);
            break;
        }
        in_.skip_blanks();
        postfix.operation(kind, false);
        if (!parse_factor(postfix, nesting)) return false;
    }
    postfix.finish();
    return true;
}

bool PredicateParser::parse_factor(Postfix<PredicateTerm, PredicateKind>& postfix, int nesting)
{
    while (take_keyword("not")) {
        if (!in_.skip_blanks()) return in_.wrong("a blank must follow 'not'");
        postfix.operation(PredicateKind::not_, true);
    }
    if (!in_.take('(')) return parse_call();
    in_.skip_blanks();
    if (!parse(nesting + 1)) return false;
    in_.skip_blanks();
    return in_.take(')') || in_.wrong("')' is expected");
}

bool PredicateParser::parse_call()
{
    auto const name = in_.peek_identifier();
    if (name.empty() || is_reserved(name)) return in_.wrong("the name of a predicate is expected");
    in_.take(name);
    PredicateTerm call;
    call.name = name;
    auto const after_name = in_.at();
    if (in_.take(':')) {
        call.form = PredicateTerm::Form::colon;
        do {
            if (!parse_argument(call, "")) return false;
        } while (in_.take(','));
    } else if (in_.skip_blanks(), in_.take('(')) {
        call.form = PredicateTerm::Form::parentheses;
        if (!parse_parentheses(call)) return false;
    } else {
        in_.move_to(after_name);
    }
    out_.push_back(std::move(call));
    return true;
}

/// Arguments without names, then those with names.
bool PredicateParser::parse_parentheses(PredicateTerm& call)
{
    in_.skip_blanks();
    bool named = false;
    do {
        in_.skip_blanks();
        auto name = take_argument_name();
        if (named && name.empty()) return in_.wrong("an argument with a name is expected");
        named = !name.empty();
        if (!parse_argument(call, std::move(name))) return false;
        in_.skip_blanks();
    } while (in_.take(','));
    return in_.take(')') || in_.wrong("')' is expected");
}

std::string PredicateParser::take_argument_name()
{
    auto const start = in_.at();
    auto const name = in_.peek_identifier();
    if (!name.empty() && !is_reserved(name)) {
        in_.take(name);
        in_.skip_blanks();
        if (in_.take('=')) {
            in_.skip_blanks();
            return std::string(name);
        }
    }
    in_.move_to(start);
    return {};
}

/// A number, true, false, a text in quotes or bare; a bare text may be empty.
bool PredicateParser::parse_argument(PredicateTerm& call, std::string name)
{
    PredicateTerm::Argument argument;
    if (parse_number(argument)) {
    } else if (take_keyword("true")) {
        argument = true;
    } else if (take_keyword("false")) {
        argument = false;
    } else if (char const quote = in_.peek(); quote == '"' || quote == '\'') {
        std::string text;
        in_.take(quote);
        if (!parse_quoted(text, quote)) return false;
        argument = std::move(text);
    } else {
        argument = std::string(in_.take_while([](char c) {
            return is_identifier_continue(c) ||
                   std::string_view("~!@#$%^&*-+=|\\.?/").find(c) != std::string_view::npos;
        }));
    }
    call.arguments.emplace_back(std::move(name), std::move(argument));
    return true;
}

bool PredicateParser::parse_number(PredicateTerm::Argument& argument)
{
    auto const start = in_.at();
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    bool const negative = in_.take('-');
    if (take_keyword("inf")) {
        auto const infinity = std::numeric_limits<double>::infinity();
        argument = negative ? -infinity : infinity;
        return true;
    }
    std::string text(negative ? "-" : "");
    text += in_.take_while(is_digit);
    if (text.empty() || text == "-") {
        in_.move_to(start);
        return false;
    }
    bool is_real = false;
    if (in_.peek() == '.' && is_digit(in_.peek(1))) {
        in_.take('.');
        text += '.';
        text += in_.take_while(is_digit);
        is_real = true;
    }
    auto const sign = in_.peek(1) == '-' || in_.peek(1) == '+' ? 1U : 0U;
    if ((in_.peek() == 'e' || in_.peek() == 'E') && is_digit(in_.peek(1 + sign))) {
        in_.take(in_.peek());
        text += 'e';
        if (in_.take('-')) text += '-';
        in_.take('+');
        text += in_.take_while(is_digit);
        is_real = true;
    }
    auto const* const end = text.data() + text.size();
    if (is_real) {
        double number = 0;
        std::from_chars(text.data(), end, number);
        argument = number;
        return true;
    }
    std::int64_t number = 0;
    if (std::from_chars(text.data(), end, number).ec != std::errc()) {
        in_.move_to(start);
        return false;
    }
    argument = number;
    return true;
}

bool PredicateParser::parse_quoted(std::string& text, char quote)
{
    while (!in_.at_end() && in_.peek() != quote) {
        if (!in_.take('\\')) {
            if (static_cast<unsigned char>(in_.peek()) < 0x20)
                return in_.wrong("a control character stands in text");
            text += in_.peek();
            in_.take(in_.peek());
            continue;
        }
        auto const found = text_escapes.find(in_.peek());
        if (found == std::string_view::npos && in_.peek() != quote && in_.peek() != '\\')
            return in_.wrong("no such escape");
        text += found == std::string_view::npos ? in_.peek() : text_controls[found];
        in_.take(in_.peek());
    }
    return in_.take(quote) || in_.wrong("the text has no end");
}

/// expression := factor ((op | blank) factor)*; factor := ['~'] (pattern | reference | '(' expression ')')
class ExpressionParser {
public:
    ExpressionParser(std::string_view text, Expression& out) : in_(text), out_(out) {}
    Result<> parse()
    {
        if (in_.at_end() && in_.at() == 0 && in_.peek() == '\0') return {};
        in_.skip_blanks();
        if (!parse_operands(0)) return std::unexpected(in_.error());
        in_.skip_blanks();
        if (in_.at_end()) return {};
        in_.wrong("it goes on with what cannot follow");
        return std::unexpected(in_.error());
    }

private:
    bool parse_operands(int nesting);
    bool parse_factor(Postfix<Term, Kind>& postfix, int nesting);
    bool parse_reference();
    bool parse_pattern();
    bool parse_components(Pattern& pattern, std::string& prefix);
    bool parse_component(Component& component, bool property);
    bool at_component() const { return in_.peek() == '{' || is_wild_or_name(in_.peek()); }
    static bool is_wild_or_name(char c) { return is_identifier_continue(c) || c == '*' || c == '?'; }
    bool starts_factor() const
    {
        char const c = in_.peek();
        return c == '~' || c == '(' || c == '%' || c == '/' || c == '.' || at_component();
    }
    static void stretch(Pattern& pattern)
    {
        if (pattern.components.empty() || !pattern.components.back().is_stretch)
            pattern.components.push_back({.is_stretch = true});
    }

    Scanner in_;
    Expression& out_;
};

bool ExpressionParser::parse_operands(int nesting)
{
    if (nesting >= nesting_limit) return in_.wrong("its parentheses are nested too deeply");
    Postfix<Term, Kind> postfix(out_);
    if (!parse_factor(postfix, nesting)) return false;
    for (;;) {
        auto const before = in_.at();
        bool const blank = in_.skip_blanks();
        auto kind = Kind::implied_union;
        if (in_.take('+'))
            kind = Kind::union_;
        else if (in_.take('&'))
            kind = Kind::intersection;
        else if (in_.take('-'))
            kind = Kind::difference;
        else if (!blank || !starts_factor()) {
            in_.move_to(before);
            break;
        }
        in_.skip_blanks();
        postfix.operation(kind, false);
        if (!parse_factor(postfix, nesting)) return false;
    }
    postfix.finish();
    return true;
}

bool ExpressionParser::parse_factor(Postfix<Term, Kind>& postfix, int nesting)
{
    if (in_.take('~')) {
        in_.skip_blanks();
        postfix.operation(Kind::complement, true);
    }
    if (in_.peek() == '%') return parse_reference();
    if (!in_.take('(')) return parse_pattern();
    in_.skip_blanks();
    if (!parse_operands(nesting + 1)) return false;
    in_.skip_blanks();
    return in_.take(')') || in_.wrong("')' is expected");
}

/// "%_", "%:name", "%/path:name", "%../path:name" or "%..:name"
bool ExpressionParser::parse_reference()
{
    in_.take('%');
    if (in_.peek() == '_') {
        if (is_identifier_continue(in_.peek(1)) || in_.peek(1) == ':')
            return in_.wrong("nothing may follow '%_'");
        in_.take('_');
        out_.push_back({.kind = Kind::reference, .reference = {.path = {}, .name = "_"}});
        return true;
    }
    std::string path;
    while (in_.take(path.empty() ? ".." : "/..")) path += path.empty() ? ".." : "/..";
    while (in_.take('/')) {
        auto const name = in_.peek_identifier();
        if (name.empty()) return in_.wrong("a name must follow the '/'");
        in_.take(name);
        path.append("/").append(name);
    }
    if (!in_.take(':')) return in_.wrong("':' and the name of a collection are expected");
    auto const name = in_.peek_identifier();
    if (name.empty()) return in_.wrong("the name of a collection is expected");
    in_.take(name);
    Term term{.kind = Kind::reference, .reference = {.path = {}, .name = std::string(name)}};
    if (!path.empty()) {
        auto parsed = Path::parse(path);
        if (!parsed) return in_.wrong("the reference holds no path");
        term.reference.path = *parsed;
    }
    out_.push_back(std::move(term));
    return true;
}

bool ExpressionParser::parse_pattern()
{
    Pattern pattern;
    std::string prefix;
    bool good = true;
    if (in_.peek() == '/') {
        prefix = "/";
        in_.take('/');
        if (in_.take('/')) stretch(pattern);
        good = !at_component() || parse_components(pattern, prefix);
    } else if (in_.take("..")) {
        prefix = "..";
        while (in_.take("/..")) prefix += "/..";
        if (in_.take("//"))
            stretch(pattern);
        else
            in_.take('/');
        good = !at_component() || parse_components(pattern, prefix);
    } else if (at_component()) {
        good = parse_components(pattern, prefix);
    } else if (in_.take('.')) {
        if (in_.take("//")) {
            stretch(pattern);
            good = !at_component() || parse_components(pattern, prefix);
        }
    } else {
        return in_.wrong("a path is expected");
    }
    if (!good) return false;
    auto const path = Path::parse(prefix.empty() ? "." : prefix);
    if (!path) return in_.wrong("its path cannot be");
    pattern.prefix = *path;
    Term term{.kind = Kind::pattern};
    term.pattern = std::move(pattern);
    out_.push_back(std::move(term));
    return true;
}

/// Plain names at the start lengthen the path; from the first wild card on there are components.
bool ExpressionParser::parse_components(Pattern& pattern, std::string& prefix)
{
    for (;;) {
        Component component;
        if (!parse_component(component, false)) return false;
        bool const plain = component.predicate.empty() && is_identifier(component.name);
        if (plain && pattern.components.empty())
            prefix.append(prefix.empty() || prefix.back() == '/' ? "" : "/").append(component.name);
        else
            pattern.components.push_back(std::move(component));
        auto const before = in_.at();
        bool const anywhere = in_.take("//");
        if (!anywhere && !in_.take('/')) break;
        if (!at_component()) {
            in_.move_to(before);
            break;
        }
        if (anywhere) stretch(pattern);
    }
    if (in_.take('.')) {
        Component component;
        if (!at_component() && in_.peek() != ':') return in_.wrong("a property name is expected");
        if (!parse_component(component, true)) return false;
        pattern.is_property = true;
        if (pattern.components.empty() && component.predicate.empty() &&
            is_namespaced_identifier(component.name))
            prefix.append(".").append(component.name);
        else
            pattern.components.push_back(std::move(component));
    } else if (in_.take("//")) {
        stretch(pattern);
    }
    return true;
}

/// A name with wild cards, a predicate in braces, or both.
bool ExpressionParser::parse_component(Component& component, bool property)
{
    auto const may_stand = [&](char c) { return is_wild_or_name(c) || (property && c == ':'); };
    component.name = in_.take_while(may_stand);
    if (!component.name.empty() && in_.peek() == '[') {
        auto const set = in_.take_while(
            [&](char c) { return may_stand(c) || c == '[' || c == ']' || c == '!' || c == '-'; });
        if (set.size() < 2) return in_.wrong("a set of characters is expected");
        component.name += set;
    }
    if (component.name.empty() && in_.peek() != '{') return in_.wrong("a name is expected");
    if (!in_.take('{')) return true;
    in_.skip_blanks();
    if (!PredicateParser(in_, component.predicate).parse(0)) return false;
    in_.skip_blanks();
    return in_.take('}') || in_.wrong("'}' is expected");
}

} // namespace

Result<Expression> parse(std::string_view text)
{
    Expression expression;
    TRY(ExpressionParser(text, expression).parse());
    return replaced( // folds what is everything or nothing
        expression, [](Reference const& reference) -> Result<Expression> { return atom(reference); },
        [](Pattern const& pattern) -> Result<Expression> { return atom(pattern); });
}

} // namespace path_expression

Result<std::string> absolute_path_expression(std::string_view text, Path const& anchor)
{
    using namespace path_expression;
    auto expression = TRY(parse(text));
    for (auto& term : expression) {
        auto& path = term.kind == Term::Kind::reference ? term.reference.path : term.pattern.prefix;
        if (path.empty() || path.is_absolute()) continue;
        path = anchor.join(path);
        if (path.empty() || !path.is_absolute())
            return fail(Errc::invalid_input, "'{}' at {} leads above '/'", text, anchor.str());
    }
    return text_of(expression);
}

} // namespace soulvan::usd
