// `soulvan doctor`: is this machine ready, and if not, what to do?
#include "context.h"
#include "exit_code.h"

#include "soulvan/base/file.h"
#include "soulvan/base/module.h"
#include "soulvan/wallet/signer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/statvfs.h>
#include <unistd.h>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

enum class State { pass, warn, fail };

struct Check {
    std::string name;
    State state;
    std::string what; ///< what was found
    std::string fix;  ///< what to do; "" when it passes
};

Check check_processor()
{
    bool const able = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return {"processor", able ? State::pass : State::fail, able ? "AVX2 and FMA" : "no AVX2",
            able ? "" : "use a processor from 2013 or later"};
}

Check check_memory()
{
    auto const bytes =
        static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    auto const what = fmt::format("{:.1f} GiB", bytes / (1u << 30));
    return bytes < 3.5 * (1u << 30)
               ? Check{"memory", State::warn, what, "4 GiB or more let large stages render"}
               : Check{"memory", State::pass, what, ""};
}

Check check_module(char const* name, char const* symbol, char const* use)
{
    auto const found = module_symbol(name, symbol);
    return found ? Check{name, State::pass, use, ""}
                 : Check{name, State::fail, found.error().what, "run ./run once: it builds the modules"};
}

Check check_library(fs::path folder)
{
    if (folder.empty()) folder = "/usr/share/sweethome3d/furniture";
    std::error_code none;
    if (fs::exists(folder / "Scopia.sh3f", none)) return {"models", State::pass, folder.string(), ""};
    return {"models", State::warn, "the furniture library is not installed",
            "apt-get install sweethome3d-furniture"};
}

Check check_writable(char const* name, fs::path const& folder)
{
    auto const probe = folder / ".doctor";
    auto const written = write_file(probe, "");
    std::error_code none;
    fs::remove(probe, none);
    return written ? Check{name, State::pass, folder.string(), ""}
                   : Check{name, State::fail, written.error().what,
                           "choose another folder with SOULVAN_CONFIG or SOULVAN_CACHE"};
}

Check check_disk()
{
    struct statvfs status {};
    if (::statvfs(".", &status) != 0) return {"disk", State::warn, "cannot be read", "look at df -h ."};
    auto const free_bytes = static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize);
    auto const what = fmt::format("{:.1f} GiB free here", free_bytes / (1u << 30));
    return free_bytes < 2.0 * (1u << 30)
               ? Check{"disk", State::warn, what, "free some space: a job of 48 frames needs about 1 GiB"}
               : Check{"disk", State::pass, what, ""};
}

Check check_keys(Context const& context)
{
    auto const keys = wallet::list_keys(context.wallet_folder());
    if (!keys) return {"keys", State::fail, keys.error().what, "mend or remove that file"};
    if (keys->empty()) return {"keys", State::pass, "none yet: the first delivery makes a studio key", ""};
    return {"keys", State::pass, fmt::format("{} ({})", keys->size(), keys->front().address.str()), ""};
}

Result<int> doctor(Context& context)
{
    std::vector<Check> const checks = {check_processor(),
                                       check_memory(),
                                       check_disk(),
                                       check_module("soulvan_av", "soulvan_av_door", "video"),
                                       check_module("soulvan_oiio", "soulvan_oiio_decode", "picture formats"),
                                       check_library(context.environment.library),
                                       check_writable("configuration", context.environment.config),
                                       check_writable("cache", context.environment.cache),
                                       check_keys(context)};
    Json json = {{"checks", Json::array()}};
    std::string text;
    bool healthy = true;
    for (auto const& check : checks) {
        static constexpr char const* words[] = {"pass", "warn", "fail"};
        auto const* word = words[static_cast<int>(check.state)];
        json["checks"].push_back(
            {{"name", check.name}, {"state", word}, {"what", check.what}, {"fix", check.fix}});
        text += fmt::format("{}  {:<14} {}\n", word, check.name, check.what);
        if (!check.fix.empty()) text += fmt::format("      {:<14} {}\n", "", check.fix);
        healthy = healthy && check.state != State::fail;
    }
    json["healthy"] = healthy;
    context.print(json, text);
    return healthy ? ok : failure;
}

} // namespace

void add_doctor(CLI::App& root, Context& context)
{
    root.add_subcommand("doctor", "Check this machine: processor, memory, disk, modules, models, keys")
        ->callback([&context] { context.run = [&context] { return doctor(context); }; });
}

} // namespace soulvan::app
