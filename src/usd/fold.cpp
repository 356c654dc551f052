// How do two opinions about one field become one, and how are their times moved?
#include "fold.h"

namespace soulvan::usd::fold {

namespace {

template <class... Lists>
struct ListTypes {};
using AllLists = ListTypes<TokenListOp, StringListOp, PathListOp, ReferenceListOp, PayloadListOp, IntListOp,
                           UIntListOp, Int64ListOp, UInt64ListOp, OpaqueListOp>;

template <class... Lists>
std::optional<Value> merged_lists(Value const& stronger, Value const& weaker, ListTypes<Lists...>)
{
    std::optional<Value> result;
    auto one = [&]<class List>(List const* strong) {
        if (auto const* weak = strong ? weaker.get<List>() : nullptr) result = Value(merged(*strong, *weak));
    };
    (one(stronger.get<Lists>()), ...);
    return result;
}

template <class... Lists>
Value combinable_list(Value const& value, ListTypes<Lists...>)
{
    Value result = value;
    auto one = [&]<class List>(List const* list) {
        if (list) result = Value(combinable(*list));
    };
    (one(value.get<Lists>()), ...);
    return result;
}

Dictionary merged_dictionaries(Dictionary const& stronger, Dictionary const& weaker)
{
    Dictionary result = stronger;
    for (auto const& [key, value] : weaker) {
        auto const [at, is_new] = result.try_emplace(key, value);
        if (is_new) continue;
        auto const* strong = at->second.get<Dictionary>();
        auto const* weak = value.get<Dictionary>();
        if (strong && weak) at->second = Value(merged_dictionaries(*strong, *weak));
    }
    return result;
}

Value retimed_codes(Value const& value, LayerOffset offset)
{
    if (auto const* code = value.get<TimeCode>()) return Value(TimeCode{offset(code->value)});
    if (auto const* codes = value.get<Array<TimeCode>>()) {
        std::vector<TimeCode> moved;
        for (auto const code : *codes) moved.push_back({offset(code.value)});
        return Value(Array<TimeCode>(std::move(moved)));
    }
    if (auto const* dictionary = value.get<Dictionary>()) {
        Dictionary moved;
        for (auto const& [key, entry] : *dictionary) moved.emplace(key, retimed_codes(entry, offset));
        return Value(std::move(moved));
    }
    return value;
}

Value retimed_clips(Dictionary const& clips, LayerOffset offset)
{
    Dictionary result;
    for (auto const& [set, value] : clips) {
        auto const* info = value.get<Dictionary>();
        if (!info) {
            result.emplace(set, value);
            continue;
        }
        auto moved = *info;
        for (auto const* key : {"active", "times"}) { // pairs whose first number is a stage time
            auto const found = moved.find(key);
            auto const* pairs = found == moved.end() ? nullptr : found->second.get<Array<Vec2d>>();
            if (!pairs) continue;
            std::vector<Vec2d> shifted(pairs->begin(), pairs->end());
            for (auto& pair : shifted) pair.x = offset(pair.x);
            found->second = Value(Array<Vec2d>(std::move(shifted)));
        }
        result.emplace(set, Value(std::move(moved)));
    }
    return Value(std::move(result));
}

template <class List>
Value retimed_arcs(List list, LayerOffset offset)
{
    for (auto* items :
         {&list.explicit_items, &list.added, &list.prepended, &list.appended, &list.deleted, &list.ordered})
        for (auto& item : *items) item.offset = compose(offset, item.offset);
    return Value(std::move(list));
}

Value retimed_spline(Spline spline, LayerOffset offset)
{
    // A negative scale would turn the curve round; no layer offset of a stage has one that is kept.
    double const scale = offset.scale;
    spline.before.slope /= scale;
    spline.after.slope /= scale;
    spline.loop.proto_start = offset(spline.loop.proto_start);
    spline.loop.proto_end = offset(spline.loop.proto_end);
    for (auto& knot : spline.knots) {
        knot.time = offset(knot.time);
        knot.slope_before /= scale;
        knot.slope_after /= scale;
        knot.width_before *= scale;
        knot.width_after *= scale;
        if (!spline.time_valued) continue;
        knot.value = offset(knot.value);
        if (knot.value_before) knot.value_before = offset(*knot.value_before);
        knot.slope_before *= scale;
        knot.slope_after *= scale;
    }
    if (spline.time_valued) spline.loop.value_offset *= scale;
    return Value(std::move(spline));
}

} // namespace

std::optional<Value> merged(Value const& stronger, Value const& weaker)
{
    if (auto list = merged_lists(stronger, weaker, AllLists{})) return list;
    auto const* strong = stronger.get<Dictionary>();
    auto const* weak = weaker.get<Dictionary>();
    if (strong && weak) return Value(merged_dictionaries(*strong, *weak));
    auto const* selections = stronger.get<VariantSelections>();
    auto const* weaker_selections = weaker.get<VariantSelections>();
    if (!selections || !weaker_selections) return std::nullopt;
    auto both = *selections;
    both.insert(weaker_selections->begin(), weaker_selections->end());
    return Value(std::move(both));
}

Value combinable(Value const& value)
{
    return combinable_list(value, AllLists{});
}

Value retimed(Value const& value, Token name, LayerOffset offset)
{
    if (offset.is_identity()) return value;
    if (auto const* clips = value.get<Dictionary>(); clips && name == field::clips)
        return retimed_clips(*clips, offset);
    if (auto const* list = value.get<ReferenceListOp>()) return retimed_arcs(*list, offset);
    if (auto const* list = value.get<PayloadListOp>()) return retimed_arcs(*list, offset);
    if (auto const* spline = value.get<Spline>()) return retimed_spline(*spline, offset);
    if (auto const* samples = value.get<TimeSamples>()) {
        std::map<double, Value> moved; // a negative scale turns them round
        for (auto const& [time, sample] : *samples)
            moved.insert_or_assign(offset(time), retimed_codes(sample, offset));
        return Value(TimeSamples(moved));
    }
    return retimed_codes(value, offset);
}

} // namespace soulvan::usd::fold
