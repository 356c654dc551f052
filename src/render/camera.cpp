// Which ray a sample of a pixel follows.
#include "camera.h"

namespace soulvan::render {
namespace {

/// Blackman-Harris over a width of 1.5 pixels, as Cycles has it by default: sharp, without ringing.
constexpr double filter_radius = 0.75;

double blackman_harris(double x)
{
    double const t = 2 * std::numbers::pi * (x / (2 * filter_radius) + 0.5);
    return 0.35875 - 0.48829 * std::cos(t) + 0.14128 * std::cos(2 * t) - 0.01168 * std::cos(3 * t);
}

} // namespace

CameraRays::CameraRays(Camera const& camera, int width, int height)
    : camera_(camera),
      width_(static_cast<float>(width)),
      height_(static_cast<float>(height))
{
    auto const& m = camera.world_from_camera;
    right_ = normalized_or(m.x, {1, 0, 0});
    up_ = normalized_or(m.y, {0, 1, 0});
    forward_ = normalized_or(-m.z, {0, 0, -1});
    float const unit = camera.orthographic ? 1 : 1 / std::max(camera.focal_length, 1e-6f);
    aperture_x_ = std::max(std::abs(camera.horizontal_aperture), 1e-6f) * unit;
    aperture_y_ = std::max(std::abs(camera.vertical_aperture), 1e-6f) * unit;
    offset_x_ = camera.horizontal_offset * unit;
    offset_y_ = camera.vertical_offset * unit;
    float const aspect = width_ / height_;
    if (aspect > aperture_x_ / aperture_y_)
        aperture_x_ = aperture_y_ * aspect;
    else
        aperture_y_ = aperture_x_ / aspect;

    constexpr int steps = 4096;
    double total = 0;
    for (int i = 0; i < steps; ++i) total += blackman_harris(((i + 0.5) / steps * 2 - 1) * filter_radius);
    double sum = 0;
    std::size_t next = 0;
    auto const last = filter_.size() - 1;
    for (int i = 0; i < steps; ++i) {
        double const before = sum / total;
        sum += blackman_harris(((i + 0.5) / steps * 2 - 1) * filter_radius);
        double const after = sum / total;
        while (next <= last && static_cast<double>(next) / static_cast<double>(last) <= after) {
            double const wanted = static_cast<double>(next) / static_cast<double>(last);
            double const within = after > before ? std::max(0.0, (wanted - before) / (after - before)) : 0;
            filter_[next++] = static_cast<float>(((i + within) / steps * 2 - 1) * filter_radius);
        }
    }
    filter_.front() = static_cast<float>(-filter_radius);
    while (next <= last) filter_[next++] = static_cast<float>(filter_radius);
}

float CameraRays::filter_offset(float u) const
{
    float const x = u * static_cast<float>(filter_.size() - 1);
    auto const i = std::min(static_cast<std::size_t>(x), filter_.size() - 2);
    return lerp(filter_[i], filter_[i + 1], x - static_cast<float>(i));
}

CameraRay CameraRays::ray(int x, int y, Vec2f const& pixel_sample, Vec2f const& lens_sample) const
{
    CameraRay out;
    float const dx = filter_offset(pixel_sample.x), dy = filter_offset(pixel_sample.y);
    out.center_distance = std::sqrt(dx * dx + dy * dy);
    float const sx = ((static_cast<float>(x) + 0.5f + dx) / width_ - 0.5f) * aperture_x_ + offset_x_;
    float const sy = (0.5f - (static_cast<float>(y) + 0.5f + dy) / height_) * aperture_y_ + offset_y_;
    Vec3f const eye = camera_.world_from_camera.t;
    float along = 1; // cosine between the ray and the axis
    if (camera_.orthographic) {
        out.ray.origin = eye + right_ * sx + up_ * sy;
        out.ray.direction = forward_;
        out.width = aperture_y_ / height_;
    } else {
        Vec3f const through = right_ * sx + up_ * sy + forward_;
        out.ray.origin = eye;
        Vec3f direction = through;
        if (has_lens()) {
            Vec2f const lens = sample_disk(lens_sample) * camera_.lens_radius;
            out.ray.origin += right_ * lens.x + up_ * lens.y;
            direction = eye + through * camera_.focus_distance - out.ray.origin;
        }
        out.ray.direction = normalized_or(direction, forward_);
        along = std::max(dot(out.ray.direction, forward_), 1e-4f);
        out.spread = aperture_y_ / height_ * along;
    }
    out.ray.near = std::max(camera_.near_clip, 0.0f) / along;
    out.ray.far = camera_.far_clip > camera_.near_clip ? camera_.far_clip / along
                                                       : std::numeric_limits<float>::infinity();
    return out;
}

} // namespace soulvan::render
