// What does an array edit make of an array?
#include "soulvan/usd/array_edit.h"

#include <algorithm>

namespace soulvan::usd {
namespace {

constexpr std::int64_t size_limit = 100'000'000;
using Op = ArrayEdit::Op;

/// Imath's vectors are not initialised by themselves.
template <class T>
T zero()
{
    if constexpr (requires {
                      T::dimensions();
                      typename T::BaseType;
                      T(typename T::BaseType(0));
                  })
        return T(typename T::BaseType(0));
    else
        return T{};
}

template <class T>
class Editor {
public:
    Editor(Array<T> const& literals, Array<T> const& array)
        : literals_(literals),
          items_(array.begin(), array.end())
    {}
    void apply(ArrayEdit::Instruction const& step);
    std::vector<T> take() { return std::move(items_); }

private:
    std::int64_t size() const { return static_cast<std::int64_t>(items_.size()); }
    /// Whether `index` is in the array, or just behind it when `may_end`; counts from the end when below
    /// zero.
    bool place(std::int64_t& index, bool may_end) const
    {
        if (index == ArrayEdit::end)
            index = size();
        else if (index < 0)
            index += size();
        return index >= 0 && index < size() + may_end;
    }
    void resize(std::int64_t count, T const& fill)
    {
        if (count >= 0 && count <= size_limit) items_.resize(static_cast<std::size_t>(count), fill);
    }
    void put(T const& value, std::int64_t at, bool inserts)
    {
        if (!place(at, inserts) || (inserts && size() >= size_limit)) return;
        if (inserts)
            items_.insert(items_.begin() + at, value);
        else
            items_[static_cast<std::size_t>(at)] = value;
    }
    T const* literal(std::int64_t index) const
    {
        bool const there = index >= 0 && index < static_cast<std::int64_t>(literals_.size());
        return there ? literals_.data() + index : nullptr;
    }

    Array<T> const& literals_;
    std::vector<T> items_;
};

template <class T>
void Editor<T>::apply(ArrayEdit::Instruction const& step)
{
    auto [op, a, b] = step;
    switch (op) {
    case Op::write:
    case Op::insert:
        if (auto const* value = literal(a)) put(*value, b, op == Op::insert);
        break;
    case Op::write_from:
    case Op::insert_from:
        if (place(a, false)) put(T(items_[static_cast<std::size_t>(a)]), b, op == Op::insert_from);
        break;
    case Op::erase:
        if (place(a, false)) items_.erase(items_.begin() + a);
        break;
    case Op::min_size:
        if (size() < a) resize(a, zero<T>());
        break;
    case Op::min_size_fill:
        if (auto const* value = literal(b); value && size() < a) resize(a, *value);
        break;
    case Op::set_size:
        resize(a, zero<T>());
        break;
    case Op::set_size_fill:
        if (auto const* value = literal(b)) resize(a, *value);
        break;
    case Op::max_size:
        if (size() > a) resize(a, zero<T>());
        break;
    }
}

template <class T>
bool try_apply(ArrayEdit const& edit, Value const& array, Value& result)
{
    auto const* literals = edit.literals.get<Array<T>>();
    auto const* items = array.get<Array<T>>();
    if (!literals || !items) return false;
    Editor<T> editor(*literals, *items);
    for (auto const& step : edit.instructions) editor.apply(step);
    result = Value(Array<T>(editor.take()));
    return true;
}

template <class T>
bool try_reorder(std::vector<std::int64_t> const& order, Value& literals)
{
    auto const* items = literals.get<Array<T>>();
    if (!items) return false;
    std::vector<T> reordered;
    for (auto const index : order) reordered.push_back((*items)[static_cast<std::size_t>(index)]);
    literals = Value(Array<T>(std::move(reordered)));
    return true;
}

template <class T>
bool try_count(Value const& literals, std::size_t& count)
{
    auto const* items = literals.get<Array<T>>();
    if (items) count = items->size();
    return items != nullptr;
}

} // namespace

ArrayEdit canonical(ArrayEdit edit)
{
    auto const given = edit;
    std::size_t count = 0;
    bool known = false;
#define SOULVAN_USD_COUNT(T) known = known || try_count<T>(edit.literals, count);
    SOULVAN_USD_SCALARS(SOULVAN_USD_COUNT)
#undef SOULVAN_USD_COUNT
    if (!known) return edit;
    std::vector<std::int64_t> order;
    for (auto& step : edit.instructions) {
        bool const is_first = step.op == Op::write || step.op == Op::insert;
        bool const is_fill = step.op == Op::min_size_fill || step.op == Op::set_size_fill;
        if (!is_first && !is_fill) continue;
        auto& index = is_first ? step.a : step.b;
        if (index < 0 || index >= static_cast<std::int64_t>(count)) return given;
        order.push_back(index);
        index = static_cast<std::int64_t>(order.size()) - 1;
    }
    known = false;
#define SOULVAN_USD_REORDER(T) known = known || try_reorder<T>(order, edit.literals);
    SOULVAN_USD_SCALARS(SOULVAN_USD_REORDER)
#undef SOULVAN_USD_REORDER
    return edit;
}

Value apply(ArrayEdit const& edit, Value const& array)
{
    Value result;
#define SOULVAN_USD_APPLY(T)                                                                                 \
    if (try_apply<T>(edit, array, result)) return result;
    SOULVAN_USD_SCALARS(SOULVAN_USD_APPLY)
#undef SOULVAN_USD_APPLY
    return result;
}

} // namespace soulvan::usd
