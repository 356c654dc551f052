// Reading a model file by assimp into a ModelScene.
#pragma once

#include "scene.h"

#include "soulvan/base/result.h"
#include "soulvan/interchange/import.h"

#include <filesystem>

namespace soulvan::interchange {

/// Reads in this process: assimp is not proof against hostile files, so import_model calls read_scene
/// (isolated.h). Errors  as import_model.
Result<ModelScene> read_scene_here(std::filesystem::path const& source, ImportLimits const& limits);

} // namespace soulvan::interchange
