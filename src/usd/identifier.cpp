// Where an identifier ends: ASCII first, Unicode's tables for the rest.
#include "identifier.h"

#include <cstdint>
#include <cstring>

namespace soulvan::usd {

CodePoint decode_utf8(std::string_view text)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty()) return {};
    unsigned char const lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    int const size = lead >= 0xf0 && lead <= 0xf4  ? 4
                     : lead >= 0xe0 && lead < 0xf0 ? 3
                     : lead >= 0xc2 && lead < 0xe0 ? 2
                                                   : 0;
    if (size == 0 || text.size() < static_cast<std::size_t>(size)) return {};
    char32_t code = lead & (0x7fu >> size);
    for (int i = 1; i < size; ++i) {
        unsigned char const next = byte(static_cast<std::size_t>(i));
        if ((next & 0xc0) != 0x80) return {};
        code = code << 6 | (next & 0x3fu);
    }
    bool const overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
    return {code, size};
}

std::size_t utf8_length(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        // Eight bytes of ASCII at a time: layers are megabytes of numbers.
        for (std::uint64_t word = 0; at + 8 <= text.size(); at += 8) {
            std::memcpy(&word, text.data() + at, 8);
            if (word & 0x8080808080808080ull) break;
        }
        if (at == text.size()) break;
        auto const point = decode_utf8(text.substr(at));
        if (point.size == 0) break;
        at += static_cast<std::size_t>(point.size);
    }
    return at;
}

std::size_t identifier_tail_length(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size()) {
        if (is_identifier_continue(text[end])) {
            ++end;
            continue;
        }
        if (static_cast<unsigned char>(text[end]) < 0x80) break;
        auto const point = decode_utf8(text.substr(end));
        if (point.size == 0 || !is_wide_identifier_continue(point.code)) break;
        end += static_cast<std::size_t>(point.size);
    }
    return end;
}

std::size_t identifier_length(std::string_view text)
{
    if (text.empty()) return 0;
    std::size_t first = 0;
    if (is_identifier_start(text[0])) {
        first = 1;
    } else if (static_cast<unsigned char>(text[0]) >= 0x80) {
        auto const point = decode_utf8(text);
        if (point.size != 0 && is_wide_identifier_start(point.code))
            first = static_cast<std::size_t>(point.size);
    }
    return first == 0 ? 0 : first + identifier_tail_length(text.substr(first));
}

std::size_t namespaced_identifier_length(std::string_view text)
{
    std::size_t end = identifier_length(text);
    while (end != 0 && end < text.size() && text[end] == ':') {
        auto const next = identifier_length(text.substr(end + 1));
        if (next == 0) break;
        end += 1 + next;
    }
    return end;
}

std::size_t variant_name_length(std::string_view text)
{
    std::size_t end = text.starts_with('.') ? 1 : 0;
    while (end < text.size()) {
        auto const word = identifier_tail_length(text.substr(end));
        bool const mark = word == 0 && (text[end] == '|' || text[end] == '-');
        if (word == 0 && !mark) break;
        end += mark ? 1 : word;
    }
    return end;
}

} // namespace soulvan::usd
