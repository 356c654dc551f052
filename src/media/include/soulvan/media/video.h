// Frames to H.264 in MP4, verified after writing.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/media/display.h"
#include "soulvan/media/image.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace soulvan::media {

struct FrameRate {
    int numerator = 30, denominator = 1;
    /// "24", "23.976", "30000/1001". Errors  invalid_input.
    static Result<FrameRate> parse(std::string const& text);
};

enum class Gaps { error, hold, black, renumber };

struct VideoSettings {
    FrameRate rate;
    int crf = 18;
    std::string preset = "medium";
    /// The bytes depend on it, so it is no property of the machine. More than one is faster and was seen to
    /// give three different files of the same frames (x264 with frame threads, a clip of 64x36).
    int threads = 1;
    DisplaySettings display; ///< for EXR and HDR frames
};

struct NumberedFrame {
    std::int64_t number = 0;
    std::filesystem::path path;
};

/// A directory's frame sequence.
struct Sequence {
    std::vector<NumberedFrame> frames; ///< ascending numbers
    std::vector<std::int64_t> missing; ///< numbers between first and last without a file
    int width = 0, height = 0;
};

/// Finds `name_0001.ext`, `Capture.0001.png`, `7.png`, `frame_-3.exr` … in `folder`, sorted by number.
/// Errors  not_found: no frames, listing what is there; invalid_input: two sequences, two files of one
/// number, an empty file, frames of different sizes: the sentence names the files.
Result<Sequence> scan_sequence(std::filesystem::path const& folder);

struct VideoReport {
    std::int64_t frames = 0;
    int width = 0, height = 0;
    double seconds = 0;
    double worst_psnr = 0;            ///< dB, of the frames decoded for the check: first, middle, last
    int crf = 0;                      ///< what it was encoded at; below the asked value where grain needed it
    std::vector<std::int64_t> filled; ///< numbers that `gaps` filled
};

/// Encodes: H.264 High, yuv420p, BT.709 converted and tagged, limited range, closed GOP of 2 s, faststart,
/// even size by padding. Then reopens the file and checks count, duration, tags, moov before mdat, and the
/// PSNR of three decoded frames (> 35 dB, less above CRF 18; grainy clips are encoded again at a lower CRF to
/// reach it). Equal input gives equal bytes. Errors  invalid_input: gaps with Gaps::error, naming the
/// numbers; io; cancelled.
Result<VideoReport> encode_video(Sequence const& sequence, Gaps gaps, std::filesystem::path const& path,
                                 VideoSettings const& settings, Progress& progress, std::stop_token stop);

/// Decodes every frame of a video as display-referred RGB 0..1, at most `limit` frames.
Result<std::vector<Image>> decode_video(std::filesystem::path const& path, int limit = 100000);

} // namespace soulvan::media
