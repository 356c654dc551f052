// How fields are laid out in parentheses: comments first, then every field in the order of its name.
#include "text_fields.h"
#include "text_writer.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

/// Fields that stand in parentheses: all but the parts of the spec, and of those the ones written there too.
bool is_metadata(Token name, SpecKind kind)
{
    FieldRule const* const rule = find_field_rule(name.view(), kind);
    if (!rule || rule->form != FieldForm::structure) return true;
    switch (kind) {
    case SpecKind::attribute:
        return name == field::display_unit;
    case SpecKind::pseudo_root:
        return name == field::sub_layers;
    case SpecKind::relationship:
        return false;
    default:
        break;
    }
    return name == field::payload || name == field::references || name == field::prim_relocates ||
           name == field::inherit_paths || name == field::specializes || name == field::variant_set_names ||
           name == field::variant_selection;
}

template <class T>
bool is_empty_edit(Value const& value)
{
    auto const* const op = value.get<ListOp<T>>();
    return op && op->empty();
}

/// A field that leaves no trace in text: edits that name nothing, selections of nothing.
bool is_silent(Token name, Value const& value)
{
    if (name == field::variant_selection) return value.get_or(VariantSelections()).empty();
    if (name == field::variant_set_names) {
        auto const* const op = value.get<StringListOp>();
        return !op || (op->is_explicit ? op->explicit_items.empty() : op->empty());
    }
    return is_empty_edit<Token>(value) || is_empty_edit<std::string>(value) || is_empty_edit<Path>(value) ||
           is_empty_edit<Reference>(value) || is_empty_edit<Payload>(value) || is_empty_edit<Opaque>(value) ||
           is_empty_edit<std::int32_t>(value) || is_empty_edit<std::int64_t>(value) ||
           is_empty_edit<std::uint32_t>(value) || is_empty_edit<std::uint64_t>(value);
}

using Fields = std::vector<std::pair<Token, Value>>;

Fields metadata_fields(SpecView spec)
{
    Fields fields;
    for (Token const name : spec.field_names()) {
        if (!is_metadata(name, spec.kind())) continue; // arrays and samples stay unread
        auto value = spec.find(name);
        if (!is_silent(name, value)) fields.emplace_back(name, std::move(value));
    }
    return fields;
}

std::string comment_of(SpecView spec)
{
    return field_or(spec, field::comment, std::string());
}

/// The path from `anchor` to `target`: "../C", as relocates on prims are written.
Path relative_to(Path const& target, Path const& anchor)
{
    Path common = anchor;
    std::string text;
    for (; !common.is_root() && !target.has_prefix(common); common = common.parent())
        text += text.empty() ? ".." : "/..";
    auto const full = target.str();
    auto rest = std::string_view(full).substr(common.is_root() ? 0 : common.str().size());
    if (text.empty() && rest.starts_with('/')) rest.remove_prefix(1);
    text.append(rest);
    return Path::parse(text.empty() ? "." : text).value_or(target);
}

/// On a prim they are relative to it, and sorted as such.
Relocates relative_relocates(Relocates const& relocates, Path const& prim)
{
    Relocates relative;
    for (auto const& [from, to] : relocates)
        relative.emplace_back(relative_to(from, prim), to.empty() ? to : relative_to(to, prim));
    std::sort(relative.begin(), relative.end());
    return relative;
}

} // namespace

bool has_metadata(SpecView spec)
{
    return !comment_of(spec).empty() || !metadata_fields(spec).empty();
}

void TextWriter::layer_metadata(SpecView root)
{
    auto fields = metadata_fields(root);
    // Alone among the specs, a layer has its fields in plain order.
    std::sort(fields.begin(), fields.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    put("(\n");
    auto const before = out_.size();
    if (auto const comment = comment_of(root); !comment.empty()) {
        append_indent(out_, 1);
        quoted(comment);
        put("\n");
    }
    for (auto const& [name, value] : fields) {
        if (name == field::sub_layers) {
            sub_layers(root);
        } else if (name == field::documentation) {
            if (!value.get_or(std::string()).empty()) metadata_field({}, name, value, 1);
        } else if (name == "hasOwnedSubLayers") {
            if (value.get_or(Bool{}).value) put(1, "hasOwnedSubLayers = true\n");
        } else {
            simple_field(name.view(), value, 1);
        }
    }
    if (auto const moved = field_or(root, field::relocates, Relocates()); !moved.empty()) relocates(moved, 1);
    if (out_.size() == before)
        out_.resize(before - 2); // nothing to say
    else
        put(")\n");
}

void TextWriter::sub_layers(SpecView root)
{
    auto const paths = field_or(root, field::sub_layers, std::vector<std::string>());
    auto const offsets = field_or(root, field::sub_layer_offsets, std::vector<LayerOffset>());
    put(1, "subLayers = [\n");
    for (std::size_t i = 0; i < paths.size(); ++i) {
        append_indent(out_, 2);
        append_asset(out_, paths[i]);
        if (i < offsets.size()) layer_offset(offsets[i]);
        put(i + 1 < paths.size() ? ",\n" : "\n");
    }
    put(1, "]\n");
}

void TextWriter::metadata(Path const& path, SpecView spec, int indent)
{
    if (!has_metadata(spec)) return;
    auto fields = metadata_fields(spec);
    std::sort(fields.begin(), fields.end(),
              [](auto const& a, auto const& b) { return dictionary_less(a.first.view(), b.first.view()); });
    put(" (\n");
    if (auto const comment = comment_of(spec); !comment.empty()) {
        append_indent(out_, indent + 1);
        quoted(comment);
        put("\n");
    }
    for (auto const& [name, value] : fields) metadata_field(path, name, value, indent + 1);
    put(indent, ")");
}

void TextWriter::metadata_field(Path const& path, Token name, Value const& value, int indent)
{
    auto const word = [&](std::string_view text) {
        put(indent, name.view());
        put(" = ");
        put(text);
        put("\n");
    };
    if (name == field::documentation) {
        put(indent, "doc = ");
        quoted(value.get_or(std::string()));
        put("\n");
    } else if (name == field::permission) {
        word(value.get_or(Permission::public_) == Permission::private_ ? "private" : "public");
    } else if (name == "symmetryFunction" || name == field::display_unit) {
        word(value.get_or(Token()).view());
    } else if (name == field::payload) {
        list_edits<Payload>("payload", value, indent);
    } else if (name == field::references) {
        list_edits<Reference>("references", value, indent);
    } else if (name == field::inherit_paths) {
        list_edits<Path>("inherits", value, indent);
    } else if (name == field::specializes) {
        list_edits<Path>("specializes", value, indent);
    } else if (name == field::variant_set_names) {
        if (auto const* const op = value.get<StringListOp>()) variant_set_names(*op, indent);
    } else if (name == field::variant_selection) {
        Dictionary dictionary;
        for (auto const& [set, variant] : value.get_or(VariantSelections())) dictionary[set] = Value(variant);
        if (dictionary.empty()) return;
        put(indent, "variants = ");
        append_dictionary(out_, dictionary, indent, true);
    } else if (name == field::prim_relocates) {
        relocates(relative_relocates(value.get_or(Relocates()), path), indent);
    } else if (name == field::prefix_substitutions || name == field::suffix_substitutions) {
        put(indent, name.view());
        put(" = ");
        append_string_dictionary(out_, value.get_or(Dictionary()), indent);
    } else {
        simple_field(name.view(), value, indent);
    }
}

void TextWriter::variant_set_names(StringListOp const& op, int indent)
{
    auto const statement = [&](std::string_view edit, std::vector<std::string> const& list) {
        if (list.empty()) return; // the grammar has no word for an empty list of sets
        put(indent, edit);
        put("variantSets = ");
        names(list);
        put("\n");
    };
    statement("", op.explicit_items);
    statement("delete ", op.deleted);
    statement("add ", op.added);
    statement("prepend ", op.prepended);
    statement("append ", op.appended);
    statement("reorder ", op.ordered);
}

void TextWriter::relocates(Relocates const& relocates, int indent)
{
    put(indent, "relocates = {\n");
    for (std::size_t i = 0; i < relocates.size(); ++i) {
        append_indent(out_, indent + 1);
        path(relocates[i].first);
        put(": ");
        path(relocates[i].second);
        put(i + 1 < relocates.size() ? ", \n" : "\n");
    }
    put(indent, "}\n");
}

void TextWriter::simple_field(std::string_view name, Value const& value, int indent)
{
    if (list_edits<Token>(name, value, indent) || list_edits<std::string>(name, value, indent) ||
        list_edits<std::int32_t>(name, value, indent) || list_edits<std::int64_t>(name, value, indent) ||
        list_edits<std::uint32_t>(name, value, indent) || list_edits<std::uint64_t>(name, value, indent) ||
        list_edits<Opaque>(name, value, indent))
        return;
    auto const before = out_.size();
    put(indent, name);
    put(" = ");
    if (auto const* const dictionary = value.get<Dictionary>()) {
        append_dictionary(out_, *dictionary, indent, true);
        return;
    }
    bool written = true;
    if (auto const* const flag = value.get<Bool>())
        put(flag->value ? "true" : "false");
    else
        written = append_value(out_, value);
    if (written)
        put("\n");
    else
        out_.resize(before); // a value that only crate files can hold
}

template <class T>
bool TextWriter::list_edits(std::string_view name, Value const& value, int indent)
{
    auto const* const op = value.get<ListOp<T>>();
    if (!op) return false;
    if (op->is_explicit) {
        list("", name, op->explicit_items, indent);
        return true;
    }
    if (!op->deleted.empty()) list("delete ", name, op->deleted, indent);
    if (!op->added.empty()) list("add ", name, op->added, indent);
    if (!op->prepended.empty()) list("prepend ", name, op->prepended, indent);
    if (!op->appended.empty()) list("append ", name, op->appended, indent);
    if (!op->ordered.empty()) list("reorder ", name, op->ordered, indent);
    return true;
}

template <class T>
void TextWriter::list(std::string_view edit, std::string_view name, std::vector<T> const& items, int indent)
{
    constexpr bool arcs =
        std::is_same_v<T, Path> || std::is_same_v<T, Reference> || std::is_same_v<T, Payload>;
    put(indent, edit);
    put(name);
    put(" = ");
    if (items.empty()) {
        put("None\n");
        return;
    }
    if constexpr (!arcs) {
        put("[");
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) put(", ");
            item(items[i], indent);
        }
        put("]\n");
        return;
    }
    bool bare = items.size() == 1;
    if constexpr (std::is_same_v<T, Reference>)
        bare = bare && (!items[0].custom_data || items[0].custom_data->empty());
    if (bare) {
        item(items[0], indent - 1);
        put("\n");
        return;
    }
    put("[\n");
    for (std::size_t i = 0; i < items.size(); ++i) {
        append_indent(out_, indent + 1);
        item(items[i], indent + 1);
        put(i + 1 < items.size() ? ",\n" : "\n");
    }
    put(indent, "]\n");
}

void TextWriter::arc(std::string const& asset, Path const& prim)
{
    if (!asset.empty()) append_asset(out_, asset);
    // An arc within the layer always has a path, be it the empty one of the default prim.
    if (asset.empty() || !prim.empty()) path(prim);
}

void TextWriter::layer_offset(LayerOffset const& offset)
{
    if (offset.is_identity()) return;
    put(" (");
    if (offset.offset != 0) {
        put("offset = ");
        append_number(out_, offset.offset);
    }
    if (offset.scale != 1) {
        put(offset.offset != 0 ? "; scale = " : "scale = ");
        append_number(out_, offset.scale);
    }
    put(")");
}

void TextWriter::item(Reference const& value, int indent)
{
    arc(value.asset, value.prim);
    if (!value.custom_data || value.custom_data->empty()) {
        layer_offset(value.offset);
        return;
    }
    put(" (\n");
    auto const number = [&](std::string_view name, double n) {
        put(indent + 1, name);
        append_number(out_, n);
        put("\n");
    };
    if (value.offset.offset != 0) number("offset = ", value.offset.offset);
    if (value.offset.scale != 1) number("scale = ", value.offset.scale);
    put(indent + 1, "customData = ");
    append_dictionary(out_, *value.custom_data, indent + 1, true);
    put(indent, ")");
}

void TextWriter::item(Payload const& value, int)
{
    arc(value.asset, value.prim);
    layer_offset(value.offset);
}

} // namespace soulvan::usd
