// `soulvan job run`: a job file to a signed delivery.
#include "make.h"

#include <CLI/CLI.hpp>

namespace soulvan::app {

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
