// usd_stage_dump: what does each stage named on standard input compose to? One line of JSON each.
//
// Usage: usd_stage_dump [--schemas] [--no-payloads] [SET=VARIANT,VARIANT …] < PATHS
// Beside what stage_json() shows: `problems`, the composition errors as (kind, composed prim). A stage that
// does not open is {"stage": PATH, "failed": SENTENCE}.
#include "compose.h"
#include "stage_json.h"

#include <iostream>
#include <set>
#include <span>

#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

struct Options {
    StageOptions stage;
    Shown shown = Shown::composition;
};

/// The errors of every prim outside instances; within them it is chance which instance reports.
Json problems_of(std::filesystem::path const& root, StageOptions const& options, Stage const& stage)
{
    using namespace composition;
    LayerCache cache(options.limits, root.parent_path().string());
    auto const layer = cache.layer(root.string());
    if (!layer) return Json::array();
    Inputs inputs{cache, options.variant_fallbacks, nullptr};
    if (options.load_payloads) inputs.includes_payload = [](Path const&) { return true; };
    auto const* stack = cache.stack(*layer, std::make_shared<Layer const>(), nullptr); // as stages have one
    std::set<std::pair<std::string_view, std::string>> found;
    auto walk = [&](auto const& self, PrimIndex const& index) -> void {
        for (auto const& problem : index.problems) found.emplace(name_of(problem.kind), problem.root.str());
        auto const prim = stage.prim_at(index.path());
        if (index.instanceable || (!index.path().is_root() && !(prim && prim.is_active()))) return;
        for (Token name : child_names(index))
            self(self, compute_prim_index(inputs, {stack, index.path().child(name)}, &index));
    };
    walk(walk, compute_prim_index(inputs, {stack, Path::root()}, nullptr));
    for (auto const& problem : cache.problems()) found.emplace(name_of(problem.kind), problem.root.str());
    Json result = Json::array();
    for (auto const& [kind, path] : found) result.push_back(Json::array({kind, path}));
    return result;
}

Json dump(std::filesystem::path const& path, Options const& options)
{
    auto const stage = Stage::open(path, options.stage);
    if (!stage) return {{"stage", path.string()}, {"failed", stage.error().what}};
    auto result = stage_json(**stage, path, options.shown);
    result["problems"] = problems_of(path, options.stage, **stage);
    return result;
}

/// "SET=VARIANT,VARIANT"
void add_fallbacks(std::string const& argument, StageOptions& options)
{
    auto const equals = argument.find('=');
    auto& fallbacks = options.variant_fallbacks[argument.substr(0, equals)];
    for (std::size_t at = equals; at != std::string::npos;) {
        auto const end = argument.find(',', at + 1);
        fallbacks.push_back(argument.substr(at + 1, end == std::string::npos ? end : end - at - 1));
        at = end;
    }
}

int run(std::span<char* const> arguments)
{
    Options options;
    for (std::string const argument : arguments)
        if (argument == "--schemas")
            options.shown = Shown::schemas_too;
        else if (argument == "--no-payloads")
            options.stage.load_payloads = false;
        else if (argument.find('=') != std::string::npos)
            add_fallbacks(argument, options.stage);
        else
            return 2;
    for (std::string path; std::getline(std::cin, path);)
        std::cout << dump(path, options).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    return 0;
}

} // namespace

} // namespace soulvan::usd

int main(int count, char** arguments)
{
    return soulvan::usd::run({arguments + 1, static_cast<std::size_t>(count - 1)});
}
