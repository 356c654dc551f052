// Tokens: names that recur (field names, type names, path elements), compared by address.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace soulvan::usd {

/// An interned string. Copying and equality cost a pointer; ordering is alphabetical. Interning is
/// thread-safe and tokens live as long as the process, so a reader of foreign files bounds how many it makes.
class Token {
public:
    Token();
    explicit Token(std::string_view text);
    std::string const& str() const { return *text_; }
    std::string_view view() const { return *text_; }
    bool empty() const { return text_->empty(); }

    friend bool operator==(Token a, Token b) { return a.text_ == b.text_; }
    friend bool operator==(Token a, std::string_view b) { return *a.text_ == b; }
    friend std::strong_ordering operator<=>(Token a, Token b)
    {
        return a.text_ == b.text_ ? std::strong_ordering::equal : *a.text_ <=> *b.text_;
    }
    std::size_t hash() const { return std::hash<void const*>{}(text_); }

private:
    std::string const* text_;
};

} // namespace soulvan::usd

template <>
struct std::hash<soulvan::usd::Token> {
    std::size_t operator()(soulvan::usd::Token token) const { return token.hash(); }
};
