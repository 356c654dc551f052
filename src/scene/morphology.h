// Morphology: which dictionary forms can a noun on the page come from?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace soulvan::scene {

/// Candidates for the singular of an English noun, best first, never the word itself: WordNet's rules of
/// detachment ("boxes" -> "box", "lorries" -> "lorry", "shelves" -> "shelf") after the irregular ones that
/// scenes need ("people" -> "person"). The caller keeps what its dictionary knows. Source   morphy(7WN),
/// WordNet 3.0.
std::vector<std::string> singulars(std::string_view plural);

/// "pallet rack" -> "pallet racks"; for people, not for programs.
std::string plural_of(std::string_view singular);

} // namespace soulvan::scene
