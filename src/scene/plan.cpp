// The plan as a value: names of its enums, and its JSON, written.
#include "soulvan/scene/plan.h"

#include <nlohmann/json.hpp>

namespace soulvan::scene {

namespace {

constexpr std::array<std::string_view, 40> relation_names{"near",
                                                          "far",
                                                          "distance",
                                                          "in_front_of",
                                                          "behind",
                                                          "left_of",
                                                          "right_of",
                                                          "facing",
                                                          "facing_away",
                                                          "opposite",
                                                          "on",
                                                          "on_or_stacked_on",
                                                          "under",
                                                          "stacked",
                                                          "carried_by",
                                                          "on_wall",
                                                          "against_wall",
                                                          "leaning_on_wall",
                                                          "in_corner",
                                                          "in_centre",
                                                          "hanging_from_ceiling",
                                                          "between",
                                                          "around",
                                                          "group",
                                                          "each_has",
                                                          "each_has_on",
                                                          "in_row",
                                                          "in_grid",
                                                          "aisle",
                                                          "in_aisle",
                                                          "back_to_back",
                                                          "facing_rows",
                                                          "clusters",
                                                          "spaced",
                                                          "clear",
                                                          "clear_behind",
                                                          "keep_free",
                                                          "sorted_by_size",
                                                          "at_end_of",
                                                          "in_area"};

/// Writes a member unless it has its default, so that a plan reads as what was asked for.
template <class T>
void put(Json& json, char const* key, T const& value, T const& fallback)
{
    if (!(value == fallback)) json[key] = value;
}
void put(Json& json, char const* key, std::string const& value)
{
    if (!value.empty()) json[key] = value;
}
template <class T>
void put(Json& json, char const* key, std::optional<T> const& value)
{
    if (value) json[key] = *value;
}

Json to_json(Relation const& relation)
{
    Json json = {{"type", name_of(relation.type)}};
    put(json, "other", relation.other);
    put(json, "other2", relation.other2);
    put(json, "which", relation.which);
    put(json, "wall", relation.wall);
    put(json, "frame", relation.frame);
    put(json, "min_m", relation.min_m);
    put(json, "max_m", relation.max_m);
    put(json, "angle_deg", relation.angle_deg);
    put(json, "n", relation.n, 0);
    put(json, "m", relation.m, 0);
    put(json, "quant", relation.quant, 0);
    put(json, "alternating", relation.alternating, false);
    put(json, "mutual", relation.mutual, false);
    put(json, "area", relation.area);
    return json;
}

Json to_json(Group const& group)
{
    Json json = {{"id", group.id}, {"category", group.category}, {"count", group.count}};
    put(json, "count_stated", group.count_stated, false);
    put(json, "implied", group.implied, false);
    if (!group.attributes.empty()) json["attributes"] = group.attributes;
    if (!group.parameters.empty()) {
        Json& list = json["parameters"] = Json::array();
        for (auto const& [name, value] : group.parameters) list.push_back({{"name", name}, {"value", value}});
    }
    put(json, "size_m", group.size_m);
    put(json, "asset", group.asset);
    if (!group.relations.empty()) {
        Json& list = json["relations"] = Json::array();
        for (auto const& relation : group.relations) list.push_back(to_json(relation));
    }
    put(json, "room", group.room);
    put(json, "words", group.words);
    return json;
}

Json to_json(RoomPlan const& room)
{
    Json json = {{"id", room.id}, {"environment", room.environment}};
    put(json, "width", room.width);
    put(json, "depth", room.depth);
    put(json, "height", room.height);
    put(json, "size_stated", room.size_stated, false);
    put(json, "windows", room.windows, true);
    put(json, "empty", room.empty, false);
    put(json, "size_word", room.size_word);
    return json;
}

Json to_json(CameraPlan const& camera)
{
    Json json = Json::object();
    put(json, "preset", camera.preset);
    put(json, "height_m", camera.height_m);
    put(json, "pitch_deg", camera.pitch_deg);
    put(json, "focal_mm", camera.focal_mm);
    put(json, "fstop", camera.fstop);
    put(json, "subject", camera.subject);
    put(json, "in_corner", camera.in_corner);
    put(json, "in_aisle", camera.in_aisle);
    put(json, "at_end_of_aisle", camera.at_end_of_aisle, false);
    put(json, "orthographic", camera.orthographic, false);
    put(json, "from", camera.from);
    Json move = Json::object();
    put(move, "type", camera.move.type);
    put(move, "direction", camera.move.direction);
    put(move, "distance_m", camera.move.distance_m);
    put(move, "degrees", camera.move.degrees);
    put(move, "radius_m", camera.move.radius_m);
    put(move, "seconds", camera.move.seconds);
    put(move, "looks_at", camera.move.looks_at);
    if (!move.empty()) json["move"] = move;
    return json;
}

Json to_json(LightPlan const& light)
{
    Json json = Json::object();
    put(json, "time_of_day", light.time_of_day);
    put(json, "sky", light.sky);
    put(json, "fog", light.fog, false);
    put(json, "artificial_on", light.artificial_on);
    put(json, "cct_k", light.cct_k);
    put(json, "mood", light.mood);
    put(json, "only_above", light.only_above);
    return json;
}

Json to_json(Edit const& edit)
{
    Json json = {{"action", edit.action}, {"group", edit.group}};
    put(json, "which", edit.which);
    put(json, "count", edit.count, 0);
    put(json, "direction", edit.direction);
    put(json, "frame", edit.frame);
    put(json, "distance_m", edit.distance_m, 0.0);
    put(json, "degrees", edit.degrees, 0.0);
    put(json, "factor", edit.factor, 1.0);
    put(json, "toward", edit.toward);
    return json;
}

Json to_json(Report const& report)
{
    Json json = {{"found", Json::array()},
                 {"missing", Json::array()},
                 {"not_understood", report.not_understood},
                 {"warnings", Json::array()}};
    for (auto const& found : report.found)
        json["found"].push_back({{"category", found.category}, {"matches", found.matches}});
    for (auto const& missing : report.missing) {
        Json entry = {
            {"word", missing.word}, {"alternatives", missing.alternatives}, {"substituted_by", nullptr}};
        if (!missing.substituted_by.empty()) entry["substituted_by"] = missing.substituted_by;
        json["missing"].push_back(std::move(entry));
    }
    for (auto const& warning : report.warnings)
        json["warnings"].push_back({{"code", warning.code}, {"text", warning.text}});
    return json;
}

template <class T>
Json list_of(std::vector<T> const& values)
{
    Json list = Json::array();
    for (auto const& value : values) list.push_back(to_json(value));
    return list;
}

} // namespace

std::string_view name_of(RelationType type)
{
    return relation_names[static_cast<std::size_t>(type)];
}

std::optional<RelationType> relation_type(std::string_view name)
{
    for (std::size_t i = 0; i < relation_names.size(); ++i)
        if (relation_names[i] == name) return static_cast<RelationType>(i);
    return std::nullopt;
}

Group const* Plan::find(std::string_view id) const
{
    for (auto const& group : groups)
        if (group.id == id) return &group;
    return nullptr;
}

Json plan_to_json(Plan const& plan)
{
    static constexpr std::array<std::string_view, 3> outcomes{"scene", "clarify", "reject"};
    Json json = {{"format", "soulvan-plan/1"},
                 {"outcome", outcomes[static_cast<std::size_t>(plan.outcome)]},
                 {"message", plan.message},
                 {"question", nullptr},
                 {"sentences", plan.sentences},
                 {"seed", plan.seed},
                 {"style", nullptr},
                 {"rooms", list_of(plan.rooms)},
                 {"groups", list_of(plan.groups)},
                 {"excluded", plan.excluded},
                 {"camera", to_json(plan.camera)},
                 {"light", to_json(plan.light)},
                 {"delivery", Json::object()},
                 {"edits", list_of(plan.edits)},
                 {"report", to_json(plan.report)}};
    put(json, "question", plan.question);
    put(json, "style", plan.style);
    Json& delivery = json["delivery"];
    put(delivery, "seconds", plan.delivery.seconds);
    put(delivery, "fps", plan.delivery.fps);
    if (plan.delivery.resolution)
        delivery["resolution"] = {plan.delivery.resolution->first, plan.delivery.resolution->second};
    return json;
}

} // namespace soulvan::scene
