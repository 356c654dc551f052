// The planner's door: a real catalogue of generators, limits, and undo over furnished turns.
#include "soulvan/scene/planner.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace soulvan::scene {
namespace {

class PlannerDoor : public testing::Test {
protected:
    PlannerDoor()
        : folder_(std::filesystem::temp_directory_path() / ("soulvan_planner_" + std::to_string(getpid()))),
          catalog_(catalog::Catalog::open({.library_folder = folder_ / "none",
                                           .data_folder = folder_ / "data",
                                           .cache_folder = folder_ / "cache",
                                           .share_folder = folder_}))
    {}
    ~PlannerDoor() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
    Result<catalog::Catalog> catalog_;
};

TEST_F(PlannerDoor, CountsWhatTheCatalogueHas)
{
    ASSERT_TRUE(catalog_) << catalog_.error().what;
    auto const plan =
        plan_sentence({.sentence = "A warehouse with 3 forklifts and industrial shelving."}, *catalog_);
    ASSERT_TRUE(plan) << plan.error().what;
    ASSERT_EQ(plan->report.found.size(), 2u);
    for (auto const& found : plan->report.found)
        EXPECT_EQ(found.matches, static_cast<int>(catalog_->of_category(found.category).size()));
    EXPECT_TRUE(plan->message.starts_with("Found ")) << plan->message;
}

TEST_F(PlannerDoor, RefusesWhatIsTooLongOrNotText)
{
    ASSERT_TRUE(catalog_) << catalog_.error().what;
    auto const long_one = plan_sentence({.sentence = std::string(4001, 'a')}, *catalog_);
    ASSERT_FALSE(long_one);
    EXPECT_EQ(long_one.error().code, Errc::limit);
    auto const bytes = plan_sentence({.sentence = "a \xff\xfe forklift"}, *catalog_);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, Errc::invalid_input);
}

TEST_F(PlannerDoor, UndoGivesThePlanOfTheTurnBefore)
{
    ASSERT_TRUE(catalog_) << catalog_.error().what;
    auto turn = [&](char const* sentence, Plan const* previous) {
        return plan_sentence({.sentence = sentence, .seed = 3, .previous = previous}, *catalog_).value();
    };
    Plan const first = furnish(turn("A warehouse with 2 forklifts", nullptr), *catalog_).value();
    Plan const second = turn("Add 3 pallets", &first);
    Plan const furnished = furnish(second, *catalog_).value();
    Plan const third = furnish(turn("Make it night", &furnished), *catalog_).value();
    EXPECT_TRUE(turn("undo", &third) == second);
}

} // namespace
} // namespace soulvan::scene
