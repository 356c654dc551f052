// What a texture says at a point: wrapped, filtered, linearised.
#include "texture.h"

#include "sampler.h"

#include <bit>
#include <utility>

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

float srgb_to_linear(float v)
{
    return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}
float linear_to_srgb(float v)
{
    return v <= 0.0031308f ? v * 12.92f : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f;
}

/// Brings a coordinate of any size into the few periods that `wrapped_index` counts in.
float wrapped_coordinate(float s, Wrap wrap)
{
    if (!std::isfinite(s)) return 0;
    switch (wrap) {
    case Wrap::repeat:
        return s - std::floor(s);
    case Wrap::mirror:
        return s - 2 * std::floor(s * 0.5f);
    case Wrap::clamp:
    case Wrap::black:
        return std::clamp(s, -1.0f, 2.0f);
    }
    std::unreachable();
}

/// -1 outside of a texture that is black there.
int wrapped_index(int i, int size, Wrap wrap)
{
    switch (wrap) {
    case Wrap::repeat:
        return i < 0 ? i + size : (i >= size ? i - size : i);
    case Wrap::clamp:
        return std::clamp(i, 0, size - 1);
    case Wrap::black:
        return i < 0 || i >= size ? -1 : i;
    case Wrap::mirror:
        if (i < 0) i = -1 - i;
        if (i >= 2 * size) i -= 2 * size;
        return i >= size ? std::max(0, 2 * size - 1 - i) : i;
    }
    std::unreachable();
}

/// The weights with which `size` texels become `size / 2`: two texels each when even, three when odd.
struct Taps {
    int first;
    std::array<float, 3> weight;
};
Taps taps_of(int x, int size, int reduced)
{
    if (size == 1) return {0, {1, 0, 0}};
    if (size % 2 == 0) return {2 * x, {0.5f, 0.5f, 0}};
    auto const n = static_cast<float>(size);
    return {2 * x,
            {static_cast<float>(reduced - x) / n, static_cast<float>(reduced) / n,
             static_cast<float>(x + 1) / n}};
}

} // namespace

TextureSet::TextureSet(std::vector<Texture> const& textures)
{
    for (std::size_t i = 0; i < linear_of_srgb_.size(); ++i)
        linear_of_srgb_[i] = srgb_to_linear(static_cast<float>(i) / 255);
    pyramids_.resize(textures.size());
    tbb::parallel_for(std::size_t{0}, textures.size(),
                      [&](std::size_t i) { pyramids_[i] = build(textures[i]); });
}

TextureSet::Pyramid TextureSet::build(Texture const& texture) const
{
    Pyramid pyramid{texture.channels, texture.srgb, texture.wrap_s, texture.wrap_t, {}};
    if (texture.width <= 0 || texture.height <= 0 || texture.channels < 1 || texture.channels > 4)
        return pyramid;
    auto const needed = static_cast<std::size_t>(texture.width) * texture.height * texture.channels;
    if (texture.bytes.size() < needed && texture.halves.size() < needed) return pyramid;
    bool const is_bytes = texture.bytes.size() >= needed;
    pyramid.levels.push_back({texture.width,
                              texture.height,
                              is_bytes ? texture.bytes.data() : nullptr,
                              is_bytes ? nullptr : texture.halves.data(),
                              {},
                              {}});
    while (pyramid.levels.back().width > 1 || pyramid.levels.back().height > 1) {
        // Moved vectors keep their storage, so the pointers into it stay valid.
        pyramid.levels.push_back(reduce(pyramid, pyramid.levels.back()));
    }
    return pyramid;
}

TextureSet::Level TextureSet::reduce(Pyramid const& pyramid, Level const& above) const
{
    Level level;
    level.width = std::max(1, above.width / 2);
    level.height = std::max(1, above.height / 2);
    int const channels = pyramid.channels;
    auto const count = static_cast<std::size_t>(level.width) * level.height * channels;
    above.bytes ? level.own_bytes.resize(count) : level.own_halves.resize(count);
    for (int y = 0; y < level.height; ++y) {
        auto const rows = taps_of(y, above.height, level.height);
        for (int x = 0; x < level.width; ++x) {
            auto const columns = taps_of(x, above.width, level.width);
            Vec4f sum(0, 0, 0, 0);
            for (int j = 0; j < 3; ++j)
                for (int i = 0; i < 3; ++i) {
                    float const weight = rows.weight[j] * columns.weight[i];
                    if (weight > 0) sum += fetch(pyramid, above, columns.first + i, rows.first + j) * weight;
                }
            // Back to how the file counts its channels: fetch has spread grey over three.
            std::array<float, 4> values{sum.x, sum.y, sum.z, sum.w};
            if (channels == 2) values[1] = sum.w;
            auto const at = (static_cast<std::size_t>(y) * level.width + x) * channels;
            for (int c = 0; c < channels; ++c) {
                float v = values[c];
                bool const is_alpha = (channels == 2 && c == 1) || c == 3;
                if (above.bytes) {
                    if (pyramid.srgb && !is_alpha) v = linear_to_srgb(v);
                    level.own_bytes[at + c] = static_cast<std::uint8_t>(clamp01(v) * 255 + 0.5f);
                } else {
                    level.own_halves[at + c] = half(v);
                }
            }
        }
    }
    level.bytes = above.bytes ? level.own_bytes.data() : nullptr;
    level.halves = above.bytes ? nullptr : level.own_halves.data();
    return level;
}

Vec4f TextureSet::fetch(Pyramid const& pyramid, Level const& level, int x, int y) const
{
    int const channels = pyramid.channels;
    auto const at = (static_cast<std::size_t>(y) * level.width + x) * channels;
    auto const color = [&](int c) -> float {
        if (level.bytes) {
            auto const v = level.bytes[at + c];
            return pyramid.srgb ? linear_of_srgb_[v] : static_cast<float>(v) * (1 / 255.0f);
        }
        return level.halves[at + c];
    };
    auto const alpha = [&](int c) -> float {
        return level.bytes ? static_cast<float>(level.bytes[at + c]) * (1 / 255.0f)
                           : static_cast<float>(level.halves[at + c]);
    };
    switch (channels) {
    case 1: {
        float const v = color(0);
        return {v, v, v, 1};
    }
    case 2: {
        float const v = color(0);
        return {v, v, v, alpha(1)};
    }
    case 3:
        return {color(0), color(1), color(2), 1};
    default:
        return {color(0), color(1), color(2), alpha(3)};
    }
}

bool TextureSet::usable(int texture) const
{
    return texture >= 0 && std::cmp_less(texture, pyramids_.size()) && !pyramids_[texture].levels.empty();
}

bool TextureSet::is_opaque(int texture) const
{
    auto const& pyramid = pyramids_[texture];
    if (pyramid.channels == 1 || pyramid.channels == 3) return true;
    auto const& base = pyramid.levels.front();
    for (int y = 0; y < base.height; ++y)
        for (int x = 0; x < base.width; ++x)
            if (fetch(pyramid, base, x, y).w < 1) return false;
    return true;
}

Vec4f TextureSet::texel(int texture, int x, int y) const
{
    auto const& pyramid = pyramids_[texture];
    return fetch(pyramid, pyramid.levels.front(), x, y);
}

Vec4f TextureSet::average(int texture) const
{
    auto const& pyramid = pyramids_[texture];
    return fetch(pyramid, pyramid.levels.back(), 0, 0);
}

TextureSet::Spot TextureSet::spot(Pyramid const& pyramid, Vec2f st, float footprint, float u)
{
    auto const& base = pyramid.levels.front();
    std::size_t chosen = 0;
    float const texels = footprint * static_cast<float>(std::max(base.width, base.height));
    if (texels > 1 && pyramid.levels.size() > 1) {
        float const level = std::min(std::log2(texels) + u, static_cast<float>(pyramid.levels.size() - 1));
        chosen = static_cast<std::size_t>(level);
    }
    auto const& level = pyramid.levels[chosen];
    // USD's t points up, rows run down: turned over here and nowhere else.
    float const s = wrapped_coordinate(st.x, pyramid.wrap_s);
    float const t = wrapped_coordinate(1 - st.y, pyramid.wrap_t);
    return {&level, s * static_cast<float>(level.width) - 0.5f, t * static_cast<float>(level.height) - 0.5f};
}

Vec4f TextureSet::sample(int texture, Vec2f st, float footprint, float u) const
{
    auto const& pyramid = pyramids_[texture];
    auto const [chosen, x, y] = spot(pyramid, st, footprint, u);
    auto const& level = *chosen;
    float const fx = std::floor(x), fy = std::floor(y);
    int const ix = static_cast<int>(fx), iy = static_cast<int>(fy);
    int const x0 = wrapped_index(ix, level.width, pyramid.wrap_s);
    int const x1 = wrapped_index(ix + 1, level.width, pyramid.wrap_s);
    int const y0 = wrapped_index(iy, level.height, pyramid.wrap_t);
    int const y1 = wrapped_index(iy + 1, level.height, pyramid.wrap_t);
    auto const at = [&](int cx, int cy) {
        return cx < 0 || cy < 0 ? Vec4f(0, 0, 0, 0) : fetch(pyramid, level, cx, cy);
    };
    float const wx = x - fx, wy = y - fy;
    return (at(x0, y0) * (1 - wx) + at(x1, y0) * wx) * (1 - wy) +
           (at(x0, y1) * (1 - wx) + at(x1, y1) * wx) * wy;
}

Vec4f TextureSet::sample_one(int texture, Vec2f st, float footprint, std::uint32_t random) const
{
    auto const& pyramid = pyramids_[texture];
    auto const [level, x, y] = spot(pyramid, st, footprint, unit_float(random));
    // Rounding x + u - 1/2 to the nearest texel picks each neighbour by its bilinear weight.
    std::uint32_t const other = random * 0x9e3779b1u;
    auto const nearest = [](float c, std::uint32_t bits) {
        return static_cast<int>(std::floor(c + static_cast<float>(bits & 0xfffu) * 0x1p-12f));
    };
    int const ix = wrapped_index(nearest(x, other >> 20), level->width, pyramid.wrap_s);
    int const iy = wrapped_index(nearest(y, other >> 8), level->height, pyramid.wrap_t);
    return ix < 0 || iy < 0 ? Vec4f(0, 0, 0, 0) : fetch(pyramid, *level, ix, iy);
}

} // namespace soulvan::render
