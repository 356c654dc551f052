// What does a path expression mean in another namespace?
#include "stage_data.h"

#include "identifier.h"

namespace soulvan::usd::resolve {

namespace {

/// The plain path at the start of a pattern: "/A/B" of "/A/B//C*", "/" of "//C".
std::string_view plain_prefix(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size() && text[end] == '/') {
        auto const length = identifier_length(text.substr(end + 1));
        auto const next = end + 1 + length;
        bool const whole =
            next == text.size() || std::string_view("*?[").find(text[next]) == std::string_view::npos;
        if (length == 0 || !whole) break;
        end = next;
    }
    return text.substr(0, end);
}

/// Where the pattern at the start of `text` ends: braces hold predicates, brackets hold character classes.
std::size_t pattern_end(std::string_view text)
{
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{' || text[i] == '[') ++depth;
        if (text[i] == '}' || text[i] == ']') --depth;
        if (depth <= 0 && std::string_view(" \t\n+-&~()").find(text[i]) != std::string_view::npos) return i;
    }
    return text.size();
}

} // namespace

std::string mapped_expression(std::string_view text, std::function<Path(Path const&)> const& map)
{
    std::string result;
    while (!text.empty()) {
        bool const reference = text.starts_with("%/");
        if (!reference && text.front() != '/') {
            result += text.front();
            text.remove_prefix(1);
            continue;
        }
        auto const pattern = text.substr(0, pattern_end(text));
        text.remove_prefix(pattern.size());
        auto const body = pattern.substr(reference ? 1 : 0);
        auto const prefix = plain_prefix(body);
        auto const path = prefix.empty() ? Result<Path>(Path::root()) : Path::parse(prefix);
        Path const target = path ? (prefix.empty() ? Path::root() : map(*path)) : Path();
        if (target.empty()) { // nothing there can be matched
            result += "~//";
            continue;
        }
        result += reference ? "%" : "";
        result += target.is_root() ? "" : target.str();
        result += body.substr(prefix.size());
    }
    return result;
}

} // namespace soulvan::usd::resolve
