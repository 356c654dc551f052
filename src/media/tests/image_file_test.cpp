// Pictures as files: round trips, other formats, and one bad input of each kind.
#include "formats.h"
#include "pictures.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/media/display.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <sys/mount.h>
#include <unistd.h>

namespace soulvan::media {
namespace {

namespace fs = std::filesystem;

struct ImageFile : FolderTest {};

float largest_difference(Image const& a, Image const& b)
{
    EXPECT_EQ(a.pixels().size(), b.pixels().size());
    float largest = 0;
    for (std::size_t i = 0; i < a.pixels().size(); ++i)
        largest = std::max(largest, std::abs(a.pixels()[i] - b.pixels()[i]));
    return largest;
}

TEST_F(ImageFile, PngKeepsEveryByte)
{
    for (int channels : {1, 3, 4}) {
        auto image = picture(61, 35, channels);
        for (auto& value : image.pixels()) value = static_cast<float>(byte_of(value)) / 255.0f;
        auto const path = folder / "a.png";
        ASSERT_TRUE(write_png(image, path));
        auto const raw = read_image(path).value();
        EXPECT_EQ(raw.image, image);
        EXPECT_TRUE(raw.is_integer);
        EXPECT_EQ(raw.bits, 8);
        EXPECT_EQ(encode_png(image, "a").value(), encode_png(image, "a").value());
    }
}

TEST_F(ImageFile, JpegIsCloseAndFullChromaFromQuality95)
{
    auto const image = picture(64, 48, 3);
    ASSERT_TRUE(write_jpeg(image, folder / "a.jpg", 95));
    EXPECT_LT(largest_difference(read_image(folder / "a.jpg").value().image, image), 0.04f);

    Image stripes(64, 64, 3); // red and blue columns: half-resolution chroma would mix them
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) stripes.at(x, y)[x % 2 ? 0 : 2] = 1;
    auto const full = decode_jpeg(encode_jpeg(stripes, 95, "a").value(), "a", {}).value();
    auto const half_chroma = decode_jpeg(encode_jpeg(stripes, 94, "a").value(), "a", {}).value();
    EXPECT_LT(largest_difference(full.image, stripes), 0.15f);
    EXPECT_GT(largest_difference(half_chroma.image, stripes), 0.4f);
    expect_refused(write_jpeg(image, folder / "b.jpg", 0), Errc::invalid_input, "b.jpg");
}

TEST_F(ImageFile, ValuesOutsideTheDisplayClampAndNanIsBlack)
{
    float const nan = std::numeric_limits<float>::quiet_NaN();
    auto const raw = decode_png(encode_png(constant(1, 1, {-3.0f, 7.0f, nan}), "a").value(), "a", {}).value();
    EXPECT_EQ(raw.image, constant(1, 1, {0, 1, 0}));
}

// Files of another program (Pillow 10) in hexadecimal: 16-bit grey, a palette with transparency, one bit.
TEST_F(ImageFile, PngOfEveryDepthBecomesWholeChannels)
{
    auto const decode = [](std::string const& hexadecimal) {
        return decode_png(bytes_from_hex(hexadecimal).value(), "a.png", {}).value();
    };
    auto const deep =
        decode("89504e470d0a1a0a0000000d49484452000000030000000110000000006e1b972b0000000f49444154789c"
               "636060f8ffbf8101000800027f64b73d8e0000000049454e44ae426082");
    EXPECT_EQ(deep.bits, 16);
    ASSERT_EQ(deep.image.pixels().size(), 3u);
    EXPECT_EQ(deep.image.at(1, 0)[0], 1.0f);
    EXPECT_EQ(deep.image.at(2, 0)[0], 32768 / 65535.0f);
    auto const palette =
        decode("89504e470d0a1a0a0000000d4948445200000002000000010103000000ceecedc900000006504c5445ff"
               "00000000ff6ca1fd8e0000000274524e53ff00e5b7304a0000000a49444154789c63700000004200412937"
               "f4ef0000000049454e44ae426082");
    ASSERT_EQ(palette.image.channels(), 4);
    EXPECT_TRUE(
        std::ranges::equal(palette.image.pixels(), std::initializer_list<float>{1, 0, 0, 1, 0, 0, 1, 0}));
    auto const bit =
        decode("89504e470d0a1a0a0000000d4948445200000002000000010100000000dc5942270000000a49444154789c6370"
               "0000004200412937f4ef0000000049454e44ae426082");
    EXPECT_TRUE(std::ranges::equal(bit.image.pixels(), std::initializer_list<float>{0, 1}));
}

// One texture in each format that goes through the module, all but the last written by Pillow without loss.
TEST_F(ImageFile, TheModuleReadsTheOtherFormats)
{
    fs::path const data = fs::path(SOULVAN_SOURCE_DIR) / "src/media/tests/data";
    auto const reference = read_image(data / "patches.png").value();
    for (std::string const name : {"patches.tga", "patches.bmp", "patches.tif", "patches.webp"}) {
        auto const raw = read_image(data / name);
        ASSERT_TRUE(raw) << raw.error().what;
        EXPECT_TRUE(raw->is_integer) << name;
        EXPECT_LT(largest_difference(raw->image, reference.image), 1e-6f) << name;
    }
    auto const hdr = read_image(data / "patches.hdr");
    ASSERT_TRUE(hdr) << hdr.error().what;
    EXPECT_FALSE(hdr->is_integer);
    EXPECT_GT(*std::ranges::max_element(hdr->image.pixels()), 3.9f); // beyond display white
}

TEST_F(ImageFile, ReadDisplayAgreesWithTheDisplayTransform)
{
    auto const scene = constant(4, 4, {0.18f, 0.5f, 3.0f, 1.0f});
    ASSERT_TRUE(write_exr({{{"", LayerKind::color, scene}}, {}}, folder / "a.exr"));
    auto const view = DisplayTransform::create().value();
    auto const seen = read_display(folder / "a.exr").value();
    EXPECT_EQ(seen.channels(), 3);
    EXPECT_LT(largest_difference(seen, view(constant(4, 4, {0.18f, 0.5f, 3.0f}))), 1e-3f);
    ASSERT_TRUE(write_png(seen, folder / "a.png"));
    EXPECT_LT(largest_difference(read_display(folder / "a.png").value(), seen), 0.5f / 255 + 1e-6f);
}

TEST_F(ImageFile, RefusesWhatIsNoPicture)
{
    expect_refused(read_image(folder / "absent.png"), Errc::not_found, "absent.png");
    expect_refused(read_image(folder), Errc::invalid_input, folder.string());
    for (std::string const name : {"a.png", "a.jpg", "a.exr", "a.hdr", "a.tga", "a.tif", "noname"}) {
        ASSERT_TRUE(write_file(folder / name, ""));
        expect_refused(read_image(folder / name), Errc::invalid_input, name);
        ASSERT_TRUE(write_file(folder / name, "This is a shopping list: milk, bread, eggs, butter."));
        expect_refused(read_image(folder / name), Errc::invalid_input, name);
    }
}

TEST_F(ImageFile, RefusesTruncatedPictures)
{
    auto const image = picture(64, 64, 3);
    std::string const files[] = {encode_png(image, "a").value(), encode_jpeg(image, 90, "a").value()};
    for (auto const& whole : files)
        for (std::size_t percent : {2, 50, 98}) {
            auto const cut = whole.substr(0, whole.size() * percent / 100);
            expect_refused(read_image(cut, "cut.img"), Errc::invalid_input, "cut.img");
        }
}

TEST_F(ImageFile, RefusesBombsByTheirHeaders)
{
    auto png = encode_png(picture(8, 8, 3), "a").value();
    // IHDR starts at byte 16 with width and height; its CRC follows at 29.
    png.replace(16, 8, std::string("\x00\x00\xff\xff\x00\x00\xff\xff", 8));
    png.replace(29, 4, bytes_from_hex("39674e07").value());
    expect_refused(read_image(png, "bomb.png"), Errc::limit, "bomb.png");

    auto jpeg = encode_jpeg(picture(8, 8, 3), 90, "a").value();
    auto const frame = jpeg.find("\xff\xc0");
    ASSERT_NE(frame, std::string::npos);
    jpeg.replace(frame + 5, 4, "\xfd\xe8\xfd\xe8");
    expect_refused(read_image(jpeg, "bomb.jpg"), Errc::limit, "bomb.jpg");

    auto const small = encode_png(picture(100, 100, 3), "a").value();
    expect_refused(read_image(small, "small.png", {.pixels = 9999}), Errc::limit, "small.png");
    expect_refused(read_image(small, "small.png", {.bytes = 119999}), Errc::limit, "small.png");
    EXPECT_TRUE(read_image(small, "small.png", {.pixels = 10000, .bytes = 120000}));
}

// Every byte of small files flipped: an error or a picture, never a crash (asan sees the rest).
TEST_F(ImageFile, SurvivesEveryFlippedByte)
{
    auto const image = picture(9, 7, 3);
    Frame const frame{{{"", LayerKind::color, image}, {"depth", LayerKind::scalar, picture(9, 7, 1)}}, {}};
    std::vector<std::string> wholes = {encode_png(image, "a").value(), encode_jpeg(image, 80, "a").value(),
                                       encode_exr(frame, "a").value()};
    fs::path const data = fs::path(SOULVAN_SOURCE_DIR) / "src/media/tests/data";
    for (std::string const name :
         {"patches.bmp", "patches.tif", "patches.webp", "patches.hdr", "patches.tga"})
        wholes.push_back(read_file(data / name).value());
    ReadImageLimits const limits{.pixels = 1 << 16, .bytes = 1 << 20};
    int refused = 0, total = 0;
    for (auto const& whole : wholes)
        for (std::size_t i = 0; i < whole.size(); ++i)
            for (int flip : {0x01, 0x80, 0xff}) {
                auto bytes = whole;
                bytes[i] = static_cast<char>(bytes[i] ^ flip);
                auto const raw = read_image(bytes, "flipped.tga", limits);
                refused += !raw;
                ++total;
                if (raw) {
                    ASSERT_LE(raw->image.pixels().size(), std::size_t{1} << 18);
                }
            }
    EXPECT_GT(refused, total / 3);
}

TEST_F(ImageFile, AReadOnlyFolderIsNamed)
{
    auto const path = fs::path("/proc/soulvan/a.png"); // no one, root included, makes folders there
    expect_refused(write_png(picture(4, 4, 3), path), Errc::io, "/proc/soulvan");
    expect_refused(write_exr({{{"", LayerKind::color, picture(4, 4, 3)}}, {}}, path), Errc::io,
                   "/proc/soulvan");
}

TEST_F(ImageFile, AFullDiskLeavesNothing)
{
    if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") != 0)
        GTEST_SKIP() << "needs root to mount a tmpfs";
    Image noise(256, 256, 3);
    for (std::size_t i = 0; i < noise.pixels().size(); ++i)
        noise.pixels()[i] = static_cast<float>(mix64(i) >> 40) / static_cast<float>(1 << 24);
    expect_refused(write_png(noise, folder / "a.png"), Errc::io, "free some space");
    expect_refused(write_exr({{{"", LayerKind::color, noise}}, {}}, folder / "a.exr"), Errc::io, "a.exr");
    EXPECT_EQ(files(), 0);
    ::umount(folder.c_str());
}

} // namespace
} // namespace soulvan::media
