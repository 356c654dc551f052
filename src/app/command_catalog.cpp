// `soulvan catalog`: which assets are there, what is known of them, and how do more come in?
#include "context.h"
#include "exit_code.h"
#include "studio.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/catalog/generator.h"
#include "thumbnail.h"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

Json record_json(catalog::Asset const& asset)
{
    auto const size = asset.bounds.isEmpty() ? Vec3d(0, 0, 0) : asset.bounds.size();
    return {{"id", catalog::to_string(asset.ref)},
            {"name", asset.name},
            {"category", asset.category},
            {"pack", asset.pack},
            {"origin", catalog::name_of(asset.origin)},
            {"size_m", {size.x, size.y, size.z}},
            {"mount", catalog::name_of(asset.mount)},
            {"attributes", asset.attributes},
            {"tags", asset.tags},
            {"license", asset.license},
            {"credit", asset.credit},
            {"uri", asset.uri},
            {"placeable", asset.placeable},
            {"why_not", asset.why_not}};
}

std::string size_text(catalog::Asset const& asset)
{
    if (asset.bounds.isEmpty()) return "";
    auto const size = asset.bounds.size();
    return fmt::format("{:.2f} x {:.2f} x {:.2f}", size.x, size.y, size.z);
}

/// Columns as wide as what stands in them.
std::string table_of(std::vector<catalog::SearchHit> const& hits)
{
    std::vector<std::array<std::string, 4>> rows{{"ASSET", "CATEGORY", "WIDTH x HEIGHT x DEPTH, m", "NAME"}};
    for (auto const& hit : hits)
        rows.push_back({catalog::to_string(hit.asset->ref), hit.asset->category, size_text(*hit.asset),
                        hit.asset->name + (hit.asset->placeable ? "" : " (not placed)")});
    std::array<std::size_t, 4> widths{};
    for (auto const& row : rows)
        for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (auto const& row : rows)
        text += fmt::format("{:<{}}  {:<{}}  {:<{}}  {}\n", row[0], widths[0], row[1], widths[1], row[2],
                            widths[2], row[3]);
    return hits.empty() ? "" : text;
}

std::string place_text(catalog::Asset const& asset)
{
    switch (asset.mount) {
    case catalog::Mount::floor:
        return "on the floor";
    case catalog::Mount::wall:
        return fmt::format("at a wall, {:.2f} m above the floor", asset.elevation);
    case catalog::Mount::ceiling:
        return "under the ceiling";
    case catalog::Mount::surface:
        return "on other things, or on the floor";
    }
    return "";
}

/// What a generator understands, one line each.
std::string parameters_text(std::vector<catalog::Parameter> const& parameters)
{
    std::string text;
    for (auto const& parameter : parameters) {
        std::string values;
        for (auto const& choice : parameter.choices) values += (values.empty() ? "" : ", ") + choice;
        if (parameter.choices.empty() && parameter.least < parameter.most)
            values = fmt::format("{:g} to {:g}", parameter.least, parameter.most);
        text += fmt::format("  {:<14} {}{}{}\n", parameter.name, parameter.meaning,
                            values.empty() ? "" : ": " + values,
                            parameter.fallback.empty() ? "" : fmt::format(" [{}]", parameter.fallback));
    }
    return text.empty() ? "" : "parameters [as it is without]\n" + text;
}

Json parameters_json(std::vector<catalog::Parameter> const& parameters)
{
    auto list = Json::array();
    for (auto const& parameter : parameters) {
        Json one = {
            {"name", parameter.name}, {"meaning", parameter.meaning}, {"default", parameter.fallback}};
        if (!parameter.choices.empty()) one["choices"] = parameter.choices;
        if (parameter.least < parameter.most) one["range"] = {parameter.least, parameter.most};
        list.push_back(std::move(one));
    }
    return list;
}

Result<catalog::Catalog> open_catalog(Context const& context)
{
    auto const options = TRY(catalog_options(context));
    return catalog::Catalog::open(options);
}

/// "; the nearest is lorry", or nothing.
std::string nearest_category(std::string_view name)
{
    std::vector<std::string_view> known;
    for (auto const& category : catalog::Categories::standard().all()) known.push_back(category.name);
    auto const nearest = nearest_name(name, known);
    return nearest.empty() ? "" : fmt::format("; the nearest is {}", nearest);
}

struct SearchCommand {
    std::string words, category;
    int limit = 20;
    bool placeable = false;
};

Result<int> search(Context& context, SearchCommand const& command)
{
    auto const catalog = TRY(open_catalog(context));
    if (!command.category.empty() && !catalog::Categories::standard().find(command.category))
        return fail(Errc::invalid_input, "--category {}: there is no such category{}", command.category,
                    nearest_category(command.category));
    auto const hits = TRY(catalog.search(command.words, {.limit = static_cast<std::size_t>(command.limit),
                                                         .category = command.category,
                                                         .placeable_only = command.placeable}));
    auto list = Json::array();
    for (auto const& hit : hits) {
        auto record = record_json(*hit.asset);
        record["score"] = hit.score;
        list.push_back(std::move(record));
    }
    if (hits.empty()) context.progress->note(fmt::format("Nothing is found for \"{}\".", command.words));
    context.print({{"words", command.words}, {"results", std::move(list)}}, table_of(hits));
    return ok;
}

Result<int> show(Context& context, std::string const& name)
{
    auto const catalog = TRY(open_catalog(context));
    auto const ref = TRY(catalog::parse_asset_ref(name));
    auto const asset = TRY(catalog.find(ref));
    std::string text;
    auto const line = [&](char const* label, std::string const& value) {
        if (!value.empty()) text += fmt::format("{:<12} {}\n", label, value);
    };
    auto const joined = [](std::vector<std::string> const& words) {
        std::string all;
        for (auto const& word : words) all += (all.empty() ? "" : ", ") + word;
        return all;
    };
    line("asset", catalog::to_string(asset.ref));
    line("name", asset.name);
    line("category", asset.category);
    line("origin", std::string(catalog::name_of(asset.origin)));
    line("size", asset.bounds.isEmpty() ? "" : size_text(asset) + " m (width x height x depth)");
    line("stands", place_text(asset));
    line("attributes", joined(asset.attributes));
    line("tags", joined(asset.tags));
    line("carries", asset.supports.empty() ? ""
                                           : fmt::format("things on {} surface{}", asset.supports.size(),
                                                         asset.supports.size() == 1 ? "" : "s"));
    line("licence", asset.license);
    line("credit", asset.credit);
    line("source", asset.uri);
    if (!asset.placeable) line("not placed", asset.why_not);
    auto record = record_json(asset);
    if (auto const* generator = catalog::find_generator(asset.ref.key)) {
        text += parameters_text(generator->parameters());
        record["parameters"] = parameters_json(generator->parameters());
    }
    context.print(record, text);
    return ok;
}

Result<int> inventory(Context& context, std::string const& folder)
{
    auto const catalog = TRY(open_catalog(context));
    if (!folder.empty()) {
        TRY(catalog.write_index(folder));
        context.progress->note(fmt::format("Wrote {}", (fs::path(folder) / "master_index.json").string()));
    }
    auto const json = catalog.inventory();
    std::string text = fmt::format("{} assets, {} of them placeable\n",
                                   json["total_assets"].get<std::size_t>(), json["placeable"].get<int>());
    for (auto const* part : {"origins", "packs", "themes"}) {
        text += fmt::format("\n{}\n", part);
        for (auto const& [name, count] : json[part].items())
            text += fmt::format("  {:<20} {:>6}\n", name, count.get<int>());
    }
    context.print(json, text);
    return ok;
}

Result<int> import(Context& context, std::string const& folder, catalog::PackImport const& what)
{
    auto const options = TRY(catalog_options(context));
    auto const report = TRY(catalog::import_pack(folder, options, what, *context.progress));
    for (auto const& problem : report.problems) context.progress->note("not offered: " + problem);
    context.print({{"pack", report.pack},
                   {"assets", report.assets},
                   {"placeable", report.placeable},
                   {"problems", report.problems}},
                  fmt::format("pack {}: {} model{}, {} of them placeable\n", report.pack, report.assets,
                              report.assets == 1 ? "" : "s", report.placeable));
    return ok;
}

/// The one asset whose name this is, else what the words find; all for no words.
Result<std::vector<catalog::Asset>> named_assets(catalog::Catalog const& catalog, std::string const& words,
                                                 int limit)
{
    if (words.empty()) return std::vector<catalog::Asset>(catalog.assets().begin(), catalog.assets().end());
    if (auto const ref = catalog::parse_asset_ref(words)) return std::vector{TRY(catalog.find(*ref))};
    std::vector<catalog::Asset> found;
    for (auto const& hit : TRY(catalog.search(words, {.limit = static_cast<std::size_t>(limit)})))
        found.push_back(*hit.asset);
    return found;
}

struct ThumbsCommand {
    std::string words, folder;
    int limit = 50, size = 256;
};

Result<int> thumbs(Context& context, ThumbsCommand const& command)
{
    auto const options = TRY(catalog_options(context));
    auto const catalog = TRY(catalog::Catalog::open(options));
    auto const wanted = TRY(named_assets(catalog, command.words, command.limit));
    auto const target =
        command.folder.empty() ? options.cache_folder / "thumbnails" : fs::path(command.folder);
    int made = 0, reused = 0;
    std::vector<std::string> problems;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (context.stop.stop_requested()) return fail(Errc::cancelled, "stopped after {} thumbnails", made);
        context.progress->report("thumbnails", static_cast<std::int64_t>(i),
                                 static_cast<std::int64_t>(wanted.size()));
        auto const done =
            write_thumbnail(catalog, wanted[i], target, options.cache_folder, command.size, context.stop);
        if (!done)
            problems.push_back(fmt::format("{}: {}", catalog::to_string(wanted[i].ref), done.error().what));
        else
            ++(*done ? made : reused);
    }
    for (auto const& problem : problems) context.progress->note(problem);
    context.print({{"folder", target.string()}, {"made", made}, {"reused", reused}, {"problems", problems}},
                  fmt::format("{} thumbnail{} in {}, {} new\n", made + reused, made + reused == 1 ? "" : "s",
                              target.string(), made));
    return problems.empty() ? ok : failure;
}

} // namespace

void add_catalog(CLI::App& root, Context& context)
{
    auto* group = root.add_subcommand("catalog", "Find, inspect and add the assets that scenes are made of");
    group->require_subcommand(1);

    auto const search_options = std::make_shared<SearchCommand>();
    auto* command = group->add_subcommand("search", "Find assets by words");
    command->add_option("words", search_options->words, "What to look for: \"red office chair\"")->required();
    command->add_option("--category", search_options->category, "Only at or below this category");
    command->add_option("--limit", search_options->limit, "How many at most")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_flag("--placeable", search_options->placeable, "Only assets that scenes may hold");
    command->callback(
        [=, &context] { context.run = [=, &context] { return search(context, *search_options); }; });

    auto const name = std::make_shared<std::string>();
    command = group->add_subcommand("show", "Everything that is known of one asset");
    command->add_option("asset", *name, "pack/name, with ?parameter=value for generated ones")->required();
    command->callback([=, &context] { context.run = [=, &context] { return show(context, *name); }; });

    auto const folder = std::make_shared<std::string>();
    command = group->add_subcommand("inventory", "Count assets by origin, pack and theme");
    command->add_option("--write", *folder, "Folder for master_index.json and a JSON per asset");
    command->callback([=, &context] { context.run = [=, &context] { return inventory(context, *folder); }; });

    auto const models = std::make_shared<std::string>();
    auto const what = std::make_shared<catalog::PackImport>();
    command = group->add_subcommand("import", "Add a folder of models as a pack");
    command->add_option("folder", *models, "Holds .usd[a|c|z], .obj, .gltf, .glb or .fbx files")->required();
    command->add_option("--name", what->pack, "Name of the pack (default: the folder's)");
    command->add_option("--license", what->license, "Licence of models that state none (SPDX)");
    command->add_option("--credit", what->credit, "Credit of models that state none");
    command->callback(
        [=, &context] { context.run = [=, &context] { return import(context, *models, *what); }; });

    auto const wanted = std::make_shared<ThumbsCommand>();
    command = group->add_subcommand("thumbs", "Render thumbnails of assets");
    command->add_option("words", wanted->words, "An asset's name, or words that find some (default: all)");
    command->add_option("-o,--output", wanted->folder, "Folder (default: in the cache)");
    command->add_option("--limit", wanted->limit, "How many at most of those that words find")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_option("--size", wanted->size, "Pixels a side")
        ->check(CLI::Range(32, 2048))
        ->capture_default_str();
    command->callback([=, &context] { context.run = [=, &context] { return thumbs(context, *wanted); }; });
}

} // namespace soulvan::app
