// Flattening: one layer that says what a stage, or one layer stack, says.
#pragma once

#include "soulvan/usd/stage.h"

#include <filesystem>
#include <string>
#include <vector>

namespace soulvan::usd {

struct FlattenOptions {
    /// Names the root layer in the documentation of the result, as UsdStage::Flatten does.
    bool source_comment = true;
    /// When not empty: only these prims, what is below them and what is above.
    std::vector<Path> mask;
};

/// A layer without composition arcs that resolves to what `stage` resolves to: UsdStage::Flatten. Instances
/// refer to "/Flattened_Prototype_1" and on, which stand first; they are numbered level by level of nesting,
/// in the order of the stage. Inactive prims are left out. Times are the stage's; asset paths that exist, or
/// are relative to their layer, become absolute. Kept here, where UsdStage::Flatten loses them (its issues
/// 1060 and 1168):
///   - the selections of variant sets, as `variants = {…}`: the sets are gone, what was chosen is told;
///   - asset paths in every time sample are anchored to the layer of the sample;
///   - attributes of types that no schema knows, with their type name;
///   - splines of attributes that have no samples.
/// Deterministic: equal stages give equal layers.
Layer flatten(Stage const& stage, FlattenOptions const& options = {});

struct LayerStackFlattening {
    Layer layer;
    std::vector<CompositionError> errors; ///< sublayers that are missing or form cycles: left out
};
/// The sublayers of one layer folded into one layer, arcs kept: UsdUtilsFlattenLayerStack. Lists are reduced
/// to lists that compose the same way; "add" becomes "append" and "reorder" is dropped where it cannot be
/// folded, as there. Times are those of the root layer; asset paths become absolute, variable expressions in
/// them are evaluated.
/// Kept here, where that function changes what the stage says or loses it:
///   - a deleted reference stays deleted when the layers have different offsets: references are compared as
///     they are authored, as composition does, and then moved in time (its issue 3811);
///   - asset paths in dictionaries and the templates of clip sets are anchored, too;
///   - a property that any layer calls custom is custom, the weakest layer says whether it varies;
///   - metadata that no schema registers.
/// Errors  as Layer::open for `root`.
Result<LayerStackFlattening> flatten_layer_stack(std::filesystem::path const& root,
                                                 ReadLimits const& limits = {});

} // namespace soulvan::usd
