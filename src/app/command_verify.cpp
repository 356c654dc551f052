// `soulvan verify`: does every file still match its manifest, and who signed it?
#include "context.h"
#include "exit_code.h"
#include "studio.h"

#include "soulvan/provenance/manifest.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

Result<int> verify(Context& context, std::string const& given)
{
    std::error_code none;
    auto const path = fs::is_directory(given, none) ? fs::path(given) / "manifest.json" : fs::path(given);
    auto const result = TRY(provenance::verify(path, recover_signer));
    Json json = {{"manifest", path.string()}, {"holds", result.findings.empty()},
                 {"files", result.files},     {"signer", result.signer ? Json(*result.signer) : Json()},
                 {"key", result.key},         {"findings", Json::array()}};
    std::string text;
    for (auto const& finding : result.findings) {
        json["findings"].push_back({{"path", finding.path}, {"what", finding.what}});
        text += fmt::format("{}{}{}\n", finding.path, finding.path.empty() ? "" : " ", finding.what);
    }
    if (result.signer)
        text += fmt::format(
            "Signed by {}{}\n", *result.signer,
            result.key == "local-unattended" ? " (a studio key that opens without a passphrase)" : "");
    text += result.findings.empty() ? fmt::format("{} files match {}\n", result.files, path.string())
                                    : fmt::format("{} does not hold\n", path.string());
    context.print(json, text);
    return result.findings.empty() ? ok : validation;
}

} // namespace

void add_verify(CLI::App& root, Context& context)
{
    auto const path = std::make_shared<std::string>();
    auto* command = root.add_subcommand("verify", "Check a delivery against its signed manifest");
    command->add_option("manifest", *path, "A manifest, or a folder with manifest.json")->required();
    command->callback(
        [path, &context] { context.run = [path, &context] { return verify(context, *path); }; });
}

} // namespace soulvan::app
