// Which clip sets does a prim have, and from which layers?
#include "clips.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace soulvan::usd::clips {
namespace {

using composition::LayerStack;
using composition::Node;

/// More clips than any shot has: the stride comes from the file.
constexpr std::size_t clip_limit = 100'000;

Value const* entry(Dictionary const& info, std::string_view key)
{
    auto const found = info.find(key);
    return found == info.end() ? nullptr : &found->second;
}

template <class T>
T const* entry_of(Dictionary const& info, std::string_view key)
{
    auto const* value = entry(info, key);
    return value ? value->get<T>() : nullptr;
}

/// Shifts the external times of "active" and "times".
void apply_offset(Dictionary& info, std::string_view key, LayerOffset offset)
{
    auto const found = info.find(key);
    auto const* pairs = found == info.end() ? nullptr : found->second.get<Array<Vec2d>>();
    if (!pairs || offset.is_identity()) return;
    std::vector<Vec2d> shifted(pairs->begin(), pairs->end());
    for (auto& pair : shifted) pair.x = offset(pair.x);
    found->second = Value(Array<Vec2d>(std::move(shifted)));
}

Dictionary over(Dictionary strong, Dictionary const& weak)
{
    for (auto const& [key, value] : weak) {
        auto const [at, is_new] = strong.try_emplace(key, value);
        if (is_new) continue;
        auto const* below = value.get<Dictionary>();
        if (auto const* above = at->second.get<Dictionary>(); above && below)
            at->second = Value(over(*above, *below));
    }
    return strong;
}

struct Gathered {
    Definition definition;
    std::size_t order = 0; ///< among the sets of its node
    bool is_anchored = false;
};
using GatheredSets = std::map<std::string, Gathered>;

/// One layer's "clips" over those of the weaker layers of its stack.
void gather_layer(Node const& node, std::size_t member, Dictionary const& clips, GatheredSets& sets,
                  std::vector<std::string>& names, std::vector<CompositionError>& problems)
{
    auto const& layer = node.site.stack->members[member];
    auto const to_stage = compose(node.to_root->offset(), layer.to_stack);
    std::vector<std::string> here;
    for (auto const& [name, value] : clips) {
        auto const* info = value.get<Dictionary>();
        if (name.empty() || !info) {
            problems.push_back(
                {layer.anchor, node.site.path,
                 fmt::format("the clip set '{}' in 'clips' is no dictionary with a name", name),
                 Trouble::invalid_clips});
            continue;
        }
        auto& set = sets[name];
        auto& definition = set.definition;
        definition.name = name;
        if (entry_of<Array<AssetPath>>(*info, "assetPaths") ||
            entry_of<std::string>(*info, "templateAssetPath")) {
            definition.stack = node.site.stack;
            definition.member = member;
            definition.prim = node.site.path;
            definition.to_stage = to_stage;
            set.is_anchored = true;
        }
        auto shifted = *info;
        apply_offset(shifted, "active", to_stage);
        apply_offset(shifted, "times", to_stage);
        definition.info = over(std::move(shifted), definition.info);
        here.push_back(name);
    }
    StringListOp added;
    added.added = here;
    added.apply(names);
}

GatheredSets gather_node(Node const& node, std::vector<CompositionError>& problems)
{
    GatheredSets sets;
    std::vector<std::string> names;
    auto const& members = node.site.stack->members;
    bool any = false;
    for (auto i = members.size(); i-- > 0;) {
        auto const spec = members[i].layer->find(node.site.path);
        if (!spec) continue;
        if (auto const clips = spec.get<Dictionary>(field::clips)) {
            gather_layer(node, i, *clips, sets, names, problems);
            any = true;
        }
        if (!any) continue;
        if (auto const edits = spec.get<StringListOp>(field::clip_sets)) edits->apply(names);
    }
    for (auto at = sets.begin(); at != sets.end();) {
        auto const found = std::find(names.begin(), names.end(), at->first);
        at->second.order = static_cast<std::size_t>(found - names.begin());
        at = found == names.end() ? sets.erase(at) : std::next(at);
    }
    return sets;
}

/// "a.##.##.usd" at 3.5 is "a.03.50.usd".
class Template {
public:
    /// Nothing when there are no or too many groups of '#'.
    static std::optional<Template> make(std::string const& path);
    std::string at(double time) const;

private:
    std::string folder_;
    std::vector<std::string> parts_; ///< of the file's name, between dots
    std::size_t whole_ = 0;
    std::optional<std::size_t> fraction_;
};

std::optional<Template> Template::make(std::string const& path)
{
    Template made;
    auto const slash = path.rfind('/');
    auto const name = slash == std::string::npos ? path : path.substr(slash + 1);
    made.folder_ = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    for (std::size_t from = 0; from <= name.size();) {
        auto const dot = std::min(name.find('.', from), name.size());
        if (dot > from) made.parts_.push_back(name.substr(from, dot - from));
        from = dot + 1;
    }
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < made.parts_.size(); ++i)
        if (made.parts_[i].find_first_not_of('#') == std::string::npos) groups.push_back(i);
    if (groups.empty() || groups.size() > 2 || (groups.size() == 2 && groups[1] != groups[0] + 1))
        return std::nullopt;
    made.whole_ = groups[0];
    if (groups.size() == 2) made.fraction_ = groups[1];
    // Widths are bounded, as they come from a file.
    for (auto const group : groups)
        if (made.parts_[group].size() > 64) return std::nullopt;
    return made;
}

std::string Template::at(double time) const
{
    auto parts = parts_;
    parts[whole_] = fmt::format("{:0{}d}", static_cast<std::int64_t>(time), parts_[whole_].size());
    if (fraction_) {
        auto const text = fmt::format("{:.{}f}", time, parts_[*fraction_].size());
        parts[*fraction_] = text.substr(text.find('.') + 1);
    }
    std::string name;
    for (auto const& part : parts) name.append(name.empty() ? "" : ".").append(part);
    return folder_ + name;
}

/// Turns the metadata of a template into that of listed clips. False when it is wrong: `what` says how.
bool expand_template(Definition& definition, std::string& what)
{
    auto& info = definition.info;
    auto const* pattern = entry_of<std::string>(info, "templateAssetPath");
    auto const* stride = entry_of<double>(info, "templateStride");
    auto const* first = entry_of<double>(info, "templateStartTime");
    auto const* last = entry_of<double>(info, "templateEndTime");
    auto const* offset = entry_of<double>(info, "templateActiveOffset");
    if (!pattern || !stride || !first || !last) return true; // a set that is not complete
    auto const made = Template::make(*pattern);
    // Negated, so that numbers that are none are refused.
    if (!(*stride > 0))
        what = "templateStride must be above 0";
    else if (offset && !(std::abs(*offset) <= *stride))
        what = "templateActiveOffset must not exceed templateStride";
    else if (!made)
        what = fmt::format("templateAssetPath '{}' is not like path/name.###.usd or path/name.###.###.usd",
                           *pattern);
    else if (!(*first <= *last))
        what = "templateStartTime is behind templateEndTime";
    else if (!((*last - *first) / *stride < static_cast<double>(clip_limit)))
        what = fmt::format("the template stands for more than {} clips", clip_limit);
    if (!what.empty()) return false;
    // In whole steps of 1/10000, so that a stride with a fraction does not drift (as OpenUSD does).
    constexpr double promotion = 10000;
    auto const& member = definition.stack->members[definition.member];
    std::vector<AssetPath> assets;
    std::vector<Vec2d> times, active;
    auto const same = [&](double time) { times.emplace_back(time, time); };
    if (offset) same((*first * promotion - std::abs(*offset) * promotion) / promotion);
    for (double t = *first * promotion; t <= *last * promotion && assets.size() < clip_limit;
         t += *stride * promotion) {
        double const time = t / promotion;
        auto identifier = composition::located(member.anchor, made->at(time), *definition.stack);
        if (!composition::exists(identifier, *definition.stack)) continue;
        same(time);
        active.emplace_back(offset ? (t + *offset * promotion) / promotion : time,
                            static_cast<double>(assets.size()));
        assets.push_back({std::move(identifier)});
    }
    if (offset) same((*last * promotion + std::abs(*offset) * promotion) / promotion);
    info["assetPaths"] = Value(Array<AssetPath>(std::move(assets)));
    info["active"] = Value(Array<Vec2d>(std::move(active)));
    info["times"] = Value(Array<Vec2d>(std::move(times)));
    // The offset moves when clips are active, not which there are.
    apply_offset(info, "active", definition.to_stage);
    apply_offset(info, "times", definition.to_stage);
    return true;
}

} // namespace

std::vector<Definition> definitions(composition::PrimIndex const& index,
                                    std::vector<CompositionError>& problems)
{
    GatheredSets composed;
    for (composition::NodeId id = 0; id < static_cast<composition::NodeId>(index.nodes.size()); ++id) {
        if (!index.can_contribute(id) || !index[id].has_specs) continue;
        for (auto& [name, weaker] : gather_node(index[id], problems)) {
            auto& set = composed[name];
            if (!set.is_anchored && weaker.is_anchored) {
                auto info = std::move(set.definition.info);
                auto below = std::move(weaker.definition.info);
                set = std::move(weaker);
                set.definition.info = over(std::move(info), below);
            } else {
                set.definition.info = over(std::move(set.definition.info), weaker.definition.info);
            }
        }
    }
    std::vector<Gathered> sets;
    for (auto& [name, set] : composed)
        if (set.is_anchored) sets.push_back(std::move(set));
    std::stable_sort(sets.begin(), sets.end(),
                     [](auto const& a, auto const& b) { return a.order < b.order; });
    std::vector<Definition> result;
    for (auto& set : sets) {
        std::string what;
        auto& definition = set.definition;
        if (!entry_of<Array<AssetPath>>(definition.info, "assetPaths") && !expand_template(definition, what))
            problems.push_back({definition.stack->members[definition.member].anchor, definition.prim,
                                fmt::format("clip set '{}': {}", definition.name, what),
                                Trouble::invalid_clips});
        else
            result.push_back(std::move(definition));
    }
    return result;
}

} // namespace soulvan::usd::clips
