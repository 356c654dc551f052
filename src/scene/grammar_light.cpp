// Light: time of day, sky, mood, colour temperature, what is on.
#include "grammar.h"

#include <algorithm>

namespace soulvan::scene {

bool Grammar::read_only_lit()
{
    // "only the first aisle lit", "only the lights above the desks are on": a word of light must end the
    // clause
    std::size_t i = at_;
    if (item(i).word != "only" && item(i).word != "just") return false;
    ++i;
    std::size_t end = i;
    bool lit = false;
    for (; end < items_.size() && item(end).mark != '.' && item(end).mark != ',' && end < i + 9; ++end)
        lit = lit || item(end).is(Kind::attr, "lit") || item(end).word_is("light") ||
              item(end).is(Kind::verb, "switch_on");
    if (!lit) return false;
    for (std::size_t k = i; k < end; ++k) {
        bool const lamps = item(k).word_is("light") && !item(k).is(Kind::rel);
        if (item(k).word_is("the") || item(k).is(Kind::rel) || lamps || item(k).is(Kind::which)) continue;
        if (item(k).is(Kind::part, "aisle")) {
            bool const last = k > 0 && item(k - 1).is(Kind::which, "last");
            plan_.light.only_above = last ? "last_aisle" : "first_aisle";
        } else if (item(k).is(Kind::time)) {
            plan_.light.time_of_day = item(k).value(Kind::time);
        } else if (item(k).is(Kind::thing)) {
            std::size_t from = k;
            Ref const ref = target(from);
            if (ref.group >= 0) plan_.light.only_above = group_at(ref.group).id;
        }
    }
    if (plan_.light.only_above.empty()) return false;
    plan_.light.artificial_on = true;
    content_ = true;
    at_ = end;
    return true;
}

bool Grammar::read_light()
{
    if (read_only_lit()) return true;
    Item const& it = item(at_);
    auto& light = plan_.light;
    auto const done = [&] { return content_ = true, light_ = true, ++at_, true; };
    if (it.is_measure(Dim::kelvin)) {
        if (it.numbers[0] >= 1000 && it.numbers[0] <= 20000) light.cct_k = it.numbers[0];
        return done();
    }
    bool const off = it.is(Kind::verb, "switch_off"), on = it.is(Kind::verb, "switch_on");
    if (off || on) {
        std::size_t i = at_ + 1;
        while (item(i).word_is("the") || item(i).word_is("all")) ++i;
        bool const names_light = it.word.find("light") != std::string::npos ||
                                 it.word.find("lamp") != std::string::npos || it.word == "unlit";
        bool const light_follows =
            item(i).word_is("light") || (item(i).is(Kind::thing) && is_a(item(i).value(Kind::thing), "lamp"));
        if (!names_light && !light_follows && !light_) return false;
        light.artificial_on = on;
        at_ = light_follows ? i + 1 : at_ + 1;
        content_ = true;
        return true;
    }
    // a time, sky or mood before a noun is part of its phrase
    NounPhrase const noun = noun_phrase(at_);
    bool const modifies = noun.head != NounPhrase::Head::none && noun.end > at_ + 1;
    if (modifies && (noun.head == NounPhrase::Head::thing || noun.head == NounPhrase::Head::env))
        return false;
    if (it.is(Kind::time) && !it.is(Kind::thing)) {
        light.time_of_day = it.value(Kind::time);
        return done();
    }
    if (it.is_number() && (item(at_ + 1).is(Kind::time) || item(at_ + 1).word == "o'clock"))
        return ++at_, true; // "six in the morning"
    if (it.is(Kind::sky)) {
        bool const verb = it.word == "clear" && !light_ && !item(at_ + 1).is(Kind::time) &&
                          !item(at_ + 1).word_is("weather") && !item(at_ + 1).is(Kind::sky);
        if (verb) return false;
        if (it.is(Kind::sky, "fog"))
            light.fog = true;
        else
            light.sky = it.value(Kind::sky);
        static std::set<std::string_view> const wet{"rainy",   "rain",  "raining", "in the rain",
                                                    "drizzle", "snowy", "stormy",  "storm"};
        if (wet.contains(it.word))
            warn("assumed", "Falling rain or snow is not simulated; the sky is overcast instead.");
        return done();
    }
    if (it.is(Kind::mood)) {
        light.mood = it.value(Kind::mood);
        return done();
    }
    bool const plain = it.word_is("light") && !(it.is(Kind::thing) && at_ > 0 &&
                                                (item(at_ - 1).word_is("a") || item(at_ - 1).is_number()));
    if (plain || it.word_is("weather")) {
        light_ = true;
        return ++at_, true;
    }
    return false;
}

} // namespace soulvan::scene
