// The renderer's own scene: flat arrays that know nothing of USD. Immutable once built.
//
// Frame   metres, right-handed, +Y up, float; `world_from_object` is a column transform (see Transform).
// Units   radiance in linear Rec.709, as UsdLux: intensity · 2^exposure · colour · temperature is radiance
//         (nits) for area lights, irradiance-normalised where `normalize` says so.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/media/image.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::render {

/// A 3×4 column transform: p_world = x·p.x + y·p.y + z·p.z + t.
struct Transform {
    Vec3f x{1, 0, 0}, y{0, 1, 0}, z{0, 0, 1}, t{0, 0, 0};
    Vec3f point(Vec3f p) const { return x * p.x + y * p.y + z * p.z + t; }
    Vec3f vector(Vec3f v) const { return x * v.x + y * v.y + z * v.z; }
    static Transform from_rows(Matrix4d const& row_vector_matrix); ///< from the USD convention
    friend bool operator==(Transform const&, Transform const&) = default;
};

/// An image with a filter and a wrap, values as the shader wants them (already linear for colours).
enum class Wrap : std::uint8_t { repeat, clamp, mirror, black };

struct Texture {
    std::string name;                        ///< for messages
    int width = 0, height = 0, channels = 0; ///< 1, 2, 3 or 4
    /// 8-bit textures stay 8-bit; `srgb` says that RGB is to be linearised on look-up.
    std::vector<std::uint8_t> bytes;
    std::vector<half> halves; ///< used when `bytes` is empty
    bool srgb = false;
    Wrap wrap_s = Wrap::repeat, wrap_t = Wrap::repeat;
};

/// Which of the texture's channels feeds a scalar input.
enum class Channel : std::uint8_t { r, g, b, a, rgb };

/// A shader input: a constant, a texture (UsdUVTexture with UsdTransform2d and scale/bias), or a primvar.
struct Input {
    Vec3f value{0, 0, 0}; ///< scalars are in x
    int texture = -1;     ///< index into Scene::textures
    Channel channel = Channel::rgb;
    Vec4f scale{1, 1, 1, 1}, bias{0, 0, 0, 0};
    Vec3f fallback{0, 0, 0};
    /// st' = m · st + t (UsdTransform2d: scale, rotate, translate folded)
    std::array<float, 4> uv_matrix{1, 0, 0, 1};
    Vec2f uv_offset{0, 0};
    int uv_set = 0;         ///< index into Mesh::uv_sets
    int color_primvar = -1; ///< index into Mesh::color_sets: displayColor read by UsdPrimvarReader
};

/// UsdPreviewSurface 2.6, every input. Defaults are the specification's.
struct Material {
    std::string name;
    Input diffuse_color{.value = {0.18f, 0.18f, 0.18f}};
    Input emissive_color{.value = {0, 0, 0}};
    bool use_specular_workflow = false;
    Input specular_color{.value = {0, 0, 0}};
    Input metallic{.value = {0, 0, 0}};
    Input roughness{.value = {0.5f, 0, 0}};
    Input clearcoat{.value = {0, 0, 0}};
    Input clearcoat_roughness{.value = {0.01f, 0, 0}};
    Input opacity{.value = {1, 0, 0}};
    float opacity_threshold = 0;
    /// UsdPreviewSurface 2.6: "transparent" lets specular stay, "presence" removes the surface.
    bool opacity_is_presence = false;
    Input ior{.value = {1.5f, 0, 0}};
    Input normal{.value = {0, 0, 1}};
    bool has_normal_map = false;
    Input occlusion{.value = {1, 0, 0}};
    bool double_sided = true;
};

/// Triangles in object space. Attributes are per corner (3 per triangle) or per point; see the flags.
struct Mesh {
    std::string name;
    std::vector<Vec3f> points;
    std::vector<std::array<std::uint32_t, 3>> triangles;
    std::vector<Vec3f> normals; ///< empty: flat
    bool normals_per_corner = false;
    struct UvSet {
        std::string name;
        std::vector<Vec2f> values;
        bool per_corner = false;
    };
    std::vector<UvSet> uv_sets;
    struct ColorSet {
        std::string name;
        std::vector<Vec3f> values; ///< one element: constant
        enum class Rate : std::uint8_t {
            constant,
            per_triangle,
            per_point,
            per_corner
        } rate = Rate::constant;
    };
    std::vector<ColorSet> color_sets;
    std::vector<std::int32_t>
        triangle_material; ///< empty: all use Instance::material; else index per triangle, -1 as that
    bool double_sided = true;
};

struct Instance {
    int mesh = 0;
    Transform world_from_object;
    int material = -1;    ///< index into Scene::materials
    std::uint32_t id = 0; ///< object id of the AOV, stable: hash of the prim path
    std::string path;     ///< prim path, for ids and messages
    bool visible_to_camera = true;
};

enum class LightShape : std::uint8_t { distant, rect, disk, sphere, cylinder, dome };

/// UsdLux, world space. `radiance` is colour · temperature · intensity · 2^exposure, and divided by the world
/// area (distant: by the solid angle's projected measure) when normalised: what a viewer of the light sees.
struct Light {
    std::string path;
    LightShape shape = LightShape::rect;
    Vec3f radiance{1, 1, 1};
    Transform world_from_light; ///< includes non-uniform scale
    float width = 1, height = 1, radius = 0.5f, length = 1;
    float angle_deg = 0.53f; ///< distant
    bool treat_as_point = false, treat_as_line = false;
    /// ShapingAPI: cone in degrees from the axis (90 and above: none), softness 0..1, focus exponent.
    float cone_angle_deg = 90, cone_softness = 0, focus = 0;
    Vec3f focus_tint{0, 0, 0};
    int texture = -1;                ///< rect and dome (latlong)
    float diffuse = 1, specular = 1; ///< multipliers
    bool visible_to_camera = false;  ///< domes are; other lights as UsdLux renderers agree: not
    std::uint32_t id = 0;
};

struct Camera {
    std::string path;
    Transform world_from_camera; ///< looks along its own −Z, +Y up
    float focal_length = 50, horizontal_aperture = 20.955f, vertical_aperture = 15.2908f; ///< one unit, any
    float horizontal_offset = 0, vertical_offset = 0;                                     ///< same unit
    bool orthographic = false; ///< apertures are then world metres
    float near_clip = 0.01f, far_clip = 1e6f;
    float lens_radius = 0;    ///< metres; 0 is a pinhole: focalLength/(2·fStop) in scene units
    float focus_distance = 0; ///< metres
    float exposure = 0;       ///< stops; scales the picture by 2^exposure
};

struct Scene {
    std::vector<Mesh> meshes;
    std::vector<Material> materials;
    std::vector<Texture> textures;
    std::vector<Instance> instances;
    std::vector<Light> lights;
    Camera camera;
    /// What was left out or replaced, one sentence each ("/World/Hair: BasisCurves are not drawn yet").
    std::vector<std::string> warnings;
};

} // namespace soulvan::render
