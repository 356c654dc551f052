// What do the files about skeletons share?
#pragma once

#include "geom_detail.h"
#include "soulvan/usd/skel.h"

namespace soulvan::usd::skel {

/// Influences with the transforms of their joints, ready to move points.
struct Rig {
    Method method = Method::classic_linear;
    Matrix4d geom_bind;
    std::span<Matrix4d const> joints;
    Influences const& influences;
};
/// Errors  invalid_input: a joint out of range.
Result<std::vector<Vec3f>> skin_points(Rig const& rig, std::span<Vec3f const> points);
/// `points_of` tells the point of each normal; empty: one per point.
Result<std::vector<Vec3f>> skin_normals(Rig const& rig, std::span<Vec3f const> normals,
                                        std::span<std::int32_t const> points_of);
/// All influences move the frame of the geom bind transform.
Result<Matrix4d> skin_transform(Rig const& rig);

} // namespace soulvan::usd::skel
