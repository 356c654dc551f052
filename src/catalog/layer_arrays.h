// What does an array attribute of a layer hold?
#pragma once

#include "soulvan/usd/layer.h"

namespace soulvan::catalog {

/// The default of an attribute; empty when there is none of that type.
template <class T>
usd::Array<T> array_at(usd::Layer const& layer, usd::Path const& path)
{
    auto const* spec = layer.find(path);
    auto const* value = spec ? spec->find(usd::field::default_value) : nullptr;
    auto const* held = value ? value->get<usd::Array<T>>() : nullptr;
    return held ? *held : usd::Array<T>();
}

} // namespace soulvan::catalog
