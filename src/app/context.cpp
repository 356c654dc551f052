// Reading the environment, speaking to the person, asking for a passphrase.
#include "context.h"

#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <termios.h>
#include <unistd.h>

namespace soulvan::app {
namespace {

std::string variable(char const* name)
{
    char const* value = std::getenv(name);
    return value ? value : "";
}

std::filesystem::path folder(char const* own, char const* xdg, char const* below_home)
{
    if (auto const chosen = variable(own); !chosen.empty()) return chosen;
    if (auto const base = variable(xdg); !base.empty()) return std::filesystem::path(base) / "soulvan";
    auto const home = variable("HOME");
    return std::filesystem::path(home.empty() ? "/tmp" : home) / below_home / "soulvan";
}

/// Turns the echo of a terminal off for as long as it lives.
class SilentTerminal {
public:
    SilentTerminal()
    {
        ::tcgetattr(STDIN_FILENO, &before_);
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

private:
    termios before_{};
};

} // namespace

Environment Environment::read()
{
    Environment environment;
    environment.config = folder("SOULVAN_CONFIG", "XDG_CONFIG_HOME", ".config");
    environment.cache = folder("SOULVAN_CACHE", "XDG_CACHE_HOME", ".cache");
    environment.data = folder("SOULVAN_DATA", "XDG_DATA_HOME", ".local/share");
    environment.passphrase_file = variable("SOULVAN_PASSPHRASE_FILE");
    environment.library = variable("SOULVAN_LIBRARY");
    environment.unity = variable("UNITY_BIN");
    environment.colour =
        ::isatty(STDERR_FILENO) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    if (!variable("CLICOLOR_FORCE").empty() && variable("CLICOLOR_FORCE") != "0") environment.colour = true;
    return environment;
}

void Context::print(Json const& data, std::string const& text) const
{
    auto const out = json ? pretty_json(data) : text;
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
}

Result<wallet::Secret> Context::ask_passphrase(std::string_view prompt) const
{
    if (!environment.passphrase_file.empty()) return wallet::secret_from_file(environment.passphrase_file);
    if (!::isatty(STDIN_FILENO))
        return fail(Errc::denied,
                    "a passphrase is needed and there is no terminal to ask on; put it into a file that "
                    "only you can read and name it in SOULVAN_PASSPHRASE_FILE");
    std::fprintf(stderr, "%.*s", static_cast<int>(prompt.size()), prompt.data());
    std::string line;
    {
        SilentTerminal const silent;
        for (int c; (c = std::getchar()) != EOF && c != '\n';) line += static_cast<char>(c);
    }
    std::fputc('\n', stderr);
    wallet::Secret secret{std::string_view(line)};
    OPENSSL_cleanse(line.data(), line.size());
    return secret;
}

} // namespace soulvan::app
