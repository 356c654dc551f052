// What the samples of a pixel add up to, and when it has had enough of them.
#include "film.h"

namespace soulvan::render {
namespace {

void put(media::Image& image, int x, int y, Vec3f const& v)
{
    float* p = image.at(x, y);
    p[0] = v.x;
    p[1] = v.y;
    p[2] = v.z;
}
/// Finite, and so far from the largest float that sums and exposure stay finite too.
bool is_sound(Vec3f const& v)
{
    return max_abs(v) < 1e24f && is_finite(v);
}
int rounded_up(int v, int step)
{
    return (v + step - 1) / step * step;
}

} // namespace

Film::Film(int width, int height, Rectangle area, bool adaptive)
    : width_(width),
      height_(height),
      area_(area),
      bounds_(area)
{
    if (adaptive) {
        bounds_ = {area.x0 / block * block, area.y0 / block * block, rounded_up(area.x1, block),
                   rounded_up(area.y1, block)};
        bounds_ = bounds_.intersected({0, 0, width, height});
    } else {
        // One verdict for all: nothing is judged.
        bounds_ = area;
    }
    blocks_across_ = (bounds_.width() + block - 1) / block;
    auto const blocks_down = (bounds_.height() + block - 1) / block;
    pixels_.resize(static_cast<std::size_t>(bounds_.width()) * bounds_.height());
    stopped_.resize(static_cast<std::size_t>(blocks_across_) * blocks_down);
    quiet_.resize(stopped_.size());
}

bool Film::add(int x, int y, std::uint32_t index, PathResult const& r)
{
    auto& s = pixels_[at(x, y)];
    bool const is_even = index % 2 == 0;
    ++(is_even ? s.count_even : s.count_odd);
    s.alpha += r.alpha;
    if (!is_sound(r.radiance) || !is_sound(r.diffuse) || !is_sound(r.albedo) || !is_sound(r.normal) ||
        !is_sound(r.position) || !std::isfinite(r.depth))
        return false;
    if (r.center_distance < s.center_distance && r.depth < 1e10f) {
        s.center_distance = r.center_distance;
        s.position = r.position;
        s.depth = r.depth;
        s.id = r.id;
    }
    s.albedo += r.albedo;
    s.normal += r.normal;
    (is_even ? s.even : s.odd) += r.radiance;
    (is_even ? s.diffuse_even : s.diffuse_odd) += r.diffuse;
    return true;
}

void Film::judge(Rectangle const& tile, float threshold)
{
    // Cycles (kernel/film/adaptive_sampling.h): the whole against one half, relative to the square root of
    // dark and to the value of bright pixels.
    auto const is_noisy = [&](Sums const& s) {
        auto const total = static_cast<float>(s.count_even + s.count_odd);
        if (s.count_odd == 0) return true;
        Vec3f const whole = (s.even + s.odd) * (1 / total),
                    half = s.odd * (1 / static_cast<float>(s.count_odd));
        float const difference =
            std::abs(whole.x - half.x) + std::abs(whole.y - half.y) + std::abs(whole.z - half.z);
        float const intensity = std::max(whole.x + whole.y + whole.z, 1e-6f);
        return difference / (intensity < 1 ? std::sqrt(intensity) : intensity) >= threshold;
    };
    for (int by = tile.y0; by < tile.y1; by += block)
        for (int bx = tile.x0; bx < tile.x1; bx += block) {
            auto const b = block_of(bx, by);
            if (stopped_[b]) continue;
            bool noisy = false;
            for (int y = by; y < std::min(by + block, tile.y1) && !noisy; ++y)
                for (int x = bx; x < std::min(bx + block, tile.x1) && !noisy; ++x)
                    noisy = is_noisy(pixels_[at(x, y)]);
            quiet_[b] = noisy ? 0 : static_cast<std::uint8_t>(quiet_[b] + 1);
            stopped_[b] = quiet_[b] >= 2;
        }
}

template <class Put>
void Film::for_each(Put visit) const
{
    for (int y = area_.y0; y < area_.y1; ++y)
        for (int x = area_.x0; x < area_.x1; ++x) {
            auto const& s = pixels_[at(x, y)];
            auto const n = s.count_even + s.count_odd;
            if (n > 0) visit(x, y, s, 1 / static_cast<float>(n));
        }
}

media::Image Film::beauty(float scale) const
{
    media::Image out(width_, height_, 4);
    for_each([&](int x, int y, Sums const& s, float per_sample) {
        put(out, x, y, (s.even + s.odd) * (per_sample * scale));
        out.at(x, y)[3] = s.alpha * per_sample;
    });
    return out;
}

RenderedFrame Film::resolve(float scale) const
{
    RenderedFrame out;
    out.beauty = beauty(scale);
    out.half_a = out.half_b = out.diffuse = out.diffuse_half_a = out.diffuse_half_b = out.albedo =
        out.normal = out.position = media::Image(width_, height_, 3);
    out.depth = out.object_id = out.samples = media::Image(width_, height_, 1);
    for (auto& d : out.depth.pixels()) d = 1e10f;
    for_each([&](int x, int y, Sums const& s, float per_sample) {
        float const even = scale / static_cast<float>(std::max(s.count_even, 1u));
        float const odd = scale / static_cast<float>(std::max(s.count_odd, 1u));
        // With one sample both halves are that sample: no noise is known of.
        bool const both = s.count_odd > 0 && s.count_even > 0;
        put(out.half_a, x, y, (s.count_even ? s.even * even : s.odd * odd));
        put(out.half_b, x, y, (both || !s.count_even ? s.odd * odd : s.even * even));
        put(out.diffuse_half_a, x, y, (s.count_even ? s.diffuse_even * even : s.diffuse_odd * odd));
        put(out.diffuse_half_b, x, y, (both || !s.count_even ? s.diffuse_odd * odd : s.diffuse_even * even));
        put(out.diffuse, x, y, (s.diffuse_even + s.diffuse_odd) * (per_sample * scale));
        put(out.albedo, x, y, s.albedo * per_sample);
        put(out.normal, x, y, normalized_or(s.normal, {0, 0, 0}));
        put(out.position, x, y, s.position);
        *out.depth.at(x, y) = s.depth;
        *out.object_id.at(x, y) = static_cast<float>(s.id & 0xffffffu);
        *out.samples.at(x, y) = static_cast<float>(s.count_even + s.count_odd);
    });
    return out;
}

} // namespace soulvan::render
