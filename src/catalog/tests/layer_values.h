// What does an attribute of a built layer hold?
#pragma once

#include "soulvan/usd/layer.h"

namespace soulvan::catalog {

/// The default of an array attribute; empty when there is none of that type.
template <class T>
usd::Array<T> array(usd::Layer const& layer, usd::Path const& path)
{
    return layer.find(path).get_or(usd::field::default_value, usd::Array<T>());
}

} // namespace soulvan::catalog
