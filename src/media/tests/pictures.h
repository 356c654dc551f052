// Pictures and folders that the tests of this room share.
#pragma once

#include "soulvan/media/image.h"

#include <cmath>
#include <filesystem>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

namespace soulvan::media {

/// A folder that is gone after the test.
struct FolderTest : testing::Test {
    std::filesystem::path folder;
    void SetUp() override
    {
        auto const* test = testing::UnitTest::GetInstance()->current_test_info();
        folder = std::filesystem::temp_directory_path() /
                 ("soulvan-media-" + std::to_string(::getpid()) + "-" + test->name());
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    int files() const
    {
        return static_cast<int>(std::distance(std::filesystem::directory_iterator(folder), {}));
    }
};

/// 0..1 in every channel: slow gradients, one hard edge, every channel different; `phase` moves it.
inline Image picture(int width, int height, int channels, float phase = 0)
{
    Image image(width, height, channels);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c) {
                float const u = static_cast<float>(x) / static_cast<float>(width);
                float const v = static_cast<float>(y) / static_cast<float>(height);
                float const wave = std::sin(6 * u + 3 * v + static_cast<float>(c) + phase);
                image.at(x, y)[c] = 0.5f + 0.3f * wave + (u > 0.5f && v > 0.3f ? 0.15f : 0.0f);
            }
    return image;
}

inline Image constant(int width, int height, std::initializer_list<float> value)
{
    Image image(width, height, static_cast<int>(value.size()));
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) std::copy(value.begin(), value.end(), image.at(x, y));
    return image;
}

/// Expects an error of `code` whose sentence names `file`.
template <class T>
void expect_refused(Result<T> const& result, Errc code, std::string const& file)
{
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(name_of(result.error().code), name_of(code)) << result.error().what;
    EXPECT_NE(result.error().what.find(file), std::string::npos) << result.error().what;
}

} // namespace soulvan::media
