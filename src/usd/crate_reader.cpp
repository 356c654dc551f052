// How a crate file becomes the specs of a layer, whose values stay in the file.
#include "crate.h"
#include "crate_values.h"
#include "identifier.h"
#include "parallel.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace soulvan::usd {
namespace crate {
namespace {

/// The specs of one file. Opening reads the tables alone; values are read from the file each time they are
/// asked for, which for all but compressed arrays costs next to nothing.
class CrateTable final : public SpecTable {
public:
    CrateTable(std::shared_ptr<void const> owner, std::span<std::byte const> bytes, std::string const& name,
               ReadLimits const& limits)
    {
        contents_.owner = std::move(owner);
        contents_.bytes = bytes;
        contents_.name = name;
        contents_.limits = limits;
        contents_.specs = this;
    }

    Result<> open()
    {
        Budget budget(contents_.limits.bytes);
        auto tables = TRY(read_tables(contents_.bytes, contents_.name, contents_.limits, budget));
        contents_.version = tables.version;
        contents_.tokens = std::move(tables.tokens);
        contents_.strings = std::move(tables.strings);
        contents_.path_count = tables.paths.size();
        field_sets_ = std::move(tables.field_sets);
        static_assert(end_of_field_set == none);
        for (auto const& section : tables.sections)
            if (section.name == "SPECS") specs_at_ = section.start;
        TRY(take_fields(tables.fields));
        TRY(take_paths(std::exchange(tables.paths, {})));
        TRY(take_specs(tables.specs));
        note_what_sets_say();
        return {};
    }

    Token field_name(Index field) const override { return contents_.tokens[field_tokens_[field]]; }

    Value value(Index field) const override
    {
        auto value = ValueReader(contents_).read(reps_[field]);
        if (!value) {
            report(std::move(value).error());
            return {};
        }
        auto const* const payload = value->get<Payload>();
        return payload ? Value(list_of(*payload)) : *std::move(value);
    }

    Names names(Index field) const override
    {
        auto names = ValueReader(contents_).read_names(reps_[field]);
        if (names) return *names;
        report(std::move(names).error());
        return {};
    }

    void check() const override;

private:
    template <class... Args>
    std::unexpected<Error> bad(fmt::format_string<Args...> format, Args&&... args) const
    {
        return Cursor(contents_.bytes, specs_at_, contents_.name)
            .bad("{}", fmt::format(format, std::forward<Args>(args)...));
    }

    Result<> take_fields(std::vector<PackedField> const& fields);
    Result<> check_field_names() const;
    Result<> take_paths(std::vector<PathItem> items);
    Result<> take_path(PathItem const& item, Index index);
    bool fits_its_parent(Index index);
    Result<> take_specs(std::vector<PackedSpec> const& specs);
    static std::optional<SpecKind> kind_of(PackedSpec const& packed);

    /// A payload alone is what prims had before list edits; an empty one is "payload = None".
    static PayloadListOp list_of(Payload const& payload)
    {
        if (payload.asset.empty() && payload.prim.empty()) return PayloadListOp::make_explicit({});
        return PayloadListOp::make_explicit({payload});
    }

    Contents contents_;
    std::uint64_t specs_at_ = 0;
    std::vector<std::uint32_t> field_tokens_; ///< by field
    std::vector<ValueRep> reps_;              ///< by field
};

/// Keeps the fields, after a look at what can be told about their values without reading them.
Result<> CrateTable::take_fields(std::vector<PackedField> const& fields)
{
    field_tokens_.reserve(fields.size());
    reps_.reserve(fields.size());
    for (auto const& [token, rep] : fields) {
        if (!rep.is_inlined() && rep.payload() > contents_.bytes.size())
            return Cursor(contents_.bytes, rep.payload(), contents_.name)
                .bad("the value of a field {} is said to stand there, behind the end of the file",
                     contents_.tokens[token].str());
        field_tokens_.push_back(token);
        reps_.push_back(rep);
    }
    return check_field_names();
}

/// A field has a name that text can say, and a spec has it once.
Result<> CrateTable::check_field_names() const
{
    std::vector<bool> known(contents_.tokens.size());
    for (auto const token : field_tokens_) {
        if (known[token]) continue;
        known[token] = true;
        auto const name = contents_.tokens[token];
        if (!is_namespaced_identifier(name.view())) return bad("'{}' cannot name a field", name.str());
    }
    // Tokens are interned, so two numbers of one name are as good as equal: the first stands for both.
    std::unordered_map<Token, std::uint32_t> first;
    std::vector<std::uint32_t> number(contents_.tokens.size());
    for (std::uint32_t i = 0; i < known.size(); ++i)
        if (known[i]) number[i] = first.try_emplace(contents_.tokens[i], i).first->second;
    std::vector<std::uint32_t> last_set(contents_.tokens.size(), 0);
    std::uint32_t set = 1;
    for (auto const field : field_sets_) {
        if (field == end_of_field_set)
            ++set;
        else if (std::exchange(last_set[number[field_tokens_[field]]], set) == set)
            return bad("a field set has the field {} twice", field_name(field).str());
    }
    return {};
}

Result<> CrateTable::take_paths(std::vector<PathItem> items)
{
    entries_.resize(items.size());
    bool has_root = false;
    for (Index i = 0; i < items.size(); ++i) {
        if (items[i].is_hole()) continue;
        entries_[i].has_path = true;
        if (items[i].parent != none) continue;
        root_ = i;
        has_root = true;
    }
    if (!has_root) return bad("the layer has no root");
    for (Index i = 0; i < items.size(); ++i)
        if (!items[i].is_hole() && items[i].parent != none) TRY(take_path(items[i], i));
    if (auto const twice = enter_all(); twice != none)
        return bad("the path element '{}' is there twice below path {}", entries_[twice].name.str(),
                   entries_[twice].parent);
    for (Index i = 0; i < items.size(); ++i)
        if (entries_[i].has_path && i != root_ && !fits_its_parent(i))
            return bad("'{}' is no path element below path {}", entries_[i].name.str(), entries_[i].parent);
    return {};
}

bool CrateTable::fits_its_parent(Index index)
{
    auto& entry = entries_[index];
    auto const above = entries_[entry.parent].element;
    bool const of_prim = above == PathElement::prim || above == PathElement::variant;
    switch (entry.element) {
    case PathElement::prim:
        return of_prim || above == PathElement::root;
    case PathElement::property: // properties of targets are old, and no specs are read there
        return of_prim || above == PathElement::target;
    case PathElement::variant:
        return of_prim;
    default: // targets and what hangs on them are rare, so the path parser may judge them
        return !path(index).empty();
    }
}

/// Elements of variants and targets carry their punctuation; those of prims and properties are bare.
Result<> CrateTable::take_path(PathItem const& item, Index index)
{
    auto& entry = entries_[index];
    entry.parent = item.parent;
    entry.name = contents_.tokens[item.token];
    auto const text = entry.name.view();
    auto const wrong = [&] { return bad("'{}' is no path element below path {}", text, item.parent); };
    if (item.is_property) {
        if (!is_namespaced_identifier(text) || item.parent == root_) return wrong();
        entry.element = PathElement::property;
    } else if (is_identifier(text)) {
        entry.element = PathElement::prim;
    } else if (text.starts_with('{') && text.ends_with('}')) {
        auto const inside = text.substr(1, text.size() - 2);
        auto const equals = inside.find('=');
        if (equals == inside.npos || item.parent == root_) return wrong();
        auto const set = inside.substr(0, equals), selection = inside.substr(equals + 1);
        if (!is_identifier(set) || variant_name_length(selection) != selection.size()) return wrong();
        entry.element = PathElement::variant;
        entry.name = Token(set);
        selections_.emplace(index, Token(selection));
    } else if (text.starts_with('[') || text.starts_with('.')) {
        entry.element = PathElement::target;
        return {};
    } else {
        return wrong();
    }
    return {};
}

/// Nothing for legacy kinds that are derived from their owners.
std::optional<SpecKind> CrateTable::kind_of(PackedSpec const& packed)
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

Result<> CrateTable::take_specs(std::vector<PackedSpec> const& specs)
{
    for (auto const& packed : specs) {
        auto const kind = kind_of(packed);
        if (!kind) continue;
        auto& entry = entries_[packed.path];
        if (entry.element == PathElement::property && entries_[entry.parent].element == PathElement::target)
            continue;
        bool const is_root = packed.path == root_;
        bool const is_variant = entry.element == PathElement::variant;
        bool const has_selection = is_variant && !selection(packed.path).empty();
        bool const fits = *kind == SpecKind::pseudo_root   ? is_root
                          : *kind == SpecKind::prim        ? entry.element == PathElement::prim
                          : *kind == SpecKind::variant_set ? is_variant && !has_selection
                          : *kind == SpecKind::variant     ? has_selection
                                                           : entry.element == PathElement::property;
        if (!fits)
            return bad("a spec of kind {} stands at {}", static_cast<int>(*kind), path(packed.path).str());
        if (entry.has_spec) return bad("two specs stand at {}", path(packed.path).str());
        entry.has_spec = true;
        entry.kind = *kind;
        entry.fields = packed.field_set;
        ++spec_count_;
    }
    if (!entries_[root_].has_spec) return bad("the layer has no root");
    return {};
}

/// Fields that share a value share its reading, and every name in a list of children must have its spec.
void CrateTable::check() const
{
    auto reps = reps_;
    std::sort(reps.begin(), reps.end());
    reps.erase(std::unique(reps.begin(), reps.end()), reps.end());
    for (auto const rep : reps) {
        auto const value = ValueReader(contents_).read(rep);
        if (!value)
            report(value.error());
        else if (auto const* samples = value->get<TimeSamples>())
            for (std::size_t i = 0; i < samples->size(); ++i) samples->value(i);
    }
    each([&](Index spec) {
        auto const expect = [&](Names const& names, auto const& find) {
            for (Token const name : names)
                if (find(name) == none)
                    report(
                        bad("{} lists the child {}, which is missing", path(spec).str(), name.str()).error());
        };
        expect(prim_children(spec), [&](Token name) { return child(spec, name); });
        expect(properties(spec), [&](Token name) { return property(spec, name); });
        expect(variant_sets(spec), [&](Token name) { return variant(spec, name, Token()); });
        if (kind(spec) == SpecKind::variant_set)
            expect(variants(spec),
                   [&](Token name) { return variant(entries_[spec].parent, entries_[spec].name, name); });
    });
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
    if (!owner) { // values are read from the bytes for as long as the layer lives
        auto const kept = std::make_shared<std::vector<std::byte> const>(bytes.begin(), bytes.end());
        bytes = *kept;
        owner = kept;
    }
    auto table = std::make_shared<crate::CrateTable>(std::move(owner), bytes, name, limits);
    TRY(table->open());
    return Layer(std::move(table));
}

} // namespace soulvan::usd
