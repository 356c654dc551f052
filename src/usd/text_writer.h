// The walk over a layer that is being written: who lays out prims, properties and metadata.
#pragma once

#include "output.h"
#include "soulvan/usd/layer.h"
#include "text_format.h"
#include "text_write_values.h"

namespace soulvan::usd {

/// Writes one layer. Every function appends whole lines, or continues the one that stands.
class TextWriter {
public:
    TextWriter(Layer const& layer, Output& output) : layer_(layer), output_(output) {}
    Result<> write();

private:
    // text_writer.cpp
    /// Hands on what stands so far, when it is much; false once that failed. No one may be about to take
    /// lines back.
    bool hand_on(std::size_t much = std::size_t{1} << 20);
    void prim(Path const& path, SpecView spec, int indent);
    void body(Path const& path, SpecView spec, int indent);
    void variant_set(Path const& path, SpecView spec, int indent);
    void attribute(std::string_view name, SpecView spec, int indent);
    void time_samples(TimeSamples const& samples, int indent);
    void connections(std::string_view declaration, PathListOp const& op, int indent);
    void relationship(std::string_view name, SpecView spec, int indent);
    void relationship_edits(std::string_view declaration, PathListOp const& op, int indent);
    void targets(std::vector<Path> const& paths, int indent);

    // text_spline.cpp
    void spline(Spline const& spline, int indent);

    // text_write_metadata.cpp
    void layer_metadata(SpecView root);
    void sub_layers(SpecView root);
    /// " ( … )" when there is anything to say.
    void metadata(Path const& path, SpecView spec, int indent);
    void metadata_field(Path const& path, Token name, Value const& value, int indent);
    void variant_set_names(StringListOp const& op, int indent);
    void relocates(Relocates const& relocates, int indent);
    void simple_field(std::string_view name, Value const& value, int indent);
    template <class T>
    bool list_edits(std::string_view name, Value const& value, int indent);
    template <class T>
    void list(std::string_view edit, std::string_view name, std::vector<T> const& items, int indent);
    void arc(std::string const& asset, Path const& prim);
    void layer_offset(LayerOffset const& offset);

    void item(std::int32_t value, int) { append_number(out_, std::int64_t{value}); }
    void item(std::uint32_t value, int) { append_number(out_, std::uint64_t{value}); }
    void item(std::int64_t value, int) { append_number(out_, value); }
    void item(std::uint64_t value, int) { append_number(out_, value); }
    void item(std::string const& value, int) { quoted(value); }
    void item(Token value, int) { quoted(value.view()); }
    void item(Opaque const& value, int) { put(value.text); }
    void item(Path const& value, int) { path(value); }
    void item(Reference const& value, int indent);
    void item(Payload const& value, int indent);

    void put(std::string_view text) { out_.append(text); }
    void put(int indent, std::string_view text)
    {
        append_indent(out_, indent);
        out_.append(text);
    }
    void quoted(std::string_view text) { append_quoted(out_, text); }
    void path(Path const& value) { ((out_ += '<') += value.str()) += '>'; }
    /// One name in quotes, or several in brackets.
    template <class T>
    void names(std::vector<T> const& list)
    {
        if (list.size() > 1) out_ += '[';
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i > 0) out_ += ", ";
            item(list[i], 0);
        }
        if (list.size() > 1) out_ += ']';
    }

    Layer const& layer_;
    Output& output_;
    Result<> handed_on_;
    std::string out_;
};

/// The field's value when it has that type, else the fallback.
template <class T>
T field_or(SpecView spec, Token name, T fallback)
{
    return spec.get_or(name, std::move(fallback));
}

/// Whether any field of `spec` stands in parentheses.
bool has_metadata(SpecView spec);

} // namespace soulvan::usd
