// The program `soulvan`: parses the command line, runs one command, answers with an exit code.
#include "context.h"
#include "exit_code.h"

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace soulvan::app {
namespace {

/// `job:run` means `job run`: CLI11 refuses ':' in the name of a command.
std::vector<std::string> arguments(int argc, char** argv)
{
    std::vector<std::string> words(argv + 1, argv + argc);
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (word->starts_with("-")) continue;
        auto const colon = word->find(':');
        if (colon != std::string::npos && colon > 0 && word->find_first_of("/.\\") == std::string::npos) {
            auto const verb = word->substr(colon + 1);
            word->resize(colon);
            words.insert(std::next(word), verb);
        }
        break; // only the command itself
    }
    return words;
}

/// Turns the first Ctrl-C or SIGTERM into a stop request and ends the process at the second. Started before
/// any other thread, so that all of them leave these signals to this one.
void watch_signals(std::stop_source stop)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::thread([set, stop]() mutable {
        for (int count = 0;; ++count) {
            int number = 0;
            sigwait(&set, &number);
            if (count > 0) ::_exit(interrupted);
            stop.request_stop();
            char const message[] = "\nsoulvan: stopping after this step; once more ends at once\n";
            (void)!::write(STDERR_FILENO, message, sizeof message - 1);
        }
    }).detach();
}

void print_error(Context const& context, Error const& error)
{
    if (context.json) {
        auto const text =
            Json{{"error", {{"code", name_of(error.code)}, {"message", error.what}}}}.dump() + "\n";
        std::fwrite(text.data(), 1, text.size(), stderr);
        return;
    }
    std::fprintf(stderr, "%ssoulvan:%s %s\n", context.environment.colour ? "\033[31m" : "",
                 context.environment.colour ? "\033[0m" : "", error.what.c_str());
}

int run(int argc, char** argv)
{
    Context context{.environment = Environment::read()};
    CLI::App root("Soulvan turns a sentence or a USD stage into finished, signed media: path-traced frames, "
                  "video, manifest.",
                  "soulvan");
    root.set_version_flag("--version", SOULVAN_VERSION);
    root.require_subcommand(0, 1);
    root.fallthrough();
    root.add_flag("--json", context.json, "Answer with JSON on standard output");
    root.add_flag("-q,--quiet", context.quiet, "No progress");
    root.get_formatter()->column_width(34);
    for (auto const add : {add_make, add_scene, add_catalog, add_render, add_compile, add_job, add_usd,
                           add_convert, add_image, add_verify, add_wallet, add_doctor})
        add(root, context);
    try {
        auto words = arguments(argc, argv);
        std::reverse(words.begin(), words.end()); // CLI11 takes the arguments from the back
        root.parse(std::move(words));
    } catch (CLI::ParseError const& error) {
        return root.exit(error) == 0 ? ok : usage;
    }
    if (!context.run) {
        std::fputs(root.help().c_str(), stdout);
        return argc > 1 ? usage : ok;
    }
    std::stop_source stop;
    watch_signals(stop);
    context.stop = stop.get_token();
    auto const progress = make_terminal_progress(context.quiet, context.environment.colour);
    context.progress = progress.get();
    auto const result = context.run();
    context.progress->report("", 0, 0);
    if (result) return *result;
    print_error(context, result.error());
    return exit_code_of(result.error().code);
}

} // namespace
} // namespace soulvan::app

int main(int argc, char** argv)
{
    try {
        return soulvan::app::run(argc, argv);
    } catch (std::bad_alloc const&) {
        std::fputs("soulvan: out of memory\n", stderr);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "soulvan: internal error: %s\n", error.what());
    }
    return soulvan::app::failure;
}
