// What primvars does a prim have? Read, checked for length, indices and finite numbers; nothing is expanded
// yet.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"
#include "soulvan/usd/stage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::geometry {

enum class Interpolation : std::uint8_t { constant, uniform, varying, vertex, face_varying };

template <class T>
struct RawPrimvar {
    std::string name;
    Interpolation interpolation = Interpolation::constant;
    std::vector<T> values;
    std::vector<std::int32_t> indices; ///< empty: element i is values[i]

    std::size_t size() const { return indices.empty() ? values.size() : indices.size(); }
    T const& operator[](std::size_t i) const
    {
        return values[indices.empty() ? i : static_cast<std::size_t>(indices[i])];
    }
};

struct RawPrimvars {
    std::optional<RawPrimvar<Vec3f>> normals;
    std::vector<RawPrimvar<Vec2f>> uvs;
    std::vector<RawPrimvar<Vec3f>> colors;
    std::vector<RawPrimvar<float>> scalars;
};

/// How many elements each interpolation asks for.
struct ElementCounts {
    std::size_t faces = 0, points = 0, corners = 0;
    std::size_t of(Interpolation interpolation) const;
};

/// Authored primvars and those constant ones that are inherited from ancestors.
/// Errors  invalid_input: an index that leaves its array, naming prim, attribute and element.
Result<RawPrimvars> read_primvars(usd::Prim const& prim, usd::Time time, ElementCounts const& counts,
                                  std::optional<std::vector<std::string>> const& wanted,
                                  std::vector<std::string>& notes);

/// A float3-like array of any precision. Nothing when the attribute is missing or holds another type.
std::optional<std::vector<Vec3f>> read_vec3f_array(usd::Prim const& prim, std::string_view name,
                                                   usd::Time time);
/// Errors  invalid_input: names the first element that is not finite.
Result<> check_finite(usd::Prim const& prim, std::string_view attribute, std::vector<Vec3f> const& values);

} // namespace soulvan::geometry
