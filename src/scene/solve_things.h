// Things: one for every object of the plan, with an id that stays, kept from the previous layout where it can
// be.
#pragma once

#include "solve_site.h"

namespace soulvan::scene {

/// What the solver knows of the previous layout while it makes the next.
struct Continuity {
    Layout const* previous = nullptr;
    bool same_rooms = false; ///< doors, windows and everything in it may keep their place
    std::map<std::string, int> numbers;
    std::map<std::string, std::string> fingerprints;
};

/// Whether the rooms of `previous` are those that the plan asks for.
bool rooms_unchanged(Plan const& plan, Layout const& previous);

/// Makes the things of all groups, `counts[i]` of the i-th: first those that `previous` had, at their old
/// poses and locked where the group did not change, then new ones with new ids. Chooses assets.
void make_things(Site& site, std::vector<int> const& counts, Continuity& continuity);

/// What a group says about how its things look, and about where they stand.
std::string fingerprint(Group const& group);

/// Puts the locked things where they stood; unlocks those of groups whose wishes changed and no longer hold.
void stand_locked(Site& site, Continuity const& continuity);

/// How many things of each group there are after this turn's removals.
void remove_things(Site& site);
void drop(Site& site, int thing);

/// Moves, turns and scales as the plan's edits say, with all that goes with a thing; shifts as little as
/// possible where the way is blocked, and says so.
void apply_edits(Site& site);

} // namespace soulvan::scene
