// What does a place hold that nobody mentions? Real halls are full of things.
#include "soulvan/scene/planner.h"

#include "structure.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace soulvan::scene {

namespace data {
extern std::string_view const places_tsv;
} // namespace data

namespace {

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    for (;;) {
        auto const end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == text.npos) return pieces;
        text = text.substr(end + 1);
    }
}

double number(std::string_view text)
{
    double value = 0;
    auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    SOULVAN_CHECK(error == std::errc() && stop == text.data() + text.size());
    return value;
}

struct SizeRow {
    std::string_view environment, word;
    double width, depth, height;
};
struct ThingRow {
    std::string_view environment, category;
    int count;
    double per_100_m2;
    int most;
    std::string_view how, attributes;
};

struct PreferRow {
    std::string_view environment, category, meant;
};

struct Places {
    std::vector<PreferRow> preferences;
    std::vector<SizeRow> sizes;
    std::vector<ThingRow> things;

    static Places const& standard()
    {
        static Places const places = [] {
            Places read;
            for (auto const line : split(data::places_tsv, '\n')) {
                if (line.empty() || line.starts_with('#')) continue;
                auto const cell = split(line, '\t');
                SOULVAN_CHECK(cell.size() >= (cell[0] == "prefer" ? 4 : 6));
                if (cell[0] == "prefer")
                    read.preferences.push_back({cell[1], cell[2], cell[3]});
                else if (cell[0] == "size")
                    read.sizes.push_back(
                        {cell[1], cell[2], number(cell[3]), number(cell[4]), number(cell[5])});
                else
                    read.things.push_back({cell[1], cell[2], static_cast<int>(number(cell[3])),
                                           number(cell[4]), static_cast<int>(number(cell[5])),
                                           cell.size() > 6 ? cell[6] : "", cell.size() > 7 ? cell[7] : ""});
            }
            return read;
        }();
        return places;
    }
    /// The row of an environment and a size word, else its ordinary one, else that of a plain room.
    SizeRow const& size_of(std::string_view environment, std::string_view word) const
    {
        SizeRow const* ordinary = nullptr;
        SizeRow const* plain = nullptr;
        for (auto const& row : sizes) {
            if (row.environment == environment && row.word == word) return row;
            if (row.environment == environment && row.word.empty()) ordinary = &row;
            if (row.environment == "room" && row.word.empty()) plain = &row;
        }
        return ordinary ? *ordinary : *plain;
    }
};

class Furnisher {
public:
    Furnisher(Plan plan, catalog::Catalog const& catalog) : plan_(std::move(plan)), catalog_(catalog) {}

    Plan furnish()
    {
        for (auto& room : plan_.rooms) {
            prefer_what_fits(room);
            add_things(room);
            open_dock_doors(room);
            size_room(room);
        }
        if (plan_.camera.preset.empty() && plan_.camera.in_aisle.empty()) plan_.camera.preset = "eye_level";
        if (plan_.light.time_of_day.empty()) plan_.light.time_of_day = "day";
        if (plan_.light.fog) {
            Warning const told{"not_drawn", "Fog is not drawn yet: the sky is overcast instead."};
            if (std::ranges::count(plan_.report.warnings, told) == 0) plan_.report.warnings.push_back(told);
        }
        return std::move(plan_);
    }

private:
    bool in_room(Group const& group, RoomPlan const& room) const
    {
        return group.room == room.id || (group.room.empty() && &room == &plan_.rooms.front());
    }

    /// Whether the sentence speaks of this kind of thing: its own category, one above or one below.
    bool is_spoken_of(std::string_view category) const
    {
        auto const& tree = catalog::Categories::standard();
        // Who names one person means this person: nobody else walks in.
        bool const person = tree.is_a(category, "character");
        auto const related = [&](std::string_view other) {
            return tree.is_a(category, other) || tree.is_a(other, category) ||
                   (person && tree.is_a(other, "character"));
        };
        return std::ranges::any_of(plan_.groups,
                                   [&](Group const& g) { return !g.implied && related(g.category); }) ||
               std::ranges::any_of(plan_.excluded, related) || is_part_of_what_is_spoken_of(category);
    }

    /// Loads are pallets with boxes on them: where the sentence counts those, no more are added.
    bool is_part_of_what_is_spoken_of(std::string_view category) const
    {
        static std::set<std::string, std::less<>> const loads{"pallet_load", "wrapped_load", "pallet"};
        if (!loads.contains(category)) return false;
        auto const& tree = catalog::Categories::standard();
        auto const counts = [&](std::string_view other) {
            return tree.is_a(other, "pallet") || tree.is_a(other, "box") || tree.is_a(other, "pallet_load");
        };
        return std::ranges::any_of(plan_.groups,
                                   [&](Group const& g) { return !g.implied && counts(g.category); }) ||
               std::ranges::any_of(plan_.excluded, counts);
    }

    /// The group of a category in this room, stated or implied.
    Group* partner(std::string_view category, RoomPlan const& room)
    {
        auto const& tree = catalog::Categories::standard();
        for (auto& group : plan_.groups)
            if (in_room(group, room) && tree.is_a(group.category, category)) return &group;
        return nullptr;
    }

    /// A dock at work has its doors open, and daylight in them.
    void open_dock_doors(RoomPlan const& room)
    {
        if (room.environment != "loading_dock") return;
        for (auto& group : plan_.groups) {
            auto const is_open = [](auto const& parameter) { return parameter.first == "open"; };
            bool const said = std::ranges::any_of(group.parameters, is_open) ||
                              std::ranges::count(group.attributes, "open") > 0 ||
                              std::ranges::count(group.attributes, "closed") > 0;
            if (in_room(group, room) && group.category == "dock_door" && !said)
                group.parameters.emplace_back("open", "1");
        }
    }

    /// A chair in an office is an office chair, unless the sentence describes one that the catalogue has.
    void prefer_what_fits(RoomPlan const& room)
    {
        for (auto const& row : Places::standard().preferences)
            for (auto& group : plan_.groups) {
                if (row.environment != room.environment || group.category != row.category ||
                    !in_room(group, room) || !group.asset.empty())
                    continue;
                std::set<std::string> wanted(group.attributes.begin(), group.attributes.end());
                for (char const* size : {"large", "small", "big", "long", "tall", "low"}) wanted.erase(size);
                auto const shared = [&](std::string_view category) {
                    auto const choices = catalog_.of_category(category, wanted);
                    if (choices.empty()) return std::ptrdiff_t{-1};
                    return std::ranges::count_if(choices.front()->attributes,
                                                 [&](auto const& word) { return wanted.contains(word); });
                };
                if (auto const fit = shared(row.meant); fit >= 0 && fit >= shared(group.category))
                    group.category = row.meant;
            }
    }

    void add_things(RoomPlan const& room)
    {
        std::erase_if(plan_.groups, [&](Group const& g) { return g.implied && in_room(g, room); });
        if (room.empty) return;
        std::string_view const place = place_of(room);
        auto const area = room.width && room.depth ? *room.width * *room.depth : ordinary_area(room);
        for (auto const& row : Places::standard().things) {
            if (row.environment != place || is_spoken_of(row.category)) continue;
            if (catalog_.of_category(row.category).empty()) continue;
            auto group = group_of(row, room, area);
            if (group && group->count > 0) plan_.groups.push_back(std::move(*group));
        }
    }

    /// The rows that furnish a room: open ground by its kind.
    std::string_view place_of(RoomPlan const& room) const
    {
        if (room.environment != "outdoor") return room.environment;
        auto const ground = ground_of(plan_, room.environment);
        return ground == "yard" ? "works_yard" : ground == "park" ? "outdoor" : ground;
    }

    double ordinary_area(RoomPlan const& room) const
    {
        auto const& size = Places::standard().size_of(room.environment, room.size_word);
        return size.width * size.depth;
    }

    std::optional<Group> group_of(ThingRow const& row, RoomPlan const& room, double area)
    {
        Group group{.category = std::string(row.category), .implied = true, .room = room.id};
        group.count = row.count + static_cast<int>(row.per_100_m2 * area / 100);
        if (row.most > 0) group.count = std::min(group.count, row.most);
        // Small rooms hold less.
        double const fill = area / ordinary_area({.environment = room.environment});
        if (fill < 0.7 && row.count > 1)
            group.count = std::max(1, static_cast<int>(std::lround(group.count * fill)));
        group.id = "set_" + group.category;
        if (plan_.find(group.id)) group.id += "_" + room.id;
        for (auto const word : split(row.attributes, ','))
            if (!word.empty()) group.attributes.emplace_back(word);
        for (auto const how : split(row.how, ' '))
            if (!arrange(group, split(how, ':'), room)) return std::nullopt;
        return group;
    }

    /// One word of the table as a relation; false when its partner is not there.
    bool arrange(Group& group, std::vector<std::string_view> const& how, RoomPlan const& room)
    {
        auto const word = how.front();
        auto const argument = how.size() > 1 ? how[1] : std::string_view();
        Relation relation;
        if (word == "scatter" || word.empty()) return true;
        if (word == "wall" || word == "at") {
            auto const* category = catalog::Categories::standard().find(group.category);
            bool const hangs = category && category->mount == catalog::Mount::wall;
            if (word == "at") {
                if (!group.relations.empty()) group.relations.back().min_m = number(argument);
                return true;
            }
            relation.type = hangs ? RelationType::on_wall : RelationType::against_wall;
            relation.wall = argument;
        } else if (word == "corner") {
            relation.type = RelationType::in_corner;
        } else if (word == "centre") {
            relation.type = RelationType::in_centre;
        } else if (word == "row") {
            relation.type = RelationType::in_row;
            relation.n = 1;
        } else if (word == "grid") {
            relation.type = RelationType::in_grid;
            relation.n = std::max(1, static_cast<int>(std::lround(std::sqrt(group.count * 0.75))));
        } else if (word == "stack") {
            relation.type = RelationType::stacked;
            relation.n = static_cast<int>(number(argument));
        } else if (word == "yard") { // a truck that comes to the dock stands outside
            group.room.clear();
            return true;
        } else if (word == "racks") {
            relation.type = RelationType::aisle;
            relation.min_m = 3.2;
        } else {
            return arrange_with(group, word, how, room);
        }
        group.relations.push_back(relation);
        return true;
    }

    bool arrange_with(Group& group, std::string_view word, std::vector<std::string_view> const& how,
                      RoomPlan const& room)
    {
        auto* other = partner(how.at(1), room);
        if (!other) return false;
        Relation relation{.other = other->id};
        if (word == "near") {
            relation.type = RelationType::near;
            relation.max_m = number(how.at(2));
        } else if (word == "before" || word == "behind") {
            relation.type = word == "before" ? RelationType::in_front_of : RelationType::behind;
            relation.frame = "object";
            relation.max_m = number(how.at(2));
        } else if (word == "facing") {
            relation.type = RelationType::facing;
            relation.angle_deg = 40;
        } else if (word == "away") {
            relation.type = RelationType::facing_away;
            relation.angle_deg = 80;
        } else if (word == "carried") {
            relation.type = RelationType::carried_by;
        } else if (word == "on") {
            relation.type = RelationType::on;
            group.count = std::min(group.count, 2 * other->count);
        } else if (word == "around") {
            relation.type = RelationType::around;
            relation.max_m = 0.8;
        } else {
            // each, each_on, around_each: as many for every one of the others.
            int const n = static_cast<int>(number(how.at(2)));
            group.count = n * other->count;
            relation.type = word == "each_on" ? RelationType::on : RelationType::around;
            relation.n = n;
            if (word == "around_each") relation.max_m = 0.8;
            if (word == "each") {
                // Somebody who asks for desks alone gets desks alone, and may ask for chairs next.
                if (!other->implied) return false;
                other->relations.push_back(
                    {.type = RelationType::each_has, .other = group.id, .max_m = 0.9, .n = n});
                relation = {.type = RelationType::facing, .other = other->id, .max_m = {}, .n = 0};
            }
        }
        group.relations.push_back(relation);
        return true;
    }

    /// Floor that the groups need, with the ways between them.
    double needed_area(RoomPlan const& room) const
    {
        double area = 0;
        for (auto const& group : plan_.groups) {
            if (!in_room(group, room)) continue;
            auto const* category = catalog::Categories::standard().find(group.category);
            if (!category || category->mount != catalog::Mount::floor || category->architecture) continue;
            if (is_outside(group, room)) continue;
            auto const choices = catalog_.of_category(group.category);
            if (choices.empty()) continue;
            auto const size = choices.front()->bounds.size();
            auto const& free = choices.front()->clearance;
            double const way = 0.5 + 0.25 * std::max(size.x, size.z);
            area += group.count * (size.x + free.left + free.right + way) *
                    (size.z + free.front + free.back + way);
        }
        return area;
    }

    /// For what the sentence names and is taller than such a room usually is.
    double needed_height(RoomPlan const& room) const
    {
        double height = 0, drop = lamps_drop_m(room.environment);
        for (auto const& group : plan_.groups) {
            if (!in_room(group, room) || group.implied) continue;
            auto const* category = catalog::Categories::standard().find(group.category);
            auto const choices = catalog_.of_category(group.category);
            if (!category || choices.empty() || is_outside(group, room)) continue;
            double const top = choices.front()->bounds.max.y;
            if (top < 6) height = std::max(height, top + room_for_lamps(*category, top, drop) + 0.1);
        }
        return std::ceil(height * 10) / 10;
    }

    /// Trucks stand in the dock's yard.
    static bool is_outside(Group const& group, RoomPlan const& room)
    {
        return room.environment == "loading_dock" &&
               catalog::Categories::standard().is_a(group.category, "truck");
    }

    void size_room(RoomPlan& room) const
    {
        auto const& usual = Places::standard().size_of(room.environment, room.size_word);
        bool const open_width = !room.width, open_depth = !room.depth;
        double width = room.width.value_or(usual.width), depth = room.depth.value_or(usual.depth);
        double const need = needed_area(room) * 1.15;
        // What is not stated grows until everything has its place.
        if (need > width * depth) {
            if (open_width && open_depth) {
                double const grow = std::sqrt(need / (width * depth));
                width *= grow;
                depth *= grow;
            } else if (open_width) {
                width = std::min(need / depth, 200.0);
            } else if (open_depth) {
                depth = std::min(need / width, 200.0);
            }
        }
        room.width = open_width ? std::round(width * 10) / 10 : width;
        room.depth = open_depth ? std::round(depth * 10) / 10 : depth;
        if (!room.height)
            room.height = is_open(room.environment) ? 0 : std::max(usual.height, needed_height(room));
    }

    Plan plan_;
    catalog::Catalog const& catalog_;
};

} // namespace

Result<Plan> furnish(Plan plan, catalog::Catalog const& catalog)
{
    if (plan.outcome != Outcome::scene) return plan;
    if (plan.rooms.empty()) return fail(Errc::invalid_input, "the plan has no room");
    return Furnisher(std::move(plan), catalog).furnish();
}

} // namespace soulvan::scene
