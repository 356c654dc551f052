// What does a light shine, and which lights are there?
#include "geom_detail.h"

#include "soulvan/usd/lux.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace soulvan::usd::lux {

namespace {

/// Linear Rec.709 at 1,000 K and every 500 K up to 10,000 K; below 2,000 K approximated (OpenUSD's table).
constexpr float blackbody[][3] = {
    {1.000000F, 0.027490F, 0.000000F}, {1.000000F, 0.149664F, 0.000000F}, {1.000000F, 0.256644F, 0.008095F},
    {1.000000F, 0.372033F, 0.067450F}, {1.000000F, 0.476725F, 0.153601F}, {1.000000F, 0.570376F, 0.259196F},
    {1.000000F, 0.653480F, 0.377155F}, {1.000000F, 0.726878F, 0.501606F}, {1.000000F, 0.791543F, 0.628050F},
    {1.000000F, 0.848462F, 0.753228F}, {1.000000F, 0.898581F, 0.874905F}, {1.000000F, 0.942771F, 0.991642F},
    {0.906947F, 0.890456F, 1.000000F}, {0.828247F, 0.841838F, 1.000000F}, {0.765791F, 0.801896F, 1.000000F},
    {0.715255F, 0.768579F, 1.000000F}, {0.673683F, 0.740423F, 1.000000F}, {0.638992F, 0.716359F, 1.000000F},
    {0.609681F, 0.695588F, 1.000000F}};
constexpr int knots = std::size(blackbody);

/// Cubic through b and c (Catmull-Rom).
float spline(float a, float b, float c, float d, float t)
{
    float const cubic = -0.5F * a + 1.5F * b - 1.5F * c + 0.5F * d;
    float const square = a - 2.5F * b + 2 * c - 0.5F * d;
    return ((cubic * t + square) * t + 0.5F * (c - a)) * t + b;
}

template <class T>
void read(Prim const& prim, char const* name, Time time, T& into)
{
    if constexpr (std::is_same_v<T, bool>)
        into = detail::get_or(prim, name, Bool{into}, time).value;
    else
        into = detail::get_or(prim, name, std::move(into), time);
}

Shaping shaping_of(Prim const& prim, Time time)
{
    Shaping result;
    read(prim, "inputs:shaping:focus", time, result.focus);
    read(prim, "inputs:shaping:focusTint", time, result.focus_tint);
    read(prim, "inputs:shaping:cone:angle", time, result.cone_angle);
    read(prim, "inputs:shaping:cone:softness", time, result.cone_softness);
    static Token const file_name("inputs:shaping:ies:file");
    if (detail::has_authored_value(prim, file_name)) result.ies_file = prim.attribute(file_name);
    read(prim, "inputs:shaping:ies:angleScale", time, result.ies_angle_scale);
    read(prim, "inputs:shaping:ies:normalize", time, result.ies_normalize);
    return result;
}

Shadow shadow_of(Prim const& prim, Time time)
{
    Shadow result;
    read(prim, "inputs:shadow:enable", time, result.enable);
    read(prim, "inputs:shadow:color", time, result.color);
    read(prim, "inputs:shadow:distance", time, result.distance);
    read(prim, "inputs:shadow:falloff", time, result.falloff);
    read(prim, "inputs:shadow:falloffGamma", time, result.falloff_gamma);
    return result;
}

void gather(Prim const& prim, bool is_model, LightListMode mode, std::set<Path>& result)
{
    bool const consults = mode == LightListMode::consult_cache;
    if (consults && !prim.path().is_root()) {
        auto const behavior = detail::get_or(prim, "lightList:cacheBehavior", Token(), {});
        if (behavior == "consumeAndContinue" || behavior == "consumeAndHalt")
            for (auto const& target : detail::forwarded_targets(prim, "lightList")) result.insert(target);
        if (behavior == "consumeAndHalt") return;
    }
    if (is_light(prim) || is_light_filter(prim)) result.insert(prim.path());
    // Whether children may be models is known on the way down, without asking all ancestors again.
    bool const is_group =
        prim.path().is_root() || prim.is_instance() || (is_model && geom::is_kind(prim.kind(), "group"));
    for (auto const& child : prim.children()) {
        bool const is_child_model = is_group && geom::is_kind(child.kind(), "model");
        if (!consults || is_child_model) gather(child, is_child_model, mode, result);
    }
}

} // namespace

bool is_light(Prim const& prim)
{
    return prim && prim.has_api("LightAPI");
}

bool is_light_filter(Prim const& prim)
{
    return prim && prim.is_a("LightFilter");
}

std::vector<Path> light_list(Prim const& prim, LightListMode mode)
{
    std::set<Path> result;
    if (prim) gather(prim, geom::is_model(prim), mode, result);
    return {result.begin(), result.end()};
}

Vec3f blackbody_temperature_as_rgb(float kelvin)
{
    float const x = std::clamp((kelvin - 1000) / 9000, 0.F, 1.F) * (knots - 1);
    int const segment = static_cast<int>(std::floor(x));
    auto const knot = [&](int offset) { return blackbody[std::clamp(segment + offset, 0, knots - 1)]; };
    Vec3f rgb(0, 0, 0);
    for (int i = 0; i < 3; ++i)
        rgb[i] = spline(knot(-1)[i], knot(0)[i], knot(1)[i], knot(2)[i], x - static_cast<float>(segment));
    rgb /= rgb.dot(Vec3f(0.2126F, 0.7152F, 0.0722F));
    return {std::max(rgb.x, 0.F), std::max(rgb.y, 0.F), std::max(rgb.z, 0.F)};
}

Vec3f Light::emission() const
{
    Vec3f result = color * (intensity * std::exp2(exposure));
    if (enable_color_temperature) result *= blackbody_temperature_as_rgb(color_temperature);
    return result;
}

std::optional<Light> light(Prim const& prim, Time time)
{
    if (!is_light(prim)) return std::nullopt;
    Light result{prim};
    read(prim, "inputs:intensity", time, result.intensity);
    read(prim, "inputs:exposure", time, result.exposure);
    read(prim, "inputs:color", time, result.color);
    read(prim, "inputs:enableColorTemperature", time, result.enable_color_temperature);
    read(prim, "inputs:colorTemperature", time, result.color_temperature);
    read(prim, "inputs:normalize", time, result.normalize);
    read(prim, "inputs:diffuse", time, result.diffuse);
    read(prim, "inputs:specular", time, result.specular);
    read(prim, "light:materialSyncMode", {}, result.material_sync_mode);
    if (prim.has_api("ShapingAPI")) result.shaping = shaping_of(prim, time);
    if (prim.has_api("ShadowAPI")) result.shadow = shadow_of(prim, time);
    result.filters = detail::forwarded_targets(prim, "light:filters");
    result.portals = detail::forwarded_targets(prim, "portals");
    return result;
}

Token shader_id(Prim const& light, std::string_view render_context)
{
    char const* const schema = is_light_filter(light) ? "lightFilter" : "light";
    if (!render_context.empty()) {
        auto const id = detail::get<Token>(light, fmt::format("{}:{}:shaderId", render_context, schema), {});
        if (id && !id->empty()) return *id;
    }
    return detail::get_or(light, fmt::format("{}:shaderId", schema), Token(), {});
}

CollectionMembership light_link(Prim const& light)
{
    return collection_membership(light, "lightLink");
}

CollectionMembership shadow_link(Prim const& light)
{
    return collection_membership(light, "shadowLink");
}

CollectionMembership filter_link(Prim const& filter)
{
    return collection_membership(filter, "filterLink");
}

Token dome_pole_axis(Prim const& dome)
{
    static Token const y("Y"), z("Z");
    auto const axis = detail::get_or(dome, "poleAxis", Token(), {});
    if (axis == "scene") return dome.stage().up_axis();
    return axis == z ? z : y;
}

Matrix4d local_from_dome(Prim const& dome)
{
    if (dome_pole_axis(dome) != "Z") return {};
    return {1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1}; // +Y goes to +Z
}

} // namespace soulvan::usd::lux
