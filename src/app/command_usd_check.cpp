// `soulvan usd check`: does an asset keep the rules? With usdchecker's options.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/usd/check.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

struct CheckCommand {
    std::string input;
    bool no_asset_checks = false, dump_rules = false, strict = false, skip_root_layer_check = false;
    usd::CheckOptions options;
};

char const* word(usd::Severity severity)
{
    switch (severity) {
    case usd::Severity::error:
        return "error";
    case usd::Severity::failure:
        return "failure";
    case usd::Severity::warning:
        break;
    }
    return "warning";
}

Json to_json(usd::Finding const& finding)
{
    Json json = {{"severity", word(finding.severity)}, {"rule", finding.rule}, {"what", finding.what}};
    if (!finding.layer.empty()) json["layer"] = finding.layer;
    if (!finding.path.empty()) json["path"] = finding.path.str();
    return json;
}

std::string to_text(usd::Finding const& finding)
{
    std::string where;
    if (!finding.layer.empty() && finding.what.find(finding.layer) == std::string::npos)
        where = finding.layer + ": ";
    if (!finding.path.empty()) where += "<" + finding.path.str() + ">: ";
    auto const kind = finding.severity == usd::Severity::warning ? "warning: " : "";
    return fmt::format("{}{}{} ({})\n", kind, where, finding.what, finding.rule);
}

Result<int> dump_rules(Context& context, bool arkit)
{
    auto json = Json::array();
    std::string text;
    for (auto const& rule : usd::check_rules(arkit)) {
        json.push_back({{"rule", rule.name}, {"description", rule.description}});
        text += fmt::format("{}\n    {}\n", rule.name, rule.description);
    }
    context.print(json, text);
    return ok;
}

Result<int> check(Context& context, CheckCommand command)
{
    if (command.dump_rules) return dump_rules(context, command.options.arkit);
    if (command.input.empty()) return fail(Errc::invalid_input, "name a file to check, or use --dumpRules");
    command.options.asset_level = !command.no_asset_checks;
    auto const report = TRY(usd::check(command.input, command.options));
    bool const failed = !report.passed() || (command.strict && !report.findings.empty());
    auto findings = Json::array();
    std::string text;
    for (auto const& finding : report.findings) {
        findings.push_back(to_json(finding));
        text += to_text(finding);
    }
    text += failed ? "Failed!\n" : report.findings.empty() ? "Success!\n" : "Success with warnings...\n";
    context.print({{"file", command.input},
                   {"passed", !failed},
                   {"stages", report.stages},
                   {"findings", std::move(findings)}},
                  text);
    return failed ? failure : ok;
}

} // namespace

void add_check(CLI::App& parent, Context& context)
{
    auto const command = std::make_shared<CheckCommand>();
    auto* app = parent.add_subcommand(
        "check", "Whether a stage or package keeps the rules that others rely on. Exit code 1: it does not");
    app->add_option("inputFile", command->input, "A .usda, .usdc, .usd or .usdz file");
    app->add_flag("--arkit", command->options.arkit, "Also the stricter rules for packages that ARKit shows");
    app->add_flag("-s,--skipVariants", command->options.skip_variants,
                  "Only the variants that the stage selects, not every one");
    app->add_flag("-p,--rootPackageOnly", command->options.root_package_only,
                  "Only how this package is laid out, nothing that it holds");
    app->add_flag("--skipARKitRootLayerCheck", command->skip_root_layer_check,
                  "Accepted for scripts; that check does not exist any more");
    app->add_flag("--noAssetChecks", command->no_asset_checks,
                  "Leave out what only assets to be referenced need: a default prim");
    app->add_option("--mostVariations", command->options.most_variations,
                    "Stages that may be composed to see every variant")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    app->add_flag("-d,--dumpRules", command->dump_rules, "Print the rules and what they ask for");
    app->add_flag("-t,--strict", command->strict, "Fail on warnings, too");
    app->callback(
        [command, &context] { context.run = [command, &context] { return check(context, *command); }; });
}

} // namespace soulvan::app::usd_tools
