// Wiring: the one place where concrete parts meet.
#include "studio.h"

#include "soulvan/base/module.h"

#include <chrono>

#include <OpenEXR/OpenEXRConfig.h>
#include <embree3/rtcore_config.h>
#include <fmt/chrono.h>

namespace soulvan::app {

std::string rfc3339_now()
{
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::map<std::string, std::string> tool_versions()
{
    return {{"soulvan", SOULVAN_VERSION},
            {"embree", RTC_VERSION_STRING},
            {"openexr", OPENEXR_VERSION_STRING},
            {"compiler", "g++ " __VERSION__}};
}

Result<std::string> recover_signer(std::string_view text, Signature const& signature)
{
    if (signature.scheme != "eip191")
        return fail(Errc::unsupported, "signatures of scheme \"{}\" are not known; eip191 is",
                    signature.scheme);
    auto const bytes = TRY(wallet::RecoverableSignature::parse(signature.value));
    auto const address = TRY(wallet::recover(wallet::personal_message_digest(text), bytes));
    return address.str();
}

Result<catalog::CatalogOptions> catalog_options(Context const& context)
{
    catalog::CatalogOptions options;
    auto const& environment = context.environment;
    if (!environment.library.empty()) options.library_folder = environment.library;
    options.data_folder = environment.data;
    options.cache_folder = environment.cache;
    options.share_folder = TRY(share_folder());
    return options;
}

Result<BoundStudio> bind_studio(Context const& context, bool sign, std::string const& unity_path,
                                std::string const& unity_project)
{
    BoundStudio bound;
    auto const folder = context.wallet_folder();
    if (sign) {
        auto const key = TRY(wallet::ensure_unattended_key(folder));
        bound.signer = TRY(wallet::open_signer(folder, key.name, [&context](std::string_view prompt) {
            return context.ask_passphrase(prompt);
        }));
        bound.studio.signer = bound.signer.get();
    }
    auto const linked = TRY(wallet::linked_address(folder));
    bound.studio.wallet = linked ? linked->str() : "";
    bound.studio.now = rfc3339_now;
    bound.studio.cache = context.environment.cache;
    bound.studio.library = context.environment.library;
    bound.studio.tools = tool_versions();
    auto const& unity = context.environment.unity;
    bound.studio.engines.unity_editor = !unity_path.empty() ? unity_path
                                        : !unity.empty()    ? unity
                                                            : std::string("/opt/Unity/Editor/Unity");
    bound.studio.engines.unity_project = unity_project.empty() ? "unity/project" : unity_project;
    return bound;
}

} // namespace soulvan::app
