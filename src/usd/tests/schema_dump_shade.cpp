// What do the views over materials, lights and render settings say, as JSON?
#include "schema_dump.h"

#include "soulvan/usd/lux.h"
#include "soulvan/usd/render_settings.h"
#include "soulvan/usd/shade.h"

namespace soulvan::usd::dump {

namespace {

Json shown_ports(std::vector<shade::Port> const& ports)
{
    Json result = Json::array();
    for (auto const& port : ports) result.push_back(port.attribute.path().str());
    return result;
}

Json shown_port(shade::Port const& port)
{
    std::vector<Path> invalid;
    auto const sources = shade::connected_sources(port, &invalid);
    Json allowed = Json::array(), refused = Json::array();
    for (auto const& source : sources) allowed.push_back(shade::can_connect(port, source).has_value());
    for (auto const& path : invalid) refused.push_back(path.str());
    return {{"sources", shown_ports(sources)},
            {"allowed", std::move(allowed)},
            {"invalid", std::move(refused)},
            {"producing", shown_ports(shade::value_producing_attributes(port))},
            {"shader_outputs", shown_ports(shade::value_producing_attributes(port, true))}};
}

Json shown_source(std::optional<shade::ShaderSource> const& source)
{
    if (!source) return Json();
    return Json::array({source->shader.path().str(), source->name.str(),
                        source->type == shade::PortType::input ? "input" : "output"});
}

Json shown_material(Prim const& prim)
{
    Json result;
    for (char const* terminal : {"surface", "displacement", "volume"}) {
        Json sources = Json::array();
        for (char const* context : {"", "ri", "mdl"}) {
            Token const contexts[] = {Token(context)};
            sources.push_back(shown_source(shade::terminal_source(prim, terminal, contexts)));
        }
        result[terminal] = {{"sources", std::move(sources)},
                            {"outputs", shown_ports(shade::terminal_outputs(prim, terminal))}};
    }
    auto const base = shade::base_material(prim);
    result["base"] = base ? base->path().str() : "";
    return result;
}

Json shown_node_graph(Prim const& prim)
{
    Json outputs = Json::object(), consumers = Json::object(), transitive = Json::object();
    for (auto const& port : shade::outputs(prim))
        outputs[port.base_name().str()] = shown_source(shade::output_source(prim, port.base_name().view()));
    for (auto const& [port, readers] : shade::interface_consumers(prim, false))
        consumers[port.base_name().str()] = shown_ports(readers);
    for (auto const& [port, readers] : shade::interface_consumers(prim))
        transitive[port.base_name().str()] = shown_ports(readers);
    return {{"outputs", std::move(outputs)},
            {"consumers", std::move(consumers)},
            {"transitive", std::move(transitive)}};
}

Json shown_shader(Prim const& prim)
{
    auto const implementation = shade::implementation(prim);
    auto const id = shade::shader_id(prim);
    auto const asset = shade::source_asset(prim, "OSL");
    auto const value = asset ? asset->get<AssetPath>() : std::nullopt;
    auto const code = shade::source_code(prim, "OSL");
    Json types = Json::array();
    for (Token type : implementation.source_types) types.push_back(type.str());
    return {{"source", implementation.source.str()},
            {"types", std::move(types)},
            {"id", id ? Json(id->str()) : Json()},
            {"asset", value ? Json(value->authored) : Json()},
            {"code", code ? Json(*code) : Json()}};
}

Json shown_light(lux::Light const& light)
{
    Json filters = Json::array(), lit = Json::array(), shadowed = Json::array();
    for (auto const& path : light.filters) filters.push_back(path.str());
    auto const links = lux::light_link(light.prim), shadows = lux::shadow_link(light.prim);
    int asked = 0;
    light.prim.stage().traverse([&](Prim const& prim) {
        if (!prim.is_a("Gprim")) return true;
        if (links.includes(prim.path())) lit.push_back(prim.path().str());
        if (shadows.includes(prim.path())) shadowed.push_back(prim.path().str());
        return ++asked < 100;
    });
    return {{"emission", shown(light.emission())},
            {"normalize", light.normalize},
            {"diffuse", number(light.diffuse)},
            {"specular", number(light.specular)},
            {"sync", light.material_sync_mode.str()},
            {"shader", lux::shader_id(light.prim).str()},
            {"ri_shader", lux::shader_id(light.prim, "ri").str()},
            {"cone", light.shaping ? number(light.shaping->cone_angle) : Json()},
            {"shadow", light.shadow ? Json(light.shadow->enable) : Json()},
            {"filters", std::move(filters)},
            {"lit", std::move(lit)},
            {"shadowed", std::move(shadowed)}};
}

Json shown_list(Prim const& prim, lux::LightListMode mode)
{
    Json result = Json::array();
    for (auto const& path : lux::light_list(prim, mode)) result.push_back(path.str());
    return result;
}

Json shown_settings(render_settings::NamespacedSettings const& settings)
{
    Json result = Json::object();
    for (auto const& [name, value] : settings.values) result[name.str()] = "value";
    for (auto const& [name, paths] : settings.connections) {
        result[name.str()] = Json::array();
        for (auto const& path : paths) result[name.str()].push_back(path.str());
    }
    return result;
}

Json shown_product(render_settings::Product const& product)
{
    return {{"path", product.path.str()},
            {"type", product.type.str()},
            {"name", product.name.str()},
            {"camera", product.camera.str()},
            {"blur", product.disable_motion_blur},
            {"focus", product.disable_depth_of_field},
            {"resolution", Json::array({product.resolution.x, product.resolution.y})},
            {"pixel_aspect", number(product.pixel_aspect_ratio)},
            {"policy", product.aspect_ratio_conform_policy.str()},
            {"aperture", Json::array({number(product.aperture_size.x), number(product.aperture_size.y)})},
            {"window", Json::array({number(product.data_window.min.x), number(product.data_window.min.y),
                                    number(product.data_window.max.x), number(product.data_window.max.y)})},
            {"vars", product.vars},
            {"settings", shown_settings(product.settings)}};
}

Json shown_spec(render_settings::Spec const& spec)
{
    Json products = Json::array(), vars = Json::array(), purposes = Json::array();
    for (auto const& product : spec.products) products.push_back(shown_product(product));
    for (auto const& var : spec.vars)
        vars.push_back(Json::array({var.path.str(), var.data_type.str(), var.source_name,
                                    var.source_type.str(), shown_settings(var.settings)}));
    for (Token purpose : spec.included_purposes) purposes.push_back(purpose.str());
    return {{"products", std::move(products)},
            {"vars", std::move(vars)},
            {"purposes", std::move(purposes)},
            {"settings", shown_settings(spec.settings)}};
}

} // namespace

Json shading(Prim const& prim)
{
    Json result = Json::object();
    auto const behavior = shade::behavior(prim);
    result["connectable"] =
        Json::array({behavior.is_connectable, behavior.is_container, behavior.requires_encapsulation});
    if (behavior.is_connectable) {
        auto& ports = result["ports"] = Json::object();
        for (auto const& port : shade::inputs(prim)) ports[port.attribute.name().str()] = shown_port(port);
        for (auto const& port : shade::outputs(prim)) ports[port.attribute.name().str()] = shown_port(port);
    }
    if (prim.is_a("Material")) result["material"] = shown_material(prim);
    if (prim.is_a("NodeGraph")) result["node_graph"] = shown_node_graph(prim);
    if (prim.is_a("Shader")) result["shader"] = shown_shader(prim);
    Json systems = Json::object();
    for (auto const& system : shade::coordinate_systems(prim))
        systems[system.name.str()] = system.target.str();
    result["coordinate_systems"] = std::move(systems);
    return result;
}

Json lights(Prim const& prim)
{
    Json result = Json::object();
    if (auto const light = lux::light(prim, 1.0)) result["light"] = shown_light(*light);
    if (prim.is_a("DomeLight_1")) result["pole"] = lux::dome_pole_axis(prim).str();
    if (prim.path().depth() <= 2)
        result["light_list"] = Json::array({shown_list(prim, lux::LightListMode::consult_cache),
                                            shown_list(prim, lux::LightListMode::ignore_cache)});
    return result;
}

Json stage_parts(Stage const& stage)
{
    Json specs = Json::object();
    stage.traverse([&](Prim const& prim) {
        if (auto const spec = render_settings::compute_spec(prim))
            specs[prim.path().str()] = shown_spec(*spec);
        return true;
    });
    auto const root = stage.pseudo_root();
    return {{"render", std::move(specs)},
            {"light_list", Json::array({shown_list(root, lux::LightListMode::consult_cache),
                                        shown_list(root, lux::LightListMode::ignore_cache)})}};
}

} // namespace soulvan::usd::dump
