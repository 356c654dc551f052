// What do the views over schemas say about a stage, as JSON? Parts of usd_schema_dump.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/usd/geom.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace soulvan::usd::dump {

inline Json number(double x)
{
    if (std::isfinite(x)) return x;
    return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
}
inline Json shown(float x)
{
    return number(x);
}
inline Json shown(double x)
{
    return number(x);
}
inline Json shown(std::int32_t x)
{
    return x;
}
inline Json shown(std::int64_t x)
{
    return x;
}
inline Json shown(Token x)
{
    return x.str();
}
inline Json shown(Path const& x)
{
    return x.str();
}
inline Json shown(Vec3f const& v)
{
    return Json::array({number(v.x), number(v.y), number(v.z)});
}
inline Json shown(Vec3d const& v)
{
    return Json::array({number(v.x), number(v.y), number(v.z)});
}
inline Json shown(Matrix4d const& m)
{
    Json result = Json::array();
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column) result.push_back(number(m[row][column]));
    return result;
}
inline Json shown(geom::Extent const& extent)
{
    return Json::array({shown(extent.min), shown(extent.max)});
}
template <class T>
Json shown(std::optional<T> const& value)
{
    return value ? shown(*value) : Json();
}
/// Long lists are shown by their length and some elements.
template <class T>
Json list(T const& values)
{
    constexpr std::size_t most = 32;
    Json items = Json::array();
    std::size_t const size = values.size();
    for (std::size_t i = 0; i < size; ++i)
        if (size <= 2 * most || i < most || i >= size - most) items.push_back(shown(values[i]));
    return {{"count", size}, {"items", std::move(items)}};
}

Json geometry(Prim const& prim, Time time);
Json skeletons(Prim const& prim, Time time);
Json shading(Prim const& prim);
Json lights(Prim const& prim);
Json stage_parts(Stage const& stage);

} // namespace soulvan::usd::dump
