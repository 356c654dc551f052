// Items: the phrases of a sentence with their meanings, numbers and measures joined.
#pragma once

#include "lexicon.h"
#include "tokens.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soulvan::scene {

/// What a measure measures; `none`: a bare number or several ("3 by 4").
enum class Dim { none, length, area, time, angle, kelvin, fps, pixels, other };

struct Item {
    std::vector<Sense const*> senses;
    bool plural = false;
    std::string word;  ///< folded
    std::string typed; ///< as in the sentence
    char mark = 0;     ///< ',' '.' ';' ':' '/' '-'
    bool glued = false;

    std::vector<double> numbers; ///< one, or several of "12 x 8 x 3"; measures in SI units and degrees
    Dim dim = Dim::none;
    std::string unit;   ///< the unit's word: "mm" tells a lens from a box
    bool vague = false; ///< "few", "several": a number that nobody stated
    std::optional<std::pair<double, double>> range;

    bool is(Kind kind) const { return sense(kind) != nullptr; }
    bool is(Kind kind, std::string_view value) const;
    bool word_is(std::string_view value) const { return is(Kind::word, value); }
    Sense const* sense(Kind kind) const;
    std::string_view value(Kind kind) const;
    bool is_number() const { return !numbers.empty() && dim == Dim::none && numbers.size() == 1; }
    bool is_measure(Dim wanted) const { return !numbers.empty() && dim == wanted; }
    bool unknown() const { return senses.empty() && numbers.empty() && mark == 0; }
};

/// Longest phrases first; "two hundred and fifty", "half a dozen", "12 by 8 metres", "6'2\"", "3-4" become
/// one item each. Never fails.
std::vector<Item> read_items(std::vector<Token> const& tokens, Lexicon const& lexicon);

} // namespace soulvan::scene
