// Which building stands around a room, with which finish, and what kind of ground does an open place have?
#include "structure.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

namespace soulvan::scene {
namespace {

struct Usual {
    std::string_view environment, shell;
};
constexpr Usual usual[] = {{"warehouse", "soulvan/hall"},
                           {"factory", "soulvan/hall"},
                           {"workshop", "soulvan/hall"},
                           {"garage", "soulvan/hall"},
                           {"hangar", "soulvan/hall"},
                           {"loading_dock", "soulvan/dock_hall"},
                           {"office", "soulvan/office_shell"},
                           {"meeting_room", "soulvan/office_shell"},
                           {"classroom", "soulvan/office_shell"},
                           {"laboratory", "soulvan/office_shell"},
                           {"lobby", "soulvan/office_shell"},
                           {"server_room", "soulvan/office_shell"},
                           {"outdoor", "soulvan/yard"},
                           {"yard", "soulvan/yard"},
                           {"street", "soulvan/yard"},
                           {"parking", "soulvan/yard"},
                           {"garden", "soulvan/yard"}};

/// Finishes that go together: plaster, what one wall is of, floor. The names are parameters of
/// "soulvan/office_shell" and "soulvan/plain_room".
struct Finish {
    std::string_view walls, accent, floor;
};
struct Palette {
    std::string_view name;
    std::initializer_list<Finish> choices;
};

/// By the style that the sentence names.
Palette const styles[] = {
    {"modern", {{"white", "slats", "oak_planks"}, {"white", "grey", "floor_concrete"}}},
    {"minimalist", {{"white", "none", "floor_concrete"}, {"white", "none", "oak_planks"}}},
    {"rustic", {{"warm", "brick", "oak_dark"}}},
    {"scandinavian", {{"white", "none", "oak_planks"}, {"white", "green", "oak_planks"}}},
    {"industrial", {{"grey", "brick", "floor_concrete"}}},
    {"vintage", {{"warm", "teal", "oak_dark"}, {"warm", "green", "oak_dark"}}},
    {"classic", {{"warm", "green", "oak_dark"}, {"warm", "none", "oak_dark"}}},
    {"luxury", {{"grey", "slats", "oak_dark"}}},
    {"futuristic", {{"white", "blue", "floor_tiles"}, {"grey", "blue", "floor_concrete"}}},
    {"cozy", {{"warm", "green", "oak_planks"}, {"warm", "teal", "oak_dark"}}},
    {"bohemian", {{"warm", "teal", "oak_dark"}}},
    {"mediterranean", {{"white", "warm", "floor_tiles"}}},
    {"japanese", {{"white", "slats", "oak_planks"}}},
    {"art_deco", {{"teal", "none", "oak_dark"}}},
    {"victorian", {{"green", "none", "oak_dark"}}},
    {"colonial", {{"white", "warm", "oak_dark"}}},
    {"tropical", {{"white", "green", "oak_planks"}}},
    {"shabby_chic", {{"white", "warm", "oak_planks"}}},
    {"urban", {{"grey", "brick", "floor_concrete"}, {"white", "brick", "floor_concrete"}}},
    {"corporate", {{"white", "blue", "carpet"}, {"grey", "slats", "carpet"}}},
};

/// What such a place looks like when no style is named.
Palette const places[] = {
    {"office",
     {{"white", "slats", "carpet"},
      {"white", "teal", "carpet"},
      {"white", "grey", "oak_planks"},
      {"white", "green", "carpet"}}},
    {"meeting_room",
     {{"white", "slats", "carpet"}, {"white", "blue", "carpet"}, {"grey", "slats", "carpet"}}},
    {"classroom", {{"white", "green", "floor_tiles"}, {"warm", "blue", "floor_tiles"}}},
    {"laboratory", {{"white", "none", "floor_tiles"}}},
    {"server_room", {{"grey", "none", "floor_tiles"}}},
    {"lobby", {{"white", "slats", "floor_tiles"}, {"white", "brick", "floor_concrete"}}},
    {"library", {{"warm", "green", "oak_dark"}, {"white", "teal", "oak_planks"}}},
    {"shop", {{"white", "brick", "oak_planks"}, {"white", "slats", "floor_concrete"}}},
    {"showroom", {{"white", "none", "floor_concrete"}}},
    {"restaurant", {{"warm", "brick", "oak_dark"}, {"white", "teal", "oak_dark"}}},
    {"kitchen", {{"white", "green", "oak_planks"}, {"warm", "teal", "floor_tiles"}}},
    {"dining_room", {{"warm", "teal", "oak_dark"}, {"white", "green", "oak_planks"}}},
    {"living_room",
     {{"warm", "green", "oak_planks"}, {"white", "teal", "oak_planks"}, {"warm", "grey", "oak_dark"}}},
    {"bedroom", {{"warm", "teal", "oak_planks"}, {"white", "green", "oak_planks"}}},
    {"bathroom", {{"white", "teal", "floor_tiles"}, {"white", "grey", "floor_tiles"}}},
    {"gym", {{"white", "grey", "oak_planks"}}},
    {"studio", {{"white", "none", "floor_concrete"}}},
};

/// Words of the sentences that name a finish by itself: "brick walls", "a wooden floor".
struct Spoken {
    std::string_view words, parameter, value;
};
constexpr Spoken spoken[] = {
    {"brick wall", "accent", "brick"},       {"brick walls", "accent", "brick"},
    {"exposed brick", "accent", "brick"},    {"wooden floor", "floor", "oak_planks"},
    {"wood floor", "floor", "oak_planks"},   {"parquet", "floor", "oak_planks"},
    {"hardwood", "floor", "oak_planks"},     {"dark wooden floor", "floor", "oak_dark"},
    {"carpet", "floor", "carpet"},           {"carpeted", "floor", "carpet"},
    {"tiled floor", "floor", "floor_tiles"}, {"concrete floor", "floor", "floor_concrete"},
    {"white walls", "walls", "white"},       {"grey walls", "walls", "grey"},
    {"gray walls", "walls", "grey"},         {"green walls", "walls", "green"},
    {"blue walls", "walls", "blue"},         {"beige walls", "walls", "warm"}};

/// The sentences in lower case, words parted by single spaces, a space at both ends.
std::string words_of(Plan const& plan)
{
    std::string text = " ";
    for (auto const& sentence : plan.sentences) {
        for (char const c : sentence) {
            bool const letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
            if (letter)
                text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            else if (text.back() != ' ')
                text += ' ';
        }
        if (text.back() != ' ') text += ' ';
    }
    return text;
}

bool says(std::string const& words, std::initializer_list<char const*> phrases)
{
    return std::any_of(phrases.begin(), phrases.end(), [&](char const* phrase) {
        return words.find(fmt::format(" {} ", phrase)) != words.npos;
    });
}

} // namespace

std::string_view ground_of(Plan const& plan, std::string_view environment)
{
    if (environment == "street") return "street";
    if (environment == "parking") return "parking";
    if (environment == "garden") return "park";
    auto const words = words_of(plan);
    if (says(words, {"street", "street scene", "sidewalk"})) return "street";
    if (says(words, {"parking", "car park"})) return "parking";
    if (says(words, {"park", "meadow", "field", "lawn", "garden", "forest", "playground", "backyard",
                     "back yard", "terrace", "patio", "beach", "picnic", "grass", "campsite"}))
        return "park";
    if (says(words, {"yard", "truck yard", "container", "freight", "logistics", "site", "works", "port",
                     "terminal", "forecourt", "dock"}))
        return "yard";
    // "Outside" alone: the things say where.
    auto const& tree = catalog::Categories::standard();
    bool const works = std::any_of(plan.groups.begin(), plan.groups.end(), [&](Group const& g) {
        auto const* category = tree.find(g.category);
        return !g.implied && category && (category->theme == "warehouse" || tree.is_a(g.category, "truck"));
    });
    return works ? "yard" : "park";
}

namespace {

Finish const* finish_in(std::span<Palette const> palettes, std::string_view name, std::uint64_t seed)
{
    for (auto const& palette : palettes)
        if (palette.name == name) return palette.choices.begin() + seed % palette.choices.size();
    return nullptr;
}

std::string_view shell_of(std::string_view environment)
{
    for (auto const& row : usual)
        if (row.environment == environment) return row.shell;
    return "soulvan/plain_room";
}

} // namespace

bool has_columns(std::string_view environment)
{
    auto const shell = shell_of(environment);
    return shell == "soulvan/hall" || shell == "soulvan/dock_hall";
}

bool is_open(std::string_view environment)
{
    return shell_of(environment) == "soulvan/yard";
}

double lamps_drop_m(std::string_view environment)
{
    if (has_columns(environment)) return 0.58;
    return shell_of(environment) == "soulvan/office_shell" ? 0.02 : 0.7;
}

double room_for_lamps(catalog::Category const& category, double height, double drop)
{
    if (category.mount != catalog::Mount::floor) return 0;
    bool const home = category.theme == "furniture" || category.theme == "residential" ||
                      category.theme == "commercial" || category.theme == "character";
    return home && height < 2.4 ? 0 : drop;
}

double clear_height(Room const& room, Rect const& foot)
{
    if (room.height <= 0) return 1e9;
    constexpr double lampless_m = 0.95; // from a wall to the nearest globe's edge
    auto const x = foot.extent({1, 0}), z = foot.extent({0, 1});
    bool const at_wall = x[1] < room.min_x + lampless_m || x[0] > room.max_x - lampless_m ||
                         z[1] < room.min_z + lampless_m || z[0] > room.max_z - lampless_m;
    bool const free = at_wall && !has_columns(room.environment);
    return room.height - (free ? 0.02 : lamps_drop_m(room.environment));
}

catalog::AssetRef shell_for(Plan const& plan, Room const& room, catalog::AssetRef const& before)
{
    catalog::AssetRef shell;
    shell.key = shell_of(room.environment);
    auto& parameters = shell.parameters;
    if (shell.key == "soulvan/yard") {
        auto const kept = before.parameters.find("kind");
        parameters["kind"] =
            kept != before.parameters.end() ? kept->second : std::string(ground_of(plan, room.environment));
        return shell;
    }
    if (shell.key != "soulvan/office_shell" && shell.key != "soulvan/plain_room") return shell;
    auto const seed = mix64(plan.seed ^ hash_of(room.id + room.environment));
    auto const* finish = finish_in(styles, plan.style, seed);
    if (!finish) finish = finish_in(places, room.environment, seed);
    if (finish) {
        parameters["walls"] = finish->walls;
        parameters["accent"] = finish->accent;
        parameters["floor"] = finish->floor;
    }
    auto const words = words_of(plan);
    for (auto const& one : spoken)
        if (says(words, {one.words.data()})) parameters[std::string(one.parameter)] = one.value;
    return shell;
}

bool has_hall_front(Room const& room)
{
    auto const kind = room.shell.parameters.find("kind");
    return room.shell.key == "soulvan/yard" && kind != room.shell.parameters.end() && kind->second == "yard";
}

void name_shells(Site& site)
{
    for (std::size_t i = 0; i < site.rooms.size(); ++i) {
        auto& room = site.rooms[i];
        if (i >= site.plan.rooms.size()) continue; // the dock's shell brings its yard
        double const x = (room.min_x + room.max_x) / 2, z = (room.min_z + room.max_z) / 2;
        auto& parameters = room.shell.parameters;
        parameters["width"] = fmt::format("{:.3f}", room.max_x - room.min_x);
        parameters["depth"] = fmt::format("{:.3f}", room.max_z - room.min_z);
        if (room.height <= 0) continue;
        parameters["height"] = fmt::format("{:.3f}", room.height);
        std::string text;
        for (auto const& o : room.openings) {
            bool const east = o.wall == Wall::north || o.wall == Wall::south;
            text += fmt::format("{}{}:{:.3f}:{:.3f}:{:.3f}:{:.3f}", text.empty() ? "" : ";",
                                name_of(o.wall)[0], o.centre - (east ? x : z), o.width, o.height, o.sill);
        }
        if (!text.empty()) parameters["openings"] = text;
    }
}

} // namespace soulvan::scene
