// Where are records kept and found? A table and a full-text index in a file of the cache, made anew when what
// they hold changed.
#pragma once

#include "search_words.h"

#include "soulvan/catalog/asset.h"
#include "soulvan/db/database.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::catalog {

/// A place in the list of assets, how well it fits (higher is better), and what a choice among hits asks for.
struct IndexHit {
    std::size_t place = 0;
    double score = 0;
    std::string category;
    Origin origin = Origin::built_in;
    int quality = 0;
    bool placeable = false;
};

/// Records in the order in which they were given to make(), each read when it is asked for, and words over
/// them. One connection, used by one thread at a time.
class Index {
public:
    /// Opens `file` when it was made for `key`; nothing otherwise.
    static Result<std::optional<Index>> open(std::filesystem::path const& file, std::string const& key);
    /// Makes `file` anew, all or nothing. Errors  io.
    static Result<Index> make(std::filesystem::path const& file, std::string const& key,
                              std::vector<Asset> const& assets);

    std::size_t size() const { return size_; }
    /// SHA-256 over every record.
    std::string const& snapshot() const { return snapshot_; }

    Result<Asset> record(std::size_t place);
    Result<std::vector<Asset>> records();
    /// The place of the first asset that to_string(ref) calls `name`.
    Result<std::optional<std::size_t>> find(std::string const& name);
    Result<std::vector<std::string>> names();
    /// The places of what may be placed and is of exactly this category, ascending.
    Result<std::vector<std::size_t>> of_category(std::string const& category);
    struct Count {
        std::string pack, category, origin;
        bool placeable = false;
        std::int64_t assets = 0;
    };
    Result<std::vector<Count>> counts();

    /// Those whose name, tags, category or synonyms hold the words: all words first, then any, then parts of
    /// words. At most `most`.
    Result<std::vector<IndexHit>> search(std::string_view words, std::size_t most);

private:
    explicit Index(db::Database database) : database_(std::move(database)) {}
    using Hits = std::map<std::size_t, IndexHit>; ///< by place
    Result<> collect(std::string const& query, double bonus, std::size_t most, Hits& hits);
    Result<> collect_any(std::vector<SearchTerm> const& terms, std::size_t most, Hits& hits);
    Result<> collect_parts(std::vector<SearchTerm> const& terms, std::size_t most, Hits& hits);
    Result<std::size_t> count(std::string const& query, std::size_t most);
    bool has_kind(std::string const& category);

    db::Database database_;
    std::size_t size_ = 0;
    std::string snapshot_;
};

/// "SM_CardBoxA_01" is "card box": split on case, digits and '_', without serials, single letters and the
/// prefixes of game engines.
std::vector<std::string> name_words(std::string_view name);

} // namespace soulvan::catalog
