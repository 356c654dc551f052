// Where are records kept and found? A table and a full-text index in a file of the cache, made anew when what
// they hold changed.
#include "index.h"

#include "record.h"
#include "tables.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <nlohmann/json.hpp>

namespace soulvan::catalog {

namespace {

/// Raised when the tables of the file change.
constexpr int index_version = 6;

/// A word is looked up with all that it may begin, so every beginning of up to eight letters is a list of its
/// own: without, each search would merge the lists of all words that begin so. `rank` is the order in which
/// the full-text index holds the assets, see ranks().
constexpr char schema[] = R"(
CREATE TABLE about(key TEXT, snapshot TEXT, assets INTEGER);
CREATE TABLE records(place INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE assets(rank INTEGER PRIMARY KEY, place INTEGER, name TEXT, category TEXT, pack TEXT, origin TEXT,
    quality INTEGER, placeable INTEGER);
CREATE VIRTUAL TABLE words USING fts5(name, tags, category, synonyms, kind, content = '',
    tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3 4 5 6 7 8');
CREATE VIRTUAL TABLE parts USING fts5(word, tokenize = "trigram");
)";
constexpr char indices[] = R"(
CREATE INDEX assets_by_name ON assets(name, place);
CREATE INDEX assets_by_category ON assets(category, placeable, place);
INSERT INTO words(words) VALUES('optimize');
INSERT INTO parts(parts) VALUES('optimize');
)";

/// Words of at least three letters, the least of which a part can be looked up.
std::set<std::string> words_of_name(std::string_view name)
{
    std::set<std::string> words;
    for (auto& word : plain_words(name))
        if (word.size() >= 3) words.insert(std::move(word));
    return words;
}

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

/// Places in the order in which a search meets them: where words fit more assets than it weighs, it weighs
/// the first, so what scenes may hold comes first, then what looks better, then by name.
std::vector<std::size_t> ranks(std::vector<Asset> const& assets)
{
    std::vector<std::size_t> places(assets.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) {
        if (assets[a].placeable != assets[b].placeable) return assets[a].placeable;
        return assets[a].quality > assets[b].quality;
    });
    return places;
}

Result<> insert(db::Database& database, std::string const& key, std::vector<Asset> const& assets)
{
    TRY(database.execute(schema));
    Sha256 snapshot;
    for (std::size_t place = 0; place < assets.size(); ++place) {
        auto record = asset_to_json(assets[place]).dump();
        snapshot.update(record).update("\n");
        TRY(database.run("INSERT INTO records VALUES(?, ?)",
                         {static_cast<std::int64_t>(place), std::move(record)}));
    }
    std::set<std::string> vocabulary;
    std::int64_t rank = 0;
    for (auto const place : ranks(assets)) {
        auto const& asset = assets[place];
        auto const name = asset.name + " " + joined(name_words(asset.ref.key));
        vocabulary.merge(words_of_name(name));
        TRY(database.run("INSERT INTO assets VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                         {++rank, static_cast<std::int64_t>(place), to_string(asset.ref), asset.category,
                          asset.pack, std::string(name_of(asset.origin)), std::int64_t{asset.quality},
                          std::int64_t{asset.placeable}}));
        TRY(database.run(
            "INSERT INTO words(rowid, name, tags, category, synonyms, kind) VALUES(?, ?, ?, ?, ?, ?)",
            {rank, name, joined(asset.tags), category_words(asset.category), joined(asset.attributes),
             kind_words(asset)}));
    }
    for (auto const& word : vocabulary) TRY(database.run("INSERT INTO parts(word) VALUES(?)", {word}));
    TRY(database.execute(indices));
    return database.run("INSERT INTO about VALUES(?, ?, ?)",
                        {fmt::format("{} {}", index_version, key), hex(snapshot.finish()),
                         static_cast<std::int64_t>(assets.size())});
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
    // 100,000 assets fill 100 MB; a search touches a few of them, again and again.
    if (!database->execute("PRAGMA cache_size = -65536")) return std::optional<Index>();
    Index index(std::move(*database));
    std::string found;
    auto const read = index.database_.query("SELECT key, snapshot, assets FROM about", {}, [&](auto& row) {
        found = row.text(0);
        index.snapshot_ = row.text(1);
        index.size_ = static_cast<std::size_t>(row.integer(2));
    });
    if (!read || found != fmt::format("{} {}", index_version, key)) return std::optional<Index>();
    return std::optional<Index>(std::move(index));
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

namespace {

Result<Asset> parsed(std::string_view record)
{
    return asset_from_json(TRY(parse_json(record, "index")), "index");
}

} // namespace

Result<Asset> Index::record(std::size_t place)
{
    Result<Asset> asset = fail(Errc::io, "the index lacks record {}", place);
    TRY(database_.query("SELECT record FROM records WHERE place = ?", {static_cast<std::int64_t>(place)},
                        [&](db::Row const& row) { asset = parsed(row.text(0)); }));
    return asset;
}

Result<std::vector<Asset>> Index::records()
{
    std::vector<Asset> assets;
    assets.reserve(size_);
    Result<> broken;
    TRY(database_.query("SELECT record FROM records ORDER BY place", {}, [&](db::Row const& row) {
        if (!broken) return;
        auto asset = parsed(row.text(0));
        if (asset)
            assets.push_back(std::move(*asset));
        else
            broken = std::unexpected(asset.error());
    }));
    if (!broken) return std::unexpected(broken.error());
    return assets;
}

Result<std::optional<std::size_t>> Index::find(std::string const& name)
{
    std::optional<std::size_t> place;
    TRY(database_.query("SELECT place FROM assets WHERE name = ? ORDER BY place LIMIT 1", {name},
                        [&](db::Row const& row) { place = static_cast<std::size_t>(row.integer(0)); }));
    return place;
}

Result<std::vector<std::string>> Index::names()
{
    std::vector<std::string> names;
    TRY(database_.query("SELECT name FROM assets ORDER BY place", {},
                        [&](db::Row const& row) { names.emplace_back(row.text(0)); }));
    return names;
}

Result<std::vector<std::size_t>> Index::of_category(std::string const& category)
{
    std::vector<std::size_t> places;
    TRY(database_.query("SELECT place FROM assets WHERE category = ? AND placeable = 1 ORDER BY place",
                        {category},
                        [&](auto& row) { places.push_back(static_cast<std::size_t>(row.integer(0))); }));
    return places;
}

Result<std::vector<Index::Count>> Index::counts()
{
    std::vector<Count> counts;
    TRY(database_.query("SELECT pack, category, origin, placeable, count(*) FROM assets GROUP BY 1, 2, 3, 4",
                        {}, [&](db::Row const& row) {
                            counts.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                              std::string(row.text(2)), row.integer(3) != 0, row.integer(4)});
                        }));
    return counts;
}

} // namespace soulvan::catalog
