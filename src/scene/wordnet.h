// WordNet: is an unknown word a thing that can be seen, and which known things are like it?
#pragma once

#include "soulvan/base/file.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::scene {

/// The table that tools/wordnet_table.cpp makes, mapped and bisected.
class WordNet {
public:
    /// Errors  not_found, io.
    static Result<WordNet> open(std::filesystem::path const& table);

    /// Whether it is an English word in any form that simple rules undo ("shelves", "walking", "bigger").
    bool is_word(std::string_view word) const;

    enum class Thing { no, yes, rarely }; ///< rarely: another sense is commoner ("palette", "hole")
    /// Whether a noun, singular or plural, names something physical.
    Thing thing(std::string_view noun) const;

    /// How alike two nouns' physical senses are, 0 to 1. Source  Wu and Palmer 1994.
    double likeness(std::string_view a, std::string_view b) const;

    /// The gloss of the first physical sense: "an imaginary creature represented as a white horse with…".
    std::string_view gloss(std::string_view noun) const;

private:
    explicit WordNet(MappedFile file) : file_(std::move(file)) {}
    /// The rest of the line that starts with `key` and a tab, or ends there. Absent: no such line.
    std::optional<std::string_view> line(std::string_view key) const;
    std::string_view senses(std::string_view noun) const;
    std::vector<std::string_view> ancestors(std::string_view offset) const;

    MappedFile file_;
};

} // namespace soulvan::scene
