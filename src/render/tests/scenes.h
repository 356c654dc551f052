// Small scenes that tests and benchmarks are made of.
#pragma once

#include "soulvan/render/frame.h"

#include <cmath>
#include <numbers>

namespace soulvan::render {

inline Transform translated(Vec3f t)
{
    Transform m;
    m.t = t;
    return m;
}
/// A camera at `eye` that looks at `target`, `fov_deg` wide.
inline Camera look_at(Vec3f eye, Vec3f target, float fov_deg = 40, Vec3f up = {0, 1, 0})
{
    Vec3f const z = (eye - target).normalized(), x = up.cross(z).normalized();
    Camera camera;
    camera.world_from_camera = {x, z.cross(x), z, eye};
    camera.horizontal_aperture = camera.vertical_aperture = 20;
    camera.focal_length = 10 / std::tan(fov_deg * std::numbers::pi_v<float> / 360);
    return camera;
}
/// Puts `from`'s -Z axis along `direction`: where an area light shines.
inline Transform shining(Vec3f at, Vec3f direction)
{
    Vec3f const z = -direction.normalized();
    Vec3f const up = std::abs(z.y) < 0.9f ? Vec3f(0, 1, 0) : Vec3f(1, 0, 0);
    Vec3f const x = up.cross(z).normalized();
    return {x, z.cross(x), z, at};
}

/// A square of side 2 in the plane y = 0, facing up, uv over all of it.
inline Mesh square_mesh()
{
    Mesh mesh;
    mesh.name = "square";
    mesh.points = {{-1, 0, 1}, {1, 0, 1}, {1, 0, -1}, {-1, 0, -1}};
    mesh.triangles = {{0, 1, 2}, {0, 2, 3}};
    mesh.uv_sets = {{"st", {{0, 0}, {1, 0}, {1, 1}, {0, 1}}, false}};
    return mesh;
}
/// The cube [-1, 1]³, normals outwards, flat.
inline Mesh cube_mesh()
{
    Mesh mesh;
    mesh.name = "cube";
    for (int i = 0; i < 8; ++i)
        mesh.points.push_back({i & 1 ? 1.0f : -1.0f, i & 2 ? 1.0f : -1.0f, i & 4 ? 1.0f : -1.0f});
    mesh.triangles = {{0, 2, 3}, {0, 3, 1}, {4, 5, 7}, {4, 7, 6}, {0, 1, 5}, {0, 5, 4},
                      {2, 6, 7}, {2, 7, 3}, {0, 4, 6}, {0, 6, 2}, {1, 3, 7}, {1, 7, 5}};
    return mesh;
}
/// The unit sphere with its poles on y; smooth normals and uv.
inline Mesh sphere_mesh(int rings = 32, bool smooth = true)
{
    Mesh mesh;
    mesh.name = "sphere";
    int const around = rings * 2;
    Mesh::UvSet uv{"st", {}, false};
    for (int i = 0; i <= rings; ++i)
        for (int j = 0; j <= around; ++j) {
            double const theta = std::numbers::pi * i / rings,
                         phi = 2 * std::numbers::pi * (j % around) / around;
            Vec3f const p(static_cast<float>(std::sin(theta) * std::sin(phi)),
                          static_cast<float>(std::cos(theta)),
                          static_cast<float>(std::sin(theta) * std::cos(phi)));
            mesh.points.push_back(i == 0 ? Vec3f(0, 1, 0) : i == rings ? Vec3f(0, -1, 0) : p);
            uv.values.push_back({static_cast<float>(j) / static_cast<float>(around),
                                 1 - static_cast<float>(i) / static_cast<float>(rings)});
        }
    for (int i = 0; i < rings; ++i)
        for (int j = 0; j < around; ++j) {
            auto const a = static_cast<std::uint32_t>(i * (around + 1) + j), b = a + around + 1;
            if (i > 0) mesh.triangles.push_back({a, b, a + 1});
            if (i + 1 < rings) mesh.triangles.push_back({a + 1, b, b + 1});
        }
    if (smooth) mesh.normals = mesh.points;
    mesh.uv_sets = {uv};
    return mesh;
}

/// Adds parts to a scene, one line each.
struct SceneBuilder {
    std::shared_ptr<Scene> scene = std::make_shared<Scene>();

    int mesh(Mesh m)
    {
        scene->meshes.push_back(std::move(m));
        return static_cast<int>(scene->meshes.size()) - 1;
    }
    int material(Material m)
    {
        scene->materials.push_back(std::move(m));
        return static_cast<int>(scene->materials.size()) - 1;
    }
    int diffuse(Vec3f albedo)
    {
        // Purely Lambertian: an ior of one has no boundary that could reflect.
        Material m;
        m.diffuse_color.value = albedo;
        m.ior.value.x = 1;
        return material(m);
    }
    void place(int mesh, int material, Transform world_from_object = {})
    {
        Instance i;
        i.mesh = mesh;
        i.material = material;
        i.world_from_object = world_from_object;
        i.id = static_cast<std::uint32_t>(scene->instances.size() + 1);
        i.path = "/World/object_" + std::to_string(i.id);
        scene->instances.push_back(i);
    }
    Light& light(LightShape shape, Vec3f radiance, Transform world_from_light = {})
    {
        Light l;
        l.shape = shape;
        l.radiance = radiance;
        l.world_from_light = world_from_light;
        scene->lights.push_back(l);
        return scene->lights.back();
    }
    std::shared_ptr<PreparedScene const> prepare(FrameSettings const& settings = {}) const
    {
        return PreparedScene::create(scene, settings).value();
    }
};

} // namespace soulvan::render
