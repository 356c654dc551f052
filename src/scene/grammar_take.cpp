// What noun phrases mean: new groups, references to known ones, rooms, things that are missing.
#include "grammar.h"

#include "morphology.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

namespace {

constexpr int count_limit = 1'000'000; // what the plan's type holds; conclude() refuses far less

int whole(double number)
{
    return static_cast<int>(std::clamp(std::round(number), 0.0, static_cast<double>(count_limit)));
}

} // namespace

bool Grammar::read_noun()
{
    auto phrase = noun_phrase(at_);
    if (phrase.head == NounPhrase::Head::none) return false;
    if (phrase.head == NounPhrase::Head::part && fronted_.empty() && !phrase.number) {
        // "ceiling height of 4 m", "9 ft ceiling": a size of the room
        std::size_t next = phrase.end;
        while (item(next).word_is("be") || item(next).word_is("high_dim") || item(next).is(Kind::rel, "of") ||
               item(next).is(Kind::rel, "at"))
            ++next;
        if (phrase.value == "ceiling" && item(next).is_measure(Dim::length) && phrase.size[2] == 0) {
            phrase.size[2] = item(next).numbers[0];
            phrase.end = next + 1;
        }
        double const high = phrase.size[2] > 0            ? phrase.size[2]
                            : phrase.measures.size() == 1 ? phrase.measures[0]
                                                          : 0;
        if (phrase.value == "ceiling" && high > 0) {
            auto& room = plan_.rooms[static_cast<std::size_t>(current_room())];
            room.height = high;
            room.size_stated = true;
            content_ = true;
            at_ = phrase.end;
            return true;
        }
        at_ = phrase.end;
        aisle_end_ = at_;
        if (phrase.value == "aisle" && racks() >= 0)
            aisle(racks(), phrase);
        else if (phrase.value == "aisle")
            early_aisles_.push_back(phrase);
        at_ = aisle_end_;
        return true;
    }
    if (phrase.head == NounPhrase::Head::part && phrase.value == "aisle" && phrase.number &&
        item(phrase.end).is(Kind::rel, "of")) { // "4 aisles of racks": five rows
        NounPhrase const rows = noun_phrase(phrase.end + 1);
        if (rows.head == NounPhrase::Head::thing) {
            aisles_ = std::clamp(whole(*phrase.number), 1, 50);
            at_ = rows.end;
            subject_ = take(rows);
            if (subject_.group >= 0) {
                add_relation(subject_.group, {.type = RelationType::in_row, .n = aisles_ + 1});
                add_relation(subject_.group, {.type = RelationType::aisle, .min_m = 2.5});
            }
            return true;
        }
    }
    bool const joined = conjuncts_.size() > 0 && phrase.begin > 0 && item(phrase.begin - 1).word_is("and");
    at_ = phrase.end;
    Ref const ref = take(phrase);
    if (!ref.ok()) return true;
    if (!joined && !(at_ > 0 && !conjuncts_.empty() && item(phrase.begin - 1).mark == ','))
        conjuncts_.clear();
    if (ref.group >= 0) conjuncts_.push_back(ref.group);
    subject_ = ref;
    copula_ = false;
    if (ref.group >= 0 && std::exchange(wants_subject_, false)) plan_.camera.subject = group_at(ref.group).id;
    if (ref.group >= 0 && hosting_) hang(phrase, ref.group);
    for (auto const& fronted : std::exchange(fronted_, {}))
        if (ref.group >= 0) relate(ref, fronted.preposition, fronted.to, fronted.distance);
    return true;
}

Ref Grammar::take(NounPhrase const& phrase)
{
    for (auto const& word : phrase.unknown) plan_.report.not_understood.push_back(word);
    if (!phrase.time.empty()) plan_.light.time_of_day = phrase.time;
    if (!phrase.sky.empty() && phrase.sky != "fog") plan_.light.sky = phrase.sky;
    if (phrase.sky == "fog") plan_.light.fog = true;
    switch (phrase.head) {
    case NounPhrase::Head::thing:
        return take_thing(phrase);
    case NounPhrase::Head::env:
        return take_env(phrase);
    case NounPhrase::Head::pronoun:
        return take_pronoun(phrase);
    case NounPhrase::Head::unknown:
        take_unknown(phrase);
        return {};
    case NounPhrase::Head::part: {
        Ref ref;
        ref.part = phrase.value;
        ref.wall = phrase.wall;
        ref.each = phrase.each || phrase.all;
        ref.quant = phrase.number ? whole(*phrase.number) : 0;
        return ref;
    }
    case NounPhrase::Head::none:
        break;
    }
    return {};
}

Ref Grammar::take_thing(NounPhrase const& phrase)
{
    std::string category = phrase.value;
    Item const& before = item(phrase.begin == 0 ? items_.size() : phrase.begin - 1);
    bool const denied = negating_ &&
                        phrase.number.value_or(1) == 1 && // "without a bathtub", "not a single person"
                        (before.is(Kind::rel, "without") || before.word_is("not") || before.word_is("nor") ||
                         before.word_is("neither") || before.word_is("or"));
    if (phrase.negated || denied || (negating_ && !phrase.number && !phrase.indefinite && !phrase.definite)) {
        exclude(category, phrase.typed);
        return {};
    }
    negating_ = negating_ && !phrase.number && !phrase.indefinite;
    std::string const place = environment();
    if (category == "door" && (place == "warehouse" || place == "loading_dock") &&
        phrase.typed != "office door")
        category = "dock_door"; // what a hall's door is
    if (category == "desk" && place == "lobby") category = "reception_desk";
    Ref ref;
    ref.each = phrase.each;
    ref.every_second = phrase.every_second;
    ref.which = phrase.which;
    // "the desks", "each desk": those that were named, with their number when it differs
    bool const refers = phrase.definite || phrase.each || phrase.other || phrase.its;
    if (refers || phrase.of_them) {
        int const known = find_group(phrase.value, phrase.attributes, false);
        if (known >= 0) {
            auto& group = plan_.groups[static_cast<std::size_t>(known)];
            int const n = phrase.number ? whole(*phrase.number) : 0;
            if (n > 0 && countless_.contains(known)) {
                group.count = n;
                group.count_stated = !phrase.vague;
                countless_.erase(known);
            } else if (n > 0 && n < group.count) {
                ref.quant = n;
            }
            if (!phrase.plural && n == 0 && !phrase.each && ref.which.empty() && group.count > 1 &&
                !phrase.all)
                ref.quant = 1;
            ref.group = last_group_ = known;
            size_target_ = ref;
            return ref;
        }
    }
    // "two chairs per table, three tables": the number of things that were named without one
    if (phrase.number && phrase.attributes.empty() && phrase.arrangement.empty() && !phrase.more) {
        int const known = find_group(category, {}, true);
        bool const open = countless_.contains(known) || presumed_.contains(known);
        if (known >= 0 && open && !shares_.contains(known)) {
            group_at(known).count = whole(*phrase.number);
            group_at(known).count_stated = !phrase.vague;
            countless_.erase(known);
            presumed_.erase(known);
            ref.group = last_group_ = known;
            size_target_ = ref;
            return ref;
        }
    }
    if (phrase.more || phrase.another) { // "two more forklifts"
        int const known = follow_up_ || phrase.more ? find_group(phrase.value, phrase.attributes, true) : -1;
        if (known >= 0) {
            auto& group = plan_.groups[static_cast<std::size_t>(known)];
            group.count = std::min(count_limit, group.count + whole(phrase.number.value_or(1)));
            group.implied = false;
            content_ = true;
            ref.group = last_group_ = known;
            return ref;
        }
    }
    ref.group = add_group(phrase, category);
    if (phrase.definite && !phrase.number) presumed_.insert(ref.group);
    if (ref.which.empty() && phrase.each) ref.each = true;
    ref.which.clear();
    size_target_ = ref;
    return ref;
}

int Grammar::add_group(NounPhrase const& phrase, std::string category)
{
    Group group;
    group.id = fresh_id(category);
    group.category = std::move(category);
    group.words = typed(phrase.begin, phrase.end);
    group.attributes = phrase.attributes;
    group.parameters = phrase.parameters;
    if (!phrase.style.empty()) group.attributes.push_back(phrase.style);
    if (phrase.mood == "dim") group.attributes.emplace_back("dark");
    if (phrase.mood == "bright") group.attributes.emplace_back("bright");
    for (auto const* sense : Lexicon::standard().find(std::vector<std::string>{fold(phrase.typed)}).senses)
        if (auto const extra = sense->extras.find("attr");
            sense->kind == Kind::thing && extra != sense->extras.end())
            group.attributes.push_back(extra->second);
    std::sort(group.attributes.begin(), group.attributes.end());
    group.attributes.erase(std::unique(group.attributes.begin(), group.attributes.end()),
                           group.attributes.end());
    int const index = static_cast<int>(plan_.groups.size());
    if (is_a(group.category, "character")) subject_person_ = index;
    if (phrase.number) {
        group.count = whole(*phrase.number);
        group.count_stated = !phrase.vague;
    } else if ((phrase.plural || phrase.each || phrase.all || phrase.some) && !phrase.indefinite) {
        group.count = 0;
        countless_.insert(index);
    } else if (phrase.arrangement.empty()) {
        static std::set<std::string, std::less<>> const masses{"shelving", "pallet_rack", "guard_rail",
                                                               "fence", "machine"};
        bool const mass = !phrase.indefinite && !phrase.definite && masses.contains(group.category) &&
                          (phrase.typed.ends_with("ing") || phrase.typed.ends_with("ery"));
        if (mass) countless_.insert(index);
        group.count = mass ? 0 : 1;
        group.count_stated = !mass && (phrase.indefinite || phrase.definite || !phrase.plural);
    } else {
        group.count = 0;
        countless_.insert(index);
    }
    auto const size = phrase.size;
    auto measured = size;
    if (phrase.measures.size() >= 2) {
        measured[0] = phrase.measures[0];
        measured[1] = phrase.measures[1];
        if (phrase.measures.size() > 2) measured[2] = phrase.measures[2];
    } else if (phrase.measures.size() == 1) {
        auto const* kind = category_of(group.category);
        static std::set<std::string, std::less<>> const high{"shelving", "pallet_rack", "ladder", "tree",
                                                             "plant",    "column",      "fence",  "statue"};
        measured[high.contains(group.category) || (kind && kind->parent == "plant") ? 2 : 0] =
            phrase.measures[0];
    }
    if (measured != std::array<double, 3>{0, 0, 0}) group.size_m = measured;
    if (last_room_ > 0) group.room = plan_.rooms[static_cast<std::size_t>(last_room_)].id;
    plan_.groups.push_back(std::move(group));
    new_groups_.insert(index);
    last_group_ = index;
    content_ = true;
    if (!phrase.place.empty() && plan_.rooms.empty()) set_env(phrase.place, "");
    if (!phrase.wall.empty() && phrase.which.empty()) {
        auto const* kind = category_of(plan_.groups.back().category);
        bool const hangs = kind && kind->mount == catalog::Mount::wall;
        add_relation(
            index, {.type = hangs ? RelationType::on_wall : RelationType::against_wall, .wall = phrase.wall});
    }
    if (!phrase.arrangement.empty()) arrange_group(index, phrase);
    if (phrase.people > 0) {
        NounPhrase chairs;
        chairs.number = phrase.people;
        chairs.begin = chairs.end = phrase.begin;
        int const seats = add_group(chairs, "chair");
        plan_.groups[static_cast<std::size_t>(seats)].words =
            plan_.groups[static_cast<std::size_t>(index)].words;
        add_relation(seats, {.type = RelationType::around,
                             .other = plan_.groups[static_cast<std::size_t>(index)].id,
                             .max_m = 0.9});
        last_group_ = index;
    }
    return index;
}

Ref Grammar::take_env(NounPhrase const& phrase)
{
    Ref ref;
    if (phrase.negated) return ref;
    std::string size_word = phrase.size_word;
    bool empty = false;
    for (auto const& attribute : phrase.attributes) {
        if (attribute == "small" || attribute == "large" || attribute == "huge")
            size_word = attribute;
        else if (attribute == "empty")
            empty = true;
        else if (attribute == "full" || attribute == "busy" || attribute == "cluttered")
            continue;
        else if (attribute == "tall" && phrase.size[2] == 0)
            size_word = size_word.empty() ? "large" : size_word;
    }
    bool const known = std::any_of(plan_.rooms.begin(), plan_.rooms.end(), [&](RoomPlan const& room) {
        return room.environment == phrase.value || (phrase.value == "room" && !room.environment.empty());
    });
    // A dock beside a hall that is already there is its door.
    if (!known && !plan_.rooms.empty() && phrase.value == "loading_dock" && !rooms_joined_ &&
        !phrase.definite) {
        NounPhrase door = phrase;
        door.head = NounPhrase::Head::thing;
        door.attributes.clear();
        ref.group = add_group(door, "dock_door");
        return ref;
    }
    // "a house with a kitchen": the rooms are what is seen
    if (plan_.rooms.empty() && plan_.groups.size() == 1 && is_a(group_at(0).category, "building") &&
        !follow_up_) {
        removed_.insert(0);
        hosting_ = false;
    }
    ref.room = set_env(phrase.value, size_word);
    auto& room = plan_.rooms[static_cast<std::size_t>(ref.room)];
    room.empty = room.empty || empty;
    if (!phrase.style.empty()) plan_.style = phrase.style;
    if (!phrase.mood.empty()) plan_.light.mood = phrase.mood;
    size_room(ref.room, phrase);
    last_room_ = ref.room;
    size_target_ = ref;
    host_ = ref;
    hosted_.clear();
    content_ = true;
    return ref;
}

Ref Grammar::take_pronoun(NounPhrase const& phrase)
{
    Ref ref;
    ref.which = phrase.which;
    if (phrase.value == "each") {
        ref = conjuncts_.size() > 0 && subject_.group >= 0 ? subject_ : Ref{};
        if (ref.group < 0) ref.group = last_group_;
        // "six tables, four chairs at each": of the others, not of the chairs themselves
        bool const placed = phrase.begin > 0 && item(phrase.begin - 1).is(Kind::rel);
        if (int const other = placed && ref.group == subject_.group ? other_than(ref.group, true) : -1;
            other >= 0)
            ref.group = other;
        ref.each = true;
        ref.every_second = phrase.every_second;
        return ref;
    }
    if (phrase.value == "rest" || phrase.value == "other") {
        ref.group = last_group_;
        return ref;
    }
    if (phrase.value == "another" && last_group_ >= 0) {
        NounPhrase one = phrase;
        one.head = NounPhrase::Head::thing;
        one.plural = false;
        ref.group = add_group(one, plan_.groups[static_cast<std::size_t>(last_group_)].category);
        return ref;
    }
    if (last_group_ < 0 || (phrase.value == "it" && !follow_up_ && last_room_ >= 0 && conjuncts_.empty() &&
                            size_target_.room >= 0)) {
        ref.room = last_room_;
        size_target_ = ref;
        return ref;
    }
    ref.group = last_group_;
    if (phrase.value == "of_them" && phrase.number) {
        int const n = whole(*phrase.number);
        auto const index = static_cast<std::size_t>(last_group_);
        ref.quant = n < plan_.groups[index].count ? n : 0;
    }
    size_target_ = ref;
    return ref;
}

void Grammar::take_unknown(NounPhrase const& phrase)
{
    bool const determined =
        phrase.definite || phrase.indefinite || phrase.number || phrase.some || phrase.each;
    bool const listed =
        phrase.begin > 0 && (item(phrase.begin - 1).mark == ',' || item(phrase.begin - 1).word_is("and") ||
                             item(phrase.begin - 1).is(Kind::rel));
    auto const thing = catalog_.wordnet ? catalog_.wordnet->thing(phrase.value) : WordNet::Thing::no;
    bool const word = catalog_.wordnet && catalog_.wordnet->is_word(phrase.value);
    bool const named = phrase.begin > 0 && item(phrase.begin - 1).word_is("named");
    bool const physical = thing == WordNet::Thing::yes ||
                          (thing == WordNet::Thing::rarely && determined && phrase.indefinite) ||
                          (!word && determined && phrase.value.size() > 2);
    if (phrase.negated || negating_) return; // there is none of it anyway
    if (physical && !named && (determined || (listed && thing == WordNet::Thing::yes))) {
        missing(phrase.typed);
        if (phrase.indefinite || phrase.number) content_ = true;
        return;
    }
    plan_.report.not_understood.push_back(phrase.typed);
}

int Grammar::find_group(std::string_view category, std::vector<std::string> const& attributes,
                        bool strict) const
{
    for (int index = static_cast<int>(plan_.groups.size()) - 1; index >= 0; --index) {
        auto const& group = plan_.groups[static_cast<std::size_t>(index)];
        if (removed_.contains(index)) continue;
        bool const alike = strict ? group.category == category
                                  : is_a(group.category, category) || is_a(category, group.category);
        if (!alike) continue;
        bool const fits =
            std::all_of(attributes.begin(), attributes.end(), [&](std::string const& attribute) {
                return std::find(group.attributes.begin(), group.attributes.end(), attribute) !=
                       group.attributes.end();
            });
        if (fits) return index;
    }
    return attributes.empty() || strict ? -1 : find_group(category, {}, strict);
}

int Grammar::set_env(std::string_view environment, std::string_view size_word)
{
    auto& rooms = plan_.rooms;
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        // "the room" is the one there is, whatever kind
        bool const same = rooms[i].environment == environment || environment == "room";
        if (same || rooms[i].environment == "room") {
            if (!same) rooms[i].environment = environment;
            if (!size_word.empty()) rooms[i].size_word = size_word;
            return static_cast<int>(i);
        }
    }
    RoomPlan room;
    room.id = rooms.empty() ? "room" : "room_" + std::to_string(rooms.size() + 1);
    room.environment = environment;
    room.size_word = size_word;
    rooms.push_back(std::move(room));
    return static_cast<int>(rooms.size()) - 1;
}

int Grammar::current_room()
{
    if (last_room_ >= 0) return last_room_;
    if (plan_.rooms.empty()) set_env("room", "");
    return last_room_ = 0;
}

void Grammar::exclude(std::string_view category, std::string_view)
{
    content_ = true;
    if (follow_up_)
        for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i)
            if (is_a(group_at(i).category, category) && !new_groups_.contains(i) && !removed_.contains(i))
                remove_group(i);
    if (category == "window")
        for (auto& room : plan_.rooms) room.windows = false;
    if (std::find(plan_.excluded.begin(), plan_.excluded.end(), category) == plan_.excluded.end())
        plan_.excluded.emplace_back(category);
}

void Grammar::missing(std::string word)
{
    for (auto const& known : plan_.report.missing)
        if (known.word == word) return;
    plan_.report.missing.push_back({word, alternatives(fold(word)), ""});
}

std::string Grammar::fresh_id(std::string_view category) const
{
    auto const* kind = category_of(category);
    std::string base = kind ? kind->plural : plural_of(category);
    for (char& c : base) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    for (char& c : base)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
    std::string id = base;
    for (int n = 2; plan_.find(id); ++n) id = base + "_" + std::to_string(n);
    return id;
}

std::string Grammar::environment() const
{
    if (plan_.rooms.empty()) return {};
    auto const room = last_room_ >= 0 && last_room_ < static_cast<int>(plan_.rooms.size()) ? last_room_ : 0;
    return plan_.rooms[static_cast<std::size_t>(room)].environment;
}

} // namespace soulvan::scene
