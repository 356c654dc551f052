// How large is what a stage shows?
#include "soulvan/geometry/triangles.h"

#include "gprim.h"
#include "primvar_read.h"

#include <unordered_map>

namespace soulvan::geometry {
namespace {

Range3d moved(Range3d const& box, Matrix4d const& matrix)
{
    Range3d out;
    for (int corner = 0; corner < 8; ++corner) {
        Vec3d const p{corner & 1 ? box.max.x : box.min.x, corner & 2 ? box.max.y : box.min.y,
                      corner & 4 ? box.max.z : box.min.z};
        out.extendBy(p * matrix);
    }
    return out;
}

} // namespace

Result<Range3d> world_bounds(usd::Stage const& stage, usd::Time time)
{
    Range3d world;
    // Copies of a surface are measured as boxes; what stands alone is measured by its points, which is
    // tighter.
    std::unordered_map<std::size_t, Range3d> shared;
    for (auto const& placed : TRY(flatten(stage, time, {"render"}))) {
        if (auto const shape = shape_bounds(placed.prim, time)) {
            world.extendBy(moved(*shape, placed.world_from_local));
            continue;
        }
        if (auto const known = shared.find(placed.shared_key);
            placed.shared_key != 0 && known != shared.end()) {
            if (!known->second.isEmpty()) world.extendBy(moved(known->second, placed.world_from_local));
            continue;
        }
        auto const points = read_vec3f_array(placed.prim, "points", time).value_or(std::vector<Vec3f>{});
        TRY(check_finite(placed.prim, "points", points));
        Range3d own;
        for (auto const& point : points) own.extendBy(Vec3d(point));
        if (placed.shared_key != 0) {
            shared.emplace(placed.shared_key, own);
            if (!own.isEmpty()) world.extendBy(moved(own, placed.world_from_local));
        } else {
            for (auto const& point : points) world.extendBy(Vec3d(point) * placed.world_from_local);
        }
    }
    return world;
}

} // namespace soulvan::geometry
