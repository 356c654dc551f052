// What is seen through doors and windows: ground, hedge, trees, a street's houses, all lit by the stage's
// sky.
#pragma once

#include "building.h"

namespace soulvan::catalog::kit {

/// Beside one wall of a shell, in the wall's frame: u along it, d outwards.
struct Outside {
    char wall = 'n';
    enum class Kind {
        yard,   ///< asphalt with bays, hedge, works across the road
        street, ///< pavement, lawn, trees, houses
        verge   ///< a kerb, a hedge at 3 m, trees, houses: around open yards
    } kind = Kind::yard;
    double drop = 0;      ///< the ground lies this far below the floor
    bool has_bays = true; ///< white lines beside docks
};

/// Everything lies in this box.
Range3d outside_bounds(Shell const& shell, Outside const& outside);
void add_outside(Model& model, Shell const& shell, Outside const& outside, std::vector<Hole> const& docks);

/// A box with fronts of the picture "facade"; `foot` is its lower middle, `turn` degrees about +Y.
void house(Mesh& mesh, Vec3d const& low, Vec3d const& high, std::string_view look);
/// One of four trees, as two crossed cards.
void one_tree(Mesh& mesh, Vec3d const& foot, double high, int kind, double turn_deg);
void hedge(Mesh& mesh, Vec3d const& low, Vec3d const& high, Random& random);
void street_lamp(Mesh& mesh, Vec3d const& foot, double high, double reach_deg);

} // namespace soulvan::catalog::kit
