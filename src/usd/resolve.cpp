// Which opinion wins, and what is its value at a time?
#include "soulvan/usd/array_edit.h"
#include "soulvan/usd/spline.h"
#include "stage_data.h"

#include <algorithm>
#include <set>

namespace soulvan::usd::resolve {

namespace {

void merge_weaker(Dictionary& strong, Dictionary const& weak)
{
    for (auto const& [key, value] : weak) {
        auto const [at, is_new] = strong.try_emplace(key, value);
        if (is_new) continue;
        auto const* inner_weak = value.get<Dictionary>();
        if (auto const* inner = at->second.get<Dictionary>(); inner && inner_weak) {
            Dictionary merged = *inner;
            merge_weaker(merged, *inner_weak);
            at->second = Value(std::move(merged));
        }
    }
}

/// Time codes are times of the layer; the stage sees them in its own time.
Value in_stage_time(Value value, LayerOffset to_stage)
{
    if (to_stage.is_identity()) return value;
    if (auto const* code = value.get<TimeCode>()) return Value(TimeCode{to_stage(code->value)});
    if (auto const* codes = value.get<Array<TimeCode>>()) {
        std::vector<TimeCode> mapped;
        for (auto code : *codes) mapped.push_back({to_stage(code.value)});
        return Value(Array<TimeCode>(std::move(mapped)));
    }
    return value;
}

template <class T>
std::optional<Value> folded_list(std::vector<Value> const& strong_to_weak)
{
    if (!strong_to_weak.front().holds<ListOp<T>>()) return std::nullopt;
    std::vector<T> items;
    for (auto opinion = strong_to_weak.rbegin(); opinion != strong_to_weak.rend(); ++opinion)
        if (auto const* op = opinion->template get<ListOp<T>>()) op->apply(items);
    return Value(ListOp<T>::make_explicit(std::move(items)));
}

std::optional<Value> folded(std::vector<Value> const& opinions)
{
    if (opinions.empty()) return std::nullopt;
    if (auto list = folded_list<Token>(opinions)) return list;
    if (auto list = folded_list<std::string>(opinions)) return list;
    if (auto list = folded_list<Path>(opinions)) return list;
    if (auto list = folded_list<Reference>(opinions)) return list;
    if (auto list = folded_list<Payload>(opinions)) return list;
    if (auto list = folded_list<std::int32_t>(opinions)) return list;
    if (auto list = folded_list<std::uint32_t>(opinions)) return list;
    if (auto list = folded_list<std::int64_t>(opinions)) return list;
    if (auto list = folded_list<std::uint64_t>(opinions)) return list;
    if (auto const* strongest = opinions.front().get<Dictionary>()) {
        Dictionary merged = *strongest;
        for (auto const& opinion : opinions)
            if (auto const* weaker = opinion.get<Dictionary>()) merge_weaker(merged, *weaker);
        return Value(std::move(merged));
    }
    return opinions.front();
}

std::optional<TimeSamples> samples_of(SpecView spec)
{
    auto samples = spec.get<TimeSamples>(field::time_samples);
    return samples && !samples->empty() ? samples : std::nullopt;
}

/// With its variable expression evaluated. One that cannot be evaluated stays as it is written.
AssetPath evaluated(AssetPath const& asset, Source const& site)
{
    if (!composition::is_expression(asset.authored)) return asset;
    auto text = composition::evaluate_expression(asset.authored, site.stack->expression_variables);
    return text ? AssetPath{*std::move(text)} : asset;
}

/// Held before the first and after the last sample; a block holds nothing.
Value sample(TimeSamples const& samples, double time)
{
    auto const upper = samples.upper_bound(time);
    auto held = samples.value(upper == 0 ? 0 : upper - 1);
    if (held.is_block()) return {};
    if (upper == 0 || upper == samples.size() || samples.time(upper - 1) == time) return held;
    auto const next = samples.value(upper);
    if (next.is_block()) return held;
    auto const before = samples.time(upper - 1);
    auto between = interpolated(held, next, (time - before) / (samples.time(upper) - before));
    return between.empty() ? held : between;
}

/// The opinion whose samples, spline or default win, in that order within a layer. A block hides what is
/// weaker, a block of animation only weaker samples and splines.
struct Winner {
    Source const* source = nullptr;
    std::optional<TimeSamples> samples;
    std::optional<Spline> spline;
    Value default_value;
    std::size_t index = 0; ///< of the opinion
};

Winner winner(std::span<PropertyOpinion const> opinions, bool with_samples)
{
    for (std::size_t i = 0; i < opinions.size(); ++i) {
        auto const& opinion = opinions[i];
        if (with_samples) {
            if (auto samples = samples_of(opinion.spec))
                return {opinion.source, std::move(samples), {}, {}, i};
            if (auto spline = opinion.spec.get<Spline>(field::spline))
                return {opinion.source, std::nullopt, std::move(spline), {}, i};
        }
        if (auto value = opinion.spec.find(field::default_value); !value.empty()) {
            if (value.is_block()) return {};
            if (value.holds<AnimationBlock>()) {
                with_samples = false;
                continue;
            }
            return {opinion.source, std::nullopt, std::nullopt, std::move(value), i};
        }
    }
    return {};
}

/// As OpenUSD rounds it: a quotient would meet more samples exactly, but other samples than OpenUSD's.
double layer_time_of(Time time, LayerOffset to_stage)
{
    if (to_stage.is_identity()) return time.code();
    double const scale = 1 / to_stage.scale;
    return time.code() * scale + -to_stage.offset * scale;
}

/// The value of the strongest opinion that has one, and which that is.
Resolved strongest(std::span<PropertyOpinion const> opinions, Time time, std::size_t& index)
{
    auto const found = winner(opinions, !time.is_default());
    index = found.index;
    if (found.samples || found.spline) {
        auto const& to_stage = found.source->to_stage;
        double const layer_time = layer_time_of(time, to_stage);
        auto const value =
            found.samples ? sample(*found.samples, layer_time) : spline_value(*found.spline, layer_time);
        return {seen(value, *found.source), found.source};
    }
    if (found.default_value.empty()) return {};
    return {seen(found.default_value, *found.source), found.source};
}

/// A path expression that names the weaker one is composed over what weaker opinions hold at the same time,
/// down to one that holds none. (OpenUSD 24.11 composes them at the default time alone; later releases do as
/// is done here.)
Resolved with_weaker(Resolved found, std::span<PropertyOpinion const> weaker, Time time)
{
    auto const names_weaker = [](PathExpression const& expression) {
        return expression.text.find("%_") != std::string::npos;
    };
    auto const* expression = found.value.get<PathExpression>();
    if (!expression || !names_weaker(*expression)) return found;
    std::vector<std::string> texts{expression->text};
    while (!weaker.empty()) {
        std::size_t index = 0;
        auto const next = strongest(weaker, time, index);
        auto const* below = next.value.get<PathExpression>();
        if (!below) break;
        texts.push_back(below->text);
        if (!names_weaker(*below)) break;
        weaker = weaker.subspan(index + 1);
    }
    return {Value(PathExpression{composed_expression(texts)}), found.source};
}

bool is_expression(std::span<PropertyOpinion const> opinions)
{
    for (auto const& opinion : opinions)
        if (auto const type = opinion.spec.get<Token>(field::type_name)) return *type == "pathExpression";
    return false;
}

/// As expressions compose over weaker ones, they may change at the times of any that no stronger one blocks
/// then. (OpenUSD 24.11 knows the strongest opinion's times alone.)
void add_expression_times(std::span<PropertyOpinion const> opinions, std::set<double>& times)
{
    for (std::size_t i = 0; i < opinions.size(); ++i) {
        auto const samples = samples_of(opinions[i].spec);
        if (!samples) continue;
        for (double const layer_time : samples->times()) {
            double const time = opinions[i].source->to_stage(layer_time);
            bool const is_blocked = std::ranges::any_of(opinions.first(i), [&](auto const& stronger) {
                std::size_t index = 0;
                auto const says =
                    stronger.spec.has(field::time_samples) || stronger.spec.has(field::default_value);
                return says && strongest({&stronger, 1}, time, index).value.empty();
            });
            if (!is_blocked) times.insert(time);
        }
    }
}

bool is_blocked(std::vector<PropertyOpinion> const& opinions)
{
    for (auto const& opinion : opinions)
        if (auto const held = opinion.spec.find(field::default_value);
            !held.empty() && !held.holds<AnimationBlock>())
            return held.is_block();
    return false;
}

/// The edits, strong to weak, applied to an array; to an empty one where there is none.
Value edited(std::vector<ArrayEdit> const& edits, Value array)
{
    auto const& weakest = edits.back();
    if (array.empty()) array = apply({weakest.literals, {{ArrayEdit::Op::set_size, 0, 0}}}, weakest.literals);
    for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) array = apply(*edit, array);
    return array;
}

} // namespace

Value seen(Value const& value, Source const& site)
{
    if (auto const* asset = value.get<AssetPath>())
        return composition::is_expression(asset->authored) ? Value(evaluated(*asset, site)) : value;
    if (auto const* assets = value.get<Array<AssetPath>>()) {
        auto const is_plain = [](AssetPath const& asset) {
            return !composition::is_expression(asset.authored);
        };
        if (std::all_of(assets->begin(), assets->end(), is_plain)) return value;
        std::vector<AssetPath> plain;
        for (auto const& asset : *assets) plain.push_back(evaluated(asset, site));
        return Value(Array<AssetPath>(std::move(plain)));
    }
    if (auto const* dictionary = value.get<Dictionary>()) {
        Dictionary mapped;
        for (auto const& [key, item] : *dictionary) mapped.emplace(key, seen(item, site));
        return Value(std::move(mapped));
    }
    if (auto const* expression = value.get<PathExpression>(); expression && !site.to_root->is_identity())
        return Value(PathExpression{mapped_expression(
            expression->text, [&](Path const& path) { return site.to_root->to_target(path); })});
    return in_stage_time(value, site.to_stage);
}

Dictionary merged(Dictionary strong, Dictionary const& weak)
{
    merge_weaker(strong, weak);
    return strong;
}

std::vector<PropertyOpinion> property_stack(Stage::Implementation const& stage, PrimData const& prim,
                                            Token name)
{
    std::vector<PropertyOpinion> stack;
    for (auto const& site : prim.sites()) {
        auto const& table = stage.table(site);
        auto const property = table.property(site.spec, name);
        if (property == SpecTable::none) continue;
        if (!stack.empty() && table.kind(property) != stack.front().spec.kind()) continue;
        stack.push_back({&stage.source(site), SpecView(&table, property), site.spec});
    }
    return stack;
}

std::optional<Value> metadata(std::vector<PropertyOpinion> const& strong_to_weak, Token name)
{
    std::vector<Value> opinions;
    for (auto const& opinion : strong_to_weak)
        if (auto value = opinion.spec.find(name); !value.empty())
            opinions.push_back(seen(value, *opinion.source));
    if (opinions.empty()) return std::nullopt;
    if (name == field::custom) // once custom, always custom
        return Value(std::any_of(opinions.begin(), opinions.end(),
                                 [](auto const& opinion) { return opinion.get_or(Bool{}).value; }));
    if (name == field::variability) return opinions.back(); // the weakest declares it
    return folded(opinions);
}

std::optional<Value> prim_metadata(Stage::Implementation const& stage, PrimData const& prim, Token name)
{
    if (name == field::specifier) return Value(prim.specifier);
    if (name == field::type_name)
        return prim.type_name.empty() ? std::nullopt : std::optional(Value(prim.type_name));
    std::vector<Value> opinions;
    for (auto const& site : prim.sites())
        if (auto value = stage.spec(site).find(name); !value.empty())
            opinions.push_back(seen(value, stage.source(site)));
    return folded(opinions);
}

namespace {

/// The stage times of the samples around `time` when edits of arrays are to be mixed: first each is applied.
std::optional<std::pair<double, double>> edited_between(std::span<PropertyOpinion const> opinions, Time time)
{
    auto const found = winner(opinions, true);
    if (time.is_default() || !found.samples) return std::nullopt;
    auto const& to_stage = found.source->to_stage;
    double const layer_time = layer_time_of(time, to_stage);
    auto const upper = found.samples->upper_bound(layer_time);
    if (upper == 0 || upper == found.samples->size() || found.samples->time(upper - 1) == layer_time)
        return std::nullopt;
    if (!found.samples->value(upper - 1).holds<ArrayEdit>()) return std::nullopt;
    return std::pair(to_stage(found.samples->time(upper - 1)), to_stage(found.samples->time(upper)));
}

} // namespace

Resolved value(Stage::Implementation const& stage, PrimData const& prim, Token name, Time time)
{
    auto const opinions = property_stack(stage, prim, name);
    if (!opinions.empty() && opinions.front().spec.kind() != SpecKind::attribute) return {};
    if (!time.is_default() && !stage.clips.empty())
        if (auto const clips = stage.clips.winner(prim, name)) {
            auto const answer = clips->set->value(clips->attribute, time.code());
            auto const* source = answer.layer ? stage.clips.source(*clips->set, answer.layer) : nullptr;
            return source ? Resolved{seen(answer.value, *source), source} : Resolved{};
        }
    std::vector<ArrayEdit> edits;
    Source const* source = nullptr;
    for (std::span<PropertyOpinion const> rest(opinions); !rest.empty();) {
        std::size_t index = 0;
        auto found = strongest(rest, time, index);
        if (found.value.empty() && !found.source) break;
        if (!source) source = found.source;
        auto const* edit = found.value.get<ArrayEdit>();
        if (!edit && edits.empty()) return with_weaker(std::move(found), rest.subspan(index + 1), time);
        if (!edit) return {edited(edits, found.value), source};
        if (edits.empty())
            if (auto const around = edited_between(rest, time)) {
                auto const [lower, upper] = *around;
                auto held = value(stage, prim, name, lower);
                auto const mixed = interpolated(held.value, value(stage, prim, name, upper).value,
                                                (time.code() - lower) / (upper - lower));
                return {mixed.empty() ? std::move(held.value) : mixed, source};
            }
        edits.push_back(*edit);
        rest = rest.subspan(index + 1);
    }
    // A blocked default hides the fallback of the schema at the default time only, as in OpenUSD.
    if (edits.empty() && time.is_default() && is_blocked(opinions)) return {};
    auto const property = schema::find_property(prim.type_name, prim.api_list(), name);
    if (!edits.empty()) return {edited(edits, property ? property->fallback() : Value()), source};
    if (property)
        if (auto fallback = property->fallback(); !fallback.empty()) return {std::move(fallback), nullptr};
    return {};
}

std::vector<double> sample_times(Stage::Implementation const& stage, PrimData const& prim, Token name)
{
    if (!stage.clips.empty())
        if (auto const clips = stage.clips.winner(prim, name)) return clips->set->times(clips->attribute);
    auto const opinions = property_stack(stage, prim, name);
    std::set<double> times; // a negative scale turns them round
    if (is_expression(opinions)) {
        add_expression_times(opinions, times);
    } else if (auto const found = winner(opinions, true); found.samples) {
        for (double const time : found.samples->times()) times.insert(found.source->to_stage(time));
    }
    return {times.begin(), times.end()};
}

bool is_time_varying(Stage::Implementation const& stage, PrimData const& prim, Token name)
{
    if (!stage.clips.empty())
        if (auto const clips = stage.clips.winner(prim, name))
            return clips->set->times(clips->attribute).size() > 1;
    auto const opinions = property_stack(stage, prim, name);
    if (is_expression(opinions)) return sample_times(stage, prim, name).size() > 1;
    auto const found = winner(opinions, true);
    return found.spline || (found.samples && found.samples->size() > 1);
}

} // namespace soulvan::usd::resolve
