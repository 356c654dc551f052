// What a list edit does to a list: the order of operations is SdfListOp::ApplyOperations'.
#include "soulvan/usd/value.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

template <class T>
bool contains(std::vector<T> const& items, T const& item)
{
    return std::find(items.begin(), items.end(), item) != items.end();
}

template <class T>
void remove_all(std::vector<T>& items, std::vector<T> const& gone)
{
    if (gone.empty()) return;
    std::erase_if(items, [&](T const& item) { return contains(gone, item); });
}

/// The items without repetitions; the first of equal ones stays, or the last.
template <class T>
std::vector<T> unique_items(std::vector<T> const& items, bool keep_last)
{
    std::vector<T> kept;
    if (keep_last) {
        for (auto item = items.rbegin(); item != items.rend(); ++item)
            if (!contains(kept, *item)) kept.push_back(*item);
        std::reverse(kept.begin(), kept.end());
    } else {
        for (T const& item : items)
            if (!contains(kept, item)) kept.push_back(item);
    }
    return kept;
}

/// Items named in `order` take that order; each unnamed one keeps following the named one it followed, and
/// those before the first named one stay in front.
template <class T>
void reorder(std::vector<T>& items, std::vector<T> const& order)
{
    auto const wanted = unique_items(order, false);
    if (wanted.empty() || items.empty()) return;
    std::vector<T> rest = std::move(items);
    items.clear();
    for (T const& name : wanted) {
        auto const first = std::find(rest.begin(), rest.end(), name);
        if (first == rest.end()) continue;
        auto const last =
            std::find_if(first + 1, rest.end(), [&](T const& item) { return contains(wanted, item); });
        items.insert(items.end(), first, last);
        rest.erase(first, last);
    }
    items.insert(items.begin(), rest.begin(), rest.end());
}

} // namespace

template <class T>
void ListOp<T>::apply(std::vector<T>& items) const
{
    if (is_explicit) {
        items = unique_items(explicit_items, false);
        return;
    }
    remove_all(items, deleted);
    for (T const& item : added)
        if (!contains(items, item)) items.push_back(item);
    if (!prepended.empty()) {
        auto front = unique_items(prepended, false);
        remove_all(items, front);
        items.insert(items.begin(), front.begin(), front.end());
    }
    if (!appended.empty()) {
        auto const back = unique_items(appended, true);
        remove_all(items, back);
        items.insert(items.end(), back.begin(), back.end());
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
