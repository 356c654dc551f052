// What a texture says at a point: wrapped, filtered, linearised.
#pragma once

#include "soulvan/render/scene.h"
#include "vector.h"

#include <array>
#include <vector>

namespace soulvan::render {

/// The textures of a scene with their smaller copies. Borrows level 0 from the scene.
class TextureSet {
public:
    TextureSet() = default;
    explicit TextureSet(std::vector<Texture> const& textures);

    /// `st` in USD's sense: (0, 0) is the lower left corner of the picture. One channel answers (v, v, v, 1),
    /// two (v, v, v, a), three (r, g, b, 1). `footprint` is the width in st of what is looked at; the level
    /// is chosen between its neighbours by `u` in [0, 1), so that one bilinear look-up is enough.
    Vec4f sample(int texture, Vec2f st, float footprint, float u) const;
    /// One of the four texels that `sample` mixes, as often as its weight says; `random` chooses the level,
    /// too.
    Vec4f sample_one(int texture, Vec2f st, float footprint, std::uint32_t random) const;
    /// The mean over the whole picture (its smallest copy).
    Vec4f average(int texture) const;
    /// The exact texel of level 0, x to the right and y down, linearised; inside the picture only.
    Vec4f texel(int texture, int x, int y) const;
    Vec2i size(int texture) const
    {
        auto const& base = pyramids_[texture].levels.front();
        return {base.width, base.height};
    }
    /// No texel's alpha is below one.
    bool is_opaque(int texture) const;
    /// False without pixels, or with fewer than its size says.
    bool usable(int texture) const;

private:
    struct Level {
        int width = 0, height = 0;
        std::uint8_t const* bytes = nullptr;
        half const* halves = nullptr;
        std::vector<std::uint8_t> own_bytes;
        std::vector<half> own_halves;
    };
    struct Pyramid {
        int channels = 0;
        bool srgb = false;
        Wrap wrap_s = Wrap::repeat, wrap_t = Wrap::repeat;
        std::vector<Level> levels;
    };
    Pyramid build(Texture const& texture) const;
    Level reduce(Pyramid const& pyramid, Level const& above) const;
    /// Where a look-up falls on the level that it chose.
    struct Spot {
        Level const* level;
        float x, y; ///< texel centres are whole numbers
    };
    static Spot spot(Pyramid const& pyramid, Vec2f st, float footprint, float u);
    Vec4f fetch(Pyramid const& pyramid, Level const& level, int x, int y) const;

    std::vector<Pyramid> pyramids_;
    std::array<float, 256> linear_of_srgb_{};
};

} // namespace soulvan::render
