// WordNet: bisecting its table, climbing hypernyms.
#include "wordnet.h"

#include "morphology.h"

#include <algorithm>
#include <array>

namespace soulvan::scene {

namespace {

std::vector<std::string_view> offsets_of(std::string_view list)
{
    if (list.starts_with('~')) list.remove_prefix(1);
    std::vector<std::string_view> out;
    while (!list.empty() && out.size() < 3) { // rarer senses mislead more than they help
        auto const comma = std::min(list.find(','), list.size());
        out.push_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return out;
}

} // namespace

Result<WordNet> WordNet::open(std::filesystem::path const& table)
{
    return WordNet{TRY(MappedFile::open(table))};
}

std::optional<std::string_view> WordNet::line(std::string_view key) const
{
    std::string_view const text = file_.text();
    std::size_t low = 0, high = text.size();
    while (low < high) {
        std::size_t middle = low + (high - low) / 2;
        while (middle > low && text[middle - 1] != '\n') --middle;
        std::size_t const end = std::min(text.find('\n', middle), text.size());
        std::string_view const at = text.substr(middle, end - middle);
        std::string_view const word = at.substr(0, at.find('\t'));
        if (word == key) return at.size() > word.size() ? at.substr(word.size() + 1) : std::string_view{};
        if (word < key)
            low = std::min(end + 1, text.size());
        else
            high = middle;
    }
    return std::nullopt;
}

bool WordNet::is_word(std::string_view word) const
{
    if (line(word)) return true;
    for (auto const& singular : singulars(word))
        if (line(singular)) return true;
    using Rule = std::array<std::string_view, 2>;
    static constexpr std::array<Rule, 12> rules{{{"ing", ""},
                                                 {"ing", "e"},
                                                 {"ed", ""},
                                                 {"ed", "e"},
                                                 {"ied", "y"},
                                                 {"er", ""},
                                                 {"er", "e"},
                                                 {"est", ""},
                                                 {"est", "e"},
                                                 {"ly", ""},
                                                 {"ier", "y"},
                                                 {"'s", ""}}};
    for (auto const& [suffix, ending] : rules) {
        if (word.size() < suffix.size() + 3 || !word.ends_with(suffix)) continue;
        std::string stem = std::string(word.substr(0, word.size() - suffix.size())) + std::string(ending);
        if (line(stem)) return true;
        if (stem.size() > 3 && stem.back() == stem[stem.size() - 2] && line(stem.substr(0, stem.size() - 1)))
            return true; // "running", "bigger"
    }
    return false;
}

std::string_view WordNet::senses(std::string_view noun) const
{
    auto const direct = line(noun);
    if (direct && direct->starts_with('=')) return line(direct->substr(1)).value_or(std::string_view{});
    if (direct && !direct->empty()) return *direct;
    for (auto const& singular : singulars(noun))
        if (auto const found = line(singular); found && !found->empty() && !found->starts_with('='))
            return *found;
    return {};
}

WordNet::Thing WordNet::thing(std::string_view noun) const
{
    std::string_view const list = senses(noun);
    return list.empty() ? Thing::no : list.starts_with('~') ? Thing::rarely : Thing::yes;
}

std::vector<std::string_view> WordNet::ancestors(std::string_view offset) const
{
    std::vector<std::string_view> out;
    while (!offset.empty() && out.size() < 32) {
        auto const found = line("#" + std::string(offset));
        if (!found) break;
        out.push_back(offset);
        offset = found->substr(0, found->find('\t'));
    }
    return out;
}

double WordNet::likeness(std::string_view a, std::string_view b) const
{
    double best = 0;
    auto const right = offsets_of(senses(b));
    if (right.empty()) return 0;
    for (auto const left : offsets_of(senses(a))) {
        auto const up = ancestors(left);
        for (auto const other : right) {
            auto const chain = ancestors(other);
            for (std::size_t i = 0; i < up.size(); ++i) {
                auto const met = std::find(chain.begin(), chain.end(), up[i]);
                if (met == chain.end()) continue;
                auto const depth = static_cast<double>(up.size() - i);
                best = std::max(best, 2 * depth / static_cast<double>(up.size() + chain.size()));
                break;
            }
        }
    }
    return best;
}

std::string_view WordNet::gloss(std::string_view noun) const
{
    for (auto const offset : offsets_of(senses(noun))) {
        auto const found = line("#" + std::string(offset));
        if (found) return found->substr(found->rfind('\t') + 1);
    }
    return {};
}

} // namespace soulvan::scene
