// What a path is made of, for the code of the room that walks along paths.
#pragma once

#include "soulvan/usd/path.h"

namespace soulvan::usd {

/// In OpenUSD's order of node types, by which siblings of different kinds are sorted.
enum class PathElement : std::uint8_t {
    root,
    prim,
    property,
    variant,
    target,
    target_property,
    mapper,
    mapper_arg,
    expression
};

inline constexpr int deepest_path = 256;

/// One interned element with all above it. There is one for every path that somebody names, and they stay, so
/// it is kept at 32 bytes.
struct Path::Node {
    Node const* parent;
    Token name;         ///< of the element; of a variant, its set; of a root, "" or "."
    Token selection;    ///< of a variant
    Node const* target; ///< of a target or mapper
    PathElement element;
    bool absolute;
    bool varied; ///< a variant selection is somewhere above or here
    std::uint16_t depth;
};

} // namespace soulvan::usd
