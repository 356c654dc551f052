// What stands in parentheses: comments, fields, arcs, variants, sublayers and relocates.
#include "text_parser.h"

#include "identifier.h"
#include "text_format.h"

#include <algorithm>
#include <unordered_set>

namespace soulvan::usd {

namespace {

template <class T>
std::vector<T> unique(Array<T> const& items)
{
    std::vector<T> kept;
    std::unordered_set<T> seen;
    for (T const& item : items)
        if (seen.insert(item).second) kept.push_back(item);
    return kept;
}

} // namespace

bool TextParser::parse_metadata(Owner const& owner)
{
    scanner_.advance(1);
    return read_statements(scanner_, ')', [&] { return parse_metadata_item(owner); });
}

bool TextParser::parse_metadata_item(Owner const& owner)
{
    auto& spec = owner.spec;
    if (scanner_.at_string()) {
        std::string comment;
        if (!scanner_.read_string(comment)) return false;
        spec.set(field::comment, Value(std::move(comment)));
        return true;
    }
    auto const start = scanner_.position();
    auto word = scanner_.peek_word();
    auto const edit = list_edit_of(word);
    if (edit) {
        scanner_.advance(word.size());
        if (!scanner_.skip_separator()) return false;
        word = scanner_.peek_word();
    }
    bool const prim = spec.kind == SpecKind::prim || spec.kind == SpecKind::variant;
    if (prim) {
        bool done = false;
        if (!parse_prim_metadata_item(owner, word, edit.value_or(ListEdit::explicit_), done)) return false;
        if (done) return true;
    }
    if (edit) return parse_key_value(spec, edit);
    if (word == "doc") return parse_name_value(spec, field::documentation);
    if (spec.kind == SpecKind::pseudo_root) {
        if (word == "subLayers") return parse_sub_layers(spec);
        if (word == "relocates") return parse_relocates(owner);
    } else {
        if (word == "permission") return parse_permission(spec);
        if (word == "symmetryFunction") return parse_name_value(spec, Token("symmetryFunction"));
    }
    if (spec.kind == SpecKind::attribute && word == "displayUnit")
        return parse_name_value(spec, field::display_unit);
    scanner_.move_to(start);
    return parse_key_value(spec, edit);
}

bool TextParser::parse_prim_metadata_item(Owner const& owner, std::string_view word, ListEdit edit,
                                          bool& done)
{
    auto& spec = owner.spec;
    done = true;
    auto const take = [&](std::string_view name) { return word == name && scanner_.take_word(name); };
    if (take("references")) return parse_references(spec, edit);
    if (take("payload")) return parse_payloads(spec, edit);
    if (take("inherits")) return parse_arc_paths(owner, field::inherit_paths, edit);
    if (take("specializes")) return parse_arc_paths(owner, field::specializes, edit);
    if (take("variantSets")) return parse_variant_set_names(owner, edit);
    if (edit == ListEdit::explicit_) {
        if (take("variants")) return parse_variant_selection(spec);
        if (word == "kind") return parse_name_value(spec, field::kind);
        if (word == "relocates") return parse_relocates(owner);
        if (word == "prefixSubstitutions" || word == "suffixSubstitutions") {
            scanner_.advance(word.size());
            Dictionary dictionary;
            if (!scanner_.expect_assignment() || !values_.read_string_dictionary(dictionary)) return false;
            spec.set(Token(word), Value(std::move(dictionary)));
            return true;
        }
    }
    done = false;
    return true;
}

/// The four keywords that take one word or string: doc, kind, symmetryFunction, displayUnit.
bool TextParser::parse_name_value(Spec& spec, Token name)
{
    scanner_.advance(scanner_.peek_word().size());
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    if (name == field::documentation || name == field::kind) {
        std::string text;
        if (!scanner_.read_string(text)) return false;
        spec.set(name, name == field::kind ? Value(Token(text)) : Value(std::move(text)));
        return true;
    }
    std::string_view word;
    bool const optional = name != field::display_unit;
    bool const absent = optional && scanner_.peek_word().empty();
    if (!absent && !scanner_.read_identifier(word)) return false;
    if (!optional && !is_display_unit(word)) return fail_at(start, fmt::format("'{}' is no unit", word));
    spec.set(name, Value(Token(word)));
    return true;
}

bool TextParser::parse_permission(Spec& spec)
{
    scanner_.advance(std::string_view("permission").size());
    if (!scanner_.expect_assignment()) return false;
    Permission permission = Permission::public_;
    if (scanner_.take_word("private"))
        permission = Permission::private_;
    else if (!scanner_.take_word("public"))
        return fail("'public' or 'private' is expected");
    spec.set(field::permission, Value(permission));
    return true;
}

bool TextParser::parse_key_value(Spec& spec, std::optional<ListEdit> edit)
{
    auto const start = scanner_.position();
    std::string_view key;
    bool const dictionary_word =
        spec.kind != SpecKind::pseudo_root && !edit &&
        (scanner_.peek_word() == "customData" || scanner_.peek_word() == "symmetryArguments");
    if (dictionary_word) {
        key = scanner_.peek_word();
        scanner_.advance(key.size());
    } else if (!scanner_.read_identifier(key)) {
        return false;
    }
    FieldRule const* const rule = find_field_rule(key, spec.kind);
    if (rule && rule->form == FieldForm::structure)
        return fail_at(start, fmt::format("'{}' is no metadata", key));
    Token const name(key);
    if (!scanner_.expect_assignment()) return false;
    return rule ? parse_registered(spec, *rule, name, edit) : parse_unregistered(spec, name, edit);
}

template <class T>
bool TextParser::parse_field_list(Spec& spec, FieldRule const& rule, Token name, ListEdit edit,
                                  std::size_t start)
{
    std::vector<T> items;
    if (!scanner_.take_word("None")) {
        Value value;
        if (!values_.read(ValueReader::find_type(rule.type), value)) return false;
        auto const& array = *value.get<Array<T>>();
        // OpenUSD drops a list with an item twice; keeping each once loses nothing.
        items = unique(array);
        if (items.empty() && edit != ListEdit::explicit_) return fail_at(start, "an edit must name items");
    }
    return set_list_field(spec, name, edit, std::move(items));
}

bool TextParser::parse_registered(Spec& spec, FieldRule const& rule, Token name, std::optional<ListEdit> edit)
{
    auto const start = scanner_.position();
    if (rule.form == FieldForm::list_edit) {
        auto const which = edit.value_or(ListEdit::explicit_);
        if (rule.type == "string[]") return parse_field_list<std::string>(spec, rule, name, which, start);
        if (rule.type == "int64[]") return parse_field_list<std::int64_t>(spec, rule, name, which, start);
        return parse_field_list<Token>(spec, rule, name, which, start);
    }
    if (edit) return fail_at(start, fmt::format("'{}' is no list and cannot be edited", rule.name));
    if (rule.form == FieldForm::dictionary) {
        Dictionary dictionary;
        if (!values_.read_dictionary(dictionary)) return false;
        spec.set(name, Value(std::move(dictionary)));
        return true;
    }
    Value value;
    if (!values_.read(ValueReader::find_type(rule.type), value)) return false;
    if (name == field::frames_per_second && !(value.get_or(0.0) > 0))
        return fail_at(start, "framesPerSecond must be greater than 0");
    spec.set(name, std::move(value));
    return true;
}

bool TextParser::parse_unregistered(Spec& spec, Token name, std::optional<ListEdit> edit)
{
    bool const none = scanner_.take_word("None");
    if (!edit) {
        Value value{Opaque{"", "None"}};
        if (scanner_.peek() == '{' && !none) {
            Dictionary dictionary;
            if (!values_.read_dictionary(dictionary)) return false;
            value = Value(std::move(dictionary));
        } else if (!none && !values_.read(nullptr, value)) {
            return false;
        }
        return set_field(spec, name, std::move(value));
    }
    // The items of an unknown list are one text without its brackets.
    std::vector<Opaque> items;
    if (!none) {
        if (scanner_.peek() != '[') return fail("None or '[' is expected");
        Value value;
        if (!values_.read(nullptr, value)) return false;
        auto const& text = value.get<Opaque>()->text;
        if (text.size() == 2) return fail("an edit must name items");
        items.push_back({"", text.substr(1, text.size() - 2)});
    }
    Value const* const old = spec.find(name);
    if (old && !old->holds<OpaqueListOp>()) return true; // a value stands there already, and stays
    return set_list_field(spec, name, *edit, std::move(items));
}

bool TextParser::parse_arc_paths(Owner const& owner, Token name, ListEdit edit)
{
    auto& spec = owner.spec;
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    std::vector<Path> paths;
    Path const anchor = anchor_of(owner);
    auto const read_item = [&] {
        auto const at = scanner_.position();
        Path target;
        if (!parse_path(anchor, target)) return false;
        if (!target.is_prim() || target.without_variants() != target)
            return fail_at(at, fmt::format("<{}> is no prim without variants", target.str()));
        paths.push_back(target);
        return true;
    };
    if (scanner_.take_word("None")) {
    } else if (scanner_.at_path()) {
        if (!read_item()) return false;
    } else if (!scanner_.expect('[') || !read_sequence(scanner_, ']', true, read_item)) {
        return false;
    }
    if (!check_list(paths, edit, name.view(), start)) return false;
    return set_list_field(spec, name, edit, std::move(paths));
}

bool TextParser::parse_arc_target(std::string& asset, Path& prim, bool& parameters)
{
    auto const start = scanner_.position();
    if (scanner_.at_asset()) {
        if (!scanner_.read_asset(asset)) return false;
        if (asset.empty())
            return fail_at(start, "an arc within the layer names only a path: leave the '@@' out");
        scanner_.skip_blanks();
    } else if (!scanner_.at_path()) {
        return fail("an asset in '@' or a path in '<' and '>' is expected");
    }
    if (scanner_.at_path()) {
        auto const at = scanner_.position();
        std::string_view inside;
        if (!scanner_.read_path(inside)) return false;
        if (!inside.empty()) {
            auto parsed = Path::parse(inside);
            if (!parsed) return fail_at(at, std::move(parsed.error().what));
            prim = *parsed;
            if (!prim.is_absolute() || !prim.is_prim() || prim.without_variants() != prim)
                return fail_at(at, fmt::format("<{}> is no absolute prim path without variants", inside));
        }
    }
    auto const after = scanner_.position();
    scanner_.skip_blanks();
    parameters = scanner_.take('(');
    if (!parameters) scanner_.move_to(after);
    return true;
}

bool TextParser::parse_layer_offset_item(LayerOffset& offset)
{
    bool const scale = scanner_.take_word("scale");
    if (!scale && !scanner_.take_word("offset")) return fail("'offset' or 'scale' is expected");
    Number number;
    if (!scanner_.expect_assignment() || !scanner_.read_number(number)) return false;
    (scale ? offset.scale : offset.offset) = number.as_double();
    return true;
}

bool TextParser::parse_references(Spec& spec, ListEdit edit)
{
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    std::vector<Reference> items;
    auto const read_item = [&] {
        Reference reference;
        bool parameters = false;
        if (!parse_arc_target(reference.asset, reference.prim, parameters)) return false;
        bool const whole = !parameters || read_statements(scanner_, ')', [&] {
            if (!scanner_.take_word("customData")) return parse_layer_offset_item(reference.offset);
            Dictionary data;
            if (!scanner_.expect_assignment() || !values_.read_dictionary(data)) return false;
            reference.custom_data =
                data.empty() ? nullptr : std::make_shared<Dictionary const>(std::move(data));
            return true;
        });
        items.push_back(std::move(reference));
        return whole;
    };
    if (scanner_.take_word("None")) {
    } else if (!scanner_.take('[')) {
        if (!read_item()) return false;
    } else if (!read_sequence(scanner_, ']', true, read_item)) {
        return false;
    }
    if (!check_list(items, edit, "references", start)) return false;
    return set_list_field(spec, field::references, edit, std::move(items));
}

bool TextParser::parse_payloads(Spec& spec, ListEdit edit)
{
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    std::vector<Payload> items;
    auto const read_item = [&] {
        Payload payload;
        bool parameters = false;
        if (!parse_arc_target(payload.asset, payload.prim, parameters)) return false;
        bool const whole = !parameters || read_statements(scanner_, ')', [&] {
            return parse_layer_offset_item(payload.offset);
        });
        items.push_back(std::move(payload));
        return whole;
    };
    if (scanner_.take_word("None")) {
    } else if (!scanner_.take('[')) {
        if (!read_item()) return false;
    } else if (!read_sequence(scanner_, ']', true, read_item)) {
        return false;
    }
    if (!check_list(items, edit, "payloads", start)) return false;
    return set_list_field(spec, field::payload, edit, std::move(items));
}

bool TextParser::parse_variant_selection(Spec& spec)
{
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    Dictionary dictionary;
    if (!values_.read_dictionary(dictionary)) return false;
    VariantSelections selections;
    if (Value const* const old = spec.find(field::variant_selection)) selections = old->get_or(selections);
    if (!charge(selections.size())) return false;
    for (auto const& [set, value] : dictionary) {
        auto const* const name = value.get<std::string>();
        if (!name) return fail_at(start, fmt::format("the selection of '{}' must be a string", set));
        // A variable expression stands between back quotes.
        bool const expression = name->size() > 1 && name->front() == '`' && name->back() == '`';
        if (!expression && variant_name_length(*name) != name->size())
            return fail_at(start, fmt::format("'{}' is no variant name", *name));
        selections[set] = *name;
    }
    spec.set(field::variant_selection, Value(std::move(selections)));
    return true;
}

bool TextParser::parse_variant_set_names(Owner const& owner, ListEdit edit)
{
    auto& spec = owner.spec;
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    std::vector<std::string> names;
    if (!parse_name_list(names)) return false;
    for (auto const& name : names)
        if (name.empty() || variant_name_length(name) != name.size())
            return fail_at(start, fmt::format("'{}' is no name of a variant set", name));
    if (!check_list(names, edit, "variant sets", start)) return false;
    // A set that is added or stated here exists here, with or without variants.
    if (edit == ListEdit::added || edit == ListEdit::explicit_)
        for (auto const& name : names) {
            Token const set(name);
            bool made = false;
            if (!make_spec(owner, SpecKind::variant_set, set, Token(), made)) return false;
            if (made) spec.variant_sets.push_back(set);
        }
    return set_list_field(spec, field::variant_set_names, edit, std::move(names));
}

bool TextParser::parse_relocates(Owner const& owner)
{
    auto& spec = owner.spec;
    auto const path = path_of(owner);
    scanner_.advance(std::string_view("relocates").size());
    Relocates relocates;
    auto const read_end = [&](Path& end, bool may_be_empty) {
        auto const start = scanner_.position();
        if (!parse_path(path, end)) return false;
        bool const good = end.empty() ? may_be_empty : end.is_prim() && end.without_variants() == end;
        return good || fail_at(start, fmt::format("<{}> is no prim without variants", end.str()));
    };
    if (!scanner_.expect_assignment() || !scanner_.expect('{')) return false;
    bool const whole = read_sequence(scanner_, '}', true, [&] {
        Path from;
        Path to;
        if (!read_end(from, false)) return false;
        scanner_.skip_blanks();
        if (!scanner_.expect(':')) return false;
        scanner_.skip_blanks();
        if (!read_end(to, true)) return false;
        relocates.emplace_back(from, to);
        return true;
    });
    if (!whole) return false;
    bool const layer = spec.kind == SpecKind::pseudo_root;
    if (!layer) {
        // On a prim they are a map: sorted, the last of equal sources stays.
        std::stable_sort(relocates.begin(), relocates.end(),
                         [](auto const& a, auto const& b) { return a.first < b.first; });
        auto const repeated = [](auto const& a, auto const& b) { return a.first == b.first; };
        relocates.erase(std::unique(relocates.begin(), relocates.end(), repeated), relocates.end());
    }
    spec.set(layer ? field::relocates : field::prim_relocates, Value(std::move(relocates)));
    return true;
}

bool TextParser::parse_sub_layers(Spec& spec)
{
    scanner_.advance(std::string_view("subLayers").size());
    std::vector<std::string> paths;
    std::vector<LayerOffset> offsets;
    if (!scanner_.expect_assignment() || !scanner_.expect('[')) return false;
    bool const whole = read_sequence(scanner_, ']', true, [&] {
        std::string path;
        LayerOffset offset;
        if (!scanner_.read_asset(path)) return false;
        scanner_.skip_blanks();
        if (scanner_.take('(') &&
            !read_statements(scanner_, ')', [&] { return parse_layer_offset_item(offset); }))
            return false;
        paths.push_back(std::move(path));
        offsets.push_back(offset);
        return true;
    });
    if (!whole || paths.empty()) return whole;
    spec.set(field::sub_layers, Value(std::move(paths)));
    spec.set(field::sub_layer_offsets, Value(std::move(offsets)));
    return true;
}

} // namespace soulvan::usd
