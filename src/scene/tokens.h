// Tokens: what are the words and numbers of a sentence, and where did each stand?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace soulvan::scene {

/// One word, number or mark. `word` is folded: lower case, no diacritics, straight apostrophes.
struct Token {
    enum class Kind { word, number, mark };
    Kind kind = Kind::word;
    std::string typed;    ///< as it stood in the sentence
    std::string word;     ///< folded; of a mark the mark itself: "," "." ";" ":" "-" "/" "(" ")"
    double value = 0;     ///< of a number
    bool glued = false;   ///< no blank stood before it
    bool foreign = false; ///< has letters of another script than Latin
};

/// Lower case, without diacritics (ü -> u, ß -> ss), straight quotes; bytes of other scripts stay.
std::string fold(std::string_view utf8);

/// Splits at blanks, marks, and between digits and letters ("12x8", "4m"). A hyphen between words vanishes
/// ("close-up" is "close", "up"), between numbers it is a mark. Feet and inch marks after numbers become the
/// words "ft" and "inch". Never fails: any bytes give tokens.
std::vector<Token> tokenise(std::string_view sentence);

} // namespace soulvan::scene
