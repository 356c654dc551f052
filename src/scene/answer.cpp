// What does a program or a person read after a sentence was turned into a scene, or was not?
#include "soulvan/scene/answer.h"
#include "soulvan/scene/build.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

namespace soulvan::scene {

namespace {

std::string_view word_of(Outcome outcome)
{
    return outcome == Outcome::scene ? "scene" : outcome == Outcome::clarify ? "clarify" : "reject";
}

std::string prim_of(Placed const& thing)
{
    if (thing.architecture) return "/World/Environment/" + thing.id;
    return fmt::format("/World/Props/{}/{}", thing.group.empty() ? thing.category : thing.group, thing.id);
}

Json object_json(Placed const& thing, catalog::Catalog const& catalog, Layout const& layout)
{
    Json json = {{"id", thing.id},
                 {"prim", prim_of(thing)},
                 {"category", thing.category},
                 {"asset", catalog::to_string(thing.asset)},
                 {"attributes", thing.attributes},
                 {"front", {0, 0, 1}},
                 {"support", thing.support},
                 {"hangs", thing.support == "ceiling" || thing.support.starts_with("wall")}};
    auto surfaces = Json::array();
    if (auto const asset = catalog.find(thing.asset))
        for (auto const& s : asset->supports)
            surfaces.push_back({{"min", {s.min_x, s.y, s.min_z}}, {"max", {s.max_x, s.y, s.max_z}}});
    json["support_surfaces"] = std::move(surfaces);
    if (layout.rooms.size() > 1)
        for (auto const& room : layout.rooms)
            if (thing.position.x >= room.min_x && thing.position.x <= room.max_x &&
                thing.position.z >= room.min_z && thing.position.z <= room.max_z)
                json["room"] = room.id;
    return json;
}

Json size_json(Room const& room)
{
    return {room.max_x - room.min_x, room.max_z - room.min_z, room.height};
}

Json room_json(Room const& room, Layout const& layout)
{
    auto ids = Json::array();
    for (auto const* list : {&layout.objects, &layout.structure})
        for (auto const& thing : *list)
            if (thing.position.x >= room.min_x && thing.position.x <= room.max_x &&
                thing.position.z >= room.min_z && thing.position.z <= room.max_z)
                ids.push_back(thing.id);
    // The plan frame of the format: x east, y north.
    return {{"id", room.id},
            {"environment", room.environment},
            {"bounds_m", {room.min_x, -room.max_z, room.max_x, -room.min_z}},
            {"size_m", size_json(room)},
            {"objects", std::move(ids)}};
}

Json lighting_json(Plan const& plan, Layout const* layout)
{
    Json json = {{"time_of_day", plan.light.time_of_day.empty() ? "day" : plan.light.time_of_day},
                 {"sky", plan.light.sky.empty() ? "clear" : plan.light.sky},
                 {"noon_intensity", 18}};
    if (!layout) return json;
    bool lamps = false;
    for (auto const& light : layout->lights) {
        if (light.kind == "distant") json["sun_elevation_deg"] = -light.pitch * 180 / 3.14159265358979;
        lamps = lamps || light.id.starts_with("Lamp_");
    }
    json["artificial_on"] = lamps;
    return json;
}

Json report_json(Report const& report, Layout const* layout, Json json)
{
    auto found = Json::array(), missing = Json::array(), warnings = Json::array();
    for (auto const& entry : report.found)
        found.push_back({{"category", entry.category}, {"matches", entry.matches}});
    for (auto const& entry : report.missing)
        missing.push_back(
            {{"word", entry.word},
             {"alternatives", entry.alternatives},
             {"substituted_by", entry.substituted_by.empty() ? Json() : Json(entry.substituted_by)}});
    auto const warn = [&](Warning const& warning) {
        warnings.push_back({{"code", warning.code}, {"text", warning.text}});
    };
    std::ranges::for_each(report.warnings, warn);
    if (layout) std::ranges::for_each(layout->warnings, warn);
    json["found"] = std::move(found);
    json["missing"] = std::move(missing);
    json["not_understood"] = report.not_understood;
    json["warnings"] = std::move(warnings);
    return json;
}

} // namespace

Json answer_to_json(Plan const& plan, Layout const* layout, catalog::Catalog const& catalog,
                    SceneCheck const* check, Written const& written)
{
    auto const text_or_null = [](std::string const& text) { return text.empty() ? Json() : Json(text); };
    Json json = {{"outcome", word_of(plan.outcome)},
                 {"message", plan.message},
                 {"question", text_or_null(plan.question)},
                 {"catalog", catalog.snapshot_id().substr(0, 16)},
                 {"seconds",
                  {{"plan", written.plan_seconds},
                   {"solve", written.solve_seconds},
                   {"write", written.write_seconds},
                   {"check", written.check_seconds}}}};
    json = report_json(plan.report, layout, std::move(json));
    if (plan.outcome != Outcome::scene) return json;
    json["environment"] = plan.environment();
    json["style"] = text_or_null(plan.style);
    json["lighting"] = lighting_json(plan, layout);
    if (!layout) return json;
    json["plan"] = written.plan;
    json["layout"] = written.layout;
    json["stage"] = written.stage;
    json["script"] = written.script;
    auto objects = Json::array(), architecture = Json::array(), rooms = Json::array();
    for (auto const& thing : layout->objects) objects.push_back(object_json(thing, catalog, *layout));
    for (auto const& thing : layout->structure) architecture.push_back(object_json(thing, catalog, *layout));
    if (has_ground_prims(*layout))
        for (auto const& room : layout->rooms)
            architecture.push_back({{"id", room.id + "_ground"},
                                    {"prim", "/World/Environment/" + room.id + "/ground"},
                                    {"category", room.height > 0 ? "floor" : "yard"},
                                    {"room", room.id}});
    if (layout->rooms.size() > 1)
        for (auto const& room : layout->rooms) rooms.push_back(room_json(room, *layout));
    json["objects"] = std::move(objects);
    json["architecture"] = std::move(architecture);
    json["room"] = {{"size_m", size_json(layout->rooms.front())}};
    json["rooms"] = std::move(rooms);
    json["camera"] = {{"prim", "/World/Cameras/Main"}, {"move", text_or_null(layout->camera.move)}};
    if (check) json["check"] = check_to_json(*check);
    return json;
}

std::string answer_to_text(Plan const& plan, Layout const* layout, SceneCheck const* check)
{
    std::string text = plan.message + "\n";
    if (!plan.question.empty() && plan.question != plan.message) text += plan.question + "\n";
    auto const line = [&](char const* label, std::string const& what) {
        text += fmt::format("  {:<15} {}\n", label, what);
    };
    for (auto const& entry : plan.report.missing) {
        std::string what = entry.word;
        if (!entry.substituted_by.empty()) what += fmt::format(", {} stands in", entry.substituted_by);
        if (!entry.alternatives.empty()) {
            what += "; there is: ";
            for (std::size_t i = 0; i < entry.alternatives.size(); ++i)
                what += (i ? ", " : "") + entry.alternatives[i];
        }
        line("missing", what);
    }
    if (!plan.report.not_understood.empty()) {
        std::string words;
        for (auto const& word : plan.report.not_understood) words += (words.empty() ? "" : ", ") + word;
        line("not understood", words);
    }
    for (auto const& warning : plan.report.warnings) line("note", warning.text);
    if (!layout) return text;
    for (auto const& warning : layout->warnings) line("note", warning.text);
    auto const& room = layout->rooms.front();
    line("place", fmt::format("{} {:.1f} x {:.1f} m{}", plan.environment(), room.max_x - room.min_x,
                              room.max_z - room.min_z,
                              room.height > 0 ? fmt::format(", {:.1f} m high", room.height) : ""));
    std::map<std::string, int> counts;
    for (auto const& thing : layout->objects) ++counts[thing.category];
    std::string things;
    for (auto const& [category, count] : counts) {
        auto const* known = catalog::Categories::standard().find(category);
        auto name = count == 1 || !known ? category : known->plural;
        std::ranges::replace(name, '_', ' ');
        things += fmt::format("{}{} {}", things.empty() ? "" : ", ", count, name);
    }
    line("things", things);
    if (check)
        line("checked",
             check->passed()
                 ? fmt::format("{} objects, no collision, nothing floats or sticks out", check->objects)
                 : fmt::format("{} finding{}; soulvan scene check names them", check->findings.size(),
                               check->findings.size() == 1 ? "" : "s"));
    return text;
}

} // namespace soulvan::scene
