// Checking: does a stage hold together? Collisions, bounds, support, openings, counts and relations, measured
// on real meshes; also of stages that were not written here.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/scene/plan.h"
#include "soulvan/usd/stage.h"

#include <string>
#include <vector>

namespace soulvan::scene {

/// One thing that is wrong.
struct Finding {
    /// Of a place: "collision", "duplicate", "sunk", "floating", "unsupported", "tilted", "out_of_bounds",
    /// "opening_blocked", "camera". Of a file: "units", "up_axis", "scale", "missing_asset",
    /// "broken_reference", "empty". Of a plan: "count", "relation". docs/scene-check.md defines each.
    std::string code;
    std::vector<std::string> prims; ///< paths; the one that is wrong first
    double amount_m = 0;            ///< depth, gap or distance
    std::string text;               ///< a sentence
};

/// Rates as facts and papers define them (docs/scene-check.md); N is the number of objects.
struct SceneCheck {
    int objects = 0;
    double collision = 0;     ///< COL: share of objects that penetrate another by more than 5 mm
    double out_of_bounds = 0; ///< OOB: share with less than 99 % of surface points over their floor
    double supported = 1;     ///< SUP
    double openings = 1;      ///< share of doors and windows that are clear
    double count = 1;         ///< CNT, with a plan
    double relation = 1;      ///< REL, with a plan
    std::vector<Finding> findings;
    std::vector<Finding>
        notes; ///< worth knowing, not wrong: no light, an unstated unit, what was not measured
    bool passed() const { return findings.empty(); }
};

/// Objects are the prims with `soulvan:category`; in stages without any, the models: prims of kind component,
/// else the children of the default prim's scopes that hold geometry.
/// Measured at the stage's first frame. One cause is one finding: what is of the wrong unit is measured as if
/// it were of the right one, what is outside is not called unsupported too. Rates count every cause. Errors
/// invalid_input: no geometry; limit: over 100,000 objects.
Result<SceneCheck> check_stage(usd::Stage const& stage, Plan const* plan = nullptr);

/// api/schemas/check.schema.json.
Json check_to_json(SceneCheck const& check);

} // namespace soulvan::scene
