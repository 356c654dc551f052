// `soulvan usd stitch`: several layers become one, as usdstitch makes it.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/usd/stitch.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

struct StitchOptions {
    std::vector<std::string> inputs;
    std::string output, format;
};

Result<int> stitch(Context& context, StitchOptions const& options)
{
    // All are opened before anything is done: one that is missing leaves nothing behind.
    std::vector<std::shared_ptr<usd::Layer const>> layers;
    for (auto const& input : options.inputs) layers.push_back(TRY(usd::Layer::open(input)));
    usd::Layer result;
    std::vector<std::string> warnings;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (context.stop.stop_requested()) return fail(Errc::cancelled, "stopped");
        context.progress->report("stitching", static_cast<std::int64_t>(i),
                                 static_cast<std::int64_t>(layers.size()));
        for (auto& warning : usd::stitch(result, *layers[i])) warnings.push_back(std::move(warning));
        layers[i].reset();
    }
    TRY(write_layer(result, options.output, options.format));
    for (auto const& warning : warnings) context.progress->note(warning);
    context.print({{"layer", options.output}, {"specs", result.size()}, {"warnings", warnings}}, "");
    return ok;
}

} // namespace

void add_stitch(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<StitchOptions>();
    auto* command = parent.add_subcommand("stitch", "Merge layers into one; the first is the strongest");
    command->add_option("usdFiles", options->inputs, "Layers, strongest first")->required();
    command->add_option("-o,--out", options->output, "The .usda, .usdc or .usd to write")->required();
    command->add_option("--usdFormat", options->format, "What a .usd output is: usda or usdc (the default)")
        ->check(CLI::IsMember({"usda", "usdc"}));
    command->callback(
        [options, &context] { context.run = [options, &context] { return stitch(context, *options); }; });
}

} // namespace soulvan::app::usd_tools
