// `soulvan usd cat` and `soulvan usd flatten`: layers and stages as text, or in another form.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/usd/flatten.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

struct CatOptions {
    std::vector<std::string> inputs;
    std::string output, format, mask;
    bool load_only = false, flatten = false, flatten_layer_stack = false, layer_metadata = false;
    bool skip_comment = false;
};

struct Loaded {
    usd::Layer layer;
    std::vector<usd::CompositionError> errors;
};

Result<Loaded> load(std::string const& path, CatOptions const& options)
{
    if (options.flatten) {
        auto const mask = TRY(parse_mask(options.mask));
        auto const stage = TRY(usd::Stage::open(path));
        return Loaded{usd::flatten(*stage, {.source_comment = !options.skip_comment, .mask = mask}),
                      stage->errors()};
    }
    if (options.flatten_layer_stack) {
        auto flattened = TRY(usd::flatten_layer_stack(path));
        return Loaded{std::move(flattened.layer), std::move(flattened.errors)};
    }
    auto const layer = TRY(usd::Layer::open(path));
    if (!options.layer_metadata) return Loaded{*layer, {}};
    Loaded result;
    result.layer.edit_root().fields = layer->pseudo_root().fields();
    return result;
}

Result<> check_options(CatOptions const& options)
{
    if (!options.output.empty() && options.inputs.size() != 1)
        return fail(Errc::invalid_input, "--out takes one input, not {}", options.inputs.size());
    if (options.output.empty() && options.format == "usdc")
        return fail(Errc::invalid_input, "--usdFormat usdc needs --out: crate is no text");
    if (!options.mask.empty() && !options.flatten)
        return fail(Errc::invalid_input, "--mask needs --flatten: a layer has no prims to leave out");
    if (options.layer_metadata && (options.flatten || options.flatten_layer_stack))
        return fail(Errc::invalid_input, "--layerMetadata shows what is authored; it cannot be flattened");
    return {};
}

/// One input; returns what --json shows of it.
Result<Json> cat_one(Context& context, std::string const& input, CatOptions const& options)
{
    auto const loaded = TRY(load(input, options));
    print_errors(context, loaded.errors);
    Json json = {{"layer", input}};
    if (!loaded.errors.empty()) json["errors"] = to_json(loaded.errors);
    if (options.load_only) {
        if (!context.json) std::printf("OK  %s\n", input.c_str());
        return json;
    }
    if (!options.output.empty()) {
        TRY(write_layer(loaded.layer, options.output, options.format));
        json["written"] = options.output;
        return json;
    }
    auto text = usd::write_text(loaded.layer);
    if (context.json)
        json["text"] = std::move(text);
    else
        std::fwrite(text.data(), 1, text.size(), stdout);
    return json;
}

/// Several inputs one after the other: one that fails does not keep the rest.
Result<int> cat(Context& context, CatOptions const& options)
{
    TRY(check_options(options));
    auto results = Json::array();
    int code = ok;
    for (auto const& input : options.inputs) {
        auto result = cat_one(context, input, options);
        if (result) {
            results.push_back(*std::move(result));
            continue;
        }
        if (options.inputs.size() == 1 && !options.load_only) return std::unexpected(result.error());
        results.push_back({{"layer", input}, {"error", result.error().what}});
        if (!context.json && options.load_only) std::printf("ERR %s\n", input.c_str());
        std::fprintf(stderr, "%s\n", result.error().what.c_str());
        code = options.load_only ? int{failure} : exit_code_of(result.error().code);
    }
    if (context.json) context.print(results.size() == 1 ? results[0] : results, "");
    return code;
}

struct FlattenCommand {
    CatOptions cat;
    std::string input, output;
};

} // namespace

void add_cat(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<CatOptions>();
    auto* command = parent.add_subcommand("cat", "Print layers as text, or write one in another form");
    command->add_option("inputFiles", options->inputs, ".usda, .usdc, .usd or .usdz files")->required();
    command->add_option("-o,--out", options->output, "Write one input to this .usda, .usdc or .usd instead");
    command->add_option("--usdFormat", options->format, "What a .usd output is: usda or usdc (the default)")
        ->check(CLI::IsMember({"usda", "usdc"}));
    command->add_flag("-l,--loadOnly", options->load_only, "Only say 'OK' or 'ERR' for each input");
    auto* flatten =
        command->add_flag("-f,--flatten", options->flatten, "Compose a stage and write it as one layer");
    command
        ->add_flag("--flattenLayerStack", options->flatten_layer_stack,
                   "Fold the sublayers into one layer; references and other arcs stay")
        ->excludes(flatten);
    command->add_flag("--skipSourceFileComment", options->skip_comment,
                      "With --flatten: do not name the source in the documentation");
    command
        ->add_option("--mask", options->mask,
                     "With --flatten: only these prims, their ancestors and descendants")
        ->option_text("PATH[,PATH...]");
    command->add_flag("--layerMetadata", options->layer_metadata, "Only the metadata of the layer");
    command->callback(
        [options, &context] { context.run = [options, &context] { return cat(context, *options); }; });
}

void add_flatten(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<FlattenCommand>();
    auto& cat_options = options->cat;
    auto* command = parent.add_subcommand("flatten", "Write a composed stage, or layer stack, as one layer");
    command->add_option("inputFile", options->input, "A .usda, .usdc, .usd or .usdz file")->required();
    command->add_option("outputFile", options->output, "The .usda, .usdc or .usd to write; text without one");
    command
        ->add_option("--usdFormat", cat_options.format, "What a .usd output is: usda or usdc (the default)")
        ->check(CLI::IsMember({"usda", "usdc"}));
    command->add_flag("--layerStack", cat_options.flatten_layer_stack,
                      "Fold the sublayers only; references and other arcs stay");
    command->add_flag("--skipSourceFileComment", cat_options.skip_comment,
                      "Do not name the source in the documentation");
    command->add_option("--mask", cat_options.mask, "Only these prims, their ancestors and descendants")
        ->option_text("PATH[,PATH...]");
    command->callback([options, &context] {
        context.run = [options, &context] {
            options->cat.inputs = {options->input};
            options->cat.output = options->output;
            options->cat.flatten = !options->cat.flatten_layer_stack;
            return cat(context, options->cat);
        };
    });
}

} // namespace soulvan::app::usd_tools
