// The steps of a job, top to bottom, each skipped when its key already has an output.
#include "soulvan/jobs/produce.h"

#include "closure.h"
#include "frame_store.h"
#include "layout.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/interchange/gather.h"
#include "soulvan/media/codec.h"
#include "soulvan/provenance/manifest.h"
#include "soulvan/storage/step_store.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

namespace soulvan::jobs {
namespace fs = std::filesystem;
namespace {

constexpr int video_version = 1;

/// Two runs into one folder would overwrite each other's frames. The lock dies with its process.
class FolderLock {
public:
    static Result<FolderLock> take(fs::path const& folder, std::string const& work)
    {
        TRY(make_folders(folder / work));
        auto const path = folder / work / "lock";
        int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0)
            return fail(Errc::io, "{}: cannot be written; choose another output folder with -o",
                        folder.string());
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            ::close(file);
            return fail(Errc::io,
                        "{}: another run is writing here; wait for it or choose another output folder",
                        folder.string());
        }
        return FolderLock(file);
    }
    FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    ~FolderLock()
    {
        if (file_ >= 0) ::close(file_);
    }

private:
    explicit FolderLock(int file) : file_(file) {}
    int file_;
};

/// Everything that the steps of one run share.
struct Run {
    Job const& job;
    Studio const& studio;
    DeliveryLayout layout;
    Progress& progress;
    std::stop_token stop;
    storage::StepStore steps;
    interchange::Gathered gathered;
    Closure closure;
    double first_time = 1, time_step = 1;
    Delivery delivery;
    std::vector<std::pair<std::string, std::string>> files; ///< (relative path, role) for the manifest
    std::map<std::string, std::uint64_t> seeds;
};

std::string text_in(usd::Dictionary const& data, char const* key)
{
    auto const found = data.find(key);
    return found == data.end() ? std::string() : found->second.get_or(std::string());
}

/// What a stage that stood in its place already refers to: files of the delivery, with the licences and
/// credits that their layers state.
Result<> list_local_assets(Run& run, fs::path const& folder)
{
    std::set<std::string> known;
    for (auto const& [path, role] : run.files) known.insert(path);
    auto const prefix = folder.lexically_relative(run.layout.folder).generic_string();
    auto const stage = fs::path(run.layout.stage).filename();
    for (auto const& file : run.closure.files) {
        auto const path = prefix.empty() || prefix == "." ? file.path : prefix + "/" + file.path;
        std::error_code error;
        if (file.path == stage || known.contains(path) || !fs::exists(run.layout.folder / path, error))
            continue;
        auto const extension = fs::path(path).extension();
        bool const is_layer = extension == ".usdc" || extension == ".usda" || extension == ".usd";
        run.files.emplace_back(path, is_layer ? "asset" : "texture");
        if (!is_layer) continue;
        auto const layer = TRY(usd::Layer::open(file.absolute));
        auto const value =
            layer->find(usd::Path::root().child(layer->default_prim())).find(usd::field::custom_data);
        auto const* custom = value.get<usd::Dictionary>();
        auto const own = custom ? custom->find("soulvan") : usd::Dictionary::const_iterator();
        auto const* data = custom && own != custom->end() ? own->second.get<usd::Dictionary>() : nullptr;
        interchange::GatheredAsset asset{.path = path, .sha256 = file.sha256};
        if (data) {
            asset.key = fs::path(path).stem().string();
            asset.name = text_in(*data, "name");
            asset.license = text_in(*data, "license");
            asset.credit = text_in(*data, "credit");
            asset.source = text_in(*data, "source");
        }
        run.gathered.assets.push_back(std::move(asset));
    }
    return {};
}

Result<> gather_stage(Run& run)
{
    interchange::GatherOptions options;
    if (!run.studio.library.empty()) options.library_folder = run.studio.library;
    auto const target = (run.layout.folder / run.layout.stage).parent_path();
    options.stage_name = fs::path(run.layout.stage).filename().string();
    options.assets = run.layout.assets;
    run.gathered =
        TRY(interchange::gather_library(run.job.scene, target, run.studio.cache, run.progress, options));
    for (auto const& warning : run.gathered.warnings) run.progress.note(warning);
    auto const prefix = fs::path(run.layout.stage).parent_path().generic_string();
    auto const below = [&](std::string const& path) { return prefix.empty() ? path : prefix + "/" + path; };
    run.files.emplace_back(run.layout.stage, "stage");
    for (auto& asset : run.gathered.assets) {
        run.files.emplace_back(below(asset.path), "asset");
        for (auto const& texture : asset.textures) run.files.emplace_back(below(texture), "texture");
    }
    run.delivery.stage = run.gathered.stage;

    auto const stage = TRY(usd::Stage::open(run.gathered.stage));
    run.closure = TRY(closure_of(*stage, target));
    TRY(list_local_assets(run, target));
    for (auto const& [path, role] : run.job.also) run.files.emplace_back(path, role);
    auto const fps = static_cast<double>(run.job.rate.numerator) / run.job.rate.denominator;
    run.first_time = run.job.first_time.value_or(stage->start_time_code().value_or(1));
    run.time_step = stage->time_codes_per_second() / fps;
    return {};
}

engines::Shot shot_of(Run const& run, Quality const& quality)
{
    return {.stage = run.gathered.stage,
            .camera = run.job.camera,
            .frames = run.job.frames,
            .first_time = run.first_time,
            .time_step = run.time_step,
            .width = quality.width,
            .height = quality.height,
            .samples = quality.samples,
            .filter = run.job.filter,
            .seed = run.job.seed,
            .threads = run.studio.threads,
            .fast_isa = run.studio.fast_isa};
}

Result<> render_hero(Run& run, engines::Engine& engine, media::DisplayTransform const& display)
{
    if (!run.job.hero) return {};
    auto shot = shot_of(run, *run.job.hero);
    int const middle = run.job.frames / 2;
    shot.first_number = middle + 1;
    shot.first_time = run.first_time + middle * run.time_step;
    shot.frames = 1;
    shot.filter = run.job.filter == engines::Filter::none ? engines::Filter::none : engines::Filter::still;
    DiskFrameStore store(run.layout,
                         {.shot = shot,
                          .closure = run.closure.id,
                          .engine = fmt::format("{} {}", engine.name(), engine.version()),
                          .hero = true,
                          .preview = run.layout.preview},
                         display);
    run.progress.note(fmt::format("Hero still {}x{}, {} samples", shot.width, shot.height, shot.samples));
    TRY(engine.render(shot, store, run.progress, run.stop));
    for (auto const& file : store.files_of(shot.first_number)) run.files.emplace_back(file, "hero");
    run.delivery.hero = run.layout.folder / (run.layout.hero + ".png");
    run.delivery.frames_rendered += store.rendered();
    run.delivery.frames_reused += store.reused();
    return {};
}

Result<std::vector<std::string>> render_frames(Run& run, engines::Engine& engine,
                                               media::DisplayTransform const& display)
{
    auto const shot = shot_of(run, run.job.quality);
    DiskFrameStore store(run.layout,
                         {.shot = shot,
                          .closure = run.closure.id,
                          .engine = fmt::format("{} {}", engine.name(), engine.version()),
                          .preview = run.job.hero ? "" : run.layout.preview,
                          .display_only = run.job.format == Format::png},
                         display);
    run.progress.note(
        fmt::format("{} frames {}x{}, {} samples", shot.frames, shot.width, shot.height, shot.samples));
    TRY(engine.render(shot, store, run.progress, run.stop));
    std::vector<std::string> paths;
    for (int number = 1; number <= shot.frames; ++number) paths.push_back(store.files_of(number).front());
    for (auto const& path : paths) run.files.emplace_back(path, "frame");
    run.delivery.frames = run.layout.folder / run.layout.frames;
    run.delivery.frames_rendered += store.rendered();
    run.delivery.frames_reused += store.reused();
    return paths;
}

Result<> encode(Run& run, std::vector<std::string> const& frames)
{
    if (run.layout.video.empty()) return {};
    std::vector<std::string> inputs;
    media::Sequence sequence;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        auto const digest = TRY(sha256_of_file(run.layout.folder / frames[i]));
        inputs.push_back(hex(digest));
        sequence.frames.push_back({static_cast<std::int64_t>(i) + 1, run.layout.folder / frames[i]});
    }
    sequence.width = run.job.quality.width;
    sequence.height = run.job.quality.height;
    media::VideoSettings const settings{.rate = run.job.rate};
    auto const key = TRY(storage::step_key("encode.video", video_version, inputs,
                                           {{"rate", {settings.rate.numerator, settings.rate.denominator}},
                                            {"crf", settings.crf},
                                            {"preset", settings.preset},
                                            {"threads", settings.threads},
                                            {"view", settings.display.view},
                                            {"exposure", settings.display.exposure}},
                                           0));
    auto const done = TRY(run.steps.find(key));
    if (!done) {
        run.progress.note("Video");
        auto const report =
            TRY(media::encode_video(sequence, media::Gaps::error, run.layout.folder / run.layout.video,
                                    settings, run.progress, run.stop));
        TRY(run.steps.commit(key, {run.layout.video}));
        run.progress.note(
            fmt::format("{} frames, {:.2f} s, checked after writing", report.frames, report.seconds));
    }
    run.files.emplace_back(run.layout.video, "video");
    run.delivery.video = run.layout.folder / run.layout.video;
    return {};
}

/// `<name>.preview.png`: what an originality check will look at.
Result<> write_clip_preview(Run& run, std::vector<std::string> const& frames)
{
    if (!run.job.clip_embed) return {};
    auto const path = run.layout.folder / run.layout.clip_preview;
    auto const source = run.delivery.hero.empty() && !frames.empty()
                            ? run.layout.folder / frames[frames.size() / 2]
                            : run.delivery.hero;
    auto const picture = TRY(media::read_display(source));
    TRY(media::write_png(picture, path));
    run.files.emplace_back(run.layout.clip_preview, "preview");
    run.delivery.preview = path;
    run.progress.note("audit: not available (the originality check is not part of this version)");
    return {};
}

Json settings_json(Run const& run)
{
    auto const& job = run.job;
    Json json = {{"format", name_of(job.format)},
                 {"engine", job.engine},
                 {"camera", job.camera},
                 {"frames", job.frames},
                 {"fps", fmt::format("{}/{}", job.rate.numerator, job.rate.denominator)},
                 {"resolution", fmt::format("{}x{}", job.quality.width, job.quality.height)},
                 {"samples", job.quality.samples},
                 {"closure", run.closure.id}};
    if (job.hero)
        json["hero"] = {{"resolution", fmt::format("{}x{}", job.hero->width, job.hero->height)},
                        {"samples", job.hero->samples}};
    return json;
}

Result<> attest(Run& run)
{
    provenance::Manifest manifest{
        .name = run.job.name, .tools = run.studio.tools, .settings = settings_json(run)};
    manifest.seeds["render"] = run.job.seed;
    manifest.wallet = run.studio.wallet;
    auto const scene_digest = TRY(sha256_of_file(run.job.scene));
    manifest.inputs.push_back({run.job.scene.filename().string(), hex(scene_digest), "stage", "", "", ""});
    if (!run.job.sentence.empty())
        manifest.inputs.push_back(
            {"sentence", hex(sha256(run.job.sentence)), "sentence", "", "", run.job.sentence});
    for (auto const& asset : run.gathered.assets)
        manifest.inputs.push_back({asset.name.empty() ? asset.path : asset.name,
                                   asset.source_sha256.empty() ? asset.sha256 : asset.source_sha256,
                                   asset.key.empty() ? "asset" : "model", asset.license, asset.credit,
                                   asset.source});
    std::sort(run.files.begin(), run.files.end());
    run.files.erase(std::unique(run.files.begin(), run.files.end()), run.files.end());
    for (auto const& [path, role] : run.files)
        manifest.files.push_back(TRY(provenance::list_file(run.layout.folder, path, role)));

    auto const part = TRY(provenance::signed_part(manifest));
    auto const key = TRY(storage::step_key("attest", 1, {hex(sha256(part))},
                                           {{"sign", run.job.sign && run.studio.signer != nullptr}}, 0));
    run.delivery.manifest = run.layout.folder / run.layout.manifest;
    run.delivery.meta = run.layout.folder / run.layout.meta;
    if (TRY(run.steps.find(key))) return {}; // signed already, with its own date
    auto* signer = run.job.sign ? run.studio.signer : nullptr;
    auto const json = TRY(provenance::attest(std::move(manifest), signer, run.studio.now()));
    auto const text = TRY(canonical_json(json));
    TRY(write_file(run.delivery.manifest, text));
    TRY(write_file(run.delivery.meta, pretty_json(provenance::meta_of(json, run.job.scene.stem().string(),
                                                                      run.layout.manifest))));
    TRY(run.steps.commit(key, {run.layout.manifest, run.layout.meta}));
    return {};
}

Result<> run_steps(Run& run, engines::Engine& engine)
{
    TRY(gather_stage(run));
    auto const display = TRY(media::DisplayTransform::create());
    std::vector<std::string> frames;
    bool const wants_pictures = run.job.format != Format::usd;
    if (wants_pictures || run.job.clip_embed) TRY(render_hero(run, engine, display));
    if (wants_pictures) {
        frames = TRY(render_frames(run, engine, display));
        TRY(encode(run, frames));
    }
    TRY(write_clip_preview(run, frames));
    TRY(attest(run));
    // The passes served their purpose; a later run finds the finished frames.
    std::error_code ignored;
    fs::remove_all(run.layout.folder / run.layout.work / "passes", ignored);
    fs::remove(run.layout.folder / run.layout.preview, ignored);
    return {};
}

} // namespace

Result<Delivery> produce(Job const& job, Studio const& studio, Progress& progress, std::stop_token stop)
{
    auto layout = TRY(layout_of(job));
    auto const engine = TRY(engines::make_engine(job.engine, studio.engines));
    TRY(engine->check(job.scene)); // before anything is written
    std::error_code none;
    if (!fs::exists(job.scene, none))
        return fail(Errc::not_found, "{}: there is no such stage", job.scene.string());
    TRY(make_folders(layout.folder));
    auto const lock = TRY(FolderLock::take(layout.folder, layout.work));
    remove_stale_temporaries(layout.folder);
    Run run{.job = job,
            .studio = studio,
            .layout = layout,
            .progress = progress,
            .stop = stop,
            .steps = storage::StepStore(layout.folder)};
    run.delivery.folder = layout.folder;
    TRY(run_steps(run, *engine));
    return run.delivery;
}

} // namespace soulvan::jobs
