// What a stage keeps of its composition: prims with the places of their opinions, strong to weak.
#pragma once

#include "clips_stage.h"
#include "compose.h"
#include "schema.h"

#include <tbb/concurrent_vector.h>

#include <deque>
#include <mutex>
#include <span>

namespace soulvan::usd {

/// Where opinions come from: one layer of the layer stack at one node of a prim index. All prims below an arc
/// share its sources, so a prim needs eight bytes for each of its opinions.
struct Source {
    composition::LayerStack const* stack;
    composition::LayerStack::Member const* member;
    Path inherited_class; ///< when an inherit brought it: the class
    composition::Mapping to_root;
    LayerOffset to_stage; ///< stage time = to_stage(time in the layer)
};

/// One spec that has a say about a prim.
struct OpinionSite {
    std::uint32_t source = 0; ///< of the stage's sources
    SpecTable::Index spec = SpecTable::none;
};

struct PrimData;

/// What instances have besides.
struct InstanceData {
    /// The first of their kind, whose children all share; null for that one.
    PrimData const* prototype = nullptr;
    std::size_t key = 0; ///< equal for instances that share
};

/// One composed prim. A stage has millions, so it is kept at 72 bytes.
struct PrimData {
    Token name; ///< "" for the pseudo-root
    PrimData const* parent = nullptr;
    PrimData* children = nullptr; ///< in composed order, one after the other; none below inactive prims
    union {
        OpinionSite one = {};
        OpinionSite const* many;
    };
    std::vector<Token> const* apis = nullptr; ///< applied and built in; null: none
    InstanceData const* instance = nullptr;   ///< null: no instance
    Token type_name;
    std::uint32_t child_count = 0, site_count = 0;
    Specifier specifier = Specifier::over;
    bool active = true;
    bool defined = false;
    bool abstract_ = false;
    bool has_payload = false;

    Path path() const;
    std::span<OpinionSite const> sites() const { return {site_count == 1 ? &one : many, site_count}; }
    std::span<PrimData const> own_children() const { return {children, child_count}; }
    std::vector<Token> const& api_list() const;
    bool is_instance() const { return instance != nullptr; }
    /// Whose children list is the prim's.
    PrimData const& with_children() const
    {
        return instance && instance->prototype ? *instance->prototype : *this;
    }
    /// For prims below an instance, and an instance that has its own children: that instance.
    PrimData const* shared_root() const;
};

/// Memory that goes with the stage, handed out piece by piece; each thread has its own.
class Arena {
public:
    template <class T>
    std::span<T> make(std::size_t count)
    {
        static_assert(std::is_trivially_destructible_v<T>);
        auto* const at = static_cast<T*>(take(count * sizeof(T), alignof(T)));
        std::uninitialized_value_construct_n(at, count);
        return {at, count};
    }

private:
    void* take(std::size_t bytes, std::size_t alignment);
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::byte* at_ = nullptr;
    std::size_t left_ = 0;
};

struct Stage::Implementation {
    Implementation(StageOptions stage_options, std::string search_folder, std::string memory_anchor);
    composition::Inputs inputs();
    Source const& source(OpinionSite const& site) const { return sources[site.source]; }
    SpecTable const& table(OpinionSite const& site) const { return *sources[site.source].member->specs; }
    SpecView spec(OpinionSite const& site) const { return {&table(site), site.spec}; }
    /// The prim composed at `parent`'s child `name`; null when there is none.
    PrimData const* child(PrimData const& parent, Token name) const;

    StageOptions options;
    composition::LayerCache cache;
    composition::LayerStack const* stack = nullptr;
    PrimData root;
    tbb::concurrent_vector<Source> sources;
    std::deque<Arena> arenas;
    std::map<std::vector<Token>, std::unique_ptr<std::vector<Token>>> api_lists; ///< each once
    std::vector<CompositionError> errors;
    clips::Prims clips;

private:
    /// Prims by parent and name, made when somebody first asks.
    mutable std::once_flag indexed_;
    mutable std::vector<PrimData const*> slots_;
};

/// One opinion about a property.
struct PropertyOpinion {
    Source const* source;
    SpecView spec;
    SpecTable::Index prim; ///< of the spec that has it

    Path prim_path() const { return source->member->specs->path(prim); }
};

namespace resolve {

/// The opinions about `name`, strong to weak. Opinions of the other kind (attribute or relationship) than the
/// strongest are left out.
std::vector<PropertyOpinion> property_stack(Stage::Implementation const& stage, PrimData const& prim,
                                            Token name);
/// The folded value of a prim's or property's field; nothing when no opinion holds it.
std::optional<Value> metadata(std::vector<PropertyOpinion> const& strong_to_weak, Token field);
std::optional<Value> prim_metadata(Stage::Implementation const& stage, PrimData const& prim, Token field);

/// The value that wins and where it stands.
struct Resolved {
    Value value;                    ///< in stage time; holds nothing when there is none
    Source const* source = nullptr; ///< null for fallbacks
};
Resolved value(Stage::Implementation const& stage, PrimData const& prim, Token name, Time time);
/// What the stage makes of a value: in its own time and namespace, without variable expressions.
Value seen(Value const& value, Source const& site);
/// Stage times of the samples that win.
std::vector<double> sample_times(Stage::Implementation const& stage, PrimData const& prim, Token name);
/// Whether a spline or more than one sample wins.
bool is_time_varying(Stage::Implementation const& stage, PrimData const& prim, Token name);

/// The entries of `strong` over those of `weak`, dictionaries within them likewise.
Dictionary merged(Dictionary strong, Dictionary const& weak);

/// A path expression with its absolute paths mapped; what does not map matches nothing and is folded away.
std::string mapped_expression(std::string_view text, std::function<Path(Path const&)> const& map);
/// The strongest expression with the weaker ones in the place of "%_", nothing in that of the last.
std::string composed_expression(std::vector<std::string> const& strong_to_weak);

/// The value between two samples, `alpha` of the way; nothing when the types do not interpolate.
Value interpolated(Value const& lower, Value const& upper, double alpha);

} // namespace resolve

namespace asset {

/// The file or package entry that `authored` names where `source` stands; "" when it does not exist.
std::string resolved(Source const& source, std::string const& authored);

} // namespace asset

} // namespace soulvan::usd
