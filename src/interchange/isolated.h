// Reading a foreign model in a process of its own, which may crash, hang or fill its memory alone.
#pragma once

#include "scene.h"

#include "soulvan/base/result.h"
#include "soulvan/interchange/import.h"

#include <filesystem>
#include <functional>

namespace soulvan::interchange {

/// read_scene_here in a forked process under limits.memory_bytes and limits.cpu_seconds.
/// Errors  as import_model; a crash of the reader is invalid_input, its bounds are limit.
Result<ModelScene> read_scene(std::filesystem::path const& source, ImportLimits const& limits);

/// The same for any reader; what read_scene is made of, and what its tests break.
Result<ModelScene> read_isolated(std::filesystem::path const& source, ImportLimits const& limits,
                                 std::function<Result<ModelScene>()> const& read);

} // namespace soulvan::interchange
