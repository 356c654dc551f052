// Whether samples follow a density: Pearson's chi-square over a grid of directions.
#pragma once

#include "sampler.h"
#include "vector.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

namespace soulvan::render {

/// Regularised upper incomplete gamma Q(a, x): the chance that a chi-square of 2a degrees exceeds 2x.
inline double upper_gamma(double a, double x)
{
    if (x <= 0) return 1;
    double const front = std::exp(a * std::log(x) - x - std::lgamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int n = 1; n < 10000 && term > sum * 1e-15; ++n) sum += term *= x / (a + n);
        return 1 - front * sum;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int n = 1; n < 10000; ++n) {
        double const an = -n * (n - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        double const delta = d * c;
        h *= delta;
        if (std::abs(delta - 1) < 1e-14) break;
    }
    return front * h;
}

/// Directions over the sphere in cells of equal solid angle, about x: the poles of shading's z lie between
/// them.
struct DirectionGrid {
    int rows = 40, columns = 80;
    int cell(Vec3f const& w) const
    {
        int const r = std::clamp(static_cast<int>((1 - w.x) / 2 * static_cast<float>(rows)), 0, rows - 1);
        float const phi = std::atan2(w.z, w.y) / (2 * pi);
        int const c = std::clamp(static_cast<int>((phi < 0 ? phi + 1 : phi) * static_cast<float>(columns)), 0,
                                 columns - 1);
        return r * columns + c;
    }
    Vec3f direction(int cell_index, double u, double v) const
    {
        double const z = 1 - 2.0 * (cell_index / columns + u) / rows, s = std::sqrt(std::max(0.0, 1 - z * z));
        double const phi = 2 * std::numbers::pi * (cell_index % columns + v) / columns;
        return {static_cast<float>(z), static_cast<float>(s * std::cos(phi)),
                static_cast<float>(s * std::sin(phi))};
    }
    double cell_area() const { return 4 * std::numbers::pi / (rows * columns); }
};

struct ChiSquare {
    double p = 0;        ///< of a worse fit by chance
    double integral = 0; ///< of the density
};

/// `sample(u, lobe)` gives a direction or nothing; what is missing from one must be missing from the other.
inline ChiSquare chi_square(std::function<std::optional<Vec3f>(Vec2f, float)> const& sample,
                            std::function<double(Vec3f const&)> const& density, std::uint64_t seed,
                            int count = 200000, int sub = 8)
{
    DirectionGrid const grid;
    auto const cells = static_cast<std::size_t>(grid.rows) * grid.columns;
    std::vector<double> observed(cells), expected(cells);
    for (int i = 0; i < count; ++i) {
        auto const word = [&](int k) {
            return unit_float(static_cast<std::uint32_t>(mix64(seed + 4ull * i + k + 1) >> 32));
        };
        if (auto const w = sample({word(0), word(1)}, word(2))) ++observed[grid.cell(*w)];
    }
    ChiSquare out;
    for (std::size_t c = 0; c < cells; ++c) {
        double sum = 0;
        for (int i = 0; i < sub; ++i)
            for (int j = 0; j < sub; ++j)
                sum += density(grid.direction(static_cast<int>(c), (i + 0.5) / sub, (j + 0.5) / sub));
        expected[c] = sum / (sub * sub) * grid.cell_area() * count;
        out.integral += expected[c] / count;
    }
    // Cells with few expected samples are pooled.
    double statistic = 0, pooled_expected = 0, pooled_observed = 0;
    int degrees = -1;
    for (std::size_t c = 0; c < cells; ++c) {
        if (expected[c] < 5) {
            pooled_expected += expected[c];
            pooled_observed += observed[c];
            continue;
        }
        statistic += square(static_cast<float>(observed[c] - expected[c])) / expected[c];
        ++degrees;
    }
    if (pooled_expected > 5) {
        statistic +=
            (pooled_observed - pooled_expected) * (pooled_observed - pooled_expected) / pooled_expected;
        ++degrees;
    } else if (pooled_observed > 30) {
        return out; // samples where there should be none
    }
    out.p = degrees > 0 ? upper_gamma(degrees / 2.0, statistic / 2) : 1;
    return out;
}

} // namespace soulvan::render
