// What does an array attribute of a layer hold?
#pragma once

#include "soulvan/usd/layer.h"

namespace soulvan::catalog {

/// The default of an attribute; empty when there is none of that type.
template <class T>
usd::Array<T> array_at(usd::Layer const& layer, usd::Path const& path)
{
    return layer.find(path).get_or(usd::field::default_value, usd::Array<T>());
}

} // namespace soulvan::catalog
