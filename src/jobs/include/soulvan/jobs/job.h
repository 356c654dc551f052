// A job: what a person asked for, as a value. Read from a job file (contract B) or made by the command line.
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/base/result.h"
#include "soulvan/engines/engine.h"
#include "soulvan/media/video.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace soulvan::jobs {

enum class Format { usd, exr, png, mp4 };
std::string_view name_of(Format format);

/// The size and quality of a picture.
struct Quality {
    int width = 1280, height = 720;
    int samples = 64;
    friend bool operator==(Quality const&, Quality const&) = default;
};

struct Job {
    std::string name; ///< of the delivery: "<name>.meta.json"
    std::filesystem::path scene;
    std::string camera;
    /// A folder, or a file whose extension fits the format; relative to the current folder.
    std::filesystem::path output;
    Format format = Format::mp4;
    std::string engine = "built-in";
    int frames = 120;
    std::optional<double> first_time; ///< time code of the first frame; absent: the stage's start
    media::FrameRate rate{24, 1};
    Quality quality{640, 360, 8};
    std::optional<Quality> hero; ///< a still of the middle of the shot
    engines::Filter filter = engines::Filter::clip;
    std::uint64_t seed = 0;
    bool sign = true;
    bool clip_embed = false;
    /// The sentence that the scene was composed from, for the manifest; "": none.
    std::string sentence;
    /// Further files of the delivery, (path relative to its folder, role): plan, layout, script.
    std::vector<std::pair<std::string, std::string>> also;
};

/// Reads a job file's JSON. `folder` is the job file's: a relative `scene` is looked for there first, then in
/// the current folder. Errors  invalid_input: an unknown field (naming the nearest), a wrong type or range,
/// "job.json: …";
///         unsupported: "prompt".
Result<Job> parse_job(Json const& json, std::string const& name, std::filesystem::path const& folder);
Result<Job> read_job(std::filesystem::path const& path);

/// "1280x720". Errors  invalid_input.
Result<std::pair<int, int>> parse_resolution(std::string_view text);

} // namespace soulvan::jobs
