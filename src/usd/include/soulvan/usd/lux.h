// UsdLux: lights, what they shine on, and the colour that they shine in.
//
// Frames  lights stand at the origin of their prims and shine along -Z; domes have their pole along +Y.
// Units   intensities as authored: nits for area lights, per stage unit; temperatures in kelvin; degrees.
// Same    equal stages give equal results.
// Source  OpenUSD 24.11, pxr/usd/usdLux.
#pragma once

#include "soulvan/usd/collection.h"
#include "soulvan/usd/stage.h"

namespace soulvan::usd::lux {

/// Whether a prim is a light: of a light type, or geometry with MeshLightAPI, VolumeLightAPI or LightAPI.
bool is_light(Prim const& prim);
bool is_light_filter(Prim const& prim);

enum class LightListMode : std::uint8_t {
    consult_cache, ///< only the model hierarchy, and the lists that models keep (LightListAPI)
    ignore_cache   ///< all prims
};
/// Lights and light filters at and below `prim`, also within instances, in path order, each once.
std::vector<Path> light_list(Prim const& prim, LightListMode mode = LightListMode::ignore_cache);

/// The colour of a black body, linear Rec.709, of luminance 1; between 1,000 and 10,000 K, else that at the
/// nearer end.
Vec3f blackbody_temperature_as_rgb(float kelvin);

/// ShapingAPI. Angles in degrees.
struct Shaping {
    float focus = 0;
    Vec3f focus_tint{0, 0, 0};
    float cone_angle = 90;
    float cone_softness = 0;
    std::optional<Attribute> ies_file; ///< when it has a value
    float ies_angle_scale = 0;
    bool ies_normalize = false;
};
/// ShadowAPI.
struct Shadow {
    bool enable = true;
    Vec3f color{0, 0, 0};
    float distance = -1; ///< none
    float falloff = -1;  ///< none
    float falloff_gamma = 1;
};

/// A light at one time, with the fallbacks of LightAPI.
struct Light {
    Prim prim;
    float intensity = 1, exposure = 0;
    Vec3f color{1, 1, 1};
    bool enable_color_temperature = false;
    float color_temperature = 6500;
    bool normalize = false; ///< power does not depend on size
    float diffuse = 1, specular = 1;
    Token material_sync_mode;       ///< "materialGlowTintsLight", "independent", "noMaterialResponse"
    std::optional<Shaping> shaping; ///< with ShapingAPI
    std::optional<Shadow> shadow;   ///< with ShadowAPI
    std::vector<Path> filters;
    std::vector<Path> portals; ///< of domes

    /// Colour times intensity times 2^exposure, tinted by the colour temperature when that is enabled.
    Vec3f emission() const;
};
/// Nothing for prims that are no lights.
std::optional<Light> light(Prim const& prim, Time time = {});

/// The identifier of the light's shader: for a render context ("ri"), else light:shaderId.
Token shader_id(Prim const& light, std::string_view render_context = "");

/// What a light shines on, what casts shadows in it, and what a filter works on.
CollectionMembership light_link(Prim const& light);
CollectionMembership shadow_link(Prim const& light);
CollectionMembership filter_link(Prim const& filter);

/// Whether the pole of a dome is along "Y" or "Z" of the dome's own space.
Token dome_pole_axis(Prim const& dome);
/// From a dome whose pole is +Y to the dome's own space: a quarter turn about X when the pole is +Z.
Matrix4d local_from_dome(Prim const& dome);

} // namespace soulvan::usd::lux
