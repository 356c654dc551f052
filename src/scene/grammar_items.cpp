// Items: longest phrases of the lexicon, then numbers, then measures.
#include "grammar_items.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace soulvan::scene {

namespace {

Dim dim_of(std::string_view name)
{
    static constexpr std::array<std::pair<std::string_view, Dim>, 8> names{{{"length", Dim::length},
                                                                            {"area", Dim::area},
                                                                            {"time", Dim::time},
                                                                            {"angle", Dim::angle},
                                                                            {"kelvin", Dim::kelvin},
                                                                            {"fps", Dim::fps},
                                                                            {"pixels", Dim::pixels},
                                                                            {"other", Dim::other}}};
    for (auto const& [known, dim] : names)
        if (known == name) return dim;
    return Dim::none;
}

Item item_of(std::vector<Token> const& tokens, std::size_t from, std::size_t count, Lexicon::Hit hit)
{
    Item item;
    item.senses = std::move(hit.senses);
    item.plural = hit.plural;
    item.glued = tokens[from].glued;
    for (std::size_t i = from; i < from + count; ++i) {
        if (i > from) {
            item.word += ' ';
            item.typed += ' ';
        }
        item.word += tokens[i].word;
        item.typed += tokens[i].typed;
    }
    return item;
}

/// Longest matches; single numerals stay numbers, and a phrase may hold them ("360 shot").
std::vector<Item> phrases(std::vector<Token> const& tokens, Lexicon const& lexicon)
{
    std::vector<Item> items;
    for (std::size_t at = 0; at < tokens.size();) {
        Token const& token = tokens[at];
        if (token.kind == Token::Kind::mark) {
            items.push_back(item_of(tokens, at, 1, {}));
            items.back().mark = token.word[0];
            ++at;
            continue;
        }
        std::size_t taken = 0;
        std::size_t longest = std::min(lexicon.longest(token.word), tokens.size() - at);
        for (std::size_t i = 0; i < longest; ++i)
            if (tokens[at + i].kind == Token::Kind::mark) longest = i;
        auto const find = [&](std::size_t from, std::size_t count) {
            std::vector<std::string> words;
            for (std::size_t i = from; i < from + count && i < tokens.size(); ++i)
                words.push_back(tokens[i].word);
            return lexicon.find(words);
        };
        for (std::size_t count = longest; count > 0 && taken == 0; --count) {
            auto hit = find(at, count);
            if (hit.senses.empty()) continue;
            // "metal shelf unit" is a metal "shelf unit", not a "metal shelf" and a unit
            bool const reaches = count == 2 && at + 2 < tokens.size() &&
                                 tokens[at + 2].kind == Token::Kind::word && !find(at + 1, 2).senses.empty();
            if (reaches && item_of(tokens, at, 1, find(at, 1)).is(Kind::attr) &&
                item_of(tokens, at, 2, find(at + 1, 2)).is(Kind::thing))
                continue;
            items.push_back(item_of(tokens, at, count, std::move(hit)));
            taken = count;
        }
        if (taken == 0) {
            items.push_back(item_of(tokens, at, 1, {}));
            taken = 1;
        }
        if (taken == 1 && token.kind == Token::Kind::number) items.back().numbers = {token.value};
        for (auto const* sense : items.back().senses)
            if (sense->kind == Kind::num && taken == 1) {
                items.back().numbers = {std::strtod(sense->value.c_str(), nullptr)};
                static constexpr std::array<std::string_view, 12> vague{
                    "few",    "several",   "many",  "handful",  "lots",   "lot",
                    "plenty", "countless", "loads", "numerous", "dozens", "hundreds"};
                auto const& word = items.back().word;
                items.back().vague = std::find(vague.begin(), vague.end(), word) != vague.end();
                if (word == "dozens") items.back().numbers = {24};
                if (word == "hundreds") items.back().numbers = {200};
            }
        at += taken;
    }
    return items;
}

bool counts(Item const& item)
{
    return item.is_number();
}

/// Joins items [from, to) into the first one.
void join(std::vector<Item>& items, std::size_t from, std::size_t to)
{
    for (std::size_t i = from + 1; i < to; ++i) {
        items[from].word += ' ' + items[i].word;
        items[from].typed += (items[i].glued ? "" : " ") + items[i].typed;
    }
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                items.begin() + static_cast<std::ptrdiff_t>(to));
}

/// "two hundred and fifty", "three dozen", "a couple of", "half a dozen", "3 and a half".
void join_numbers(std::vector<Item>& items)
{
    auto const at = [&](std::size_t i) -> Item const& {
        static Item const none{};
        return i < items.size() ? items[i] : none;
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        // "a dozen", "a hundred", "a few": the article is part of the number
        if (at(i).word == "a" && counts(at(i + 1)) && !at(i + 1).is(Kind::which)) {
            double const n = at(i + 1).numbers[0];
            if (n >= 2 || n < 1) {
                Item number = at(i + 1);
                join(items, i, i + 2);
                std::string const word = items[i].word, typed = items[i].typed;
                items[i] = number;
                items[i].word = word;
                items[i].typed = typed;
            }
        }
        if (!counts(items[i])) continue;
        double total = 0, current = items[i].numbers[0];
        std::size_t end = i + 1;
        if (current == 0.5 && at(end).word == "a") ++end; // "half a dozen"
        if (current == 0.5 && at(end).word == "a dozen") end = i + 1;
        for (;;) {
            std::size_t next = end;
            bool const bridged = at(next).word == "and" && std::fmod(current, 100) == 0 && current >= 100;
            if (bridged) ++next;
            if (!counts(at(next)) || at(next).vague) break;
            double const n = at(next).numbers[0];
            bool const dozen = n == 12 && at(next).word.ends_with("dozen");
            bool const digits = at(next).word[0] >= '0' && at(next).word[0] <= '9';
            if (n >= 1000 && !bridged && current < n && !digits)
                total += current * n, current = 0;
            else if (n == 100 && current < 100 && !digits)
                current *= 100;
            else if (dozen && (current < 12))
                current *= 12;
            else if (!digits && n < 100 && current >= 100 && std::fmod(current, 100) == 0)
                current += n;
            else if (!digits && n < 100 && total > 0 && current == 0)
                current = n;
            else if (!digits && n < 10 && n >= 1 && current >= 20 && current < 100 &&
                     std::fmod(current, 10) == 0)
                current += n;
            else if (n == 0.5 && bridged)
                current += n;
            else
                break;
            end = next + 1;
        }
        bool const half = at(end).word == "and" && at(end + 1).word == "a half";
        if (half) current += 0.5, end += 2;
        if (end == i + 1 || (end == i + 2 && at(i + 1).word == "a")) continue;
        bool const vague = items[i].vague;
        join(items, i, end);
        items[i].numbers = {total + current};
        items[i].vague = vague;
        items[i].senses.clear();
    }
}

struct Unit {
    double factor = 0;
    Dim dim = Dim::none;
};

Unit unit_of(Item const& item)
{
    auto const* sense = item.sense(Kind::unit);
    if (!sense) return {};
    auto const dim = sense->extras.find("dim");
    return {std::strtod(sense->value.c_str(), nullptr),
            dim == sense->extras.end() ? Dim::none : dim_of(dim->second)};
}

/// One or several numbers before a unit: "12 x 8 m", "12 m by 8 m", "6'2\"", "3-4", "4 to 6".
void join_measures(std::vector<Item>& items)
{
    auto const at = [&](std::size_t i) -> Item const& {
        static Item const none{};
        return i < items.size() ? items[i] : none;
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!counts(items[i])) continue;
        std::vector<double> raw{items[i].numbers[0]};
        std::vector<Unit> units;
        std::size_t end = i + 1;
        auto const take_unit = [&] {
            if (at(end).word == "a" && raw.back() == 0.5) ++end; // "half a metre"
            auto const unit = unit_of(at(end));
            bool const kelvin_of_pixels = unit.dim == Dim::kelvin && raw.back() < 1000;
            bool const pixels_of_little = unit.dim == Dim::pixels && raw.back() < 240;
            if (unit.dim == Dim::none || kelvin_of_pixels || pixels_of_little) {
                units.push_back({});
                return;
            }
            units.push_back(unit);
            items[i].unit = at(end).word;
            ++end;
            // feet and inches, one number
            auto const small = counts(at(end)) ? unit_of(at(end + 1)) : Unit{};
            if (unit.dim == Dim::length && small.dim == Dim::length && small.factor < unit.factor &&
                at(end + 1).glued) {
                raw.back() += at(end).numbers[0] * small.factor / unit.factor;
                end += 2;
            }
        };
        take_unit();
        if (at(end).mark == '-' && counts(at(end + 1))) { // a range
            items[i].range = {raw[0], at(end + 1).numbers[0]};
            raw[0] = std::floor((raw[0] + at(end + 1).numbers[0]) / 2);
            end += 2;
            units.clear();
            take_unit();
        }
        while (raw.size() < 3 && at(end).word_is("by") && counts(at(end + 1)) &&
               (units.back().dim == Dim::none || units.back().dim == Dim::length)) {
            raw.push_back(at(end + 1).numbers[0]);
            end += 2;
            take_unit();
        }
        Unit last{};
        for (auto const& unit : units)
            if (unit.dim != Dim::none) last = unit;
        if (end == i + 1) continue;
        std::vector<double> numbers;
        for (std::size_t k = 0; k < raw.size(); ++k)
            numbers.push_back(raw[k] * (units.size() > k && units[k].dim != Dim::none ? units[k].factor
                                        : last.dim != Dim::none                       ? last.factor
                                                                                      : 1));
        if (items[i].range && last.dim != Dim::none) {
            items[i].range->first *= last.factor;
            items[i].range->second *= last.factor;
        }
        join(items, i, end);
        items[i].numbers = std::move(numbers);
        items[i].dim = last.dim;
        items[i].senses.clear();
    }
}

} // namespace

bool Item::is(Kind kind, std::string_view value) const
{
    return std::any_of(senses.begin(), senses.end(),
                       [&](Sense const* sense) { return sense->kind == kind && sense->value == value; });
}

Sense const* Item::sense(Kind kind) const
{
    for (auto const* sense : senses)
        if (sense->kind == kind) return sense;
    return nullptr;
}

std::string_view Item::value(Kind kind) const
{
    auto const* found = sense(kind);
    return found ? std::string_view{found->value} : std::string_view{};
}

std::vector<Item> read_items(std::vector<Token> const& tokens, Lexicon const& lexicon)
{
    auto items = phrases(tokens, lexicon);
    join_numbers(items);
    join_measures(items);
    return items;
}

} // namespace soulvan::scene
