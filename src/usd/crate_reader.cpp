// How the specs of a crate file become a layer.
#include "crate.h"
#include "crate_values.h"
#include "identifier.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace soulvan::usd {
namespace crate {
namespace {

/// Fields that hold the names of children; in a layer they are no fields.
struct ChildFields {
    Token prim_children{"primChildren"};
    Token properties{"properties"};
    Token variant_sets{"variantSetChildren"};
    Token variants{"variantChildren"};
    // Children that specs of their own stood for in old files. The list edits of their owners say the same.
    std::array<Token, 4> derived{Token("connectionChildren"), Token("targetChildren"),
                                 Token("mapperChildren"), Token("expressionChildren")};
};

class LayerReader {
public:
    LayerReader(std::shared_ptr<void const> owner, std::span<std::byte const> bytes, std::string const& name,
                ReadLimits const& limits)
        : owner_(std::move(owner)),
          bytes_(bytes),
          name_(name),
          limits_(limits),
          budget_(limits.bytes)
    {}

    Result<Layer> read()
    {
        tables_ = TRY(read_tables(bytes_, name_, limits_, budget_));
        ValueReader values({owner_, bytes_, name_, limits_, tables_}, budget_);
        fields_.resize(tables_.fields.size());
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            auto const& field = tables_.fields[i];
            fields_[i] = {values.token(field.token), TRY(values.read(field.rep))};
        }
        TRY(check_field_names());
        Layer layer;
        bool has_root = false;
        for (auto const& packed : tables_.specs) {
            auto const& path = tables_.paths[packed.path];
            auto const kind = kind_of(packed);
            if (!kind) continue;
            TRY(check_place(path, *kind));
            bool const is_root = *kind == SpecKind::pseudo_root;
            auto const [spec, is_new] = layer.emplace(path, *kind);
            // The root stands from the start.
            if (is_root ? std::exchange(has_root, true) : !is_new)
                return bad("two specs stand at {}", path.str());
            TRY(read_spec(packed, *spec));
        }
        if (!has_root) return bad("the layer has no root");
        TRY(check_children(layer));
        return layer;
    }

private:
    template <class... Args>
    std::unexpected<Error> bad(fmt::format_string<Args...> format, Args&&... args) const
    {
        std::uint64_t offset = 0;
        for (auto const& section : tables_.sections)
            if (section.name == "SPECS") offset = section.start;
        return Cursor(bytes_, offset, name_).bad("{}", fmt::format(format, std::forward<Args>(args)...));
    }

    /// Nothing for legacy kinds that are derived from their owners.
    static std::optional<SpecKind> kind_of(PackedSpec const& packed)
    {
        switch (packed.kind) {
        case PackedKind::attribute:
            return SpecKind::attribute;
        case PackedKind::prim:
            return SpecKind::prim;
        case PackedKind::pseudo_root:
            return SpecKind::pseudo_root;
        case PackedKind::relationship:
            return SpecKind::relationship;
        case PackedKind::variant:
            return SpecKind::variant;
        case PackedKind::variant_set:
            return SpecKind::variant_set;
        default:
            return std::nullopt;
        }
    }

    Result<> check_field_names() const;
    Result<> check_place(Path const& path, SpecKind kind) const
    {
        bool const is_selection = path.is_variant_selection();
        bool const has_variant = is_selection && !path.variant_selection().second.empty();
        bool const fits = kind == SpecKind::pseudo_root   ? path.is_root()
                          : kind == SpecKind::prim        ? path.is_prim()
                          : kind == SpecKind::variant_set ? is_selection && !has_variant
                          : kind == SpecKind::variant     ? has_variant
                                                          : path.is_property();
        if (!fits) return bad("a spec of kind {} stands at {}", static_cast<int>(kind), path.str());
        return {};
    }

    Result<> read_spec(PackedSpec const& packed, Spec& spec)
    {
        std::size_t count = 0;
        for (auto at = packed.field_set; tables_.field_sets[at] != end_of_field_set; ++at) ++count;
        TRY(budget_.take(count, sizeof spec.fields[0], Cursor(bytes_, 0, name_)));
        TRY(budget_.take(1, sizeof spec + 32, Cursor(bytes_, 0, name_)));
        spec.fields.reserve(count);
        for (auto at = packed.field_set; tables_.field_sets[at] != end_of_field_set; ++at) {
            auto const& [name, value] = fields_[tables_.field_sets[at]];
            if (TRY(take_children(spec, name, value))) continue;
            auto const* const payload = value.get<Payload>();
            spec.fields.emplace_back(name, payload ? Value(list_of(*payload)) : value);
        }
        return {};
    }

    /// A payload alone is what prims had before list edits; an empty one is "payload = None".
    static PayloadListOp list_of(Payload const& payload)
    {
        if (payload.asset.empty() && payload.prim.empty()) return PayloadListOp::make_explicit({});
        return PayloadListOp::make_explicit({payload});
    }

    /// True when the field was the names of children.
    Result<bool> take_children(Spec& spec, Token name, Value const& value) const
    {
        std::vector<Token>* const list = name == names_.prim_children  ? &spec.prim_children
                                         : name == names_.properties   ? &spec.properties
                                         : name == names_.variant_sets ? &spec.variant_sets
                                         : name == names_.variants     ? &spec.variants
                                                                       : nullptr;
        if (!list)
            return std::find(names_.derived.begin(), names_.derived.end(), name) != names_.derived.end();
        auto const* const children = value.get<std::vector<Token>>();
        if (!children) return bad("the field {} does not hold names", name.str());
        *list = *children;
        return true;
    }

    Result<> check_children(Layer const& layer) const;

    std::shared_ptr<void const> owner_;
    std::span<std::byte const> bytes_;
    std::string const& name_;
    ReadLimits const& limits_;
    Budget budget_;
    Tables tables_;
    ChildFields names_;
    std::vector<std::pair<Token, Value>> fields_;
};

/// A field has a name that text can say, and a spec has it once.
Result<> LayerReader::check_field_names() const
{
    std::unordered_map<Token, std::uint32_t> first_with_name;
    std::vector<std::uint32_t> first(fields_.size());
    for (std::uint32_t i = 0; i < fields_.size(); ++i) {
        auto const name = fields_[i].first;
        if (!is_namespaced_identifier(name.view())) return bad("'{}' cannot name a field", name.str());
        first[i] = first_with_name.try_emplace(name, i).first->second;
    }
    std::vector<std::uint32_t> last_set(fields_.size(), 0);
    std::uint32_t set = 1;
    for (auto const field : tables_.field_sets) {
        if (field == end_of_field_set)
            ++set;
        else if (std::exchange(last_set[first[field]], set) == set)
            return bad("a field set has the field {} twice", fields_[field].first.str());
    }
    return {};
}

/// Every name in a list of children has its spec, so that nobody who follows a list meets nothing.
Result<> LayerReader::check_children(Layer const& layer) const
{
    for (auto const& packed : tables_.specs) {
        auto const& path = tables_.paths[packed.path];
        auto const* const spec = kind_of(packed) ? layer.find(path) : nullptr;
        if (!spec) continue;
        auto check = [&](std::vector<Token> const& names, auto const& path_of) -> Result<> {
            for (Token const name : names)
                if (!layer.find(path_of(name)))
                    return bad("{} lists the child {}, which is missing", path.str(), name.str());
            return {};
        };
        TRY(check(spec->prim_children, [&](Token name) { return path.child(name); }));
        TRY(check(spec->properties, [&](Token name) { return path.property(name); }));
        TRY(check(spec->variant_sets, [&](Token name) { return path.variant(name, Token()); }));
        if (spec->variants.empty()) continue;
        auto const prim = path.parent();
        auto const set = path.variant_selection().first;
        TRY(check(spec->variants, [&](Token name) { return prim.variant(set, name); }));
    }
    return {};
}

} // namespace
} // namespace crate

bool is_crate(std::span<std::byte const> bytes)
{
    return bytes.size() >= crate::magic.size() &&
           std::memcmp(bytes.data(), crate::magic.data(), crate::magic.size()) == 0;
}

Result<Layer> read_crate(std::shared_ptr<void const> owner, std::span<std::byte const> bytes,
                         std::string const& name, ReadLimits const& limits)
{
    if (bytes.size() > limits.bytes)
        return fail(Errc::limit, "{}: {} bytes, the limit is {}", name, bytes.size(), limits.bytes);
    return crate::LayerReader(std::move(owner), bytes, name, limits).read();
}

} // namespace soulvan::usd
