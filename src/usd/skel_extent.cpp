// Which extents follow from skeletons?
#include "skel_extent.h"

#include "geom_extent.h"
#include "skel_detail.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

Range3d around_joints(std::span<Matrix4d const> joints, Matrix4d const* transform)
{
    auto range = detail::empty_range();
    for (auto const& joint : joints) {
        Vec3d const at(joint[3][0], joint[3][1], joint[3][2]);
        range.extendBy(transform ? at * *transform : at);
    }
    return range;
}

/// How far what is skinned reaches beyond its resting joints, at most, in any direction.
double padding(skel::Skinning const& skinning, Range3d const& joints)
{
    auto const time = Time::earliest();
    auto const extent = detail::get<Array<Vec3f>>(skinning.prim(), "extent", time);
    if (!extent || extent->size() != 2 || joints.isEmpty()) return 0;
    geom::BoundingBox const box{Range3d(Vec3d((*extent)[0]), Vec3d((*extent)[1])),
                                skinning.geom_bind_transform(time)};
    auto const range = box.aligned();
    double result = 0;
    for (int axis = 0; axis < 3; ++axis)
        result = std::max({result, joints.min[axis] - range.min[axis], range.max[axis] - joints.max[axis]});
    return result;
}

void find_skeletons(Prim const& prim, std::vector<skel::Binding>& result)
{
    for (auto const& child : prim.children()) {
        if (child.is_a("Skeleton")) result.push_back({child, {}});
        find_skeletons(child, result);
    }
}

} // namespace

std::optional<geom::Extent> detail::extent_of_skeleton(Prim const& prim, Time time, Matrix4d const* transform)
{
    auto const skeleton = skel::Skeleton::of(prim);
    if (!skeleton) return std::nullopt;
    auto const joints = skeleton->skeleton_transforms(time);
    if (!joints) return std::nullopt;
    return extent_of_range(around_joints(*joints, transform));
}

std::optional<geom::Extent> detail::extent_of_skel_root(Prim const& root, Time time,
                                                        Matrix4d const* transform)
{
    auto bindings = skel::bindings(root);
    if (bindings.empty()) find_skeletons(root, bindings); // nothing is skinned: the joints alone
    geom::XformCache xforms; // OpenUSD takes the skeletons' own transforms at the default time
    auto whole = empty_range();
    for (auto const& binding : bindings) {
        auto const skeleton = skel::Skeleton::of(binding.skeleton);
        if (!skeleton) return std::nullopt;
        auto const joints = skeleton->skeleton_transforms(time);
        if (!joints) continue;
        double room = 0;
        if (auto const rest = skeleton->skeleton_transforms(time, true)) {
            auto const resting = around_joints(*rest, nullptr);
            for (auto const& target : binding.targets) room = std::max(room, padding(target, resting));
        }
        auto [to_root, resets] = xforms.relative_transform(binding.skeleton, root);
        if (!resets && transform) to_root = to_root * *transform;
        auto const range = around_joints(*joints, &to_root);
        if (range.isEmpty()) continue;
        whole.extendBy(range.min - Vec3d(room));
        whole.extendBy(range.max + Vec3d(room));
    }
    return extent_of_range(whole);
}

} // namespace soulvan::usd
