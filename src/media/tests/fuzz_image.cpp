// Can any bytes make a picture reader crash, hang or fill memory? (libFuzzer, option SOULVAN_FUZZ)
#include "soulvan/media/codec.h"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace soulvan::media;
    ReadImageLimits const limits{.pixels = 1 << 20, .bytes = std::size_t{16} << 20};
    // TGA has no signature: its name admits what no other reader takes.
    std::string const bytes(reinterpret_cast<char const*>(data), size);
    if (auto const raw = read_image(bytes, "fuzz.tga", limits))
        if (raw->image.pixels().size_bytes() > limits.bytes) std::abort();
    return 0;
}
