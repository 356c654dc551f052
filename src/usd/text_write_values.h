// How values are spelled when a layer is written: scalars, arrays, dictionaries, and the order of names.
#pragma once

#include "soulvan/usd/value.h"

#include <string>
#include <string_view>

namespace soulvan::usd {

/// Appends `value` as an attribute or dictionary holds it; false for what text cannot hold.
bool append_value(std::string& out, Value const& value);
/// The type name that reads `value` back ("float3[]"); "" for what a dictionary cannot hold.
std::string type_name_of(Value const& value);

/// "{", one entry a line, "}" and a line end; or all on one line without one. Keys in order.
void append_dictionary(std::string& out, Dictionary const& dictionary, int indent, bool lines);
/// `"key": "value"` entries, as prefixSubstitutions has them.
void append_string_dictionary(std::string& out, Dictionary const& dictionary, int indent);

inline void append_indent(std::string& out, int indent)
{
    out.append(4 * static_cast<std::size_t>(indent), ' ');
}

/// OpenUSD's order of names: letters without regard to case, numbers by value, '_' before letters
/// (TfDictionaryLessThan). A strict total order.
bool dictionary_less(std::string_view a, std::string_view b);

} // namespace soulvan::usd
