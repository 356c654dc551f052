// Images: pixels as values, with named channels, windows and metadata.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace soulvan::media {

/// Shape   height × width × channels floats, rows top to bottom, channels interleaved.
/// Units   scene-referred linear Rec.709 unless a function says otherwise; alpha is premultiplied.
class Image {
public:
    Image() = default;
    Image(int width, int height, int channels)
        : width_(width),
          height_(height),
          channels_(channels),
          pixels_(static_cast<std::size_t>(width) * height * channels)
    {}
    int width() const { return width_; }
    int height() const { return height_; }
    int channels() const { return channels_; }
    bool empty() const { return pixels_.empty(); }
    std::span<float> pixels() { return pixels_; }
    std::span<float const> pixels() const { return pixels_; }
    float* at(int x, int y)
    {
        return pixels_.data() + (static_cast<std::size_t>(y) * width_ + x) * channels_;
    }
    float const* at(int x, int y) const
    {
        return pixels_.data() + (static_cast<std::size_t>(y) * width_ + x) * channels_;
    }
    friend bool operator==(Image const&, Image const&) = default;

private:
    int width_ = 0, height_ = 0, channels_ = 0;
    std::vector<float> pixels_;
};

/// How a layer's channels are named and stored in EXR.
enum class LayerKind {
    color,  ///< R G B (A), half
    vector, ///< X Y Z, float
    scalar, ///< one channel, float ("Z" for depth)
    ids,    ///< one channel holding an integer exactly, float
};

struct ImageLayer {
    std::string name; ///< "" is the root layer (R G B A); else "albedo", "normal", "depth", …
    LayerKind kind = LayerKind::color;
    Image image;
};

using Metadata = std::map<std::string, std::variant<std::string, double, std::int64_t>>;

/// What one frame file holds: layers of one size, and what is known about them.
struct Frame {
    std::vector<ImageLayer> layers; ///< the first is the beauty, named ""
    Metadata metadata;

    ImageLayer const* find(std::string const& name) const
    {
        for (auto const& layer : layers)
            if (layer.name == name) return &layer;
        return nullptr;
    }
};

} // namespace soulvan::media
