// `soulvan usd cat` and `soulvan usd info`: look into layers and stages.
#include "context.h"
#include "exit_code.h"

#include "soulvan/base/file.h"
#include "soulvan/usd/layer.h"
#include "soulvan/usd/stage.h"

#include <map>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace {

Result<int> cat(Context& context, std::string const& path, std::string const& output)
{
    auto const layer = TRY(usd::Layer::open(path));
    if (!output.empty()) {
        TRY(usd::save(*layer, output));
        return ok;
    }
    auto const text = usd::write_text(*layer);
    context.print({{"layer", path}, {"text", text}}, text);
    return ok;
}

Json optional_number(std::optional<double> value)
{
    return value ? Json(*value) : Json();
}

Result<int> info(Context& context, std::string const& path)
{
    auto const stage = TRY(usd::Stage::open(path));
    std::map<std::string, int> types;
    int prims = 0;
    stage->traverse([&](usd::Prim const& prim) {
        ++prims;
        ++types[prim.type_name().empty() ? "(untyped)" : prim.type_name().str()];
        return true;
    });
    auto const default_prim = stage->default_prim();
    Json json = {{"stage", path},
                 {"default_prim", default_prim ? default_prim.path().str() : ""},
                 {"up_axis", stage->up_axis().str()},
                 {"meters_per_unit", stage->meters_per_unit()},
                 {"time_codes_per_second", stage->time_codes_per_second()},
                 {"start_time_code", optional_number(stage->start_time_code())},
                 {"end_time_code", optional_number(stage->end_time_code())},
                 {"prims", prims},
                 {"types", types},
                 {"layers", stage->used_layers()},
                 {"errors", Json::array()}};
    auto const range = stage->start_time_code() && stage->end_time_code()
                           ? fmt::format("{} to {} at {} per second", *stage->start_time_code(),
                                         *stage->end_time_code(), stage->time_codes_per_second())
                           : std::string("none");
    std::string text = fmt::format("{}\n  default prim  {}\n  up axis       {}\n  unit          {} m\n  time "
                                   "codes    {}\n  prims         {}\n",
                                   path, default_prim ? default_prim.path().str() : "none",
                                   stage->up_axis().str(), stage->meters_per_unit(), range, prims);
    for (auto const& [type, count] : types) text += fmt::format("    {:<22} {}\n", type, count);
    text += fmt::format("  layers        {}\n", stage->used_layers().size());
    for (auto const& layer : stage->used_layers()) text += fmt::format("    {}\n", layer);
    for (auto const& error : stage->errors()) {
        json["errors"].push_back({{"layer", error.layer}, {"site", error.site.str()}, {"what", error.what}});
        text += fmt::format("  error at {}: {}\n", error.site.str(), error.what);
    }
    context.print(json, text);
    return stage->errors().empty() ? ok : validation;
}

} // namespace

void add_usd(CLI::App& root, Context& context)
{
    struct Options {
        std::string path, output;
    };
    auto const options = std::make_shared<Options>();
    auto* usd = root.add_subcommand("usd", "Look into USD files");
    usd->require_subcommand(1);
    auto* cat_command = usd->add_subcommand("cat", "Print a layer as text, or write it in another form");
    cat_command->add_option("layer", options->path, "A .usda, .usdc, .usd or .usdz file")->required();
    cat_command->add_option("-o,--out", options->output, "Write this .usda, .usdc or .usd instead");
    cat_command->callback([options, &context] {
        context.run = [options, &context] { return cat(context, options->path, options->output); };
    });
    auto* info_command =
        usd->add_subcommand("info", "What a stage holds: prims by type, units, time, layers, errors");
    info_command->add_option("stage", options->path, "A .usda, .usdc, .usd or .usdz file")->required();
    info_command->callback(
        [options, &context] { context.run = [options, &context] { return info(context, options->path); }; });
}

} // namespace soulvan::app
