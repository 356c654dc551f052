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

/// How far lamps reach down from the ceiling: linear ones of halls, globes on cords in rooms to live in,
/// panels of offices.
double lamps_drop_m(std::string_view environment);
/// What a room must be higher than a thing for lamps that reach down by `drop`; furniture stands at walls,
/// where none hang.
double room_for_lamps(catalog::Category const& category, double height, double drop);
/// How high a thing may reach that covers `foot`. Lamps of rooms to live in keep away from the walls.
double clear_height(Room const& room, Rect const& foot);

/// The kind of an open place, as "soulvan/yard" knows it: a works yard has asphalt and the front of a hall, a
/// park grass and a path; "street", "parking". By the place, the words and what stands there.
std::string_view ground_of(Plan const& plan, std::string_view environment);

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
