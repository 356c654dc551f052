// Where numbers switch to exponents and which characters strings escape.
#include "text_format.h"

#include "identifier.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace soulvan::usd {

namespace {

template <class T>
void append_shortest(std::string& out, T value)
{
    if (std::isnan(value)) {
        out += "nan";
        return;
    }
    if (std::isinf(value)) {
        out += value < 0 ? "-inf" : "inf";
        return;
    }
    // "-d.ddde-xx": the digits and their exponent, laid out anew.
    char buffer[40];
    auto const end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    if (text.starts_with('-')) {
        out += '-';
        text.remove_prefix(1);
    }
    auto const e = text.find('e');
    auto exponent_text = text.substr(e + 1);
    if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
    int exponent = 0;
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    char digits[24];
    std::size_t count = 0;
    for (char const c : text.substr(0, e))
        if (c != '.') digits[count++] = c;
    std::string_view const significant(digits, count);

    if (exponent < -6 || exponent >= 15) {
        out += significant[0];
        if (count > 1) (out += '.').append(significant.substr(1));
        out += 'e';
        append_number(out, static_cast<std::int64_t>(exponent));
    } else if (exponent < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent - 1), '0');
        out.append(significant);
    } else {
        auto const whole = static_cast<std::size_t>(exponent) + 1;
        out.append(significant.substr(0, whole));
        if (whole > count)
            out.append(whole - count, '0');
        else if (whole < count)
            (out += '.').append(significant.substr(whole));
    }
}

template <class T>
void append_whole(std::string& out, T value)
{
    char buffer[24];
    auto const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

void append_escaped(std::string& out, char c, char quote, bool triple)
{
    switch (c) {
    case '\n':
        out += triple ? "\n" : "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    case '\\':
        out += "\\\\";
        return;
    default:
        break;
    }
    if (c == quote)
        (out += '\\') += c;
    else if (c >= 32 && c <= 126)
        out += c;
    else
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
}

} // namespace

void append_number(std::string& out, double value)
{
    append_shortest(out, value);
}
void append_number(std::string& out, float value)
{
    append_shortest(out, value);
}
void append_number(std::string& out, half value)
{
    auto const wide = static_cast<float>(value);
    if (std::isfinite(wide))
        fmt::format_to(std::back_inserter(out), "{:g}", wide);
    else
        append_shortest(out, wide);
}
void append_number(std::string& out, std::int64_t value)
{
    append_whole(out, value);
}
void append_number(std::string& out, std::uint64_t value)
{
    append_whole(out, value);
}

void append_quoted(std::string& out, std::string_view text)
{
    bool const single = text.find('"') != text.npos && text.find('\'') == text.npos;
    bool const triple = text.find('\n') != text.npos;
    char const quote = single ? '\'' : '"';
    out.append(triple ? 3 : 1, quote);
    while (!text.empty()) {
        auto const point = decode_utf8(text);
        if (point.size > 1) {
            out.append(text.substr(0, static_cast<std::size_t>(point.size)));
            text.remove_prefix(static_cast<std::size_t>(point.size));
        } else {
            append_escaped(out, text.front(), quote, triple);
            text.remove_prefix(1);
        }
    }
    out.append(triple ? 3 : 1, quote);
}

void append_asset(std::string& out, std::string_view path)
{
    bool const triple = path.find('@') != path.npos;
    std::string_view const mark = triple ? "@@@" : "@";
    out.append(mark);
    while (!path.empty()) {
        if (triple && path.starts_with("@@@")) {
            out += "\\@@@";
            path.remove_prefix(3);
        } else {
            out += path.front();
            path.remove_prefix(1);
        }
    }
    out.append(mark);
}

} // namespace soulvan::usd
