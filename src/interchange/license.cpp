// Under which licence does a model stand, and who must be named?
#include "license.h"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

namespace soulvan::interchange {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

bool holds(std::string_view text, std::string_view word)
{
    return text.find(word) != text.npos;
}

/// The SPDX identifier that the words mean, or "".
std::string spdx_of(std::string_view words)
{
    auto const text = lower(words);
    if (holds(text, "public domain") || holds(text, "cc0") || holds(text, "cc-0") ||
        holds(text, "creative commons zero"))
        return "CC0-1.0";
    if (!holds(text, "creative commons") && !holds(text, "cc-by") && !holds(text, "cc by")) return "";
    auto const has = [&](char const* a, char const* b) { return holds(text, a) || holds(text, b); };
    std::string id = "CC-BY";
    if (has("noncommercial", "non-commercial")) id += "-NC";
    if (has("sharealike", "share-alike") || holds(text, "share alike")) id += "-SA";
    if (has("noderiv", "no-deriv")) id += "-ND";
    for (auto const* version : {"4.0", "3.0", "2.5", "2.0"})
        if (holds(text, version)) {
            id += std::string("-") + version;
            break;
        }
    if (holds(text, "united states") && holds(text, "3.0")) id += "-US";
    return id;
}

std::string trimmed(std::string_view text)
{
    auto const is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)); };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return std::string(text);
}

/// What stands between `before` and `after`, behind position `from`; "" when one of them is missing.
std::string between(std::string_view text, std::string_view before, std::string_view after,
                    std::size_t from = 0)
{
    auto const start = text.find(before, from);
    if (start == text.npos) return "";
    auto const begin = start + before.size();
    auto const end = text.find(after, begin);
    if (end == text.npos || end - begin > 300) return "";
    return trimmed(text.substr(begin, end - begin));
}

std::string without_tags(std::string_view html)
{
    std::string result;
    bool in_tag = false;
    for (auto const c : html) {
        if (c == '<')
            in_tag = true;
        else if (c == '>')
            in_tag = false;
        else if (!in_tag)
            result += c;
    }
    for (auto const& [entity, text] :
         {std::pair{"&amp;", "&"}, {"&quot;", "\""}, {"&#039;", "'"}, {"&#39;", "'"}})
        for (auto at = result.find(entity); at != result.npos; at = result.find(entity))
            result.replace(at, std::string_view(entity).size(), text);
    return trimmed(result);
}

} // namespace

LicenseStatement read_license_line(std::string_view line)
{
    LicenseStatement statement;
    auto const split = std::min(line.find("\xc2\xa9"), line.find("Copyright"));
    auto const words = trimmed(line.substr(0, split));
    statement.license = spdx_of(words);
    if (statement.license.empty()) statement.license = words;
    if (split != line.npos) statement.notice = trimmed(line.substr(split));
    return statement;
}

LicenseStatement read_license_file(std::string_view text)
{
    LicenseStatement statement;
    if (holds(lower(text.substr(0, 2000)), "<html")) {
        statement.license = spdx_of(between(text, "Released under", "</a>"));
        statement.title = without_tags(between(text, "<h1>", "</h1>"));
        statement.address = between(text, "<a href=\"", "\"", std::min(text.find("<h1>"), text.size()));
        statement.author = without_tags(between(text, "Released by", "</a>"));
        return statement;
    }
    // Thank you for downloading "Country-Kitchen  Cycles" by Jay-Artist / Released under / <licence> /
    // Downloaded from <address>
    auto const released = text.find("Released under");
    if (released == text.npos) return statement;
    auto const after = text.substr(released + 14);
    statement.license = spdx_of(after.substr(0, after.find("Downloaded from")).substr(0, 200));
    statement.title = between(text, "downloading \"", "\"");
    statement.author = between(text, "\" by ", "\n");
    statement.address = between(text, "Downloaded from ", "\n");
    return statement;
}

bool is_license_name(std::string_view entry)
{
    auto const name = lower(entry.substr(entry.rfind('/') + 1));
    return holds(name, "license") || holds(name, "licence") || name == "copying";
}

std::string credit_line(LicenseStatement const& statement, std::string_view name, std::string_view creator,
                        std::string_view library)
{
    auto line = fmt::format("\"{}\"", statement.title.empty() ? name : std::string_view(statement.title));
    auto const author = statement.author.empty() ? creator : std::string_view(statement.author);
    if (!author.empty()) line += fmt::format(" by {}", author);
    if (!library.empty()) line += fmt::format(", {}", library);
    if (!statement.notice.empty()) line += fmt::format(", {}", statement.notice);
    if (!statement.address.empty()) line += fmt::format(", {}", statement.address);
    if (!statement.license.empty()) line += fmt::format(" ({})", statement.license);
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < 32; }, ' ');
    return line;
}

} // namespace soulvan::interchange
