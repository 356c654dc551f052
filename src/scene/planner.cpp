// The planner's door: a sentence and a catalogue to a plan; undo.
#include "soulvan/scene/planner.h"

#include "grammar.h"

#include "soulvan/base/module.h"

#include <algorithm>

namespace soulvan::scene {

namespace {

bool is_utf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        auto const first = static_cast<unsigned char>(text[at]);
        std::size_t const length = first < 0x80                    ? 1
                                   : first >= 0xc2 && first < 0xe0 ? 2
                                   : first >= 0xe0 && first < 0xf0 ? 3
                                   : first >= 0xf0 && first < 0xf5 ? 4
                                                                   : 0;
        if (length == 0 || at + length > text.size()) return false;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return false;
        at += length;
    }
    return true;
}

/// Null when the table was not built (WordNet's Debian package was absent).
WordNet const* wordnet()
{
    static std::optional<WordNet> const table = []() -> std::optional<WordNet> {
        auto const folder = share_folder();
        if (!folder) return std::nullopt;
        auto opened = WordNet::open(*folder / "wordnet.tsv");
        if (!opened) return std::nullopt;
        return std::move(*opened);
    }();
    return table ? &*table : nullptr;
}

CatalogView view_of(catalog::Catalog const& catalog)
{
    CatalogView view;
    view.count = [&catalog](std::string_view category) {
        return static_cast<int>(catalog.of_category(category).size());
    };
    view.search = [&catalog](std::string_view words) {
        std::vector<std::string> names;
        auto const hits = catalog.search(words, {.limit = 3, .placeable_only = true});
        if (hits)
            for (auto const& hit : *hits) names.push_back(hit.asset->name);
        return names;
    };
    view.wordnet = wordnet();
    view.furnish = [&catalog](Plan plan) {
        auto bare = plan;
        auto furnished = furnish(std::move(plan), catalog);
        return furnished ? std::move(*furnished) : bare;
    };
    return view;
}

} // namespace

Result<Plan> plan_sentence(PlanRequest const& request, catalog::Catalog const& catalog)
{
    constexpr std::size_t longest = 4000;
    if (!is_utf8(request.sentence)) return fail(Errc::invalid_input, "The sentence is not UTF-8 text.");
    auto const characters = std::count_if(request.sentence.begin(), request.sentence.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    if (static_cast<std::size_t>(characters) > longest)
        return fail(Errc::limit, "The sentence has {} characters; {} are the limit.", characters, longest);
    auto const view = view_of(catalog);
    return understand_turn(request.sentence, request.seed, request.previous, view);
}

} // namespace soulvan::scene
