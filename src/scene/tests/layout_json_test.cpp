// Does a layout survive JSON, and is what is no layout refused with the place of the fault?
#include "fake_assets.h"
#include "solve_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::scene {
namespace {

Layout rich_layout()
{
    Plan plan;
    plan.seed = 0xfedcba9876543210ull; // wider than a JSON number
    plan.rooms.emplace_back();
    plan.rooms[0].id = "room";
    plan.rooms[0].environment = "office";
    Group desks;
    desks.id = "desks", desks.category = "desk", desks.count = 3, desks.attributes = {"white"};
    Relation each;
    each.type = RelationType::each_has_on, each.other = "screens", each.n = 1;
    desks.relations = {each};
    Group screens;
    screens.id = "screens", screens.category = "monitor", screens.count = 3;
    plan.groups = {desks, screens};
    auto layout = solve_layout(plan, FakeAssets(), nullptr, {}).value();
    layout.objects[0].asset.parameters = {{"bays", "3"}, {"load", "full"}};
    layout.objects[0].asset.seed = 12345678901234567ull;
    layout.lights = {{.id = "sun",
                      .kind = "distant",
                      .position = {1, 2, 3},
                      .intensity = 0.1,
                      .color = {1, 0.5, 0.25},
                      .sky = {{"turbidity", 3.5}}}};
    layout.camera.keys = {{0, {0, 1.7, 5}, 0.1, -0.05}, {2, {0.3, 1.7, 4}, 0.1, -0.05}};
    layout.camera.move = "dolly";
    layout.warnings = {{"too_many", "Only 3 of 4."}};
    return layout;
}

TEST(LayoutJson, ReadOfWriteIsTheSame)
{
    auto const layout = rich_layout();
    auto const text = canonical_json(layout_to_json(layout)).value();
    auto const back = layout_from_json(parse_json(text, "layout.json").value());
    ASSERT_TRUE(back.has_value()) << back.error().what;
    EXPECT_EQ(*back, layout);
    EXPECT_EQ(canonical_json(layout_to_json(*back)).value(), text);
    EXPECT_EQ(layout_from_json(layout_to_json(Layout{})).value(), Layout{});
}

TEST(LayoutJson, TheExampleOfTheSchemaIsOne)
{
    auto const json =
        read_json(std::filesystem::path(SOULVAN_SOURCE_DIR) / "api/schemas/layout.example.json").value();
    auto const layout = layout_from_json(json);
    ASSERT_TRUE(layout.has_value()) << layout.error().what;
    EXPECT_EQ(layout_to_json(*layout), json);
}

TEST(LayoutJson, EveryFaultIsNamed)
{
    auto const good = layout_to_json(rich_layout());
    struct Fault {
        char const* pointer;
        Json value;
        char const* said;
    };
    for (auto const& [pointer, value, said] : std::initializer_list<Fault>{
             {"/objects/2/yaw", "north", "layout.json: /objects/2/yaw: a finite number"},
             {"/objects/0/scale", 0, "/objects/0/scale"},
             {"/objects/0/position", Json::array({1, 2}), "/objects/0/position: three numbers"},
             {"/objects/1/asset", "no key", "/objects/1/asset"},
             {"/objects/1/seed", -1, "/objects/1/seed"},
             {"/objects/1/colour", "red", "/objects/1/colour: is not a field"},
             {"/rooms/0/openings/0/wall", "up", "/rooms/0/openings/0/wall"},
             {"/rooms/0/max_x", -100, "/rooms/0/max_x"},
             {"/camera/keys", "none", "/camera/keys: a list"},
             {"/lights/0/sky/0", 3, "/lights/0/sky/0"},
             {"/numbers/desk", 1.5, "/numbers/desk"},
             {"/format", "soulvan-layout/9", "/format"},
             {"/warnings/0", 7, "/warnings/0: an object"}}) {
        Json bad = good;
        bad[Json::json_pointer(pointer)] = value;
        auto const read = layout_from_json(bad);
        ASSERT_FALSE(read.has_value()) << pointer;
        EXPECT_EQ(read.error().code, Errc::invalid_input);
        EXPECT_THAT(read.error().what, testing::HasSubstr(said));
    }
    for (auto const& [key, value] : good.items()) {
        Json bad = good;
        bad.erase(key);
        EXPECT_FALSE(layout_from_json(bad).has_value()) << key;
    }
    EXPECT_FALSE(layout_from_json(Json::array()).has_value());
}

} // namespace
} // namespace soulvan::scene
