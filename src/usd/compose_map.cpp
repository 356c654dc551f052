// How does a path or a time cross a composition arc?
#include "compose.h"

#include <algorithm>
#include <tuple>

namespace soulvan::usd::composition {

namespace {

using Pair = MapFunction::Pair;

bool shallower(Pair const& a, Pair const& b)
{
    auto const da = a.first.depth(), db = b.first.depth();
    return da != db ? da < db : a.first < b.first;
}

Path const& from_side(Pair const& pair, bool invert)
{
    return invert ? pair.second : pair.first;
}
Path const& to_side(Pair const& pair, bool invert)
{
    return invert ? pair.first : pair.second;
}

/// The entry whose near side is the longest prefix of `path`, of at least `least` elements; -1 when none is.
int best_match(std::vector<Pair> const& pairs, Path const& path, bool invert, int least = 0)
{
    int best = -1;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        auto const& side = from_side(pairs[i], invert);
        if (side.empty() || side.depth() < least || !path.has_prefix(side)) continue;
        best = static_cast<int>(i);
        least = side.depth();
    }
    return best;
}

/// Whether mapping `result` back would take another, closer entry than `match`: then nothing maps to it.
bool is_shadowed(std::vector<Pair> const& pairs, Path const& result, int match, bool invert)
{
    int const least = match < 0 ? 0 : to_side(pairs[static_cast<std::size_t>(match)], invert).depth();
    int const back = best_match(pairs, result, !invert, least);
    return back >= 0 && back != match;
}

Path map_path(std::vector<Pair> const& pairs, bool root_identity, Path const& path, bool invert)
{
    if (path.empty()) return {};
    int const match = best_match(pairs, path, invert);
    Path result;
    if (match < 0) {
        if (root_identity) result = path;
    } else {
        auto const& pair = pairs[static_cast<std::size_t>(match)];
        auto const& to = to_side(pair, invert);
        if (!to.empty()) result = path.replace_prefix(from_side(pair, invert), to);
    }
    if (result.empty() || is_shadowed(pairs, result, match, invert)) return {};
    return result;
}

/// Whether dropping the entry would change nothing.
bool is_redundant(std::vector<Pair> const& pairs, std::size_t index)
{
    auto const& [source, target] = pairs[index];
    if (source.empty() || source.is_root()) return false;
    int const match = best_match(pairs, source.parent(), false);
    bool const unmapped = match < 0 || pairs[static_cast<std::size_t>(match)].second.empty();
    if (target.empty()) { // a block of what does not map anyway
        if (unmapped) return true;
        auto const& pair = pairs[static_cast<std::size_t>(match)];
        return is_shadowed(pairs, source.replace_prefix(pair.first, pair.second), match, false);
    }
    if (unmapped || target.is_root()) return false;
    auto const& pair = pairs[static_cast<std::size_t>(match)];
    if (source.replace_prefix(pair.first, pair.second) != target) return false;
    return !is_shadowed(pairs, target.parent(), match, false);
}

} // namespace

int namespace_depth(Path const& path)
{
    return path.without_variants().depth();
}

bool has_variant(Path const& path)
{
    return path.without_variants() != path;
}

MapFunction::MapFunction(std::vector<Pair> pairs, LayerOffset offset)
    : pairs_(std::move(pairs)),
      offset_(offset)
{
    canonicalize();
}

void MapFunction::canonicalize()
{
    std::sort(pairs_.begin(), pairs_.end(), shallower);
    for (std::size_t i = 0; i < pairs_.size();)
        if (is_redundant(pairs_, i))
            pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(i));
        else
            ++i;
    if (!pairs_.empty() && pairs_.front().first.is_root() && pairs_.front().second.is_root()) {
        pairs_.erase(pairs_.begin());
        root_identity_ = true;
    }
}

std::shared_ptr<MapFunction const> MapFunction::identity()
{
    static auto const shared =
        std::make_shared<MapFunction const>(std::vector<Pair>{{Path::root(), Path::root()}}, LayerOffset{});
    return shared;
}

Path MapFunction::map(Path const& path, bool invert) const
{
    return map_path(pairs_, root_identity_, path, invert);
}

MapFunction MapFunction::inverse() const
{
    MapFunction result;
    for (auto const& [source, target] : pairs_) result.pairs_.emplace_back(target, source);
    std::sort(result.pairs_.begin(), result.pairs_.end(), shallower);
    result.root_identity_ = root_identity_;
    // A scale of 0 is refused where arcs are read.
    result.offset_ = {-offset_.offset / offset_.scale, 1 / offset_.scale};
    return result;
}

MapFunction MapFunction::with_root_identity() const
{
    if (root_identity_) return *this;
    auto pairs = pairs_;
    pairs.emplace_back(Path::root(), Path::root());
    return {std::move(pairs), offset_};
}

MapFunction MapFunction::without_root_identity() const
{
    MapFunction result = *this;
    result.root_identity_ = false;
    return result;
}

MapFunction compose(MapFunction const& outer, MapFunction const& inner)
{
    if (outer.is_identity()) return inner;
    if (inner.is_identity()) return outer;
    std::vector<Pair> pairs;
    std::set<Path> sources;
    auto add = [&](Path const& source, Path const& target) {
        if (sources.insert(source).second) pairs.emplace_back(source, target);
    };
    if (outer.root_identity_ && inner.root_identity_) add(Path::root(), Path::root());
    for (auto const& [source, target] : inner.pairs_) add(source, outer.to_target(target));
    for (auto const& [source, target] : outer.pairs_)
        if (auto const first = inner.to_source(source); !first.empty()) add(first, target);
    return {std::move(pairs), compose(outer.offset_, inner.offset_)};
}

Mapping compose(Mapping const& outer, Mapping const& inner)
{
    if (outer->is_identity()) return inner;
    if (inner->is_identity()) return outer;
    return std::make_shared<MapFunction const>(compose(*outer, *inner));
}

} // namespace soulvan::usd::composition
