// Building: a layout to a USD layer, and to the Python script that makes the same layer in Omniverse Kit.
#pragma once

#include "soulvan/catalog/catalog.h"
#include "soulvan/scene/layout.h"
#include "soulvan/usd/layer.h"

#include <string>

namespace soulvan::scene {

struct BuildOptions {
    int width = 640, height = 360;
    double fps = 24;
    double seconds = 2;
    std::string assets = "./"; ///< from the stage's folder to the one that holds `assets`
};

/// The stage: /World (default prim) with Environment, Props/<group>/<id>, Lights, Cameras/Main; /Render with
/// settings, product and vars. metersPerUnit 1, +Y up. Things are Xforms with translate, rotateY and scale
/// ops; the asset is referenced by their child `model`, instanceable, as `@./assets/<pack>/<name>.usdc@`.
/// Category, front, support surfaces and room bounds stand on the prims as `soulvan:*`, so that a checker
/// needs the stage alone.
/// Same     equal arguments give equal layers.
Result<usd::Layer> build_stage(Plan const& plan, Layout const& layout, catalog::Catalog const& catalog,
                               BuildOptions const& options);

/// Whether the floors lie at several heights: then /World/Environment/<room>/ground is the floor of each
/// room.
bool has_ground_prims(Layout const& layout);

/// Python that authors every prim of `stage` through the pxr API. Runs in Kit's script editor, by `--exec`
/// and in plain pxr. The assets' folder is one variable, ASSET_ROOT: the environment's, else the script's own
/// folder; local, mounted ("Z:\…") and s3 prefixes are joined alike.
/// Errors  unsupported: a value or an arc that the builder does not write, by its path.
Result<std::string> write_script(usd::Layer const& stage, std::string const& title);

} // namespace soulvan::scene
