// The recursive descent over a text layer: who parses prims, properties and metadata.
#pragma once

#include "spec_table.h"
#include "text_fields.h"
#include "text_values.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace soulvan::usd {

/// Which list of a list edit a statement sets.
enum class ListEdit : std::uint8_t { explicit_, added, deleted, prepended, appended, ordered };

/// The edit that a word names ("prepend"); nothing when it names none.
std::optional<ListEdit> list_edit_of(std::string_view word);

/// Sets one list. Stating the whole list and editing it exclude each other: the later statement wins.
template <class T>
void set_list(ListOp<T>& op, ListEdit edit, std::vector<T> items)
{
    if (op.is_explicit != (edit == ListEdit::explicit_)) op = {};
    op.is_explicit = edit == ListEdit::explicit_;
    switch (edit) {
    case ListEdit::explicit_:
        op.explicit_items = std::move(items);
        return;
    case ListEdit::added:
        op.added = std::move(items);
        return;
    case ListEdit::deleted:
        op.deleted = std::move(items);
        return;
    case ListEdit::prepended:
        op.prepended = std::move(items);
        return;
    case ListEdit::appended:
        op.appended = std::move(items);
        return;
    case ListEdit::ordered:
        op.ordered = std::move(items);
        return;
    }
}

/// Parses one layer. All functions return false after keeping a sentence in the scanner.
class TextParser {
public:
    TextParser(std::string_view text, ReadLimits const& limits, std::function<void(std::size_t)> done)
        : scanner_(text),
          limits_(limits),
          values_(scanner_, limits),
          done_(std::move(done))
    {
        drafts_.emplace_back().spec.kind = SpecKind::pseudo_root;
        open_drafts_ = 1;
    }
    bool parse_layer();
    TextScanner const& scanner() const { return scanner_; }
    Layer take_layer(std::string const& name);

private:
    /// A spec that is being read.
    struct Owner {
        SpecTable::Index index;
        Spec& spec;
        int depth;
    };
    /// What a spec says so far. It stays open until the prim around it ends, as later statements may add to
    /// it.
    struct Draft {
        SpecTable::Index index = 0;
        Spec spec;
    };
    /// What stands before an attribute's name.
    struct AttributeHead {
        bool custom = false;
        Variability variability = Variability::varying;
        Token type_name;
        Value type_value; ///< the name as a field holds it
        ValueReader::Type const* type = nullptr;
    };

    // text_parser.cpp: layers, prims, variants
    bool parse_header();
    bool parse_root_statement();
    bool parse_prim(Owner const& parent);
    bool parse_prim_type_name(Token& name);
    bool parse_contents(Owner const& owner);
    bool parse_content_item(Owner const& owner);
    bool parse_variant_set(Owner const& owner);
    bool parse_variant(Owner const& owner, Token set);
    bool parse_name_list(std::vector<std::string>& names);
    bool parse_order(Spec& spec, Token field);
    bool end_statement(bool semicolon);
    /// The spec of a property, variant or variant set of `owner`, or a new prim below it; nothing when it
    /// cannot be there.
    std::optional<Owner> make_spec(Owner const& owner, SpecKind kind, Token name, Token selection,
                                   bool& made);
    /// Enters drafts from `first` on into the layer.
    void close_drafts(std::size_t first);
    Owner root() { return {0, drafts_.front().spec, 0}; }
    std::uint32_t line(); ///< of where the scanner stands
    void give_back();     ///< the text that is read, now and then
    /// What is wrong where the scanner stands, and leaves something out: Layer::damage() has it.
    void note_damage(std::string_view what);
    Path path_of(Owner const& owner) const { return specs_.path(owner.index); }
    /// What relative paths start from: the path without the variant selections at its end.
    Path anchor_of(Owner const& owner) const;

    // text_properties.cpp: attributes and relationships
    bool parse_property(Owner const& owner, std::optional<ListEdit> edit);
    bool parse_attribute(Owner const& owner, bool custom, std::optional<ListEdit> edit);
    bool parse_attribute_head(AttributeHead& head);
    std::optional<Owner> declare_attribute(Owner const& owner, AttributeHead const& head,
                                           std::string_view name, std::size_t at);
    bool parse_attribute_part(Owner const& owner, Spec& spec, AttributeHead const& head);
    bool parse_metadata_if_there(Owner const& owner);
    bool parse_default(Owner const& owner, Spec& spec, AttributeHead const& head);
    bool anchor_expressions(Path const& anchor, Value& value, std::size_t start);
    bool parse_time_samples(Spec& spec, AttributeHead const& head);
    bool parse_connections(Owner const& owner, Spec& spec, ListEdit edit);
    bool parse_relationship(Owner const& owner, bool custom, std::optional<ListEdit> edit);
    bool parse_targets(Owner const& owner, Spec& spec, ListEdit edit);
    /// None, one path, or a list of paths; `accept` judges each.
    template <class Accept>
    bool parse_paths(Path const& anchor, std::vector<Path>& paths, Accept const& accept);

    // text_metadata.cpp: what stands in parentheses
    bool parse_metadata(Owner const& owner);
    bool parse_metadata_item(Owner const& owner);
    bool parse_prim_metadata_item(Owner const& owner, std::string_view word, ListEdit edit, bool& done);
    bool parse_key_value(Spec& spec, std::optional<ListEdit> edit);
    bool parse_registered(Spec& spec, FieldRule const& rule, Token name, std::optional<ListEdit> edit);
    bool parse_unregistered(Spec& spec, Token name, std::optional<ListEdit> edit);
    template <class T>
    bool parse_field_list(Spec& spec, FieldRule const& rule, Token name, ListEdit edit, std::size_t start);
    bool parse_permission(Spec& spec);
    bool parse_name_value(Spec& spec, Token field);
    bool parse_arc_paths(Owner const& owner, Token field, ListEdit edit);
    bool parse_references(Spec& spec, ListEdit edit);
    bool parse_payloads(Spec& spec, ListEdit edit);
    /// "@asset@</prim>" and whether a parameter list follows.
    bool parse_arc_target(std::string& asset, Path& prim, bool& parameters);
    bool parse_layer_offset_item(LayerOffset& offset);
    bool parse_variant_selection(Spec& spec);
    bool parse_variant_set_names(Owner const& owner, ListEdit edit);
    bool parse_relocates(Owner const& owner);
    bool parse_sub_layers(Spec& spec);

    // text_spline.cpp
    bool parse_spline(Spec& spec, AttributeHead const& head);

    /// Sets one list of the list edit in a field, keeping the others that stand there.
    template <class T>
    bool set_list_field(Spec& spec, Token field, ListEdit edit, std::vector<T> items);
    /// Counts items that are copied because a field is edited again. Honest layers copy each of theirs a few
    /// times; without a bound, statements that edit one long list over and over take the square of the text.
    bool charge(std::size_t items);
    bool set_field(Spec& spec, Token field, Value value);
    /// A path in '<' and '>', made absolute; empty for "<>". `varied`: a variant selection was written in it.
    bool parse_path(Path const& anchor, Path& path, bool* varied = nullptr);
    bool fail(std::string what) { return scanner_.fail(std::move(what)); }
    bool fail_at(std::size_t at, std::string what) { return scanner_.fail_at(at, std::move(what)); }
    /// Refuses a list that states an item twice, and edits that name nothing.
    template <class T>
    bool check_list(std::vector<T> const& items, ListEdit edit, std::string_view what, std::size_t start);

    TextScanner scanner_;
    ReadLimits limits_;
    ValueReader values_;
    SpecTableBuilder specs_;
    std::deque<Draft> drafts_; ///< the first is the pseudo-root's; those behind open_drafts_ wait for use
    std::size_t open_drafts_ = 0;
    /// Heads by the type's name as written: a layer has few types and many attributes.
    std::unordered_map<std::string, AttributeHead> heads_;
    std::size_t copied_ = 0;
    std::size_t counted_ = 0; ///< bytes whose lines are in line_
    std::uint32_t line_ = 1;
    std::function<void(std::size_t)> done_; ///< tells how much of the text is read for good
    std::size_t given_back_ = 0;
    std::vector<std::string> damage_; ///< "line:column: what"
    std::string word_;                ///< the key of a look-up, kept for its memory
};

template <class T>
bool TextParser::set_list_field(Spec& spec, Token field, ListEdit edit, std::vector<T> items)
{
    ListOp<T> op;
    Value const* const old = spec.find(field);
    if (auto const* const held = old ? old->template get<ListOp<T>>() : nullptr) {
        std::size_t size = 0;
        for (auto const* list : {&held->explicit_items, &held->added, &held->prepended, &held->appended,
                                 &held->deleted, &held->ordered})
            if constexpr (std::is_same_v<T, Opaque>) // one item is the text of all
                for (auto const& item : *list) size += item.text.size();
            else
                size += list->size();
        if (!charge(size)) return false;
        op = *held;
    }
    set_list(op, edit, std::move(items));
    return set_field(spec, field, Value(std::move(op)));
}

template <class T>
bool TextParser::check_list(std::vector<T> const& items, ListEdit edit, std::string_view what,
                            std::size_t start)
{
    if (items.empty() && edit != ListEdit::explicit_)
        return fail_at(start, fmt::format("only a whole list of {} can be None or empty, not an edit", what));
    if (items.size() < 2) return true;
    // Sorting pointers keeps a list of many items from costing the square of them.
    std::vector<T const*> sorted;
    sorted.reserve(items.size());
    for (T const& item : items) sorted.push_back(&item);
    auto const less = [](T const* a, T const* b) {
        if constexpr (requires { *a <=> *b; })
            return *a < *b;
        else
            return std::tie(a->asset, a->prim, a->offset) < std::tie(b->asset, b->prim, b->offset);
    };
    std::sort(sorted.begin(), sorted.end(), less);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (*sorted[i - 1] == *sorted[i])
            return fail_at(start, fmt::format("the list of {} names one twice", what));
    return true;
}

} // namespace soulvan::usd
