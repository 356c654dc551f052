// How the room reads a crate file (.usdc) into a layer; writing is `write_crate` in the door layer.h.
#pragma once

#include "soulvan/usd/layer.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace soulvan::usd {

/// Whether `bytes` begin as every crate file does.
bool is_crate(std::span<std::byte const> bytes);

/// Reads versions 0.0.1 to 0.14, without array edits and animation blocks (0.14) and without the tangent
/// algorithms of splines (0.13), which are refused by name. Opening reads the tables; values are read from
/// `bytes` when they are asked for, and arrays that are stored raw and aligned point into them. `owner` keeps
/// the bytes alive; without one they are copied. Legacy connection and target specs are dropped: the list
/// edits of their owners say the same.
/// Errors  invalid_input: "name: offset N: what"; unsupported: a newer version; limit: over `limits`, where
///         `limits.bytes` bounds the file as well as the memory that its tables, or one value, take.
Result<Layer> read_crate(std::shared_ptr<void const> owner, std::span<std::byte const> bytes,
                         std::string const& name, ReadLimits const& limits);

} // namespace soulvan::usd
