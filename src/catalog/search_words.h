// What do the words of a search mean to the full-text index? Words, their beginnings, and what the lexicon
// says.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::catalog {

/// A word of a search, or several that the lexicon knows as one: "lift truck".
struct SearchTerm {
    std::vector<std::string> words;
    struct Meaning {
        std::string category;
        std::vector<std::string> attributes; ///< "woman"
    };
    std::vector<Meaning> meanings;
};

/// Letters and digits, ASCII in lower case; what is beyond ASCII counts as letters.
std::vector<std::string> plain_words(std::string_view text);

/// Lower case, at most 16 words; the longest phrases of the lexicon first.
std::vector<SearchTerm> search_terms(std::string_view text);

/// The token that stands for a category in the index: "office_chair" is "xofficechair".
std::string kind_token(std::string_view category);

/// FTS5's query for the terms, with `between` (" AND ", " OR ") between them. `has_kind` says whether any
/// placeable asset is of a category: the one above serves where none is.
std::string fts_query(std::vector<SearchTerm> const& terms, std::string_view between,
                      std::function<bool(std::string const& category)> const& has_kind);

} // namespace soulvan::catalog
