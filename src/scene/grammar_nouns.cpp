// Noun phrases: determiners, numbers, adjectives, heads.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

namespace {

bool is_lamp_word(Item const& item)
{
    return item.word_is("light") && item.is(Kind::thing);
}

/// Axis that a word such as "tall" names: 0 width, 1 depth, 2 height, 3 length (the longer horizontal); -1.
int axis_of(Item const& item)
{
    if (item.word_is("wide_dim")) return 0;
    if (item.word_is("deep_dim")) return 1;
    if (item.word_is("high_dim")) return 2;
    if (item.word_is("long_dim")) return 3;
    return -1;
}

bool is_noun(Item const& item)
{
    return item.is(Kind::thing) || item.is(Kind::env) || item.is(Kind::part);
}

bool is_adjective(Item const& item)
{
    return item.is(Kind::attr) || item.is(Kind::style) || item.is(Kind::mood) || item.is(Kind::time) ||
           item.is(Kind::sky);
}

} // namespace

NounPhrase Grammar::noun_phrase(std::size_t from) const
{
    NounPhrase phrase;
    phrase.begin = phrase.end = from;
    std::size_t i = from;
    for (bool more = true; more && i < items_.size();)
        more = noun_determiner(phrase, i) || noun_arrangement(phrase, i) || noun_measure(phrase, i) ||
               noun_modifier(phrase, i);
    noun_head(phrase, i);
    if (phrase.head == NounPhrase::Head::none) return phrase;
    if (phrase.head == NounPhrase::Head::thing && !phrase.number && item(i).word == "x" &&
        item(i + 1).is_number()) {
        phrase.number = item(i + 1).numbers[0]; // "forklift x3"
        i += 2;
    }
    if (phrase.head == NounPhrase::Head::thing && !phrase.number && item(i).typed == "(" &&
        item(i + 1).is_number() && item(i + 2).typed == ")") {
        phrase.number = item(i + 1).numbers[0]; // "cones (4)"
        i += 3;
    }
    // "two chairs red" of the Romance languages; never before another noun
    while (phrase.head == NounPhrase::Head::thing && item(i).is(Kind::attr) && !item(i).is(Kind::posture) &&
           !item(i).is(Kind::rel) && !item(i).is(Kind::verb) && axis_of(item(i)) < 0 &&
           !is_noun(item(i + 1)) && !is_adjective(item(i + 1)) && !is_noun(item(i)))
        phrase.attributes.emplace_back(item(i++).value(Kind::attr));
    phrase.end = i;
    return phrase;
}

bool Grammar::noun_determiner(NounPhrase& phrase, std::size_t& i) const
{
    Item const& it = item(i);
    auto const of_them = [&](std::size_t k) { // "two of the", "all of these", "a couple of"
        if (!item(k).is(Kind::rel, "of")) return k;
        Item const& next = item(k + 1);
        if (next.word_is("the") || next.word_is("my")) {
            phrase.definite = true;
            return k + 2;
        }
        if (next.word_is("it") || next.word_is("them")) {
            phrase.of_them = true;
            return k + 1;
        }
        return is_noun(next) || is_adjective(next) || next.unknown() ? k + 1 : k;
    };
    if (it.is_number() && !(it.is(Kind::which) && phrase.definite)) {
        if (phrase.number) return false;
        Item const& next = item(i + 1);
        if (next.is(Kind::param)) { // "four level rack", "with five levels" is elsewhere
            bool const before_noun = is_noun(item(i + 2)) || is_adjective(item(i + 2));
            if (!before_noun && !next.is(Kind::thing)) return false;
            if (!before_noun) {
                phrase.number = it.numbers[0];
                return ++i, true;
            }
            phrase.parameters.emplace_back(
                next.value(Kind::param), std::to_string(std::clamp(static_cast<int>(it.numbers[0]), 0, 99)));
            i += 2;
            return true;
        }
        if (next.is(Kind::thing, "character") && !next.plural &&
            item(i + 2).is(Kind::thing)) { // "six person table"
            phrase.people = static_cast<int>(std::min(it.numbers[0], 1000.0));
            i += 2;
            return true;
        }
        phrase.number = it.numbers[0];
        phrase.vague = it.vague;
        if (next.word == "x" && !item(i + 2).is_number()) ++i; // "2x forklift"
        i = of_them(i + 1);
        return true;
    }
    bool const before_noun = is_noun(item(i + 1)) || is_adjective(item(i + 1)) || item(i + 1).is_number() ||
                             item(i + 1).is(Kind::arr) || item(i + 1).unknown();
    bool const ranks = phrase.definite || it.word == "leftmost" || it.word == "rightmost" ||
                       it.word == "middle" || it.word == "last" || it.word == "first";
    if (it.is(Kind::which) && ranks && before_noun) {
        phrase.which = it.value(Kind::which);
        ++i;
        return true;
    }
    if (!it.is(Kind::word)) return false;
    std::string_view const word = it.value(Kind::word);
    if (word == "a")
        phrase.indefinite = true;
    else if (word == "the" || word == "my")
        phrase.definite = true;
    else if (word == "its")
        phrase.its = phrase.definite = true;
    else if (word == "each" || word == "every")
        phrase.each = true;
    else if (word == "every_second")
        phrase.each = phrase.every_second = true;
    else if (word == "no" || word == "none")
        phrase.negated = true;
    else if (word == "all" || word == "both")
        phrase.all = phrase.definite = true;
    else if (word == "some")
        phrase.some = true;
    else if (word == "another")
        phrase.another = phrase.indefinite = true;
    else if (word == "more")
        phrase.more = true;
    else if (word == "other")
        phrase.other = true;
    else if (word == "one_of") {
        phrase.number = 1;
        phrase.definite = phrase.of_them = true;
    } else if (word == "at_least")
        phrase.at_least = true;
    else if (word == "exactly" || word == "about" || word == "at_most") {
        if (!item(i + 1).is_number() && !item(i + 1).word_is("a")) return false;
    } else
        return false;
    if (word != "a" && word != "the" && word != "each" && word != "every" && word != "all" && word != "no" &&
        i > phrase.begin && phrase.head != NounPhrase::Head::none)
        return false;
    ++i;
    if (phrase.each || phrase.all || phrase.some) i = of_them(i);
    return true;
}

bool Grammar::noun_arrangement(NounPhrase& phrase, std::size_t& i) const
{
    Item const& it = item(i);
    // "a 3 by 3 grid of pallets"
    if (it.numbers.size() == 2 && it.dim == Dim::none && item(i + 1).is(Kind::arr, "grid") &&
        item(i + 2).is(Kind::rel, "of")) {
        phrase.arrangement = "grid";
        phrase.arranged = static_cast<int>(std::clamp(it.numbers[0], 1.0, 1000.0));
        phrase.per_row = static_cast<int>(std::clamp(it.numbers[1], 1.0, 1000.0));
        phrase.number = phrase.arranged * phrase.per_row;
        i += 3;
        return true;
    }
    if (!it.is(Kind::arr) || is_noun(item(i + 1)) || !phrase.arrangement.empty()) return false;
    bool const of = item(i + 1).is(Kind::rel, "of");
    bool const by = item(i + 1).is_number() || item(i + 1).numbers.size() == 2;
    if (!of && !by) return false;
    std::size_t const after = i + (of ? 2 : 1);
    NounPhrase inner;
    bool const grid = item(after).numbers.size() == 2 && item(after).dim == Dim::none;
    if (!grid) inner = noun_phrase(after);
    bool const found = grid
                           ? is_noun(item(after + 1)) || item(after + 1).is(Kind::rel, "of")
                           : inner.head == NounPhrase::Head::thing || inner.head == NounPhrase::Head::unknown;
    if (!found) return false;
    phrase.arrangement = it.value(Kind::arr);
    phrase.arranged = phrase.number ? static_cast<int>(std::min(*phrase.number, 1000.0)) : it.plural ? 0 : 1;
    phrase.number.reset();
    phrase.plural = phrase.plural || it.plural;
    i = after;
    if (grid) {
        phrase.arranged = static_cast<int>(std::min(item(i).numbers[0], 1000.0));
        phrase.per_row = static_cast<int>(std::min(item(i).numbers[1], 1000.0));
        phrase.number = phrase.arranged * phrase.per_row;
        ++i;
        if (item(i).is(Kind::rel, "of")) ++i;
    } else if (item(i).is_number()) {
        double const each = std::min(item(i).numbers[0], 1e7);
        phrase.per_row = static_cast<int>(std::min(each, 1000.0));
        phrase.vague = item(i).vague;
        phrase.number = each * std::max(1, phrase.arranged);
        ++i;
    }
    return true;
}

bool Grammar::noun_measure(NounPhrase& phrase, std::size_t& i) const
{
    Item const& it = item(i);
    if (it.is_measure(Dim::area) && (is_noun(item(i + 1)) || is_adjective(item(i + 1)))) {
        phrase.area_m2 = it.numbers[0];
        ++i;
        return true;
    }
    bool const plain = it.dim == Dim::none && it.numbers.size() >= 2;
    if (it.is_measure(Dim::other) && is_noun(item(i + 1))) return ++i, true; // "a 200 litre drum"
    if (!it.is_measure(Dim::length) && !plain) return false;
    std::size_t next = i + 1;
    int const axis = axis_of(item(next));
    if (axis >= 0) ++next;
    // A measure belongs to a noun that follows; "3 m from the door" is a distance.
    std::size_t head = next;
    while (is_adjective(item(head)) || item(head).is_measure(Dim::length) || axis_of(item(head)) >= 0 ||
           (item(head).mark == ',' && item(head + 1).is_measure(Dim::length)))
        ++head;
    bool const lens = item(head).word_is("lens") || item(head).word_is("camera");
    if (!is_noun(item(head)) && !item(head).unknown() && !item(head).is(Kind::arr, "grid")) return false;
    if (lens) return false;
    if (plain && item(head).is(Kind::arr, "grid")) return false;
    if (axis >= 0 && it.numbers.size() == 1)
        phrase.size[axis == 3 ? 0 : static_cast<std::size_t>(axis)] = it.numbers[0];
    else
        phrase.measures = it.numbers;
    i = next;
    if (item(i).mark == ',' && item(i + 1).is_measure(Dim::length)) ++i;
    return true;
}

bool Grammar::noun_modifier(NounPhrase& phrase, std::size_t& i) const
{
    Item const& it = item(i);
    Item const& next = item(i + 1);
    if (it.mark == ',' && i > phrase.begin && is_adjective(next) && !is_noun(next) &&
        (is_noun(item(i + 2)) || is_adjective(item(i + 2)))) { // "a big, red box"
        ++i;
        return true;
    }
    bool const before_more =
        is_noun(next) || is_adjective(next) || next.unknown() || next.is(Kind::arr) ||
        next.is_measure(Dim::length) || next.is(Kind::dir) || next.mark == ',' ||
        (next.word_is("and") && (is_adjective(item(i + 2)) || (phrase.number && item(i + 2).is_number()) ||
                                 (phrase.indefinite && item(i + 2).word_is("a"))));
    bool const elliptic = next.mark == ',' && (phrase.number || phrase.indefinite) &&
                          is_adjective(item(i + 3)) &&
                          (item(i + 2).word_is("a") || item(i + 2).is_number()); // "a red, a blue and …"
    if (it.is(Kind::dir) && (is_noun(next) || next.is(Kind::dir) || next.word_is("hand"))) {
        std::string const word{it.value(Kind::dir)};
        phrase.wall = phrase.wall.empty() ? word : phrase.wall + "_" + word;
        if (word == "left" || word == "right") phrase.which = word + "most";
        ++i;
        return true;
    }
    if (it.is(Kind::env) && next.is(Kind::thing) && !it.plural) { // "warehouse forklift"
        phrase.place = it.value(Kind::env);
        ++i;
        return true;
    }
    if (it.is(Kind::thing) && !it.plural && next.is(Kind::thing) && !is_lamp_word(next) &&
        !is_adjective(it)) {
        phrase.attributes.push_back(it.word);
        ++i;
        return true;
    }
    if (it.is(Kind::style) && next.mark == ',') return false; // "in rustic style, brick walls"
    if (it.is(Kind::thing) && !is_adjective(it)) return false;
    if (it.is(Kind::part) && next.is(Kind::part) && !it.plural) { // "back wall", "front left corner"
        phrase.wall = phrase.wall.empty() ? std::string(it.value(Kind::part))
                                          : phrase.wall + "_" + std::string(it.value(Kind::part));
        if (phrase.wall == "centre" || phrase.wall == "top") phrase.wall.clear();
        ++i;
        return true;
    }
    if (it.is(Kind::thing, "window") && next.is(Kind::part, "wall")) return ++i, true;
    if (it.is(Kind::rel, "opposite") &&
        next.is(Kind::part, "wall")) { // opposite the wall that was named last
        static std::map<std::string, std::string, std::less<>> const across{
            {"left", "right"},  {"right", "left"},  {"back", "front"}, {"front", "back"},
            {"north", "south"}, {"south", "north"}, {"east", "west"},  {"west", "east"}};
        for (auto const& group : plan_.groups)
            for (auto const& relation : group.relations)
                if (auto const found = across.find(relation.wall); found != across.end())
                    phrase.wall = found->second;
        return ++i, true;
    }
    if (is_adjective(it) && before_more && !(it.is(Kind::env) || it.is(Kind::part))) {
        if (next.mark == ',' && !elliptic && !(is_adjective(item(i + 2)) || is_noun(item(i + 2))))
            return false;
        if (it.is(Kind::mood))
            phrase.mood = it.value(Kind::mood);
        else if (it.is(Kind::time))
            phrase.time = it.value(Kind::time);
        else if (it.is(Kind::attr))
            phrase.attributes.emplace_back(it.value(Kind::attr));
        else if (it.is(Kind::style))
            phrase.style = it.value(Kind::style);
        else
            phrase.sky = it.value(Kind::sky);
        if (it.is(Kind::style)) phrase.style = it.value(Kind::style);
        if (it.is(Kind::sky)) phrase.sky = it.value(Kind::sky);
        ++i;
        if (item(i).word_is("and") && is_adjective(item(i + 1))) ++i;
        return true;
    }
    if (it.unknown() && (is_noun(next) || (is_adjective(next) && is_noun(item(i + 2))))) {
        phrase.unknown.push_back(it.typed);
        ++i;
        return true;
    }
    return false;
}

void Grammar::noun_head(NounPhrase& phrase, std::size_t& i) const
{
    using Head = NounPhrase::Head;
    Item const& it = item(i);
    bool const determined = phrase.definite || phrase.indefinite || phrase.number || phrase.each ||
                            phrase.negated || phrase.some || phrase.more || phrase.other;
    auto const set = [&](Head head, std::string_view value) {
        phrase.head = head;
        phrase.value = value;
        phrase.typed = it.typed;
        phrase.plural = phrase.plural || it.plural;
        ++i;
    };
    if (is_lamp_word(it)) { // "warm light" is no lamp, "a light" is one
        bool const known = phrase.definite && find_group("lamp", {}, false) >= 0;
        bool const lamp = (phrase.indefinite || phrase.number || phrase.negated || phrase.each || known) &&
                          phrase.mood.empty() && phrase.time.empty();
        if (!lamp) return;
    }
    if (it.is(Kind::cam) && !phrase.number && (camera_ || !it.is(Kind::thing) || !phrase.indefinite)) return;
    bool const part = it.is(Kind::part);
    if (it.is(Kind::env) && !(it.is(Kind::thing) && phrase.number))
        set(Head::env, it.value(Kind::env));
    else if (it.is(Kind::thing))
        set(Head::thing, it.value(Kind::thing));
    else if (part)
        set(Head::part, it.value(Kind::part));
    else if (phrase.of_them && phrase.number && it.word_is("them"))
        set(Head::pronoun, "of_them");
    else if (it.word_is("it") || it.word_is("them") || it.word_is("them_all") || it.word_is("rest"))
        set(Head::pronoun, it.value(Kind::word));
    else if (phrase.other || phrase.each || phrase.another || (phrase.all && !determined) ||
             (phrase.number && (phrase.definite || phrase.of_them))) {
        if (it.unknown() && !phrase.each && !phrase.of_them) {
            set(Head::unknown, it.word);
        } else { // "each has", "the other", "two of the"
            phrase.head = Head::pronoun;
            phrase.value = phrase.each      ? "each"
                           : phrase.another ? "another"
                           : phrase.other   ? "other"
                                            : "of_them";
            phrase.typed = typed(phrase.begin, i);
        }
    } else if (it.unknown()) {
        std::size_t last = i;
        while (item(last + 1).unknown()) ++last;
        std::string whole = item(i).word;
        for (std::size_t k = i + 1; k <= last; ++k) whole += ' ' + item(k).word;
        bool const known = catalog_.wordnet && catalog_.wordnet->thing(whole) != WordNet::Thing::no;
        if (!known && determined)
            for (; i < last; ++i) phrase.unknown.push_back(item(i).typed);
        Item const& head = item(i);
        phrase.typed = known ? typed(i, last + 1) : head.typed;
        phrase.value = known ? whole : head.word;
        phrase.plural = head.word.ends_with('s');
        phrase.head = Head::unknown;
        i = known ? last + 1 : i + 1;
    } else if ((it.word_is("and") || it.mark == ',') && (phrase.number || phrase.indefinite) &&
               !phrase.attributes.empty() && (item(i + 1).word_is("a") || item(i + 1).is_number())) {
        NounPhrase const next =
            noun_phrase(i + 1); // "1 red and 2 blue chairs", "a red, a blue and a green one"
        if (next.head != Head::thing || next.attributes.empty()) return;
        phrase.head = Head::thing;
        phrase.value = next.value;
        phrase.typed = next.typed;
    } else if (phrase.all && phrase.number && !it.unknown()) {
        phrase.head = Head::pronoun;
        phrase.value = "them";
    }
}

} // namespace soulvan::scene
