// How long does it take to open a layer, and a stage with every prim populated, and what memory does it take?
// Prints one line of JSON: seconds (CPU and wall clock) of both, peak memory over what the program had
// before, prims, and the seconds of one traversal.
#include "soulvan/usd/stage.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace {

struct Clock {
    double wall = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    double cpu = [] {
        timespec now{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    }();
};

/// The largest resident set of this program alone; getrusage's is that of who started it, if that was larger.
long peak_kib()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    return -1;
}

/// From here on peak_kib() begins anew (proc(5), clear_refs).
void forget_peak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

int failed(soulvan::Error const& error)
{
    std::fprintf(stderr, "%s\n", error.what.c_str());
    return 1;
}

} // namespace

int main(int count, char** arguments)
{
    namespace usd = soulvan::usd;
    if (count != 3) return std::fprintf(stderr, "usage: bench_usd_open WARM-UP-FILE FILE\n"), 2;
    // What is made once for a process (schema tables) is no part of opening a file.
    if (auto const warm = usd::Stage::open(std::filesystem::path(arguments[1])); !warm)
        return failed(warm.error());
    forget_peak();
    auto const memory = peak_kib();
    Clock const begin;
    auto const layer = usd::Layer::open(arguments[2]);
    if (!layer) return failed(layer.error());
    Clock const opened;
    auto const stage = usd::Stage::open(*layer, std::filesystem::path(arguments[2]).parent_path());
    if (!stage) return failed(stage.error());
    Clock const populated;
    auto const peak = peak_kib() - memory;
    std::size_t prims = 0;
    (*stage)->traverse([&](usd::Prim const&) { return ++prims, true; });
    Clock const traversed;
    fmt::print("{{\"layer_cpu\": {:.6f}, \"layer_wall\": {:.6f}, \"cpu\": {:.6f}, \"wall\": {:.6f}, "
               "\"memory_kib\": {}, \"prims\": {}, \"traverse_cpu\": {:.6f}, \"errors\": {}}}\n",
               opened.cpu - begin.cpu, opened.wall - begin.wall, populated.cpu - begin.cpu,
               populated.wall - begin.wall, peak, prims, traversed.cpu - populated.cpu,
               (*stage)->errors().size());
    std::fflush(stdout);
    std::_Exit(0); // what closing costs is another question
}
