// The camera: presets, lenses, heights, what it looks at, how it moves; and what is delivered.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

void Grammar::aim(int group)
{
    if (group >= 0 && plan_.camera.subject.empty()) plan_.camera.subject = group_at(group).id;
}

bool Grammar::read_camera()
{
    bool const read = read_camera_word() || read_camera_move() || read_camera_measure() ||
                      (camera_ && read_camera_relation());
    camera_said_ = camera_said_ || camera_;
    return read;
}

bool Grammar::read_camera_word()
{
    Item const& it = item(at_);
    auto& camera = plan_.camera;
    if (it.is(Kind::cam) && !(it.is(Kind::thing) && at_ > 0 && item(at_ - 1).is_number())) {
        std::string const preset{it.value(Kind::cam)};
        bool const security =
            it.is(Kind::thing) &&
            !(at_ > 0 && (camera_ || item(at_ - 1).is(Kind::rel) || item(at_ - 1).word_is("a")));
        if (security) return false;
        // "looking down it", "looking down the aisle": along it, not from above
        bool const along =
            it.word == "looking down" && !item(at_ + 1).is(Kind::rel) && item(at_ + 1).mark == 0;
        if (along) return ++at_, true;
        if (preset == "static")
            camera.move.type = "static";
        else if (preset == "orthographic")
            camera.orthographic = true;
        else if (preset == "shallow")
            camera.fstop = camera.fstop.value_or(2.8);
        else if (preset == "telephoto")
            camera.focal_mm = camera.focal_mm.value_or(85);
        else
            camera.preset = preset;
        content_ = true;
        bool const camera_word = item(at_ + 1).word_is("camera");
        ++at_;
        if (camera_word) ++at_;
        camera_ = true;
        if (it.word.ends_with(" of")) { // "close up of"
            camera_ = false;
            wants_subject_ = true;
        } else if (item(at_).is(Kind::rel, "of")) { // "isometric view of a small warehouse"
            ++at_;
            camera_ = false;
            wants_subject_ = preset == "close_up" || preset == "low";
        }
        return true;
    }
    if (it.word_is("camera")) {
        bool const of = item(at_ + 1).is(Kind::rel, "of");
        camera_ = !of;
        at_ += of ? 2 : 1;
        subject_ = {};
        hosting_ = false;
        return true;
    }
    if (it.word_is("focus") && (camera_ || item(at_ + 1).word_is("the") || item(at_ + 1).is(Kind::thing))) {
        camera_ = true;
        std::size_t i = at_ + 1;
        Ref const ref = target(i);
        at_ = i;
        if (ref.group >= 0) camera.subject = group_at(ref.group).id;
        return true;
    }
    if (it.word_is("lens")) return ++at_, camera_ = true, true;
    // "f/2.8", "f 2.8"
    if (it.word_is("aperture") &&
        (item(at_ + 1).is_number() || (item(at_ + 1).mark == '/' && item(at_ + 2).is_number()))) {
        std::size_t const number = at_ + (item(at_ + 1).mark == '/' ? 2 : 1);
        double const f = item(number).numbers[0];
        if (f >= 0.5 && f <= 64) camera.fstop = f;
        at_ = number + 1;
        return true;
    }
    return false;
}

bool Grammar::read_camera_move()
{
    Item const& it = item(at_);
    if (!it.is(Kind::move)) return false;
    std::string_view const word = it.word;
    // What only a camera does; "moves", "track", "circle" need one that was named, or the clause's first
    // place.
    static std::set<std::string_view> const own{
        "pan",       "pans",         "panning",    "dolly",         "dollies",         "orbit",
        "orbits",    "orbiting",     "crane shot", "tracking shot", "travelling shot", "dolly shot",
        "pan shot",  "panning shot", "orbit shot", "arc shot",      "turntable",       "zoom in",
        "zoom out",  "zooms in",     "zooms out",  "fly through",   "flythrough",      "walkthrough",
        "tilt",      "tilts",        "camera pan", "crane up",      "crane down",      "push in",
        "pull back", "360 shot",     "jib shot",   "crane"};
    bool const first = begins_clause(at_) && !follow_up_;
    bool const turning = at_ > 0 && item(at_ - 1).is_measure(Dim::angle);
    if (!camera_ && !own.contains(word) && !first && !turning) return false;
    if (it.is(Kind::thing) && !camera_ && !item(at_ + 1).is(Kind::dir)) return false; // a frying pan
    auto& move = plan_.camera.move;
    std::string const type{it.value(Kind::move)};
    if (type == "tilt") {
        camera_ = true;
        return ++at_, true;
    }
    if (move.type.empty() || move.type == "static") move.type = type;
    if (word.find("out") != word.npos || word.find("back") != word.npos)
        move.direction = "out";
    else if (type == "dolly" && (word.find(" in") != word.npos || word.find("zoom") != word.npos ||
                                 word.find("advance") != word.npos))
        move.direction = "in";
    if (type == "crane")
        move.direction = word.find("desc") != word.npos || word.find("down") != word.npos ? "down" : "up";
    if (turning) move.degrees = item(at_ - 1).numbers[0];
    camera_ = content_ = true;
    subject_ = {};
    hosting_ = false;
    ++at_;
    if (item(at_).word_is("camera")) ++at_;
    // "orbits around the forklift": the words of the form may hold the preposition already
    bool const around = word.find("around") != word.npos || type == "orbit";
    NounPhrase const next = noun_phrase(at_);
    if (around && next.head == NounPhrase::Head::thing) {
        std::size_t i = at_;
        Ref const ref = target(i);
        at_ = i;
        if (ref.group >= 0) {
            move.looks_at = group_at(ref.group).id;
            aim(ref.group);
            subject_ = ref;
            size_target_ = ref;
            camera_ = true;
        }
    }
    return true;
}

bool Grammar::read_camera_measure()
{
    Item const& it = item(at_);
    auto& camera = plan_.camera;
    if (it.numbers.size() != 1) return false;
    double const n = it.numbers[0];
    // "35 mm lens", "a focal length of 50 mm"
    bool const millimetres = it.is_measure(Dim::length) && it.unit == "mm" && n >= 0.008 && n <= 0.8;
    if (millimetres && (camera_ || camera_said_ || item(at_ + 1).word_is("lens"))) {
        camera.focal_mm = std::round(n * 1e4) / 10;
        camera_ = true;
        return ++at_, true;
    }
    bool const moving = !camera.move.type.empty() && camera.move.type != "static";
    if (it.is_measure(Dim::time) && moving) {
        camera.move.seconds = n;
        plan_.delivery.seconds = n;
        ++at_;
        if (item(at_).word_is("long_dim")) ++at_;
        return true;
    }
    if (it.is_measure(Dim::angle)) {
        if (moving && camera.move.type != "dolly") {
            camera.move.degrees = n;
            return ++at_, true;
        }
        if (item(at_ + 1).is(Kind::move)) return ++at_, true; // "a 360 degree turn"
        if (!camera_) return false;
        camera.pitch_deg =
            item(at_ + 1).is(Kind::dir, "up") || (at_ > 0 && item(at_ - 1).is(Kind::dir, "up")) ? n : -n;
        return ++at_, true;
    }
    if (!camera_ || !it.is_measure(Dim::length)) return false;
    Item const& next = item(at_ + 1);
    Item const& before = item(at_ == 0 ? items_.size() : at_ - 1);
    if (next.is(Kind::rel) && !next.is(Kind::rel, "above") && !next.is(Kind::rel, "in") &&
        !next.is(Kind::rel, "on") && !next.is(Kind::rel, "towards") && !next.is(Kind::rel, "across") &&
        !next.is(Kind::rel, "along") && !next.is(Kind::rel, "facing") && !next.is(Kind::rel, "at"))
        return false;
    if (camera.move.type == "crane" && before.is(Kind::rel, "away")) { // "from 1 m to 5 m"
        camera.height_m = n;
        return ++at_, true;
    }
    if (camera.move.type == "crane" && before.is(Kind::rel, "towards") && camera.height_m) {
        camera.move.distance_m = std::abs(n - *camera.height_m);
        return ++at_, true;
    }
    bool const height = next.word_is("high_dim") || next.is(Kind::dir, "up") || next.is(Kind::attr, "tall") ||
                        before.word_is("high_dim") || before.is(Kind::rel, "of") ||
                        before.is(Kind::rel, "at") || next.is(Kind::rel, "above") ||
                        (!moving && !camera.height_m);
    if (moving && !next.word_is("high_dim") && !before.word_is("high_dim") && !before.is(Kind::rel, "at") &&
        next.word != "above") {
        camera.move.distance_m = n;
        return ++at_, true;
    }
    if (!height) return false;
    if (n > 0.02 && n < 500) camera.height_m = n;
    ++at_;
    if (next.word_is("high_dim") || next.is(Kind::dir, "up") || next.is(Kind::attr, "tall"))
        ++at_;
    else if (next.is(Kind::rel, "above")) { // "above the floor"
        std::size_t i = at_ + 1;
        if (item(i).word_is("the")) ++i;
        if (item(i).is(Kind::part, "floor")) at_ = i + 1;
    }
    return true;
}

bool Grammar::read_camera_relation()
{
    Item const& it = item(at_);
    auto& camera = plan_.camera;
    bool const preposition_too = it.is(Kind::rel) && noun_phrase(at_ + 1).head != NounPhrase::Head::none;
    if (it.is(Kind::dir) && !noun_follows_dir() && !preposition_too) {
        std::string const dir{it.value(Kind::dir)};
        bool const from =
            at_ > 0 && (item(at_ - 1).is(Kind::rel, "away") ||
                        (item(at_ - 1).word_is("the") && at_ > 1 && item(at_ - 2).is(Kind::rel, "away")));
        if (!camera.move.type.empty() && !from && dir != "down")
            camera.move.direction = dir;
        else if (!camera.move.type.empty() && !from && camera.move.type != "dolly")
            camera.move.direction = dir;
        else if (camera.move.type.empty() && dir == "down" && !camera.pitch_deg &&
                 !item(at_ + 1).is_measure(Dim::angle))
            looking_down_ = true;
        return ++at_, true;
    }
    if (!it.is(Kind::rel) && !it.is(Kind::part)) return false;
    std::string const preposition = it.is(Kind::rel) ? std::string(it.value(Kind::rel)) : "at";
    if (preposition == "with" || preposition == "without" || preposition == "have") {
        camera_ = preposition != "with" || item(at_ + 2).word_is("lens") || item(at_ + 3).word_is("lens") ||
                  item(at_ + 1).is_measure(Dim::length);
        return camera_ ? (++at_, true) : false;
    }
    std::size_t i = at_ + (it.is(Kind::rel) ? 1 : 0);
    if (preposition == "of") {
        bool const measure = item(i).is_measure(Dim::length) || item(i).word_is("about");
        if (!measure) camera_ = false;
        return at_ = i, true;
    }
    while (item(i).word_is("filler")) ++i;
    bool const place = it.is(Kind::rel) || it.is(Kind::part);
    Item const& next =
        item(i + (item(i).word_is("the") || item(i).word_is("a") || item(i).word_is("each") ? 1 : 0));
    if (next.is(Kind::cam) || next.word_is("high_dim") || next.is_measure(Dim::length) ||
        next.word_is("camera") || next.is(Kind::attr, "tall") || next.is(Kind::attr, "low"))
        return at_ = i, true;
    Ref const ref = place ? target(i) : Ref{};
    if (!ref.ok()) return at_ = std::max(i, at_ + 1), true;
    at_ = i;
    if (ref.part == "corner")
        camera.in_corner = ref.wall.find('_') != std::string::npos ? ref.wall : "any";
    else if (ref.part == "aisle" || ref.part == "aisle_end") {
        int const rows = racks();
        if (rows >= 0) camera.in_aisle = group_at(rows).id;
        if (preposition == "end_of" || ref.part == "aisle_end") camera.at_end_of_aisle = true;
    } else if (ref.part == "entrance")
        camera.from = "door";
    else if (ref.room >= 0) {
        if (preposition == "into" || preposition == "in" || preposition == "across" ||
            preposition == "above") {
            camera_ = false;
            subject_ = ref;
        }
    } else if (ref.group >= 0) {
        auto const& id = group_at(ref.group).id;
        bool const door = is_a(group_at(ref.group).category, "door");
        bool const stands = preposition == "away" || preposition == "behind" || preposition == "near" ||
                            preposition == "next_to" || preposition == "in_front_of" || preposition == "on" ||
                            preposition == "in";
        if (stands && camera.move.type.empty() && door)
            camera.from = "door";
        else if (stands && camera.move.type.empty() && preposition == "behind")
            camera.from = "behind", aim(ref.group);
        else if (stands && camera.move.type.empty() && preposition != "in_front_of")
            camera.from = id;
        else {
            camera.subject = id;
            if (camera.move.type == "orbit" || preposition == "towards") camera.move.looks_at = id;
            if (preposition == "towards" && camera.move.type.empty()) camera.move.type = "dolly";
            if (preposition == "towards" && camera.move.type == "dolly" && camera.move.direction.empty())
                camera.move.direction = "in";
        }
        // what follows describes the thing: "a row of five desks in two groups"
        subject_ = size_target_ = ref;
    }
    content_ = true;
    return true;
}

bool Grammar::noun_follows_dir() const
{
    return item(at_ + 1).is(Kind::thing) || item(at_ + 1).is(Kind::part) || item(at_ + 1).is(Kind::dir);
}

bool Grammar::read_delivery()
{
    Item const& it = item(at_);
    auto& out = plan_.delivery;
    auto const done = [&] { return content_ = true, ++at_, true; };
    if (it.word_is("res_4k")) return out.resolution = {3840, 2160}, done();
    if (it.word_is("res_fullhd")) return out.resolution = {1920, 1080}, done();
    if (it.word_is("res_hd")) return out.resolution = {1280, 720}, done();
    if (it.is_measure(Dim::fps)) {
        if (it.numbers[0] >= 1 && it.numbers[0] <= 240) out.fps = it.numbers[0];
        return done();
    }
    if (it.is_measure(Dim::time)) {
        if (it.numbers[0] > 0 && it.numbers[0] <= 3600) out.seconds = it.numbers[0];
        done();
        if (item(at_).word_is("long_dim") || item(at_).word_is("scene")) ++at_;
        return true;
    }
    if (it.is_measure(Dim::pixels) && it.numbers.size() == 1) {
        int const height = static_cast<int>(std::min(it.numbers[0], 16384.0));
        out.resolution = {height * 16 / 9 / 2 * 2, height};
        return done();
    }
    bool const pair = it.numbers.size() == 2 && (it.dim == Dim::none || it.dim == Dim::pixels);
    if (pair && it.numbers[0] >= 320 && it.numbers[1] >= 160 && it.numbers[0] <= 16384 &&
        it.numbers[1] <= 16384) {
        out.resolution = {static_cast<int>(it.numbers[0]), static_cast<int>(it.numbers[1])};
        return done();
    }
    if (it.word == "k" || it.word == "4 k") return ++at_, true;
    return false;
}

} // namespace soulvan::scene
