// Where a point of camera space falls on the picture, and back: the one mapping that ray generation and
// reprojection share.
#pragma once

#include "soulvan/render/scene.h"

namespace soulvan::render {

/// Maps pixel coordinates (x to the right, y down, pixel centres at .5) to the plane at distance 1 before the
/// camera (perspective) or to metres on the camera's plane (orthographic). The aperture is expanded to the
/// picture's aspect ratio, so all of it is seen (UsdRenderSettings: aspectRatioConformPolicy expandAperture).
struct CameraMap {
    float scale_x = 1, scale_y = 1; ///< plane units per pixel
    float origin_x = 0, origin_y = 0;
    bool orthographic = false;

    static CameraMap create(Camera const& camera, int width, int height)
    {
        float const unit = camera.orthographic ? 1.0f : 1.0f / camera.focal_length;
        float wide = camera.horizontal_aperture * unit, high = camera.vertical_aperture * unit;
        float const aspect = static_cast<float>(width) / static_cast<float>(height);
        if (wide < high * aspect) {
            wide = high * aspect;
        } else {
            high = wide / aspect;
        }
        CameraMap map;
        map.orthographic = camera.orthographic;
        map.scale_x = wide / static_cast<float>(width);
        map.scale_y = -high / static_cast<float>(height);
        map.origin_x = camera.horizontal_offset * unit - wide / 2;
        map.origin_y = camera.vertical_offset * unit + high / 2;
        return map;
    }

    /// The point of the plane under a pixel position.
    Vec2f plane(float x, float y) const { return {origin_x + scale_x * x, origin_y + scale_y * y}; }
    /// The pixel position of a point in camera space (−Z ahead); meaningless for points behind the camera.
    Vec2f pixel(Vec3f const& p) const
    {
        float const depth = orthographic ? 1.0f : -p.z;
        return {(p.x / depth - origin_x) / scale_x, (p.y / depth - origin_y) / scale_y};
    }
};

} // namespace soulvan::render
