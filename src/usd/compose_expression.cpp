// What does a variable expression ("`…`" in place of an asset path or a variant selection) evaluate to?
//
// The language is that of OpenUSD's SdfVariableExpression: strings with ${variables}, integers, booleans,
// None, lists of these, and thirteen functions.
#include "compose.h"

#include "identifier.h"

#include <algorithm>
#include <charconv>
#include <variant>

namespace soulvan::usd::composition {

namespace {

struct None {
    friend auto operator<=>(None, None) = default;
};
using Scalar = std::variant<None, std::string, std::int64_t, bool>;
using List = std::vector<Scalar>;
using Evaluated = std::variant<Scalar, List>;

constexpr int max_depth = 64; ///< of calls, and of variables that hold expressions

bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/// Evaluates while it reads: branches that are not taken are read too, but their values are dropped.
class Evaluator {
public:
    Evaluator(std::string_view text, Dictionary const& variables, int depth)
        : text_(text),
          variables_(variables),
          depth_(depth)
    {}

    Result<Evaluated> run()
    {
        auto value = TRY(expression());
        skip_space();
        if (at_ != text_.size()) return error("unexpected text");
        return value;
    }

private:
    std::unexpected<Error> error(std::string_view what) const
    {
        return fail(Errc::invalid_input, "`{}`: {} at character {}", text_, what, at_ + 1);
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_space()
    {
        while (is_space(peek())) ++at_;
    }
    bool take(char c)
    {
        skip_space();
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    Result<Evaluated> expression()
    {
        if (++depth_ > max_depth)
            return fail(Errc::limit, "`{}`: nested more than {} deep", text_, max_depth);
        skip_space();
        auto value = TRY(primary());
        --depth_;
        return value;
    }

    Result<Evaluated> primary()
    {
        char const c = peek();
        if (c == '"' || c == '\'') return Evaluated(Scalar(TRY(string(c))));
        if (c == '[') return list();
        if (c == '$') return variable(TRY(variable_name()));
        if (c == '-' || (c >= '0' && c <= '9')) return number();
        std::size_t const length = identifier_length(text_.substr(at_));
        if (length == 0) return error("a value is missing");
        auto const name = text_.substr(at_, length);
        at_ += length;
        if (name == "True" || name == "true") return Evaluated(Scalar(true));
        if (name == "False" || name == "false") return Evaluated(Scalar(false));
        if (name == "None" || name == "none") return Evaluated(Scalar(None{}));
        if (!take('(')) return error("an unknown word stands");
        return call(name);
    }

    Result<Evaluated> number()
    {
        std::int64_t value = 0;
        auto const rest = text_.substr(at_);
        auto const [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (failure != std::errc()) return error("the number is no 64-bit integer");
        at_ += static_cast<std::size_t>(end - rest.data());
        return Evaluated(Scalar(value));
    }

    /// "${NAME}" with the cursor at the dollar.
    Result<std::string> variable_name()
    {
        at_ += 1;
        if (peek() != '{') return error("'{' is missing after '$'");
        ++at_;
        std::size_t const length = identifier_length(text_.substr(at_));
        auto name = std::string(text_.substr(at_, length));
        at_ += length;
        if (peek() != '}') return error("'}' is missing");
        ++at_;
        if (name.empty()) return error("the variable has no name");
        return name;
    }

    Result<Evaluated> variable(std::string const& name)
    {
        auto const found = variables_.find(name);
        if (found == variables_.end())
            return fail(Errc::invalid_input, "`{}`: there is no variable {}", text_, name);
        return value_of(found->second, name);
    }

    Result<Evaluated> value_of(Value const& value, std::string const& name)
    {
        if (auto const* text = value.get<std::string>()) {
            if (!is_expression(*text)) return Evaluated(Scalar(*text));
            if (depth_ > max_depth)
                return fail(Errc::invalid_input, "the variable {} refers to itself", name);
            return Evaluator(std::string_view(*text).substr(1, text->size() - 2), variables_, depth_ + 1)
                .run();
        }
        if (auto const* flag = value.get<Bool>()) return Evaluated(Scalar(flag->value));
        if (auto const* number = value.get<std::int64_t>()) return Evaluated(Scalar(*number));
        if (auto const* number = value.get<std::int32_t>()) return Evaluated(Scalar(std::int64_t{*number}));
        if (auto const* items = value.get<Array<std::string>>()) return Evaluated(list_of(*items));
        if (auto const* items = value.get<Array<std::int64_t>>()) return Evaluated(list_of(*items));
        if (auto const* items = value.get<Array<std::int32_t>>()) return Evaluated(list_of(*items));
        if (auto const* items = value.get<Array<Bool>>()) return Evaluated(list_of(*items));
        return fail(Errc::invalid_input, "the variable {} holds a type that expressions do not know", name);
    }

    template <class T>
    static List list_of(Array<T> const& items)
    {
        List list;
        for (auto const& item : items) {
            if constexpr (std::is_same_v<T, Bool>)
                list.emplace_back(item.value);
            else if constexpr (std::is_same_v<T, std::int32_t>)
                list.emplace_back(std::int64_t{item});
            else
                list.emplace_back(item);
        }
        return list;
    }

    /// What a variable in a string stands for: its name where nobody sets it, for others to substitute.
    Result<std::string> substitution(std::string const& name)
    {
        if (!variables_.contains(name)) return name;
        auto const value = TRY(variable(name));
        auto const* scalar = std::get_if<Scalar>(&value);
        if (scalar && std::holds_alternative<None>(*scalar)) return std::string();
        if (scalar && std::holds_alternative<std::string>(*scalar)) return std::get<std::string>(*scalar);
        return fail(Errc::invalid_input, "`{}`: the variable {} is no string", text_, name);
    }

    /// A string with its variables put in; only strings can be.
    Result<std::string> string(char quote)
    {
        ++at_;
        std::string result;
        while (peek() != quote) {
            if (at_ >= text_.size()) return error("the string has no end");
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                result += text_[at_ + 1];
                at_ += 2;
            } else if (peek() == '$' && at_ + 1 < text_.size() && text_[at_ + 1] == '{') {
                auto const name = TRY(variable_name());
                result += TRY(substitution(name));
            } else {
                result += text_[at_++];
            }
        }
        ++at_;
        return result;
    }

    Result<Evaluated> list()
    {
        ++at_;
        List items;
        if (take(']')) return Evaluated(std::move(items));
        do {
            auto value = TRY(expression());
            auto* scalar = std::get_if<Scalar>(&value);
            if (!scalar) return error("a list stands in a list");
            items.push_back(std::move(*scalar));
        } while (take(','));
        if (!take(']')) return error("']' is missing");
        return Evaluated(std::move(items));
    }

    /// The names between the parentheses of defined(…), read without evaluating them.
    Result<Evaluated> defined()
    {
        bool all = true;
        do {
            skip_space();
            auto const quote = peek();
            std::string name;
            if (quote == '"' || quote == '\'') {
                name = TRY(string(quote));
            } else {
                std::size_t const length = identifier_length(text_.substr(at_));
                name = text_.substr(at_, length);
                at_ += length;
            }
            if (name.empty()) return error("a variable's name is missing");
            all = all && variables_.contains(name);
        } while (take(','));
        if (!take(')')) return error("')' is missing");
        return Evaluated(Scalar(all));
    }

    Result<Evaluated> call(std::string_view name)
    {
        if (name == "defined") return defined();
        std::vector<Evaluated> arguments;
        if (!take(')')) {
            do arguments.push_back(TRY(expression()));
            while (take(','));
            if (!take(')')) return error("')' is missing");
        }
        if (auto value = apply(name, arguments)) return *std::move(value);
        return fail(Errc::invalid_input, "`{}`: {}() does not take these arguments, or is no function", text_,
                    name);
    }

    static std::optional<bool> flag(Evaluated const& value)
    {
        auto const* scalar = std::get_if<Scalar>(&value);
        auto const* held = scalar ? std::get_if<bool>(scalar) : nullptr;
        return held ? std::optional(*held) : std::nullopt;
    }

    static std::optional<Evaluated> compare(std::string_view name, Evaluated const& a, Evaluated const& b)
    {
        if (name == "eq") return Evaluated(Scalar(a == b));
        if (name == "neq") return Evaluated(Scalar(a != b));
        auto const *x = std::get_if<Scalar>(&a), *y = std::get_if<Scalar>(&b);
        if (!x || !y || x->index() != y->index()) return std::nullopt;
        if (name == "lt") return Evaluated(Scalar(*x < *y));
        if (name == "leq") return Evaluated(Scalar(*x <= *y));
        if (name == "gt") return Evaluated(Scalar(*x > *y));
        return Evaluated(Scalar(*x >= *y));
    }

    static std::optional<Evaluated> logic(std::string_view name, std::vector<Evaluated> const& arguments)
    {
        bool const all = name == "and";
        bool result = all;
        for (auto const& argument : arguments) {
            auto const held = flag(argument);
            if (!held) return std::nullopt;
            result = all ? result && *held : result || *held;
        }
        return Evaluated(Scalar(result));
    }

    static std::optional<Evaluated> contains(Evaluated const& whole, Evaluated const& part)
    {
        auto const* wanted = std::get_if<Scalar>(&part);
        if (!wanted) return std::nullopt;
        if (auto const* items = std::get_if<List>(&whole))
            return Evaluated(Scalar(std::find(items->begin(), items->end(), *wanted) != items->end()));
        auto const* text = std::get_if<std::string>(&std::get<Scalar>(whole));
        auto const* piece = std::get_if<std::string>(wanted);
        if (!text || !piece) return std::nullopt;
        return Evaluated(Scalar(text->find(*piece) != std::string::npos));
    }

    /// A negative index counts from the end.
    static std::optional<Evaluated> at(Evaluated const& whole, Evaluated const& index)
    {
        auto const* scalar = std::get_if<Scalar>(&index);
        auto const* number = scalar ? std::get_if<std::int64_t>(scalar) : nullptr;
        if (!number) return std::nullopt;
        auto const pick = [&](auto const& items) -> std::optional<std::size_t> {
            auto const size = static_cast<std::int64_t>(items.size());
            auto const place = *number < 0 ? size + *number : *number;
            return place >= 0 && place < size ? std::optional(static_cast<std::size_t>(place)) : std::nullopt;
        };
        if (auto const* items = std::get_if<List>(&whole)) {
            auto const place = pick(*items);
            return place ? std::optional(Evaluated((*items)[*place])) : std::nullopt;
        }
        auto const* text = std::get_if<std::string>(&std::get<Scalar>(whole));
        auto const place = text ? pick(*text) : std::nullopt;
        return place ? std::optional(Evaluated(Scalar(std::string(1, (*text)[*place])))) : std::nullopt;
    }

    static std::optional<Evaluated> length(Evaluated const& whole)
    {
        if (auto const* items = std::get_if<List>(&whole))
            return Evaluated(Scalar(static_cast<std::int64_t>(items->size())));
        auto const* text = std::get_if<std::string>(&std::get<Scalar>(whole));
        return text ? std::optional(Evaluated(Scalar(static_cast<std::int64_t>(text->size()))))
                    : std::nullopt;
    }

    static std::optional<Evaluated> apply(std::string_view name, std::vector<Evaluated> const& arguments)
    {
        auto const count = arguments.size();
        if (name == "if" && (count == 2 || count == 3)) {
            auto const condition = flag(arguments[0]);
            if (!condition) return std::nullopt;
            if (*condition) return arguments[1];
            return count == 3 ? arguments[2] : Evaluated(Scalar(None{}));
        }
        if ((name == "and" || name == "or") && count >= 2) return logic(name, arguments);
        if (name == "not" && count == 1) {
            auto const held = flag(arguments[0]);
            return held ? std::optional(Evaluated(Scalar(!*held))) : std::nullopt;
        }
        static constexpr std::string_view comparisons[] = {"eq", "neq", "lt", "leq", "gt", "geq"};
        if (count == 2 &&
            std::find(std::begin(comparisons), std::end(comparisons), name) != std::end(comparisons))
            return compare(name, arguments[0], arguments[1]);
        if (name == "contains" && count == 2) return contains(arguments[0], arguments[1]);
        if (name == "at" && count == 2) return at(arguments[0], arguments[1]);
        if (name == "len" && count == 1) return length(arguments[0]);
        return std::nullopt;
    }

    std::string_view text_;
    Dictionary const& variables_;
    int depth_;
    std::size_t at_ = 0;
};

} // namespace

bool is_expression(std::string_view text)
{
    return text.size() >= 2 && text.front() == '`' && text.back() == '`';
}

Result<std::string> evaluate_expression(std::string_view text, Dictionary const& variables)
{
    auto const value = TRY(Evaluator(text.substr(1, text.size() - 2), variables, 0).run());
    if (auto const* scalar = std::get_if<Scalar>(&value)) {
        if (auto const* result = std::get_if<std::string>(scalar)) return *result;
        if (std::holds_alternative<None>(*scalar)) return std::string();
    }
    return fail(Errc::invalid_input, "{} does not evaluate to a string", text);
}

} // namespace soulvan::usd::composition
