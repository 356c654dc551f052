// Equality of values that hold other values, where a type is not complete in the header.
#include "soulvan/usd/value.h"

namespace soulvan::usd {

bool operator==(Reference const& a, Reference const& b)
{
    auto const empty = [](auto const& data) { return !data || data->empty(); };
    if (a.asset != b.asset || a.prim != b.prim || a.offset != b.offset) return false;
    if (a.custom_data == b.custom_data) return true;
    if (empty(a.custom_data) || empty(b.custom_data)) return empty(a.custom_data) && empty(b.custom_data);
    return *a.custom_data == *b.custom_data;
}

} // namespace soulvan::usd
