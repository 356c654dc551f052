// How are records found by words? A full-text index in a file of the cache, made anew when what it holds
// changed.
#pragma once

#include "soulvan/catalog/asset.h"
#include "soulvan/db/database.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::catalog {

/// A place in the list of assets and how well it fits; higher is better.
struct IndexHit {
    std::size_t asset = 0;
    double score = 0;
};

/// Words over every record. One connection, used by one thread at a time.
class Index {
public:
    /// Opens `file` when it was made for `key`; nothing otherwise.
    static Result<std::optional<Index>> open(std::filesystem::path const& file, std::string const& key);
    /// Makes `file` anew, all or nothing. Errors  io.
    static Result<Index> make(std::filesystem::path const& file, std::string const& key,
                              std::vector<Asset> const& assets);

    /// The assets in the order in which they were given to make().
    Result<std::vector<Asset>> assets();
    /// Those whose name, tags, category or synonyms hold the words: all words first, then any, then parts of
    /// words. At most `most`.
    Result<std::vector<IndexHit>> search(std::string_view words, std::size_t most);

private:
    explicit Index(db::Database database) : database_(std::move(database)) {}
    db::Database database_;
};

/// "SM_CardBoxA_01" is "card box": split on case, digits and '_', without serials, single letters and the
/// prefixes of game engines.
std::vector<std::string> name_words(std::string_view name);

} // namespace soulvan::catalog
