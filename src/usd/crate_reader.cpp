// How a crate file becomes the specs of a layer, whose values stay in the file.
#include "crate.h"
#include "crate_values.h"
#include "parallel.h"

#include <algorithm>
#include <atomic>
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
        contents_.path_count = tables.entries.size();
        field_tokens_ = std::move(tables.field_tokens);
        reps_ = std::move(tables.reps);
        field_sets_ = std::move(tables.field_sets);
        static_assert(end_of_field_set == none);
        for (auto const& section : tables.sections)
            if (section.name == "SPECS") specs_at_ = section.start;
        entries_ = std::move(tables.entries);
        selections_ = std::move(tables.selections);
        root_ = tables.root;
        if (root_ == none) return bad("the layer has no root");
        for (auto const index : tables.targets)
            if (path(index).empty())
                return bad("'{}' is no path element below path {}", entries_[index].name.str(),
                           entries_[index].parent);
        TRY(check_specs());
        if (auto const twice = enter_all(); twice != none)
            return bad("the path element '{}' is there twice below path {}", entries_[twice].name.str(),
                       entries_[twice].parent);
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

    Result<> check_specs();
    bool fits(Entry const& entry, Index index) const;

    /// A payload alone is what prims had before list edits; an empty one is "payload = None".
    static PayloadListOp list_of(Payload const& payload)
    {
        if (payload.asset.empty() && payload.prim.empty()) return PayloadListOp::make_explicit({});
        return PayloadListOp::make_explicit({payload});
    }

    Contents contents_;
    std::uint64_t specs_at_ = 0;
    UnfilledVector<std::uint32_t> field_tokens_; ///< by field
    UnfilledVector<ValueRep> reps_;              ///< by field
};

/// Whether the kind of the entry's spec is one that its path can have.
bool CrateTable::fits(Entry const& entry, Index index) const
{
    bool const is_variant = entry.element == PathElement::variant;
    switch (entry.kind) {
    case SpecKind::pseudo_root:
        return index == root_;
    case SpecKind::prim:
        return entry.element == PathElement::prim;
    case SpecKind::variant_set:
        return is_variant && selection(index).empty();
    case SpecKind::variant:
        return is_variant && !selection(index).empty();
    default:
        return entry.element == PathElement::property;
    }
}

/// Drops the specs of properties of targets, which are old and say nothing, and counts the others.
Result<> CrateTable::check_specs()
{
    std::atomic<std::size_t> specs = 0;
    std::atomic<Index> first_wrong = none;
    in_parallel(entries_.size(), std::size_t{1} << 15, [&](std::size_t first, std::size_t last) {
        std::size_t count = 0;
        for (auto i = static_cast<Index>(first); i < last; ++i) {
            auto& entry = entries_[i];
            if (!entry.has_spec) continue;
            if (entry.element == PathElement::property &&
                entries_[entry.parent].element == PathElement::target) {
                entry.has_spec = false;
                continue;
            }
            ++count;
            if (entry.has_path && fits(entry, i)) continue;
            for (auto known = first_wrong.load();
                 i < known && !first_wrong.compare_exchange_weak(known, i);) {
            }
        }
        specs += count;
    });
    spec_count_ = specs;
    if (auto const wrong = first_wrong.load(); wrong != none)
        return bad("a spec of kind {} stands at path {}, '{}'", static_cast<int>(entries_[wrong].kind), wrong,
                   path(wrong).str());
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
