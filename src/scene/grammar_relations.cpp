// Relations: prepositions and what they join.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

namespace {

bool locates(std::string_view rel)
{
    static std::set<std::string_view> const words{
        "next_to",     "near",   "at",      "far",      "away",    "within",
        "in_front_of", "behind", "left_of", "right_of", "facing",  "facing_away",
        "opposite",    "on",     "under",   "above",    "in",      "against",
        "along",       "around", "between", "leaning",  "hanging", "hanging_on",
        "towards",     "end_of", "per",     "across",   "on_it",   "leaning_alone"};
    return words.contains(rel);
}

} // namespace

bool Grammar::begins_clause(std::size_t i) const
{
    while (i > 0 && (item(i - 1).word_is("and") || item(i - 1).word_is("but") ||
                     item(i - 1).word_is("filler") || item(i - 1).word_is("please")))
        --i;
    return i == 0 || item(i - 1).mark != 0 || item(i - 1).is(Kind::verb);
}

Distance Grammar::read_distance(std::size_t& i) const
{
    Distance distance;
    std::size_t k = i;
    if (item(k).word_is("at_least"))
        distance.way = Distance::Way::at_least, ++k;
    else if (item(k).word_is("at_most") || item(k).is(Kind::rel, "within"))
        distance.way = Distance::Way::at_most, ++k;
    else if (item(k).word_is("exactly") || item(k).word_is("about"))
        ++k;
    if (item(k).word_is("a") || item(k).word_is("the")) ++k;
    if (!item(k).is_measure(Dim::length) || item(k).numbers.size() != 1) return distance;
    distance.metres = item(k).numbers[0];
    distance.given = true;
    i = k + 1;
    return distance;
}

Ref Grammar::target(std::size_t& i)
{
    if (item(i).word_is("each_other")) {
        ++i;
        Ref self;
        self.self = true;
        return self;
    }
    NounPhrase phrase = noun_phrase(i);
    if (phrase.head == NounPhrase::Head::none) return {};
    if (phrase.head == NounPhrase::Head::pronoun &&
        (phrase.value == "it" || phrase.value == "them" || phrase.its)) {
        i = phrase.end;
        Ref ref;
        bool const same = phrase.value == "it" && it_ >= 0 && it_ != subject_.group;
        ref.group = same ? it_
                    : hosting_ && host_.group >= 0 && host_.group != subject_.group
                        ? host_.group
                        : other_than(subject_.group, phrase.value == "them");
        if (phrase.value == "it") it_ = ref.group; // it stays the same within a sentence
        return ref;
    }
    if (phrase.head == NounPhrase::Head::pronoun && phrase.value == "of_them" && !phrase.which.empty()) {
        i = phrase.end; // "at the middle one"
        Ref ref;
        ref.group = other_than(subject_.group, true);
        ref.which = phrase.which;
        return ref;
    }
    if (phrase.head == NounPhrase::Head::part) {
        i = phrase.end;
        return corner_or_aisle(phrase, i);
    }
    Ref const kept = size_target_;
    int const last = last_group_;
    i = phrase.end;
    // A bare plural that was named before is that one: "boxes. Put the boxes near pallets"
    if (phrase.head == NounPhrase::Head::thing && !phrase.indefinite && !phrase.number && !phrase.some)
        phrase.definite = true;
    Ref const ref = take(phrase);
    if (ref.group >= 0 && last >= 0) last_group_ = last; // "it" stays the subject
    if (ref.group >= 0) size_target_ = kept.ok() && item(i).word_is("measuring") ? ref : size_target_;
    return ref;
}

/// Parts of the room, and parts of things: "the middle of the table", "the end of the aisle", "the left
/// side".
Ref Grammar::corner_or_aisle(NounPhrase const& phrase, std::size_t& i)
{
    Ref ref = take(phrase);
    if (item(i).is(Kind::rel, "of")) {
        std::size_t k = i + 1;
        NounPhrase const whole = noun_phrase(k);
        if (whole.head == NounPhrase::Head::thing) {
            Ref thing = take(whole);
            i = whole.end;
            if (ref.part == "side" || ref.part == "back" || ref.part == "front" || ref.part == "corner") {
                thing.wall = ref.wall.empty() ? ref.part : ref.wall;
                thing.each = ref.each;
                return thing;
            }
            if (ref.part == "centre" || ref.part == "top" || ref.part == "floor") return thing;
            return ref.part == "aisle" ? ref : thing;
        }
        if (whole.head == NounPhrase::Head::env) {
            take(whole);
            i = whole.end;
        } else if (whole.head == NounPhrase::Head::part) {
            i = whole.end;
            Ref inner = take(whole);
            if (ref.part == "side" && inner.part == "aisle") inner.part = "aisle_end";
            return inner;
        }
    }
    return ref;
}

int Grammar::other_than(int group, bool plural) const
{
    int fallback = -1;
    for (int i = static_cast<int>(plan_.groups.size()) - 1; i >= 0; --i) {
        if (i == group || removed_.contains(i) || group_at(i).implied) continue;
        bool const many = group_at(i).count != 1;
        if (many == plural) return i;
        if (fallback < 0) fallback = i;
    }
    return fallback >= 0 ? fallback : group;
}

bool Grammar::fronts_a_noun(std::size_t i) const
{
    bool verb = false;
    while (item(i).word_is("be") || item(i).word_is("there") || item(i).is(Kind::posture) ||
           item(i).is(Kind::verb))
        verb = true, ++i;
    if (item(i).is(Kind::rel) && !item(i).is_number()) return false;
    NounPhrase const next = noun_phrase(i);
    bool const thing = next.head == NounPhrase::Head::thing || next.head == NounPhrase::Head::unknown;
    return thing && (verb || next.indefinite || next.number || next.some || next.each || next.plural);
}

bool Grammar::read_relation()
{
    if (read_pairwise()) return true;
    std::size_t i = at_;
    Distance distance = read_distance(i);
    bool const measured = distance.given;
    if (measured && item(i).word_is("apart")) return false;
    while (item(i).is(Kind::posture) && item(i + 1).is(Kind::rel) && !item(i).is(Kind::rel)) {
        if (subject_.group >= 0 && is_a(group_at(subject_.group).category, "character") &&
            (item(i).is(Kind::posture, "standing") || item(i).is(Kind::posture, "sitting")))
            group_at(subject_.group).attributes.emplace_back(item(i).value(Kind::posture));
        ++i;
    }
    if (!item(i).is(Kind::rel)) return false;
    std::string preposition{item(i).value(Kind::rel)};
    if (measured && preposition == "away" && item(i + 1).is(Kind::rel, "away")) ++i; // "away from"
    if (measured && item(i).word == "of") preposition = "away";
    if (auto const read = read_joining(preposition, i, distance)) return *read;
    if (!locates(preposition)) return false;
    if (read_idiom(preposition, i, distance)) return true;
    if (preposition == "towards" && i > at_ && item(i - 1).is(Kind::posture, "parked"))
        preposition = "at"; // "backed up to"
    if (preposition == "within" && !measured) {
        std::size_t k = i + 1;
        distance = read_distance(k);
        distance.way = Distance::Way::at_most;
        if (distance.given) {
            if (item(k).is(Kind::rel, "of") || item(k).is(Kind::rel, "away")) ++k;
            i = k - 1;
            preposition = "near";
        } else
            preposition = "in";
    }
    if (measured && distance.way == Distance::Way::at_most && item(i).word == "of") preposition = "near";
    if (preposition == "at" && item(i + 1).is(Kind::part, "side") && item(i + 2).is(Kind::rel, "of"))
        preposition = "end_of", i += 2;
    return read_place(preposition, i, distance);
}

/// Prepositions that join rather than place: "with", "without", "of", "carrying". Absent: it is none of them.
std::optional<bool> Grammar::read_joining(std::string const& preposition, std::size_t i,
                                          Distance const& distance)
{
    bool const measured = distance.given;
    if (preposition == "with" || preposition == "have")
        return !measured && read_with(i + 1, preposition == "have");
    if (preposition == "without") {
        negating_ = true;
        hosting_ = false;
        at_ = i + 1;
        return true;
    }
    if (preposition == "surrounded" && subject_.group >= 0) {
        Ref const inner = subject_;
        std::size_t k = i + 1;
        Ref const ring = target(k);
        at_ = std::max(k, i + 1);
        if (ring.group >= 0) relate(ring, "around", inner, distance);
        subject_ = inner;
        return true;
    }
    if (preposition == "carrying" || preposition == "pushing") return read_carrying(preposition, i + 1);
    if (preposition == "connected" || preposition == "connected_to") {
        rooms_joined_ = true;
        at_ = i + 1;
        return true;
    }
    // "a pallet of boxes"
    if (preposition == "of" && subject_.group >= 0 && supports(group_at(subject_.group).category)) {
        NounPhrase const load = noun_phrase(i + 1);
        if (load.head == NounPhrase::Head::thing && !load.definite) {
            Ref const carrier = subject_;
            at_ = load.end;
            Ref const ref = take(load);
            if (ref.group >= 0 && ref.group != carrier.group) attach(carrier, ref.group, false);
            subject_ = carrier;
            last_group_ = carrier.group;
            return true;
        }
    }
    if (preposition == "of" || preposition == "for" ||
        (preposition == "away" && !measured && item(i).word == "from")) {
        if (preposition == "of" && item(i + 1).is(Kind::attr) && subject_.group >= 0) { // "made of wood"
            group_at(subject_.group).attributes.emplace_back(item(i + 1).value(Kind::attr));
            ++i;
        }
        at_ = i + 1;
        return true;
    }
    return std::nullopt;
}

bool Grammar::read_idiom(std::string const& preposition, std::size_t i, Distance const& distance)
{
    bool const measured = distance.given;
    // "a bin to its right"
    if (item(i + 1).word_is("its") && item(i + 2).is(Kind::dir) && subject_.group >= 0) {
        Ref to;
        to.group = hosting_ && host_.group >= 0 ? host_.group : other_than(subject_.group, false);
        std::string const dir{item(i + 2).value(Kind::dir)};
        at_ = i + 3;
        relate(subject_, dir == "left" ? "left_of" : dir == "right" ? "right_of" : "near", to, distance);
        return true;
    }
    // "parked at the door, 1 m away"
    if (measured && preposition == "away" && subject_.group >= 0 &&
        noun_phrase(i + 1).head == NounPhrase::Head::none) {
        auto& relations = group_at(subject_.group).relations;
        at_ = i + 1;
        for (auto& relation : relations)
            if (relation.type == RelationType::near) {
                relation.type = RelationType::distance;
                relation.min_m = std::max(0.0, distance.metres * 0.95);
                relation.max_m = distance.metres * 1.05;
                break;
            }
        return true;
    }
    // "a worker pushing a cart towards the door": the one who moves looks there
    if (preposition == "towards" && mover_ >= 0) {
        std::size_t k = i + 1;
        Ref const to = target(k);
        at_ = std::max(k, i + 1);
        Ref one;
        one.group = mover_;
        if (to.ok()) relate(one, "towards", to, distance);
        return true;
    }
    return false;
}

/// "on the left", "in the east"; `k` is where the side is named.
bool Grammar::read_sided(std::string const& preposition, std::size_t k, Distance const& distance)
{
    bool const opens = begins_clause(at_);
    std::size_t const side = k + (item(k).word_is("the") ? 1 : 0);
    bool const sided =
        item(side).is(Kind::dir) && !item(side + 1).is(Kind::part) && !item(side + 1).is(Kind::thing);
    if (sided && (preposition == "on" || preposition == "at" || preposition == "in")) { // "on the left"
        Ref to;
        to.part = "side";
        to.wall = item(side).value(Kind::dir);
        at_ = side + 1;
        bool const first = subject_.group < 0 || (opens && fronts_a_noun(at_));
        if (first)
            fronted_.push_back({preposition, to, distance});
        else
            relate(subject_, preposition, to, distance);
        return true;
    }
    return false;
}

/// A preposition and its noun: "next to the door"; before its subject when it opens the clause.
bool Grammar::read_place(std::string const& preposition, std::size_t i, Distance const& distance)
{
    bool const opens = begins_clause(at_);
    std::size_t k = i + 1;
    // arrangements: "in two rows", "in a 4x4 grid"
    if (preposition == "in" || preposition == "on") {
        std::size_t const kept = at_;
        at_ = i + 1;
        if (read_arrangement()) return true;
        at_ = kept;
    }
    if (read_sided(preposition, k, distance)) return true;
    bool const between = preposition == "between";
    if (between && item(k).is_number() && item(k + 1).word_is("and") && item(k + 2).is_number()) {
        // "between 3 and 5 barrels" counts
        items_[k + 2].numbers[0] = std::round((item(k).numbers[0] + item(k + 2).numbers[0]) / 2);
        at_ = k + 2;
        return true;
    }
    // "a laptop on a workbench" within "three workers looking at a laptop on a workbench"
    static std::set<std::string_view> const nearest{
        "on", "in", "under", "next_to", "near", "against", "in_front_of", "behind", "left_of", "right_of"};
    int const said = last_target_.first.group;
    bool const attaches = said >= 0 && last_target_.second == at_ && new_groups_.contains(said) &&
                          !presumed_.contains(said) && subject_.group >= 0 && said != subject_.group;
    if (attaches && nearest.contains(preposition)) {
        subject_ = last_target_.first;
        subject_.each = false;
    }
    Ref const subject = subject_;
    Ref to = target(k);
    if (!to.ok()) {
        bool const on_host = (preposition == "on" || preposition == "under" || preposition == "behind" ||
                              preposition == "around" || preposition == "on_it" || preposition == "next_to" ||
                              preposition == "between" || preposition == "above");
        int const host = hosting_ && host_.group >= 0 && host_.group != subject.group ? host_.group
                         : subject.group >= 0 ? other_than(subject.group, false)
                                              : -1;
        at_ = i + 1;
        // "between the clusters": of the things themselves
        std::size_t const things = at_ + (item(at_).word_is("the") ? 1 : 0);
        if (between && item(things).is(Kind::arr)) at_ = things + 1;
        if (noun_phrase(at_).head != NounPhrase::Head::none) return true;
        if (on_host && subject.group >= 0 && host >= 0 && host != subject.group) {
            to.group = host;
            relate(subject, preposition == "on_it" ? "on" : preposition, to, distance);
        }
        return true;
    }
    at_ = k;
    if (preposition == "per" && to.group >= 0) { // "per table": of every one, however many there are
        to.each = true;
        bool const fresh = new_groups_.contains(to.group) && group_at(to.group).count == 1;
        if (fresh && !noun_phrase(i + 1).indefinite) {
            group_at(to.group).count = 0;
            countless_.insert(to.group);
        }
    }
    Ref second;
    if (between && item(k).word_is("and")) {
        std::size_t after = k + 1;
        second = target(after);
        if (second.group >= 0) at_ = after;
    }
    bool const fronted = subject.group < 0 || (opens && fronts_a_noun(at_));
    if (to.room >= 0 && (preposition == "in" || preposition == "at" || preposition == "on")) {
        last_room_ = to.room;
        if (subject.group >= 0 && plan_.rooms.size() > 1 && !fronted)
            group_at(subject.group).room = plan_.rooms[static_cast<std::size_t>(to.room)].id;
        return true;
    }
    if (between && second.group >= 0) to.part = "=" + group_at(second.group).id;
    if (fronted) {
        fronted_.push_back({preposition, to, distance});
        subject_ = {};
        hosting_ = false;
        return true;
    }
    relate(subject, preposition, to, distance);
    if (to.group >= 0 && !to.self) last_target_ = {to, at_};
    if (item(at_).word_is("and") && locates(item(at_ + 1).value(Kind::rel))) ++at_; // "near X and behind Y"
    subject_ = subject;
    return true;
}

/// "facing each other", "side by side", "back to back", "close together".
bool Grammar::read_pairwise()
{
    bool const group = subject_.group >= 0;
    Item const& it = item(at_);
    if (it.word_is("back_to_back") && (group || racks() >= 0)) {
        add_relation(group ? subject_.group : racks(), {.type = RelationType::back_to_back, .max_m = 0.3});
        return ++at_, true;
    }
    if (!group) return false;
    std::string const own = group_at(subject_.group).id;
    int before = -1; // the other one of "a sofa and a table next to each other"
    for (int const index : conjuncts_)
        if (index != subject_.group) before = index;
    bool const many = group_at(subject_.group).count != 1;
    std::string const other = many || before < 0 ? own : group_at(before).id;
    if (it.word_is("side_by_side")) {
        if (many) add_relation(subject_.group, {.type = RelationType::in_row, .n = 1});
        add_relation(subject_.group, {.type = RelationType::near, .other = other, .max_m = 0.5});
        return ++at_, true;
    }
    if (it.word_is("together_group") || it.word_is("together")) {
        add_relation(subject_.group, {.type = RelationType::group, .max_m = 1.5});
        return ++at_, true;
    }
    return false;
}

/// "carrying a pallet": the thing is on the carrier; "pushing a trolley": the pusher is close to it.
bool Grammar::read_carrying(std::string_view preposition, std::size_t i)
{
    Ref const subject = subject_;
    Ref const to = target(i);
    at_ = std::max(i, at_ + 1);
    if (to.part == "aisle") relate(subject, "along", to, {});
    if (to.group < 0 || subject.group < 0) return true;
    bool const person = is_a(group_at(subject.group).category, "character");
    if (preposition == "carrying" && !person)
        add_relation(to.group, {.type = RelationType::carried_by, .other = group_at(subject.group).id});
    else
        add_relation(subject.group,
                     {.type = RelationType::near, .other = group_at(to.group).id, .max_m = 0.8});
    // what follows may hang on the thing ("a hand truck with two boxes"); motion belongs to the one who moves
    size_target_ = subject_ = to;
    mover_ = subject.group;
    return true;
}

} // namespace soulvan::scene
