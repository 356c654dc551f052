// The light that arrives along one camera ray: a path with next-event estimation at every vertex.
#include "integrator.h"

#include "flush_denormals.h"

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

/// Pairs of sample dimensions, in the order of their weight for the picture: the best ones first.
enum Dimension : std::uint32_t {
    dimension_pixel,
    dimension_lens,
    dimension_first_bounce,
    // within a bounce
    dimension_light = 0,   ///< a point on the light
    dimension_choice = 1,  ///< which light, which lobe
    dimension_scatter = 2, ///< a direction of the lobe
    dimension_roulette = 3,
    dimensions_per_bounce = 4,
};

/// Sheets that a ray may pass in all; more is a mistake of the scene.
constexpr int most_sheets = 64;
/// What a frame's light shares are learnt from.
constexpr int training_paths = 16384;

float power_heuristic(float a, float b)
{
    float const a2 = a * a, b2 = b * b;
    return a2 / (a2 + b2);
}
Vec3f share_of(Vec3f const& part, Vec3f const& rest)
{
    auto const share = [](float a, float b) { return a + b > 0 ? a / (a + b) : 0.0f; };
    return {share(part.x, rest.x), share(part.y, rest.y), share(part.z, rest.z)};
}

} // namespace

/// Where a path stands.
struct PathTracer::Path {
    Sampler sampler;
    Ray ray;
    PathResult out;
    Vec3f throughput{1, 1, 1};
    float width = 0, spread = 0; ///< of the pixel's cone
    int bounce = 0, sheets = 0;
    bool is_camera_ray = true;
    bool is_rough = false;    ///< a lobe that is no mirror has been followed
    bool is_last = false;     ///< light that this ray meets still counts, surfaces no longer scatter
    std::int64_t inside = -1; ///< the instance whose body the ray is in

    // The last vertex that sampled lights: where weights are taken from.
    bool has_reference = false;
    Vec3f reference{0, 0, 0}, reference_normal{0, 0, 0};
    float pdf = 0, travelled = 0;
    Vec3f last_diffuse{0, 0, 0}; ///< share of the last scattering

    // For the film: the split at the first hit, and what is seen in mirrors and glass.
    bool has_first = false, has_albedo = false;
    Vec3f first_diffuse{0, 0, 0}, first_albedo{1, 1, 1}, albedo_throughput{1, 1, 1};
    float clamp = 0;
    std::vector<LightTrial>* trials = nullptr;

    std::uint32_t dimension(Dimension which) const
    {
        return dimension_first_bounce + static_cast<std::uint32_t>(bounce) * dimensions_per_bounce + which;
    }
    void add(Vec3f const& light, Vec3f const& diffuse)
    {
        Vec3f scale(1);
        if (clamp > 0 && bounce > 0) {
            float const most = max_component(light);
            if (most > clamp) scale = Vec3f(clamp / most);
        }
        out.radiance += light * scale;
        out.diffuse += diffuse * scale;
    }
};

struct PathTracer::Vertex {
    Hit hit;
    SurfacePoint point;
    SurfaceParameters surface;
    Basis basis;
    Vec3f wo;
    Boundary boundary = Boundary::straight;
    Bsdf bsdf;
    Vec2f choice; ///< selects a light and a lobe
};

PathTracer::PathTracer(PreparedScene::State const& scene, CameraRays const& camera,
                       FrameSettings const& settings, LightShares const& shares)
    : scene_(scene),
      camera_(camera),
      shares_(shares),
      seed_(mix64(settings.seed ^ mix64(0x536f756c76616eull + static_cast<std::uint32_t>(settings.frame)))),
      max_bounces_(settings.max_bounces),
      clamp_(settings.clamp_indirect)
{}

PathResult PathTracer::trace(int x, int y, std::uint32_t index, std::vector<LightTrial>* trials) const
{
    Path path{.sampler = Sampler(x, y, index, seed_)};
    auto const on_lens = camera_.has_lens() ? path.sampler.get_2d(dimension_lens) : Vec2f(0, 0);
    auto const start = camera_.ray(x, y, path.sampler.get_2d(dimension_pixel), on_lens);
    path.ray = start.ray;
    path.spread = start.spread;
    path.width = start.width;
    path.out.center_distance = start.center_distance;
    path.clamp = clamp_;
    path.trials = trials;

    while (true) {
        Hit hit;
        ++path.out.rays;
        auto const random = path.sampler.hash(static_cast<std::uint32_t>(path.bounce + path.sheets * 1031));
        bool const found = scene_.accel->intersect(path.ray, random, path.is_camera_ray, hit);
        gather_lights(path, found ? hit.t : std::numeric_limits<float>::infinity());
        if (!found) break;

        Vec3f const wo = -path.ray.direction;
        SurfacePoint point = scene_.surfaces->point(hit, wo);
        path.width += path.spread * hit.t;
        // Off the first surfaces nobody sees a texel's edge.
        auto const surface =
            scene_.surfaces->parameters(hit, wo, {path.width, random * 0x85ebca6bu, path.is_rough}, point);
        if (!is_black(surface.emissive)) {
            Vec3f const light = path.throughput * surface.emissive;
            path.add(light, light * path.first_diffuse);
        }
        if (path.is_last) break;
        Basis const basis = Basis::around(point.ns);
        Vec3f local = basis.to_local(wo);
        local.z = std::max(local.z, 1e-4f);
        Boundary boundary = Boundary::straight;
        if (surface.opacity < 1 && !path.is_rough && scene_.surfaces->is_closed(hit.instance) &&
            std::abs(surface.ior - 1) > 1e-3f)
            boundary = path.inside == hit.instance ? Boundary::leaving : Boundary::entering;
        Vertex const vertex{hit,
                            point,
                            surface,
                            basis,
                            wo,
                            boundary,
                            Bsdf(scene_.tables, surface, normalized(local), boundary),
                            path.sampler.get_2d(path.dimension(dimension_choice))};

        if (!path.has_first) see_first(path, vertex);
        if (!path.has_albedo) see_albedo(path, vertex);
        sample_lights(path, vertex);
        if (!scatter(path, vertex)) break;
    }
    // Mirrors that show the sky are white.
    if (path.has_first && !path.has_albedo) path.out.albedo = clamp01(path.albedo_throughput);
    return path.out;
}

void PathTracer::gather_lights(Path& path, float far) const
{
    if (scene_.lights.empty()) return;
    scene_.selector.visit_along(path.ray.origin, path.ray.direction, far,
                                [&](std::uint32_t light) { add_light(path, light, far); });
    if (std::isfinite(far)) return;
    for (auto const light : scene_.selector.infinite_lights()) add_light(path, light, far);
}

void PathTracer::add_light(Path& path, std::uint32_t index, float far) const
{
    auto const& light = scene_.lights[index];
    if (path.is_camera_ray && !light.is_visible_to_camera()) return;
    // Seen from the vertex that could have sampled it, which may lie before sheets of glass.
    bool const has_reference = path.has_reference;
    Vec3f const from = has_reference ? path.reference : path.ray.origin;
    float const before = has_reference ? path.travelled : 0;
    LightHit hit;
    if (!light.intersect(from, path.ray.direction, far + before, hit) || hit.t <= before) return;
    float weight = 1;
    if (has_reference && !light.is_unsampled()) {
        float const pmf = scene_.selector.pmf(path.reference, path.reference_normal,
                                              shares_.at(path.reference, path.reference_normal), index);
        weight = power_heuristic(path.pdf, pmf * hit.pdf);
    }
    if (path.is_camera_ray && !std::isfinite(far)) path.out.alpha = 1;
    Vec3f radiance = path.throughput * hit.radiance * weight;
    if (light.diffuse() != 1 || light.specular() != 1) {
        if (!path.is_camera_ray) {
            Vec3f const d = path.last_diffuse;
            radiance *= d * light.diffuse() + (Vec3f(1) - d) * light.specular();
        }
    }
    path.add(radiance, radiance * path.first_diffuse);
}

void PathTracer::see_first(Path& path, Vertex const& v) const
{
    path.has_first = true;
    path.out.alpha = 1;
    path.out.normal = v.point.ns;
    path.out.position = v.point.p;
    path.out.depth = camera_.depth(v.point.p);
    path.out.id = scene_.scene->instances[v.point.instance].id;
}

void PathTracer::see_albedo(Path& path, Vertex const& v) const
{
    auto const& s = v.surface;
    // Mirrors and clear glass are looked through to what they show; their own diffuse part counts as
    // specular.
    bool const is_clear = path.bounce < 6 && !path.is_rough && s.roughness < 0.15f &&
                          (max_component(v.bsdf.diffuse_albedo()) < 0.03f);
    if (is_clear && max_component(s.f0) + (1 - s.opacity) > 0.5f) return;
    path.has_albedo = true;
    Vec3f const own = clamp01(v.bsdf.diffuse_albedo() + s.f0);
    path.out.albedo = clamp01(path.albedo_throughput * own);
    if (path.bounce == 0 && path.sheets == 0)
        for (int c = 0; c < 3; ++c) path.first_albedo[c] = std::max(own[c], 1e-3f);
}

void PathTracer::sample_lights(Path& path, Vertex const& v) const
{
    if (v.bsdf.is_only_delta() || scene_.lights.empty()) return;
    auto const& shares = shares_.at(v.point.lifted, v.point.ns);
    auto const chosen = scene_.selector.choose(v.point.lifted, v.point.ns, shares, v.choice.x);
    Direct const direct = chosen.pmf > 0 ? direct_light(path, v, chosen) : Direct{};
    Vec3f const total = direct.diffuse + direct.specular;
    if (path.trials) {
        float const within_class = luminance(total) * shares[chosen.light_class];
        float const contribution = within_class / std::max(luminance(path.throughput), 1e-6f);
        if (std::isfinite(contribution) && is_finite(v.point.lifted))
            path.trials->push_back({v.point.lifted, v.point.ns, chosen.light_class, contribution});
    }
    if (is_black(total)) return;
    Vec3f part = total * path.first_diffuse;
    if (path.bounce == 0 && path.sheets == 0) {
        part = direct.diffuse;
        for (int c = 0; c < 3; ++c) part[c] = path.has_albedo ? part[c] / path.first_albedo[c] : 0;
    }
    path.add(total, part);
}

PathTracer::Direct PathTracer::direct_light(Path& path, Vertex const& v, LightChoice const& chosen) const
{
    auto const& light = scene_.lights[chosen.light];
    LightSample sample;
    if (!light.sample(v.point.lifted, path.sampler.get_2d(path.dimension(dimension_light)), sample))
        return {};
    if (dot(sample.wi, v.point.smooth) <= 0) return {};
    auto const value = v.bsdf.evaluate(v.basis.to_local(sample.wi));
    if (!(value.pdf > 0) && !sample.is_delta) return {};
    float const pdf = chosen.pmf * sample.pdf;
    float const weight = (sample.is_delta ? 1 : power_heuristic(pdf, value.pdf)) / pdf;
    Vec3f const arriving = path.throughput * sample.radiance * weight;
    Direct const open{value.diffuse * arriving * light.diffuse(),
                      value.specular * arriving * light.specular()};
    if (is_black(open.diffuse) && is_black(open.specular)) return {};

    // Short of the light: panels often lie in the very plane of the fixture that carries them.
    Ray shadow{v.point.origin_towards(sample.wi), sample.wi};
    if (std::isfinite(sample.distance)) shadow.far = sample.distance * (1 - 1e-4f) - v.point.epsilon;
    if (!(shadow.far > 0)) return {};
    ++path.out.rays;
    float const passing = scene_.accel->transmittance(shadow);
    return {open.diffuse * passing, open.specular * passing};
}

bool PathTracer::scatter(Path& path, Vertex const& v) const
{
    auto const sample = v.bsdf.sample(v.choice.y, path.sampler.get_2d(path.dimension(dimension_scatter)));
    if (!sample.is_valid) return false;
    Vec3f const weight = sample.diffuse + sample.specular;
    Vec3f const wi = v.basis.to_world(sample.wi);
    path.throughput *= weight;
    if (!path.has_albedo) path.albedo_throughput *= weight;
    path.ray.near = 0;
    path.ray.far = std::numeric_limits<float>::infinity();

    if (sample.is_transmission && v.boundary == Boundary::straight) {
        // The ray goes on as if nothing had happened, and keeps its weight against light sampling.
        if (++path.sheets > most_sheets) return false;
        path.travelled += v.hit.t;
        path.ray.origin = v.point.origin_behind();
        return true;
    }
    Vec3f const share = share_of(sample.diffuse, sample.specular);
    if (path.bounce == 0 && path.sheets == 0 && path.has_albedo) {
        path.first_diffuse = share;
        for (int c = 0; c < 3; ++c) path.first_diffuse[c] /= path.first_albedo[c];
    }
    path.last_diffuse = share;
    path.travelled = 0;
    if (sample.is_transmission) {
        if (++path.sheets > most_sheets) return false;
        path.inside = v.boundary == Boundary::entering ? std::int64_t{v.point.instance} : -1;
        path.ray.origin = v.point.origin_behind();
        path.ray.direction = normalized(wi);
        path.has_reference = false;
        return true;
    }
    // Below the surface that is meant there is nothing to see.
    if (dot(wi, v.point.smooth) <= 0) return false;
    path.ray.origin = v.point.origin_towards(wi);
    path.ray.direction = normalized(wi);
    path.has_reference = !sample.is_delta;
    path.is_camera_ray = false;
    if (!sample.is_delta) {
        path.pdf = sample.pdf;
        path.is_rough = true;
        path.reference = v.point.lifted;
        path.reference_normal = v.point.ns;
        // A lobe of density p is about a cone of solid angle 1/p.
        path.spread = std::min(path.spread + 0.25f / std::sqrt(sample.pdf), 0.4f);
    }
    // Roulette from the first bounce on: in halls and rooms most of the noise is in what is seen directly,
    // most of the time goes into what is not (docs/performance.md).
    // An even dome is never sampled by itself: there the first bounce is the light sample.
    bool const is_spared = path.bounce == 0 && scene_.selector.has_unsampled();
    float const eagerness = path.is_rough ? 0.8f : 1; // mirrors and glass are seen directly, too
    float const survival = is_spared ? 1.0f : std::min(eagerness * max_component(path.throughput), 1.0f);
    if (path.sampler.get_1d(path.dimension(dimension_roulette)) >= survival) return false;
    path.throughput *= 1 / survival;
    path.is_last = path.bounce >= max_bounces_;
    ++path.bounce;
    return true;
}

LightShares learn_light_shares(PreparedScene::State const& scene, CameraRays const& camera,
                               FrameSettings const& settings)
{
    LightShares even(scene.selector.even_shares());
    if (!scene.selector.has_classes()) return even;
    // Other random numbers than the picture's, or it would be chosen by what it is about to show.
    FrameSettings training = settings;
    training.seed = mix64(settings.seed + 0x7261696e);
    PathTracer const tracer(scene, camera, training, even);
    double const pixels = static_cast<double>(settings.width) * settings.height;
    int const step = std::max(1, static_cast<int>(std::sqrt(pixels / training_paths)));
    int const rows = (settings.height + step - 1) / step;
    std::vector<std::vector<LightTrial>> of_row(static_cast<std::size_t>(rows));
    tbb::parallel_for(0, rows, [&](int row) {
        FlushDenormals const mode;
        auto& own = of_row[static_cast<std::size_t>(row)];
        for (int x = 0; x < settings.width; x += step) tracer.trace(x, row * step, 0, &own);
    });
    std::vector<LightTrial> trials;
    for (auto const& some : of_row) trials.insert(trials.end(), some.begin(), some.end());
    return {scene.selector.even_shares(), trials};
}

} // namespace soulvan::render
