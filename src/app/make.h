// What do the steps of `soulvan make` share: options, the job they become, its delivery?
#pragma once

#include "context.h"
#include "studio.h"

#include "soulvan/jobs/produce.h"

#include <optional>
#include <string>

namespace soulvan::app {

struct MakeOptions {
    std::string what, output, from, camera, resolution, hero = "1280x720", fps = "24", engine = "built-in";
    double seconds = 0;
    int frames = 0, samples = 8, hero_samples = 64, threads = 0;
    std::int64_t seed = 0;
    bool no_sign = false, fast_isa = false, no_render = false;
};

/// Whether it names a file of a stage rather than says what to make.
bool is_stage_name(std::string const& text);

/// Quality, length and rate; `fps` and `seconds` of a scene go before those of the options when above 0.
Result<jobs::Job> job_from(MakeOptions const& options, double fps, double seconds);
/// The studio with the options' threads and vectors.
Result<BoundStudio> bind_studio(Context& context, MakeOptions const& options, bool sign);

/// Runs the job; what failed in a job that was in order is said here and ends with its own exit code.
Result<std::optional<jobs::Delivery>> run_job(Context& context, jobs::Job const& job,
                                              BoundStudio const& bound);
Json delivery_json(jobs::Delivery const& delivery);
std::string delivery_text(jobs::Delivery const& delivery);
/// Runs the job and prints what it delivered; returns the exit code.
Result<int> deliver(Context& context, jobs::Job const& job, BoundStudio const& bound);

Result<int> deliver_stage(Context& context, MakeOptions const& options);
Result<int> deliver_sentence(Context& context, MakeOptions const& options);

} // namespace soulvan::app
