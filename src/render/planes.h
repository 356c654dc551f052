// Planes: one channel of a picture as contiguous floats, the form in which filters run fast.
#pragma once

#include "soulvan/media/image.h"

#include <array>
#include <bit>
#include <cstddef>
#include <vector>

namespace soulvan::render {

struct Plane {
    int width = 0, height = 0;
    std::vector<float> values;

    Plane() = default;
    Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * h) {}
    float& at(int x, int y) { return values[static_cast<std::size_t>(y) * width + x]; }
    float at(int x, int y) const { return values[static_cast<std::size_t>(y) * width + x]; }
    float operator[](std::ptrdiff_t i) const { return values.data()[i]; }
};

inline Plane split_channel(media::Image const& image, int channel)
{
    Plane plane(image.width(), image.height());
    for (std::size_t i = 0; i < plane.values.size(); ++i)
        plane.values[i] = image.pixels()[i * image.channels() + channel];
    return plane;
}

/// The first three channels.
inline std::array<Plane, 3> split(media::Image const& image)
{
    return {split_channel(image, 0), split_channel(image, 1), split_channel(image, 2)};
}

/// Means over (2·reach+1)² pixels; edges of the picture repeat.
Plane box_mean(Plane const& plane, int reach);

} // namespace soulvan::render
