// Where does a shader input get its value? Connections followed through node graphs to a constant or a node.
#pragma once

#include "soulvan/usd/stage.h"

#include <optional>
#include <string>

namespace soulvan::render {

/// What feeds an input: an attribute with a value, an output of a shader node, or nothing.
struct Source {
    std::optional<usd::Attribute> attribute; ///< holds a constant
    usd::Prim shader;                        ///< no handle when the source is a constant
    std::string output;                      ///< without "outputs:"
    bool is_constant() const { return attribute.has_value(); }
    bool is_node() const { return static_cast<bool>(shader); }
};

/// Follows connections from `attribute`: through inputs and outputs of NodeGraphs and Materials, over as many
/// levels as there are. A connection to nothing leaves the authored value. Cycles end as nothing.
Source source_of(usd::Stage const& stage, usd::Attribute const& attribute, usd::Time time);
/// The same for `inputs:<name>` of a shader; nothing when it has no such input.
Source source_of(usd::Stage const& stage, usd::Prim const& shader, std::string const& input, usd::Time time);

/// "UsdUVTexture", "ND_image_color3", …: info:id, or the name inside an MDL source; "" when there is none.
std::string shader_id(usd::Prim const& shader);

/// A constant as up to four floats; how many are set tells the type apart. Colours without alpha have 3.
struct Constant {
    Vec4f value{0, 0, 0, 0};
    int components = 0;
};
std::optional<Constant> constant_of(usd::Value const& value);
std::optional<Constant> constant_of(Source const& source, usd::Time time);
/// Text from a token, string or asset-less attribute.
std::optional<std::string> text_of(Source const& source, usd::Time time);

} // namespace soulvan::render
