// What do the views over skeletons say, as JSON?
#include "schema_dump.h"

#include "soulvan/usd/skel.h"

namespace soulvan::usd::dump {

namespace {

template <class T>
Json list_of(Result<std::vector<T>> const& found)
{
    return found ? list(*found) : Json();
}

Json shown_skeleton(Prim const& prim, Time time)
{
    auto const skeleton = skel::Skeleton::of(prim);
    if (!skeleton) return Json();
    geom::XformCache xforms(time);
    return {{"parents", skeleton->topology().parents},
            {"animation", skeleton->animation() ? Json(skeleton->animation()->prim().path().str()) : Json()},
            {"local", list_of(skeleton->local_transforms(time))},
            {"rest", list_of(skeleton->skeleton_transforms(time, true))},
            {"skeleton", list_of(skeleton->skeleton_transforms(time))},
            {"world", list_of(skeleton->world_transforms(xforms))},
            {"skinning", list_of(skeleton->skinning_transforms(time))},
            {"rest_relative", list_of(skeleton->rest_relative_transforms(time))}};
}

Json shown_target(skel::Skinning const& target, skel::Skeleton const& skeleton, Time time)
{
    Json result{{"prim", target.prim().path().str()},
                {"influences", target.has_joint_influences()},
                {"blend_shapes", target.has_blend_shapes()},
                {"rigid", target.is_rigid()},
                {"method", target.method_name()}};
    if (!target.has_joint_influences()) return result;
    auto const joints = skeleton.skinning_transforms(time);
    if (!joints) return result;
    auto const influences = target.influences(time);
    result["weights"] = influences ? list(influences->weights) : Json();
    if (target.is_rigid()) {
        auto const moved = target.skinned_transform(*joints, time);
        result["transform"] = moved ? shown(*moved) : Json();
    }
    if (auto const points = target.prim().get<Array<Vec3f>>("points", time)) {
        result["points"] = list_of(target.skinned_points(*joints, {points->data(), points->size()}, time));
        auto const normals = target.prim().get<Array<Vec3f>>("normals", time);
        if (normals && normals->size() == points->size())
            result["normals"] =
                list_of(target.skinned_normals(*joints, {normals->data(), normals->size()}, time));
    }
    return result;
}

} // namespace

Json skeletons(Prim const& prim, Time time)
{
    Json result = Json::object();
    if (prim.is_a("Skeleton")) result["skeleton"] = shown_skeleton(prim, time);
    if (prim.is_a("SkelRoot")) {
        Json bindings = Json::object();
        for (auto const& binding : skel::bindings(prim)) {
            auto const skeleton = skel::Skeleton::of(binding.skeleton);
            if (!skeleton) continue;
            auto& targets = bindings[binding.skeleton.path().str()] = Json::array();
            for (auto const& target : binding.targets)
                targets.push_back(shown_target(target, *skeleton, time));
        }
        result["bindings"] = std::move(bindings);
    }
    if (auto const deformed = skel::deformed(prim, time))
        result["deformed"] = {{"points", list(deformed->points)}, {"normals", list(deformed->normals)}};
    return result;
}

} // namespace soulvan::usd::dump
