// How a path expression is taken apart into operators, patterns and predicates.
#include "path_expression.h"

#include "identifier.h"

namespace soulvan::usd {

namespace {

constexpr int nesting_limit = 64;

/// expression := operand ((op | blank) operand)*; operand := ['~'] (pattern | '%' reference | '(' expression
/// ')')
class ExpressionParser {
public:
    ExpressionParser(std::string_view text, Path const& anchor) : text_(text), anchor_(anchor) {}

    Result<std::string> parse()
    {
        skip_blanks();
        if (at_end()) return std::string();
        if (parse_operands(0) && (at_end() || wrong("it goes on with what cannot follow")))
            return std::move(out_);
        return fail(Errc::invalid_input, "'{}' is no path expression: character {}: {}", text_, at_ + 1,
                    what_);
    }

private:
    bool at_end() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
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
    bool wrong(std::string_view what)
    {
        what_ = what;
        return false;
    }

    bool parse_operands(int nesting)
    {
        if (nesting >= nesting_limit) return wrong("its parentheses are nested too deeply");
        for (;;) {
            if (take("~")) {
                out_ += '~';
                skip_blanks();
            }
            if (!parse_operand(nesting)) return false;
            bool const blank = skip_blanks();
            if (at_end() || peek() == ')') return true;
            if (char const c = peek(); c == '+' || c == '-' || c == '&') {
                ++at_;
                (((out_ += ' ') += c) += ' ');
                skip_blanks();
            } else if (blank) {
                out_ += ' '; // a blank means the union
            } else {
                return wrong("an operator or a blank is expected");
            }
        }
    }

    bool parse_operand(int nesting)
    {
        if (take("(")) {
            out_ += '(';
            skip_blanks();
            if (!parse_operands(nesting + 1)) return false;
            if (!take(")")) return wrong("')' is expected");
            out_ += ')';
            return true;
        }
        return take("%") ? parse_reference() : parse_pattern();
    }

    /// "%_", "%:name" or "%/path:name"
    bool parse_reference()
    {
        out_ += '%';
        if (take("_")) {
            out_ += '_';
            return true;
        }
        if (peek() != ':') {
            auto const start = at_;
            while (!at_end() &&
                   (peek() == '/' || peek() == '.' || identifier_tail_length(text_.substr(at_)) > 0))
                at_ += std::max<std::size_t>(identifier_tail_length(text_.substr(at_)), 1);
            auto const path = Path::parse(text_.substr(start, at_ - start));
            if (!path || path->is_property()) return wrong("the reference holds no prim path");
            out_ += path->is_absolute() ? path->str() : anchor_.join(*path).str();
        }
        auto const name = take(":") ? identifier_length(text_.substr(at_)) : 0;
        if (name == 0) return wrong("':' and the name of a collection are expected");
        out_.append(":").append(text_.substr(at_, name));
        at_ += name;
        return true;
    }

    bool parse_pattern()
    {
        if (peek() == '/') {
            bool const anywhere = take("//");
            if (!anywhere) take("/");
            out_ += anywhere ? "//" : "/";
            return !at_component() || parse_components();
        }
        if (!at_component() && peek() != '.') return wrong("a path is expected");
        Path base = anchor_;
        if (take("..")) {
            base = base.parent();
            while (take("/..")) base = base.parent();
        } else if (peek() == '.') {
            ++at_;
        } else {
            return put_base(base, true) && parse_components();
        }
        if (base.empty() || !base.is_absolute()) return wrong("it leads above '/'");
        bool const deeper = peek() == '/';
        if (!put_base(base, false)) return false;
        if (!deeper) return true;
        bool const anywhere = take("//");
        if (!anywhere) take("/");
        if (!base.is_root() || anywhere) out_ += anywhere ? "//" : "/";
        return at_component() ? parse_components() : anywhere || wrong("a name must follow the '/'");
    }

    bool put_base(Path const& base, bool slash)
    {
        out_ += base.str();
        if (slash && !base.is_root()) out_ += '/';
        return true;
    }

    bool at_component() const { return peek() == '{' || is_name_character(); }
    bool is_name_character() const
    {
        return is_identifier_continue(peek()) || peek() == '*' || peek() == '?';
    }

    bool parse_components()
    {
        for (;;) {
            if (!parse_component()) return false;
            if (take(".")) {
                out_ += '.';
                if (!at_component()) return wrong("a property name is expected");
                return parse_component(true);
            }
            if (take("//")) {
                out_ += "//";
                if (!at_component()) return true;
            } else if (peek() == '/') {
                ++at_;
                out_ += '/';
                if (!at_component()) return wrong("a name must follow the '/'");
            } else {
                return true;
            }
        }
    }

    /// A name with wild cards, a predicate in braces, or both.
    bool parse_component(bool property = false)
    {
        while (is_name_character() || (property && peek() == ':')) out_ += text_[at_++];
        if (peek() != '{') return true;
        auto const start = at_;
        char quote = '\0';
        for (++at_; !at_end(); ++at_) {
            char const c = peek();
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c == '"' || c == '\'')
                quote = c;
            else if (c == '}')
                break;
        }
        if (at_end() || at_ == start + 1) return wrong("a predicate has its name in '{' and '}'");
        ++at_;
        out_.append(text_.substr(start, at_ - start));
        return true;
    }

    std::string_view text_;
    Path const& anchor_;
    std::size_t at_ = 0;
    std::string out_;
    std::string_view what_;
};

} // namespace

Result<std::string> absolute_path_expression(std::string_view text, Path const& anchor)
{
    return ExpressionParser(text, anchor).parse();
}

} // namespace soulvan::usd
