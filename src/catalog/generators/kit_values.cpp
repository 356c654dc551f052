// What may a reference say to a generator, and what stands in its record?
#include "kit.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

namespace soulvan::catalog::kit {
namespace {

std::optional<double> as_number(std::string_view text)
{
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// Edits that turn one word into the other (Levenshtein 1966).
std::size_t edits(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            auto const kept = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({kept, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string listed(std::vector<std::string> const& words)
{
    return fmt::format("{}", fmt::join(words, ", "));
}

Result<> check(std::string const& key, Parameter const& p, std::string const& value)
{
    if (!p.choices.empty()) {
        if (std::ranges::find(p.choices, value) != p.choices.end()) return {};
        return fail(Errc::invalid_input, "{}: {} is \"{}\", but must be one of {}", key, p.name,
                    value.substr(0, 40), listed(p.choices));
    }
    if (p.least == p.most) return {}; // text
    auto const number = as_number(value);
    if (!number)
        return fail(Errc::invalid_input, "{}: {} is \"{}\", which is no number", key, p.name,
                    value.substr(0, 40));
    if (*number < p.least || *number > p.most)
        return fail(Errc::invalid_input, "{}: {} is {}, but must lie between {} and {}", key, p.name, value,
                    p.least, p.most);
    return {};
}

class RecipeGenerator final : public Generator {
public:
    explicit RecipeGenerator(Recipe recipe) : recipe_(std::move(recipe)) {}

    std::string key() const override { return recipe_.key; }
    int version() const override { return recipe_.version; }
    std::vector<Parameter> parameters() const override { return recipe_.parameters; }
    std::vector<Parameters> entries() const override { return recipe_.entries; }

    Result<Asset> describe(AssetRef const& ref) const override
    {
        auto const values = TRY(read(ref));
        return described(ref, values);
    }

    Result<Generated> build(AssetRef const& ref) const override
    {
        auto const values = TRY(read(ref));
        return write_asset(recipe_.build(values), described(ref, values));
    }

private:
    Result<Values> read(AssetRef const& ref) const
    {
        auto values = TRY(Values::read(recipe_.key, recipe_.parameters, ref));
        if (recipe_.check)
            if (auto const good = recipe_.check(values); !good)
                return fail(good.error().code, "{}: {}", recipe_.key, good.error().what);
        return values;
    }

    Asset described(AssetRef const& ref, Values const& values) const
    {
        auto asset = recipe_.describe(values);
        asset.ref = ref;
        asset.pack = "soulvan";
        asset.origin = Origin::generated;
        asset.license = "CC0-1.0";
        asset.credit = fmt::format("Soulvan generator {}", recipe_.key.substr(recipe_.key.find('/') + 1));
        asset.uri = fmt::format("soulvan:{}", to_string(ref));
        auto text = fmt::format("{}\n{}\n", recipe_.key, recipe_.version);
        for (auto const& [name, value] : values.all) text += fmt::format("{}={}\n", name, value);
        asset.content_hash = hex(sha256(text));
        asset.placeable = true;
        return asset;
    }

    Recipe recipe_;
};

} // namespace

Parameter number_parameter(std::string name, std::string meaning, std::string fallback, double least,
                           double most)
{
    return {std::move(name), std::move(meaning), std::move(fallback), least, most, {}};
}

Parameter text_parameter(std::string name, std::string meaning)
{
    return {std::move(name), std::move(meaning), "", 0, 0, {}};
}

Parameter word_parameter(std::string name, std::string meaning, std::vector<std::string> choices)
{
    auto fallback = choices.front();
    return {std::move(name), std::move(meaning), std::move(fallback), 0, 0, std::move(choices)};
}

std::string const& Values::word(std::string const& name) const
{
    auto const at = all.find(name);
    SOULVAN_CHECK(at != all.end()); // a recipe asks for its own parameters only
    return at->second;
}

double Values::number(std::string const& name) const
{
    return as_number(word(name)).value_or(0);
}
int Values::count(std::string const& name) const
{
    return static_cast<int>(std::lround(number(name)));
}

Result<Values> Values::read(std::string const& key, std::vector<Parameter> const& parameters,
                            AssetRef const& ref)
{
    Values out;
    out.seed = ref.seed;
    for (auto const& p : parameters) out.all[p.name] = p.fallback;
    for (auto const& [name, value] : ref.parameters) {
        auto const known = std::ranges::find(parameters, name, &Parameter::name);
        if (known == parameters.end()) {
            if (parameters.empty())
                return fail(Errc::invalid_input, "{}: there is no parameter \"{}\"; it has none", key,
                            name.substr(0, 40));
            auto const nearest = std::ranges::min_element(parameters, {}, [&](Parameter const& p) {
                return edits(p.name, std::string_view(name).substr(0, 40));
            });
            return fail(Errc::invalid_input, "{}: there is no parameter \"{}\"; did you mean \"{}\"?", key,
                        name.substr(0, 40), nearest->name);
        }
        TRY(check(key, *known, value));
        out.all[name] = value;
    }
    return out;
}

std::unique_ptr<Generator> make_generator(Recipe recipe)
{
    return std::make_unique<RecipeGenerator>(std::move(recipe));
}

Vec3f paint_color(std::string_view word)
{
    // Linear Rec.709 of common coats: RAL 1023, 2004, 3020, 5010, 6029, 9016, 7040, 9005, 8003, 5015.
    struct Named {
        std::string_view word;
        Vec3f color;
    };
    static Named const table[] = {
        {"yellow", {0.83f, 0.42f, 0.012f}}, {"orange", {0.72f, 0.115f, 0.012f}},
        {"red", {0.50f, 0.022f, 0.016f}},   {"blue", {0.010f, 0.075f, 0.26f}},
        {"green", {0.012f, 0.17f, 0.055f}}, {"white", {0.72f, 0.73f, 0.72f}},
        {"grey", {0.27f, 0.285f, 0.30f}},   {"black", {0.022f, 0.022f, 0.024f}},
        {"brown", {0.16f, 0.075f, 0.035f}}, {"light_blue", {0.03f, 0.21f, 0.48f}},
    };
    for (auto const& named : table)
        if (named.word == word) return named.color;
    return {0.27f, 0.285f, 0.30f};
}

} // namespace soulvan::catalog::kit
