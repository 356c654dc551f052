// The curve and the two matrices of the "Filmic" view.
//
// The idea of a per-channel curve between an inset and an outset of the primaries is Troy Sobotka's (AgX,
// 2022). The matrices and the curve are derived here; their numbers were tuned by eye on ramps, saturated
// hues over twelve stops, colour-checker patches at three exposures and shaded spheres of skin, wood and
// paint.
#include "filmic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::media {
namespace {

// Rec.709 values of a light whose primaries have moved towards white by `share` and turned about it.
Rgb3x3 moved_primaries(std::array<double, 3> const& share, std::array<double, 3> const& turn_deg)
{
    auto moved = rec709;
    for (int i = 0; i < 3; ++i) {
        double const angle = turn_deg[i] * std::numbers::pi / 180, keep = 1 - share[i];
        double const dx = (rec709[i].x - d65.x) * keep, dy = (rec709[i].y - d65.y) * keep;
        moved[i] = {d65.x + std::cos(angle) * dx - std::sin(angle) * dy,
                    d65.y + std::sin(angle) * dx + std::cos(angle) * dy};
    }
    return product(inverse(xyz_from_rgb(rec709)), xyz_from_rgb(moved));
}

// x / (1 + x^n)^(1/n), scaled so that it leaves 0 with slope 1 and reaches `height` exactly at `width`.
double bend(double x, double slope, double width, double height, double power)
{
    double const straight = slope * width;
    double const scale = std::pow(std::pow(height, -power) - std::pow(straight, -power), -1 / power);
    double const t = slope * x / scale;
    return scale * t / std::pow(1 + std::pow(t, power), 1 / power);
}

} // namespace

Rgb3x3 Filmic::into_inset() const
{
    return moved_primaries(inset, turn_deg);
}

Rgb3x3 Filmic::out_of_inset() const
{
    return inverse(moved_primaries(outset, {}));
}

double Filmic::sigmoid(double log_value) const
{
    double const grey_in = stops_below / (stops_below + stops_above);
    double const grey = std::pow(grey_out, 1 / encoding_power);
    double const x = std::clamp(log_value, 0.0, 1.0) - grey_in;
    return x >= 0 ? grey + bend(x, contrast, 1 - grey_in, 1 - grey, shoulder)
                  : grey - bend(-x, contrast, grey_in, grey, toe);
}

std::vector<float> Filmic::table(int entries) const
{
    std::vector<float> values(static_cast<std::size_t>(entries));
    for (int i = 0; i < entries; ++i)
        values[i] =
            static_cast<float>(std::pow(sigmoid(static_cast<double>(i) / (entries - 1)), encoding_power));
    return values;
}

} // namespace soulvan::media
