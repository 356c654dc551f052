// How much memory and time may one input of a fuzz target take?
#pragma once

#include "soulvan/base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace soulvan::usd::fuzz {

/// In proportion to the input, over what any takes.
struct Bounds {
    std::size_t bytes = 0;          ///< allocated at one moment
    std::size_t bytes_per_byte = 0; ///< and so many for each byte of input
    double seconds = 5;             ///< of this thread's processor time, however busy the machine is
};

/// Runs `law`; ends the program when it is broken, or goes over `bounds`: at the allocation that is one too
/// many.
void run_within(Bounds const& bounds, std::uint8_t const* data, std::size_t size,
                std::function<Result<>(std::span<std::byte const>)> const& law);

} // namespace soulvan::usd::fuzz
