// The text form of a layer: what layer.cpp asks of the parser.
#pragma once

#include "soulvan/usd/layer.h"

#include <string>
#include <string_view>

namespace soulvan::usd {

/// Reads "#usda 1.0" (and "#sdf 1.4.32") text.
/// Errors  invalid_input: "name:line:column: what"; limit.
Result<Layer> read_text(std::string_view text, std::string const& name, ReadLimits const& limits);

} // namespace soulvan::usd
