// What lights a place: sky and sun by the time of day, lamps under the ceiling, daylight at the openings.
//
// Intensities are relative: 1 is the radiance that a camera without exposure shows as a bright white. Lamps
// are as strong as it takes to light the floor evenly to `floor_irradiance`, so that the scene is exposed
// right by itself.
#include "rows.h"
#include "structure.h"
#include "view.h"

#include "soulvan/base/hash.h"
#include "soulvan/catalog/hall.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace soulvan::scene {

namespace {

constexpr double pi = std::numbers::pi;

/// Daylight at one time of day.
struct Daylight {
    double sun_elevation_deg = 40, sun_azimuth_deg = 40; ///< azimuth from south towards east
    double sun_cct_k = 5500;
    double sun = 1; ///< of noon's irradiance
    double sky = 1; ///< of a clear noon's radiance
    bool artificial = true;
};

/// Sun colours as facts/scene.md 6 gives them: 5500 K at noon, 3000 to 3500 K at the golden hour.
Daylight daylight_at(std::string const& time)
{
    static std::map<std::string, Daylight, std::less<>> const table{
        {"dawn", {3, 78, 2800, 0.10, 0.25, true}},
        {"morning", {24, 62, 4600, 0.75, 0.85, true}},
        {"day", {42, 38, 5300, 0.9, 1, true}},
        {"noon", {62, 8, 5500, 1, 1.05, true}},
        {"afternoon", {34, -48, 5000, 0.85, 0.95, true}},
        {"golden_hour", {9, -66, 3300, 0.45, 0.5, true}},
        {"sunset", {3, -74, 2700, 0.18, 0.3, true}},
        {"dusk", {-3, -80, 3000, 0, 0.12, true}},
        {"evening", {-3, -80, 3000, 0, 0.12, true}},
        {"night", {-30, 0, 4000, 0, 0.006, true}},
    };
    auto const found = table.find(time.empty() ? std::string("day") : time);
    return found == table.end() ? table.at("day") : found->second;
}

/// How a kind of place is lit.
struct Recipe {
    char const* fixture; ///< generator of the lamps; "": none
    char const* category;
    double spacing = 5;               ///< metres between lamps
    double width = 0.3, length = 1.2; ///< of a lens
    double drop = 0.35;               ///< of the lens below the ceiling
    double cct_k = 0;
    double floor_irradiance = 2.6;
    double lamp_share = 0.55; ///< by day; the rest comes through roof and openings
    bool skylights = false;
};

// Colours are as a camera shows them that is balanced for the place: tubes of 4000 K look nearly white there.
Recipe recipe_of(std::string const& environment)
{
    static Recipe const hall{
        "soulvan/linear_light", "high_bay_light", 5.5, 0.3, 1.5, 0.5, 5600, 2.3, 0.5, true};
    static Recipe const office{
        "soulvan/light_panel", "light_panel", 2.4, 0.58, 0.58, 0, 5600, 2.1, 0.5, false};
    static auto const table = [] {
        std::map<std::string, Recipe, std::less<>> out{
            {"warehouse", hall},     {"loading_dock", hall}, {"factory", hall},  {"hangar", hall},
            {"workshop", hall},      {"garage", hall},       {"office", office}, {"meeting_room", office},
            {"classroom", office},   {"shop", office},       {"lobby", office},  {"laboratory", office},
            {"server_room", office}, {"library", office},    {"gym", office},    {"hallway", office},
            {"showroom", office},    {"reception", office}};
        out["loading_dock"].lamp_share = 0.45;
        out["workshop"].spacing = out["garage"].spacing = 4;
        out["workshop"].floor_irradiance = 2.6;
        out["garage"].drop = 0.3;
        out["garage"].skylights = false;
        out["meeting_room"].cct_k = out["shop"].cct_k = out["lobby"].cct_k = out["library"].cct_k = 5100;
        out["shop"].lamp_share = out["server_room"].lamp_share = 0.7;
        return out;
    }();
    auto const found = table.find(environment);
    // Rooms to live in: a few globes that light the ceiling, too; by day most comes from the windows.
    if (found == table.end())
        return {"soulvan/globe_light", "ceiling_lamp", 3.6, 0.3, 0.3, 0, 4700, 2.6, 0.3, false};
    return found->second;
}

class Lighter {
public:
    Lighter(Layout& layout, Plan const& plan, catalog::Catalog const& catalog)
        : layout_(layout),
          plan_(plan),
          wish_(plan.light),
          catalog_(catalog),
          day_(daylight_at(plan.light.time_of_day))
    {
        overcast_ = wish_.sky == "overcast" || wish_.fog;
        if (overcast_) {
            day_.sun = 0;
            day_.sky *= 0.8;
        }
        factor_ = wish_.mood == "dim"        ? 0.4
                  : wish_.mood == "bright"   ? 1.45
                  : wish_.mood == "dramatic" ? 0.55
                                             : 1;
        lit_ = wish_.artificial_on.value_or(true);
    }

    /// A camera is open wider when the sun is low or behind clouds; shown as stronger light, outdoors only.
    double outdoor_gain() const
    {
        if (inside()) return 1;
        double const elevation = day_.sun_elevation_deg;
        return elevation < -6 ? 3 : elevation < 6 ? 2.4 : elevation < 15 ? 1.9 : overcast_ ? 1.5 : 1;
    }

    void light()
    {
        add_sky();
        add_sun();
        for (auto const& room : layout_.rooms) {
            if (room.height <= 0) continue;
            auto const recipe = recipe_of(room.environment);
            add_lamps(room, recipe);
            if (recipe.skylights && !has_cutaway(room)) add_skylights(room, recipe);
            add_openings(room, recipe);
        }
        if (lit_ && wish_.only_above.empty() && day_.sky < 0.3) add_standing_lamps();
    }

private:
    static bool has_cutaway(Room const& room) { return room.shell.parameters.contains("cutaway"); }
    bool inside() const { return layout_.rooms.front().height > 0; }
    bool night() const { return day_.sun_elevation_deg < -6; }

    void add_sky()
    {
        PlacedLight sky{.id = "Sky", .kind = "dome"};
        // What is seen through doors from inside looks brighter than the floor, as it does to the eye.
        double const level = (inside() ? 1.25 : outdoor_gain()) * day_.sky;
        if (night()) {
            sky.intensity = level;
            sky.color = {0.55, 0.68, 1};
        } else if (overcast_ || day_.sun_elevation_deg < 1) {
            sky.intensity = level * (day_.sun_elevation_deg < 6 ? 1 : 0.95);
            sky.color = overcast_ ? Vec3d(0.9, 0.95, 1) : Vec3d(0.75, 0.82, 1);
        } else {
            // A clear sky of 5,000 nits shows as 1; its sun is a light of its own, so that other programs
            // have it.
            sky.kind = "sky";
            sky.intensity = level;
            sky.exposure = -12.3;
            sky.color = {1, 1, 1};
            sky.sky = {{"sunElevation", day_.sun_elevation_deg},
                       {"sunAzimuth", day_.sun_azimuth_deg},
                       {"turbidity", 3},
                       {"sun", 0}};
        }
        layout_.lights.push_back(sky);
    }

    void add_sun()
    {
        if (day_.sun <= 0 || day_.sun_elevation_deg <= 0) return;
        PlacedLight sun{.id = "Sun", .kind = "distant"};
        // Outside, and where the roof is cut away, it falls on everything: there it must not burn out.
        sun.intensity = noon_irradiance * day_.sun *
                        (is_cut_open() ? 0.2
                         : inside()    ? 1
                                       : 0.55 * outdoor_gain());
        sun.cct_k = day_.sun_cct_k;
        sun.yaw = sun_azimuth() * pi / 180;
        sun.pitch = -day_.sun_elevation_deg * pi / 180;
        layout_.lights.push_back(sun);
    }

    bool is_cut_open() const { return std::ranges::any_of(layout_.rooms, has_cutaway); }

    /// Rooms whose windows are in one side wall have the sun there at "day", so that it comes in.
    double sun_azimuth() const
    {
        auto const& room = layout_.rooms.front();
        bool const any_time = plan_.light.time_of_day.empty() || plan_.light.time_of_day == "day";
        if (!inside() || recipe_of(room.environment).skylights || !any_time) return day_.sun_azimuth_deg;
        double west = 0, east = 0;
        for (auto const& opening : room.openings) {
            if (opening.passage) continue;
            if (opening.wall == Wall::west) west += opening.width * opening.height;
            if (opening.wall == Wall::east) east += opening.width * opening.height;
        }
        if (west == east) return day_.sun_azimuth_deg;
        return west > east ? -58 : 58;
    }

    double cct(Recipe const& recipe) const
    {
        if (wish_.cct_k) return *wish_.cct_k;
        if (wish_.mood == "warm") return 2900;
        if (wish_.mood == "cold") return 6500;
        return recipe.cct_k;
    }

    /// Where lamps hang along x or z: halls have rows, offices a grid of tiles.
    static std::vector<double> lamp_places(double low, double high, double spacing, double grid)
    {
        int const n = std::max(1, static_cast<int>(std::lround((high - low) / spacing)));
        std::vector<double> places;
        for (int i = 0; i < n; ++i) {
            double const off = (high - low) * ((i + 0.5) / n - 0.5);
            places.push_back((low + high) / 2 + (grid > 0 ? std::round(off / grid) * grid : off));
        }
        return places;
    }

    void add_lamps(Room const& room, Recipe const& recipe)
    {
        double const tile = recipe.category == std::string_view("light_panel") ? 0.6 : 0;
        auto across = lamp_places(room.min_x, room.max_x, recipe.spacing, tile);
        auto const along = lamp_places(room.min_z, room.max_z, recipe.spacing, tile);
        if (has_columns(room.environment)) {
            across = catalog::hall_lamp_rows(room.max_x - room.min_x);
            for (auto& x : across) x += (room.min_x + room.max_x) / 2;
        }
        double const area_each = (room.max_x - room.min_x) * (room.max_z - room.min_z) /
                                 static_cast<double>(across.size() * along.size());
        double const share = std::min(0.95, 1 - daylight_share(room, recipe));
        double const irradiance = recipe.floor_irradiance * factor_ * share;
        auto const lit_area = area_that_is_lit();
        for (double const z : along)
            for (double const x : across) {
                auto const number = ++lamps_;
                double const lens = place_fixture(room, recipe, x, z, number);
                bool const on =
                    lit_ && (lit_area.empty() || std::ranges::any_of(lit_area, [&](Rect const& rect) {
                                 return rect.contains({x, z});
                             }));
                if (on) layout_.lights.push_back(lamp(recipe, {x, lens, z}, irradiance * area_each, number));
            }
    }

    /// A lamp whose lens is at `at`, for `flux` at the floor. Seven tenths of what a lens sends down reach
    /// the floor, racks and walls take the rest; of a globe, which lights walls and ceiling, six tenths.
    PlacedLight lamp(Recipe const& recipe, Vec3d const& at, double flux, int number) const
    {
        PlacedLight light{.id = fmt::format("Lamp_{}", number), .position = at, .cct_k = cct(recipe)};
        if (recipe.fixture == std::string_view("soulvan/globe_light")) {
            light.kind = "sphere";
            light.radius = recipe.width / 2 + 0.006;
            light.position.y += recipe.width / 2;
            light.intensity = flux / (4 * pi * pi * light.radius * light.radius * 0.6);
        } else {
            light.kind = "rect";
            light.position.y -= 0.012;
            light.pitch = -pi / 2;
            light.width = recipe.width;
            light.length = recipe.length;
            light.intensity = flux / (pi * recipe.width * recipe.length * 0.7);
        }
        return light;
    }

    /// The fixture at the ceiling; returns the height of its lens.
    double place_fixture(Room const& room, Recipe const& recipe, double x, double z, int number)
    {
        double const fallback = room.height - recipe.drop;
        catalog::AssetRef ref{recipe.fixture, {}, 0};
        auto const asset = catalog_.find(ref);
        if (!asset || has_cutaway(room)) return fallback;
        auto const id = fmt::format("{}_{}", recipe.category, number);
        double const top = asset->bounds.max.y - asset->bounds.min.y;
        double const y = room.height - (recipe.drop > 0 ? std::max(recipe.drop, top) : top);
        layout_.structure.push_back({.id = id,
                                     .category = recipe.category,
                                     .asset = ref,
                                     .position = {x, y - asset->bounds.min.y, z},
                                     .support = "ceiling",
                                     .seed = mix64(static_cast<std::uint64_t>(number) ^ layout_.seed),
                                     .architecture = true});
        return y;
    }

    /// Bulbs in the shades of lamps that stand about, when it is dark.
    void add_standing_lamps()
    {
        constexpr double bulb = 0.045;
        int number = 0;
        for (auto const& body : bodies_of(layout_, catalog_)) {
            if (!catalog::Categories::standard().is_a(body.category, "lamp")) continue;
            double const height = body.solid.high - body.solid.low;
            double const wide = std::max(body.solid.rect.hx, body.solid.rect.hz);
            // Only where the shade is above the foot; arms reach who knows where.
            if (height < 0.2 || wide > 0.6 * height) continue;
            double const flux = height > 1 ? 7 : 3;
            layout_.lights.push_back(
                {.id = fmt::format("Bulb_{}", ++number),
                 .kind = "sphere",
                 .position = {body.solid.rect.centre.x, body.solid.high - std::min(0.17, 0.2 * height),
                              body.solid.rect.centre.y},
                 .radius = bulb,
                 .intensity = flux * factor_ / (4 * pi * pi * bulb * bulb * 0.6),
                 .cct_k = wish_.cct_k.value_or(3400)});
        }
    }

    /// The part of the light at the floor that roof and openings can give; lamps give the rest.
    double daylight_share(Room const& room, Recipe const& recipe) const
    {
        if (night() || day_.sky < 0.3) return 0;
        double const wanted = 1 - recipe.lamp_share;
        if (recipe.skylights) return wanted;
        double const floor = (room.max_x - room.min_x) * (room.max_z - room.min_z);
        double const most = brightest_opening * day_.sky * pi * opening_area(room) * opening_use / floor;
        return std::min(wanted, most / (recipe.floor_irradiance * factor_));
    }

    static double opening_area(Room const& room)
    {
        double area = 0;
        for (auto const& opening : room.openings) area += opening.width * opening.height;
        return area;
    }

    /// Where light is wanted when the plan lights only a part; empty: everywhere.
    std::vector<Rect> area_that_is_lit() const
    {
        if (wish_.only_above.empty()) return {};
        std::vector<Rect> things, racks;
        for (auto const& body : bodies_of(layout_, catalog_)) {
            if (body.group == wish_.only_above || body.category == wish_.only_above)
                things.push_back(body.solid.rect.grown(0.25));
            if (catalog::Categories::standard().is_a(body.category, "shelving"))
                racks.push_back(body.solid.rect);
        }
        if (!things.empty()) return things;
        auto strips = strips_between(racks);
        if (strips.empty()) return {};
        // "first" is the leftmost as a camera sees it that looks north.
        std::ranges::sort(strips, {}, [](Strip const& s) {
            auto const middle = s.across * ((s.low + s.high) / 2);
            return middle.x + middle.y * 1e-3;
        });
        auto const& strip = wish_.only_above.starts_with("last") ? strips.back() : strips.front();
        auto const centre =
            strip.along * ((strip.begin + strip.end) / 2) + strip.across * ((strip.low + strip.high) / 2);
        return {Rect{centre, strip.along, (strip.end - strip.begin) / 2, (strip.high - strip.low) / 2}};
    }

    /// What translucent strips in the roof let through: one light under each.
    void add_skylights(Room const& room, Recipe const& recipe)
    {
        if (day_.sky < 0.05) return;
        double const width = room.max_x - room.min_x, depth = room.max_z - room.min_z;
        int const bays = std::max(1, static_cast<int>(std::lround(depth / 6)));
        double const length = width * 0.32, breadth = 1.0;
        double const area = 2 * bays * length * breadth;
        double const radiance =
            recipe.floor_irradiance * factor_ * 0.3 * day_.sky * width * depth / (pi * area * 0.7);
        for (int bay = 0; bay < bays; ++bay)
            for (double const side : {-1.0, 1.0})
                layout_.lights.push_back(
                    {.id = fmt::format("Rooflight_{}_{}", bay + 1, side < 0 ? "west" : "east"),
                     .kind = "rect",
                     .position = {(room.min_x + room.max_x) / 2 + side * width * 0.25, room.height - 0.03,
                                  room.min_z + depth * (bay + 0.5) / bays},
                     .pitch = -pi / 2,
                     .width = length,
                     .length = breadth,
                     .intensity = radiance,
                     .color = {0.93, 0.97, 1}});
    }

    /// Skylight where it enters: a light in every opening, which paths would seldom find by chance.
    void add_openings(Room const& room, Recipe const& recipe)
    {
        if (day_.sky < 0.05 || has_cutaway(room)) return;
        double const area = opening_area(room);
        if (area <= 0) return;
        double const floor = (room.max_x - room.min_x) * (room.max_z - room.min_z);
        double const share = recipe.skylights ? 0.2 : 1 - recipe.lamp_share;
        double const radiance =
            std::min(brightest_opening * day_.sky, recipe.floor_irradiance * factor_ * share * day_.sky *
                                                       floor / (pi * area * opening_use));
        for (auto const& opening : room.openings) {
            bool const along_x = opening.wall == Wall::north || opening.wall == Wall::south;
            double const side = opening.wall == Wall::north || opening.wall == Wall::west ? -1 : 1;
            double const face =
                along_x ? (side < 0 ? room.min_z : room.max_z) : (side < 0 ? room.min_x : room.max_x);
            double const y = opening.sill + opening.height / 2;
            double const in = face - side * 0.02;
            static std::map<Wall, double> const yaws{
                {Wall::north, pi}, {Wall::south, 0}, {Wall::east, pi / 2}, {Wall::west, -pi / 2}};
            layout_.lights.push_back(
                {.id = "Daylight_" + opening.id,
                 .kind = "rect",
                 .position = along_x ? Vec3d(opening.centre, y, in) : Vec3d(in, y, opening.centre),
                 .yaw = yaws.at(opening.wall),
                 .width = opening.width,
                 .length = opening.height,
                 .intensity = radiance,
                 .color = {0.88, 0.95, 1}});
        }
    }

    static constexpr double noon_irradiance = 18;
    /// Radiance of a window's light under a noon sky, and the part of it that ends on the floor.
    static constexpr double brightest_opening = 1.6, opening_use = 0.4;

    Layout& layout_;
    Plan const& plan_;
    LightPlan const& wish_;
    catalog::Catalog const& catalog_;
    Daylight day_;
    bool overcast_ = false, lit_ = true;
    double factor_ = 1;
    int lamps_ = 0;
};

} // namespace

void light_layout(Layout& layout, Plan const& plan, catalog::Catalog const& catalog)
{
    SOULVAN_CHECK(!layout.rooms.empty());
    layout.lights.clear();
    // A place that is lit again keeps one set of lamps.
    std::erase_if(layout.structure,
                  [](Placed const& thing) { return thing.support == "ceiling" && thing.group.empty(); });
    Lighter(layout, plan, catalog).light();
}

} // namespace soulvan::scene
