// How do the parametric shapes look as triangles? Sphere, Cube, Cylinder, Cone, Capsule, Plane.
#include "gprim.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soulvan::geometry {
namespace {

// A silhouette of 96 segments stays within half a pixel of the circle up to 900 pixels of diameter.
constexpr int segments = 96;
constexpr int quarter_rings = 24;

/// A point of a profile that is turned around the z axis: distance from it, height, normal, texture v.
struct ProfilePoint {
    double radius, height;
    double normal_out, normal_up;
    float v;
};

void add_quad(TriangleMesh& mesh, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d,
              bool top_is_point, bool bottom_is_point)
{
    if (!bottom_is_point) mesh.triangles.push_back({a, b, c});
    if (!top_is_point) mesh.triangles.push_back({a, c, d});
}

/// Turns a profile that runs upwards around z, outside facing out.
void add_lathe(TriangleMesh& mesh, std::vector<Vec2f>& st, std::vector<ProfilePoint> const& profile)
{
    auto const first = static_cast<std::uint32_t>(mesh.points.size());
    for (auto const& ring : profile)
        for (int i = 0; i <= segments; ++i) {
            // Where the profile touches the axis there is one normal per segment: it points to the segment's
            // middle.
            double const shift = ring.radius == 0 ? 0.5 : 0;
            double const angle = 2 * std::numbers::pi * (i + shift) / segments;
            // The seam's two columns must be equal to the last bit, or light shines through.
            double const turn = i == segments && shift == 0 ? 0 : angle;
            double const x = std::cos(turn), y = std::sin(turn);
            mesh.points.emplace_back(static_cast<float>(ring.radius * x), static_cast<float>(ring.radius * y),
                                     static_cast<float>(ring.height));
            mesh.normals.emplace_back(static_cast<float>(ring.normal_out * x),
                                      static_cast<float>(ring.normal_out * y),
                                      static_cast<float>(ring.normal_up));
            st.emplace_back(static_cast<float>(std::min((i + shift) / segments, 1.0)), ring.v);
        }
    for (std::uint32_t ring = 0; ring + 1 < profile.size(); ++ring)
        for (std::uint32_t i = 0; i < segments; ++i) {
            auto const low = first + ring * (segments + 1) + i, high = low + segments + 1;
            add_quad(mesh, low, low + 1, high + 1, high, profile[ring + 1].radius == 0,
                     profile[ring].radius == 0);
        }
}

/// A flat disk at `height`, facing up or down.
void add_disk(TriangleMesh& mesh, std::vector<Vec2f>& st, double radius, double height, bool up)
{
    if (radius == 0) return;
    auto const centre = static_cast<std::uint32_t>(mesh.points.size());
    auto const add = [&](double x, double y) {
        mesh.points.emplace_back(static_cast<float>(radius * x), static_cast<float>(radius * y),
                                 static_cast<float>(height));
        mesh.normals.emplace_back(0.0f, 0.0f, up ? 1.0f : -1.0f);
        st.emplace_back(static_cast<float>(0.5 + 0.5 * x), static_cast<float>(0.5 + 0.5 * (up ? y : -y)));
    };
    add(0, 0);
    for (int i = 0; i < segments; ++i)
        add(std::cos(2 * std::numbers::pi * i / segments), std::sin(2 * std::numbers::pi * i / segments));
    for (std::uint32_t i = 0; i < segments; ++i) {
        auto const a = centre + 1 + i, b = centre + 1 + (i + 1) % segments;
        mesh.triangles.push_back(up ? std::array{centre, a, b} : std::array{centre, b, a});
    }
}

/// An arc of the profile from `from` to `to` (radians above the equator) around (0, `height`).
void add_arc(std::vector<ProfilePoint>& profile, double radius, double height, double from, double to,
             int steps)
{
    for (int i = 0; i <= steps; ++i) {
        double const angle = from + (to - from) * i / steps;
        bool const pole = std::abs(std::abs(angle) - std::numbers::pi / 2) < 1e-9;
        double const out = pole ? 0 : std::cos(angle);
        profile.push_back({radius * out, height + radius * std::sin(angle), out, std::sin(angle), 0});
    }
}

void spread_v(std::vector<ProfilePoint>& profile)
{
    double const low = profile.front().height, high = profile.back().height;
    for (auto& point : profile)
        point.v = high > low ? static_cast<float>((point.height - low) / (high - low)) : 0.0f;
}

/// Cyclic, so that the winding stays: z → axis.
Vec3f turn(Vec3f p, char axis)
{
    if (axis == 'X') return {p.z, p.x, p.y};
    if (axis == 'Y') return {p.y, p.z, p.x};
    return p;
}

struct Sizes {
    double size = 0, radius = 0, top = 0, bottom = 0, height = 0, width = 0, length = 0;
    char axis = 'Z';
};

Result<double> size_of(usd::Prim const& prim, char const* name, double fallback, usd::Time time)
{
    double const value = prim.get_or<double>(name, fallback, time);
    if (!std::isfinite(value) || value < 0)
        return fail(Errc::invalid_input, "{}.{}: {} is no size; it must be 0 or more", prim.path().str(),
                    name, value);
    return value;
}

char axis_of(usd::Prim const& prim)
{
    auto const axis = prim.get_or<usd::Token>("axis", usd::Token("Z"));
    return axis == "X" ? 'X' : axis == "Y" ? 'Y' : 'Z';
}

Result<Sizes> read_sizes(usd::Prim const& prim, usd::Time time)
{
    auto const type = prim.type_name().str();
    Sizes sizes;
    sizes.axis = axis_of(prim);
    if (type == "Sphere") sizes.radius = TRY(size_of(prim, "radius", 1, time));
    if (type == "Cube") sizes.size = TRY(size_of(prim, "size", 2, time));
    if (type == "Plane") {
        sizes.width = TRY(size_of(prim, "width", 2, time));
        sizes.length = TRY(size_of(prim, "length", 2, time));
    }
    bool const capsule = type == "Capsule" || type == "Capsule_1";
    if (capsule || type == "Cylinder" || type == "Cylinder_1" || type == "Cone") {
        sizes.height = TRY(size_of(prim, "height", capsule ? 1 : 2, time));
        double const fallback = capsule ? 0.5 : 1;
        if (type.ends_with("_1")) {
            sizes.top = TRY(size_of(prim, "radiusTop", fallback, time));
            sizes.bottom = TRY(size_of(prim, "radiusBottom", fallback, time));
        } else {
            sizes.bottom = TRY(size_of(prim, "radius", fallback, time));
            sizes.top = type == "Cone" ? 0 : sizes.bottom;
        }
    }
    return sizes;
}

void add_round_wall(TriangleMesh& mesh, std::vector<Vec2f>& st, Sizes const& s)
{
    double const slope = std::hypot(s.height, s.bottom - s.top);
    double const out = slope > 0 ? s.height / slope : 1, up = slope > 0 ? (s.bottom - s.top) / slope : 0;
    add_lathe(mesh, st, {{s.bottom, -s.height / 2, out, up, 0}, {s.top, s.height / 2, out, up, 1}});
    add_disk(mesh, st, s.top, s.height / 2, true);
    add_disk(mesh, st, s.bottom, -s.height / 2, false);
}

void add_capsule(TriangleMesh& mesh, std::vector<Vec2f>& st, Sizes const& s)
{
    // Two spheres and the cone that touches both: the tangent circle lies at the same angle on each.
    double const sine = s.height > 0 ? std::clamp((s.bottom - s.top) / s.height, -1.0, 1.0) : 0;
    double const tangent = std::asin(sine);
    std::vector<ProfilePoint> profile;
    add_arc(profile, s.bottom, -s.height / 2, -std::numbers::pi / 2, tangent, quarter_rings);
    add_arc(profile, s.top, s.height / 2, tangent, std::numbers::pi / 2, quarter_rings);
    spread_v(profile);
    add_lathe(mesh, st, profile);
}

void add_cube(TriangleMesh& mesh, std::vector<Vec2f>& st, double size)
{
    auto const h = static_cast<float>(size / 2);
    for (int axis = 0; axis < 3; ++axis)
        for (float const side : {1.0f, -1.0f}) {
            Vec3f n(0), u(0), v(0);
            n[axis] = side;
            u[(axis + 1) % 3] = side;
            v[(axis + 2) % 3] = 1;
            auto const first = static_cast<std::uint32_t>(mesh.points.size());
            for (auto const& [a, b] : {std::pair{-1.0f, -1.0f}, {1.0f, -1.0f}, {1.0f, 1.0f}, {-1.0f, 1.0f}}) {
                mesh.points.push_back((n + u * a + v * b) * h);
                mesh.normals.push_back(n);
                st.emplace_back(a * 0.5f + 0.5f, b * 0.5f + 0.5f);
            }
            mesh.triangles.push_back({first, first + 1, first + 2});
            mesh.triangles.push_back({first, first + 2, first + 3});
        }
}

/// UsdGeomPlane: width runs along x (along z when the axis is X), length along y (along z when the axis is
/// Y).
void add_plane(TriangleMesh& mesh, std::vector<Vec2f>& st, Sizes const& s)
{
    Vec3f n(0), u(0), v(0);
    n[s.axis - 'X'] = 1;
    u[s.axis == 'X' ? 2 : 0] = static_cast<float>(s.width / 2);
    v[s.axis == 'Y' ? 2 : 1] = static_cast<float>(s.length / 2);
    for (auto const& [a, b] : {std::pair{-1.0f, -1.0f}, {1.0f, -1.0f}, {1.0f, 1.0f}, {-1.0f, 1.0f}}) {
        mesh.points.push_back(u * a + v * b);
        mesh.normals.push_back(n);
        st.emplace_back(a * 0.5f + 0.5f, b * 0.5f + 0.5f);
    }
    bool const forward = s.axis == 'Z'; // z × y points to −x, x × z to −y
    mesh.triangles.push_back(forward ? std::array<std::uint32_t, 3>{0, 1, 2}
                                     : std::array<std::uint32_t, 3>{0, 2, 1});
    mesh.triangles.push_back(forward ? std::array<std::uint32_t, 3>{0, 2, 3}
                                     : std::array<std::uint32_t, 3>{0, 3, 2});
}

bool is_round(std::string const& type)
{
    return type == "Cylinder" || type == "Cylinder_1" || type == "Cone";
}

} // namespace

Result<std::optional<TriangleMesh>> triangulate_shape(usd::Prim const& gprim, usd::Time time)
{
    auto const type = gprim.type_name().str();
    auto const s = TRY(read_sizes(gprim, time));
    TriangleMesh mesh;
    std::vector<Vec2f> st;
    if (type == "Sphere") {
        std::vector<ProfilePoint> profile;
        add_arc(profile, s.radius, 0, -std::numbers::pi / 2, std::numbers::pi / 2, 2 * quarter_rings);
        for (std::size_t i = 0; i < profile.size(); ++i)
            profile[i].v = static_cast<float>(i) / static_cast<float>(profile.size() - 1);
        add_lathe(mesh, st, profile);
    } else if (is_round(type)) {
        add_round_wall(mesh, st, s);
    } else if (type == "Capsule" || type == "Capsule_1") {
        add_capsule(mesh, st, s);
    } else if (type == "Cube") {
        add_cube(mesh, st, s.size);
    } else if (type == "Plane") {
        add_plane(mesh, st, s);
    } else {
        return std::optional<TriangleMesh>{};
    }
    if (type != "Plane" && type != "Cube" && type != "Sphere") {
        for (auto& point : mesh.points) point = turn(point, s.axis);
        for (auto& normal : mesh.normals) normal = turn(normal, s.axis);
    }
    mesh.triangle_face.assign(mesh.triangles.size(), 0);
    mesh.normals_rate = Rate::per_point;
    mesh.uvs.push_back({"st", Rate::per_point, std::move(st)});
    mesh.double_sided = gprim.get_or<usd::Bool>("doubleSided", usd::Bool{type == "Plane"}).value;
    return std::optional(std::move(mesh));
}

std::optional<Range3d> shape_bounds(usd::Prim const& gprim, usd::Time time)
{
    auto const type = gprim.type_name().str();
    auto const sizes = read_sizes(gprim, time);
    if (!sizes) return std::nullopt;
    auto const& s = *sizes;
    if (type == "Sphere") return Range3d(Vec3d(-s.radius), Vec3d(s.radius));
    if (type == "Cube") return Range3d(Vec3d(-s.size / 2), Vec3d(s.size / 2));
    if (type == "Plane") {
        Vec3d half(0);
        half[s.axis == 'X' ? 2 : 0] = s.width / 2;
        half[s.axis == 'Y' ? 2 : 1] = s.length / 2;
        return Range3d(-half, half);
    }
    bool const capsule = type == "Capsule" || type == "Capsule_1";
    if (!is_round(type) && !capsule) return std::nullopt;
    double const wide = std::max(s.top, s.bottom);
    Vec3d low(-wide), high(wide);
    int const axis = s.axis - 'X';
    low[axis] = -s.height / 2 - (capsule ? s.bottom : 0);
    high[axis] = s.height / 2 + (capsule ? s.top : 0);
    return Range3d(low, high);
}

} // namespace soulvan::geometry
