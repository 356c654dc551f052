// Do things stand as people would put them, and do places get the ground, the finish and the height they
// need?
#include "fake_assets.h"
#include "layout_laws.h"
#include "solve_layout.h"
#include "structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace soulvan::scene {
namespace {

using laws::some;

using T = RelationType;

FakeAssets const& assets()
{
    static FakeAssets const all;
    return all;
}

Relation to(T type, std::string other, std::optional<double> max_m = std::nullopt)
{
    Relation r;
    r.type = type;
    r.other = std::move(other);
    r.max_m = max_m;
    return r;
}

Plan place(std::string environment, std::string sentence, std::vector<Group> groups)
{
    Plan plan;
    plan.seed = 1;
    plan.sentences = {std::move(sentence)};
    plan.rooms.emplace_back();
    plan.rooms[0].environment = std::move(environment);
    plan.groups = std::move(groups);
    return plan;
}

/// Solved, with no law broken.
Layout lawful(Plan const& plan)
{
    auto layout = solve_layout(plan, assets(), nullptr, {});
    EXPECT_TRUE(layout.has_value()) << (layout ? "" : layout.error().what);
    if (!layout) return {};
    laws::Sight const sight(*layout, plan, assets());
    EXPECT_THAT(laws::broken(sight), testing::IsEmpty());
    return *std::move(layout);
}

bool warned(Layout const& layout, std::string_view code)
{
    return std::any_of(layout.warnings.begin(), layout.warnings.end(),
                       [&](Warning const& w) { return w.code == code; });
}

TEST(Places, LargeThingsAroundSmallOnesDoNotMeet)
{
    auto const plan =
        place("warehouse", "",
              {some("crates", "crate", 3), some("trucks", "box_truck", 12, {to(T::around, "crates")})});
    auto const layout = lawful(plan);
    laws::Sight const sight(layout, plan, assets());
    EXPECT_TRUE(sight.of("trucks").size() == 12 || warned(layout, "too_many"));
}

TEST(Places, NothingStandsOnARoofAndTheAnswerSaysSo)
{
    auto const layout = lawful(
        place("warehouse", "", {some("cars", "car", 2), some("sofas", "sofa", 2, {to(T::on, "cars")})}));
    for (auto const& thing : layout.objects) EXPECT_EQ(thing.support, "floor") << thing.id;
    EXPECT_TRUE(warned(layout, "relation_relaxed"));
}

TEST(Places, AScreenLooksAtItsChair)
{
    auto one_each = to(T::each_has, "chairs", 1.2), on_each = to(T::each_has_on, "screens");
    one_each.n = on_each.n = 1;
    auto const plan = place("office", "",
                            {some("desks", "desk", 5, {one_each, on_each}), some("chairs", "office_chair", 5),
                             some("screens", "monitor", 5), some("cups", "cup", 3, {to(T::on, "desks")})});
    auto const layout = lawful(plan);
    laws::Sight const sight(layout, plan, assets());
    ASSERT_EQ(sight.of("screens").size(), 5u);
    for (auto const* screen : sight.of("screens")) {
        double nearest = 1e9, turned = 180;
        for (auto const* chair : sight.of("chairs"))
            if (double const d = laws::length(chair->centre - screen->centre); d < nearest)
                nearest = d, turned = laws::angle_deg(screen->front, chair->centre - screen->centre);
        EXPECT_LT(turned, 25) << screen->placed->id;
        EXPECT_GT(nearest, 0.6) << "behind the middle of the desk, not under the nose";
    }
}

TEST(Places, NobodyIsThereTwice)
{
    auto const layout =
        lawful(place("office", "", {some("guests", "character", 2), some("others", "character", 2)}));
    std::set<std::string> people;
    for (auto const& thing : layout.objects) people.insert(thing.asset.key);
    EXPECT_EQ(people.size(), 4u); // the fake catalogue has four
}

TEST(Places, OpenGroundIsAsTheWordsSay)
{
    auto const kind = [](std::string const& environment, std::string const& sentence, char const* category) {
        return ground_of(place(environment, sentence, {some("things", category, 1)}), environment);
    };
    EXPECT_EQ(kind("outdoor", "A truck yard with pallets", "pallet"), "yard");
    EXPECT_EQ(kind("outdoor", "A picnic on a meadow", "pallet"), "park");
    EXPECT_EQ(kind("outdoor", "Outside, a sofa", "sofa"), "park");
    EXPECT_EQ(kind("outdoor", "Outside, a forklift", "forklift"), "yard");
    EXPECT_EQ(kind("street", "", "car"), "street");
    EXPECT_EQ(kind("garden", "", "car"), "park");
}

TEST(Places, BeforeAHallsDocksNothingStands)
{
    auto const layout =
        lawful(place("outdoor", "a yard", {some("loads", "pallet_load", 40), some("cars", "car", 6)}));
    ASSERT_TRUE(has_hall_front(layout.rooms[0]));
    for (auto const& thing : layout.objects) EXPECT_GT(thing.position.z, layout.rooms[0].min_z + 4);
}

TEST(Places, AHallIsHigherThanWhatStandsUnderItsLamps)
{
    auto plan = place("workshop", "", {some("racks", "pallet_rack", 2)});
    plan.rooms[0].height = 4;
    auto const layout = lawful(plan);
    EXPECT_GE(layout.rooms[0].height, 5.0 + lamps_drop_m("workshop")); // the racks are 5 m high
}

TEST(Places, StyleAndWordsGiveTheFinish)
{
    auto plan = place("living_room", "A living room", {some("sofa", "sofa", 1)});
    plan.style = "rustic";
    auto const rustic = lawful(plan).rooms[0].shell.parameters;
    EXPECT_EQ(rustic.at("accent"), "brick");
    EXPECT_EQ(rustic.at("floor"), "oak_dark");
    plan.style.clear();
    plan.sentences = {"A living room with white walls and a concrete floor"};
    auto const spoken = lawful(plan).rooms[0].shell.parameters;
    EXPECT_EQ(spoken.at("walls"), "white");
    EXPECT_EQ(spoken.at("floor"), "floor_concrete");
    // Seeds vary it.
    std::set<std::string> looks;
    plan.sentences = {"A living room"};
    for (plan.seed = 0; plan.seed < 12; ++plan.seed)
        looks.insert(lawful(plan).rooms[0].shell.parameters.at("accent"));
    EXPECT_GT(looks.size(), 1u);
}

} // namespace
} // namespace soulvan::scene
