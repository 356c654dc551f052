// Which shaders make a material, and how are they implemented?
#include "geom_detail.h"

#include "soulvan/usd/shade.h"

#include <algorithm>
#include <map>

namespace soulvan::usd::shade {

namespace {

/// Inputs inside are read inside again: every level may multiply the ways.
constexpr int most_steps = 100'000;

std::optional<ShaderSource> source_of(std::vector<Port> const& found)
{
    if (found.empty()) return std::nullopt;
    auto const [name, type] = base_name_and_type(found.front().attribute.name());
    return ShaderSource{found.front().prim, name, type};
}

std::string terminal_name(Token render_context, std::string_view terminal)
{
    return render_context.empty() ? std::string(terminal)
                                  : fmt::format("{}:{}", render_context.str(), terminal);
}

/// The attribute of one kind of source: for its type, else for all types.
std::optional<Attribute> source_attribute(Prim const& shader, Token wanted, std::string_view source_type,
                                          std::string_view suffix)
{
    static Token const source_name("info:implementationSource");
    if (implementation(shader).source != wanted) return std::nullopt;
    auto const kind = fmt::format("{}{}", wanted.str(), suffix);
    if (!source_type.empty())
        if (auto found = shader.attribute(fmt::format("info:{}:{}", source_type, kind))) return found;
    return shader.attribute(fmt::format("info:{}", kind));
}

/// What reads the inputs of one node graph, by the graph's path and the input's name.
using Consumers = std::map<Path, std::map<Token, std::vector<Port>>>;

void gather_consumers(Prim const& node_graph, Prim const& below, std::map<Token, std::vector<Port>>& result)
{
    for (auto const& child : below.children()) {
        if (behavior(child).is_connectable)
            for (auto const& consumer : inputs(child))
                for (auto const& source : connected_sources(consumer))
                    if (source.prim == node_graph && source.type() == PortType::input)
                        result[source.attribute.name()].push_back(consumer);
        gather_consumers(node_graph, child, result);
    }
}

std::map<Token, std::vector<Port>> const& consumers_of(Prim const& node_graph, Consumers& known)
{
    auto const [at, is_new] = known.try_emplace(node_graph.path());
    if (is_new) gather_consumers(node_graph, node_graph, at->second);
    return at->second;
}

/// The inputs of shaders that read `consumer`, or itself when nothing inside a node graph does; one that
/// reads in several ways counts as often.
void resolve_consumer(Port const& consumer, Consumers& known, int& steps, std::vector<Port>& result)
{
    if (++steps > most_steps) return;
    auto const* inside = consumer.prim.is_a("NodeGraph") ? &consumers_of(consumer.prim, known) : nullptr;
    auto const at = inside ? inside->find(consumer.attribute.name()) : decltype(inside->end())();
    if (!inside || at == inside->end() || at->second.empty()) {
        result.push_back(consumer);
        return;
    }
    for (auto const& nested : at->second) resolve_consumer(nested, known, steps, result);
}

void add_coordinate_systems(Prim const& prim, std::vector<CoordinateSystem>& result)
{
    constexpr std::string_view prefix = "CoordSysAPI:";
    std::size_t const of_descendants = result.size();
    for (Token api : prim.applied_schemas()) {
        if (!api.view().starts_with(prefix)) continue;
        Token const name(api.view().substr(prefix.size()));
        auto const is_same = [&](CoordinateSystem const& known) { return known.name == name; };
        if (std::any_of(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(of_descendants),
                        is_same))
            continue;
        auto const relationship = fmt::format("coordSys:{}:binding", name.str());
        auto const targets = detail::forwarded_targets(prim, relationship);
        if (!targets.empty()) result.push_back({name, prim.path().property(relationship), targets.front()});
    }
}

/// `path` of a layer as the stage sees it, when `site` there is `prim`: what differs between the two is above
/// their common end.
Path seen_from(Path const& prim, Path site, Path const& path)
{
    site = site.without_variants();
    Path above = prim;
    while (!site.is_root() && !above.is_root() && site.name() == above.name()) {
        site = site.parent();
        above = above.parent();
    }
    return path.replace_prefix(site, above);
}

} // namespace

std::optional<ShaderSource> terminal_source(Prim const& material, std::string_view terminal,
                                            std::span<Token const> render_contexts)
{
    if (!material || !material.is_a("Material")) return std::nullopt;
    auto const find = [&](Token context) -> std::optional<std::vector<Port>> {
        auto const port = output(material, terminal_name(context, terminal));
        if (!port) return std::nullopt;
        if (context.empty() && !port->attribute.is_authored()) return std::vector<Port>();
        return value_producing_attributes(*port, true);
    };
    bool has_universal = false;
    for (Token context : render_contexts) {
        has_universal = has_universal || context.empty();
        auto const found = find(context);
        if (!found) continue;
        if (!found->empty()) return source_of(*found);
        // A universal output that nobody authored ends the search.
        if (context.empty() && !output(material, terminal)->attribute.is_authored()) return std::nullopt;
    }
    if (has_universal) return std::nullopt;
    return source_of(find(Token()).value_or(std::vector<Port>()));
}

std::vector<Port> terminal_outputs(Prim const& material, std::string_view terminal)
{
    std::vector<Port> result;
    if (auto const universal = output(material, terminal)) result.push_back(*universal);
    auto const suffix = fmt::format(":{}", terminal);
    for (auto const& port : outputs(material))
        if (port.base_name().view().ends_with(suffix)) result.push_back(port);
    return result;
}

std::optional<ShaderSource> output_source(Prim const& node_graph, std::string_view name)
{
    auto const port = output(node_graph, name);
    if (!port) return std::nullopt;
    auto const source = source_of(value_producing_attributes(*port));
    return source && source->type == PortType::output && source->shader.is_a("Shader") ? source
                                                                                       : std::nullopt;
}

std::vector<std::pair<Port, std::vector<Port>>> interface_consumers(Prim const& node_graph, bool transitive)
{
    Consumers known;
    std::vector<std::pair<Port, std::vector<Port>>> result;
    for (auto const& port : inputs(node_graph)) {
        auto& consumers = result.emplace_back(port, std::vector<Port>()).second;
        auto const& direct = consumers_of(node_graph, known);
        auto const at = direct.find(port.attribute.name());
        if (at == direct.end()) continue;
        int steps = 0;
        for (auto const& consumer : at->second)
            if (transitive)
                resolve_consumer(consumer, known, steps, consumers);
            else
                consumers.push_back(consumer);
    }
    return result;
}

Implementation implementation(Prim const& shader)
{
    static Token const id("id");
    Implementation result{detail::get_or(shader, "info:implementationSource", id, {}), {}};
    if (result.source != "sourceAsset" && result.source != "sourceCode") {
        result.source = id;
        return result;
    }
    constexpr std::string_view prefix = "info:";
    auto const suffix = fmt::format(":{}", result.source.str());
    for (Token name : shader.property_names()) {
        auto const text = name.view();
        if (!text.starts_with(prefix) || !text.ends_with(suffix)) continue;
        if (text.size() <= prefix.size() + suffix.size()) continue;
        auto const type = text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
        if (type.find(':') == std::string_view::npos) result.source_types.emplace_back(type);
    }
    return result;
}

std::optional<Token> shader_id(Prim const& shader)
{
    return implementation(shader).source == "id" ? detail::get<Token>(shader, "info:id", {}) : std::nullopt;
}

std::optional<Attribute> source_asset(Prim const& shader, std::string_view source_type)
{
    return source_attribute(shader, Token("sourceAsset"), source_type, "");
}

std::optional<Token> source_asset_sub_identifier(Prim const& shader, std::string_view source_type)
{
    auto const found = source_attribute(shader, Token("sourceAsset"), source_type, ":subIdentifier");
    return found ? found->get<Token>() : std::nullopt;
}

std::optional<std::string> source_code(Prim const& shader, std::string_view source_type)
{
    auto const found = source_attribute(shader, Token("sourceCode"), source_type, "");
    return found ? found->get<std::string>() : std::nullopt;
}

std::vector<CoordinateSystem> local_coordinate_systems(Prim const& prim)
{
    std::vector<CoordinateSystem> result;
    add_coordinate_systems(prim, result);
    return result;
}

std::vector<CoordinateSystem> coordinate_systems(Prim const& prim)
{
    std::vector<CoordinateSystem> result;
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) add_coordinate_systems(at, result);
    return result;
}

std::optional<Prim> base_material(Prim const& material)
{
    for (auto const& [layer, path] : material.prim_stack()) {
        auto const spec = layer->find(path);
        auto const list = spec ? spec.get<PathListOp>(field::specializes) : std::nullopt;
        if (!list) continue;
        std::vector<Path> paths;
        list->apply(paths);
        for (auto const& base : paths) {
            auto const found = material.stage().prim_at(seen_from(material.path(), path, base));
            if (found && found.is_a("Material")) return found;
        }
    }
    return std::nullopt;
}

} // namespace soulvan::usd::shade
