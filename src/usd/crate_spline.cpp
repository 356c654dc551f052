// How splines stand in crate files: a block of bytes of its own.
//
// Source: AOUSD Core Specification 1.0.1, 16.3; files of OpenUSD 24.11. Byte 0: version, value type, time
// valued, Hermite. Byte 1: extrapolation before and after, inner loops. Then slopes, loop, knots. Version 2
// (crate 0.13, files of OpenUSD 26.11) ends each knot with the rules of its tangents: 4 bits before, 4 bits
// after.
#include "crate_spline.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd::crate {
namespace {

constexpr unsigned block_version = 1, version_with_rules = 2;
constexpr unsigned time_valued_bit = 1 << 6, hermite_bit = 1 << 7; // of byte 0
constexpr unsigned loop_bit = 1 << 6;                              // of byte 1
constexpr unsigned dual_bit = 1 << 0, knot_hermite_bit = 1 << 3;   // of a knot
constexpr unsigned maya_bits = 3 << 4;                             // its tangents are heights, not slopes

template <class T>
void append(std::string& out, T value)
{
    out.append(reinterpret_cast<char const*>(&value), sizeof value);
}

/// A number as wide as the values of the spline.
void append_value(std::string& out, Spline const& spline, double value)
{
    switch (spline.value_type) {
    case Spline::ValueType::double_:
        append(out, value);
        break;
    case Spline::ValueType::float_:
        append(out, static_cast<float>(value));
        break;
    case Spline::ValueType::half_:
        append(out, half(static_cast<float>(value)).bits());
        break;
    }
}

Result<double> read_number(Cursor& cursor)
{
    auto const number = TRY(cursor.read<double>());
    if (!std::isfinite(number)) return cursor.bad("a spline holds {}", number);
    return number;
}

Result<double> read_value(Cursor& cursor, Spline::ValueType type)
{
    double value = 0;
    switch (type) {
    case Spline::ValueType::double_:
        return read_number(cursor);
    case Spline::ValueType::float_:
        value = static_cast<double>(TRY(cursor.read<float>()));
        break;
    case Spline::ValueType::half_: {
        half narrow;
        narrow.setBits(TRY(cursor.read<std::uint16_t>()));
        value = static_cast<double>(static_cast<float>(narrow));
        break;
    }
    }
    if (!std::isfinite(value)) return cursor.bad("a spline holds {}", value);
    return value;
}

Result<SplineExtrapolationMode> extrapolation(unsigned number, Cursor const& where)
{
    auto const mode = static_cast<SplineExtrapolationMode>(number);
    if (mode > SplineExtrapolationMode::loop_oscillate)
        return where.bad("extrapolation {} is unknown", number);
    return mode;
}

Result<SplineTangent> tangent_rule(unsigned number, Cursor const& where)
{
    auto const rule = static_cast<SplineTangent>(number);
    if (rule > SplineTangent::auto_ease) return where.bad("the rule {} of a tangent is unknown", number);
    return rule;
}

Result<SplineKnot> read_knot(Cursor& cursor, Spline const& spline, bool with_rules)
{
    SplineKnot knot;
    auto const flags = TRY(cursor.read<std::uint8_t>());
    if (flags & maya_bits)
        return fail(Errc::unsupported, "{}",
                    cursor.bad("tangents in Maya's form are not supported").error().what);
    knot.next = static_cast<SplineInterpolation>(flags >> 1 & 3);
    knot.time = TRY(read_number(cursor));
    knot.value = TRY(read_value(cursor, spline.value_type));
    if (flags & dual_bit) knot.value_before = TRY(read_value(cursor, spline.value_type));
    if (spline.curve != SplineCurve::hermite) {
        knot.width_before = TRY(read_number(cursor));
        knot.width_after = TRY(read_number(cursor));
    }
    knot.slope_before = TRY(read_value(cursor, spline.value_type));
    knot.slope_after = TRY(read_value(cursor, spline.value_type));
    if (with_rules) {
        auto const rules = TRY(cursor.read<std::uint8_t>());
        knot.tangent_before = TRY(tangent_rule(rules & 15, cursor));
        knot.tangent_after = TRY(tangent_rule(rules >> 4, cursor));
    }
    return knot;
}

} // namespace

bool has_tangent_rules(Spline const& spline)
{
    return std::any_of(spline.knots.begin(), spline.knots.end(), [](auto const& knot) {
        return knot.tangent_before != SplineTangent::none || knot.tangent_after != SplineTangent::none;
    });
}

std::string spline_bytes(Spline const& spline)
{
    bool const with_rules = has_tangent_rules(spline);
    bool const is_hermite = spline.curve == SplineCurve::hermite;
    bool const has_loop = !(spline.loop == SplineLoop{});
    auto const type = static_cast<unsigned>(spline.value_type) + 1;
    std::string out;
    append(out, static_cast<std::uint8_t>((with_rules ? version_with_rules : block_version) | type << 4 |
                                          (spline.time_valued ? time_valued_bit : 0) |
                                          (is_hermite ? hermite_bit : 0)));
    append(out, static_cast<std::uint8_t>(static_cast<unsigned>(spline.before.mode) |
                                          static_cast<unsigned>(spline.after.mode) << 3 |
                                          (has_loop ? loop_bit : 0)));
    for (auto const& end : {spline.before, spline.after})
        if (end.mode == SplineExtrapolationMode::sloped) append(out, end.slope);
    if (has_loop) {
        append(out, spline.loop.proto_start);
        append(out, spline.loop.proto_end);
        append(out, spline.loop.loops_before);
        append(out, spline.loop.loops_after);
        append(out, spline.loop.value_offset);
    }
    append(out, static_cast<std::uint32_t>(spline.knots.size()));
    for (auto const& knot : spline.knots) {
        append(out, static_cast<std::uint8_t>((knot.value_before ? dual_bit : 0) |
                                              static_cast<unsigned>(knot.next) << 1 |
                                              (is_hermite ? knot_hermite_bit : 0)));
        append(out, knot.time);
        append_value(out, spline, knot.value);
        if (knot.value_before) append_value(out, spline, *knot.value_before);
        if (!is_hermite) {
            append(out, knot.width_before);
            append(out, knot.width_after);
        }
        append_value(out, spline, knot.slope_before);
        append_value(out, spline, knot.slope_after);
        if (with_rules)
            append(out, static_cast<std::uint8_t>(static_cast<unsigned>(knot.tangent_before) |
                                                  static_cast<unsigned>(knot.tangent_after) << 4));
    }
    return out;
}

Result<Spline> spline_from_bytes(Cursor cursor)
{
    Spline spline;
    if (cursor.left() == 0) return spline;
    auto const where = cursor;
    unsigned const head = TRY(cursor.read<std::uint8_t>());
    unsigned const ends = TRY(cursor.read<std::uint8_t>());
    auto const version = head & 15;
    if (version != block_version && version != version_with_rules)
        return fail(Errc::unsupported, "{}",
                    where.bad("splines of version {} are unknown; save it as text", head & 15).error().what);
    auto const type = head >> 4 & 3;
    // 0 is a spline that has no knots and so never learned its type.
    if (type != 0) spline.value_type = static_cast<Spline::ValueType>(type - 1);
    spline.time_valued = (head & time_valued_bit) != 0;
    spline.curve = head & hermite_bit ? SplineCurve::hermite : SplineCurve::bezier;
    spline.before.mode = TRY(extrapolation(ends & 7, where));
    spline.after.mode = TRY(extrapolation(ends >> 3 & 7, where));
    if (spline.before.mode == SplineExtrapolationMode::sloped) spline.before.slope = TRY(read_number(cursor));
    if (spline.after.mode == SplineExtrapolationMode::sloped) spline.after.slope = TRY(read_number(cursor));
    if (ends & loop_bit) {
        spline.loop.proto_start = TRY(read_number(cursor));
        spline.loop.proto_end = TRY(read_number(cursor));
        spline.loop.loops_before = TRY(cursor.read<std::int32_t>());
        spline.loop.loops_after = TRY(cursor.read<std::int32_t>());
        spline.loop.value_offset = TRY(read_number(cursor));
    }
    if (type == 0 && cursor.left() == 0) return spline;
    auto const count = TRY(cursor.read<std::uint32_t>());
    constexpr std::size_t smallest_knot = 1 + 8 + 3 * 2;
    if (count > cursor.left() / smallest_knot) return cursor.bad("a spline of {} knots", count);
    spline.knots.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        auto knot = TRY(read_knot(cursor, spline, version == version_with_rules));
        if (i > 0 && !(spline.knots.back().time < knot.time))
            return cursor.bad("the knots of a spline are not in the order of time");
        spline.knots.push_back(std::move(knot));
    }
    return spline;
}

} // namespace soulvan::usd::crate
