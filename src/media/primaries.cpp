// Matrices between RGB spaces and XYZ.
#include "primaries.h"

namespace soulvan::media {

Rgb3x3 product(Rgb3x3 const& a, Rgb3x3 const& b)
{
    Rgb3x3 m{};
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column)
            for (int k = 0; k < 3; ++k) m[row * 3 + column] += a[row * 3 + k] * b[k * 3 + column];
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

// Columns are the primaries in XYZ, scaled so that they add up to d65.
Rgb3x3 xyz_from_rgb(std::array<Chromaticity, 3> const& rgb)
{
    Rgb3x3 m{};
    for (int i = 0; i < 3; ++i) {
        m[i] = rgb[i].x / rgb[i].y;
        m[3 + i] = 1;
        m[6 + i] = (1 - rgb[i].x - rgb[i].y) / rgb[i].y;
    }
    auto const solve = inverse(m);
    double const w[3] = {d65.x / d65.y, 1, (1 - d65.x - d65.y) / d65.y};
    for (int i = 0; i < 3; ++i) {
        double const scale = solve[i * 3] * w[0] + solve[i * 3 + 1] * w[1] + solve[i * 3 + 2] * w[2];
        for (int row = 0; row < 3; ++row) m[row * 3 + i] *= scale;
    }
    return m;
}

} // namespace soulvan::media
