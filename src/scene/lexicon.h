// The lexicon: what can a word or phrase mean in a description of a scene?
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace soulvan::scene {

/// The kinds of the catalogue's data/lexicon.tsv, in its words.
enum class Kind : std::uint8_t {
    thing,
    env,
    style,
    attr,
    rel,
    part,
    num,
    unit,
    verb,
    posture,
    time,
    sky,
    mood,
    cam,
    move,
    dir,
    which,
    arr,
    param,
    word,
    nonscene,
    greet,
};

/// One meaning.
struct Sense {
    Kind kind = Kind::word;
    std::string value; ///< "forklift", "next_to", "12"
    std::map<std::string, std::string, std::less<>> extras;
};

class Lexicon {
public:
    /// The one that ships; read on first use, in about 3 ms.
    static Lexicon const& standard();

    /// Meanings of a folded phrase ("pallet racks"); its last or first word may be a plural. Empty: unknown.
    struct Hit {
        std::vector<Sense const*> senses;
        bool plural = false;
    };
    Hit find(std::span<std::string const> words) const;
    /// The most words that a phrase starting with `word` has; 0: no phrase starts so.
    std::size_t longest(std::string_view word) const;

    /// Whether the word occurs in any phrase, as it is or as a plural.
    bool knows(std::string_view word) const;
    /// The closest words of the lexicon within the distances of Damerau and Levenshtein that its length
    /// allows (1 up to five letters, 2 above), best first.
    std::vector<std::string> near(std::string_view word) const;

    /// Languages with entries: "de", "fr", "es"; their name for people; the English words for a phrase or "".
    std::vector<std::string> languages() const;
    std::string_view english(std::string_view language, std::string_view phrase) const;

private:
    Lexicon();
    void add(Kind kind, std::string_view form, Sense const* sense);

    std::vector<Sense> senses_;
    std::unordered_map<std::string, std::vector<Sense const*>> forms_;
    std::unordered_map<std::string, std::size_t> longest_;
    std::unordered_map<std::string, int> vocabulary_; ///< word -> weight: 2 in a thing or environment, else 1
    std::map<std::string, std::unordered_map<std::string, std::string>, std::less<>> foreign_;
};

/// Edits between two words: insert, delete, replace, swap of neighbours; stops above `limit`.
int edit_distance(std::string_view a, std::string_view b, int limit);

} // namespace soulvan::scene
