// The parts that halls are made of: which measures do walls, roof and frames share?
#pragma once

#include "outside.h"

namespace soulvan::catalog::kit {

/// A steel hall with a low-pitched roof, ridge along z.
struct Hall {
    Shell shell;
    int bays = 1;
    double bay = 6;    ///< length of one
    double eave = 1;   ///< from the clear height to the deck at the eaves
    double rise = 1;   ///< of the deck from eaves to ridge
    double plinth = 1; ///< height of the precast plinth
    bool skylights = true;
    double drop = 0; ///< of the ground outside
    std::vector<Outside> outside;
    /// Underside of the roof deck.
    double deck(double x) const;
    double frame_z(int i) const { return -shell.depth / 2 + bay * i; }
    /// Top of the walls where the roof is cut away, else where they meet the deck.
    double wall_top(char wall, double u) const;
};
/// `drop`: of the ground outside; a yard lies before walls with openings where nothing is cut away.
Hall hall_of(Values const& values, double drop);

inline constexpr double slab_depth = 0.2, purlin_height = 0.2, roof_depth = 0.22, cut_height = 0.12;

void hall_floor(Model& model, Hall const& hall);
void hall_walls(Model& model, Hall const& hall);
void hall_columns(Model& model, Hall const& hall);
/// Trusses, purlins, deck, skylights, bracing.
void hall_roof(Model& model, Hall const& hall);
/// Trunking of lamps, sprinklers, duct, cable tray.
void hall_services(Model& model, Hall const& hall);

/// Floor, walls and frames, and under a roof that is there what hangs from it.
Model hall_model(Hall const& hall, std::uint64_t seed);

/// Bounds of what the functions above make.
Range3d hall_bounds(Hall const& hall);

} // namespace soulvan::catalog::kit
