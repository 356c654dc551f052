// UsdShade: materials, node graphs and shaders, and what their connections lead to.
//
// Inputs and outputs are attributes of the namespaces "inputs:" and "outputs:". A connection leads from a
// consumer to its source; node graphs and materials are containers that values pass through.
// The material bound to geometry is usd::bound_material (stage.h).
// Same    equal stages give equal results. Connections that run in a circle end where they began.
// Source  OpenUSD 24.11, pxr/usd/usdShade.
#pragma once

#include "soulvan/usd/stage.h"

#include <span>

namespace soulvan::usd::shade {

using usd::bound_material;

enum class PortType : std::uint8_t { invalid, input, output };

/// An input or output of a prim. A handle, valid while its Stage lives.
struct Port {
    Prim prim;
    Attribute attribute;

    PortType type() const;
    Token base_name() const; ///< without "inputs:" or "outputs:"
    /// "full" or "interfaceOnly": what may be connected to an input.
    Token connectability() const;
};
/// ("inputs:file") is ("file", input); other names are themselves, invalid.
std::pair<Token, PortType> base_name_and_type(Token full_name);

std::optional<Port> input(Prim const& prim, std::string_view base_name);
std::optional<Port> output(Prim const& prim, std::string_view base_name);
/// Authored, then those that the prim's schema has.
std::vector<Port> inputs(Prim const& prim);
std::vector<Port> outputs(Prim const& prim);

/// Whether a prim takes part in connections (shaders, node graphs, materials, lights, light filters), whether
/// what stands below it is inside of it, and whether connections may not cross its border.
struct Behavior {
    bool is_connectable = false, is_container = false, requires_encapsulation = true;
};
Behavior behavior(Prim const& prim);

/// The ports that a port is connected to; targets that are no input or output of any prim go to `invalid`.
std::vector<Port> connected_sources(Port const& port, std::vector<Path>* invalid = nullptr);

/// The attributes that give a port its value: outputs of shaders, or authored inputs, through any depth of
/// node graphs. A port without usable connections is its own source when it has an authored value.
/// `shader_outputs_only` leaves out inputs. At most 100,000 steps.
std::vector<Port> value_producing_attributes(Port const& port, bool shader_outputs_only = false);

/// Whether `consumer` may be connected to `source`.
/// Errors  invalid_input: why not.
Result<> can_connect(Port const& consumer, Port const& source);

/// Where a terminal of a material or an output of a node graph comes from.
struct ShaderSource {
    Prim shader;
    Token name; ///< of the shader's output
    PortType type = PortType::output;
};
/// For `terminal` "surface", "displacement" or "volume": the first of the render contexts ("ri", "mdl", "" is
/// universal) that has a source; "" comes last when it is not among them.
std::optional<ShaderSource> terminal_source(Prim const& material, std::string_view terminal,
                                            std::span<Token const> render_contexts = {});
/// All outputs of that terminal: the universal one, then those of render contexts.
std::vector<Port> terminal_outputs(Prim const& material, std::string_view terminal);
/// What an output of a node graph is computed by.
std::optional<ShaderSource> output_source(Prim const& node_graph, std::string_view output);

/// For each input of a node graph, the inputs inside that read it; `transitive` follows them through nested
/// node graphs. At most 100,000 steps.
std::vector<std::pair<Port, std::vector<Port>>> interface_consumers(Prim const& node_graph,
                                                                    bool transitive = true);

/// How a shader is implemented.
struct Implementation {
    Token source;                    ///< "id", "sourceAsset" or "sourceCode"; "id" for others
    std::vector<Token> source_types; ///< "OSL", "glslfx": for which there is an asset or code
};
Implementation implementation(Prim const& shader);
/// info:id when the implementation source is "id".
std::optional<Token> shader_id(Prim const& shader);
/// Of a source type, else of all types; when the implementation source is "sourceAsset" or "sourceCode".
std::optional<Attribute> source_asset(Prim const& shader, std::string_view source_type = "");
std::optional<Token> source_asset_sub_identifier(Prim const& shader, std::string_view source_type = "");
std::optional<std::string> source_code(Prim const& shader, std::string_view source_type = "");

/// A coordinate system by name and the prim that it is.
struct CoordinateSystem {
    Token name;
    Path binding; ///< the relationship
    Path target;
};
std::vector<CoordinateSystem> local_coordinate_systems(Prim const& prim);
/// With those of ancestors; the nearest of a name wins.
std::vector<CoordinateSystem> coordinate_systems(Prim const& prim);

/// The material that a material specializes directly, when there is one.
std::optional<Prim> base_material(Prim const& material);

} // namespace soulvan::usd::shade
