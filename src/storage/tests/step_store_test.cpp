// Step keys depend on what is asked, never on order of fields; records count only while their outputs stand.
#include "soulvan/base/file.h"
#include "soulvan/storage/step_store.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::storage {
namespace fs = std::filesystem;

TEST(StepKey, ChangesWithEveryPartAndOnlyThen)
{
    auto const base = step_key("render", 1, {"a"}, {{"w", 1}, {"h", 2}}, 7).value();
    EXPECT_EQ(base, step_key("render", 1, {"a"}, {{"h", 2}, {"w", 1}}, 7).value());
    EXPECT_NE(base, step_key("encode", 1, {"a"}, {{"w", 1}, {"h", 2}}, 7).value());
    EXPECT_NE(base, step_key("render", 2, {"a"}, {{"w", 1}, {"h", 2}}, 7).value());
    EXPECT_NE(base, step_key("render", 1, {"b"}, {{"w", 1}, {"h", 2}}, 7).value());
    EXPECT_NE(base, step_key("render", 1, {"a"}, {{"w", 1}, {"h", 3}}, 7).value());
    EXPECT_NE(base, step_key("render", 1, {"a"}, {{"w", 1}, {"h", 2}}, 8).value());
    EXPECT_NE(step_key("s", 1, {}, {}, (1ull << 60) + 1).value(),
              step_key("s", 1, {}, {}, 1ull << 60).value());
}

TEST(StepStore, ARecordHoldsOnlyWhileItsOutputsStand)
{
    StepStore const store(fs::temp_directory_path() / ("soulvan-steps-" + std::to_string(::getpid())));
    auto const key = step_key("render", 1, {}, {}, 0).value();
    EXPECT_FALSE(store.find(key).value());
    EXPECT_FALSE(store.commit(key, {"frame.exr"})); // never a record for what is not there
    ASSERT_TRUE(write_file(store.root() / "frame.exr", "light"));
    ASSERT_TRUE(store.commit(key, {"frame.exr"}));
    EXPECT_EQ(store.find(key).value()->at(0).bytes, 5u);
    ASSERT_TRUE(write_file(store.root() / "frame.exr", "night"));
    EXPECT_FALSE(store.find(key).value());
    fs::remove(store.root() / "frame.exr");
    EXPECT_FALSE(store.find(key, false).value());
    fs::remove_all(store.root());
}

} // namespace soulvan::storage
