// What may this prim be called?
#include "names.h"

#include <cctype>

#include <fmt/core.h>

namespace soulvan::interchange {

std::string identifier_from(std::string_view name, std::string_view fallback)
{
    std::string result;
    for (auto const c : name) {
        if (result.size() >= 64) break;
        auto const is_word =
            std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128;
        if (is_word)
            result += c;
        else if (!result.empty() && result.back() != '_')
            result += '_';
    }
    while (!result.empty() && result.back() == '_') result.pop_back();
    if (result.empty()) result = fallback;
    if (std::isdigit(static_cast<unsigned char>(result.front()))) result.insert(0, "_");
    return result;
}

std::string SiblingNames::take(std::string_view name, std::string_view fallback)
{
    auto const wanted = identifier_from(name, fallback);
    auto result = wanted;
    for (int i = 2; !taken_.insert(result).second; ++i) result = fmt::format("{}_{}", wanted, i);
    return result;
}

} // namespace soulvan::interchange
