// Which digits, brackets and blanks each type of value has in text.
#include "text_write_values.h"
#include "text_array_edit.h"

#include "identifier.h"
#include "text_format.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

template <class T>
concept Vector = requires
{
    T::dimensions();
    typename T::BaseType;
}
&&!requires(T t)
{
    t.makeIdentity();
};
template <class T>
concept Matrix = requires(T t)
{
    T::dimensions();
    t.makeIdentity();
    t[0][0];
};

template <class T>
void append_one(std::string& out, T const& value);

template <class Count, class Append>
void append_tuple(std::string& out, Count count, std::string_view open, std::string_view close,
                  Append const& append)
{
    out.append(open);
    for (Count i = 0; i < count; ++i) {
        if (i != 0) out += ", ";
        append(i);
    }
    out.append(close);
}

template <class T>
void append_one(std::string& out, T const& value)
{
    if constexpr (std::is_same_v<T, Bool>) {
        out += value.value ? '1' : '0';
    } else if constexpr (std::is_integral_v<T>) {
        using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
        append_number(out, static_cast<Wide>(value));
    } else if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, half>) {
        append_number(out, value);
    } else if constexpr (std::is_same_v<T, TimeCode>) {
        append_number(out, value.value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        append_quoted(out, value);
    } else if constexpr (std::is_same_v<T, Token>) {
        append_quoted(out, value.view());
    } else if constexpr (std::is_same_v<T, AssetPath>) {
        append_asset(out, value.authored);
    } else if constexpr (std::is_same_v<T, PathExpression>) {
        append_quoted(out, value.text);
    } else if constexpr (Matrix<T>) {
        int const size = static_cast<int>(T::dimensions());
        append_tuple(out, size, "( ", " )", [&](int row) {
            append_tuple(out, size, "(", ")", [&](int column) { append_one(out, value[row][column]); });
        });
    } else if constexpr (Vector<T>) {
        append_tuple(out, static_cast<int>(T::dimensions()), "(", ")",
                     [&](int i) { append_one(out, value[i]); });
    } else { // quaternions: real, i, j, k
        append_tuple(out, 4, "(", ")", [&](int i) { append_one(out, i == 0 ? value.r : value.v[i - 1]); });
    }
}

template <class T>
bool append_if(std::string& out, Value const& value)
{
    if (auto const* const scalar = value.get<T>()) {
        append_one(out, *scalar);
        return true;
    }
    if (auto const* const array = value.get<Array<T>>()) {
        append_tuple(out, array->size(), "[", "]", [&](std::size_t i) { append_one(out, (*array)[i]); });
        return true;
    }
    return false;
}

template <class T>
constexpr std::string_view scalar_name = "";
template <>
constexpr std::string_view scalar_name<Bool> = "bool";
template <>
constexpr std::string_view scalar_name<std::uint8_t> = "uchar";
template <>
constexpr std::string_view scalar_name<std::int32_t> = "int";
template <>
constexpr std::string_view scalar_name<std::uint32_t> = "uint";
template <>
constexpr std::string_view scalar_name<std::int64_t> = "int64";
template <>
constexpr std::string_view scalar_name<std::uint64_t> = "uint64";
template <>
constexpr std::string_view scalar_name<half> = "half";
template <>
constexpr std::string_view scalar_name<float> = "float";
template <>
constexpr std::string_view scalar_name<double> = "double";
template <>
constexpr std::string_view scalar_name<TimeCode> = "timecode";
template <>
constexpr std::string_view scalar_name<std::string> = "string";
template <>
constexpr std::string_view scalar_name<Token> = "token";
template <>
constexpr std::string_view scalar_name<AssetPath> = "asset";
template <>
constexpr std::string_view scalar_name<PathExpression> = "pathExpression";
template <>
constexpr std::string_view scalar_name<Matrix2d> = "matrix2d";
template <>
constexpr std::string_view scalar_name<Matrix3d> = "matrix3d";
template <>
constexpr std::string_view scalar_name<Matrix4d> = "matrix4d";
template <>
constexpr std::string_view scalar_name<Quath> = "quath";
template <>
constexpr std::string_view scalar_name<Quatf> = "quatf";
template <>
constexpr std::string_view scalar_name<Quatd> = "quatd";
template <>
constexpr std::string_view scalar_name<Vec2h> = "half2";
template <>
constexpr std::string_view scalar_name<Vec2f> = "float2";
template <>
constexpr std::string_view scalar_name<Vec2d> = "double2";
template <>
constexpr std::string_view scalar_name<Vec2i> = "int2";
template <>
constexpr std::string_view scalar_name<Vec3h> = "half3";
template <>
constexpr std::string_view scalar_name<Vec3f> = "float3";
template <>
constexpr std::string_view scalar_name<Vec3d> = "double3";
template <>
constexpr std::string_view scalar_name<Vec3i> = "int3";
template <>
constexpr std::string_view scalar_name<Vec4h> = "half4";
template <>
constexpr std::string_view scalar_name<Vec4f> = "float4";
template <>
constexpr std::string_view scalar_name<Vec4d> = "double4";
template <>
constexpr std::string_view scalar_name<Vec4i> = "int4";

/// An identifier of ASCII letters alone needs no quotes as a key.
bool is_plain_key(std::string_view key)
{
    return !key.empty() && is_identifier_start(key.front()) &&
           std::all_of(key.begin(), key.end(), [](char c) { return is_identifier_continue(c); });
}

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The run of digits around `at`, without leading zeros; `end` is where it ends.
std::string_view digits_around(std::string_view text, std::size_t at, std::size_t& end)
{
    auto first = at;
    while (first > 0 && is_digit(text[first - 1])) --first;
    end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    while (first < end && text[first] == '0') ++first;
    return text.substr(first, end - first);
}

std::size_t mismatch(std::string_view a, std::string_view b)
{
    auto const size = std::min(a.size(), b.size());
    std::size_t at = 0;
    while (at < size && a[at] == b[at]) ++at;
    return at;
}

} // namespace

bool append_value(std::string& out, Value const& value)
{
    if (value.is_block()) {
        out += "None";
        return true;
    }
    if (auto const* const edit = value.get<ArrayEdit>()) {
        append_array_edit(out, *edit);
        return true;
    }
    if (value.holds<AnimationBlock>()) {
        out += "AnimationBlock";
        return true;
    }
    if (auto const* const opaque = value.get<Opaque>()) {
        out += opaque->text;
        return true;
    }
#define SOULVAN_APPEND(type)                                                                                 \
    if (append_if<type>(out, value)) return true;
    SOULVAN_USD_SCALARS(SOULVAN_APPEND)
#undef SOULVAN_APPEND
    return false;
}

std::string type_name_of(Value const& value)
{
#define SOULVAN_NAME(type)                                                                                   \
    if (value.holds<type>()) return std::string(scalar_name<type>);                                          \
    if (value.holds<Array<type>>()) return std::string(scalar_name<type>) + "[]";
    SOULVAN_USD_SCALARS(SOULVAN_NAME)
#undef SOULVAN_NAME
    return "";
}

void append_dictionary(std::string& out, Dictionary const& dictionary, int indent, bool lines)
{
    out += lines ? "{\n" : "{ ";
    bool first = true;
    for (auto const& [key, value] : dictionary) {
        auto const* const inner = value.get<Dictionary>();
        std::string const type = inner ? "dictionary" : type_name_of(value);
        if (type.empty()) continue; // an empty value says nothing
        if (!lines && !first) out += "; ";
        first = false;
        append_indent(out, lines ? indent + 1 : 0);
        (out += type) += ' ';
        if (is_plain_key(key))
            out += key;
        else
            append_quoted(out, key);
        out += " = ";
        if (inner) {
            append_dictionary(out, *inner, indent + 1, lines);
            continue;
        }
        append_value(out, value);
        if (lines) out += '\n';
    }
    if (lines) append_indent(out, indent);
    out += lines ? "}\n" : " }";
}

void append_string_dictionary(std::string& out, Dictionary const& dictionary, int indent)
{
    out += "{\n";
    std::size_t left = dictionary.size();
    for (auto const& [key, value] : dictionary) {
        --left;
        auto const* const text = value.get<std::string>();
        if (!text) continue;
        append_indent(out, indent + 1);
        append_quoted(out, key);
        out += ": ";
        append_quoted(out, *text);
        out += left > 0 ? ", \n" : "\n";
    }
    append_indent(out, indent);
    out += "}\n";
}

bool dictionary_less(std::string_view a, std::string_view b)
{
    std::size_t i = mismatch(a, b); // in a
    std::size_t j = i;              // in b: differs from i behind numbers with leading zeros
    while (i < a.size() && j < b.size()) {
        char const l = a[i];
        char const r = b[j];
        auto const wide = [](char c) { return static_cast<unsigned char>(c); };
        bool const ascii = wide(l) < 0x80 && wide(r) < 0x80;
        if (ascii && l >= 0x40 && r >= 0x40 && (l & ~0x20) != (r & ~0x20))
            return ((l + 5) & 31) < ((r + 5) & 31);
        if (is_digit(l) && is_digit(r)) {
            std::size_t i_end = 0;
            std::size_t j_end = 0;
            auto const x = digits_around(a, i, i_end);
            auto const y = digits_around(b, j, j_end);
            if (x != y) return x.size() != y.size() ? x.size() < y.size() : x < y;
            i = i_end;
            j = j_end;
        } else if (is_digit(l) || is_digit(r)) {
            if (i == 0) return wide(l) < wide(r);
            return is_digit(a[i - 1]) ? is_digit(r) : is_digit(l);
        } else if (!is_letter(l) || !is_letter(r)) {
            return wide(l) < wide(r);
        } else { // one letter in two cases
            ++i;
            ++j;
        }
        auto const same = mismatch(a.substr(i), b.substr(j));
        i += same;
        j += same;
    }
    if (i < a.size() || j < b.size()) return i == a.size();
    // Equal but for case and leading zeros: the first difference decides, zeros last.
    auto const at = mismatch(a, b);
    if (at == a.size() || at == b.size()) return a.size() < b.size();
    return b[at] == '0' || (a[at] != '0' && a[at] < b[at]);
}

} // namespace soulvan::usd
