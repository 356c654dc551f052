// Which records do the words of a search fit, and how well? In bounded time, however many they fit.
#include "index.h"

#include "tables.h"

#include <algorithm>
#include <iterator>

namespace soulvan::catalog {

namespace {

/// How many rows one full-text query weighs. Weighing takes a microsecond a row, so that words which fit tens
/// of thousands would take tens of milliseconds; of those the first by rank are weighed, the same in every
/// run. A catalogue with fewer assets than this is weighed whole.
constexpr std::size_t weighed_rows = 2000;

/// How many words that hold a part are looked up, the shortest first: the part is most of them.
constexpr int words_of_a_part = 32;

std::string any_of(std::vector<std::string> const& queries)
{
    std::string all;
    for (auto const& query : queries) all += (all.empty() ? "" : " OR ") + query;
    return all;
}

} // namespace

bool Index::has_kind(std::string const& category)
{
    bool found = false;
    auto const asked = database_.query("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1",
                                       {fmt::format("kind : \"{}\"", kind_token(category))},
                                       [&](db::Row const&) { found = true; });
    return asked && found;
}

/// How many rows a query fits; counts no further than `most`.
Result<std::size_t> Index::count(std::string const& query, std::size_t most)
{
    std::size_t found = 0;
    TRY(database_.query("SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
                        {query, static_cast<std::int64_t>(most)},
                        [&](db::Row const& row) { found = static_cast<std::size_t>(row.integer(0)); }));
    return found;
}

/// Adds what a query fits and is not among the hits yet.
Result<> Index::collect(std::string const& query, double bonus, std::size_t most, Hits& hits)
{
    // Names say what a thing is, categories which kind; bm25 is negative, smaller is better.
    constexpr char best[] = R"(
SELECT place, score, category, origin, quality, placeable FROM (
    SELECT id, score FROM (
        SELECT rowid AS id, bm25(words, 4, 2, 6, 1, 6) AS score
        FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?)
    ORDER BY score, id LIMIT ?) JOIN assets ON rank = id)";
    return database_.query(
        best,
        {query, static_cast<std::int64_t>(std::max(weighed_rows, most)), static_cast<std::int64_t>(most)},
        [&](db::Row const& row) {
            auto const place = static_cast<std::size_t>(row.integer(0));
            hits.emplace(place, IndexHit{.place = place,
                                         .score = bonus - row.real(1),
                                         .category = std::string(row.text(2)),
                                         .origin = origin_named(row.text(3)).value_or(Origin::built_in),
                                         .quality = static_cast<int>(row.integer(4)),
                                         .placeable = row.integer(5) != 0});
        });
}

/// What any of the terms fits. Terms that fit few assets say more than those that fit many, so where all
/// together fit too many to weigh, the former find and the latter only add to the score.
Result<> Index::collect_any(std::vector<SearchTerm> const& terms, std::size_t most, Hits& hits)
{
    constexpr double bonus = 1000;
    auto const enough = std::max(weighed_rows, most);
    struct Counted {
        std::string query;
        std::size_t rows;
    };
    std::vector<Counted> counted;
    std::size_t total = 0;
    for (auto const& term : terms) {
        auto query = fts_query({term}, "", [&](auto& category) { return has_kind(category); });
        auto const rows = TRY(count(query, enough + 1));
        total += rows;
        if (rows > 0) counted.push_back({std::move(query), rows});
    }
    if (counted.empty()) return {};
    // Of equally common ones the last: "red blue chair" is a chair.
    auto const least = std::ranges::min_element(counted.rbegin(), counted.rend(), {},
                                                [](Counted const& one) { return one.rows; });
    std::vector<std::string> rare, common;
    for (auto const& one : counted)
        (total <= enough || one.rows <= enough || &one == &*least ? rare : common).push_back(one.query);
    if (!common.empty())
        TRY(collect(fmt::format("({}) AND ({})", any_of(rare), any_of(common)), bonus, most, hits));
    TRY(collect(any_of(rare), bonus, most, hits));
    if (!common.empty() && hits.size() < most) TRY(collect(any_of(common), bonus, most, hits));
    return {};
}

/// What has a word in its name that holds one of the terms' words: "barrow" finds "wheelbarrow".
Result<> Index::collect_parts(std::vector<SearchTerm> const& terms, std::size_t most, Hits& hits)
{
    for (auto const& term : terms)
        for (auto const& part : term.words) {
            if (part.size() < 3) continue;
            std::vector<std::string> words;
            TRY(database_.query(
                "SELECT word FROM parts WHERE parts MATCH ? ORDER BY length(word), word LIMIT ?",
                {fmt::format("\"{}\"", part), std::int64_t{words_of_a_part}},
                [&](db::Row const& row) { words.push_back(fmt::format("\"{}\"", row.text(0))); }));
            if (!words.empty()) TRY(collect(fmt::format("name : ({})", any_of(words)), 0, most, hits));
        }
    return {};
}

Result<std::vector<IndexHit>> Index::search(std::string_view text, std::size_t most)
{
    auto const terms = search_terms(text);
    Hits found;
    if (!terms.empty()) {
        auto const all = fts_query(terms, " AND ", [&](auto& category) { return has_kind(category); });
        TRY(collect(all, 2000, most, found));
        if (found.size() < most && terms.size() > 1) TRY(collect_any(terms, most, found));
        if (found.size() < most) TRY(collect_parts(terms, most, found));
    }
    std::vector<IndexHit> hits;
    for (auto& [place, hit] : found) hits.push_back(std::move(hit));
    std::ranges::stable_sort(hits, std::greater<>(), &IndexHit::score);
    if (hits.size() > most) hits.resize(most);
    return hits;
}

} // namespace soulvan::catalog
