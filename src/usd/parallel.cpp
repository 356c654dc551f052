// How does the room do many alike things at once?
#include "parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace soulvan::usd {

void in_parallel(std::size_t count, std::size_t grain,
                 std::function<void(std::size_t first, std::size_t last)> const& work)
{
    if (count <= grain) {
        if (count > 0) work(0, count);
        return;
    }
    // Isolated: a thread that waits here holds locks (a layer that others wait for), so it must not begin a
    // task that may want them.
    tbb::this_task_arena::isolate([&] {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, grain),
                          [&](auto const& range) { work(range.begin(), range.end()); });
    });
}

} // namespace soulvan::usd
