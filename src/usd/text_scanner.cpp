// How words, numbers and strings are cut from the text.
#include "text_scanner.h"

#include "identifier.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace soulvan::usd {

namespace {

constexpr std::array<std::string_view, 55> keywords = {"None",
                                                       "add",
                                                       "append",
                                                       "bezier",
                                                       "class",
                                                       "config",
                                                       "connect",
                                                       "curve",
                                                       "custom",
                                                       "customData",
                                                       "def",
                                                       "default",
                                                       "delete",
                                                       "dictionary",
                                                       "displayUnit",
                                                       "doc",
                                                       "held",
                                                       "hermite",
                                                       "inherits",
                                                       "kind",
                                                       "linear",
                                                       "loop",
                                                       "nameChildren",
                                                       "none",
                                                       "offset",
                                                       "oscillate",
                                                       "over",
                                                       "payload",
                                                       "permission",
                                                       "post",
                                                       "pre",
                                                       "prefixSubstitutions",
                                                       "prepend",
                                                       "properties",
                                                       "references",
                                                       "rel",
                                                       "relocates",
                                                       "reorder",
                                                       "repeat",
                                                       "reset",
                                                       "rootPrims",
                                                       "scale",
                                                       "sloped",
                                                       "specializes",
                                                       "spline",
                                                       "subLayers",
                                                       "suffixSubstitutions",
                                                       "symmetryArguments",
                                                       "symmetryFunction",
                                                       "timeSamples",
                                                       "uniform",
                                                       "variantSet",
                                                       "variantSets",
                                                       "variants",
                                                       "varying"};
static_assert(std::is_sorted(keywords.begin(), keywords.end()));

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int hex_digit(char c)
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Replaces one escape; `at` stands behind the backslash and moves past the escape.
char evaluate_escape(std::string_view text, std::size_t& at)
{
    char const c = text[at++];
    switch (c) {
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    case 'x': { // at most two hexadecimal digits
        int value = 0;
        for (int n = 0; n < 2 && at < text.size() && hex_digit(text[at]) >= 0; ++n)
            value = value * 16 + hex_digit(text[at++]);
        return static_cast<char>(value);
    }
    default:
        break;
    }
    if (c < '0' || c > '7') return c;
    int value = c - '0'; // at most three octal digits
    for (int n = 1; n < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++n)
        value = value * 8 + (text[at++] - '0');
    return static_cast<char>(value);
}

std::string evaluate_escapes(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto const backslash = std::min(text.find('\\', at), text.size());
        out.append(text.substr(at, backslash - at));
        at = backslash + 1;
        if (at < text.size()) out += evaluate_escape(text, at);
    }
    return out;
}

/// from_chars says only "out of range": tells 0 from infinity by where the first digit that counts stands.
double out_of_range_value(std::string_view number)
{
    bool const negative = number.starts_with('-');
    if (negative) number.remove_prefix(1);
    auto const mantissa = number.substr(0, number.find_first_of("eE"));
    auto const point = std::min(mantissa.find('.'), mantissa.size());
    auto const first = mantissa.find_first_of("123456789");
    long long magnitude = static_cast<long long>(point) - static_cast<long long>(first);
    if (mantissa.size() != number.size()) {
        auto exponent = number.substr(mantissa.size() + 1);
        if (exponent.starts_with('+')) exponent.remove_prefix(1);
        int value = 0;
        auto const parsed = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
        if (parsed.ec == std::errc::result_out_of_range)
            value = exponent.starts_with('-') ? -1'000'000'000 : 1'000'000'000;
        magnitude += value;
    }
    double const value = magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return negative ? -value : value;
}

} // namespace

bool is_keyword(std::string_view word)
{
    return std::binary_search(keywords.begin(), keywords.end(), word);
}

bool TextScanner::skip_block_comment()
{
    if (peek() != '/' || peek(1) != '*') return false;
    auto const end = text_.find("*/", at_ + 2);
    if (end == text_.npos) return false; // the '/' is then reported where something else is expected
    at_ = end + 2;
    return true;
}

void TextScanner::skip_blanks()
{
    for (;;) {
        while (peek() == ' ' || peek() == '\t') ++at_;
        if (peek() != '/' || !skip_block_comment()) return;
    }
}

void TextScanner::skip_to_line_end()
{
    for (;;) {
        skip_blanks();
        bool const comment = peek() == '#' || (peek() == '/' && peek(1) == '/');
        if (!comment) return;
        while (!at_end() && !at_line_end()) ++at_;
    }
}

void TextScanner::skip_lines()
{
    for (;;) {
        skip_to_line_end();
        if (!at_line_end()) return;
        while (at_line_end()) ++at_;
    }
}

bool TextScanner::skip_separator()
{
    auto const start = at_;
    while (skip_block_comment()) {
    }
    if (peek() != ' ' && peek() != '\t') {
        at_ = start;
        return fail("a blank is expected");
    }
    skip_blanks();
    return true;
}

bool TextScanner::expect(char c)
{
    if (take(c)) return true;
    return fail(fmt::format("'{}' is expected", c));
}

bool TextScanner::expect_assignment()
{
    skip_blanks();
    if (!expect('=')) return false;
    skip_blanks();
    return true;
}

std::string_view TextScanner::peek_word() const
{
    auto const ahead = rest();
    return ahead.substr(0, identifier_length(ahead));
}

bool TextScanner::take_word(std::string_view word)
{
    if (peek_word() != word) return false;
    at_ += word.size();
    return true;
}

bool TextScanner::at_number() const
{
    std::size_t const sign = peek() == '-' ? 1 : 0;
    char const c = peek(sign);
    if (is_digit(c) || c == '.') return true;
    if (c != 'i' && c != 'n') return sign == 1;
    auto const ahead = text_.substr(at_ + sign);
    auto const word = ahead.substr(0, identifier_length(ahead));
    return word == "inf" || word == "nan";
}

bool TextScanner::read_identifier(std::string_view& name)
{
    auto const start = at_;
    for (;;) {
        auto const word = peek_word();
        if (word.empty()) return fail("a name is expected");
        if (is_keyword(word)) return fail(fmt::format("'{}' is a reserved word and cannot stand here", word));
        at_ += word.size();
        if (peek() != ':' || peek(1) != ':') break;
        at_ += 2;
    }
    name = text_.substr(start, at_ - start);
    return true;
}

bool TextScanner::read_namespaced_name(std::string_view& name)
{
    auto const size = namespaced_identifier_length(rest());
    if (size == 0) return fail("a property name is expected");
    name = text_.substr(at_, size);
    at_ += size;
    return true;
}

bool TextScanner::read_real(std::size_t start, Number& number)
{
    char const* const first = text_.data() + start;
    auto const parsed = std::from_chars(first, text_.data() + text_.size(), number.real);
    if (parsed.ec == std::errc::invalid_argument) return fail("a number is expected");
    auto const written = text_.substr(start, static_cast<std::size_t>(parsed.ptr - first));
    if (parsed.ec == std::errc::result_out_of_range) number.real = out_of_range_value(written);
    at_ = start + written.size();
    number.kind = Number::Kind::real;
    return true;
}

bool TextScanner::read_number(Number& number)
{
    auto const start = at_;
    bool const negative = take('-');
    if (!is_digit(peek()) && peek() != '.') {
        auto const word = peek_word();
        bool const infinite = word == "inf";
        if (!infinite && (word != "nan" || negative)) {
            at_ = start;
            return fail("a number is expected");
        }
        at_ += word.size();
        number.kind = Number::Kind::real;
        number.real = !infinite  ? std::numeric_limits<double>::quiet_NaN()
                      : negative ? -std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::infinity();
        return true;
    }
    std::uint64_t whole = 0;
    bool fits = true;
    for (; is_digit(peek()); ++at_) {
        auto const digit = static_cast<std::uint64_t>(peek() - '0');
        fits = fits && whole <= (std::numeric_limits<std::uint64_t>::max() - digit) / 10;
        whole = whole * 10 + digit;
    }
    if (char const c = peek(); c == '.' || c == 'e' || c == 'E') return read_real(start, number);
    constexpr auto lowest = std::uint64_t{1} << 63;
    // "-0" is real because a whole zero has no sign; what does not fit 64 bits is real, as OpenUSD reads it.
    if (!fits || (negative && (whole == 0 || whole > lowest))) return read_real(start, number);
    number.kind = negative ? Number::Kind::negative : Number::Kind::positive;
    number.whole = whole;
    number.below = static_cast<std::int64_t>(~whole + 1);
    return true;
}

bool TextScanner::read_string(std::string& value)
{
    auto const start = at_;
    char const quote = peek();
    if (!at_string()) return fail("a string in quotes is expected");
    bool const triple = peek(1) == quote && peek(2) == quote;
    std::size_t const quotes = triple ? 3 : 1;
    auto const first = at_ + quotes;
    bool escaped = false;
    char const stops[] = {quote, '\\', '\n', '\r'};
    std::string_view const stop_set(stops, triple ? 2 : 4);
    for (std::size_t at = first;;) {
        at = text_.find_first_of(stop_set, at);
        if (at == text_.npos) return fail_at(start, "the string has no end");
        char const c = text_[at];
        if (c == '\\') {
            // Only a backslash or the quote itself is swallowed here; other escapes hold no quote.
            escaped = true;
            bool const pair = at + 1 < text_.size() && (text_[at + 1] == '\\' || text_[at + 1] == quote);
            at += pair ? 2 : 1;
        } else if (c != quote) {
            return fail_at(start, "the string does not end on its line: use three quotes");
        } else if (triple && text_.substr(at, 3) != text_.substr(start, 3)) {
            ++at;
        } else {
            auto const inside = text_.substr(first, at - first);
            at_ = at + quotes;
            if (escaped)
                value = evaluate_escapes(inside);
            else
                value.assign(inside);
            return true;
        }
    }
}

namespace {

/// Bytes of the first character; 0 for one that no asset path may have.
std::size_t printable_size(std::string_view text)
{
    auto const point = decode_utf8(text);
    bool const control = point.code < 0x20 || (point.code >= 0x7f && point.code < 0xa0);
    return control ? 0 : static_cast<std::size_t>(point.size);
}

} // namespace

bool TextScanner::read_asset(std::string& value)
{
    auto const start = at_;
    if (!at_asset()) return fail("an asset path in '@' is expected");
    bool const triple = rest().starts_with("@@@");
    value.clear();
    at_ += triple ? 3 : 1;
    for (;; ++at_) {
        if (at_end() || at_line_end()) return fail_at(start, "the asset path does not end on its line");
        if (triple && rest().starts_with("\\@@@")) {
            value += "@@@";
            at_ += 3;
        } else if (triple && rest().starts_with("@@@")) {
            // Closed by three to five: the last three close, the ones before belong to the path.
            at_ += 3;
            for (int extra = 0; extra < 2 && take('@'); ++extra) value += '@';
            return true;
        } else if (!triple && peek() == '@') {
            ++at_;
            return true;
        } else {
            auto const size = printable_size(rest());
            if (size == 0) return fail("a control character cannot stand in an asset path");
            value.append(rest().substr(0, size));
            at_ += size - 1;
        }
    }
}

bool TextScanner::read_asset_or_string(std::string& value)
{
    if (!at_string()) return read_asset(value);
    auto const start = at_;
    if (!read_string(value)) return false;
    for (std::string_view left = value; !left.empty(); left.remove_prefix(printable_size(left)))
        if (printable_size(left) == 0)
            return fail_at(start, "a control character cannot stand in an asset path");
    return true;
}

bool TextScanner::read_path(std::string_view& inside)
{
    if (!at_path()) return fail("a path in '<' and '>' is expected");
    auto const end = text_.find_first_of(">\n\r", at_);
    if (end == text_.npos || text_[end] != '>') return fail("the path has no '>' on its line");
    inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
}

bool TextScanner::fail_at(std::size_t position, std::string what)
{
    if (failed()) return false;
    failed_at_ = position;
    what_ = std::move(what);
    return false;
}

bool TextScanner::fail_limit(std::string what)
{
    if (!failed()) code_ = Errc::limit;
    return fail(std::move(what));
}

Error TextScanner::error(std::string_view name) const
{
    auto const before = text_.substr(0, std::min(failed_at_, text_.size()));
    std::size_t line = 1;
    std::size_t line_start = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        bool const pair = before[i] == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n';
        if ((before[i] != '\n' && before[i] != '\r') || pair) continue;
        ++line;
        line_start = i + 1;
    }
    auto const on_line = before.substr(line_start);
    auto const column = 1 + std::count_if(on_line.begin(), on_line.end(), [](char c) {
                            return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                        });
    return {code_, fmt::format("{}:{}:{}: {}", name, line, column, what_)};
}

} // namespace soulvan::usd
