// How single values are spelled in text: numbers, strings, assets, as OpenUSD spells them.
#pragma once

#include "soulvan/base/math.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace soulvan::usd {

/// The shortest digits that read back equal; decimal between 1e-6 and 1e15, else with an exponent; inf, -inf,
/// nan.
void append_number(std::string& out, double value);
void append_number(std::string& out, float value);
/// Six significant digits, which hold every half exactly enough to read back equal.
void append_number(std::string& out, half value);
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

/// In double quotes, or single ones when only double ones are inside; in three when there are line ends.
void append_quoted(std::string& out, std::string_view text);
/// In '@', or in '@@@' when there is an '@' inside.
void append_asset(std::string& out, std::string_view path);

} // namespace soulvan::usd
