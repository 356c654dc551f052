// What does an open catalogue hold?
#pragma once

#include "index.h"

#include "soulvan/catalog/catalog.h"
#include "soulvan/interchange/library.h"

#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace soulvan::catalog {

/// The index and those of its records that were asked for: a catalogue of 100,000 assets opens without
/// reading them. For any number of threads; what it hands out stays where it is.
class Records {
public:
    explicit Records(Index index) : index_(std::move(index)) {}

    std::size_t size() const { return index_.size(); }
    std::string const& snapshot() const { return index_.snapshot(); }

    /// A record that the file no longer yields is one that cannot be placed and says why.
    Asset const& at(std::size_t place);
    std::vector<Asset> const& all();
    /// Where the placeable assets at or below a category stand, ascending.
    std::vector<std::size_t> const& of_category(std::string_view category);

    /// What `ask(index)` answers, alone with the index.
    template <class Ask>
    auto with_index(Ask const& ask)
    {
        std::scoped_lock const lock(mutex_);
        return ask(index_);
    }

private:
    std::mutex mutex_; ///< guards what follows
    Index index_;
    std::unordered_map<std::size_t, Asset> some_; ///< by place
    std::optional<std::vector<Asset>> all_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> places_; ///< by category
};

struct Catalog::State {
    State(CatalogOptions made_with, Index index) : options(std::move(made_with)), records(std::move(index)) {}

    CatalogOptions options;
    Records records;

    std::mutex mutex;                                      ///< guards what follows
    std::map<std::string, interchange::Library> libraries; ///< opened furniture archives, by file name
};

} // namespace soulvan::catalog
