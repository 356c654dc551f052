// `soulvan usd`: the tools for USD files, under the names and options of OpenUSD's own.
#include "command_usd.h"

#include "soulvan/base/file.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace usd_tools {

Result<std::vector<usd::Path>> parse_mask(std::string const& text)
{
    std::vector<usd::Path> mask;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find_first_of(", ", at), text.size());
        if (end > at) {
            auto path = TRY(usd::Path::parse(text.substr(at, end - at)));
            if (!path.is_absolute() || !(path.is_prim() || path.is_root()))
                return fail(Errc::invalid_input, "--mask: '{}' is no absolute path of a prim", path.str());
            mask.push_back(std::move(path));
        }
        at = end + 1;
    }
    return mask;
}

Result<> write_layer(usd::Layer const& layer, std::string const& path, std::string const& format)
{
    if (format.empty()) return usd::save(layer, path);
    if (!path.ends_with(".usd"))
        return fail(Errc::invalid_input, "{}: --usdFormat is for files that end in .usd", path);
    return usd::save(layer, path, format);
}

void print_errors(Context const& context, std::vector<usd::CompositionError> const& errors)
{
    if (context.quiet) return;
    for (auto const& error : errors)
        std::fprintf(stderr, "%s: <%s>: %s\n", error.layer.c_str(), error.site.str().c_str(),
                     error.what.c_str());
}

Json to_json(std::vector<usd::CompositionError> const& errors)
{
    auto result = Json::array();
    for (auto const& error : errors)
        result.push_back({{"layer", error.layer}, {"site", error.site.str()}, {"what", error.what}});
    return result;
}

} // namespace usd_tools

void add_usd(CLI::App& root, Context& context)
{
    auto* usd = root.add_subcommand("usd", "Look into USD files, check, compare, flatten and pack them");
    usd->require_subcommand(1);
    for (auto const add : {usd_tools::add_info, usd_tools::add_cat, usd_tools::add_tree, usd_tools::add_check,
                           usd_tools::add_diff, usd_tools::add_flatten, usd_tools::add_stitch,
                           usd_tools::add_zip, usd_tools::add_resolve})
        add(*usd, context);
}

} // namespace soulvan::app
