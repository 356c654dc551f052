// Composing: a sentence to a checked stage with its script, on disk.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/catalog/catalog.h"
#include "soulvan/scene/answer.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace soulvan::jobs {

struct ComposeRequest {
    std::string sentence;
    std::filesystem::path plan;   ///< a plan.json instead of the sentence; "": none
    std::filesystem::path stage;  ///< to write: DIR/scene.usda, or hall.usd
    std::filesystem::path folder; ///< of plan, layout, script and assets: DIR, or hall.files
    std::filesystem::path from;   ///< a folder or a plan.json whose scene the sentence edits; "": a new scene
    std::uint64_t seed = 0;
    int width = 640, height = 360;
    double fps = 24;
    std::optional<double> seconds; ///< beats what the sentence says
};

/// What came of it. `layout` and `check` are there for outcome scene only.
struct Composition {
    scene::Plan plan;
    std::optional<scene::Layout> layout;
    std::optional<scene::SceneCheck> check;
    scene::Written written;
    double seconds = 2, fps = 24;
};

/// Writes assets, plan.json, layout.json, scene.py and, last, the stage; each whole or not at all. Nothing is
/// written for outcomes other than scene. Run again after an interruption it ends with the same bytes.
/// `clock` is for the durations in the answer alone.
/// Errors  of the planner, the solver and the catalogue; not_found: `from` holds no plan; io.
Result<Composition> compose(ComposeRequest const& request, catalog::Catalog const& catalog,
                            std::function<double()> const& clock, Progress& progress, std::stop_token stop);

} // namespace soulvan::jobs
