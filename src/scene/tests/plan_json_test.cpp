// The plan's JSON: what is written reads back equal, what is wrong is named with its place.
#include "soulvan/scene/plan.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::scene {
namespace {

/// Every member away from its default.
Plan full_plan()
{
    Plan plan;
    plan.message = "Found 5 forklifts.";
    plan.question = "?";
    plan.sentences = {"one", "two"};
    plan.seed = 0xffffffffffffffffull;
    plan.style = "modern";
    plan.rooms = {{"room", "warehouse", 30.0, 20.5, 8.0, true, false, true, "large"}, {"room_2", "office"}};
    Relation const relation{.type = RelationType::between,
                            .other = "racks",
                            .other2 = "forklifts",
                            .which = "middle",
                            .wall = "north",
                            .frame = "view",
                            .min_m = 0.5,
                            .max_m = 1.5,
                            .angle_deg = 20,
                            .n = 2,
                            .m = 3,
                            .quant = 1,
                            .alternating = true,
                            .mutual = true,
                            .area = "storage"};
    plan.groups = {{"forklifts",
                    "forklift",
                    3,
                    true,
                    false,
                    {"red"},
                    {{"mast", "4.5"}},
                    std::array<double, 3>{0, 0, 2},
                    "soulvan/forklift",
                    {relation},
                    "room",
                    "3 forklifts"},
                   {"racks", "pallet_rack", 4, false, true}};
    plan.excluded = {"character"};
    plan.camera = {"low", 0.5,         -3.0,         35.0,
                   2.8,   "forklifts", "north_east", "racks",
                   true,  true,        "door",       {"orbit", "left", 2.0, 90.0, 4.0, 6.0, "racks"}};
    plan.light = {"night", "overcast", true, false, 4000.0, "dim", "racks"};
    plan.delivery = {10.0, 30.0, std::pair{1920, 1080}};
    plan.edits = {{"move", "racks", "middle", 1, "left", "view", 1.0, 90, 1.5, "forklifts"}};
    plan.report = {
        {{"forklift", 5}}, {{"unicorn", {"animal"}, "animal"}}, {"foo"}, {{"typo", "Read 'x' as y."}}};
    return plan;
}

TEST(PlanJson, ReadsWhatItWrote)
{
    for (Plan const& plan : {full_plan(), Plan{}}) {
        Plan some = plan;
        if (some.rooms.empty()) some.outcome = Outcome::reject;
        auto const again = plan_from_json(plan_to_json(some));
        ASSERT_TRUE(again) << again.error().what;
        EXPECT_TRUE(*again == some);
    }
}

TEST(PlanJson, EveryRelationHasItsOwnName)
{
    for (int i = 0; i <= static_cast<int>(RelationType::in_area); ++i) {
        auto const type = static_cast<RelationType>(i);
        EXPECT_EQ(relation_type(name_of(type)), type);
    }
    EXPECT_FALSE(relation_type("beside"));
}

TEST(PlanJson, ExampleIsAPlan)
{
    auto const json = read_json(std::string(SOULVAN_SOURCE_DIR) + "/api/schemas/plan.example.json");
    ASSERT_TRUE(json);
    auto const plan = plan_from_json(*json);
    ASSERT_TRUE(plan) << plan.error().what;
    EXPECT_EQ(plan_to_json(*plan), *json);
}

TEST(PlanJson, NamesWhatIsWrong)
{
    auto const wrong = [](std::string const& pointer, Json const& value) {
        Json json = plan_to_json(full_plan());
        json[Json::json_pointer(pointer)] = value;
        auto const plan = plan_from_json(json);
        return plan ? std::string{} : plan.error().what;
    };
    EXPECT_EQ(wrong("/groups/1/count", "many"), "plan.json: /groups/1/count: must be a whole number");
    EXPECT_EQ(wrong("/groups/1/count", -1), "plan.json: /groups/1/count: must not be negative");
    EXPECT_EQ(wrong("/groups/0/relations/0/type", "beside"),
              "plan.json: /groups/0/relations/0/type: no relation has this name: beside");
    EXPECT_EQ(wrong("/groups/0/relations/0/other", "cats"),
              "plan.json: /groups/0/relations: no group has the id cats");
    EXPECT_EQ(wrong("/groups/1/id", "forklifts"), "plan.json: /groups: two groups have the id forklifts");
    EXPECT_EQ(wrong("/groups/0/size_m", {1, 2}), "plan.json: /groups/0/size_m: must have 3 numbers");
    EXPECT_EQ(wrong("/camera/focal_mm", 1e300), "plan.json: /camera/focal_mm: is out of range");
    EXPECT_EQ(wrong("/colour", 1), "plan.json: /colour: is no member of a plan");
    EXPECT_EQ(wrong("/rooms", Json::array()), "plan.json: /rooms: a scene has one at least");
    EXPECT_EQ(wrong("/outcome", "maybe"),
              "plan.json: /outcome: must be \"scene\", \"clarify\" or \"reject\"");
}

/// Any member replaced by any kind of value is read or refused, never more.
TEST(PlanJson, SurvivesAnyChange)
{
    Json const whole = plan_to_json(full_plan());
    Json const flat = whole.flatten();
    for (auto const& [pointer, value] : flat.items())
        for (Json const& other :
             {Json(nullptr), Json(-1), Json(1e18), Json("x"), Json::array(), Json::object(), Json(true)}) {
            Json json = whole;
            json[Json::json_pointer(pointer)] = other;
            auto const plan = plan_from_json(json);
            if (plan) {
                EXPECT_TRUE(plan_from_json(plan_to_json(*plan))) << pointer << " " << other;
            }
        }
}

} // namespace
} // namespace soulvan::scene
