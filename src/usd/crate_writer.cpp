// How a layer becomes a crate file: specs to fields and field sets, paths to a tree, sections to bytes.
#include "crate_coding.h"
#include "crate_pack.h"
#include "soulvan/usd/layer.h"
#include "text_fields.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

namespace soulvan::usd {
namespace crate {
namespace {

template <class T>
void append(std::string& out, T const& value)
{
    out.append(reinterpret_cast<char const*>(&value), sizeof value);
}

void append_compressed(std::string& out, std::string_view bytes)
{
    append(out, std::uint64_t{bytes.size()});
    out += bytes;
}

template <class Int>
void append_integers(std::string& out, std::vector<Int> const& numbers)
{
    append_compressed(out, encode_integers<Int>(numbers));
}

struct FieldHash {
    std::size_t operator()(std::pair<std::uint32_t, std::uint64_t> const& field) const
    {
        return std::hash<std::uint64_t>{}(field.second * 0x9E3779B97F4A7C15ull + field.first);
    }
};

PackedKind packed_kind(SpecKind kind)
{
    switch (kind) {
    case SpecKind::pseudo_root:
        return PackedKind::pseudo_root;
    case SpecKind::prim:
        return PackedKind::prim;
    case SpecKind::attribute:
        return PackedKind::attribute;
    case SpecKind::relationship:
        return PackedKind::relationship;
    case SpecKind::variant_set:
        return PackedKind::variant_set;
    case SpecKind::variant:
        return PackedKind::variant;
    }
    std::unreachable();
}

/// Metadata that no schema declares stands in a wrapper. Where it is text, its value says so itself.
bool needs_wrapper(Token name, Value const& value, SpecKind kind)
{
    return value.holds<OpaqueListOp>() || (value.holds<Dictionary>() && !find_field_rule(name.view(), kind));
}

class LayerWriter {
public:
    LayerWriter(Layer const& layer, Output& output) : layer_(layer), output_(output), packer_(output) {}
    Result<> write();

private:
    struct Draft {
        Path path;
        SpecView spec;
    };
    using Fields = std::vector<std::pair<std::uint32_t, ValueRep>>;
    /// The fields of a spec that must wait: the values of samples come last, so their reps are 0 until then.
    struct Waiting {
        std::size_t draft = 0;
        Fields fields;
        TimeSamples samples = {};
        std::optional<std::size_t> samples_field = {}; ///< of `fields`
    };

    struct PathTree {
        std::vector<std::uint32_t> indexes;
        std::vector<std::int32_t> elements, jumps;
    };

    std::vector<Draft> ordered_specs() const;
    Result<Waiting> pack_fields(Draft const& draft);
    Result<> pack_samples(std::vector<Waiting>& waiting, std::vector<Draft> const& drafts);
    Result<std::vector<std::uint32_t>> pack_specs(std::vector<Draft> const& drafts);
    std::uint32_t field_set(Fields const& fields);

    /// Writes a section that is made in memory: its size is that of the tables, not of the values.
    Result<> put_section(std::string_view name, std::string_view bytes);
    Result<> write_tokens();
    Result<> write_strings();
    Result<> write_fields();
    Result<PathTree> path_tree();
    Result<std::int32_t> element(Path const& path);
    Result<> write_paths(PathTree const& tree);
    Result<> write_specs(std::vector<Draft> const& drafts, std::vector<std::uint32_t> const& field_sets);
    Result<> write_contents();

    struct Written {
        std::string_view name;
        std::int64_t start, size;
    };
    Layer const& layer_;
    Output& output_;
    ValuePacker packer_;
    std::unordered_map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t, FieldHash> field_index_;
    std::vector<std::pair<std::uint32_t, ValueRep>> fields_;
    std::map<std::vector<std::uint32_t>, std::uint32_t> field_set_index_;
    std::vector<std::uint32_t> field_sets_;
    std::vector<Written> sections_;
};

/// Prims, variants and the root by path; then properties by name, those of one name by path: what a reader of
/// one attribute over many prims wants lies together.
std::vector<LayerWriter::Draft> LayerWriter::ordered_specs() const
{
    std::vector<Draft> drafts;
    drafts.reserve(layer_.size());
    for (auto const& path : layer_.paths()) drafts.push_back({.path = path, .spec = layer_.find(path)});
    auto const properties = std::stable_partition(drafts.begin(), drafts.end(), [](Draft const& draft) {
        return draft.spec.kind() != SpecKind::attribute && draft.spec.kind() != SpecKind::relationship;
    });
    std::stable_sort(properties, drafts.end(),
                     [](Draft const& a, Draft const& b) { return a.path.name() < b.path.name(); });
    return drafts;
}

Result<LayerWriter::Waiting> LayerWriter::pack_fields(Draft const& draft)
{
    Waiting packed;
    auto named = [&](std::string_view name) { return packer_.token(name); };
    for (auto const& [name, value] : draft.spec.fields()) {
        if (name == field::prim_relocates) // OpenUSD reads no such type
            return fail(
                Errc::unsupported,
                "<{}> has relocates of its own, as old layers do; crate files hold those of layers alone: "
                "move them to the layer's metadata or save as .usda",
                draft.path.str());
        auto const token = TRY(named(name.view()));
        if (auto const* const samples = value.get<TimeSamples>()) {
            packed.samples = *samples;
            packed.samples_field = packed.fields.size();
            packed.fields.emplace_back(token, ValueRep{});
            continue;
        }
        bool const wrapped = needs_wrapper(name, value, draft.spec.kind());
        auto const rep = wrapped ? packer_.pack_unregistered(value) : packer_.pack(value);
        if (!rep) return within(fmt::format("field {} of {}", name.str(), draft.path.str()), rep.error());
        packed.fields.emplace_back(token, *rep);
    }
    // The root always says its children: OpenUSD cannot read a file without any field.
    bool const is_root = draft.spec.kind() == SpecKind::pseudo_root;
    auto children = [&](std::string_view name, Names const& names, bool even_none = false) -> Result<> {
        if (names.empty() && !even_none) return {};
        auto const token = TRY(named(name));
        packed.fields.emplace_back(token, TRY(packer_.pack(Value(names.to_vector()))));
        return {};
    };
    TRY(children("primChildren", draft.spec.prim_children(), is_root));
    TRY(children("properties", draft.spec.properties()));
    TRY(children("variantSetChildren", draft.spec.variant_sets()));
    TRY(children("variantChildren", draft.spec.variants()));
    return packed;
}

/// The values of samples come last, those of one time together, in the order of time: playing a layer reads
/// it from front to back.
Result<> LayerWriter::pack_samples(std::vector<Waiting>& waiting, std::vector<Draft> const& drafts)
{
    struct Sample {
        double time;
        std::size_t spec, index;
    };
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < waiting.size(); ++i)
        for (std::size_t k = 0; k < waiting[i].samples.size(); ++k)
            samples.push_back({waiting[i].samples.time(k), i, k});
    std::stable_sort(samples.begin(), samples.end(),
                     [](Sample const& a, Sample const& b) { return a.time < b.time; });
    std::vector<std::vector<ValueRep>> reps(waiting.size());
    for (auto const& [time, spec, index] : samples) {
        auto const rep = packer_.pack(waiting[spec].samples.value(index));
        if (!rep)
            return within(fmt::format("time {} of {}", time, drafts[waiting[spec].draft].path.str()),
                          rep.error());
        reps[spec].push_back(*rep);
    }
    for (std::size_t i = 0; i < waiting.size(); ++i)
        if (auto const field = waiting[i].samples_field)
            waiting[i].fields[*field].second =
                TRY(packer_.pack_time_samples(waiting[i].samples.times(), reps[i]));
    return {};
}

/// The field sets of all specs. Fields are numbered in the order of the specs: those behind the first that
/// has samples must wait for its.
Result<std::vector<std::uint32_t>> LayerWriter::pack_specs(std::vector<Draft> const& drafts)
{
    std::vector<std::uint32_t> sets;
    sets.reserve(drafts.size());
    std::vector<Waiting> waiting;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        TRY(packer_.path(drafts[i].path));
        auto packed = TRY(pack_fields(drafts[i]));
        if (waiting.empty() && !packed.samples_field) {
            sets.push_back(field_set(packed.fields));
        } else {
            packed.draft = i;
            waiting.push_back(std::move(packed));
        }
    }
    TRY(pack_samples(waiting, drafts));
    for (auto const& packed : waiting) sets.push_back(field_set(packed.fields));
    return sets;
}

/// Where the set of these fields begins; specs with equal fields share one.
std::uint32_t LayerWriter::field_set(Fields const& fields)
{
    std::vector<std::uint32_t> set;
    set.reserve(fields.size());
    for (auto const& [token, rep] : fields) {
        auto const [entry, is_new] =
            field_index_.try_emplace({token, rep.bits}, static_cast<std::uint32_t>(fields_.size()));
        if (is_new) fields_.emplace_back(token, rep);
        set.push_back(entry->second);
    }
    auto const start = static_cast<std::uint32_t>(field_sets_.size());
    auto const [entry, is_new] = field_set_index_.try_emplace(std::move(set), start);
    if (is_new) {
        field_sets_.insert(field_sets_.end(), entry->first.begin(), entry->first.end());
        field_sets_.push_back(end_of_field_set);
    }
    return entry->second;
}

Result<> LayerWriter::put_section(std::string_view name, std::string_view bytes)
{
    sections_.push_back(
        {name, static_cast<std::int64_t>(output_.size()), static_cast<std::int64_t>(bytes.size())});
    return output_.append(bytes);
}

Result<> LayerWriter::write_tokens()
{
    std::string text, section;
    for (auto const token : packer_.tokens()) (text += token) += '\0';
    append(section, std::uint64_t{packer_.tokens().size()});
    append(section, std::uint64_t{text.size()});
    append_compressed(section, compress(std::as_bytes(std::span(text))));
    return put_section("TOKENS", section);
}

Result<> LayerWriter::write_strings()
{
    std::string section;
    append(section, std::uint64_t{packer_.strings().size()});
    for (auto const token : packer_.strings()) append(section, token);
    return put_section("STRINGS", section);
}

Result<> LayerWriter::write_fields()
{
    std::vector<std::uint32_t> names;
    std::vector<std::uint64_t> reps;
    for (auto const& [token, rep] : fields_) {
        names.push_back(token);
        reps.push_back(rep.bits);
    }
    std::string fields, sets;
    append(fields, std::uint64_t{fields_.size()});
    append_integers(fields, names);
    append_compressed(fields, compress(std::as_bytes(std::span(reps))));
    TRY(put_section("FIELDS", fields));
    append(sets, std::uint64_t{field_sets_.size()});
    append_integers(sets, field_sets_);
    return put_section("FIELDSETS", sets);
}

/// The tree, depth first; children in the order in which their paths were met.
Result<LayerWriter::PathTree> LayerWriter::path_tree()
{
    // Registers nothing new: every layer has its root. Element names may add tokens, never paths.
    auto const root = TRY(packer_.path(Path::root()));
    auto const& paths = packer_.paths();
    auto const& parents = packer_.parents();
    std::vector<std::vector<std::uint32_t>> children(paths.size());
    std::vector<std::uint32_t> subtree(paths.size(), 1);
    for (std::uint32_t i = 0; i < paths.size(); ++i)
        if (parents[i] != i) children[parents[i]].push_back(i);
    // A path is registered after its parent, so going backwards meets children first.
    for (auto i = static_cast<std::uint32_t>(paths.size()); i-- > 0;)
        if (parents[i] != i) subtree[parents[i]] += subtree[i];

    PathTree tree;
    std::vector<std::pair<std::uint32_t, bool>> open{{root, false}}; // path, has a sibling to its right
    while (!open.empty()) {
        auto const [i, has_sibling] = open.back();
        open.pop_back();
        bool const has_child = !children[i].empty();
        tree.indexes.push_back(i);
        tree.elements.push_back(i == root ? 0 : TRY(element(paths[i])));
        tree.jumps.push_back(has_child && has_sibling ? static_cast<std::int32_t>(subtree[i])
                             : has_child              ? std::int32_t{jump_child}
                             : has_sibling            ? std::int32_t{jump_sibling}
                                                      : std::int32_t{jump_leaf});
        for (auto child = children[i].size(); child-- > 0;)
            open.emplace_back(children[i][child], child + 1 < children[i].size());
    }
    return tree;
}

/// The token of the path's last element, negative for properties of prims.
Result<std::int32_t> LayerWriter::element(Path const& path)
{
    auto const parent = path.parent();
    bool const is_bare_property = path.is_property() && !parent.is_target();
    auto const token = path.is_prim() || is_bare_property
                           ? TRY(packer_.token(path.name().view()))
                           : TRY(packer_.token(path.str().substr(parent.str().size())));
    auto const index = static_cast<std::int32_t>(token);
    return is_bare_property ? -index : index;
}

Result<> LayerWriter::write_paths(PathTree const& tree)
{
    std::string section;
    append(section, std::uint64_t{packer_.paths().size()});
    append(section, std::uint64_t{tree.indexes.size()});
    append_integers(section, tree.indexes);
    append_integers(section, tree.elements);
    append_integers(section, tree.jumps);
    return put_section("PATHS", section);
}

Result<> LayerWriter::write_specs(std::vector<Draft> const& drafts,
                                  std::vector<std::uint32_t> const& field_sets)
{
    std::vector<std::uint32_t> paths, kinds;
    for (auto const& draft : drafts) {
        paths.push_back(packer_.path(draft.path).value());
        kinds.push_back(static_cast<std::uint32_t>(packed_kind(draft.spec.kind())));
    }
    std::string section;
    append(section, std::uint64_t{drafts.size()});
    append_integers(section, paths);
    append_integers(section, field_sets);
    append_integers(section, kinds);
    return put_section("SPECS", section);
}

/// The table of contents, and the head of the file that points at it.
Result<> LayerWriter::write_contents()
{
    auto const start = static_cast<std::int64_t>(output_.size());
    std::string contents;
    append(contents, std::uint64_t{sections_.size()});
    for (auto const& section : sections_) {
        std::string name(section.name);
        name.resize(section_name_size, '\0');
        contents += name;
        append(contents, section.start);
        append(contents, section.size);
    }
    TRY(output_.append(contents));
    auto const version = packer_.version();
    std::string head(magic);
    for (std::uint8_t const part : {version.major, version.minor, version.patch}) append(head, part);
    head.resize(16, '\0');
    append(head, start);
    return output_.replace(0, head);
}

Result<> LayerWriter::write()
{
    TRY(output_.append(std::string(bootstrap_size, '\0')));
    packer_.expect_paths(layer_.size());
    auto const drafts = ordered_specs();
    auto const field_sets = TRY(pack_specs(drafts));
    if (output_.size() > ValueRep::payload_mask)
        return fail(Errc::limit, "a crate file holds at most 2^48 bytes of values");

    auto const tree = TRY(path_tree()); // adds tokens, so it comes before they are written
    TRY(write_tokens());
    TRY(write_strings());
    TRY(write_fields());
    TRY(write_paths(tree));
    TRY(write_specs(drafts, field_sets));
    return write_contents();
}

} // namespace
} // namespace crate

Result<> write_crate(Layer const& layer, Output& output)
{
    TRY(crate::LayerWriter(layer, output).write());
    if (auto const damage = layer.damage(); !damage.empty()) return std::unexpected(damage.front());
    return {};
}

Result<std::string> write_crate(Layer const& layer)
{
    Output output;
    TRY(write_crate(layer, output));
    return output.take();
}

} // namespace soulvan::usd
