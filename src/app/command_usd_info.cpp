// `soulvan usd info`: what a stage holds, on one screen; everything with --json.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/usd/geom.h"

#include <algorithm>
#include <map>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

namespace fs = std::filesystem;
using usd::Token;
namespace field = usd::field;

constexpr std::size_t most_lines = 12; // of one kind; --json has them all

struct VariantSet {
    std::string prim, name, selection;
    std::vector<std::string> choices;
};

struct LayerFacts {
    std::uintmax_t bytes = 0;
    std::size_t specs = 0; ///< 0: not one of those that say something about prims
};

/// What is the matter, once, with the prims that it concerns.
struct Problem {
    std::string what, layer;
    std::vector<std::string> sites;
};

struct Facts {
    std::size_t prims = 0, instances = 0, attributes = 0, relationships = 0, animated = 0;
    std::set<std::size_t> prototypes;
    std::map<std::string, std::size_t> types, kinds, arcs;
    std::vector<VariantSet> variant_sets;
    std::map<std::string, LayerFacts> layers;
    std::vector<Problem> problems;
    usd::geom::BoundingBox bounds;
};

void count_arcs(usd::Layer const& layer, Facts& facts)
{
    static std::vector<std::pair<Token, std::string>> const arcs{{field::references, "references"},
                                                                 {field::payload, "payloads"},
                                                                 {field::inherit_paths, "inherits"},
                                                                 {field::specializes, "specializes"},
                                                                 {field::variant_set_names, "variant sets"}};
    for (auto const& path : layer.paths()) {
        if (path.is_property() || path.is_target()) continue;
        auto const spec = layer.find(path);
        for (auto const& [name, label] : arcs)
            if (spec.has(name)) ++facts.arcs[label];
        if (auto const paths = spec.get<std::vector<std::string>>(field::sub_layers))
            facts.arcs["sublayers"] += paths->size();
        if (auto const moves = spec.get<usd::Relocates>(field::relocates))
            facts.arcs["relocates"] += moves->size();
    }
}

void count_prim(usd::Prim const& prim, Facts& facts)
{
    ++facts.prims;
    ++facts.types[prim.type_name().empty() ? "(no type)" : prim.type_name().str()];
    if (!prim.kind().empty()) ++facts.kinds[prim.kind().str()];
    if (prim.is_instance()) {
        ++facts.instances;
        facts.prototypes.insert(prim.prototype_key());
    }
    auto const attributes = prim.attributes();
    facts.attributes += attributes.size();
    facts.relationships += prim.property_names().size() - attributes.size();
    for (auto const& attribute : attributes)
        if (attribute.is_time_varying()) ++facts.animated;
    for (Token const set : prim.variant_sets()) {
        VariantSet entry{prim.path().str(), set.str(), prim.variant_selection(set).str(), {}};
        for (Token const choice : prim.variants(set)) entry.choices.push_back(choice.str());
        facts.variant_sets.push_back(std::move(entry));
    }
}

void group_problems(std::vector<usd::CompositionError> const& errors, Facts& facts)
{
    std::map<std::string, std::size_t> known;
    for (auto const& error : errors) {
        auto const [at, is_new] = known.try_emplace(error.what, facts.problems.size());
        if (is_new) facts.problems.push_back({error.what, error.layer, {}});
        facts.problems[at->second].sites.push_back(error.site.str());
    }
}

Facts gather(usd::Stage const& stage)
{
    Facts facts;
    for (auto const& path : stage.used_layers()) {
        std::error_code error;
        auto const bytes = fs::file_size(path, error);
        facts.layers[path].bytes = error ? 0 : bytes;
    }
    std::set<usd::Layer const*> seen;
    auto const see = [&](usd::Prim const& prim) {
        for (auto const& [layer, path] : prim.prim_stack())
            if (seen.insert(layer.get()).second) {
                facts.layers[layer->identifier].specs = layer->size();
                count_arcs(*layer, facts);
            }
    };
    see(stage.pseudo_root());
    stage.traverse([&](usd::Prim const& prim) {
        count_prim(prim, facts);
        see(prim);
        return true;
    });
    group_problems(stage.errors(), facts);
    usd::geom::BoundsCache bounds(stage.start_time_code() ? usd::Time(*stage.start_time_code())
                                                          : usd::Time::earliest());
    facts.bounds = bounds.world_bound(stage.pseudo_root());
    return facts;
}

std::string plain_number(double value)
{
    return fmt::format("{:.6g}", value);
}

std::string bytes_text(std::uintmax_t bytes)
{
    if (bytes < 1000) return fmt::format("{} B", bytes);
    if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

/// Facts in two columns, lists indented below, cut where they would fill the screen.
class Sheet {
public:
    void fact(std::string_view name, std::string const& value)
    {
        text_ += fmt::format("  {:<14} {}\n", name, value);
    }
    void list(std::string_view name, std::vector<std::string> const& lines)
    {
        if (lines.empty()) return;
        for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i)
            fact(i == 0 ? name : std::string_view(), lines[i]);
        if (lines.size() > most_lines)
            fact("", fmt::format("… and {} more (--json lists all)", lines.size() - most_lines));
    }
    void counts(std::string_view name, std::map<std::string, std::size_t> const& counts)
    {
        std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](auto const& a, auto const& b) { return a.second > b.second; });
        std::vector<std::string> lines;
        for (auto const& [what, count] : sorted) lines.push_back(fmt::format("{:>9}  {}", count, what));
        list(name, lines);
    }
    std::string text_;
};

std::string time_text(usd::Stage const& stage)
{
    auto const start = stage.start_time_code(), end = stage.end_time_code();
    auto const rate = stage.time_codes_per_second();
    if (!start || !end) return fmt::format("no range; {} codes per second", plain_number(rate));
    return fmt::format("{} to {}, {} codes per second ({} s)", plain_number(*start), plain_number(*end),
                       plain_number(rate), plain_number((*end - *start) / rate));
}

std::string shortened(std::string const& path, fs::path const& folder)
{
    auto const relative = fs::path(path).lexically_relative(folder).string();
    return relative.empty() || relative.size() > path.size() ? path : relative;
}

std::vector<std::string> layer_lines(Facts const& facts, fs::path const& folder)
{
    std::vector<std::string> lines;
    for (auto const& [path, layer] : facts.layers)
        lines.push_back(fmt::format("{:>9}  {}", layer.bytes > 0 ? bytes_text(layer.bytes) : "",
                                    shortened(path, folder)));
    return lines;
}

std::vector<std::string> variant_lines(Facts const& facts)
{
    std::vector<std::string> lines;
    for (auto const& set : facts.variant_sets)
        lines.push_back(fmt::format("{} {} = {}  of {}", set.prim, set.name,
                                    set.selection.empty() ? "(none)" : set.selection,
                                    fmt::join(set.choices, ", ")));
    return lines;
}

std::vector<std::string> problem_lines(Facts const& facts)
{
    std::vector<std::string> lines;
    for (auto const& problem : facts.problems) {
        auto line = problem.what;
        if (problem.sites.size() == 1)
            line += fmt::format(" (<{}>)", problem.sites.front());
        else
            line += fmt::format(" ({} prims, the first <{}>)", problem.sites.size(), problem.sites.front());
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string bounds_text(usd::Stage const& stage, Facts const& facts)
{
    if (facts.bounds.empty()) return "nothing with bounds";
    auto const box = facts.bounds.aligned();
    auto const size = box.max - box.min;
    double const scale = stage.meters_per_unit();
    return fmt::format("({}, {}, {}) to ({}, {}, {}): {} × {} × {} m", plain_number(box.min.x),
                       plain_number(box.min.y), plain_number(box.min.z), plain_number(box.max.x),
                       plain_number(box.max.y), plain_number(box.max.z), plain_number(size.x * scale),
                       plain_number(size.y * scale), plain_number(size.z * scale));
}

std::string text_of(std::string const& path, usd::Stage const& stage, Facts const& facts)
{
    Sheet sheet;
    auto const folder = fs::absolute(path).lexically_normal().parent_path();
    auto const default_prim = stage.default_prim();
    sheet.text_ = path + "\n";
    sheet.fact("default prim", default_prim ? default_prim.path().str() : "none");
    sheet.fact("units",
               fmt::format("{} m, {} up", plain_number(stage.meters_per_unit()), stage.up_axis().str()));
    sheet.fact("time", time_text(stage));
    sheet.fact("bounds", bounds_text(stage, facts));
    sheet.fact("prims", facts.instances == 0 ? fmt::format("{}", facts.prims)
                                             : fmt::format("{}; {} instances of {} prototypes", facts.prims,
                                                           facts.instances, facts.prototypes.size()));
    sheet.counts("", facts.types);
    sheet.fact("properties", fmt::format("{} attributes, {} of them animated; {} relationships",
                                         facts.attributes, facts.animated, facts.relationships));
    sheet.counts("arcs", facts.arcs);
    sheet.list("variants", variant_lines(facts));
    sheet.list("layers", layer_lines(facts, folder));
    sheet.list("errors", problem_lines(facts));
    return sheet.text_;
}

Json optional_number(std::optional<double> value)
{
    return value ? Json(*value) : Json();
}

Json json_of(std::string const& path, usd::Stage const& stage, Facts const& facts)
{
    auto const default_prim = stage.default_prim();
    Json json = {{"stage", path},
                 {"default_prim", default_prim ? default_prim.path().str() : ""},
                 {"up_axis", stage.up_axis().str()},
                 {"meters_per_unit", stage.meters_per_unit()},
                 {"time_codes_per_second", stage.time_codes_per_second()},
                 {"frames_per_second", stage.frames_per_second()},
                 {"start_time_code", optional_number(stage.start_time_code())},
                 {"end_time_code", optional_number(stage.end_time_code())},
                 {"prims", facts.prims},
                 {"instances", facts.instances},
                 {"prototypes", facts.prototypes.size()},
                 {"attributes", facts.attributes},
                 {"animated_attributes", facts.animated},
                 {"relationships", facts.relationships},
                 {"types", facts.types},
                 {"kinds", facts.kinds},
                 {"arcs", facts.arcs},
                 {"variant_sets", Json::array()},
                 {"layers", stage.used_layers()},
                 {"layer_facts", Json::array()},
                 {"bounds", Json()},
                 {"errors", to_json(stage.errors())}};
    for (auto const& set : facts.variant_sets)
        json["variant_sets"].push_back(
            {{"prim", set.prim}, {"set", set.name}, {"selection", set.selection}, {"variants", set.choices}});
    for (auto const& [name, layer] : facts.layers)
        json["layer_facts"].push_back({{"layer", name}, {"bytes", layer.bytes}, {"specs", layer.specs}});
    if (!facts.bounds.empty()) {
        auto const box = facts.bounds.aligned();
        json["bounds"] = {{"min", {box.min.x, box.min.y, box.min.z}},
                          {"max", {box.max.x, box.max.y, box.max.z}}};
    }
    return json;
}

Result<int> info(Context& context, std::string const& path, bool load_payloads)
{
    auto const stage = TRY(usd::Stage::open(path, {.load_payloads = load_payloads}));
    auto const facts = gather(*stage);
    if (context.json)
        context.print(json_of(path, *stage, facts), "");
    else
        context.print({}, text_of(path, *stage, facts));
    return stage->errors().empty() ? ok : validation;
}

} // namespace

void add_info(CLI::App& parent, Context& context)
{
    struct Options {
        std::string path;
        bool unloaded = false;
    };
    auto const options = std::make_shared<Options>();
    auto* command = parent.add_subcommand(
        "info", "What a stage holds: prims by type, units, time, bounds, variants, layers, errors");
    command->add_option("stage", options->path, "A .usda, .usdc, .usd or .usdz file")->required();
    command->add_flag("--unloaded", options->unloaded, "Leave payloads out");
    command->callback([options, &context] {
        context.run = [options, &context] { return info(context, options->path, !options->unloaded); };
    });
}

} // namespace soulvan::app::usd_tools
