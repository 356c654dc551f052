// usd_schema_dump: what do the views over schemas say about each stage named on standard input?
//
// Usage: usd_schema_dump TIME… < PATHS
// One line of JSON per stage, which tests/conformance/test_usd_schemas.py compares with OpenUSD. Times are
// numbers or "default". A stage that does not open is {"stage": PATH, "failed": SENTENCE}.
#include "schema_dump.h"

#include "geom_detail.h"

#include <cstdlib>
#include <iostream>

namespace soulvan::usd::dump {

namespace {

Json shown(Range3d const& range)
{
    return range.isEmpty() ? Json() : Json::array({dump::shown(range.min), dump::shown(range.max)});
}

Json shown_value(Value const& value)
{
#define SOULVAN_SHOW(T)                                                                                      \
    if (auto const* array = value.get<Array<T>>()) return list(*array);                                      \
    if (auto const* single = value.get<T>()) return dump::shown(*single);
    SOULVAN_SHOW(float)
    SOULVAN_SHOW(double)
    SOULVAN_SHOW(std::int32_t)
    SOULVAN_SHOW(Vec3f)
#undef SOULVAN_SHOW
    return "other";
}

Json shown_primvars(Prim const& prim, Time time)
{
    Json result;
    for (auto const& primvar : geom::primvars(prim)) {
        auto const flat = primvar.flattened(time);
        result["all"][primvar.name().str()] = {{"interpolation", primvar.interpolation().str()},
                                               {"element_size", primvar.element_size()},
                                               {"indexed", primvar.is_indexed()},
                                               {"flattened", flat ? shown_value(*flat) : Json()},
                                               {"samples", primvar.time_samples()}};
    }
    for (auto const& primvar : geom::find_primvars_with_inheritance(prim))
        result["with_inheritance"][primvar.name().str()] = primvar.prim.path().str();
    for (auto const& primvar : geom::find_inheritable_primvars(prim))
        result["inheritable"][primvar.name().str()] = primvar.prim.path().str();
    auto const found = geom::find_primvar_with_inheritance(prim, "displayColor");
    result["displayColor"] = found ? Json(found->attribute.path().str()) : Json();
    return result;
}

Json shown_subsets(Prim const& prim, Time time)
{
    Json result;
    for (auto const family : geom::subset_family_names(prim)) {
        auto& shown_family = result[family.str()];
        shown_family["type"] = geom::subset_family_type(prim, family.view()).str();
        for (char const* element : {"face", "point", "edge", "tetrahedron"}) {
            auto const subsets = geom::subsets(prim, element, family.view());
            if (subsets.empty()) continue;
            Json names = Json::array();
            for (auto const& subset : subsets) names.push_back(subset.name().str());
            shown_family[element] = {
                {"subsets", std::move(names)},
                {"unassigned", list(geom::unassigned_indices(prim, element, family.view(), time))},
                {"valid", geom::subset_family_problems(prim, element, family.view()).empty()}};
        }
    }
    return result;
}

Json shown_camera(geom::Camera const& camera)
{
    Json corners = Json::array();
    for (auto const& corner : camera.corners()) corners.push_back(dump::shown(corner));
    return {{"world_from_camera", dump::shown(camera.world_from_camera)},
            {"camera_from_world", dump::shown(camera.camera_from_world())},
            {"clip_from_camera", dump::shown(camera.clip_from_camera())},
            {"orthographic", camera.projection == geom::Camera::Projection::orthographic},
            {"fov", number(camera.field_of_view(geom::Camera::Direction::horizontal))},
            {"vertical_fov", number(camera.field_of_view(geom::Camera::Direction::vertical))},
            {"aspect", number(camera.aspect_ratio())},
            {"range", Json::array({number(camera.clipping_range.x), number(camera.clipping_range.y)})},
            {"planes", camera.clipping_planes.size()},
            {"f_stop", number(camera.f_stop)},
            {"focus", number(camera.focus_distance)},
            {"corners", std::move(corners)}};
}

Json shown_instances(Prim const& prim, Time time)
{
    auto const find = [&prim, time](Time at, geom::InstanceOptions const& options) -> Json {
        auto const instances = geom::point_instances(prim, at, time, options);
        return instances ? list(instances->instancer_from_prototype) : Json();
    };
    Time const later = time.is_default() ? time : Time(time.code() + 0.25);
    Json mask = Json::array();
    for (auto const byte : geom::instance_mask(prim, time)) mask.push_back(byte != 0);
    return {{"transforms", find(time, {})},
            {"later", find(later, {})},
            {"plain", find(time, {.include_prototype_transform = false, .apply_mask = false})},
            {"mask", std::move(mask)}};
}

Json shown_imageable(Prim const& prim, Time time)
{
    Json effective;
    for (char const* purpose : {"default", "render", "proxy", "guide"})
        effective[purpose] = geom::effective_visibility(prim, Token(purpose), time).str();
    auto const purpose = geom::purpose_info(prim);
    auto const proxy = geom::proxy_prim(prim);
    return {{"visibility", geom::computed_visibility(prim, time).str()},
            {"effective", std::move(effective)},
            {"purpose", Json::array({purpose.purpose.str(), purpose.is_inheritable})},
            {"proxy", proxy ? Json::array({proxy->proxy.path().str(), proxy->render.path().str()}) : Json()}};
}

/// One cache of each kind per time, as a user would have them.
struct Caches {
    explicit Caches(Time time)
        : xforms(time),
          bounds(time),
          all_bounds(time, {.purposes = {Token("default"), Token("render"), Token("proxy"), Token("guide")},
                            .use_extents_hint = true}),
          visible_or_not(time, {.ignore_visibility = true})
    {}
    geom::XformCache xforms;
    geom::BoundsCache bounds, all_bounds, visible_or_not;
};

Json with_caches(Prim const& prim, Caches& caches)
{
    Json result;
    result["world"] = dump::shown(caches.xforms.world_from_local(prim));
    auto const& local = caches.xforms.local_transform(prim);
    result["local"] = Json::array({dump::shown(local.parent_from_local), local.resets});
    result["bounds"] = shown(caches.bounds.world_bound(prim).aligned());
    result["local_bounds"] = shown(caches.bounds.local_bound(prim).aligned());
    result["own_bounds"] = shown(caches.bounds.untransformed_bound(prim).aligned());
    result["all_bounds"] = shown(caches.all_bounds.world_bound(prim).aligned());
    result["bounds_of_invisible"] = shown(caches.visible_or_not.world_bound(prim).aligned());
    return result;
}

Json shown_stage(std::string const& path, std::vector<Time> const& times)
{
    auto const stage = Stage::open(path);
    if (!stage) return {{"stage", path}, {"failed", stage.error().what}};
    Json prims = Json::object();
    Json at_times = Json::array();
    for (Time const time : times) {
        Caches caches(time);
        Json at_time = Json::object();
        (*stage)->traverse([&](Prim const& prim) {
            auto& at = at_time[prim.path().str()] = with_caches(prim, caches);
            at.update(geometry(prim, time));
            at.update(skeletons(prim, time));
            return true;
        });
        at_times.push_back(std::move(at_time));
    }
    (*stage)->traverse([&](Prim const& prim) {
        auto& at = prims[prim.path().str()];
        at = shading(prim);
        at.update(lights(prim));
        at["varying"] = geom::transform_might_be_time_varying(prim);
        at["transform_samples"] = geom::transform_time_samples(prim);
        at["model"] = Json::array({geom::is_model(prim), geom::is_group(prim), geom::is_component(prim)});
        return true;
    });
    return {{"stage", path},
            {"prims", std::move(prims)},
            {"at", std::move(at_times)},
            {"whole", stage_parts(**stage)}};
}

} // namespace

Json geometry(Prim const& prim, Time time)
{
    Json result;
    result["primvars"] = shown_primvars(prim, time);
    if (prim.is_a("Imageable")) result["imageable"] = shown_imageable(prim, time);
    if (prim.is_a("Boundable")) {
        Matrix4d const moved(0.5, 1, 0, 0, -2, 1, 0.25, 0, 0, 0.5, 3, 0, 10, 20, 30, 1);
        result["extent"] = dump::shown(geom::extent(prim, time));
        result["computed_extent"] = dump::shown(geom::computed_extent(prim, time));
        result["moved_extent"] = dump::shown(geom::computed_extent(prim, time, &moved));
    }
    if (prim.is_a("Mesh") || prim.is_a("TetMesh")) result["subsets"] = shown_subsets(prim, time);
    if (auto const camera = geom::camera(prim, time)) result["camera"] = shown_camera(*camera);
    if (prim.is_a("PointInstancer")) result["instances"] = shown_instances(prim, time);
    if (prim.is_a("PointBased")) {
        Time const later = time.is_default() ? time : Time(time.code() + 0.25);
        auto const points = geom::points_at(prim, later, time);
        result["points"] = points ? list(*points) : Json();
    }
    return result;
}

} // namespace soulvan::usd::dump

int main(int argc, char** argv)
{
    using namespace soulvan::usd;
    std::vector<Time> times;
    for (int i = 1; i < argc; ++i)
        times.push_back(std::string_view(argv[i]) == "default" ? Time()
                                                               : Time(std::strtod(argv[i], nullptr)));
    for (std::string path; std::getline(std::cin, path);)
        std::cout << dump::shown_stage(path, times).dump() << std::endl;
    return 0;
}
