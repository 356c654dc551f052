// How is a composed stage shown as JSON? tests/conformance/usd_oracle.py compares it with OpenUSD's.
#include "stage_json.h"

#include "soulvan/usd/stage.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

double const times[] = {1, 12.5, 40};

Json to_json(double x)
{
    if (std::isfinite(x)) return x;
    return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
}
Json to_json(float x)
{
    return to_json(static_cast<double>(x));
}
Json to_json(half x)
{
    return to_json(static_cast<double>(static_cast<float>(x)));
}
Json to_json(Bool x)
{
    return x.value;
}
Json to_json(TimeCode x)
{
    return to_json(x.value);
}
Json to_json(std::string const& x)
{
    return x;
}
Json to_json(Token x)
{
    return x.str();
}
Json to_json(AssetPath const& x)
{
    return x.authored;
}
Json to_json(PathExpression const& x)
{
    return x.text;
}
template <class T>
requires std::is_integral_v<T> Json to_json(T x)
{
    return x;
}
template <class T>
Json to_json(Imath::Vec2<T> const& v)
{
    return Json::array({to_json(v.x), to_json(v.y)});
}
template <class T>
Json to_json(Imath::Vec3<T> const& v)
{
    return Json::array({to_json(v.x), to_json(v.y), to_json(v.z)});
}
template <class T>
Json to_json(Imath::Vec4<T> const& v)
{
    return Json::array({to_json(v.x), to_json(v.y), to_json(v.z), to_json(v.w)});
}
template <class T>
Json to_json(Imath::Quat<T> const& q)
{
    return Json::array({to_json(q.r), to_json(q.v.x), to_json(q.v.y), to_json(q.v.z)});
}
template <class M>
Json matrix_json(M const& m, int size)
{
    Json rows = Json::array();
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) rows.push_back(to_json(m[row][column]));
    return rows;
}
Json to_json(Matrix2d const& m)
{
    return matrix_json(m, 2);
}
Json to_json(Matrix3d const& m)
{
    return matrix_json(m, 3);
}
Json to_json(Matrix4d const& m)
{
    return matrix_json(m, 4);
}

/// Long arrays as their ends and their length.
template <class T>
Json to_json(Array<T> const& items)
{
    Json shown = Json::array();
    constexpr std::size_t most = 24;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items.size() > 2 * most && i == most) i = items.size() - most;
        shown.push_back(to_json(items[i]));
    }
    return {{"count", items.size()}, {"items", std::move(shown)}};
}

Json to_json(Value const& value);

Json to_json(Dictionary const& dictionary)
{
    Json object = Json::object();
    for (auto const& [key, value] : dictionary) object[key] = to_json(value);
    return object;
}

Json to_json(Value const& value)
{
    Json result;
    auto take = [&]<class T>(T const*) {
        if (auto const* held = value.get<T>()) result = to_json(*held);
        if (auto const* held = value.get<Array<T>>()) result = to_json(*held);
    };
#define SOULVAN_TAKE(T) take(static_cast<T const*>(nullptr));
    SOULVAN_USD_SCALARS(SOULVAN_TAKE)
#undef SOULVAN_TAKE
    if (auto const* held = value.get<Dictionary>()) result = to_json(*held);
    return result;
}

Json to_json(std::optional<Value> const& value)
{
    return value ? to_json(*value) : Json();
}

Json to_json(std::vector<Path> const& paths)
{
    Json list = Json::array();
    for (auto const& path : paths) list.push_back(path.str());
    return list;
}

Json names(std::vector<Token> const& tokens)
{
    Json list = Json::array();
    for (Token token : tokens) list.push_back(token.str());
    return list;
}

/// Fields that a composed object shows when an opinion holds them.
template <class Object>
Json shown_fields(Object const& object, std::initializer_list<char const*> fields)
{
    Json result = Json::object();
    for (char const* field : fields)
        if (auto const value = object.metadata(Token(field))) result[field] = to_json(*value);
    return result;
}

Json dump(Attribute const& attribute)
{
    Json at = Json::array();
    for (double time : times) at.push_back(to_json(attribute.value(time)));
    Json object{{"type", attribute.type_name().str()},
                {"uniform", attribute.variability() == Variability::uniform},
                {"default", to_json(attribute.value())},
                {"earliest", to_json(attribute.value(Time::earliest()))},
                {"at", std::move(at)},
                {"connections", to_json(attribute.connections())},
                {"metadata", shown_fields(attribute, {"documentation", "customData", "hidden", "displayGroup",
                                                      "displayName", "colorSpace", "interpolation",
                                                      "elementSize", "custom"})}};
    Json samples = Json::array();
    for (double time : attribute.time_samples()) samples.push_back(time);
    object["samples"] = std::move(samples);
    if (attribute.type_name() == "asset") object["resolved"] = attribute.resolved_asset();
    if (attribute.type_name() == "asset[]") object["resolved"] = attribute.resolved_assets();
    return object;
}

Json variants_json(Prim const& prim)
{
    Json result = Json::object();
    for (Token set : prim.variant_sets())
        result[set.str()] = {{"selected", prim.variant_selection(set).str()},
                             {"variants", names(prim.variants(set))}};
    return result;
}

Json stack_json(Prim const& prim, std::filesystem::path const& folder)
{
    Json result = Json::array();
    for (auto const& [layer, path] : prim.prim_stack())
        result.push_back(Json::array(
            {std::filesystem::path(layer->identifier).lexically_relative(folder).string(), path.str()}));
    return result;
}

void add_schemas(Prim const& prim, Json& object)
{
    object["purpose"] = computed_purpose(prim).str();
    object["visible"] = is_visible(prim, times[0]);
    Json worlds = Json::array();
    for (double time : times) {
        auto const world = world_from_local(prim, time);
        worlds.push_back(world ? to_json(*world) : Json(world.error().what));
    }
    object["world"] = std::move(worlds);
    for (char const* purpose : {"", "preview", "full"}) {
        auto const material = bound_material(prim, purpose);
        object["material"][purpose] = material ? material->path().str() : "";
    }
}

Json dump(Prim const& prim, std::filesystem::path const& folder)
{
    static char const* const specifiers[] = {"def", "over", "class"};
    Json object{{"type", prim.type_name().str()},
                {"specifier", specifiers[static_cast<int>(prim.specifier())]},
                {"active", prim.is_active()},
                {"defined", prim.is_defined()},
                {"abstract", prim.is_abstract()},
                {"instance", prim.is_instance()},
                {"kind", prim.kind().str()},
                {"apis", names(prim.applied_schemas())},
                {"properties", names(prim.property_names())},
                {"variants", variants_json(prim)},
                {"stack", stack_json(prim, folder)},
                {"metadata", shown_fields(prim, {"documentation", "customData", "assetInfo", "hidden",
                                                 "displayName", "comment", "instanceable"})}};
    Json children = Json::array();
    for (auto const& child : prim.all_children()) children.push_back(child.name().str());
    object["children"] = std::move(children);
    Json attributes = Json::object(), relationships = Json::object();
    for (auto const& attribute : prim.attributes()) attributes[attribute.name().str()] = dump(attribute);
    for (Token name : prim.property_names())
        if (prim.has_relationship(name.view()))
            relationships[name.str()] = to_json(prim.targets(name.view()));
    object["attributes"] = std::move(attributes);
    object["relationships"] = std::move(relationships);
    return object;
}

} // namespace

Json stage_json(Stage const& stage, std::filesystem::path const& root, Shown shown)
{
    auto const folder = root.parent_path();
    Json prims = Json::object();
    // Instances share their prims, so equal keys show which instances do.
    std::map<std::size_t, Json> instances;
    auto below = [&](auto const& self, Prim const& parent) -> void {
        for (auto const& prim : parent.all_children()) {
            auto object = dump(prim, folder);
            if (shown == Shown::schemas_too) add_schemas(prim, object);
            if (prim.is_instance()) instances[prim.prototype_key()].push_back(prim.path().str());
            prims[prim.path().str()] = std::move(object);
            self(self, prim);
        }
    };
    below(below, stage.pseudo_root());
    Json groups = Json::array();
    for (auto& [key, paths] : instances) groups.push_back(std::move(paths));
    Json errors = Json::array();
    for (auto const& error : stage.errors())
        errors.push_back(fmt::format("{} <{}>: {}", error.layer, error.site.str(), error.what));
    auto const number = [](std::optional<double> value) { return value ? Json(*value) : Json(); };
    return {{"stage", root.string()},
            {"times", times},
            {"errors", std::move(errors)},
            {"default_prim", stage.default_prim() ? stage.default_prim().path().str() : ""},
            {"start", number(stage.start_time_code())},
            {"end", number(stage.end_time_code())},
            {"tcps", stage.time_codes_per_second()},
            {"fps", stage.frames_per_second()},
            {"meters", stage.meters_per_unit()},
            {"up", stage.up_axis().str()},
            {"metadata", shown_fields(stage, {"documentation", "comment", "customLayerData"})},
            {"instances", std::move(groups)},
            {"prims", std::move(prims)}};
}

} // namespace soulvan::usd
