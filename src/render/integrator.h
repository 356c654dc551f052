// The light that arrives along one camera ray: a path with next-event estimation at every vertex.
//
// Source  Kajiya 1986; Veach 1997 ch. 9 (multiple importance sampling, power heuristic) and 10.4 (Russian
// roulette).
//
// Glass   what the camera sees through closed glass is refracted; for light that illuminates (after the first
//         rough bounce, and for shadow rays) glass is a sheet that lets light straight through, less its
//         reflection. Both estimators use that one model, so that there are no caustic fireflies and no dark
//         shadows behind windows.
#pragma once

#include "camera.h"
#include "film.h"
#include "light_shares.h"
#include "prepared.h"
#include "sampler.h"

namespace soulvan::render {

class PathTracer {
public:
    PathTracer(PreparedScene::State const& scene, CameraRays const& camera, FrameSettings const& settings,
               LightShares const& shares);

    /// Sample `index` of pixel (x, y): depends on these, the settings and the shares alone. Light samples are
    /// written down in `trials` when given.
    PathResult trace(int x, int y, std::uint32_t index, std::vector<LightTrial>* trials = nullptr) const;

private:
    struct Path;
    struct Vertex;
    void gather_lights(Path& path, float far) const;
    void add_light(Path& path, std::uint32_t light, float far) const;
    struct Direct {
        Vec3f diffuse{0, 0, 0}, specular{0, 0, 0};
    };
    void sample_lights(Path& path, Vertex const& vertex) const;
    Direct direct_light(Path& path, Vertex const& vertex, LightChoice const& chosen) const;
    bool scatter(Path& path, Vertex const& vertex) const;
    void see_first(Path& path, Vertex const& vertex) const;
    void see_albedo(Path& path, Vertex const& vertex) const;
    Boundary boundary_at(Path const& path, Vertex const& vertex) const;

    PreparedScene::State const& scene_;
    CameraRays const& camera_;
    LightShares const& shares_;
    std::uint64_t seed_;
    int max_bounces_;
    float clamp_;
};

/// Learns the shares of a frame from a few thousand paths all over it, whatever its crop.
LightShares learn_light_shares(PreparedScene::State const& scene, CameraRays const& camera,
                               FrameSettings const& settings);

} // namespace soulvan::render
