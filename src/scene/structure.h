// The building: rooms, their doors and windows, the columns that stand in them.
#pragma once

#include "solve_site.h"

namespace soulvan::scene {

/// Columns of a hall (warehouse, factory, loading dock), relative to the room's centre. They stand in the
/// east and west walls' line and protrude 0.3 m into the room: n = max(1, round(depth / 6)) bays of equal
/// length, columns at the n + 1 ends of bays without those in the corners, each 0.3 m wide (half width 0.15).
/// The shell generator "soulvan/hall" and "soulvan/dock_hall" builds them by the same formula.
std::vector<Rect> hall_columns(double width, double depth);
bool has_columns(std::string_view environment);
/// Whether such a place has no roof.
bool is_open(std::string_view environment);

/// Lamps of halls hang this far below the clear height (the lights' recipe: 0.5 m, and their housings).
inline constexpr double hall_lamps_m = 0.58;
/// How high things may reach in the room.
double clear_height(Room const& room);

/// The building around a room with its finish: by the style, the place and the words of the sentences;
/// `before` is the shell that a room kept from a previous layout had. Its measures come with name_shells().
catalog::AssetRef shell_for(Plan const& plan, Room const& room, catalog::AssetRef const& before);
/// Whether the front of a hall with docks stands at the open room's north.
bool has_hall_front(Room const& room);

/// "soulvan/dock_hall" shows a yard that lies this much lower than its floor.
inline constexpr double dock_height_m = 1.2;

/// Walls of shells are at most this thick; rooms stand this far from each other.
inline constexpr double wall_thickness_m = 0.3;

/// Sizes and places the rooms of the plan; `enlarge` multiplies the sides of rooms whose size nobody stated.
/// Rooms stand in a row from west to east, the first with its centre at the origin. A loading dock that a
/// truck comes to gets a yard before its north wall.
void make_rooms(Site& site, double enlarge);

/// Doors and windows: those that the plan asks for and those that such a place has. Their things are parts of
/// the building; their openings are cut in the walls, the floor before doors is kept free.
void make_openings(Site& site);

/// For rooms kept from a previous layout: forgets openings whose door or window went, sets in those that
/// came.
void refresh_openings(Site& site);

/// Columns, keep-out strips and everything else that fills the rooms before things do.
void fill_structure(Site& site);

/// The asset that builds each room: "soulvan/hall?depth=…&height=…&openings=…&width=…". Openings are
/// "n:centre:width:height:sill" (n, e, s, w; metres with three decimals; centre along x for n and s, along z
/// for e and w, from the room's centre), joined by ';'. The shell's origin is the centre of the floor.
void name_shells(Site& site);

} // namespace soulvan::scene
