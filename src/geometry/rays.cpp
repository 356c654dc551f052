// What does a ray meet, what is inside, and which points stand for a surface?
#include "soulvan/geometry/contact.h"

#include "contact_walk.h"

#include <algorithm>
#include <cmath>

namespace soulvan::geometry {
namespace {

struct LocalRay {
    Vec3d origin, direction, inverse;

    /// The direction is not normalised: distances stay those of the world.
    LocalRay(Matrix4d const& local_from_world, Vec3d const& from, Vec3d const& along)
        : origin(placed(from, local_from_world)),
          direction(placed(along, local_from_world) - placed(Vec3d(0, 0, 0), local_from_world))
    {
        for (int i = 0; i < 3; ++i)
            inverse[i] = 1 / (std::abs(direction[i]) > 1e-300 ? direction[i] : 1e-300);
    }
    bool meets(TreeNode const& node, double reach) const
    {
        double near = 0, far = reach;
        for (int i = 0; i < 3; ++i) {
            double a = (double(node.low[i]) - origin[i]) * inverse[i];
            double b = (double(node.high[i]) - origin[i]) * inverse[i];
            if (a > b) std::swap(a, b);
            near = std::max(near, a);
            far = std::min(far, b);
        }
        return near <= far * (1 + 1e-12) + 1e-12;
    }
    /// Möller and Trumbore 1997.
    std::optional<double> hit(MeshTree const& mesh, std::uint32_t triangle) const
    {
        auto const& [i, j, k] = mesh.triangles()[triangle];
        Vec3d const a(mesh.points()[i]);
        Vec3d const e1 = Vec3d(mesh.points()[j]) - a, e2 = Vec3d(mesh.points()[k]) - a;
        Vec3d const p = direction.cross(e2);
        double const determinant = e1.dot(p);
        if (determinant == 0) return std::nullopt;
        Vec3d const s = origin - a;
        double const u = s.dot(p) / determinant;
        if (u < 0 || u > 1) return std::nullopt;
        Vec3d const q = s.cross(e1);
        double const v = direction.dot(q) / determinant;
        if (v < 0 || u + v > 1) return std::nullopt;
        double const t = e2.dot(q) / determinant;
        return t >= 0 ? std::optional(t) : std::nullopt;
    }
};

double area_of(std::array<Vec3d, 3> const& t)
{
    return (t[1] - t[0]).cross(t[2] - t[0]).length() / 2;
}

/// The `i`-th point of a sequence that fills the unit square evenly (Roberts 2018, the plastic number).
Vec2d spread_point(std::size_t i)
{
    double const x = 0.5 + 0.75487766624669276 * double(i + 1), y = 0.5 + 0.56984029099805327 * double(i + 1);
    return {x - std::floor(x), y - std::floor(y)};
}

/// `n` points over triangles by area: equal steps through the sum of the areas, which must come in order.
class Spread {
public:
    Spread(double total, std::size_t n) : total_(total), n_(total > 0 ? n : 0) { out_.reserve(n_); }
    /// Whether a point falls on the next `area`.
    bool reaches(double area) const { return out_.size() < n_ && next() <= passed_ + area; }
    void skip(double area) { passed_ += area; }
    void add(std::array<Vec3d, 3> const& t)
    {
        passed_ += area_of(t);
        while (out_.size() < n_ && next() <= passed_) {
            auto const uv = spread_point(out_.size());
            double const r = std::sqrt(uv.x);
            out_.push_back(t[0] * (1 - r) + t[1] * (r * (1 - uv.y)) + t[2] * (r * uv.y));
        }
    }
    std::vector<Vec3d> take() { return std::move(out_); }

private:
    double next() const { return (double(out_.size()) + 0.5) / double(n_) * total_; }
    double total_, passed_ = 0;
    std::size_t n_;
    std::vector<Vec3d> out_;
};

/// The part of a triangle at or below a height, as triangles.
void clip_below(std::array<Vec3d, 3> const& t, double height, std::vector<std::array<Vec3d, 3>>& out)
{
    std::array<Vec3d, 4> polygon;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        auto const& a = t[i];
        auto const& b = t[(i + 1) % 3];
        if (a.y <= height) polygon[size++] = a;
        if ((a.y <= height) != (b.y <= height))
            polygon[size++] = a + (b - a) * ((height - a.y) / (b.y - a.y));
    }
    for (std::size_t i = 2; i < size; ++i) out.push_back({polygon[0], polygon[i - 1], polygon[i]});
}

} // namespace

std::optional<double> cast(Body const& body, Vec3d const& origin, Vec3d const& direction, double reach)
{
    if (body.empty()) return std::nullopt;
    LocalRay const ray(body.surface_from_world, origin, direction);
    std::optional<double> nearest;
    auto const meets = [&](LocalRay const& local) {
        return [&](TreeNode const& node) { return local.meets(node, nearest.value_or(reach)); };
    };
    walk(body.surface->nodes(), meets(ray), [&](std::uint32_t index) {
        auto const& copy = body.surface->copies()[index];
        LocalRay const local(copy.mesh_from_surface, ray.origin, ray.direction);
        walk(copy.mesh->nodes(), meets(local), [&](std::uint32_t triangle) {
            auto const t = local.hit(*copy.mesh, triangle);
            if (t && *t <= nearest.value_or(reach)) nearest = t;
            return true;
        });
        return true;
    });
    return nearest;
}

namespace {

bool holds(TreeNode const& node, Vec3d const& p)
{
    for (int k = 0; k < 3; ++k)
        if (p[k] < double(node.low[k]) || p[k] > double(node.high[k])) return false;
    return true;
}

/// Whether the ray leaves the mesh an odd number of times.
bool is_odd(MeshTree const& mesh, LocalRay const& ray)
{
    bool odd = false;
    walk(
        mesh.nodes(),
        [&](TreeNode const& node) { return ray.meets(node, std::numeric_limits<double>::max()); },
        [&](std::uint32_t triangle) {
            odd ^= ray.hit(mesh, triangle).has_value();
            return true;
        });
    return odd;
}

} // namespace

bool encloses(Body const& body, Vec3d const& point)
{
    if (body.empty() || !body.box.contains(point, 1e-9)) return false;
    static std::array<Vec3d, 3> const ways{Vec3d(0.9, 0.31, 0.27), Vec3d(-0.23, 0.87, 0.41),
                                           Vec3d(0.17, -0.29, 0.93)};
    bool inside = false;
    auto const in_surface = placed(point, body.surface_from_world);
    walk(
        body.surface->nodes(), [&](TreeNode const& node) { return holds(node, in_surface); },
        [&](std::uint32_t index) {
            auto const& copy = body.surface->copies()[index];
            auto const mesh_from_world = body.surface_from_world * copy.mesh_from_surface;
            inside = std::all_of(ways.begin(), ways.end(), [&](Vec3d const& way) {
                return is_odd(*copy.mesh, LocalRay(mesh_from_world, point, way));
            });
            return !inside;
        });
    return inside;
}

std::vector<Vec3d> surface_samples(Body const& body, std::size_t n)
{
    if (body.empty()) return {};
    std::vector<double> areas;
    double total = 0;
    for (std::uint32_t i = 0; i < body.surface->copies().size(); ++i)
        total += areas.emplace_back(area_moment(in_world(body, i)).area);
    Spread spread(total, n);
    for (std::uint32_t i = 0; i < areas.size(); ++i) {
        auto const copy = in_world(body, i);
        if (!spread.reaches(areas[i])) {
            spread.skip(areas[i]);
            continue;
        }
        for (std::uint32_t t = 0; t < copy.mesh.triangles().size(); ++t) spread.add(copy.corners(t));
    }
    return spread.take();
}

FootSamples foot_samples(Body const& body, double height, double per_m2)
{
    FootSamples out;
    if (body.empty()) return out;
    double const top = body.bounds.min.y + height;
    std::vector<std::array<Vec3d, 3>> below;
    auto const is_low = [&](Matrix4d const& m) {
        return [top, m](TreeNode const& node) {
            auto const extent = extent_of(node, m);
            return extent.middle.y - extent.half.y <= top;
        };
    };
    walk(body.surface->nodes(), is_low(body.world_from_surface), [&](std::uint32_t index) {
        auto const copy = in_world(body, index);
        walk(copy.mesh.nodes(), is_low(copy.space_from_mesh), [&](std::uint32_t triangle) {
            auto const t = copy.corners(triangle);
            clip_below(t, top, below);
            for (auto const& corner : t)
                if (corner.y <= body.bounds.min.y + 1e-4 && out.corners.size() < 64)
                    out.corners.push_back(corner);
            return true;
        });
        return true;
    });
    double area = 0;
    for (auto const& t : below) area += area_of(t);
    Spread spread(area, static_cast<std::size_t>(std::clamp(area * per_m2, 32.0, 2048.0)));
    for (auto const& t : below) spread.add(t);
    out.points = spread.take();
    return out;
}

} // namespace soulvan::geometry
