// The curve and the two matrices of the "Filmic" view.
//
// The idea of a per-channel curve between an inset and an outset of the primaries is Troy Sobotka's (AgX,
// 2022); the matrices, the curve and its numbers are derived here and were tuned on the chart of
// tests/display_test.cpp.
#include "filmic.h"

#include <cmath>

namespace soulvan::media {
namespace {

// Column i of the result is where primary i goes: towards the grey of equal luminance-free energy, which
// keeps neutrals neutral because every row still sums to 1.
Rgb3x3 towards_white(std::array<double, 3> const& share)
{
    // Rows: output channel. A share s of each primary is spread evenly over the three channels, and rows are
    // then scaled to sum to one so that white stays white.
    Rgb3x3 m{};
    for (int row = 0; row < 3; ++row) {
        double sum = 0;
        for (int column = 0; column < 3; ++column) {
            double const value = share[column] / 3 + (row == column ? 1 - share[column] : 0);
            m[row * 3 + column] = value;
            sum += value;
        }
        for (int column = 0; column < 3; ++column) m[row * 3 + column] /= sum;
    }
    return m;
}

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
    return towards_white(inset);
}

Rgb3x3 Filmic::out_of_inset() const
{
    return inverse(towards_white({inset[0] * outset, inset[1] * outset, inset[2] * outset}));
}

double Filmic::sigmoid(double log_value) const
{
    double const grey_in = stops_below / (stops_below + stops_above);
    double const grey = std::pow(grey_out, 1 / encoding_power);
    double const x = std::min(std::max(log_value, 0.0), 1.0) - grey_in;
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
