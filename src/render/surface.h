// Where a ray met a surface: frames, texture coordinates, material inputs, and where the next ray may start.
#pragma once

#include "accel.h"
#include "bsdf.h"
#include "mesh_data.h"
#include "texture.h"
#include "transform.h"

#include <memory>
#include <vector>

namespace soulvan::render {

/// What of a material decides before any ray: judged once.
struct MaterialTraits {
    bool is_emissive = false;    ///< may emit
    bool is_cutout = false;      ///< opacityThreshold > 0
    bool is_presence = false;    ///< opacityMode presence, and not everywhere 1
    bool is_transparent = false; ///< opacityMode transparent, and not everywhere 1
    /// Traversal must ask before it accepts a hit.
    bool needs_filter() const { return is_cutout || is_presence || is_transparent; }
};

/// A surface point as shading sees it; all vectors in world space.
struct SurfacePoint {
    Vec3f p;              ///< on the triangle
    Vec3f lifted;         ///< where rays to the side of `ng` start: on the smooth surface, off the triangle
    Vec3f ng;             ///< of the triangle, towards the viewer
    Vec3f ns;             ///< shading normal: interpolated and normal-mapped, towards the viewer
    Vec3f smooth;         ///< the interpolated normal, towards the viewer: the side that reflection leaves to
    float area = 0;       ///< twice the triangle's
    float epsilon = 0;    ///< how far a ray must start from `p`
    bool is_front = true; ///< the viewer is where the winding says outside
    std::uint32_t instance = 0;
    int material = -1;

    /// The origin of a ray that leaves towards `direction`.
    Vec3f origin_towards(Vec3f const& direction) const
    {
        // A direction just below the triangle but above the smooth surface starts above: it grazes outwards.
        if (dot(direction, ng) >= 0 || dot(direction, smooth) > 0) return lifted;
        return p - ng * epsilon;
    }
    Vec3f origin_behind() const { return p - ng * epsilon; }
};

/// Everything that answers questions about surfaces. Borrows from the scene.
class Surfaces final : public OpacityOracle {
public:
    explicit Surfaces(Scene const& scene);

    /// How finely a point is looked at.
    struct Detail {
        float width = 0; ///< of the pixel's cone at the hit, metres
        /// Chooses between two mip levels and, where one texel is enough, between four neighbours: their mean
        /// is the bilinear one.
        std::uint32_t random = 0;
        bool is_one_texel = false;
    };
    /// `wo` points back along the ray.
    SurfacePoint point(Hit const& hit, Vec3f const& wo) const;
    /// The material's inputs there; sets `point.ns` from the normal map.
    SurfaceParameters parameters(Hit const& hit, Vec3f const& wo, Detail const& detail,
                                 SurfacePoint& point) const;

    int material_of(std::uint32_t instance, std::uint32_t triangle) const;
    MaterialTraits const& traits(int material) const { return fixed_of(material).traits; }
    /// Light can enter the body (all its edges are shared by two triangles).
    bool is_closed(std::uint32_t instance) const
    {
        return mesh_info_[scene_->instances[instance].mesh].is_closed;
    }
    TextureSet const& textures() const { return textures_; }
    bool needs_filter(std::uint32_t instance) const { return instance_info_[instance].needs_filter; }

    Passage passage(Hit const& hit, Vec3f const& direction, bool is_world) const override;

private:
    struct InstanceInfo {
        NormalMatrix normal;
        bool needs_filter = false;
        float reach = 0; ///< |translation|, for the error of transformed points
    };
    struct MeshInfo {
        bool is_closed = false;
        std::vector<Vec4f> tangents; ///< of the uv set that a normal map reads
    };
    struct Look;
    /// A material as far as it is the same at every point, and which inputs are not.
    struct Fixed {
        SurfaceParameters parameters;
        MaterialTraits traits;
        bool base_varies = false; ///< diffuse, specular, metallic or ior
        bool roughness_varies = false, coat_varies = false, emission_varies = false, opacity_varies = false;
    };
    Fixed const& fixed_of(int material) const { return fixed_[material < 0 ? 0 : material + 1]; }
    Fixed prepare(Material const& material) const;
    void evaluate_varying(Material const& material, Fixed const& fixed, Look const& look,
                          SurfaceParameters& out) const;
    Vec3f evaluate(Input const& input, Look const& look) const;
    float evaluate_scalar(Input const& input, Look const& look) const { return evaluate(input, look).x; }
    Vec3f map_normal(Material const& material, Look const& look, SurfacePoint const& point,
                     Vec3f const& wo) const;

    Scene const* scene_;
    TextureSet textures_;
    std::vector<Fixed> fixed_; ///< [0] is the material of what has none
    std::vector<MeshInfo> mesh_info_;
    std::vector<InstanceInfo> instance_info_;
    Material const default_material_{};
};

} // namespace soulvan::render
