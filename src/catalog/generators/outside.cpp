// What is seen through doors and windows: ground, hedge, trees, a street's houses, all lit by the stage's
// sky.
#include "outside.h"

#include <algorithm>
#include <cmath>

namespace soulvan::catalog::kit {
namespace {

constexpr double side_reach = 28, far_reach = 64, house_from = 40, hedge_at = 35, tallest = 15, below = 0.3;

} // namespace

Range3d outside_bounds(Shell const& shell, Outside const& outside)
{
    auto const frame = frame_of(shell, outside.wall);
    double const half = shell.length(outside.wall) / 2 + side_reach;
    Range3d box;
    for (double const u : {-half, half})
        for (double const d : {wall_thickness, far_reach}) {
            box.extendBy(frame.at(u, -outside.drop - below, d));
            box.extendBy(frame.at(u, -outside.drop + tallest, d));
        }
    return box;
}

void house(Mesh& mesh, Vec3d const& low, Vec3d const& high, std::string_view look)
{
    mesh.use({.look = std::string(look)});
    auto const front = [&](int u, double at) {
        return [=](Vec3d const& p) { return Vec2d((p[u] - at) / 16, (p.y - low.y) / 12); };
    };
    auto const v = [&](int k) {
        return Vec3d(k & 1 ? high.x : low.x, k & 2 ? high.y : low.y, k & 4 ? high.z : low.z);
    };
    quad(mesh, v(0), v(1), v(3), v(2), {0, 0, -1}, front(0, low.x));
    quad(mesh, v(4), v(5), v(7), v(6), {0, 0, 1}, front(0, low.x));
    quad(mesh, v(0), v(4), v(6), v(2), {-1, 0, 0}, front(2, low.z));
    quad(mesh, v(1), v(5), v(7), v(3), {1, 0, 0}, front(2, low.z));
    mesh.use({.look = "roof_membrane"});
    quad(mesh, v(2), v(3), v(7), v(6), {0, 1, 0}, metric(0, 2, 3));
    // A coping casts the line of shadow that roofs have.
    mesh.use({.look = "powder_coat", .color = {0.12f, 0.125f, 0.13f}, .wear = 0, .dirt = 0});
    box(mesh, {low.x - 0.12, high.y - 0.35, low.z - 0.12}, {high.x + 0.12, high.y, high.z + 0.12},
        {.radius = 0});
}

void one_tree(Mesh& mesh, Vec3d const& foot, double high, int kind, double turn_deg)
{
    // The picture's trees stand 380 of its 1536 columns apart, the first at 200, each 380 wide.
    mesh.use({.look = "trees"});
    double const low = (10 + 380.0 * (kind % 4)) / 1536, wide = 380.0 / 1536, half = high * 0.37;
    auto const guard = mesh.place(turned_y(turn_deg) * moved(foot.x, foot.y, foot.z));
    for (int k = 0; k < 2; ++k) { // two crossed cards
        Vec3d const side = k ? Vec3d(0, 0, half) : Vec3d(half, 0, 0), up(0, high, 0);
        auto const st = [&](Vec3d const& p) {
            return Vec2d(low + wide * (0.5 + p.dot(side) / (2 * half * half)), p.y / high);
        };
        quad(mesh, -side, side, side + up, up - side, side.cross({0, 1, 0}), st);
    }
}

void hedge(Mesh& mesh, Vec3d const& low, Vec3d const& high, Random& random)
{
    mesh.use({.look = "hedge"});
    int const axis = high.x - low.x > high.z - low.z ? 0 : 2;
    double const length = high[axis] - low[axis];
    int const n = std::max(1, static_cast<int>(length / 1.6));
    for (int i = 0; i < n; ++i) { // bushes, each a little its own
        Vec3d a = low, b = high;
        a[axis] = low[axis] + length * i / n - (i > 0 ? 0.06 : 0);
        b[axis] = low[axis] + length * (i + 1) / n;
        b.y -= random.uniform(0, 0.16) * (high.y - low.y);
        a[2 - axis] += random.uniform(0, 0.1);
        b[2 - axis] -= random.uniform(0, 0.1);
        box(mesh, a, b, {.radius = 0.16, .segments = 3});
    }
}

void street_lamp(Mesh& mesh, Vec3d const& foot, double high, double reach_deg)
{
    auto const guard = mesh.place(turned_y(reach_deg) * moved(foot.x, foot.y, foot.z));
    mesh.use({.look = "galvanised"});
    lathe(mesh, {{0.09, 0}, {0.09, 1.1}, {0.07, 1.15}, {0.045, high - 0.2}, {0, high - 0.2}}, 16);
    tube(mesh, {{0, high - 0.3, 0}, {0, high - 0.12, 0.1}, {0, high - 0.08, 1.1}}, 0.03, 8);
    mesh.use({.look = "powder_coat", .color = {0.1f, 0.105f, 0.11f}, .wear = 0, .dirt = 0.1f});
    box(mesh, {-0.14, high - 0.11, 0.9}, {0.14, high - 0.03, 1.6}, {.radius = 0.02});
}

namespace {

/// Builds in the wall's frame: the frames of the four walls are turned or mirrored copies of each other.
class Builder {
public:
    Builder(Model& model, Shell const& shell, Outside const& outside)
        : mesh_(model.root.mesh),
          frame_(frame_of(shell, outside.wall)),
          outside_(outside),
          half_(shell.length(outside.wall) / 2),
          random_(Random(shell.seed).fork(static_cast<std::uint64_t>(outside.wall) + 70))
    {}

    void make(std::vector<Hole> const& docks)
    {
        double const end = half_ + side_reach;
        double const g = -outside_.drop;
        bool const yard = outside_.kind == Outside::Kind::yard;
        if (outside_.kind == Outside::Kind::verge) return verge(end, g);
        // Ground in bands of depth: apron or lawn, kerb, road, verge.
        double const apron = yard ? 30 : 3;
        ground(yard ? "asphalt" : "paving", -end, end, wall_thickness, apron, g);
        if (!yard) ground("grass", -end, end, apron, 22, g);
        double const road = yard ? apron : 22;
        ground("asphalt", -end, end, road, 32, g - 0.002);
        ground("grass", -end, end, 32, far_reach, g);
        kerb(-end, end, 32, g);
        if (!yard) kerb(-end, end, 21.86, g);
        if (yard && outside_.has_bays) bays(docks, g);
        green(-end + 1, end - 1, hedge_at, hedge_at + 1, g, 1.3);
        wood(-end + 3, end - 3, 36.8, 38, 15, g);
        if (!yard) wood(-end + 4, end - 4, 15, 20, 19, g);
        houses(yard, -end + 1, end, house_from, g);
        double const turn = outside_.wall == 'n'   ? 0
                            : outside_.wall == 's' ? 180
                            : outside_.wall == 'e' ? -90
                                                   : 90;
        for (double u = -half_ - 12; u <= half_ + 12; u += 24)
            street_lamp(mesh_, p(u + random_.uniform(-1, 1), g, 33.2), 7.5, turn);
    }

private:
    void verge(double end, double g)
    {
        ground("grass", -end, end, wall_thickness, far_reach, g);
        kerb(-half_ - 0.3, half_ + 0.3, wall_thickness, g);
        green(-half_ - 3, half_ + 3, 3, 4, g, 1.4);
        wood(-half_ - 4, half_ + 4, 5, 9, 13, g);
        houses(false, -half_ - 13, half_ + 14, 17, g);
    }

    void green(double u0, double u1, double d0, double d1, double g, double high)
    {
        boxed(u0, u1, d0, d1, g, g + high,
              [&](Vec3d const& a, Vec3d const& b) { hedge(mesh_, a, b, random_); });
    }

    void wood(double u0, double u1, double d0, double d1, double most_apart, double g)
    {
        for (double u = u0; u < u1; u += random_.uniform(most_apart * 0.42, most_apart)) {
            Vec3d const foot = p(u, g, random_.uniform(d0, d1));
            double const high = random_.uniform(5.5, 9);
            int const kind = random_.below(4);
            one_tree(mesh_, foot, high, kind, random_.uniform(0, 90));
        }
    }

    Vec3d p(double u, double y, double d) const { return frame_.at(u, y, d); }

    /// A box between two corners given in the frame.
    template <class Make>
    void boxed(double u0, double u1, double d0, double d1, double y0, double y1, Make const& make)
    {
        Range3d box;
        box.extendBy(p(u0, y0, d0));
        box.extendBy(p(u1, y1, d1));
        make(box.min, box.max);
    }

    void ground(char const* look, double u0, double u1, double d0, double d1, double y)
    {
        mesh_.use({.look = look});
        quad(mesh_, p(u0, y, d0), p(u1, y, d0), p(u1, y, d1), p(u0, y, d1), {0, 1, 0}, metric(0, 2));
    }

    void kerb(double u0, double u1, double d, double y)
    {
        mesh_.use({.look = "plinth_concrete"});
        boxed(u0, u1, d, d + 0.15, y - 0.1, y + 0.1,
              [&](Vec3d const& a, Vec3d const& b) { box(mesh_, a, b, {.radius = 0.02}); });
    }

    void bays(std::vector<Hole> const& docks, double y)
    {
        mesh_.use({.look = "line_white"});
        auto const line = [&](double u, double d0, double d1) {
            auto const st = [&](Vec3d const& q) {
                Vec3d const o = q - p(u, 0, 0);
                return Vec2d(o.dot(-frame_.inward()) / 4, 0.5 + o.dot(frame_.along()) / 0.12 * 0.98);
            };
            quad(mesh_, p(u - 0.06, y + 0.003, d0), p(u + 0.06, y + 0.003, d0), p(u + 0.06, y + 0.003, d1),
                 p(u - 0.06, y + 0.003, d1), {0, 1, 0}, st);
        };
        for (auto const& hole : docks)
            for (double const side : {-1.0, 1.0})
                line(hole.centre + side * std::max(1.75, hole.width / 2 + 0.2), 0.6, 15);
    }

    void houses(bool yard, double u, double end, double house_at, double g)
    {
        char const* const looks[] = {"facade", "facade_grey", "facade_warm"};
        for (int i = 0; u < end - 8; ++i) {
            bool const works = yard && i % 2 == 0;
            double const wide = works ? random_.uniform(22, 34) : random_.uniform(1, 2.2) * 12.8;
            double const to = std::min(u + wide, end - 0.5);
            double const high = works ? random_.uniform(7, 9.5) : random_.chance(0.5) ? 12.0 : 9.0;
            double const from = house_at + random_.uniform(0.5, 6);
            if (works) {
                mesh_.use({.look = "wall_outside"});
                boxed(u, to, from, from + 14, g, g + high, [&](Vec3d const& a, Vec3d const& b) {
                    box(mesh_, a, b, {.radius = 0, .st = [&](int face, Vec3d const& at) {
                                          double const l = face / 2 == 0 ? b.z - a.z : b.x - a.x;
                                          return Vec2d(at[face / 2 == 0 ? 2 : 0] * l / 2,
                                                       at[face / 2 == 1 ? 2 : 1]);
                                      }});
                    works_details(a, b);
                });
            } else {
                boxed(u, to, from, from + 12, g, g + high,
                      [&](Vec3d const& a, Vec3d const& b) { house(mesh_, a, b, looks[random_.below(3)]); });
            }
            u = to + random_.uniform(2.5, 6);
        }
    }

    /// Bands of windows and an eaves flashing on a works' front.
    void works_details(Vec3d const& low, Vec3d const& high)
    {
        mesh_.use({.look = "powder_coat", .color = {0.10f, 0.12f, 0.15f}, .wear = 0, .dirt = 0});
        Vec3d const grow(0.08, 0, 0.08);
        box(mesh_, Vec3d(low.x, high.y - 0.5, low.z) - grow, high + grow, {.radius = 0});
        mesh_.use({.look = "window_dark"});
        Vec3d const g2(0.02, 0, 0.02);
        box(mesh_, Vec3d(low.x + 2, high.y - 2.6, low.z + 2) - Vec3d(0, 0, 2) - g2,
            Vec3d(high.x - 2, high.y - 1.3, high.z - 2) + Vec3d(0, 0, 2) + g2, {.radius = 0});
        box(mesh_, Vec3d(low.x + 2, high.y - 2.6, low.z + 2) - Vec3d(2, 0, 0) - g2,
            Vec3d(high.x - 2, high.y - 1.3, high.z - 2) + Vec3d(2, 0, 0) + g2, {.radius = 0});
    }

    Mesh& mesh_;
    WallFrame frame_;
    Outside const& outside_;
    double half_;
    Random random_;
};

} // namespace

void add_outside(Model& model, Shell const& shell, Outside const& outside, std::vector<Hole> const& docks)
{
    Builder(model, shell, outside).make(docks);
    // The record's box, whatever the dice say: a mast that reaches its top, and the earth below.
    auto const box_of = outside_bounds(shell, outside);
    auto const frame = frame_of(shell, outside.wall);
    double const end = shell.length(outside.wall) / 2 + side_reach;
    auto& mesh = model.root.mesh;
    mesh.use({.look = "galvanised"});
    Vec3d const foot = frame.at(end * 0.5, -outside.drop, far_reach - 1);
    rod(mesh, foot, {foot.x, box_of.max.y, foot.z}, 0.06, 8, 0);
    mesh.use({.look = "grass"});
    quad(mesh, frame.at(-end, -outside.drop - below, far_reach),
         frame.at(end, -outside.drop - below, far_reach), frame.at(end, -outside.drop, far_reach),
         frame.at(-end, -outside.drop, far_reach), -frame.inward(), metric(0, 1));
}

} // namespace soulvan::catalog::kit
