// How large is a subtree? The bounds of UsdGeomBBoxCache.
#include "geom_extent.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd::geom {

namespace {

/// Point instancers within prototypes of point instancers: each level stands on the stack.
constexpr std::size_t most_nested = 64;

/// A box whose matrix cannot be inverted has no space of its own (the limit is OpenUSD's).
bool is_degenerate(BoundingBox const& box)
{
    return !(std::abs(box.matrix.determinant()) > 1e-13);
}

double volume(BoundingBox const& box)
{
    if (box.empty()) return 0;
    auto const size = box.range.size();
    return std::abs(box.matrix.determinant() * size.x * size.y * size.z);
}

/// Corner by corner: an extent that is authored the wrong way round in one axis still counts in the others.
void extend(Range3d& range, Range3d const& other)
{
    range.extendBy(other);
}

/// `b` joined to `a` in the space of `a`.
BoundingBox combined_in_order(BoundingBox const& a, BoundingBox const& b)
{
    BoundingBox result = a;
    extend(result.range, BoundingBox{b.range, b.matrix * a.matrix.inverse(false)}.aligned());
    return result;
}

bool is_component_or_below(Prim const& prim)
{
    auto const kind = prim.kind();
    return is_kind(kind, "component") || is_kind(kind, "subcomponent");
}

} // namespace

Range3d BoundingBox::aligned() const
{
    if (empty()) return range;
    // Each axis of the box adds its share to the lower and upper corner (Arvo, Graphics Gems 1990).
    Vec3d const origin(matrix[3][0], matrix[3][1], matrix[3][2]);
    Range3d result(origin, origin);
    for (int to = 0; to < 3; ++to)
        for (int from = 0; from < 3; ++from) {
            double const a = range.min[from] * matrix[from][to], b = range.max[from] * matrix[from][to];
            result.min[to] += std::min(a, b);
            result.max[to] += std::max(a, b);
        }
    return result;
}

BoundingBox combine(BoundingBox const& a, BoundingBox const& b)
{
    if (a.empty()) return b;
    if (b.empty()) return a;
    if (is_degenerate(a) && is_degenerate(b)) {
        auto range = a.aligned();
        extend(range, b.aligned());
        return {range, {}};
    }
    if (is_degenerate(a)) return combined_in_order(b, a);
    if (is_degenerate(b)) return combined_in_order(a, b);
    auto const in_a = combined_in_order(a, b), in_b = combined_in_order(b, a);
    double const volume_a = volume(in_a), volume_b = volume(in_b);
    double const tolerance = std::max(1e-10, 1e-6 * std::abs(std::max(volume_a, volume_b)));
    return volume_b < volume_a - tolerance ? in_b : in_a;
}

/// Where a prim is bounded: below instances, spaces end at the instance.
struct BoundsCache::Context {
    Matrix4d world; ///< from the prim's own space, up to the root or the instance
    Matrix4d component_from_world;
    std::optional<PurposeInfo> parent_purpose; ///< nothing at the root of a query
    bool is_below_instance = false;
};

struct BoundsCache::Child {
    Matrix4d component_from_child;
    ByPurpose bounds;
};

BoundsCache::BoundsCache(Time time, BoundsOptions options)
    : time_(time),
      options_(std::move(options)),
      xforms_(time)
{}
BoundsCache::~BoundsCache() = default;
BoundsCache::BoundsCache(BoundsCache&&) noexcept = default;
BoundsCache& BoundsCache::operator=(BoundsCache&&) noexcept = default;

BoundsCache& BoundsCache::prototypes()
{
    if (is_for_prototypes_) return *this; // prototypes of prototypes are bounded alike
    if (!prototypes_) {
        BoundsOptions options{.purposes = {Token("default"), Token("proxy"), Token("render")}};
        prototypes_ = std::make_unique<BoundsCache>(time_, std::move(options));
        prototypes_->is_for_prototypes_ = true;
    }
    return *prototypes_;
}

BoundingBox BoundsCache::combined(ByPurpose const& bounds) const
{
    BoundingBox result{detail::empty_range(), {}};
    for (Token purpose : options_.purposes)
        if (auto const at = bounds.find(purpose); at != bounds.end() && !at->second.empty())
            result = combine(result, at->second);
    return result;
}

BoundingBox BoundsCache::untransformed_bound(Prim const& prim)
{
    return prim ? combined(resolve(prim)) : BoundingBox{detail::empty_range(), {}};
}

BoundingBox BoundsCache::world_bound(Prim const& prim)
{
    auto result = untransformed_bound(prim);
    result.matrix = result.matrix * xforms_.world_from_local(prim);
    return result;
}

BoundingBox BoundsCache::local_bound(Prim const& prim)
{
    auto result = untransformed_bound(prim);
    if (prim) result.matrix = result.matrix * xforms_.local_transform(prim).parent_from_local;
    return result;
}

BoundingBox BoundsCache::relative_bound(Prim const& prim, Prim const& ancestor)
{
    auto result = world_bound(prim);
    result.matrix = result.matrix * detail::inverse_of(xforms_.world_from_local(ancestor));
    return result;
}

BoundsCache::ByPurpose const& BoundsCache::resolve(Prim const& prim)
{
    static ByPurpose const none;
    auto const path = prim.path();
    if (auto const known = entries_.find(path); known != entries_.end()) return known->second;
    if (in_progress_.size() >= most_nested) return none;
    if (auto const [at, is_new] = in_progress_.try_emplace(path, true); !is_new) return none;
    Prim component = prim;
    while (component && !component.path().is_root() && !is_component_or_below(component))
        component = component.parent();
    Context context;
    context.world = xforms_.world_from_local(prim);
    // OpenUSD takes the component's pose at the default time here, which for one that moves gives looser
    // boxes than its own time would, but the same boxes as everybody else's.
    context.component_from_world = detail::inverse_of(default_xforms_.world_from_local(component));
    auto result = bounds(prim, context);
    in_progress_.erase(path);
    return entries_.try_emplace(path, std::move(result)).first->second;
}

bool BoundsCache::is_included(Prim const& child) const
{
    if (!child.is_a("Typed")) return true; // below what has no type may be what has one
    if (!child.is_a("Imageable")) return false;
    return options_.ignore_visibility || detail::get_or(child, "visibility", Token(), time_) != "invisible";
}

std::optional<BoundsCache::ByPurpose> BoundsCache::bounds_from_hint(Prim const& prim) const
{
    if (!options_.use_extents_hint || prim.path().is_root() || !is_model(prim)) return std::nullopt;
    auto const hint = detail::get<Array<Vec3f>>(prim, "extentsHint", time_);
    if (!hint) return std::nullopt;
    ByPurpose result;
    std::size_t first = 0;
    for (char const* purpose : {"default", "render", "proxy", "guide"}) {
        if (first + 2 > hint->size()) break;
        result[Token(purpose)] = {Range3d(Vec3d((*hint)[first]), Vec3d((*hint)[first + 1])), {}};
        first += 2;
    }
    return result;
}

std::optional<Extent> BoundsCache::extent_of(Prim const& prim)
{
    static Token const extent_name("extent");
    if (detail::has_authored_value(prim, extent_name))
        if (auto const authored = detail::get<Array<Vec3f>>(prim, "extent", time_))
            if (authored->size() == 2) return Extent{(*authored)[0], (*authored)[1]};
    return detail::computed_extent(prim, time_, nullptr, prototypes());
}

std::vector<BoundsCache::Child> BoundsCache::children(Prim const& prim, Context const& context,
                                                      PurposeInfo const& purpose)
{
    std::vector<Child> result;
    bool const is_instance = prim.is_instance();
    for (auto const& child : prim.children()) {
        if (!options_.ignore_visibility && !is_included(child)) continue;
        auto const& local = xforms_.local_transform(child);
        Context below = context;
        below.parent_purpose = purpose;
        // What stands below an instance is bounded in the space of its prototype, once for all instances.
        if (is_instance) {
            below.is_below_instance = true;
            below.world = local.parent_from_local;
            below.component_from_world = Matrix4d();
        } else if (context.is_below_instance) {
            below.world = local.resets ? local.parent_from_local : local.parent_from_local * context.world;
        } else {
            below.world = xforms_.world_from_local(child);
        }
        auto found = bounds(child, below);
        if (!found.empty()) result.push_back({below.world * below.component_from_world, std::move(found)});
    }
    return result;
}

BoundsCache::ByPurpose BoundsCache::bounds(Prim const& prim, Context const& context)
{
    auto const purpose =
        context.parent_purpose ? purpose_info(prim, *context.parent_purpose) : purpose_info(prim);
    if (auto hint = bounds_from_hint(prim)) return *std::move(hint);
    ByPurpose result;
    if (prim.is_a("Boundable")) {
        if (auto const own = extent_of(prim))
            result[purpose.purpose] = {Range3d(Vec3d(own->min), Vec3d(own->max)), {}};
        return result;
    }
    Context within = context;
    if (is_component_or_below(prim)) within.component_from_world = detail::inverse_of(context.world);
    std::vector<Child> own;
    std::vector<Child> const* found = &own;
    Matrix4d const component_from_prim = context.world * within.component_from_world;
    Matrix4d to_component; // from the space in which the children's transforms end
    if (prim.is_instance()) {
        PurposeInfo const handed_on = purpose.is_inheritable ? purpose : PurposeInfo{Token("default"), false};
        std::pair const key(prim.prototype_key(), purpose.is_inheritable ? purpose.purpose : Token());
        auto known = shared_.find(key);
        if (known == shared_.end()) known = shared_.emplace(key, children(prim, within, handed_on)).first;
        found = &known->second;
        to_component = component_from_prim;
    } else {
        own = children(prim, within, purpose);
    }
    for (auto const& child : *found)
        for (auto const& [name, box] : child.bounds) {
            auto& whole = result.try_emplace(name, BoundingBox{detail::empty_range(), {}}).first->second;
            extend(whole.range,
                   BoundingBox{box.range, box.matrix * child.component_from_child * to_component}.aligned());
        }
    for (auto& [name, box] : result) box.matrix = detail::inverse_of(component_from_prim);
    return result;
}

std::vector<BoundingBox> BoundsCache::point_instance_bounds(Prim const& prim,
                                                            std::span<std::int64_t const> instances,
                                                            Matrix4d const& transform)
{
    auto const all = point_instances(prim, time_, time_, {.apply_mask = false});
    auto const paths = geom::prototypes(prim);
    std::vector<BoundingBox> result;
    if (!all) return result;
    for (auto const instance : instances) {
        BoundingBox box{detail::empty_range(), {}};
        auto const i = static_cast<std::size_t>(instance);
        if (instance >= 0 && i < all->prototype_indices.size()) {
            auto const& path = paths[static_cast<std::size_t>(all->prototype_indices[i])];
            box = untransformed_bound(prim.stage().prim_at(path));
            box.matrix = box.matrix * all->instancer_from_prototype[i] * transform;
        }
        result.push_back(box);
    }
    return result;
}

std::optional<Extent> extent_of_instances(Prim const& instancer, Time time, Matrix4d const* transform,
                                          BoundsCache& prototypes)
{
    // All instances, so that a mask of the wrong length is seen as OpenUSD sees it: as no extent.
    auto const all = point_instances(instancer, time, time, {.apply_mask = false});
    if (!all) return std::nullopt;
    auto const mask = instance_mask(instancer, time);
    if (!mask.empty() && mask.size() != all->prototype_indices.size()) return std::nullopt;
    std::vector<BoundingBox> boxes;
    for (auto const& path : geom::prototypes(instancer))
        boxes.push_back(prototypes.untransformed_bound(instancer.stage().prim_at(path)));
    auto range = detail::empty_range();
    for (std::size_t i = 0; i < all->prototype_indices.size(); ++i) {
        if (!mask.empty() && mask[i] == 0) continue;
        auto box = boxes[static_cast<std::size_t>(all->prototype_indices[i])];
        box.matrix = box.matrix * all->instancer_from_prototype[i];
        if (transform) box.matrix = box.matrix * *transform;
        extend(range, box.aligned());
    }
    return detail::extent_of_range(range);
}

} // namespace soulvan::usd::geom
