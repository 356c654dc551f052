// A clear sky and its sun, from the physics of air, dust and ozone.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/media/image.h"

namespace soulvan::render {

struct SkySettings {
    Vec3f to_sun{0, 0.70710678f, 0.70710678f}; ///< any length; +Y is up
    /// All air over clean air, of the vertical optical depth at 550 nm: 1 is none but air, 2 a clear day
    /// (aerosol optical depth 0.11), 3 average, 6 hazy; 1 to 12.
    float turbidity = 2.5f;
    float altitude = 0;         ///< of the viewer above the sea, metres, 0 to 20 000
    float ozone = 1;            ///< of 300 Dobson units
    float ground_albedo = 0.2f; ///< grey; the dome's lower half shows ground lit by this sky
};

struct Sky {
    /// Shape   height × width × 3, lat-long as UsdLux wants it (+Z in the middle, +Y on top).
    /// Units   nits, linear Rec.709. The sun is not in it.
    media::Image dome;
    Vec3f sun_radiance{0, 0, 0};   ///< nits, the mean over a disk of `sun_angle_deg`; black below the horizon
    float sun_angle_deg = 0.533f;  ///< for DistantLight's angle
    Vec3f sun_irradiance{0, 0, 0}; ///< lux on a surface that faces the sun
};

/// Single scattering along the line of sight, and all further orders by one isotropic term.
/// Errors  invalid_input: a direction of length zero, values out of range, a side below 2 or above 16384.
/// Same    equal settings give equal bytes on any number of threads.
/// Cost    about 0.4 CPU-seconds for 512 × 256.
/// Source  Nishita et al. 1993; Bruneton & Neyret 2008 (geometry, transmittance table); Hillaire 2020
/// (further
///         orders); Wyman et al. 2013 (colour matching functions). Twelve wavelengths, not three.
Result<Sky> make_sky(SkySettings const& settings, int width = 512, int height = 256);

} // namespace soulvan::render
