// Can any layers, whatever they say about themselves and each other, make composition crash, hang or fill
// memory? (libFuzzer, option SOULVAN_FUZZ)
#include "fuzz_bounds.h"
#include "fuzz_laws.h"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <unistd.h>

namespace {

/// Where the layers of one input stand; gone at the end, unless that was a finding.
struct Folder {
    std::filesystem::path const path =
        std::filesystem::temp_directory_path() / fmt::format("fuzz_compose.{}", getpid());
    Folder() { std::filesystem::create_directories(path); }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan::usd;
    static Folder const folder;
    // On one thread an input does the same again, and its processor time is all there is.
    static tbb::global_control const one_thread(tbb::global_control::max_allowed_parallelism, 1);
    fuzz::run_within({.bytes = 16 << 20, .bytes_per_byte = 2000, .seconds = 10}, data, size,
                     [&](auto bytes) { return fuzz::compose(bytes, folder.path); });
    return 0;
}
