// Where does a prim stand? The xformOps of UsdGeomXformable.
#include "geom_detail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>

namespace soulvan::usd {

namespace {

using geom::XformOpType;

constexpr std::string_view invert_prefix = "!invert!";
constexpr std::string_view reset_stack = "!resetXformStack!";
constexpr std::string_view op_namespace = "xformOp:";

constexpr std::pair<std::string_view, XformOpType> op_names[] = {
    {"translate", XformOpType::translate},    {"scale", XformOpType::scale},
    {"rotateX", XformOpType::rotate_x},       {"rotateY", XformOpType::rotate_y},
    {"rotateZ", XformOpType::rotate_z},       {"rotateXYZ", XformOpType::rotate_xyz},
    {"rotateXZY", XformOpType::rotate_xzy},   {"rotateYXZ", XformOpType::rotate_yxz},
    {"rotateYZX", XformOpType::rotate_yzx},   {"rotateZXY", XformOpType::rotate_zxy},
    {"rotateZYX", XformOpType::rotate_zyx},   {"orient", XformOpType::orient},
    {"transform", XformOpType::transform},    {"translateX", XformOpType::translate_x},
    {"translateY", XformOpType::translate_y}, {"translateZ", XformOpType::translate_z},
    {"scaleX", XformOpType::scale_x},         {"scaleY", XformOpType::scale_y},
    {"scaleZ", XformOpType::scale_z},
};

std::string_view name_of(XformOpType type)
{
    for (auto const& [name, known] : op_names)
        if (known == type) return name;
    return "unknown";
}

geom::XformOp parse_op(std::string_view entry)
{
    geom::XformOp op;
    if (entry.starts_with(invert_prefix)) {
        op.inverted = true;
        entry.remove_prefix(invert_prefix.size());
    }
    op.name = Token(entry);
    if (!entry.starts_with(op_namespace)) return op;
    entry.remove_prefix(op_namespace.size());
    auto const colon = entry.find(':');
    for (auto const& [name, type] : op_names)
        if (name == entry.substr(0, colon)) op.type = type;
    if (colon != std::string_view::npos) op.suffix = Token(entry.substr(colon + 1));
    return op;
}

std::optional<double> as_double(Value const& value)
{
    if (auto const* v = value.get<double>()) return *v;
    if (auto const* v = value.get<float>()) return *v;
    if (auto const* v = value.get<half>()) return static_cast<float>(*v);
    return std::nullopt;
}

std::optional<Vec3d> as_vector(Value const& value)
{
    if (auto const* v = value.get<Vec3d>()) return *v;
    if (auto const* v = value.get<Vec3f>()) return Vec3d(*v);
    if (auto const* v = value.get<Vec3h>())
        return Vec3d(static_cast<float>(v->x), static_cast<float>(v->y), static_cast<float>(v->z));
    return std::nullopt;
}

std::optional<Quatd> as_quaternion(Value const& value)
{
    if (auto const* v = value.get<Quatd>()) return *v;
    if (auto const* v = value.get<Quatf>()) return Quatd(v->r, Vec3d(v->v));
    if (auto const* v = value.get<Quath>())
        return Quatd(static_cast<float>(v->r), Vec3d(static_cast<float>(v->v.x), static_cast<float>(v->v.y),
                                                     static_cast<float>(v->v.z)));
    return std::nullopt;
}

/// Rotation about one axis (0, 1 or 2), for row vectors.
Matrix4d rotation(int axis, double degrees)
{
    double const angle = degrees * std::numbers::pi / 180;
    double const c = std::cos(angle), s = std::sin(angle);
    switch (axis) {
    case 0:
        return {1, 0, 0, 0, 0, c, s, 0, 0, -s, c, 0, 0, 0, 0, 1};
    case 1:
        return {c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1};
    default:
        return {c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    }
}

/// OpenUSD takes the angle from the real part alone and the axis from the rest, which for quaternions that
/// are not of unit length is not the same as dividing by their length.
Matrix4d rotation(Quatd const& q, bool inverted)
{
    double const angle = 2 * std::acos(std::clamp(q.r, -1.0, 1.0));
    return detail::rotation_about(q.v, inverted ? -angle : angle);
}

Vec3d along(int axis, double value, double other)
{
    return {axis == 0 ? value : other, axis == 1 ? value : other, axis == 2 ? value : other};
}

/// The axes of a rotation about three axes, in the order in which they are applied; -1 for others.
std::array<int, 3> rotation_order(XformOpType type)
{
    switch (type) {
    case XformOpType::rotate_xyz:
        return {0, 1, 2};
    case XformOpType::rotate_xzy:
        return {0, 2, 1};
    case XformOpType::rotate_yxz:
        return {1, 0, 2};
    case XformOpType::rotate_yzx:
        return {1, 2, 0};
    case XformOpType::rotate_zxy:
        return {2, 0, 1};
    case XformOpType::rotate_zyx:
        return {2, 1, 0};
    default:
        return {-1, -1, -1};
    }
}

std::optional<Matrix4d> number_matrix(XformOpType type, double value, bool inverted)
{
    auto const axis_after = [&](XformOpType first) {
        return static_cast<int>(type) - static_cast<int>(first);
    };
    double const signed_value = inverted ? -value : value;
    if (type >= XformOpType::rotate_x && type <= XformOpType::rotate_z)
        return rotation(axis_after(XformOpType::rotate_x), signed_value);
    if (type >= XformOpType::translate_x && type <= XformOpType::translate_z)
        return detail::translation_matrix(along(axis_after(XformOpType::translate_x), signed_value, 0));
    if (type >= XformOpType::scale_x && type <= XformOpType::scale_z)
        return detail::scale_matrix(along(axis_after(XformOpType::scale_x), inverted ? 1 / value : value, 1));
    return std::nullopt;
}

std::optional<Matrix4d> vector_matrix(XformOpType type, Vec3d const& value, bool inverted)
{
    if (type == XformOpType::translate) return detail::translation_matrix(inverted ? -value : value);
    if (type == XformOpType::scale)
        return detail::scale_matrix(inverted ? Vec3d(1 / value.x, 1 / value.y, 1 / value.z) : value);
    auto order = rotation_order(type);
    if (order[0] < 0) return std::nullopt;
    if (inverted) std::reverse(order.begin(), order.end());
    Matrix4d result;
    for (int axis : order) result = result * rotation(axis, inverted ? -value[axis] : value[axis]);
    return result;
}

/// The op's matrix; nothing when the value is of a type that the op does not take.
std::optional<Matrix4d> matrix_of(XformOpType type, Value const& value, bool inverted)
{
    if (type == XformOpType::transform) {
        auto const* matrix = value.get<Matrix4d>();
        if (!matrix) return std::nullopt;
        return inverted ? detail::inverse_of(*matrix) : *matrix;
    }
    if (type == XformOpType::orient) {
        auto const quaternion = as_quaternion(value);
        return quaternion ? std::optional(rotation(*quaternion, inverted)) : std::nullopt;
    }
    if (auto const number = as_double(value)) return number_matrix(type, *number, inverted);
    if (auto const vector = as_vector(value)) return vector_matrix(type, *vector, inverted);
    return std::nullopt;
}

bool is_finite(Matrix4d const& m)
{
    return std::all_of(&m[0][0], &m[0][0] + 16, [](double x) { return std::isfinite(x); });
}

/// Ops without a value do nothing, as in OpenUSD.
using Multiply = std::function<Result<Matrix4d>(geom::XformOp const&)>;

Result<LocalTransform> product(Prim const& prim, Multiply const& matrix)
{
    auto const [ops, resets] = geom::xform_ops(prim);
    LocalTransform result;
    result.resets = resets;
    for (std::size_t i = ops.size(); i-- > 0;) { // the last op is the most local one
        // An op next to its inverse cancels exactly (pivots around nothing).
        if (i > 0 && ops[i - 1].name == ops[i].name && ops[i - 1].inverted != ops[i].inverted) {
            --i;
            continue;
        }
        result.parent_from_local = result.parent_from_local * TRY(matrix(ops[i]));
    }
    return result;
}

} // namespace

namespace geom {

Token XformOp::entry() const
{
    return inverted ? Token(std::string(invert_prefix) + name.str()) : name;
}

XformOps xform_ops(Prim const& prim)
{
    static Token const order_name("xformOpOrder");
    XformOps result;
    if (!prim.is_a("Xformable")) return result;
    auto const order = detail::get<Array<Token>>(prim, order_name.view(), {});
    if (!order) return result;
    for (Token entry : *order) {
        if (entry == reset_stack) { // what stands before it counts for nothing
            result.resets = true;
            result.ops.clear();
            continue;
        }
        auto op = parse_op(entry.view());
        if (prim.attribute(op.name)) result.ops.push_back(std::move(op));
    }
    return result;
}

Result<Matrix4d> op_matrix(XformOpType type, Value const& value, bool inverted)
{
    auto const matrix = matrix_of(type, value, inverted);
    if (!matrix) return fail(Errc::invalid_input, "a value of this type is no {} transform", name_of(type));
    auto const* whole = value.get<Matrix4d>();
    bool const is_singular = inverted && (whole ? whole->determinant() == 0 : !is_finite(*matrix));
    if (is_singular) {
        auto const forward = matrix_of(type, value, false);
        if (forward && is_finite(*forward))
            return fail(Errc::invalid_input, "the value cannot be inverted, as xformOpOrder asks for");
    }
    if (!is_finite(*matrix)) return fail(Errc::invalid_input, "the value is not finite");
    return *matrix;
}

bool transform_might_be_time_varying(Prim const& prim)
{
    for (auto const& op : xform_ops(prim).ops)
        if (auto const attribute = prim.attribute(op.name); attribute && attribute->is_time_varying())
            return true;
    return false;
}

std::vector<double> transform_time_samples(Prim const& prim)
{
    std::set<double> times;
    for (auto const& op : xform_ops(prim).ops)
        if (auto const attribute = prim.attribute(op.name))
            for (double const time : attribute->time_samples()) times.insert(time);
    return {times.begin(), times.end()};
}

void XformCache::set_time(Time time)
{
    bool const is_same = time.is_default() ? time_.is_default() : time.code() == time_.code();
    if (is_same) return;
    time_ = time;
    entries_.clear();
    problems_.clear();
}

XformCache::Entry& XformCache::entry(Prim const& prim)
{
    auto const [at, is_new] = entries_.try_emplace(prim.path());
    if (is_new)
        at->second.local = detail::lenient_transform(
            prim, time_, [this](std::string problem) { problems_.push_back(std::move(problem)); });
    return at->second;
}

LocalTransform const& XformCache::local_transform(Prim const& prim)
{
    return entry(prim).local;
}

Matrix4d const& XformCache::world_from_local(Prim const& prim)
{
    static Matrix4d const identity;
    if (!prim || prim.path().is_root()) return identity;
    auto& own = entry(prim); // entries stay where they are when others are added
    if (!own.has_world) {
        own.world = own.local.resets ? own.local.parent_from_local
                                     : own.local.parent_from_local * world_from_local(prim.parent());
        own.has_world = true;
    }
    return own.world;
}

Matrix4d const& XformCache::world_from_parent(Prim const& prim)
{
    return world_from_local(prim ? prim.parent() : prim);
}

LocalTransform XformCache::relative_transform(Prim const& prim, Prim const& ancestor)
{
    LocalTransform result;
    for (Prim at = prim; at && !at.path().is_root() && !(at == ancestor); at = at.parent()) {
        auto const& local = local_transform(at);
        result.parent_from_local = result.parent_from_local * local.parent_from_local;
        result.resets = local.resets;
        if (result.resets) break;
    }
    return result;
}

} // namespace geom

LocalTransform detail::lenient_transform(Prim const& prim, Time time,
                                         std::function<void(std::string)> const& problem)
{
    auto const matrix = [&](geom::XformOp const& op) -> Result<Matrix4d> {
        auto const value = value_of(prim, op.name, time);
        if (!value) return Matrix4d();
        auto const checked = geom::op_matrix(op.type, *value, op.inverted);
        if (checked) return *checked;
        if (problem)
            problem(fmt::format("<{}.{}>: {}", prim.path().str(), op.name.str(), checked.error().what));
        return matrix_of(op.type, *value, op.inverted).value_or(Matrix4d());
    };
    return product(prim, matrix).value_or(LocalTransform());
}

Result<LocalTransform> local_transform(Prim const& prim, Time time)
{
    return product(prim, [&](geom::XformOp const& op) -> Result<Matrix4d> {
        auto const value = prim.attribute(op.name)->value(time);
        if (!value) return Matrix4d();
        auto matrix = geom::op_matrix(op.type, *value, op.inverted);
        if (matrix) return matrix;
        return within(fmt::format("<{}.{}>", prim.path().str(), op.name.str()), std::move(matrix).error());
    });
}

Result<Matrix4d> world_from_local(Prim const& prim, Time time)
{
    Matrix4d result;
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        auto const local = TRY(local_transform(at, time));
        result = result * local.parent_from_local;
        if (local.resets) break;
    }
    return result;
}

} // namespace soulvan::usd
