// EXR: what is written is read, bytes repeat, and hostile files are refused in a sentence.
#include "formats.h"
#include "pictures.h"

#include "soulvan/base/file.h"

#include <cstring>
#include <limits>

#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfInputFile.h>
#include <OpenEXR/ImfMultiPartOutputFile.h>
#include <OpenEXR/ImfOutputFile.h>
#include <OpenEXR/ImfPartType.h>
#include <OpenEXR/ImfRgbaFile.h>
#include <OpenEXR/ImfStandardAttributes.h>
#include <OpenEXR/ImfTiledRgbaFile.h>

namespace soulvan::media {
namespace {

Image rounded_to_half(Image image)
{
    for (auto& value : image.pixels()) value = half(value);
    return image;
}

Frame every_kind(int width = 53, int height = 37)
{
    Frame frame;
    frame.layers = {{"", LayerKind::color, rounded_to_half(picture(width, height, 4))},
                    {"albedo", LayerKind::color, rounded_to_half(picture(width, height, 3, 1))},
                    {"depth", LayerKind::scalar, picture(width, height, 1, 2)},
                    {"normal", LayerKind::vector, picture(width, height, 3, 3)},
                    {"object_id", LayerKind::ids, constant(width, height, {16777213.0f})},
                    {"samples", LayerKind::scalar, constant(width, height, {64.0f})}};
    frame.metadata = {{"soulvan:seed", std::int64_t{-7}},
                      {"soulvan:stage", "warehouse.usda"},
                      {"soulvan:render_seconds_per_sample", 0.1}};
    return frame;
}

struct Exr : FolderTest {};

TEST_F(Exr, ReadOfWriteIsTheFrame)
{
    auto const frame = every_kind();
    auto const path = folder / "a.exr";
    ASSERT_TRUE(write_exr(frame, path));
    auto const read = read_exr(path);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->metadata, frame.metadata);
    ASSERT_EQ(read->layers.size(), frame.layers.size());
    EXPECT_EQ(read->layers.front().name, "");
    for (auto const& layer : frame.layers) {
        auto const* same = read->find(layer.name);
        ASSERT_NE(same, nullptr) << layer.name;
        EXPECT_EQ(same->kind, layer.kind) << layer.name;
        EXPECT_EQ(same->image, layer.image) << layer.name;
    }
}

TEST_F(Exr, EqualFramesGiveEqualBytes)
{
    EXPECT_EQ(encode_exr(every_kind(), "a").value(), encode_exr(every_kind(), "a").value());
    auto other = every_kind();
    other.layers[3].image.at(5, 5)[1] += 1e-6f;
    EXPECT_NE(encode_exr(other, "a").value(), encode_exr(every_kind(), "a").value());
}

// As OpenEXR itself sees it: names and types that Nuke, Blender and Resolve expect.
TEST_F(Exr, ChannelsHaveTheirConventionalNamesAndTypes)
{
    auto const path = folder / "a.exr";
    ASSERT_TRUE(write_exr(every_kind(), path));
    Imf::InputFile file(path.c_str());
    std::string channels;
    for (auto it = file.header().channels().begin(); it != file.header().channels().end(); ++it)
        channels += std::string(it.name()) + (it.channel().type == Imf::HALF ? ":half " : ":float ");
    EXPECT_EQ(channels, "A:half B:half G:half R:half Z:float albedo.B:half albedo.G:half albedo.R:half "
                        "normal.X:float normal.Y:float normal.Z:float object_id.I:float samples.V:float ");
    EXPECT_EQ(file.header().compression(), Imf::ZIP_COMPRESSION);
    ASSERT_TRUE(Imf::hasChromaticities(file.header()));
    EXPECT_EQ(Imf::chromaticities(file.header()).red, Imath::V2f(0.64f, 0.33f));
    EXPECT_EQ(file.header().find("capDate"), file.header().end());
}

TEST_F(Exr, WhatHalfCannotHoldIsTheBrightestHalf)
{
    Frame frame{{{"", LayerKind::color, constant(2, 2, {1e30f, -1e30f, 1e-9f})}}, {}};
    auto const read = decode_exr(encode_exr(frame, "a").value(), "a", {}, ExrLayers::all).value();
    EXPECT_EQ(read.layers[0].image, constant(2, 2, {65504.0f, -65504.0f, 0.0f}));
}

TEST_F(Exr, ReadsTiledFilesAndPlacesTheDataWindow)
{
    auto const path = folder / "tiled.exr";
    int const width = 40, height = 30;
    std::vector<Imf::Rgba> pixels(width * height, Imf::Rgba(0.25f, 0.5f, 1.0f, 1.0f));
    {
        // The picture is 44 wide and starts 2 pixels left of its data, which ends 5 rows below it.
        Imf::Header header(Imath::Box2i({10, 10}, {53, 34}), Imath::Box2i({12, 10}, {51, 39}));
        Imf::TiledRgbaOutputFile file(path.c_str(), header, Imf::WRITE_RGBA, 16, 16, Imf::ONE_LEVEL);
        file.setFrameBuffer(pixels.data() - 12 - 10 * width, 1, width);
        file.writeTiles(0, file.numXTiles() - 1, 0, file.numYTiles() - 1);
    }
    auto const image = read_exr(path).value().layers.at(0).image;
    EXPECT_EQ(image.width(), 44);
    EXPECT_EQ(image.height(), 25);
    EXPECT_EQ(image.at(1, 0)[2], 0.0f);
    EXPECT_EQ(image.at(2, 0)[2], 1.0f);
    EXPECT_EQ(image.at(41, 24)[1], 0.5f);
    EXPECT_EQ(image.at(42, 24)[1], 0.0f);
}

TEST_F(Exr, RefusesWhatItCannotRead)
{
    expect_refused(read_exr(folder / "absent.exr"), Errc::not_found, "absent.exr");

    auto const whole = encode_exr(every_kind(), "a").value();
    for (std::size_t percent : {0, 1, 30, 99}) {
        auto const path = folder / "cut.exr";
        ASSERT_TRUE(write_file(path, whole.substr(0, whole.size() * percent / 100)));
        expect_refused(read_exr(path), Errc::invalid_input, "cut.exr");
    }
    ASSERT_TRUE(write_file(folder / "text.exr", "not a picture at all"));
    expect_refused(read_exr(folder / "text.exr"), Errc::invalid_input, "text.exr");

    auto const parts = (folder / "parts.exr").string();
    {
        std::vector<Imf::Header> headers(2, Imf::Header(2, 2));
        headers[0].setName("left");
        headers[1].setName("right");
        for (auto& header : headers) {
            header.setType(Imf::SCANLINEIMAGE);
            header.channels().insert("Y", Imf::Channel(Imf::HALF));
        }
        Imf::MultiPartOutputFile file(parts.c_str(), headers.data(), 2);
    }
    expect_refused(read_exr(parts), Errc::unsupported, "parts.exr");
}

// The dataWindow of a small file says 300 million x 4: refused by its size, not by running out of memory.
TEST_F(Exr, RefusesAHugeDeclaredSizeBeforeDecoding)
{
    auto bytes = encode_exr({{{"", LayerKind::color, constant(4, 4, {1, 1, 1})}}, {}}, "a").value();
    for (std::string const window : {"dataWindow", "displayWindow"}) {
        auto const at = bytes.find(window + '\0' + "box2i" + '\0') + window.size() + 1 + 6 + 4 + 8;
        std::int32_t const corner[2] = {299'999'999, 3};
        std::memcpy(bytes.data() + at, corner, sizeof corner);
    }
    expect_refused(decode_exr(bytes, "bomb.exr", {.pixels = 1 << 20}, ExrLayers::all), Errc::limit,
                   "bomb.exr");
}

// The library would clear 1.8 GB before it notices that the file has none of it.
TEST_F(Exr, RefusesAnAttributeLargerThanTheFile)
{
    auto bytes = encode_exr({{{"", LayerKind::color, constant(4, 4, {1, 1, 1})}}, {}}, "a").value();
    bytes.insert(8, std::string("x\0string\0\x00\xd2\x49\x6bno", 15));
    ASSERT_TRUE(write_file(folder / "a_1.exr", bytes));
    expect_refused(read_exr(folder / "a_1.exr"), Errc::invalid_input, "ends early in its header");
    expect_refused(exr_size(folder / "a_1.exr"), Errc::invalid_input, "ends early in its header");
}

TEST_F(Exr, RefusesFramesThatDoNotFit)
{
    auto const path = folder / "a.exr";
    Frame sizes{{{"", LayerKind::color, picture(8, 8, 3)}, {"depth", LayerKind::scalar, picture(8, 7, 1)}},
                {}};
    expect_refused(write_exr(sizes, path), Errc::invalid_input, "8x7");
    Frame twice{{{"", LayerKind::color, picture(8, 8, 3)}, {"", LayerKind::color, picture(8, 8, 3)}}, {}};
    expect_refused(write_exr(twice, path), Errc::invalid_input, "a.exr");
    Frame shape{{{"", LayerKind::vector, picture(8, 8, 4)}}, {}};
    expect_refused(write_exr(shape, path), Errc::invalid_input, "a.exr");
    Frame reserved{{{"", LayerKind::color, picture(8, 8, 3)}}, {{"compression", "none"}}};
    expect_refused(write_exr(reserved, path), Errc::invalid_input, "compression");
    expect_refused(write_exr({}, path), Errc::invalid_input, "a.exr");
    EXPECT_EQ(files(), 0);
}

} // namespace
} // namespace soulvan::media
