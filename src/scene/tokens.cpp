// Tokens: folding of letters and splitting of sentences.
#include "tokens.h"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace soulvan::scene {

namespace {

struct Decoded {
    char32_t code = 0;
    std::size_t length = 1;
};

/// One code point; a byte that is no UTF-8 decodes as a blank.
Decoded decode(std::string_view text, std::size_t at)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char const first = byte(at);
    if (first < 0x80) return {first, 1};
    std::size_t const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (length == 0 || at + length > text.size()) return {' ', 1};
    char32_t code = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80) return {' ', 1};
        code = (code << 6) | (byte(at + i) & 0x3fu);
    }
    return {code, length};
}

struct Folding {
    char32_t first, last;
    char const* to;
};
// Latin-1 and Latin Extended-A in ranges of one base letter, and typographic marks.
constexpr std::array<Folding, 66> foldings{{
    {0xa0, 0xa0, " "},      {0xb0, 0xb0, " deg "},  {0xb2, 0xb2, "2"},      {0xb3, 0xb3, "3"},
    {0xba, 0xba, " deg "},  {0xbc, 0xbc, " 0.25 "}, {0xbd, 0xbd, " 0.5 "},  {0xbe, 0xbe, " 0.75 "},
    {0xc0, 0xc5, "a"},      {0xc6, 0xc6, "ae"},     {0xc7, 0xc7, "c"},      {0xc8, 0xcb, "e"},
    {0xcc, 0xcf, "i"},      {0xd0, 0xd0, "d"},      {0xd1, 0xd1, "n"},      {0xd2, 0xd6, "o"},
    {0xd7, 0xd7, "x"},      {0xd8, 0xd8, "o"},      {0xd9, 0xdc, "u"},      {0xdd, 0xdd, "y"},
    {0xdf, 0xdf, "ss"},     {0xe0, 0xe5, "a"},      {0xe6, 0xe6, "ae"},     {0xe7, 0xe7, "c"},
    {0xe8, 0xeb, "e"},      {0xec, 0xef, "i"},      {0xf0, 0xf0, "d"},      {0xf1, 0xf1, "n"},
    {0xf2, 0xf6, "o"},      {0xf8, 0xf8, "o"},      {0xf9, 0xfc, "u"},      {0xfd, 0xfd, "y"},
    {0xff, 0xff, "y"},      {0x100, 0x105, "a"},    {0x106, 0x10d, "c"},    {0x10e, 0x111, "d"},
    {0x112, 0x11b, "e"},    {0x11c, 0x123, "g"},    {0x124, 0x127, "h"},    {0x128, 0x131, "i"},
    {0x134, 0x135, "j"},    {0x136, 0x138, "k"},    {0x139, 0x142, "l"},    {0x143, 0x14b, "n"},
    {0x14c, 0x151, "o"},    {0x152, 0x153, "oe"},   {0x154, 0x159, "r"},    {0x15a, 0x161, "s"},
    {0x162, 0x167, "t"},    {0x168, 0x173, "u"},    {0x174, 0x175, "w"},    {0x176, 0x178, "y"},
    {0x179, 0x17e, "z"},    {0x2000, 0x200b, " "},  {0x2010, 0x2012, "-"},  {0x2013, 0x2015, " - "},
    {0x2018, 0x2019, "'"},  {0x201c, 0x201f, "\""}, {0x2026, 0x2026, ". "}, {0x2032, 0x2032, "'"},
    {0x2033, 0x2033, "\""}, {0x2044, 0x2044, "/"},  {0x3000, 0x3000, " "},  {0x3001, 0x3001, ","},
    {0x3002, 0x3002, "."},  {0xfeff, 0xfeff, ""},
}};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// Letters keep their case, so that `typed` can be cut from the text that is split.
std::string plain(std::string_view utf8, bool lower)
{
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        auto const [code, length] = decode(utf8, at);
        if (code < 0x20 || code == 0x7f) {
            out += code == '\n' ? " . " : " ";
        } else if (code < 0x80) {
            auto const c = static_cast<char>(code);
            out += lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        } else {
            Folding const* found = nullptr;
            for (auto const& folding : foldings)
                if (code >= folding.first && code <= folding.last) found = &folding;
            if (!lower && code >= 0xc0 && code <= 0x17e && code != 0xd7) found = nullptr;
            if (found)
                out += found->to;
            else
                out += utf8.substr(at, length);
        }
        at += length;
    }
    return out;
}

/// "1,000" and "12.5" and "3,5": the number that starts at `at`, and where it ends.
double number_at(std::string const& text, std::size_t& at)
{
    std::string digits;
    std::size_t i = at;
    while (i < text.size() && is_digit(text[i])) digits += text[i++];
    auto const group = [&](std::size_t from) {
        std::size_t count = 0;
        while (from + count < text.size() && is_digit(text[from + count])) ++count;
        return count;
    };
    while (i < text.size() && text[i] == ',' && digits.size() <= 12 && group(i + 1) == 3) {
        digits += text.substr(i + 1, 3);
        i += 4;
    }
    if (i + 1 < text.size() && (text[i] == '.' || text[i] == ',') && is_digit(text[i + 1])) {
        digits += '.';
        ++i;
        while (i < text.size() && is_digit(text[i])) digits += text[i++];
    }
    at = i;
    // Twenty digits are more than anything that can be built; strtod of them is finite.
    return std::strtod(digits.substr(0, 20).c_str(), nullptr);
}

} // namespace

std::string fold(std::string_view utf8)
{
    return plain(utf8, true);
}

std::vector<Token> tokenise(std::string_view sentence)
{
    std::string const text = plain(sentence, false);
    std::vector<Token> tokens;
    std::size_t blank_end = 0; // where the last blank ended
    auto const push = [&](Token::Kind kind, std::size_t from, std::string word, std::string typed) {
        Token token{kind, std::move(typed), std::move(word)};
        token.glued = from != blank_end;
        tokens.push_back(std::move(token));
    };
    for (std::size_t at = 0; at < text.size();) {
        char const c = text[at];
        std::size_t const from = at;
        if (c == ' ') {
            blank_end = ++at;
        } else if (is_digit(c)) {
            double const value = number_at(text, at);
            push(Token::Kind::number, from, text.substr(from, at - from), text.substr(from, at - from));
            tokens.back().value = value;
        } else if (is_letter(c)) {
            while (at < text.size() && (is_letter(text[at]) || (text[at] == '\'' && at + 1 < text.size() &&
                                                                is_letter(text[at + 1]))))
                ++at;
            std::string const typed = text.substr(from, at - from);
            std::string word = fold(typed);
            // "m2" and "m3" are units, "w/" is "with"
            if ((word == "m" || word == "ft") && at < text.size() && text[at] == '2') word += text[at++];
            if (word == "w" && at < text.size() && text[at] == '/') {
                bool const without = at + 1 < text.size() && text[at + 1] == 'o';
                word = without ? "without" : "with";
                at += without ? 2 : 1;
            }
            push(Token::Kind::word, from, word, typed);
            for (char const x : word)
                if (static_cast<unsigned char>(x) >= 0x80) tokens.back().foreign = true;
        } else {
            ++at;
            bool const after_number =
                !tokens.empty() && tokens.back().kind == Token::Kind::number && from != blank_end;
            bool const before_digit = at < text.size() && is_digit(text[at]);
            if (c == '\'' && after_number)
                push(Token::Kind::word, from, "ft", "'");
            else if (c == '"' && after_number)
                push(Token::Kind::word, from, "inch", "\"");
            else if (c == '&' || c == '+')
                push(Token::Kind::word, from, "and", std::string(1, c));
            else if (c == '-' && after_number && before_digit)
                push(Token::Kind::mark, from, "-", "-");
            else if (c == '-' && from == blank_end && at < text.size() && text[at] == ' ')
                push(Token::Kind::mark, from, ",", "-");
            else if (c == '*' && before_digit)
                push(Token::Kind::word, from, "x", "*");
            else if (std::string_view{",.;:!?()/"}.find(c) != std::string_view::npos) {
                std::string const mark{c == '!' || c == '?' ? '.' : c == '(' || c == ')' ? ',' : c};
                push(Token::Kind::mark, from, mark, std::string(1, c));
            }
        }
    }
    return tokens;
}

} // namespace soulvan::scene
