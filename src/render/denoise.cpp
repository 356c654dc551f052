// Taking the noise out of a frame: feature-guided non-local means over half buffers.
//
// Rousselle, Knaus, Zwicker, "Robust Denoising using Feature and Color Information" (2013): a pixel becomes
// the mean of pixels whose surroundings look alike, where "alike" is measured in units of the noise, and
// features that are nearly free of noise (normal, albedo, position) forbid averages across edges. Each half
// of the samples is weighted by distances measured in the other half, so that noise cannot vouch for itself.
//
// Everything runs over planes of floats, one neighbour offset at a time, so that the compiler can use
// vectors; the order of additions is fixed by the picture alone, so the result does not depend on threads.
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

constexpr int band_rows = 32;
constexpr float tiny = 1e-4f;

/// One quantity to filter: its two halves and the variance of their mean, three channels each.
struct Signal {
    std::array<Plane, 3> a, b, variance;
};

/// What edges are made of, ready for the distance of two pixels.
struct Features {
    std::array<Plane, 3> normal, albedo, position;
    Plane inverse_scale; ///< 1 / (tolerated distance from the tangent plane), 0 where nothing was hit
};

/// 2^x for x <= 0 with a relative error below 1e-4, free of branches and library calls.
inline float fast_exp2(float x)
{
    x = std::max(x, -126.0f);
    float const whole = std::floor(x), part = x - whole;
    float const mantissa = 1.0f + part * (0.69583282f + part * (0.22606716f + part * 0.07810004f));
    auto const bits = static_cast<std::int32_t>(whole + 127.0f) << 23;
    return std::bit_cast<float>(bits) * mantissa;
}

/// Brings samples that stand far above everything around them down to what surrounds them: a firefly in one
/// half says nothing about the mean, and a mean over its neighbours would only make it a blot.
void tame_outliers(std::array<Plane, 3>& half, std::array<Plane, 3> const& other)
{
    int const width = half[0].width, height = half[0].height;
    auto const luma = [](std::array<Plane, 3> const& planes, int x, int y) {
        return 0.2126f * planes[0].at(x, y) + 0.7152f * planes[1].at(x, y) + 0.0722f * planes[2].at(x, y);
    };
    auto const original = half;
    tbb::parallel_for(0, height, [&](int y) {
        for (int x = 0; x < width; ++x) {
            float limit = 0;
            for (int v = std::max(0, y - 2); v <= std::min(height - 1, y + 2); ++v)
                for (int u = std::max(0, x - 2); u <= std::min(width - 1, x + 2); ++u) {
                    if (u != x || v != y) limit = std::max(limit, luma(original, u, v));
                    limit = std::max(limit, luma(other, u, v));
                }
            float const here = luma(original, x, y), allowed = 1.5f * limit + 0.01f;
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
    for (int c = 0; c < 3; ++c) {
        Plane raw(signal.a[c].width, signal.a[c].height);
        for (std::size_t i = 0; i < raw.values.size(); ++i) {
            float const difference = signal.a[c].values[i] - signal.b[c].values[i];
            raw.values[i] = difference * difference * 0.5f; // of one half
        }
        signal.variance[c] = box_mean(raw, 3);
    }
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

/// Rows [y0, y1) of the result, for all neighbour offsets.
class Band {
public:
    Band(std::array<Signal, 2> const& signals, Features const& features, FilterSettings const& settings,
         int y0, int y1)
        : signals_(signals),
          features_(features),
          settings_(settings),
          width_(features.albedo[0].width),
          height_(features.albedo[0].height),
          y0_(y0),
          y1_(y1)
    {
        auto const pixels = static_cast<std::size_t>(width_) * (y1 - y0);
        for (auto& sums : sums_)
            for (auto& plane : sums) plane.assign(pixels, 0.0f);
        for (auto& weights : weights_) weights.assign(pixels, 0.0f);
        auto const padded = static_cast<std::size_t>(width_) * (y1 - y0 + 2 * settings.patch);
        distance_.resize(padded);
        columns_.resize(padded);
        blurred_.resize(pixels);
        edge_.resize(pixels);
    }

    void run()
    {
        for (int dy = -settings_.radius; dy <= settings_.radius; ++dy)
            for (int dx = -settings_.radius; dx <= settings_.radius; ++dx) add_offset(dx, dy);
    }

    /// The filtered signal `s`, channel `c`, at a pixel of the band: the mean of both halves.
    float value(int s, int c, int x, int y) const
    {
        auto const i = static_cast<std::size_t>(y - y0_) * width_ + x;
        return 0.5f *
               (sums_[2 * s][c][i] / weights_[2 * s][i] + sums_[2 * s + 1][c][i] / weights_[2 * s + 1][i]);
    }

private:
    void add_offset(int dx, int dy)
    {
        int const x_begin = std::max(0, -dx), x_end = std::min(width_, width_ - dx);
        edges(dx, dy, x_begin, x_end);
        for (int s = 0; s < 2; ++s)
            for (int half = 0; half < 2; ++half) {
                // Distances are measured in one half and weigh the other.
                distances(signals_[s], half == 0 ? signals_[s].b : signals_[s].a, dx, dy, x_begin, x_end);
                patch_mean();
                accumulate(half == 0 ? signals_[s].a : signals_[s].b, 2 * s + half, dx, dy, x_begin, x_end);
            }
    }

    /// How far apart two pixels are in normal, albedo and place; the weight's exponent, base 2.
    void edges(int dx, int dy, int x_begin, int x_end)
    {
        auto const& [nx, ny, nz] = features_.normal;
        auto const& [ar, ag, ab] = features_.albedo;
        auto const& [px, py, pz] = features_.position;
        for (int y = y0_; y < y1_; ++y) {
            int const v = y + dy;
            float* const edge = edge_.data() + static_cast<std::size_t>(y - y0_) * width_;
            if (v < 0 || v >= height_) continue;
            auto const p = static_cast<std::ptrdiff_t>(y) * width_;
            auto const q = static_cast<std::ptrdiff_t>(v) * width_ + dx;
            for (int x = x_begin; x < x_end; ++x) {
                auto const i = p + x, j = q + x;
                float const n = square(nx[i] - nx[j]) + square(ny[i] - ny[j]) + square(nz[i] - nz[j]);
                float const a = square(ar[i] - ar[j]) + square(ag[i] - ag[j]) + square(ab[i] - ab[j]);
                float const off_plane =
                    (nx[i] * (px[j] - px[i]) + ny[i] * (py[j] - py[i]) + nz[i] * (pz[j] - pz[i])) *
                    features_.inverse_scale[i];
                edge[x] = n * (1.0f / 0.06f) + a * (1.0f / 0.012f) + off_plane * off_plane;
            }
        }
    }

    void distances(Signal const& signal, std::array<Plane, 3> const& guide, int dx, int dy, int x_begin,
                   int x_end)
    {
        float const k2 = settings_.strength * settings_.strength;
        int const first = y0_ - settings_.patch, last = y1_ + settings_.patch;
        for (int row = first; row < last; ++row) {
            float* const out = distance_.data() + static_cast<std::size_t>(row - first) * width_;
            int const y = std::clamp(row, 0, height_ - 1), v = std::clamp(y + dy, 0, height_ - 1);
            std::fill(out, out + width_, 0.0f);
            auto const p = static_cast<std::ptrdiff_t>(y) * width_;
            auto const q = static_cast<std::ptrdiff_t>(v) * width_ + dx;
            for (int c = 0; c < 3; ++c) {
                float const* const color = guide[c].values.data();
                float const* const variance = signal.variance[c].values.data();
                for (int x = x_begin; x < x_end; ++x) {
                    float const vp = variance[p + x], vq = variance[q + x];
                    float const difference = color[p + x] - color[q + x];
                    out[x] +=
                        (difference * difference - (vp + std::min(vp, vq))) / (tiny * tiny + k2 * (vp + vq));
                }
            }
        }
    }

    /// Box means of the distances over the patch; edges of the picture repeat.
    void patch_mean()
    {
        int const reach = settings_.patch, rows = y1_ - y0_ + 2 * reach;
        float const scale = 1.0f / (3.0f * square(2.0f * static_cast<float>(reach) + 1));
        for (int row = 0; row < rows; ++row) {
            float const* const in = distance_.data() + static_cast<std::size_t>(row) * width_;
            float* const out = columns_.data() + static_cast<std::size_t>(row) * width_;
            for (int x = 0; x < width_; ++x) {
                if (x < reach || x >= width_ - reach) {
                    float sum = 0;
                    for (int d = -reach; d <= reach; ++d) sum += in[std::clamp(x + d, 0, width_ - 1)];
                    out[x] = sum;
                }
            }
            for (int x = reach; x < width_ - reach; ++x) out[x] = in[x];
            for (int d = 1; d <= reach; ++d)
                for (int x = reach; x < width_ - reach; ++x) out[x] += in[x - d] + in[x + d];
        }
        for (int y = 0; y < y1_ - y0_; ++y) {
            float* const out = blurred_.data() + static_cast<std::size_t>(y) * width_;
            std::fill(out, out + width_, 0.0f);
            for (int d = 0; d <= 2 * reach; ++d) {
                float const* const in = columns_.data() + static_cast<std::size_t>(y + d) * width_;
                for (int x = 0; x < width_; ++x) out[x] += in[x];
            }
            for (int x = 0; x < width_; ++x) out[x] *= scale;
        }
    }

    void accumulate(std::array<Plane, 3> const& target, int slot, int dx, int dy, int x_begin, int x_end)
    {
        constexpr float log2e = 1.44269504f;
        for (int y = y0_; y < y1_; ++y) {
            int const v = y + dy;
            if (v < 0 || v >= height_) continue;
            auto const row = static_cast<std::size_t>(y - y0_) * width_;
            auto const q = static_cast<std::ptrdiff_t>(v) * width_ + dx;
            float const* const blurred = blurred_.data() + row;
            float const* const edge = edge_.data() + row;
            float* const weights = weights_[slot].data() + row;
            float *const r = sums_[slot][0].data() + row, *const g = sums_[slot][1].data() + row,
                         *const b = sums_[slot][2].data() + row;
            float const *const tr = target[0].values.data(), *const tg = target[1].values.data(),
                               *const tb = target[2].values.data();
            for (int x = x_begin; x < x_end; ++x) {
                float const exponent = -log2e * std::max(std::max(blurred[x], 0.0f), edge[x]);
                float const weight = fast_exp2(exponent);
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
    int width_, height_, y0_, y1_;
    std::array<std::array<std::vector<float>, 3>, 4>
        sums_; ///< signal 0 half a, half b, signal 1 half a, half b
    std::array<std::vector<float>, 4> weights_;
    std::vector<float> distance_, columns_, blurred_, edge_;
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
    int const bands = (result.height() + band_rows - 1) / band_rows;
    tbb::parallel_for(0, bands, [&](int index) {
        int const y0 = index * band_rows, y1 = std::min(result.height(), y0 + band_rows);
        Band band(signals, features, settings, y0, y1);
        band.run();
        for (int y = y0; y < y1; ++y)
            for (int x = 0; x < result.width(); ++x)
                for (int c = 0; c < 3; ++c)
                    result.at(x, y)[c] = std::max(0.0f, band.value(0, c, x, y) * frame.albedo.at(x, y)[c] +
                                                            band.value(1, c, x, y));
    });
    return result;
}

} // namespace soulvan::render
