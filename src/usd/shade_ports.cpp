// Where do connections lead, and which are allowed?
#include "geom_detail.h"

#include "schema.h"
#include "soulvan/usd/shade.h"

#include <algorithm>

namespace soulvan::usd::shade {

namespace {

constexpr std::string_view input_prefix = "inputs:";
constexpr std::string_view output_prefix = "outputs:";
/// How often a value is followed from port to port: a graph whose ports all have two sources doubles per
/// step.
constexpr int most_steps = 100'000;

std::vector<Port> ports(Prim const& prim, std::string_view prefix)
{
    std::vector<Port> result;
    auto const add = [&](Token name) {
        if (!name.view().starts_with(prefix)) return;
        if (auto const attribute = prim.attribute(name)) result.push_back({prim, *attribute});
    };
    auto const authored = prim.property_names();
    for (Token name : authored) add(name);
    for (Token name : schema::property_names(prim.type_name(), prim.applied_schemas()))
        if (std::find(authored.begin(), authored.end(), name) == authored.end()) add(name);
    return result;
}

/// Follows one port to the attributes that give it its value.
class Search {
public:
    explicit Search(bool shader_outputs_only) : shader_outputs_only_(shader_outputs_only) {}

    /// `way` holds the connected ports on the way here: a port that is among them closes a circle.
    bool follow(Port const& port, std::vector<Path>& way)
    {
        if (++steps_ > most_steps || way.size() >= most_depth) return false;
        auto const path = port.attribute.path();
        if (std::find(way.begin(), way.end(), path) != way.end()) return false;
        auto const sources = connected_sources(port);
        if (!sources.empty()) way.push_back(path);
        bool has_found = false;
        for (auto const& source : sources) {
            auto const length = way.size();
            has_found = follow_source(source, way) || has_found;
            // Sources side by side do not see each other's ways.
            if (sources.size() > 1) way.resize(length);
        }
        if (has_found || shader_outputs_only_) return has_found;
        if (!detail::has_authored_value(port.prim, port.attribute.name())) return false;
        found.push_back(port);
        return true;
    }

    std::vector<Port> found;

private:
    bool follow_source(Port const& source, std::vector<Path>& way)
    {
        if (behavior(source.prim).is_container) return follow(source, way);
        if (source.type() != PortType::output) return false; // inputs of shaders give nothing
        found.push_back(source);
        return true;
    }

    /// Each step stands on the stack.
    static constexpr std::size_t most_depth = 2000;
    bool shader_outputs_only_;
    int steps_ = 0;
};

std::unexpected<Error> no(Port const& consumer, std::string_view reason)
{
    return fail(Errc::invalid_input, "<{}>: {}", consumer.attribute.path().str(), reason);
}

/// Materials and lights: what stands below them is connected to them, not what stands beside.
bool is_derived_container(Prim const& prim)
{
    return prim.is_a("Material") || prim.has_api("LightAPI") || prim.is_a("LightFilter");
}

Result<> can_connect_input(Port const& consumer, Port const& source)
{
    auto const own = consumer.prim.path(), other = source.prim.path();
    bool const is_enclosed = behavior(consumer.prim).requires_encapsulation;
    bool const is_full = consumer.connectability() == "full";
    if (source.type() == PortType::input) {
        if (!is_full && source.connectability() != "interfaceOnly")
            return no(consumer, "an interfaceOnly input takes its value from interfaceOnly inputs alone");
        if (!is_enclosed) return {};
        if (!behavior(source.prim).is_container)
            return no(consumer, "an input may be connected to inputs of a container only");
        if (own.parent() != other) return no(consumer, "the source is not on the container around the prim");
        return {};
    }
    if (!is_full) return no(consumer, "an interfaceOnly input may be connected to inputs only");
    if (!is_enclosed) return {};
    if (is_derived_container(consumer.prim))
        return other.parent() == own ? Result<>() : no(consumer, "the source does not stand directly below");
    auto const around = consumer.prim.parent();
    if (!around || !behavior(around).is_container)
        return no(consumer, "the prim is not directly in a container");
    if (own.parent() != other.parent()) return no(consumer, "the source is not in the same container");
    return {};
}

Result<> can_connect_output(Port const& consumer, Port const& source)
{
    if (consumer.prim.is_a("Shader") || consumer.prim.is_a("LightFilter"))
        return no(consumer, "outputs of shaders and light filters are not connected");
    auto const own = consumer.prim.path(), other = source.prim.path();
    if (source.type() == PortType::input) {
        if (is_derived_container(consumer.prim))
            return no(consumer, "values do not pass through materials and lights");
        if (own != other) return no(consumer, "the input is on another prim");
        return {};
    }
    if (behavior(consumer.prim).requires_encapsulation && other.parent() != own)
        return no(consumer, "the source does not stand directly below");
    return {};
}

} // namespace

PortType Port::type() const
{
    return base_name_and_type(attribute.name()).second;
}

Token Port::base_name() const
{
    return base_name_and_type(attribute.name()).first;
}

Token Port::connectability() const
{
    static Token const field_name("connectability"), full("full");
    auto const authored = attribute.metadata(field_name);
    auto const token = authored ? authored->get_or(full) : full;
    return token.empty() ? full : token;
}

std::pair<Token, PortType> base_name_and_type(Token full_name)
{
    auto const name = full_name.view();
    if (name.starts_with(input_prefix)) return {Token(name.substr(input_prefix.size())), PortType::input};
    if (name.starts_with(output_prefix)) return {Token(name.substr(output_prefix.size())), PortType::output};
    return {full_name, PortType::invalid};
}

std::optional<Port> input(Prim const& prim, std::string_view base_name)
{
    auto const attribute = prim.attribute(fmt::format("{}{}", input_prefix, base_name));
    return attribute ? std::optional(Port{prim, *attribute}) : std::nullopt;
}

std::optional<Port> output(Prim const& prim, std::string_view base_name)
{
    auto const attribute = prim.attribute(fmt::format("{}{}", output_prefix, base_name));
    return attribute ? std::optional(Port{prim, *attribute}) : std::nullopt;
}

std::vector<Port> inputs(Prim const& prim)
{
    return ports(prim, input_prefix);
}

std::vector<Port> outputs(Prim const& prim)
{
    return ports(prim, output_prefix);
}

Behavior behavior(Prim const& prim)
{
    if (!prim) return {};
    if (prim.is_a("NodeGraph")) return {true, true, true};
    if (prim.has_api("LightAPI") || prim.is_a("LightFilter")) return {true, true, false};
    return {prim.is_a("Shader"), false, true};
}

std::vector<Port> connected_sources(Port const& port, std::vector<Path>* invalid)
{
    std::vector<Port> result;
    for (auto const& path : port.attribute.connections()) {
        auto const prim = path.is_property() ? port.prim.stage().prim_at(path.prim_path()) : Prim();
        auto const attribute = prim ? prim.attribute(path.name()) : std::nullopt;
        if (attribute && base_name_and_type(path.name()).second != PortType::invalid)
            result.push_back({prim, *attribute});
        else if (invalid)
            invalid->push_back(path);
    }
    return result;
}

std::vector<Port> value_producing_attributes(Port const& port, bool shader_outputs_only)
{
    Search search(shader_outputs_only);
    std::vector<Path> way;
    search.follow(port, way);
    return std::move(search.found);
}

Result<> can_connect(Port const& consumer, Port const& source)
{
    if (!behavior(consumer.prim).is_connectable) return no(consumer, "the prim takes part in no connections");
    if (source.type() == PortType::invalid && consumer.type() == PortType::invalid)
        return no(consumer, "neither is an input or output");
    if (consumer.type() == PortType::input) return can_connect_input(consumer, source);
    if (consumer.type() == PortType::output) return can_connect_output(consumer, source);
    return no(consumer, "it is no input or output");
}

} // namespace soulvan::usd::shade
