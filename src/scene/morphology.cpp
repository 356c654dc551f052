// Morphology: WordNet's rules of detachment for nouns.
#include "morphology.h"

#include <array>
#include <utility>

namespace soulvan::scene {

std::vector<std::string> singulars(std::string_view plural)
{
    using Pair = std::pair<std::string_view, std::string_view>;
    static constexpr std::array<Pair, 16> irregular{{{"people", "person"},
                                                     {"mice", "mouse"},
                                                     {"feet", "foot"},
                                                     {"geese", "goose"},
                                                     {"children", "child"},
                                                     {"men", "man"},
                                                     {"women", "woman"},
                                                     {"teeth", "tooth"},
                                                     {"oxen", "ox"},
                                                     {"knives", "knife"},
                                                     {"wolves", "wolf"},
                                                     {"dice", "die"},
                                                     {"leaves", "leaf"},
                                                     {"halves", "half"},
                                                     {"loaves", "loaf"},
                                                     {"persons", "person"}}};
    // Suffixes of morphy, longest first; "ves" is what noun.exc lists one by one.
    static constexpr std::array<Pair, 10> rules{{{"ches", "ch"},
                                                 {"shes", "sh"},
                                                 {"ses", "s"},
                                                 {"xes", "x"},
                                                 {"zes", "z"},
                                                 {"ves", "f"},
                                                 {"ves", "fe"},
                                                 {"ies", "y"},
                                                 {"men", "man"},
                                                 {"s", ""}}};
    std::vector<std::string> out;
    for (auto const& [from, to] : irregular)
        if (plural == from) out.emplace_back(to);
    if (plural.size() < 3 || plural.ends_with("ss")) return out;
    for (auto const& [suffix, ending] : rules)
        if (plural.size() > suffix.size() + 1 && plural.ends_with(suffix))
            out.push_back(std::string(plural.substr(0, plural.size() - suffix.size())) + std::string(ending));
    if (plural.ends_with("es") && plural.size() > 4) out.emplace_back(plural.substr(0, plural.size() - 2));
    return out;
}

std::string plural_of(std::string_view singular)
{
    std::string out(singular);
    if (out.empty()) return out;
    auto const vowel = [](char c) { return std::string_view{"aeiou"}.find(c) != std::string_view::npos; };
    if (out == "person") return "people";
    if (out.ends_with("man")) return out.replace(out.size() - 2, 1, "e");
    if (out.ends_with("shelf")) return out.replace(out.size() - 1, 1, "ves");
    if (out.ends_with("s") || out.ends_with("x") || out.ends_with("ch") || out.ends_with("sh"))
        return out + "es";
    if (out.size() > 1 && out.back() == 'y' && !vowel(out[out.size() - 2]))
        return out.replace(out.size() - 1, 1, "ies");
    return out + "s";
}

} // namespace soulvan::scene
