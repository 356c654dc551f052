// Arrangers: closed forms for what belongs together. A desk with its chair, boxes on a pallet, chairs around
// a table, rows, grids, stacks, racks with aisles.
#pragma once

#include "solve_site.h"

#include <optional>

namespace soulvan::scene {

/// How the things of one group go with those of another.
enum class Bond {
    on,     ///< stand on its surfaces
    seat,   ///< sit at it: chairs at desks
    around, ///< all around it
    under,  ///< below its lowest surface
    beside, ///< right beside it
};

struct Link {
    Bond bond = Bond::on;
    int parent = -1; ///< group
    int per = 0;     ///< for each parent; 0: spread over them
    bool alternating = false;
    bool stacking = false; ///< on: may also stand on each other
    bool carried = false;  ///< on: by a truck or cart, whose load may stand over
    double max_m = 1.0;    ///< gap that the relation allows
    std::string which;     ///< one particular parent ("leftmost"), known only when the parents stand
};
/// The bond of a group, from its own relations and from those of others that name it; nothing when it stands
/// alone.
std::optional<Link> link_of(Site const& site, int group);

/// A child in the frame of the thing that it goes with; `carrier` when it stands on something (-1: the
/// floor).
struct Attached {
    int child = -1;
    Pose local;
    int carrier = -1;
};

/// What is about a thing already, in its frame.
struct Company {
    std::vector<Solid> taken; ///< stands on it
    std::vector<Plan2> seats; ///< middles of chairs at it
};

/// Packs units onto surfaces of `parent`, larger first, in rows, then in columns on top of each other if the
/// link allows it. Small things of daily use stand where people put them. What does not fit is not in the
/// answer.
std::vector<Attached> pack_on(Site const& site, int parent, std::vector<Unit> const& children,
                              Link const& link, Company const& company);
/// Whether the units are few small things of daily use, which have places of their own on a desk or a table;
/// and those places: the wished one or the free one nearest to it.
bool is_set_out(Site const& site, std::vector<Unit> const& children, Link const& link);
std::vector<Attached> set_out(Site const& site, int parent,
                              std::vector<catalog::SupportSurface> const& surfaces,
                              std::vector<Unit> const& children, Company const& company);
/// Chairs at the side of `parent` that it keeps free for its user (the other side when there are two).
std::vector<Attached> seat_at(Site const& site, int parent, std::vector<Unit> const& children);
/// Units about all sides of `parent`, fronts inwards; long sides first for chairs at a table.
std::vector<Attached> ring_around(Site const& site, int parent, std::vector<Unit> const& children,
                                  double max_m);
std::vector<Attached> put_under(Site const& site, int parent, std::vector<Unit> const& children);
std::vector<Attached> put_beside(Site const& site, int parent, std::vector<Unit> const& children);

/// The units that the group's things form with all that goes with them. Call for parents before children:
/// what went with a parent is in its unit. Things that go with locked parents or with "the leftmost" get
/// units of their own.
std::vector<Unit> units_of(Site& site, int group);

/// A place for `unit` with a parent that stands already: pose in the room and what carries it.
struct Berth {
    Pose pose;
    int carrier = -1;
    double prior = 0; ///< less is better
};
std::vector<Berth> berths_of(Site const& site, Unit const& unit, Link const& link);

/// Ways to place the units of a group, the best looking first; each is a list of bodies. The last way is
/// always every unit for itself, unless a relation forbids it.
std::vector<std::vector<Unit>> ways_to_stand(Site& site, int group, std::vector<Unit> units);

/// Racks in rows with aisles (facts/scene.md 3): single rows at the ends, double rows back to back between.
std::vector<std::vector<Unit>> rack_blocks(Site const& site, int group, std::vector<Unit> const& units);

/// Units side by side along x, `space` between them, origins on one line.
Unit row_of(Site const& site, std::vector<Unit> const& units, double space);
/// One body of several, each at its pose.
Unit merged(Site const& site, std::vector<Unit> const& units, std::vector<Pose> const& poses);

Relation const* relation_of(Group const& group, RelationType type);

} // namespace soulvan::scene
