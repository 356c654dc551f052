// The curve and the two matrices of the "Filmic" view.
//
// The idea of a per-channel curve between an inset and an outset of the primaries is Troy Sobotka's (AgX,
// 2022); the matrices, the curve and its numbers are derived here and were tuned on the chart of
// tests/display_test.cpp.
#include "filmic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::media {
namespace {

Rgb3x3 inverse(Rgb3x3 const& m)
{
    auto const minor = [&](int r, int c) {
        int const r0 = (r + 1) % 3, r1 = (r + 2) % 3, c0 = (c + 1) % 3, c1 = (c + 2) % 3;
        return m[r0 * 3 + c0] * m[r1 * 3 + c1] - m[r0 * 3 + c1] * m[r1 * 3 + c0];
    };
    double const determinant = m[0] * minor(0, 0) + m[1] * minor(0, 1) + m[2] * minor(0, 2);
    Rgb3x3 result{};
    for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c) result[r * 3 + c] = minor(c, r) / determinant;
    return result;
}

Rgb3x3 product(Rgb3x3 const& a, Rgb3x3 const& b)
{
    Rgb3x3 m{};
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column)
            for (int k = 0; k < 3; ++k) m[row * 3 + column] += a[row * 3 + k] * b[k * 3 + column];
    return m;
}

struct Chromaticity {
    double x, y;
};
// ITU-R BT.709-6, table 1.
constexpr Chromaticity white{0.3127, 0.3290};
constexpr std::array<Chromaticity, 3> primaries = {{{0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}}};

// SMPTE RP 177: columns are the primaries in XYZ, scaled so that they add up to white.
Rgb3x3 xyz_from_rgb(std::array<Chromaticity, 3> const& rgb)
{
    Rgb3x3 m{};
    for (int i = 0; i < 3; ++i) {
        m[i] = rgb[i].x / rgb[i].y;
        m[3 + i] = 1;
        m[6 + i] = (1 - rgb[i].x - rgb[i].y) / rgb[i].y;
    }
    auto const solve = inverse(m);
    double const w[3] = {white.x / white.y, 1, (1 - white.x - white.y) / white.y};
    for (int i = 0; i < 3; ++i) {
        double const scale = solve[i * 3] * w[0] + solve[i * 3 + 1] * w[1] + solve[i * 3 + 2] * w[2];
        for (int row = 0; row < 3; ++row) m[row * 3 + i] *= scale;
    }
    return m;
}

// Rec.709 values of a light whose primaries have moved towards white by `share` and turned about it.
Rgb3x3 moved_primaries(std::array<double, 3> const& share, std::array<double, 3> const& turn_deg)
{
    auto moved = primaries;
    for (int i = 0; i < 3; ++i) {
        double const angle = turn_deg[i] * std::numbers::pi / 180, keep = 1 - share[i];
        double const dx = (primaries[i].x - white.x) * keep, dy = (primaries[i].y - white.y) * keep;
        moved[i] = {white.x + std::cos(angle) * dx - std::sin(angle) * dy,
                    white.y + std::sin(angle) * dx + std::cos(angle) * dy};
    }
    return product(inverse(xyz_from_rgb(primaries)), xyz_from_rgb(moved));
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
