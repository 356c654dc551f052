// `soulvan convert`: a model of another format to USD, or one USD form to another.
#include "context.h"
#include "exit_code.h"

#include "soulvan/interchange/import.h"
#include "soulvan/usd/layer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

bool is_usd(fs::path const& path)
{
    auto const extension = path.extension();
    return extension == ".usd" || extension == ".usda" || extension == ".usdc" || extension == ".usdz";
}

Result<int> convert(Context& context, std::string const& source, std::string const& target,
                    interchange::ImportOptions const& options)
{
    if (is_usd(source)) {
        auto const layer = TRY(usd::Layer::open(source));
        TRY(usd::save(*layer, target));
        context.print({{"layer", target}, {"specs", layer->size()}},
                      fmt::format("{}: {} specs\n", target, layer->size()));
        return ok;
    }
    auto const report = TRY(interchange::import_model(source, target, options, *context.progress));
    Json const json = {{"layer", target}, {"warnings", report.warnings}};
    for (auto const& warning : report.warnings) context.progress->note(warning);
    context.print(json, fmt::format("{}\n", target));
    return ok;
}

} // namespace

void add_convert(CLI::App& root, Context& context)
{
    struct Options {
        std::string source, target;
        interchange::ImportOptions import;
    };
    auto const options = std::make_shared<Options>();
    auto* command =
        root.add_subcommand("convert", "Convert OBJ, glTF, GLB or FBX to USD, or between .usda and .usdc");
    command->add_option("source", options->source, "The model")->required();
    command->add_option("target", options->target, "The .usda, .usdc or .usd to write")->required();
    command
        ->add_option("--crease", options->import.crease_deg,
                     "Angle in degrees above which an edge stays sharp, where normals are missing")
        ->capture_default_str();
    command->add_option("--scale", options->import.scale, "Scale on top of the source's units")
        ->capture_default_str();
    command->callback([options, &context] {
        context.run = [options, &context] {
            return convert(context, options->source, options->target, options->import);
        };
    });
}

} // namespace soulvan::app
