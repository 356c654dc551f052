// How the room does many alike things at once.
#pragma once

#include <cstddef>
#include <functional>

namespace soulvan::usd {

/// Calls `work(first, last)` for ranges that cover [0, count), about `grain` each, on all cores; here and now
/// when there is only one. What `work` waits for must not be other work of the caller's: a thread that waits
/// takes up none of it.
void in_parallel(std::size_t count, std::size_t grain,
                 std::function<void(std::size_t first, std::size_t last)> const& work);

} // namespace soulvan::usd
