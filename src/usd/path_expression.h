// Path expressions: which prims and properties a collection means, as text.
#pragma once

#include "soulvan/usd/path.h"

#include <string>
#include <string_view>

namespace soulvan::usd {

/// Checks `text` against the grammar of path expressions and makes its patterns and references absolute,
/// starting from `anchor`: "//foo ../bar" at /A/B becomes "//foo /A/bar". Blanks between parts become single
/// ones. Errors  invalid_input: what is wrong and at which character.
Result<std::string> absolute_path_expression(std::string_view text, Path const& anchor);

} // namespace soulvan::usd
