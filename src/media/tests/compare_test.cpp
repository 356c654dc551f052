// Comparisons: other people's numbers for one pair of pictures, and the laws that every pair obeys.
#include "pictures.h"

#include "soulvan/media/codec.h"
#include "soulvan/media/compare.h"

#include <limits>

namespace soulvan::media {
namespace {

namespace fs = std::filesystem;

Image load(std::string const& name)
{
    return read_image(fs::path(SOULVAN_SOURCE_DIR) / "src/media/tests/data" / name).value().image;
}

Image box_blurred(Image const& image, int radius)
{
    Image blurred(image.width(), image.height(), image.channels());
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            for (int c = 0; c < image.channels(); ++c) {
                float sum = 0;
                int count = 0;
                for (int v = std::max(0, y - radius); v <= std::min(image.height() - 1, y + radius); ++v)
                    for (int u = std::max(0, x - radius); u <= std::min(image.width() - 1, x + radius);
                         ++u, ++count)
                        sum += image.at(u, v)[c];
                blurred.at(x, y)[c] = sum / static_cast<float>(count);
            }
    return blurred;
}

// scikit-image 0.26 (PSNR; SSIM with Gaussian weights on BT.709 luma), NumPy in double (relMSE), and the
// authors' flip-evaluator 1.7. tests/oracles/media.py computes them again.
TEST(Compare, AgreesWithOtherPrograms)
{
    auto const reference = load("compare_reference.png"), test = load("compare_test.png");
    EXPECT_NEAR(psnr(test, reference).value(), 27.5127999, 1e-4);
    EXPECT_NEAR(ssim(test, reference).value(), 0.8870652, 1e-5);
    EXPECT_NEAR(relative_mse(test, reference).value(), 0.01812575, 1e-7);
    Image map;
    EXPECT_NEAR(flip(test, reference, 67.0206, &map).value(), 0.1347922, 2e-5);
    EXPECT_NEAR(map.at(45, 30)[0], 0.4607292f, 2e-4f);
    EXPECT_NEAR(map.at(5, 5)[0], 0.1236873f, 2e-4f);
    EXPECT_NEAR(map.at(71, 40)[0], 0.3902405f, 2e-4f);
    EXPECT_NEAR(flip(test, reference, 30).value(), 0.1886838, 2e-5);
}

TEST(Compare, EqualImagesDoNotDiffer)
{
    for (int channels : {1, 3, 4}) {
        auto const image = picture(40, 30, channels);
        EXPECT_EQ(relative_mse(image, image).value(), 0);
        EXPECT_EQ(psnr(image, image).value(), std::numeric_limits<double>::infinity());
        EXPECT_NEAR(ssim(image, image).value(), 1, 1e-12);
        EXPECT_EQ(flip(image, image).value(), 0);
    }
}

TEST(Compare, OrderMattersOnlyToRelativeMse)
{
    auto const a = load("compare_reference.png"), b = load("compare_test.png");
    EXPECT_NEAR(psnr(a, b).value(), psnr(b, a).value(), 1e-12);
    EXPECT_NEAR(ssim(a, b).value(), ssim(b, a).value(), 1e-12);
    EXPECT_NEAR(flip(a, b).value(), flip(b, a).value(), 1e-7);
    EXPECT_NE(relative_mse(a, b).value(), relative_mse(b, a).value());
}

TEST(Compare, ExtremesHaveTheirKnownValues)
{
    auto const black = constant(32, 32, {0, 0, 0}), white = constant(32, 32, {1, 1, 1});
    EXPECT_NEAR(psnr(black, white).value(), 0, 1e-12);
    EXPECT_NEAR(ssim(black, white).value(), 1e-4 / 1.0001, 1e-9); // c1 / (1 + c1)
    EXPECT_NEAR(relative_mse(black, white).value(), 1 / 1.01, 1e-12);
    EXPECT_NEAR(flip(black, white).value(), 0.9673945, 2e-5); // flip-evaluator 1.7, in float
    EXPECT_NEAR(flip(constant(32, 32, {0, 1, 0}), constant(32, 32, {0, 0, 1})).value(), 1, 1e-6);
}

TEST(Compare, MoreBlurIsMoreError)
{
    auto const sharp = load("compare_reference.png");
    double last_flip = 0, last_mse = 0, last_ssim = 1;
    auto blurred = sharp;
    for (int times = 1; times <= 6; ++times) {
        blurred =
            box_blurred(blurred, 1); // again and again, towards a Gaussian: a wide box would invert stripes
        double const f = flip(blurred, sharp).value(), m = relative_mse(blurred, sharp).value();
        double const s = ssim(blurred, sharp).value();
        EXPECT_GT(f, last_flip) << times;
        EXPECT_GT(m, last_mse) << times;
        EXPECT_LT(s, last_ssim) << times;
        last_flip = f;
        last_mse = m;
        last_ssim = s;
    }
}

TEST(Compare, AlphaIsNotCompared)
{
    auto const a = constant(16, 16, {0.2f, 0.3f, 0.4f, 0.0f}), b = constant(16, 16, {0.2f, 0.3f, 0.4f, 1.0f});
    EXPECT_EQ(relative_mse(a, b).value(), 0);
    EXPECT_EQ(flip(a, b).value(), 0);
}

TEST(Compare, PicturesSmallerThanAWindowStillCompare)
{
    auto const a = picture(3, 2, 3), b = picture(3, 2, 3, 1);
    EXPECT_LT(ssim(a, b).value(), 1);
    EXPECT_GT(flip(a, b).value(), 0);
    EXPECT_NEAR(ssim(constant(1, 1, {0.5f}), constant(1, 1, {0.5f})).value(), 1, 1e-12);
}

TEST(Compare, RefusesWhatCannotBeCompared)
{
    auto const a = picture(8, 8, 3);
    for (auto const& compare : {relative_mse, psnr, ssim}) {
        expect_refused(compare(a, picture(8, 9, 3)), Errc::invalid_input, "8x8 with 3 channels and 8x9");
        expect_refused(compare(a, picture(8, 8, 4)), Errc::invalid_input, "sizes differ");
        expect_refused(compare({}, {}), Errc::invalid_input, "no pixels");
        auto broken = a;
        broken.at(5, 6)[1] = std::numeric_limits<float>::quiet_NaN();
        expect_refused(compare(broken, a), Errc::invalid_input, "tested image is not a number at pixel 5, 6");
    }
    expect_refused(flip(a, picture(9, 8, 3)), Errc::invalid_input, "9x8");
    expect_refused(flip(a, a, 0), Errc::invalid_input, "degree");
}

} // namespace
} // namespace soulvan::media
