// How the tools read the specs of a layer.
#pragma once

#include "soulvan/usd/layer.h"

namespace soulvan::usd::reading {

using SpecRead = SpecView;

inline SpecView read(Layer const& layer, Path const& path)
{
    return layer.find(path);
}

inline void set_sample(TimeSamples& samples, double time, Value value)
{
    samples.set(time, std::move(value));
}

} // namespace soulvan::usd::reading
