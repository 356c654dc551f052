// The plan: what a scene shall hold, in relations and counts. No coordinates.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/base/math.h"
#include "soulvan/base/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::scene {

/// What the planner made of a sentence.
enum class Outcome {
    scene,
    clarify, ///< `question` says what is missing
    reject,  ///< not a request for a scene; `message` says so
};

enum class RelationType {
    near,
    far,
    distance,
    in_front_of,
    behind,
    left_of,
    right_of,
    facing,
    facing_away,
    opposite,
    on,
    on_or_stacked_on,
    under,
    stacked,
    carried_by,
    on_wall,
    against_wall,
    leaning_on_wall,
    in_corner,
    in_centre,
    hanging_from_ceiling,
    between,
    around,
    group,
    each_has,
    each_has_on,
    in_row,
    in_grid,
    aisle,
    in_aisle,
    back_to_back,
    facing_rows,
    clusters,
    spaced,
    clear,
    clear_behind,
    keep_free,
    sorted_by_size,
    at_end_of,
    in_area,
};
std::string_view name_of(RelationType type);
std::optional<RelationType> relation_type(std::string_view name);

/// One wish about where the things of a group stand. Distances are gaps between footprints, in metres.
struct Relation {
    RelationType type = RelationType::near;
    /// The other group's id; "" when the relation is to the room. `other2` for `between`.
    std::string other, other2;
    /// Which of the other group: "leftmost", "rightmost", "middle", "first", "last", "nearest"; "": any.
    std::string which;
    /// "north", "south", "east", "west", "left", "right", "back", "front"; "": any wall.
    std::string wall;
    std::string frame; ///< "view" or "object"; "": either reading is right
    std::optional<double> min_m, max_m;
    std::optional<double> angle_deg;
    int n = 0;     ///< each_has: how many; in_row: rows; in_grid: columns; stacked: levels; clusters
    int m = 0;     ///< in_row: per row; clusters: size
    int quant = 0; ///< how many of the group; 0: all
    bool alternating = false; ///< every second one
    bool mutual = false;
    std::string area; ///< in_area: "storage", "packing", "walkway", … of the environment
    friend bool operator==(Relation const&, Relation const&) = default;
};

/// Some things of one category.
struct Group {
    std::string id;       ///< "forklifts", unique, [a-z0-9_]; stable over edits
    std::string category; ///< of the catalogue: "forklift"
    int count = 1;
    bool count_stated = false; ///< the sentence said it; else it may be lowered when the room is full
    /// Added by us so that the place is not bare; never of a category that the sentence states or excludes.
    bool implied = false;
    std::vector<std::string> attributes;                         ///< "yellow", "wooden", "tall", "open"
    std::vector<std::pair<std::string, std::string>> parameters; ///< of generators: {"levels", "4"}
    std::optional<std::array<double, 3>> size_m; ///< stated width, depth, height; 0: not stated
    std::string asset;                           ///< an exact asset key that was asked for; "": choose
    std::vector<Relation> relations;
    std::string room;  ///< id of its room; "": the first
    std::string words; ///< the span of the sentence that it comes from: "3 forklifts"
    friend bool operator==(Group const&, Group const&) = default;
};

/// One room or place.
struct RoomPlan {
    std::string id = "room";
    std::string environment; ///< "warehouse", "office", "meeting_room", "loading_dock", "outdoor", "room", …
    std::optional<double> width, depth, height; ///< metres: east-west, north-south, up; absent: choose
    bool size_stated = false;
    bool windows = true;
    bool empty = false;    ///< "an empty room": nothing but what is stated
    std::string size_word; ///< "small", "large", "huge"; "": ordinary
    friend bool operator==(RoomPlan const&, RoomPlan const&) = default;
};

struct CameraMove {
    std::string type;      ///< "dolly", "pan", "orbit", "crane", "static"; "": a short default move
    std::string direction; ///< "left", "right", "in", "out", "up", "down", "clockwise", …
    std::optional<double> distance_m, degrees, radius_m, seconds;
    std::string looks_at; ///< group id
    friend bool operator==(CameraMove const&, CameraMove const&) = default;
};

struct CameraPlan {
    /// "eye_level", "seated", "low", "high", "cctv", "top", "isometric", "close_up", "wide"; "": choose
    std::string preset;
    std::optional<double> height_m, pitch_deg, focal_mm, fstop;
    std::string subject;   ///< group id; "": what the sentence names, in its order
    std::string in_corner; ///< "any" or a wall pair such as "north_east"
    std::string in_aisle;  ///< group id of the rows whose aisle it looks along
    bool at_end_of_aisle = false;
    bool orthographic = false;
    std::string from; ///< a place word: "door", "above", "behind"; or a group id
    CameraMove move;
    friend bool operator==(CameraPlan const&, CameraPlan const&) = default;
};

struct LightPlan {
    std::string
        time_of_day; ///< "dawn", "morning", "day", "noon", "afternoon", "golden_hour", "dusk", "night"
    std::string sky; ///< "clear", "overcast"; "": the environment's
    bool fog = false;
    std::optional<bool> artificial_on;
    std::optional<double> cct_k; ///< of the artificial lights
    std::string mood;            ///< "warm", "cold", "dim", "bright", "dramatic"; "": plain
    std::string only_above;      ///< group id or "first_aisle": nothing else is lit
    friend bool operator==(LightPlan const&, LightPlan const&) = default;
};

struct Delivery {
    std::optional<double> seconds;
    std::optional<double> fps;
    std::optional<std::pair<int, int>> resolution;
    friend bool operator==(Delivery const&, Delivery const&) = default;
};

/// A category that was asked for and how many assets could serve.
struct Found {
    std::string category;
    int matches = 0;
    friend bool operator==(Found const&, Found const&) = default;
};

/// A word that nothing in the catalogue serves.
struct Missing {
    std::string word;
    std::vector<std::string> alternatives; ///< names of categories or assets that exist
    std::string substituted_by;            ///< "" when nothing stands in
    friend bool operator==(Missing const&, Missing const&) = default;
};

struct Warning {
    std::string code; ///< "typo", "too_many", "assumed", "conflict", …
    std::string text; ///< a sentence
    friend bool operator==(Warning const&, Warning const&) = default;
};

struct Report {
    std::vector<Found> found;
    std::vector<Missing> missing;
    std::vector<std::string> not_understood; ///< content words that had no effect, as typed
    std::vector<Warning> warnings;
    friend bool operator==(Report const&, Report const&) = default;
};

/// A change to objects of the previous layout that relations cannot say.
struct Edit {
    std::string action;    ///< "move", "rotate", "scale", "remove", "replace"
    std::string group;     ///< id
    std::string which;     ///< as Relation::which; "": all
    int count = 0;         ///< "remove": how many; 0: all that `which` names
    std::string direction; ///< "left", "right", "forward", "back", "up", "north", … or "clockwise"
    std::string frame;     ///< "view" or "object" or "world"
    double distance_m = 0, degrees = 0, factor = 1;
    std::string toward; ///< group id, with `action` "move"
    friend bool operator==(Edit const&, Edit const&) = default;
};

/// Everything that a sentence asks for. Equal sentences, seeds and catalogues give equal plans.
struct Plan {
    Outcome outcome = Outcome::scene;
    std::string message;                ///< "Found 5 forklifts, 12 shelving units. …"
    std::string question;               ///< of outcome clarify
    std::vector<std::string> sentences; ///< every turn, oldest first
    std::uint64_t seed = 0;
    std::string style;           ///< "modern", "rustic", …; "": none stated
    std::vector<RoomPlan> rooms; ///< at least one in a scene
    std::vector<Group> groups;
    std::vector<std::string> excluded; ///< categories that must not appear
    CameraPlan camera;
    LightPlan light;
    Delivery delivery;
    std::vector<Edit> edits; ///< of the last turn; carried out by the solver on the previous layout
    Report report;

    RoomPlan const& room() const { return rooms.front(); }
    std::string const& environment() const { return rooms.front().environment; }
    Group const* find(std::string_view id) const;
    friend bool operator==(Plan const&, Plan const&) = default;
};

/// api/schemas/plan.schema.json. read(write(p)) == p.
Json plan_to_json(Plan const& plan);
/// Errors  invalid_input: "plan.json: /groups/2/count: what".
Result<Plan> plan_from_json(Json const& json);

} // namespace soulvan::scene
