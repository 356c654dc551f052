// What does a path expression mean in another namespace, and over weaker ones?
#include "path_expression.h"
#include "stage_data.h"

namespace soulvan::usd::resolve {

using path_expression::Expression;
using path_expression::Pattern;
using path_expression::Reference;

std::string mapped_expression(std::string_view text, std::function<Path(Path const&)> const& map)
{
    auto const parsed = path_expression::parse(text);
    if (!parsed) return std::string(text);
    auto const mapped = path_expression::replaced(
        *parsed,
        [&](Reference const& reference) -> Result<Expression> {
            auto moved = reference;
            if (!moved.path.empty()) moved.path = map(moved.path);
            bool const is_lost = !reference.path.empty() && moved.path.empty();
            return is_lost ? Expression() : path_expression::atom(std::move(moved));
        },
        [&](Pattern const& pattern) -> Result<Expression> {
            if (pattern.starts_anywhere()) return path_expression::atom(pattern); // it means everywhere
            auto moved = pattern;
            moved.prefix = map(pattern.prefix);
            return moved.prefix.empty() ? Expression() : path_expression::atom(std::move(moved));
        });
    return mapped ? path_expression::text_of(*mapped) : std::string(text);
}

std::string composed_expression(std::vector<std::string> const& strong_to_weak)
{
    Expression composed = path_expression::atom(Reference{.path = {}, .name = "_"});
    for (auto const& text : strong_to_weak) {
        auto const weaker = path_expression::parse(text);
        auto over = path_expression::composed_over(composed, weaker ? *weaker : Expression());
        if (!over) break; // too large: what is weaker is left out
        composed = *std::move(over);
        if (!path_expression::has_weaker_reference(composed)) break;
    }
    auto const whole = path_expression::composed_over(composed, {});
    return path_expression::text_of(whole ? *whole : composed);
}

} // namespace soulvan::usd::resolve
