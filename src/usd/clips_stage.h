// The clip sets of a stage's prims: whose they are, and when they win.
#pragma once

#include "clips.h"

#include <map>

namespace soulvan::usd {

struct PrimData;
struct Source;

namespace clips {

/// Filled while the stage composes, then only asked. Safe to ask from many threads.
class Prims {
public:
    Prims();
    ~Prims();
    /// `inputs` of the composition: they are needed again for the prims below.
    void add(PrimData const* prim, std::vector<std::unique_ptr<Set>> sets, composition::Inputs const& inputs,
             composition::LayerStack const* stack);
    bool empty() const { return sets_.empty(); }

    struct Found {
        Set const* set = nullptr;
        Path attribute; ///< in the namespace where the set is anchored
    };
    /// The set whose values are stronger than all samples, splines, defaults and blocks in layers: clips
    /// stand right behind the layer that names them. Nothing when a layer's opinion wins or no set declares
    /// the attribute.
    std::optional<Found> winner(PrimData const& prim, Token name) const;
    /// For what asks where a value comes from: the layer of a clip as a source of opinions.
    Source const* source(Set const& set, composition::LayerStack::Member const* layer) const;

private:
    std::vector<Set const*> affecting(PrimData const& prim) const;
    std::shared_ptr<composition::PrimIndex const> index(PrimData const& prim) const;

    std::unordered_map<PrimData const*, std::vector<std::unique_ptr<Set>>> sets_;
    std::optional<composition::Inputs> inputs_;
    composition::LayerStack const* stack_ = nullptr;
    mutable std::mutex mutex_; ///< guards what follows
    mutable std::unordered_map<PrimData const*, std::shared_ptr<composition::PrimIndex const>> indexes_;
    mutable std::map<composition::LayerStack::Member const*, std::unique_ptr<Source>> sources_;
};

} // namespace clips

} // namespace soulvan::usd
