// `soulvan make` and `soulvan job run`: a stage or a job file to a signed delivery.
#include "context.h"
#include "exit_code.h"
#include "studio.h"

#include "soulvan/jobs/produce.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

Json delivery_json(jobs::Delivery const& delivery)
{
    Json json = {{"folder", delivery.folder.string()},
                 {"frames_rendered", delivery.frames_rendered},
                 {"frames_reused", delivery.frames_reused},
                 {"audit", delivery.audit}};
    auto const add = [&](char const* name, fs::path const& path) {
        if (!path.empty()) json[name] = path.string();
    };
    add("stage", delivery.stage);
    add("frames", delivery.frames);
    add("hero", delivery.hero);
    add("video", delivery.video);
    add("preview", delivery.preview);
    add("manifest", delivery.manifest);
    add("meta", delivery.meta);
    return json;
}

std::string delivery_text(jobs::Delivery const& delivery)
{
    std::string text;
    auto const line = [&](char const* name, fs::path const& path) {
        if (!path.empty()) text += fmt::format("{:<9} {}\n", name, path.lexically_normal().string());
    };
    line("video", delivery.video);
    line("hero", delivery.hero);
    line("preview", delivery.preview);
    line("frames", delivery.frames);
    line("stage", delivery.stage);
    line("manifest", delivery.manifest);
    line("metadata", delivery.meta);
    return text;
}

Result<int> deliver(Context& context, jobs::Job const& job, BoundStudio const& bound)
{
    auto const delivery = jobs::produce(job, bound.studio, *context.progress, context.stop);
    if (!delivery) {
        // What was asked for was in order; carrying it out failed.
        bool const in_work = delivery.error().code == Errc::io || delivery.error().code == Errc::internal;
        if (!in_work) return std::unexpected(delivery.error());
        context.progress->report("", 0, 0);
        std::fprintf(stderr, "soulvan: %s\n", delivery.error().what.c_str());
        return job_failed;
    }
    context.print(delivery_json(*delivery), delivery_text(*delivery));
    return ok;
}

struct MakeOptions {
    std::string stage, output, camera, resolution = "640x360", hero = "1280x720", fps = "24";
    int frames = 0, samples = 8, hero_samples = 64, threads = 0;
    std::int64_t seed = 0;
    bool no_sign = false, fast_isa = false;
};

Result<int> make(Context& context, MakeOptions const& options)
{
    jobs::Job job;
    job.scene = options.stage;
    job.name = job.scene.stem().string();
    job.camera = options.camera;
    job.output = options.output.empty() ? fs::path("out") / job.name : fs::path(options.output);
    auto const extension = job.output.extension();
    if (extension == ".usd" || extension == ".usda" || extension == ".usdc") job.format = jobs::Format::usd;
    job.frames = options.frames > 0 ? options.frames : 48;
    job.rate = TRY(media::FrameRate::parse(options.fps));
    std::tie(job.quality.width, job.quality.height) = TRY(jobs::parse_resolution(options.resolution));
    job.quality.samples = options.samples;
    if (options.hero != "none") {
        job.hero = jobs::Quality{.samples = options.hero_samples};
        std::tie(job.hero->width, job.hero->height) = TRY(jobs::parse_resolution(options.hero));
    }
    job.seed = static_cast<std::uint64_t>(options.seed);
    job.sign = !options.no_sign;
    auto bound = TRY(bind_studio(context, job.sign));
    bound.studio.threads = options.threads;
    bound.studio.fast_isa = options.fast_isa;
    return deliver(context, job, bound);
}

} // namespace

void add_make(CLI::App& root, Context& context)
{
    auto const options = std::make_shared<MakeOptions>();
    auto* command = root.add_subcommand("make", "Turn a USD stage into a signed video with a hero still");
    command->add_option("stage", options->stage, "A .usda, .usdc, .usd or .usdz stage")->required();
    command->add_option("-o,--output", options->output, "Folder of the delivery (default: out/<name>)");
    command->add_option("--camera", options->camera, "Camera, by prim path or name (default: the first)");
    command->add_option("--frames", options->frames, "Number of frames (default: 48)")
        ->check(CLI::Range(1, 1000000));
    command->add_option("--fps", options->fps, "Frames per second, also 23.976 or 30000/1001")
        ->capture_default_str();
    command->add_option("--resolution", options->resolution, "Size of the frames")->capture_default_str();
    command->add_option("--samples", options->samples, "Samples per pixel of the frames")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--hero", options->hero, "Size of the hero still, or none")->capture_default_str();
    command->add_option("--hero-samples", options->hero_samples, "Samples per pixel of the hero still")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of the noise")->check(CLI::NonNegativeNumber);
    command->add_option("--threads", options->threads, "Threads (default: all; never changes a byte)")
        ->check(CLI::Range(0, 1024));
    command->add_flag("--no-sign", options->no_sign, "Leave the manifest unsigned");
    command->add_flag("--fast-isa", options->fast_isa,
                      "Use the widest vectors there are: bytes then depend on the machine");
    command->callback(
        [options, &context] { context.run = [options, &context] { return make(context, *options); }; });
}

void add_job(CLI::App& root, Context& context)
{
    struct Options {
        std::string file, unity, project;
    };
    auto const options = std::make_shared<Options>();
    auto* job = root.add_subcommand("job", "Run jobs from job files");
    job->require_subcommand(1);
    auto* run = job->add_subcommand(
        "run", "Run a job file to its end; run again after an interruption, it continues");
    run->add_option("config", options->file, "Job file (api/schemas/job.schema.json)")->required();
    run->add_option("-u,--unity-path", options->unity,
                    "Unity editor (default: $UNITY_BIN, then /opt/Unity/Editor/Unity)");
    run->add_option("-p,--project-path", options->project, "Unity project (default: unity/project)");
    run->callback([options, &context] {
        context.run = [options, &context]() -> Result<int> {
            auto const parsed = TRY(jobs::read_job(options->file));
            auto const bound = TRY(bind_studio(context, parsed.sign, options->unity, options->project));
            return deliver(context, parsed, bound);
        };
    });
}

} // namespace soulvan::app
