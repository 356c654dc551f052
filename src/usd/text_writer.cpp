// How prims, variants and properties are laid out: OpenUSD's order, indentation and line ends, byte for byte.
#include "text_writer.h"

#include <algorithm>
#include <array>

namespace soulvan::usd {

bool TextWriter::hand_on(std::size_t much)
{
    if (handed_on_ && out_.size() >= much) {
        handed_on_ = output_.append(out_);
        out_.clear();
    }
    return handed_on_.has_value();
}

Result<> TextWriter::write()
{
    put("#usda 1.0\n");
    SpecView const root = layer_.pseudo_root();
    layer_metadata(root);
    auto const order = field_or(root, field::prim_order, std::vector<Token>());
    if (order.size() > 1) {
        put("\nreorder rootPrims = ");
        names(order);
        put("\n");
    }
    for (Token const name : root.prim_children()) {
        Path const child = Path::root().child(name);
        SpecView const spec = layer_.find(child);
        if (!spec) continue;
        put("\n");
        prim(child, spec, 0);
    }
    put("\n");
    hand_on(0);
    return std::move(handed_on_);
}

void TextWriter::prim(Path const& path, SpecView spec, int indent)
{
    constexpr std::array<std::string_view, 3> specifiers = {"def ", "over ", "class "};
    put(indent, specifiers[static_cast<std::size_t>(field_or(spec, field::specifier, Specifier::over))]);
    auto const type_name = field_or(spec, field::type_name, Token());
    if (!type_name.empty() && type_name != "__AnyType__") {
        put(type_name.view());
        put(" ");
    }
    quoted(path.name().view());
    metadata(path, spec, indent);
    put("\n");
    put(indent, "{\n");
    body(path, spec, indent);
    put(indent, "}\n");
}

void TextWriter::body(Path const& path, SpecView spec, int indent)
{
    auto const order = [&](Token name, std::string_view statement) {
        auto const list = field_or(spec, name, std::vector<Token>());
        if (list.size() < 2) return;
        put(indent + 1, statement);
        names(list);
        put("\n");
    };
    order(field::property_order, "reorder properties = ");
    order(field::prim_order, "reorder nameChildren = ");

    auto properties = spec.properties().to_vector();
    std::sort(properties.begin(), properties.end(),
              [](Token a, Token b) { return dictionary_less(a.view(), b.view()); });
    for (Token const name : properties) {
        if (!hand_on()) return;
        SpecView const property = layer_.find(path.property(name));
        if (!property) continue;
        if (property.kind() == SpecKind::attribute)
            attribute(name.view(), property, indent + 1);
        else
            relationship(name.view(), property, indent + 1);
    }
    if (!properties.empty() && !spec.prim_children().empty()) put("\n");
    bool first = true;
    for (Token const name : spec.prim_children()) {
        if (!hand_on()) return;
        Path const child = path.child(name);
        SpecView const child_spec = layer_.find(child);
        if (!child_spec) continue;
        if (!first) put("\n");
        first = false;
        prim(child, child_spec, indent + 1);
    }
    for (Token const name : spec.variant_sets()) {
        Path const set = path.variant(name, Token());
        if (SpecView const set_spec = layer_.find(set)) variant_set(set, set_spec, indent + 1);
    }
}

void TextWriter::variant_set(Path const& path, SpecView spec, int indent)
{
    if (spec.variants().empty()) return;
    Token const set = path.variant_selection().first;
    put(indent, "variantSet ");
    quoted(set.view());
    put(" = {\n");
    auto variants = spec.variants().to_vector();
    std::sort(variants.begin(), variants.end());
    for (Token const name : variants) {
        Path const variant = path.parent().variant(set, name);
        SpecView const variant_spec = layer_.find(variant);
        if (!variant_spec) continue;
        append_indent(out_, indent + 1);
        quoted(name.view());
        metadata(variant, variant_spec, indent + 1);
        put(" {\n");
        body(variant, variant_spec, indent + 1);
        put("\n");
        put(indent + 1, "}\n");
    }
    put(indent, "}\n");
}

void TextWriter::attribute(std::string_view name, SpecView spec, int indent)
{
    auto const type = field_or(spec, field::type_name, Token());
    auto const* const known = find_value_type(type.view());
    bool const uniform = field_or(spec, field::variability, Variability::varying) == Variability::uniform;
    bool const custom = field_or(spec, field::custom, Bool{}).value;
    std::string declaration = uniform ? "uniform " : "";
    declaration.append(known ? known->name.view() : type.view()).append(" ").append(name);

    Value const value = spec.find(field::default_value);
    Value const samples = spec.find(field::time_samples);
    Value const curve = spec.find(field::spline);
    Value const connected = spec.find(field::connection_paths);
    bool const declares = !value.empty() || (samples.empty() && curve.empty() && connected.empty());
    // A line that only declares is left out when another line declares too.
    if (declares || custom || has_metadata(spec)) {
        put(indent, custom ? "custom " : "");
        put(declaration);
        if (!value.empty()) {
            auto const before = out_.size();
            put(" = ");
            if (!append_value(out_, value)) out_.resize(before);
        }
        metadata({}, spec, indent);
        put("\n");
    }
    if (auto const* const held = samples.get<TimeSamples>()) {
        put(indent, declaration);
        put(".timeSamples = {\n");
        time_samples(*held, indent);
        put(indent, "}\n");
    }
    if (auto const* const held = curve.get<Spline>()) {
        put(indent, declaration);
        put(".spline = {\n");
        spline(*held, indent + 1);
        put(indent, "}\n");
    }
    if (auto const* const held = connected.get<PathListOp>()) connections(declaration, *held, indent);
}

void TextWriter::time_samples(TimeSamples const& samples, int indent)
{
    for (auto const& [time, value] : samples) {
        if (!hand_on()) return;
        append_indent(out_, indent + 1);
        append_number(out_, time);
        put(": ");
        if (!append_value(out_, value)) put("None");
        put(",\n");
    }
}

void TextWriter::connections(std::string_view declaration, PathListOp const& op, int indent)
{
    auto const statement = [&](std::string_view edit, std::vector<Path> const& paths) {
        if (paths.empty() && !edit.empty()) return;
        put(indent, edit);
        put(declaration);
        put(".connect = ");
        if (paths.empty()) {
            put("None\n");
        } else if (paths.size() == 1) {
            path(paths.front());
            put("\n");
        } else {
            put("[\n");
            for (Path const& target : paths) {
                append_indent(out_, indent + 1);
                path(target);
                put(",\n");
            }
            put(indent, "]\n");
        }
    };
    if (op.is_explicit) {
        statement("", op.explicit_items);
        return;
    }
    statement("delete ", op.deleted);
    statement("add ", op.added);
    statement("prepend ", op.prepended);
    statement("append ", op.appended);
    statement("reorder ", op.ordered);
}

void TextWriter::targets(std::vector<Path> const& paths, int indent)
{
    put(" = ");
    if (paths.empty()) {
        put("None");
    } else if (paths.size() == 1) {
        path(paths.front());
    } else {
        put("[\n");
        for (Path const& target : paths) {
            append_indent(out_, indent + 1);
            path(target);
            put(",\n");
        }
        put(indent, "]");
    }
}

void TextWriter::relationship(std::string_view name, SpecView spec, int indent)
{
    bool const varying = field_or(spec, field::variability, Variability::uniform) == Variability::varying;
    bool const custom = field_or(spec, field::custom, Bool{}).value;
    std::string declaration = varying ? "varying rel " : "rel ";
    declaration.append(name);
    Value const value = spec.find(field::target_paths);
    auto const* const op = value.get<PathListOp>();
    bool const stated = op && op->is_explicit;
    bool const edited = op && !op->empty() && !op->is_explicit;
    bool const full = has_metadata(spec) || stated || (!edited && !custom);
    if (full || custom) {
        put(indent, custom ? "custom " : "");
        put(declaration);
        if (full && stated) targets(op->explicit_items, indent);
        if (full) metadata({}, spec, indent);
        put("\n");
    }
    if (edited) relationship_edits(declaration, *op, indent);
    Value const fallback = spec.find(field::default_value);
    if (auto const* const target = fallback.get<Path>()) {
        put(indent, declaration);
        put(".default = ");
        path(*target);
        put(indent, "\n"); // OpenUSD leaves these blanks at the end of the line
    }
}

void TextWriter::relationship_edits(std::string_view declaration, PathListOp const& op, int indent)
{
    auto const statement = [&](std::string_view edit, std::vector<Path> const& paths) {
        if (paths.empty()) return;
        put(indent, edit);
        put(declaration);
        targets(paths, indent);
        put("\n");
    };
    statement("delete ", op.deleted);
    statement("add ", op.added);
    statement("prepend ", op.prepended);
    statement("append ", op.appended);
    statement("reorder ", op.ordered);
}

Result<> write_text(Layer const& layer, Output& output)
{
    return TextWriter(layer, output).write();
}

std::string write_text(Layer const& layer)
{
    Output output;
    SOULVAN_CHECK(write_text(layer, output).has_value()); // memory takes everything
    return output.take();
}

} // namespace soulvan::usd
