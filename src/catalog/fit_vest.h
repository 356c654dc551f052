// How does a vest come to sit on a person's model? The garment of the trunk is found, copied outward and
// draped.
#pragma once

#include "generators/kit.h"

#include "soulvan/usd/layer.h"

namespace soulvan::catalog {

/// Where a vest ends, as parts of the person's height where not said otherwise.
struct VestCut {
    double hem = 0.5;       ///< nothing below this
    double neck_drop = 0.2; ///< metres from the collar down to the point of the front's V
    double gap = 0.012;     ///< metres between the clothes and the vest
    Vec3f color{0.62f, 0.80f, 0.02f};
};

/// A vest over the trunk of the standing person in `layer`, whose parts lie apart in texture space: the
/// trunk's garment is one island there, the sleeves are others, so that the vest passes under the arms,
/// however they are held.
/// Frame   the person's: metres, +Y up, looks along +Z.
/// Errors  invalid_input: no mesh that stands on the floor with texture coordinates, or none with a trunk.
Result<> fit_vest(usd::Layer const& layer, double height, VestCut const& cut, kit::Mesh& out);

} // namespace soulvan::catalog
