// How does a skeleton stand at a time?
#include "skel_detail.h"

#include <set>

namespace soulvan::usd::skel {

namespace {

std::vector<Token> tokens(Prim const& prim, std::string_view name)
{
    auto const array = detail::get<Array<Token>>(prim, name, {});
    return array ? std::vector<Token>(array->begin(), array->end()) : std::vector<Token>();
}

std::vector<Matrix4d> matrices(Prim const& prim, std::string_view name)
{
    auto const array = detail::get<Array<Matrix4d>>(prim, name, {});
    return array ? std::vector<Matrix4d>(array->begin(), array->end()) : std::vector<Matrix4d>();
}

std::vector<double> samples(Prim const& prim, std::initializer_list<char const*> names)
{
    std::set<double> times;
    for (char const* name : names)
        if (auto const attribute = prim.attribute(name))
            for (double const time : attribute->time_samples()) times.insert(time);
    return {times.begin(), times.end()};
}

/// Scale, then rotation as the quaternion says (of unit length or not), then translation.
Matrix4d joint_matrix(Vec3f const& translation, Quatf const& rotation, Vec3h const& scale)
{
    auto result = detail::matrix_from(Quatd(rotation.r, Vec3d(rotation.v)));
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column) result[row][column] *= static_cast<float>(scale[row]);
    for (int axis = 0; axis < 3; ++axis) result[3][axis] = translation[axis];
    return result;
}

} // namespace

std::optional<Animation> Animation::of(Prim const& prim)
{
    if (!prim || !prim.is_active() || !prim.is_a("SkelAnimation")) return std::nullopt;
    Animation result;
    result.prim_ = prim;
    result.joints_ = tokens(prim, "joints");
    result.blend_shapes_ = tokens(prim, "blendShapes");
    return result;
}

Result<std::vector<Matrix4d>> Animation::joint_transforms(Time time) const
{
    auto const translations = detail::get<Array<Vec3f>>(prim_, "translations", time);
    auto const rotations = detail::get<Array<Quatf>>(prim_, "rotations", time);
    auto const scales = detail::get<Array<Vec3h>>(prim_, "scales", time);
    auto const where = prim_.path().str();
    if (!translations || !rotations || !scales)
        return fail(Errc::not_found, "<{}>: translations, rotations and scales are needed together", where);
    auto const count = joints_.size();
    if (translations->size() != count || rotations->size() != count || scales->size() != count)
        return fail(Errc::invalid_input, "<{}>: {} translations, {} rotations and {} scales for {} joints",
                    where, translations->size(), rotations->size(), scales->size(), count);
    std::vector<Matrix4d> result;
    for (std::size_t i = 0; i < count; ++i)
        result.push_back(joint_matrix((*translations)[i], (*rotations)[i], (*scales)[i]));
    return result;
}

std::optional<std::vector<float>> Animation::blend_shape_weights(Time time) const
{
    auto const weights = detail::get<Array<float>>(prim_, "blendShapeWeights", time);
    if (!weights) return std::nullopt;
    return std::vector<float>(weights->begin(), weights->end());
}

std::vector<double> Animation::joint_transform_samples() const
{
    return samples(prim_, {"translations", "rotations", "scales"});
}

std::vector<double> Animation::blend_shape_weight_samples() const
{
    return samples(prim_, {"blendShapeWeights"});
}

Result<Skeleton> Skeleton::of(Prim const& prim)
{
    if (!prim || !prim.is_active() || !prim.is_a("Skeleton"))
        return fail(Errc::not_found, "<{}> is no active Skeleton", prim ? prim.path().str() : "");
    Skeleton result;
    result.prim_ = prim;
    result.joints_ = tokens(prim, "joints");
    result.topology_ = Topology::from_joints(result.joints_);
    if (auto valid = result.topology_.validate(); !valid)
        return within(fmt::format("<{}>", prim.path().str()), std::move(valid).error());
    result.bind_ = matrices(prim, "bindTransforms");
    result.rest_ = matrices(prim, "restTransforms");
    result.animation_ = Animation::of(inherited_animation_source(prim));
    if (result.animation_) result.mapper_ = Mapper(result.animation_->joints(), result.joints_);
    return result;
}

Result<std::vector<Matrix4d>> Skeleton::local_transforms(Time time, bool at_rest) const
{
    auto const rest = [this]() -> Result<std::vector<Matrix4d>> {
        if (has_rest_pose()) return rest_;
        return fail(Errc::not_found, "<{}>: restTransforms are needed, one per joint", prim_.path().str());
    };
    if (at_rest || !is_animated()) return rest();
    std::vector<Matrix4d> result;
    if (mapper_.is_sparse()) result = TRY(rest());
    auto const animated = animation_->joint_transforms(time);
    if (!animated) return rest();
    mapper_.remap<Matrix4d>(*animated, result, Matrix4d());
    return result;
}

Result<std::vector<Matrix4d>> Skeleton::skeleton_transforms(Time time, bool at_rest) const
{
    auto transforms = TRY(local_transforms(time, at_rest));
    for (std::size_t i = 0; i < transforms.size(); ++i) // parents come first
        if (auto const parent = topology_.parents[i]; parent >= 0)
            transforms[i] = transforms[i] * transforms[static_cast<std::size_t>(parent)];
    return transforms;
}

Result<std::vector<Matrix4d>> Skeleton::world_transforms(geom::XformCache& xforms, bool at_rest) const
{
    auto transforms = TRY(skeleton_transforms(xforms.time(), at_rest));
    auto const& world = xforms.world_from_local(prim_);
    for (auto& transform : transforms) transform = transform * world;
    return transforms;
}

Result<std::vector<Matrix4d>> Skeleton::skinning_transforms(Time time) const
{
    auto transforms = TRY(skeleton_transforms(time));
    if (!has_bind_pose())
        return fail(Errc::not_found, "<{}>: bindTransforms are needed, one per joint", prim_.path().str());
    for (std::size_t i = 0; i < transforms.size(); ++i)
        transforms[i] = detail::inverse_of(bind_[i]) * transforms[i];
    return transforms;
}

Result<std::vector<Matrix4d>> Skeleton::rest_relative_transforms(Time time) const
{
    if (!is_animated()) return std::vector<Matrix4d>(joints_.size());
    if (!has_rest_pose())
        return fail(Errc::not_found, "<{}>: restTransforms are needed, one per joint", prim_.path().str());
    auto transforms = TRY(local_transforms(time));
    for (std::size_t i = 0; i < transforms.size(); ++i)
        transforms[i] = transforms[i] * detail::inverse_of(rest_[i]);
    return transforms;
}

} // namespace soulvan::usd::skel
