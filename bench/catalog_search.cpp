// How long does one search of the catalogue take, once it is open? 200 queries, one after the other; prints
// JSON.
#include "soulvan/catalog/catalog.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

double milliseconds_since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

/// catalog_search DATA CACHE QUERIES: the folders of packs and index, and a file with a query a line.
int main(int argc, char** argv)
{
    if (argc != 4) return 2;
    auto const begin = std::chrono::steady_clock::now();
    auto const catalog = soulvan::catalog::Catalog::open({.data_folder = argv[1], .cache_folder = argv[2]});
    if (!catalog) {
        std::fprintf(stderr, "%s\n", catalog.error().what.c_str());
        return 1;
    }
    double const opened = milliseconds_since(begin);
    std::vector<double> times;
    std::size_t answered = 0;
    std::ifstream queries(argv[3]);
    for (std::string words; std::getline(queries, words);) {
        auto const start = std::chrono::steady_clock::now();
        auto const hits = catalog->search(words, {.limit = 20});
        times.push_back(milliseconds_since(start));
        answered += hits && !hits->empty();
    }
    if (times.empty()) return 1;
    std::sort(times.begin(), times.end());
    auto const at = [&](double share) {
        return times[std::min(times.size() - 1, static_cast<std::size_t>(share * double(times.size())))];
    };
    std::printf("{\"assets\": %zu, \"queries\": %zu, \"answered\": %zu, \"open_ms\": %.1f, \"p50_ms\": %.3f, "
                "\"p99_ms\": %.3f, \"most_ms\": %.3f}\n",
                catalog->assets().size(), times.size(), answered, opened, at(0.5), at(0.99), times.back());
    return 0;
}
