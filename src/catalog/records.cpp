// Which records of an open catalogue are in memory? Those that were asked for.
#include "state.h"

#include <algorithm>

namespace soulvan::catalog {

namespace {

Asset unreadable(Error const& error)
{
    Asset asset;
    asset.why_not = fmt::format("its record cannot be read: {}", error.what);
    return asset;
}

} // namespace

Asset const& Records::at(std::size_t place)
{
    std::scoped_lock const lock(mutex_);
    if (all_) return (*all_)[place];
    auto found = some_.find(place);
    if (found == some_.end()) {
        auto record = index_.record(place);
        found = some_.emplace(place, record ? std::move(*record) : unreadable(record.error())).first;
    }
    return found->second;
}

std::vector<std::size_t> const& Records::of_category(std::string_view category)
{
    std::scoped_lock const lock(mutex_);
    if (auto const known = places_.find(category); known != places_.end()) return known->second;
    auto const& tree = Categories::standard();
    std::vector<std::string> names{std::string(category)};
    for (auto const& one : tree.all())
        if (one.name != category && tree.is_a(one.name, category)) names.push_back(one.name);
    auto& places = places_[names.front()];
    for (auto const& name : names)
        if (auto const some = index_.of_category(name))
            places.insert(places.end(), some->begin(), some->end());
    std::ranges::sort(places);
    return places;
}

std::vector<Asset> const& Records::all()
{
    std::scoped_lock const lock(mutex_);
    if (!all_) {
        auto records = index_.records();
        all_ = records ? std::move(*records) : std::vector<Asset>();
        // A file that lost some of its records yields the others one by one.
        for (auto place = all_->size(); place < index_.size(); ++place) {
            auto record = index_.record(place);
            all_->push_back(record ? std::move(*record) : unreadable(record.error()));
        }
    }
    return *all_;
}

} // namespace soulvan::catalog
