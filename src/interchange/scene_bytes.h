// A ModelScene as bytes, to cross from one process to another of the same program.
#pragma once

#include "scene.h"

#include "soulvan/base/result.h"

#include <cstddef>
#include <span>
#include <string>

namespace soulvan::interchange {

std::string to_bytes(ModelScene const& scene);

/// Trusts nothing: the bytes may come from a process whose memory a hostile file has overwritten. Every index
/// of the scene that is returned is in range. Errors  invalid_input.
Result<ModelScene> scene_from_bytes(std::span<std::byte const> bytes);

} // namespace soulvan::interchange
