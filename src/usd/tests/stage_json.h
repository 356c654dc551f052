// How is a composed stage shown as JSON? Shared by the corpus tests and usd_stage_dump.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/usd/stage.h"

#include <filesystem>

namespace soulvan::usd {

/// What is shown beside composition and values.
enum class Shown { composition, schemas_too };

/// Everything that composition decides, of all prims, also of those that only instances have: names,
/// metadata, values at the default time and at three others, samples, targets, the places of opinions.
/// With schemas also world transforms, visibility, purpose and bound materials. Layers are named relative to
/// the folder of `root`.
Json stage_json(Stage const& stage, std::filesystem::path const& root, Shown shown);

} // namespace soulvan::usd
