// Scanning identifiers: how many bytes at the start of a text are a name, in UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace soulvan::usd {

bool is_wide_identifier_start(char32_t code);
bool is_wide_identifier_continue(char32_t code);

constexpr bool is_identifier_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_identifier_continue(char c)
{
    return is_identifier_start(c) || (c >= '0' && c <= '9');
}

/// One code point of UTF-8 (RFC 3629: no overlong forms, no surrogates); size 0 where the bytes are none.
struct CodePoint {
    char32_t code = 0;
    int size = 0;
};
CodePoint decode_utf8(std::string_view text);
/// Bytes before the first that is no UTF-8; all of them for a good text.
std::size_t utf8_length(std::string_view text);

/// Bytes of the identifier at the start of `text`; 0 when there is none.
std::size_t identifier_length(std::string_view text);
/// The same for the characters that may follow the first one: "1x" has 2.
std::size_t identifier_tail_length(std::string_view text);
/// Identifiers joined by single ':', "ns:b"; 0 when there is none.
std::size_t namespaced_identifier_length(std::string_view text);
/// A variant's name: letters, digits, '_', '|', '-', after an optional '.'; 0 when there is none.
std::size_t variant_name_length(std::string_view text);

inline bool is_identifier(std::string_view text)
{
    return !text.empty() && identifier_length(text) == text.size();
}
inline bool is_namespaced_identifier(std::string_view text)
{
    return !text.empty() && namespaced_identifier_length(text) == text.size();
}

} // namespace soulvan::usd
