// Where is a moving camera at a time?
#pragma once

#include "soulvan/scene/layout.h"

#include <algorithm>

namespace soulvan::scene {

/// The pose between the keys around `seconds`; starts and stops gently (smoothstep over the whole path), so
/// that a move neither jerks nor clips. Times outside the keys hold.
inline CameraKey pose_at(PlacedCamera const& camera, double seconds)
{
    auto const& keys = camera.keys;
    double const begin = keys.front().seconds, end = keys.back().seconds;
    if (keys.size() == 1 || end <= begin) return keys.front();
    double const t = std::clamp((seconds - begin) / (end - begin), 0.0, 1.0);
    double const eased = begin + (end - begin) * (t * t * (3 - 2 * t));
    std::size_t next = 1;
    while (next + 1 < keys.size() && keys[next].seconds < eased) ++next;
    auto const& a = keys[next - 1];
    auto const& b = keys[next];
    double const u =
        b.seconds > a.seconds ? std::clamp((eased - a.seconds) / (b.seconds - a.seconds), 0.0, 1.0) : 1.0;
    return {.seconds = seconds,
            .position = a.position + (b.position - a.position) * u,
            .yaw = a.yaw + (b.yaw - a.yaw) * u,
            .pitch = a.pitch + (b.pitch - a.pitch) * u};
}

} // namespace soulvan::scene
