// The "Filmic" view as numbers: how scene-linear light becomes a picture; private to the room.
#pragma once

#include "primaries.h"

#include <array>
#include <vector>

namespace soulvan::media {

/// The view is: into a narrower triangle of primaries (so that a bright saturated light also excites the
/// other two channels and can wash out to white instead of clipping at full saturation), log2 around middle
/// grey, one sigmoid per channel, and back out of a triangle a little narrower still, which gives mid-tones
/// their colour back.
struct Filmic {
    double middle_grey = 0.18;
    double stops_below = 10.0, stops_above = 6.5; ///< the range that the log encoding keeps

    /// Light that leaves the sigmoid is display-linear to this power; only the shape of the toe feels it.
    double encoding_power = 2.4;
    double grey_out = 0.18; ///< display-linear value of middle grey
    double contrast = 2.75; ///< slope of the sigmoid at grey: encoded value per whole log range
    double toe = 1.35;      ///< how late shadows bend: 1 at once, 4 hardly before black
    double shoulder = 4.2;  ///< the same for highlights

    /// How far red, green and blue move towards white before the curve, and what is taken back after it:
    /// shares of the way, in xy chromaticity.
    std::array<double, 3> inset = {0.22, 0.19, 0.19}, outset = {0.28, 0.24, 0.22};
    /// Their turn about white, counter-clockwise: keeps bright wood brown (not yellow) and bright blue from
    /// purple.
    std::array<double, 3> turn_deg = {0.0, 1.0, -0.7};

    Rgb3x3 into_inset() const;
    Rgb3x3 out_of_inset() const;
    /// Encoded 0..1 for a normalised log value 0..1: rises from 0 to 1, passes grey with slope `contrast`.
    double sigmoid(double log_value) const;
    /// The sigmoid and the decoding to display-linear light at `entries` even steps of the log value.
    std::vector<float> table(int entries) const;
};

} // namespace soulvan::media
