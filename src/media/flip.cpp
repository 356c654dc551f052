// LDR-FLIP: the error a person sees when two pictures alternate on a screen.
//
// Andersson, Nilsson, Akenine-Möller, Oskarsson, Åström, Fairchild, "FLIP: A Difference Evaluator for
// Alternating Images", HPG 2020. Section and constant names below are the paper's.
#include "soulvan/media/compare.h"

#include "compare_pair.h"
#include "primaries.h"
#include "soulvan/media/display.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace soulvan::media {
namespace {

using Colour = std::array<double, 3>;

Colour apply(Rgb3x3 const& m, Colour const& v)
{
    Colour r{};
    for (int i = 0; i < 3; ++i) r[i] = m[i * 3] * v[0] + m[i * 3 + 1] * v[1] + m[i * 3 + 2] * v[2];
    return r;
}

struct Spaces {
    Rgb3x3 xyz = xyz_from_rgb(rec709);
    Rgb3x3 rgb = inverse(xyz);
    Colour white = apply(xyz, {1, 1, 1});

    Colour relative_xyz(Colour const& linear) const
    {
        auto const v = apply(xyz, linear);
        return {v[0] / white[0], v[1] / white[1], v[2] / white[2]};
    }
    /// The linearised L*a*b* in which the eye's filters are applied (4.1.1).
    Colour ycxcz(Colour const& linear) const
    {
        auto const v = relative_xyz(linear);
        return {116 * v[1] - 16, 500 * (v[0] - v[1]), 200 * (v[1] - v[2])};
    }
    Colour linear_of_ycxcz(Colour const& c) const
    {
        double const y = (c[0] + 16) / 116;
        return apply(rgb, {(y + c[1] / 500) * white[0], y * white[1], (y - c[2] / 200) * white[2]});
    }
    /// L*a*b* with chroma that fades in the dark (Hunt effect, 4.1.2).
    Colour hunt_lab(Colour const& linear) const
    {
        auto const f = [](double t) {
            constexpr double delta = 6.0 / 29;
            return t > delta * delta * delta ? std::cbrt(t) : t / (3 * delta * delta) + 4.0 / 29;
        };
        auto const v = relative_xyz(linear);
        double const lightness = 116 * f(v[1]) - 16;
        return {lightness, 0.01 * lightness * 500 * (f(v[0]) - f(v[1])),
                0.01 * lightness * 200 * (f(v[1]) - f(v[2]))};
    }
};

/// One value per pixel.
struct Plane {
    int width, height;
    std::vector<float> values;
    Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * h) {}
    float& at(int x, int y) { return values[static_cast<std::size_t>(y) * width + x]; }
    float at(int x, int y) const { return values[static_cast<std::size_t>(y) * width + x]; }
};

using Kernel = std::vector<double>; // odd length, centre in the middle

/// The product of a row and a column kernel; the border repeats outwards.
Plane convolved(Plane const& from, Kernel const& row, Kernel const& column)
{
    Plane half(from.width, from.height), to(from.width, from.height);
    auto const pass = [&](Plane const& in, Plane& out, Kernel const& kernel, int dx, int dy) {
        int const radius = static_cast<int>(kernel.size()) / 2;
        tbb::parallel_for(tbb::blocked_range<int>(0, in.height, 8), [&](auto const& rows) {
            for (int y = rows.begin(); y != rows.end(); ++y)
                for (int x = 0; x < in.width; ++x) {
                    double sum = 0;
                    for (int k = -radius; k <= radius; ++k)
                        sum += kernel[k + radius] * in.at(std::clamp(x + k * dx, 0, in.width - 1),
                                                          std::clamp(y + k * dy, 0, in.height - 1));
                    out.at(x, y) = static_cast<float>(sum);
                }
        });
    };
    pass(from, half, row, 1, 0);
    pass(half, to, column, 0, 1);
    return to;
}

/// exp(-x²·rate), unnormalised.
Kernel gaussian(int radius, double rate)
{
    Kernel kernel;
    for (int x = -radius; x <= radius; ++x) kernel.push_back(std::exp(-x * x * rate));
    return kernel;
}

double sum_of(Kernel const& kernel)
{
    double sum = 0;
    for (double v : kernel) sum += v;
    return sum;
}

Kernel scaled(Kernel kernel, double factor)
{
    for (double& v : kernel) v *= factor;
    return kernel;
}

/// The contrast sensitivity of one channel: up to two Gaussians a·sqrt(π/b)·exp(-π²x²/b), x in degrees (table
/// 1).
struct Sensitivity {
    double a1, b1, a2, b2;
};
constexpr Sensitivity achromatic{1, 0.0047, 0, 1e-5}, red_green{1, 0.0053, 0, 1e-5},
    blue_yellow{34.1, 0.04, 13.5, 0.025};

Plane seen_through(Sensitivity const& s, Plane const& channel, double pixels_per_degree)
{
    using std::numbers::pi;
    int const radius = static_cast<int>(std::ceil(3 * std::sqrt(0.04 / (2 * pi * pi)) * pixels_per_degree));
    double const degree = 1 / pixels_per_degree;
    auto const rate = [&](double b) { return pi * pi * degree * degree / b; };
    Kernel const first = gaussian(radius, rate(s.b1)), second = gaussian(radius, rate(s.b2));
    double const weight1 = s.a1 * std::sqrt(pi / s.b1), weight2 = s.a2 * std::sqrt(pi / s.b2);
    double const total = weight1 * sum_of(first) * sum_of(first) + weight2 * sum_of(second) * sum_of(second);
    auto result = convolved(channel, scaled(first, weight1 / total), first);
    if (s.a2 > 0) {
        auto const wide = convolved(channel, scaled(second, weight2 / total), second);
        for (std::size_t i = 0; i < result.values.size(); ++i) result.values[i] += wide.values[i];
    }
    return result;
}

/// A picture as the difference needs it: Hunt-adjusted L*a*b* after the eye's filters, and its edges and
/// points.
struct Seen {
    std::vector<Colour> lab;
    Plane edges, points;
};

/// Positive weights sum to 1 and negative ones to -1 (4.2).
Kernel balanced(Kernel kernel)
{
    double positive = 0, negative = 0;
    for (double v : kernel) (v > 0 ? positive : negative) += v;
    for (double& v : kernel) v /= v > 0 ? positive : -negative;
    return kernel;
}

std::pair<Plane, Plane> features(Plane const& grey, double pixels_per_degree)
{
    double const deviation =
        0.5 * 0.082 * pixels_per_degree; // w = 0.082 degrees, the width of a detected edge
    int const radius = static_cast<int>(std::ceil(3 * deviation));
    Kernel const smooth = gaussian(radius, 1 / (2 * deviation * deviation));
    Kernel slope, curve;
    for (int x = -radius; x <= radius; ++x) {
        slope.push_back(-x * smooth[x + radius]);
        curve.push_back((x * x / (deviation * deviation) - 1) * smooth[x + radius]);
    }
    Kernel const flat = scaled(smooth, 1 / sum_of(smooth)), first = balanced(slope), second = balanced(curve);
    auto const magnitude = [&](Kernel const& kernel) {
        auto across = convolved(grey, kernel, flat);
        auto const down = convolved(grey, flat, kernel);
        for (std::size_t i = 0; i < across.values.size(); ++i)
            across.values[i] = std::hypot(across.values[i], down.values[i]);
        return across;
    };
    return {magnitude(first), magnitude(second)};
}

Seen look_at(Image const& image, double pixels_per_degree)
{
    Spaces const spaces;
    int const width = image.width(), height = image.height(), channels = image.channels();
    std::array<Plane, 3> planes{Plane(width, height), Plane(width, height), Plane(width, height)};
    Plane grey(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            Colour linear{};
            for (int c = 0; c < 3; ++c)
                linear[c] = linear_from_srgb(std::clamp(image.at(x, y)[channels >= 3 ? c : 0], 0.0f, 1.0f));
            auto const colour = spaces.ycxcz(linear);
            for (int c = 0; c < 3; ++c) planes[c].at(x, y) = static_cast<float>(colour[c]);
            grey.at(x, y) = static_cast<float>((colour[0] + 16) / 116);
        }
    constexpr std::array sensitivities{achromatic, red_green, blue_yellow};
    for (int c = 0; c < 3; ++c) planes[c] = seen_through(sensitivities[c], planes[c], pixels_per_degree);

    auto [edges, points] = features(grey, pixels_per_degree);
    Seen seen{std::vector<Colour>(grey.values.size()), std::move(edges), std::move(points)};
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, seen.lab.size(), 4096), [&](auto const& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) {
            auto linear =
                spaces.linear_of_ycxcz({planes[0].values[i], planes[1].values[i], planes[2].values[i]});
            for (double& v : linear) v = std::clamp(v, 0.0, 1.0);
            seen.lab[i] = spaces.hunt_lab(linear);
        }
    });
    return seen;
}

double hyab(Colour const& a, Colour const& b)
{
    return std::abs(a[0] - b[0]) + std::hypot(a[1] - b[1], a[2] - b[2]);
}

/// The colour difference of the paper's 4.1.2 and 4.1.3, 0..1.
class ColourDifference {
public:
    ColourDifference()
    {
        Spaces const spaces;
        largest_ = std::pow(hyab(spaces.hunt_lab({0, 1, 0}), spaces.hunt_lab({0, 0, 1})), exponent);
    }
    double operator()(Colour const& a, Colour const& b) const
    {
        double const difference = std::pow(hyab(a, b), exponent), knee = 0.4 * largest_;
        return difference < knee ? 0.95 / knee * difference
                                 : 0.95 + (difference - knee) / (largest_ - knee) * (1 - 0.95);
    }

private:
    static constexpr double exponent = 0.7;
    double largest_;
};

} // namespace

Result<double> flip(Image const& test, Image const& reference, double pixels_per_degree, Image* map)
{
    TRY(check_pair(test, reference));
    if (!(pixels_per_degree >= 1 && pixels_per_degree <= 1000))
        return fail(Errc::invalid_input, "{} pixels per degree are not within 1..1000", pixels_per_degree);
    auto const a = look_at(test, pixels_per_degree), b = look_at(reference, pixels_per_degree);
    ColourDifference const colour_difference;
    Image errors(test.width(), test.height(), 1);
    auto const pixels = errors.pixels();
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, pixels.size(), 4096), [&](auto const& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) {
            double const colour = std::clamp(colour_difference(a.lab[i], b.lab[i]), 0.0, 1.0);
            double const feature = std::max(std::abs(a.edges.values[i] - b.edges.values[i]),
                                            std::abs(a.points.values[i] - b.points.values[i]));
            // 4.3: a feature difference makes the colour difference count for more.
            pixels[i] = static_cast<float>(
                std::pow(colour, 1 - std::min(1.0, std::sqrt(feature / std::numbers::sqrt2))));
        }
    });
    double sum = 0;
    for (int y = 0; y < errors.height(); ++y) {
        double row = 0;
        for (int x = 0; x < errors.width(); ++x) row += errors.at(x, y)[0];
        sum += row;
    }
    if (map) *map = std::move(errors);
    return sum / static_cast<double>(pixels.size());
}

} // namespace soulvan::media
