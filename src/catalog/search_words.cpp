// What do the words of a search mean to the full-text index? Words, their beginnings, and what the lexicon
// says.
#include "search_words.h"

#include "soulvan/base/result.h"
#include "soulvan/catalog/asset.h"
#include "soulvan/catalog/lexicon.h"

#include <algorithm>
#include <map>

namespace soulvan::catalog {

std::vector<std::string> plain_words(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || byte >= 128) {
            word += static_cast<char>(std::tolower(byte));
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

namespace {

constexpr std::size_t longest_phrase = 4;

/// One spelling for singular and plural, not always a word: "lorries" and "lorry" are "lorry".
std::string bare(std::string word)
{
    auto const ends = [&](std::string_view tail) { return word.size() > 4 && word.ends_with(tail); };
    if (ends("ies"))
        word.replace(word.size() - 3, 3, "y");
    else if (ends("ves"))
        word.replace(word.size() - 3, 3, "f");
    else if (ends("xes") || ends("ches") || ends("shes") || ends("sses"))
        word.resize(word.size() - 2);
    else if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss"))
        word.resize(word.size() - 1);
    return word;
}

std::string key_of(std::vector<std::string> const& words, std::size_t from, std::size_t count)
{
    std::string key;
    for (std::size_t i = from; i < from + count; ++i) key += (i > from ? " " : "") + bare(words[i]);
    return key;
}

using Meanings = std::vector<SearchTerm::Meaning>;
using Phrases = std::map<std::string, Meanings, std::less<>>;

void learn(Phrases& phrases, std::string_view form, Meanings const& meanings)
{
    auto const words = plain_words(form);
    if (words.empty() || words.size() > longest_phrase) return;
    auto& known = phrases[key_of(words, 0, words.size())];
    known.insert(known.end(), meanings.begin(), meanings.end());
}

Phrases const& phrases()
{
    static Phrases const all = [] {
        Phrases read;
        for (auto const& row : lexicon()) {
            if (row.kind != "thing") continue;
            SearchTerm::Meaning meaning{std::string(row.value), {}};
            for (auto const extra : row.extras)
                if (extra.starts_with("attr=")) meaning.attributes = plain_words(extra.substr(5));
            for (auto const form : row.forms) learn(read, form, {meaning});
        }
        Phrases foreign;
        for (auto const& row : lexicon()) {
            if (row.kind.size() != 2) continue; // a language
            auto const english = plain_words(row.value);
            auto const found = read.find(key_of(english, 0, english.size()));
            if (found != read.end())
                for (auto const form : row.forms) learn(foreign, form, found->second);
        }
        read.merge(foreign); // English wins
        return read;
    }();
    return all;
}

/// A word and what it may begin with: "chairs" finds "chair", "chair" finds "chairs".
std::string prefix_of(std::string const& word)
{
    auto stem = word;
    if (stem.size() > 4 && stem.ends_with("ves"))
        stem.resize(stem.size() - 3);
    else if (stem.size() > 4 && (stem.ends_with("ies") || stem.ends_with("xes") || stem.ends_with("hes")))
        stem.resize(stem.size() - 2);
    else if (stem.size() > 3 && stem.ends_with("s") && !stem.ends_with("ss"))
        stem.resize(stem.size() - 1);
    return fmt::format("\"{}\"*", stem);
}

std::string query_of(SearchTerm const& term, std::function<bool(std::string const&)> const& has_kind)
{
    std::string query;
    for (auto const& word : term.words) query += (query.empty() ? "(" : " AND ") + prefix_of(word);
    query += ")";
    for (auto const& meaning : term.meanings) {
        auto category = meaning.category;
        if (!has_kind(category))
            if (auto const* known = Categories::standard().find(category); known && !known->parent.empty())
                category = known->parent;
        query += fmt::format(" OR (kind : \"{}\"", kind_token(category));
        for (auto const& word : meaning.attributes) query += fmt::format(" AND \"{}\"", word);
        query += ")";
    }
    return "(" + query + ")";
}

} // namespace

std::vector<SearchTerm> search_terms(std::string_view text)
{
    auto words = plain_words(text);
    if (words.size() > 16) words.resize(16);
    std::vector<SearchTerm> terms;
    for (std::size_t at = 0; at < words.size();) {
        std::size_t count = std::min(longest_phrase, words.size() - at);
        auto found = phrases().end();
        for (; count > 0; --count)
            if (found = phrases().find(key_of(words, at, count)); found != phrases().end()) break;
        count = std::max<std::size_t>(count, 1);
        SearchTerm term;
        for (std::size_t i = at; i < at + count; ++i) term.words.push_back(words[i]);
        if (found != phrases().end()) term.meanings = found->second;
        terms.push_back(std::move(term));
        at += count;
    }
    return terms;
}

std::string kind_token(std::string_view category)
{
    std::string token = "x";
    for (char const c : category)
        if (c != '_') token += c;
    return token;
}

std::string fts_query(std::vector<SearchTerm> const& terms, std::string_view between,
                      std::function<bool(std::string const& category)> const& has_kind)
{
    std::string query;
    for (auto const& term : terms)
        query += (query.empty() ? "" : std::string(between)) + query_of(term, has_kind);
    return query;
}

} // namespace soulvan::catalog
