// Which surface a ray meets first, and how much light gets from here to there. Embree inside.
#include "accel.h"

#include "soulvan/base/hash.h"
#include "transform.h"

#include <atomic>
#include <bit>
#include <cstring>

#include <embree3/rtcore.h>

namespace soulvan::render {
namespace {

constexpr unsigned mask_camera = 1, mask_other = 2;

struct Release {
    void operator()(RTCDevice device) const { rtcReleaseDevice(device); }
    void operator()(RTCScene scene) const { rtcReleaseScene(scene); }
    void operator()(RTCGeometry geometry) const { rtcReleaseGeometry(geometry); }
};
using Device = std::unique_ptr<RTCDeviceTy, Release>;
using SceneHandle = std::unique_ptr<RTCSceneTy, Release>;
using Geometry = std::unique_ptr<RTCGeometryTy, Release>;

/// What the filters below need to know of the ray that they stand on.
struct Query : RTCIntersectContext {
    OpacityOracle const* oracle;
    std::uint32_t const* instance_of; ///< by geometry of the top level
    std::uint32_t random;
    float transmittance;
};

Hit hit_of(RTCFilterFunctionNArguments const* arguments, Query const& query)
{
    auto const& ray = *reinterpret_cast<RTCRay const*>(arguments->ray);
    auto const& hit = *reinterpret_cast<RTCHit const*>(arguments->hit);
    unsigned const top = hit.instID[0] == RTC_INVALID_GEOMETRY_ID ? hit.geomID : hit.instID[0];
    return {ray.tfar, hit.u, hit.v, query.instance_of[top], hit.primID};
}
Passage passage_of(RTCFilterFunctionNArguments const* arguments, Query const& query, Hit const& hit)
{
    auto const& ray = *reinterpret_cast<RTCRay const*>(arguments->ray);
    auto const& found = *reinterpret_cast<RTCHit const*>(arguments->hit);
    return query.oracle->passage(hit, {ray.dir_x, ray.dir_y, ray.dir_z},
                                 found.instID[0] == RTC_INVALID_GEOMETRY_ID);
}

/// The same surface answers the same ray alike however often traversal asks.
bool is_absent(float presence, Hit const& hit, std::uint32_t random)
{
    if (presence >= 1) return false;
    auto const dice = mix64((std::uint64_t{hit.instance} << 32 | hit.triangle) ^ mix64(random));
    return static_cast<float>(dice >> 40) * 0x1p-24f >= presence;
}

void filter_intersection(RTCFilterFunctionNArguments const* arguments)
{
    auto const& query = *static_cast<Query const*>(arguments->context);
    Hit const hit = hit_of(arguments, query);
    auto const passage = passage_of(arguments, query, hit);
    if (is_absent(passage.presence, hit, query.random)) arguments->valid[0] = 0;
}

void filter_occlusion(RTCFilterFunctionNArguments const* arguments)
{
    auto& query = *static_cast<Query*>(arguments->context);
    auto const passage = passage_of(arguments, query, hit_of(arguments, query));
    query.transmittance *= 1 - passage.presence * (1 - passage.transmittance);
    if (query.transmittance > 1e-3f) arguments->valid[0] = 0;
}

} // namespace

struct Accel::State {
    Device device;
    SceneHandle top;
    std::vector<SceneHandle> bottoms;
    std::vector<std::uint32_t> instance_of;
    OpacityOracle const* oracle = nullptr;

    Geometry triangles(Mesh const& mesh, Transform const* world_from_object) const;
    void place(Scene const& scene, std::vector<bool> const& needs_filter);
};

namespace {

void add_filters(RTCGeometry geometry)
{
    rtcSetGeometryIntersectFilterFunction(geometry, filter_intersection);
    rtcSetGeometryOccludedFilterFunction(geometry, filter_occlusion);
}

} // namespace

Geometry Accel::State::triangles(Mesh const& mesh, Transform const* world_from_object) const
{
    Geometry geometry{rtcNewGeometry(device.get(), RTC_GEOMETRY_TYPE_TRIANGLE)};
    auto* points = static_cast<float*>(rtcSetNewGeometryBuffer(geometry.get(), RTC_BUFFER_TYPE_VERTEX, 0,
                                                               RTC_FORMAT_FLOAT3, 12, mesh.points.size()));
    auto* indices = static_cast<std::uint32_t*>(rtcSetNewGeometryBuffer(
        geometry.get(), RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 12, mesh.triangles.size()));
    if (!points || !indices) return {};
    for (std::size_t i = 0; i < mesh.points.size(); ++i) {
        Vec3f const p = world_from_object ? world_from_object->point(mesh.points[i]) : mesh.points[i];
        // Embree leaves out triangles with such corners (and larger than 1.8e18).
        std::memcpy(points + 3 * i, &p, 12);
    }
    std::memcpy(indices, mesh.triangles.data(), mesh.triangles.size() * 12);
    rtcSetGeometryMask(geometry.get(), mask_camera | mask_other);
    return geometry;
}

void Accel::State::place(Scene const& scene, std::vector<bool> const& needs_filter)
{
    std::vector<int> uses(scene.meshes.size());
    std::vector<bool> mesh_filter(scene.meshes.size());
    for (std::size_t i = 0; i < scene.instances.size(); ++i) {
        ++uses[scene.instances[i].mesh];
        if (needs_filter[i]) mesh_filter[scene.instances[i].mesh] = true;
    }
    bottoms.resize(scene.meshes.size());
    for (std::uint32_t i = 0; i < scene.instances.size(); ++i) {
        auto const& instance = scene.instances[i];
        auto const& mesh = scene.meshes[instance.mesh];
        if (mesh.triangles.empty() || !is_finite(instance.world_from_object)) continue;
        Geometry geometry;
        // What stands once goes into the top level as it is: no second descent, no transformed rays.
        if (uses[instance.mesh] == 1) {
            geometry = triangles(mesh, &instance.world_from_object);
            if (geometry && needs_filter[i]) add_filters(geometry.get());
        } else {
            auto& bottom = bottoms[instance.mesh];
            if (!bottom) {
                bottom.reset(rtcNewScene(device.get()));
                rtcSetSceneFlags(bottom.get(), RTC_SCENE_FLAG_ROBUST);
                rtcSetSceneBuildQuality(bottom.get(), RTC_BUILD_QUALITY_MEDIUM);
                auto const shared = triangles(mesh, nullptr);
                if (!shared) continue;
                if (mesh_filter[instance.mesh]) add_filters(shared.get());
                rtcCommitGeometry(shared.get());
                rtcAttachGeometry(bottom.get(), shared.get());
                rtcCommitScene(bottom.get());
            }
            if (!inverse(instance.world_from_object)) continue;
            geometry.reset(rtcNewGeometry(device.get(), RTC_GEOMETRY_TYPE_INSTANCE));
            rtcSetGeometryInstancedScene(geometry.get(), bottom.get());
            rtcSetGeometryTransform(geometry.get(), 0, RTC_FORMAT_FLOAT3X4_COLUMN_MAJOR,
                                    &instance.world_from_object);
        }
        if (!geometry) continue;
        rtcSetGeometryMask(geometry.get(), mask_other | (instance.visible_to_camera ? mask_camera : 0));
        rtcCommitGeometry(geometry.get());
        rtcAttachGeometryByID(top.get(), geometry.get(), static_cast<unsigned>(instance_of.size()));
        instance_of.push_back(i);
    }
}

Accel::Accel() : state_(std::make_unique<State>()) {}
Accel::~Accel() = default;

Result<std::unique_ptr<Accel>> Accel::create(Scene const& scene, std::vector<bool> const& needs_filter,
                                             OpacityOracle const& oracle, Settings const& settings)
{
    std::unique_ptr<Accel> accel{new Accel};
    auto& state = *accel->state_;
    state.oracle = &oracle;
    // AVX2 kernels give equal bits on every machine that has them; wider ones differ in the last.
    state.device.reset(rtcNewDevice(settings.fast_isa ? "" : "isa=avx2"));
    if (!state.device)
        return fail(Errc::internal, "Embree did not start (error {})",
                    static_cast<int>(rtcGetDeviceError(nullptr)));
    state.top.reset(rtcNewScene(state.device.get()));
    rtcSetSceneFlags(state.top.get(), RTC_SCENE_FLAG_ROBUST);
    rtcSetSceneBuildQuality(state.top.get(), RTC_BUILD_QUALITY_MEDIUM);
    state.place(scene, needs_filter);
    rtcCommitScene(state.top.get());
    if (auto const error = rtcGetDeviceError(state.device.get()); error != RTC_ERROR_NONE) {
        if (error == RTC_ERROR_OUT_OF_MEMORY)
            return fail(Errc::limit,
                        "not enough memory for the scene's triangles: use fewer or instance them");
        return fail(Errc::internal, "Embree could not build the scene (error {})", static_cast<int>(error));
    }
    return accel;
}

bool Accel::intersect(Ray const& ray, std::uint32_t random, bool is_camera_ray, Hit& hit) const
{
    Query query;
    rtcInitIntersectContext(&query);
    query.oracle = state_->oracle;
    query.instance_of = state_->instance_of.data();
    query.random = random;
    if (is_camera_ray) query.flags = RTC_INTERSECT_CONTEXT_FLAG_COHERENT;
    RTCRayHit rh;
    rh.ray = {ray.origin.x,
              ray.origin.y,
              ray.origin.z,
              ray.near,
              ray.direction.x,
              ray.direction.y,
              ray.direction.z,
              0,
              ray.far,
              is_camera_ray ? mask_camera : mask_other,
              0,
              0};
    rh.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    rh.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
    rtcIntersect1(state_->top.get(), &query, &rh);
    if (rh.hit.geomID == RTC_INVALID_GEOMETRY_ID) return false;
    unsigned const top = rh.hit.instID[0] == RTC_INVALID_GEOMETRY_ID ? rh.hit.geomID : rh.hit.instID[0];
    hit = {rh.ray.tfar, rh.hit.u, rh.hit.v, state_->instance_of[top], rh.hit.primID};
    return true;
}

float Accel::transmittance(Ray const& ray) const
{
    Query query;
    rtcInitIntersectContext(&query);
    query.oracle = state_->oracle;
    query.instance_of = state_->instance_of.data();
    query.random = 0;
    query.transmittance = 1;
    RTCRay r{ray.origin.x,
             ray.origin.y,
             ray.origin.z,
             ray.near,
             ray.direction.x,
             ray.direction.y,
             ray.direction.z,
             0,
             ray.far,
             mask_other,
             0,
             0};
    rtcOccluded1(state_->top.get(), &query, &r);
    return r.tfar < 0 ? 0 : query.transmittance;
}

} // namespace soulvan::render
