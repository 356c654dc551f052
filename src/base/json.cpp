// Strict JSON in, canonical JSON (RFC 8785) out.
#include "soulvan/base/json.h"

#include "soulvan/base/file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace soulvan {
namespace {

std::string place(std::string_view text, std::size_t offset)
{
    offset = std::min(offset, text.size());
    auto const line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    auto const start = text.substr(0, offset).rfind('\n');
    return fmt::format("{}:{}", line, offset - (start == std::string_view::npos ? 0 : start + 1) + 1);
}

// ECMAScript's Number::toString from the shortest digits that read back as the same double (RFC
// 8785, 3.2.2.3).
std::string ecmascript_number(double value)
{
    if (value == 0) return "0";
    char buffer[32];
    auto const [end, error] =
        std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific);
    std::string_view const text(buffer, static_cast<std::size_t>(end - buffer));
    auto const e = text.find('e');
    std::string digits(text.substr(0, 1));
    if (e > 2) digits += text.substr(2, e - 2);
    int exponent = 0;
    auto const power = text.substr(e + 1);
    std::from_chars(power.data() + (power[0] == '+' ? 1 : 0), power.data() + power.size(), exponent);
    int const k = static_cast<int>(digits.size()), n = exponent + 1;
    std::string out = value < 0 ? "-" : "";
    if (k <= n && n <= 21) return out + digits + std::string(static_cast<std::size_t>(n - k), '0');
    if (0 < n && n <= 21)
        return out + digits.substr(0, static_cast<std::size_t>(n)) + "." +
               digits.substr(static_cast<std::size_t>(n));
    if (-6 < n && n <= 0) return out + "0." + std::string(static_cast<std::size_t>(-n), '0') + digits;
    out += digits[0];
    if (k > 1) out += "." + digits.substr(1);
    return out + fmt::format("e{}{}", n > 0 ? '+' : '-', std::abs(n - 1));
}

// RFC 8785 sorts names by UTF-16 code units; that differs from bytes only above U+FFFF.
bool utf16_less(std::string const& a, std::string const& b)
{
    auto const units = [](std::string const& s) {
        std::vector<unsigned> out;
        for (std::size_t i = 0; i < s.size();) {
            auto const c = static_cast<unsigned char>(s[i]);
            int const extra = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
            unsigned code = extra == 0 ? c : c & (0x3fu >> extra);
            for (int j = 0; j < extra && i + 1 < s.size(); ++j)
                code = code << 6 | (static_cast<unsigned char>(s[++i]) & 0x3f);
            ++i;
            if (code > 0xffff) {
                out.push_back(0xd800 + ((code - 0x10000) >> 10));
                out.push_back(0xdc00 + ((code - 0x10000) & 0x3ff));
            } else {
                out.push_back(code);
            }
        }
        return out;
    };
    return units(a) < units(b);
}

Result<> write_canonical(Json const& value, std::string& out)
{
    switch (value.type()) {
    case Json::value_t::object: {
        std::vector<std::string> names;
        for (auto const& item : value.items()) names.push_back(item.key());
        std::sort(names.begin(), names.end(), utf16_less);
        out += '{';
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i) out += ',';
            TRY(write_canonical(Json(names[i]), out));
            out += ':';
            TRY(write_canonical(value.at(names[i]), out));
        }
        out += '}';
        return {};
    }
    case Json::value_t::array:
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i) out += ',';
            TRY(write_canonical(value[i], out));
        }
        out += ']';
        return {};
    case Json::value_t::number_float: {
        auto const number = value.get<double>();
        if (!std::isfinite(number))
            return fail(Errc::invalid_input, "a number that is not finite has no JSON form");
        out += ecmascript_number(number);
        return {};
    }
    default:
        try {
            out += value.dump(-1, ' ', false, Json::error_handler_t::strict);
        } catch (Json::exception const&) {
            return fail(Errc::invalid_input, "a string that is not UTF-8 has no JSON form");
        }
        return {};
    }
}

} // namespace

Result<Json> parse_json(std::string_view text, std::string_view name, JsonLimits limits)
{
    if (text.size() > limits.bytes) return fail(Errc::limit, "{}: larger than {} bytes", name, limits.bytes);
    std::vector<std::set<std::string>> keys;
    std::string problem;
    auto const watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > limits.depth) problem = fmt::format("nested deeper than {} levels", limits.depth);
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            problem = fmt::format("the field \"{}\" stands twice in one object", parsed.get<std::string>());
        return problem.empty();
    };
    try {
        auto value = Json::parse(text, watch);
        if (!problem.empty()) return fail(Errc::invalid_input, "{}: {}", name, problem);
        return value;
    } catch (Json::parse_error const& error) {
        return fail(Errc::invalid_input, "{}:{}: not JSON: {}", name,
                    place(text, error.byte ? error.byte - 1 : 0),
                    std::string_view(error.what()).substr(std::string_view(error.what()).rfind(": ") + 2));
    } catch (Json::exception const& error) {
        return fail(Errc::invalid_input, "{}: not JSON: {}", name, error.what());
    }
}

Result<Json> read_json(std::filesystem::path const& path, JsonLimits limits)
{
    auto const text = TRY(read_file(path, limits.bytes));
    return parse_json(text, path.string(), limits);
}

Result<std::string> canonical_json(Json const& value)
{
    std::string out;
    TRY(write_canonical(value, out));
    return out;
}

std::string pretty_json(Json const& value)
{
    return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string nearest_name(std::string_view word, std::span<std::string_view const> known)
{
    std::string best;
    std::size_t best_distance = 2 + word.size() / 4;
    for (auto candidate : known) {
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j < row.size(); ++j) {
                auto const above = row[j];
                row[j] = std::min(
                    {row[j] + 1, row[j - 1] + 1, diagonal + (word[i - 1] != candidate[j - 1] ? 1 : 0)});
                diagonal = above;
            }
        }
        if (row.back() < best_distance) {
            best_distance = row.back();
            best = candidate;
        }
    }
    return best;
}

} // namespace soulvan
