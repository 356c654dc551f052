// How are the specs of a layer that nobody changes stored and found?
#include "spec_table.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <bit>
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

std::uint32_t SpecTable::hash_of(Index parent, PathElement element, Token name, Token selection)
{
    auto const place = std::uint64_t{parent} << 4 | static_cast<std::uint64_t>(element);
    auto hash = mix64(name.hash() + place * 0x9e3779b97f4a7c15ull);
    if (element == PathElement::variant) hash = mix64(hash ^ selection.hash());
    return static_cast<std::uint32_t>(hash);
}

/// The slot that has the entry, or the free one where it belongs. Entries whose hash differs are not looked
/// at: each would cost a cache miss.
std::size_t SpecTable::slot_of(std::uint32_t hash, Index parent, PathElement element, Token name,
                               Token selection) const
{
    auto const mask = slots_.size() - 1;
    for (auto at = hash & mask;; at = (at + 1) & mask) {
        auto const& slot = slots_[at];
        if (slot.entry == none) return at;
        if (slot.hash != hash) continue;
        auto const& entry = entries_[slot.entry];
        if (entry.name == name && entry.parent == parent && entry.element == element &&
            (element != PathElement::variant || this->selection(slot.entry) == selection))
            return at;
    }
}

SpecTable::Index SpecTable::locate(Index parent, PathElement element, Token name, Token selection) const
{
    if (slots_.empty()) return none;
    auto const hash = hash_of(parent, element, name, selection);
    return slots_[slot_of(hash, parent, element, name, selection)].entry;
}

Token SpecTable::selection(Index spec) const
{
    if (selections_.empty()) return {};
    auto const found = selections_.find(spec);
    return found == selections_.end() ? Token() : found->second;
}

void SpecTable::reserve(std::size_t count)
{
    // At most three quarters full.
    auto const size = std::bit_ceil(std::max<std::size_t>(count + count / 3 + 1, 16));
    if (size <= slots_.size()) return;
    auto const old = std::exchange(slots_, std::vector<Slot>(size));
    for (auto const& slot : old) {
        if (slot.entry == none) continue;
        auto at = slot.hash & (size - 1);
        while (slots_[at].entry != none) at = (at + 1) & (size - 1);
        slots_[at] = slot;
    }
}

bool SpecTable::enter(Index index)
{
    reserve(++entered_ > slots_.size() / 4 * 3 ? entered_ * 2 : 0);
    auto const& entry = entries_[index];
    auto const chosen = selection(index);
    auto const hash = hash_of(entry.parent, entry.element, entry.name, chosen);
    auto& slot = slots_[slot_of(hash, entry.parent, entry.element, entry.name, chosen)];
    if (slot.entry != none) return false;
    slot = {index, hash};
    return true;
}

namespace {

/// How many look-ups are on their way to memory at a time.
constexpr std::size_t in_flight = 16;

} // namespace

SpecTable::Index SpecTable::enter_all()
{
    std::vector<Index> all;
    for (Index i = 0; i < entries_.size(); ++i)
        if (entries_[i].has_path && i != root_ && entries_[i].element <= PathElement::variant)
            all.push_back(i);
    entered_ = all.size();
    reserve(entered_);
    auto const mask = slots_.size() - 1;
    std::array<std::uint32_t, in_flight> hashes{};
    for (std::size_t first = 0; first < all.size(); first += in_flight) {
        auto const count = std::min(in_flight, all.size() - first);
        for (std::size_t k = 0; k < count; ++k) {
            auto const& entry = entries_[all[first + k]];
            hashes[k] = hash_of(entry.parent, entry.element, entry.name, selection(all[first + k]));
            __builtin_prefetch(&slots_[hashes[k] & mask], 1);
        }
        for (std::size_t k = 0; k < count; ++k) {
            auto const index = all[first + k];
            auto const& entry = entries_[index];
            auto& slot =
                slots_[slot_of(hashes[k], entry.parent, entry.element, entry.name, selection(index))];
            if (slot.entry != none) return index;
            slot = {index, hashes[k]};
        }
    }
    return none;
}

void SpecTable::children(Index prim, std::span<Token const> names, std::span<Index> found) const
{
    std::fill(found.begin(), found.end(), none);
    if (slots_.empty()) return; // a layer of nothing but its root
    auto const mask = slots_.size() - 1;
    std::array<std::uint32_t, in_flight> hashes{};
    for (std::size_t first = 0; first < names.size(); first += in_flight) {
        auto const count = std::min(in_flight, names.size() - first);
        for (std::size_t k = 0; k < count; ++k) {
            hashes[k] = hash_of(prim, PathElement::prim, names[first + k], Token());
            __builtin_prefetch(&slots_[hashes[k] & mask]);
        }
        // The entry's line is wanted next, by the comparison and by who asks what it says.
        for (std::size_t k = 0; k < count; ++k)
            if (auto const& slot = slots_[hashes[k] & mask]; slot.entry != none)
                __builtin_prefetch(&entries_[slot.entry]);
        for (std::size_t k = 0; k < count; ++k) {
            auto const at = slot_of(hashes[k], prim, PathElement::prim, names[first + k], Token());
            auto const entry = slots_[at].entry;
            found[first + k] = entry != none && entries_[entry].has_spec ? entry : none;
        }
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
    table_->entry(spec).line = line;
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
