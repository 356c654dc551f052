// Edits: what a later turn changes in the scene that stands.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

bool Grammar::read_edit()
{
    Item const& it = item(at_);
    bool const joined = at_ > 0 && item(at_ - 1).word_is("and") && it.is(Kind::verb) && !it.is(Kind::thing);
    if (!follow_up_ || !(begins_clause(at_) || joined)) return false;
    // "move the camera", "rotate the camera": a move of the picture
    std::size_t const named = at_ + 1 + (item(at_ + 1).word_is("the") ? 1 : 0);
    bool const turns = it.is(Kind::verb, "rotate");
    bool const lifts =
        it.word == "lift" || it.is(Kind::verb, "scale") || it.is(Kind::verb, "add") || it.word == "point";
    if (lifts && item(named).word == "camera") {
        camera_ = content_ = true;
        return at_ = named + 1, true;
    }
    if ((turns || it.is(Kind::verb, "move")) && item(named).word == "camera") {
        plan_.camera.move = {.type = turns ? "pan" : "dolly"};
        camera_ = content_ = true;
        return at_ = named + 1, true;
    }
    std::size_t const i = at_ + 1;
    if (it.is(Kind::verb, "remove")) return edit_remove(i);
    // "I don't want the racks any more"
    if (it.word_is("not") && item(i).is(Kind::verb) && noun_phrase(i + 1).head == NounPhrase::Head::thing)
        return edit_remove(i + 1);
    if (it.is(Kind::verb, "move") && !(item(i).word_is("camera") || item(i + 1).word_is("camera")))
        return edit_move(i);
    NounPhrase const object = turns ? noun_phrase(i) : NounPhrase{};
    if (turns && object.end > i && item(object.end).word == "into") return edit_replace(i);
    if (turns) return edit_rotate(i);
    if (it.is(Kind::verb, "replace")) return edit_replace(i);
    if (it.is(Kind::verb, "scale")) return edit_scale(i, it.word);
    if (it.is(Kind::verb, "keep")) return edit_keep(i);
    if (it.is(Kind::verb, "paint") || it.is(Kind::verb, "change") || it.word == "make" || it.word == "set")
        return edit_make(i);
    if (it.is(Kind::verb, "add")) { // "put the lamp on the desk" moves what is there
        NounPhrase const phrase = noun_phrase(i);
        bool const known = phrase.definite && phrase.head == NounPhrase::Head::thing &&
                           find_group(phrase.value, phrase.attributes, false) >= 0;
        if (known && it.word != "add") return edit_move(i);
    }
    return false;
}

void Grammar::remove_group(int index)
{
    std::string const id = group_at(index).id;
    removed_.insert(index);
    for (auto& group : plan_.groups)
        std::erase_if(group.relations, [&](Relation const& relation) {
            return relation.other == id || relation.other2 == id;
        });
    if (plan_.camera.subject == id) plan_.camera.subject.clear();
    if (plan_.camera.in_aisle == id) plan_.camera.in_aisle.clear();
    if (plan_.camera.move.looks_at == id) plan_.camera.move.looks_at.clear();
    if (plan_.light.only_above == id) plan_.light.only_above.clear();
}

bool Grammar::edit_remove(std::size_t i)
{
    if (item(i).word_is("the")) ++i;
    if (item(i).is(Kind::sky)) { // "remove the fog"
        if (item(i).is(Kind::sky, "fog"))
            plan_.light.fog = false;
        else
            plan_.light.sky = "clear";
        content_ = true;
        return at_ = i + 1, true;
    }
    if (i > at_ + 1) --i;
    int before = 0; // how many the noun before named: "one desk and its chair"
    for (bool again = true; again;) {
        again = false;
        NounPhrase phrase = noun_phrase(i);
        if (phrase.head != NounPhrase::Head::thing && phrase.head != NounPhrase::Head::pronoun) break;
        at_ = i = phrase.end;
        int index = phrase.head == NounPhrase::Head::thing
                        ? find_group(phrase.value, phrase.attributes, false)
                        : last_group_;
        // "the green sofa" where no sofa is green is none of them
        if (index >= 0 && !phrase.attributes.empty() && find_group(phrase.value, {}, false) >= 0) {
            auto const& has = group_at(index).attributes;
            for (auto const& wanted : phrase.attributes)
                if (std::find(has.begin(), has.end(), wanted) == has.end()) index = -2;
        }
        if (index == -2) {
            warn("nothing_to_remove", "There is no " + typed(phrase.begin, phrase.end) + " to remove.");
            content_ = true;
        } else if (index < 0) {
            exclude(phrase.value, phrase.typed);
            warn("nothing_to_remove", "There is no " + phrase.typed + " to remove.");
        } else {
            auto& group = group_at(index);
            bool const part = phrase.number && *phrase.number < 1; // "half of the tables"
            int n = part            ? std::max(1, static_cast<int>(std::lround(*phrase.number * group.count)))
                    : phrase.number ? static_cast<int>(std::min(*phrase.number, 1e6))
                                    : 0;
            if (phrase.its && n == 0 && before > 0) n = before;
            bool const single =
                n == 0 && !phrase.plural && (!phrase.which.empty() || phrase.indefinite) && group.count > 1;
            if (single) n = 1;
            before = n;
            bool const whole = n == 0 || n >= group.count;
            if (whole && phrase.head == NounPhrase::Head::thing) {
                // every group of that kind goes: "the chairs" of two tables
                std::string const category = phrase.value;
                bool const implied = group.implied;
                (void)implied;
                for (int k = 0; k < static_cast<int>(plan_.groups.size()); ++k)
                    if (is_a(group_at(k).category, category) && !removed_.contains(k) &&
                        (phrase.attributes.empty() || k == index))
                        remove_group(k);
                if (!removed_.contains(index)) remove_group(index);
                if (phrase.attributes.empty()) exclude(category, phrase.typed);
            } else if (whole) {
                exclude(group.category, phrase.typed);
                remove_group(index);
            } else {
                plan_.edits.push_back(
                    {.action = "remove", .group = group.id, .which = phrase.which, .count = n});
                group.count -= n;
                group.count_stated = true;
            }
            content_ = true;
        }
        if ((item(i).word_is("and") || item(i).mark == ',') &&
            noun_phrase(i + 1).head == NounPhrase::Head::thing) {
            again = true;
            ++i;
        }
    }
    at_ = std::max(at_ + (i == at_ + 1 ? 1 : 0), at_);
    if (at_ < i) at_ = i;
    return true;
}

std::optional<Grammar::EditTarget> Grammar::edit_target(std::size_t i)
{
    NounPhrase const phrase = noun_phrase(i);
    if (phrase.head != NounPhrase::Head::thing && phrase.head != NounPhrase::Head::pronoun)
        return std::nullopt;
    NounPhrase wanted = phrase;
    wanted.definite = true;
    Ref const ref = take(wanted);
    at_ = phrase.end;
    return EditTarget{phrase, ref};
}

bool Grammar::edit_move(std::size_t i)
{
    auto const meant = edit_target(i);
    if (!meant) return false;
    auto const& [phrase, ref] = *meant;
    if (ref.group < 0) return true;
    bool const everything = phrase.head == NounPhrase::Head::pronoun && phrase.value == "them_all";
    Edit edit{.action = "move", .group = group_at(ref.group).id, .which = ref.which};
    if (edit.which.empty() && ref.quant == 1 && group_at(ref.group).count > 1) edit.which = "first";
    subject_ = ref;
    size_target_ = {};
    bool found = false;
    std::size_t k = at_;
    for (; k < items_.size() && item(k).mark != '.' && item(k).mark != ';'; ++k) {
        Item const& it = item(k);
        if (it.is_measure(Dim::length) && !item(k + 1).is(Kind::rel, "away"))
            edit.distance_m = it.numbers[0], found = true;
        else if (it.is(Kind::dir) && !item(k + 1).is(Kind::part) && !item(k + 1).is(Kind::thing))
            edit.direction = it.value(Kind::dir), found = true;
        else if (it.is(Kind::part, "back") && !item(k + 1).is(Kind::part))
            edit.direction = "back", found = true;
        else if (it.is(Kind::rel, "towards") && item(k + 1).word_is("the") && item(k + 2).is(Kind::dir))
            continue;
        else if (it.is(Kind::rel, "towards") || it.word == "closer to" || it.word == "closer" ||
                 it.is(Kind::rel)) {
            std::size_t after = k + 1;
            if (it.word == "closer" && item(after).is(Kind::rel)) ++after;
            bool const toward = it.is(Kind::rel, "towards") || it.word.starts_with("closer");
            if (!toward) break; // "next to the table": a relation
            Ref const to = target(after);
            if (to.group < 0 && to.part.empty()) continue;
            if (to.group >= 0)
                edit.toward = group_at(to.group).id;
            else
                break;
            found = true;
            k = after - 1;
        } else if (it.word_is("and") || it.mark == ',')
            break;
    }
    if (found && edit.direction.empty() && edit.toward.empty()) edit.direction = "forward";
    if (found) {
        if (edit.distance_m == 0) edit.distance_m = 1;
        static std::set<std::string_view> const compass{
            "north", "south", "east", "west", "north_east", "north_west", "south_east", "south_west"};
        edit.frame = compass.contains(edit.direction) ? "world" : "view";
        for (int other = 0; everything && other < static_cast<int>(plan_.groups.size()); ++other)
            if (other != ref.group && !removed_.contains(other)) {
                plan_.edits.push_back(edit);
                plan_.edits.back().group = group_at(other).id;
            }
        plan_.edits.push_back(std::move(edit));
        at_ = k;
    } else {
        // a new place replaces the old one; read_relation() says which
        std::erase_if(group_at(ref.group).relations, [&](Relation const& relation) {
            return edit.which.empty() && relation.type != RelationType::in_row &&
                   relation.type != RelationType::each_has && relation.type != RelationType::each_has_on &&
                   relation.type != RelationType::stacked;
        });
        plan_.edits.push_back(std::move(edit));
        if (!plan_.edits.back().which.empty()) subject_.quant = 1;
    }
    content_ = true;
    return true;
}

bool Grammar::edit_rotate(std::size_t i)
{
    auto const meant = edit_target(i);
    if (!meant) return false;
    auto const& [phrase, ref] = *meant;
    if (ref.group < 0) return true;
    Edit edit{.action = "rotate", .group = group_at(ref.group).id, .which = ref.which, .degrees = 90};
    bool measured = false;
    for (; at_ < items_.size() && item(at_).mark != '.'; ++at_) {
        Item const& it = item(at_);
        if (it.is_measure(Dim::angle) || (it.is_number() && it.numbers[0] > 4))
            edit.degrees = it.numbers[0], measured = true;
        else if (it.is(Kind::dir))
            edit.direction = it.value(Kind::dir);
        else if (it.is(Kind::rel, "towards") || it.is(Kind::rel, "facing")) {
            if (item(at_ + 1).is(Kind::dir) || item(at_ + 2).is(Kind::dir)) continue;
            return subject_ = ref, true; // "turn it towards the door": a relation
        } else if (it.word == "around" && !measured)
            edit.degrees = 180;
        else if (it.word_is("and"))
            break;
    }
    if (edit.direction == "right") edit.direction = "clockwise";
    if (edit.direction == "left") edit.direction = "counterclockwise";
    plan_.edits.push_back(std::move(edit));
    content_ = true;
    return true;
}

bool Grammar::edit_replace(std::size_t i)
{
    NounPhrase const old = noun_phrase(i);
    if (old.head != NounPhrase::Head::thing) return false;
    std::size_t k = old.end;
    if (!item(k).is(Kind::rel) && !item(k).word_is("by")) return false;
    NounPhrase fresh = noun_phrase(k + 1);
    int const index = find_group(old.value, old.attributes, false);
    at_ = fresh.head == NounPhrase::Head::none ? k + 1 : fresh.end;
    if (index < 0) return warn("nothing_to_replace", "There is no " + old.typed + " to replace."), true;
    if (fresh.head == NounPhrase::Head::unknown) return take_unknown(fresh), true;
    if (fresh.head != NounPhrase::Head::thing) return true;
    content_ = true;
    int n = old.number ? static_cast<int>(std::min(*old.number, 1e6))
            : !old.plural && (old.indefinite || !old.which.empty()) ? 1
                                                                    : 0;
    auto const kept = group_at(index);
    bool const whole = n == 0 || n >= kept.count;
    if (!fresh.number)
        fresh.number = whole && (fresh.plural || fresh.indefinite == false) ? kept.count
                       : fresh.plural                                       ? std::max(1, n)
                                                                            : 1;
    if (whole && !old.plural && kept.count > 0 && fresh.indefinite)
        fresh.number = kept.count == 1 ? 1 : *fresh.number;
    int const added = add_group(fresh, fresh.value);
    if (whole) {
        // the new one stands where the old one stood, in words as on the floor
        group_at(added).relations.insert(group_at(added).relations.end(), kept.relations.begin(),
                                         kept.relations.end());
        plan_.edits.push_back({.action = "replace", .group = group_at(added).id, .toward = kept.id});
        for (auto& group : plan_.groups)
            for (auto& relation : group.relations)
                for (auto* id : {&relation.other, &relation.other2})
                    if (*id == kept.id) *id = group_at(added).id;
        remove_group(index);
    } else {
        plan_.edits.push_back({.action = "remove", .group = kept.id, .which = old.which, .count = n});
        group_at(index).count -= n;
    }
    return true;
}

bool Grammar::edit_scale(std::size_t i, std::string_view word)
{
    // "double the number of desks"
    NounPhrase const phrase = noun_phrase(i);
    if (phrase.head == NounPhrase::Head::part && phrase.value == "ceiling") { // "raise the ceiling to 12 m"
        at_ = phrase.end;
        for (; at_ < items_.size() && item(at_).mark == 0; ++at_)
            if (item(at_).is_measure(Dim::length)) {
                plan_.rooms.front().height = item(at_).numbers[0];
                plan_.rooms.front().size_stated = true;
            }
        return content_ = true;
    }
    bool number = false;
    for (std::size_t k = i; k < i + 3; ++k)
        number = number || item(k).word.find("number of") != std::string::npos ||
                 item(k).word.find("amount of") != std::string::npos;
    std::size_t k = i;
    while (item(k).word_is("filler") || item(k).word_is("the")) ++k;
    NounPhrase const thing = phrase.head == NounPhrase::Head::thing ? phrase : noun_phrase(k);
    if (thing.head != NounPhrase::Head::thing && thing.head != NounPhrase::Head::pronoun) return false;
    int const index = thing.head == NounPhrase::Head::thing ? find_group(thing.value, thing.attributes, false)
                                                            : last_group_;
    if (index < 0) return false;
    at_ = thing.end;
    content_ = true;
    auto& group = group_at(index);
    if (number) {
        int const n = group.count;
        group.count = word == "double"     ? n * 2
                      : word == "triple"   ? n * 3
                      : word == "halve"    ? std::max(1, n / 2)
                      : word == "increase" ? n + 1
                                           : std::max(1, n - 1);
        group.count = std::min(group.count, 1'000'000);
        group.count_stated = true;
        return true;
    }
    bool const less = word == "shrink" || word == "reduce" || word == "lower" || word == "halve";
    double factor = word == "double" ? 2 : word == "triple" ? 3 : word == "halve" ? 0.5 : less ? 0.75 : 1.5;
    for (; at_ < items_.size() && item(at_).mark == 0; ++at_)
        if (item(at_).is_number() && item(at_).numbers[0] > 0 && item(at_).numbers[0] < 20)
            factor = item(at_).numbers[0];
    plan_.edits.push_back({.action = "scale", .group = group.id, .which = thing.which, .factor = factor});
    return true;
}

/// "make it red", "make the racks taller", "make it night", "paint the forklifts yellow".
bool Grammar::edit_make(std::size_t i)
{
    NounPhrase const phrase = noun_phrase(i);
    if (phrase.head == NounPhrase::Head::part && phrase.value == "aisle" && racks() >= 0) {
        aisle_end_ = phrase.end;
        aisle(racks(), phrase);
        content_ = true;
        return at_ = aisle_end_, true;
    }
    bool const named = phrase.head == NounPhrase::Head::thing || phrase.head == NounPhrase::Head::pronoun ||
                       phrase.head == NounPhrase::Head::env;
    if (!named) return false;
    int index = phrase.head == NounPhrase::Head::thing     ? find_group(phrase.value, {}, false)
                : phrase.head == NounPhrase::Head::pronoun ? last_group_
                                                           : -1;
    std::size_t k = phrase.end;
    while (item(k).word_is("be") || item(k).word_is("filler") || item(k).is(Kind::rel, "towards")) ++k;
    std::vector<Sense const*> attributes;
    if (phrase.head == NounPhrase::Head::thing)
        for (auto const& word : phrase.attributes)
            if (item(phrase.end - 1).is(Kind::attr, word))
                attributes.push_back(item(phrase.end - 1).sense(Kind::attr));
    static std::map<std::string_view, double> const factors{
        {"bigger", 1.5},   {"taller", 1.5},   {"wider", 1.5},     {"longer", 1.5},  {"deeper", 1.5},
        {"smaller", 0.67}, {"shorter", 0.67}, {"narrower", 0.67}, {"lowered", 0.67}};
    auto const change = factors.find(item(k).value(Kind::word));
    if (change != factors.end() && phrase.head == NounPhrase::Head::env) {
        auto& room = plan_.rooms.front();
        for (auto* side : {&room.width, &room.depth})
            if (*side) *side = **side * change->second;
        if (!room.width) room.size_word = change->second > 1 ? "large" : "small";
        content_ = true;
        return at_ = k + 1, true;
    }
    if (change != factors.end() && index >= 0) {
        std::string_view const word = change->first;
        bool const height = word == "taller" || word == "lowered" || word == "shorter";
        Edit edit{.action = "scale",
                  .group = group_at(index).id,
                  .which = phrase.which,
                  .direction = height ? "up" : "",
                  .factor = change->second};
        if (group_at(index).size_m)
            for (auto& side : *group_at(index).size_m) side *= change->second;
        plan_.edits.push_back(std::move(edit));
        content_ = true;
        return at_ = k + 1, true;
    }
    if (item(k).is(Kind::attr) && !item(k).is(Kind::mood) && !item(k).is(Kind::sky))
        attributes.push_back(item(k++).sense(Kind::attr));
    if (index >= 0 && !attributes.empty() && !item(k).word_is("light")) {
        int const n = phrase.number ? static_cast<int>(std::min(*phrase.number, 1e6)) : 0;
        if (n > 0 && n < group_at(index).count) { // "one of the sofas" becomes a group of its own
            Group some = group_at(index);
            some.id = fresh_id(some.category);
            some.count = n;
            group_at(index).count -= n;
            index = static_cast<int>(plan_.groups.size());
            new_groups_.insert(index);
            plan_.groups.push_back(std::move(some));
        }
        for (auto const* attribute : attributes) change_attribute(index, *attribute);
        size_target_ = {};
        size_target_.group = index;
        subject_ = {};
        subject_.group = last_group_ = index;
        content_ = true;
        return at_ = k, true;
    }
    if (phrase.head == NounPhrase::Head::thing && index >= 0) {
        // "change the number of chairs to 6", "make it for 8"
        if (item(k).is_number() && !item(k).vague) {
            group_at(index).count = static_cast<int>(std::min(item(k).numbers[0], 1e6));
            group_at(index).count_stated = content_ = true;
            return at_ = k + 1, true;
        }
        at_ = k;
        subject_ = size_target_ = {};
        subject_.group = size_target_.group = index;
        return true;
    }
    if (phrase.head == NounPhrase::Head::pronoun) {
        subject_ = size_target_ = {};
        subject_.group = size_target_.group = index;
        at_ = k;
        return true;
    }
    return false;
}

void Grammar::change_attribute(int index, Sense const& attribute)
{
    auto& group = group_at(index);
    auto const kind = attribute.extras.find("group");
    // another colour takes the first one's place
    std::erase_if(group.attributes, [&](std::string const& known) {
        for (auto const* sense : Lexicon::standard().find(std::vector<std::string>{known}).senses) {
            auto const same = sense->extras.find("group");
            if (sense->kind == Kind::attr && kind != attribute.extras.end() && same != sense->extras.end() &&
                same->second == kind->second && (same->second == "color" || same->second == "size"))
                return true;
        }
        return false;
    });
    group.attributes.push_back(attribute.value);
    std::sort(group.attributes.begin(), group.attributes.end());
    group.attributes.erase(std::unique(group.attributes.begin(), group.attributes.end()),
                           group.attributes.end());
}

bool Grammar::edit_keep(std::size_t i)
{
    // "keep the table, remove the rest"
    NounPhrase const phrase = noun_phrase(i);
    if (phrase.head == NounPhrase::Head::part) return false;
    at_ = std::max(phrase.end, i);
    content_ = true;
    return true;
}

} // namespace soulvan::scene
