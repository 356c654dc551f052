// How do two opinions about one field become one? Shared by those who merge layers into layers.
#pragma once

#include "soulvan/usd/layer.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_set>

namespace soulvan::usd::fold {

/// The list edit that does what `weaker` and then `stronger` do (SdfListOp::ApplyOperations on a list edit);
/// nothing when no list edit does, which happens with added or ordered items only.
template <class T>
std::optional<ListOp<T>> combined(ListOp<T> const& stronger, ListOp<T> const& weaker);
/// The nearest list edit that combines with all others: added items are appended, orders are dropped.
template <class T>
ListOp<T> combinable(ListOp<T> list);
/// combined(), of the combinable forms when need be.
template <class T>
ListOp<T> merged(ListOp<T> const& stronger, ListOp<T> const& weaker)
{
    if (auto both = combined(stronger, weaker)) return *std::move(both);
    return *combined(combinable(stronger), combinable(weaker));
}

/// Both values merged when they are list edits of one type, dictionaries (key by key, at any depth) or
/// variant selections; nothing for other types, of which the stronger stands.
std::optional<Value> merged(Value const& stronger, Value const& weaker);
/// A list edit in its combinable form; other values as they are.
Value combinable(Value const& value);

/// `value` with its times (samples, splines, time codes at any depth, offsets of references and payloads, the
/// stage times of clips) moved by `offset`.
Value retimed(Value const& value, Token field, LayerOffset offset);

// Templates.

/// An arc with the offset of the layer that brings it. Arcs are compared as they are authored, and moved in
/// time once the list is settled.
template <class Item>
struct Sourced {
    Item item;
    LayerOffset source;
    friend bool operator==(Sourced const& a, Sourced const& b) { return a.item == b.item; }
};

struct ItemHash {
    template <class T>
    std::size_t operator()(T const& item) const
    {
        if constexpr (requires { item.item; })
            return (*this)(item.item);
        else if constexpr (requires { item.asset; })
            return std::hash<std::string>{}(item.asset) ^ item.prim.hash();
        else if constexpr (std::is_same_v<T, Opaque>)
            return std::hash<std::string>{}(item.text);
        else
            return std::hash<T>{}(item);
    }
};

/// Removes from `items` what is in any of `gone`; hashed, as hostile lists are long.
template <class T>
void remove_items(std::vector<T>& items, std::initializer_list<std::vector<T> const*> gone)
{
    std::unordered_set<T, ItemHash> names;
    for (auto const* list : gone) names.insert(list->begin(), list->end());
    if (!names.empty()) std::erase_if(items, [&](T const& item) { return names.contains(item); });
}

template <class T>
std::optional<ListOp<T>> combined(ListOp<T> const& stronger, ListOp<T> const& weaker)
{
    auto const& [is_explicit, items, added, prepended, appended, deleted, ordered] = stronger;
    if (is_explicit) return stronger;
    if (!added.empty() || !ordered.empty()) return std::nullopt;
    if (!weaker.added.empty() || !weaker.ordered.empty()) return std::nullopt;
    auto result = weaker;
    auto& front = weaker.is_explicit ? result.explicit_items : result.prepended;
    auto& back = weaker.is_explicit ? result.explicit_items : result.appended;
    remove_items(front, {&deleted, &prepended, &appended});
    if (!weaker.is_explicit) {
        remove_items(back, {&deleted, &prepended, &appended});
        remove_items(result.deleted, {&deleted, &prepended, &appended});
        result.deleted.insert(result.deleted.end(), deleted.begin(), deleted.end());
    }
    front.insert(front.begin(), prepended.begin(), prepended.end());
    back.insert(back.end(), appended.begin(), appended.end());
    return result;
}

template <class T>
ListOp<T> combinable(ListOp<T> list)
{
    if (list.is_explicit) return list;
    for (auto& item : list.added)
        if (std::find(list.appended.begin(), list.appended.end(), item) == list.appended.end())
            list.appended.push_back(std::move(item));
    list.added.clear();
    list.ordered.clear();
    return list;
}

} // namespace soulvan::usd::fold
