// Which time in a clip's layer is a time of the stage, and back?
#include "clips.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd::clips {
namespace {

using Times = std::vector<TimeMapping>;

/// The first of the two points between which `time` lies; the ends go on.
std::size_t segment_at(Times const& times, double time)
{
    if (time <= times.front().external) return 0;
    if (time >= times.back().external) return times.size() - 2;
    auto const at =
        std::lower_bound(times.begin(), times.end(), time,
                         [](TimeMapping const& mapping, double t) { return mapping.external < t; });
    return static_cast<std::size_t>(at - times.begin()) - 1;
}

/// The end of a segment; before a jump with its authored time, so that exact times stay exact.
TimeMapping segment_end(Times const& times, std::size_t segment)
{
    auto end = times[segment + 1];
    if (end.is_jump && segment + 2 < times.size()) end.external = times[segment + 2].external;
    return end;
}

/// Where `internal` lies outside on one segment; nothing when it is not on it.
std::optional<double> translated(Times const& times, double internal, std::size_t segment, double time,
                                 bool is_lower, bool only_one)
{
    auto const& a = times[segment];
    auto const& b = times[segment + 1];
    if (a.is_jump || internal < std::min(a.internal, b.internal) ||
        internal > std::max(a.internal, b.internal))
        return std::nullopt;
    if (a.internal != b.internal) return external_time(times, internal, segment);
    // The clip stands still here.
    if (only_one && time == a.external) return a.external;
    if (only_one && time == b.external) return b.external;
    return is_lower ? a.external : b.external;
}

} // namespace

double internal_time(Times const& times, double external)
{
    if (times.empty()) return external;
    auto const segment = segment_at(times, external);
    auto const& a = times[segment];
    auto const b = segment_end(times, segment);
    if (a.external == b.external || external == a.external) return a.internal;
    if (external == b.external) return b.internal;
    return (b.internal - a.internal) / (b.external - a.external) * (external - a.external) + a.internal;
}

double external_time(Times const& times, double internal, std::size_t segment)
{
    auto const& a = times[segment];
    auto const b = segment_end(times, segment);
    if (a.internal == b.internal || internal == a.internal) return a.external;
    if (internal == b.internal) return b.external;
    return (b.external - a.external) / (b.internal - a.internal) * (internal - a.internal) + a.external;
}

std::optional<std::pair<double, double>> bracket(Times const& times, std::vector<double> const& internal,
                                                 double time)
{
    if (internal.empty()) return std::nullopt;
    double const inside = internal_time(times, time);
    auto const after = std::lower_bound(internal.begin(), internal.end(), inside);
    double lower = internal.back(), upper = internal.back();
    if (after == internal.begin())
        lower = upper = internal.front();
    else if (after != internal.end()) {
        upper = *after;
        lower = *after == inside ? *after : *(after - 1);
    }
    if (times.empty()) return std::pair(lower, upper);
    // Several external times may map to one internal time: the nearest on either side counts.
    auto const start = segment_at(times, time);
    std::optional<double> below, above;
    for (auto segment = start + 1; segment-- > 0 && !below;)
        below = translated(times, lower, segment, time, true, lower == upper);
    for (auto segment = start; segment + 1 < times.size() && !above; ++segment)
        above = translated(times, upper, segment, time, false, lower == upper);
    if (!below) below = above;
    if (!above) above = below;
    if (!below) { // outside of the mapping
        auto const clamped = [&](double at) {
            return at < times.front().internal ? times.front().external : times.back().external;
        };
        below = clamped(lower);
        above = clamped(upper);
    }
    return std::pair(*below, *above);
}

std::vector<double> external_times(Times const& times, std::vector<double> const& internal, double start,
                                   double end)
{
    std::vector<double> found;
    auto const add = [&](double time) {
        if (time >= start && time < end) found.push_back(time);
    };
    if (times.empty()) {
        for (double const time : internal) add(time);
        return found;
    }
    auto const before = [](TimeMapping const& mapping, double time) { return mapping.external < time; };
    auto const first = std::lower_bound(times.begin(), times.end(), start, before);
    for (auto segment = static_cast<std::size_t>(first - times.begin()); segment < times.size(); ++segment) {
        if (segment == 0) continue;
        auto const& a = times[segment - 1];
        auto const& b = times[segment];
        if (a.external >= end) break;
        if (a.is_jump) continue;
        auto const [low, high] = std::minmax(a.internal, b.internal);
        auto at = std::lower_bound(internal.begin(), internal.end(), low);
        for (; at != internal.end() && *at <= high; ++at) {
            if (a.internal == b.internal) {
                add(a.external);
                add(b.external);
            } else {
                add(external_time(times, *at, segment - 1));
            }
        }
    }
    for (auto at = first; at != times.end() && at->external < end; ++at)
        add(at->external); // each is a sample
    return found;
}

} // namespace soulvan::usd::clips
