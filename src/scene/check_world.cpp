// What does a stage hold, as things in one frame?
#include "check_world.h"

#include "check_discover.h"

#include "soulvan/catalog/asset.h"
#include "soulvan/geometry/triangles.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include <tbb/parallel_for.h>

namespace soulvan::scene::checking {
namespace {

constexpr std::size_t most_things = 100'000;
constexpr double margin = 0.011; ///< support is looked for within a centimetre

/// A mesh or a whole instance, and where it lies in a thing.
struct Part {
    bool whole = false;
    std::size_t index = 0; ///< of a mesh, or of a list of meshes
    Matrix4d thing_from_part;
};
using Parts = std::vector<Part>;

bool is_finite(Range3d const& range)
{
    constexpr double most = 1e9; // metres; beyond it millimetres are lost
    for (int i = 0; i < 3; ++i)
        if (!(std::abs(range.min[i]) < most && std::abs(range.max[i]) < most)) return false;
    return true;
}

/// Numbers that tell one placing of a part from another, to a millionth of its unit.
std::string print(Matrix4d const& m)
{
    std::string out;
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 3; ++j) out += fmt::format("{:.0f} ", std::round(m[i][j] * 1e6) + 0.0);
    return out;
}

/// Groups the stage's gprims into things and reads every distinct surface once.
class Reader {
public:
    Reader(usd::Stage const& stage, World& world) : stage_(stage), world_(world), time_(first_time(stage)) {}

    Result<> run()
    {
        auto found = TRY(discover(stage_, time_));
        world_.declared = found.declared;
        for (auto const& root : found.roots) add_thing(root);
        // What lies within an instance below a thing belongs to that thing.
        auto placed = TRY(geometry::flatten(stage_, time_, {"render"}, [&](usd::Prim const& instance) {
            return owner(instance.path()) != none;
        }));
        if (placed.empty() && found.roots.empty())
            return fail(Errc::invalid_input, "the stage shows no geometry; is it the right file?");
        for (auto const& copy : placed) TRY(add_part(copy, found));
        read_meshes();
        make_surfaces();
        tbb::parallel_for(std::size_t{0}, world_.things.size(), [&](std::size_t i) { embody(i); });
        for (std::size_t i = 0; i < world_.things.size(); ++i)
            world_.unreadable += has_surface(i) && world_.things[i].body.empty();
        return {};
    }

    usd::Time time() const { return time_; }

private:
    static constexpr std::size_t none = ~std::size_t{0};

    static usd::Time first_time(usd::Stage const& stage)
    {
        auto const start = stage.start_time_code();
        return start ? usd::Time(*start) : usd::Time::earliest();
    }

    void add_thing(Root const& root)
    {
        owner_.emplace(root.prim.path(), world_.things.size());
        world_.things.push_back(describe(root, time_));
        auto& thing = world_.things.back();
        auto const world_from_prim = usd::world_from_local(root.prim, time_);
        thing.world_from_thing = (world_from_prim ? *world_from_prim : Matrix4d()) * world_.metres_from_stage;
        Vec3d front{0, 0, 0};
        if (auto const stated = root.prim.get<Vec3f>("soulvan:front", time_)) {
            thing.world_from_thing.multDirMatrix(Vec3d(*stated), front);
            if (front.length() > 0) thing.front = front.normalized();
        }
    }

    /// The thing that a prim belongs to, found by climbing.
    std::size_t owner(usd::Path const& path)
    {
        if (path.empty() || path.is_root()) return none;
        if (auto const known = owner_.find(path); known != owner_.end()) return known->second;
        auto const above = owner(path.parent());
        owner_.emplace(path, above);
        return above;
    }

    Result<> add_part(geometry::Placed const& copy, Discovery const& found)
    {
        auto const from = copy.instance >= 0 ? copy.instancer : copy.prim.path();
        auto index = owner(from);
        Matrix4d const world_from_part = copy.world_from_local * world_.metres_from_stage;
        if (index == none) index = own_thing(copy, found);
        if (world_.things.size() > most_things)
            return fail(Errc::limit, "the stage holds more than {} things; check a part of it", most_things);
        parts_.resize(world_.things.size());
        // A thing whose own pose cannot be inverted is measured in world space.
        auto& thing = world_.things[index];
        if (parts_[index].empty() && std::abs(thing.world_from_thing.determinant()) < 1e-12)
            thing.world_from_thing = Matrix4d();
        Matrix4d const thing_from_part = world_from_part * thing.world_from_thing.inverse();
        parts_[index].push_back(copy.inside ? Part{true, whole_of(copy), thing_from_part}
                                            : Part{false, mesh_of(copy), thing_from_part});
        return {};
    }

    /// A copy of a PointInstancer is a thing; any other surface that no thing owns is a surrounding.
    std::size_t own_thing(geometry::Placed const& copy, Discovery const& found)
    {
        auto const index = world_.things.size();
        if (copy.instance >= 0) {
            auto const key = fmt::format("{}[{}]", copy.instancer.str(), copy.instance);
            auto const [known, is_new] = copies_.emplace(key, index);
            if (!is_new) return known->second;
            auto thing = describe({stage_.prim_at(copy.instancer), false}, time_);
            thing.path = key;
            thing.id = key.substr(key.rfind('/') + 1);
            thing.world_from_thing = copy.world_from_local * world_.metres_from_stage;
            if (found.is_surrounding(copy.instancer)) thing.role = Role::surrounding;
            world_.things.push_back(std::move(thing));
            return index;
        }
        auto thing = describe({copy.prim, false}, time_);
        thing.role = Role::surrounding;
        thing.world_from_thing = copy.world_from_local * world_.metres_from_stage;
        world_.things.push_back(std::move(thing));
        return index;
    }

    std::size_t mesh_of(geometry::Placed const& copy)
    {
        auto const key = copy.shared_key != 0 ? fmt::format("#{}", copy.shared_key) : copy.prim.path().str();
        auto const [known, is_new] = mesh_index_.emplace(key, prims_.size());
        if (is_new) prims_.push_back(copy.prim);
        return known->second;
    }

    std::size_t whole_of(geometry::Placed const& copy)
    {
        auto const [known, is_new] = whole_index_.emplace(copy.inside.get(), wholes_.size());
        if (is_new) {
            Parts parts;
            for (auto const& surface : *copy.inside)
                parts.push_back({false, mesh_of(surface), surface.world_from_local});
            wholes_.push_back(std::move(parts));
        }
        return known->second;
    }

    void read_meshes()
    {
        meshes_.resize(prims_.size());
        std::vector<std::uint8_t> failed(prims_.size());
        geometry::TriangulateOptions const options{.most_refined_faces = 200'000,
                                                   .primvars = std::vector<std::string>{}};
        tbb::parallel_for(std::size_t{0}, prims_.size(), [&](std::size_t i) {
            auto mesh = geometry::triangulate(prims_[i], time_, options);
            failed[i] = !mesh;
            if (mesh)
                meshes_[i] = std::make_shared<geometry::MeshTree const>(std::move(mesh->points),
                                                                        std::move(mesh->triangles));
        });
        world_.unreadable = static_cast<std::size_t>(std::count(failed.begin(), failed.end(), 1));
    }

    /// One surface for all things of equal parts.
    void make_surfaces()
    {
        surface_of_.assign(world_.things.size(), none);
        parts_.resize(world_.things.size());
        std::unordered_map<std::string, std::size_t> known;
        std::vector<Parts const*> distinct;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (parts_[i].empty()) continue;
            std::string key;
            for (auto const& part : parts_[i])
                key +=
                    fmt::format("{}{}:{}", part.whole ? '*' : ' ', part.index, print(part.thing_from_part));
            auto const [found, is_new] = known.emplace(std::move(key), distinct.size());
            if (is_new) distinct.push_back(&parts_[i]);
            surface_of_[i] = found->second;
        }
        surfaces_.resize(distinct.size());
        tbb::parallel_for(std::size_t{0}, distinct.size(),
                          [&](std::size_t i) { surfaces_[i] = surface_from(*distinct[i]); });
    }

    std::shared_ptr<geometry::Surface const> surface_from(Parts const& parts) const
    {
        std::vector<geometry::Surface::Part> out;
        for (auto const& part : parts)
            if (part.whole)
                for (auto const& inner : wholes_[part.index])
                    out.push_back({meshes_[inner.index], inner.thing_from_part * part.thing_from_part});
            else
                out.push_back({meshes_[part.index], part.thing_from_part});
        return std::make_shared<geometry::Surface const>(out);
    }

    bool has_surface(std::size_t i) const
    {
        return surface_of_[i] != none && !surfaces_[surface_of_[i]]->empty();
    }

    void embody(std::size_t i)
    {
        if (!has_surface(i)) return;
        auto& thing = world_.things[i];
        thing.body = geometry::Body(surfaces_[surface_of_[i]], thing.world_from_thing);
        if (!is_finite(thing.body.bounds)) thing.body = {};
        thing.centroid = surfaces_[surface_of_[i]]->centroid() * thing.world_from_thing;
    }

    usd::Stage const& stage_;
    World& world_;
    usd::Time time_;
    std::unordered_map<usd::Path, std::size_t> owner_;
    std::unordered_map<std::string, std::size_t> copies_, mesh_index_;
    std::vector<usd::Prim> prims_; ///< of each distinct mesh
    std::unordered_map<std::vector<geometry::Placed> const*, std::size_t> whole_index_;
    std::vector<std::shared_ptr<geometry::MeshTree const>> meshes_;
    std::vector<Parts> wholes_;
    std::vector<Parts> parts_; ///< by thing
    std::vector<std::shared_ptr<geometry::Surface const>> surfaces_;
    std::vector<std::size_t> surface_of_; ///< by thing
};

Matrix4d metres_from(usd::Stage const& stage)
{
    double const unit = stage.meters_per_unit() > 0 ? stage.meters_per_unit() : 0.01;
    if (stage.up_axis() == "Z") return {unit, 0, 0, 0, 0, 0, -unit, 0, 0, unit, 0, 0, 0, 0, 0, 1};
    return {unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, 1};
}

/// Sets the heights of a room's box whose half edges lie in any order.
RoomSpace upright(std::string path, geometry::Box box)
{
    auto up = std::max_element(box.half.begin(), box.half.end(), [](Vec3d const& a, Vec3d const& b) {
        return std::abs(a.y) * b.length() < std::abs(b.y) * a.length();
    });
    // An open yard is flat: the edge without length is the one that stands.
    for (auto edge = box.half.begin(); edge != box.half.end(); ++edge)
        if (edge->length() < 1e-9) up = edge;
    std::swap(*up, box.half[2]);
    double const half = std::abs(box.half[2].y);
    return {std::move(path), box, box.centre.y - half, 2 * half};
}

void read_rooms_and_cameras(usd::Stage const& stage, usd::Time time, World& world)
{
    std::set<std::size_t> seen; // prototypes
    stage.traverse([&](usd::Prim const& prim) {
        if (prim.is_instance() && !seen.insert(prim.prototype_key()).second) return false;
        auto const type = prim.type_name();
        if (prim.has_api("LightAPI") || prim.is_a("BoundableLightBase") ||
            prim.is_a("NonboundableLightBase") || type.view().ends_with("Light"))
            ++world.lights;
        auto const low = prim.get<Vec3f>("soulvan:room:min", time),
                   high = prim.get<Vec3f>("soulvan:room:max", time);
        bool const sane = low && high && is_finite(Range3d(Vec3d(*low), Vec3d(*high)));
        // Bounds are those that its siblings see: the prim's own pose places its model.
        auto const parent = prim.parent();
        auto const local = sane && parent && !parent.path().is_root() ? usd::world_from_local(parent, time)
                                                                      : Result<Matrix4d>(Matrix4d());
        if (sane && local)
            world.rooms.push_back(
                upright(prim.path().str(),
                        geometry::Box(Range3d(Vec3d(*low), Vec3d(*high)), *local * world.metres_from_stage)));
        if (type == "Camera") {
            CameraPath camera{prim.path().str(), {}, {0, 0, -1}};
            std::set<double> codes;
            for (auto above = prim; above && !above.path().is_root(); above = above.parent())
                for (auto const& attribute : above.attributes())
                    if (attribute.name().view().starts_with("xformOp:"))
                        for (double const code : attribute.time_samples()) codes.insert(code);
            std::vector<usd::Time> times{time};
            if (codes.size() > 1) // the whole path, evenly
                for (int i = 0; i <= 24; ++i)
                    times.emplace_back(*codes.begin() + (*codes.rbegin() - *codes.begin()) * i / 24);
            for (auto const& at : times)
                if (auto const pose = usd::world_from_local(prim, at)) {
                    if (camera.positions.empty()) {
                        (*pose * world.metres_from_stage).multDirMatrix(Vec3d(0, 0, -1), camera.forward);
                        camera.forward.normalize();
                    }
                    camera.positions.push_back(Vec3d(0, 0, 0) * (*pose * world.metres_from_stage));
                }
            world.cameras.push_back(std::move(camera));
        }
        return true;
    });
}

/// Pairs of things whose bounds come near, by sweeping along x. Surroundings are not paired with each other.
void find_close(World& world)
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < world.things.size(); ++i)
        if (!world.things[i].body.empty()) order.push_back(i);
    auto const bounds = [&](std::uint32_t i) -> Range3d const& { return world.things[i].body.bounds; };
    std::stable_sort(order.begin(), order.end(),
                     [&](auto i, auto j) { return bounds(i).min.x < bounds(j).min.x; });
    for (std::size_t a = 0; a < order.size(); ++a)
        for (std::size_t b = a + 1; b < order.size(); ++b) {
            auto const i = std::min(order[a], order[b]), j = std::max(order[a], order[b]);
            auto const &p = bounds(order[a]), &q = bounds(order[b]);
            if (q.min.x > p.max.x + margin) break;
            if (world.things[i].role != Role::object && world.things[j].role != Role::object) continue;
            if (p.min.y > q.max.y + margin || q.min.y > p.max.y + margin || p.min.z > q.max.z + margin ||
                q.min.z > p.max.z + margin)
                continue;
            world.close.emplace_back(i, j);
        }
    std::sort(world.close.begin(), world.close.end());
    world.neighbours.assign(world.things.size(), {});
    for (auto const& [i, j] : world.close) {
        world.neighbours[i].push_back(j);
        world.neighbours[j].push_back(i);
    }
}

/// Area in the plan of what faces up or down.
double level_area(geometry::Body const& body)
{
    double sum = 0;
    for (auto const& copy : body.surface->copies()) {
        auto const world_from_mesh = copy.surface_from_mesh * body.world_from_surface;
        for (auto const& [i, j, k] : copy.mesh->triangles()) {
            auto const at = [&](std::uint32_t p) { return Vec3d(copy.mesh->points()[p]) * world_from_mesh; };
            Vec3d const a = at(i), normal = (at(j) - a).cross(at(k) - a);
            if (std::abs(normal.y) > 0.9 * normal.length()) sum += std::abs(normal.y) / 2;
        }
    }
    return sum;
}

/// What others stand on in a stage without rooms: floors by name, else the largest level surface that covers
/// a quarter of the scene and has most of it above, else an endless ground below the lowest point.
void find_floors(World& world)
{
    Range3d scene;
    for (auto const& thing : world.things)
        if (!thing.body.empty()) scene.extendBy(thing.body.bounds);
    if (scene.isEmpty()) return;
    double best_area = 0.25 * scene.size().x * scene.size().z;
    std::optional<std::uint32_t> best;
    for (std::uint32_t i = 0; i < world.things.size(); ++i) {
        auto const& thing = world.things[i];
        if (thing.body.empty()) continue;
        if (is_floor(thing.category)) {
            world.floors.push_back(i);
        } else if (thing.role != Role::object &&
                   thing.body.bounds.min.y < scene.min.y + 0.5 * scene.size().y) {
            double const area = level_area(thing.body);
            if (area > best_area) {
                best_area = area;
                best = i;
            }
        }
    }
    if (world.floors.empty() && best) world.floors.push_back(*best);
    if (world.floors.empty() && world.rooms.empty()) world.ground = scene.min.y;
}

} // namespace

double RoomSpace::outside(Vec3d const& point) const
{
    Vec3d const offset = point - box.centre;
    double worst = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < 2; ++i) {
        double const length = box.half[i].length();
        if (length > 0) worst = std::max(worst, std::abs(offset.dot(box.half[i])) / length - length);
    }
    return worst;
}

RoomSpace const* World::room_of(Thing const& thing) const
{
    RoomSpace const* best = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (auto const& room : rooms) {
        Vec3d const centre =
            thing.body.empty() ? Vec3d(0, 0, 0) * thing.world_from_thing : thing.body.bounds.center();
        double const outside = room.outside(centre);
        if (outside < least) {
            least = outside;
            best = &room;
        }
    }
    return best;
}

Result<World> read_world(usd::Stage const& stage)
{
    World world;
    world.metres_from_stage = metres_from(stage);
    Reader reader(stage, world);
    TRY(reader.run());
    read_rooms_and_cameras(stage, reader.time(), world);
    return world;
}

World moved(World const& world, Matrix4d const& correction)
{
    World out = world;
    out.metres_from_stage = world.metres_from_stage * correction;
    for (auto& thing : out.things) {
        thing.world_from_thing = thing.world_from_thing * correction;
        thing.centroid = thing.centroid * correction;
        Vec3d front{0, 0, 0};
        correction.multDirMatrix(thing.front, front);
        thing.front = front.length() > 0 ? front.normalized() : front;
        if (!thing.body.empty())
            thing.body = geometry::Body(thing.body.surface, thing.body.world_from_surface * correction);
    }
    for (auto& room : out.rooms) {
        auto box = room.box;
        box.centre = box.centre * correction;
        for (auto& edge : box.half) correction.multDirMatrix(Vec3d(edge), edge);
        room = upright(room.path, box);
    }
    for (auto& camera : out.cameras) {
        correction.multDirMatrix(Vec3d(camera.forward), camera.forward);
        camera.forward.normalize();
        for (auto& position : camera.positions) position = position * correction;
    }
    return out;
}

void arrange(World& world)
{
    world.close.clear();
    world.floors.clear();
    world.ground.reset();
    find_close(world);
    find_floors(world);
}

} // namespace soulvan::scene::checking
