// How large is what a stage shows?
#include "soulvan/geometry/triangles.h"

#include "gprim.h"
#include "primvar_read.h"

#include <array>
#include <unordered_map>

namespace soulvan::geometry {
namespace {

std::array<Vec3d, 8> corners(Range3d const& box)
{
    std::array<Vec3d, 8> out;
    for (std::size_t i = 0; i < 8; ++i)
        out[i] = {i & 1 ? box.max.x : box.min.x, i & 2 ? box.max.y : box.min.y,
                  i & 4 ? box.max.z : box.min.z};
    return out;
}

/// Calls `visit` with world-space points around everything that is drawn.
/// Copies of a surface are measured as boxes; what stands alone is measured by its points, which is tighter.
template <class Visit>
Result<> visit_points(usd::Stage const& stage, usd::Time time, Visit visit)
{
    std::unordered_map<std::size_t, Range3d> shared;
    auto const visit_box = [&](Range3d const& box, Matrix4d const& world_from_local) {
        if (box.isEmpty()) return;
        for (auto const& corner : corners(box)) visit(corner * world_from_local);
    };
    for (auto const& placed : TRY(flatten(stage, time, {"render"}))) {
        if (auto const shape = shape_bounds(placed.prim, time)) {
            visit_box(*shape, placed.world_from_local);
            continue;
        }
        if (auto const known = shared.find(placed.shared_key);
            placed.shared_key != 0 && known != shared.end()) {
            visit_box(known->second, placed.world_from_local);
            continue;
        }
        auto const points = read_vec3f_array(placed.prim, "points", time).value_or(std::vector<Vec3f>{});
        TRY(check_finite(placed.prim, "points", points));
        if (placed.shared_key == 0) {
            for (auto const& point : points) visit(Vec3d(point) * placed.world_from_local);
            continue;
        }
        Range3d box;
        for (auto const& point : points) box.extendBy(Vec3d(point));
        shared.emplace(placed.shared_key, box);
        visit_box(box, placed.world_from_local);
    }
    return {};
}

} // namespace

Result<Range3d> world_bounds(usd::Stage const& stage, usd::Time time)
{
    Range3d world;
    TRY(visit_points(stage, time, [&](Vec3d const& p) { world.extendBy(p); }));
    return world;
}

Result<std::vector<Vec3d>> world_points(usd::Stage const& stage, usd::Time time, std::size_t most)
{
    std::vector<Vec3d> points;
    std::size_t stride = 1, met = 0;
    TRY(visit_points(stage, time, [&](Vec3d const& p) {
        if (met++ % stride != 0) return;
        points.push_back(p);
        if (points.size() <= most) return;
        for (std::size_t i = 0; i * 2 < points.size(); ++i) points[i] = points[i * 2];
        points.resize((points.size() + 1) / 2);
        stride *= 2;
    }));
    return points;
}

} // namespace soulvan::geometry
