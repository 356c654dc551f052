// How splines stand in text: curve type, extrapolation, loop and knots, one item a line.
#include "soulvan/usd/spline.h"
#include "text_format.h"
#include "text_parser.h"
#include "text_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace soulvan::usd {

namespace {

constexpr std::array<std::string_view, 4> interpolations = {"none", "held", "linear", "curve"};
constexpr std::array<std::string_view, 7> extrapolations = {
    "none", "held", "linear", "sloped", "loop repeat", "loop reset", "loop oscillate"};

/// Reads the inside of one `.spline = { … }`.
class SplineReader {
public:
    SplineReader(TextScanner& scanner, ValueReader& values, Spline& spline)
        : scanner_(scanner),
          values_(values),
          spline_(spline)
    {}
    bool read_item();
    bool finish();

private:
    bool read_end(SplineExtrapolation& end);
    bool read_loop();
    bool read_knot();
    bool read_knot_part(SplineKnot& knot);
    bool read_tangent(double& width, double& slope, SplineTangent& rule);
    bool read_rule(SplineTangent& rule);
    bool read_value(double& value);
    bool read_finite(double& value);
    bool expect_colon();

    TextScanner& scanner_;
    ValueReader& values_;
    Spline& spline_;
};

bool SplineReader::expect_colon()
{
    scanner_.skip_blanks();
    if (!scanner_.expect(':')) return false;
    scanner_.skip_blanks();
    return true;
}

bool SplineReader::read_finite(double& value)
{
    auto const start = scanner_.position();
    Number number;
    if (!scanner_.read_number(number)) return false;
    value = number.as_double();
    return std::isfinite(value) || scanner_.fail_at(start, "a spline holds finite numbers only");
}

/// A number as the attribute's type holds it.
bool SplineReader::read_value(double& value)
{
    auto const start = scanner_.position();
    if (!read_finite(value)) return false;
    if (spline_.value_type == Spline::ValueType::float_)
        value = static_cast<double>(static_cast<float>(value));
    if (spline_.value_type == Spline::ValueType::half_)
        value = static_cast<double>(static_cast<float>(half(static_cast<float>(value))));
    return std::isfinite(value) || scanner_.fail_at(start, "the number does not fit its type");
}

bool SplineReader::read_end(SplineExtrapolation& end)
{
    if (!expect_colon()) return false;
    end = {};
    auto const word = scanner_.peek_word();
    auto const start = scanner_.position();
    scanner_.advance(word.size());
    std::string mode(word);
    if (word == "loop") {
        if (!scanner_.skip_separator()) return false;
        auto const kind = scanner_.peek_word();
        mode.append(" ").append(kind);
        scanner_.advance(kind.size());
    }
    auto const* const found = std::find(extrapolations.begin(), extrapolations.end(), mode);
    if (found == extrapolations.end())
        return scanner_.fail_at(start, "an extrapolation is expected: none, held, linear, …");
    end.mode = static_cast<SplineExtrapolationMode>(found - extrapolations.begin());
    if (end.mode != SplineExtrapolationMode::sloped) return true;
    scanner_.skip_blanks();
    if (!scanner_.expect('(')) return false;
    scanner_.skip_blanks();
    if (!read_finite(end.slope)) return false;
    scanner_.skip_blanks();
    return scanner_.expect(')');
}

bool SplineReader::read_loop()
{
    if (!expect_colon() || !scanner_.expect('(')) return false;
    auto const start = scanner_.position();
    std::array<double, 5> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        scanner_.skip_blanks();
        if (!read_finite(numbers[i])) return false;
        scanner_.skip_blanks();
        if (!scanner_.expect(i + 1 < numbers.size() ? ',' : ')')) return false;
    }
    for (double const count : {numbers[2], numbers[3]})
        if (std::trunc(count) != count || std::abs(count) > std::numeric_limits<std::int32_t>::max())
            return scanner_.fail_at(start, "the counts of a loop are whole numbers");
    // Counts below zero mean none.
    auto const count = [](double number) { return std::max(static_cast<std::int32_t>(number), 0); };
    spline_.loop = {numbers[0], numbers[1], count(numbers[2]), count(numbers[3]), numbers[4]};
    return true;
}

/// The name of a rule and ')'.
bool SplineReader::read_rule(SplineTangent& rule)
{
    if (scanner_.take_word("custom"))
        rule = SplineTangent::custom;
    else if (scanner_.take_word("autoEase"))
        rule = SplineTangent::auto_ease;
    else
        return scanner_.fail("'custom' or 'autoEase' is expected");
    scanner_.skip_blanks();
    return scanner_.expect(')');
}

/// "(width, slope)", or "(slope)"; each may end with the name of a rule.
bool SplineReader::read_tangent(double& width, double& slope, SplineTangent& rule)
{
    if (!scanner_.expect('(')) return false;
    scanner_.skip_blanks();
    auto const start = scanner_.position();
    auto first = 0.0;
    if (!read_finite(first)) return false;
    scanner_.skip_blanks();
    auto const after_first = scanner_.position();
    bool const has_more = scanner_.take(',');
    scanner_.skip_blanks();
    auto const word = scanner_.peek_word();
    if (!has_more || word == "custom" || word == "autoEase") { // the one number is the slope
        scanner_.move_to(start);
        if (!read_value(slope)) return false;
        scanner_.move_to(after_first);
        if (!scanner_.take(',')) return scanner_.expect(')');
        scanner_.skip_blanks();
        return read_rule(rule);
    }
    if (spline_.curve == SplineCurve::hermite)
        return scanner_.fail_at(start, "tangents of hermite splines have no width");
    if (first < 0) return scanner_.fail_at(start, "a tangent's width cannot be negative");
    width = first;
    if (!read_value(slope)) return false;
    scanner_.skip_blanks();
    if (!scanner_.take(',')) return scanner_.expect(')');
    scanner_.skip_blanks();
    return read_rule(rule);
}

bool SplineReader::read_knot_part(SplineKnot& knot)
{
    if (scanner_.peek() == '{') {
        Dictionary data;
        if (!values_.read_dictionary(data)) return false;
        knot.custom_data = data.empty() ? nullptr : std::make_shared<Dictionary const>(std::move(data));
        return true;
    }
    if (scanner_.take_word("pre"))
        return scanner_.skip_separator() &&
               read_tangent(knot.width_before, knot.slope_before, knot.tangent_before);
    if (!scanner_.take_word("post")) return scanner_.fail("'pre', 'post' or '{' is expected");
    if (!scanner_.skip_separator()) return false;
    auto const word = scanner_.peek_word();
    auto const* const found = std::find(interpolations.begin(), interpolations.end(), word);
    if (found == interpolations.end())
        return scanner_.fail("an interpolation is expected: none, held, linear or curve");
    scanner_.advance(word.size());
    knot.next = static_cast<SplineInterpolation>(found - interpolations.begin());
    auto const after = scanner_.position();
    scanner_.skip_blanks();
    if (scanner_.peek() == '(') return read_tangent(knot.width_after, knot.slope_after, knot.tangent_after);
    scanner_.move_to(after);
    return true;
}

/// `time: [before &] value [; pre (…)] [; post … (…)] [; { … }]`
bool SplineReader::read_knot()
{
    SplineKnot knot;
    if (!read_finite(knot.time) || !expect_colon() || !read_value(knot.value)) return false;
    auto const after_value = scanner_.position();
    scanner_.skip_blanks();
    if (scanner_.take('&')) {
        knot.value_before = knot.value;
        scanner_.skip_blanks();
        if (!read_value(knot.value)) return false;
    } else {
        scanner_.move_to(after_value);
    }
    for (;;) {
        scanner_.skip_to_line_end();
        if (!scanner_.take(';') && !scanner_.at_line_end()) break;
        scanner_.skip_lines();
        auto const word = scanner_.peek_word();
        if (word != "pre" && word != "post" && scanner_.peek() != '{') break;
        if (!read_knot_part(knot)) return false;
    }
    spline_.knots.push_back(std::move(knot));
    return true;
}

bool SplineReader::read_item()
{
    auto const word = scanner_.peek_word();
    if (word == "bezier" || word == "hermite") {
        spline_.curve = word == "hermite" ? SplineCurve::hermite : SplineCurve::bezier;
        scanner_.advance(word.size());
        return true;
    }
    if (scanner_.take_word("pre")) return read_end(spline_.before);
    if (scanner_.take_word("post")) return read_end(spline_.after);
    if (scanner_.take_word("loop")) return read_loop();
    return read_knot();
}

/// Sorts the knots; of those at one time the first stays. Tangents under a rule follow it.
bool SplineReader::finish()
{
    auto& knots = spline_.knots;
    std::stable_sort(knots.begin(), knots.end(),
                     [](auto const& a, auto const& b) { return a.time < b.time; });
    auto const same_time = [](auto const& a, auto const& b) { return a.time == b.time; };
    knots.erase(std::unique(knots.begin(), knots.end(), same_time), knots.end());
    spline_ = with_ruled_tangents(std::move(spline_));
    return true;
}

} // namespace

bool TextParser::parse_spline(Spec& spec, AttributeHead const& head)
{
    Spline spline;
    auto const type = head.type_name.view();
    if (type == "float")
        spline.value_type = Spline::ValueType::float_;
    else if (type == "half")
        spline.value_type = Spline::ValueType::half_;
    else if (type == "timecode")
        spline.time_valued = true;
    else if (type != "double")
        return fail(fmt::format("attributes of type {} have no splines", type));
    SplineReader reader(scanner_, values_, spline);
    if (!scanner_.expect_assignment() || !scanner_.expect('{')) return false;
    if (!read_sequence(scanner_, '}', false, [&] { return reader.read_item(); }) || !reader.finish())
        return false;
    spec.set(field::spline, Value(std::move(spline)));
    return true;
}

namespace {

class SplineWriter {
public:
    SplineWriter(std::string& out, Spline const& spline, int indent)
        : out_(out),
          spline_(spline),
          indent_(indent)
    {}
    void write();

private:
    void end(std::string_view name, SplineExtrapolation const& extrapolation);
    void loop();
    void knot(SplineKnot const& knot, bool after_curve);
    void tangent(std::string_view name, double width, double slope, SplineTangent rule);
    void number(double value) { append_number(out_, value); }
    /// With the digits of the spline's type.
    void value(double value);

    std::string& out_;
    Spline const& spline_;
    int indent_;
};

void SplineWriter::value(double value)
{
    switch (spline_.value_type) {
    case Spline::ValueType::double_:
        append_number(out_, value);
        return;
    case Spline::ValueType::float_:
        append_number(out_, static_cast<float>(value));
        return;
    case Spline::ValueType::half_:
        append_number(out_, half(static_cast<float>(value)));
        return;
    }
}

void SplineWriter::end(std::string_view name, SplineExtrapolation const& extrapolation)
{
    if (extrapolation == SplineExtrapolation{}) return;
    append_indent(out_, indent_);
    out_.append(name).append(": ").append(extrapolations[static_cast<std::size_t>(extrapolation.mode)]);
    if (extrapolation.mode == SplineExtrapolationMode::sloped) {
        out_ += '(';
        number(extrapolation.slope);
        out_ += ')';
    }
    out_ += ",\n";
}

void SplineWriter::loop()
{
    auto const& loop = spline_.loop;
    if (loop == SplineLoop{}) return;
    append_indent(out_, indent_);
    out_ += "loop: (";
    number(loop.proto_start);
    out_ += ", ";
    number(loop.proto_end);
    out_ += ", ";
    append_number(out_, std::int64_t{loop.loops_before});
    out_ += ", ";
    append_number(out_, std::int64_t{loop.loops_after});
    out_ += ", ";
    number(loop.value_offset);
    out_ += "),\n";
}

void SplineWriter::tangent(std::string_view name, double width, double slope, SplineTangent rule)
{
    out_.append("; ").append(name).append(" (");
    if (spline_.curve == SplineCurve::bezier) {
        number(width);
        out_ += ", ";
    }
    value(slope);
    if (rule == SplineTangent::custom) out_ += ", custom";
    if (rule == SplineTangent::auto_ease) out_ += ", autoEase";
    out_ += ')';
}

void SplineWriter::knot(SplineKnot const& knot, bool after_curve)
{
    append_indent(out_, indent_);
    number(knot.time);
    out_ += ": ";
    if (knot.value_before) {
        value(*knot.value_before);
        out_ += " & ";
    }
    value(knot.value);
    if (after_curve) tangent("pre", knot.width_before, knot.slope_before, knot.tangent_before);
    if (knot.next == SplineInterpolation::curve)
        tangent("post curve", knot.width_after, knot.slope_after, knot.tangent_after);
    else
        out_.append("; post ").append(interpolations[static_cast<std::size_t>(knot.next)]);
    if (knot.custom_data && !knot.custom_data->empty()) {
        out_ += "; ";
        append_dictionary(out_, *knot.custom_data, 0, false);
    }
    out_ += ",\n";
}

void SplineWriter::write()
{
    auto const& knots = spline_.knots;
    bool const curved = knots.size() > 1 && std::any_of(knots.begin(), knots.end() - 1, [](auto const& k) {
                            return k.next == SplineInterpolation::curve;
                        });
    if (curved || spline_.curve == SplineCurve::hermite) {
        append_indent(out_, indent_);
        out_ += spline_.curve == SplineCurve::hermite ? "hermite,\n" : "bezier,\n";
    }
    end("pre", spline_.before);
    end("post", spline_.after);
    loop();
    // The first knot keeps its tangent from before, for knots that may come in front of it.
    bool after_curve = true;
    for (auto const& item : knots) {
        knot(item, after_curve);
        after_curve = item.next == SplineInterpolation::curve;
    }
    // What says nothing but its kind must still be readable: an empty list is none.
    bool const silent = !curved && spline_.curve == SplineCurve::bezier &&
                        spline_.before == SplineExtrapolation{} && spline_.after == SplineExtrapolation{} &&
                        spline_.loop == SplineLoop{} && knots.empty();
    if (silent) {
        append_indent(out_, indent_);
        out_ += "bezier,\n";
    }
}

} // namespace

void TextWriter::spline(Spline const& spline, int indent)
{
    SplineWriter(out_, spline, indent).write();
    // Rules of tangents came with version 1.1 of the format.
    bool const has_rules = std::any_of(spline.knots.begin(), spline.knots.end(), [](auto const& knot) {
        return knot.tangent_before != SplineTangent::none || knot.tangent_after != SplineTangent::none;
    });
    constexpr std::string_view old_version = "#usda 1.0", new_version = "#usda 1.1";
    if (has_rules && out_.starts_with(old_version)) out_.replace(0, old_version.size(), new_version);
}

} // namespace soulvan::usd
