// Where a token's text lives: one table for the process.
#include "soulvan/usd/token.h"

#include "intern.h"
#include "soulvan/base/hash.h"

namespace soulvan::usd {

namespace {

std::string const* intern(std::string_view text)
{
    // Never destroyed: tokens in static objects outlive any order of destruction.
    static auto& table = *new InternTable<std::string>;
    auto const hash = mix64(std::hash<std::string_view>{}(text));
    return table.find_or_insert(
        hash, [&](std::string const& entry) { return entry == text; }, [&] { return std::string(text); });
}

std::string const* empty_text()
{
    static std::string const* const text = intern("");
    return text;
}

} // namespace

Token::Token() : text_(empty_text()) {}
Token::Token(std::string_view text) : text_(text.empty() ? empty_text() : intern(text)) {}

} // namespace soulvan::usd
