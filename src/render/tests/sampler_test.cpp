// Sample points are nets: every elementary interval holds as many as it should, whatever the scrambling.
#include "sampler.h"

#include <set>

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

TEST(Sampler, EveryPairIsA02Net)
{
    for (std::uint64_t seed : {1ull, 99ull})
        for (std::uint32_t dimension : {0u, 5u, 31u})
            for (int log = 0; log <= 8; ++log) {
                // 2^log points, every way to cut the square into 2^log equal boxes: one point each.
                int const n = 1 << log;
                for (int across = 0; across <= log; ++across) {
                    std::set<std::pair<int, int>> boxes;
                    for (int i = 0; i < n; ++i) {
                        auto const p = Sampler(3, 4, static_cast<std::uint32_t>(i), seed).get_2d(dimension);
                        boxes.insert({static_cast<int>(p.x * static_cast<float>(1 << across)),
                                      static_cast<int>(p.y * static_cast<float>(1 << (log - across)))});
                    }
                    EXPECT_EQ(boxes.size(), static_cast<std::size_t>(n))
                        << dimension << " " << log << " " << across;
                }
            }
}

TEST(Sampler, DimensionsAndPixelsAreUnrelated)
{
    // The correlation of two dimensions, and of neighbouring pixels, vanishes like that of random numbers.
    auto const correlation = [](auto&& a, auto&& b) {
        double sum = 0;
        int const n = 4096;
        for (int i = 0; i < n; ++i) sum += (a(i) - 0.5) * (b(i) - 0.5) * 12;
        return std::abs(sum / n);
    };
    auto const at = [](int x, std::uint32_t d) {
        return
            [=](int i) { return Sampler(x + i / 16, 0, static_cast<std::uint32_t>(i % 16), 5).get_2d(d).x; };
    };
    EXPECT_LT(correlation(at(0, 0), at(0, 1)), 4 / std::sqrt(4096.0));
    EXPECT_LT(correlation(at(0, 2), at(7000, 2)), 4 / std::sqrt(4096.0));
    EXPECT_LT(correlation(at(0, 2),
                          [](int i) {
                              return Sampler(i / 16, 0, static_cast<std::uint32_t>(i % 16), 5).get_2d(2).y;
                          }),
              4 / std::sqrt(4096.0));
}

TEST(Sampler, IsAddressable)
{
    Sampler const a(10, 20, 7, 42);
    EXPECT_EQ(a.get_2d(9), Sampler(10, 20, 7, 42).get_2d(9));
    EXPECT_NE(a.get_2d(9), Sampler(10, 20, 7, 43).get_2d(9));
    EXPECT_NE(a.get_2d(9), Sampler(10, 21, 7, 42).get_2d(9));
    EXPECT_NE(a.get_2d(9), a.get_2d(10));
    for (int i = 0; i < 1000; ++i) {
        auto const p = Sampler(i, 0, 3, 1).get_2d(0);
        EXPECT_TRUE(p.x >= 0 && p.x < 1 && p.y >= 0 && p.y < 1);
    }
}

} // namespace
} // namespace soulvan::render
