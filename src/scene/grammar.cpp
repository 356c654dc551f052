// The grammar's loop: from item to item, each reader in turn, marks between them.
#include "grammar.h"

#include <algorithm>
#include <cmath>

namespace soulvan::scene {

Grammar::Grammar(Plan plan, bool follow_up, CatalogView const& catalog)
    : plan_(std::move(plan)),
      follow_up_(follow_up),
      catalog_(catalog)
{
    for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i)
        if (!group_at(i).implied) last_group_ = i;
    if (follow_up_) size_target_.room = last_room_ = plan_.rooms.empty() ? -1 : 0;
}

Item const& Grammar::item(std::size_t index) const
{
    static Item const none = [] {
        Item end;
        end.mark = '.';
        return end;
    }();
    return index < items_.size() ? items_[index] : none;
}

Item const& Grammar::at(std::size_t ahead) const
{
    return item(at_ + ahead);
}

std::string Grammar::typed(std::size_t from, std::size_t to) const
{
    std::string out;
    for (std::size_t i = from; i < to && i < items_.size(); ++i) {
        if (!out.empty() && items_[i].mark == 0) out += ' ';
        out += items_[i].typed;
    }
    return out;
}

void Grammar::warn(std::string code, std::string text)
{
    Warning warning{std::move(code), std::move(text)};
    auto& list = plan_.report.warnings;
    if (std::find(list.begin(), list.end(), warning) == list.end()) list.push_back(std::move(warning));
}

void Grammar::not_understood(Item const& it)
{
    plan_.report.not_understood.push_back(it.typed);
}

void Grammar::read(std::vector<Item> items)
{
    items_ = std::move(items);
    at_ = 0;
    while (!ended() && !refused_) {
        std::size_t const before = at_;
        bool const read = item(at_).mark != 0
                              ? (read_mark(), true)
                              : read_nonscene() || read_edit() || read_negation() || read_free_strip() ||
                                    (!camera_ && read_seats()) || read_camera() || read_delivery() ||
                                    read_light() || read_size() || read_spacing() || read_arrangement() ||
                                    read_relation() || read_noun();
        if (!read) read_leftover();
        // A reader that says yes has moved on; were it not so, the sentence would never end.
        if (at_ <= before) at_ = before + 1;
    }
    end_sentence();
}

void Grammar::read_mark()
{
    char const mark = item(at_).mark;
    ++at_;
    if (mark == '.' || mark == ';' || mark == ':') return end_sentence();
    if (mark == ',') end_clause();
}

void Grammar::end_clause()
{
    Item const& next = item(at_);
    std::size_t const after = at_ + (next.word_is("and") || next.word_is("but") ? 1 : 0);
    bool const goes_on = item(after).word_is("or") || item(after).word_is("nor") || item(after).word_is("no");
    if (!goes_on && !(negating_ && item(after).is(Kind::thing))) negating_ = false;
    light_ = false;
    if (camera_) { // a noun with a number of its own is of the scene again
        NounPhrase const noun = noun_phrase(at_);
        bool const scene = noun.head == NounPhrase::Head::thing || noun.head == NounPhrase::Head::env ||
                           noun.head == NounPhrase::Head::unknown;
        if (scene && !(noun.definite && noun.head == NounPhrase::Head::thing)) camera_ = false;
    }
}

void Grammar::end_sentence()
{
    for (auto const& fronted : std::exchange(fronted_, {}))
        if (last_group_ >= 0 && !conjuncts_.empty()) {
            Ref last;
            last.group = last_group_;
            relate(last, fronted.preposition, fronted.to, fronted.distance);
        }
    if (subject_.group >= 0) last_group_ = subject_.group;
    subject_ = {};
    host_ = {};
    mover_ = it_ = -1;
    hosting_ = negating_ = camera_ = light_ = nothing_but_ = copula_ = false;
    conjuncts_.clear();
    fronted_.clear();
}

bool Grammar::read_nonscene()
{
    Item const& it = item(at_);
    if (it.is(Kind::nonscene) && !content_ && !follow_up_) {
        refused_ = Outcome::reject;
        return true;
    }
    if (it.is(Kind::nonscene) && follow_up_ && at_ < 2) {
        refused_ = Outcome::reject;
        return true;
    }
    return false;
}

bool Grammar::read_negation()
{
    Item const& it = item(at_);
    if (it.word_is("windows_none")) {
        plan_.rooms[static_cast<std::size_t>(current_room())].windows = false;
        exclude("window", it.typed);
        negating_ = it.word.starts_with("without");
        return ++at_, true;
    }
    if (it.word_is("empty_room")) {
        plan_.rooms[static_cast<std::size_t>(current_room())].empty = true;
        return ++at_, true;
    }
    if (it.word_is("nothing_but") || (it.word_is("but") && at_ > 0 && item(at_ - 1).word_is("nothing"))) {
        if (it.word != "just" && it.word != "except for")
            plan_.rooms[static_cast<std::size_t>(current_room())].empty = true;
        return ++at_, true;
    }
    if (it.word_is("nothing") && !item(at_ + 1).word_is("but")) {
        plan_.rooms[static_cast<std::size_t>(current_room())].empty = true;
        return ++at_, true;
    }
    if (it.word_is("neither") || (it.word_is("not") && !item(at_ + 1).is(Kind::rel, "in"))) {
        negating_ = true;
        return ++at_, true;
    }
    if (it.word_is("nor") || (it.word_is("or") && negating_)) {
        negating_ = true;
        return ++at_, true;
    }
    if (it.word_is("no") && item(at_ + 1).word_is("camera")) return at_ += 2, true;
    if (it.word_is("none")) { // "none of them wearing a helmet": the rest of the clause does not happen
        while (!ended() && item(at_).mark != '.' && item(at_).mark != ',') {
            if (item(at_).unknown()) not_understood(item(at_));
            ++at_;
        }
        return true;
    }
    if (negating_ && it.word_is("and") &&
        (item(at_ + 1).word_is("a") || item(at_ + 1).is_number() || item(at_ + 1).is(Kind::rel)))
        negating_ = false;
    return false;
}

/// "keep the strip along the east wall free", "leave 2 m along the north wall clear".
bool Grammar::read_free_strip()
{
    if (!item(at_).is(Kind::verb, "keep")) return false;
    std::string wall;
    double depth = 0;
    bool free = false, strip = false;
    std::size_t i = at_ + 1;
    int thing = -1;
    for (; i < items_.size() && item(i).mark != '.' && item(i).mark != ';'; ++i) {
        if (item(i).is(Kind::part, "wall")) {
            strip = true;
            Item const& before = item(i - 1);
            wall = before.is(Kind::dir)    ? before.value(Kind::dir)
                   : before.is(Kind::part) ? before.value(Kind::part)
                                           : "";
        }
        if (item(i).is_measure(Dim::length)) depth = item(i).numbers[0];
        if (item(i).is(Kind::thing)) thing = static_cast<int>(i);
        free = free || item(i).word_is("free") || item(i).is(Kind::sky, "clear") ||
               item(i).is(Kind::attr, "empty");
    }
    if (!free) return false;
    if (thing >= 0) {
        NounPhrase named = noun_phrase(static_cast<std::size_t>(thing));
        named.definite = true;
        int const last = last_group_;
        thing = take_thing(named).group;
        if (last >= 0) last_group_ = last;
    }
    at_ = i;
    content_ = true;
    if (strip)
        pending_free_ = {wall, depth > 0 ? depth : 1.5};
    else if (thing >= 0)
        add_relation(thing, {.type = RelationType::clear, .min_m = depth > 0 ? depth : 1.0});
    return true;
}

void Grammar::read_leftover()
{
    Item const& it = item(at_);
    ++at_;
    if (it.word_is("twice_as")) {
        aspect_[std::max(0, current_room())] = 2;
        content_ = true;
        return;
    }
    if (it.word_is("be")) {
        // "a cabinet that is left of the door": the clause is about the cabinet
        bool const relative = it.word.starts_with("that") || it.word.starts_with("which");
        if (relative && last_target_.first.group >= 0 && last_target_.second == at_ - 1)
            subject_ = last_target_.first;
        copula_ = true;
        return;
    }
    if (it.word_is("sorted") && subject_.group >= 0)
        return add_relation(subject_.group, {.type = RelationType::sorted_by_size});
    if (it.word_is("named")) { // a name says nothing about the picture
        plan_.report.not_understood.push_back(typed(at_ - 1, at_ + 1));
        return;
    }
    if (it.is(Kind::verb, "create") || it.is(Kind::verb, "add") || it.is(Kind::posture)) {
        if (it.is(Kind::posture, "standing") || it.is(Kind::posture, "sitting") ||
            it.is(Kind::posture, "walking") || it.is(Kind::posture, "lying"))
            if (subject_.group >= 0 && is_a(group_at(subject_.group).category, "character"))
                change_attribute(subject_.group, {Kind::attr, std::string(it.value(Kind::posture)), {}});
        return;
    }
    if (it.is(Kind::style)) {
        plan_.style = it.value(Kind::style);
        content_ = true;
        return;
    }
    if (it.word_is("wearing")) { // what people wear is part of them
        for (;;) {
            NounPhrase const worn = noun_phrase(at_);
            if (worn.head != NounPhrase::Head::thing || !is_a(worn.value, "clothing")) break;
            std::string word = fold(worn.typed);
            std::replace(word.begin(), word.end(), ' ', '_');
            if (subject_.group >= 0) group_at(subject_.group).attributes.push_back(word);
            at_ = worn.end;
            bool const more = item(at_).word_is("and") || item(at_).mark == ',';
            NounPhrase const next = noun_phrase(at_ + 1);
            if (!more || next.head != NounPhrase::Head::thing || !is_a(next.value, "clothing")) break;
            ++at_;
        }
        return;
    }
    bool const says = copula_ || subject_.quant > 0 || item(at_).mark != 0;
    if (it.is(Kind::attr) && subject_.group >= 0 && says) { // "the sofa is red", "two of them red"
        int const n = subject_.quant;
        auto const index = static_cast<std::size_t>(subject_.group);
        if (n > 0 && n < plan_.groups[index].count) {
            Group part = plan_.groups[index];
            part.id = fresh_id(part.category);
            part.count = n;
            plan_.groups[index].count -= n;
            plan_.groups.push_back(std::move(part));
            subject_.group = static_cast<int>(plan_.groups.size()) - 1;
            subject_.quant = 0;
        }
        content_ = true;
        return change_attribute(subject_.group, *it.sense(Kind::attr));
    }
    if (it.is(Kind::attr) && subject_.room >= 0) {
        auto& room = plan_.rooms[static_cast<std::size_t>(subject_.room)];
        std::string const word{it.value(Kind::attr)};
        if (word == "empty") room.empty = true;
        if (word == "small" || word == "large" || word == "huge") room.size_word = word;
        return;
    }
    if (it.unknown())
        not_understood(it);
    else if (it.is(Kind::nonscene))
        not_understood(it);
    else if (it.is_number() && !it.glued && it.typed.size() < 12 && !it.is(Kind::which))
        not_understood(it);
}

bool Grammar::is_a(std::string_view category, std::string_view wanted) const
{
    return catalog::Categories::standard().is_a(category, wanted);
}

catalog::Category const* Grammar::category_of(std::string_view name) const
{
    return catalog::Categories::standard().find(name);
}

} // namespace soulvan::scene
