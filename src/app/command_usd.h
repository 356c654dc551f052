// What the files of `soulvan usd` share: one function a tool, and how a stage is opened for them.
#pragma once

#include "context.h"

#include "soulvan/usd/stage.h"

#include <string>
#include <vector>

namespace soulvan::app::usd_tools {

void add_cat(CLI::App& parent, Context& context);
void add_tree(CLI::App& parent, Context& context);
void add_flatten(CLI::App& parent, Context& context);
void add_diff(CLI::App& parent, Context& context);
void add_check(CLI::App& parent, Context& context);
void add_zip(CLI::App& parent, Context& context);
void add_stitch(CLI::App& parent, Context& context);
void add_info(CLI::App& parent, Context& context);
void add_resolve(CLI::App& parent, Context& context);

/// "/A,/B /C" as paths. Errors  invalid_input: one of them is no absolute prim path.
Result<std::vector<usd::Path>> parse_mask(std::string const& text);
/// Writes by extension; `format` ("usda", "usdc" or "") decides for .usd.
/// Errors  as usd::save; invalid_input: a format with another extension.
Result<> write_layer(usd::Layer const& layer, std::string const& path, std::string const& format);
/// One line on standard error for each; `--quiet` keeps it.
void print_errors(Context const& context, std::vector<usd::CompositionError> const& errors);
Json to_json(std::vector<usd::CompositionError> const& errors);

} // namespace soulvan::app::usd_tools
