// How are records found by words? A full-text index in a file of the cache, made anew when what it holds
// changed.
#include "index.h"

#include "record.h"
#include "search_words.h"

#include "soulvan/base/file.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

namespace soulvan::catalog {

namespace {

/// Raised when the tables of the file change.
constexpr int index_version = 5;

constexpr char schema[] = R"(
CREATE TABLE about(key TEXT);
CREATE TABLE assets(id INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(name, tags, category, synonyms, kind,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE VIRTUAL TABLE parts USING fts5(name, tokenize = "trigram");
)";

std::string joined(std::vector<std::string> const& words)
{
    std::string text;
    for (auto const& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// "office_chair chair furniture": a category with all above it.
std::string category_words(std::string const& name)
{
    auto const& tree = Categories::standard();
    std::string text;
    for (auto const* category = tree.find(name); category; category = tree.find(category->parent)) {
        auto spaced = category->name;
        std::ranges::replace(spaced, '_', ' ');
        text += spaced + " " + category->plural + " ";
        if (category->parent.empty()) text += category->theme;
    }
    return text;
}

/// "xofficechair xchair": a category and all above it, each one token. None of what scenes may not hold: the
/// lexicon's words lead to what there is.
std::string kind_words(Asset const& asset)
{
    auto const& tree = Categories::standard();
    std::string text;
    if (!asset.placeable) return text;
    for (auto const* category = tree.find(asset.category); category; category = tree.find(category->parent))
        text += kind_token(category->name) + " ";
    return text;
}

std::vector<IndexHit> ranked(std::map<std::size_t, double> const& scores, std::size_t most)
{
    std::vector<IndexHit> hits;
    for (auto const& [asset, score] : scores) hits.push_back({asset, score});
    std::ranges::stable_sort(hits, std::greater<>(), &IndexHit::score);
    if (hits.size() > most) hits.resize(most);
    return hits;
}

Result<> insert(db::Database& database, std::string const& key, std::vector<Asset> const& assets)
{
    TRY(database.execute(schema));
    TRY(database.run("INSERT INTO about VALUES(?)", {fmt::format("{} {}", index_version, key)}));
    for (std::size_t i = 0; i < assets.size(); ++i) {
        auto const& asset = assets[i];
        auto const id = static_cast<std::int64_t>(i) + 1;
        auto const name = asset.name + " " + joined(name_words(asset.ref.key));
        TRY(database.run("INSERT INTO assets VALUES(?, ?)", {id, asset_to_json(asset).dump()}));
        TRY(database.run(
            "INSERT INTO words(rowid, name, tags, category, synonyms, kind) VALUES(?, ?, ?, ?, ?, ?)",
            {id, name, joined(asset.tags), category_words(asset.category), joined(asset.attributes),
             kind_words(asset)}));
        TRY(database.run("INSERT INTO parts(rowid, name) VALUES(?, ?)", {id, name}));
    }
    return {};
}

Result<> fill_index(std::filesystem::path const& file, std::string const& key,
                    std::vector<Asset> const& assets)
{
    auto database = TRY(db::Database::open(file));
    // The file appears by renaming, so nothing needs the journal.
    TRY(database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"));
    return database.transaction([&] { return insert(database, key, assets); });
}

} // namespace

std::vector<std::string> name_words(std::string_view name)
{
    static std::set<std::string, std::less<>> const prefixes{"sm",   "mi", "mat",  "geo",
                                                             "mesh", "bp", "prop", "usd"};
    std::vector<std::string> words;
    std::string word;
    auto const flush = [&] {
        if (word.size() > 1 && !prefixes.contains(word)) words.push_back(word);
        word.clear();
    };
    char before = ' ';
    for (char const c : name) {
        bool const letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
        bool const upper = std::isupper(static_cast<unsigned char>(c)) != 0;
        if (!letter || (upper && std::islower(static_cast<unsigned char>(before)))) flush();
        if (letter) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        before = c;
    }
    flush();
    return words;
}

Result<std::optional<Index>> Index::open(std::filesystem::path const& file, std::string const& key)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return std::optional<Index>();
    auto database = db::Database::open(file);
    if (!database) return std::optional<Index>(); // a broken cache is made anew
    std::string found;
    auto const read =
        database->query("SELECT key FROM about", {}, [&](db::Row const& row) { found = row.text(0); });
    if (!read || found != fmt::format("{} {}", index_version, key)) return std::optional<Index>();
    return std::optional<Index>(Index(std::move(*database)));
}

Result<Index> Index::make(std::filesystem::path const& file, std::string const& key,
                          std::vector<Asset> const& assets)
{
    TRY(make_folders(file.parent_path()));
    auto const fill = [&](std::filesystem::path const& temporary) {
        return fill_index(temporary, key, assets);
    };
    TRY(write_through_temporary(file, fill));
    auto made = TRY(open(file, key));
    if (!made)
        return fail(Errc::io, "{}: the index was replaced while it was written; try again", file.string());
    return std::move(*made);
}

Result<std::vector<Asset>> Index::assets()
{
    std::vector<Asset> assets;
    Result<> broken;
    TRY(database_.query("SELECT record FROM assets ORDER BY id", {}, [&](db::Row const& row) {
        if (!broken) return;
        auto const json = parse_json(row.text(0), "index");
        auto asset = json ? asset_from_json(*json, "index") : Result<Asset>(std::unexpected(json.error()));
        if (asset)
            assets.push_back(std::move(*asset));
        else
            broken = std::unexpected(asset.error());
    }));
    if (!broken) return std::unexpected(broken.error());
    return assets;
}

Result<std::vector<IndexHit>> Index::search(std::string_view text, std::size_t most)
{
    auto const terms = search_terms(text);
    if (terms.empty()) return std::vector<IndexHit>();
    auto const has_kind = [&](std::string const& category) {
        bool found = false;
        auto const asked = database_.query("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1",
                                           {fmt::format("kind : \"{}\"", kind_token(category))},
                                           [&](db::Row const&) { found = true; });
        return asked && found;
    };
    std::map<std::size_t, double> scores;
    auto const collect = [&](char const* sql, std::string const& pattern_, double bonus) -> Result<> {
        return database_.query(sql, {pattern_, static_cast<std::int64_t>(most)}, [&](db::Row const& row) {
            scores.emplace(static_cast<std::size_t>(row.integer(0) - 1), bonus - row.real(1));
        });
    };
    // Names say what a thing is, categories which kind; bm25 is negative, smaller is better.
    constexpr char by_words[] = "SELECT rowid, bm25(words, 4, 2, 6, 1, 6) FROM words WHERE words MATCH ? "
                                "ORDER BY 2 LIMIT ?";
    constexpr char by_parts[] = "SELECT rowid, bm25(parts) FROM parts WHERE parts MATCH ? ORDER BY 2 LIMIT ?";
    TRY(collect(by_words, fts_query(terms, " AND ", has_kind), 2000));
    if (scores.size() < most && terms.size() > 1)
        TRY(collect(by_words, fts_query(terms, " OR ", has_kind), 1000));
    if (scores.size() >= most) return ranked(scores, most);
    for (auto const& term : terms)
        for (auto const& word : term.words)
            if (word.size() >= 3) TRY(collect(by_parts, fmt::format("\"{}\"", word), 0));
    return ranked(scores, most);
}

} // namespace soulvan::catalog
