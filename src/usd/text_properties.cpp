// How attributes and relationships are declared, valued, connected and targeted.
#include "text_array_edit.h"
#include "text_parser.h"

#include "path_expression.h"

#include <cmath>

namespace soulvan::usd {

namespace {

bool has_variants(Path const& path)
{
    return path.without_variants() != path;
}

} // namespace

bool TextParser::parse_path(Path const& anchor, Path& path, bool* varied)
{
    auto const start = scanner_.position();
    std::string_view inside;
    if (!scanner_.read_path(inside)) return false;
    path = {};
    if (inside.empty()) return true;
    auto parsed = Path::parse(inside);
    if (!parsed) return fail_at(start, std::move(parsed.error().what));
    if (varied) *varied = has_variants(*parsed);
    path = parsed->is_absolute() ? *parsed : anchor.join(*parsed);
    if (path.empty()) return fail_at(start, fmt::format("<{}> leads above '/' from here", inside));
    return true;
}

template <class Accept>
bool TextParser::parse_paths(Path const& anchor, std::vector<Path>& paths, Accept const& accept)
{
    if (scanner_.take_word("None")) return true;
    auto const read_item = [&] {
        auto const start = scanner_.position();
        Path path;
        bool varied = false;
        if (!parse_path(anchor, path, &varied)) return false;
        std::string_view const wrong = accept(path, varied);
        if (!wrong.empty()) return fail_at(start, fmt::format("<{}> {}", path.str(), wrong));
        paths.push_back(path);
        return true;
    };
    if (scanner_.at_path()) return read_item();
    return scanner_.expect('[') && read_sequence(scanner_, ']', true, read_item);
}

/// `[custom] [varying] rel …` or an attribute; an edit word was read already.
bool TextParser::parse_property(Owner const& owner, std::optional<ListEdit> edit)
{
    bool const custom = scanner_.take_word("custom");
    if (custom && !scanner_.skip_separator()) return false;
    auto const word = scanner_.peek_word();
    if (word == "rel" || word == "varying") return parse_relationship(owner, custom, edit);
    return parse_attribute(owner, custom, edit);
}

bool TextParser::parse_attribute_head(AttributeHead& head)
{
    if (scanner_.take_word("uniform") || scanner_.take_word("config")) { // "config" is uniform's old name
        head.variability = Variability::uniform;
        if (!scanner_.skip_separator()) return false;
    }
    std::string_view name;
    if (!scanner_.read_identifier(name)) return false;
    auto const after_name = scanner_.position();
    scanner_.skip_blanks();
    std::string array_name;
    if (scanner_.take('[')) {
        scanner_.skip_blanks();
        if (!scanner_.expect(']')) return false;
        array_name.append(name).append("[]");
        name = array_name;
    } else {
        scanner_.move_to(after_name);
    }
    word_.assign(name);
    auto const [entry, fresh] = heads_.try_emplace(word_);
    AttributeHead& kept = entry->second;
    if (fresh) {
        auto const* const known = find_value_type(name);
        kept.type_name = known ? known->name : Token(name);
        kept.type_value = Value(kept.type_name);
        kept.type = ValueReader::find_type(name);
    }
    head.type_name = kept.type_name;
    head.type_value = kept.type_value;
    head.type = kept.type;
    return scanner_.skip_separator();
}

std::optional<TextParser::Owner> TextParser::declare_attribute(Owner const& owner, AttributeHead const& head,
                                                               std::string_view name, std::size_t at)
{
    static Value const no(false), yes(true), varying(Variability::varying), uniform(Variability::uniform);
    Token const token(name);
    bool made = false;
    auto const declared = make_spec(owner, SpecKind::attribute, token, Token(), made);
    if (!declared) return std::nullopt;
    auto* const spec = &declared->spec;
    if (made) {
        owner.spec.properties.push_back(token);
        spec->set(field::custom, head.custom ? yes : no);
        spec->set(field::type_name, head.type_value);
        spec->set(field::variability, head.variability == Variability::uniform ? uniform : varying);
        return declared;
    }
    if (head.custom) spec->set(field::custom, yes);
    Value const* const type = spec->find(field::type_name);
    Value const* const variability = spec->find(field::variability);
    if (type && type->get_or(Token()) != head.type_name) {
        fail_at(at, fmt::format("'{}' has the type {} already, not {}", name, type->get_or(Token()).str(),
                                head.type_name.str()));
        return std::nullopt;
    }
    if (variability && variability->get_or(Variability::varying) != head.variability) {
        fail_at(at, fmt::format("'{}' cannot be uniform and varying", name));
        return std::nullopt;
    }
    return declared;
}

bool TextParser::parse_attribute(Owner const& owner, bool custom, std::optional<ListEdit> edit)
{
    AttributeHead head;
    head.custom = custom;
    if (!parse_attribute_head(head)) return false;
    auto const start = scanner_.position();
    std::string_view name;
    if (!scanner_.read_namespaced_name(name)) return false;
    auto const declared = declare_attribute(owner, head, name, start);
    if (!declared) return false;
    auto* const spec = &declared->spec;
    auto const after_name = scanner_.position();
    scanner_.skip_blanks();
    if (edit) {
        if (!scanner_.expect('.')) return false;
        scanner_.skip_blanks();
        if (!scanner_.take_word("connect"))
            return fail("'connect' is expected: only connections can be edited");
        return parse_connections(owner, *spec, *edit);
    }
    if (scanner_.take('.')) {
        scanner_.skip_blanks();
        return parse_attribute_part(owner, *spec, head);
    }
    if (scanner_.peek() == '=') {
        if (!scanner_.expect_assignment() || !parse_default(owner, *spec, head)) return false;
    } else {
        scanner_.move_to(after_name);
    }
    return parse_metadata_if_there(*declared);
}

bool TextParser::parse_metadata_if_there(Owner const& owner)
{
    auto const before = scanner_.position();
    scanner_.skip_blanks();
    if (scanner_.peek() == '(') return parse_metadata(owner);
    scanner_.move_to(before);
    return true;
}

bool TextParser::parse_attribute_part(Owner const& owner, Spec& spec, AttributeHead const& head)
{
    if (scanner_.take_word("timeSamples")) return parse_time_samples(spec, head);
    if (scanner_.take_word("connect")) return parse_connections(owner, spec, ListEdit::explicit_);
    if (scanner_.take_word("spline")) return parse_spline(spec, head);
    return fail("'timeSamples', 'connect' or 'spline' is expected");
}

bool TextParser::parse_default(Owner const& owner, Spec& spec, AttributeHead const& head)
{
    static Value const block{ValueBlock{}};
    if (scanner_.take_word("None")) {
        spec.set(field::default_value, block);
        return true;
    }
    if (scanner_.take_word("AnimationBlock")) {
        spec.set(field::default_value, Value(AnimationBlock{}));
        return true;
    }
    if (scanner_.at_path()) {
        // Old files have connections in the place of values. OpenUSD reads the path, and shows no value.
        note_damage("a path stands in the place of a value, which no type has: the attribute has none");
        Path ignored;
        return parse_path(path_of(owner), ignored);
    }
    auto const start = scanner_.position();
    Value value;
    if (scanner_.take_word("edit")) {
        if (!read_array_edit(values_, head.type_name.view(), value)) return false;
    } else if (!values_.read(head.type, value)) {
        return false;
    }
    if (!anchor_expressions(path_of(owner).without_variants(), value, start)) return false;
    spec.set(field::default_value, std::move(value));
    return true;
}

/// Path expressions in defaults are kept absolute, as targets are.
bool TextParser::anchor_expressions(Path const& anchor, Value& value, std::size_t start)
{
    auto const absolute = [&](PathExpression const& from, PathExpression& to) {
        auto text = absolute_path_expression(from.text, anchor);
        if (!text) return fail_at(start, std::move(text.error().what));
        to.text = std::move(*text);
        return true;
    };
    if (auto const* const one = value.get<PathExpression>()) {
        PathExpression expression;
        if (!absolute(*one, expression)) return false;
        value = Value(std::move(expression));
    } else if (auto const* const array = value.get<Array<PathExpression>>()) {
        std::vector<PathExpression> expressions(array->size());
        for (std::size_t i = 0; i < array->size(); ++i)
            if (!absolute((*array)[i], expressions[i])) return false;
        value = Value(Array<PathExpression>(std::move(expressions)));
    }
    return true;
}

bool TextParser::parse_time_samples(Spec& spec, AttributeHead const& head)
{
    std::map<double, Value> samples;
    if (!scanner_.expect_assignment() || !scanner_.expect('{')) return false;
    bool const whole = read_sequence(scanner_, '}', true, [&] {
        auto const start = scanner_.position();
        Number time;
        if (!scanner_.read_number(time)) return false;
        if (std::isnan(time.as_double())) return fail_at(start, "a time cannot be nan");
        scanner_.skip_blanks();
        if (!scanner_.expect(':')) return false;
        scanner_.skip_blanks();
        Value value;
        if (scanner_.take_word("None"))
            value = Value(ValueBlock{});
        else if (scanner_.take_word("edit") ? !read_array_edit(values_, head.type_name.view(), value)
                                            : !values_.read(head.type, value))
            return false;
        samples.insert_or_assign(samples.end(), time.as_double(), std::move(value));
        return true;
    });
    if (whole) spec.set(field::time_samples, Value(TimeSamples(samples)));
    return whole;
}

bool TextParser::parse_connections(Owner const& owner, Spec& spec, ListEdit edit)
{
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    std::vector<Path> paths;
    bool const whole = parse_paths(anchor_of(owner), paths, [](Path& path, bool varied) -> std::string_view {
        if (varied) return "holds a variant selection, which a connection cannot";
        // The variant that the prim is written in: connections never point into variants.
        path = path.without_variants();
        return path.is_prim() || path.is_property() ? "" : "is neither a prim nor a property";
    });
    if (!whole || !check_list(paths, edit, "connections", start)) return false;
    return set_list_field(spec, field::connection_paths, edit, std::move(paths));
}

bool TextParser::parse_relationship(Owner const& owner, bool custom, std::optional<ListEdit> edit)
{
    bool const varying = scanner_.take_word("varying");
    if (varying && !scanner_.skip_separator()) return false;
    if (!scanner_.take_word("rel")) return fail("'rel' is expected");
    if (!scanner_.skip_separator()) return false;
    std::string_view name;
    if (!scanner_.read_namespaced_name(name)) return false;
    bool made = false;
    auto const declared = make_spec(owner, SpecKind::relationship, Token(name), Token(), made);
    if (!declared) return false;
    auto* const spec = &declared->spec;
    if (made) owner.spec.properties.push_back(Token(name));
    spec->set(field::variability, Value(varying ? Variability::varying : Variability::uniform));
    if (custom) spec->set(field::custom, Value(true));

    auto const after_name = scanner_.position();
    scanner_.skip_blanks();
    if (scanner_.peek() == '=') {
        if (!parse_targets(owner, *spec, edit.value_or(ListEdit::explicit_))) return false;
        return edit || parse_metadata_if_there(*declared);
    }
    if (edit) {
        scanner_.move_to(after_name);
        return true;
    }
    if (scanner_.take('.')) {
        scanner_.skip_blanks();
        if (!scanner_.take_word("default")) return fail("'default' is expected");
        Path value;
        if (!scanner_.expect_assignment() || !parse_path(anchor_of(owner), value)) return false;
        spec->set(field::default_value, Value(value));
        return true;
    }
    if (scanner_.take('[')) { // a target without data of its own: nothing to keep
        Path target;
        scanner_.skip_blanks();
        if (!parse_path(anchor_of(owner), target)) return false;
        scanner_.skip_blanks();
        return scanner_.expect(']');
    }
    scanner_.move_to(after_name);
    return parse_metadata_if_there(*declared);
}

bool TextParser::parse_targets(Owner const& owner, Spec& spec, ListEdit edit)
{
    if (!scanner_.expect_assignment()) return false;
    auto const start = scanner_.position();
    std::vector<Path> paths;
    bool const whole = parse_paths(anchor_of(owner), paths, [](Path const& path, bool) -> std::string_view {
        if (has_variants(path)) return "holds a variant selection, which a target cannot";
        return path.is_prim() || path.is_property() ? "" : "is neither a prim nor a property";
    });
    if (!whole || !check_list(paths, edit, "targets", start)) return false;
    return set_list_field(spec, field::target_paths, edit, std::move(paths));
}

} // namespace soulvan::usd
