// Engines: one port, a scene to frames. The built-in path tracer behind it; Unity's editor named, not faked.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"
#include "soulvan/media/image.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::engines {

/// How noise is taken out of what an engine sampled.
enum class Filter {
    none,  ///< the samples as they fell
    still, ///< feature-guided non-local means, frame by frame
    clip,  ///< frames accumulated over time by reprojection, then the same filter
};

/// Some frames of one stage from one camera.
struct Shot {
    std::filesystem::path stage;
    std::string camera; ///< prim path or name; "": the stage's first
    std::string purposes = "render";
    /// Frame `i` (from 0) is written under number `first_number + i` and shows the time
    /// `first_time + i · time_step` in time codes.
    int frames = 1;
    int first_number = 1;
    double first_time = 1;
    double time_step = 1;
    int width = 1280, height = 720;
    int samples = 64;
    int min_samples = 16;
    float adaptive_threshold = 0;
    int max_bounces = 8;
    int subdivision_level = 2;
    Filter filter = Filter::still;
    std::uint64_t seed = 0;
    int threads = 0; ///< never changes a byte
    bool fast_isa = false;
};

/// Where frames go and which are there already; the caller decides about names, keys and commits.
class FrameStore {
public:
    virtual ~FrameStore() = default;
    /// Whether the finished frame of that number needs no work.
    virtual Result<bool> has(int number) = 0;
    virtual Result<> put(int number, media::Frame const& frame) = 0;
    /// Passes: what an engine keeps between its own steps, so that a killed run loses one frame at most.
    virtual Result<bool> has_pass(int number) = 0;
    virtual Result<> put_pass(int number, media::Frame const& pass) = 0;
    virtual Result<media::Frame> get_pass(int number) = 0;
    /// The picture so far, scene-linear; called after 1, 2, 4, … samples.
    virtual Result<> preview(int number, media::Image const& beauty, int samples) = 0;
};

class Engine {
public:
    virtual ~Engine() = default;
    virtual std::string_view name() const = 0;
    /// Names and versions of what decides the pixels, for the manifest.
    virtual std::string version() const = 0;
    /// Whether this engine can open such a scene on this machine; nothing is read but what that takes.
    /// Errors  unsupported: what is missing and how to get it.
    virtual Result<> check(std::filesystem::path const& scene) const = 0;
    /// Renders every frame of `shot` that `store` does not have.
    /// Errors  not_found: stage or camera; invalid_input: what is wrong in the stage; those of check();
    /// cancelled. Same    equal shots give equal frames, whatever was there before and on any number of
    /// threads.
    virtual Result<> render(Shot const& shot, FrameStore& store, Progress& progress,
                            std::stop_token stop) = 0;
};

struct EngineOptions {
    std::filesystem::path unity_editor; ///< option, then UNITY_BIN, then /opt/Unity/Editor/Unity
    std::filesystem::path unity_project;
};

/// "built-in" or "unity". Errors  invalid_input: another name, listing these.
Result<std::unique_ptr<Engine>> make_engine(std::string_view name, EngineOptions const& options = {});

} // namespace soulvan::engines
