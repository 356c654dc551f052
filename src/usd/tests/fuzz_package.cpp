// Fuzz target: no bytes make the package reader crash, hang, or lead out of the file. (libFuzzer, option
// SOULVAN_FUZZ)
#include "soulvan/usd/layer.h"
#include "soulvan/usd/package.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan;
    // A copy of the exact size: AddressSanitizer then sees every read behind the end.
    std::vector<std::byte> bytes(size);
    if (size != 0) std::memcpy(bytes.data(), data, size);
    if (auto const entries = usd::list_package(bytes, "fuzz.usdz"))
        for (auto const& entry : *entries)
            if (entry.offset > size || entry.size > size - entry.offset) std::abort();
    usd::ReadLimits const limits{
        .bytes = std::size_t{16} << 20, .specs = 10'000, .array_elements = 1'000'000, .nesting = 64};
    if (auto const layer = usd::Layer::read(bytes, "fuzz.usdz", limits)) (void)layer->check();
    return 0;
}
