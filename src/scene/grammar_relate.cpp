// What a preposition asks of two things, or of a thing and a part of the room.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

void Grammar::relate(Ref const& subject, std::string_view preposition, Ref const& to,
                     Distance const& distance)
{
    if (subject.group < 0 || (to.group == subject.group && !to.self)) return;
    content_ = true;
    if (to.self) {
        std::string const own = group_at(subject.group).id;
        int before = -1;
        for (int const index : conjuncts_)
            if (index != subject.group) before = index;
        bool const alone = group_at(subject.group).count == 1 && before >= 0;
        Ref other = to;
        other.self = false;
        other.group = alone ? before : subject.group;
        if (preposition == "facing" || preposition == "opposite") {
            Relation const facing{.type =
                                      preposition == "facing" ? RelationType::facing : RelationType::opposite,
                                  .other = group_at(other.group).id,
                                  .angle_deg = 15,
                                  .mutual = true};
            add_relation(subject.group, facing);
            if (alone) {
                Relation back = facing;
                back.other = own;
                add_relation(before, back);
            }
            return;
        }
        relate_to_thing(subject.group, preposition, other, distance, 0);
        return;
    }
    // "a lamp on each side of the bed", "on both sides"
    bool const beside = to.each && (to.wall == "side" || to.part == "side");
    int const middle = to.group >= 0 ? to.group : hosting_ ? host_.group : -1;
    if (beside && middle >= 0 && middle != subject.group) {
        auto& guests = group_at(subject.group);
        int const hosts = std::max(1, group_at(middle).count);
        if (guests.count == 1 && new_groups_.contains(subject.group)) guests.count = 2 * hosts;
        countless_.erase(subject.group);
        if (guests.count == 0) guests.count = 2 * hosts;
        add_relation(middle, {.type = RelationType::each_has,
                              .other = guests.id,
                              .max_m = 1.0,
                              .n = std::max(1, guests.count / hosts)});
        return;
    }
    if (to.group >= 0 && (to.each || preposition == "per")) return distribute(subject.group, to, preposition);
    if (to.group >= 0) {
        relate_to_thing(subject.group, preposition, to, distance, subject.quant);
        return;
    }
    if (!to.part.empty()) relate_to_part(subject.group, preposition, to, distance, subject.quant);
}

void Grammar::add_relation(int index, Relation relation)
{
    auto& list = group_at(index).relations;
    // The later word wins over an earlier one of the same kind and target.
    std::erase_if(list, [&](Relation const& known) {
        return known.type == relation.type && known.other == relation.other && known.quant == relation.quant;
    });
    list.push_back(std::move(relation));
}

bool Grammar::relate_to_thing(int index, std::string_view preposition, Ref const& to, Distance const& how,
                              int quant)
{
    using enum RelationType;
    auto const& subject = group_at(index);
    Group const other = group_at(to.group);
    Relation relation;
    relation.other = other.id;
    relation.which = to.which;
    relation.quant = quant;
    bool const person = is_a(subject.category, "character");
    bool const chair = is_a(subject.category, "chair");
    bool const seat_at = is_a(other.category, "table") || is_a(other.category, "desk");
    // "two trucks at the doors": a door for each
    if (countless_.contains(to.group) && presumed_.contains(to.group) && subject.count > 1) {
        group_at(to.group).count = subject.count;
        countless_.erase(to.group);
    }
    double const far_enough = how.given ? how.metres : 4;
    auto const near_within = [&](double metres) {
        relation.type = near;
        relation.max_m = metres;
    };
    if (preposition == "near")
        near_within(person ? 2.5 : 1.5);
    else if (preposition == "next_to")
        near_within(0.5);
    else if (preposition == "against")
        near_within(0.2);
    else if (preposition == "within" || preposition == "across")
        near_within(1.5);
    else if (preposition == "far")
        relation.type = far, relation.min_m = far_enough;
    else if (preposition == "away")
        relation.type = how.given ? RelationType::distance : far;
    else if (preposition == "in_front_of")
        relation.type = in_front_of;
    else if (preposition == "behind")
        relation.type = behind;
    else if (preposition == "left_of")
        relation.type = left_of;
    else if (preposition == "right_of")
        relation.type = right_of;
    else if (preposition == "facing")
        relation.type = facing;
    else if (preposition == "facing_away")
        relation.type = facing_away;
    else if (preposition == "opposite")
        relation.type = opposite;
    else if (preposition == "towards")
        relation.type = facing;
    else if (preposition == "on" || preposition == "in" || preposition == "hanging_on") {
        bool const stack = is_a(other.category, "pallet") && preposition == "on";
        bool const carrier = is_a(other.category, "forklift") || is_a(other.category, "cart") ||
                             is_a(other.category, "pallet_jack");
        relation.type = carrier ? carried_by : stack ? on_or_stacked_on : on;
        auto const* kind = category_of(other.category);
        if (kind && kind->mount == catalog::Mount::wall) near_within(0.5);
        if (to.wall == "left" || to.wall == "right") relation.type = to.wall == "left" ? left_of : right_of;
    } else if (preposition == "under")
        relation.type = under;
    else if (preposition == "above") {
        auto const mount = mount_of(subject.category);
        bool const hangs = is_a(subject.category, "lamp") || mount == catalog::Mount::ceiling;
        if (hangs || mount != catalog::Mount::floor)
            add_relation(index, {.type = hangs ? hanging_from_ceiling : on_wall});
        near_within(hangs ? 0.0 : 0.3);
    } else if (preposition == "along") {
        near_within(1.0);
        if (subject.count > 2 || countless_.contains(index)) add_relation(index, {.type = in_row, .n = 1});
    } else if (preposition == "around") {
        relation.type = around;
        relation.max_m = chair ? 0.9 : 2.0;
    } else if (preposition == "between") {
        bool const aisle_between = to.part.empty() && is_a(other.category, "shelving");
        relation.type = aisle_between && !plan_.groups.empty() && other.count != 2 ? in_aisle : between;
        relation.other2 = to.part.starts_with("=") ? to.part.substr(1) : other.id;
        if (relation.type == in_aisle) relation.other2.clear();
    } else if (preposition == "at")
        near_within(seat_at ? 0.5 : 1.5);
    else if (preposition == "leaning")
        near_within(0.1);
    else if (preposition == "end_of")
        relation.type = near, relation.max_m = 1.0;
    else
        near_within(1.5);

    if (how.given) {
        double const m = how.metres;
        bool const exact = how.way == Distance::Way::exactly;
        if (relation.type == near && exact && preposition != "near") relation.type = RelationType::distance;
        if (relation.type == near && how.way == Distance::Way::at_least) relation.type = far;
        if (relation.type == RelationType::distance && how.way == Distance::Way::at_least)
            relation.type = far;
        if (relation.type == RelationType::distance && how.way == Distance::Way::at_most)
            relation.type = near;
        double const slack = std::max(0.05, 0.03 * m);
        relation.max_m = relation.type == far ? std::nullopt
                                              : std::optional(exact && relation.type != near ? m + slack : m);
        relation.min_m = relation.type == far             ? std::optional(m)
                         : exact && relation.type != near ? std::optional(std::max(0.0, m - slack))
                                                          : std::nullopt;
    }
    bool const potted = subject.category == "plant" || subject.category == "potted_plant";
    if (relation.type == on && potted && supports(other.category)) group_at(index).category = "table_plant";
    if (relation.type == facing) relation.angle_deg = 20;
    add_relation(index, relation);
    if ((relation.type == around && chair) || (preposition == "at" && seat_at && (chair || person)))
        add_relation(index, {.type = facing, .other = other.id, .angle_deg = 30, .quant = quant});
    return true;
}

bool Grammar::relate_to_part(int index, std::string_view preposition, Ref const& to, Distance const& how,
                             int quant)
{
    using enum RelationType;
    auto const& category = group_at(index).category;
    auto const add = [&](Relation relation) {
        relation.quant = quant;
        if (relation.wall.empty()) relation.wall = to.wall;
        add_relation(index, std::move(relation));
        return true;
    };
    auto const limit = how.given ? std::optional(how.metres) : std::nullopt;
    if (to.part == "wall") {
        bool const shelf = category == "shelving" || category == "shelf_unit" || category == "bookcase";
        if (shelf && (preposition == "on" || preposition == "hanging_on"))
            group_at(index).category = "wall_shelf";
        bool const hangs = mount_of(category) == catalog::Mount::wall;
        if (preposition == "facing" || preposition == "towards")
            return add({.type = facing, .angle_deg = 20});
        if (preposition == "leaning") return add({.type = leaning_on_wall});
        if (preposition == "on" || preposition == "hanging_on" || preposition == "hanging" ||
            (hangs && (preposition == "at" || preposition == "along")))
            return add({.type = on_wall});
        bool const line = preposition == "along" && (group_at(index).count > 2 || countless_.contains(index));
        bool const asked =
            std::any_of(group_at(index).relations.begin(), group_at(index).relations.end(),
                        [](Relation const& r) { return r.type == in_row || r.type == in_grid; });
        if (line && !asked) add_relation(index, {.type = in_row, .n = 1});
        return add({.type = against_wall,
                    .max_m = limit                   ? limit
                             : preposition == "near" ? std::optional(1.0)
                                                     : std::nullopt});
    }
    if (to.part == "corner") {
        if ((to.each || to.quant > 1) && (new_groups_.contains(index) || countless_.contains(index))) {
            int const corners = to.each ? 4 : std::min(4, to.quant);
            auto& things = group_at(index);
            bool const several = things.count > 1 && !countless_.contains(index);
            if (!several) things.count = corners * std::max(1, things.count);
            countless_.erase(index);
            things.count_stated = true;
            return add({.type = in_corner, .max_m = 0.8, .n = corners});
        }
        return add({.type = in_corner, .max_m = 0.8, .n = to.each ? 4 : to.quant});
    }
    if (to.part == "centre") return add({.type = in_centre});
    if (to.part == "ceiling") return add({.type = hanging_from_ceiling});
    if (to.part == "floor" || to.part == "top" || to.part == "room_itself" || to.part == "rest") return true;
    if (to.part == "fork") {
        int const truck = find_group("forklift", {}, false);
        if (truck >= 0)
            add_relation(index, {.type = carried_by, .other = group_at(truck).id, .quant = quant});
        return true;
    }
    if (to.part == "aisle" || to.part == "aisle_end") {
        int const of = racks();
        auto& things = group_at(index);
        if (to.each && new_groups_.contains(index) && (things.count == 1 || countless_.contains(index))) {
            int rows = 0;
            if (of >= 0)
                for (auto const& relation : group_at(of).relations)
                    if (relation.type == in_row) rows = relation.n;
            things.count = std::max({1, aisles_, rows - 1});
            things.count_stated = aisles_ > 0 || rows > 1;
            countless_.erase(index);
        }
        bool const end = preposition == "end_of" || to.part == "aisle_end";
        return add({.type = end ? at_end_of : in_aisle, .other = of >= 0 ? group_at(of).id : ""});
    }
    if (to.part == "entrance") {
        int door = find_group("door", {}, false);
        if (door < 0) {
            NounPhrase one;
            one.definite = true;
            int const last = last_group_;
            door = add_group(
                one, environment() == "warehouse" || environment() == "loading_dock" ? "dock_door" : "door");
            group_at(door).count_stated = false;
            group_at(door).words = "entrance";
            last_group_ = last;
        }
        return add({.type = near, .other = group_at(door).id, .max_m = 2.5});
    }
    if (to.part == "area") return add({.type = in_area, .area = std::string(item(at_ - 1).word)});
    std::string wall = to.wall;
    if (to.part == "back" || to.part == "background") wall = "back";
    if (to.part == "front") wall = "front";
    if (!wall.empty()) return add({.type = against_wall, .wall = wall, .frame = "view", .max_m = 2.5});
    return true;
}

} // namespace soulvan::scene
