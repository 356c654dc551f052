// Has a prim what a predicate in a path expression asks for?
//
// Source: OpenUSD's UsdGetCollectionPredicateLibrary.
#include "collection_predicates.h"

#include "schema.h"

#include <algorithm>
#include <array>
#include <optional>

namespace soulvan::usd::path_expression {
namespace {

using Argument = PredicateTerm::Argument;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kinds = {
    {{"model", ""}, {"group", "model"}, {"assembly", "group"}, {"component", "model"}, {"subcomponent", ""}}};

bool is_known_kind(std::string_view kind)
{
    return std::any_of(kinds.begin(), kinds.end(), [&](auto const& known) { return known.first == kind; });
}

bool is_kind(std::string_view kind, std::string_view base)
{
    while (kind != base) {
        auto const* const known =
            std::find_if(kinds.begin(), kinds.end(), [&](auto const& row) { return row.first == kind; });
        if (known == kinds.end() || known->second.empty()) return false;
        kind = known->second;
    }
    return true;
}

std::string const* text_of(std::pair<std::string, Argument> const& argument)
{
    return std::get_if<std::string>(&argument.second);
}

/// The texts without a name, which list what is asked for.
std::vector<std::string> listed(PredicateTerm const& call)
{
    std::vector<std::string> texts;
    for (auto const& argument : call.arguments)
        if (auto const* text = text_of(argument); text && argument.first.empty()) texts.push_back(*text);
    return texts;
}

/// `strict`, as true or as a text that starts with 1, y or Y.
bool is_strict(PredicateTerm const& call)
{
    for (auto const& argument : call.arguments) {
        if (argument.first != "strict") continue;
        if (auto const* truth = std::get_if<bool>(&argument.second)) return *truth;
        auto const* text = text_of(argument);
        return text && !text->empty() &&
               std::string_view("1yY").find(text->front()) != std::string_view::npos;
    }
    return false;
}

/// The one argument of {abstract}, {defined}, {model} and {group}; true when it is left out.
std::optional<bool> wanted(PredicateTerm const& call, std::string_view parameter)
{
    if (call.arguments.empty()) return true;
    auto const& [name, value] = call.arguments.front();
    if (call.arguments.size() > 1 || (!name.empty() && name != parameter)) return std::nullopt;
    if (auto const* truth = std::get_if<bool>(&value)) return *truth;
    if (auto const* whole = std::get_if<std::int64_t>(&value)) return *whole != 0;
    if (auto const* real = std::get_if<double>(&value)) return *real != 0;
    return std::nullopt;
}

struct Truth {
    std::string_view name, parameter;
};
constexpr std::array<Truth, 4> truths = {
    {{"abstract", "isAbstract"}, {"defined", "isDefined"}, {"model", "isModel"}, {"group", "isGroup"}}};

Truth const* find_truth(std::string_view name)
{
    auto const* const found =
        std::find_if(truths.begin(), truths.end(), [&](Truth const& truth) { return truth.name == name; });
    return found == truths.end() ? nullptr : found;
}

/// A prim is a group when its kind says so and its parent is one, and so a model.
bool is_group(Prim prim)
{
    for (; prim && !prim.path().is_root(); prim = prim.parent())
        if (!is_kind(prim.kind().view(), "group")) return false;
    return true;
}
bool is_model(Prim const& prim)
{
    return prim.path().is_root() || (is_kind(prim.kind().view(), "model") && is_group(prim.parent()));
}

/// A pattern of wild cards anywhere in the text, with '|' between alternatives and '^' and '$' at the ends.
bool found_glob(std::string_view glob, std::string_view text)
{
    for (;;) {
        auto const bar = glob.find('|');
        auto one = std::string(glob.substr(0, bar));
        if (!one.empty() && one.front() == '^')
            one.erase(0, 1);
        else
            one.insert(0, 1, '*');
        if (!one.empty() && one.back() == '$')
            one.pop_back();
        else
            one += '*';
        if (matches_glob(one, text)) return true;
        if (bar == std::string_view::npos) return false;
        glob.remove_prefix(bar + 1);
    }
}

bool is_identifier_text(std::string const& text)
{
    auto const is_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
           std::all_of(text.begin(), text.end(), is_name);
}

bool has_variants(Prim const& prim, PredicateTerm const& call)
{
    for (auto const& argument : call.arguments) {
        auto const selection = prim.variant_selection(Token(argument.first));
        auto const& asked = *text_of(argument);
        if (is_identifier_text(asked) ? selection.view() != asked : !found_glob(asked, selection.view()))
            return false;
    }
    return true;
}

bool has_api(Prim const& prim, PredicateTerm const& call)
{
    std::string instance;
    for (auto const& argument : call.arguments)
        if (argument.first == "instanceName" && instance.empty()) instance = *text_of(argument);
    auto const names = listed(call);
    return std::any_of(names.begin(), names.end(), [&](std::string const& name) {
        auto const* const type = schema::find_type(name);
        if (!type || (type->kind != schema::Kind::single_api && type->kind != schema::Kind::multiple_api))
            return false;
        return prim.has_api(instance.empty() ? name : name + ":" + instance);
    });
}

bool has_specifier(Prim const& prim, PredicateTerm const& call)
{
    constexpr std::array<std::string_view, 3> names = {"def", "over", "class"};
    auto const asked = listed(call);
    return std::any_of(asked.begin(), asked.end(), [&](std::string const& name) {
        return name == names[static_cast<std::size_t>(prim.specifier())];
    });
}

bool is_type(Prim const& prim, PredicateTerm const& call)
{
    bool const exact = is_strict(call);
    auto const names = listed(call);
    return std::any_of(names.begin(), names.end(), [&](std::string const& name) {
        return schema::find_type(name) && (exact ? prim.type_name() == name : prim.is_a(name));
    });
}

bool has_kind(Prim const& prim, PredicateTerm const& call)
{
    bool const exact = is_strict(call);
    auto const names = listed(call);
    return std::any_of(names.begin(), names.end(), [&](std::string const& name) {
        if (!is_known_kind(name)) return false;
        return exact ? prim.kind() == name : is_kind(prim.kind().view(), name);
    });
}

} // namespace

bool can_ask(PredicateTerm const& call)
{
    if (auto const* truth = find_truth(call.name)) return wanted(call, truth->parameter).has_value();
    auto const every = [&](auto const& test) {
        return std::all_of(call.arguments.begin(), call.arguments.end(), test);
    };
    if (call.name == "kind") {
        auto const names = listed(call);
        return std::any_of(names.begin(), names.end(), [](auto const& name) { return is_known_kind(name); });
    }
    if (call.name == "specifier")
        return every([](auto const& argument) {
            auto const* text = text_of(argument);
            return argument.first.empty() && text && (*text == "def" || *text == "over" || *text == "class");
        });
    if (call.name == "variant")
        return every([](auto const& argument) { return !argument.first.empty() && text_of(argument); });
    if (call.name == "hasAPI")
        return every(
            [](auto const& argument) { return argument.first != "instanceName" || text_of(argument); });
    return call.name == "isa";
}

bool ask(Stage const& stage, PredicateTerm const& call, Path const& path)
{
    auto const prim = stage.prim_at(path.prim_path());
    if (!prim) return false;
    auto const truth = [&](std::string_view name, bool answer) {
        return answer == wanted(call, find_truth(name)->parameter).value_or(true);
    };
    if (call.name == "abstract") return truth("abstract", prim.is_abstract());
    if (call.name == "defined") return truth("defined", prim.is_defined());
    if (path.is_property()) return false; // the rest is asked of prims
    if (call.name == "model") return truth("model", is_model(prim));
    if (call.name == "group") return truth("group", is_group(prim));
    if (call.name == "kind") return has_kind(prim, call);
    if (call.name == "specifier") return has_specifier(prim, call);
    if (call.name == "isa") return is_type(prim, call);
    if (call.name == "hasAPI") return has_api(prim, call);
    return call.name == "variant" && has_variants(prim, call);
}

} // namespace soulvan::usd::path_expression
