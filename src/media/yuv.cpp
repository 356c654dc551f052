// RGB to BT.709 Y'CbCr, done here in float so that it is exact, sited as H.264 expects and equal on every
// CPU.
#include "yuv.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace soulvan::media {
namespace {

// ITU-R BT.709-6, 3.2 and 3.3.
constexpr float red = 0.2126f, green = 0.7152f, blue = 0.0722f;

std::uint8_t quantised(float value)
{
    return static_cast<std::uint8_t>(std::clamp(std::floor(value + 0.5f), 0.0f, 255.0f));
}

float luma(float const* p)
{
    return red * p[0] + green * p[1] + blue * p[2];
}

float level(float value)
{
    return value > 0 ? std::min(value, 1.0f) : 0.0f;
}

} // namespace

YuvFrame yuv_from_display(Image const& display)
{
    int const width = display.width(), height = display.height();
    YuvFrame frame((width + 1) / 2 * 2, (height + 1) / 2 * 2);
    auto const rgb = [&](int x, int y, float* p) {
        float const* from = display.at(std::clamp(x, 0, width - 1), std::min(y, height - 1));
        for (int c = 0; c < 3; ++c) p[c] = level(from[c]);
    };
    tbb::parallel_for(tbb::blocked_range<int>(0, frame.height / 2, 8), [&](auto const& rows) {
        for (int row = rows.begin(); row != rows.end(); ++row) {
            float p[3];
            for (int y = 2 * row; y < 2 * row + 2; ++y)
                for (int x = 0; x < frame.width; ++x) {
                    rgb(x, y, p);
                    frame.y[static_cast<std::size_t>(y) * frame.width + x] = quantised(16 + 219 * luma(p));
                }
            // Chroma sits on the even columns and between the two rows ("left", H.264 figure E-1), so it is
            // the mean of two rows and of three columns with weights 1 2 1.
            for (int column = 0; column < frame.width / 2; ++column) {
                float mean[3] = {0, 0, 0};
                for (int dy = 0; dy < 2; ++dy)
                    for (int dx = -1; dx <= 1; ++dx) {
                        rgb(2 * column + dx, 2 * row + dy, p);
                        for (int c = 0; c < 3; ++c) mean[c] += p[c] * (dx == 0 ? 0.25f : 0.125f);
                    }
                std::size_t const at = static_cast<std::size_t>(row) * (frame.width / 2) + column;
                frame.cb[at] = quantised(128 + 224 * (mean[2] - luma(mean)) / (2 * (1 - blue)));
                frame.cr[at] = quantised(128 + 224 * (mean[0] - luma(mean)) / (2 * (1 - red)));
            }
        }
    });
    return frame;
}

YuvFrame black_yuv(int width, int height)
{
    YuvFrame frame(width, height);
    std::ranges::fill(frame.y, std::uint8_t{16});
    std::ranges::fill(frame.cb, std::uint8_t{128});
    std::ranges::fill(frame.cr, std::uint8_t{128});
    return frame;
}

double psnr(YuvFrame const& a, YuvFrame const& b)
{
    if (a.width != b.width || a.height != b.height) return 0;
    std::int64_t sum = 0;
    auto const add = [&](std::vector<std::uint8_t> const& p, std::vector<std::uint8_t> const& q) {
        for (std::size_t i = 0; i < p.size(); ++i) {
            int const difference = p[i] - q[i];
            sum += difference * difference;
        }
    };
    add(a.y, b.y);
    add(a.cb, b.cb);
    add(a.cr, b.cr);
    if (sum == 0) return std::numeric_limits<double>::infinity();
    double const count = static_cast<double>(a.y.size() + a.cb.size() + a.cr.size());
    return 10 * std::log10(255.0 * 255.0 * count / static_cast<double>(sum));
}

} // namespace soulvan::media
