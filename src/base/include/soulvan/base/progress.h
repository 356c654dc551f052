// Progress as a port: long work reports fractions, `app` decides how a person sees them.
#pragma once

#include <cstdint>
#include <string_view>

namespace soulvan {

/// Called from the thread that runs the step, never concurrently. Costs nothing when nobody listens.
class Progress {
public:
    virtual ~Progress() = default;
    /// `step` is a short phrase ("render frame 12"), `done` of `of` in the step's own unit.
    virtual void report(std::string_view step, std::int64_t done, std::int64_t of) = 0;
    /// A line that stays: what was found, written or replaced.
    virtual void note(std::string_view line) = 0;
};

/// The one that says nothing.
Progress& silent_progress();

} // namespace soulvan
