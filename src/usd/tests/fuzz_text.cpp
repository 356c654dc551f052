// Can any text make the reader crash, hang or fill memory, or is what it accepts written wrongly?
// (libFuzzer, option SOULVAN_FUZZ)
#include "fuzz_bounds.h"
#include "fuzz_laws.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan::usd;
    fuzz::run_within({.bytes = 2 << 20, .bytes_per_byte = 400, .seconds = 5}, data, size, fuzz::text);
    return 0;
}
