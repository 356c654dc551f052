// Arrangements: what hangs on what, rows and grids and stacks, spacing and aisles.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

bool Grammar::read_with(std::size_t i, bool has)
{
    std::size_t const from = at_;
    at_ = i;
    // "with" describes the nearest noun: "behind a desk with a computer on it"
    Ref near = subject_;
    if (last_target_.first.group >= 0 && last_target_.second == from) near = last_target_.first;
    while (item(at_).word_is("filler") || item(at_).word_is("be") || item(at_).word_is("there")) ++at_;
    if (negating_) { // "does not have", "not with"
        hosting_ = false;
        return true;
    }
    // "with five levels"
    std::size_t const number = at_ + (item(at_).word_is("a") ? 1 : 0);
    if (item(number).is_number() && item(number + 1).is(Kind::param) && near.group >= 0 &&
        !item(number + 1).is(Kind::thing, "drawer_unit")) {
        int const n = static_cast<int>(std::clamp(item(number).numbers[0], 0.0, 99.0));
        group_at(near.group).parameters.emplace_back(item(number + 1).value(Kind::param), std::to_string(n));
        at_ = number + 2;
        // "and 3 bays"
        std::size_t const more = at_ + (item(at_).word_is("and") || item(at_).mark == ',' ? 1 : 0);
        if (item(more).is_number() && item(more + 1).is(Kind::param)) {
            subject_ = near;
            return read_with(more, has);
        }
        return true;
    }
    hosted_.clear();
    if (near.group >= 0) {
        host_ = near;
        hosting_ = true;
    } else if (subject_.room >= 0) {
        last_room_ = subject_.room;
        hosting_ = false;
    } else if (from == 0 && has) {
        hosting_ = false;
    }
    if (!hosting_) subject_ = {};
    return true;
}

catalog::Mount Grammar::mount_of(std::string_view category) const
{
    auto const* kind = category_of(category);
    return kind ? kind->mount : catalog::Mount::floor;
}

bool Grammar::supports(std::string_view category) const
{
    for (auto const* wanted : {"desk",
                               "table",
                               "shelving",
                               "cabinet",
                               "workbench",
                               "packing_station",
                               "reception_desk",
                               "shop_counter",
                               "bed",
                               "sofa",
                               "chair",
                               "wall_shelf",
                               "pallet",
                               "box",
                               "bench",
                               "kitchen_cabinet",
                               "machine",
                               "conveyor",
                               "stove",
                               "refrigerator",
                               "dresser",
                               "piano",
                               "display_case",
                               "container",
                               "wardrobe",
                               "fireplace",
                               "bathtub",
                               "plant",
                               "vase"})
        if (is_a(category, wanted)) return true;
    return false;
}

/// Decides whether a thing that was just named hangs on the host of the running "with".
void Grammar::hang(NounPhrase const& phrase, int guest)
{
    if (guest == host_.group || host_.group < 0 || !new_groups_.contains(guest)) return;
    Item const& before = item(phrase.begin == 0 ? items_.size() : phrase.begin - 1);
    bool const listed = before.mark == ',' || before.word_is("and");
    bool const surface = mount_of(group_at(guest).category) == catalog::Mount::surface;
    if (listed && !hosted_.empty() && !(surface && supports(group_at(host_.group).category)) && !host_.each) {
        hosting_ = false;
        return;
    }
    if (before.mark == ',' && !surface && !host_.each) {
        hosting_ = false;
        return;
    }
    bool each = host_.each;
    if (item(at_).word_is("each") && noun_phrase(at_).value == "each") {
        each = true;
        ++at_;
    }
    hosted_.push_back(guest);
    // "with four boxes on top", "with a table between them": what follows says where
    Item const& next = item(at_);
    bool const placed = next.is(Kind::rel) && !next.is(Kind::rel, "with") && !next.is(Kind::rel, "of") &&
                        !next.is(Kind::rel, "for") && !next.is(Kind::rel, "have") &&
                        !next.is(Kind::rel, "without") && !next.is(Kind::rel, "towards");
    if (!placed || each) attach(host_, guest, each);
}

void Grammar::attach(Ref const& host, int guest, bool each)
{
    using enum RelationType;
    auto const& category = group_at(guest).category;
    auto const& owner = group_at(host.group).category;
    bool const many = group_at(host.group).count > 1 || countless_.contains(host.group);
    if (many && countless_.contains(guest)) each = true;
    bool const person = is_a(owner, "character");
    if (is_a(category, "clothing") && !person && subject_person_ >= 0) {
        Ref wearer;
        wearer.group = subject_person_;
        return attach(wearer, guest, each);
    }
    if (is_a(category, "clothing") && person) { // a worker with a helmet is one thing
        group_at(host.group).attributes.push_back(std::string(item(at_ - 1).word));
        removed_.insert(guest);
        return;
    }
    if (each) {
        Ref to = host;
        to.each = true;
        return distribute(guest, to,
                          is_a(owner, "pallet") || item(at_).is(Kind::rel, "on") ||
                                  (supports(owner) && mount_of(category) == catalog::Mount::surface)
                              ? "on"
                              : "with");
    }
    bool const truck = is_a(owner, "forklift") || is_a(owner, "cart") || is_a(owner, "pallet_jack");
    bool const load = is_a(category, "pallet") || is_a(category, "pallet_load") || is_a(category, "box") ||
                      mount_of(category) == catalog::Mount::surface || is_a(category, "barrel");
    Relation relation{.other = group_at(host.group).id};
    bool const stored =
        is_a(owner, "shelving") && (is_a(category, "pallet") || is_a(category, "pallet_load"));
    if (truck && load)
        relation.type = carried_by;
    else if (stored)
        relation.type = on;
    else if (is_a(owner, "pallet") && load)
        relation.type = on_or_stacked_on;
    else if (is_a(category, "chair") && is_a(owner, "table"))
        relation.type = around, relation.max_m = 0.9;
    else if (mount_of(category) == catalog::Mount::surface && supports(owner))
        relation.type = on;
    else
        relation.type = near, relation.max_m = is_a(category, "chair") ? 0.5 : person ? 0.8 : 1.5;
    add_relation(guest, relation);
    if (is_a(category, "chair") && (is_a(owner, "table") || is_a(owner, "desk")))
        add_relation(guest, {.type = facing, .other = group_at(host.group).id, .angle_deg = 30});
}

/// "a lamp on every second desk", "two chairs per table": the host has, the guests' number follows.
void Grammar::distribute(int guest, Ref const& host, std::string_view preposition)
{
    using enum RelationType;
    auto& things = group_at(guest);
    auto const& owner = group_at(host.group);
    int const each = countless_.contains(guest) ? 1 : std::max(1, std::min(things.count, 1000));
    Relation relation{.type = each_has, .other = things.id, .n = each};
    if (preposition == "on" && mount_of(owner.category) != catalog::Mount::wall)
        relation.type = each_has_on;
    else
        relation.max_m = preposition == "next_to"                           ? 0.6
                         : preposition == "near" || preposition == "around" ? 1.5
                                                                            : 1.2;
    relation.alternating = host.every_second;
    relation.quant = host.quant;
    if (new_groups_.contains(guest)) {
        shares_[guest] = {host.group, each, host.every_second};
        bool const known = !countless_.contains(host.group) && owner.count > 0;
        int const hosts = host.quant > 0 ? host.quant : host.every_second ? owner.count / 2 : owner.count;
        countless_.erase(guest);
        if (known) {
            things.count = std::min(1'000'000, each * hosts);
            things.count_stated = owner.count_stated;
        } else {
            things.count = 0;
            countless_.insert(guest);
        }
    }
    std::string const owner_id = owner.id;
    bool const potted = things.category == "plant" || things.category == "potted_plant";
    if (relation.type == each_has_on && potted) things.category = "table_plant";
    bool const seat =
        is_a(things.category, "chair") && (is_a(owner.category, "desk") || is_a(owner.category, "table"));
    add_relation(host.group, relation);
    if (preposition == "behind") add_relation(guest, {.type = behind, .other = owner_id});
    if (preposition == "in_front_of") add_relation(guest, {.type = in_front_of, .other = owner_id});
    if (seat) add_relation(guest, {.type = facing, .other = owner_id, .angle_deg = 30});
    content_ = true;
}

/// "in two rows [of three]", "in a 4x4 grid", "stacked two high", "in stacks of three", "in a circle", "in a
/// row".
bool Grammar::read_arrangement()
{
    std::size_t i = at_;
    if (item(i).is(Kind::posture, "stacked")) {
        if (item(i + 1).is(Kind::rel) && !item(i + 1).is(Kind::rel, "in")) return false;
        NounPhrase stack;
        stack.arrangement = "stack";
        std::size_t k = i + 1;
        if (item(k).is_number())
            stack.per_row = static_cast<int>(std::clamp(item(k).numbers[0], 1.0, 50.0)), ++k;
        if (item(k).word_is("high_dim") || item(k).is(Kind::param) || item(k).is(Kind::attr, "tall")) ++k;
        if (subject_.group < 0) return false;
        at_ = k;
        if (stack.per_row == 0 && item(k).is(Kind::rel, "in")) return true; // "stacked in twos" follows
        arrange_group(subject_.group, stack);
        return true;
    }
    NounPhrase phrase;
    if (item(i).is(Kind::rel, "in") && subject_.group >= 0) ++i;
    if (item(i).word_is("a") || item(i).word_is("the")) phrase.arranged = 1, ++i;
    while (item(i).is(Kind::attr) || item(i).word_is("filler") || item(i).word_is("exactly")) ++i;
    if (item(i).is_number() && item(i + 1).is(Kind::arr))
        phrase.arranged = static_cast<int>(std::clamp(item(i).numbers[0], 1.0, 1000.0)), ++i;
    bool const crossed =
        item(i).numbers.size() == 2 && item(i).dim == Dim::none && item(i + 1).is(Kind::arr, "grid");
    if (crossed) {
        phrase.arranged = static_cast<int>(std::clamp(item(i).numbers[0], 1.0, 1000.0));
        phrase.per_row = static_cast<int>(std::clamp(item(i).numbers[1], 1.0, 1000.0));
        ++i;
    }
    if (!item(i).is(Kind::arr) || (subject_.group < 0 && !crossed)) return false;
    if (item(i).word == "set" || item(i).is(Kind::verb)) return false;
    bool const bare = phrase.arranged == 0 && !item(i).plural && item(i).word != "grid";
    if (bare) return false;
    phrase.arrangement = item(i).value(Kind::arr);
    ++i;
    if (item(i).is(Kind::rel, "of") && (item(i + 1).is_number() || item(i + 1).numbers.size() == 2) &&
        !item(i + 2).is(Kind::thing)) {
        if (item(i + 1).numbers.size() == 2) {
            phrase.arranged = static_cast<int>(std::clamp(item(i + 1).numbers[0], 1.0, 1000.0));
            phrase.per_row = static_cast<int>(std::clamp(item(i + 1).numbers[1], 1.0, 1000.0));
        } else {
            phrase.per_row = static_cast<int>(std::clamp(item(i + 1).numbers[0], 1.0, 1000.0));
        }
        i += 2;
    } else if (item(i).is(Kind::rel, "of")) {
        return false; // "a row of desks" is a noun phrase
    }
    if (item(i).word_is("each")) ++i;
    if (subject_.group < 0) return false;
    at_ = i;
    arrange_group(subject_.group, phrase);
    return true;
}

void Grammar::arrange_group(int index, NounPhrase const& phrase)
{
    using enum RelationType;
    auto& things = group_at(index);
    int const rows = phrase.arranged, per = phrase.per_row;
    bool const open = countless_.contains(index);
    if (open && rows > 0 && per > 0) {
        things.count = std::min(1'000'000, rows * per);
        things.count_stated = true;
        countless_.erase(index);
    }
    content_ = true;
    if (phrase.arrangement == "row" || phrase.arrangement == "column")
        return add_relation(index, {.type = in_row, .n = rows > 0 ? rows : 2, .m = per});
    if (phrase.arrangement == "grid") {
        int columns = rows;
        if (columns <= 1) columns = static_cast<int>(std::lround(std::sqrt(std::max(1, things.count))));
        return add_relation(index, {.type = in_grid, .n = columns, .m = per});
    }
    if (phrase.arrangement == "stack") {
        // "three stacks of three" is three high; "a stack of five" five
        int levels = per > 0                        ? per
                     : rows > 1 && things.count > 0 ? std::max(1, things.count / rows)
                                                    : things.count;
        if (rows > 1 && per == 0 && open) levels = 3;
        return add_relation(index, {.type = stacked, .n = std::max(0, levels)});
    }
    if (phrase.arrangement == "cluster") {
        if (rows > 1)
            return add_relation(index,
                                {.type = clusters, .n = rows, .m = per > 0 ? per : things.count / rows});
        return add_relation(index, {.type = RelationType::group, .max_m = 1.5});
    }
    if (phrase.arrangement == "circle") add_relation(index, {.type = RelationType::group, .max_m = 2.0});
}

/// "2 m apart", "spaced 1.5 m apart", "with 2 m spacing", "evenly spaced".
bool Grammar::read_spacing()
{
    if (subject_.group < 0) return false;
    if (item(at_).word_is("apart_evenly")) {
        ++at_;
        add_relation(subject_.group, {.type = RelationType::spaced});
        return true;
    }
    std::size_t i = at_;
    if (item(i).is(Kind::rel, "with") || item(i).word_is("filler")) ++i;
    bool const before = item(i).word_is("apart");
    while (item(i).word_is("apart") || item(i).is(Kind::rel, "of") || item(i).word_is("a")) ++i;
    Distance const distance = read_distance(i);
    if (!distance.given) return false;
    bool after = false;
    while (item(i).word_is("apart") || item(i).is(Kind::posture, "placed"))
        after = item(i).word_is("apart"), ++i;
    if (!before && !after) return false;
    if (item(i).is(Kind::rel, "between")) ++i;
    if (item(i).word_is("it") || item(i).word_is("them")) ++i;
    at_ = i;
    Relation relation{.type = RelationType::spaced};
    if (distance.way != Distance::Way::at_most) relation.min_m = distance.metres;
    if (distance.way != Distance::Way::at_least) relation.max_m = distance.metres;
    add_relation(subject_.group, relation);
    return true;
}

void Grammar::aisle(int index, NounPhrase const& phrase)
{
    Relation relation{.type = RelationType::aisle};
    double const width = phrase.size[0] > 0         ? phrase.size[0]
                         : !phrase.measures.empty() ? phrase.measures[0]
                                                    : 0;
    if (width > 0) {
        relation.min_m = width;
        if (!phrase.at_least) relation.max_m = width;
    } else {
        // "aisles at least 3 m wide", "an aisle of 3 m"
        std::size_t i = phrase.end;
        if (item(i).is(Kind::rel, "of") || item(i).word_is("be") || item(i).word_is("measuring")) ++i;
        Distance const distance = read_distance(i);
        if (distance.given) {
            if (item(i).word_is("wide_dim")) ++i;
            if (distance.way != Distance::Way::at_most) relation.min_m = distance.metres;
            if (distance.way != Distance::Way::at_least) relation.max_m = distance.metres;
            aisle_end_ = i;
        }
    }
    if (!relation.min_m && !relation.max_m) relation.min_m = 2.5;
    add_relation(index, relation);
}

int Grammar::racks() const
{
    int const shelving = find_group("shelving", {}, false);
    if (shelving >= 0) return shelving;
    for (int i = static_cast<int>(plan_.groups.size()) - 1; i >= 0; --i)
        for (auto const& relation : group_at(i).relations)
            if (relation.type == RelationType::in_row && relation.n > 1) return i;
    return -1;
}

} // namespace soulvan::scene
