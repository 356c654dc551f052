// Value clips: time samples that stand in a sequence of other layers.
//
// Source: OpenUSD's UsdClipsAPI, Usd_ClipSet and Usd_Clip, read as a specification. "External" times are
// those of the stage, "internal" ones those of a clip's layer.
#pragma once

#include "compose.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace soulvan::usd::clips {

/// One point of the mapping from external to internal times; between two it is linear.
struct TimeMapping {
    double external = 0;
    double internal = 0;
    bool is_jump = false; ///< the last moment before the mapping jumps: `external` is a hair early
};

/// One layer of a clip set and when it is active: [start, end).
struct Clip {
    std::string identifier;    ///< of the layer
    double authored_start = 0; ///< `start` of the first clip is minus infinity
    double start = 0, end = 0;
};

/// What the metadata of a prim says about one clip set, folded over all opinions.
struct Definition {
    std::string name;
    composition::LayerStack const* stack = nullptr; ///< where its asset paths stand
    std::size_t member = 0;                         ///< which layer of the stack
    Path prim;                                      ///< the prim there
    Dictionary info;
    LayerOffset to_stage; ///< of that layer
};

/// The clip sets that the nodes of a prim index define, in their order.
std::vector<Definition> definitions(composition::PrimIndex const& index,
                                    std::vector<CompositionError>& problems);

/// A clip set that can be asked for values. Layers are opened when they are first needed; safe to use from
/// many threads.
class Set {
public:
    /// Checks a definition. Nothing when it lacks what a set must have (that is how a set is blocked), or
    /// when it is wrong: then `problems` says how.
    static std::unique_ptr<Set> make(Definition const& definition, composition::LayerCache& cache,
                                     std::vector<CompositionError>& problems);

    /// Whether the set is anchored at a layer of this site or of one above it in its namespace.
    bool applies_to(composition::Site const& site) const;
    composition::LayerStack const* stack() const { return stack_; }
    std::size_t member() const { return member_; }
    /// Whether the manifest lists the attribute as one that varies. `path` is in the namespace of the site.
    bool declares(Path const& path) const;
    /// The value at an external time, and the layer that it comes from; null when it has none.
    struct Answer {
        Value value;
        composition::LayerStack::Member const* layer = nullptr;
    };
    Answer value(Path const& path, double time) const;
    /// External times of the samples, ascending.
    std::vector<double> times(Path const& path) const;

private:
    /// A layer once it was opened; without one when it could not be.
    struct Opened {
        std::once_flag once;
        composition::LayerStack::Member member;
    };
    struct Bracket {
        double lower = 0, upper = 0;
    };

    composition::LayerStack::Member const& layer(std::size_t clip) const;
    std::optional<TimeSamples> samples(std::size_t clip, Path const& path) const;
    bool contributes(std::size_t clip, Path const& path) const;
    Value manifest_default(Path const& path) const;
    bool is_blocked_in_manifest(Path const& path, double time) const;
    std::size_t clip_at(double time) const;
    Bracket bracket(Path const& path, double time) const;
    std::optional<Bracket> bracket_in_clip(std::size_t clip, Path const& path, double time) const;
    Answer sample(Path const& path, double time) const;
    void open_manifest(std::string const& identifier, std::vector<CompositionError>& problems);
    void generate_manifest();

    composition::LayerCache* cache_ = nullptr;
    composition::LayerStack const* stack_ = nullptr;
    std::size_t member_ = 0;
    Path source_prim_, clip_prim_;
    std::string where_; ///< for messages: the layer
    bool interpolate_missing_ = false;
    std::vector<TimeMapping>
        times_; ///< with the first and the last twice; empty: external times are internal
    std::vector<Clip> clips_;
    mutable std::deque<Opened> opened_;        ///< beside clips_
    composition::LayerStack::Member manifest_; ///< without layer when it is generated
    std::unordered_set<Path> declared_;        ///< by the generated one, in the clips' namespace
};

/// How external times map to internal ones, and back on one segment.
double internal_time(std::vector<TimeMapping> const& times, double external);
double external_time(std::vector<TimeMapping> const& times, double internal, std::size_t segment);
/// The external times around `time` at which a layer with samples at `internal` has a sample, closest first.
std::optional<std::pair<double, double>> bracket(std::vector<TimeMapping> const& times,
                                                 std::vector<double> const& internal, double time);
/// All external times within [start, end) at which such a layer has a sample.
std::vector<double> external_times(std::vector<TimeMapping> const& times, std::vector<double> const& internal,
                                   double start, double end);

} // namespace soulvan::usd::clips
