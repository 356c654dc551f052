// Rec.709 primaries and the 3×3 algebra of colour spaces; private to the room.
#pragma once

#include <array>

namespace soulvan::media {

/// Row-major 3×3, applied to column vectors of linear RGB or XYZ.
using Rgb3x3 = std::array<double, 9>;

struct Chromaticity {
    double x, y;
};
/// ITU-R BT.709-6, table 1.
inline constexpr Chromaticity d65{0.3127, 0.3290};
inline constexpr std::array<Chromaticity, 3> rec709 = {{{0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}}};

Rgb3x3 product(Rgb3x3 const& a, Rgb3x3 const& b);
Rgb3x3 inverse(Rgb3x3 const& m);
/// XYZ of light mixed from these primaries, where (1,1,1) is D65 with Y = 1 (SMPTE RP 177).
Rgb3x3 xyz_from_rgb(std::array<Chromaticity, 3> const& rgb);

} // namespace soulvan::media
