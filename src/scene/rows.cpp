// Which rows do things form, and where are the aisles between them?
#include "rows.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

std::vector<Strip> strips_between(std::vector<Rect> const& things)
{
    if (things.size() < 2) return {};
    struct Row {
        double low, high, begin, end;
    };
    // Single deep things form rows along their long side, side by side ones across it: take what gives
    // strips.
    for (bool const turned : {false, true}) {
        Plan2 along = things.front().long_direction();
        if (turned) along = {-along.y, along.x};
        if (along.y < -1e-9 || (std::abs(along.y) <= 1e-9 && along.x < 0)) along = along * -1.0;
        Plan2 const across(along.y, -along.x);
        std::vector<Row> rows;
        for (auto const& thing : things) {
            auto const [low, high] = thing.extent(across);
            auto const [begin, end] = thing.extent(along);
            rows.push_back({low, high, begin, end});
        }
        std::ranges::sort(rows, {}, &Row::low);
        std::vector<Row> merged;
        for (auto const& row : rows) {
            if (!merged.empty() && row.low - merged.back().high < 0.6) {
                auto& last = merged.back();
                last = {std::min(last.low, row.low), std::max(last.high, row.high),
                        std::min(last.begin, row.begin), std::max(last.end, row.end)};
            } else {
                merged.push_back(row);
            }
        }
        std::vector<Strip> strips;
        for (std::size_t i = 1; i < merged.size(); ++i) {
            double const begin = std::max(merged[i - 1].begin, merged[i].begin);
            double const end = std::min(merged[i - 1].end, merged[i].end);
            if (end > begin) strips.push_back({along, across, merged[i - 1].high, merged[i].low, begin, end});
        }
        if (!strips.empty()) return strips;
    }
    return {};
}

} // namespace soulvan::scene
