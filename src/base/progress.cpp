// The progress listener that says nothing.
#include "soulvan/base/progress.h"

namespace soulvan {

Progress& silent_progress()
{
    struct Silent final : Progress {
        void report(std::string_view, std::int64_t, std::int64_t) override {}
        void note(std::string_view) override {}
    };
    static Silent silent;
    return silent;
}

} // namespace soulvan
