// Writing, checking and finding frames.
#include "frame_store.h"

#include "soulvan/base/file.h"
#include "soulvan/media/codec.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace soulvan::jobs {
namespace fs = std::filesystem;
namespace {

/// Raised when the same inputs give other pixels; the golden digest test of this room says when that happens.
constexpr int frame_version = 4;
constexpr int pass_version = 3;

std::string_view name_of(engines::Filter filter)
{
    switch (filter) {
    case engines::Filter::none:
        return "none";
    case engines::Filter::still:
        return "still";
    case engines::Filter::clip:
        return "clip";
    }
    std::unreachable();
}

/// What a person is shown: the first layer without its alpha.
media::Image opaque(media::Image const& display)
{
    media::Image rgb(display.width(), display.height(), 3);
    for (int y = 0; y < rgb.height(); ++y)
        for (int x = 0; x < rgb.width(); ++x) std::copy_n(display.at(x, y), 3, rgb.at(x, y));
    return rgb;
}

} // namespace

Result<storage::StepKey> DiskFrameStore::key(int number, bool pass) const
{
    auto const& shot = plan_.shot;
    Json settings = {{"engine", plan_.engine},
                     {"camera", shot.camera},
                     {"purposes", shot.purposes},
                     {"time", shot.first_time + (number - shot.first_number) * shot.time_step},
                     {"number", number},
                     {"size", {shot.width, shot.height}},
                     {"samples", {shot.samples, shot.min_samples}},
                     {"adaptive_threshold", shot.adaptive_threshold},
                     {"max_bounces", shot.max_bounces},
                     {"subdivision_level", shot.subdivision_level}};
    if (shot.fast_isa) settings["fast_isa"] = true; // other pixels on other machines: never mixed
    if (!pass) {
        settings["filter"] = name_of(shot.filter);
        settings["png"] = plan_.display_only;
        // A filtered frame of a clip depends on its neighbours, so on where the clip begins and ends.
        if (shot.filter == engines::Filter::clip)
            settings["clip"] = {shot.first_time, shot.time_step, shot.first_number, shot.frames};
    }
    return storage::step_key(pass ? "render.pass" : "render.frame", pass ? pass_version : frame_version,
                             {plan_.closure}, settings, shot.seed);
}

std::vector<std::string> DiskFrameStore::files_of(int number) const
{
    if (plan_.hero) return {layout_.hero + ".exr", layout_.hero + ".png"};
    return {layout_.frame(number)};
}

Result<bool> DiskFrameStore::has(int number)
{
    auto const step = TRY(key(number, false));
    auto const found = TRY(steps_.find(step));
    reused_ += found ? 1 : 0;
    return found.has_value();
}

Result<> DiskFrameStore::validate(std::string const& path, media::Frame const& written) const
{
    auto const back = TRY(media::read_exr(layout_.folder / path));
    auto const& beauty = back.layers.front().image;
    auto const& expected = written.layers.front().image;
    if (beauty.width() != expected.width() || beauty.height() != expected.height())
        return fail(Errc::internal, "{}: reads back with another size", path);
    if (!std::ranges::all_of(beauty.pixels(), [](float value) { return std::isfinite(value); }))
        return fail(Errc::internal, "{}: holds values that are not finite", path);
    return {};
}

Result<> DiskFrameStore::put(int number, media::Frame const& frame)
{
    auto const files = files_of(number);
    auto const& path = files.front();
    if (plan_.display_only) {
        TRY(media::write_png(opaque(display_(frame.layers.front().image)), layout_.folder / path));
    } else {
        TRY(media::write_exr(frame, layout_.folder / path));
        TRY(validate(path, frame));
    }
    if (plan_.hero)
        TRY(media::write_png(opaque(display_(frame.layers.front().image)), layout_.folder / files[1]));
    auto const step = TRY(key(number, false));
    TRY(steps_.commit(step, files));
    ++rendered_;
    return {};
}

Result<bool> DiskFrameStore::has_pass(int number)
{
    auto const step = TRY(key(number, true));
    auto const found = TRY(steps_.find(step));
    return found.has_value();
}

Result<> DiskFrameStore::put_pass(int number, media::Frame const& pass)
{
    TRY(media::write_exr(pass, layout_.folder / layout_.pass(number), media::ExrUse::scratch));
    auto const step = TRY(key(number, true));
    TRY(steps_.commit(step, {layout_.pass(number)}));
    return {};
}

Result<media::Frame> DiskFrameStore::get_pass(int number)
{
    return media::read_exr(layout_.folder / layout_.pass(number));
}

Result<> DiskFrameStore::preview(int, media::Image const& beauty, int)
{
    if (plan_.preview.empty()) return {};
    return media::write_png(opaque(display_(beauty)), layout_.folder / plan_.preview);
}

} // namespace soulvan::jobs
