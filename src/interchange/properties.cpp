// How are Java properties read?
#include "properties.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace soulvan::interchange {

namespace {

void append_utf8(std::string& out, std::uint32_t c)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

/// The logical line at `at`, with continued lines joined; escapes stay. Moves `at` and `line_number` on.
std::string logical_line(std::string_view text, std::size_t& at, int& line_number)
{
    std::string line;
    while (at < text.size()) {
        while (at < text.size() && is_blank(text[at])) ++at;
        auto const begin = at;
        while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
        auto piece = text.substr(begin, at - begin);
        if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') ++at;
        if (at < text.size()) ++at;
        ++line_number;
        auto const is_comment = line.empty() && !piece.empty() && (piece[0] == '#' || piece[0] == '!');
        std::size_t backslashes = 0;
        while (backslashes < piece.size() && piece[piece.size() - 1 - backslashes] == '\\') ++backslashes;
        if (is_comment) return "";
        if (backslashes % 2 == 0) return line += piece;
        piece.remove_suffix(1);
        line += piece;
    }
    return line;
}

std::optional<std::uint32_t> four_digits(std::string_view text)
{
    std::uint32_t value = 0;
    if (text.size() < 4) return std::nullopt;
    auto const [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
    return error == std::errc() && end == text.data() + 4 ? std::optional(value) : std::nullopt;
}

/// Escapes resolved, Latin-1 as UTF-8; nothing when an escape is malformed.
std::optional<std::string> unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            append_utf8(out, static_cast<unsigned char>(text[i]));
            continue;
        }
        auto const c = text[++i];
        if (c != 'u') {
            append_utf8(out, c == 'n'   ? '\n'
                             : c == 't' ? '\t'
                             : c == 'r' ? '\r'
                             : c == 'f' ? '\f'
                                        : static_cast<unsigned char>(c));
            continue;
        }
        auto unit = four_digits(text.substr(i + 1));
        if (!unit) return std::nullopt;
        i += 4;
        // A surrogate pair is two escapes (JLS 3.3).
        if (*unit >= 0xd800 && *unit < 0xdc00 && text.substr(i + 1).starts_with("\\u"))
            if (auto const low = four_digits(text.substr(i + 3)); low && *low >= 0xdc00 && *low < 0xe000) {
                unit = 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00);
                i += 6;
            }
        append_utf8(out, *unit >= 0xd800 && *unit < 0xe000 ? 0xfffd : *unit);
    }
    return out;
}

/// Where the key ends: the first separator that no backslash precedes.
std::size_t key_end(std::string_view line)
{
    std::size_t i = 0;
    while (i < line.size() && line[i] != '=' && line[i] != ':' && !is_blank(line[i]))
        i += line[i] == '\\' ? 2 : 1;
    return std::min(i, line.size());
}

} // namespace

Result<std::map<std::string, std::string, std::less<>>> parse_properties(std::string_view text,
                                                                         std::string_view name)
{
    std::map<std::string, std::string, std::less<>> result;
    std::size_t at = 0;
    int line_number = 0;
    while (at < text.size()) {
        auto const line = logical_line(text, at, line_number);
        if (line.empty()) continue;
        std::string_view rest(line);
        auto const key = unescaped(rest.substr(0, key_end(rest)));
        rest.remove_prefix(key_end(rest));
        while (!rest.empty() && is_blank(rest[0])) rest.remove_prefix(1);
        if (!rest.empty() && (rest[0] == '=' || rest[0] == ':')) rest.remove_prefix(1);
        while (!rest.empty() && is_blank(rest[0])) rest.remove_prefix(1);
        auto value = unescaped(rest);
        if (!key || !value)
            return fail(Errc::invalid_input, "{}:{}: \\u stands without four hexadecimal digits", name,
                        line_number);
        result[*key] = std::move(*value);
    }
    return result;
}

} // namespace soulvan::interchange
