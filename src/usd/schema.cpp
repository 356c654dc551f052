// How are schema definitions looked up, and their fallback values made?
#include "schema.h"

#include "text_reader.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>

namespace soulvan::usd::schema {

namespace {

constexpr std::string_view instance_name = "__INSTANCE_NAME__";

/// Whether `name` is the property `pattern` of an API schema applied as `instance`.
bool matches(std::string_view pattern, std::string_view instance, std::string_view name)
{
    auto const at = pattern.find(instance_name);
    if (at == std::string_view::npos) return pattern == name;
    auto const tail = pattern.substr(at + instance_name.size());
    return name.size() == at + instance.size() + tail.size() && name.starts_with(pattern.substr(0, at)) &&
           name.substr(at).starts_with(instance) && name.ends_with(tail);
}

std::string instantiated(std::string_view pattern, std::string_view instance)
{
    std::string result(pattern);
    if (auto const at = result.find(instance_name); at != std::string::npos)
        result.replace(at, instance_name.size(), instance);
    return result;
}

std::pair<std::string_view, std::string_view> split_api(std::string_view api)
{
    auto const colon = api.find(':');
    if (colon == std::string_view::npos) return {api, ""};
    return {api.substr(0, colon), api.substr(colon + 1)};
}

PropertyRow const* find_row(TypeRow const& type, std::string_view instance, std::string_view name)
{
    for (int i = 0; i < type.property_count; ++i) {
        auto const& row = properties[property_indexes[type.first_property + i]];
        if (matches(row.name, instance, name)) return &row;
    }
    return nullptr;
}

/// What is asked of the table most often, made from it once: property rows by token, and bases as numbers.
struct Lookups {
    std::unordered_map<Token, int> types_by_name;
    std::vector<std::unordered_map<Token, PropertyRow const*>> rows; ///< per type; none for multiple_api
    std::vector<int> bases;                                          ///< per type; -1: none

    Lookups() : rows(static_cast<std::size_t>(type_count)), bases(static_cast<std::size_t>(type_count), -1)
    {
        for (int i = 0; i < type_count; ++i) types_by_name.emplace(Token(types[i].name), i);
        for (int i = 0; i < type_count; ++i) {
            auto const index = static_cast<std::size_t>(i);
            if (auto const base = types_by_name.find(Token(types[i].base)); base != types_by_name.end())
                bases[index] = base->second;
            if (types[i].kind == Kind::multiple_api) continue;
            for (int k = 0; k < types[i].property_count; ++k) {
                auto const& row = properties[property_indexes[types[i].first_property + k]];
                rows[index].emplace(Token(row.name), &row);
            }
        }
    }
};

Lookups const& lookups()
{
    static Lookups const made;
    return made;
}

PropertyRow const* find_row(Token type_name, Kind kind, Token name)
{
    auto const& known = lookups();
    auto const type = known.types_by_name.find(type_name);
    if (type == known.types_by_name.end() || types[type->second].kind != kind) return nullptr;
    auto const& rows = known.rows[static_cast<std::size_t>(type->second)];
    auto const row = rows.find(name);
    return row == rows.end() ? nullptr : row->second;
}

/// All fallbacks as one layer, read once by the reader of text.
std::vector<Value> const& fallback_values()
{
    static std::vector<Value> const values = [] {
        std::string text = "#usda 1.0\ndef \"S\"\n{\n";
        for (int i = 1; i < fallback_count; ++i)
            text += fmt::format("    {} f{} = {}\n", fallbacks[i].type, i, fallbacks[i].text);
        text += "}\n";
        auto layer = read_text(text, "schema table", {});
        SOULVAN_CHECK(layer);
        std::vector<Value> result(static_cast<std::size_t>(fallback_count));
        Path const prim("/S");
        for (int i = 1; i < fallback_count; ++i)
            if (auto const spec = layer->find(prim.property(fmt::format("f{}", i))))
                if (auto const value = spec.find(field::default_value); !value.empty())
                    result[static_cast<std::size_t>(i)] = value;
        return result;
    }();
    return values;
}

} // namespace

Value Property::fallback() const
{
    return row->fallback == 0 ? Value() : fallback_values()[row->fallback];
}

Value Property::metadata(Token name) const
{
    auto const& more = metadata_rows[row->metadata];
    auto const text = [](char const* words) { return *words ? Value(std::string(words)) : Value(); };
    if (name == field::custom) return Value(false);
    if (name == field::variability) return Value(variability());
    if (name == field::type_name) return is_relationship() ? Value() : Value(type());
    if (name == "displayName") return text(more.display_name);
    if (name == "displayGroup") return text(more.display_group);
    if (name != field::allowed_tokens || more.token_count == 0) return {};
    std::vector<Token> tokens;
    for (int i = 0; i < more.token_count; ++i) tokens.emplace_back(allowed_tokens[more.first_token + i]);
    return Value(Array<Token>(std::move(tokens)));
}

TypeRow const* find_type(std::string_view name)
{
    auto const* end = types + type_count;
    auto const* at = std::lower_bound(
        types, end, name, [](TypeRow const& row, std::string_view key) { return row.name < key; });
    return at != end && at->name == name ? at : nullptr;
}

std::optional<Property> find_property(Token prim_type, std::vector<Token> const& apis, Token name)
{
    if (auto const* row = find_row(prim_type, Kind::concrete, name)) return Property{row};
    for (Token api : apis) {
        auto const [api_name, instance] = split_api(api.view());
        if (instance.empty()) {
            if (auto const* row = find_row(api, Kind::single_api, name)) return Property{row};
            continue;
        }
        auto const* type = find_type(api_name);
        if (!type || type->kind != Kind::multiple_api) continue;
        if (auto const* row = find_row(*type, instance, name.view())) return Property{row};
    }
    return std::nullopt;
}

std::vector<Token> property_names(Token prim_type, std::vector<Token> const& apis)
{
    std::set<std::string> names;
    auto add = [&](TypeRow const& type, std::string_view instance) {
        for (int i = 0; i < type.property_count; ++i)
            names.insert(instantiated(properties[property_indexes[type.first_property + i]].name, instance));
    };
    if (auto const* type = find_type(prim_type.view()); type && type->kind == Kind::concrete) add(*type, "");
    for (Token api : apis) {
        auto const [api_name, instance] = split_api(api.view());
        if (auto const* type = find_type(api_name);
            type && (type->kind == Kind::multiple_api) != instance.empty())
            add(*type, instance);
    }
    return {names.begin(), names.end()};
}

std::vector<Token> built_in_apis(std::string_view name)
{
    std::vector<Token> result;
    if (auto const* type = find_type(name))
        for (int i = 0; i < type->api_count; ++i) result.emplace_back(builtin_apis[type->first_api + i]);
    return result;
}

bool can_apply(std::string_view api, std::string_view prim_type, std::string_view instance)
{
    auto const* type = find_type(api);
    if (!type || (type->kind != Kind::single_api && type->kind != Kind::multiple_api)) return false;
    if ((type->kind == Kind::multiple_api) == instance.empty()) return false;
    for (int i = 0; i < type->property_count && !instance.empty(); ++i) {
        std::string_view const name = properties[property_indexes[type->first_property + i]].name;
        if (name.substr(name.rfind(':') + 1) == instance) return false;
    }
    if (type->host_count == 0) return true;
    for (int i = 0; i < type->host_count; ++i)
        if (is_a(prim_type, host_types[type->first_host + i])) return true;
    return false;
}

bool is_a(std::string_view type, std::string_view base)
{
    if (type == base) return !type.empty(); // types that the table does not know are only themselves
    auto const* own = find_type(type);
    if (!own || base.empty()) return false;
    auto const* wanted = find_type(base);
    auto const& bases = lookups().bases;
    for (auto at = own - types;;) { // the table holds no cycle
        if (types + at == wanted) return true;
        auto const next = bases[static_cast<std::size_t>(at)];
        if (next < 0) return base == types[at].base; // the root of all has no row
        at = next;
    }
}

} // namespace soulvan::usd::schema
