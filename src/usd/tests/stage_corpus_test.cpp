// Do the stages of the corpus open, and what do they resolve to? With SOULVAN_KEEP=FOLDER each stage is
// written there as JSON, which tests/conformance/test_usd_stages.py compares with OpenUSD.
#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/base/json.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

std::filesystem::path const data = std::filesystem::path(SOULVAN_SHARED_DIR) / "data/usd";
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

Json dump(Attribute const& attribute)
{
    Json at = Json::array();
    for (double time : times) at.push_back(to_json(attribute.value(time)));
    Json object{{"type", attribute.type_name().str()},
                {"uniform", attribute.variability() == Variability::uniform},
                {"default", to_json(attribute.value())},
                {"at", std::move(at)},
                {"connections", to_json(attribute.connections())}};
    Json samples = Json::array();
    for (double time : attribute.time_samples()) samples.push_back(time);
    object["samples"] = std::move(samples);
    if (attribute.type_name() == "asset") object["resolved"] = attribute.resolved_asset();
    return object;
}

Json dump(Prim const& prim)
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
                {"purpose", computed_purpose(prim).str()},
                {"visible", is_visible(prim, times[0])},
                {"properties", names(prim.property_names())}};
    Json children = Json::array();
    for (auto const& child : prim.all_children()) children.push_back(child.name().str());
    object["children"] = std::move(children);
    Json metadata = Json::object();
    for (char const* field : {"documentation", "customData", "assetInfo", "hidden"})
        if (auto const value = prim.metadata(Token(field))) metadata[field] = to_json(*value);
    object["metadata"] = std::move(metadata);
    Json attributes = Json::object(), relationships = Json::object();
    for (auto const& attribute : prim.attributes()) attributes[attribute.name().str()] = dump(attribute);
    for (Token name : prim.property_names())
        if (prim.has_relationship(name.view()))
            relationships[name.str()] = to_json(prim.targets(name.view()));
    object["attributes"] = std::move(attributes);
    object["relationships"] = std::move(relationships);
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
    return object;
}

void dump_below(Prim const& prim, Json& prims)
{
    for (auto const& child : prim.all_children()) {
        prims[child.path().str()] = dump(child);
        dump_below(child, prims);
    }
}

Json dump(Stage const& stage, std::filesystem::path const& path)
{
    Json errors = Json::array();
    for (auto const& error : stage.errors())
        errors.push_back(fmt::format("{} <{}>: {}", error.layer, error.site.str(), error.what));
    Json prims = Json::object();
    dump_below(stage.pseudo_root(), prims);
    auto const number = [](std::optional<double> value) { return value ? Json(*value) : Json(); };
    return {{"stage", path.string()},
            {"times", times},
            {"errors", std::move(errors)},
            {"default_prim", stage.default_prim() ? stage.default_prim().path().str() : ""},
            {"start", number(stage.start_time_code())},
            {"end", number(stage.end_time_code())},
            {"tcps", stage.time_codes_per_second()},
            {"fps", stage.frames_per_second()},
            {"meters", stage.meters_per_unit()},
            {"up", stage.up_axis().str()},
            {"prims", std::move(prims)}};
}

std::vector<std::filesystem::path> layers_below(std::filesystem::path const& folder)
{
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension().string().starts_with(".usd"))
            files.push_back(entry.path().lexically_normal());
    std::sort(files.begin(), files.end());
    return files;
}

/// Opens everything below `folder`; returns how many stages opened.
int open_all(std::filesystem::path const& folder, std::set<std::string>* with_errors)
{
    char const* const keep = std::getenv("SOULVAN_KEEP");
    int opened = 0;
    for (auto const& path : layers_below(folder)) {
        auto const stage = Stage::open(path);
        if (!stage) continue;
        ++opened;
        if (with_errors && !(*stage)->errors().empty())
            with_errors->insert(path.lexically_relative(folder.lexically_normal()).string());
        auto const shown = dump(**stage, path);
        if (!keep) continue;
        auto const file =
            std::filesystem::path(keep) / (hex(sha256(path.string())).substr(0, 16) + ".stage.json");
        EXPECT_TRUE(write_file(file, shown.dump(1, ' ', false, Json::error_handler_t::replace)));
    }
    return opened;
}

TEST(StageCorpus, EveryAssetOfTheWorkingGroupOpensWhole)
{
    if (!std::filesystem::exists(data / "usd-wg")) GTEST_SKIP() << "needs ../shared/data/usd/usd-wg";
    std::set<std::string> with_errors;
    int const opened = open_all(data / "usd-wg", &with_errors);
    EXPECT_EQ(opened, 142);
    // Three name files that do not exist, on purpose; one refers to MaterialX, which is not read yet.
    EXPECT_EQ(with_errors, (std::set<std::string>{
                               "test_assets/MaterialXTest/basic.usda",
                               "test_assets/foundation/stage_composition/payload/payload_invalid.usda",
                               "test_assets/foundation/stage_composition/references/reference_invalid.usda",
                               "test_assets/foundation/stage_composition/subLayer/sublayer_invalid.usda"}));
}

TEST(StageCorpus, StagesOfOpenUsdsOwnTestsOpen)
{
    if (!std::filesystem::exists(data / "openusd")) GTEST_SKIP() << "needs ../shared/data/usd/openusd";
    int opened = 0;
    for (char const* folder : {"stage", "geom", "shade", "lux", "skel"})
        opened += open_all(data / "openusd" / folder, nullptr);
    EXPECT_GE(opened, 230);
}

} // namespace

} // namespace soulvan::usd
