// Sizes: of rooms and things, and how many a table seats.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

namespace {

int axis_after(Item const& item)
{
    return item.word_is("wide_dim")   ? 0
           : item.word_is("deep_dim") ? 1
           : item.word_is("high_dim") ? 2
           : item.word_is("long_dim") ? 3
                                      : -1;
}

/// Sensible metres only: nothing that is built is larger than 2 km or thinner than a tenth of a millimetre.
bool sane(std::vector<double> const& lengths)
{
    return std::all_of(lengths.begin(), lengths.end(), [](double m) { return m >= 1e-4 && m <= 2000; });
}

} // namespace

void Grammar::size_room(int index, NounPhrase const& phrase)
{
    auto& room = plan_.rooms[static_cast<std::size_t>(index)];
    auto const set = [&](std::optional<double>& side, double metres) {
        if (metres <= 0) return;
        if (!sane({metres}) || metres < 0.5)
            return warn("size",
                        "A side of " + std::to_string(metres) + " m is not possible; the usual size stands.");
        side = metres;
        room.size_stated = true;
    };
    if (phrase.area_m2 > 0 && phrase.area_m2 < 4e6) {
        double const width = std::sqrt(phrase.area_m2 * 1.5);
        set(room.width, width);
        set(room.depth, phrase.area_m2 / width);
    }
    auto const& measures = phrase.measures;
    if (measures.size() >= 2) {
        set(room.width, measures[0]);
        set(room.depth, measures[1]);
        if (measures.size() > 2) set(room.height, measures[2]);
    } else if (measures.size() == 1) {
        set(room.width, measures[0]);
    }
    set(room.width, phrase.size[0]);
    set(room.depth, phrase.size[1]);
    set(room.height, phrase.size[2]);
}

bool Grammar::read_size()
{
    if (camera_ || !size_target_.ok()) return false;
    std::size_t i = at_;
    bool measuring = false;
    while (item(i).word_is("measuring") ||
           (item(i).is(Kind::rel, "of") && (measuring || item(i + 1).dim == Dim::length ||
                                            item(i + 1).dim == Dim::area || item(i + 1).numbers.size() > 1)))
        measuring = true, ++i;
    int axis = axis_after(item(i));
    std::size_t ahead = i + 1;
    while (item(ahead).is(Kind::rel, "of") || item(ahead).word_is("be") || item(ahead).word_is("a") ||
           item(ahead).word_is("about"))
        ++ahead;
    bool const axis_first = axis >= 0 && item(ahead).is_measure(Dim::length);
    if (axis_first) i = ahead;
    while (item(i).word_is("about") || item(i).word_is("exactly") || item(i).word_is("a")) ++i;
    Item const& it = item(i);
    bool const plain = it.dim == Dim::none && it.numbers.size() >= 2 && it.numbers[0] < 300 &&
                       (size_target_.room >= 0 || measuring);
    if (!it.is_measure(Dim::length) && !it.is_measure(Dim::area) && !plain) return false;
    std::size_t end = i + 1;
    if (!axis_first) axis = axis_after(item(end));
    if (axis >= 0 && !axis_first) ++end;
    Item const& after = item(end);
    if (after.word_is("apart") || after.is(Kind::rel, "away") || after.is(Kind::rel, "in_front_of") ||
        after.is(Kind::rel, "behind") || after.is(Kind::dir) || after.is(Kind::part))
        return false;
    if (!axis_first && !measuring && it.numbers.size() == 1 && axis < 0 && it.dim == Dim::length &&
        size_target_.room < 0)
        return false;
    NounPhrase const owner = noun_phrase(at_); // "a 2 x 1 m table" is the table's
    if (owner.head != NounPhrase::Head::none && owner.end > end) return false;
    auto const lengths = it.numbers;
    at_ = end;
    NounPhrase phrase;
    if (it.dim == Dim::area)
        phrase.area_m2 = lengths[0];
    else if (lengths.size() == 1 && axis >= 0)
        phrase.size[axis == 3 ? 0 : static_cast<std::size_t>(axis)] = lengths[0];
    else
        phrase.measures = lengths;
    if (size_target_.room >= 0) {
        auto const& room = plan_.rooms[static_cast<std::size_t>(size_target_.room)];
        // "40 m long, 25 m wide": the second word must not overwrite the first side
        if (lengths.size() == 1 && (axis == 0 || axis == 3) && room.width && room.size_stated && !room.depth)
            phrase.size = {0, lengths[0], 0};
        size_room(size_target_.room, phrase);
        content_ = true;
        return true;
    }
    auto& group = group_at(size_target_.group);
    if (!sane(lengths)) {
        warn("size", "A size of " + it.typed + " is not possible; the usual size stands.");
        return true;
    }
    auto size = group.size_m.value_or(std::array<double, 3>{0, 0, 0});
    if (lengths.size() >= 2)
        for (std::size_t k = 0; k < std::min<std::size_t>(3, lengths.size()); ++k) size[k] = lengths[k];
    else if (axis == 0 && size[0] > 0)
        size[1] = lengths[0];
    else if (axis == 3 && size[0] > 0)
        size[1] = std::exchange(size[0], lengths[0]);
    else
        size[axis == 3 || axis < 0 ? 0 : static_cast<std::size_t>(axis)] = lengths[0];
    group.size_m = size;
    return true;
}

bool Grammar::read_seats()
{
    bool const seating =
        item(at_).is(Kind::rel, "for") || item(at_).word == "seating" || item(at_).word == "seats";
    if (!seating || !item(at_ + 1).is_number() || item(at_ + 1).vague) return false;
    std::size_t i = at_ + 2;
    bool const people = item(i).is(Kind::thing) && is_a(item(i).value(Kind::thing), "character");
    if (!people && (item(i).is(Kind::thing) || item(i).is(Kind::env))) return false;
    if (people) ++i;
    int const seats = static_cast<int>(std::clamp(item(at_ + 1).numbers[0], 1.0, 1000.0));
    int table = subject_.group >= 0 ? subject_.group : -1;
    if (table >= 0 && !is_a(group_at(table).category, "table") && !is_a(group_at(table).category, "desk"))
        table = -1;
    std::string const place = environment();
    bool const hall = place == "meeting_room" || place == "dining_room" || place == "restaurant";
    if (table < 0 && follow_up_) table = find_group("table", {}, false);
    if (table < 0 && !hall) return false;
    at_ = i;
    if (table < 0) {
        NounPhrase one;
        one.indefinite = true;
        table = add_group(one, place == "meeting_room" ? "meeting_table" : "dining_table");
        group_at(table).count_stated = false;
        group_at(table).words = item(at_ - 1).typed;
    }
    for (std::size_t k = 0; k < plan_.groups.size(); ++k) { // "make it for 8"
        auto& group = plan_.groups[k];
        bool const around =
            std::any_of(group.relations.begin(), group.relations.end(), [&](Relation const& relation) {
                return relation.type == RelationType::around && relation.other == group_at(table).id;
            });
        if (!around) continue;
        group.count = seats;
        group.count_stated = content_ = true;
        return true;
    }
    NounPhrase chairs;
    chairs.number = seats * std::max(1, group_at(table).count);
    int const index = add_group(chairs, "chair");
    group_at(index).words = group_at(table).words + " for " + std::to_string(seats);
    if (group_at(table).count > 1)
        add_relation(table,
                     {.type = RelationType::each_has, .other = group_at(index).id, .max_m = 1.2, .n = seats});
    add_relation(index, {.type = RelationType::around, .other = group_at(table).id, .max_m = 0.9});
    add_relation(index, {.type = RelationType::facing, .other = group_at(table).id, .angle_deg = 30});
    last_group_ = table;
    return true;
}

} // namespace soulvan::scene
