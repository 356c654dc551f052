// What a stage keeps of its composition: prims with the places of their opinions, strong to weak.
#pragma once

#include "compose.h"
#include "schema.h"

namespace soulvan::usd {

/// One spec that has a say about a prim.
struct OpinionSite {
    composition::LayerStack const* stack;
    composition::LayerStack::Member const* member;
    Spec const* spec;
    Path path;            ///< of the spec in its layer
    Path inherited_class; ///< when an inherit brought it: the class
    composition::Mapping to_root;
    LayerOffset to_stage; ///< stage time = to_stage(time in the layer)
};

struct PrimData {
    Path path;
    PrimData const* parent = nullptr;
    std::vector<std::unique_ptr<PrimData>> children; ///< in composed order; none below inactive prims
    std::vector<OpinionSite> sites;
    std::vector<Token> apis; ///< applied and built in
    /// For instances but the first of their kind: the first, whose children they share.
    PrimData const* prototype = nullptr;
    /// For prims below an instance, and the instance: the instance that roots the shared subtree.
    PrimData const* shared_root = nullptr;
    std::size_t prototype_key = 0; ///< 0: no instance
    Token type_name;
    Specifier specifier = Specifier::over;
    bool active = true;
    bool defined = false;
    bool abstract_ = false;
    bool has_payload = false;

    bool is_instance() const { return prototype_key != 0; }
    /// The strongest opinion of type T about a field.
    template <class T>
    T strongest(Token name, T fallback) const
    {
        for (auto const& site : sites)
            if (auto const* value = site.spec->find(name))
                if (auto const* held = value->get<T>()) return *held;
        return fallback;
    }
    /// Whose children list is the prim's.
    PrimData const& with_children() const { return prototype ? *prototype : *this; }
};

struct Stage::Implementation {
    Implementation(StageOptions stage_options, std::string search_folder, std::string memory_anchor);
    composition::Inputs inputs();

    StageOptions options;
    composition::LayerCache cache;
    composition::LayerStack const* stack = nullptr;
    std::unique_ptr<PrimData> root;
    std::unordered_map<Path, PrimData*> prims; ///< by the path at which they were composed
    std::vector<CompositionError> errors;
};

/// One opinion about a property.
struct PropertyOpinion {
    OpinionSite const* site;
    Spec const* spec;
};

namespace resolve {

/// The opinions about `name`, strong to weak. Opinions of the other kind (attribute or relationship) than the
/// strongest are left out.
std::vector<PropertyOpinion> property_stack(PrimData const& prim, Token name);
/// The folded value of a prim's or property's field; nothing when no opinion holds it.
std::optional<Value> metadata(std::vector<PropertyOpinion> const& strong_to_weak, Token field);
std::optional<Value> prim_metadata(PrimData const& prim, Token field);

/// The value that wins and where it stands.
struct Resolved {
    Value value;                       ///< in stage time; holds nothing when there is none
    OpinionSite const* site = nullptr; ///< null for fallbacks
};
Resolved value(PrimData const& prim, Token name, Time time);
/// Stage times of the samples that win.
std::vector<double> sample_times(PrimData const& prim, Token name);

/// A path expression with its absolute paths mapped; a pattern whose path does not map matches nothing
/// ("~//").
std::string mapped_expression(std::string_view text, std::function<Path(Path const&)> const& map);

/// The value between two samples, `alpha` of the way; nothing when the types do not interpolate.
Value interpolated(Value const& lower, Value const& upper, double alpha);

} // namespace resolve

namespace asset {

/// The file or package entry that `authored` names where `site` stands; "" when it does not exist.
std::string resolved(OpinionSite const& site, std::string const& authored);

} // namespace asset

} // namespace soulvan::usd
