// How do the views read attributes? As OpenUSD does at the default time, where Attribute is more lenient.
#pragma once

#include "soulvan/usd/geom.h"

#include <array>

namespace soulvan::usd::detail {

/// The value at `time`; at the default time that of a default or a fallback, never that of a time sample.
std::optional<Value> value_of(Prim const& prim, Token name, Time time);

template <class T>
std::optional<T> get(Prim const& prim, std::string_view name, Time time)
{
    auto const value = value_of(prim, Token(name), time);
    auto const* typed = value ? value->get<T>() : nullptr;
    return typed ? std::optional<T>(*typed) : std::nullopt;
}
template <class T>
T get_or(Prim const& prim, std::string_view name, T fallback, Time time)
{
    return get<T>(prim, name, time).value_or(std::move(fallback));
}

/// Whether the attribute has a value beyond the schema's fallback.
bool has_authored_value(Prim const& prim, Token name);

/// The samples around a time. `has_samples` is false when a default or fallback holds at all times.
struct Bracket {
    bool has_samples = false;
    double lower = 0, upper = 0;
};
/// Nothing when the attribute has no value at all.
std::optional<Bracket> bracketing_samples(Prim const& prim, Token name, double time);

/// The transform of one prim as OpenUSD sees it; what makes no sense is told to `problem`.
LocalTransform lenient_transform(Prim const& prim, Time time,
                                 std::function<void(std::string)> const& problem = {});

/// The matrix of a rotation about any axis, in radians, for row vectors; identity for no axis.
Matrix4d rotation_about(Vec3d axis, double angle);
/// The matrix of a quaternion as it is, of unit length or not.
Matrix4d matrix_from(Quatd const& quaternion);
Matrix4d translation_matrix(Vec3d const& by);
Matrix4d scale_matrix(Vec3d const& by);
/// The inverse as OpenUSD has it: of a singular matrix, a scale by the largest float.
Matrix4d inverse_of(Matrix4d const& matrix);
Range3d empty_range();
/// Makes three rows perpendicular unit vectors without preferring one: each is moved half way to what is
/// perpendicular to the others until nothing changes, as GfVec3d::OrthogonalizeBasis does.
void orthonormalize(std::array<Vec3d, 3>& rows);

/// The targets of a relationship with those of the relationships that it targets, each once, in order.
std::vector<Path> forwarded_targets(Prim const& prim, std::string_view relationship);
/// Whether targets are authored, if only an empty list.
bool has_authored_targets(Prim const& prim, std::string_view relationship);

} // namespace soulvan::usd::detail
