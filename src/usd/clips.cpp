// What is the value of an attribute in a set of clips at a time?
#include "clips.h"

#include "stage_data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace soulvan::usd::clips {
namespace {

using composition::LayerStack;

constexpr double earliest = -std::numeric_limits<double>::max(), latest = std::numeric_limits<double>::max();
/// How early before a jump the mapping still follows what comes before it: OpenUSD's UsdTimeCode::SafeStep().
constexpr double safe_step = std::numeric_limits<double>::epsilon() * 1e6 * 10 * 2;

template <class T>
T const* entry_of(Dictionary const& info, std::string_view key)
{
    auto const found = info.find(key);
    return found == info.end() ? nullptr : found->second.get<T>();
}

/// What is wrong with the lists of a set; "" when nothing is.
std::string complaint(Array<AssetPath> const& assets, std::string const& prim, Array<Vec2d> const& active,
                      Array<Vec2d> const* times)
{
    auto const path = Path::parse(prim);
    if (!path || !path->is_absolute() || !path->is_prim())
        return fmt::format("primPath '{}' is no absolute path of a prim", prim);
    for (auto const& asset : assets)
        if (asset.authored.empty()) return "an entry of assetPaths is empty";
    std::map<double, std::size_t> starts;
    for (auto const& pair : active) {
        if (!(pair.y >= 0 && pair.y < static_cast<double>(assets.size())))
            return fmt::format("there is no clip {} as 'active' has it", pair.y);
        if (!std::isfinite(pair.x)) return fmt::format("'active' starts a clip at {}", pair.x);
        if (!starts.emplace(pair.x, 0).second)
            return fmt::format("'active' starts more than one clip at {}", pair.x);
    }
    std::map<double, int> seen;
    for (std::size_t i = 0; times && i < times->size(); ++i) {
        auto const pair = (*times)[i];
        if (!std::isfinite(pair.x) || !std::isfinite(pair.y)) return "'times' holds what is no time";
        if (++seen[pair.x] > 2) return fmt::format("'times' has more than two entries for {}", pair.x);
    }
    return {};
}

/// In order; of two entries for one time the first holds until just before it.
std::vector<TimeMapping> mappings(Array<Vec2d> const& pairs)
{
    std::vector<TimeMapping> times;
    for (auto const& pair : pairs) times.push_back({pair.x, pair.y});
    std::stable_sort(times.begin(), times.end(),
                     [](auto const& a, auto const& b) { return a.external < b.external; });
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        if (times[i].external != times[i + 1].external) continue;
        times[i].external -= safe_step;
        times[i].is_jump = true;
    }
    if (times.empty()) return times;
    times.insert(times.begin(), TimeMapping(times.front()));
    times.push_back(TimeMapping(times.back()));
    return times;
}

/// Time codes are times of the clip: they move as far as the clip does.
Value moved(Value value, double distance)
{
    if (distance == 0) return value;
    if (auto const* code = value.get<TimeCode>()) return Value(TimeCode{code->value + distance});
    if (auto const* codes = value.get<Array<TimeCode>>()) {
        std::vector<TimeCode> all(codes->begin(), codes->end());
        for (auto& code : all) code.value += distance;
        return Value(Array<TimeCode>(std::move(all)));
    }
    return value;
}

bool is_linear(Value const& value)
{
    return !value.empty() && !resolve::interpolated(value, value, 0.5).empty();
}

/// The sample at `time`, else what lies between those around it. A block at `time` is one. Around it OpenUSD
/// sees nothing in its place, but a block where values are held; `fallback` tells the type when both are
/// blocks.
Value sample_in_layer(TimeSamples const& samples, double time, Value const& fallback)
{
    if (auto const exact = samples.find(time)) return samples.value(*exact);
    auto const upper = samples.upper_bound(time);
    auto held = samples.value(upper == 0 ? 0 : upper - 1);
    if (upper == 0 || upper == samples.size()) return held.is_block() ? Value() : held;
    auto const next = samples.value(upper);
    if (held.is_block()) return is_linear(next.is_block() ? fallback : next) ? Value() : held;
    if (next.is_block()) return held;
    double const before = samples.time(upper - 1);
    auto between = resolve::interpolated(held, next, (time - before) / (samples.time(upper) - before));
    return between.empty() ? held : between;
}

} // namespace

std::unique_ptr<Set> Set::make(Definition const& definition, composition::LayerCache& cache,
                               std::vector<CompositionError>& problems)
{
    auto const& info = definition.info;
    auto const* assets = entry_of<Array<AssetPath>>(info, "assetPaths");
    auto const* prim = entry_of<std::string>(info, "primPath");
    auto const* active = entry_of<Array<Vec2d>>(info, "active");
    auto const* times = entry_of<Array<Vec2d>>(info, "times");
    if (!assets || !prim || !active) return nullptr;
    auto const& anchor = definition.stack->members[definition.member];
    auto const complain = [&](std::string const& what, Trouble kind) {
        problems.push_back(
            {anchor.anchor, definition.prim, fmt::format("clip set '{}': {}", definition.name, what), kind});
    };
    if (auto what = complaint(*assets, *prim, *active, times); !what.empty()) {
        complain(what, Trouble::invalid_clips);
        return nullptr;
    }
    if (active->empty()) return nullptr; // blocks what is weaker
    auto set = std::make_unique<Set>();
    set->cache_ = &cache;
    set->stack_ = definition.stack;
    set->member_ = definition.member;
    set->source_prim_ = definition.prim;
    set->clip_prim_ = Path::parse(*prim).value();
    set->where_ = anchor.anchor;
    if (auto const* flag = entry_of<Bool>(info, "interpolateMissingClipValues"))
        set->interpolate_missing_ = flag->value;
    if (times) set->times_ = mappings(*times);
    std::map<double, std::size_t> starts;
    for (auto const& pair : *active) starts.emplace(pair.x, static_cast<std::size_t>(pair.y));
    std::map<std::size_t, std::string> identifiers; // a clip may be active many times
    for (auto const& [start, index] : starts) {
        auto const [at, is_new] = identifiers.try_emplace(index);
        if (!is_new) continue;
        auto const& asset = (*assets)[index].authored;
        at->second = composition::located(anchor.anchor, asset, *definition.stack);
        if (!composition::exists(at->second, *definition.stack))
            complain(fmt::format("the clip '{}' is not there", asset), Trouble::unresolved_layer);
    }
    for (auto const& [start, index] : starts) {
        if (!set->clips_.empty()) set->clips_.back().end = start;
        set->clips_.push_back({identifiers[index], start, set->clips_.empty() ? earliest : start, latest});
    }
    set->opened_.resize(set->clips_.size());
    auto const* manifest = entry_of<AssetPath>(info, "manifestAssetPath");
    if (!manifest)
        set->generate_manifest();
    else
        set->open_manifest(composition::located(anchor.anchor, manifest->authored, *definition.stack),
                           problems);
    return set;
}

void Set::open_manifest(std::string const& identifier, std::vector<CompositionError>& problems)
{
    auto opened = cache_->layer(identifier);
    if (opened) {
        manifest_.layer = *std::move(opened);
        manifest_.anchor = identifier;
    } else { // then it declares nothing
        problems.push_back({where_, source_prim_, "the manifest of the clips: " + opened.error().what,
                            Trouble::unresolved_layer});
    }
}

/// What has samples in any clip is declared, with what its first clip says about it.
void Set::generate_manifest()
{
    std::unordered_set<Path> uniform;
    std::unordered_set<Layer const*> seen;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
        auto const& opened = layer(i).layer;
        if (!opened || !seen.insert(opened.get()).second) continue;
        std::vector<Path> open{clip_prim_};
        while (!open.empty()) {
            auto const at = open.back();
            open.pop_back();
            auto const prim = opened->find(at);
            if (!prim) continue;
            for (auto const name : prim.properties()) {
                auto const path = at.property(name);
                auto const spec = opened->find(path);
                if (!spec || spec.kind() != SpecKind::attribute || declared_.contains(path) ||
                    uniform.contains(path))
                    continue;
                auto const samples = spec.get<TimeSamples>(field::time_samples);
                if (!samples || samples->empty()) continue;
                bool const varies =
                    spec.get_or(field::variability, Variability::varying) == Variability::varying;
                (varies ? declared_ : uniform).insert(path);
            }
            for (auto const name : prim.prim_children())
                if (auto const child = at.child(name); !child.empty()) open.push_back(child);
        }
    }
}

bool Set::applies_to(composition::Site const& site) const
{
    return site.stack == stack_ && site.path.has_prefix(source_prim_);
}

bool Set::declares(Path const& path) const
{
    auto const inside = path.replace_prefix(source_prim_, clip_prim_);
    if (!manifest_.layer) return declared_.contains(inside);
    auto const spec = manifest_.layer->find(inside);
    return spec && spec.kind() == SpecKind::attribute &&
           spec.get_or(field::variability, Variability::varying) == Variability::varying;
}

LayerStack::Member const& Set::layer(std::size_t clip) const
{
    auto& opened = opened_[clip];
    std::call_once(opened.once, [&] {
        opened.member.anchor = clips_[clip].identifier;
        if (auto layer = cache_->layer(clips_[clip].identifier)) opened.member.layer = *std::move(layer);
    });
    return opened.member;
}

std::optional<TimeSamples> Set::samples(std::size_t clip, Path const& path) const
{
    auto const& opened = layer(clip).layer;
    auto const spec = opened ? opened->find(path.replace_prefix(source_prim_, clip_prim_)) : SpecView();
    auto samples = spec ? spec.get<TimeSamples>(field::time_samples) : std::nullopt;
    return samples && !samples->empty() ? samples : std::nullopt;
}

Value Set::manifest_default(Path const& path) const
{
    auto const spec =
        manifest_.layer ? manifest_.layer->find(path.replace_prefix(source_prim_, clip_prim_)) : SpecView();
    return spec ? spec.find(field::default_value) : Value();
}

/// A block in the manifest at a clip's start says that the clip has no samples. OpenUSD looks for it at the
/// path outside of the clips.
bool Set::is_blocked_in_manifest(Path const& path, double time) const
{
    auto const spec = manifest_.layer ? manifest_.layer->find(path) : SpecView();
    auto const samples = spec ? spec.get<TimeSamples>(field::time_samples) : std::nullopt;
    auto const at = samples ? samples->find(time) : std::nullopt;
    return at && samples->value(*at).is_block();
}

/// Whether a clip has a say: always, unless missing values are to be interpolated from other clips.
bool Set::contributes(std::size_t clip, Path const& path) const
{
    if (!interpolate_missing_) return true;
    if (!is_blocked_in_manifest(path, clips_[clip].authored_start) && samples(clip, path)) return true;
    return !manifest_default(path).empty();
}

std::size_t Set::clip_at(double time) const
{
    auto const after = std::upper_bound(clips_.begin(), clips_.end(), time,
                                        [](double t, Clip const& clip) { return t < clip.start; });
    return after == clips_.begin() ? 0 : static_cast<std::size_t>(after - clips_.begin()) - 1;
}

/// The samples around `time` that one clip has: those of its layer, the points of the mapping, and its start.
std::optional<Set::Bracket> Set::bracket_in_clip(std::size_t index, Path const& path, double time) const
{
    auto const& clip = clips_[index];
    std::vector<double> around{clip.authored_start};
    if (auto const held = samples(index, path))
        if (auto const pair = clips::bracket(times_, held->times(), time)) {
            around.push_back(pair->first);
            around.push_back(pair->second);
        }
    if (!times_.empty()) {
        auto const after =
            std::lower_bound(times_.begin(), times_.end(), time,
                             [](TimeMapping const& mapping, double t) { return mapping.external < t; });
        auto const& nearest = after == times_.end() ? times_.back() : *after;
        around.push_back(nearest.external);
        if (after != times_.begin() && nearest.external != time) around.push_back((after - 1)->external);
    }
    std::erase_if(around, [&](double t) { return t < clip.start || t >= clip.end; });
    if (around.empty()) return std::nullopt;
    std::sort(around.begin(), around.end());
    if (time <= around.front()) return Bracket{around.front(), around.front()};
    if (time >= around.back()) return Bracket{around.back(), around.back()};
    auto const after = std::lower_bound(around.begin(), around.end(), time);
    return *after == time ? Bracket{time, time} : Bracket{*(after - 1), *after};
}

/// The samples around `time` that the set has: those of the active clip, else of its neighbours.
Set::Bracket Set::bracket(Path const& path, double time) const
{
    auto const active = clip_at(time);
    std::optional<double> lower, upper;
    if (contributes(active, path)) {
        if (auto const found = bracket_in_clip(active, path, time)) {
            lower = found->lower;
            // Behind the last sample of the clip the next clip is what is ahead.
            if (found->lower != found->upper || time <= found->upper) upper = found->upper;
        }
    }
    for (auto i = active; !lower && i-- > 0;)
        if (contributes(i, path))
            if (auto const found = bracket_in_clip(i, path, time)) lower = found->upper;
    for (auto i = active + 1; !upper && i < clips_.size(); ++i)
        if (contributes(i, path)) upper = clips_[i].start;
    if (!lower && !upper) lower = clips_.front().authored_start;
    return {lower.value_or(upper.value_or(0)), upper.value_or(lower.value_or(0))};
}

/// The value at one sample of the set.
Set::Answer Set::sample(Path const& path, double time) const
{
    auto const active = clip_at(time);
    if (auto const held = samples(active, path)) {
        double const inside = internal_time(times_, time);
        auto value = sample_in_layer(*held, inside, manifest_default(path));
        if (!value.empty()) return {moved(std::move(value), time - inside), &layer(active)};
    }
    return {manifest_default(path), &manifest_};
}

Set::Answer Set::value(Path const& path, double time) const
{
    auto const [lower, upper] = bracket(path, time);
    auto answer = sample(path, lower);
    if (std::abs(upper - lower) < 1e-6) {
        if (answer.value.is_block()) answer.value = {};
        return answer;
    }
    auto next = sample(path, upper);
    // Between two samples OpenUSD takes the manifest's default for a block, where it interpolates.
    if (auto const fallback = manifest_default(path); is_linear(fallback)) {
        if (answer.value.is_block()) answer = {fallback, &manifest_};
        if (next.value.is_block()) next = {fallback, &manifest_};
    }
    if (answer.value.is_block()) answer.value = {};
    if (answer.value.empty() || next.value.empty() || next.value.is_block()) return answer;
    auto between = resolve::interpolated(answer.value, next.value, (time - lower) / (upper - lower));
    if (!between.empty()) answer.value = std::move(between);
    return answer;
}

std::vector<double> Set::times(Path const& path) const
{
    std::vector<double> found;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
        if (!contributes(i, path)) continue;
        auto const& clip = clips_[i];
        auto const held = samples(i, path);
        auto const in_clip =
            external_times(times_, held ? held->times() : std::vector<double>(), clip.start, clip.end);
        found.insert(found.end(), in_clip.begin(), in_clip.end());
        found.push_back(clip.authored_start);
    }
    if (found.empty()) found.push_back(clips_.front().authored_start);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace soulvan::usd::clips
