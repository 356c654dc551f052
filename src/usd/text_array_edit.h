// How array edits stand in text: "edit [append 5; write [1] to [0]]".
#pragma once

#include "soulvan/usd/array_edit.h"
#include "text_values.h"

#include <string>

namespace soulvan::usd {

/// Reads what follows "edit"; `type_name` is the attribute's, "int[]".
bool read_array_edit(ValueReader& values, std::string_view type_name, Value& value);
void append_array_edit(std::string& out, ArrayEdit const& edit);

} // namespace soulvan::usd
