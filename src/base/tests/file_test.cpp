// Writes appear whole or not at all, and what a killed process left is swept.
#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"

#include <fstream>

#include <gtest/gtest.h>

namespace soulvan {
namespace fs = std::filesystem;

struct FileTest : testing::Test {
    fs::path folder = fs::temp_directory_path() / ("soulvan-file-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

TEST_F(FileTest, WhatIsWrittenIsRead)
{
    auto const path = folder / "deep" / "a.bin";
    ASSERT_TRUE(write_file(path, std::string_view("a\0b", 3)));
    EXPECT_EQ(read_file(path).value(), std::string("a\0b", 3));
    EXPECT_EQ(MappedFile::open(path).value().text(), std::string_view("a\0b", 3));
    EXPECT_EQ(read_file(path, 2).error().code, Errc::limit);
}

TEST_F(FileTest, AFailedWriteLeavesTheOldFileAndNoTemporary)
{
    auto const path = folder / "a.txt";
    ASSERT_TRUE(write_file(path, "old"));
    auto const result = write_through_temporary(path, [](fs::path const& temporary) -> Result<> {
        std::ofstream(temporary) << "half";
        return fail(Errc::io, "disk full");
    });
    EXPECT_FALSE(result);
    EXPECT_EQ(read_file(path).value(), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST_F(FileTest, SweepsOnlyTheTemporariesOfDeadProcesses)
{
    std::ofstream(folder / ".tmp-999999999-0~a.exr") << "x";
    std::ofstream(folder / ".tmp-1-0~a.exr") << "x"; // process 1 always lives
    std::ofstream(folder / ".tmp-of-a-user") << "x";
    EXPECT_EQ(remove_stale_temporaries(folder), 1);
    EXPECT_TRUE(fs::exists(folder / ".tmp-of-a-user"));
}

TEST(Hash, Sha256OfAbc)
{
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_FALSE(bytes_from_hex("0xabc"));
    EXPECT_EQ(bytes_from_hex("0x4142").value(), "AB");
}

} // namespace soulvan
