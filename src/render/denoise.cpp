// Taking the noise out of a frame: feature-guided non-local means over half buffers.
//
// Rousselle, Knaus, Zwicker, "Robust Denoising using Feature and Color Information" (2013): a pixel becomes
// the mean of pixels whose surroundings look alike, where "alike" is measured in units of the noise, and
// features that are nearly free of noise (normal, albedo, position) forbid averages across edges. Each half
// of the samples is weighted by distances measured in the other half, so that noise cannot vouch for itself.
//
// Everything runs over planes of floats, one neighbour offset at a time, so that the compiler can use
// vectors (it is told where arrays do not overlap: it would give up over so many); the order of additions is
// fixed by the picture alone, so the result does not depend on threads.
#include "soulvan/render/frame.h"

#include "planes.h"
#include "vector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

/// What a tile's planes hold stays in a core's own cache while all offsets run over it.
constexpr int tile_width = 80, tile_height = 40;
constexpr float tiny = 1e-4f;

/// One quantity to filter: its two halves of three channels, and the variance of one half, summed over
/// channels: noise is nearly grey, and one division for a pair of pixels takes a third of the time of three.
struct Signal {
    std::array<Plane, 3> a, b;
    Plane variance;
};

/// What edges are made of, ready for the distance of two pixels.
struct Features {
    std::array<Plane, 3> normal, albedo, position;
    Plane inverse_scale; ///< 1 / (tolerated distance from the tangent plane), 0 where nothing was hit
};

/// 2^x for x <= 0 with a relative error below 1e-4, free of branches and library calls.
inline float fast_exp2(float x)
{
    x = x > -126.0f ? x : -126.0f;
    float const whole = std::floor(x), part = x - whole;
    float const mantissa = 1.0f + part * (0.69583282f + part * (0.22606716f + part * 0.07810004f));
    auto const bits = static_cast<std::int32_t>(whole + 127.0f) << 23;
    return std::bit_cast<float>(bits) * mantissa;
}

/// The third of the largest values: two strays side by side do not vouch for each other.
struct Largest {
    std::array<float, 3> values{0, 0, 0};
    void add(float v)
    {
        for (float& largest : values)
            if (v > largest) std::swap(v, largest);
    }
    float third() const { return values[2]; }
};

/// Brings samples that stand far above everything around them down to what surrounds them, unless the other
/// half saw the same: a firefly in one half says nothing about the mean, and a mean over its neighbours would
/// only make it a blot.
void tame_outliers(std::array<Plane, 3>& half, std::array<Plane, 3> const& other)
{
    int const width = half[0].width, height = half[0].height;
    // Not luminance: a blue stray would pass at fourteen times its neighbours.
    auto const strength = [](std::array<Plane, 3> const& planes, int x, int y) {
        return std::max({planes[0].at(x, y), planes[1].at(x, y), planes[2].at(x, y)});
    };
    auto const original = half;
    tbb::parallel_for(0, height, [&](int y) {
        for (int x = 0; x < width; ++x) {
            Largest around;
            for (int v = std::max(0, y - 2); v <= std::min(height - 1, y + 2); ++v)
                for (int u = std::max(0, x - 2); u <= std::min(width - 1, x + 2); ++u) {
                    if (u == x && v == y) continue;
                    around.add(strength(original, u, v));
                    around.add(strength(other, u, v));
                }
            float const limit = std::max(around.third(), strength(other, x, y));
            float const here = strength(original, x, y), allowed = 3 * limit + 0.01f;
            if (here <= allowed) continue;
            for (auto& plane : half) plane.at(x, y) *= allowed / here;
        }
    });
}

Signal make_signal(std::array<Plane, 3> a, std::array<Plane, 3> b)
{
    auto const raw_a = a;
    tame_outliers(a, b);
    tame_outliers(b, raw_a);
    Signal signal{std::move(a), std::move(b), {}};
    Plane raw(signal.a[0].width, signal.a[0].height);
    for (int c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < raw.values.size(); ++i)
            raw.values[i] += square(signal.a[c].values[i] - signal.b[c].values[i]) * 0.5f;
    signal.variance = box_mean(raw, 3);
    return signal;
}

Features make_features(RenderedFrame const& frame)
{
    Features features;
    features.normal = split(frame.normal);
    features.albedo = split(frame.albedo);
    features.position = split(frame.position);
    auto const depth = split_channel(frame.depth, 0);
    features.inverse_scale = Plane(depth.width, depth.height);
    for (std::size_t i = 0; i < depth.values.size(); ++i)
        features.inverse_scale.values[i] =
            depth.values[i] < 1e9f ? 1.0f / (0.02f * std::max(depth.values[i], 0.05f)) : 0.0f;
    return features;
}

/// One tile of the result, for all neighbour offsets.
class Tile {
public:
    Tile(std::array<Signal, 2> const& signals, Features const& features, FilterSettings const& settings,
         int x0, int y0)
        : signals_(signals),
          features_(features),
          settings_(settings),
          width_(features.albedo[0].width),
          height_(features.albedo[0].height),
          x0_(x0),
          y0_(y0),
          columns_(std::min(tile_width, width_ - x0)),
          rows_(std::min(tile_height, height_ - y0)),
          padded_(columns_ + 2 * settings.patch)
    {
        auto const pixels = static_cast<std::size_t>(columns_) * rows_;
        for (auto& sums : sums_)
            for (auto& plane : sums) plane.assign(pixels, 0.0f);
        for (auto& weights : weights_) weights.assign(pixels, 0.0f);
        auto const padded_rows = static_cast<std::size_t>(rows_ + 2 * settings.patch);
        distance_.resize(padded_ * padded_rows);
        row_sums_.resize(columns_ * padded_rows);
        blurred_.resize(pixels);
        edge_.resize(pixels);
    }

    void run()
    {
        for (int dy = -settings_.radius; dy <= settings_.radius; ++dy)
            for (int dx = -settings_.radius; dx <= settings_.radius; ++dx) add_offset(dx, dy);
    }

    int columns() const { return columns_; }
    int rows() const { return rows_; }
    /// The filtered signal `s`, channel `c`, at a pixel of the tile: the mean of both halves.
    float value(int s, int c, int x, int y) const
    {
        auto const i = static_cast<std::size_t>(y) * columns_ + x;
        return 0.5f *
               (sums_[2 * s][c][i] / weights_[2 * s][i] + sums_[2 * s + 1][c][i] / weights_[2 * s + 1][i]);
    }

private:
    void add_offset(int dx, int dy)
    {
        // Columns of the tile whose neighbour lies in the picture.
        int const begin = std::max(0, -dx - x0_), end = std::min(columns_, width_ - dx - x0_);
        if (begin >= end) return;
        edges(dx, dy, begin, end);
        for (int s = 0; s < 2; ++s)
            for (int half = 0; half < 2; ++half) {
                // Distances are measured in one half and weigh the other.
                distances(signals_[s], half == 0 ? signals_[s].b : signals_[s].a, dx, dy);
                patch_mean();
                accumulate(half == 0 ? signals_[s].a : signals_[s].b, 2 * s + half, dx, dy, begin, end);
            }
    }

    std::ptrdiff_t index(int x, int y) const { return static_cast<std::ptrdiff_t>(y) * width_ + x; }

    /// How far apart two pixels are in normal, albedo and place; the weight's exponent, base 2.
    void edges(int dx, int dy, int begin, int end)
    {
        auto const values = [](Plane const& plane) { return plane.values.data(); };
        float const *const nx = values(features_.normal[0]), *const ny = values(features_.normal[1]),
                           *const nz = values(features_.normal[2]);
        float const *const ar = values(features_.albedo[0]), *const ag = values(features_.albedo[1]),
                           *const ab = values(features_.albedo[2]);
        float const *const px = values(features_.position[0]), *const py = values(features_.position[1]),
                           *const pz = values(features_.position[2]);
        float const* const inverse_scale = values(features_.inverse_scale);
        for (int row = 0; row < rows_; ++row) {
            int const y = y0_ + row, v = y + dy;
            if (v < 0 || v >= height_) continue;
            float* const edge = edge_.data() + static_cast<std::size_t>(row) * columns_;
            auto const p = index(x0_, y), q = index(x0_ + dx, v);
#pragma GCC ivdep
            for (int x = begin; x < end; ++x) {
                auto const i = p + x, j = q + x;
                float const n = square(nx[i] - nx[j]) + square(ny[i] - ny[j]) + square(nz[i] - nz[j]);
                float const a = square(ar[i] - ar[j]) + square(ag[i] - ag[j]) + square(ab[i] - ab[j]);
                float const off_plane =
                    (nx[i] * (px[j] - px[i]) + ny[i] * (py[j] - py[i]) + nz[i] * (pz[j] - pz[i])) *
                    inverse_scale[i];
                edge[x] = n * (1.0f / 0.06f) + a * (1.0f / 0.012f) + off_plane * off_plane;
            }
        }
    }

    /// Over the tile and a patch's reach around it; the picture's edges repeat.
    void distances(Signal const& signal, std::array<Plane, 3> const& guide, int dx, int dy)
    {
        float const k2 = settings_.strength * settings_.strength;
        int const reach = settings_.patch, left = x0_ - reach;
        int const begin = std::max({left, 0, -dx}), end = std::min({left + padded_, width_, width_ - dx});
        for (int row = 0; row < rows_ + 2 * reach; ++row) {
            float* const out = distance_.data() + static_cast<std::size_t>(row) * padded_ - left;
            int const y = std::clamp(y0_ + row - reach, 0, height_ - 1),
                      v = std::clamp(y + dy, 0, height_ - 1);
            std::fill(out + left, out + left + padded_, 0.0f);
            auto const p = index(0, y), q = index(dx, v);
            float const *const r = guide[0].values.data(), *const g = guide[1].values.data(),
                               *const b = guide[2].values.data(),
                               *const variance = signal.variance.values.data();
            for (int x = begin; x < end; ++x) {
                float const vp = variance[p + x], vq = variance[q + x];
                float const apart =
                    square(r[p + x] - r[q + x]) + square(g[p + x] - g[q + x]) + square(b[p + x] - b[q + x]);
                out[x] = (apart - (vp + std::min(vp, vq))) / (tiny * tiny + k2 * (vp + vq));
            }
            for (int x = left; x < 0; ++x) out[x] = out[0];
            for (int x = width_; x < left + padded_; ++x) out[x] = out[width_ - 1];
        }
    }

    /// Box means of the distances over the patch.
    void patch_mean()
    {
        int const reach = settings_.patch;
        float const scale = 1.0f / square(2.0f * static_cast<float>(reach) + 1);
        for (int row = 0; row < rows_ + 2 * reach; ++row) {
            float const* const in = distance_.data() + static_cast<std::size_t>(row) * padded_ + reach;
            float* const out = row_sums_.data() + static_cast<std::size_t>(row) * columns_;
            for (int x = 0; x < columns_; ++x) out[x] = in[x];
            for (int d = 1; d <= reach; ++d)
                for (int x = 0; x < columns_; ++x) out[x] += in[x - d] + in[x + d];
        }
        for (int row = 0; row < rows_; ++row) {
            float* const out = blurred_.data() + static_cast<std::size_t>(row) * columns_;
            std::fill(out, out + columns_, 0.0f);
            for (int d = 0; d <= 2 * reach; ++d) {
                float const* const in = row_sums_.data() + static_cast<std::size_t>(row + d) * columns_;
                for (int x = 0; x < columns_; ++x) out[x] += in[x];
            }
            for (int x = 0; x < columns_; ++x) out[x] *= scale;
        }
    }

    void accumulate(std::array<Plane, 3> const& target, int slot, int dx, int dy, int begin, int end)
    {
        constexpr float log2e = 1.44269504f;
        for (int row = 0; row < rows_; ++row) {
            int const v = y0_ + row + dy;
            if (v < 0 || v >= height_) continue;
            auto const at = static_cast<std::size_t>(row) * columns_;
            auto const q = index(x0_ + dx, v);
            float const* const blurred = blurred_.data() + at;
            float const* const edge = edge_.data() + at;
            float* const weights = weights_[slot].data() + at;
            float* const r = sums_[slot][0].data() + at;
            float* const g = sums_[slot][1].data() + at;
            float* const b = sums_[slot][2].data() + at;
            float const *const tr = target[0].values.data(), *const tg = target[1].values.data(),
                               *const tb = target[2].values.data();
#pragma GCC ivdep
            for (int x = begin; x < end; ++x) {
                // Values, not std::max's references: those become jumps.
                float const apart = edge[x] > blurred[x] ? edge[x] : blurred[x];
                float const weight = fast_exp2(-log2e * apart);
                weights[x] += weight;
                r[x] += weight * tr[q + x];
                g[x] += weight * tg[q + x];
                b[x] += weight * tb[q + x];
            }
        }
    }

    std::array<Signal, 2> const& signals_;
    Features const& features_;
    FilterSettings const& settings_;
    int width_, height_;           ///< of the picture
    int x0_, y0_, columns_, rows_; ///< the tile
    int padded_;                   ///< its columns and a patch's reach on both sides
    std::array<std::array<std::vector<float>, 3>, 4>
        sums_; ///< signal 0 half a, half b, signal 1 half a, half b
    std::array<std::vector<float>, 4> weights_;
    std::vector<float> distance_, row_sums_, blurred_, edge_;
};

/// What is left of a half of the beauty when diffuse light is taken out.
std::array<Plane, 3> without_diffuse(media::Image const& beauty, media::Image const& diffuse,
                                     media::Image const& albedo)
{
    auto rest = split(beauty);
    auto const light = split(diffuse), color = split(albedo);
    for (int c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < rest[c].values.size(); ++i)
            rest[c].values[i] -= light[c].values[i] * color[c].values[i];
    return rest;
}

} // namespace

media::Image denoise(RenderedFrame const& frame, FilterSettings const& settings)
{
    auto const features = make_features(frame);
    std::array<Signal, 2> const signals = {
        make_signal(split(frame.diffuse_half_a), split(frame.diffuse_half_b)),
        make_signal(without_diffuse(frame.half_a, frame.diffuse_half_a, frame.albedo),
                    without_diffuse(frame.half_b, frame.diffuse_half_b, frame.albedo))};
    media::Image result = frame.beauty;
    int const across = (result.width() + tile_width - 1) / tile_width;
    int const down = (result.height() + tile_height - 1) / tile_height;
    tbb::parallel_for(0, across * down, [&](int number) {
        int const x0 = number % across * tile_width, y0 = number / across * tile_height;
        Tile tile(signals, features, settings, x0, y0);
        tile.run();
        for (int y = 0; y < tile.rows(); ++y)
            for (int x = 0; x < tile.columns(); ++x) {
                float const* const albedo = frame.albedo.at(x0 + x, y0 + y);
                float* const out = result.at(x0 + x, y0 + y);
                for (int c = 0; c < 3; ++c)
                    out[c] = std::max(0.0f, tile.value(0, c, x, y) * albedo[c] + tile.value(1, c, x, y));
            }
    });
    return result;
}

} // namespace soulvan::render
