// Light from one source: what is common to all shapes, and distant lights.
#include "light.h"

#include "soulvan/render/light_units.h"

#include <utility>

namespace soulvan::render {
namespace {

constexpr float radians = pi / 180;

float smoothstep(float x, float low, float high)
{
    if (high <= low) return x <= low ? 0.0f : 1.0f;
    float const t = clamp01((x - low) / (high - low));
    return t * t * (3 - 2 * t);
}

} // namespace

std::optional<AreaLight> AreaLight::create(Light const& light, TextureSet const& textures)
{
    AreaLight out;
    out.textures_ = &textures;
    out.shape_ = light.shape;
    out.radiance_ = light.radiance;
    out.is_visible_to_camera_ = light.visible_to_camera;
    out.diffuse_ = std::isfinite(light.diffuse) ? std::max(light.diffuse, 0.0f) : 1.0f;
    out.specular_ = std::isfinite(light.specular) ? std::max(light.specular, 0.0f) : 1.0f;
    out.id_ = light.id;
    out.world_from_light_ = light.world_from_light;
    for (int c = 0; c < 3; ++c) out.radiance_[c] = std::max(out.radiance_[c], 0.0f);
    if (!is_finite(light.radiance) || is_black(out.radiance_)) return std::nullopt;
    if (!is_finite(light.world_from_light)) return std::nullopt;
    bool const takes_texture = light.shape == LightShape::rect || light.shape == LightShape::dome;
    if (takes_texture && textures.usable(light.texture)) {
        out.texture_ = light.texture;
        Vec4f const mean = textures.average(light.texture);
        // The smallest copy of an 8-bit picture may be rounded to black: a light is never left out for that.
        out.power_ = std::max(luminance(out.radiance_ * Vec3f(mean.x, mean.y, mean.z)),
                              1e-3f * luminance(out.radiance_));
    } else {
        out.power_ = luminance(out.radiance_);
    }
    out.center_ = light.world_from_light.t;
    bool ready = false;
    switch (light.shape) {
    case LightShape::rect:
    case LightShape::disk:
        ready = out.prepare_plane(light);
        break;
    case LightShape::sphere:
        ready = out.prepare_sphere(light);
        break;
    case LightShape::cylinder:
        ready = out.prepare_cylinder(light);
        break;
    case LightShape::distant:
        ready = out.prepare_distant(light);
        break;
    case LightShape::dome:
        ready = out.prepare_dome(light);
        break;
    }
    if (!ready || !std::isfinite(out.power_)) return std::nullopt;
    if (!out.is_infinite()) out.prepare_shaping(light);
    return out;
}

void AreaLight::prepare_shaping(Light const& light)
{
    cone_axis_ = normalized_or(-light.world_from_light.z, axis_);
    float const cone = light.cone_angle_deg, softness = clamp01(light.cone_softness);
    // 90 degrees is the schema's fallback and means no cone, also for lights that shine all around.
    bool const has_cone = cone < 90 || (cone == 90 && softness > 0);
    if (has_cone) {
        cone_end_ = std::max(cone, 0.0f) * radians;
        cone_start_ = cone_end_ * (1 - softness);
        bool const is_round = shape_ == LightShape::sphere || shape_ == LightShape::cylinder;
        if (is_round) {
            axis_ = cone_axis_;
            cos_normals_ = 1;
        }
        if (is_round || dot(axis_, cone_axis_) > 0.999f)
            cos_emission_ = std::cos(std::min(cone_end_, pi / 2));
    }
    focus_ = std::isfinite(light.focus) ? std::max(light.focus, 0.0f) : 0.0f;
    focus_tint_ = clamp01(light.focus_tint);
    is_shaped_ = has_cone || focus_ > 0;
}

Vec3f AreaLight::shaping(Vec3f const& direction_from_light) const
{
    float const cosine = std::clamp(dot(direction_from_light, cone_axis_), -1.0f, 1.0f);
    Vec3f out(1);
    if (focus_ > 0) out = lerp(focus_tint_, Vec3f(1), std::pow(std::abs(cosine), focus_));
    if (cone_end_ < pi) out *= 1 - smoothstep(std::acos(cosine), cone_start_, cone_end_);
    return out;
}

Vec3f AreaLight::emitted(Vec2f const& st, Vec3f const& direction) const
{
    Vec3f out = radiance_;
    if (texture_ >= 0) {
        // "In the default position, a texture file's min coordinates should be at (+X, +Y)": upright and
        // unmirrored for whoever stands in the light.
        Vec4f const texel = textures_->sample(texture_, {1 - st.x, st.y}, 0, 0);
        out *= Vec3f(texel.x, texel.y, texel.z);
    }
    if (is_shaped_) out *= shaping(-direction);
    return out;
}

bool AreaLight::prepare_distant(Light const& light)
{
    axis_ = normalized_or(-light.world_from_light.z, {0, 0, 0});
    if (is_black(axis_) && is_black(-axis_)) return false;
    float const angle = std::isfinite(light.angle_deg) ? std::clamp(light.angle_deg, 0.0f, 360.0f) : 0.0f;
    cos_half_angle_ = std::cos(angle / 2 * radians);
    // 1 - cos, without its cancellation.
    area_ = 2 * square(std::sin(angle / 4 * radians));
    if (area_ < 1e-9f) cos_half_angle_ = 1;
    power_ *= usd_light_size(LightShape::distant, 0, 0, 0, 0, cos_half_angle_ >= 1 ? 0 : angle, {1, 1, 1});
    if (cos_half_angle_ >= 1 && angle > 0) {
        // Too narrow for float: a delta of the same irradiance.
        radiance_ *= pi * square(std::sin(angle / 2 * radians));
        power_ = luminance(radiance_);
    }
    return true;
}

bool AreaLight::sample_distant(Vec2f const& u, LightSample& out) const
{
    out.distance = std::numeric_limits<float>::infinity();
    out.radiance = radiance_;
    if (is_delta()) {
        out.wi = -axis_;
        out.pdf = 1;
        out.is_delta = true;
        return true;
    }
    float const m = u.x * area_; // 1 - cos
    float const sine = std::sqrt(m * (2 - m)), phi = 2 * pi * u.y;
    out.wi = Basis::around(-axis_).to_world({sine * std::cos(phi), sine * std::sin(phi), 1 - m});
    out.pdf = 1 / (2 * pi * area_);
    return true;
}

bool AreaLight::sample(Vec3f const& p, Vec2f const& u, LightSample& out) const
{
    switch (shape_) {
    case LightShape::rect:
        return sample_rect(p, u, out);
    case LightShape::disk:
        return sample_disk_light(p, u, out);
    case LightShape::sphere:
        return sample_sphere(p, u, out);
    case LightShape::cylinder:
        return sample_cylinder(p, u, out);
    case LightShape::distant:
        return sample_distant(u, out);
    case LightShape::dome:
        return sample_dome(u, out);
    }
    std::unreachable();
}

bool AreaLight::intersect(Vec3f const& p, Vec3f const& d, float far, LightHit& out) const
{
    switch (shape_) {
    case LightShape::rect:
    case LightShape::disk:
        return intersect_plane(p, d, far, out);
    case LightShape::sphere:
        return intersect_sphere(p, d, far, out);
    case LightShape::cylinder:
        return intersect_cylinder(p, d, far, out);
    case LightShape::distant: {
        if (std::isfinite(far) || is_delta()) return false;
        // |d + axis|² = 2 (1 - cos), exact for small angles where the cosine is not.
        if (length2(d + axis_) > 2 * area_) return false;
        out = {radiance_, 1 / (2 * pi * area_), far};
        return true;
    }
    case LightShape::dome: {
        if (std::isfinite(far)) return false;
        Vec3f const local = light_from_world_.vector(d);
        out.radiance = dome_radiance(local);
        out.pdf = 0;
        if (distribution_) {
            float const sine = std::sqrt(std::max(0.0f, 1 - local.y * local.y));
            float const s = std::atan2(local.x, local.z) * (0.5f * inverse_pi);
            Vec2f const st{0.5f - s, std::acos(std::clamp(local.y, -1.0f, 1.0f)) * inverse_pi};
            if (sine > 1e-6f) out.pdf = distribution_->density(st) / (2 * pi * pi * sine);
        }
        return true;
    }
    }
    std::unreachable();
}

} // namespace soulvan::render
