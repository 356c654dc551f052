// The layout as JSON, its names, and finding things in it.
#include "soulvan/scene/layout.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

namespace soulvan::scene {
namespace {

constexpr std::string_view format_name = "soulvan-layout/1";
constexpr std::size_t most_items = 100'000; ///< of any list, before memory is taken

// --------------------------------------------------------------------------------------------- writing

/// Seeds are 64 bits wide, JSON numbers 53: they are written as decimal text.
std::string seed_text(std::uint64_t seed)
{
    return std::to_string(seed);
}

Json to_json(Vec3d const& v)
{
    return Json::array({v.x, v.y, v.z});
}

Json to_json(Placed const& p)
{
    return {{"id", p.id},
            {"group", p.group},
            {"category", p.category},
            {"asset", catalog::to_string(p.asset)},
            {"position", to_json(p.position)},
            {"yaw", p.yaw},
            {"scale", p.scale},
            {"support", p.support},
            {"attributes", p.attributes},
            {"seed", seed_text(p.seed)},
            {"architecture", p.architecture}};
}

Json to_json(Opening const& o)
{
    return {{"id", o.id},         {"wall", name_of(o.wall)}, {"centre", o.centre},  {"width", o.width},
            {"height", o.height}, {"sill", o.sill},          {"passage", o.passage}};
}

Json to_json(Room const& r)
{
    Json openings = Json::array();
    for (auto const& o : r.openings) openings.push_back(to_json(o));
    return {{"id", r.id},           {"environment", r.environment},
            {"min_x", r.min_x},     {"max_x", r.max_x},
            {"min_z", r.min_z},     {"max_z", r.max_z},
            {"height", r.height},   {"floor", r.floor},
            {"openings", openings}, {"shell", catalog::to_string(r.shell)}};
}

Json to_json(PlacedLight const& l)
{
    Json sky = Json::array();
    for (auto const& [name, value] : l.sky) sky.push_back({name, value});
    return {{"id", l.id},
            {"kind", l.kind},
            {"position", to_json(l.position)},
            {"yaw", l.yaw},
            {"pitch", l.pitch},
            {"width", l.width},
            {"length", l.length},
            {"radius", l.radius},
            {"intensity", l.intensity},
            {"exposure", l.exposure},
            {"cct_k", l.cct_k},
            {"color", to_json(l.color)},
            {"angle_deg", l.angle_deg},
            {"sky", sky}};
}

Json to_json(PlacedCamera const& c)
{
    Json keys = Json::array();
    for (auto const& k : c.keys)
        keys.push_back(
            {{"seconds", k.seconds}, {"position", to_json(k.position)}, {"yaw", k.yaw}, {"pitch", k.pitch}});
    return {{"keys", keys},         {"focal_mm", c.focal_mm},         {"fstop", c.fstop},
            {"focus_m", c.focus_m}, {"orthographic", c.orthographic}, {"ortho_width_m", c.ortho_width_m},
            {"shift_y", c.shift_y}, {"exposure", c.exposure},         {"move", c.move},
            {"subject", c.subject}};
}

template <class T>
Json list_to_json(std::vector<T> const& items)
{
    Json list = Json::array();
    for (auto const& item : items) list.push_back(to_json(item));
    return list;
}

// --------------------------------------------------------------------------------------------- reading

/// One object of the document with the pointer to it; remembers which keys were asked for.
class Fields {
public:
    static Result<Fields> of(Json const& json, std::string pointer)
    {
        if (!json.is_object())
            return fail(Errc::invalid_input, "layout.json: {}: an object was expected", pointer);
        return Fields(json, std::move(pointer));
    }

    Result<Json const*> at(std::string const& key)
    {
        ++used_;
        auto const it = json_->find(key);
        if (it == json_->end())
            return fail(Errc::invalid_input, "layout.json: {}/{}: is missing", pointer_, key);
        return &*it;
    }

    Result<> read(std::string const& key, std::string& to)
    {
        auto const* value = TRY(at(key));
        if (!value->is_string()) return wrong(key, "a text");
        to = value->get<std::string>();
        return {};
    }
    Result<> read(std::string const& key, double& to)
    {
        auto const* value = TRY(at(key));
        if (!value->is_number() || !std::isfinite(value->get<double>())) return wrong(key, "a finite number");
        to = value->get<double>();
        return {};
    }
    Result<> read(std::string const& key, bool& to)
    {
        auto const* value = TRY(at(key));
        if (!value->is_boolean()) return wrong(key, "true or false");
        to = value->get<bool>();
        return {};
    }
    Result<> read(std::string const& key, std::uint64_t& to)
    {
        std::string text;
        TRY(read(key, text));
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
        if (error != std::errc{} || end != text.data() + text.size())
            return wrong(key, "a whole number as text");
        return {};
    }
    Result<> read(std::string const& key, Vec3d& to)
    {
        auto const* value = TRY(at(key));
        bool right = value->is_array() && value->size() == 3;
        for (std::size_t i = 0; right && i < 3; ++i) {
            right = (*value)[i].is_number() && std::isfinite((*value)[i].get<double>());
            if (right) to[static_cast<int>(i)] = (*value)[i].get<double>();
        }
        if (!right) return wrong(key, "three numbers");
        return {};
    }
    Result<> read(std::string const& key, catalog::AssetRef& to)
    {
        std::string text;
        TRY(read(key, text));
        if (text.empty()) return {}; // an open yard may have no shell
        auto ref = catalog::parse_asset_ref(text);
        if (!ref) return within(fmt::format("layout.json: {}/{}", pointer_, key), ref.error());
        to = *std::move(ref);
        return {};
    }
    Result<> read(std::string const& key, std::vector<std::string>& to)
    {
        auto const* value = TRY(list(key));
        for (auto const& item : *value) {
            if (!item.is_string()) return wrong(key, "a list of texts");
            to.push_back(item.get<std::string>());
        }
        return {};
    }
    template <class T>
    Result<> read(std::string const& key, std::vector<T>& to, Result<T> (*item_of)(Json const&, std::string))
    {
        auto const* value = TRY(list(key));
        for (std::size_t i = 0; i < value->size(); ++i)
            to.push_back(TRY(item_of((*value)[i], fmt::format("{}/{}/{}", pointer_, key, i))));
        return {};
    }

    Result<Json const*> list(std::string const& key)
    {
        auto const* value = TRY(at(key));
        if (!value->is_array()) return wrong(key, "a list");
        if (value->size() > most_items)
            return fail(Errc::limit, "layout.json: {}/{}: more than {} items", pointer_, key, most_items);
        return value;
    }

    /// Keys that nothing asked for are mistakes, not extensions.
    Result<> done(std::initializer_list<std::string_view> known) const
    {
        if (json_->size() == used_) return {};
        for (auto const& [key, value] : json_->items())
            if (std::find(known.begin(), known.end(), key) == known.end())
                return fail(Errc::invalid_input, "layout.json: {}/{}: is not a field of a layout", pointer_,
                            key);
        return {};
    }

    std::unexpected<Error> wrong(std::string const& key, std::string_view expected) const
    {
        return fail(Errc::invalid_input, "layout.json: {}/{}: {} was expected", pointer_, key, expected);
    }

private:
    Fields(Json const& json, std::string pointer) : json_(&json), pointer_(std::move(pointer)) {}
    Json const* json_;
    std::string pointer_;
    std::size_t used_ = 0;
};

Result<Placed> placed_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    Placed p;
    TRY(fields.read("id", p.id));
    TRY(fields.read("group", p.group));
    TRY(fields.read("category", p.category));
    TRY(fields.read("asset", p.asset));
    TRY(fields.read("position", p.position));
    TRY(fields.read("yaw", p.yaw));
    TRY(fields.read("scale", p.scale));
    TRY(fields.read("support", p.support));
    TRY(fields.read("attributes", p.attributes));
    TRY(fields.read("seed", p.seed));
    TRY(fields.read("architecture", p.architecture));
    if (!(p.scale > 0)) return fields.wrong("scale", "a number above 0");
    TRY(fields.done({"id", "group", "category", "asset", "position", "yaw", "scale", "support", "attributes",
                     "seed", "architecture"}));
    return p;
}

Result<Opening> opening_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    Opening o;
    std::string wall;
    TRY(fields.read("id", o.id));
    TRY(fields.read("wall", wall));
    TRY(fields.read("centre", o.centre));
    TRY(fields.read("width", o.width));
    TRY(fields.read("height", o.height));
    TRY(fields.read("sill", o.sill));
    TRY(fields.read("passage", o.passage));
    bool known = false;
    for (Wall const w : {Wall::north, Wall::east, Wall::south, Wall::west})
        if (name_of(w) == wall) o.wall = w, known = true;
    if (!known) return fields.wrong("wall", "\"north\", \"east\", \"south\" or \"west\"");
    TRY(fields.done({"id", "wall", "centre", "width", "height", "sill", "passage"}));
    return o;
}

Result<Room> room_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    Room r;
    TRY(fields.read("id", r.id));
    TRY(fields.read("environment", r.environment));
    TRY(fields.read("min_x", r.min_x));
    TRY(fields.read("max_x", r.max_x));
    TRY(fields.read("min_z", r.min_z));
    TRY(fields.read("max_z", r.max_z));
    TRY(fields.read("height", r.height));
    TRY(fields.read("floor", r.floor));
    TRY(fields.read("openings", r.openings, opening_from));
    TRY(fields.read("shell", r.shell));
    if (!(r.max_x > r.min_x)) return fields.wrong("max_x", "a number above min_x");
    if (!(r.max_z > r.min_z)) return fields.wrong("max_z", "a number above min_z");
    TRY(fields.done(
        {"id", "environment", "min_x", "max_x", "min_z", "max_z", "height", "floor", "openings", "shell"}));
    return r;
}

Result<std::pair<std::string, double>> sky_from(Json const& json, std::string pointer)
{
    if (!json.is_array() || json.size() != 2 || !json[0].is_string() || !json[1].is_number())
        return fail(Errc::invalid_input, "layout.json: {}: a name and a number were expected", pointer);
    return std::pair{json[0].get<std::string>(), json[1].get<double>()};
}

Result<PlacedLight> light_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    PlacedLight l;
    TRY(fields.read("id", l.id));
    TRY(fields.read("kind", l.kind));
    TRY(fields.read("position", l.position));
    TRY(fields.read("yaw", l.yaw));
    TRY(fields.read("pitch", l.pitch));
    TRY(fields.read("width", l.width));
    TRY(fields.read("length", l.length));
    TRY(fields.read("radius", l.radius));
    TRY(fields.read("intensity", l.intensity));
    TRY(fields.read("exposure", l.exposure));
    TRY(fields.read("cct_k", l.cct_k));
    TRY(fields.read("color", l.color));
    TRY(fields.read("angle_deg", l.angle_deg));
    TRY(fields.read("sky", l.sky, sky_from));
    TRY(fields.done({"id", "kind", "position", "yaw", "pitch", "width", "length", "radius", "intensity",
                     "exposure", "cct_k", "color", "angle_deg", "sky"}));
    return l;
}

Result<CameraKey> key_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    CameraKey k;
    TRY(fields.read("seconds", k.seconds));
    TRY(fields.read("position", k.position));
    TRY(fields.read("yaw", k.yaw));
    TRY(fields.read("pitch", k.pitch));
    TRY(fields.done({"seconds", "position", "yaw", "pitch"}));
    return k;
}

Result<PlacedCamera> camera_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    PlacedCamera c;
    TRY(fields.read("keys", c.keys, key_from));
    TRY(fields.read("focal_mm", c.focal_mm));
    TRY(fields.read("fstop", c.fstop));
    TRY(fields.read("focus_m", c.focus_m));
    TRY(fields.read("orthographic", c.orthographic));
    TRY(fields.read("ortho_width_m", c.ortho_width_m));
    TRY(fields.read("shift_y", c.shift_y));
    TRY(fields.read("exposure", c.exposure));
    TRY(fields.read("move", c.move));
    TRY(fields.read("subject", c.subject));
    TRY(fields.done({"keys", "focal_mm", "fstop", "focus_m", "orthographic", "ortho_width_m", "shift_y",
                     "exposure", "move", "subject"}));
    return c;
}

Result<Warning> warning_from(Json const& json, std::string pointer)
{
    auto fields = TRY(Fields::of(json, std::move(pointer)));
    Warning w;
    TRY(fields.read("code", w.code));
    TRY(fields.read("text", w.text));
    TRY(fields.done({"code", "text"}));
    return w;
}

} // namespace

std::string_view name_of(Wall wall)
{
    static constexpr std::array<std::string_view, 4> names{"north", "east", "south", "west"};
    return names[static_cast<std::size_t>(wall)];
}

Placed const* Layout::find(std::string_view id) const
{
    for (auto const* list : {&objects, &structure})
        for (auto const& p : *list)
            if (p.id == id) return &p;
    return nullptr;
}

Json layout_to_json(Layout const& layout)
{
    Json warnings = Json::array();
    for (auto const& w : layout.warnings) warnings.push_back({{"code", w.code}, {"text", w.text}});
    return {{"format", format_name},
            {"seed", seed_text(layout.seed)},
            {"rooms", list_to_json(layout.rooms)},
            {"structure", list_to_json(layout.structure)},
            {"objects", list_to_json(layout.objects)},
            {"lights", list_to_json(layout.lights)},
            {"camera", to_json(layout.camera)},
            {"warnings", warnings},
            {"numbers", layout.numbers},
            {"fingerprints", layout.fingerprints}};
}

Result<Layout> layout_from_json(Json const& json)
{
    auto fields = TRY(Fields::of(json, ""));
    Layout layout;
    std::string format;
    TRY(fields.read("format", format));
    if (format != format_name) return fields.wrong("format", fmt::format("\"{}\"", format_name));
    TRY(fields.read("seed", layout.seed));
    TRY(fields.read("rooms", layout.rooms, room_from));
    TRY(fields.read("structure", layout.structure, placed_from));
    TRY(fields.read("objects", layout.objects, placed_from));
    TRY(fields.read("lights", layout.lights, light_from));
    auto const* camera = TRY(fields.at("camera"));
    layout.camera = TRY(camera_from(*camera, "/camera"));
    TRY(fields.read("warnings", layout.warnings, warning_from));
    auto const* numbers = TRY(fields.at("numbers"));
    auto const* prints = TRY(fields.at("fingerprints"));
    if (!numbers->is_object()) return fields.wrong("numbers", "an object");
    if (!prints->is_object()) return fields.wrong("fingerprints", "an object");
    for (auto const& [key, value] : numbers->items()) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 1'000'000'000)
            return fields.wrong("numbers/" + key, "a whole number");
        layout.numbers[key] = value.get<int>();
    }
    for (auto const& [key, value] : prints->items()) {
        if (!value.is_string()) return fields.wrong("fingerprints/" + key, "a text");
        layout.fingerprints[key] = value.get<std::string>();
    }
    TRY(fields.done({"format", "seed", "rooms", "structure", "objects", "lights", "camera", "warnings",
                     "numbers", "fingerprints"}));
    return layout;
}

} // namespace soulvan::scene
