// The text form of a layer: what layer.cpp asks of the parser.
#pragma once

#include "soulvan/usd/layer.h"

#include <functional>
#include <string>
#include <string_view>

namespace soulvan::usd {

/// Reads "#usda 1.0" (and "#sdf 1.4.32") text.
/// Errors  invalid_input: "name:line:column: what"; limit.
/// `done`, when given, is called now and then with how much of the text is not looked at any more.
Result<Layer> read_text(std::string_view text, std::string const& name, ReadLimits const& limits,
                        std::function<void(std::size_t)> const& done = {});

} // namespace soulvan::usd
