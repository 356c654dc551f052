// Occupancy: which boxes stand near a place? A uniform hash grid over the plan.
#pragma once

#include "obb.h"

#include <cstdint>
#include <vector>

namespace soulvan::scene {

/// What fills a part of the room.
enum class Filling {
    solid,    ///< a thing or a column
    zone,     ///< floor that a thing needs free to be used; given up when the room is tight
    keep_out, ///< floor that stays free always: before doors, along a wall that was asked to be free
};

class Occupancy {
public:
    struct Entry {
        Solid solid;
        Filling filling = Filling::solid;
        int owner = -1; ///< index of a thing; -1: part of the building
    };

    Occupancy() = default;
    Occupancy(double min_x, double min_z, double max_x, double max_z);

    void add(Solid const& solid, Filling filling, int owner);
    /// Takes away all that `owner` brought.
    void remove(int owner);

    /// Whether `test(entry)` holds for any entry whose upright bounds come within `reach` of `rect`. An entry
    /// may be asked more than once.
    template <class Test>
    bool any_near(Rect const& rect, double reach, Test&& test) const
    {
        auto const span = cells_of(rect, reach);
        for (int row = span.row0; row <= span.row1; ++row)
            for (int column = span.column0; column <= span.column1; ++column)
                for (int const at : cells_[static_cast<std::size_t>(row * columns_ + column)])
                    if (test(entries_[static_cast<std::size_t>(at)])) return true;
        return false;
    }

private:
    struct Span {
        int row0 = 0, row1 = -1, column0 = 0, column1 = -1;
    };
    Span cells_of(Rect const& rect, double reach) const;

    static constexpr double cell_ = 2.0; ///< metres: about the size of a thing with its clearance
    double min_x_ = 0, min_z_ = 0;
    int columns_ = 0, rows_ = 0;
    std::vector<Entry> entries_;
    std::vector<int> unused_; ///< indices of entries_ that remove() freed
    std::vector<std::vector<int>> cells_;
    std::vector<std::vector<int>> of_owner_;
};

} // namespace soulvan::scene
