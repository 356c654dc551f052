// Which specs and fields of two layers differ?
#include "soulvan/usd/diff.h"

#include "text_format.h"
#include "text_write_values.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

/// Fields by name; an empty value is none.
std::vector<FieldDifference> field_differences(SpecView const& before, SpecView const& after)
{
    std::vector<Token> names;
    for (auto const* spec : {&before, &after})
        for (Token name : spec->field_names()) names.push_back(name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::vector<FieldDifference> result;
    for (Token const name : names) {
        auto old_value = before.find(name), new_value = after.find(name);
        if (old_value == new_value) continue;
        auto const change = old_value.empty()   ? Change::added
                            : new_value.empty() ? Change::removed
                                                : Change::changed;
        result.push_back({change, name, std::move(old_value), std::move(new_value)});
    }
    return result;
}

template <class Names>
bool is_reordered(Names const& before, Names const& after)
{
    std::vector<Token> a(before.begin(), before.end()), b(after.begin(), after.end());
    if (a == b || a.size() != b.size()) return false;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

void append_item(std::string& out, std::string const& item)
{
    append_quoted(out, item);
}
void append_item(std::string& out, Token item)
{
    append_quoted(out, item.view());
}
void append_item(std::string& out, Opaque const& item)
{
    out += item.text;
}
void append_item(std::string& out, Path const& item)
{
    out += "<" + item.str() + ">";
}
template <class Arc>
requires requires(Arc arc)
{
    arc.asset;
}
void append_item(std::string& out, Arc const& item)
{
    if (!item.asset.empty()) out += "@" + item.asset + "@";
    if (!item.prim.empty()) append_item(out, item.prim);
    if (!item.offset.is_identity())
        out += fmt::format(" (offset = {}; scale = {})", item.offset.offset, item.offset.scale);
}
template <class Number>
requires std::is_arithmetic_v<Number>
void append_item(std::string& out, Number item)
{
    out += fmt::format("{}", item);
}
void append_item(std::string& out, LayerOffset item)
{
    out += fmt::format("(offset = {}; scale = {})", item.offset, item.scale);
}
void append_item(std::string& out, std::pair<Path, Path> const& item)
{
    append_item(out, item.first);
    out += ": ";
    append_item(out, item.second);
}

template <class Items>
void append_items(std::string& out, Items const& items)
{
    out += '[';
    char const* between = "";
    for (auto const& item : items) {
        out += std::exchange(between, ", ");
        append_item(out, item);
    }
    out += ']';
}

template <class T>
bool append_list(std::string& out, Value const& value)
{
    auto const* list = value.get<ListOp<T>>();
    if (!list) return false;
    if (list->is_explicit) {
        append_items(out, list->explicit_items);
        return true;
    }
    char const* between = "";
    auto one = [&](char const* name, std::vector<T> const& items) {
        if (items.empty()) return;
        (out += std::exchange(between, "; ")) += name;
        append_items(out, items);
    };
    one("delete ", list->deleted);
    one("add ", list->added);
    one("prepend ", list->prepended);
    one("append ", list->appended);
    one("reorder ", list->ordered);
    return true;
}

template <class T>
bool append_vector(std::string& out, Value const& value)
{
    auto const* items = value.get<std::vector<T>>();
    if (items) append_items(out, *items);
    return items != nullptr;
}

template <class... T>
bool append_any_list(std::string& out, Value const& value)
{
    return (append_list<T>(out, value) || ...);
}

bool append_enum(std::string& out, Value const& value)
{
    if (auto const* specifier = value.get<Specifier>())
        out += *specifier == Specifier::def ? "def" : *specifier == Specifier::over ? "over" : "class";
    else if (auto const* variability = value.get<Variability>())
        out += *variability == Variability::uniform ? "uniform" : "varying";
    else if (auto const* permission = value.get<Permission>())
        out += *permission == Permission::public_ ? "public" : "private";
    else
        return false;
    return true;
}

bool append_map(std::string& out, Value const& value)
{
    char const* between = "";
    out += '{';
    if (auto const* samples = value.get<TimeSamples>())
        for (auto const& [time, sample] : *samples)
            out += fmt::format("{}{}: {}", std::exchange(between, ", "), time, value_text(sample));
    else if (auto const* selections = value.get<VariantSelections>())
        for (auto const& [set, selection] : *selections)
            out += fmt::format("{}{} = \"{}\"", std::exchange(between, ", "), set, selection);
    else if (auto const* dictionary = value.get<Dictionary>())
        for (auto const& [key, entry] : *dictionary)
            out += fmt::format("{}{} = {}", std::exchange(between, ", "), key, value_text(entry));
    else {
        out.pop_back();
        return false;
    }
    out += '}';
    return true;
}

} // namespace

std::string value_text(Value const& value)
{
    std::string out;
    if (value.empty()) return out;
    if (auto const* opaque = value.get<Opaque>()) return opaque->text;
    if (auto const* spline = value.get<Spline>())
        return fmt::format("a spline of {} knots", spline->knots.size());
    bool const done = append_enum(out, value) || append_map(out, value) ||
                      append_any_list<Token, std::string, Path, Reference, Payload, std::int32_t,
                                      std::uint32_t, std::int64_t, std::uint64_t, Opaque>(out, value) ||
                      append_vector<Token>(out, value) || append_vector<std::string>(out, value) ||
                      append_vector<LayerOffset>(out, value) ||
                      append_vector<std::pair<Path, Path>>(out, value);
    if (!done) append_value(out, value);
    return out;
}

std::vector<SpecDifference> differences(Layer const& before, Layer const& after)
{
    auto paths = before.paths();
    auto const more = after.paths();
    std::vector<Path> all;
    std::set_union(paths.begin(), paths.end(), more.begin(), more.end(), std::back_inserter(all));
    std::vector<SpecDifference> result;
    for (auto const& path : all) {
        auto const old_spec = before.find(path), new_spec = after.find(path);
        if (!old_spec || !new_spec) {
            result.push_back({old_spec ? Change::removed : Change::added,
                              path,
                              (old_spec ? old_spec : new_spec).kind(),
                              {},
                              false});
            continue;
        }
        SpecDifference difference{Change::changed, path, new_spec.kind(), {}, false};
        difference.fields = field_differences(old_spec, new_spec);
        difference.reordered = is_reordered(old_spec.prim_children(), new_spec.prim_children()) ||
                               is_reordered(old_spec.properties(), new_spec.properties());
        if (!difference.fields.empty() || difference.reordered || old_spec.kind() != new_spec.kind())
            result.push_back(std::move(difference));
    }
    return result;
}

} // namespace soulvan::usd
