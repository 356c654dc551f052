// `soulvan make` of a stage: from options to a job, from a job to its delivery.
#include "make.h"

#include "exit_code.h"

#include <array>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;

namespace {

struct DeliveredFile {
    char const *key, *label;
    fs::path const& path;
};
/// In the order in which people look at them; those that the job did not ask for have no path.
std::array<DeliveredFile, 7> files_of(jobs::Delivery const& delivery)
{
    return {{{"video", "video", delivery.video},
             {"hero", "hero", delivery.hero},
             {"preview", "preview", delivery.preview},
             {"frames", "frames", delivery.frames},
             {"stage", "stage", delivery.stage},
             {"manifest", "manifest", delivery.manifest},
             {"meta", "metadata", delivery.meta}}};
}

} // namespace

Json delivery_json(jobs::Delivery const& delivery)
{
    Json json = {{"folder", delivery.folder.string()},
                 {"frames_rendered", delivery.frames_rendered},
                 {"frames_reused", delivery.frames_reused},
                 {"audit", delivery.audit}};
    for (auto const& [key, label, path] : files_of(delivery))
        if (!path.empty()) json[key] = path.string();
    return json;
}

std::string delivery_text(jobs::Delivery const& delivery)
{
    std::string text;
    for (auto const& [key, label, path] : files_of(delivery))
        if (!path.empty()) text += fmt::format("{:<9} {}\n", label, path.lexically_normal().string());
    return text;
}

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

bool is_stage_name(std::string const& text)
{
    static std::set<std::string, std::less<>> const extensions{".usd", ".usda", ".usdc", ".usdz", ".unity"};
    return extensions.contains(fs::path(text).extension().string());
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

Result<BoundStudio> bind_studio(Context& context, MakeOptions const& options, bool sign)
{
    auto bound = TRY(bind_studio(context, sign));
    bound.studio.threads = options.threads;
    bound.studio.fast_isa = options.fast_isa;
    return bound;
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
    auto const bound = TRY(bind_studio(context, options, job.sign));
    return deliver(context, job, bound);
}

} // namespace soulvan::app
