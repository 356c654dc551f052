// Display RGB as the 8-bit BT.709 planes that H.264 stores; private to the room.
#pragma once

#include "soulvan/media/image.h"

#include <cstdint>
#include <vector>

namespace soulvan::media {

/// Limited range, 4:2:0. Width and height are even; chroma planes have half of each.
struct YuvFrame {
    int width = 0, height = 0;
    std::vector<std::uint8_t> y, cb, cr;

    YuvFrame() = default;
    YuvFrame(int w, int h)
        : width(w),
          height(h),
          y(static_cast<std::size_t>(w) * h),
          cb(y.size() / 4),
          cr(y.size() / 4)
    {}
    friend bool operator==(YuvFrame const&, YuvFrame const&) = default;
};

/// `display` is RGB 0..1. Odd sizes are padded to even ones by repeating the last column or row.
YuvFrame yuv_from_display(Image const& display);
YuvFrame black_yuv(int width, int height);

/// Over all samples of the three planes, in dB of 255; +infinity for equal frames.
double psnr(YuvFrame const& a, YuvFrame const& b);

} // namespace soulvan::media
