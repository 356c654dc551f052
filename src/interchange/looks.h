// Looks: what UsdPreviewSurface shall show for a material, from what its source states and what its name
// says.
#pragma once

#include "scene.h"
#include "textures.h"

#include <optional>
#include <string>
#include <string_view>

namespace soulvan::interchange {

/// Inputs of UsdPreviewSurface; a map replaces its value, times the value where both stand (`*_scale`).
struct Look {
    Vec3f diffuse{0.5f, 0.5f, 0.5f};
    Vec3f emission{0, 0, 0};
    float metallic = 0, roughness = 0.5f, opacity = 1, opacity_threshold = 0;
    float ior = 1.5f, clearcoat = 0, clearcoat_roughness = 0.03f;
    bool opacity_from_color_map = false; ///< the colour map's alpha is the opacity
    bool emission_from_color_map = false;
};

/// What a thing is made of, as far as names and colours tell.
enum class Finish : std::uint8_t {
    unknown,
    glass,
    frosted_glass,
    mirror,
    water,
    chrome,
    steel,
    aluminium,
    brass,
    gold,
    copper,
    iron,
    metal,
    rubber,
    plastic,
    gloss_plastic,
    paint,
    gloss_paint,
    car_paint,
    wood,
    varnished_wood,
    wicker,
    bark,
    leaf,
    fabric,
    leather,
    paper,
    cardboard,
    concrete,
    stone,
    polished_stone,
    ceramic,
    plaster,
    soil,
    skin,
    hair,
    eye,
    food,
    screen,
    lamp,
    flame,
};

/// The finish that the words of `text` name ("METAL_chrome", "cristal_verde.001", "oakTexture.jpg"); the more
/// special wins over the more general, so that a "metal chrome" is chrome.
Finish finish_of(std::string_view text);
/// Whether one of `words` is in the text, by the rules of finish_of(): "lamp =light".
bool speaks_of(std::string_view text, std::string_view words);
/// What things of this kind are mostly made of ("sofa living room": fabric).
Finish usual_finish(std::string_view hints);

/// `color_map` is the stored colour texture, null when there is none.
Look look_of(ModelMaterial const& material, StoredTexture const* color_map, bool use_rules,
             bool colors_are_srgb, std::string_view hints);

} // namespace soulvan::interchange
