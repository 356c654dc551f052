// What the text grammar is made of: blanks and comments, names, numbers, strings, assets and paths.
#pragma once

#include "soulvan/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace soulvan::usd {

/// A number as it was written: whole numbers keep all 64 bits, "-0" and everything with a point or an
/// exponent is real.
struct Number {
    enum class Kind : std::uint8_t { positive, negative, real };
    Kind kind = Kind::positive;
    std::uint64_t whole = 0; ///< positive
    std::int64_t below = 0;  ///< negative
    double real = 0;

    double as_double() const
    {
        return kind == Kind::positive   ? static_cast<double>(whole)
               : kind == Kind::negative ? static_cast<double>(below)
                                        : real;
    }
};

/// Walks over the text. Every function that can fail returns false and keeps the first sentence and its
/// place; the caller passes false on, and error() makes it an Error at the end. A Result per number would
/// cost more than the number.
class TextScanner {
public:
    explicit TextScanner(std::string_view text) : text_(text) {}

    std::string_view text() const { return text_; }
    std::size_t position() const { return at_; }
    void move_to(std::size_t position) { at_ = position; }
    bool at_end() const { return at_ >= text_.size(); }
    /// NUL past the end.
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    std::string_view rest() const { return text_.substr(at_); }
    void advance(std::size_t bytes) { at_ += bytes; }

    /// Blanks and /* */ within a line.
    void skip_blanks();
    /// The same and a comment to the end of the line.
    void skip_to_line_end();
    /// The same and line ends.
    void skip_lines();
    /// What must stand between two words: at least one blank.
    bool skip_separator();

    bool at_line_end() const { return peek() == '\n' || peek() == '\r'; }
    bool take(char c)
    {
        if (peek() != c || at_end()) return false;
        ++at_;
        return true;
    }
    bool expect(char c);
    /// "=" with blanks around it.
    bool expect_assignment();

    /// The word at this place without moving: letters, digits, '_', and Unicode's; empty when there is none.
    std::string_view peek_word() const;
    bool take_word(std::string_view word);
    bool at_string() const { return peek() == '"' || peek() == '\''; }
    bool at_asset() const { return peek() == '@'; }
    bool at_path() const { return peek() == '<'; }
    /// At a digit, '.', '-', or the words inf and nan.
    bool at_number() const;

    /// Names that may not be keywords, joined by "::" ("ThisType::IsBogus").
    bool read_identifier(std::string_view& name);
    /// Names joined by ':', keywords allowed.
    bool read_namespaced_name(std::string_view& name);
    bool read_number(Number& number);
    /// A quoted string with its escapes replaced.
    bool read_string(std::string& value);
    bool read_asset(std::string& value);
    bool read_asset_or_string(std::string& value);
    /// What stands between '<' and '>'.
    bool read_path(std::string_view& inside);

    /// Keeps the first sentence and where it happened; false, to be passed on.
    bool fail(std::string what) { return fail_at(at_, std::move(what)); }
    bool fail_at(std::size_t position, std::string what);
    bool fail_limit(std::string what);
    bool failed() const { return !what_.empty(); }
    /// "name:line:column: what"; columns count characters.
    Error error(std::string_view name) const;

private:
    bool skip_block_comment();
    bool read_real(std::size_t start, Number& number);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t failed_at_ = 0;
    std::string what_;
    Errc code_ = Errc::invalid_input;
};

/// The grammar's reserved words, which are no metadata keys and no type names.
bool is_keyword(std::string_view word);

} // namespace soulvan::usd
