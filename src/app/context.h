// What every command is given: how to speak, when to stop, where things are kept.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"
#include "soulvan/wallet/signer.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace CLI {
class App;
}

namespace soulvan::app {

/// The environment, read once in main(): no room below `app` looks at it.
struct Environment {
    std::filesystem::path config; ///< $SOULVAN_CONFIG, else $XDG_CONFIG_HOME/soulvan, else ~/.config/soulvan
    std::filesystem::path cache;  ///< $SOULVAN_CACHE, else $XDG_CACHE_HOME/soulvan, else ~/.cache/soulvan
    std::filesystem::path data;   ///< $SOULVAN_DATA, else $XDG_DATA_HOME/soulvan, else ~/.local/share/soulvan
    std::filesystem::path passphrase_file; ///< $SOULVAN_PASSPHRASE_FILE
    std::filesystem::path library;         ///< $SOULVAN_LIBRARY: folder of furniture archives
    std::string unity;                     ///< $UNITY_BIN
    bool colour = false;                   ///< a terminal, and neither NO_COLOR nor TERM=dumb
    static Environment read();
};

struct Context {
    Environment environment;
    bool json = false;
    bool quiet = false;
    std::stop_token stop;
    /// Set by the chosen command while arguments are parsed, run afterwards; returns the exit code.
    std::function<Result<int>()> run;
    /// Filled when `run` starts.
    Progress* progress = nullptr;

    /// Data goes to stdout, everything else to stderr: with --json the object, else the text.
    void print(Json const& data, std::string const& text) const;
    wallet::WalletFolder wallet_folder() const { return {environment.config}; }
    /// $SOULVAN_PASSPHRASE_FILE, else a prompt on the terminal. Errors  denied: neither is there.
    Result<wallet::Secret> ask_passphrase(std::string_view prompt) const;
};

std::unique_ptr<Progress> make_terminal_progress(bool quiet, bool colour);

// One function a command file: adds its commands to the tree.
void add_make(CLI::App& root, Context& context);
void add_scene(CLI::App& root, Context& context);
void add_catalog(CLI::App& root, Context& context);
void add_job(CLI::App& root, Context& context);
void add_render(CLI::App& root, Context& context);
void add_compile(CLI::App& root, Context& context);
void add_usd(CLI::App& root, Context& context);
void add_convert(CLI::App& root, Context& context);
void add_image(CLI::App& root, Context& context);
void add_wallet(CLI::App& root, Context& context);
void add_verify(CLI::App& root, Context& context);
void add_doctor(CLI::App& root, Context& context);

} // namespace soulvan::app
