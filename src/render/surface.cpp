// Where a ray met a surface: frames, texture coordinates, material inputs, and where the next ray may start.
#include "surface.h"

#include "sampler.h"

#include <utility>

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

/// Interpolated normals further than this from the triangle's are decoration, not curvature: rays then keep
/// to the triangle, since a lifted origin could stand behind a neighbour.
constexpr float least_smooth_cosine = 0.6f;

MaterialTraits traits_of(Material const& material, TextureSet const& textures)
{
    MaterialTraits traits;
    auto const& e = material.emissive_color;
    traits.is_emissive = textures.usable(e.texture) || e.color_primvar >= 0 || !is_black(e.value) ||
                         (e.texture >= 0 && !is_black(e.fallback));
    auto const& o = material.opacity;
    bool opaque = o.texture < 0 && o.color_primvar < 0 && o.value.x >= 1;
    if (textures.usable(o.texture) && o.channel == Channel::a && o.scale.w >= 1 && o.bias.w >= 0)
        opaque = textures.is_opaque(o.texture);
    if (opaque) return traits;
    traits.is_cutout = material.opacity_threshold > 0;
    traits.is_presence = !traits.is_cutout && material.opacity_is_presence;
    traits.is_transparent = !traits.is_cutout && !traits.is_presence;
    return traits;
}

/// Tilts `n` towards `safe` until the mirror image of `wo` about it is on the side of `safe`.
Vec3f valid_normal(Vec3f const& n, Vec3f const& safe, Vec3f const& wo)
{
    auto const is_valid = [&](Vec3f const& m) {
        float const c = dot(m, wo);
        return c > 1e-3f && 2 * c * dot(m, safe) - dot(wo, safe) > 1e-3f;
    };
    if (is_valid(n)) return n;
    float low = 0, high = 1;
    for (int i = 0; i < 6; ++i) {
        float const middle = (low + high) / 2;
        (is_valid(normalized_or(lerp(n, safe, middle), safe)) ? high : low) = middle;
    }
    return normalized_or(lerp(n, safe, high), safe);
}

/// At a silhouette an interpolated normal may look away; it is turned until it just faces the viewer.
Vec3f facing(Vec3f const& n, Vec3f const& wo)
{
    float const c = dot(n, wo);
    return c > 1e-3f ? n : normalized_or(n + wo * (2e-3f - c), wo);
}

} // namespace

/// What the inputs of one material at one point have in common.
struct Surfaces::Look {
    Mesh const& mesh;
    Hit const& hit;
    Detail detail; ///< the width is that on the surface
    float area;    ///< twice the triangle's, world; 0 asks for the finest level

    float weight(int corner) const { return corner == 0 ? 1 - hit.u - hit.v : (corner == 1 ? hit.u : hit.v); }
};

Surfaces::Surfaces(Scene const& scene) : scene_(&scene), textures_(scene.textures)
{
    fixed_.reserve(scene.materials.size() + 1);
    fixed_.push_back(prepare(default_material_));
    for (auto const& material : scene.materials) fixed_.push_back(prepare(material));

    std::vector<int> normal_uv_set(scene.meshes.size(), -1);
    std::vector<bool> asks_closed(scene.meshes.size());
    instance_info_.reserve(scene.instances.size());
    for (auto const& instance : scene.instances) {
        auto const& mesh = scene.meshes[instance.mesh];
        InstanceInfo info{NormalMatrix(instance.world_from_object), false,
                          max_abs(instance.world_from_object.t)};
        auto const look_at = [&](int index) {
            info.needs_filter = info.needs_filter || traits(index).needs_filter();
            if (traits(index).is_transparent) asks_closed[instance.mesh] = true;
            if (index >= 0 && scene.materials[index].has_normal_map)
                normal_uv_set[instance.mesh] = scene.materials[index].normal.uv_set;
        };
        look_at(instance.material);
        int last = -1;
        for (int const index : mesh.triangle_material)
            if (index != last) look_at(last = index);
        instance_info_.push_back(info);
    }
    mesh_info_.resize(scene.meshes.size());
    tbb::parallel_for(std::size_t{0}, scene.meshes.size(), [&](std::size_t i) {
        if (asks_closed[i]) mesh_info_[i].is_closed = render::is_closed(scene.meshes[i]);
        if (normal_uv_set[i] >= 0)
            mesh_info_[i].tangents = corner_tangents(scene.meshes[i], normal_uv_set[i]);
    });
}

int Surfaces::material_of(std::uint32_t instance, std::uint32_t triangle) const
{
    auto const& placed = scene_->instances[instance];
    auto const& own = scene_->meshes[placed.mesh].triangle_material;
    if (!own.empty() && own[triangle] >= 0) return own[triangle];
    return placed.material;
}

SurfacePoint Surfaces::point(Hit const& hit, Vec3f const& wo) const
{
    auto const& instance = scene_->instances[hit.instance];
    auto const& info = instance_info_[hit.instance];
    auto const& mesh = scene_->meshes[instance.mesh];
    auto const& corner = mesh.triangles[hit.triangle];
    Vec3f const a = mesh.points[corner[0]], b = mesh.points[corner[1]], c = mesh.points[corner[2]];
    float const wa = 1 - hit.u - hit.v;

    // In object space, then transformed: the error is that of the surface, not of the distance travelled.
    Vec3f const in_object = a * wa + b * hit.u + c * hit.v;
    SurfacePoint out;
    out.instance = hit.instance;
    out.material = material_of(hit.instance, hit.triangle);
    out.p = instance.world_from_object.point(in_object);
    Vec3f const scaled = info.normal(cross(b - a, c - a));
    out.area = length(scaled);
    out.ng = normalized_or(scaled, wo);
    out.is_front = dot(out.ng, wo) >= 0;
    float const side = out.is_front ? 1.0f : -1.0f;
    out.ng *= side;
    out.ns = out.smooth = out.ng;
    out.epsilon = 1e-6f * (std::max(max_abs(out.p), info.reach) + 0.1f);
    out.lifted = out.p + out.ng * out.epsilon;
    if (mesh.normals.empty()) return out;

    std::array<Vec3f, 3> const n{corner_normal(mesh, hit.triangle, 0), corner_normal(mesh, hit.triangle, 1),
                                 corner_normal(mesh, hit.triangle, 2)};
    Vec3f const interpolated = normalized_or(info.normal(n[0] * wa + n[1] * hit.u + n[2] * hit.v), out.ng);
    // Normals that look inwards are a mistake of the file; their mirror image says what was meant.
    Vec3f const outward = out.ng * side;
    float const agree = dot(interpolated, outward) < 0 ? -side : side;
    out.smooth = interpolated * agree;
    if (!is_finite(out.smooth) || dot(out.smooth, out.ng) < least_smooth_cosine) {
        out.ns = is_finite(out.smooth) ? facing(out.smooth, wo) : out.ng;
        out.smooth = out.ng;
        return out;
    }
    out.ns = facing(out.smooth, wo);

    // Hanika 2021, "Hacking the Shadow Terminator": the point moves onto the planes of its corners' normals.
    Vec3f lift(0, 0, 0);
    std::array<Vec3f, 3> const corners{a, b, c};
    std::array<float, 3> const weight{wa, hit.u, hit.v};
    for (int k = 0; k < 3; ++k) {
        Vec3f const normal = n[k] * agree;
        float const below = std::min(0.0f, dot(in_object - corners[k], normal));
        lift -= normal * (weight[k] * below);
    }
    lift = instance.world_from_object.vector(lift);
    if (is_finite(lift)) out.lifted += lift;
    return out;
}

Vec3f Surfaces::evaluate(Input const& input, Look const& look) const
{
    auto const& mesh = look.mesh;
    auto const& corner = mesh.triangles[look.hit.triangle];
    if (input.color_primvar >= 0) {
        if (std::cmp_greater_equal(input.color_primvar, mesh.color_sets.size())) return input.fallback;
        auto const& set = mesh.color_sets[input.color_primvar];
        using enum Mesh::ColorSet::Rate;
        if (set.rate == constant) return set.values.empty() ? input.fallback : set.values.front();
        if (set.rate == per_triangle) return set.values[look.hit.triangle];
        Vec3f sum(0, 0, 0);
        for (int k = 0; k < 3; ++k)
            sum += set.values[set.rate == per_corner ? look.hit.triangle * 3ull + k : corner[k]] *
                   look.weight(k);
        return sum;
    }
    if (input.texture < 0) return input.value;
    if (!textures_.usable(input.texture)) return input.fallback;

    Vec2f st(0, 0);
    float footprint = 0;
    if (std::cmp_less(input.uv_set, mesh.uv_sets.size()) && input.uv_set >= 0) {
        auto const& set = mesh.uv_sets[input.uv_set];
        Vec2f const a = corner_uv(mesh, set, look.hit.triangle, 0),
                    b = corner_uv(mesh, set, look.hit.triangle, 1),
                    c = corner_uv(mesh, set, look.hit.triangle, 2);
        st = a * look.weight(0) + b * look.weight(1) + c * look.weight(2);
        if (look.area > 0) {
            Vec2f const e = b - a, f = c - a;
            float const density = std::abs(e.x * f.y - e.y * f.x) / look.area;
            float const scale =
                std::abs(input.uv_matrix[0] * input.uv_matrix[3] - input.uv_matrix[1] * input.uv_matrix[2]);
            footprint = look.detail.width * std::sqrt(density * scale);
        }
    }
    auto const& m = input.uv_matrix;
    st = {m[0] * st.x + m[1] * st.y + input.uv_offset.x, m[2] * st.x + m[3] * st.y + input.uv_offset.y};
    Vec4f const texel = look.detail.is_one_texel
                            ? textures_.sample_one(input.texture, st, footprint, look.detail.random)
                            : textures_.sample(input.texture, st, footprint, unit_float(look.detail.random));
    Vec4f const v(texel.x * input.scale.x + input.bias.x, texel.y * input.scale.y + input.bias.y,
                  texel.z * input.scale.z + input.bias.z, texel.w * input.scale.w + input.bias.w);
    switch (input.channel) {
    case Channel::rgb:
        return {v.x, v.y, v.z};
    case Channel::r:
        return Vec3f(v.x);
    case Channel::g:
        return Vec3f(v.y);
    case Channel::b:
        return Vec3f(v.z);
    case Channel::a:
        return Vec3f(v.w);
    }
    std::unreachable();
}

Surfaces::Fixed Surfaces::prepare(Material const& material) const
{
    auto const varies = [](Input const& input) { return input.texture >= 0 || input.color_primvar >= 0; };
    Fixed fixed{.traits = traits_of(material, textures_)};
    fixed.base_varies = varies(material.diffuse_color) || varies(material.ior) ||
                        varies(material.use_specular_workflow ? material.specular_color : material.metallic);
    fixed.roughness_varies = varies(material.roughness);
    fixed.coat_varies = varies(material.clearcoat) || varies(material.clearcoat_roughness);
    fixed.emission_varies = fixed.traits.is_emissive && varies(material.emissive_color);
    fixed.opacity_varies = fixed.traits.is_transparent && varies(material.opacity);

    float const ior = material.ior.value.x;
    auto& out = fixed.parameters;
    out = material.use_specular_workflow
              ? SurfaceParameters::specular_workflow(material.diffuse_color.value,
                                                     material.specular_color.value, ior)
              : SurfaceParameters::metallic_workflow(material.diffuse_color.value, material.metallic.value.x,
                                                     ior);
    out.roughness = clamp01(material.roughness.value.x);
    out.clearcoat = clamp01(material.clearcoat.value.x);
    out.clearcoat_roughness = clamp01(material.clearcoat_roughness.value.x);
    if (fixed.traits.is_emissive) out.emissive = material.emissive_color.value;
    if (fixed.traits.is_transparent) out.opacity = clamp01(material.opacity.value.x);
    return fixed;
}

void Surfaces::evaluate_varying(Material const& material, Fixed const& fixed, Look const& look,
                                SurfaceParameters& out) const
{
    if (fixed.base_varies) {
        float const ior = evaluate_scalar(material.ior, look);
        Vec3f const diffuse = evaluate(material.diffuse_color, look);
        auto const base =
            material.use_specular_workflow
                ? SurfaceParameters::specular_workflow(diffuse, evaluate(material.specular_color, look), ior)
                : SurfaceParameters::metallic_workflow(diffuse, evaluate_scalar(material.metallic, look),
                                                       ior);
        out.diffuse = base.diffuse;
        out.f0 = base.f0;
        out.f90 = base.f90;
        out.clearcoat_f0 = base.clearcoat_f0;
        out.ior = base.ior;
    }
    if (fixed.roughness_varies) out.roughness = clamp01(evaluate_scalar(material.roughness, look));
    if (fixed.coat_varies) {
        out.clearcoat = clamp01(evaluate_scalar(material.clearcoat, look));
        out.clearcoat_roughness = clamp01(evaluate_scalar(material.clearcoat_roughness, look));
    }
    if (fixed.emission_varies) out.emissive = evaluate(material.emissive_color, look);
    if (fixed.opacity_varies) out.opacity = clamp01(evaluate_scalar(material.opacity, look));
}

SurfaceParameters Surfaces::parameters(Hit const& hit, Vec3f const& wo, Detail const& detail,
                                       SurfacePoint& point) const
{
    auto const& fixed = fixed_of(point.material);
    auto const& material = point.material < 0 ? default_material_ : scene_->materials[point.material];
    auto const& mesh = scene_->meshes[scene_->instances[hit.instance].mesh];
    // A slanted surface is covered by a longer strip; half its stretch keeps detail without aliasing.
    float const slant = std::max(std::abs(dot(point.ng, wo)), 0.1f);
    Look look{mesh, hit, detail, point.area};
    look.detail.width /= std::sqrt(slant);

    auto out = fixed.parameters;
    evaluate_varying(material, fixed, look, out);
    if (material.has_normal_map) point.ns = map_normal(material, look, point, wo);
    return out;
}

Vec3f Surfaces::map_normal(Material const& material, Look const& look, SurfacePoint const& point,
                           Vec3f const& wo) const
{
    auto const& instance = scene_->instances[look.hit.instance];
    auto const& tangents = mesh_info_[instance.mesh].tangents;
    if (tangents.empty()) return point.ns;
    Vec3f tangent(0, 0, 0);
    for (int k = 0; k < 3; ++k) {
        auto const& t = tangents[look.hit.triangle * 3ull + k];
        tangent += Vec3f(t.x, t.y, t.z) * look.weight(k);
    }
    // On the winding's side: mapped normals are turned with the surface afterwards.
    float const side = point.is_front ? 1.0f : -1.0f;
    Vec3f const n = point.ns * side;
    tangent = instance.world_from_object.vector(tangent);
    tangent -= n * dot(n, tangent);
    tangent = normalized_or(tangent, {0, 0, 0});
    if (is_black(tangent) && is_black(tangent * -1.0f)) return point.ns;
    float const mirrored = determinant(instance.world_from_object) < 0 ? -1.0f : 1.0f;
    Vec3f const bitangent = cross(n, tangent) * (tangents[look.hit.triangle * 3ull].w * mirrored);
    Vec3f const m = evaluate(material.normal, look);
    Vec3f const mapped = normalized_or(tangent * m.x + bitangent * m.y + n * m.z, n) * side;
    return valid_normal(mapped, point.smooth, wo);
}

Passage Surfaces::passage(Hit const& hit, Vec3f const& direction, bool is_world) const
{
    int const index = material_of(hit.instance, hit.triangle);
    auto const& t = traits(index);
    if (!t.needs_filter()) return {1, 0};
    auto const& material = scene_->materials[index];
    auto const& mesh = scene_->meshes[scene_->instances[hit.instance].mesh];
    Look const look{mesh, hit, {}, 0};
    float const opacity = clamp01(evaluate_scalar(material.opacity, look));
    if (t.is_cutout) return {opacity < material.opacity_threshold ? 0.0f : 1.0f, 0};
    if (t.is_presence) return {opacity, 0};

    auto const& corner = mesh.triangles[hit.triangle];
    Vec3f n = cross(mesh.points[corner[1]] - mesh.points[corner[0]],
                    mesh.points[corner[2]] - mesh.points[corner[0]]);
    if (is_world) n = instance_info_[hit.instance].normal(n);
    float const sizes = length2(n) * length2(direction);
    float const cosine = sizes > 0 ? std::abs(dot(n, direction)) / std::sqrt(sizes) : 0;
    auto const p =
        material.use_specular_workflow
            ? SurfaceParameters::specular_workflow({0, 0, 0}, evaluate(material.specular_color, look), 1.5f)
            : SurfaceParameters::metallic_workflow(evaluate(material.diffuse_color, look),
                                                   evaluate_scalar(material.metallic, look),
                                                   evaluate_scalar(material.ior, look));
    float const f0 = luminance(p.f0), f90 = luminance(p.f90);
    float const f = f0 + (f90 - f0) * schlick(cosine);
    return {1, (1 - opacity) * (1 - f)};
}

} // namespace soulvan::render
