// Conclusions: what goes without saying, once every word was read.
#include "grammar.h"

#include "morphology.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace soulvan::scene {

namespace {

constexpr int most_things = 5000; // what a layout of one place can hold within seconds

struct Usual {
    std::string_view category;
    int count;
};
/// How many a plural means that nobody counted.
constexpr std::array<Usual, 30> usual_counts{
    {{"forklift", 2},  {"pallet_rack", 8}, {"shelving", 8}, {"pallet", 6},       {"box", 8},
     {"barrel", 5},    {"desk", 6},        {"chair", 4},    {"table", 3},        {"character", 3},
     {"truck", 2},     {"car", 3},         {"plant", 3},    {"tree", 6},         {"books", 8},
     {"bottle", 6},    {"cup", 4},         {"crate", 6},    {"traffic_cone", 4}, {"bollard", 4},
     {"dock_door", 3}, {"door", 2},        {"window", 4},   {"bookcase", 3},     {"locker", 5},
     {"picture", 3},   {"machine", 3},     {"fence", 4},    {"bed", 2},          {"sofa", 2}}};

struct Suggests {
    std::string_view category, environment;
};
/// The place that things bring along when none is named; the first row that fits a group wins.
constexpr std::array<Suggests, 38> places{{{"forklift", "warehouse"},
                                           {"pallet_rack", "warehouse"},
                                           {"dock_door", "loading_dock"},
                                           {"dock_leveller", "loading_dock"},
                                           {"pallet_jack", "warehouse"},
                                           {"pallet", "warehouse"},
                                           {"pallet_load", "warehouse"},
                                           {"conveyor", "warehouse"},
                                           {"packing_station", "warehouse"},
                                           {"mezzanine", "warehouse"},
                                           {"hand_truck", "warehouse"},
                                           {"meeting_table", "meeting_room"},
                                           {"desk", "office"},
                                           {"office_chair", "office"},
                                           {"reception_desk", "lobby"},
                                           {"office_worker", "office"},
                                           {"filing_cabinet", "office"},
                                           {"printer", "office"},
                                           {"workbench", "workshop"},
                                           {"machine", "factory"},
                                           {"robot", "factory"},
                                           {"truck", "outdoor"},
                                           {"boat", "outdoor"},
                                           {"aircraft", "outdoor"},
                                           {"tree", "outdoor"},
                                           {"street_light", "street"},
                                           {"car", "outdoor"},
                                           {"van", "outdoor"},
                                           {"bus", "outdoor"},
                                           {"bathtub", "bathroom"},
                                           {"toilet", "bathroom"},
                                           {"shower", "bathroom"},
                                           {"stove", "kitchen"},
                                           {"refrigerator", "kitchen"},
                                           {"bed", "bedroom"},
                                           {"sofa", "living_room"},
                                           {"shop_counter", "shop"},
                                           {"dining_table", "dining_room"}}};

std::string thousands(int n)
{
    std::string out = std::to_string(n);
    for (int at = static_cast<int>(out.size()) - 3; at > 0; at -= 3)
        out.insert(static_cast<std::size_t>(at), ",");
    return out;
}

std::string listed(std::vector<std::string> const& words)
{
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return out;
}

std::string spoken(std::string name)
{
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

} // namespace

Plan Grammar::conclude() &&
{
    for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i)
        if (!removed_.contains(i) && group_at(i).count == 0 && !countless_.contains(i)) removed_.insert(i);
    if (content_ || !plan_.groups.empty()) settle_environment();
    settle_aisles();
    for (auto const& phrase : early_aisles_)
        if (racks() >= 0 && (phrase.size[0] > 0 || !phrase.measures.empty())) aisle(racks(), phrase);
    settle_counts();
    pair_chairs();
    pair_usual();
    settle_missing();
    if (plan_.camera.preset == "close_up" && plan_.camera.subject.empty())
        for (int i = static_cast<int>(plan_.groups.size()) - 1; i >= 0; --i)
            if (!removed_.contains(i) && !group_at(i).implied) plan_.camera.subject = group_at(i).id;
    std::set<std::string> gone;
    for (int const index : removed_) gone.insert(group_at(index).id);
    std::erase_if(plan_.groups, [&](Group const& group) { return gone.contains(group.id); });
    for (auto& group : plan_.groups)
        std::erase_if(group.relations, [&](Relation const& relation) {
            return gone.contains(relation.other) || gone.contains(relation.other2);
        });
    std::erase_if(plan_.edits, [&](Edit const& edit) { return gone.contains(edit.group); });
    for (auto* id : {&plan_.camera.subject, &plan_.camera.in_aisle, &plan_.camera.move.looks_at,
                     &plan_.camera.from, &plan_.light.only_above})
        if (gone.contains(*id)) id->clear();
    // A stated thing is not excluded at the same time: the later word wins.
    std::erase_if(plan_.excluded, [&](std::string const& category) {
        return std::any_of(plan_.groups.begin(), plan_.groups.end(), [&](Group const& group) {
            return !group.implied && is_a(group.category, category);
        });
    });
    std::erase_if(plan_.groups, [&](Group const& group) {
        return group.implied &&
               std::any_of(plan_.excluded.begin(), plan_.excluded.end(),
                           [&](std::string const& category) { return is_a(group.category, category); });
    });
    for (auto& word : plan_.report.not_understood)
        if (word.size() > 60) word.resize(60);
    settle_limits();
    if (plan_.outcome == Outcome::scene) write_message();
    return std::move(plan_);
}

void Grammar::settle_environment()
{
    auto& rooms = plan_.rooms;
    bool const open = rooms.empty() || (rooms.size() == 1 && rooms[0].environment == "room" && !follow_up_);
    if (rooms.empty()) set_env("room", "");
    if (open && rooms[0].environment == "room") {
        std::string place;
        bool const said = last_room_ >= 0 && content_ &&
                          std::any_of(items_.begin(), items_.end(),
                                      [](Item const& it) { return it.is(Kind::env, "room"); });
        for (auto const& row : places) {
            if (said || !place.empty()) break;
            for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i)
                if (!removed_.contains(i) && is_a(group_at(i).category, row.category))
                    place = row.environment;
        }
        bool const outside = plan_.light.fog && place.empty() && !said;
        if (outside) place = "outdoor";
        if (!place.empty()) rooms[0].environment = place;
        if (!said && !plan_.groups.empty())
            warn("assumed", "No place was named: assuming " + place_name() + ".");
    }
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        auto& room = rooms[i];
        if (room.empty && room.environment != "room") room.empty = true;
        if (std::find(plan_.excluded.begin(), plan_.excluded.end(), "window") != plan_.excluded.end())
            room.windows = false;
        if (auto const ratio = aspect_.find(static_cast<int>(i)); ratio != aspect_.end()) {
            static std::set<std::string, std::less<>> const halls{"warehouse", "factory", "loading_dock",
                                                                  "hangar", "outdoor"};
            double const depth = room.depth.value_or(room.width ? *room.width / ratio->second
                                                     : halls.contains(room.environment) ? 15.0
                                                                                        : 5.0);
            room.depth = depth;
            room.width = depth * ratio->second;
            room.size_stated = true;
        }
    }
    if (pending_free_) { // a strip along a wall is kept by the largest group, the solver reads it once
        int keeper = -1;
        for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i)
            if (!removed_.contains(i) && keeper < 0) keeper = i;
        if (keeper >= 0)
            add_relation(keeper, {.type = RelationType::keep_free,
                                  .wall = pending_free_->first,
                                  .min_m = pending_free_->second});
    }
    // A dock is made of doors.
    bool const dock = rooms[0].environment == "loading_dock" || rooms[0].environment == "warehouse";
    for (auto& group : plan_.groups)
        if (dock && group.category == "door" && !new_groups_.empty() &&
            group.words.find("office") == std::string::npos && group.room.empty() && rooms.size() == 1)
            group.category = "dock_door";
    // A door that joins rooms stands in the wall between them.
    if (rooms.size() > 1 && rooms_joined_)
        for (auto& group : plan_.groups)
            if (is_a(group.category, "door") && group.parameters.empty()) {
                group.room = rooms[0].id;
                group.parameters.emplace_back("connects", rooms[1].id);
                break;
            }
    if (rooms.size() > 1)
        for (auto& group : plan_.groups)
            if (group.room.empty()) group.room = rooms[0].id;
}

/// An aisle runs between racks, whether they were named or not.
void Grammar::settle_aisles()
{
    auto const open = [](Relation const& relation) {
        bool const of_aisle =
            relation.type == RelationType::in_aisle || relation.type == RelationType::at_end_of;
        return of_aisle && relation.other.empty();
    };
    std::vector<int> waiting;
    for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i) {
        auto const& relations = group_at(i).relations;
        if (!removed_.contains(i) && std::any_of(relations.begin(), relations.end(), open))
            waiting.push_back(i);
    }
    if (waiting.empty()) return;
    int rows = racks();
    if (rows < 0) {
        NounPhrase phrase;
        phrase.plural = true;
        rows = add_group(phrase, "pallet_rack");
        group_at(rows).words = "aisle";
    }
    for (int const index : waiting)
        for (auto& relation : group_at(index).relations)
            if (open(relation)) relation.other = group_at(rows).id;
}

void Grammar::settle_counts()
{
    bool const huge = !plan_.rooms.empty() && plan_.rooms[0].size_word == "huge";
    bool const small = !plan_.rooms.empty() && plan_.rooms[0].size_word == "small";
    auto const usual = [&](int index) {
        int n = 3;
        for (auto const& row : usual_counts)
            if (is_a(group_at(index).category, row.category)) {
                n = row.count;
                break;
            }
        bool const storage = is_a(group_at(index).category, "shelving");
        if (storage && environment() != "warehouse" && environment() != "factory") n = 3;
        for (auto const& relation : group_at(index).relations)
            if (relation.type == RelationType::in_row && relation.n > 1)
                n = std::max(n, relation.n * (relation.m > 0 ? relation.m : 3));
            else if (relation.type == RelationType::in_row)
                n = std::max(n, 5);
        bool const filled =
            group_at(index).relations.empty() &&
            (huge || std::any_of(items_.begin(), items_.end(), [](Item const& it) {
                 return it.word == "full of" || it.word == "filled with" || it.word == "packed with";
             }));
        if (filled) n *= 3;
        if (small && n > 3) n = std::max(2, n / 2);
        return n;
    };
    for (int round = 0; round < 2; ++round)
        for (int const index : std::set<int>(countless_)) {
            auto const share = shares_.find(index);
            auto& group = group_at(index);
            if (share != shares_.end()) {
                if (countless_.contains(share->second.host) && round == 0) continue;
                int const hosts = group_at(share->second.host).count;
                group.count = std::clamp((share->second.alternating ? hosts / 2 : hosts) * share->second.each,
                                         1, 1'000'000);
            } else {
                // "desks and chairs": one for each
                int const desks = is_a(group.category, "chair") ? find_group("desk", {}, false) : -1;
                if (desks >= 0 && countless_.contains(desks) && round == 0) continue;
                group.count = desks >= 0 && group_at(desks).count > 0 ? group_at(desks).count : usual(index);
            }
            group.count_stated = share != shares_.end() && group_at(share->second.host).count_stated;
            countless_.erase(index);
        }
}

void Grammar::settle_missing()
{
    plan_.report.found.clear();
    for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i) {
        auto const& group = group_at(i);
        if (removed_.contains(i) || group.implied) continue;
        int const matches = catalog_.count ? catalog_.count(group.category) : 0;
        if (matches <= 0) {
            auto const* kind = category_of(group.category);
            std::string const word = spoken(group.category);
            plan_.report.missing.push_back(
                {word, alternatives(kind && !kind->parent.empty() ? spoken(kind->parent) : word), ""});
            remove_group(i);
            continue;
        }
        auto const same = [&](Found const& found) { return found.category == group.category; };
        if (std::none_of(plan_.report.found.begin(), plan_.report.found.end(), same))
            plan_.report.found.push_back({group.category, matches});
    }
}

/// Things of the catalogue that are like `word`: by spelling and tags, by WordNet's hypernyms, by its gloss.
std::vector<std::string> Grammar::alternatives(std::string_view word) const
{
    struct Choice {
        double score;
        std::string name;
    };
    std::vector<Choice> choices;
    auto const& all = catalog::Categories::standard().all();
    auto const exists = [&](std::string const& category) {
        return catalog_.count && catalog_.count(category) > 0;
    };
    if (catalog_.wordnet) {
        for (auto const& category : all) {
            if (category.architecture || category.name == "character" || category.name == "building")
                continue;
            double const likeness = catalog_.wordnet->likeness(word, spoken(category.name));
            if (likeness >= 0.6) choices.push_back({likeness, category.name});
        }
        std::string_view gloss = catalog_.wordnet->gloss(word);
        for (auto const& token : tokenise(gloss))
            for (auto const* sense : Lexicon::standard().find(std::vector<std::string>{token.word}).senses)
                if (sense->kind == Kind::thing) choices.push_back({0.75, sense->value});
    }
    std::stable_sort(choices.begin(), choices.end(),
                     [](Choice const& a, Choice const& b) { return a.score > b.score; });
    std::vector<std::string> out;
    auto const offer = [&](std::string name) {
        if (out.size() < 3 && std::find(out.begin(), out.end(), name) == out.end())
            out.push_back(std::move(name));
    };
    for (auto const& choice : choices)
        if (out.size() < 3 && exists(choice.name)) offer(spoken(choice.name));
    if (catalog_.search)
        for (auto& name : catalog_.search(word)) offer(std::move(name));
    // Nothing is like it: what decorates a room is a stand-in that a person may accept.
    for (char const* category : {"statue", "decoration", "toy"})
        if (out.empty() && exists(category)) offer(category);
    return out;
}

void Grammar::settle_limits()
{
    double total = 0;
    Group const* most = nullptr;
    for (auto const& group : plan_.groups) {
        total += group.count;
        if (!most || group.count > most->count) most = &group;
    }
    if (total <= most_things || !most) return;
    auto const* kind = category_of(most->category);
    std::string const plural = kind ? kind->plural : most->category;
    std::string const text = thousands(most->count) + " " + plural + " are too many: one scene holds " +
                             thousands(most_things) + " things at most.";
    warn("too_many", text);
    plan_.outcome = Outcome::clarify;
    plan_.message = text;
    plan_.question = "How many " + plural + " would be enough? A few dozen fill a hall.";
}

std::string Grammar::place_name() const
{
    std::string name = spoken(plan_.rooms.empty() ? "room" : plan_.rooms[0].environment);
    if (name == "outdoor") return "a yard outdoors";
    if (name == "parking") return "a parking lot";
    bool const vowel = std::string_view{"aeiou"}.find(name[0]) != std::string_view::npos;
    return (vowel ? "an " : "a ") + name;
}

void Grammar::write_message()
{
    std::vector<std::string> found, placed;
    for (auto const& entry : plan_.report.found) {
        auto const* kind = category_of(entry.category);
        std::string const plural = kind ? kind->plural : plural_of(spoken(entry.category));
        found.push_back(thousands(entry.matches) + " " +
                        (entry.matches == 1 ? spoken(entry.category) : plural));
    }
    for (auto const& group : plan_.groups) {
        if (group.implied) continue;
        auto const* kind = category_of(group.category);
        std::string const plural = kind ? kind->plural : plural_of(spoken(group.category));
        std::string const name = group.category == "character" && group.count == 1 ? "person"
                                 : group.count == 1                                ? spoken(group.category)
                                                                                   : plural;
        placed.push_back(thousands(group.count) + " " + name);
    }
    std::string message;
    if (!found.empty()) {
        message = "Found ";
        for (std::size_t i = 0; i < found.size(); ++i) message += (i ? ", " : "") + found[i];
        message += ".";
    }
    auto const say = [&](std::string const& text) { message += (message.empty() ? "" : " ") + text; };
    if (!placed.empty())
        say("Placing " + listed(placed) + " in " + place_name() + ".");
    else
        say("Building " + place_name() + ".");
    for (auto const& missing : plan_.report.missing)
        say("There is no " + missing.word + " in the catalogue" +
            (missing.alternatives.empty() ? "." : "; similar: " + listed(missing.alternatives) + "."));
    for (auto const& warning : plan_.report.warnings) say(warning.text);
    if (!plan_.report.not_understood.empty())
        say("Not understood: " + listed(plan_.report.not_understood) + ".");
    plan_.message = std::move(message);
}

} // namespace soulvan::scene
