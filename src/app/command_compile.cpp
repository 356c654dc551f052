// `soulvan compile`: a folder of frames to a video.
#include "context.h"
#include "exit_code.h"

#include "soulvan/media/video.h"

#include <map>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace {

struct Options {
    std::string frames, video, fps = "30", missing = "error", view = "Filmic", preset = "medium";
    int crf = 18;
    float exposure = 0;
};

Result<int> compile(Context& context, Options const& options)
{
    static std::map<std::string, media::Gaps> const policies = {{"error", media::Gaps::error},
                                                                {"hold", media::Gaps::hold},
                                                                {"black", media::Gaps::black},
                                                                {"renumber", media::Gaps::renumber}};
    media::VideoSettings settings{.crf = options.crf, .preset = options.preset};
    settings.rate = TRY(media::FrameRate::parse(options.fps));
    settings.display = {.exposure = options.exposure, .view = options.view};
    auto const sequence = TRY(media::scan_sequence(options.frames));
    auto const report = TRY(media::encode_video(sequence, policies.at(options.missing), options.video,
                                                settings, *context.progress, context.stop));
    Json const json = {{"video", options.video},    {"frames", report.frames},
                       {"width", report.width},     {"height", report.height},
                       {"seconds", report.seconds}, {"worst_psnr", report.worst_psnr},
                       {"filled", report.filled},   {"missing", sequence.missing}};
    context.print(
        json,
        fmt::format("{}: {} frames, {}x{}, {:.3f} s{}\n", options.video, report.frames, report.width,
                    report.height, report.seconds,
                    report.filled.empty() ? "" : fmt::format(", {} gaps filled", report.filled.size())));
    return ok;
}

} // namespace

void add_compile(CLI::App& root, Context& context)
{
    auto const options = std::make_shared<Options>();
    auto* command = root.add_subcommand("compile", "Encode a folder of numbered frames as H.264 MP4");
    command->add_option("frames", options->frames, "Folder with frame_0001.exr, Capture.0001.png, …")
        ->required();
    command->add_option("video", options->video, "The .mp4 to write")->required();
    command->add_option("--fps", options->fps, "Frames per second, also 23.976 or 30000/1001")
        ->capture_default_str();
    command->add_option("--missing", options->missing, "What a gap in the numbers becomes")
        ->check(CLI::IsMember({"error", "hold", "black", "renumber"}))
        ->capture_default_str();
    command->add_option("--crf", options->crf, "Quality, 0 (lossless) to 51")
        ->check(CLI::Range(0, 51))
        ->capture_default_str();
    command->add_option("--preset", options->preset, "x264 preset")
        ->check(CLI::IsMember(
            {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"}))
        ->capture_default_str();
    command->add_option("--view", options->view, "View of EXR frames: Filmic, Standard or Raw")
        ->capture_default_str();
    command->add_option("--exposure", options->exposure, "Stops, EXR frames only")->capture_default_str();
    command->callback(
        [options, &context] { context.run = [options, &context] { return compile(context, *options); }; });
}

} // namespace soulvan::app
