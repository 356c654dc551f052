// What a list edit does to a list: the order of operations is SdfListOp::ApplyOperations'.
#include "soulvan/usd/value.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace soulvan::usd {

namespace {

struct ItemHash {
    template <class T>
    std::size_t operator()(T const& item) const
    {
        if constexpr (requires { item.asset; })
            return std::hash<std::string>{}(item.asset) ^ item.prim.hash();
        else if constexpr (std::is_same_v<T, Opaque>)
            return std::hash<std::string>{}(item.text);
        else if constexpr (std::is_same_v<T, Token>)
            return item.hash();
        else
            return std::hash<T>{}(item);
    }
};

template <class T>
using ItemSet = std::unordered_set<T, ItemHash>;

template <class T>
void remove_all(std::vector<T>& items, ItemSet<T> const& gone)
{
    if (!gone.empty()) std::erase_if(items, [&](T const& item) { return gone.contains(item); });
}

/// The items without repetitions, the first of equal ones kept; `seen` ends up with all of them.
template <class Items, class T>
std::vector<T> unique_items(Items const& items, ItemSet<T>& seen)
{
    std::vector<T> kept;
    for (T const& item : items)
        if (seen.insert(item).second) kept.push_back(item);
    return kept;
}

/// Items named in `order` take that order, each with the unnamed ones that followed it; those before the
/// first named one stay in front.
template <class T>
void reorder(std::vector<T>& items, std::vector<T> const& order)
{
    ItemSet<T> wanted;
    auto const names = unique_items(order, wanted);
    if (names.empty() || items.empty()) return;
    std::unordered_map<T, std::pair<std::size_t, std::size_t>, ItemHash> runs; // begin and end in `items`
    std::size_t front = items.size();
    for (std::size_t i = 0; i < items.size();) {
        auto const first = i;
        bool const named = wanted.contains(items[i]);
        for (++i; i < items.size() && !wanted.contains(items[i]);) ++i;
        if (named) {
            runs.emplace(items[first], std::pair{first, i});
            front = std::min(front, first);
        }
    }
    std::vector<T> ordered(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(front));
    for (T const& name : names) {
        auto const run = runs.find(name);
        if (run == runs.end()) continue;
        ordered.insert(ordered.end(), items.begin() + static_cast<std::ptrdiff_t>(run->second.first),
                       items.begin() + static_cast<std::ptrdiff_t>(run->second.second));
    }
    items = std::move(ordered);
}

} // namespace

template <class T>
void ListOp<T>::apply(std::vector<T>& items) const
{
    ItemSet<T> seen;
    if (is_explicit) {
        items = unique_items(explicit_items, seen);
        return;
    }
    // An edited list holds each item once, the first time it came.
    items = unique_items(items, seen);
    if (!deleted.empty()) remove_all(items, ItemSet<T>(deleted.begin(), deleted.end()));
    if (!added.empty()) {
        seen = ItemSet<T>(items.begin(), items.end());
        for (T const& item : added)
            if (seen.insert(item).second) items.push_back(item);
    }
    if (!prepended.empty()) {
        ItemSet<T> moved;
        auto front = unique_items(prepended, moved);
        remove_all(items, moved);
        items.insert(items.begin(), front.begin(), front.end());
    }
    if (!appended.empty()) {
        // Of equal items the last stays here.
        ItemSet<T> moved;
        std::vector<T> const backwards(appended.rbegin(), appended.rend());
        auto const back = unique_items(backwards, moved);
        remove_all(items, moved);
        items.insert(items.end(), back.rbegin(), back.rend());
    }
    reorder(items, ordered);
}

template struct ListOp<Token>;
template struct ListOp<std::string>;
template struct ListOp<Path>;
template struct ListOp<Reference>;
template struct ListOp<Payload>;
template struct ListOp<std::int32_t>;
template struct ListOp<std::uint32_t>;
template struct ListOp<std::int64_t>;
template struct ListOp<std::uint64_t>;
template struct ListOp<Opaque>;

} // namespace soulvan::usd
