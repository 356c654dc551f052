// The building: rooms, their doors and windows, the columns that stand in them.
#include "structure.h"

#include "relation_score.h"
#include "solve_assets.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace soulvan::scene {
namespace {

struct Usual {
    char const* environment;
    double width, depth, height;
};
/// What a place measures when nobody said it.
constexpr Usual usual[] = {{"warehouse", 30, 24, 8}, {"factory", 30, 24, 8}, {"workshop", 16, 12, 5},
                           {"garage", 12, 10, 4},    {"hangar", 40, 30, 9},  {"loading_dock", 24, 16, 6},
                           {"office", 12, 9, 3},     {"classroom", 9, 8, 3}, {"meeting_room", 7, 5.5, 2.8},
                           {"outdoor", 40, 30, 0},   {"yard", 40, 30, 0},    {"street", 40, 20, 0},
                           {"parking", 40, 30, 0},   {"garden", 30, 30, 0},  {"room", 6, 5, 2.7}};

Usual const& usual_of(std::string_view environment)
{
    for (auto const& row : usual)
        if (environment == row.environment) return row;
    return usual[std::size(usual) - 1];
}

double size_factor(std::string_view word)
{
    if (word == "tiny") return 0.5;
    if (word == "small") return 0.7;
    if (word == "large" || word == "big" || word == "spacious") return 1.4;
    if (word == "huge" || word == "vast") return 2.0;
    return 1;
}

/// The height that every group of the room can do with, under its lamps.
double needed_height(Site const& site, RoomPlan const& room)
{
    double height = 0;
    auto const& tree = catalog::Categories::standard();
    double const drop = lamps_drop_m(room.environment);
    for (auto const& group : site.plan.groups) {
        if (group.room != room.id && !(group.room.empty() && &room == &site.plan.rooms.front())) continue;
        double least = 1e9;
        for (auto const* asset : site.source.of_category(group.category, {}))
            least = std::min(least, asset->bounds.max.y);
        if (least >= 30) continue;
        auto const* category = tree.find(group.category);
        height = std::max(height, least + 0.2 + (category ? room_for_lamps(*category, least, drop) : drop));
    }
    return height;
}

/// Whether a truck comes to the dock.
bool wants_yard(Site const& site)
{
    if (site.plan.environment() != "loading_dock") return false;
    auto const& tree = catalog::Categories::standard();
    return std::any_of(site.plan.groups.begin(), site.plan.groups.end(),
                       [&](Group const& g) { return tree.is_a(g.category, "truck") && g.room.empty(); });
}

// ------------------------------------------------------------------------------------------------ openings

double number_or(catalog::Parameters const& parameters, std::string const& name, double fallback)
{
    auto const it = parameters.find(name);
    if (it == parameters.end()) return fallback;
    double value = fallback;
    std::from_chars(it->second.data(), it->second.data() + it->second.size(), value);
    return value > 0.1 && value < 100 ? value : fallback;
}

bool runs_east(Wall wall)
{
    return wall == Wall::north || wall == Wall::south;
}

/// {least, most} coordinate along the wall.
std::array<double, 2> span_of(Room const& room, Wall wall)
{
    return runs_east(wall) ? std::array{room.min_x, room.max_x} : std::array{room.min_z, room.max_z};
}

/// Whether an opening of `width` may be cut there: clear of corners, columns and other openings.
bool wall_free(Room const& room, Wall wall, double centre, double width)
{
    auto const [low, high] = span_of(room, wall);
    if (centre - width / 2 < low + 0.25 || centre + width / 2 > high - 0.25) return false;
    for (auto const& o : room.openings)
        if (o.wall == wall && std::abs(o.centre - centre) < (o.width + width) / 2 + 0.3) return false;
    if (!runs_east(wall) && has_columns(room.environment))
        for (auto const& column : hall_columns(room.max_x - room.min_x, room.max_z - room.min_z))
            if (std::abs(column.centre.y + (room.min_z + room.max_z) / 2 - centre) <
                width / 2 + column.hz + 0.1)
                return false;
    return true;
}

/// Free centre nearest to `wanted`; nothing when the wall is full.
std::optional<double> place_on_wall(Room const& room, Wall wall, double wanted, double width)
{
    auto const [low, high] = span_of(room, wall);
    for (double off = 0; off <= high - low; off += 0.1)
        for (double const centre : {wanted + off, wanted - off})
            if (wall_free(room, wall, centre, width)) return std::round(centre * 1000) / 1000;
    return std::nullopt;
}

/// Sets a door or window into a wall: the thing, its opening, and the floor that it keeps free.
bool set_in_wall(Site& site, int at, Wall wall, double wanted)
{
    auto& one = site.thing(at);
    auto& room = site.rooms[static_cast<std::size_t>(one.room)];
    bool const passage = site.is_a(one, "door");
    Vec3d const size = one.size();
    // A generator states the hole; a model fills it with its frame.
    double const width = number_or(one.asset->ref.parameters, "width", size.x);
    double const height = number_or(one.asset->ref.parameters, "height", one.asset->bounds.max.y * one.scale);
    double const sill = passage ? 0 : one.asset->elevation > 0.2 ? one.asset->elevation : 0.9;
    auto const centre = place_on_wall(room, wall, wanted, std::max(width, size.x));
    if (!centre || sill + height > room.height - 0.05) return false;
    Plan2 const out = outward(wall);
    Rect const face = wall_face(room, wall);
    // Models without depth behind their back are set in until 2 cm stand proud of the wall.
    double const inset = one.asset->bounds.min.z < -0.01 ? 0 : std::max(0.0, size.z - 0.02);
    Plan2 const along = runs_east(wall) ? Plan2{*centre, face.centre.y} : Plan2{face.centre.x, *centre};
    Plan2 const origin = along + out * inset;
    one.pose = rounded({origin.x, sill, origin.y, yaw_of(-out)});
    one.support = fmt::format("wall:{}", name_of(wall));
    one.placed = true;
    one.solid = one.solid_at(one.pose);
    room.openings.push_back({one.id, wall, *centre, width, height, sill, passage});
    return true;
}

int add_part(Site& site, std::string_view category, int room, std::shared_ptr<catalog::Asset const> asset)
{
    int number = 1;
    for (auto const& t : site.things) number += t.group < 0 && t.category == category;
    Thing part;
    part.room = room;
    part.category = category;
    part.id = fmt::format("{}_0{}", category, number); // never the id of a thing that was asked for
    part.seed = hash_of(part.id) ^ site.plan.seed;
    part.architecture = true;
    part.asset = std::move(asset);
    site.things.push_back(std::move(part));
    return static_cast<int>(site.things.size()) - 1;
}

bool excluded(Site const& site, std::string_view category)
{
    auto const& tree = catalog::Categories::standard();
    return std::any_of(site.plan.excluded.begin(), site.plan.excluded.end(),
                       [&](std::string const& name) { return tree.is_a(category, name); });
}

/// Spreads a row of openings over a wall, equal distances, about the middle.
void spread(Site& site, std::vector<int> const& things, std::vector<Wall> const& walls)
{
    std::size_t const n = things.size();
    for (std::size_t i = 0; i < n; ++i) {
        bool set = false;
        for (std::size_t k = 0; k < walls.size() && !set; ++k) {
            Wall const wall = walls[k];
            auto const [low, high] =
                span_of(site.rooms[static_cast<std::size_t>(site.thing(things[i]).room)], wall);
            double const pitch = std::min((high - low) / static_cast<double>(n), 6.0);
            double const wanted =
                (low + high) / 2 + (static_cast<double>(i) - static_cast<double>(n - 1) / 2) * pitch;
            set = set_in_wall(site, things[i], wall, wanted);
        }
        if (!set) site.warn("too_many", fmt::format("No wall has room for {}.", site.thing(things[i]).id));
    }
}

std::vector<Wall> walls_for(Site const& site, Group const& group)
{
    for (auto const& r : group.relations)
        if (!r.wall.empty() && r.type != RelationType::keep_free) return walls_named(site, r.wall);
    auto const& tree = catalog::Categories::standard();
    if (tree.is_a(group.category, "dock_door") || tree.is_a(group.category, "window"))
        return {Wall::north, Wall::east, Wall::west, Wall::south};
    return {Wall::north, Wall::west, Wall::east, Wall::south};
}

/// Doors of a place of which the plan names none.
void usual_doors(Site& site, int at)
{
    auto& room = site.rooms[static_cast<std::size_t>(at)];
    bool const dock = room.environment == "loading_dock", hall = has_columns(room.environment);
    double const width = room.max_x - room.min_x;
    if (dock && !excluded(site, "dock_door")) {
        if (auto const door = choose_asset(site, "dock_door", {}, room.height - 0.3)) {
            std::vector<int> doors;
            int const n = std::clamp(static_cast<int>((width - 3) / 5), 1, 6);
            for (int i = 0; i < n; ++i) doors.push_back(add_part(site, "dock_door", at, door));
            spread(site, doors, {Wall::north});
            return;
        }
    }
    auto const pick = [&](std::initializer_list<char const*> names) {
        for (char const* name : names)
            if (!excluded(site, name))
                if (auto const asset = choose_asset(site, name, {}, room.height - 0.1)) {
                    auto const category = asset->category;
                    return add_part(site, category, at, asset);
                }
        return -1;
    };
    if (hall && width >= 14)
        if (int const gate = pick({"dock_door"}); gate >= 0) spread(site, {gate}, {Wall::south, Wall::east});
    int const door = pick({"office_door", "door"});
    if (door < 0) return;
    // Beside a corner, where it costs the least wall. The finish of one wall is shown where no hole is: the
    // picture is taken from the south, so the door goes there.
    auto const accent = room.shell.parameters.find("accent");
    bool const shows = accent != room.shell.parameters.end() && accent->second != "none" && width > 3;
    (shows && set_in_wall(site, door, Wall::south, room.max_x - 1.2)) ||
        set_in_wall(site, door, hall ? Wall::west : Wall::east, room.max_z - 1.6) ||
        set_in_wall(site, door, Wall::south, room.max_x - 1.2) ||
        set_in_wall(site, door, Wall::north, room.min_x);
}

/// Wall that things which shall hang on it need in its middle, before windows take it.
double reserved(Site const& site, int room, Wall wall)
{
    double width = 0;
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        auto const& state = site.groups[g];
        if (state.architecture || state.room != room || state.no_asset) continue;
        for (auto const& r : site.plan.groups[g].relations) {
            if (r.type != RelationType::on_wall || r.wall.empty()) continue;
            auto const walls = walls_named(site, r.wall);
            if (std::find(walls.begin(), walls.end(), wall) == walls.end()) continue;
            for (int const t : state.things)
                if (site.thing(t).asset) width += site.thing(t).size().x + 0.3;
        }
    }
    return width;
}

/// A window as such a place has it: bands of glass in offices, single ones where people live.
std::shared_ptr<catalog::Asset const> usual_window(Site const& site, Room const& room, bool office)
{
    auto const window = choose_asset(site, "window", {}, room.height - 0.2);
    if (!window || window->origin != catalog::Origin::generated) return window;
    auto ref = window->ref;
    ref.parameters["width"] = office ? "2.6" : "1.8";
    ref.parameters["height"] = fmt::format("{:.2f}", std::min(office ? 1.7 : 1.5, room.height - 1.15));
    auto sized = site.source.describe(ref);
    return sized ? std::make_shared<catalog::Asset const>(*std::move(sized)) : window;
}

void usual_windows(Site& site, int at)
{
    auto const& room = site.rooms[static_cast<std::size_t>(at)];
    auto const& wish = site.plan.rooms[static_cast<std::size_t>(at)];
    if (!wish.windows || has_columns(room.environment) || excluded(site, "window")) return;
    bool const office = room.shell.key == "soulvan/office_shell";
    auto const window = usual_window(site, room, office);
    if (!window) return;
    double const width = window->bounds.max.x - window->bounds.min.x;
    double const pitch = std::max(1.8, width + (office ? 0.5 : 0.9));
    // Before the camera, and at the side where the sun is at that time.
    auto const& time = site.plan.light.time_of_day;
    Wall const side = time == "morning" || time == "dawn" ? Wall::east : Wall::west;
    for (Wall const wall : {Wall::north, side}) {
        auto const [low, high] = span_of(room, wall);
        int const most = static_cast<int>((high - low - 0.8) / pitch);
        int const n = std::min(most, office ? most : wall == Wall::north ? 2 : 1);
        double const step = (high - low) / std::max(1, n), middle = (low + high) / 2;
        double const kept = reserved(site, at, wall);
        for (int i = 0; i < n; ++i) {
            double const wanted = low + step * (i + 0.5);
            if (kept > 0 && std::abs(wanted - middle) < (kept + pitch) / 2) continue;
            set_in_wall(site, add_part(site, "window", at, window), wall, wanted);
        }
    }
}

/// What stands before a hall's docks, outside: tubes that guide wheels, and the shelters of a yard's front.
void fill_dock_fronts(Site& site)
{
    // soulvan/yard and soulvan/dock_hall: tubes 1.42 m from a door's middle, from 0.6 to 3.8 m before it.
    constexpr double tube = 1.42, tube_from = 0.5, tube_to = 3.9, front = 4.0, least_depth = 12;
    for (auto const& room : site.rooms)
        if (has_hall_front(room) && room.max_z - room.min_z >= least_depth)
            site.occupancy.add({upright(room.min_x, room.min_z, room.max_x, room.min_z + front), 0.02, 5},
                               Filling::keep_out, -1);
    auto const& yard = site.rooms.back();
    if (yard.id != "yard") return;
    for (auto const& o : site.rooms.front().openings) {
        if (o.wall != Wall::north || o.sill > 0.3 || o.width < 1.8) continue;
        for (double const side : {-1.0, 1.0}) {
            double const inner = o.centre + side * (tube - 0.1), outer = o.centre + side * (tube + 0.5);
            Rect const foot = upright(std::min(inner, outer), yard.max_z - tube_to, std::max(inner, outer),
                                      yard.max_z - tube_from);
            site.occupancy.add({foot, yard.floor, yard.floor + 0.25}, Filling::solid, -1);
        }
    }
}

/// Joins neighbouring rooms by an opening of a door that both share.
void join_rooms(Site& site, int at)
{
    auto &west = site.rooms[static_cast<std::size_t>(at)],
         &east = site.rooms[static_cast<std::size_t>(at) + 1];
    if (west.height <= 0 || east.height <= 0 || excluded(site, "door")) return;
    double const height = std::min(west.height, east.height) - 0.1;
    auto asset = choose_asset(site, "office_door", {}, height);
    if (!asset) asset = choose_asset(site, "door", {}, height);
    if (!asset) return;
    int const door = add_part(site, asset->category, at, asset);
    double const z = (std::max(west.min_z, east.min_z) + std::min(west.max_z, east.max_z)) / 2;
    if (!set_in_wall(site, door, Wall::east, z)) return;
    auto opening = west.openings.back();
    opening.wall = Wall::west;
    east.openings.push_back(opening);
}

} // namespace

std::vector<Rect> hall_columns(double width, double depth)
{
    std::vector<Rect> columns;
    int const bays = std::max(1, static_cast<int>(std::lround(depth / 6)));
    constexpr double half_width = 0.15, protrusion = 0.3;
    for (int i = 1; i < bays; ++i) {
        double const z = -depth / 2 + depth * i / bays;
        for (double const side : {-1.0, 1.0}) {
            double const x = side * (width / 2 - protrusion / 2);
            columns.push_back({{x, z}, {1, 0}, protrusion / 2, half_width});
        }
    }
    return columns;
}

void make_rooms(Site& site, double enlarge)
{
    double east = 0;
    for (auto const& wish : site.plan.rooms) {
        auto const& row = usual_of(wish.environment);
        double const factor = size_factor(wish.size_word), grow = wish.size_stated ? 1 : enlarge;
        Room room;
        room.id = wish.id;
        room.environment = wish.environment;
        double const width = std::clamp(wish.width.value_or(row.width * factor) * grow, 1.0, 200.0);
        double const depth = std::clamp(wish.depth.value_or(row.depth * factor) * grow, 1.0, 200.0);
        room.height = is_open(wish.environment) ? 0 : std::clamp(wish.height.value_or(row.height), 2.0, 40.0);
        if (room.height > 0 && !wish.size_stated)
            room.height = std::max(room.height, needed_height(site, wish));
        bool const first = site.rooms.empty();
        room.min_x = first ? -width / 2 : east + wall_thickness_m;
        room.max_x = room.min_x + width;
        room.min_z = -depth / 2;
        room.max_z = depth / 2;
        room.shell = shell_for(site.plan, room, {});
        east = room.max_x;
        site.rooms.push_back(room);
    }
    if (!wants_yard(site)) return;
    auto const& dock = site.rooms.front();
    Room yard;
    yard.id = "yard", yard.environment = "outdoor";
    yard.min_x = dock.min_x, yard.max_x = dock.max_x;
    yard.max_z = dock.min_z - wall_thickness_m;
    yard.min_z = yard.max_z - 22;
    yard.floor = -dock_height_m;
    site.rooms.push_back(yard);
}

void make_openings(Site& site)
{
    auto const& tree = catalog::Categories::standard();
    std::vector<bool> door(site.rooms.size(), false), window(site.rooms.size(), false);
    // Doors first: they need the floor.
    for (bool const doors : {true, false})
        for (std::size_t g = 0; g < site.groups.size(); ++g) {
            auto const& group = site.plan.groups[g];
            auto const& state = site.groups[g];
            if (!tree.is_a(group.category, doors ? "door" : "window")) continue;
            auto const room = static_cast<std::size_t>(state.room);
            (doors ? door : window)[room] = true;
            std::vector<int> open;
            for (int const t : state.things)
                if (!site.thing(t).placed && site.thing(t).asset) open.push_back(t);
            spread(site, open, walls_for(site, group));
        }
    for (std::size_t i = 0; i < site.plan.rooms.size(); ++i) {
        if (site.rooms[i].height <= 0) continue;
        if (i > 0)
            join_rooms(site, static_cast<int>(i) - 1);
        else if (!door[i])
            usual_doors(site, 0);
        if (!window[i]) usual_windows(site, static_cast<int>(i));
    }
    std::erase_if(site.things, [](Thing const& t) { return t.group < 0 && !t.placed; });
}

void refresh_openings(Site& site)
{
    for (std::size_t i = 0; i < site.plan.rooms.size(); ++i)
        if (!site.plan.rooms[i].windows) // "without windows" takes those away that nobody asked for
            for (auto& one : site.things)
                if (one.group < 0 && site.is_a(one, "window")) one.placed = false, one.asset = nullptr;
    for (auto& room : site.rooms)
        std::erase_if(room.openings, [&](Opening const& o) {
            return std::none_of(site.things.begin(), site.things.end(),
                                [&](Thing const& t) { return t.placed && t.id == o.id; });
        });
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
        if (!site.groups[g].architecture) continue;
        std::vector<int> open;
        for (int const t : site.groups[g].things)
            if (!site.thing(t).placed && site.thing(t).asset) open.push_back(t);
        spread(site, open, walls_for(site, site.plan.groups[g]));
    }
}

void fill_structure(Site& site)
{
    fill_dock_fronts(site);
    for (auto const& room : site.rooms) {
        Plan2 const middle{(room.min_x + room.max_x) / 2, (room.min_z + room.max_z) / 2};
        if (has_columns(room.environment))
            for (auto column : hall_columns(room.max_x - room.min_x, room.max_z - room.min_z)) {
                column.centre += middle;
                site.occupancy.add({column, 0, room.height}, Filling::solid, -1);
            }
        for (auto const& o : room.openings) {
            // facts/scene.md 2: the box before a door is its width and 1 m deep, before a window 0.5 m.
            double const deep = !o.passage ? 0.53 : o.width > 2 ? 1.5 : 1.2;
            Plan2 const face = wall_face(room, o.wall).centre, in = -outward(o.wall);
            Plan2 const foot = runs_east(o.wall) ? Plan2{o.centre, face.y} : Plan2{face.x, o.centre};
            Rect const before{foot + in * (deep / 2), in, deep / 2, o.width / 2};
            site.occupancy.add({before, o.sill + 0.02, o.sill + o.height}, Filling::keep_out, -1);
        }
    }
    for (std::size_t g = 0; g < site.groups.size(); ++g)
        for (auto const& r : site.plan.groups[g].relations) {
            if (r.type != RelationType::keep_free) continue;
            auto const& room = site.rooms[static_cast<std::size_t>(site.groups[g].room)];
            double const deep = r.min_m.value_or(r.max_m.value_or(1.0)) + 0.01;
            for (Wall const wall : walls_named(site, r.wall)) {
                Rect face = wall_face(room, wall);
                face.centre -= outward(wall) * (deep / 2);
                (runs_east(wall) ? face.hz : face.hx) = deep / 2;
                site.occupancy.add({face, 0.02, 4.0}, Filling::keep_out, -1);
            }
        }
    for (std::size_t i = 0; i < site.things.size(); ++i)
        if (auto const& t = site.things[i]; t.architecture && t.placed && t.support.starts_with("wall:"))
            site.occupancy.add(t.solid, Filling::solid, static_cast<int>(i));
}

} // namespace soulvan::scene
