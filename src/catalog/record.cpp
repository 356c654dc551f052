// What does a record look like as JSON: in the index, in packs and in asset_catalog/?
#include "record.h"

#include "tables.h"

#include <nlohmann/json.hpp>

namespace soulvan::catalog {

namespace {

Json vector_json(Vec3d const& v)
{
    return Json::array({v.x, v.y, v.z});
}

Result<Vec3d> vector_in(Json const& json, std::string_view name, char const* field)
{
    if (!json.is_array() || json.size() != 3 ||
        !std::ranges::all_of(json, [](Json const& n) { return n.is_number(); }))
        return fail(Errc::invalid_input, "{}: /{}: three numbers are expected", name, field);
    return Vec3d(json[0].get<double>(), json[1].get<double>(), json[2].get<double>());
}

Json supports_json(std::vector<SupportSurface> const& supports)
{
    auto list = Json::array();
    for (auto const& s : supports)
        list.push_back({{"min", {s.min_x, s.y, s.min_z}},
                        {"max", {s.max_x, s.y, s.max_z}},
                        {"headroom_m", std::min(s.headroom, 1e6)}});
    return list;
}

Result<std::vector<SupportSurface>> supports_in(Json const& json, std::string_view name)
{
    std::vector<SupportSurface> supports;
    if (!json.is_array()) return fail(Errc::invalid_input, "{}: /support_surfaces: a list is expected", name);
    for (auto const& entry : json) {
        if (!entry.is_object() || !entry.contains("min") || !entry.contains("max"))
            return fail(Errc::invalid_input, "{}: /support_surfaces: an entry needs min and max", name);
        auto const low = TRY(vector_in(entry["min"], name, "support_surfaces/min"));
        auto const high = TRY(vector_in(entry["max"], name, "support_surfaces/max"));
        supports.push_back({low.x, high.x, low.z, high.z, high.y, entry.value("headroom_m", 1e9)});
    }
    return supports;
}

template <class T>
Result<> take(Json const& json, char const* field, std::string_view name, T& value)
{
    auto const found = json.find(field);
    if (found == json.end() || found->is_null()) return {};
    bool fits = false;
    if constexpr (std::is_same_v<T, std::string>)
        fits = found->is_string();
    else if constexpr (std::is_same_v<T, bool>)
        fits = found->is_boolean();
    else if constexpr (std::is_arithmetic_v<T>)
        fits = found->is_number();
    else
        fits = found->is_array() && std::ranges::all_of(*found, [](Json const& e) { return e.is_string(); });
    if (!fits) return fail(Errc::invalid_input, "{}: /{}: a value of another type is expected", name, field);
    value = found->template get<T>();
    return {};
}

} // namespace

Json asset_to_json(Asset const& asset)
{
    Json json = {
        {"id", to_string(asset.ref)},
        {"name", asset.name},
        {"category", asset.category},
        {"pack", asset.pack},
        {"origin", name_of(asset.origin)},
        {"mount", name_of(asset.mount)},
        {"elevation_m", asset.elevation},
        {"bounds_m", {{"min", vector_json(asset.bounds.min)}, {"max", vector_json(asset.bounds.max)}}},
        {"front", {0, 0, 1}},
        {"up_axis", "Y"},
        {"clearance_m",
         {{"front", asset.clearance.front},
          {"back", asset.clearance.back},
          {"left", asset.clearance.left},
          {"right", asset.clearance.right}}},
        {"support_surfaces", supports_json(asset.supports)},
        {"attributes", asset.attributes},
        {"tags", asset.tags},
        {"quality", asset.quality},
        {"license", asset.license},
        {"credit", asset.credit},
        {"uri", asset.uri},
        {"sha256", asset.content_hash},
        {"placeable", asset.placeable}};
    if (!asset.why_not.empty()) json["why_not"] = asset.why_not;
    if (asset.asset_from_layer != Matrix4d()) {
        auto rows = Json::array();
        for (int i = 0; i < 4; ++i)
            for (int j = 0; j < 4; ++j) rows.push_back(asset.asset_from_layer[i][j]);
        json["asset_from_layer"] = std::move(rows);
    }
    return json;
}

Result<Asset> asset_from_json(Json const& json, std::string_view name)
{
    if (!json.is_object()) return fail(Errc::invalid_input, "{}: an object is expected", name);
    Asset asset;
    std::string id, origin, mount;
    TRY(take(json, "id", name, id));
    auto ref = parse_asset_ref(id);
    if (!ref) return within(fmt::format("{}: /id", name), ref.error());
    asset.ref = std::move(*ref);
    TRY(take(json, "name", name, asset.name));
    TRY(take(json, "category", name, asset.category));
    TRY(take(json, "pack", name, asset.pack));
    TRY(take(json, "origin", name, origin));
    TRY(take(json, "mount", name, mount));
    auto const known_origin = origin_named(origin);
    auto const known_mount = mount_named(mount);
    if (!known_origin) return fail(Errc::invalid_input, "{}: /origin: \"{}\" is not known", name, origin);
    if (!known_mount) return fail(Errc::invalid_input, "{}: /mount: \"{}\" is not known", name, mount);
    asset.origin = *known_origin;
    asset.mount = *known_mount;
    TRY(take(json, "elevation_m", name, asset.elevation));
    if (auto const bounds = json.find("bounds_m"); bounds != json.end() && bounds->is_object()) {
        asset.bounds.min = TRY(vector_in(bounds->value("min", Json()), name, "bounds_m/min"));
        asset.bounds.max = TRY(vector_in(bounds->value("max", Json()), name, "bounds_m/max"));
    }
    if (auto const free = json.find("clearance_m"); free != json.end() && free->is_object()) {
        TRY(take(*free, "front", name, asset.clearance.front));
        TRY(take(*free, "back", name, asset.clearance.back));
        TRY(take(*free, "left", name, asset.clearance.left));
        TRY(take(*free, "right", name, asset.clearance.right));
    }
    if (auto const list = json.find("support_surfaces"); list != json.end())
        asset.supports = TRY(supports_in(*list, name));
    TRY(take(json, "attributes", name, asset.attributes));
    TRY(take(json, "tags", name, asset.tags));
    TRY(take(json, "quality", name, asset.quality));
    TRY(take(json, "license", name, asset.license));
    TRY(take(json, "credit", name, asset.credit));
    TRY(take(json, "uri", name, asset.uri));
    TRY(take(json, "sha256", name, asset.content_hash));
    TRY(take(json, "placeable", name, asset.placeable));
    TRY(take(json, "why_not", name, asset.why_not));
    if (auto const rows = json.find("asset_from_layer"); rows != json.end()) {
        if (!rows->is_array() || rows->size() != 16 ||
            !std::ranges::all_of(*rows, [](Json const& n) { return n.is_number(); }))
            return fail(Errc::invalid_input, "{}: /asset_from_layer: sixteen numbers are expected", name);
        for (int i = 0; i < 16; ++i)
            asset.asset_from_layer[i / 4][i % 4] = (*rows)[static_cast<std::size_t>(i)].get<double>();
    }
    return asset;
}

} // namespace soulvan::catalog
