// The planner: own sentences with the facts that their plans must hold, and laws over random ones.
#include "grammar.h"

#include "soulvan/base/hash.h"
#include "soulvan/base/module.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::scene {
namespace {

/// A catalogue that never changes: five assets of every category but one.
CatalogView const& catalog()
{
    static std::optional<WordNet> const words = []() -> std::optional<WordNet> {
        auto const folder = share_folder();
        if (!folder) return std::nullopt;
        auto opened = WordNet::open(*folder / "wordnet.tsv");
        if (!opened) return std::nullopt;
        return std::move(*opened);
    }();
    static CatalogView const view{[](std::string_view category) { return category == "boat" ? 0 : 5; },
                                  [](std::string_view) { return std::vector<std::string>{}; },
                                  words ? &*words : nullptr};
    return view;
}

bool is_a(std::string const& category, std::string_view wanted)
{
    for (std::size_t from = 0; from <= wanted.size();) { // "a|b" means either
        auto const bar = std::min(wanted.find('|', from), wanted.size());
        if (catalog::Categories::standard().is_a(category, wanted.substr(from, bar - from))) return true;
        from = bar + 1;
    }
    return false;
}

bool either(std::string const& value, std::string_view wanted)
{
    for (std::size_t from = 0; from <= wanted.size();) {
        auto const bar = std::min(wanted.find('|', from), wanted.size());
        if (value == wanted.substr(from, bar - from)) return true;
        from = bar + 1;
    }
    return false;
}

bool close(double a, double b)
{
    return std::abs(a - b) <= 0.011 * std::max(1.0, std::abs(b));
}

std::vector<std::string> pieces(std::string const& text, char at)
{
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string piece; std::getline(in, piece, at);) {
        auto const from = piece.find_first_not_of(' ');
        if (from == std::string::npos) continue;
        out.push_back(piece.substr(from, piece.find_last_not_of(' ') - from + 1));
    }
    return out;
}

std::map<std::string, std::string> pairs(std::vector<std::string> const& words, std::size_t from)
{
    std::map<std::string, std::string> out;
    for (std::size_t i = from; i < words.size(); ++i) {
        auto const equals = words[i].find('=');
        if (equals != std::string::npos) out[words[i].substr(0, equals)] = words[i].substr(equals + 1);
    }
    return out;
}

/// One relation of the plan as the table spells it; "next_or_near" is near.
bool relation_holds(Plan const& plan, std::vector<std::string> const& words)
{
    std::string const wanted = words[2] == "next_or_near" ? "near" : words[2];
    auto const keys = pairs(words, 3);
    for (auto const& group : plan.groups) {
        if (!is_a(group.category, words[1])) continue;
        for (auto const& relation : group.relations) {
            if (!either(std::string(name_of(relation.type)), wanted)) continue;
            if (words.size() > 3 && words[3] != "-" && words[3].find('=') == std::string::npos) {
                auto const* other = plan.find(relation.other);
                if (!other || !is_a(other->category, words[3])) continue;
            }
            bool all = true;
            for (auto const& [key, value] : keys) {
                double const number = std::atof(value.c_str());
                if (key == "n")
                    all = all && relation.n == static_cast<int>(number);
                else if (key == "m")
                    all = all && relation.m == static_cast<int>(number);
                else if (key == "min")
                    all = all && relation.min_m && close(*relation.min_m, number);
                else if (key == "max")
                    all = all && relation.max_m && close(*relation.max_m, number);
                else if (key == "wall")
                    all = all && relation.wall == value;
                else if (key == "mutual")
                    all = all && relation.mutual;
                else if (key == "alternating")
                    all = all && relation.alternating;
                else
                    all = false;
            }
            if (all) return true;
        }
    }
    return false;
}

bool number_is(std::optional<double> const& value, std::string const& wanted)
{
    return value && close(*value, std::atof(wanted.c_str()));
}

bool camera_holds(Plan const& plan, std::map<std::string, std::string> const& keys)
{
    auto const& camera = plan.camera;
    for (auto const& [key, value] : keys) {
        auto const* subject = plan.find(camera.subject);
        bool const ok = key == "preset"    ? either(camera.preset, value)
                        : key == "height"  ? number_is(camera.height_m, value)
                        : key == "focal"   ? number_is(camera.focal_mm, value)
                        : key == "fstop"   ? number_is(camera.fstop, value)
                        : key == "subject" ? subject && is_a(subject->category, value)
                        : key == "corner"  ? !camera.in_corner.empty()
                        : key == "from"    ? camera.from == value
                                           : false;
        if (!ok) return false;
    }
    return true;
}

bool move_holds(Plan const& plan, std::map<std::string, std::string> const& keys)
{
    auto const& move = plan.camera.move;
    for (auto const& [key, value] : keys) {
        auto const* seen = plan.find(move.looks_at);
        bool const ok = key == "type"        ? either(move.type, value)
                        : key == "direction" ? either(move.direction, value)
                        : key == "m"         ? number_is(move.distance_m, value)
                        : key == "deg"       ? number_is(move.degrees, value)
                        : key == "seconds"   ? number_is(move.seconds, value)
                        : key == "looks_at"  ? seen && is_a(seen->category, value)
                                             : false;
        if (!ok) return false;
    }
    return true;
}

bool light_holds(Plan const& plan, std::map<std::string, std::string> const& keys)
{
    auto const& light = plan.light;
    for (auto const& [key, value] : keys) {
        bool const ok = key == "time"         ? either(light.time_of_day, value)
                        : key == "sky"        ? light.sky == value
                        : key == "mood"       ? light.mood == value
                        : key == "fog"        ? light.fog
                        : key == "cct"        ? number_is(light.cct_k, value)
                        : key == "artificial" ? light.artificial_on && *light.artificial_on == (value == "on")
                                              : false;
        if (!ok) return false;
    }
    return true;
}

bool edit_holds(Plan const& plan, std::map<std::string, std::string> const& keys)
{
    for (auto const& edit : plan.edits) {
        bool all = true;
        for (auto const& [key, value] : keys) {
            auto const* group = plan.find(edit.group);
            all = all && (key == "action"      ? edit.action == value
                          : key == "group"     ? group && is_a(group->category, value)
                          : key == "which"     ? edit.which == value
                          : key == "direction" ? edit.direction == value
                          : key == "m"         ? close(edit.distance_m, std::atof(value.c_str()))
                          : key == "degrees"   ? close(edit.degrees, std::atof(value.c_str()))
                          : key == "count"     ? edit.count == std::atoi(value.c_str())
                                               : false);
        }
        if (all) return true;
    }
    return false;
}

bool out_holds(Plan const& plan, std::map<std::string, std::string> const& keys)
{
    for (auto const& [key, value] : keys) {
        auto const& out = plan.delivery;
        bool ok = false;
        if (key == "seconds") ok = number_is(out.seconds, value);
        if (key == "fps") ok = number_is(out.fps, value);
        if (key == "resolution" && out.resolution)
            ok =
                value == std::to_string(out.resolution->first) + "x" + std::to_string(out.resolution->second);
        if (!ok) return false;
    }
    return true;
}

bool room_holds(Plan const& plan, std::string const& key, std::string const& value)
{
    if (plan.rooms.empty()) return false;
    auto const& room = plan.rooms.front();
    if (key == "env") return either(room.environment, value);
    if (key == "height") return number_is(room.height, value);
    if (key == "roomword") return room.size_word == value;
    if (key == "windows") return room.windows == (value != "no");
    if (key == "area")
        return room.width && room.depth && close(*room.width * *room.depth, std::atof(value.c_str()));
    if (key == "aspect" && room.width && room.depth)
        return close(std::max(*room.width, *room.depth) / std::min(*room.width, *room.depth),
                     std::atof(value.c_str()));
    if (key == "rooms") {
        std::string list;
        for (auto const& one : plan.rooms) list += (list.empty() ? "" : ",") + one.environment;
        return list == value;
    }
    return false;
}

bool count_holds(Plan const& plan, std::string const& fact)
{
    auto const at = fact.find_first_of("=~>");
    std::string const category = fact.substr(0, at);
    std::string const sign = fact.substr(at, fact[at] == '>' ? 2 : 1);
    int const wanted = std::atoi(fact.substr(at + sign.size()).c_str());
    int count = 0;
    bool stated = true;
    for (auto const& group : plan.groups)
        if (is_a(group.category, category) && !group.implied) {
            count += group.count;
            stated = stated && group.count_stated;
        }
    if (sign == ">=") return count >= wanted;
    return count == wanted && (sign == "~" || stated);
}

/// Whether a fact of the table holds of the last plan; `first` is that of the turn before.
bool holds(std::string const& fact, Plan const& plan, Plan const* first)
{
    auto const words = pieces(fact, ' ');
    auto const& report = plan.report;
    bool const too_many = std::any_of(report.warnings.begin(), report.warnings.end(),
                                      [](Warning const& warning) { return warning.code == "too_many"; });
    if (fact == "scene") return plan.outcome == Outcome::scene;
    if (fact == "clarify") return plan.outcome == Outcome::clarify && !plan.question.empty();
    if (fact == "reject") return plan.outcome == Outcome::reject && !plan.message.empty();
    if (fact == "reject_or_clarify" || fact == "clarify_or_reject") return plan.outcome != Outcome::scene;
    if (fact == "scene_or_clarify") return plan.outcome != Outcome::reject;
    if (words[0] == "clarify_or_warn") return plan.outcome == Outcome::clarify || too_many;
    if (fact == "clean") return report.not_understood.empty() && report.missing.empty();
    if (fact == "empty") return plan.rooms.front().empty;
    if (fact[0] == '!')
        return std::find(plan.excluded.begin(), plan.excluded.end(), fact.substr(1)) != plan.excluded.end();
    if (words[0] == "keep") return first && first->find(words[1]) && plan.find(words[1]);
    if (words[0] == "rel") return relation_holds(plan, words);
    if (words[0] == "cam") return camera_holds(plan, pairs(words, 1));
    if (words[0] == "move") return move_holds(plan, pairs(words, 1));
    if (words[0] == "light") return light_holds(plan, pairs(words, 1));
    if (words[0] == "edit") return edit_holds(plan, pairs(words, 1));
    if (words[0] == "out") return out_holds(plan, pairs(words, 1));
    if (words[0] == "room") {
        auto const& room = plan.rooms.front();
        double const a = std::atof(words[1].c_str()), b = std::atof(words[2].c_str());
        return room.width && room.depth &&
               ((close(*room.width, a) && close(*room.depth, b)) ||
                (close(*room.width, b) && close(*room.depth, a)));
    }
    if (words[0] == "attr" || words[0] == "par" || words[0] == "size") {
        for (auto const& group : plan.groups) {
            if (!is_a(group.category, words[1])) continue;
            auto const& attributes = group.attributes;
            if (words[0] == "attr" &&
                std::find(attributes.begin(), attributes.end(), words[2]) != attributes.end())
                return true;
            if (words[0] == "par")
                for (auto const& [name, value] : group.parameters)
                    if (name + "=" + value == words[2]) return true;
            if (words[0] == "size" && group.size_m) {
                bool all = true;
                for (std::size_t i = 0; i < 3; ++i)
                    all = all &&
                          (words[2 + i] == "-" || close((*group.size_m)[i], std::atof(words[2 + i].c_str())));
                if (all) return true;
            }
        }
        return false;
    }
    auto const equals = fact.find('=');
    std::string const key = fact.substr(0, equals),
                      value = equals == std::string::npos ? "" : fact.substr(equals + 1);
    if (key == "style") return plan.style == value;
    if (key == "question") return plan.question.find(value) != std::string::npos;
    if (key == "turns") return std::to_string(plan.sentences.size()) == value;
    if (key == "missing" || key == "alt") {
        for (auto const& missing : report.missing)
            if (missing.word == value) return key == "missing" || !missing.alternatives.empty();
        return false;
    }
    if (key == "warn") {
        for (auto const& warning : report.warnings)
            if (warning.code == value) return true;
        return false;
    }
    if (room_holds(plan, key, value)) return true;
    static std::set<std::string> const of_rooms{"env",  "height", "roomword", "windows",
                                                "area", "aspect", "rooms"};
    return !of_rooms.contains(key) && count_holds(plan, fact);
}

struct Case {
    std::vector<std::string> turns, facts;
    int line = 0;
};

std::vector<Case> read_cases(std::string const& name)
{
    std::ifstream in(std::string(SOULVAN_SOURCE_DIR) + "/src/scene/tests/data/" + name);
    std::vector<Case> cases;
    std::vector<std::string> turns;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.starts_with("> ") || line == ">") turns.push_back(line.size() > 2 ? line.substr(2) : "");
        if (line.starts_with("= ")) {
            cases.push_back({turns, pieces(line.substr(2), ';'), number});
            turns.clear();
        }
    }
    return cases;
}

Plan plan_of(std::vector<std::string> const& turns, std::optional<Plan>* before = nullptr)
{
    std::optional<Plan> plan;
    for (auto const& turn : turns) {
        if (before) *before = plan;
        plan = understand_turn(turn, 7, plan ? &*plan : nullptr, catalog());
    }
    return *plan;
}

void run(std::string const& name)
{
    if (!catalog().wordnet) GTEST_SKIP() << "needs the Debian package wordnet-base";
    auto const cases = read_cases(name);
    ASSERT_GT(cases.size(), 50u);
    int passed = 0;
    for (auto const& one : cases) {
        std::optional<Plan> before;
        Plan const plan = plan_of(one.turns, &before);
        std::string wrong;
        for (auto const& fact : one.facts)
            if (!holds(fact, plan, before ? &*before : nullptr)) wrong += (wrong.empty() ? "" : "; ") + fact;
        passed += wrong.empty();
        EXPECT_TRUE(wrong.empty()) << name << ":" << one.line << ": " << one.turns.back()
                                   << "\n  not so: " << wrong;
    }
    std::cout << name << ": " << passed << " of " << cases.size() << "\n";
}

TEST(Planner, OwnSentences)
{
    run("sentences.txt");
}

TEST(Planner, HeldOutSentences)
{
    run("heldout.txt");
    run("fresh.txt");
    run("third.txt");
}

/// A sentence from a small grammar: place, counted things with colours, relations, camera, light, noise.
std::string random_sentence(std::uint64_t seed)
{
    auto const pick = [&](std::vector<std::string> const& from) {
        seed = mix64(seed + 0x9e3779b97f4a7c15ull);
        return from[seed % from.size()];
    };
    std::vector<std::string> const things{"forklifts", "desks",     "chairs",   "pallet racks", "boxes",
                                          "a sofa",    "people",    "unicorns", "barrels",      "plants",
                                          "trucks",    "the table", "lamps",    "monitors"};
    std::vector<std::string> const numbers{"",      "3 ",  "two ",  "a dozen ", "100 ",
                                           "some ", "no ", "each ", "12x8 m ",  "red "};
    std::vector<std::string> const joins{" next to ",
                                         " on ",
                                         " in ",
                                         " with ",
                                         ", ",
                                         " and ",
                                         " facing each other ",
                                         " between ",
                                         " without ",
                                         " in two rows ",
                                         " each with ",
                                         " around ",
                                         ". ",
                                         " 2 m from ",
                                         " along the north wall ",
                                         " in every corner ",
                                         " that is ",
                                         " of "};
    std::vector<std::string> const ends{"",
                                        ", camera at eye level",
                                        " at night",
                                        ", 35 mm lens, f/2",
                                        " and nothing else",
                                        ". Camera pans left over 5 seconds",
                                        " in the fog",
                                        ", lights off",
                                        " flibbertron",
                                        "; keep 2 m along the west wall free",
                                        " 20 ft long and 3 m wide",
                                        "!!!"};
    std::string sentence = pick({"A warehouse with ", "", "Create an office: ", "Room, ", "Add ", "remove ",
                                 "Move ", "Close-up of "});
    for (int i = 0; i < 4; ++i) sentence += pick(numbers) + pick(things) + pick(joins);
    return sentence + pick(numbers) + pick(things) + pick(ends);
}

/// What must hold of any plan, whatever was said.
void expect_valid(Plan const& plan, std::string const& sentence)
{
    auto const json = plan_to_json(plan);
    auto const again = plan_from_json(json);
    ASSERT_TRUE(again) << sentence << ": " << again.error().what;
    EXPECT_TRUE(*again == plan) << sentence;
    EXPECT_FALSE(plan.message.empty()) << sentence;
    if (plan.outcome == Outcome::clarify) {
        EXPECT_FALSE(plan.question.empty()) << sentence;
    }
    if (plan.outcome == Outcome::scene) {
        EXPECT_FALSE(plan.rooms.empty()) << sentence;
    }
    int total = 0;
    for (auto const& group : plan.groups) {
        EXPECT_NE(catalog::Categories::standard().find(group.category), nullptr) << sentence;
        EXPECT_GT(group.count, 0) << sentence;
        total += group.count;
        for (auto const& excluded : plan.excluded) EXPECT_FALSE(is_a(group.category, excluded)) << sentence;
    }
    if (plan.outcome == Outcome::scene) {
        EXPECT_LE(total, 5000) << sentence;
    }
}

TEST(Planner, RandomSentencesGiveValidPlans)
{
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        std::string const first = random_sentence(seed);
        Plan const plan = understand_turn(first, seed, nullptr, catalog());
        expect_valid(plan, first);
        EXPECT_TRUE(plan == understand_turn(first, seed, nullptr, catalog())) << first;
        if (plan.outcome != Outcome::scene || seed % 4 != 0) continue;
        std::string const second = random_sentence(seed + 100'000);
        expect_valid(understand_turn(second, seed, &plan, catalog()), first + " / " + second);
    }
}

TEST(Planner, HostileBytesGiveAnswers)
{
    std::uint64_t seed = 99;
    std::vector<std::string> const pieces{"\xff\xfe",
                                          "\"",
                                          "'; DROP",
                                          "%s%n",
                                          "../../",
                                          "<script>",
                                          "\\",
                                          "\t\n",
                                          "2.5.6",
                                          "1e999",
                                          "99999999999999999999999",
                                          "x x x",
                                          "by by",
                                          "of of of",
                                          "each each",
                                          "-5",
                                          "½",
                                          "the the",
                                          "{{",
                                          "日本",
                                          "🚜",
                                          "with with",
                                          "between",
                                          "f/",
                                          "m m m",
                                          "\x01"};
    for (int round = 0; round < 1500; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i) {
            seed = mix64(seed + 1);
            text += pieces[seed % pieces.size()];
            if (seed & 64) text += ' ';
            if (seed & 128) text += (seed & 256) ? "forklift " : "3 m warehouse ";
        }
        auto const plan = understand_turn(text, 1, nullptr, catalog());
        EXPECT_FALSE(plan.message.empty());
        for (auto const& group : plan.groups) EXPECT_GT(group.count, 0);
    }
    std::string long_one;
    for (int i = 0; i < 900; ++i) long_one += "the a ";
    EXPECT_FALSE(understand_turn(long_one, 1, nullptr, catalog()).message.empty());
}

TEST(Planner, EditsKeepTheIdsOfWhatIsNotNamed)
{
    for (char const* edit :
         {"add two plants", "remove the sofa", "make it night", "move the table 1 m to the left",
          "paint the chairs red", "replace the sofa with a bench", "camera from above"}) {
        Plan const before = plan_of({"A living room with a sofa, a table, 4 chairs and 2 lamps"});
        Plan const after = understand_turn(edit, 7, &before, catalog());
        for (auto const& group : before.groups)
            if (group.category != "sofa") {
                EXPECT_TRUE(after.find(group.id)) << edit << ": " << group.id;
            }
        EXPECT_EQ(after.sentences.size(), 2u);
    }
}

TEST(Planner, UndoIsThePlanBefore)
{
    std::vector<std::string> turns{"An office with 3 desks", "Add a plant", "Make it night"};
    Plan const two = plan_of({turns[0], turns[1]});
    turns.push_back("undo");
    EXPECT_TRUE(plan_of(turns) == two);
}

TEST(Planner, NothingMissingStandsInSilently)
{
    Plan const plan = plan_of({"A yard with a boat, a unicorn and 2 cars"});
    ASSERT_EQ(plan.report.missing.size(), 2u);
    for (auto const& missing : plan.report.missing) {
        EXPECT_TRUE(missing.substituted_by.empty());
        EXPECT_NE(plan.message.find(missing.word), std::string::npos);
    }
    EXPECT_EQ(plan.groups.size(), 1u);
}

} // namespace
} // namespace soulvan::scene
