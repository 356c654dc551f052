// `soulvan make` and `soulvan job run`: a stage or a job file to a signed delivery.
#include "context.h"
#include "exit_code.h"
#include "studio.h"

#include "soulvan/base/hash.h"
#include "soulvan/jobs/compose.h"
#include "soulvan/jobs/produce.h"

#include <algorithm>
#include <chrono>
#include <set>

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

/// Runs the job; what failed in a job that was in order is said here and ends with its own exit code.
Result<std::optional<jobs::Delivery>> run_job(Context& context, jobs::Job const& job,
                                              BoundStudio const& bound)
{
    auto delivery = jobs::produce(job, bound.studio, *context.progress, context.stop);
    if (delivery) return std::optional(std::move(*delivery));
    // What was asked for was in order; carrying it out failed.
    bool const in_work = delivery.error().code == Errc::io || delivery.error().code == Errc::internal;
    if (!in_work) return std::unexpected(delivery.error());
    context.progress->report("", 0, 0);
    std::fprintf(stderr, "soulvan: %s\n", delivery.error().what.c_str());
    return std::optional<jobs::Delivery>();
}

Result<int> deliver(Context& context, jobs::Job const& job, BoundStudio const& bound)
{
    auto const delivery = TRY(run_job(context, job, bound));
    if (!delivery) return job_failed;
    context.print(delivery_json(*delivery), delivery_text(*delivery));
    return ok;
}

struct MakeOptions {
    std::string what, output, from, camera, resolution, hero = "1280x720", fps = "24", engine = "built-in";
    double seconds = 0;
    int frames = 0, samples = 8, hero_samples = 64, threads = 0;
    std::int64_t seed = 0;
    bool no_sign = false, fast_isa = false, no_render = false;
};

bool is_stage_name(std::string const& text)
{
    static std::set<std::string, std::less<>> const extensions{".usd", ".usda", ".usdc", ".usdz", ".unity"};
    return extensions.contains(fs::path(text).extension().string());
}

bool is_plan_name(std::string const& text)
{
    return fs::path(text).extension() == ".json";
}

/// "create-warehouse-3-forklifts": what tells sentences apart, as a folder's name.
std::string name_from(std::string const& sentence)
{
    static std::set<std::string, std::less<>> const small{
        "a",  "an", "the",   "with",   "and",   "of",   "in",     "on",
        "at", "to", "scene", "create", "build", "make", "please", "for"};
    std::string name, word;
    int words = 0;
    auto const flush = [&] {
        if (!word.empty() && !small.contains(word) && words < 5) {
            name += (name.empty() ? "" : "-") + word.substr(0, 24);
            ++words;
        }
        word.clear();
    };
    for (char const c : sentence + " ") {
        if (std::isalnum(static_cast<unsigned char>(c)))
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else
            flush();
    }
    return name.empty() ? "scene-" + hex(sha256(sentence)).substr(0, 8) : name;
}

/// out/<name>, or out/<name>-2, … when another sentence's scene lies there: nothing is overwritten unasked.
fs::path folder_for(std::string const& sentence, std::int64_t seed)
{
    auto const base = fs::path("out") / name_from(sentence);
    for (int n = 1;; ++n) {
        auto const folder = n == 1 ? base : fs::path(fmt::format("{}-{}", base.string(), n));
        std::error_code error;
        if (!fs::exists(folder / "plan.json", error)) return folder;
        auto const plan = read_json(folder / "plan.json");
        if (!plan || !plan->is_object()) return folder;
        auto const sentences = plan->value("sentences", Json::array());
        if (sentences == Json::array({sentence}) && plan->value("seed", std::int64_t{0}) == seed)
            return folder;
    }
}

Result<jobs::Job> job_from(MakeOptions const& options, double fps, double seconds)
{
    jobs::Job job;
    job.camera = options.camera;
    job.engine = options.engine;
    job.rate = TRY(media::FrameRate::parse(fps > 0 ? fmt::format("{}", fps) : options.fps));
    job.frames =
        options.frames > 0 ? options.frames
        : seconds > 0
            ? std::max(1, static_cast<int>(std::lround(seconds * job.rate.numerator / job.rate.denominator)))
            : 48;
    auto const resolution = options.resolution.empty() ? std::string("640x360") : options.resolution;
    std::tie(job.quality.width, job.quality.height) = TRY(jobs::parse_resolution(resolution));
    job.quality.samples = options.samples;
    if (options.hero != "none") {
        job.hero = jobs::Quality{.samples = options.hero_samples};
        std::tie(job.hero->width, job.hero->height) = TRY(jobs::parse_resolution(options.hero));
    }
    job.seed = static_cast<std::uint64_t>(options.seed);
    job.sign = !options.no_sign;
    return job;
}

Result<int> deliver_stage(Context& context, MakeOptions const& options)
{
    auto job = TRY(job_from(options, 0, options.seconds));
    job.scene = options.what;
    job.name = job.scene.stem().string();
    job.output = options.output.empty() ? fs::path("out") / job.name : fs::path(options.output);
    auto const extension = job.output.extension();
    if (options.no_render || extension == ".usd" || extension == ".usda" || extension == ".usdc")
        job.format = jobs::Format::usd;
    auto bound = TRY(bind_studio(context, job.sign));
    bound.studio.threads = options.threads;
    bound.studio.fast_isa = options.fast_isa;
    return deliver(context, job, bound);
}

double seconds_since_start()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Where the scene of a sentence goes.
struct Place {
    fs::path output, folder, stage;
};

Place place_of(MakeOptions const& options)
{
    Place place;
    if (!options.output.empty())
        place.output = options.output;
    else if (!options.from.empty() && fs::path(options.from).filename() == "plan.json")
        place.output = fs::path(options.from).parent_path();
    else
        place.output = options.from.empty() ? folder_for(options.what, options.seed) : fs::path(options.from);
    if (is_stage_name(place.output.string())) {
        place.stage = place.output;
        place.folder = place.output.parent_path() / (place.output.stem().string() + ".files");
    } else {
        place.folder = place.output;
        place.stage = place.output / "scene.usda";
    }
    return place;
}

Result<jobs::Composition> compose(Context& context, MakeOptions const& options, Place const& place,
                                  catalog::Catalog const& catalog)
{
    jobs::ComposeRequest request{.sentence = options.what,
                                 .plan = is_plan_name(options.what) ? fs::path(options.what) : fs::path(),
                                 .stage = place.stage,
                                 .folder = place.folder,
                                 .from = options.from,
                                 .seed = static_cast<std::uint64_t>(options.seed)};
    auto const rate = TRY(media::FrameRate::parse(options.fps));
    request.fps = static_cast<double>(rate.numerator) / rate.denominator;
    if (options.seconds > 0) request.seconds = options.seconds;
    if (!options.resolution.empty())
        std::tie(request.width, request.height) = TRY(jobs::parse_resolution(options.resolution));
    return jobs::compose(request, catalog, seconds_since_start, *context.progress, context.stop);
}

std::string script_usage(std::string const& script)
{
    return fmt::format("  {:<15} in Omniverse Kit: Window > Script Editor, open {}, Run; or\n"
                       "  {:<15} kit <app>.kit --no-window --exec \"{}\" (docs/kit.md)\n",
                       "script", script, "", script);
}

Result<int> deliver_sentence(Context& context, MakeOptions const& options)
{
    auto const where = TRY(catalog_options(context));
    auto const catalog = TRY(catalog::Catalog::open(where));
    auto const place = place_of(options);
    auto const made = TRY(compose(context, options, place, catalog));
    auto const* layout = made.layout ? &*made.layout : nullptr;
    auto const* check = made.check ? &*made.check : nullptr;
    auto json = scene::answer_to_json(made.plan, layout, catalog, check, made.written);
    auto text = scene::answer_to_text(made.plan, layout, check);
    if (made.plan.outcome != scene::Outcome::scene) {
        context.print(json, text);
        return validation;
    }
    text += fmt::format("  {:<15} {}\n", "stage", made.written.stage) + script_usage(made.written.script);
    if (options.no_render) {
        context.print(json, text);
        return ok;
    }
    context.progress->note(text.substr(0, text.size() - 1));
    auto job = TRY(job_from(options, made.fps, made.seconds));
    if (auto const size = made.plan.delivery.resolution; size && options.resolution.empty()) {
        std::tie(job.quality.width, job.quality.height) = *size;
    }
    job.scene = place.stage;
    job.name = place.output.stem().string();
    job.output = place.output;
    for (auto const& sentence : made.plan.sentences)
        job.sentence += (job.sentence.empty() ? "" : "\n") + sentence;
    auto const below = place.folder == place.output ? std::string() : place.folder.filename().string() + "/";
    job.also = {
        {below + "plan.json", "plan"}, {below + "layout.json", "layout"}, {below + "scene.py", "script"}};
    auto bound = TRY(bind_studio(context, job.sign));
    bound.studio.threads = options.threads;
    bound.studio.fast_isa = options.fast_isa;
    auto const delivery = TRY(run_job(context, job, bound));
    if (!delivery) return job_failed;
    json["delivery"] = delivery_json(*delivery);
    context.print(json, delivery_text(*delivery));
    return ok;
}

Result<int> make(Context& context, MakeOptions const& options)
{
    if (options.from.empty() && is_stage_name(options.what)) return deliver_stage(context, options);
    return deliver_sentence(context, options);
}

} // namespace

void add_make(CLI::App& root, Context& context)
{
    auto const options = std::make_shared<MakeOptions>();
    auto* command =
        root.add_subcommand("make", "Turn a sentence or a USD stage into a signed video with a hero still");
    command
        ->add_option("what", options->what,
                     "A sentence, \"a warehouse with 3 forklifts\"; a .usda, .usdc, .usd or .usdz stage; or "
                     "a plan.json")
        ->required();
    command->add_option("-o,--output", options->output,
                        "Folder of the delivery, or a .usd[a|c] stage beside it (default: out/<name>)");
    command->add_option("--from", options->from,
                        "Folder (or plan.json) of an earlier scene that the sentence edits");
    command->add_flag("--no-render", options->no_render, "Stop at the checked stage and its script");
    command
        ->add_option("--seconds", options->seconds,
                     "Length of the clip (default: as the sentence says, else 2)")
        ->check(CLI::Range(0.04, 3600.0));
    command->add_option("--engine", options->engine, "built-in or unity")->capture_default_str();
    command->add_option("--camera", options->camera, "Camera, by prim path or name (default: the first)");
    command
        ->add_option("--frames", options->frames, "Number of frames (default: 48, or as long as --seconds)")
        ->check(CLI::Range(1, 1000000));
    command->add_option("--fps", options->fps, "Frames per second, also 23.976 or 30000/1001")
        ->capture_default_str();
    command->add_option("--resolution", options->resolution, "Size of the frames (default: 640x360)");
    command->add_option("--samples", options->samples, "Samples per pixel of the frames")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--hero", options->hero, "Size of the hero still, or none")->capture_default_str();
    command->add_option("--hero-samples", options->hero_samples, "Samples per pixel of the hero still")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of layout, variation and noise")
        ->check(CLI::NonNegativeNumber);
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
