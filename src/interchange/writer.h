// A ModelScene in our frame as a USD layer.
#pragma once

#include "looks.h"
#include "scene.h"
#include "textures.h"

#include "soulvan/base/result.h"
#include "soulvan/interchange/import.h"
#include "soulvan/usd/layer.h"

namespace soulvan::interchange {

/// A material ready to be written.
struct WrittenMaterial {
    Look look;
    std::optional<StoredTexture> color, opacity, emission, normal, occlusion, roughness, metallic;
};

/// The layer that import_model promises. `materials` stand beside scene.materials. Counts go to `report`.
usd::Layer layer_of(ModelScene const& scene, std::vector<WrittenMaterial> const& materials,
                    ImportOptions const& options, std::string const& root_name, ImportReport& report);

} // namespace soulvan::interchange
