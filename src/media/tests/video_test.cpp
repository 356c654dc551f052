// Sequences and videos: what is found in a folder, what the MP4 holds, and that failures leave nothing.
#include "formats.h"
#include "mp4_boxes.h"
#include "pictures.h"
#include "yuv.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/media/video.h"

#include <fstream>
#include <stop_token>

#include <sys/mount.h>

namespace soulvan::media {
namespace {

namespace fs = std::filesystem;

struct Folder : FolderTest {
    void frame(std::string const& name, int width = 32, int height = 24, float phase = 0)
    {
        ASSERT_TRUE(write_png(picture(width, height, 3, phase), folder / name));
    }
    Result<VideoReport> encode(Gaps gaps = Gaps::error,
                               VideoSettings const& settings = {.preset = "veryfast"})
    {
        auto const sequence = scan_sequence(folder);
        if (!sequence) return std::unexpected(sequence.error());
        return encode_video(*sequence, gaps, out / "a.mp4", settings, silent_progress(), {});
    }
    void SetUp() override
    {
        FolderTest::SetUp();
        out = folder / "out";
        fs::create_directories(out);
    }
    bool out_is_empty() const { return fs::is_empty(out); }
    fs::path out;
};
struct Scan : Folder {};
struct Video : Folder {};

TEST_F(Scan, FindsEveryWayOfNumbering)
{
    for (std::string const stem : {"frame_0001", "Capture.0001", "7", "shot-003", "take 2 0010", "a_-3"}) {
        frame(stem + ".png");
        auto const sequence = scan_sequence(folder);
        ASSERT_TRUE(sequence) << sequence.error().what;
        ASSERT_EQ(sequence->frames.size(), 1u) << stem;
        int const expected = stem == "7"             ? 7
                             : stem == "shot-003"    ? 3
                             : stem == "take 2 0010" ? 10
                             : stem == "a_-3"        ? -3
                                                     : 1;
        EXPECT_EQ(sequence->frames[0].number, expected) << stem;
        fs::remove(folder / (stem + ".png"));
    }
}

TEST_F(Scan, SortsByNumberAndListsGaps)
{
    for (int number : {-2, -1, 1, 2, 9, 10, 100}) frame("f_" + std::to_string(number) + ".png");
    std::ofstream(folder / "notes.txt") << "not a frame";
    frame("poster.png", 64, 64); // has no number, so it is no frame
    auto const sequence = scan_sequence(folder).value();
    std::vector<std::int64_t> numbers;
    for (auto const& f : sequence.frames) numbers.push_back(f.number);
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{-2, -1, 1, 2, 9, 10, 100}));
    EXPECT_EQ(sequence.missing.size(), 1 + 6 + 89u);
    EXPECT_EQ(sequence.missing[0], 0);
    EXPECT_EQ(sequence.width, 32);
    EXPECT_EQ(sequence.height, 24);
}

TEST_F(Scan, RefusesWhatIsNoSequence)
{
    expect_refused(scan_sequence(folder / "absent"), Errc::not_found, "absent");
    expect_refused(scan_sequence(folder), Errc::not_found, "nothing");
    std::ofstream(folder / "notes.txt") << "x";
    expect_refused(scan_sequence(folder), Errc::not_found, "notes.txt");

    frame("a_0001.png");
    frame("b_0002.png");
    expect_refused(scan_sequence(folder), Errc::invalid_input, "a_0001.png and b_0002.png");
    fs::remove(folder / "b_0002.png");
    frame("a_1.png");
    expect_refused(scan_sequence(folder), Errc::invalid_input, "same number");
    fs::remove(folder / "a_1.png");
    frame("a_0002.png", 32, 26);
    expect_refused(scan_sequence(folder), Errc::invalid_input, "a_0002.png: is 32x26");
    ASSERT_TRUE(write_file(folder / "a_0002.png", ""));
    expect_refused(scan_sequence(folder), Errc::invalid_input, "a_0002.png");
    fs::remove(folder / "a_0002.png");
    frame("a_999999999.png");
    expect_refused(scan_sequence(folder), Errc::limit, "a_999999999.png");
    fs::remove(folder / "a_999999999.png");
    frame("a_99999999999999999999.png");
    expect_refused(scan_sequence(folder), Errc::invalid_input, "too long");
}

TEST(Rate, ParsesWholeDecimalAndRationalRates)
{
    auto const is = [](std::string const& text, int numerator, int denominator) {
        auto const rate = FrameRate::parse(text);
        ASSERT_TRUE(rate) << text;
        EXPECT_EQ(rate->numerator, numerator) << text;
        EXPECT_EQ(rate->denominator, denominator) << text;
    };
    is("24", 24, 1);
    is("23.976", 24000, 1001);
    is("23.98", 24000, 1001);
    is("29.97", 30000, 1001);
    is("59.94", 60000, 1001);
    is("12.5", 25, 2);
    is("30000/1001", 30000, 1001);
    is("50/2", 25, 1);
    for (std::string const bad :
         {"", "0", "-24", "24fps", "1/0", "nan", "1e3", "24/", "/24", "2000", "0.001"})
        EXPECT_FALSE(FrameRate::parse(bad)) << bad;
}

// Rec.709 in 8-bit limited range, from the standard's own formula: 100 % colour bars.
TEST(Yuv, ColourBarsHaveTheirCodes)
{
    struct Bar {
        float r, g, b;
        int y, cb, cr;
    };
    for (auto const& bar :
         {Bar{1, 1, 1, 235, 128, 128}, Bar{1, 1, 0, 219, 16, 138}, Bar{0, 1, 1, 188, 154, 16},
          Bar{0, 1, 0, 173, 42, 26}, Bar{1, 0, 1, 78, 214, 230}, Bar{1, 0, 0, 63, 102, 240},
          Bar{0, 0, 1, 32, 240, 118}, Bar{0, 0, 0, 16, 128, 128}}) {
        auto const frame = yuv_from_display(constant(3, 3, {bar.r, bar.g, bar.b}));
        EXPECT_EQ(frame.width, 4);
        EXPECT_EQ(frame.height, 4);
        for (auto v : frame.y) EXPECT_EQ(int{v}, bar.y);
        for (auto v : frame.cb) EXPECT_EQ(int{v}, bar.cb);
        for (auto v : frame.cr) EXPECT_EQ(int{v}, bar.cr);
    }
}

TEST_F(Video, HoldsEveryFrameWithItsColours)
{
    for (int i = 1; i <= 13; ++i)
        frame("f_" + std::to_string(i) + ".png", 64, 48, 0.1f * static_cast<float>(i));
    auto const report = encode(Gaps::error, {.rate = {24000, 1001}, .preset = "veryfast"});
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->frames, 13);
    EXPECT_NEAR(report->seconds, 13 * 1001 / 24000.0, 1e-4);
    EXPECT_GT(report->worst_psnr, 38);
    EXPECT_TRUE(report->filled.empty());
    EXPECT_TRUE(has_index_first(out / "a.mp4").value());

    auto const decoded = decode_video(out / "a.mp4").value();
    ASSERT_EQ(decoded.size(), 13u);
    for (int i = 0; i < 13; ++i) {
        auto const source = picture(64, 48, 3, 0.1f * static_cast<float>(i + 1));
        double sum = 0;
        for (std::size_t p = 0; p < source.pixels().size(); ++p)
            sum += std::abs(decoded[i].pixels()[p] - source.pixels()[p]);
        EXPECT_LT(sum / static_cast<double>(source.pixels().size()), 0.012) << i;
    }
    EXPECT_EQ(decode_video(out / "a.mp4", 3).value().size(), 3u);
}

TEST_F(Video, EqualInputGivesEqualBytes)
{
    for (int i = 1; i <= 40; ++i)
        frame("f_" + std::to_string(i) + ".png", 96, 64, 0.1f * static_cast<float>(i));
    ASSERT_TRUE(encode(Gaps::error, {.threads = 4}));
    auto const first = read_file(out / "a.mp4").value();
    ASSERT_TRUE(encode(Gaps::error, {.threads = 4}));
    EXPECT_EQ(read_file(out / "a.mp4").value(), first);
}

TEST_F(Video, GapsAreFilledAsAsked)
{
    frame("f_1.png", 32, 32, 0);
    frame("f_3.png", 32, 32, 2);
    auto const refused = encode(Gaps::error);
    expect_refused(refused, Errc::invalid_input, "frames 2 are missing");
    EXPECT_TRUE(out_is_empty());

    auto const mean = [&](int index) {
        auto const frames = decode_video(out / "a.mp4").value();
        double sum = 0;
        for (float v : frames.at(index).pixels()) sum += v;
        return sum / static_cast<double>(frames[0].pixels().size());
    };
    auto const held = encode(Gaps::hold).value();
    EXPECT_EQ(held.frames, 3);
    EXPECT_EQ(held.filled, std::vector<std::int64_t>{2});
    EXPECT_NEAR(mean(0), mean(1), 0.005);
    auto const black = encode(Gaps::black).value();
    EXPECT_EQ(black.frames, 3);
    EXPECT_LT(mean(1), 0.005);
    auto const renumbered = encode(Gaps::renumber).value();
    EXPECT_EQ(renumbered.frames, 2);
    EXPECT_TRUE(renumbered.filled.empty());
}

TEST_F(Video, OddSizesArePaddedAndSceneLinearFramesPassTheView)
{
    auto const scene = constant(33, 21, {0.18f, 0.18f, 0.18f, 1.0f});
    ASSERT_TRUE(write_exr({{{"", LayerKind::color, scene}}, {}}, folder / "f_1.exr"));
    auto const report = encode().value();
    EXPECT_EQ(report.width, 34);
    EXPECT_EQ(report.height, 22);
    auto const decoded = decode_video(out / "a.mp4").value();
    EXPECT_NEAR(decoded[0].at(33, 21)[1], srgb_from_linear(0.18f), 0.01f);
}

TEST_F(Video, SettingsOutOfRangeAreRefused)
{
    frame("f_1.png");
    expect_refused(encode(Gaps::error, {.preset = "warp"}), Errc::invalid_input, "warp");
    expect_refused(encode(Gaps::error, {.crf = 52}), Errc::invalid_input, "52");
    expect_refused(encode(Gaps::error, {.threads = 0}), Errc::invalid_input, "threads");
    EXPECT_TRUE(out_is_empty());
}

TEST_F(Video, AStopLeavesNothing)
{
    for (int i = 1; i <= 5; ++i) frame("f_" + std::to_string(i) + ".png");
    struct StopAtThird : Progress {
        std::stop_source source;
        void report(std::string_view, std::int64_t done, std::int64_t) override
        {
            if (done == 2) source.request_stop();
        }
        void note(std::string_view) override {}
    } progress;
    auto const sequence = scan_sequence(folder).value();
    auto const report =
        encode_video(sequence, Gaps::error, out / "a.mp4", {}, progress, progress.source.get_token());
    expect_refused(report, Errc::cancelled, "frame 4");
    EXPECT_TRUE(out_is_empty());
}

TEST_F(Video, ABrokenFrameIsNamedAndLeavesNothing)
{
    for (int i = 1; i <= 3; ++i) frame("f_" + std::to_string(i) + ".png");
    auto const whole = read_file(folder / "f_2.png").value();
    ASSERT_TRUE(write_file(folder / "f_2.png", whole.substr(0, whole.size() / 2)));
    expect_refused(encode(), Errc::invalid_input, "f_2.png");
    EXPECT_TRUE(out_is_empty());
}

TEST_F(Video, FoldersThatCannotBeWrittenAreNamed)
{
    frame("f_1.png");
    auto const sequence = scan_sequence(folder).value();
    expect_refused(encode_video(sequence, Gaps::error, "/proc/soulvan/a.mp4", {}, silent_progress(), {}),
                   Errc::io, "/proc/soulvan");
}

Image noise(int width, int height, std::uint64_t seed)
{
    Image image(width, height, 3);
    for (std::size_t i = 0; i < image.pixels().size(); ++i)
        image.pixels()[i] = static_cast<float>(mix64(i + (seed << 32)) >> 40) / static_cast<float>(1 << 24);
    return image;
}

TEST_F(Video, GrainIsEncodedFiner)
{
    for (std::uint64_t i = 1; i <= 3; ++i)
        ASSERT_TRUE(write_png(noise(64, 64, i), folder / ("f_" + std::to_string(i) + ".png")));
    auto const report = encode().value();
    EXPECT_LT(report.crf, 18);
    EXPECT_GT(report.worst_psnr, 35);
}

TEST_F(Video, AFullDiskLeavesNothing)
{
    for (std::uint64_t i = 1; i <= 4; ++i)
        ASSERT_TRUE(write_png(noise(256, 256, i), folder / ("f_" + std::to_string(i) + ".png")));
    if (::mount("tmpfs", out.c_str(), "tmpfs", 0, "size=16k") != 0)
        GTEST_SKIP() << "needs root to mount a tmpfs";
    auto const report = encode();
    expect_refused(report, Errc::io, "free some space");
    EXPECT_TRUE(out_is_empty());
    ::umount(out.c_str());
}

TEST_F(Video, WhatIsNoVideoIsRefused)
{
    expect_refused(decode_video(folder / "absent.mp4"), Errc::not_found, "absent.mp4");
    for (std::string const content : {"", "just a text file, nothing more",
                                      "\x00\x00\x00\x18"
                                      "ftypmp42"}) {
        ASSERT_TRUE(write_file(folder / "a.mp4", content));
        expect_refused(decode_video(folder / "a.mp4"), Errc::invalid_input, "a.mp4");
    }
    frame("f_1.png");
    ASSERT_TRUE(encode());
    auto const whole = read_file(out / "a.mp4").value();
    ASSERT_TRUE(write_file(folder / "a.mp4", whole.substr(0, whole.size() - 20)));
    auto const cut = decode_video(folder / "a.mp4");
    EXPECT_TRUE(!cut || cut->empty()) << cut->size();
}

} // namespace
} // namespace soulvan::media
