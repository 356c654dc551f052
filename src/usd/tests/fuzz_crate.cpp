// Can any bytes make the crate reader crash, hang, fill memory, or read outside its input?
// (libFuzzer, option SOULVAN_FUZZ)
#include "fuzz_bounds.h"
#include "fuzz_laws.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan::usd;
    // OpenUSD itself writes 900,000 zeros into 1.5 KB (integers of two bits, compressed by LZ4): 2,400 bytes
    // for each, and here a layer, what is written of it and what that reads as live at once.
    fuzz::run_within({.bytes = 2 << 20, .bytes_per_byte = 8000, .seconds = 5}, data, size, fuzz::crate);
    return 0;
}
