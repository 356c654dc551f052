// UsdGeom: what must be computed from a prim's attributes. Plain attributes are read with Prim::get<T>(),
// which knows their fallbacks.
//
// Frames  row vectors: p_parent = p_local * m. Units are the stage's; angles are in degrees, as authored.
// Times   the default time sees defaults and fallbacks alone, never time samples, as in OpenUSD.
// Same    equal stages give equal results, on any number of threads. Caches belong to one thread each.
// Source  OpenUSD 24.11, pxr/usd/usdGeom.
#pragma once

#include "soulvan/usd/stage.h"

#include <map>
#include <span>
#include <unordered_map>

namespace soulvan::usd::geom {

// Transforms ------------------------------------------------------------------------------------------------

enum class XformOpType : std::uint8_t {
    invalid, ///< a name that is none of the others
    translate,
    scale,
    rotate_x,
    rotate_y,
    rotate_z,
    rotate_xyz,
    rotate_xzy,
    rotate_yxz,
    rotate_yzx,
    rotate_zxy,
    rotate_zyx,
    orient,
    transform,
    translate_x, ///< these six since OpenUSD 25.02
    translate_y,
    translate_z,
    scale_x,
    scale_y,
    scale_z
};

/// One entry of xformOpOrder.
struct XformOp {
    Token name; ///< of the attribute: "xformOp:rotateXYZ:pivot"
    XformOpType type = XformOpType::invalid;
    Token suffix; ///< "pivot", or ""
    bool inverted = false;

    /// The entry as it stands in xformOpOrder.
    Token entry() const;
};

struct XformOps {
    std::vector<XformOp> ops; ///< the first is the outermost; without those before "!resetXformStack!"
    bool resets = false;      ///< the parent's transform is ignored
};
/// No ops for a prim that is not Xformable. Entries whose attribute does not exist are left out.
XformOps xform_ops(Prim const& prim);

/// The matrix of `value` under an op; identity for a combination that makes no sense.
/// Errors  invalid_input: the value's type does not fit the op; it is not finite, or an inverse does not
/// exist.
Result<Matrix4d> op_matrix(XformOpType type, Value const& value, bool inverted);

/// Whether any op has several time samples.
bool transform_might_be_time_varying(Prim const& prim);
/// The union of the ops' sample times, ascending.
std::vector<double> transform_time_samples(Prim const& prim);

/// World transforms of many prims at one time. Each prim's local transform is computed once; a query costs a
/// hash look-up when its parent is known. Ops that make no sense count as identity, an inverse that does not
/// exist is what OpenUSD makes of it, and both are listed in problems().
class XformCache {
public:
    explicit XformCache(Time time = {}) : time_(time) {}
    Time time() const { return time_; }
    void set_time(Time time); ///< forgets everything when it is another
    Matrix4d const& world_from_local(Prim const& prim);
    Matrix4d const& world_from_parent(Prim const& prim);
    LocalTransform const& local_transform(Prim const& prim);
    /// ancestor_from_local, up to where the stack is reset (then `resets`).
    LocalTransform relative_transform(Prim const& prim, Prim const& ancestor);
    std::vector<std::string> const& problems() const { return problems_; } ///< in order of occurrence

private:
    struct Entry {
        LocalTransform local;
        Matrix4d world;
        bool has_world = false;
    };
    Entry& entry(Prim const& prim);

    Time time_;
    std::unordered_map<Path, Entry> entries_;
    std::vector<std::string> problems_;
};

// Imageable -------------------------------------------------------------------------------------------------

/// "inherited" or "invisible": the nearest invisible prim on the way to the root decides.
Token computed_visibility(Prim const& prim, Time time = {});
/// Of the geometry of one purpose ("default", "render", "proxy", "guide"), with VisibilityAPI: "visible",
/// "inherited" or "invisible".
Token effective_visibility(Prim const& prim, Token purpose, Time time = {});

struct PurposeInfo {
    Token purpose;
    bool is_inheritable = false; ///< authored here or above, so that children take it over
    friend bool operator==(PurposeInfo const&, PurposeInfo const&) = default;
};
PurposeInfo purpose_info(Prim const& prim);
/// The same from the parent's: one step instead of the way to the root.
PurposeInfo purpose_info(Prim const& prim, PurposeInfo const& parent);

/// The stand-in of a prim of purpose "render", and the prim that names it.
struct ProxyPrim {
    Prim proxy;
    Prim render;
};
std::optional<ProxyPrim> proxy_prim(Prim const& prim);

/// Whether `kind` is `base` or derives from it in the core hierarchy of kinds.
bool is_kind(Token kind, std::string_view base);
bool is_model(Prim const& prim); ///< in the model hierarchy: all ancestors are groups
bool is_group(Prim const& prim);
bool is_component(Prim const& prim);

/// The velocity, blur and sampling settings of MotionAPI, inherited.
struct Motion {
    float blur_scale = 1;
    float velocity_scale = 1;
    int nonlinear_sample_count = 3;
};
Motion motion(Prim const& prim, Time time = {});

// Primvars --------------------------------------------------------------------------------------------------

/// An attribute of the namespace "primvars:". A handle, valid while its Stage lives.
struct Primvar {
    Prim prim;
    Attribute attribute;

    Token name() const;          ///< without "primvars:"
    Token interpolation() const; ///< "constant" when none is given
    int element_size() const;    ///< at least 1: values that belong together
    bool is_indexed() const;
    std::optional<Array<std::int32_t>> indices(Time time = {}) const;
    int unauthored_values_index() const; ///< the index of values for "nothing", or -1
    bool has_authored_value() const;
    bool has_value() const;
    /// As authored; for strings with an ":idFrom" relationship, the path that it targets.
    std::optional<Value> value(Time time = {}) const;
    /// The values with the indices applied, `element_size` values per index.
    /// Errors  not_found: there is no value; invalid_input: an index is out of range.
    Result<Value> flattened(Time time = {}) const;
    /// The union of the times of values and indices, ascending.
    std::vector<double> time_samples() const;
};
/// Whether an attribute of that name is a primvar: within "primvars:" and not the indices of one.
bool is_primvar_name(std::string_view attribute);
/// `name` with or without "primvars:".
std::optional<Primvar> primvar(Prim const& prim, std::string_view name);
std::vector<Primvar> primvars(Prim const& prim);          ///< authored and of the prim's schema
std::vector<Primvar> authored_primvars(Prim const& prim); ///< in the order of properties

/// The primvar of that name that holds at `prim`: its own, else that of the nearest ancestor with an authored
/// value, when that is constant.
std::optional<Primvar> find_primvar_with_inheritance(Prim const& prim, std::string_view name);
/// All that hold at `prim`: its own with authored values and the constant ones of its ancestors.
std::vector<Primvar> find_primvars_with_inheritance(Prim const& prim);
/// Those of them that its children inherit.
std::vector<Primvar> find_inheritable_primvars(Prim const& prim);
/// The same two from what the parent's children inherit: one step instead of the way to the root.
std::vector<Primvar> find_primvars_with_inheritance(Prim const& prim, std::span<Primvar const> inherited);
std::vector<Primvar> find_inheritable_primvars(Prim const& prim, std::span<Primvar const> inherited);

// Extents and bounds ----------------------------------------------------------------------------------------

/// Empty when min > max in any axis.
struct Extent {
    Vec3f min{0, 0, 0}, max{0, 0, 0};
};
/// The extent from the prim's geometry, whatever is authored; with `transform`, of the transformed geometry.
/// Nothing for prims that are not Boundable, and for those whose extent does not follow from their
/// attributes.
std::optional<Extent> computed_extent(Prim const& prim, Time time = {}, Matrix4d const* transform = nullptr);
/// The authored extent when it has two elements, else the computed one.
std::optional<Extent> extent(Prim const& prim, Time time = {});

/// A box in a space of its own, as GfBBox3d.
struct BoundingBox {
    Range3d range; ///< empty by default
    Matrix4d matrix;
    bool empty() const { return range.isEmpty(); }
    Range3d aligned() const; ///< the range around the transformed box
};
/// The smaller of the two boxes that hold both, each in the space of one of them.
BoundingBox combine(BoundingBox const& a, BoundingBox const& b);

struct BoundsOptions {
    std::vector<Token> purposes{Token("default")};
    bool use_extents_hint = false;
    bool ignore_visibility = false;
};

/// Bounds of many prims at one time. Children are joined in the space of the component they belong to, so the
/// bounds of a component are tight however it stands in the world. Subtrees of instances are bounded once per
/// prototype. A prim that is invisible itself has a bound, but none in its parent.
class BoundsCache {
public:
    explicit BoundsCache(Time time = {}, BoundsOptions options = {});
    ~BoundsCache();
    BoundsCache(BoundsCache&&) noexcept;
    BoundsCache& operator=(BoundsCache&&) noexcept;

    Time time() const { return time_; }
    BoundingBox world_bound(Prim const& prim);
    BoundingBox local_bound(Prim const& prim); ///< in the parent's space
    BoundingBox relative_bound(Prim const& prim, Prim const& ancestor);
    BoundingBox untransformed_bound(Prim const& prim); ///< without the prim's own transform
    /// Of some instances of a point instancer, each times `transform`; none where `prim` is broken.
    std::vector<BoundingBox> point_instance_bounds(Prim const& prim, std::span<std::int64_t const> instances,
                                                   Matrix4d const& transform = {});

private:
    using ByPurpose = std::map<Token, BoundingBox>;
    struct Context;
    struct Child;
    ByPurpose const& resolve(Prim const& prim);
    ByPurpose bounds(Prim const& prim, Context const& context);
    std::optional<ByPurpose> bounds_from_hint(Prim const& prim) const;
    std::optional<Extent> extent_of(Prim const& prim);
    std::vector<Child> children(Prim const& prim, Context const& context, PurposeInfo const& purpose);
    bool is_included(Prim const& child) const;
    BoundingBox combined(ByPurpose const& bounds) const;
    BoundsCache& prototypes(); ///< what bounds the prototypes of point instancers

    Time time_;
    BoundsOptions options_;
    XformCache xforms_, default_xforms_;
    std::unordered_map<Path, ByPurpose> entries_;                        ///< in the prims' own spaces
    std::map<std::pair<std::size_t, Token>, std::vector<Child>> shared_; ///< by prototype and purpose
    std::unordered_map<Path, bool> in_progress_; ///< prototypes may lead back to their instancer
    std::unique_ptr<BoundsCache> prototypes_;
    bool is_for_prototypes_ = false;
};

// Meshes, points and subsets --------------------------------------------------------------------------------

/// The points of a PointBased prim at `time`, moved from their sample at or before `base_time` by velocities
/// and accelerations where these are sampled with them; else interpolated.
/// Errors  not_found: no points.
Result<std::vector<Vec3f>> points_at(Prim const& prim, Time time, Time base_time);

std::vector<Prim> subsets(Prim const& geometry, std::string_view element_type = "",
                          std::string_view family = "");
std::vector<Token> subset_family_names(Prim const& geometry); ///< sorted
/// "unrestricted", "nonOverlapping" or "partition".
Token subset_family_type(Prim const& geometry, std::string_view family);
/// How many elements of a type ("face", "point", "edge", "tetrahedron") a mesh or tet mesh has.
std::size_t element_count(Prim const& geometry, std::string_view element_type, Time time);
/// Elements in no subset of the family, ascending; of edges the two points each.
std::vector<std::int32_t> unassigned_indices(Prim const& geometry, std::string_view element_type,
                                             std::string_view family, Time time);
/// What is wrong with a family of subsets, at any time; empty when it is valid.
std::vector<std::string> subset_family_problems(Prim const& geometry, std::string_view element_type,
                                                std::string_view family);

// Cameras ---------------------------------------------------------------------------------------------------

/// A camera at one time. Apertures and focal length are in tenths of a stage unit; the camera looks along its
/// own -Z, +Y up.
struct Camera {
    enum class Projection : std::uint8_t { perspective, orthographic };
    enum class Direction : std::uint8_t { horizontal, vertical };

    Matrix4d world_from_camera;
    Projection projection = Projection::perspective;
    float horizontal_aperture = 20.955F, vertical_aperture = 15.2908F;
    float horizontal_aperture_offset = 0, vertical_aperture_offset = 0;
    float focal_length = 50;
    Vec2f clipping_range{1, 1000000};           ///< near, far, in stage units
    std::vector<Vec4f> clipping_planes;         ///< in camera space
    float f_stop = 0;                           ///< 0: everything is in focus
    float focus_distance = 0;                   ///< in stage units
    Token stereo_role;                          ///< "mono", "left", "right"
    double shutter_open = 0, shutter_close = 0; ///< relative to the time, in time codes
    float exposure = 0;                         ///< in stops
    /// Of the exposure model since OpenUSD 25.05: seconds, ISO, f-number, responsivity.
    float exposure_time = 1, exposure_iso = 100, exposure_f_stop = 1, exposure_responsivity = 1;

    float aspect_ratio() const;                     ///< 0 when there is no height
    float field_of_view(Direction direction) const; ///< degrees
    /// The window at distance 1 of a perspective camera; of an orthographic one in stage units.
    Imath::Box2d window() const;
    /// Rigid: scale, shear and mirroring of the transform are taken out.
    Matrix4d camera_from_world() const;
    /// OpenGL's, for row vectors: the view volume goes to [-1, 1]³.
    Matrix4d clip_from_camera() const;
    /// Near left bottom, right bottom, left top, right top; then far. In world space.
    std::vector<Vec3d> corners() const;
    /// What radiance is multiplied with: 2^exposure times the exposure model.
    float linear_exposure_scale() const;
};
/// Errors  invalid_input: not a Camera.
Result<Camera> camera(Prim const& prim, Time time = {});

// Point instancers ------------------------------------------------------------------------------------------

struct InstanceOptions {
    bool include_prototype_transform =
        true;               ///< that of the prototype's root; else nobody asks for prototypes
    bool apply_mask = true; ///< leave out inactive and invisible instances
};
struct PointInstances {
    std::vector<Matrix4d> instancer_from_prototype;
    std::vector<std::int32_t> prototype_indices; ///< of the same length
    std::vector<std::int64_t> ids;               ///< of the same length; positions where none are authored
};
/// Which instances are there: empty when all are, else one byte (0 or 1) per instance.
std::vector<std::uint8_t> instance_mask(Prim const& instancer, Time time);
/// Instances at `time`, moved from their sample at or before `base_time` by velocities, accelerations and
/// angular velocities where these are sampled with them; else interpolated. At most 100 million.
/// Errors  not_found: no prototypes, indices or positions; invalid_input: an index out of range or arrays
/// that
///         do not fit each other; limit.
Result<PointInstances> point_instances(Prim const& instancer, Time time, Time base_time,
                                       InstanceOptions const& options = {});
std::vector<Path> prototypes(Prim const& instancer);

} // namespace soulvan::usd::geom
