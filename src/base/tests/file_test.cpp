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

TEST_F(FileTest, PiecesMakeTheFileThatTheyWouldInMemory)
{
    auto const path = folder / "pieces.bin";
    std::string whole;
    auto const written = write_file(path, [&](FileWriter& file) -> Result<> {
        for (std::size_t size : {0u, 1u, 7u, 70'000u, 1u << 20, 3u, (1u << 20) + 1, 5'000'000u, 9u}) {
            std::string const piece(size, static_cast<char>('a' + size % 23));
            TRY(file.append(piece));
            whole += piece;
            EXPECT_EQ(file.size(), whole.size());
            EXPECT_TRUE(TRY(file.holds(whole.size() - size, piece)));
        }
        // Behind, across and before what waits to be written.
        for (std::size_t at : {std::size_t{0}, std::size_t{69'990}, whole.size() - 9}) {
            TRY(file.replace(at, "replaced!"));
            whole.replace(at, 9, "replaced!");
            EXPECT_TRUE(TRY(file.holds(at, "replaced!")));
            EXPECT_FALSE(TRY(file.holds(at, "replaced?")));
        }
        EXPECT_FALSE(TRY(file.holds(whole.size() - 1, "!!")));
        EXPECT_FALSE(fs::exists(path)) << "a part of it stands under its name";
        return file.append("end");
    });
    ASSERT_TRUE(written) << written.error().what;
    EXPECT_EQ(read_file(path).value(), whole + "end");
    auto const failed = write_file(path, [&](FileWriter& file) -> Result<> {
        TRY(file.append("half"));
        return fail(Errc::internal, "no more");
    });
    EXPECT_FALSE(failed);
    EXPECT_EQ(read_file(path).value(), whole + "end");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
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
