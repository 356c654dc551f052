// JSON as a value: strict parsing with limits, canonical writing (RFC 8785). One DOM: nlohmann.
#pragma once

#include "soulvan/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace soulvan {

using Json = nlohmann::json;

struct JsonLimits {
    std::size_t bytes = 64u << 20;
    int depth = 64;
};

/// Parses one document. Duplicate keys, NaN, comments and trailing text are refused.
/// Errors  invalid_input: "name:line:column: what"; limit: too long or too deep.
Result<Json> parse_json(std::string_view text, std::string_view name, JsonLimits limits = {});
Result<Json> read_json(std::filesystem::path const& path, JsonLimits limits = {});

/// RFC 8785: keys in UTF-16 order, shortest numbers as ECMAScript writes them, no white space.
/// Errors  invalid_input: a number that is not finite, or a string that is not UTF-8.
Result<std::string> canonical_json(Json const& value);
/// For people: two spaces, keys in order, a newline at the end.
std::string pretty_json(Json const& value);

/// The name in `known` that `word` most likely meant (edit distance <= 1 + length/4), or "".
std::string nearest_name(std::string_view word, std::span<std::string_view const> known);

} // namespace soulvan
