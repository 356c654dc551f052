// Where a rectangle, a disk, a sphere or a tube can be sampled, and where rays meet it.
#include "light.h"

#include "soulvan/render/light_units.h"

namespace soulvan::render {
namespace {

bool is_size(float v)
{
    return std::isfinite(v) && v > 0;
}

} // namespace

/// A rectangle seen from a point, in the rectangle's own axes (Ureña et al. 2013, "An Area-Preserving
/// Parametrization for Spherical Rectangles").
struct AreaLight::SphericalRectangle {
    float x0, x1, y0, y1, z0; ///< z0 < 0: the plane is below the point
    float b0, b1, k, solid_angle;

    SphericalRectangle(AreaLight const& light, Vec3f const& p)
    {
        Vec3f const d = light.center_ - p;
        float const x = dot(d, light.unit_s_), y = dot(d, light.unit_t_);
        z0 = -std::abs(dot(d, light.axis_));
        x0 = x - light.length_s_ / 2;
        x1 = x + light.length_s_ / 2;
        y0 = y - light.length_t_ / 2;
        y1 = y + light.length_t_ / 2;
        auto const normal_z = [&](float v) { return v / std::sqrt(v * v + z0 * z0 + 1e-30f); };
        float const n0 = -normal_z(y0), n1 = normal_z(x1), n2 = normal_z(y1), n3 = -normal_z(x0);
        auto const angle = [](float a, float b) { return std::acos(std::clamp(-a * b, -1.0f, 1.0f)); };
        b0 = n0;
        b1 = n2;
        k = 2 * pi - angle(n2, n3) - angle(n3, n0);
        solid_angle = angle(n0, n1) + angle(n1, n2) - k;
    }
    /// In the rectangle's plane, relative to the foot of the point.
    Vec2f sample(Vec2f const& u) const
    {
        float const au = u.x * solid_angle + k;
        float const fu = (std::cos(au) * b0 - b1) / std::sin(au);
        float const cu = std::clamp(std::copysign(1 / std::sqrt(fu * fu + b0 * b0), fu), -1.0f, 1.0f);
        float const x = std::clamp(-(cu * z0) / std::sqrt(std::max(1 - cu * cu, 1e-12f)), x0, x1);
        float const d = std::sqrt(x * x + z0 * z0);
        float const h0 = y0 / std::sqrt(d * d + y0 * y0), h1 = y1 / std::sqrt(d * d + y1 * y1);
        float const h = h0 + u.y * (h1 - h0);
        float const y = h * h < 1 - 1e-6f ? h * d / std::sqrt(1 - h * h) : (h > 0 ? y1 : y0);
        return {x, std::clamp(y, y0, y1)};
    }
};

bool AreaLight::prepare_plane(Light const& light)
{
    auto const& m = light.world_from_light;
    bool const is_rect = shape_ == LightShape::rect;
    if (is_rect ? !is_size(light.width) || !is_size(light.height) : !is_size(light.radius)) return false;
    edge_s_ = m.x * (is_rect ? light.width : light.radius);
    edge_t_ = m.y * (is_rect ? light.height : light.radius);
    length_s_ = length(edge_s_);
    length_t_ = length(edge_t_);
    Vec3f const normal = cross(edge_s_, edge_t_);
    area_ = length(normal) * (is_rect ? 1 : pi);
    if (!is_size(area_) || !is_size(length_s_) || !is_size(length_t_)) return false;
    axis_ = normalized_or(normal, {0, 0, 0});
    if (dot(axis_, m.z) > 0) axis_ = -axis_; // the side that -Z is on
    unit_s_ = edge_s_ * (1 / length_s_);
    unit_t_ = edge_t_ * (1 / length_t_);
    is_right_angled_ = is_rect && std::abs(dot(unit_s_, unit_t_)) < 1e-4f;
    Vec3f const dual_s = cross(edge_t_, axis_), dual_t = cross(edge_s_, axis_);
    inverse_s_ = dual_s * (1 / dot(edge_s_, dual_s));
    inverse_t_ = dual_t * (1 / dot(edge_t_, dual_t));
    if (!is_finite(inverse_s_) || !is_finite(inverse_t_)) return false;
    float const reach = is_rect ? 0.5f : 1.0f;
    bounding_radius_ =
        reach * std::sqrt(length2(edge_s_) + length2(edge_t_) + 2 * std::abs(dot(edge_s_, edge_t_)));
    cos_normals_ = 1;
    cos_emission_ = 0;
    power_ *= area_;
    return true;
}

bool AreaLight::is_near(Vec3f const& p) const
{
    // Where the spherical rectangle pays and float carries it: about 0.02 sr and more.
    Vec3f const d = center_ - p;
    float const d2 = length2(d);
    return is_right_angled_ && area_ * std::abs(dot(d, axis_)) > 0.02f * d2 * std::sqrt(d2);
}

float AreaLight::solid_angle(Vec3f const& p) const
{
    return SphericalRectangle(*this, p).solid_angle;
}

bool AreaLight::finish_plane(Vec3f const& p, Vec2f const& st, std::optional<float> solid,
                             LightSample& out) const
{
    bool const is_rect = shape_ == LightShape::rect;
    Vec3f const d = is_rect ? center_ + edge_s_ * (st.x - 0.5f) + edge_t_ * (st.y - 0.5f) - p
                            : center_ + edge_s_ * st.x + edge_t_ * st.y - p;
    float const d2 = length2(d);
    if (!(d2 > 0)) return false;
    out.distance = std::sqrt(d2);
    out.wi = d * (1 / out.distance);
    float const cosine = -dot(out.wi, axis_);
    if (cosine <= 1e-6f) return false;
    out.pdf = solid ? 1 / *solid : d2 / (cosine * area_);
    out.radiance = emitted(st, out.wi);
    return out.pdf > 0;
}

bool AreaLight::sample_rect(Vec3f const& p, Vec2f const& u, LightSample& out) const
{
    if (dot(p - center_, axis_) <= 0) return false;
    if (!is_near(p)) return finish_plane(p, u, std::nullopt, out);
    SphericalRectangle const seen(*this, p);
    if (!(seen.solid_angle > 1e-5f)) return false;
    Vec2f const xy = seen.sample(u);
    Vec2f const st{(xy.x - seen.x0) / length_s_, (xy.y - seen.y0) / length_t_};
    return finish_plane(p, st, seen.solid_angle, out);
}

bool AreaLight::sample_disk_light(Vec3f const& p, Vec2f const& u, LightSample& out) const
{
    if (dot(p - center_, axis_) <= 0) return false;
    return finish_plane(p, sample_disk(u), std::nullopt, out);
}

bool AreaLight::intersect_plane(Vec3f const& p, Vec3f const& d, float far, LightHit& out) const
{
    float const cosine = -dot(d, axis_);
    if (cosine <= 1e-6f) return false;
    float const height = dot(p - center_, axis_);
    float const t = height / cosine;
    if (!(t > 0) || t >= far) return false;
    Vec3f const w = p + d * t - center_;
    float const s = dot(w, inverse_s_), r = dot(w, inverse_t_);
    bool const is_rect = shape_ == LightShape::rect;
    if (is_rect ? std::abs(s) > 0.5f || std::abs(r) > 0.5f : s * s + r * r > 1) return false;
    out.radiance = emitted({s + 0.5f, r + 0.5f}, d);
    out.t = t;
    if (is_rect && is_near(p)) {
        float const solid = solid_angle(p);
        out.pdf = solid > 1e-5f ? 1 / solid : 0;
    } else {
        out.pdf = t * t / (cosine * area_);
    }
    return true;
}

bool AreaLight::prepare_sphere(Light const& light)
{
    if (!is_size(light.radius)) return false;
    // Light space becomes the one in which the surface is the unit sphere.
    world_from_light_.x *= light.radius;
    world_from_light_.y *= light.radius;
    world_from_light_.z *= light.radius;
    auto const to_light = inverse(world_from_light_);
    if (!to_light) return false;
    light_from_world_ = *to_light;
    determinant_ = std::abs(determinant(world_from_light_));
    Vec3f const axes{length(world_from_light_.x), length(world_from_light_.y), length(world_from_light_.z)};
    bounding_radius_ = max_component(axes);
    // The mean silhouette of a convex body is a quarter of its surface (Cauchy).
    power_ *= usd_light_size(LightShape::sphere, 0, 0, 1, 0, 0, axes) / 4;
    cos_normals_ = -1;
    return is_size(determinant_) && is_size(bounding_radius_);
}

bool AreaLight::sample_sphere(Vec3f const& p, Vec2f const& u, LightSample& out) const
{
    Vec3f const from = light_from_world_.point(p);
    float const d2 = length2(from);
    if (!(d2 > 1)) return false;
    float const sin2_max = 1 / d2, narrow = sin2_max / (1 + std::sqrt(1 - sin2_max)); // 1 - cos of the cone
    float const m = u.x * narrow;
    float const sin2 = m * (2 - m), sine = std::sqrt(sin2), phi = 2 * pi * u.y;
    float const d = std::sqrt(d2);
    Vec3f const local =
        Basis::around(from * (-1 / d)).to_world({sine * std::cos(phi), sine * std::sin(phi), 1 - m});
    Vec3f const world = world_from_light_.vector(local);
    float const stretch = length(world);
    float const t = d * (1 - m) - std::sqrt(std::max(0.0f, 1 - d2 * sin2));
    out.wi = world * (1 / stretch);
    out.distance = t * stretch;
    out.pdf = stretch * stretch * stretch / (2 * pi * narrow * determinant_);
    out.radiance = emitted({0, 0}, out.wi);
    return std::isfinite(out.pdf) && out.pdf > 0;
}

bool AreaLight::intersect_sphere(Vec3f const& p, Vec3f const& direction, float far, LightHit& out) const
{
    Vec3f const o = light_from_world_.point(p), d = light_from_world_.vector(direction);
    float const o2 = length2(o);
    if (!(o2 > 1)) return false;
    float const a = length2(d), b = dot(o, d);
    if (b >= 0) return false;
    // By the point nearest to the centre: b² - a c loses all digits for small and distant spheres.
    float const discriminant = a * (1 - length2(o - d * (b / a)));
    if (discriminant < 0) return false;
    float const t = (-b - std::sqrt(discriminant)) / a;
    if (!(t > 0) || t >= far) return false;
    float const sin2_max = 1 / o2, narrow = sin2_max / (1 + std::sqrt(1 - sin2_max));
    out.pdf = 1 / (2 * pi * narrow * determinant_ * a * std::sqrt(a));
    out.radiance = emitted({0, 0}, direction);
    out.t = t;
    return true;
}

bool AreaLight::prepare_cylinder(Light const& light)
{
    if (!is_size(light.radius) || !is_size(light.length)) return false;
    auto const to_light = inverse(world_from_light_);
    if (!to_light) return false;
    light_from_world_ = *to_light;
    determinant_ = std::abs(determinant(world_from_light_));
    radius_ = light.radius;
    half_length_ = light.length / 2;
    Vec3f const axes{length(world_from_light_.x), length(world_from_light_.y), length(world_from_light_.z)};
    bounding_radius_ = axes.x * half_length_ + radius_ * std::max(axes.y, axes.z);
    power_ *= usd_light_size(LightShape::cylinder, 0, 0, radius_, light.length, 0, axes) / pi;
    cos_normals_ = -1;
    return is_size(determinant_) && is_size(bounding_radius_);
}

/// A tube seen from a point, in light space: turns about the axis within the silhouette, and along the line
/// that each turn meets, both uniform in solid angle.
struct AreaLight::SeenTube {
    Vec3f from;
    float away, spread;                  ///< distance from the axis; half of the silhouette's angle
    float across = 0, low = 0, high = 0; ///< of one turn: distance of the line, sines to its ends

    SeenTube(Vec3f const& p, float radius)
        : from(p),
          away(std::sqrt(square(p.y) + square(p.z))),
          spread(std::asin(std::min(radius / away, 1.0f)))
    {}
    void set_line(float distance, float half_length)
    {
        across = distance;
        auto const sine = [&](float x) {
            return (x - from.x) / std::sqrt(square(across) + square(x - from.x));
        };
        low = sine(-half_length);
        high = sine(half_length);
    }
    float density() const { return 1 / (2 * spread * (high - low)); }
};

bool AreaLight::sample_cylinder(Vec3f const& p, Vec2f const& u, LightSample& out) const
{
    SeenTube seen(light_from_world_.point(p), radius_);
    if (!(seen.away > radius_ * 1.0001f)) return false;
    float const turn = (2 * u.y - 1) * seen.spread;
    float const c = std::cos(turn), s = std::sin(turn);
    seen.set_line(seen.away * c - std::sqrt(std::max(square(radius_) - square(seen.away * s), 0.0f)),
                  half_length_);
    float const sine = seen.low + (seen.high - seen.low) * u.x;
    float const cosine = std::sqrt(std::max(1 - sine * sine, 0.0f));
    if (!(cosine > 1e-6f) || !(seen.across > 0)) return false;
    float const y = -seen.from.y / seen.away, z = -seen.from.z / seen.away; // towards the axis
    Vec3f const local{sine, cosine * (c * y - s * z), cosine * (c * z + s * y)};
    Vec3f const world = world_from_light_.vector(local);
    float const stretch = length(world);
    out.wi = world * (1 / stretch);
    out.distance = seen.across / cosine * stretch;
    out.pdf = seen.density() * stretch * stretch * stretch / determinant_;
    out.radiance = emitted({0, 0}, out.wi);
    return std::isfinite(out.pdf) && out.pdf > 0;
}

bool AreaLight::intersect_cylinder(Vec3f const& p, Vec3f const& direction, float far, LightHit& out) const
{
    Vec3f const o = light_from_world_.point(p), d = light_from_world_.vector(direction);
    SeenTube seen(o, radius_);
    if (!(seen.away > radius_ * 1.0001f)) return false;
    float const a = square(d.y) + square(d.z), b = o.y * d.y + o.z * d.z;
    if (!(a > 0) || b >= 0) return false;
    float const s = b / a;
    float const nearest2 = square(o.y - d.y * s) + square(o.z - d.z * s);
    float const discriminant = a * (square(radius_) - nearest2);
    if (discriminant < 0) return false;
    float const t = (-b - std::sqrt(discriminant)) / a;
    if (!(t > 0) || t >= far) return false;
    if (std::abs(o.x + d.x * t) > half_length_) return false;

    seen.set_line(t * std::sqrt(a), half_length_);
    float const shrink = length(d); // one world metre in light space
    out.pdf = seen.density() / (determinant_ * shrink * shrink * shrink);
    out.radiance = emitted({0, 0}, direction);
    out.t = t;
    return std::isfinite(out.pdf);
}

} // namespace soulvan::render
