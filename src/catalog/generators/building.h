// What do rooms, halls and yards share: openings, the frames of four walls, wall skins with holes, flat
// faces?
//
// Every shell has its origin at the middle of the floor; inner faces of walls at x = +-width / 2 and
// z = +-depth / 2, the floor's top at y = 0, north is -Z, east is +X. Walls are `wall_thickness` thick, so
// that two rooms 0.3 m apart share a gap of 2 mm, which nobody sees.
#pragma once

#include "soulvan/catalog/hall.h"

#include "kit_shapes.h"

#include <array>
#include <functional>

namespace soulvan::catalog::kit {

inline constexpr double wall_thickness = 0.149;

/// A hole in a wall.
struct Hole {
    char wall = 'n';   ///< n, e, s, w
    double centre = 0; ///< along x for n and s, along z for e and w
    double width = 0, height = 0, sill = 0;
    double low() const { return centre - width / 2; }
    double high() const { return centre + width / 2; }
    double top() const { return sill + height; }
};

/// "n:-4.5:3:3.2:0;e:1:1.2:1.4:0.9": wall, centre, width, height, sill in metres.
/// Errors  invalid_input: naming the entry: no such form, beyond its wall, or over another one.
Result<std::vector<Hole>> read_openings(std::string_view text, double width, double depth, double height);

/// The parameters of every shell, and what checks them.
std::vector<Parameter> shell_parameters(std::string width, std::string depth, std::string height);
Result<> check_shell(Values const& values);

/// Which walls, and whether the roof, are left out so that a camera outside looks in.
struct Cutaway {
    bool roof = false;
    bool north = false, east = false, south = false, west = false;
    bool cuts(char wall) const;
    bool any() const { return roof; }
};
Cutaway cutaway_of(Values const& values);

/// What all shells read from their values.
struct Shell {
    double width = 0, depth = 0, height = 0;
    std::vector<Hole> holes;
    Cutaway cutaway;
    std::uint64_t seed = 0;
    /// The length of a wall, and the holes in it.
    double length(char wall) const { return wall == 'n' || wall == 's' ? width : depth; }
    std::vector<Hole> holes_of(char wall) const;
};
Shell shell_of(Values const& values);

/// Where a wall's coordinates lie: u along it (x or z), y up, d outwards from its inner face.
struct WallFrame {
    char wall = 'n';
    double face = 0; ///< distance of the inner face from the middle
    Vec3d at(double u, double y, double d) const;
    Vec3d inward() const;
    Vec3d along() const; ///< direction of u
};
WallFrame frame_of(Shell const& shell, char wall);

/// A four-cornered face towards `normal`, its corners in either order; st from `st` at each corner.
using Mapping = std::function<Vec2d(Vec3d const&)>;
void quad(Mesh& mesh, Vec3d const& a, Vec3d const& b, Vec3d const& c, Vec3d const& d, Vec3d const& normal,
          Mapping const& st);
/// st in metres along two axes of space (0 x, 1 y, 2 z), divided by `metres`.
Mapping metric(int u, int v, double metres = 1, Vec2d const& offset = {0, 0});

/// Box edges whose veneer (looks oak_veneer, walnut_veneer) comes from one board of the picture, so that no
/// joint crosses it: up to 2.5 m along the grain, 1.1 m across.
BoxStyle veneered(Vec3d const& size, int grain, double radius, std::uint64_t seed);

/// One skin of a wall.
struct Skin {
    WallFrame frame;
    /// (u, d) from end to end: d outwards from the inner face.
    std::vector<Vec2d> profile;
    double low = 0;
    std::function<double(double u)> top; ///< of the wall at u
    bool outside = false;                ///< looks outwards
    Mapping st;                          ///< of (u, y, d)
};
void wall_skin(Mesh& mesh, Skin const& skin, std::vector<Hole> const& holes);
/// The four sides of a hole, between two depths. `floor` off: no lower side (the slab is there).
void reveal(Mesh& mesh, WallFrame const& frame, Hole const& hole, double from, double to, bool floor,
            Mapping const& st);
/// The pieces of a wall from `low_u` to `high_u` that stand at height `y`.
std::vector<std::array<double, 2>> solid_pieces(double low_u, double high_u, double y,
                                                std::vector<Hole> const& holes);
/// The tops and ends of a wall, where roof or neighbours are cut away.
void wall_caps(Mesh& mesh, WallFrame const& frame, double low_u, double high_u, double low, double top,
               std::vector<Hole> const& holes);

/// A trapezoidal profile (u, d) from `low` to `high`: crests at `crest`, valleys at `valley`.
std::vector<Vec2d> ribs(double low, double high, double pitch, double crest, double valley,
                        double crest_share = 0.3, double flank_share = 0.12);

/// Columns of halls stand at these z in the east and west walls, protruding 0.3 m, half width 0.15 m:
/// the inner ones of round(depth / 6) + 1 frames. The layout knows them by the same formula.
inline constexpr double column_protrusion = 0.3, column_half_width = 0.15;
int hall_bays(double depth);

} // namespace soulvan::catalog::kit
