// The plan's JSON, read: every member is checked, an unknown one is refused.
#include "soulvan/scene/plan.h"

#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

namespace soulvan::scene {

namespace {

std::unexpected<Error> wrong(std::string const& where, std::string_view what)
{
    return fail(Errc::invalid_input, "plan.json: {}: {}", where.empty() ? "/" : where, what);
}

/// One object of the document: takes members by name and remembers which were taken.
class Reader {
public:
    static Result<Reader> of(Json const& json, std::string where)
    {
        if (!json.is_object()) return wrong(where, "must be an object");
        return Reader{json, std::move(where)};
    }

    template <class T>
    Result<> optional(char const* key, T& out)
    {
        seen_.insert(key);
        auto const found = json_->find(key);
        if (found == json_->end() || found->is_null()) return {};
        TRY(read(*found, where_ + "/" + key, out));
        return {};
    }
    template <class T>
    Result<> required(char const* key, T& out)
    {
        if (!json_->contains(key)) return wrong(where_ + "/" + key, "is missing");
        TRY(optional(key, out));
        return {};
    }
    template <class T, class Function>
    Result<> list(char const* key, std::vector<T>& out, Function const& item)
    {
        seen_.insert(key);
        auto const found = json_->find(key);
        if (found == json_->end()) return {};
        if (!found->is_array()) return wrong(where_ + "/" + key, "must be an array");
        if (found->size() > 10'000) return wrong(where_ + "/" + key, "has over 10,000 entries");
        for (std::size_t i = 0; i < found->size(); ++i) {
            auto reader = TRY(Reader::of((*found)[i], where_ + "/" + key + "/" + std::to_string(i)));
            T value;
            TRY(item(reader, value));
            TRY(reader.done());
            out.push_back(std::move(value));
        }
        return {};
    }
    template <class Function>
    Result<> object(char const* key, Function const& item)
    {
        seen_.insert(key);
        auto const found = json_->find(key);
        if (found == json_->end()) return {};
        auto reader = TRY(Reader::of(*found, where_ + "/" + key));
        TRY(item(reader));
        TRY(reader.done());
        return {};
    }
    Result<> done() const
    {
        for (auto const& [key, value] : json_->items())
            if (!seen_.contains(key)) return wrong(where_ + "/" + key, "is no member of a plan");
        return {};
    }
    std::string const& where() const { return where_; }

private:
    Reader(Json const& json, std::string where) : json_(&json), where_(std::move(where)) {}

    static Result<> read(Json const& json, std::string const& where, std::string& out)
    {
        if (!json.is_string()) return wrong(where, "must be a string");
        out = json.get<std::string>();
        return {};
    }
    static Result<> read(Json const& json, std::string const& where, bool& out)
    {
        if (!json.is_boolean()) return wrong(where, "must be true or false");
        out = json.get<bool>();
        return {};
    }
    static Result<> read(Json const& json, std::string const& where, int& out)
    {
        if (!json.is_number_integer()) return wrong(where, "must be a whole number");
        auto const value = json.get<std::int64_t>();
        if (value < -1'000'000 || value > 1'000'000) return wrong(where, "is out of range");
        out = static_cast<int>(value);
        return {};
    }
    static Result<> read(Json const& json, std::string const& where, std::uint64_t& out)
    {
        if (!json.is_number_unsigned() && !(json.is_number_integer() && json.get<std::int64_t>() >= 0))
            return wrong(where, "must be a whole number, 0 or more");
        out = json.get<std::uint64_t>();
        return {};
    }
    static Result<> read(Json const& json, std::string const& where, double& out)
    {
        if (!json.is_number()) return wrong(where, "must be a number");
        out = json.get<double>();
        if (!std::isfinite(out) || std::abs(out) > 1e9) return wrong(where, "is out of range");
        return {};
    }
    template <class T>
    static Result<> read(Json const& json, std::string const& where, std::optional<T>& out)
    {
        T value{};
        TRY(read(json, where, value));
        out = value;
        return {};
    }
    template <class T, std::size_t size>
    static Result<> read(Json const& json, std::string const& where, std::array<T, size>& out)
    {
        if (!json.is_array() || json.size() != size)
            return wrong(where, "must have " + std::to_string(size) + " numbers");
        for (std::size_t i = 0; i < size; ++i) TRY(read(json[i], where + "/" + std::to_string(i), out[i]));
        return {};
    }
    template <class T>
    static Result<> read(Json const& json, std::string const& where, std::vector<T>& out)
    {
        if (!json.is_array()) return wrong(where, "must be an array");
        for (std::size_t i = 0; i < json.size(); ++i) {
            T value;
            TRY(read(json[i], where + "/" + std::to_string(i), value));
            out.push_back(std::move(value));
        }
        return {};
    }

    Json const* json_;
    std::string where_;
    std::set<std::string, std::less<>> seen_;
};

Result<> read_relation(Reader& in, Relation& out)
{
    std::string type;
    TRY(in.required("type", type));
    auto const known = relation_type(type);
    if (!known) return wrong(in.where() + "/type", "no relation has this name: " + type);
    out.type = *known;
    TRY(in.optional("other", out.other));
    TRY(in.optional("other2", out.other2));
    TRY(in.optional("which", out.which));
    TRY(in.optional("wall", out.wall));
    TRY(in.optional("frame", out.frame));
    TRY(in.optional("min_m", out.min_m));
    TRY(in.optional("max_m", out.max_m));
    TRY(in.optional("angle_deg", out.angle_deg));
    TRY(in.optional("n", out.n));
    TRY(in.optional("m", out.m));
    TRY(in.optional("quant", out.quant));
    TRY(in.optional("alternating", out.alternating));
    TRY(in.optional("mutual", out.mutual));
    TRY(in.optional("area", out.area));
    return {};
}

Result<> read_parameter(Reader& in, std::pair<std::string, std::string>& out)
{
    TRY(in.required("name", out.first));
    TRY(in.required("value", out.second));
    return {};
}

Result<> read_group(Reader& in, Group& out)
{
    TRY(in.required("id", out.id));
    TRY(in.required("category", out.category));
    TRY(in.required("count", out.count));
    if (out.id.empty()) return wrong(in.where() + "/id", "must not be empty");
    if (out.count < 0) return wrong(in.where() + "/count", "must not be negative");
    TRY(in.optional("count_stated", out.count_stated));
    TRY(in.optional("implied", out.implied));
    TRY(in.optional("attributes", out.attributes));
    TRY(in.list("parameters", out.parameters, read_parameter));
    TRY(in.optional("size_m", out.size_m));
    TRY(in.optional("asset", out.asset));
    TRY(in.list("relations", out.relations, read_relation));
    TRY(in.optional("room", out.room));
    TRY(in.optional("words", out.words));
    return {};
}

Result<> read_room(Reader& in, RoomPlan& out)
{
    TRY(in.required("id", out.id));
    TRY(in.required("environment", out.environment));
    TRY(in.optional("width", out.width));
    TRY(in.optional("depth", out.depth));
    TRY(in.optional("height", out.height));
    TRY(in.optional("size_stated", out.size_stated));
    TRY(in.optional("windows", out.windows));
    TRY(in.optional("empty", out.empty));
    TRY(in.optional("size_word", out.size_word));
    return {};
}

Result<> read_move(Reader& in, CameraMove& out)
{
    TRY(in.optional("type", out.type));
    TRY(in.optional("direction", out.direction));
    TRY(in.optional("distance_m", out.distance_m));
    TRY(in.optional("degrees", out.degrees));
    TRY(in.optional("radius_m", out.radius_m));
    TRY(in.optional("seconds", out.seconds));
    TRY(in.optional("looks_at", out.looks_at));
    return {};
}

Result<> read_camera(Reader& in, CameraPlan& out)
{
    TRY(in.optional("preset", out.preset));
    TRY(in.optional("height_m", out.height_m));
    TRY(in.optional("pitch_deg", out.pitch_deg));
    TRY(in.optional("focal_mm", out.focal_mm));
    TRY(in.optional("fstop", out.fstop));
    TRY(in.optional("subject", out.subject));
    TRY(in.optional("in_corner", out.in_corner));
    TRY(in.optional("in_aisle", out.in_aisle));
    TRY(in.optional("at_end_of_aisle", out.at_end_of_aisle));
    TRY(in.optional("orthographic", out.orthographic));
    TRY(in.optional("from", out.from));
    TRY(in.object("move", [&](Reader& move) { return read_move(move, out.move); }));
    return {};
}

Result<> read_light(Reader& in, LightPlan& out)
{
    TRY(in.optional("time_of_day", out.time_of_day));
    TRY(in.optional("sky", out.sky));
    TRY(in.optional("fog", out.fog));
    TRY(in.optional("artificial_on", out.artificial_on));
    TRY(in.optional("cct_k", out.cct_k));
    TRY(in.optional("mood", out.mood));
    TRY(in.optional("only_above", out.only_above));
    return {};
}

Result<> read_delivery(Reader& in, Delivery& out)
{
    TRY(in.optional("seconds", out.seconds));
    TRY(in.optional("fps", out.fps));
    std::optional<std::array<int, 2>> resolution;
    TRY(in.optional("resolution", resolution));
    if (resolution) out.resolution = {(*resolution)[0], (*resolution)[1]};
    return {};
}

Result<> read_edit(Reader& in, Edit& out)
{
    TRY(in.required("action", out.action));
    TRY(in.required("group", out.group));
    TRY(in.optional("which", out.which));
    TRY(in.optional("count", out.count));
    TRY(in.optional("direction", out.direction));
    TRY(in.optional("frame", out.frame));
    TRY(in.optional("distance_m", out.distance_m));
    TRY(in.optional("degrees", out.degrees));
    TRY(in.optional("factor", out.factor));
    TRY(in.optional("toward", out.toward));
    return {};
}

Result<> read_found(Reader& in, Found& out)
{
    TRY(in.required("category", out.category));
    TRY(in.required("matches", out.matches));
    return {};
}

Result<> read_missing(Reader& in, Missing& out)
{
    TRY(in.required("word", out.word));
    TRY(in.optional("alternatives", out.alternatives));
    TRY(in.optional("substituted_by", out.substituted_by));
    return {};
}

Result<> read_warning(Reader& in, Warning& out)
{
    TRY(in.required("code", out.code));
    TRY(in.required("text", out.text));
    return {};
}

Result<> read_report(Reader& in, Report& out)
{
    TRY(in.list("found", out.found, read_found));
    TRY(in.list("missing", out.missing, read_missing));
    TRY(in.optional("not_understood", out.not_understood));
    TRY(in.list("warnings", out.warnings, read_warning));
    return {};
}

/// What a single member cannot show: ids are unique and every reference leads somewhere.
Result<> check_references(Plan const& plan)
{
    if (plan.outcome == Outcome::scene && plan.rooms.empty())
        return wrong("/rooms", "a scene has one at least");
    std::set<std::string_view> rooms, groups;
    for (auto const& room : plan.rooms)
        if (!rooms.insert(room.id).second) return wrong("/rooms", "two rooms have the id " + room.id);
    for (auto const& group : plan.groups)
        if (!groups.insert(group.id).second) return wrong("/groups", "two groups have the id " + group.id);
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        std::string const where = "/groups/" + std::to_string(i);
        auto const& group = plan.groups[i];
        if (!group.room.empty() && !rooms.contains(group.room))
            return wrong(where + "/room", "no room has the id " + group.room);
        for (auto const& relation : group.relations)
            for (auto const* id : {&relation.other, &relation.other2})
                if (!id->empty() && !groups.contains(*id))
                    return wrong(where + "/relations", "no group has the id " + *id);
    }
    return {};
}

} // namespace

Result<Plan> plan_from_json(Json const& json)
{
    Plan plan;
    auto in = TRY(Reader::of(json, ""));
    std::string format, outcome;
    TRY(in.required("format", format));
    if (format != "soulvan-plan/1") return wrong("/format", "must be \"soulvan-plan/1\"");
    TRY(in.required("outcome", outcome));
    if (outcome == "scene")
        plan.outcome = Outcome::scene;
    else if (outcome == "clarify")
        plan.outcome = Outcome::clarify;
    else if (outcome == "reject")
        plan.outcome = Outcome::reject;
    else
        return wrong("/outcome", "must be \"scene\", \"clarify\" or \"reject\"");
    TRY(in.optional("message", plan.message));
    TRY(in.optional("question", plan.question));
    TRY(in.optional("sentences", plan.sentences));
    TRY(in.optional("seed", plan.seed));
    TRY(in.optional("style", plan.style));
    TRY(in.list("rooms", plan.rooms, read_room));
    TRY(in.list("groups", plan.groups, read_group));
    TRY(in.optional("excluded", plan.excluded));
    TRY(in.object("camera", [&](Reader& reader) { return read_camera(reader, plan.camera); }));
    TRY(in.object("light", [&](Reader& reader) { return read_light(reader, plan.light); }));
    TRY(in.object("delivery", [&](Reader& reader) { return read_delivery(reader, plan.delivery); }));
    TRY(in.list("edits", plan.edits, read_edit));
    TRY(in.object("report", [&](Reader& reader) { return read_report(reader, plan.report); }));
    TRY(in.done());
    TRY(check_references(plan));
    return plan;
}

} // namespace soulvan::scene
