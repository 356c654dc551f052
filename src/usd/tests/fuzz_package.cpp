// Can any bytes make the package reader crash, hang, fill memory, or lead out of the file?
// (libFuzzer, option SOULVAN_FUZZ)
#include "fuzz_bounds.h"
#include "fuzz_laws.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan::usd;
    // As for crates, which packages hold.
    fuzz::run_within({.bytes = 2 << 20, .bytes_per_byte = 8000, .seconds = 5}, data, size, fuzz::package);
    return 0;
}
