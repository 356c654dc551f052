// Prim names from foreign names.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace soulvan::interchange {

/// Letters, digits and '_' of ASCII, not beginning with a digit, at most 64; `fallback` when nothing is left.
std::string identifier_from(std::string_view name, std::string_view fallback);

/// Names among siblings: "wheel", "wheel_2", "wheel_3".
class SiblingNames {
public:
    std::string take(std::string_view name, std::string_view fallback);

private:
    std::set<std::string, std::less<>> taken_;
};

} // namespace soulvan::interchange
