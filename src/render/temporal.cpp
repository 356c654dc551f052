// Calm clips: what neighbouring frames saw of the same surface points, averaged into a frame before it is
// filtered.
//
// The scene is static or its points are followed by position, and cameras are known exactly, so a pixel's
// first hit can be projected into any other frame. Diffuse light does not depend on the viewer and is
// averaged with equal weights over the window; light off glossy surfaces does, so it is taken from close
// frames only and only as far as it agrees with what the frame itself shows around the pixel.
#include "soulvan/render/frame.h"

#include "camera_map.h"
#include "vector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

using media::Image;

Vec3f rgb(Image const& image, int x, int y)
{
    float const* const p = image.at(x, y);
    return {p[0], p[1], p[2]};
}

void set_rgb(Image& image, int x, int y, Vec3f const& value)
{
    float* const p = image.at(x, y);
    p[0] = value.x;
    p[1] = value.y;
    p[2] = value.z;
}

/// World to camera space: the inverse of a transform whose axes need not be orthonormal.
Transform inverse(Transform const& m)
{
    Vec3f const yz = cross(m.y, m.z), zx = cross(m.z, m.x), xy = cross(m.x, m.y);
    float const scale = 1.0f / dot(m.x, yz);
    Vec3f const r0 = yz * scale, r1 = zx * scale, r2 = xy * scale;
    Transform result;
    result.x = {r0.x, r1.x, r2.x};
    result.y = {r0.y, r1.y, r2.y};
    result.z = {r0.z, r1.z, r2.z};
    result.t = {-dot(r0, m.t), -dot(r1, m.t), -dot(r2, m.t)};
    return result;
}

/// A frame of the window, ready to be looked up.
struct Neighbour {
    RenderedFrame const* frame;
    Transform camera_from_world;
    CameraMap map;
    float diffuse_weight, glossy_weight;
};

/// What the six averaged images hold at one point.
struct Sample {
    // Imath's vectors are not zero by themselves.
    Vec3f diffuse{0, 0, 0}, diffuse_a{0, 0, 0}, diffuse_b{0, 0, 0};
    Vec3f glossy{0, 0, 0}, glossy_a{0, 0, 0}, glossy_b{0, 0, 0};
    void add(Sample const& other, float weight)
    {
        diffuse += other.diffuse * weight;
        diffuse_a += other.diffuse_a * weight;
        diffuse_b += other.diffuse_b * weight;
        glossy += other.glossy * weight;
        glossy_a += other.glossy_a * weight;
        glossy_b += other.glossy_b * weight;
    }
};

Sample sample_at(RenderedFrame const& frame, int x, int y)
{
    Vec3f const albedo = rgb(frame.albedo, x, y);
    Sample sample;
    sample.diffuse = rgb(frame.diffuse, x, y);
    sample.diffuse_a = rgb(frame.diffuse_half_a, x, y);
    sample.diffuse_b = rgb(frame.diffuse_half_b, x, y);
    sample.glossy = rgb(frame.beauty, x, y) - sample.diffuse * albedo;
    sample.glossy_a = rgb(frame.half_a, x, y) - sample.diffuse_a * albedo;
    sample.glossy_b = rgb(frame.half_b, x, y) - sample.diffuse_b * albedo;
    return sample;
}

/// The surface point that a pixel of the centre frame shows.
struct Point {
    Vec3f position, normal;
    float id, depth, pixel_size; ///< pixel_size: metres that a pixel covers there
};

/// Whether pixel (x, y) of `frame` shows the same surface as `point`, close by.
bool same_surface(RenderedFrame const& frame, int x, int y, Point const& point)
{
    if (frame.object_id.at(x, y)[0] != point.id) return false;
    if (dot(rgb(frame.normal, x, y), point.normal) < 0.9f * length2(point.normal)) return false;
    Vec3f const apart = rgb(frame.position, x, y) - point.position;
    float const off_plane = dot(apart, point.normal);
    return std::fabs(off_plane) < 0.01f * point.depth + point.pixel_size &&
           length2(apart) < square(0.05f * point.depth + 4 * point.pixel_size);
}

/// The bilinear look-up of a neighbour at the point; false when it does not see it.
bool look_up(Neighbour const& neighbour, Point const& point, Sample& sample)
{
    auto const& frame = *neighbour.frame;
    int const width = frame.beauty.width(), height = frame.beauty.height();
    Vec3f const p = neighbour.camera_from_world.point(point.position);
    if (!neighbour.map.orthographic && p.z > -1e-4f) return false;
    Vec2f const pixel = neighbour.map.pixel(p);
    float const fx = pixel.x - 0.5f, fy = pixel.y - 0.5f;
    if (!(fx > -1 && fy > -1 && fx < static_cast<float>(width) && fy < static_cast<float>(height)))
        return false;
    int const x0 = static_cast<int>(std::floor(fx)), y0 = static_cast<int>(std::floor(fy));
    float const tx = fx - static_cast<float>(x0), ty = fy - static_cast<float>(y0);
    float total = 0;
    sample = {};
    for (int corner = 0; corner < 4; ++corner) {
        int const x = x0 + (corner & 1), y = y0 + (corner >> 1);
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        float const weight = (corner & 1 ? tx : 1 - tx) * (corner >> 1 ? ty : 1 - ty);
        if (weight < 0.01f || !same_surface(frame, x, y, point)) continue;
        sample.add(sample_at(frame, x, y), weight);
        total += weight;
    }
    if (total < 0.25f) return false;
    Sample scaled;
    scaled.add(sample, 1 / total);
    sample = scaled;
    return true;
}

/// Mean and spread of the glossy light around a pixel of the centre frame.
struct Spread {
    Vec3f low, high;
    Vec3f clamp(Vec3f const& v) const
    {
        return {std::clamp(v.x, low.x, high.x), std::clamp(v.y, low.y, high.y),
                std::clamp(v.z, low.z, high.z)};
    }
};

Spread glossy_spread(RenderedFrame const& frame, int x, int y)
{
    constexpr int reach = 2;
    Vec3f sum{0, 0, 0}, squares{0, 0, 0};
    float count = 0;
    for (int v = std::max(0, y - reach); v <= std::min(frame.beauty.height() - 1, y + reach); ++v)
        for (int u = std::max(0, x - reach); u <= std::min(frame.beauty.width() - 1, x + reach); ++u) {
            Vec3f const value = rgb(frame.beauty, u, v) - rgb(frame.diffuse, u, v) * rgb(frame.albedo, u, v);
            sum += value;
            squares += value * value;
            count += 1;
        }
    Vec3f const mean = sum / count;
    auto const deviation = [&](float m, float s) {
        return 1.5f * std::sqrt(std::max(0.0f, s / count - m * m)) + 1e-3f;
    };
    Vec3f const spread{deviation(mean.x, squares.x), deviation(mean.y, squares.y),
                       deviation(mean.z, squares.z)};
    return {mean - spread, mean + spread};
}

void accumulate_pixel(std::vector<Neighbour> const& neighbours, std::size_t centre, int x, int y,
                      float plane_per_pixel, RenderedFrame& result)
{
    auto const& frame = *neighbours[centre].frame;
    Sample sum = sample_at(frame, x, y);
    Point const point{rgb(frame.position, x, y), rgb(frame.normal, x, y), frame.object_id.at(x, y)[0],
                      frame.depth.at(x, y)[0], frame.depth.at(x, y)[0] * plane_per_pixel};
    if (point.depth < 1e9f && length2(point.normal) > 0.25f) {
        auto const spread = glossy_spread(frame, x, y);
        Sample diffuse = sum, glossy = sum;
        float diffuse_total = 1, glossy_total = 1;
        for (std::size_t i = 0; i < neighbours.size(); ++i) {
            Sample seen;
            if (i == centre || !look_up(neighbours[i], point, seen)) continue;
            diffuse.add(seen, neighbours[i].diffuse_weight);
            diffuse_total += neighbours[i].diffuse_weight;
            if (neighbours[i].glossy_weight <= 0) continue;
            // The halves move with their mean, so that their difference stays the noise.
            Vec3f const shift = spread.clamp(seen.glossy) - seen.glossy;
            seen.glossy += shift;
            seen.glossy_a += shift;
            seen.glossy_b += shift;
            glossy.add(seen, neighbours[i].glossy_weight);
            glossy_total += neighbours[i].glossy_weight;
        }
        sum.diffuse = diffuse.diffuse / diffuse_total;
        sum.diffuse_a = diffuse.diffuse_a / diffuse_total;
        sum.diffuse_b = diffuse.diffuse_b / diffuse_total;
        sum.glossy = glossy.glossy / glossy_total;
        sum.glossy_a = glossy.glossy_a / glossy_total;
        sum.glossy_b = glossy.glossy_b / glossy_total;
    }
    Vec3f const albedo = rgb(frame.albedo, x, y);
    set_rgb(result.diffuse, x, y, sum.diffuse);
    set_rgb(result.diffuse_half_a, x, y, sum.diffuse_a);
    set_rgb(result.diffuse_half_b, x, y, sum.diffuse_b);
    set_rgb(result.beauty, x, y, sum.glossy + sum.diffuse * albedo);
    set_rgb(result.half_a, x, y, sum.glossy_a + sum.diffuse_a * albedo);
    set_rgb(result.half_b, x, y, sum.glossy_b + sum.diffuse_b * albedo);
}

} // namespace

RenderedFrame TemporalAccumulator::accumulate(std::vector<Entry> const& window, std::size_t centre, int width,
                                              int height)
{
    std::vector<Neighbour> neighbours;
    for (std::size_t i = 0; i < window.size(); ++i) {
        auto const apart = static_cast<float>(std::abs(static_cast<int>(i) - static_cast<int>(centre)));
        neighbours.push_back({window[i].frame.get(), inverse(window[i].camera.world_from_camera),
                              CameraMap::create(window[i].camera, width, height), 1.0f,
                              std::max(0.0f, 1.0f - apart / 7.0f)});
    }
    RenderedFrame result = *window[centre].frame;
    float const plane_per_pixel = std::fabs(neighbours[centre].map.scale_x);
    tbb::parallel_for(0, height, [&](int y) {
        for (int x = 0; x < width; ++x) accumulate_pixel(neighbours, centre, x, y, plane_per_pixel, result);
    });
    return result;
}

} // namespace soulvan::render
