// `soulvan make` of a sentence or a plan: its scene first, then the job that renders it.
#include "make.h"

#include "exit_code.h"

#include "soulvan/base/hash.h"
#include "soulvan/jobs/compose.h"

#include <chrono>
#include <set>

#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

bool is_plan_name(std::string const& text)
{
    return fs::path(text).extension() == ".json";
}

/// "create-warehouse-3-forklifts": what tells sentences apart, as a folder's name.
std::string name_from(std::string const& sentence)
{
    static std::set<std::string, std::less<>> const small{
        "a",  "an", "the",   "with",   "and",   "of",   "in",     "on",
        "at", "to", "scene", "create", "build", "make", "please", "for"};
    std::string name, word;
    int words = 0;
    auto const flush = [&] {
        if (!word.empty() && !small.contains(word) && words < 5) {
            name += (name.empty() ? "" : "-") + word.substr(0, 24);
            ++words;
        }
        word.clear();
    };
    for (char const c : sentence + " ") {
        if (std::isalnum(static_cast<unsigned char>(c)))
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else
            flush();
    }
    return name.empty() ? "scene-" + hex(sha256(sentence)).substr(0, 8) : name;
}

/// out/<name>, or out/<name>-2, … when another sentence's scene lies there: nothing is overwritten unasked.
fs::path folder_for(std::string const& sentence, std::int64_t seed)
{
    auto const base = fs::path("out") / name_from(sentence);
    for (int n = 1;; ++n) {
        auto const folder = n == 1 ? base : fs::path(fmt::format("{}-{}", base.string(), n));
        std::error_code error;
        if (!fs::exists(folder / "plan.json", error)) return folder;
        auto const plan = read_json(folder / "plan.json");
        if (!plan || !plan->is_object()) return folder;
        auto const sentences = plan->value("sentences", Json::array());
        if (sentences == Json::array({sentence}) && plan->value("seed", std::int64_t{0}) == seed)
            return folder;
    }
}

double seconds_since_start()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Where the scene of a sentence goes.
struct Place {
    fs::path output, folder, stage;
};

Place place_of(MakeOptions const& options)
{
    Place place;
    if (!options.output.empty())
        place.output = options.output;
    else if (!options.from.empty() && fs::path(options.from).filename() == "plan.json")
        place.output = fs::path(options.from).parent_path();
    else
        place.output = options.from.empty() ? folder_for(options.what, options.seed) : fs::path(options.from);
    if (is_stage_name(place.output.string())) {
        place.stage = place.output;
        place.folder = place.output.parent_path() / (place.output.stem().string() + ".files");
    } else {
        place.folder = place.output;
        place.stage = place.output / "scene.usda";
    }
    return place;
}

Result<jobs::Composition> compose(Context& context, MakeOptions const& options, Place const& place,
                                  catalog::Catalog const& catalog)
{
    jobs::ComposeRequest request{.sentence = options.what,
                                 .plan = is_plan_name(options.what) ? fs::path(options.what) : fs::path(),
                                 .stage = place.stage,
                                 .folder = place.folder,
                                 .from = options.from,
                                 .seed = static_cast<std::uint64_t>(options.seed)};
    auto const rate = TRY(media::FrameRate::parse(options.fps));
    request.fps = static_cast<double>(rate.numerator) / rate.denominator;
    if (options.seconds > 0) request.seconds = options.seconds;
    if (!options.resolution.empty())
        std::tie(request.width, request.height) = TRY(jobs::parse_resolution(options.resolution));
    return jobs::compose(request, catalog, seconds_since_start, *context.progress, context.stop);
}

std::string script_usage(std::string const& script)
{
    return fmt::format("  {:<15} in Omniverse Kit: Window > Script Editor, open {}, Run; or\n"
                       "  {:<15} kit <app>.kit --no-window --exec \"{}\" (docs/kit.md)\n",
                       "script", script, "", script);
}

} // namespace

Result<int> deliver_sentence(Context& context, MakeOptions const& options)
{
    auto const where = TRY(catalog_options(context));
    auto const catalog = TRY(catalog::Catalog::open(where));
    auto const place = place_of(options);
    auto const made = TRY(compose(context, options, place, catalog));
    auto const* layout = made.layout ? &*made.layout : nullptr;
    auto const* check = made.check ? &*made.check : nullptr;
    auto json = scene::answer_to_json(made.plan, layout, catalog, check, made.written);
    auto text = scene::answer_to_text(made.plan, layout, check);
    if (made.plan.outcome != scene::Outcome::scene) {
        context.print(json, text);
        return validation;
    }
    text += fmt::format("  {:<15} {}\n", "stage", made.written.stage) + script_usage(made.written.script);
    if (options.no_render) {
        context.print(json, text);
        return ok;
    }
    context.progress->note(text.substr(0, text.size() - 1));
    auto job = TRY(job_from(options, made.fps, made.seconds));
    if (auto const size = made.plan.delivery.resolution; size && options.resolution.empty()) {
        std::tie(job.quality.width, job.quality.height) = *size;
    }
    job.scene = place.stage;
    job.name = place.output.stem().string();
    job.output = place.output;
    for (auto const& sentence : made.plan.sentences)
        job.sentence += (job.sentence.empty() ? "" : "\n") + sentence;
    auto const below = place.folder == place.output ? std::string() : place.folder.filename().string() + "/";
    job.also = {
        {below + "plan.json", "plan"}, {below + "layout.json", "layout"}, {below + "scene.py", "script"}};
    auto const bound = TRY(bind_studio(context, options, job.sign));
    auto const delivery = TRY(run_job(context, job, bound));
    if (!delivery) return job_failed;
    json["delivery"] = delivery_json(*delivery);
    context.print(json, delivery_text(*delivery));
    return ok;
}

} // namespace soulvan::app
