// `soulvan scene check`: does a stage hold together, and as its plan asks?
#include "context.h"
#include "exit_code.h"

#include "soulvan/scene/check.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace {

constexpr std::size_t shown_of_a_code = 10;

std::string plural(std::size_t n, std::string_view word)
{
    return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
}

std::string paths_of(scene::Finding const& finding)
{
    std::string out;
    for (std::size_t i = 0; i < finding.prims.size() && i < 4; ++i)
        out += (i > 0 ? "  " : "") + finding.prims[i];
    if (finding.prims.size() > 4) out += fmt::format("  and {} more", finding.prims.size() - 4);
    return out;
}

/// Findings by code, most of one kind folded into a number; then what was measured.
std::string report(std::string const& path, scene::SceneCheck const& check, bool with_plan, bool colour)
{
    auto const paint = [&](char const* code, std::string const& text) {
        return colour ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
    };
    auto out = check.passed() ? fmt::format("{} holds: {}, nothing is wrong\n", path,
                                            plural(std::size_t(check.objects), "thing"))
                              : fmt::format("{} does not hold: {} in {}\n", path,
                                            plural(check.findings.size(), "finding"),
                                            plural(std::size_t(check.objects), "thing"));
    std::vector<std::string> order;
    std::map<std::string, std::vector<scene::Finding const*>> by_code;
    for (auto const& finding : check.findings) {
        if (!by_code.contains(finding.code)) order.push_back(finding.code);
        by_code[finding.code].push_back(&finding);
    }
    for (auto const& code : order) {
        auto const& findings = by_code[code];
        out += "\n";
        for (std::size_t i = 0; i < findings.size() && i < shown_of_a_code; ++i) {
            out += fmt::format("  {}{}\n", paint("31", fmt::format("{:<18}", i == 0 ? code : "")),
                               findings[i]->text);
            if (auto const paths = paths_of(*findings[i]); !paths.empty())
                out += fmt::format("  {:<18}{}\n", "", paint("2", paths));
        }
        if (findings.size() > shown_of_a_code)
            out += fmt::format("  {:<18}and {} more; --json lists them all\n", "",
                               findings.size() - shown_of_a_code);
    }
    out += "\n";
    auto const rate = [&](std::string_view name, double value, std::string_view meaning) {
        out += fmt::format("  {:<18}{:>6.1f} %  {}\n", name, 100 * value, paint("2", std::string(meaning)));
    };
    rate("collisions", check.collision, "of the things penetrate another or the building by more than 5 mm");
    rate("out of bounds", check.out_of_bounds, "have less than 99 % of their surface over the floor");
    rate("supported", check.supported, "stand on something or hang from a wall or ceiling");
    rate("openings", check.openings, "of the doors and windows are clear");
    if (with_plan) {
        rate("counts", check.count, "of the plan's counts are met");
        rate("relations", check.relation, "of the plan's relations hold");
    }
    for (auto const& note : check.notes) out += fmt::format("\n  note: {}", note.text);
    return out + (check.notes.empty() ? "" : "\n");
}

Result<int> check(Context& context, std::string const& path, std::string const& plan_path)
{
    std::optional<scene::Plan> plan;
    if (!plan_path.empty()) {
        auto const json = TRY(read_json(plan_path));
        plan = TRY(scene::plan_from_json(json));
    }
    auto const stage = TRY(usd::Stage::open(path));
    auto const result = TRY(scene::check_stage(*stage, plan ? &*plan : nullptr));
    auto json = scene::check_to_json(result);
    json["stage"] = path;
    context.print(json, report(path, result, plan.has_value(), context.environment.colour));
    return result.passed() ? ok : validation;
}

} // namespace

void add_scene(CLI::App& root, Context& context)
{
    struct Options {
        std::string stage, plan;
    };
    auto const options = std::make_shared<Options>();
    auto* scene = root.add_subcommand("scene", "Check how things stand in a stage");
    scene->require_subcommand(1);
    auto* command = scene->add_subcommand(
        "check", "Find what penetrates, floats, blocks a door, lies outside or has the wrong unit");
    command->add_option("stage", options->stage, "A .usda, .usdc, .usd or .usdz file")->required();
    command->add_option("--plan", options->plan, "Also check counts and relations of this plan.json");
    command->footer(
        "Exit code 0 when nothing is wrong, 3 when something is. docs/scene-check.md says what is "
        "measured and how.");
    command->callback([options, &context] {
        context.run = [options, &context] { return check(context, options->stage, options->plan); };
    });
}

} // namespace soulvan::app
