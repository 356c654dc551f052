// UsdSkel: skeletons, their animation, and the points that they move.
//
// Frames  row vectors: p_parent = p_local * m. Joints stand in the space of their parent joint ("local"), of
// the
//         Skeleton ("skeleton") or of the world. Skinned points are in the space of the Skeleton.
// Times   as in geom.h: the default time sees no time samples.
// Same    equal stages give equal results, on any number of threads.
// Source  OpenUSD 24.11, pxr/usd/usdSkel; Kavan et al. 2008 (dual quaternions).
#pragma once

#include "soulvan/usd/geom.h"

#include <algorithm>

namespace soulvan::usd::skel {

/// Which joint hangs on which.
struct Topology {
    std::vector<std::int32_t> parents; ///< per joint; -1 is a root

    /// From joint paths ("Hips/Spine"): the parent is the nearest ancestor that is a joint.
    static Topology from_joints(std::span<Token const> joints);
    std::size_t size() const { return parents.size(); }
    /// Errors  invalid_input: a joint that stands before its parent, or is its own.
    Result<> validate() const;
};

/// Brings values in one order of names into another (animation to skeleton, skeleton to what is skinned).
class Mapper {
public:
    Mapper() = default; ///< maps nothing to nothing
    Mapper(std::span<Token const> source, std::span<Token const> target);
    std::size_t size() const { return target_size_; }
    bool is_identity() const { return is_identity_; }
    bool is_sparse() const { return is_sparse_; } ///< some targets have no source
    bool is_null() const { return is_null_; }     ///< no target has a source
    /// `element_size` values per name. Targets without a source keep what is in `target`, or get `fallback`.
    template <class T>
    void remap(std::span<T const> source, std::vector<T>& target, T const& fallback,
               int element_size = 1) const
    {
        auto const size = static_cast<std::size_t>(std::max(element_size, 1));
        target.resize(target_size_ * size, fallback);
        for (std::size_t i = 0; i < targets_.size() && (i + 1) * size <= source.size(); ++i)
            if (targets_[i] >= 0)
                std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                            target.begin() +
                                static_cast<std::ptrdiff_t>(targets_[i]) * static_cast<std::ptrdiff_t>(size));
    }

private:
    std::vector<std::int32_t> targets_; ///< per source: its index in the target, or -1
    std::size_t target_size_ = 0;
    bool is_identity_ = false, is_sparse_ = false, is_null_ = true;
};

/// A SkelAnimation: transforms of joints and weights of blend shapes, in orders of its own.
class Animation {
public:
    /// Nothing when `prim` is no active SkelAnimation.
    static std::optional<Animation> of(Prim const& prim);
    Prim const& prim() const { return prim_; }
    std::vector<Token> const& joints() const { return joints_; }
    std::vector<Token> const& blend_shapes() const { return blend_shapes_; }
    /// Errors  not_found: translations, rotations or scales have no value.
    ///         invalid_input: they are not as many as the joints.
    Result<std::vector<Matrix4d>> joint_transforms(Time time) const;
    std::optional<std::vector<float>> blend_shape_weights(Time time) const;
    std::vector<double> joint_transform_samples() const; ///< union of the three, ascending
    std::vector<double> blend_shape_weight_samples() const;

private:
    Prim prim_;
    std::vector<Token> joints_, blend_shapes_;
};

/// A Skeleton with the animation that is bound to it.
class Skeleton {
public:
    /// Errors  not_found: no active Skeleton.  invalid_input: joints out of order.
    static Result<Skeleton> of(Prim const& prim);
    Prim const& prim() const { return prim_; }
    std::vector<Token> const& joints() const { return joints_; }
    Topology const& topology() const { return topology_; }
    bool has_bind_pose() const { return bind_.size() == joints_.size(); }
    bool has_rest_pose() const { return rest_.size() == joints_.size(); }
    std::vector<Matrix4d> const& bind_transforms() const { return bind_; } ///< world_from_joint when bound
    std::vector<Matrix4d> const& rest_transforms() const { return rest_; } ///< parent_from_joint
    std::optional<Animation> const& animation() const { return animation_; }

    /// parent_from_joint; without a usable animation, or `at_rest`, the rest pose. Joints that a sparse
    /// animation leaves out rest.
    /// Errors  not_found: a rest pose is needed and missing.
    Result<std::vector<Matrix4d>> local_transforms(Time time, bool at_rest = false) const;
    /// skeleton_from_joint
    Result<std::vector<Matrix4d>> skeleton_transforms(Time time, bool at_rest = false) const;
    /// world_from_joint
    Result<std::vector<Matrix4d>> world_transforms(geom::XformCache& xforms, bool at_rest = false) const;
    /// What moves a bound point: the inverse bind transform, then skeleton_from_joint.
    /// Errors  not_found: no bind pose.
    Result<std::vector<Matrix4d>> skinning_transforms(Time time) const;
    /// rest_from_joint: the animation apart from the rest pose.
    Result<std::vector<Matrix4d>> rest_relative_transforms(Time time) const;

private:
    bool is_animated() const { return animation_ && !mapper_.is_null(); }

    Prim prim_;
    std::vector<Token> joints_;
    Topology topology_;
    std::vector<Matrix4d> bind_, rest_;
    std::optional<Animation> animation_;
    Mapper mapper_; ///< from the animation's joints to the skeleton's
};

/// Points and the joints they follow, `per_point` each.
struct Influences {
    std::vector<std::int32_t> joints;
    std::vector<float> weights;
    int per_point = 1;
};

enum class Method : std::uint8_t { classic_linear, dual_quaternion };

/// How a prim is bound to a skeleton, with the bindings that it inherits within its SkelRoot.
class Skinning {
public:
    Prim const& prim() const { return prim_; }
    Prim const& skeleton() const { return skeleton_; } ///< without a handle when none is bound
    bool has_joint_influences() const { return per_point_ > 0; }
    bool has_blend_shapes() const { return has_blend_shapes_; }
    bool is_rigid() const { return is_rigid_; }                ///< all points follow the same joints
    std::string const& method_name() const { return method_; } ///< primvars:skel:skinningMethod
    /// The order of joints of the influences; nothing when it is the skeleton's.
    std::optional<std::vector<Token>> const& joints() const { return joints_; }
    std::vector<Token> const& blend_shapes() const { return blend_shapes_; }
    std::vector<Path> const& blend_shape_targets() const { return blend_shape_targets_; }
    Matrix4d geom_bind_transform(Time time) const;
    /// Errors  not_found, invalid_input: no influences, or arrays that do not fit each other.
    Result<Influences> influences(Time time) const;
    /// The same with one set per point also where they are rigid.
    Result<Influences> influences(Time time, std::size_t points) const;

    /// `skinning_transforms` are those of the skeleton, in its order.
    /// Errors  as influences(); invalid_input: a joint out of range; unsupported: another skinning method.
    Result<std::vector<Vec3f>> skinned_points(std::span<Matrix4d const> skinning_transforms,
                                              std::span<Vec3f const> points, Time time) const;
    /// Unit normals, one per point.
    Result<std::vector<Vec3f>> skinned_normals(std::span<Matrix4d const> skinning_transforms,
                                               std::span<Vec3f const> normals, Time time) const;
    /// Unit normals, one per corner: each follows the joints of its point.
    Result<std::vector<Vec3f>> skinned_face_varying_normals(std::span<Matrix4d const> skinning_transforms,
                                                            std::span<std::int32_t const> face_vertex_indices,
                                                            std::span<Vec3f const> normals, Time time) const;
    /// Of a rigid binding: skeleton_from_prim, in place of the prim's own transform.
    Result<Matrix4d> skinned_transform(std::span<Matrix4d const> skinning_transforms, Time time) const;
    /// The weights of an animation in the order of blend_shapes().
    std::vector<float> blend_shape_weights(Animation const& animation, Time time) const;

private:
    friend class Binder;
    Result<std::vector<Matrix4d>> ordered(std::span<Matrix4d const> skinning_transforms) const;
    Result<Method> method() const;

    Prim prim_, skeleton_;
    std::optional<geom::Primvar> joint_indices_, joint_weights_;
    Prim geom_bind_owner_;
    std::string method_ = "classicLinear";
    std::optional<std::vector<Token>> joints_;
    std::vector<Token> skeleton_joints_;
    std::vector<Token> blend_shapes_;
    std::vector<Path> blend_shape_targets_;
    bool has_blend_shapes_ = false, is_rigid_ = true;
    int per_point_ = 0;
};

/// A skeleton and what it moves.
struct Binding {
    Prim skeleton;
    std::vector<Skinning> targets;
};
/// Everything below a SkelRoot that is bound to a skeleton, by the skeletons' paths; targets in stage order.
std::vector<Binding> bindings(Prim const& skel_root);
/// How one prim is bound; nothing outside a SkelRoot, or for a prim that cannot be skinned.
std::optional<Skinning> skinning(Prim const& prim);
/// The skel:skeleton and skel:animationSource that hold at a prim: the nearest on the way to the root.
Prim inherited_skeleton(Prim const& prim);
Prim inherited_animation_source(Prim const& prim);

/// The blend shapes of a mesh with their in-betweens.
class BlendShapes {
public:
    explicit BlendShapes(Skinning const& skinning);
    std::size_t size() const { return shapes_.size(); }
    /// Adds the offsets of all shapes, times their weights, to `points`.
    /// Errors  invalid_input: weights or offsets that do not fit.
    Result<> deform_points(std::span<float const> weights, std::span<Vec3f> points) const;
    /// The same for normals, which are unit vectors afterwards.
    Result<> deform_normals(std::span<float const> weights, std::span<Vec3f> normals) const;

private:
    /// The rest (weight 0, no offsets), the shape itself (weight 1) or something between or beyond.
    struct Step {
        float weight = 0;
        std::vector<Vec3f> offsets, normal_offsets;
        bool is_rest() const { return weight == 0; }
    };
    struct Shape {
        std::vector<Step> steps; ///< by weight; empty for targets that are no blend shape
        std::vector<std::int32_t> point_indices;
    };
    static Shape read(Prim const& prim);
    Result<> apply(std::span<float const> weights, std::span<Vec3f> values,
                   std::vector<Vec3f> Step::*offsets) const;

    Path prim_;
    std::vector<Shape> shapes_;
};

/// A mesh after blend shapes and skinning, in its own space.
struct Deformed {
    std::vector<Vec3f> points;
    std::vector<Vec3f> normals; ///< empty when the prim has none per point or per corner
};
/// Errors  as the steps; not_found: no points or no binding.
Result<Deformed> deformed(Prim const& prim, Time time);

} // namespace soulvan::usd::skel
