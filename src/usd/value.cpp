// Equality of values that hold other values, where a type is not complete in the header.
#include "soulvan/usd/value.h"

namespace soulvan::usd {

namespace {

using SharedDictionary = std::shared_ptr<Dictionary const>;

/// No dictionary and an empty one say the same.
bool same_data(SharedDictionary const& a, SharedDictionary const& b)
{
    auto const empty = [](SharedDictionary const& data) { return !data || data->empty(); };
    if (a == b) return true;
    if (empty(a) || empty(b)) return empty(a) && empty(b);
    return *a == *b;
}

} // namespace

bool operator==(Reference const& a, Reference const& b)
{
    return a.asset == b.asset && a.prim == b.prim && a.offset == b.offset &&
           same_data(a.custom_data, b.custom_data);
}

bool operator==(SplineKnot const& a, SplineKnot const& b)
{
    return a.time == b.time && a.value == b.value && a.value_before == b.value_before && a.next == b.next &&
           a.slope_before == b.slope_before && a.slope_after == b.slope_after &&
           a.width_before == b.width_before && a.width_after == b.width_after &&
           same_data(a.custom_data, b.custom_data);
}

} // namespace soulvan::usd
