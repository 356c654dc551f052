// The lexicon: what people call things, places and looks. The search knows it, and so does the planner.
#pragma once

#include <string_view>
#include <vector>

namespace soulvan::catalog {

/// One meaning, a row of data/lexicon.tsv.
struct LexiconRow {
    std::string_view kind;  ///< "thing", "env", "attr", …; "de", "fr", "es" where `value` is English
    std::string_view value; ///< of things: a category
    std::vector<std::string_view> forms;  ///< "fork lift", "lift truck": singular, as one types them
    std::vector<std::string_view> extras; ///< "attr=woman"
};

/// As in the file; the views live as long as the program.
std::vector<LexiconRow> const& lexicon();

} // namespace soulvan::catalog
