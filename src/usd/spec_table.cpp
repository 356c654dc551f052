// How are the specs of a layer that nobody changes stored and found?
#include "spec_table.h"

#include "parallel.h"
#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <tuple>
#include <utility>

namespace soulvan::usd {

namespace {

/// The fields that hold the names of children; in a layer they are no fields.
struct ChildLists {
    Token prims{"primChildren"};
    Token properties{"properties"};
    Token variant_sets{"variantSetChildren"};
    Token variants{"variantChildren"};
    // Children that specs of their own stood for in old files. The list edits of their owners say the same.
    std::array<Token, 4> derived{Token("connectionChildren"), Token("targetChildren"),
                                 Token("mapperChildren"), Token("expressionChildren")};
};
ChildLists const& child_lists()
{
    static ChildLists const lists;
    return lists;
}

} // namespace

std::uint32_t SpecTable::hash_of(PathElement element, Token name, Token selection)
{
    // Fibonacci hashing: tokens are addresses, whose low bits say little.
    auto bits = name.hash() + static_cast<std::uint64_t>(element);
    if (element == PathElement::variant) bits += selection.hash() << 1;
    return static_cast<std::uint32_t>(bits * 0x9e3779b97f4a7c15ull >> 32);
}

bool SpecTable::is(Index entry, PathElement element, Token name, Token selection) const
{
    auto const& known = entries_[entry];
    return known.name == name && known.element == element &&
           (element != PathElement::variant || this->selection(entry) == selection);
}

std::size_t SpecTable::slot_in(Index group, PathElement element, Token name, Token selection) const
{
    auto const slots = slots_of(groups_[group]);
    auto at = hash_of(element, name, selection);
    for (std::size_t probes = 0; probes < slots; ++probes, ++at) {
        auto const slot = group + 1 + (at & (slots - 1));
        if (groups_[slot] == none || is(groups_[slot], element, name, selection)) return slot;
    }
    return 0;
}

SpecTable::Index SpecTable::locate(Index parent, PathElement element, Token name, Token selection) const
{
    auto const group = entries_[parent].children;
    if (group == 0) return none;
    auto const slot = slot_in(group, element, name, selection);
    return slot == 0 ? none : groups_[slot];
}

Token SpecTable::selection(Index spec) const
{
    if (selections_.empty()) return {};
    auto const found = selections_.find(spec);
    return found == selections_.end() ? Token() : found->second;
}

void SpecTable::enter(Index index)
{
    auto const entry = entries_[index];
    auto const chosen = selection(index);
    auto& group = entries_[entry.parent].children;
    auto const before = group == 0 ? 0 : groups_[group];
    if (before == 0 || slots_of(before) != slots_of(before + 1)) {
        // A larger group at the end; the memory of all that were given up is less than that of those in use.
        auto const old = std::exchange(group, static_cast<Index>(std::max<std::size_t>(groups_.size(), 1)));
        auto const slots = slots_of(before + 1);
        groups_.resize(group + 1 + slots);
        std::fill_n(groups_.begin() + group, 1 + slots, none);
        groups_[group] = before + 1;
        for (std::size_t i = 0; old != 0 && i < slots_of(before); ++i) {
            auto const child = groups_[old + 1 + i];
            if (child == none) continue;
            auto const& known = entries_[child];
            groups_[slot_in(group, known.element, known.name, selection(child))] = child;
        }
    }
    groups_[group] = before + 1;
    auto const slot = slot_in(group, entry.element, entry.name, chosen);
    SOULVAN_CHECK(groups_[slot] == none);
    groups_[slot] = index;
}

/// A free group for each entry that says how many children it has.
void SpecTable::lay_out_groups()
{
    std::size_t end = 1;
    for (auto const& entry : entries_)
        if (entry.children != 0) end += 1 + slots_of(entry.children);
    groups_.clear();
    groups_.resize(end);
    in_parallel(end, std::size_t{1} << 18, [&](std::size_t first, std::size_t last) {
        std::fill(groups_.begin() + static_cast<std::ptrdiff_t>(first),
                  groups_.begin() + static_cast<std::ptrdiff_t>(last), none);
    });
    std::size_t next = 1;
    for (auto& entry : entries_) {
        if (entry.children == 0) continue;
        auto const group = std::exchange(next, next + 1 + slots_of(entry.children));
        groups_[group] = std::exchange(entry.children, static_cast<Index>(group));
    }
}

/// Enters the entry into its parent's group, beside other threads that do so; false when its path is there.
/// Who loses a slot to another thread goes on to the next one, so of two entries with one path the later one
/// to arrive meets the earlier one, wherever that ended up.
bool SpecTable::place(Index index)
{
    auto const& entry = entries_[index];
    auto const chosen = selection(index);
    auto const group = entries_[entry.parent].children;
    auto const mask = slots_of(groups_[group]) - 1;
    for (auto at = hash_of(entry.element, entry.name, chosen);; ++at) {
        std::atomic_ref slot(groups_[group + 1 + (at & mask)]);
        auto held = slot.load(std::memory_order_relaxed);
        if (held == none && slot.compare_exchange_strong(held, index, std::memory_order_relaxed)) return true;
        if (is(held, entry.element, entry.name, chosen)) return false;
    }
}

SpecTable::Index SpecTable::enter_all()
{
    lay_out_groups();
    auto const is_found_by_name = [&](Index index) {
        return entries_[index].has_path && index != root_ && entries_[index].element <= PathElement::variant;
    };
    std::atomic<bool> twice = false;
    in_parallel(entries_.size(), std::size_t{1} << 15, [&](std::size_t first, std::size_t last) {
        for (auto i = static_cast<Index>(first); i < last; ++i)
            if (is_found_by_name(i) && !place(i)) twice = true;
    });
    if (!twice) return none;
    // Which of two came second was up to the threads.
    std::set<std::tuple<Index, PathElement, Token, Token>> paths;
    for (Index i = 0; i < entries_.size(); ++i) {
        auto const& entry = entries_[i];
        if (is_found_by_name(i) &&
            !paths.emplace(entry.parent, entry.element, entry.name, selection(i)).second)
            return i;
    }
    return none;
}

void SpecTable::children(Index prim, std::span<Token const> names, std::span<Index> found) const
{
    constexpr std::size_t in_flight = 16; // look-ups on their way to memory at a time
    std::fill(found.begin(), found.end(), none);
    auto const group = entries_[prim].children;
    if (group == 0) return;
    auto const mask = slots_of(groups_[group]) - 1;
    std::array<std::size_t, in_flight> slots{};
    for (std::size_t first = 0; first < names.size(); first += in_flight) {
        auto const count = std::min(in_flight, names.size() - first);
        for (std::size_t k = 0; k < count; ++k) {
            slots[k] = group + 1 + (hash_of(PathElement::prim, names[first + k], Token()) & mask);
            __builtin_prefetch(&groups_[slots[k]]);
        }
        // The entry's line is wanted next, by the comparison and by who asks what it says.
        for (std::size_t k = 0; k < count; ++k)
            if (auto const entry = groups_[slots[k]]; entry != none) __builtin_prefetch(&entries_[entry]);
        for (std::size_t k = 0; k < count; ++k) found[first + k] = child(prim, names[first + k]);
    }
}

SpecTable::Index SpecTable::find(Path const& path) const
{
    auto const* node = path.node();
    if (!node || !node->absolute) return none;
    Path::Node const* chain[deepest_path + 1];
    int count = 0;
    for (; node->parent; node = node->parent) chain[count++] = node;
    Index at = root_;
    while (count-- > 0 && at != none) {
        if (chain[count]->element > PathElement::variant) return none;
        at = locate(at, chain[count]->element, chain[count]->name, chain[count]->selection);
    }
    return at != none && entries_[at].has_spec ? at : none;
}

Path SpecTable::path(Index spec) const
{
    auto const& entry = entries_[spec];
    if (!entry.has_path) return {};
    if (entry.parent == none) return Path::root();
    auto const parent = path(entry.parent); // readers bound the depth
    switch (entry.element) {
    case PathElement::prim:
        return parent.child(entry.name);
    case PathElement::property:
        return parent.property(entry.name);
    case PathElement::variant:
        return parent.variant(entry.name, selection(spec));
    default:
        // Targets and what hangs on them: rare, so the parser of paths may do it.
        return Path::parse(parent.str() + entry.name.str()).value_or(Path());
    }
}

std::span<SpecTable::Index const> SpecTable::fields(Index spec) const
{
    auto const first = entries_[spec].fields;
    auto last = first;
    while (field_sets_[last] != none) ++last;
    return {field_sets_.data() + first, last - first};
}

SpecTable::Index SpecTable::field(Index spec, Token name) const
{
    for (auto at = entries_[spec].fields; field_sets_[at] != none; ++at)
        if (field_name(field_sets_[at]) == name) return field_sets_[at];
    return none;
}

Names SpecTable::children(Index spec, Token list) const
{
    auto const found = field(spec, list);
    return found == none ? Names() : names(found);
}

Names SpecTable::prim_children(Index spec) const
{
    return children(spec, child_lists().prims);
}
Names SpecTable::properties(Index spec) const
{
    return children(spec, child_lists().properties);
}
Names SpecTable::variant_sets(Index spec) const
{
    return children(spec, child_lists().variant_sets);
}
Names SpecTable::variants(Index spec) const
{
    return children(spec, child_lists().variants);
}

bool SpecTable::is_child_list(Token name)
{
    auto const& lists = child_lists();
    return name == lists.prims || name == lists.properties || name == lists.variant_sets ||
           name == lists.variants ||
           std::find(lists.derived.begin(), lists.derived.end(), name) != lists.derived.end();
}

void SpecTable::check() const
{
    each([&](Index spec) {
        for (auto const field : fields(spec)) {
            auto const held = value(field);
            if (auto const* samples = held.get<TimeSamples>())
                for (std::size_t i = 0; i < samples->size(); ++i) samples->value(i);
        }
    });
}

std::uint8_t SpecTable::says_of(Token name)
{
    if (name == field::inherit_paths || name == field::specializes || name == field::references ||
        name == field::payload || name == field::variant_set_names)
        return says_arcs;
    if (name == field::active) return says_active;
    if (name == field::instanceable) return says_instanceable;
    if (name == field::api_schemas) return says_apis;
    if (name == field::clips) return says_clips;
    if (name == field::prim_order) return says_order;
    if (name == field::type_name) return says_type;
    return 0;
}

void SpecTable::note_what_sets_say()
{
    set_says_.assign(field_sets_.size(), 0);
    std::uint8_t says = 0;
    for (auto at = field_sets_.size(); at-- > 0;) {
        says = field_sets_[at] == none
                   ? std::uint8_t{0}
                   : static_cast<std::uint8_t>(says | says_of(field_name(field_sets_[at])));
        set_says_[at] = says;
    }
}

void SpecTable::report(Error error) const
{
    constexpr std::size_t most = 100;
    std::scoped_lock const lock(damage_mutex_);
    auto const same = [&](Error const& known) { return known.what == error.what; };
    if (damage_.size() < most && std::none_of(damage_.begin(), damage_.end(), same))
        damage_.push_back(std::move(error));
}

std::vector<Error> SpecTable::damage() const
{
    std::scoped_lock const lock(damage_mutex_);
    return damage_;
}

/// Fields as they were given; small ones that recur are kept once.
class SpecTableBuilder::Table final : public SpecTable {
public:
    Table()
    {
        Entry root;
        root.kind = SpecKind::pseudo_root;
        root.has_path = root.has_spec = true;
        entries_.push_back(root);
        spec_count_ = 1;
        field_sets_ = {none}; // the set of specs without fields
    }

    Token field_name(Index field) const override { return fields_[field].first; }
    Value value(Index field) const override { return fields_[field].second; }
    Names names(Index field) const override
    {
        auto const* list = fields_[field].second.get<std::vector<Token>>();
        return list ? Names(*list) : Names();
    }

    Index add(Index parent, SpecKind kind, Token name, Token selection, bool& made)
    {
        auto const element = kind == SpecKind::prim ? PathElement::prim
                             : kind == SpecKind::attribute || kind == SpecKind::relationship
                                 ? PathElement::property
                                 : PathElement::variant;
        auto const known = locate(parent, element, name, selection);
        made = known == none;
        if (!made) return known;
        auto const index = static_cast<Index>(entries_.size());
        Entry entry;
        entry.name = name;
        entry.parent = parent;
        entry.element = element;
        entry.kind = kind;
        entry.has_path = entry.has_spec = true;
        entries_.push_back(entry);
        if (element == PathElement::variant) selections_.emplace(index, selection);
        ++spec_count_;
        enter(index);
        return index;
    }

    Entry& entry(Index spec) { return entries_[spec]; }
    void set_line(Index spec, std::uint32_t line)
    {
        if (lines_.size() <= spec) lines_.resize(entries_.size());
        lines_[spec] = line;
    }

    void set_fields(Index spec, Spec&& from)
    {
        auto const first = static_cast<Index>(field_sets_.size());
        for (auto& [name, value] : from.fields) field_sets_.push_back(number_of(name, std::move(value)));
        auto const& lists = child_lists();
        add_names(lists.prims, from.prim_children);
        add_names(lists.properties, from.properties);
        add_names(lists.variant_sets, from.variant_sets);
        add_names(lists.variants, from.variants);
        entries_[spec].fields = shared_set(first);
    }

    void finish()
    {
        note_what_sets_say();
        recent_fields_ = {};
        recent_sets_ = {};
    }

private:
    /// How many fields and sets are remembered in case they recur; what recurs does so soon.
    static constexpr std::size_t remembered = std::size_t{1} << 14;

    Index number_of(Token name, Value value)
    {
        auto const next = static_cast<Index>(fields_.size());
        if (auto const hash = hash_of(value)) {
            auto& recent = recent_fields_[mix64(*hash ^ name.hash()) % remembered];
            if (recent < next && fields_[recent].first == name && fields_[recent].second == value)
                return recent;
            recent = next;
        }
        fields_.emplace_back(name, std::move(value));
        return next;
    }

    void add_names(Token list, std::vector<Token> const& names)
    {
        if (!names.empty()) field_sets_.push_back(number_of(list, Value(std::vector<Token>(names))));
    }

    /// The run that was just written from `first` on, or an equal one that stands already.
    Index shared_set(Index first)
    {
        if (first == field_sets_.size()) return 0;
        auto const size = field_sets_.size() - first;
        std::uint64_t hash = size;
        for (std::size_t i = first; i < field_sets_.size(); ++i) hash = mix64(hash ^ field_sets_[i]);
        auto& recent = recent_sets_[hash % remembered];
        auto const run = field_sets_.begin();
        bool const known =
            recent != 0 && recent + size < first && field_sets_[recent + size] == none &&
            std::equal(run + recent, run + recent + static_cast<std::ptrdiff_t>(size), run + first);
        if (known) {
            field_sets_.resize(first);
            return recent;
        }
        field_sets_.push_back(none);
        return recent = first;
    }

    template <class T>
    static std::uint64_t hash_of_all(T const& items)
    {
        std::uint64_t hash = items.size();
        for (auto const& item : items) hash = mix64(hash ^ item.hash());
        return hash;
    }

    /// Of values that are cheap to hash and to compare and often recur; nothing of others.
    static std::optional<std::uint64_t> hash_of(Value const& value)
    {
        constexpr std::size_t most = 64;
        if (auto const [type, bits] = value.bits(); type)
            return mix64(bits + reinterpret_cast<std::uintptr_t>(type));
        if (auto const* names = value.get<std::vector<Token>>(); names && names->size() <= most)
            return hash_of_all(*names);
        if (auto const* tokens = value.get<Array<Token>>(); tokens && tokens->size() <= most)
            return hash_of_all(*tokens) + 1;
        if (auto const* edit = value.get<PathListOp>(); edit && edit->explicit_items.size() <= most)
            return hash_of_all(edit->explicit_items) + hash_of_all(edit->prepended) + 2;
        if (auto const* edit = value.get<TokenListOp>(); edit && edit->explicit_items.size() <= most)
            return hash_of_all(edit->explicit_items) + hash_of_all(edit->prepended) + 3;
        if (auto const* text = value.get<std::string>(); text && text->size() <= most)
            return std::hash<std::string>{}(*text);
        return std::nullopt;
    }

    std::vector<std::pair<Token, Value>> fields_;
    std::vector<Index> recent_fields_ = std::vector<Index>(remembered, none);
    std::vector<Index> recent_sets_ = std::vector<Index>(remembered, 0);
};

SpecTableBuilder::SpecTableBuilder() : table_(std::make_shared<Table>()) {}
SpecTableBuilder::~SpecTableBuilder() = default;

SpecTableBuilder::Index SpecTableBuilder::add(Index parent, SpecKind kind, Token name, Token selection,
                                              bool& made)
{
    return table_->add(parent, kind, name, selection, made);
}

SpecKind SpecTableBuilder::kind(Index spec) const
{
    return table_->kind(spec);
}
Path SpecTableBuilder::path(Index spec) const
{
    return table_->path(spec);
}
std::size_t SpecTableBuilder::size() const
{
    return table_->size();
}
void SpecTableBuilder::set_line(Index spec, std::uint32_t line)
{
    table_->set_line(spec, line);
}
std::uint32_t& SpecTableBuilder::note(Index spec)
{
    return table_->entry(spec).fields;
}
void SpecTableBuilder::set_fields(Index spec, Spec&& from)
{
    table_->set_fields(spec, std::move(from));
}

std::shared_ptr<SpecTable const> SpecTableBuilder::finish()
{
    table_->finish();
    return std::move(table_);
}

std::shared_ptr<SpecTable const> pack_specs(Layer const& layer)
{
    SpecTableBuilder builder;
    auto pack = [&](auto const& self, SpecTable::Index index, Path const& path) -> void {
        auto const* spec = layer.edited(path);
        if (!spec) return;
        auto const put = [&](SpecKind kind, Token name, Token selection, Path const& at) {
            bool made = false;
            auto const* below = layer.edited(at);
            if (!below) return;
            self(self,
                 builder.add(index, below->kind == SpecKind::relationship ? below->kind : kind, name,
                             selection, made),
                 at);
        };
        for (Token name : spec->properties) put(SpecKind::attribute, name, Token(), path.property(name));
        for (Token name : spec->prim_children) put(SpecKind::prim, name, Token(), path.child(name));
        for (Token set : spec->variant_sets) {
            auto const at = path.variant(set, Token());
            put(SpecKind::variant_set, set, Token(), at);
            auto const* below = layer.edited(at);
            if (!below) continue;
            for (Token variant : below->variants)
                put(SpecKind::variant, set, variant, path.variant(set, variant));
        }
        builder.set_fields(index, Spec(*spec));
    };
    pack(pack, 0, Path::root());
    return builder.finish();
}

} // namespace soulvan::usd
