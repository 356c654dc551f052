// `soulvan usd zip` and `soulvan usd resolve`: packages are made and looked into, asset paths are found.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/base/file.h"
#include "soulvan/usd/check.h"
#include "soulvan/usd/dependencies.h"
#include "soulvan/usd/package.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

namespace fs = std::filesystem;

struct ZipOptions {
    std::string package, asset, arkit_asset;
    std::vector<std::string> inputs;
    std::vector<std::string> list, dump; ///< empty: not asked for; "-" or a file
    bool recurse = false, check = false, verbose = false;
};

/// Files in the order given; folders give theirs sorted, after the rest, as usdzip has it.
Result<std::vector<std::pair<std::string, fs::path>>> gather(ZipOptions const& options)
{
    std::vector<std::pair<std::string, fs::path>> files;
    std::vector<fs::path> waiting(options.inputs.begin(), options.inputs.end());
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        std::error_code error;
        auto const path = waiting[i];
        if (!fs::is_directory(path, error)) {
            if (fs::file_size(path, error) == 0 && !error) {
                std::fprintf(stderr, "%s is empty: left out\n", path.c_str());
                continue;
            }
            auto name = path.lexically_normal();
            files.emplace_back(name.is_absolute() ? name.relative_path().string() : name.string(), path);
            continue;
        }
        std::vector<fs::path> inside;
        for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
            if (options.recurse || !at->is_directory(error)) inside.push_back(at->path());
        if (error) return fail(Errc::io, "{}: {}", path.string(), error.message());
        std::sort(inside.begin(), inside.end());
        waiting.insert(waiting.end(), inside.begin(), inside.end());
    }
    return files;
}

Result<> check_root(std::string const& root, bool arkit)
{
    auto const report = TRY(usd::check(root, {.arkit = arkit}));
    for (auto const& finding : report.findings)
        std::fprintf(stderr, "%s%s (%s)\n",
                     finding.path.empty() ? "" : ("<" + finding.path.str() + ">: ").c_str(),
                     finding.what.c_str(), finding.rule.c_str());
    if (!report.passed())
        return fail(Errc::invalid_input, "{}: it does not keep the rules, so no package was made", root);
    return {};
}

Result<std::vector<std::string>> create(ZipOptions const& options, std::string const& package)
{
    auto const& root = options.asset.empty() ? options.arkit_asset : options.asset;
    if (!root.empty()) {
        bool const arkit = options.asset.empty();
        if (options.check) TRY(check_root(root, arkit));
        auto const report = TRY(usd::write_localized_package(root, package, {.arkit = arkit}));
        for (auto const& warning : report.warnings) std::fprintf(stderr, "%s\n", warning.c_str());
        return report.entries;
    }
    auto const files = TRY(gather(options));
    if (options.check && !files.empty()) TRY(check_root(files.front().second.string(), false));
    TRY(usd::write_package(files, package));
    std::vector<std::string> names;
    for (auto const& [name, file] : files) names.push_back(name);
    return names;
}

Result<> put(std::string const& text, std::string const& target)
{
    if (target != "-") return write_file(target, text);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return {};
}

Result<> show(Context& context, std::string const& package, ZipOptions const& options, Json& json)
{
    auto const file = TRY(MappedFile::open(package));
    auto const entries = TRY(usd::list_archive(file.bytes(), package));
    json["entries"] = Json::array();
    std::string list;
    std::string dump = "    Offset\t      Comp\t    Uncomp\tName\n    ------\t      ----\t    ------\t----\n";
    for (auto const& entry : entries) {
        json["entries"].push_back({{"name", entry.name},
                                   {"offset", entry.offset},
                                   {"stored_size", entry.stored_size},
                                   {"size", entry.size}});
        list += entry.name + "\n";
        dump +=
            fmt::format("{:10}\t{:10}\t{:10}\t{}\n", entry.offset, entry.stored_size, entry.size, entry.name);
    }
    dump += fmt::format("----------\n{} files total\n", entries.size());
    if (context.json) return {};
    if (!options.dump.empty()) TRY(put(dump, options.dump.front()));
    if (!options.list.empty()) TRY(put(list, options.list.front()));
    return {};
}

Result<int> zip(Context& context, ZipOptions options)
{
    for (auto* target : {&options.list, &options.dump}) // "-l package.usdz" names the package
        if (options.package.empty() && !target->empty() && target->front().ends_with(".usdz"))
            options.package = std::exchange(target->front(), "-");
    if (options.package.empty()) return fail(Errc::invalid_input, "name the package to make or to look into");
    int const sources =
        int{!options.inputs.empty()} + int{!options.asset.empty()} + int{!options.arkit_asset.empty()};
    if (sources > 1) return fail(Errc::invalid_input, "give either files, or --asset, or --arkitAsset");
    if (sources == 0 && options.check)
        return fail(Errc::invalid_input, "--checkCompliance is for making packages; `usd check` checks one");
    auto package = options.package;
    if (sources == 1 && !package.ends_with(".usdz")) package += ".usdz";
    Json json = {{"package", package}};
    if (sources == 1) {
        auto const names = TRY(create(options, package));
        if (options.verbose && !context.json)
            for (auto const& name : names) std::printf(".. adding: %s\n", name.c_str());
        json["files"] = names;
    }
    bool const looks = !options.list.empty() || !options.dump.empty();
    if (sources == 0 && !looks) options.list = {"-"};
    if (sources == 0 || looks || context.json) TRY(show(context, package, options, json));
    if (context.json) context.print(json, "");
    return ok;
}

struct ResolveOptions {
    std::string asset, anchor, context_asset;
};

Result<int> resolve(Context& context, ResolveOptions const& options)
{
    auto const& anchor = options.anchor.empty() ? options.context_asset : options.anchor;
    auto const found = usd::resolve_asset_path(options.asset, anchor);
    if (found.empty())
        return fail(Errc::not_found, "{}: nothing is found there{}", options.asset,
                    anchor.empty() ? "" : ", nor from " + anchor);
    context.print({{"asset", options.asset}, {"resolved", found}}, found + "\n");
    return ok;
}

} // namespace

void add_zip(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<ZipOptions>();
    auto* command = parent.add_subcommand("zip", "Make a .usdz package, or list what one holds");
    command->add_option("usdzFile", options->package, "The package to make, or to look into");
    command->add_option("inputFiles", options->inputs,
                        "What goes into it, the root layer first; also folders");
    command->add_flag("-r,--recurse", options->recurse, "Take folders inside of folders, too");
    command->add_option("-a,--asset", options->asset,
                        "Pack this layer with everything that it needs, found and renamed as required");
    command->add_option("--arkitAsset", options->arkit_asset,
                        "The same as ARKit wants it: one .usdc, flattened when it must be");
    command->add_flag("-c,--checkCompliance", options->check, "Make no package of what `usd check` refuses");
    command
        ->add_option("-l,--list", options->list,
                     "List the names inside, into this file or on standard output")
        ->expected(0, 1)
        ->default_str("-")
        ->option_text("[FILE]");
    command->add_option("-d,--dump", options->dump, "List offsets, sizes and names inside")
        ->expected(0, 1)
        ->default_str("-")
        ->option_text("[FILE]");
    command->add_flag("-v,--verbose", options->verbose, "Say what is added");
    command->callback(
        [options, &context] { context.run = [options, &context] { return zip(context, *options); }; });
}

void add_resolve(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<ResolveOptions>();
    auto* command = parent.add_subcommand("resolve", "Where an asset path leads");
    command
        ->add_option("inputPath", options->asset, "The path as it is authored: ./a.png, a.usd, b.usdz[c.png]")
        ->required();
    command->add_option("--anchorPath", options->anchor, "The layer that it is authored in");
    command->add_option("--createContextForAsset", options->context_asset,
                        "The root layer beside which it is looked for");
    command->callback(
        [options, &context] { context.run = [options, &context] { return resolve(context, *options); }; });
}

} // namespace soulvan::app::usd_tools
