// What does an open catalogue hold?
#pragma once

#include "index.h"

#include "soulvan/catalog/catalog.h"
#include "soulvan/interchange/library.h"

#include <map>
#include <mutex>
#include <optional>

namespace soulvan::catalog {

struct Catalog::State {
    CatalogOptions options;
    std::vector<Asset> assets;                               ///< by name
    std::map<std::string, std::size_t, std::less<>> by_name; ///< to_string(ref) → place in `assets`
    std::string snapshot;

    std::mutex mutex; ///< guards what follows
    std::optional<Index> index;
    std::map<std::string, interchange::Library> libraries; ///< opened furniture archives, by file name
};

} // namespace soulvan::catalog
