// Which skeleton moves which prim, and through which influences?
#include "skel_detail.h"

#include <map>

namespace soulvan::usd::skel {

namespace {

/// What stands in for influences that are too many to be held.
constexpr std::size_t most_influences = std::size_t{1} << 30;

bool can_be_skinned(Prim const& prim)
{
    return prim.is_a("Boundable") && !prim.is_a("Skeleton") && !prim.is_a("SkelRoot");
}

bool is_authored(Prim const& prim, char const* name)
{
    return detail::has_authored_value(prim, Token(name));
}

/// The prim that a binding relationship targets; the second is false when the prim has no say.
std::pair<Prim, bool> bound(Prim const& prim, std::string_view relationship, std::string_view type)
{
    if (!prim.has_api("SkelBindingAPI")) return {};
    auto const targets = detail::forwarded_targets(prim, relationship);
    if (targets.empty()) return {Prim(), detail::has_authored_targets(prim, relationship)};
    auto const target = prim.stage().prim_at(targets.front());
    return {target && target.is_a(type) ? target : Prim(), true};
}

Prim inherited(Prim const& prim, std::string_view relationship, std::string_view type)
{
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent())
        if (auto const [target, has_say] = bound(at, relationship, type); has_say) return target;
    return {};
}

/// The attributes and relationships that hold at a prim, each with the prim that has it.
struct Inherited {
    Prim skeleton, joint_indices, joint_weights, method, geom_bind, joints, blend_shapes, targets;

    void add(Prim const& prim)
    {
        if (!prim.has_api("SkelBindingAPI")) return;
        if (auto const [target, has_say] = bound(prim, "skel:skeleton", "Skeleton"); has_say)
            skeleton = target;
        if (is_authored(prim, "primvars:skel:jointIndices")) joint_indices = prim;
        if (is_authored(prim, "primvars:skel:jointWeights")) joint_weights = prim;
        if (is_authored(prim, "primvars:skel:skinningMethod")) method = prim;
        if (is_authored(prim, "primvars:skel:geomBindTransform")) geom_bind = prim;
        if (is_authored(prim, "skel:joints")) joints = prim;
        if (!can_be_skinned(prim)) return; // blend shapes are not inherited
        if (is_authored(prim, "skel:blendShapes")) blend_shapes = prim;
        if (detail::has_authored_targets(prim, "skel:blendShapeTargets")) targets = prim;
    }
};

std::vector<Token> tokens(Prim const& prim, std::string_view name)
{
    auto const array = detail::get<Array<Token>>(prim, name, {});
    return array ? std::vector<Token>(array->begin(), array->end()) : std::vector<Token>();
}

template <class T>
Result<std::vector<T>> flattened(geom::Primvar const& primvar, Time time)
{
    auto const value = TRY(primvar.flattened(time));
    auto const* array = value.get<Array<T>>();
    if (!array)
        return fail(Errc::invalid_input, "<{}>: not of the type that influences have",
                    primvar.attribute.path().str());
    return std::vector<T>(array->begin(), array->end());
}

} // namespace

/// Makes a Skinning of what holds at a prim.
class Binder {
public:
    static Skinning skinning(Prim const& prim, Inherited const& from)
    {
        Skinning result;
        result.prim_ = prim;
        result.skeleton_ = from.skeleton;
        result.geom_bind_owner_ = from.geom_bind;
        if (from.method)
            result.method_ =
                detail::get_or(from.method, "primvars:skel:skinningMethod", Token("classicLinear"), {}).str();
        if (from.skeleton) result.skeleton_joints_ = tokens(from.skeleton, "joints");
        if (from.joints) result.joints_ = tokens(from.joints, "skel:joints");
        if (from.blend_shapes) result.blend_shapes_ = tokens(from.blend_shapes, "skel:blendShapes");
        result.has_blend_shapes_ = from.blend_shapes && from.targets;
        if (from.targets) result.blend_shape_targets_ = from.targets.targets("skel:blendShapeTargets");
        if (!from.joint_indices || !from.joint_weights) return result;
        result.joint_indices_ = geom::primvar(from.joint_indices, "skel:jointIndices");
        result.joint_weights_ = geom::primvar(from.joint_weights, "skel:jointWeights");
        bind_influences(result);
        return result;
    }

private:
    static void bind_influences(Skinning& result)
    {
        auto const& indices = *result.joint_indices_;
        auto const& weights = *result.joint_weights_;
        auto const size = indices.element_size();
        auto const interpolation = indices.interpolation();
        if (size != weights.element_size() || size <= 0 || interpolation != weights.interpolation()) return;
        if (interpolation != "constant" && interpolation != "vertex") return;
        result.per_point_ = size;
        result.is_rigid_ = interpolation == "constant";
    }
};

namespace {

/// Depth first below a SkelRoot; what is skinned is not entered.
void gather(Prim const& prim, Inherited from, std::vector<Skinning>& result)
{
    if (!prim.is_a("Imageable")) return;
    from.add(prim);
    if (can_be_skinned(prim)) {
        result.push_back(Binder::skinning(prim, from));
        return;
    }
    for (auto const& child : prim.children()) gather(child, from, result);
}

} // namespace

Prim inherited_skeleton(Prim const& prim)
{
    return inherited(prim, "skel:skeleton", "Skeleton");
}

Prim inherited_animation_source(Prim const& prim)
{
    return inherited(prim, "skel:animationSource", "SkelAnimation");
}

std::vector<Binding> bindings(Prim const& skel_root)
{
    if (!skel_root || !skel_root.is_a("SkelRoot")) return {};
    std::vector<Skinning> all;
    gather(skel_root, {}, all);
    std::map<Path, Binding> by_skeleton;
    for (auto& one : all) {
        if (!one.skeleton() || !one.skeleton().is_active()) continue;
        auto& binding = by_skeleton[one.skeleton().path()];
        binding.skeleton = one.skeleton();
        binding.targets.push_back(std::move(one));
    }
    std::vector<Binding> result;
    for (auto& [path, binding] : by_skeleton) result.push_back(std::move(binding));
    return result;
}

std::optional<Skinning> skinning(Prim const& prim)
{
    if (!prim || !can_be_skinned(prim)) return std::nullopt;
    std::vector<Prim> way;
    std::size_t roots = 0; // how much of the way lies within the outermost SkelRoot
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        way.push_back(at);
        if (at.is_a("SkelRoot")) roots = way.size();
    }
    if (roots == 0) return std::nullopt;
    Inherited from;
    for (std::size_t i = roots; i-- > 0;) {
        if (!way[i].is_a("Imageable") || (i > 0 && can_be_skinned(way[i]))) return std::nullopt;
        from.add(way[i]);
    }
    return Binder::skinning(prim, from);
}

Matrix4d Skinning::geom_bind_transform(Time time) const
{
    return geom_bind_owner_
               ? detail::get_or(geom_bind_owner_, "primvars:skel:geomBindTransform", Matrix4d(), time)
               : Matrix4d();
}

Result<Method> Skinning::method() const
{
    if (method_ == "classicLinear") return Method::classic_linear;
    if (method_ == "dualQuaternion") return Method::dual_quaternion;
    return fail(Errc::unsupported,
                "<{}>: \"{}\" is no skinning method; write classicLinear or dualQuaternion",
                prim_.path().str(), method_);
}

Result<Influences> Skinning::influences(Time time) const
{
    auto const where = prim_.path().str();
    if (!has_joint_influences())
        return fail(Errc::not_found, "<{}>: there are no joint indices and weights that fit each other",
                    where);
    Influences result;
    result.joints = TRY(flattened<std::int32_t>(*joint_indices_, time));
    result.weights = TRY(flattened<float>(*joint_weights_, time));
    result.per_point = per_point_;
    auto const size = static_cast<std::size_t>(per_point_);
    if (result.joints.size() != result.weights.size())
        return fail(Errc::invalid_input, "<{}>: {} joint indices for {} weights", where, result.joints.size(),
                    result.weights.size());
    if (result.joints.size() % size != 0 || (is_rigid_ && result.joints.size() != size))
        return fail(Errc::invalid_input, "<{}>: {} joint indices do not come in groups of {}", where,
                    result.joints.size(), size);
    return result;
}

Result<Influences> Skinning::influences(Time time, std::size_t points) const
{
    auto result = TRY(influences(time));
    auto const size = static_cast<std::size_t>(per_point_);
    if (points > most_influences / size)
        return fail(Errc::limit, "<{}>: {} influences for each of {} points", prim_.path().str(), size,
                    points);
    if (is_rigid_) {
        auto const joints = std::move(result.joints);
        auto const weights = std::move(result.weights);
        result.joints.clear();
        result.weights.clear();
        for (std::size_t i = 0; i < points; ++i) {
            result.joints.insert(result.joints.end(), joints.begin(), joints.end());
            result.weights.insert(result.weights.end(), weights.begin(), weights.end());
        }
    }
    if (result.joints.size() != points * size)
        return fail(Errc::invalid_input, "<{}>: influences of {} points, but {} points", prim_.path().str(),
                    result.joints.size() / size, points);
    return result;
}

Result<std::vector<Matrix4d>> Skinning::ordered(std::span<Matrix4d const> skinning_transforms) const
{
    std::vector<Matrix4d> result(skinning_transforms.begin(), skinning_transforms.end());
    if (!joints_) return result;
    result.clear();
    Mapper(skeleton_joints_, *joints_).remap<Matrix4d>(skinning_transforms, result, Matrix4d());
    return result;
}

Result<std::vector<Vec3f>> Skinning::skinned_points(std::span<Matrix4d const> skinning_transforms,
                                                    std::span<Vec3f const> points, Time time) const
{
    auto const used = TRY(influences(time, points.size()));
    auto const joints = TRY(ordered(skinning_transforms));
    return skin_points({TRY(method()), geom_bind_transform(time), joints, used}, points);
}

Result<std::vector<Vec3f>> Skinning::skinned_normals(std::span<Matrix4d const> skinning_transforms,
                                                     std::span<Vec3f const> normals, Time time) const
{
    auto const used = TRY(influences(time, normals.size()));
    auto const joints = TRY(ordered(skinning_transforms));
    return skin_normals({TRY(method()), geom_bind_transform(time), joints, used}, normals, {});
}

Result<std::vector<Vec3f>>
Skinning::skinned_face_varying_normals(std::span<Matrix4d const> skinning_transforms,
                                       std::span<std::int32_t const> face_vertex_indices,
                                       std::span<Vec3f const> normals, Time time) const
{
    if (face_vertex_indices.size() != normals.size())
        return fail(Errc::invalid_input, "<{}>: {} normals for {} corners", prim_.path().str(),
                    normals.size(), face_vertex_indices.size());
    std::size_t points = 0;
    for (auto const index : face_vertex_indices)
        if (index >= 0) points = std::max(points, static_cast<std::size_t>(index) + 1);
    auto const used = is_rigid_ ? TRY(influences(time, points)) : TRY(influences(time));
    auto const joints = TRY(ordered(skinning_transforms));
    return skin_normals({TRY(method()), geom_bind_transform(time), joints, used}, normals,
                        face_vertex_indices);
}

Result<Matrix4d> Skinning::skinned_transform(std::span<Matrix4d const> skinning_transforms, Time time) const
{
    if (!is_rigid_)
        return fail(Errc::invalid_input, "<{}>: only a rigid binding moves a transform", prim_.path().str());
    auto const used = TRY(influences(time));
    auto const joints = TRY(ordered(skinning_transforms));
    return skin_transform({TRY(method()), geom_bind_transform(time), joints, used});
}

std::vector<float> Skinning::blend_shape_weights(Animation const& animation, Time time) const
{
    std::vector<float> result;
    auto const weights = animation.blend_shape_weights(time).value_or(std::vector<float>());
    Mapper(animation.blend_shapes(), blend_shapes_).remap<float>(weights, result, 0.F);
    return result;
}

Result<Deformed> deformed(Prim const& prim, Time time)
{
    auto const bound_to = skinning(prim);
    if (!bound_to || !bound_to->skeleton())
        return fail(Errc::not_found, "<{}> is bound to no skeleton", prim ? prim.path().str() : "");
    auto const skeleton = TRY(Skeleton::of(bound_to->skeleton()));
    auto const points = detail::get<Array<Vec3f>>(prim, "points", time);
    if (!points) return fail(Errc::not_found, "<{}>: there are no points", prim.path().str());
    Deformed result{{points->begin(), points->end()}, {}};
    if (auto const normals = detail::get<Array<Vec3f>>(prim, "normals", time))
        result.normals.assign(normals->begin(), normals->end());
    auto const indices = detail::get_or(prim, "faceVertexIndices", Array<std::int32_t>(), time);
    bool const is_per_point = result.normals.size() == result.points.size();
    if (!is_per_point && result.normals.size() != indices.size()) result.normals.clear();
    if (bound_to->has_blend_shapes() && skeleton.animation()) {
        BlendShapes const shapes(*bound_to);
        auto const weights = bound_to->blend_shape_weights(*skeleton.animation(), time);
        TRY(shapes.deform_points(weights, result.points));
        if (is_per_point) TRY(shapes.deform_normals(weights, result.normals));
    }
    if (!bound_to->has_joint_influences()) return result;
    auto const joints = TRY(skeleton.skinning_transforms(time));
    result.points = TRY(bound_to->skinned_points(joints, result.points, time));
    if (is_per_point)
        result.normals = TRY(bound_to->skinned_normals(joints, result.normals, time));
    else if (!result.normals.empty())
        result.normals = TRY(bound_to->skinned_face_varying_normals(
            joints, std::span(indices.data(), indices.size()), result.normals, time));
    // From the skeleton's space to the prim's own.
    geom::XformCache xforms(time);
    auto const own =
        xforms.world_from_local(skeleton.prim()) * detail::inverse_of(xforms.world_from_local(prim));
    auto const for_normals = own.inverse(false).transposed();
    for (auto& point : result.points) point = Vec3f(Vec3d(point) * own);
    for (auto& normal : result.normals) {
        Vec3d turned(0, 0, 0);
        for_normals.multDirMatrix(Vec3d(normal), turned);
        normal = Vec3f(turned.normalized());
    }
    return result;
}

} // namespace soulvan::usd::skel
