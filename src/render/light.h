// Light from one source: where it can be sampled, where rays meet it, and how bright it is there.
//
// Shapes  UsdLux: rect and disk emit from one side along -Z, sphere and cylinder outwards (no caps), a
// distant
//         light shines along -Z, a dome from all around. No light casts a shadow or hides another.
// Source  Ureña et al. 2013 (spherical rectangles); Shirley et al. 1996 (spheres by cone, here in a space
// where an
//         ellipsoid is a sphere); Talbot 2011 and
//         Karlík et al. 2019 (dome by compensated distribution).
#pragma once

#include "soulvan/render/scene.h"
#include "texture.h"
#include "transform.h"
#include "vector.h"

#include <memory>
#include <optional>
#include <vector>

namespace soulvan::render {

struct LightSample {
    Vec3f wi{0, 0, 0};
    float distance = 0;
    Vec3f radiance{0, 0, 0};
    float pdf = 0; ///< solid angle; 1 for a delta light, whose radiance is then an irradiance
    bool is_delta = false;
};

/// Light that a ray met on its way.
struct LightHit {
    Vec3f radiance{0, 0, 0};
    float pdf = 0; ///< with which `sample` would have chosen this direction
    float t = std::numeric_limits<float>::infinity();
};

/// Directions in proportion to a picture of all of them.
class DomeDistribution {
public:
    /// `weights` rows top to bottom, one value a cell, equal angles; empty or black: no distribution.
    static std::optional<DomeDistribution> create(int width, int height, std::vector<float> const& weights);
    /// A point in [0,1)² and its density over that square.
    Vec2f sample(Vec2f const& u, float& density) const;
    float density(Vec2f const& p) const;

private:
    int width_ = 0, height_ = 0;
    std::vector<float> columns_; ///< cumulative, (width + 1) a row
    std::vector<float> rows_;    ///< cumulative, height + 1
};

/// A light made ready for sampling. Borrows the textures.
class AreaLight {
public:
    /// Nothing for a light that cannot shine: black, no area, values that are not finite.
    static std::optional<AreaLight> create(Light const& light, TextureSet const& textures);

    /// False when `p` cannot be lit by the point chosen.
    bool sample(Vec3f const& p, Vec2f const& u, LightSample& out) const;
    /// The light met by the segment [0, far) of a ray from `p`, if any.
    bool intersect(Vec3f const& p, Vec3f const& direction, float far, LightHit& out) const;

    bool is_infinite() const { return shape_ == LightShape::distant || shape_ == LightShape::dome; }
    /// Directions are best left to the surface: a dome that is alike all around.
    bool is_unsampled() const { return shape_ == LightShape::dome && !distribution_; }
    bool is_delta() const { return shape_ == LightShape::distant && cos_half_angle_ >= 1; }
    bool is_visible_to_camera() const { return is_visible_to_camera_; }
    float diffuse() const { return diffuse_; }
    float specular() const { return specular_; }
    std::uint32_t id() const { return id_; }

    /// For choosing among lights: the ball around it, where it shines to, and how much (intensity of its
    /// brightest direction; irradiance for infinite lights).
    Vec3f center() const { return center_; }
    float bounding_radius() const { return bounding_radius_; }
    Vec3f axis() const { return axis_; }
    float cos_normals() const { return cos_normals_; }   ///< half-angle of the cone of surface normals
    float cos_emission() const { return cos_emission_; } ///< half-angle of emission about each normal
    float power() const { return power_; }

private:
    AreaLight() = default;
    bool prepare_plane(Light const& light);
    bool prepare_sphere(Light const& light);
    bool prepare_cylinder(Light const& light);
    bool prepare_distant(Light const& light);
    bool prepare_dome(Light const& light);
    void prepare_shaping(Light const& light);

    bool sample_rect(Vec3f const& p, Vec2f const& u, LightSample& out) const;
    bool sample_disk_light(Vec3f const& p, Vec2f const& u, LightSample& out) const;
    bool sample_sphere(Vec3f const& p, Vec2f const& u, LightSample& out) const;
    bool sample_cylinder(Vec3f const& p, Vec2f const& u, LightSample& out) const;
    bool sample_distant(Vec2f const& u, LightSample& out) const;
    bool sample_dome(Vec2f const& u, LightSample& out) const;
    /// Finishes a sample of a point on a plane.
    bool finish_plane(Vec3f const& p, Vec2f const& st, std::optional<float> solid_angle,
                      LightSample& out) const;

    bool intersect_plane(Vec3f const& p, Vec3f const& d, float far, LightHit& out) const;
    bool intersect_sphere(Vec3f const& p, Vec3f const& d, float far, LightHit& out) const;
    bool intersect_cylinder(Vec3f const& p, Vec3f const& d, float far, LightHit& out) const;

    /// The solid angle of the rectangle when it is sampled by that, nothing when by area.
    struct SphericalRectangle;
    bool is_near(Vec3f const& p) const;
    float solid_angle(Vec3f const& p) const;
    struct SeenTube;

    Vec3f emitted(Vec2f const& st, Vec3f const& direction) const;
    Vec3f dome_radiance(Vec3f const& local) const;
    Vec3f shaping(Vec3f const& direction_from_light) const;

    TextureSet const* textures_ = nullptr;
    int texture_ = -1;
    LightShape shape_ = LightShape::rect;
    Vec3f radiance_{0, 0, 0};
    bool is_visible_to_camera_ = false;
    float diffuse_ = 1, specular_ = 1;
    std::uint32_t id_ = 0;

    Transform world_from_light_, light_from_world_;
    Vec3f center_{0, 0, 0}, axis_{0, 0, -1};
    Vec3f edge_s_{0, 0, 0}, edge_t_{0, 0, 0}; ///< plane: whole edges, or the disk's two radii
    Vec3f unit_s_{0, 0, 0}, unit_t_{0, 0, 0};
    float length_s_ = 0, length_t_ = 0;
    Vec3f inverse_s_{0, 0, 0}, inverse_t_{0, 0, 0}; ///< plane coordinates of a world vector in the plane
    float area_ = 0;
    bool is_right_angled_ = false;
    float determinant_ = 1;
    float radius_ = 0, half_length_ = 0; ///< cylinder, light space
    float cos_half_angle_ = 1;           ///< distant
    std::optional<DomeDistribution> distribution_;

    Vec3f cone_axis_{0, 0, -1};
    bool is_shaped_ = false;
    float cone_start_ = pi, cone_end_ = pi, focus_ = 0;
    Vec3f focus_tint_{0, 0, 0};

    float bounding_radius_ = 0, cos_normals_ = -1, cos_emission_ = 0, power_ = 0;
};

} // namespace soulvan::render
