// The lexicon: its table, its look-up and its nearest words.
#include "lexicon.h"

#include "morphology.h"
#include "tokens.h"

#include "soulvan/base/result.h"
#include "soulvan/catalog/lexicon.h"

#include <algorithm>
#include <array>
#include <optional>

namespace soulvan::scene {

namespace {

constexpr std::array<std::string_view, 22> kind_names{
    "thing", "env",  "style", "attr", "rel", "part",  "num", "unit",  "verb", "posture",  "time",
    "sky",   "mood", "cam",   "move", "dir", "which", "arr", "param", "word", "nonscene", "greet"};

std::optional<Kind> kind_of(std::string_view name)
{
    for (std::size_t i = 0; i < kind_names.size(); ++i)
        if (kind_names[i] == name) return static_cast<Kind>(i);
    return std::nullopt;
}

/// The key of a phrase is what the tokeniser makes of it.
std::vector<std::string> words_of(std::string_view phrase)
{
    std::vector<std::string> words;
    for (auto const& token : tokenise(phrase))
        if (token.kind == Token::Kind::word || token.kind == Token::Kind::number) words.push_back(token.word);
    return words;
}

std::string join(std::span<std::string const> words)
{
    std::string out;
    for (auto const& word : words) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

} // namespace

Lexicon const& Lexicon::standard()
{
    static Lexicon const lexicon;
    return lexicon;
}

Lexicon::Lexicon()
{
    auto const& rows = catalog::lexicon();
    senses_.reserve(rows.size()); // pointers into it stay
    forms_.reserve(rows.size() * 6);
    for (auto const& row : rows) {
        auto const kind = kind_of(row.kind);
        if (!kind) {
            auto& language = foreign_[std::string(row.kind)];
            for (auto const form : row.forms) language.emplace(join(words_of(form)), std::string(row.value));
            continue;
        }
        Sense sense{*kind, std::string(row.value), {}};
        for (auto const extra : row.extras) {
            auto const equals = extra.find('=');
            if (equals != std::string_view::npos)
                sense.extras.emplace(extra.substr(0, equals), extra.substr(equals + 1));
        }
        senses_.push_back(std::move(sense));
        for (auto const form : row.forms) add(*kind, form, &senses_.back());
    }
}

void Lexicon::add(Kind kind, std::string_view form, Sense const* sense)
{
    auto const words = words_of(form);
    if (words.empty()) return;
    auto const enter = [&](std::string const& key, std::string const& first, std::size_t count) {
        auto& senses = forms_[key];
        if (std::find(senses.begin(), senses.end(), sense) == senses.end()) senses.push_back(sense);
        auto& longest = longest_[first];
        longest = std::max(longest, count);
    };
    enter(join(words), words.front(), words.size());
    bool const names = kind == Kind::thing || kind == Kind::env;
    // "palletrack", "workbench": a compound may be written as one word.
    if (names && words.size() == 2 && words[0].size() + words[1].size() >= 7)
        if (!forms_.contains(words[0] + words[1])) enter(words[0] + words[1], words[0] + words[1], 1);
    for (auto const& word : words) {
        auto& weight = vocabulary_[word];
        weight = std::max(weight, names && words.size() == 1 ? 3 : names ? 2 : 1);
    }
    // A plural of the first word starts a phrase too: "chests of drawers".
    if (words.size() > 1) {
        auto& longest = longest_[plural_of(words.front())];
        longest = std::max(longest, words.size());
    }
}

Lexicon::Hit Lexicon::find(std::span<std::string const> words) const
{
    if (words.empty()) return {};
    if (auto const found = forms_.find(join(words)); found != forms_.end()) {
        // "people" is listed as it is and still means several.
        Hit hit{found->second, words.back() == "people" || words.back() == "shelves"};
        // "lamps" is listed as a word for light and is the plural of a thing as well.
        bool const grammatical = std::all_of(hit.senses.begin(), hit.senses.end(),
                                             [](Sense const* sense) { return sense->kind == Kind::word; });
        if (!grammatical) return hit;
        std::vector<std::string> one(words.begin(), words.end());
        for (auto const& singular : singulars(words.back())) {
            one.back() = singular;
            auto const other = forms_.find(join(one));
            if (other == forms_.end()) continue;
            for (auto const* sense : other->second)
                if (sense->kind == Kind::thing) {
                    hit.senses.push_back(sense);
                    hit.plural = true;
                }
            break;
        }
        return hit;
    }
    std::vector<std::string> changed(words.begin(), words.end());
    for (std::size_t const at : {words.size() - 1, std::size_t{0}}) {
        for (auto const& singular : singulars(words[at])) {
            changed[at] = singular;
            if (auto const found = forms_.find(join(changed)); found != forms_.end())
                return {found->second, true};
        }
        changed[at] = words[at];
    }
    if (words.size() == 2) { // "fork lifts"
        std::array<std::string, 1> const one{words[0] + words[1]};
        if (one[0].size() >= 7 && longest_.contains(one[0])) return find(one);
        for (auto const& singular : singulars(one[0]))
            if (auto const found = forms_.find(singular); one[0].size() >= 8 && found != forms_.end())
                return {found->second, true};
    }
    return {};
}

std::size_t Lexicon::longest(std::string_view word) const
{
    auto const found = longest_.find(std::string(word));
    return std::max<std::size_t>(found == longest_.end() ? 1 : found->second, 2);
}

bool Lexicon::knows(std::string_view word) const
{
    if (vocabulary_.contains(std::string(word)) || forms_.contains(std::string(word))) return true;
    for (auto const& singular : singulars(word))
        if (vocabulary_.contains(singular) || forms_.contains(singular)) return true;
    return false;
}

std::vector<std::string> Lexicon::near(std::string_view word) const
{
    if (word.size() < 4) return {};
    int const limit = word.size() <= 5 ? 1 : 2;
    struct Candidate {
        int distance, weight;
        bool first;
        std::string word;
    };
    std::vector<Candidate> found;
    auto const consider = [&](std::string const& known, int weight) {
        if (known.size() < 3) return;
        int const distance = edit_distance(word, known, limit);
        if (distance <= limit) found.push_back({distance, weight, known[0] == word[0], known});
    };
    for (auto const& [known, weight] : vocabulary_) {
        auto const gap = known.size() > word.size() ? known.size() - word.size() : word.size() - known.size();
        if (gap > static_cast<std::size_t>(limit) + 2) continue;
        consider(known, weight);
        if (weight >= 2) consider(plural_of(known), weight);
    }
    // Typing leaves letters out more often than it adds them, and seldom spoils the first one.
    std::sort(found.begin(), found.end(), [](Candidate const& a, Candidate const& b) {
        if (a.distance != b.distance) return a.distance < b.distance;
        if (a.first != b.first) return a.first;
        if (a.weight != b.weight && std::min(a.weight, b.weight) < 2) return a.weight > b.weight;
        if (a.word.size() != b.word.size()) return a.word.size() > b.word.size();
        if (a.weight != b.weight) return a.weight > b.weight;
        return a.word < b.word;
    });
    std::vector<std::string> out;
    for (auto& candidate : found) out.push_back(std::move(candidate.word));
    return out;
}

std::vector<std::string> Lexicon::languages() const
{
    std::vector<std::string> out;
    for (auto const& [name, forms] : foreign_) out.push_back(name);
    return out;
}

std::string_view Lexicon::english(std::string_view language, std::string_view phrase) const
{
    auto const forms = foreign_.find(language);
    if (forms == foreign_.end()) return {};
    auto const found = forms->second.find(std::string(phrase));
    return found == forms->second.end() ? std::string_view{} : found->second;
}

int edit_distance(std::string_view a, std::string_view b, int limit)
{
    auto const gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (gap > static_cast<std::size_t>(limit) || a.size() > 40 || b.size() > 40) return limit + 1;
    std::array<std::array<int, 42>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        auto const& above = rows[(i + 2) % 3];
        auto const& two_above = rows[(i + 1) % 3];
        row[0] = static_cast<int>(i);
        int best = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
            best = std::min(best, row[j]);
        }
        if (best > limit) return limit + 1;
    }
    return rows[a.size() % 3][b.size()];
}

} // namespace soulvan::scene
