// Folder and file forms of "output".
#include "layout.h"

#include <algorithm>

namespace soulvan::jobs {
namespace {

Result<DeliveryLayout> file_layout(Job const& job, std::string const& extension)
{
    DeliveryLayout layout;
    layout.folder = job.output.parent_path().empty() ? "." : job.output.parent_path();
    auto const stem = job.output.stem().string(), rest = stem + ".files";
    layout.stage = rest + "/scene.usda";
    layout.assets = "assets";
    layout.frames = rest + "/frames";
    layout.extension = job.format == Format::png ? ".png" : ".exr";
    layout.hero = rest + "/hero";
    layout.preview = rest + "/preview.png";
    layout.clip_preview = stem + ".preview.png";
    layout.manifest = stem + ".manifest.json";
    layout.meta = stem + ".meta.json";
    layout.work = rest + "/.soulvan";
    bool const is_stage = extension == ".usd" || extension == ".usda" || extension == ".usdc";
    if (job.format == Format::usd && is_stage) {
        layout.stage = job.output.filename().string();
        layout.assets = rest + "/assets";
    } else if (job.format == Format::mp4 && is_stage) {
        // The stage under its name, the pictures of it beside it.
        layout.stage = job.output.filename().string();
        layout.assets = rest + "/assets";
        layout.video = rest + "/video.mp4";
        layout.clip_preview = rest + "/" + job.name + ".preview.png";
        layout.manifest = rest + "/manifest.json";
        layout.meta = rest + "/" + job.name + ".meta.json";
    } else if (job.format == Format::mp4 && extension == ".mp4") {
        layout.video = job.output.filename().string();
    } else {
        return fail(Errc::invalid_input,
                    "\"output\" {} does not fit the format {}; name a folder, or a file ending in {}",
                    job.output.string(), name_of(job.format),
                    job.format == Format::usd ? ".usd, .usda or .usdc" : ".mp4");
    }
    return layout;
}

} // namespace

std::string DeliveryLayout::frame(int number) const
{
    return fmt::format("{}{}frame_{:04}{}", frames, frames.empty() ? "" : "/", number, extension);
}

std::string DeliveryLayout::pass(int number) const
{
    return fmt::format("{}/passes/pass_{:04}.exr", work, number);
}

Result<DeliveryLayout> layout_of(Job const& job)
{
    auto const extension = job.output.extension().string();
    static constexpr std::string_view file_extensions[] = {".usd", ".usda", ".usdc", ".usdz",
                                                           ".mp4", ".mov",  ".mkv"};
    if (std::ranges::find(file_extensions, extension) != std::end(file_extensions))
        return file_layout(job, extension);

    DeliveryLayout layout;
    bool const is_frame = extension == ".exr" || extension == ".png";
    layout.folder = is_frame ? job.output.parent_path() : job.output;
    if (layout.folder.empty()) layout.folder = ".";
    layout.stage = "scene.usda";
    layout.assets = "assets";
    layout.extension = job.format == Format::png ? ".png" : ".exr";
    // Contract D: a sequence that was asked for by itself lies in the folder that was named.
    layout.frames = job.format == Format::exr || job.format == Format::png ? "" : "frames";
    layout.hero = "hero";
    layout.preview = "preview.png";
    layout.clip_preview = job.name + ".preview.png";
    if (job.format == Format::mp4) layout.video = "video.mp4";
    layout.manifest = "manifest.json";
    layout.meta = job.name + ".meta.json";
    return layout;
}

} // namespace soulvan::jobs
