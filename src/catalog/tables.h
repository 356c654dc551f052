// How are the tables of data/ read? Tab-separated rows, comments with #, the first row names the columns.
#pragma once

#include "soulvan/catalog/asset.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace soulvan::catalog {

namespace data {
extern std::string_view const categories_tsv;
extern std::string_view const lexicon_tsv;
extern std::string_view const sweethome3d_tsv;
extern std::string_view const workers_tsv;
} // namespace data

std::optional<Mount> mount_named(std::string_view name);
std::optional<Origin> origin_named(std::string_view name);

/// `text` between `separator`s; the empty text is one empty piece.
inline std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    for (;;) {
        auto const end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == text.npos) return pieces;
        text = text.substr(end + 1);
    }
}

/// The rows below the header; `header`, when wanted, gets the names of the columns.
inline std::vector<std::vector<std::string_view>> table_rows(std::string_view table,
                                                             std::vector<std::string_view>* header = nullptr)
{
    std::vector<std::vector<std::string_view>> rows;
    bool named = false;
    for (auto const line : split(table, '\n')) {
        if (line.empty() || line.starts_with('#')) continue;
        auto cells = split(line, '\t');
        if (named)
            rows.push_back(std::move(cells));
        else if (header)
            *header = std::move(cells);
        named = true;
    }
    return rows;
}

inline std::optional<double> number_in(std::string_view text)
{
    double value = 0;
    auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace soulvan::catalog
