// How a UsdPreviewSurface scatters light at one point.
#include "bsdf.h"

namespace soulvan::render {
namespace {

float reflectivity_of(float ior)
{
    // An ior at or below zero has no meaning; one is a boundary that is not there.
    float const n = std::isfinite(ior) && ior > 0.05f ? std::min(ior, 20.0f) : 1.5f;
    return square((1 - n) / (1 + n));
}

/// Schlick's Fresnel from within a body: by the angle outside, one where there is none.
float fresnel_from_inside(float cos_inside, float ior, float f0)
{
    float const sin2 = ior * ior * (1 - cos_inside * cos_inside);
    if (sin2 >= 1) return 1;
    return f0 + (1 - f0) * schlick(std::sqrt(1 - sin2));
}

} // namespace

SurfaceParameters SurfaceParameters::metallic_workflow(Vec3f const& base, float metallic, float ior)
{
    // "If metallic is 1, then both F0 and edge F90 reflectivity will simply be the Albedo. If metallic is 0,
    // then Albedo is ignored; F0 is derived from ior and F90 is white. In between, we interpolate."
    SurfaceParameters out;
    Vec3f const albedo = clamp01(base);
    float const m = clamp01(metallic), f0 = reflectivity_of(ior);
    out.diffuse = albedo * (1 - m);
    out.f0 = lerp(Vec3f(f0), albedo, m);
    // An ior of one is no boundary: without this, its edge would be white as Schlick's formula has it.
    out.f90 = lerp(Vec3f(f0 > 1e-7f ? 1.0f : 0.0f), albedo, m);
    out.clearcoat_f0 = f0;
    out.ior = ior;
    return out;
}

SurfaceParameters SurfaceParameters::specular_workflow(Vec3f const& diffuse, Vec3f const& specular, float ior)
{
    SurfaceParameters out;
    out.diffuse = clamp01(diffuse);
    out.f0 = clamp01(specular);
    out.f90 = Vec3f(1);
    out.clearcoat_f0 = reflectivity_of(ior);
    out.ior = ior;
    return out;
}

Bsdf::Bsdf(GgxTables const& tables, SurfaceParameters const& p, Vec3f const& wo, Boundary boundary)
    : wo_(wo),
      row_(tables.row(p.roughness < mirror_roughness ? 0 : p.roughness)),
      f0_(p.f0),
      f90_(p.f90),
      alpha_(square(p.roughness)),
      boundary_(boundary)
{
    ior_ = std::isfinite(p.ior) && p.ior > 0.05f ? p.ior : 1.5f;
    transmitted_ = 1 - clamp01(p.opacity);
    diffuse_ = p.diffuse * (1 - transmitted_);
    mirror_ = p.roughness < mirror_roughness;
    auto const pair = row_.at(wo_.z);

    if (boundary_ == Boundary::leaving) {
        // Seen from within there is the boundary alone, a mirror that lets part of the light out.
        fresnel_inside_ = fresnel_from_inside(wo_.z, ior_, luminance(f0_));
        mirror_ = true;
        albedo_o_ = Vec3f(fresnel_inside_);
        kept_ = Vec3f(1 - fresnel_inside_);
        row_ = {};
    } else {
        if (!mirror_) {
            float const lost = 1 - row_.average.white();
            Vec3f const mean = f0_ + (f90_ - f0_) * (1 / 21.0f);
            for (int c = 0; c < 3; ++c)
                multiple_[c] = mean[c] * mean[c] * row_.average.white() / (1 - mean[c] * lost);
            multiple_scale_ = (1 - pair.white()) / std::max(lost, 1e-4f);
            lambda_o_ = ggx_lambda(wo_.z, alpha_);
        }
        albedo_o_ = specular_albedo(pair);
        Vec3f const mean_albedo = specular_albedo(row_.average);
        for (int c = 0; c < 3; ++c) {
            albedo_o_[c] = std::min(albedo_o_[c], 1.0f);
            kept_[c] = (1 - albedo_o_[c]) / std::max(1 - mean_albedo[c], 1e-4f);
        }
        if (p.clearcoat > 0) {
            coat_ = clamp01(p.clearcoat);
            coat_f0_ = p.clearcoat_f0;
            coat_mirror_ = p.clearcoat_roughness < mirror_roughness;
            coat_row_ = tables.row(coat_mirror_ ? 0 : p.clearcoat_roughness);
            coat_alpha_ = square(p.clearcoat_roughness);
            coat_lambda_o_ = ggx_lambda(wo_.z, coat_alpha_);
            coat_o_ = coat_albedo(coat_row_.at(wo_.z));
        }
    }

    // Chances follow what each lobe returns towards wo.
    float const base = 1 - coat_o_;
    Vec3f single = boundary_ == Boundary::leaving ? albedo_o_ : f0_ * pair.a + f90_ * pair.b;
    float const more = luminance(multiple_) * (1 - pair.white());
    chance_specular_ = base * luminance(single);
    chance_diffuse_ = base * (luminance({diffuse_.x * (1 - albedo_o_.x), diffuse_.y * (1 - albedo_o_.y),
                                         diffuse_.z * (1 - albedo_o_.z)}) +
                              (mirror_ ? 0 : more));
    chance_coat_ = coat_o_;
    chance_transmission_ = base * transmitted_ * (1 - luminance(albedo_o_));
    float const sum = chance_specular_ + chance_diffuse_ + chance_coat_ + chance_transmission_;
    float const scale = sum > 0 ? 1 / sum : 0;
    chance_specular_ *= scale;
    chance_diffuse_ *= scale;
    chance_coat_ *= scale;
    chance_transmission_ *= scale;
}

BsdfValue Bsdf::evaluate(Vec3f const& wi) const
{
    BsdfValue out;
    if (wi.z <= 0) return out;
    float const cosine = wi.z * inverse_pi;
    float base = 1;
    GgxTables::Pair const pair = row_.low ? row_.at(wi.z) : GgxTables::Pair{0, 0};

    bool const has_gloss = !mirror_ && chance_specular_ > 0, has_coat_gloss = !coat_mirror_ && coat_ > 0;
    if (coat_ > 0) base -= std::max(coat_o_, coat_albedo(coat_row_.at(wi.z)));
    if (chance_diffuse_ > 0) {
        Vec3f left(1);
        if (boundary_ != Boundary::leaving) {
            Vec3f const albedo_i = specular_albedo(pair);
            for (int c = 0; c < 3; ++c) left[c] = std::max(1 - albedo_i[c], 0.0f);
        }
        out.diffuse = diffuse_ * kept_ * left * (cosine * base);
        if (!mirror_) out.specular = multiple_ * (multiple_scale_ * (1 - pair.white()) * cosine * base);
        out.pdf = chance_diffuse_ * cosine;
    }
    if (has_gloss || has_coat_gloss) {
        Vec3f const h = normalized(wo_ + wi);
        float const f = schlick(dot(wo_, h));
        auto const add = [&](float alpha, float lambda_o, float chance, Vec3f const& color) {
            // D G2 / (4 cos_o cos_i) · cos_i, with G2 = 1/(1 + Λo + Λi) and the pdf's G1 = 1/(1 + Λo).
            float const d = ggx_distribution(h.z, alpha) / (4 * wo_.z);
            out.specular += color * (d / (1 + lambda_o + ggx_lambda(wi.z, alpha)));
            out.pdf += chance * d / (1 + lambda_o);
        };
        if (has_gloss) add(alpha_, lambda_o_, chance_specular_, (f0_ + (f90_ - f0_) * f) * base);
        if (has_coat_gloss)
            add(coat_alpha_, coat_lambda_o_, chance_coat_, Vec3f(coat_ * (coat_f0_ + (1 - coat_f0_) * f)));
    }
    return out;
}

BsdfSample Bsdf::sample(float lobe, Vec2f const& u) const
{
    if (lobe < chance_transmission_) return sample_transmission();
    lobe -= chance_transmission_;
    BsdfSample out;
    if (lobe < chance_diffuse_) {
        out.wi = sample_cosine_hemisphere(u);
    } else {
        bool const is_coat = lobe - chance_diffuse_ >= chance_specular_ && chance_coat_ > 0;
        if (is_coat && coat_mirror_) return sample_mirror(Vec3f(coat_o_), chance_coat_);
        if (!is_coat && chance_specular_ <= 0) return out;
        if (!is_coat && mirror_) {
            Vec3f const color =
                boundary_ == Boundary::leaving ? albedo_o_ : f0_ + (f90_ - f0_) * schlick(wo_.z);
            return sample_mirror(color * (1 - coat_o_), chance_specular_);
        }
        Vec3f const h = ggx_sample_visible_normal(wo_, is_coat ? coat_alpha_ : alpha_, u);
        out.wi = h * (2 * dot(wo_, h)) - wo_;
    }
    if (out.wi.z <= 1e-6f) return out;
    auto const value = evaluate(out.wi);
    if (!(value.pdf > 0)) return out;
    out.pdf = value.pdf;
    out.diffuse = value.diffuse * (1 / value.pdf);
    out.specular = value.specular * (1 / value.pdf);
    out.is_valid = true;
    return out;
}

BsdfSample Bsdf::sample_mirror(Vec3f const& weight, float chance) const
{
    BsdfSample out;
    out.wi = {-wo_.x, -wo_.y, wo_.z};
    out.specular = weight * (1 / chance);
    out.is_delta = out.is_valid = true;
    return out;
}

BsdfSample Bsdf::sample_transmission() const
{
    BsdfSample out;
    out.specular = (Vec3f(1) - albedo_o_) * ((1 - coat_o_) * transmitted_ / chance_transmission_);
    out.is_delta = out.is_transmission = out.is_valid = true;
    if (boundary_ == Boundary::straight) {
        out.wi = -wo_;
        return out;
    }
    // Radiance is not scaled by the squared ratio of the iors: what enters a body leaves it again.
    float const eta = boundary_ == Boundary::entering ? 1 / ior_ : ior_;
    float const sin2 = eta * eta * (1 - wo_.z * wo_.z);
    if (sin2 >= 1) {
        // Reached when entering a body thinner than what is around it (ior < 1) alone.
        out.wi = {-wo_.x, -wo_.y, wo_.z};
        out.is_transmission = false;
        return out;
    }
    out.wi = {-eta * wo_.x, -eta * wo_.y, -std::sqrt(1 - sin2)};
    return out;
}

} // namespace soulvan::render
