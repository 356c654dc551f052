// Where is up, how long is a metre, and how big shall this be?
#include "shape.h"

#include "polygons.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace soulvan::interchange {

namespace {

/// p_y_up = p * m for a source whose `axis` is up.
Result<Matrix4d> turned_upright(std::string const& axis)
{
    if (axis == "Y") return Matrix4d();
    // Rows are the images of x, y and z.
    if (axis == "Z") return Matrix4d(1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1);
    if (axis == "X") return Matrix4d(0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    return fail(Errc::invalid_input, "up axis \"{}\" is none of X, Y, Z", axis);
}

Matrix4d matrix4(Matrix3d const& m)
{
    return {m[0][0], m[0][1], m[0][2], 0, m[1][0], m[1][1], m[1][2], 0,
            m[2][0], m[2][1], m[2][2], 0, 0,       0,       0,       1};
}

std::vector<Matrix4d> root_from_nodes(ModelScene const& scene)
{
    std::vector<Matrix4d> result(scene.nodes.size());
    result[0] = scene.nodes[0].parent_from_node;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i)
        for (auto const child : scene.nodes[i].children)
            result[child] = scene.nodes[child].parent_from_node * result[i];
    return result;
}

/// All nodes' meshes joined by material, in order of first use.
std::vector<ModelMesh> joined_by_material(ModelScene const& scene)
{
    auto const matrices = root_from_nodes(scene);
    std::vector<ModelMesh> joined;
    std::map<std::uint32_t, std::size_t> place_of;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i)
        for (auto const index : scene.nodes[i].meshes) {
            auto const& mesh = scene.meshes[index];
            auto const [found, is_new] = place_of.try_emplace(mesh.material, joined.size());
            if (is_new)
                joined.push_back({.name = scene.materials[mesh.material].name, .material = mesh.material});
            append(joined[found->second], mesh, matrices[i]);
        }
    return joined;
}

/// Meshes of one node that share a material become one, so that a group cut into strips is one surface. Only
/// meshes that no other node uses.
void join_within_nodes(ModelScene& scene)
{
    std::vector<int> uses(scene.meshes.size(), 0);
    for (auto const& node : scene.nodes)
        for (auto const mesh : node.meshes) ++uses[mesh];
    for (auto& node : scene.nodes) {
        std::map<std::uint32_t, std::uint32_t> first_of;
        std::vector<std::uint32_t> kept;
        for (auto const mesh : node.meshes) {
            if (uses[mesh] > 1) {
                kept.push_back(mesh);
                continue;
            }
            auto const [found, is_new] = first_of.try_emplace(scene.meshes[mesh].material, mesh);
            if (is_new)
                kept.push_back(mesh);
            else {
                append(scene.meshes[found->second], scene.meshes[mesh], Matrix4d());
                scene.meshes[mesh] = {};
            }
        }
        node.meshes = std::move(kept);
    }
}

Result<> fit_box(ModelScene& scene, FitBox const& fit)
{
    auto const size = bounds_of(scene).size();
    int longest = 0;
    for (int axis = 1; axis < 3; ++axis)
        if (fit.size[axis] > fit.size[longest]) longest = axis;
    if (!(size[longest] > 0) || !(fit.size[longest] > 0) || !std::isfinite(fit.size[longest]))
        return fail(Errc::invalid_input,
                    "cannot be scaled to {} x {} x {} m: one of the sizes is not positive", fit.size.x,
                    fit.size.y, fit.size.z);
    auto const factor = fit.size[longest] / size[longest];
    for (auto& mesh : scene.meshes)
        for (auto& point : mesh.points) point = Vec3f(Vec3d(point) * factor);
    for (int axis = 0; axis < 3; ++axis) {
        auto const is = size[axis] * factor, wanted = fit.size[axis];
        // Thin things (a rug, a poster) differ by millimetres, which nobody sees.
        if (std::abs(is - wanted) > std::max(0.03 * wanted, 0.005))
            scene.warnings.push_back(
                fmt::format("size along {} is {:.3f} m where {:.3f} m is stated", "xyz"[axis], is, wanted));
    }
    return {};
}

/// A turn about +Y for row vectors, exact for quarter turns, so that a box stays a box.
Matrix4d yaw(double degrees)
{
    auto const angle = degrees * M_PI / 180;
    auto s = std::sin(angle), c = std::cos(angle);
    if (std::remainder(degrees, 90) == 0) {
        s = std::round(s);
        c = std::round(c);
    }
    return {c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1};
}

void turn(ModelScene& scene, double degrees)
{
    auto const matrix = yaw(degrees);
    for (auto& mesh : scene.meshes) {
        ModelMesh turned;
        append(turned, mesh, matrix);
        turned.name = mesh.name;
        turned.material = mesh.material;
        mesh = std::move(turned);
    }
}

void put_on_floor(ModelScene& scene)
{
    auto const box = bounds_of(scene);
    Vec3d const offset(-box.center().x, -box.min.y, -box.center().z);
    for (auto& mesh : scene.meshes)
        for (auto& point : mesh.points) point = Vec3f(Vec3d(point) + offset);
}

} // namespace

Range3d bounds_of(ModelScene const& scene)
{
    auto const matrices = root_from_nodes(scene);
    Range3d box;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i)
        for (auto const mesh : scene.nodes[i].meshes)
            for (auto const& point : scene.meshes[mesh].points) {
                Vec3d moved;
                matrices[i].multVecMatrix(Vec3d(point), moved);
                box.extendBy(moved);
            }
    return box;
}

Result<> bring_into_frame(ModelScene& scene, ImportOptions const& options)
{
    if (!(options.scale >= 0) || !std::isfinite(options.scale))
        return fail(Errc::invalid_input, "scale {} is not positive", options.scale);
    auto const upright =
        TRY(turned_upright(options.up_axis.empty() ? std::string(1, scene.up_axis) : options.up_axis));
    Matrix4d metres;
    metres.setScale(options.scale > 0 ? options.scale : scene.meters_per_unit);
    auto& root = scene.nodes[0].parent_from_node;
    root = root * metres * upright * matrix4(options.rotation);

    if (options.flatten) {
        scene.meshes = joined_by_material(scene);
        ModelNode flat{.name = scene.nodes[0].name};
        for (std::uint32_t i = 0; i < scene.meshes.size(); ++i) flat.meshes.push_back(i);
        scene.nodes = {std::move(flat)};
    } else {
        join_within_nodes(scene);
    }
    for (auto& mesh : scene.meshes) make_sound(mesh);
    if (bounds_of(scene).isEmpty()) return fail(Errc::invalid_input, "has no surface: no face with an area");
    if (options.flatten) {
        if (options.fit) TRY(fit_box(scene, *options.fit));
        if (options.yaw_deg != 0) turn(scene, options.yaw_deg);
        put_on_floor(scene);
        complete_normals(scene.meshes, options.crease_deg, options.mend_normals);
    } else {
        // Meshes meet in the space of one node only.
        for (auto& mesh : scene.meshes) {
            std::vector<ModelMesh> alone(1);
            alone[0] = std::move(mesh);
            complete_normals(alone, options.crease_deg, options.mend_normals);
            mesh = std::move(alone[0]);
        }
    }
    return {};
}

} // namespace soulvan::interchange
