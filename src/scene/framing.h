// What makes a good picture of a layout? Scores for views, over boxes.
#pragma once

#include "view.h"

#include "soulvan/scene/plan.h"

#include <set>
#include <string>
#include <vector>

namespace soulvan::scene {

/// A thing that the picture is of.
struct Subject {
    Body const* body;
    double weight; ///< of all; the things of what is named first weigh most
};

Vec3d centre_of(Solid const& solid);

/// Judges views of one room. Keeps references: `room` and `bodies` outlive it.
class Framing {
public:
    Framing(Plan const& plan, Room const& room, std::vector<Body> const& bodies);

    std::vector<Subject> const& subjects() const { return subjects_; }
    /// The weighted middle of the subjects; of the room without any.
    Vec3d middle() const;
    /// How far a level picture's window moves so that the subjects stand in its middle (View::shift_y): down
    /// in rooms whose furniture is below the eye, a little up before what is tall.
    double shift_for(View const& view) const;
    /// What needs no rays: subjects in the picture, whole and of a good size, depth before the camera.
    double rough_score(View const& view) const;
    /// What needs rays: is it really seen, does something stand in the way, is the picture full? Adds to the
    /// rough one.
    double fine_score(View const& view) const;

private:
    int intruders(View const& view) const;
    double cut_off(View const& view) const;
    double shown_fronts(View const& view) const;
    double sizes(View const& view) const;
    double kept_in(View const& view) const;
    double distance_to_wall(View const& view) const;
    double filled(View const& view) const;
    double crowding(View const& view) const;

    Room const& room_;
    std::vector<Body> const& bodies_;
    std::vector<Subject> subjects_;
    std::set<std::string, std::less<>> named_; ///< groups that the sentence names
};

} // namespace soulvan::scene
