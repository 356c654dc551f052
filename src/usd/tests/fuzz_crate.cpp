// Can any bytes make the crate reader crash, hang, or read outside its input? (libFuzzer, option
// SOULVAN_FUZZ)
#include "crate.h"
#include "soulvan/usd/package.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan;
    // A copy of the exact size: AddressSanitizer then sees every read behind the end, also through arrays
    // that point into the file.
    auto const kept = std::make_shared<std::vector<std::byte>>(size);
    if (size != 0) std::memcpy(kept->data(), data, size);
    usd::ReadLimits const limits{
        .bytes = std::size_t{64} << 20, .specs = 100'000, .array_elements = 1'000'000};
    if (auto const layer = usd::read_crate(kept, *kept, "fuzz.usdc", limits)) {
        // What was read can be written, and that reads back as the same layer.
        if (auto const written = usd::write_crate(*layer)) {
            auto const again = usd::read_crate(nullptr, std::as_bytes(std::span(*written)), "again.usdc", {});
            if (!again || !(*again == *layer)) std::abort();
        }
    }
    if (auto const entries = usd::list_package(*kept, "fuzz.usdz"))
        for (auto const& entry : *entries)
            if (entry.offset > size || entry.size > size - entry.offset) std::abort();
    return 0;
}
