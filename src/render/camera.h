// Which ray a sample of a pixel follows.
#pragma once

#include "accel.h"
#include "sampler.h"
#include "soulvan/render/frame.h"

#include <array>

namespace soulvan::render {

struct CameraRay {
    Ray ray;
    float spread = 0;          ///< growth of a pixel's width per metre
    float width = 0;           ///< of a pixel at the camera (orthographic)
    float center_distance = 0; ///< of the sample from the pixel's middle, in pixels
};

/// A camera for a frame of a given size.
///
/// Where the aperture's shape is not that of the frame the aperture grows, as UsdRenderSettings'
/// aspectRatioConformPolicy "expandAperture" says: nothing that the camera saw is cut off.
class CameraRays {
public:
    CameraRays(Camera const& camera, int width, int height);

    /// Whether `lens_sample` matters.
    bool has_lens() const { return camera_.lens_radius > 0 && camera_.focus_distance > 0; }
    CameraRay ray(int x, int y, Vec2f const& pixel_sample, Vec2f const& lens_sample) const;
    /// Metres along the axis.
    float depth(Vec3f const& p) const { return dot(p - camera_.world_from_camera.t, forward_); }

private:
    float filter_offset(float u) const;

    Camera camera_;
    Vec3f right_, up_, forward_;
    float width_, height_;
    float aperture_x_, aperture_y_; ///< over focal length, or metres
    float offset_x_, offset_y_;
    std::array<float, 65> filter_{}; ///< inverse of the filter's cumulative distribution
};

} // namespace soulvan::render
