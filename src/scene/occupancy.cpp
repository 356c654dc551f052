// Occupancy: which boxes stand near a place? A uniform hash grid over the plan.
#include "occupancy.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

Occupancy::Occupancy(double min_x, double min_z, double max_x, double max_z)
    : min_x_(min_x),
      min_z_(min_z),
      columns_(std::max(1, static_cast<int>(std::ceil((max_x - min_x) / cell_)))),
      rows_(std::max(1, static_cast<int>(std::ceil((max_z - min_z) / cell_)))),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_))
{}

Occupancy::Span Occupancy::cells_of(Rect const& rect, double reach) const
{
    auto const x = rect.extent({1, 0}), z = rect.extent({0, 1});
    auto const cell = [](double at, int count) {
        return static_cast<int>(std::clamp(std::floor(at / cell_), 0.0, count - 1.0));
    };
    return {cell(z[0] - reach - min_z_, rows_), cell(z[1] + reach - min_z_, rows_),
            cell(x[0] - reach - min_x_, columns_), cell(x[1] + reach - min_x_, columns_)};
}

void Occupancy::add(Solid const& solid, Filling filling, int owner)
{
    if (cells_.empty()) return;
    int at = static_cast<int>(entries_.size());
    if (unused_.empty()) {
        entries_.push_back({solid, filling, owner});
    } else {
        at = unused_.back();
        unused_.pop_back();
        entries_[static_cast<std::size_t>(at)] = {solid, filling, owner};
    }
    auto const span = cells_of(solid.rect, 0);
    for (int row = span.row0; row <= span.row1; ++row)
        for (int column = span.column0; column <= span.column1; ++column)
            cells_[static_cast<std::size_t>(row * columns_ + column)].push_back(at);
    if (owner < 0) return;
    if (of_owner_.size() <= static_cast<std::size_t>(owner))
        of_owner_.resize(static_cast<std::size_t>(owner) + 1);
    of_owner_[static_cast<std::size_t>(owner)].push_back(at);
}

void Occupancy::remove(int owner)
{
    if (owner < 0 || static_cast<std::size_t>(owner) >= of_owner_.size()) return;
    for (int const at : of_owner_[static_cast<std::size_t>(owner)]) {
        auto const span = cells_of(entries_[static_cast<std::size_t>(at)].solid.rect, 0);
        for (int row = span.row0; row <= span.row1; ++row)
            for (int column = span.column0; column <= span.column1; ++column)
                std::erase(cells_[static_cast<std::size_t>(row * columns_ + column)], at);
        unused_.push_back(at);
    }
    of_owner_[static_cast<std::size_t>(owner)].clear();
}

} // namespace soulvan::scene
