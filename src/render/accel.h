// Which surface a ray meets first, and how much light gets from here to there. Embree inside.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/render/scene.h"
#include "vector.h"

#include <memory>

namespace soulvan::render {

struct Ray {
    Vec3f origin;
    Vec3f direction; ///< of length one
    float near = 0, far = std::numeric_limits<float>::infinity();
};

struct Hit {
    float t = 0;
    float u = 0, v = 0; ///< weights of corners 1 and 2
    std::uint32_t instance = 0, triangle = 0;
};

/// What lets a ray pass: asked only about surfaces that may.
struct Passage {
    float presence = 1;      ///< chance that there is a surface for this ray at all
    float transmittance = 0; ///< of the surface, if it is there, for light going straight on
};
class OpacityOracle {
public:
    virtual ~OpacityOracle() = default;
    /// `direction`, not normalised, is in the world or in the instance's object space.
    virtual Passage passage(Hit const& hit, Vec3f const& direction, bool is_world) const = 0;
};

class Accel {
public:
    struct Settings {
        bool fast_isa = false; ///< whatever the machine has; AVX2 otherwise, for equal bits everywhere
    };
    /// Triangles that touch a point that is not finite are left out.
    /// `needs_filter[i]`: instance i may let rays pass. `oracle` must outlive the result.
    static Result<std::unique_ptr<Accel>> create(Scene const& scene, std::vector<bool> const& needs_filter,
                                                 OpacityOracle const& oracle, Settings const& settings);
    ~Accel();

    /// `random` decides about fractional presence, `camera` about Instance::visible_to_camera.
    bool intersect(Ray const& ray, std::uint32_t random, bool is_camera_ray, Hit& hit) const;
    /// The share of light that passes between the ray's ends; 0 when something opaque stands between.
    float transmittance(Ray const& ray) const;

private:
    Accel();
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace soulvan::render
