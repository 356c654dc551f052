// Where does a prim stand? The xformOps of UsdGeomXformable.
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::usd {

namespace {

constexpr std::string_view invert_prefix = "!invert!";
constexpr std::string_view reset_stack = "!resetXformStack!";

struct Op {
    std::string name; ///< of the attribute: "xformOp:rotateXYZ:pivot"
    std::string kind; ///< "rotateXYZ"
    bool inverted = false;
};

Op parse_op(std::string_view entry)
{
    Op op;
    if (entry.starts_with(invert_prefix)) {
        op.inverted = true;
        entry.remove_prefix(invert_prefix.size());
    }
    op.name = entry;
    constexpr std::string_view space = "xformOp:";
    if (entry.starts_with(space))
        op.kind = entry.substr(space.size(), entry.find(':', space.size()) - space.size());
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

/// Rotation about one axis, for row vectors.
Matrix4d rotation(char axis, double degrees)
{
    double const angle = degrees * std::numbers::pi / 180;
    double const c = std::cos(angle), s = std::sin(angle);
    switch (axis) {
    case 'X':
        return {1, 0, 0, 0, 0, c, s, 0, 0, -s, c, 0, 0, 0, 0, 1};
    case 'Y':
        return {c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1};
    default:
        return {c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    }
}

/// OpenUSD takes the angle from the real part alone and the axis from the rest, which for quaternions that
/// are not of unit length is not the same as dividing by their length.
Matrix4d rotation(Quatd const& q)
{
    double const length = q.v.length();
    if (length < 1e-10) return {};
    double const angle = 2 * std::acos(std::clamp(q.r, -1.0, 1.0));
    double const c = std::cos(angle), s = std::sin(angle), t = 1 - c;
    Vec3d const a = q.v / length;
    return {t * a.x * a.x + c,
            t * a.x * a.y + s * a.z,
            t * a.x * a.z - s * a.y,
            0,
            t * a.x * a.y - s * a.z,
            t * a.y * a.y + c,
            t * a.y * a.z + s * a.x,
            0,
            t * a.x * a.z + s * a.y,
            t * a.y * a.z - s * a.x,
            t * a.z * a.z + c,
            0,
            0,
            0,
            0,
            1};
}

Matrix4d scaling(Vec3d const& s)
{
    return {s.x, 0, 0, 0, 0, s.y, 0, 0, 0, 0, s.z, 0, 0, 0, 0, 1};
}
Matrix4d translation(Vec3d const& t)
{
    return {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, t.x, t.y, t.z, 1};
}

bool is_axis(char c)
{
    return c >= 'X' && c <= 'Z';
}

Vec3d along(char axis, double value, double other)
{
    return {axis == 'X' ? value : other, axis == 'Y' ? value : other, axis == 'Z' ? value : other};
}

/// The op's matrix; nothing when the value is of a type that the op does not take.
std::optional<Matrix4d> matrix_of(std::string_view kind, Value const& value)
{
    auto const number = as_double(value);
    auto const vector = as_vector(value);
    if (kind == "translate" && vector) return translation(*vector);
    if (kind == "scale" && vector) return scaling(*vector);
    if (kind == "transform") {
        if (auto const* matrix = value.get<Matrix4d>()) return *matrix;
        return std::nullopt;
    }
    if (kind == "orient") {
        if (auto const quaternion = as_quaternion(value)) return rotation(*quaternion);
        return std::nullopt;
    }
    if (kind.empty()) return std::nullopt;
    char const axis = kind.back();
    if (number && is_axis(axis)) {
        if (kind.size() == 7 && kind.starts_with("rotate")) return rotation(axis, *number);
        if (kind.size() == 10 && kind.starts_with("translate")) return translation(along(axis, *number, 0));
        if (kind.size() == 6 && kind.starts_with("scale")) return scaling(along(axis, *number, 1));
    }
    if (vector && kind.size() == 9 && kind.starts_with("rotate")) { // the letters tell the order
        Matrix4d result;
        for (char letter : kind.substr(6)) {
            if (!is_axis(letter)) return std::nullopt;
            result = result * rotation(letter, (*vector)[letter - 'X']);
        }
        return result;
    }
    return std::nullopt;
}

bool is_finite(Matrix4d const& m)
{
    return std::all_of(&m[0][0], &m[0][0] + 16, [](double x) { return std::isfinite(x); });
}

/// The matrix of one entry of xformOpOrder. Ops without a value do nothing, as in OpenUSD.
Result<Matrix4d> op_matrix(Prim const& prim, Op const& op, Time time)
{
    auto const attribute = prim.attribute(op.name);
    auto const value = attribute ? attribute->value(time) : std::nullopt;
    if (!value) return Matrix4d();
    auto const matrix = matrix_of(op.kind, *value);
    if (!matrix)
        return fail(Errc::invalid_input, "<{}.{}>: a value of type {} is no {} transform", prim.path().str(),
                    op.name, attribute->type_name().str(), op.kind.empty() ? "known" : op.kind);
    if (!is_finite(*matrix))
        return fail(Errc::invalid_input, "<{}.{}>: the value is not finite", prim.path().str(), op.name);
    if (!op.inverted) return *matrix;
    auto const inverse = matrix->inverse(false);
    if (matrix->determinant() == 0 || !is_finite(inverse))
        return fail(Errc::invalid_input, "<{}.{}>: the value cannot be inverted, as xformOpOrder asks for",
                    prim.path().str(), op.name);
    return inverse;
}

} // namespace

Result<LocalTransform> local_transform(Prim const& prim, Time time)
{
    LocalTransform result;
    if (!prim.is_a("Xformable")) return result;
    auto const order = prim.get<Array<Token>>("xformOpOrder");
    if (!order) return result;
    std::size_t first = 0;
    for (std::size_t i = 0; i < order->size(); ++i)
        if ((*order)[i] == reset_stack) { // what stands before it counts for nothing
            result.resets = true;
            first = i + 1;
        }
    for (std::size_t i = order->size(); i-- > first;) { // the last op is the most local one
        auto const op = parse_op((*order)[i].view());
        // An op next to its inverse cancels exactly (pivots around nothing).
        if (i > first) {
            auto const outer = parse_op((*order)[i - 1].view());
            if (outer.name == op.name && outer.inverted != op.inverted) {
                --i;
                continue;
            }
        }
        result.parent_from_local = result.parent_from_local * TRY(op_matrix(prim, op, time));
    }
    return result;
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
