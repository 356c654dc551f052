// How a UsdPreviewSurface scatters light at one point.
//
// Lobes   a Lambertian base with what GGX scatters more than once; GGX with Schlick's Fresnel; a white
// clearcoat of
//         the same kind over both; straight or refracted transmission where opacity < 1 ("transparent" mode).
// Energy  the base gets what the specular lobe leaves, (1 - E(o))(1 - E(i))/(1 - E_avg), and all of that what
// the
//         coat leaves, 1 - max(E(o), E(i)): reciprocal, and never more than one.
// Source  UsdPreviewSurface Specification 2.6; Kelemen & Szirmay-Kalos 2001; Kulla & Conty 2017.
#pragma once

#include "ggx.h"

namespace soulvan::render {

/// The inputs of the material where a ray met it.
struct SurfaceParameters {
    Vec3f diffuse{0.18f, 0.18f, 0.18f}; ///< already without its metallic part
    Vec3f f0{0.04f, 0.04f, 0.04f}, f90{1, 1, 1};
    Vec3f emissive{0, 0, 0};
    float roughness = 0.5f;
    float clearcoat = 0, clearcoat_roughness = 0.01f, clearcoat_f0 = 0.04f;
    float opacity = 1; ///< 1 also for cutouts and "presence": traversal has dealt with those
    float ior = 1.5f;

    /// Both workflows of the specification; every value is brought into its range. An ior of 1 reflects
    /// nothing: the way to a purely Lambertian surface.
    static SurfaceParameters metallic_workflow(Vec3f const& base, float metallic, float ior);
    static SurfaceParameters specular_workflow(Vec3f const& diffuse, Vec3f const& specular, float ior);
};

/// f · |cos|, in two parts for the film.
struct BsdfValue {
    Vec3f diffuse{0, 0, 0}, specular{0, 0, 0};
    float pdf = 0; ///< solid angle; of everything that `sample` may do but mirrors and transmission
};

struct BsdfSample {
    Vec3f wi{0, 0, 0};                         ///< local
    Vec3f diffuse{0, 0, 0}, specular{0, 0, 0}; ///< f · |cos| / pdf
    float pdf = 0;                             ///< 0 for a mirror and for transmission
    bool is_delta = false;
    bool is_transmission = false;
    bool is_valid = false;
};

/// What kind of boundary the transmission lobe crosses.
enum class Boundary {
    straight, ///< a thin sheet, or light whose bending nobody would see
    entering, ///< from outside into a closed body
    leaving,  ///< from within
};

/// Directions are local: z is the shading normal, and wo.z > 0.
class Bsdf {
public:
    Bsdf(GgxTables const& tables, SurfaceParameters const& parameters, Vec3f const& wo, Boundary boundary);

    BsdfValue evaluate(Vec3f const& wi) const;
    /// `lobe` in [0, 1) selects, `u` places.
    BsdfSample sample(float lobe, Vec2f const& u) const;
    /// True when nothing but mirrors and transmission is left: light sampling would be wasted.
    bool is_only_delta() const
    {
        return chance_diffuse_ <= 0 && (mirror_ || chance_specular_ <= 0) &&
               (coat_mirror_ || chance_coat_ <= 0);
    }
    /// The part that the film calls diffuse, as an albedo.
    Vec3f const& diffuse_albedo() const { return diffuse_; }

private:
    Vec3f specular_albedo(GgxTables::Pair const& pair) const
    {
        return f0_ * pair.a + f90_ * pair.b + multiple_ * (1 - pair.white());
    }
    float coat_albedo(GgxTables::Pair const& pair) const { return coat_ * (coat_f0_ * pair.a + pair.b); }
    BsdfSample sample_mirror(Vec3f const& weight, float chance) const;
    BsdfSample sample_transmission() const;

    Vec3f wo_;
    GgxTables::Row row_, coat_row_;
    Vec3f diffuse_; ///< Lambertian albedo, opacity included
    Vec3f f0_, f90_;
    Vec3f multiple_{0, 0, 0};  ///< colour of light scattered more than once
    float multiple_scale_ = 0; ///< (1 - Ew(o)) / (1 - Ew_avg)
    Vec3f kept_{0, 0, 0};      ///< (1 - E(o)) / (1 - E_avg)
    Vec3f albedo_o_{0, 0, 0};  ///< E(o)
    float alpha_, lambda_o_ = 0;
    float coat_ = 0, coat_f0_ = 0.04f, coat_alpha_ = 0, coat_lambda_o_ = 0, coat_o_ = 0;
    float fresnel_inside_ = 0;
    float transmitted_ = 0; ///< 1 - opacity
    float ior_ = 1;
    Boundary boundary_;
    bool mirror_ = false, coat_mirror_ = false;
    float chance_diffuse_ = 0, chance_specular_ = 0, chance_coat_ = 0, chance_transmission_ = 0;
};

} // namespace soulvan::render
