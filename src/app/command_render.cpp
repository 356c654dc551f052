// `soulvan render`: frames of a stage to picture files, with the option names of usdrecord where they exist.
#include "context.h"
#include "exit_code.h"
#include "studio.h"

#include "soulvan/base/file.h"
#include "soulvan/engines/engine.h"
#include "soulvan/interchange/gather.h"
#include "soulvan/jobs/job.h"
#include "soulvan/media/codec.h"
#include "soulvan/media/display.h"
#include "soulvan/usd/stage.h"

#include <charconv>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

struct Options {
    std::string stage, output = "render.png", camera, frames, resolution = "1280x720", engine = "built-in",
                       filter = "still", purposes = "render", view = "Filmic";
    int width = 0, samples = 64, threads = 0, bounces = 8, complexity = 2;
    std::int64_t seed = 0;
    float exposure = 0, adaptive = 0;
    bool fast_isa = false;
};

/// usdrecord's FrameSpec: "12", "1:48", "1:48x2".
struct FrameSpec {
    double first = 0, step = 1;
    int count = 1;
};

Result<FrameSpec> parse_frames(std::string const& text)
{
    FrameSpec spec;
    double last = 0;
    char const* at = text.data();
    char const* const end = at + text.size();
    auto const number = [&](double& into) {
        auto const [next, error] = std::from_chars(at, end, into);
        at = next;
        return error == std::errc();
    };
    bool good = number(spec.first);
    last = spec.first;
    if (good && at != end && *at == ':') good = (++at, number(last));
    if (good && at != end && *at == 'x') good = (++at, number(spec.step));
    double const count = (last - spec.first) / spec.step;
    if (!good || at != end || !(count >= 0) || count > 1e6)
        return fail(Errc::invalid_input, "--frames \"{}\" is not understood; write 12, 1:48 or 1:48x2", text);
    spec.count = static_cast<int>(count + 1e-9) + 1;
    return spec;
}

/// "frames/f.####.exr" names frame 12 "frames/f.0012.exr"; without # a sequence gets ".####" before its
/// extension.
class NamePattern {
public:
    NamePattern(std::string const& output, bool sequence)
    {
        auto const path = fs::path(output);
        auto name = path.filename().string();
        if (sequence && name.find('#') == std::string::npos)
            name = path.stem().string() + ".####" + path.extension().string();
        auto const first = name.find('#');
        if (first == std::string::npos) {
            head_ = (path.parent_path() / name).string();
            return;
        }
        auto last = first;
        while (last < name.size() && name[last] == '#') ++last;
        digits_ = static_cast<int>(last - first);
        head_ = (path.parent_path() / name.substr(0, first)).string();
        tail_ = name.substr(last);
    }
    fs::path operator()(int number) const
    {
        return digits_ == 0 ? fs::path(head_)
                            : fs::path(fmt::format("{}{:0{}}{}", head_, number, digits_, tail_));
    }

private:
    std::string head_, tail_;
    int digits_ = 0;
};

/// Writes each frame where the pattern says; keeps nothing between runs.
class FileStore final : public engines::FrameStore {
public:
    FileStore(NamePattern pattern, media::DisplayTransform display)
        : pattern_(std::move(pattern)),
          display_(std::move(display))
    {}
    Result<bool> has(int) override { return false; }
    Result<> put(int number, media::Frame const& frame) override
    {
        auto const path = pattern_(number);
        auto const extension = path.extension();
        if (extension == ".exr") {
            TRY(media::write_exr(frame, path));
        } else if (extension == ".jpg" || extension == ".jpeg") {
            TRY(media::write_jpeg(display_(frame.layers.front().image), path));
        } else {
            TRY(media::write_png(display_(frame.layers.front().image), path));
        }
        written.push_back(path.string());
        return {};
    }
    Result<bool> has_pass(int) override { return false; }
    Result<> put_pass(int, media::Frame const&) override { return {}; }
    Result<media::Frame> get_pass(int) override { return fail(Errc::not_found, "no passes are kept"); }
    Result<> preview(int, media::Image const&, int) override { return {}; }

    std::vector<std::string> written;

private:
    NamePattern pattern_;
    media::DisplayTransform display_;
};

Result<> check_output(fs::path const& output)
{
    auto const extension = output.extension().string();
    if (extension == ".exr" || extension == ".png" || extension == ".jpg" || extension == ".jpeg") return {};
    return fail(Errc::invalid_input, "-o {}: the extension must be .exr, .png or .jpg", output.string());
}

/// The stage with its library models at hand: itself when it names none.
Result<fs::path> gathered_stage(Context& context, Options const& options)
{
    auto const layer = TRY(usd::Layer::open(options.stage));
    auto const data = layer->pseudo_root().find(usd::field::custom_layer_data);
    auto const* dictionary = data.get<usd::Dictionary>();
    if (!dictionary || !dictionary->contains("soulvan:library")) return fs::path(options.stage);
    interchange::GatherOptions gather;
    if (!context.environment.library.empty()) gather.library_folder = context.environment.library;
    auto const folder =
        fs::path(options.output).parent_path() / (fs::path(options.output).stem().string() + ".files");
    auto const gathered = TRY(interchange::gather_library(options.stage, folder, context.environment.cache,
                                                          *context.progress, gather));
    return gathered.stage;
}

Result<engines::Shot> shot_of(Context& context, Options const& options)
{
    engines::Shot shot{.camera = options.camera, .purposes = options.purposes};
    std::tie(shot.width, shot.height) = TRY(jobs::parse_resolution(options.resolution));
    if (options.width > 0) {
        shot.height = std::max(
            1, static_cast<int>(static_cast<double>(shot.height) * options.width / shot.width + 0.5));
        shot.width = options.width;
    }
    shot.stage = TRY(gathered_stage(context, options));
    auto const stage = TRY(usd::Stage::open(shot.stage));
    FrameSpec spec{.first = stage->start_time_code().value_or(1)};
    if (!options.frames.empty()) spec = TRY(parse_frames(options.frames));
    shot.frames = spec.count;
    shot.first_time = spec.first;
    shot.time_step = spec.step;
    shot.first_number = static_cast<int>(spec.first);
    shot.samples = options.samples;
    shot.max_bounces = options.bounces;
    shot.subdivision_level = options.complexity;
    shot.adaptive_threshold = options.adaptive;
    shot.filter = options.filter == "none"   ? engines::Filter::none
                  : options.filter == "clip" ? engines::Filter::clip
                                             : engines::Filter::still;
    shot.seed = static_cast<std::uint64_t>(options.seed);
    shot.threads = options.threads;
    shot.fast_isa = options.fast_isa;
    return shot;
}

Result<int> render(Context& context, Options const& options)
{
    TRY(check_output(options.output));
    auto const bound = TRY(bind_studio(context, false));
    auto const engine = TRY(engines::make_engine(options.engine, bound.studio.engines));
    TRY(engine->check(options.stage));
    auto const shot = TRY(shot_of(context, options));
    auto display = TRY(media::DisplayTransform::create({.exposure = options.exposure, .view = options.view}));
    FileStore store(NamePattern(options.output, shot.frames > 1), std::move(display));
    TRY(engine->render(shot, store, *context.progress, context.stop));
    std::string text;
    for (auto const& path : store.written) text += path + "\n";
    context.print({{"pictures", store.written}}, text);
    return ok;
}

} // namespace

void add_render(CLI::App& root, Context& context)
{
    auto const options = std::make_shared<Options>();
    auto* command = root.add_subcommand("render", "Render frames of a stage to EXR, PNG or JPEG");
    command->add_option("stage", options->stage, "A .usda, .usdc, .usd or .usdz stage")->required();
    command->add_option("-o,--output", options->output, "Picture to write; #### becomes the frame number")
        ->capture_default_str();
    command->add_option("--camera,--cam", options->camera,
                        "Camera, by prim path or name (default: the first)");
    command->add_option("--frames,-f", options->frames, "12, 1:48 or 1:48x2 (default: the stage's first)");
    command->add_option("--resolution", options->resolution, "Size in pixels")->capture_default_str();
    command->add_option("--imageWidth,-w", options->width, "Width in pixels; the height follows")
        ->check(CLI::Range(1, 16384));
    command->add_option("--samples", options->samples, "Samples per pixel")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--adaptive", options->adaptive, "Stop pixels whose error is below this (0: never)")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--bounces", options->bounces, "Longest path")
        ->check(CLI::Range(0, 64))
        ->capture_default_str();
    command->add_option("--complexity", options->complexity, "Subdivision level")
        ->check(CLI::Range(0, 6))
        ->capture_default_str();
    command->add_option("--filter", options->filter, "Noise filter: none, still, or clip (over time)")
        ->check(CLI::IsMember({"none", "still", "clip"}))
        ->capture_default_str();
    command->add_option("--purposes", options->purposes, "Beside default: render, proxy, guide")
        ->capture_default_str();
    command->add_option("--view", options->view, "Display view of PNG and JPEG: Filmic, Standard or Raw")
        ->capture_default_str();
    command->add_option("--exposure", options->exposure, "Stops, PNG and JPEG only")->capture_default_str();
    command->add_option("--engine", options->engine, "built-in or unity")->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of the noise")->check(CLI::NonNegativeNumber);
    command->add_option("--threads", options->threads, "Threads (default: all; never changes a byte)")
        ->check(CLI::Range(0, 1024));
    command->add_flag("--fast-isa", options->fast_isa,
                      "Use the widest vectors there are: bytes then depend on the machine");
    command->callback(
        [options, &context] { context.run = [options, &context] { return render(context, *options); }; });
}

} // namespace soulvan::app
