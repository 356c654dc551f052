// What does a pattern node compute? Textures, primvar readers and coordinate transforms as one render::Input.
#pragma once

#include "translate_network.h"
#include "translate_parts.h"

namespace soulvan::render {

enum class InputKind : std::uint8_t { color, scalar, normal };

/// Fills `out` from what feeds it; leaves it alone when nothing does. Constants, UsdUVTexture,
/// UsdPrimvarReader_*, MaterialX image, constant, multiply, geompropvalue, normalmap and channel nodes; other
/// nodes are passed through to their first connected input, with a warning. Returns whether anything was set.
bool read_input(Translation& translation, Source const& source, InputKind kind, Input& out);

/// A texture named directly by an asset-valued attribute, without a node (MDL materials).
bool read_texture_file(Translation& translation, usd::Attribute const& file, InputKind kind, Input& out);

} // namespace soulvan::render
