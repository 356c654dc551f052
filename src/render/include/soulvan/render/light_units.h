// What a UsdLux light's attributes mean in radiance.
#pragma once

#include "soulvan/render/scene.h"

namespace soulvan::render {

/// The attributes of a UsdLux light that decide how bright it is.
struct UsdLightAttributes {
    float intensity = 1; ///< nits; DistantLight's own default is 50000
    float exposure = 0;  ///< stops
    Vec3f color{1, 1, 1};
    bool enable_color_temperature = false;
    float color_temperature = 6500; ///< kelvin, 1000 to 10000
    bool normalize = false;
};

/// The colour of a black body in linear Rec.709, of luminance 1, as UsdLuxBlackbodyTemperatureAsRgb: the
/// published 500 K table of the UsdLux schema, Catmull-Rom between. Outside 1000..10000 K the nearest end.
Vec3f blackbody_rgb(float kelvin);

/// The world-space area that `normalize` divides by: rectangle, disk (ellipse), sphere (ellipsoid, Thomsen's
/// formula), cylinder without caps (Ramanujan's perimeter); for a distant light π sin²(angle/2), the
/// projected solid angle, and 1 when its angle is 0; 1 for a dome. `scale` are the world lengths of the
/// light's axes.
float usd_light_size(LightShape shape, float width, float height, float radius, float length, float angle_deg,
                     Vec3f const& scale);

/// What to put into Light::radiance: color · temperature · intensity · 2^exposure, over the size when
/// normalised. A distant light of angle 0 has no radiance: its value is the irradiance on a surface that
/// faces it. Shapes  as Light; `world_from_light` may scale unevenly and shear. A size of zero gives black.
/// Source  UsdLux LightAPI and its reference in hdEmbree (25.05).
Vec3f usd_light_radiance(UsdLightAttributes const& attributes, LightShape shape,
                         Transform const& world_from_light, float width, float height, float radius,
                         float length, float angle_deg);

} // namespace soulvan::render
