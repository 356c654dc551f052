// Job files: every field checked, a mistyped one answered with the nearest name.
#include "soulvan/jobs/job.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace soulvan::jobs {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view known_fields[] = {
    "name",       "scene",   "camera", "output", "format", "engine", "frames",     "first_time", "fps",
    "resolution", "samples", "hero",   "filter", "seed",   "sign",   "clip_embed", "prompt"};

/// One field of the job file with the words to complain about it.
class Fields {
public:
    Fields(Json const& json, std::string const& name) : json_(json), name_(name) {}

    template <class... Args>
    std::unexpected<Error> wrong(fmt::format_string<Args...> format, Args&&... args) const
    {
        return fail(Errc::invalid_input, "{}: {}", name_, fmt::format(format, std::forward<Args>(args)...));
    }
    Result<> text(char const* field, std::string& into) const
    {
        auto const* value = find(field);
        if (!value) return {};
        if (!value->is_string()) return wrong("\"{}\" must be text, not {}", field, value->dump());
        into = value->get<std::string>();
        return {};
    }
    Result<> flag(char const* field, bool& into) const
    {
        auto const* value = find(field);
        if (!value) return {};
        if (!value->is_boolean()) return wrong("\"{}\" must be true or false, not {}", field, value->dump());
        into = value->get<bool>();
        return {};
    }
    template <class T>
    Result<> whole(char const* field, T& into, std::int64_t least, std::int64_t most) const
    {
        auto const* value = find(field);
        if (!value) return {};
        if (!value->is_number_integer() || value->get<std::int64_t>() < least ||
            value->get<std::int64_t>() > most)
            return wrong("\"{}\" must be a whole number from {} to {}, not {}", field, least, most,
                         value->dump());
        into = static_cast<T>(value->get<std::int64_t>());
        return {};
    }
    Json const* find(char const* field) const
    {
        auto const found = json_.find(field);
        return found == json_.end() ? nullptr : &*found;
    }

private:
    Json const& json_;
    std::string const& name_;
};

Result<> read_resolution(Fields const& fields, char const* field, Json const& value, Quality& quality)
{
    if (value.is_string()) {
        auto const size = parse_resolution(value.get<std::string>());
        if (!size) return fields.wrong("\"{}\": {}", field, size.error().what);
        std::tie(quality.width, quality.height) = *size;
        return {};
    }
    if (value.is_array() && value.size() == 2 && value[0].is_number_integer() &&
        value[1].is_number_integer()) {
        auto const size = parse_resolution(
            fmt::format("{}x{}", value[0].get<std::int64_t>(), value[1].get<std::int64_t>()));
        if (!size) return fields.wrong("\"{}\": {}", field, size.error().what);
        std::tie(quality.width, quality.height) = *size;
        return {};
    }
    return fields.wrong("\"{}\" must be \"1280x720\" or [1280, 720], not {}", field, value.dump());
}

Result<> read_hero(Fields const& fields, Json const& value, Job& job)
{
    if (value.is_boolean()) {
        if (value.get<bool>()) job.hero = Quality{};
        return {};
    }
    if (!value.is_object())
        return fields.wrong("\"hero\" must be true, false or an object, not {}", value.dump());
    Quality quality;
    for (auto const& item : value.items()) {
        if (item.key() == "resolution") {
            TRY(read_resolution(fields, "hero.resolution", item.value(), quality));
        } else if (item.key() == "samples" && item.value().is_number_integer() && item.value() >= 1 &&
                   item.value() <= 65536) {
            quality.samples = item.value().get<int>();
        } else {
            return fields.wrong(
                "\"hero\" has \"resolution\" and \"samples\" (1 to 65536); {}: {} does not fit", item.key(),
                item.value().dump());
        }
    }
    job.hero = quality;
    return {};
}

Result<> read_format(Fields const& fields, Job& job)
{
    std::string text = "MP4";
    TRY(fields.text("format", text));
    for (auto const format : {Format::usd, Format::exr, Format::png, Format::mp4})
        if (text == name_of(format)) {
            job.format = format;
            return {};
        }
    return fields.wrong("\"format\" must be USD, EXR, PNG or MP4, not \"{}\"", text);
}

Result<> read_picture_fields(Fields const& fields, Job& job)
{
    TRY(fields.whole("frames", job.frames, 1, 1'000'000));
    TRY(fields.whole("samples", job.quality.samples, 1, 65536));
    TRY(fields.whole("seed", job.seed, 0, INT64_MAX));
    if (auto const* value = fields.find("first_time")) {
        if (!value->is_number())
            return fields.wrong("\"first_time\" must be a number, not {}", value->dump());
        job.first_time = value->get<double>();
    }
    if (auto const* value = fields.find("fps")) {
        auto const rate =
            media::FrameRate::parse(value->is_string() ? value->get<std::string>() : value->dump());
        if (!rate) return fields.wrong("\"fps\": {}", rate.error().what);
        job.rate = *rate;
    }
    if (auto const* value = fields.find("resolution"))
        TRY(read_resolution(fields, "resolution", *value, job.quality));
    if (auto const* value = fields.find("hero")) TRY(read_hero(fields, *value, job));
    std::string filter = "clip";
    TRY(fields.text("filter", filter));
    if (filter != "none" && filter != "still" && filter != "clip")
        return fields.wrong("\"filter\" must be none, still or clip, not \"{}\"", filter);
    job.filter = filter == "none"    ? engines::Filter::none
                 : filter == "still" ? engines::Filter::still
                                     : engines::Filter::clip;
    return {};
}

fs::path scene_path(std::string const& scene, fs::path const& folder)
{
    std::error_code none;
    fs::path const path(scene);
    if (path.is_absolute() || fs::exists(folder / path, none))
        return path.is_absolute() ? path : folder / path;
    return path;
}

} // namespace

std::string_view name_of(Format format)
{
    switch (format) {
    case Format::usd:
        return "USD";
    case Format::exr:
        return "EXR";
    case Format::png:
        return "PNG";
    case Format::mp4:
        return "MP4";
    }
    std::unreachable();
}

Result<std::pair<int, int>> parse_resolution(std::string_view text)
{
    int width = 0, height = 0;
    auto const* end = text.data() + text.size();
    auto const first = std::from_chars(text.data(), end, width);
    if (first.ec == std::errc() && first.ptr != end && *first.ptr == 'x') {
        auto const second = std::from_chars(first.ptr + 1, end, height);
        bool const fits = width >= 1 && height >= 1 && width <= 16384 && height <= 16384;
        if (second.ec == std::errc() && second.ptr == end && fits) return std::pair(width, height);
    }
    return fail(Errc::invalid_input, "\"{}\" is no size; write WIDTHxHEIGHT, each 1 to 16384, as in 1280x720",
                text);
}

Result<Job> parse_job(Json const& json, std::string const& name, fs::path const& folder)
{
    if (!json.is_object()) return fail(Errc::invalid_input, "{}: a job is one JSON object", name);
    Fields const fields(json, name);
    for (auto const& item : json.items()) {
        if (std::ranges::find(known_fields, item.key()) != std::end(known_fields)) continue;
        auto const near = nearest_name(item.key(), known_fields);
        return near.empty()
                   ? fields.wrong("\"{}\" is no field of a job; see api/schemas/job.schema.json", item.key())
                   : fields.wrong("\"{}\" is no field of a job; did you mean \"{}\"?", item.key(), near);
    }
    if (fields.find("prompt"))
        return fail(Errc::unsupported,
                    "{}: \"prompt\" is not understood by this version; give a USD stage as \"scene\"", name);
    Job job;
    std::string scene, output;
    TRY(fields.text("scene", scene));
    TRY(fields.text("output", output));
    if (scene.empty())
        return fields.wrong("\"scene\" is missing: name a .usda, .usdc, .usd, .usdz or .unity file");
    if (output.empty()) return fields.wrong("\"output\" is missing: name a folder or a file");
    job.scene = scene_path(scene, folder);
    job.output = output;
    job.name = job.scene.stem().string();
    if (job.scene.extension() == ".unity") job.engine = "unity";
    TRY(fields.text("name", job.name));
    TRY(fields.text("camera", job.camera));
    TRY(fields.text("engine", job.engine));
    if (job.engine != "built-in" && job.engine != "unity")
        return fields.wrong("\"engine\" must be built-in or unity, not \"{}\"", job.engine);
    if (job.scene.extension() == ".unity" && job.engine != "unity")
        return fields.wrong(
            "{} is a Unity scene, which the built-in engine cannot open; leave \"engine\" out",
            job.scene.string());
    if (job.name.empty() || job.name.find('/') != std::string::npos)
        return fields.wrong("\"name\" must be a plain file name, not \"{}\"", job.name);
    TRY(read_format(fields, job));
    TRY(read_picture_fields(fields, job));
    TRY(fields.flag("sign", job.sign));
    TRY(fields.flag("clip_embed", job.clip_embed));
    return job;
}

Result<Job> read_job(fs::path const& path)
{
    auto const json = TRY(read_json(path, {.bytes = 1 << 20}));
    return parse_job(json, path.string(), path.parent_path().empty() ? fs::path(".") : path.parent_path());
}

} // namespace soulvan::jobs
