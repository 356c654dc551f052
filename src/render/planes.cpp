// Box means of planes.
#include "planes.h"

#include <algorithm>

namespace soulvan::render {

Plane box_mean(Plane const& plane, int reach)
{
    Plane rows(plane.width, plane.height), result(plane.width, plane.height);
    float const scale = 1.0f / static_cast<float>(2 * reach + 1);
    for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x) {
            float sum = 0;
            for (int d = -reach; d <= reach; ++d) sum += plane.at(std::clamp(x + d, 0, plane.width - 1), y);
            rows.at(x, y) = sum * scale;
        }
    for (int y = 0; y < plane.height; ++y)
        for (int d = -reach; d <= reach; ++d) {
            int const v = std::clamp(y + d, 0, plane.height - 1);
            for (int x = 0; x < plane.width; ++x) result.at(x, y) += rows.at(x, v) * scale;
        }
    return result;
}

} // namespace soulvan::render
