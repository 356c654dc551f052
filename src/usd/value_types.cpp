// Which data types attributes can have: names, roles, the value behind each, and its zero.
#include "soulvan/usd/value.h"

#include <unordered_map>

namespace soulvan::usd {

namespace {

template <class T>
T zero()
{
    if constexpr (
        requires {
            T::dimensions();
            requires std::is_constructible_v<T, typename T::BaseType>;
        } &&
        !requires(T t) { t.makeIdentity(); }) {
        return T(typename T::BaseType(0)); // Imath leaves vectors uninitialised
    } else {
        return T{}; // identity for matrices and quaternions
    }
}

struct Row {
    std::string_view name, scalar, role;
    std::string_view old_name;
};

constexpr std::string_view point = "Point", vector = "Vector", normal = "Normal", color = "Color",
                           texture = "TextureCoordinate";

// OpenUSD's registered names, roles and pre-2016 aliases (SdfValueTypeNames).
constexpr Row rows[] = {
    {"bool", "bool", "", ""},
    {"uchar", "uchar", "", ""},
    {"int", "int", "", ""},
    {"uint", "uint", "", ""},
    {"int64", "int64", "", ""},
    {"uint64", "uint64", "", ""},
    {"half", "half", "", ""},
    {"float", "float", "", ""},
    {"double", "double", "", ""},
    {"timecode", "timecode", "", ""},
    {"string", "string", "", ""},
    {"token", "token", "", ""},
    {"asset", "asset", "", ""},
    {"opaque", "opaque", "", ""},
    {"group", "opaque", "Group", ""},
    {"pathExpression", "pathExpression", "", ""},
    {"int2", "int2", "", "Vec2i"},
    {"int3", "int3", "", "Vec3i"},
    {"int4", "int4", "", "Vec4i"},
    {"half2", "half2", "", "Vec2h"},
    {"half3", "half3", "", "Vec3h"},
    {"half4", "half4", "", "Vec4h"},
    {"float2", "float2", "", "Vec2f"},
    {"float3", "float3", "", "Vec3f"},
    {"float4", "float4", "", "Vec4f"},
    {"double2", "double2", "", "Vec2d"},
    {"double3", "double3", "", "Vec3d"},
    {"double4", "double4", "", "Vec4d"},
    {"point3h", "half3", point, ""},
    {"point3f", "float3", point, "PointFloat"},
    {"point3d", "double3", point, "Point"},
    {"vector3h", "half3", vector, ""},
    {"vector3f", "float3", vector, "VectorFloat"},
    {"vector3d", "double3", vector, "Vector"},
    {"normal3h", "half3", normal, ""},
    {"normal3f", "float3", normal, "NormalFloat"},
    {"normal3d", "double3", normal, "Normal"},
    {"color3h", "half3", color, ""},
    {"color3f", "float3", color, "ColorFloat"},
    {"color3d", "double3", color, "Color"},
    {"color4h", "half4", color, ""},
    {"color4f", "float4", color, ""},
    {"color4d", "double4", color, ""},
    {"quath", "quath", "", "Quath"},
    {"quatf", "quatf", "", "Quatf"},
    {"quatd", "quatd", "", "Quatd"},
    {"matrix2d", "matrix2d", "", "Matrix2d"},
    {"matrix3d", "matrix3d", "", "Matrix3d"},
    {"matrix4d", "matrix4d", "", "Matrix4d"},
    {"frame4d", "matrix4d", "Frame", "Frame"},
    {"texCoord2h", "half2", texture, ""},
    {"texCoord2f", "float2", texture, ""},
    {"texCoord2d", "double2", texture, ""},
    {"texCoord3h", "half3", texture, ""},
    {"texCoord3f", "float3", texture, ""},
    {"texCoord3d", "double3", texture, ""},
};

struct Zeros {
    Value scalar, array;
};

template <class T>
Zeros zeros()
{
    return {Value(zero<T>()), Value(Array<T>())};
}

std::unordered_map<std::string_view, Zeros> zeros_by_scalar()
{
    return {{"bool", zeros<Bool>()},
            {"uchar", zeros<std::uint8_t>()},
            {"int", zeros<std::int32_t>()},
            {"uint", zeros<std::uint32_t>()},
            {"int64", zeros<std::int64_t>()},
            {"uint64", zeros<std::uint64_t>()},
            {"half", {Value(half(0)), Value(Array<half>())}},
            {"float", zeros<float>()},
            {"double", zeros<double>()},
            {"timecode", zeros<TimeCode>()},
            {"string", zeros<std::string>()},
            {"token", zeros<Token>()},
            {"asset", zeros<AssetPath>()},
            {"pathExpression", zeros<PathExpression>()},
            {"opaque", {}},
            {"int2", zeros<Vec2i>()},
            {"int3", zeros<Vec3i>()},
            {"int4", zeros<Vec4i>()},
            {"half2", zeros<Vec2h>()},
            {"half3", zeros<Vec3h>()},
            {"half4", zeros<Vec4h>()},
            {"float2", zeros<Vec2f>()},
            {"float3", zeros<Vec3f>()},
            {"float4", zeros<Vec4f>()},
            {"double2", zeros<Vec2d>()},
            {"double3", zeros<Vec3d>()},
            {"double4", zeros<Vec4d>()},
            {"quath", zeros<Quath>()},
            {"quatf", zeros<Quatf>()},
            {"quatd", zeros<Quatd>()},
            {"matrix2d", zeros<Matrix2d>()},
            {"matrix3d", zeros<Matrix3d>()},
            {"matrix4d", zeros<Matrix4d>()}};
}

using Table = std::unordered_map<std::string, ValueTypeName>;

Table make_table()
{
    Table table;
    auto const zero_of = zeros_by_scalar();
    for (Row const& row : rows) {
        Zeros const& zero_value = zero_of.at(row.scalar);
        std::string const array_name = std::string(row.name) + "[]";
        ValueTypeName const scalar{Token(row.name), false, row.scalar, row.role, zero_value.scalar};
        ValueTypeName const array{Token(array_name), true, row.scalar, row.role, zero_value.array};
        bool const has_array = row.scalar != "opaque";
        table.emplace(row.name, scalar);
        if (has_array) table.emplace(array_name, array);
        if (row.old_name.empty()) continue;
        table.emplace(row.old_name, scalar);
        table.emplace(std::string(row.old_name) + "[]", array);
    }
    return table;
}

} // namespace

ValueTypeName const* find_value_type(std::string_view name)
{
    static Table const& table = *new Table(make_table()); // outlives static objects that hold values
    auto const found = table.find(std::string(name));
    return found == table.end() ? nullptr : &found->second;
}

} // namespace soulvan::usd
