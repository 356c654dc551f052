// Fuzz target: no text crashes the reader, and what it accepts is written in a form that reads back the same.
#include "text_reader.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    namespace usd = soulvan::usd;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    usd::ReadLimits const limits{.bytes = 1 << 20, .specs = 10'000, .array_elements = 100'000, .nesting = 64};
    auto const layer = usd::read_text(text, "fuzz.usda", limits);
    if (!layer) return 0;
    auto const once = usd::write_text(*layer);
    auto const again = usd::read_text(once, "again.usda", {});
    if (!again || usd::write_text(*again) != once) std::abort();
    return 0;
}
