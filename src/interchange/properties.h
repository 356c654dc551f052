// Java properties: the catalogue format of .sh3f archives.
#pragma once

#include "soulvan/base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace soulvan::interchange {

/// Keys and values as UTF-8 from Latin-1 text with \uXXXX escapes, continued lines, '=', ':' or blank as
/// separator,
/// '#' and '!' comments (Java SE, java.util.Properties.load). The last of equal keys counts.
/// Errors  invalid_input: a malformed escape, with its line.
Result<std::map<std::string, std::string, std::less<>>> parse_properties(std::string_view text,
                                                                         std::string_view name);

} // namespace soulvan::interchange
