// `soulvan make`: a sentence or a stage to a signed delivery.
#include "make.h"

#include <CLI/CLI.hpp>

namespace soulvan::app {
namespace {

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

} // namespace soulvan::app
