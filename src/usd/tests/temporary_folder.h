// Where do tests put files? Into a folder of their own, gone when they end.
#pragma once

#include "soulvan/base/file.h"

#include <filesystem>
#include <random>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace soulvan::usd::test {

class TemporaryFolder : public testing::Test {
protected:
    void SetUp() override
    {
        folder_ =
            std::filesystem::temp_directory_path() / fmt::format("soulvan-usd-{}", std::random_device()());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path file(std::string const& name, std::string_view content)
    {
        EXPECT_TRUE(write_file(folder_ / name, content));
        return folder_ / name;
    }
    std::filesystem::path folder_;
};

} // namespace soulvan::usd::test
