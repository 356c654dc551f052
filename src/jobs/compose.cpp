// The steps from a sentence to a stage, top to bottom.
#include "soulvan/jobs/compose.h"

#include "soulvan/base/file.h"
#include "soulvan/scene/build.h"
#include "soulvan/scene/planner.h"
#include "soulvan/usd/stage.h"

#include <map>

#include <nlohmann/json.hpp>

namespace soulvan::jobs {

namespace fs = std::filesystem;

namespace {

struct Previous {
    scene::Plan plan;
    scene::Layout layout;
};

Result<Previous> read_previous(fs::path const& from)
{
    std::error_code error;
    auto const plan = fs::is_directory(from, error) ? from / "plan.json" : from;
    if (!fs::exists(plan, error))
        return fail(Errc::not_found, "{}: there is no plan to edit; name a folder that soulvan make wrote",
                    from.string());
    auto const plan_json = TRY(read_json(plan));
    auto const layout_json = TRY(read_json(plan.parent_path() / "layout.json"));
    Previous previous;
    previous.plan = TRY(scene::plan_from_json(plan_json));
    previous.layout = TRY(scene::layout_from_json(layout_json));
    return previous;
}

Result<scene::Plan> plan_of(ComposeRequest const& request, scene::Plan const* previous,
                            catalog::Catalog const& catalog)
{
    if (request.plan.empty())
        return scene::plan_sentence(
            {.sentence = request.sentence, .seed = request.seed, .previous = previous}, catalog);
    auto const json = TRY(read_json(request.plan));
    auto plan = scene::plan_from_json(json);
    if (!plan) return within(request.plan.string(), plan.error());
    return plan;
}

/// Camera and light. An edit that does not speak of the camera leaves it where it stands.
void look(scene::Layout& layout, scene::Plan const& plan, Previous const* previous,
          catalog::Catalog const& catalog)
{
    bool const same_view = previous && previous->plan.camera == plan.camera &&
                           previous->plan.delivery.seconds == plan.delivery.seconds &&
                           previous->layout.rooms.size() == layout.rooms.size() &&
                           previous->layout.rooms.front().min_x == layout.rooms.front().min_x &&
                           previous->layout.rooms.front().min_z == layout.rooms.front().min_z;
    if (same_view) {
        layout.camera = previous->layout.camera;
        auto const& shell = previous->layout.rooms.front().shell.parameters;
        if (auto const cut = shell.find("cutaway"); cut != shell.end())
            for (auto& room : layout.rooms) room.shell.parameters.insert(*cut);
    } else {
        scene::frame_layout(layout, plan, catalog);
    }
    scene::light_layout(layout, plan, catalog);
}

/// The layout of a plan that was made by these sentences, one after the other: what "undo" goes back to.
Result<scene::Layout> replay(std::vector<std::string> const& sentences, std::uint64_t seed,
                             catalog::Catalog const& catalog, std::stop_token stop)
{
    std::optional<Previous> before;
    for (auto const& sentence : sentences) {
        auto planned = TRY(scene::plan_sentence(
            {.sentence = sentence, .seed = seed, .previous = before ? &before->plan : nullptr}, catalog));
        Previous next;
        next.plan = TRY(scene::furnish(std::move(planned), catalog));
        next.layout = TRY(scene::solve(next.plan, catalog, before ? &before->layout : nullptr, stop));
        look(next.layout, next.plan, before ? &*before : nullptr, catalog);
        before = std::move(next);
    }
    if (!before) return fail(Errc::invalid_input, "there is nothing before the first sentence");
    return std::move(before->layout);
}

/// Every asset of the layout, once.
Result<> materialise(scene::Layout const& layout, fs::path const& folder, catalog::Catalog const& catalog,
                     Progress& progress, std::stop_token stop)
{
    std::map<std::string, catalog::AssetRef> wanted;
    auto const add = [&](catalog::AssetRef const& ref) { wanted.emplace(catalog::to_string(ref), ref); };
    for (auto const& room : layout.rooms)
        if (!room.shell.key.empty()) add(room.shell);
    for (auto const& thing : layout.structure) add(thing.asset);
    for (auto const& thing : layout.objects) add(thing.asset);
    std::int64_t done = 0;
    for (auto const& [name, ref] : wanted) {
        if (stop.stop_requested()) return fail(Errc::cancelled, "stopped while assets were prepared");
        progress.report("assets", done++, static_cast<std::int64_t>(wanted.size()));
        auto const asset = TRY(catalog.find(ref));
        auto const placed = TRY(catalog.materialise(asset, folder, progress));
        for (auto const& warning : placed.warnings) progress.note(fmt::format("{}: {}", name, warning));
    }
    progress.report("assets", done, done);
    return {};
}

Result<> write_scene(Composition& made, ComposeRequest const& request, catalog::Catalog const& catalog)
{
    auto const beside = request.stage.parent_path() == request.folder
                            ? std::string("./")
                            : "./" + request.folder.filename().string() + "/";
    auto const stage = TRY(scene::build_stage(made.plan, *made.layout, catalog,
                                              {.width = request.width,
                                               .height = request.height,
                                               .fps = made.fps,
                                               .seconds = made.seconds,
                                               .assets = beside}));
    auto const script = TRY(scene::write_script(
        stage, made.plan.sentences.empty() ? request.sentence : made.plan.sentences.back()));
    auto& written = made.written;
    written.plan = (request.folder / "plan.json").string();
    written.layout = (request.folder / "layout.json").string();
    written.script = (request.folder / "scene.py").string();
    written.stage = request.stage.string();
    TRY(write_file(written.plan, pretty_json(scene::plan_to_json(made.plan))));
    TRY(write_file(written.layout, pretty_json(scene::layout_to_json(*made.layout))));
    TRY(write_file(written.script, script));
    return usd::save(stage, request.stage);
}

} // namespace

Result<Composition> compose(ComposeRequest const& request, catalog::Catalog const& catalog,
                            std::function<double()> const& clock, Progress& progress, std::stop_token stop)
{
    std::optional<Previous> previous;
    if (!request.from.empty()) previous = TRY(read_previous(request.from));
    Composition made;
    double const begin = clock();
    made.plan = TRY(plan_of(request, previous ? &previous->plan : nullptr, catalog));
    if (made.plan.outcome != scene::Outcome::scene) {
        made.written.plan_seconds = clock() - begin;
        return made;
    }
    made.plan = TRY(scene::furnish(std::move(made.plan), catalog));
    made.fps = made.plan.delivery.fps.value_or(request.fps);
    made.seconds = request.seconds.value_or(
        made.plan.camera.move.seconds.value_or(made.plan.delivery.seconds.value_or(2)));
    made.plan.delivery.seconds = made.seconds;
    double const planned = clock();
    // Undo takes sentences back; the scene before them is made again as it was made then.
    bool const undone = previous && made.plan.sentences.size() < previous->plan.sentences.size();
    if (undone)
        made.layout = TRY(replay(made.plan.sentences, made.plan.seed, catalog, stop));
    else
        made.layout = TRY(scene::solve(made.plan, catalog, previous ? &previous->layout : nullptr, stop));
    if (!undone) look(*made.layout, made.plan, previous ? &*previous : nullptr, catalog);
    double const solved = clock();
    TRY(make_folders(request.folder));
    TRY(materialise(*made.layout, request.folder, catalog, progress, stop));
    TRY(write_scene(made, request, catalog));
    double const wrote = clock();
    auto const stage = TRY(usd::Stage::open(request.stage));
    made.check = TRY(scene::check_stage(*stage, &made.plan));
    made.written.plan_seconds = planned - begin;
    made.written.solve_seconds = solved - planned;
    made.written.write_seconds = wrote - solved;
    made.written.check_seconds = clock() - wrote;
    return made;
}

} // namespace soulvan::jobs
