// What the samples of a pixel add up to, and when it has had enough of them.
//
// A sample touches one pixel (the filter is sampled, not splatted), and sums are taken in the order of
// samples: tiles, passes, crops and threads change no bit.
#pragma once

#include "soulvan/render/frame.h"
#include "vector.h"

#include <vector>

namespace soulvan::render {

/// What one path found.
struct PathResult {
    Vec3f radiance{0, 0, 0};
    Vec3f diffuse{0, 0, 0}; ///< the part that left the first hit by its diffuse lobe, over `albedo`
    float alpha = 0;
    Vec3f albedo{0, 0, 0};
    Vec3f normal{0, 0, 0};
    Vec3f position{0, 0, 0};
    float depth = 1e10f;
    std::uint32_t id = 0;
    float center_distance = 0; ///< of the sample from the middle of its pixel
    std::uint32_t rays = 0;
};

struct Rectangle {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    int width() const { return x1 - x0; }
    int height() const { return y1 - y0; }
    Rectangle intersected(Rectangle const& o) const
    {
        return {std::max(x0, o.x0), std::max(y0, o.y0), std::min(x1, o.x1), std::min(y1, o.y1)};
    }
};

class Film {
public:
    /// Pixels on a block's edge belong to it whole, so that a crop and the whole frame judge alike.
    static constexpr int block = 4;

    /// `area` is the part of a `width` × `height` frame to keep; grown to whole blocks when `adaptive`.
    Film(int width, int height, Rectangle area, bool adaptive);

    Rectangle const& bounds() const { return bounds_; }
    /// Adds sample number `index` of a pixel. False when it was not finite, and so dropped.
    bool add(int x, int y, std::uint32_t index, PathResult const& result);
    bool is_active(int x, int y) const { return !stopped_[block_of(x, y)]; }
    /// Judges the blocks of `tile` (whole blocks) by the noise of their pixels. Two verdicts in a row stop a
    /// block.
    void judge(Rectangle const& tile, float threshold);

    media::Image beauty(float scale) const;
    RenderedFrame resolve(float scale) const;

private:
    struct Sums {
        Vec3f even{0, 0, 0}, odd{0, 0, 0}, diffuse_even{0, 0, 0}, diffuse_odd{0, 0, 0};
        Vec3f albedo{0, 0, 0}, normal{0, 0, 0}, position{0, 0, 0};
        float alpha = 0, depth = 1e10f, center_distance = 1e10f;
        std::uint32_t id = 0, count_even = 0, count_odd = 0;
    };
    std::size_t at(int x, int y) const
    {
        return static_cast<std::size_t>(y - bounds_.y0) * bounds_.width() + (x - bounds_.x0);
    }
    std::size_t block_of(int x, int y) const
    {
        return static_cast<std::size_t>((y - bounds_.y0) / block) * blocks_across_ + (x - bounds_.x0) / block;
    }
    template <class Put>
    void for_each(Put put) const;

    int width_, height_;
    Rectangle area_, bounds_;
    int blocks_across_ = 0;
    std::vector<Sums> pixels_;
    std::vector<std::uint8_t> stopped_, quiet_; ///< by block
};

} // namespace soulvan::render
