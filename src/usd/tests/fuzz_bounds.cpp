// How is it counted what one input of a fuzz target takes?
#include "fuzz_bounds.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <sanitizer/allocator_interface.h>

namespace soulvan::usd::fuzz {
namespace {

// The sanitizer calls plain functions, from any thread.
std::atomic<std::ptrdiff_t> allocated = 0, bound = PTRDIFF_MAX, most = 0;

void count_allocation(void const volatile*, std::size_t size)
{
    auto const now = allocated += static_cast<std::ptrdiff_t>(size);
    if (now > most) most = now;
    if (now <= bound) return;
    auto const limit = bound.exchange(PTRDIFF_MAX); // what the report takes is not counted
    std::fprintf(stderr, "fuzz_bounds: %td bytes are allocated, %zu of them now; the bound is %td\n", now,
                 size, limit);
    std::abort();
}

void count_release(void const volatile* block)
{
    if (block)
        allocated -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(const_cast<void*>(block)));
}

double processor_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

} // namespace

void run_within(Bounds const& bounds, std::uint8_t const* data, std::size_t size,
                std::function<Result<>(std::span<std::byte const>)> const& law)
{
    [[maybe_unused]] static int const installed =
        __sanitizer_install_malloc_and_free_hooks(count_allocation, count_release);
    auto const begun = processor_seconds();
    allocated = most = 0;
    bound = static_cast<std::ptrdiff_t>(bounds.bytes + bounds.bytes_per_byte * size);
    auto const held = law(std::as_bytes(std::span(data, size)));
    bound = PTRDIFF_MAX;
    auto const seconds = processor_seconds() - begun;
    // A run of one input, to judge it by hand: SOULVAN_FUZZ_SAY=1 fuzz_text input.
    if (std::getenv("SOULVAN_FUZZ_SAY"))
        std::fprintf(stderr, "fuzz_bounds: %zu bytes of input took %td bytes, %.3f s\n", size, most.load(),
                     seconds);
    if (!held) {
        std::fprintf(stderr, "fuzz_bounds: %s\n", held.error().what.c_str());
        std::abort();
    }
    if (seconds <= bounds.seconds) return;
    std::fprintf(stderr, "fuzz_bounds: %.1f s of processor time, the bound is %.1f s\n", seconds,
                 bounds.seconds);
    std::abort();
}

} // namespace soulvan::usd::fuzz
