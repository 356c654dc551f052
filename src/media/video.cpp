// Frames to a verified MP4, and videos back to frames.
#include "soulvan/media/video.h"

#include "av_door.h"
#include "formats.h"
#include "mp4_boxes.h"
#include "yuv.h"

#include "soulvan/base/file.h"
#include "soulvan/base/module.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/ranges.h>

namespace soulvan::media {

namespace fs = std::filesystem;

namespace {

Result<AvDoor const*> av_door()
{
    auto const door = reinterpret_cast<AvDoor const* (*)()>(TRY(module_symbol("soulvan_av", av_door_symbol)));
    return door();
}

/// One frame of the video: which file it shows, or black.
struct Slot {
    std::int64_t number = 0;
    fs::path const* source = nullptr;
    bool is_filled = false;
};

std::string numbers_as_ranges(std::vector<std::int64_t> const& numbers)
{
    std::vector<std::string> ranges;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        if (ranges.size() == 10) {
            ranges.emplace_back("…");
            break;
        }
        ranges.push_back(last == i ? fmt::format("{}", numbers[i])
                                   : fmt::format("{} to {}", numbers[i], numbers[last]));
        i = last + 1;
    }
    return fmt::format("{}", fmt::join(ranges, ", "));
}

Result<std::vector<Slot>> plan(Sequence const& sequence, Gaps gaps)
{
    if (sequence.frames.empty()) return fail(Errc::invalid_input, "a video needs at least one frame");
    if (!sequence.missing.empty() && gaps == Gaps::error)
        return fail(
            Errc::invalid_input,
            "{}: frames {} are missing; render them, or say how to fill them with --missing hold, black or "
            "renumber",
            sequence.frames.front().path.parent_path().string(), numbers_as_ranges(sequence.missing));
    std::vector<Slot> slots;
    for (auto const& frame : sequence.frames) {
        if (gaps != Gaps::renumber && !slots.empty()) {
            auto const* held = gaps == Gaps::hold ? slots.back().source : nullptr;
            for (auto number = slots.back().number + 1; number < frame.number; ++number)
                slots.push_back({number, held, true});
        }
        slots.push_back({frame.number, &frame.path, false});
    }
    return slots;
}

/// Reads frames as planes; the last one is kept for held frames.
class FrameSource {
public:
    FrameSource(Sequence const& sequence, DisplayTransform view) : sequence_(sequence), view_(std::move(view))
    {}

    Result<YuvFrame const*> load(fs::path const* path)
    {
        if (loaded_ && path == path_) return &frame_;
        if (path) {
            auto const bytes = TRY(read_file(*path));
            auto const display = TRY(decode_display(bytes, path->string(), view_));
            if (display.width() != sequence_.width || display.height() != sequence_.height)
                return fail(Errc::invalid_input,
                            "{}: is {}x{}, the sequence {}x{}; render all frames at one size", path->string(),
                            display.width(), display.height(), sequence_.width, sequence_.height);
            frame_ = yuv_from_display(display);
        } else {
            frame_ = black_yuv((sequence_.width + 1) / 2 * 2, (sequence_.height + 1) / 2 * 2);
        }
        path_ = path;
        loaded_ = true;
        return &frame_;
    }

private:
    Sequence const& sequence_;
    DisplayTransform view_;
    fs::path const* path_ = nullptr;
    bool loaded_ = false;
    YuvFrame frame_;
};

/// The frames that the check decodes again, by position in the video.
using Probes = std::map<std::size_t, YuvFrame>;

Result<Probes> encode(Sequence const& sequence, std::vector<Slot> const& slots, VideoWriter& writer,
                      VideoSettings const& settings, Progress& progress, std::stop_token const& stop)
{
    FrameSource source(sequence, TRY(DisplayTransform::create(settings.display)));
    Probes probes;
    for (std::size_t i : {std::size_t{0}, slots.size() / 2, slots.size() - 1}) probes[i];
    auto const count = static_cast<std::int64_t>(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (stop.stop_requested())
            return fail(Errc::cancelled, "encoding was stopped at frame {}", slots[i].number);
        progress.report("encode video", static_cast<std::int64_t>(i), count);
        auto const* frame = TRY(source.load(slots[i].source));
        TRY(writer.add(*frame));
        if (auto probe = probes.find(i); probe != probes.end()) probe->second = *frame;
    }
    TRY(writer.finish());
    progress.report("encode video", count, count);
    return probes;
}

/// What a decoded frame must reach. 35 dB at CRF 18 and below; libx264 gives up about half a dB per CRF step.
double required_psnr(int crf)
{
    return 35 - 0.75 * std::max(0, crf - 18);
}

/// Reopens what was written: a video that was promised but cannot be played must not get its name.
Result<VideoReport> verify(AvDoor const& door, fs::path const& written, std::string const& name,
                           Probes const& probes, std::size_t count, VideoSettings const& settings,
                           Progress& progress, std::stop_token const& stop)
{
    auto const wrong = [&](std::string const& what) {
        return fail(Errc::internal, "{}: the check after writing found {}; nothing was kept", name, what);
    };
    if (!TRY(has_index_first(written))) return wrong("the index behind the data");
    auto const reader = TRY(door.read(written.string(), name, std::numeric_limits<std::int32_t>::max()));
    auto const& tags = reader->tags();
    VideoReport report{.width = tags.width, .height = tags.height, .seconds = tags.seconds};
    report.worst_psnr = std::numeric_limits<double>::infinity();
    auto const& size = probes.begin()->second;
    if (tags.width != size.width || tags.height != size.height)
        return wrong(fmt::format("{}x{} pixels", tags.width, tags.height));
    if (!tags.is_yuv420p || !tags.is_bt709) return wrong("no BT.709 tags");
    while (TRY(reader->next())) {
        if (stop.stop_requested()) return fail(Errc::cancelled, "{}: its check was stopped", name);
        if (auto probe = probes.find(static_cast<std::size_t>(report.frames)); probe != probes.end())
            report.worst_psnr = std::min(report.worst_psnr, psnr(reader->planes(), probe->second));
        progress.report("check video", ++report.frames, static_cast<std::int64_t>(count));
    }
    if (report.frames != static_cast<std::int64_t>(count))
        return wrong(fmt::format("{} frames instead of {}", report.frames, count));
    double const seconds = static_cast<double>(count) * settings.rate.denominator / settings.rate.numerator;
    if (std::abs(report.seconds - seconds) > 0.001)
        return wrong(fmt::format("{:.3f} s instead of {:.3f} s", report.seconds, seconds));
    return report;
}

Result<> check_settings(VideoSettings const& settings)
{
    static constexpr std::string_view presets[] = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                                   "medium",    "slow",      "slower",   "veryslow"};
    if (std::ranges::find(presets, settings.preset) == std::end(presets))
        return fail(Errc::invalid_input, "\"{}\" is no preset; choose one of {}", settings.preset,
                    fmt::join(presets, ", "));
    if (settings.crf < 0 || settings.crf > 51)
        return fail(Errc::invalid_input, "CRF {} is not within 0..51; 18 looks like the source",
                    settings.crf);
    if (settings.threads < 1 || settings.threads > 64)
        return fail(Errc::invalid_input, "{} encoder threads are not within 1..64", settings.threads);
    if (settings.rate.numerator < 1 || settings.rate.denominator < 1)
        return fail(Errc::invalid_input, "{}/{} is no frame rate", settings.rate.numerator,
                    settings.rate.denominator);
    return {};
}

} // namespace

Result<VideoReport> encode_video(Sequence const& sequence, Gaps gaps, fs::path const& path,
                                 VideoSettings const& settings, Progress& progress, std::stop_token stop)
try {
    TRY(check_settings(settings));
    auto const slots = TRY(plan(sequence, gaps));
    auto const* door = TRY(av_door());
    EncodeSettings encoder{.width = (sequence.width + 1) / 2 * 2,
                           .height = (sequence.height + 1) / 2 * 2,
                           .rate = settings.rate,
                           .crf = settings.crf,
                           .preset = settings.preset,
                           .threads = settings.threads};
    VideoReport report;
    auto const written = write_through_temporary(path, [&](fs::path const& temporary) -> Result<> {
        // Grain costs more bits than CRF 18 gives it: white noise stays 32 dB away. Such clips are encoded
        // finer.
        for (int finer = 0; finer <= 12; finer += 6) {
            encoder.crf = std::max(0, settings.crf - finer);
            auto const writer = TRY(door->write(temporary.string(), path.string(), encoder));
            auto const probes = TRY(encode(sequence, slots, *writer, settings, progress, stop));
            report =
                TRY(verify(*door, temporary, path.string(), probes, slots.size(), settings, progress, stop));
            report.crf = encoder.crf;
            if (report.worst_psnr > required_psnr(settings.crf)) return {};
            progress.note(fmt::format("{}: a frame is only {:.1f} dB from its source at CRF {}",
                                      path.string(), report.worst_psnr, encoder.crf));
        }
        return fail(Errc::internal,
                    "{}: the check after writing found a frame {:.1f} dB from its source; nothing was kept",
                    path.string(), report.worst_psnr);
    });
    if (!written) return std::unexpected(written.error());
    for (auto const& slot : slots)
        if (slot.is_filled) report.filled.push_back(slot.number);
    return report;
} catch (std::bad_alloc const&) {
    return fail(Errc::limit, "{}: no memory to encode it", path.string());
}

Result<std::vector<Image>> decode_video(fs::path const& path, int limit)
try {
    constexpr std::size_t most_bytes = std::size_t{4} << 30;
    std::error_code error;
    if (!fs::exists(path, error)) return fail(Errc::not_found, "{}: no such file", path.string());
    auto const* door = TRY(av_door());
    auto const reader = TRY(door->read(path.string(), path.string(), ReadImageLimits{}.pixels));
    std::vector<Image> frames;
    std::size_t bytes = 0;
    while (static_cast<std::int64_t>(frames.size()) < limit && TRY(reader->next())) {
        auto frame = TRY(reader->rgb());
        bytes += frame.pixels().size_bytes();
        if (bytes > most_bytes)
            return fail(Errc::limit, "{}: its first {} frames fill {} bytes; decode fewer", path.string(),
                        frames.size(), most_bytes);
        frames.push_back(std::move(frame));
    }
    return frames;
} catch (std::bad_alloc const&) {
    return fail(Errc::limit, "{}: no memory to decode it", path.string());
}

} // namespace soulvan::media
