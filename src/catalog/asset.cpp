// What are assets called, and which category is below which?
#include "soulvan/catalog/asset.h"

#include "tables.h"

#include "soulvan/base/json.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace soulvan::catalog {

std::string_view name_of(Origin origin)
{
    switch (origin) {
    case Origin::generated:
        return "generated";
    case Origin::built_in:
        return "built_in";
    case Origin::imported:
        return "imported";
    }
    return "";
}

std::string_view name_of(Mount mount)
{
    switch (mount) {
    case Mount::floor:
        return "floor";
    case Mount::wall:
        return "wall";
    case Mount::ceiling:
        return "ceiling";
    case Mount::surface:
        return "surface";
    }
    return "";
}

std::optional<Mount> mount_named(std::string_view name)
{
    for (auto const mount : {Mount::floor, Mount::wall, Mount::ceiling, Mount::surface})
        if (name_of(mount) == name) return mount;
    return std::nullopt;
}

std::optional<Origin> origin_named(std::string_view name)
{
    for (auto const origin : {Origin::generated, Origin::built_in, Origin::imported})
        if (name_of(origin) == name) return origin;
    return std::nullopt;
}

std::string to_string(AssetRef const& ref)
{
    std::string text = ref.key;
    char separator = '?';
    for (auto const& [name, value] : ref.parameters) {
        text += fmt::format("{}{}={}", separator, name, value);
        separator = '&';
    }
    if (ref.seed != 0) text += fmt::format("{}seed={}", separator, ref.seed);
    return text;
}

namespace {

bool is_name(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// Whatever a value needs: numbers, words, lists of openings. No separators, no control characters.
bool is_value(std::string_view text)
{
    return text.size() <= 4096 && std::ranges::all_of(text, [](char c) {
               return c > ' ' && c < 127 && c != '&' && c != '?' && c != '=';
           });
}

} // namespace

Result<AssetRef> parse_asset_ref(std::string_view text)
{
    AssetRef ref;
    auto const question = text.find('?');
    auto const key = text.substr(0, question);
    auto const slash = key.find('/');
    if (slash == key.npos || !is_name(key.substr(0, slash)) || !is_name(key.substr(slash + 1)))
        return fail(
            Errc::invalid_input,
            "\"{}\" is no asset: write pack/name, both of a-z, 0-9 and _ (soulvan catalog search finds them)",
            text.substr(0, 200));
    ref.key = key;
    auto rest = question == text.npos ? std::string_view() : text.substr(question + 1);
    while (!rest.empty()) {
        auto const end = rest.find('&');
        auto const pair = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
        auto const equals = pair.find('=');
        auto const name = pair.substr(0, equals);
        auto const value = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
        if (equals == pair.npos || !is_name(name) || !is_value(value))
            return fail(Errc::invalid_input, "asset {}: \"{}\" is no parameter: write name=value", ref.key,
                        pair);
        if (name == "seed") {
            auto const [stop, error] = std::from_chars(value.data(), value.data() + value.size(), ref.seed);
            if (error != std::errc() || stop != value.data() + value.size())
                return fail(Errc::invalid_input, "asset {}: seed \"{}\" is no whole number", ref.key, value);
        } else if (!ref.parameters.emplace(name, value).second) {
            return fail(Errc::invalid_input, "asset {}: {} is given twice", ref.key, name);
        }
    }
    return ref;
}

Categories const& Categories::standard()
{
    static Categories const tree(data::categories_tsv);
    return tree;
}

Categories::Categories(std::string_view table)
{
    for (auto const& row : table_rows(table)) {
        SOULVAN_CHECK(row.size() == 10);
        auto const mount = mount_named(row[3]);
        SOULVAN_CHECK(mount.has_value());
        std::array<double, 4> free{};
        for (std::size_t i = 0; i < 4; ++i) {
            auto const number = number_in(row[4 + i]);
            SOULVAN_CHECK(number.has_value());
            free[i] = *number;
        }
        SOULVAN_CHECK(row[1].empty() || by_name_.contains(row[1]));
        by_name_.emplace(row[0], all_.size());
        all_.push_back({.name = std::string(row[0]),
                        .parent = std::string(row[1]),
                        .plural = std::string(row[2]),
                        .mount = *mount,
                        .clearance = {free[0], free[1], free[2], free[3]},
                        .architecture = row[9] == "1",
                        .theme = std::string(row[8])});
    }
}

Category const* Categories::find(std::string_view name) const
{
    auto const found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &all_[found->second];
}

bool Categories::is_a(std::string_view name, std::string_view wanted) const
{
    while (name != wanted) {
        auto const* category = find(name);
        if (!category || category->parent.empty()) return false;
        name = category->parent;
    }
    return true;
}

} // namespace soulvan::catalog
