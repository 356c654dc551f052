// relMSE, PSNR and SSIM: sums over pixels in a fixed order.
#include "soulvan/media/compare.h"

#include "compare_pair.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace soulvan::media {

Result<> check_pair(Image const& test, Image const& reference)
{
    auto const shape = [](Image const& i) { return std::array{i.width(), i.height(), i.channels()}; };
    if (shape(test) != shape(reference))
        return fail(Errc::invalid_input, "sizes differ: {}x{} with {} channels and {}x{} with {}",
                    test.width(), test.height(), test.channels(), reference.width(), reference.height(),
                    reference.channels());
    if (test.empty()) return fail(Errc::invalid_input, "there are no pixels to compare");
    for (auto const* image : {&test, &reference}) {
        auto const pixels = image->pixels();
        auto const bad = std::ranges::find_if_not(pixels, [](float v) { return std::isfinite(v); });
        if (bad == pixels.end()) continue;
        auto const pixel = (bad - pixels.begin()) / image->channels();
        return fail(Errc::invalid_input, "the {} image is not a number at pixel {}, {}",
                    image == &test ? "tested" : "reference", pixel % image->width(), pixel / image->width());
    }
    return {};
}

namespace {

/// Alpha is not compared: colour is premultiplied or laid over black by then.
int colours(Image const& image)
{
    return image.channels() >= 3 ? 3 : 1;
}

/// Mean of `term(test, reference)` over colour values.
template <class Term>
double mean_over(Image const& test, Image const& reference, Term const& term)
{
    int const used = colours(test);
    double sum = 0;
    for (int y = 0; y < test.height(); ++y) {
        double row = 0; // by rows, so that a large image keeps the digits of its last pixels
        for (int x = 0; x < test.width(); ++x)
            for (int c = 0; c < used; ++c)
                row += term(double{test.at(x, y)[c]}, double{reference.at(x, y)[c]});
        sum += row;
    }
    return sum / (static_cast<double>(test.width()) * test.height() * used);
}

std::vector<double> luma_of(Image const& image)
{
    std::vector<double> luma;
    luma.reserve(static_cast<std::size_t>(image.width()) * image.height());
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            float const* p = image.at(x, y);
            luma.push_back(colours(image) == 1 ? double{p[0]}
                                               : 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]); // BT.709
        }
    return luma;
}

constexpr int ssim_radius = 5;

std::array<double, 2 * ssim_radius + 1> ssim_window()
{
    std::array<double, 2 * ssim_radius + 1> weights{};
    for (int i = -ssim_radius; i <= ssim_radius; ++i)
        weights[i + ssim_radius] = std::exp(-i * i / (2 * 1.5 * 1.5));
    return weights;
}

/// Gaussian mean of `values`; windows that reach over the border use what lies within.
std::vector<double> blurred(std::vector<double> const& values, int width, int height)
{
    static constexpr auto along = [](std::vector<double> const& from, int count, int lines, int step,
                                     int stride) {
        auto const weights = ssim_window();
        std::vector<double> to(from.size());
        for (int line = 0; line < lines; ++line)
            for (int i = 0; i < count; ++i) {
                double sum = 0, weight = 0;
                for (int k = std::max(-ssim_radius, -i); k <= std::min(ssim_radius, count - 1 - i); ++k) {
                    auto const at =
                        static_cast<std::size_t>(line) * stride + static_cast<std::size_t>(i + k) * step;
                    sum += weights[k + ssim_radius] * from[at];
                    weight += weights[k + ssim_radius];
                }
                to[static_cast<std::size_t>(line) * stride + static_cast<std::size_t>(i) * step] =
                    sum / weight;
            }
        return to;
    };
    return along(along(values, width, height, 1, width), height, width, width, 1);
}

std::vector<double> product_of(std::vector<double> const& a, std::vector<double> const& b)
{
    std::vector<double> product(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) product[i] = a[i] * b[i];
    return product;
}

} // namespace

Result<double> relative_mse(Image const& test, Image const& reference)
{
    TRY(check_pair(test, reference));
    return mean_over(test, reference, [](double a, double b) { return (a - b) * (a - b) / (b * b + 0.01); });
}

Result<double> psnr(Image const& test, Image const& reference)
{
    TRY(check_pair(test, reference));
    double const mse = mean_over(test, reference, [](double a, double b) { return (a - b) * (a - b); });
    return mse > 0 ? -10 * std::log10(mse) : std::numeric_limits<double>::infinity();
}

Result<double> ssim(Image const& test, Image const& reference)
{
    TRY(check_pair(test, reference));
    int const width = test.width(), height = test.height();
    auto const a = luma_of(test), b = luma_of(reference);
    auto const mean_a = blurred(a, width, height), mean_b = blurred(b, width, height);
    auto const square_a = blurred(product_of(a, a), width, height);
    auto const square_b = blurred(product_of(b, b), width, height);
    auto const cross = blurred(product_of(a, b), width, height);
    constexpr double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03; // Wang et al. 2004: K1 = 0.01, K2 = 0.03, peak 1
    // Only whole windows count, as in the paper, unless the picture is smaller than one.
    int const left = std::min(ssim_radius, (width - 1) / 2), top = std::min(ssim_radius, (height - 1) / 2);
    double sum = 0;
    for (int y = top; y < height - top; ++y) {
        double row = 0;
        for (int x = left; x < width - left; ++x) {
            auto const i = static_cast<std::size_t>(y) * width + x;
            double const ma = mean_a[i], mb = mean_b[i];
            double const va = square_a[i] - ma * ma, vb = square_b[i] - mb * mb,
                         covariance = cross[i] - ma * mb;
            row += (2 * ma * mb + c1) * (2 * covariance + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
        }
        sum += row;
    }
    return sum / (static_cast<double>(width - 2 * left) * (height - 2 * top));
}

} // namespace soulvan::media
