// Candidates: at which places is a body worth trying, and how does each look before it is tried?
#pragma once

#include "arrange.h"

namespace soulvan::scene {

struct Candidate {
    Pose pose;
    int carrier = -2;    ///< what the principal thing stands on there; -1: the floor, -2: as it was
    double prior = 0;    ///< what the place costs by itself; less is better
    std::string support; ///< "": follows from `carrier`
};

/// Candidates for one body, the cheapest first; at most a few hundred. Made from the relations of its group
/// (walls, corners, rings about targets, aisles, surfaces), from what such things do when nobody says it, and
/// from a grid over the room.
std::vector<Candidate> candidates_of(Site const& site, Unit const& unit);

/// How things of a category stand when nobody says it.
struct Habit {
    bool at_wall = false;
    bool in_corner = false;
    bool in_aisle = false; ///< drives or walks between racks
    bool any_yaw = false;  ///< has no reason to stand parallel to a wall
    double jitter_yaw = 0; ///< radians, that a careful hand leaves
    double wall_space = 0.04;
};
Habit habit_of(std::string_view category, bool hall);

} // namespace soulvan::scene
