// What is fixed in a crate file: header, section names, value type codes, value reps, spec kinds.
//
// Source: AOUSD Core Specification 1.0.1, section 16.3, and the files that OpenUSD 24.11 writes. Little
// endian.
#pragma once

#include "soulvan/usd/value.h"

#include <bit>
#include <compare>
#include <cstdint>
#include <string_view>

namespace soulvan::usd::crate {

static_assert(std::endian::native == std::endian::little, "crate files are little endian, and so must we be");

inline constexpr std::string_view magic = "PXR-USDC";
inline constexpr std::size_t bootstrap_size =
    88; ///< magic, version[8], int64 contents offset, int64 reserved[8]
inline constexpr std::size_t section_name_size = 16;
inline constexpr std::uint32_t end_of_field_set = 0xFFFFFFFF;

struct Version {
    std::uint8_t major = 0, minor = 0, patch = 0;
    friend auto operator<=>(Version const&, Version const&) = default;
};
inline constexpr Version newest_read{0, 14, 0};
inline constexpr Version lowest_written{0, 8, 0};

/// The types that attributes can have, scalar and array, with their codes: X(C++ type, name of the code,
/// code).
#define SOULVAN_USD_CRATE_SCALARS(X)                                                                         \
    X(Bool, bool_, 1)                                                                                        \
    X(std::uint8_t, uchar, 2)                                                                                \
    X(std::int32_t, int_, 3)                                                                                 \
    X(std::uint32_t, uint, 4)                                                                                \
    X(std::int64_t, int64, 5)                                                                                \
    X(std::uint64_t, uint64, 6)                                                                              \
    X(half, half_, 7)                                                                                        \
    X(float, float_, 8)                                                                                      \
    X(double, double_, 9)                                                                                    \
    X(std::string, string, 10)                                                                               \
    X(Token, token, 11)                                                                                      \
    X(AssetPath, asset, 12)                                                                                  \
    X(Matrix2d, matrix2d, 13)                                                                                \
    X(Matrix3d, matrix3d, 14)                                                                                \
    X(Matrix4d, matrix4d, 15)                                                                                \
    X(Quatd, quatd, 16)                                                                                      \
    X(Quatf, quatf, 17)                                                                                      \
    X(Quath, quath, 18)                                                                                      \
    X(Vec2d, vec2d, 19)                                                                                      \
    X(Vec2f, vec2f, 20)                                                                                      \
    X(Vec2h, vec2h, 21)                                                                                      \
    X(Vec2i, vec2i, 22)                                                                                      \
    X(Vec3d, vec3d, 23)                                                                                      \
    X(Vec3f, vec3f, 24)                                                                                      \
    X(Vec3h, vec3h, 25)                                                                                      \
    X(Vec3i, vec3i, 26)                                                                                      \
    X(Vec4d, vec4d, 27)                                                                                      \
    X(Vec4f, vec4f, 28)                                                                                      \
    X(Vec4h, vec4h, 29)                                                                                      \
    X(Vec4i, vec4i, 30)                                                                                      \
    X(TimeCode, time_code, 56)                                                                               \
    X(PathExpression, path_expression, 57)

/// Type codes of value reps. A code never changes its meaning; new ones are added at the end.
enum class Type : std::uint8_t {
    invalid = 0,
#define SOULVAN_USD_TYPE_CODE(T, name, code) name = code,
    SOULVAN_USD_CRATE_SCALARS(SOULVAN_USD_TYPE_CODE)
#undef SOULVAN_USD_TYPE_CODE
        dictionary = 31,
    token_list_op = 32,
    string_list_op = 33,
    path_list_op = 34,
    reference_list_op = 35,
    int_list_op = 36,
    int64_list_op = 37,
    uint_list_op = 38,
    uint64_list_op = 39,
    path_vector = 40,
    token_vector = 41,
    specifier = 42,
    permission = 43,
    variability = 44,
    variant_selections = 45,
    time_samples = 46,
    payload = 47,
    double_vector = 48,
    layer_offset_vector = 49,
    string_vector = 50,
    value_block = 51,
    value = 52,
    unregistered_value = 53,
    unregistered_list_op = 54,
    payload_list_op = 55,
    relocates = 58,
    spline = 59,
    animation_block = 60,
};

/// A value in 64 bits: bit 63 array, 62 inlined, 61 compressed, 60 array edit, 48-55 the type, 0-47 the value
/// itself or the offset where it stands.
struct ValueRep {
    std::uint64_t bits = 0;

    static constexpr std::uint64_t array_bit = 1ull << 63;
    static constexpr std::uint64_t inlined_bit = 1ull << 62;
    static constexpr std::uint64_t compressed_bit = 1ull << 61;
    static constexpr std::uint64_t array_edit_bit = 1ull << 60; ///< from 0.14
    static constexpr std::uint64_t payload_mask = (1ull << 48) - 1;

    constexpr Type type() const { return static_cast<Type>(bits >> 48 & 0xFF); }
    constexpr bool is_array() const { return (bits & array_bit) != 0; }
    constexpr bool is_inlined() const { return (bits & inlined_bit) != 0; }
    constexpr bool is_compressed() const { return (bits & compressed_bit) != 0; }
    constexpr bool is_array_edit() const { return (bits & array_edit_bit) != 0; }
    constexpr std::uint64_t payload() const { return bits & payload_mask; }

    static constexpr ValueRep make(Type type, std::uint64_t flags, std::uint64_t payload)
    {
        return {flags | std::uint64_t{static_cast<std::uint8_t>(type)} << 48 | (payload & payload_mask)};
    }
    friend auto operator<=>(ValueRep, ValueRep) = default;
};

/// Kinds of specs as files number them.
enum class PackedKind : std::uint32_t {
    attribute = 1,
    connection = 2,
    expression = 3,
    mapper = 4,
    mapper_argument = 5,
    prim = 6,
    pseudo_root = 7,
    relationship = 8,
    relationship_target = 9,
    variant = 10,
    variant_set = 11,
};

/// Which lists of a list edit follow, in the order in which they follow.
enum ListOpBits : std::uint8_t {
    list_op_explicit = 1,
    list_op_explicit_items = 2,
    list_op_added = 4,
    list_op_prepended = 32,
    list_op_appended = 64,
    list_op_deleted = 8,
    list_op_ordered = 16,
};

/// The jump of an entry in the path tree; a positive one has a child next and its sibling that many further.
enum Jump : std::int32_t { jump_sibling = 0, jump_child = -1, jump_leaf = -2 };

/// Arrays below this size are stored raw.
inline constexpr std::size_t smallest_compressed_array = 16;
inline constexpr std::size_t largest_lookup_table = 1024;

/// Types whose elements stand in a file as they stand in memory.
template <class T>
inline constexpr bool is_plain = false;
#define SOULVAN_USD_PLAIN(T, bytes)                                                                          \
    template <>                                                                                              \
    inline constexpr bool is_plain<T> = true;                                                                \
    static_assert(sizeof(T) == bytes);
SOULVAN_USD_PLAIN(std::uint8_t, 1)
SOULVAN_USD_PLAIN(std::int32_t, 4)
SOULVAN_USD_PLAIN(std::uint32_t, 4)
SOULVAN_USD_PLAIN(std::int64_t, 8)
SOULVAN_USD_PLAIN(std::uint64_t, 8)
SOULVAN_USD_PLAIN(half, 2)
SOULVAN_USD_PLAIN(float, 4)
SOULVAN_USD_PLAIN(double, 8)
SOULVAN_USD_PLAIN(TimeCode, 8)
SOULVAN_USD_PLAIN(Matrix2d, 32)
SOULVAN_USD_PLAIN(Matrix3d, 72)
SOULVAN_USD_PLAIN(Matrix4d, 128)
SOULVAN_USD_PLAIN(Vec2d, 16)
SOULVAN_USD_PLAIN(Vec2f, 8)
SOULVAN_USD_PLAIN(Vec2h, 4)
SOULVAN_USD_PLAIN(Vec2i, 8)
SOULVAN_USD_PLAIN(Vec3d, 24)
SOULVAN_USD_PLAIN(Vec3f, 12)
SOULVAN_USD_PLAIN(Vec3h, 6)
SOULVAN_USD_PLAIN(Vec3i, 12)
SOULVAN_USD_PLAIN(Vec4d, 32)
SOULVAN_USD_PLAIN(Vec4f, 16)
SOULVAN_USD_PLAIN(Vec4h, 8)
SOULVAN_USD_PLAIN(Vec4i, 16)
#undef SOULVAN_USD_PLAIN

/// Vectors and matrices that fit four bytes when all their components are small whole numbers.
template <class T>
inline constexpr int vector_size = 0;
template <class T>
inline constexpr int vector_size<Imath::Vec2<T>> = 2;
template <class T>
inline constexpr int vector_size<Imath::Vec3<T>> = 3;
template <class T>
inline constexpr int vector_size<Imath::Vec4<T>> = 4;
template <class T>
inline constexpr int matrix_size = 0;
template <>
inline constexpr int matrix_size<Matrix2d> = 2;
template <>
inline constexpr int matrix_size<Matrix3d> = 3;
template <>
inline constexpr int matrix_size<Matrix4d> = 4;

template <class T>
inline constexpr bool is_quaternion = false;
template <class T>
inline constexpr bool is_quaternion<Imath::Quat<T>> = true;

} // namespace soulvan::usd::crate
