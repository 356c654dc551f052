// Does a set of clips win over what layers say about an attribute?
#include "clips_stage.h"

#include "stage_data.h"

namespace soulvan::usd::clips {

Prims::Prims() = default;
Prims::~Prims() = default;

void Prims::add(PrimData const* prim, std::vector<std::unique_ptr<Set>> sets,
                composition::Inputs const& inputs, composition::LayerStack const* stack)
{
    sets_[prim] = std::move(sets);
    if (!inputs_) inputs_.emplace(inputs);
    stack_ = stack;
}

/// The prim's own, then those of its ancestors, which are weaker.
std::vector<Set const*> Prims::affecting(PrimData const& prim) const
{
    std::vector<Set const*> found;
    for (auto const* at = &prim; at; at = at->parent) {
        auto const own = sets_.find(at);
        if (own == sets_.end()) continue;
        for (auto const& set : own->second) found.push_back(set.get());
    }
    return found;
}

/// Kept: clips may speak at sites where no layer does, which a stage does not keep.
std::shared_ptr<composition::PrimIndex const> Prims::index(PrimData const& prim) const
{
    {
        std::scoped_lock const lock(mutex_);
        if (auto const found = indexes_.find(&prim); found != indexes_.end()) return found->second;
    }
    auto const parent = prim.parent ? index(*prim.parent) : nullptr; // as deep as the stage
    auto made = std::make_shared<composition::PrimIndex const>(
        composition::compute_prim_index(*inputs_, {stack_, prim.path()}, parent.get()));
    std::scoped_lock const lock(mutex_);
    return indexes_.try_emplace(&prim, std::move(made)).first->second;
}

std::optional<Prims::Found> Prims::winner(PrimData const& prim, Token name) const
{
    auto const sets = affecting(prim);
    if (sets.empty()) return std::nullopt;
    auto const graph = index(prim);
    for (auto const& node : graph->nodes) {
        if (node.inert) continue;
        auto const path = node.site.path.property(name);
        auto const& members = node.site.stack->members;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (auto const spec = node.has_specs && !node.culled ? members[i].find(path) : SpecView())
                if (auto const samples = spec.get<TimeSamples>(field::time_samples);
                    (samples && !samples->empty()) || spec.has(field::spline) ||
                    spec.has(field::default_value))
                    return std::nullopt;
            for (auto const* set : sets)
                if (set->member() == i && set->applies_to(node.site) && set->declares(path))
                    return Found{set, path};
        }
    }
    return std::nullopt;
}

Source const* Prims::source(Set const& set, composition::LayerStack::Member const* layer) const
{
    std::scoped_lock const lock(mutex_);
    auto& made = sources_[layer];
    if (!made)
        made = std::make_unique<Source>(
            Source{set.stack(), layer, {}, composition::MapFunction::identity(), LayerOffset{}});
    return made.get();
}

} // namespace soulvan::usd::clips
