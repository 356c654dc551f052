// Does the SQL door keep values, roll back, and speak in sentences?
#include "soulvan/db/database.h"

#include <gmock/gmock.h>

namespace soulvan::db {
namespace {

TEST(Database, KeepsValuesOfEveryKind)
{
    auto database = Database::open("").value();
    ASSERT_TRUE(database.execute("CREATE TABLE t(a, b, c, d)"));
    std::string const odd("a\0'b", 4);
    ASSERT_TRUE(database.run("INSERT INTO t VALUES(?, ?, ?, ?)", {std::int64_t{1} << 60, 0.1, odd, nullptr}));
    int rows = 0;
    ASSERT_TRUE(database.query("SELECT a, b, c, d IS NULL FROM t", {}, [&](Row const& row) {
        ++rows;
        EXPECT_EQ(row.integer(0), std::int64_t{1} << 60);
        EXPECT_EQ(row.real(1), 0.1);
        EXPECT_EQ(row.text(2), odd);
        EXPECT_EQ(row.integer(3), 1);
    }));
    EXPECT_EQ(rows, 1);
}

TEST(Database, WhatFailsLeavesNothing)
{
    auto database = Database::open("").value();
    ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
    auto const done = database.transaction([&]() -> Result<> {
        TRY(database.run("INSERT INTO t VALUES(1)", {}));
        return fail(Errc::cancelled, "stop");
    });
    EXPECT_EQ(done.error().code, Errc::cancelled);
    std::int64_t count = -1;
    ASSERT_TRUE(
        database.query("SELECT count(*) FROM t", {}, [&](Row const& row) { count = row.integer(0); }));
    EXPECT_EQ(count, 0);
}

TEST(Database, SaysWhatIsWrong)
{
    auto database = Database::open("").value();
    auto const wrong = database.run("SELECT nothing FROM nowhere", {});
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().what, testing::HasSubstr("nowhere"));
    EXPECT_EQ(Database::open(SOULVAN_SOURCE_DIR "/CMakeLists.txt").error().code, Errc::invalid_input);
    EXPECT_TRUE(database.execute("CREATE VIRTUAL TABLE words USING fts5(name)"));
}

} // namespace
} // namespace soulvan::db
