// A USD stage at one time as a render::Scene.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"
#include "soulvan/render/scene.h"
#include "soulvan/usd/stage.h"

#include <memory>
#include <optional>
#include <string>

namespace soulvan::render {

struct TranslateSettings {
    std::string camera;              ///< prim path or name; "": the first camera in traversal order
    std::string purposes = "render"; ///< beside "default": "render", "proxy", "guide", comma-separated
    /// Catmull-Clark and loop, when the mesh asks for it; small cages get up to two levels more. 0: the cage.
    int subdivision_level = 2;
    /// Light when the stage has none: a soft dome, so that a bare model can be seen. Noted in warnings.
    bool default_light = true;
};

/// Units   metersPerUnit and upAxis of the stage are folded into the transforms: the scene is metres, +Y up.
/// Errors  not_found: the camera does not exist, naming those that do; invalid_input: a NaN or an index that
///         leaves its array, naming prim and attribute.
Result<std::shared_ptr<Scene const>> translate(usd::Stage const& stage, usd::Time time,
                                               TranslateSettings const& settings, Progress& progress);
/// The camera alone: what changes between the frames of a static scene.
Result<Camera> translate_camera(usd::Stage const& stage, usd::Time time, TranslateSettings const& settings);
/// True when something other than the camera changes over time.
bool is_animated(usd::Stage const& stage);

} // namespace soulvan::render
