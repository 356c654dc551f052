// How a value of a known type is read, and which spellings each type takes.
#include "text_values.h"

#include "identifier.h"
#include "text_format.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace soulvan::usd {

namespace {

/// Numbers become whole numbers by cutting off, within the range of the type.
template <class T>
bool convert_whole(TextScanner& scanner, std::size_t start, Number const& number, T& out)
{
    using Limits = std::numeric_limits<T>;
    bool fits = false;
    switch (number.kind) {
    case Number::Kind::positive:
        fits = number.whole <= static_cast<std::uint64_t>(Limits::max());
        break;
    case Number::Kind::negative:
        fits = std::is_signed_v<T> && number.below >= static_cast<std::int64_t>(Limits::min());
        break;
    case Number::Kind::real: {
        // 2^digits is exact in a double, while max() of 64 bits is not.
        double const above = std::ldexp(1.0, Limits::digits);
        double const whole = std::trunc(number.real);
        fits = whole < above && whole >= static_cast<double>(Limits::min());
        if (fits) out = static_cast<T>(whole);
        break;
    }
    }
    if (!fits) return scanner.fail_at(start, "the number does not fit its type");
    if (number.kind == Number::Kind::positive) out = static_cast<T>(number.whole);
    if (number.kind == Number::Kind::negative) out = static_cast<T>(number.below);
    return true;
}

template <class T>
T convert_real(Number const& number)
{
    switch (number.kind) {
    case Number::Kind::positive:
        return static_cast<T>(number.whole);
    case Number::Kind::negative:
        return static_cast<T>(number.below);
    default:
        return static_cast<T>(number.real);
    }
}

template <class T>
requires std::is_integral_v<T>
bool read_one(TextScanner& scanner, T& out)
{
    auto const start = scanner.position();
    Number number;
    return scanner.read_number(number) && convert_whole(scanner, start, number, out);
}

/// Infinities and "not a number" may also stand in quotes.
template <class T>
requires std::is_floating_point_v<T>
bool read_one(TextScanner& scanner, T& out)
{
    if (!scanner.at_string()) {
        Number number;
        if (!scanner.read_number(number)) return false;
        out = convert_real<T>(number);
        return true;
    }
    auto const start = scanner.position();
    std::string word;
    if (!scanner.read_string(word)) return false;
    using Limits = std::numeric_limits<T>;
    if (word == "inf")
        out = Limits::infinity();
    else if (word == "-inf")
        out = -Limits::infinity();
    else if (word == "nan")
        out = Limits::quiet_NaN();
    else
        return scanner.fail_at(start, "a number is expected");
    return true;
}

bool read_one(TextScanner& scanner, half& out)
{
    float wide = 0;
    if (!read_one(scanner, wide)) return false;
    out = half(wide);
    return true;
}

bool read_one(TextScanner& scanner, TimeCode& out)
{
    return read_one(scanner, out.value);
}

bool read_one(TextScanner& scanner, Bool& out)
{
    auto const start = scanner.position();
    if (scanner.at_number()) {
        Number number;
        if (!scanner.read_number(number)) return false;
        out.value = !(number.as_double() == 0);
        return true;
    }
    std::string word;
    if (scanner.at_string()) {
        if (!scanner.read_string(word)) return false;
    } else {
        word = scanner.peek_word();
        scanner.advance(word.size());
    }
    for (char& c : word)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    bool const yes = word == "true" || word == "yes" || word == "1";
    bool const no = word == "false" || word == "no" || word == "0";
    if (!yes && !no) return scanner.fail_at(start, "true or false is expected");
    out.value = yes;
    return true;
}

bool read_one(TextScanner& scanner, std::string& out)
{
    return scanner.read_string(out);
}

bool read_one(TextScanner& scanner, Token& out)
{
    std::string text;
    if (!scanner.read_string(text)) return false;
    out = Token(text);
    return true;
}

bool read_one(TextScanner& scanner, PathExpression& out)
{
    return scanner.read_string(out.text);
}

bool read_one(TextScanner& scanner, AssetPath& out)
{
    return scanner.read_asset_or_string(out.authored);
}

/// "(a, b, c)" with exactly `count` items.
template <class ReadItem>
bool read_tuple(TextScanner& scanner, int count, ReadItem const& read_item)
{
    auto const start = scanner.position();
    if (!scanner.expect('(')) return false;
    int read = 0;
    bool const whole = read_sequence(scanner, ')', false, [&] {
        if (read == count)
            return scanner.fail_at(start, fmt::format("the tuple has more than {} items", count));
        return read_item(read++);
    });
    if (whole && read < count)
        return scanner.fail_at(start, fmt::format("the tuple has fewer than {} items", count));
    return whole;
}

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
concept Quaternion = requires(T t)
{
    t.r;
    t.v;
};

template <Vector T>
bool read_one(TextScanner& scanner, T& out)
{
    return read_tuple(scanner, static_cast<int>(T::dimensions()),
                      [&](int i) { return read_one(scanner, out[i]); });
}

template <Matrix T>
bool read_one(TextScanner& scanner, T& out)
{
    constexpr int size = static_cast<int>(T::dimensions());
    return read_tuple(scanner, size, [&](int row) {
        return read_tuple(scanner, size, [&](int column) { return read_one(scanner, out[row][column]); });
    });
}

/// (real, i, j, k)
template <Quaternion T>
bool read_one(TextScanner& scanner, T& out)
{
    return read_tuple(scanner, 4, [&](int i) { return read_one(scanner, i == 0 ? out.r : out.v[i - 1]); });
}

/// A list of lists must be square, and is flattened: "[[1, 2], [3, 4]]" holds four.
struct ListShape {
    std::vector<std::size_t> sizes; // 0 until the first list of that depth is closed
    int depth_of_items = -1;
};

template <class T>
bool read_list(TextScanner& scanner, ReadLimits const& limits, std::vector<T>& items, ListShape& shape,
               int depth)
{
    auto const start = scanner.position();
    if (depth >= limits.nesting) return scanner.fail_limit("lists are nested too deeply");
    scanner.advance(1);
    if (shape.sizes.size() <= static_cast<std::size_t>(depth)) shape.sizes.push_back(0);
    std::size_t count = 0;
    bool const whole = read_sequence(scanner, ']', false, [&] {
        ++count;
        if (scanner.peek() == '[') return read_list(scanner, limits, items, shape, depth + 1);
        if (shape.depth_of_items < 0) shape.depth_of_items = depth;
        if (shape.depth_of_items != depth) return scanner.fail("items and lists cannot be mixed");
        if (items.size() >= limits.array_elements)
            return scanner.fail_limit(fmt::format("the list has more than {} items", limits.array_elements));
        T item{};
        if (!read_one(scanner, item)) return false;
        items.push_back(std::move(item));
        return true;
    });
    if (!whole) return false;
    auto& size = shape.sizes[static_cast<std::size_t>(depth)];
    if (size == 0) size = count;
    if (size != count) return scanner.fail_at(start, "the inner lists have different lengths");
    return true;
}

template <class T>
bool read_scalar_value(TextScanner& scanner, ReadLimits const&, Value& value)
{
    if (scanner.peek() == '[') return scanner.fail("the type is no array: '[]' is missing after its name");
    T item{};
    if (!read_one(scanner, item)) return false;
    value = Value(std::move(item));
    return true;
}

template <class T>
bool read_array_value(TextScanner& scanner, ReadLimits const& limits, Value& value)
{
    auto const start = scanner.position();
    if (!scanner.take('[')) return scanner.fail("the type is an array: '[' is expected");
    scanner.skip_blanks();
    if (scanner.take(']')) {
        value = Value(Array<T>());
        return true;
    }
    scanner.move_to(start);
    std::vector<T> items;
    ListShape shape;
    if (!read_list(scanner, limits, items, shape, 0)) return false;
    items.shrink_to_fit();
    value = Value(Array<T>(std::move(items)));
    return true;
}

bool read_nothing(TextScanner& scanner, ReadLimits const&, Value&)
{
    return scanner.fail("attributes of this type hold no value");
}

} // namespace

struct ValueReader::Type {
    bool (*read)(TextScanner&, ReadLimits const&, Value&);
};

namespace {

struct Readers {
    ValueReader::Type scalar, array;
};

template <class T>
constexpr Readers readers = {{read_scalar_value<T>}, {read_array_value<T>}};

Readers const& readers_of(std::string_view scalar)
{
    static constexpr Readers nothing = {{read_nothing}, {read_nothing}};
    static auto const& table = *new std::unordered_map<std::string_view, Readers const*>{
        {"bool", &readers<Bool>},          {"uchar", &readers<std::uint8_t>},
        {"int", &readers<std::int32_t>},   {"uint", &readers<std::uint32_t>},
        {"int64", &readers<std::int64_t>}, {"uint64", &readers<std::uint64_t>},
        {"half", &readers<half>},          {"float", &readers<float>},
        {"double", &readers<double>},      {"timecode", &readers<TimeCode>},
        {"string", &readers<std::string>}, {"token", &readers<Token>},
        {"asset", &readers<AssetPath>},    {"pathExpression", &readers<PathExpression>},
        {"int2", &readers<Vec2i>},         {"int3", &readers<Vec3i>},
        {"int4", &readers<Vec4i>},         {"half2", &readers<Vec2h>},
        {"half3", &readers<Vec3h>},        {"half4", &readers<Vec4h>},
        {"float2", &readers<Vec2f>},       {"float3", &readers<Vec3f>},
        {"float4", &readers<Vec4f>},       {"double2", &readers<Vec2d>},
        {"double3", &readers<Vec3d>},      {"double4", &readers<Vec4d>},
        {"quath", &readers<Quath>},        {"quatf", &readers<Quatf>},
        {"quatd", &readers<Quatd>},        {"matrix2d", &readers<Matrix2d>},
        {"matrix3d", &readers<Matrix3d>},  {"matrix4d", &readers<Matrix4d>}};
    auto const found = table.find(scalar);
    return found == table.end() ? nothing : *found->second;
}

/// Names from before 2016 that stand in files without being types of their own (OpenUSD, parserHelpers.cpp).
std::string_view modern_name(std::string_view name)
{
    if (name == "Transform") return "matrix4d";
    if (name == "PointIndex" || name == "EdgeIndex" || name == "FaceIndex") return "int";
    if (name == "Schema") return "token";
    return name;
}

} // namespace

ValueReader::Type const* ValueReader::find_type(std::string_view name)
{
    auto const* const type = find_value_type(name);
    if (type) {
        auto const& found = readers_of(type->scalar);
        return type->is_array ? &found.array : &found.scalar;
    }
    bool const array = name.ends_with("[]");
    auto const scalar = array ? name.substr(0, name.size() - 2) : name;
    auto const modern = modern_name(scalar);
    if (modern == scalar) return nullptr;
    return array ? &readers_of(modern).array : &readers_of(modern).scalar;
}

bool ValueReader::has_values(Type const& type)
{
    return type.read != read_nothing;
}

bool ValueReader::read(Type const* type, Value& value)
{
    if (type) return type->read(scanner_, limits_, value);
    Opaque opaque;
    if (!read_opaque(opaque.text, 0)) return false;
    value = Value(std::move(opaque));
    return true;
}

bool ValueReader::read_opaque_sequence(std::string& text, char close, int nesting)
{
    text += scanner_.peek();
    scanner_.advance(1);
    bool first = true;
    bool const whole = read_sequence(scanner_, close, false, [&] {
        if (!first) text += ", ";
        first = false;
        return read_opaque(text, nesting + 1);
    });
    text += close;
    return whole;
}

bool ValueReader::read_opaque(std::string& text, int nesting)
{
    if (nesting >= limits_.nesting) return scanner_.fail_limit("lists are nested too deeply");
    if (scanner_.peek() == '(') return read_opaque_sequence(text, ')', nesting);
    if (scanner_.peek() == '[') {
        auto const start = scanner_.position();
        scanner_.advance(1);
        scanner_.skip_blanks();
        if (nesting == 0 && scanner_.take(']')) {
            text += "[]";
            return true;
        }
        scanner_.move_to(start);
        return read_opaque_sequence(text, ']', nesting);
    }
    std::string string;
    if (scanner_.at_string()) {
        if (!scanner_.read_string(string)) return false;
        append_quoted(text, string);
        return true;
    }
    if (scanner_.at_asset()) {
        if (!scanner_.read_asset(string)) return false;
        append_asset(text, string);
        return true;
    }
    std::string_view word;
    if (nesting == 0 && scanner_.at_path()) {
        if (!scanner_.read_path(word)) return false;
        text.append("<").append(word).append(">");
        return true;
    }
    if (!scanner_.at_number()) {
        if (!scanner_.read_identifier(word)) return false;
        text.append(word);
        return true;
    }
    Number number;
    if (!scanner_.read_number(number)) return false;
    switch (number.kind) {
    case Number::Kind::positive:
        append_number(text, number.whole);
        break;
    case Number::Kind::negative:
        append_number(text, number.below);
        break;
    case Number::Kind::real:
        append_number(text, number.real);
        break;
    }
    return true;
}

bool ValueReader::read_dictionary_item(Dictionary& dictionary, int nesting)
{
    auto const read_key = [&](std::string& key) {
        if (scanner_.at_string()) return scanner_.read_string(key);
        key = scanner_.peek_word();
        scanner_.advance(key.size());
        return !key.empty() || scanner_.fail("a key is expected");
    };
    std::string key;
    if (scanner_.take_word("dictionary")) {
        Dictionary inner;
        if (!scanner_.skip_separator() || !read_key(key) || !scanner_.expect_assignment() ||
            !read_dictionary(inner, nesting + 1))
            return false;
        dictionary[std::move(key)] = Value(std::move(inner));
        return true;
    }
    auto const start = scanner_.position();
    std::string_view name;
    if (!scanner_.read_identifier(name)) return false;
    std::string type_name(name);
    auto const after_name = scanner_.position();
    scanner_.skip_blanks();
    if (scanner_.take('[')) {
        scanner_.skip_blanks();
        if (!scanner_.expect(']')) return false;
        type_name += "[]";
    } else {
        scanner_.move_to(after_name);
    }
    Type const* const type = find_type(type_name);
    if (!type || !has_values(*type))
        return scanner_.fail_at(start, fmt::format("'{}' is no type that a dictionary can hold", type_name));
    Value value;
    if (!scanner_.skip_separator() || !read_key(key) || !scanner_.expect_assignment() || !read(type, value))
        return false;
    dictionary[std::move(key)] = std::move(value);
    return true;
}

bool ValueReader::read_dictionary(Dictionary& dictionary, int nesting)
{
    if (nesting >= limits_.nesting) return scanner_.fail_limit("dictionaries are nested too deeply");
    if (!scanner_.expect('{')) return false;
    return read_statements(scanner_, '}', [&] { return read_dictionary_item(dictionary, nesting); });
}

bool ValueReader::read_string_dictionary(Dictionary& dictionary)
{
    if (!scanner_.expect('{')) return false;
    return read_sequence(scanner_, '}', true, [&] {
        std::string key;
        std::string value;
        if (!scanner_.read_string(key)) return false;
        scanner_.skip_blanks();
        if (!scanner_.expect(':')) return false;
        scanner_.skip_blanks();
        if (!scanner_.read_string(value)) return false;
        dictionary[std::move(key)] = Value(std::move(value));
        return true;
    });
}

} // namespace soulvan::usd
