// The built-in engine: stage → scene → sampled passes → filtered frames.
#include "builtin_engine.h"

#include "pass_codec.h"

#include "soulvan/render/frame.h"
#include "soulvan/render/translate.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace soulvan::engines {
namespace {

/// How many neighbours on each side a frame of a clip draws on.
constexpr int clip_reach = 6;

render::FrameSettings settings_of(Shot const& shot, int number)
{
    return {.width = shot.width,
            .height = shot.height,
            .samples = shot.samples,
            .min_samples = std::min(shot.min_samples, shot.samples),
            .adaptive_threshold = shot.adaptive_threshold,
            .max_bounces = shot.max_bounces,
            .seed = shot.seed,
            .frame = number,
            .threads = shot.threads,
            .fast_isa = shot.fast_isa};
}

class ShotRenderer {
public:
    ShotRenderer(Shot const& shot, FrameStore& store, Progress& progress, std::stop_token stop)
        : shot_(shot),
          store_(store),
          progress_(progress),
          stop_(std::move(stop))
    {}

    Result<> run()
    {
        auto const wanted = TRY(missing_frames());
        if (wanted.empty()) return {};
        wanted_ = static_cast<std::int64_t>(wanted.size());
        for (int index : wanted) {
            if (stop_.stop_requested())
                return fail(Errc::cancelled, "stopped before frame {}", number_of(index));
            TRY(finish(index));
            ++done_;
            report();
        }
        return {};
    }

private:
    /// Sampling takes most of the time, and runs ahead of the frames that a clip's filter has finished.
    void report()
    {
        progress_.report(
            "frames", done_ == wanted_ ? wanted_ : std::min(std::max(done_, sampled_), wanted_ - 1), wanted_);
    }
    int number_of(int index) const { return shot_.first_number + index; }
    usd::Time time_of(int index) const { return shot_.first_time + index * shot_.time_step; }
    render::TranslateSettings translation() const
    {
        return {
            .camera = shot_.camera, .purposes = shot_.purposes, .subdivision_level = shot_.subdivision_level};
    }

    Result<std::vector<int>> missing_frames()
    {
        std::vector<int> missing;
        for (int index = 0; index < shot_.frames; ++index)
            if (!TRY(store_.has(number_of(index)))) missing.push_back(index);
        return missing;
    }

    Result<> open_stage()
    {
        if (stage_) return {};
        stage_ = TRY(usd::Stage::open(shot_.stage));
        for (auto const& error : stage_->errors())
            progress_.note(fmt::format("{}: <{}>: {}", error.layer, error.site.str(), error.what));
        animated_ = render::is_animated(*stage_);
        return {};
    }

    /// The scene at a frame; a static scene is translated and prepared once for all of them.
    Result<std::shared_ptr<render::PreparedScene const>> scene_at(int index)
    {
        TRY(open_stage());
        if (prepared_ && !animated_) return prepared_;
        auto const scene = TRY(render::translate(*stage_, time_of(index), translation(), progress_));
        if (!prepared_)
            for (auto const& warning : scene->warnings) progress_.note(warning);
        prepared_ = TRY(render::PreparedScene::create(scene, settings_of(shot_, number_of(index))));
        return prepared_;
    }

    Result<render::Camera> camera_at(int index)
    {
        TRY(open_stage());
        return render::translate_camera(*stage_, time_of(index), translation());
    }

    /// The sampled frame, from memory, from a kept pass, or rendered now.
    Result<std::shared_ptr<render::RenderedFrame const>> sampled(int index)
    {
        if (auto const found = window_.find(index); found != window_.end()) return found->second;
        auto const number = number_of(index);
        std::shared_ptr<render::RenderedFrame const> frame;
        if (TRY(store_.has_pass(number))) {
            auto const pass = TRY(store_.get_pass(number));
            auto decoded = decode_pass(pass);
            if (decoded) frame = std::make_shared<render::RenderedFrame const>(std::move(*decoded));
        }
        if (!frame) frame = TRY(sample(index));
        window_.emplace(index, frame);
        ++sampled_;
        if (wanted_ > 1) report();
        return frame;
    }

    Result<std::shared_ptr<render::RenderedFrame const>> sample(int index)
    {
        auto const number = number_of(index);
        auto const scene = TRY(scene_at(index));
        auto const camera = TRY(camera_at(index));
        Result<> kept;
        auto const preview = [&](media::Image const& beauty, int samples) {
            kept = store_.preview(number, beauty, samples);
            return kept.has_value();
        };
        // A single frame says how far it is; of many, it is the frames that are counted.
        Progress& progress = wanted_ == 1 ? progress_ : silent_progress();
        auto rendered =
            TRY(render::render_frame(*scene, camera, settings_of(shot_, number), progress, stop_, preview));
        if (!kept) return std::unexpected(kept.error());
        if (rendered.dropped_samples > 0)
            progress_.note(fmt::format("frame {}: {} samples were not finite and were dropped", number,
                                       rendered.dropped_samples));
        // What is filtered is what a pass holds, so that a resumed run sees the same bits.
        auto pass = encode_pass(rendered);
        if (shot_.filter == Filter::clip) TRY(store_.put_pass(number, pass));
        auto decoded = TRY(decode_pass(round_like_file(std::move(pass))));
        return std::make_shared<render::RenderedFrame const>(std::move(decoded));
    }

    Result<> finish(int index)
    {
        auto const camera = TRY(camera_at(index));
        auto const settings = settings_of(shot_, number_of(index));
        auto const frame = TRY(sampled(index));
        std::optional<media::Image> filtered;
        if (shot_.filter == Filter::still) filtered = render::denoise(*frame);
        if (shot_.filter == Filter::clip) filtered = TRY(filter_in_clip(index));
        auto const layers = render::to_layers(*frame, filtered ? &*filtered : nullptr, settings, camera);
        TRY(store_.put(number_of(index), layers));
        std::erase_if(window_, [&](auto const& entry) { return entry.first < index - clip_reach; });
        return {};
    }

    Result<media::Image> filter_in_clip(int index)
    {
        std::vector<render::TemporalAccumulator::Entry> window;
        std::size_t centre = 0;
        for (int other = std::max(0, index - clip_reach);
             other <= std::min(shot_.frames - 1, index + clip_reach); ++other) {
            if (other == index) centre = window.size();
            auto const frame = TRY(sampled(other));
            auto const camera = TRY(camera_at(other));
            window.push_back({frame, camera});
        }
        auto const accumulated =
            render::TemporalAccumulator::accumulate(window, centre, shot_.width, shot_.height);
        // Thirteen frames hold less noise than one: neighbours this close are enough.
        return render::denoise(accumulated, {.radius = 5});
    }

    Shot const& shot_;
    FrameStore& store_;
    Progress& progress_;
    std::stop_token stop_;
    std::shared_ptr<usd::Stage const> stage_;
    std::shared_ptr<render::PreparedScene const> prepared_;
    std::map<int, std::shared_ptr<render::RenderedFrame const>> window_;
    bool animated_ = false;
    std::int64_t wanted_ = 0, sampled_ = 0, done_ = 0; ///< frames of this run
};

class BuiltinEngine final : public Engine {
public:
    std::string_view name() const override { return "built-in"; }
    std::string version() const override { return SOULVAN_VERSION; }
    Result<> check(std::filesystem::path const& scene) const override
    {
        if (scene.extension() == ".unity")
            return fail(Errc::unsupported,
                        "{}: a Unity scene cannot be opened by the built-in engine; export it to USD",
                        scene.string());
        return {};
    }
    Result<> render(Shot const& shot, FrameStore& store, Progress& progress, std::stop_token stop) override
    {
        if (shot.frames < 1 || shot.frames > 1'000'000)
            return fail(Errc::invalid_input, "{} frames were asked for; 1 to 1,000,000 can be rendered",
                        shot.frames);
        return ShotRenderer(shot, store, progress, std::move(stop)).run();
    }
};

} // namespace

std::unique_ptr<Engine> make_builtin_engine()
{
    return std::make_unique<BuiltinEngine>();
}

} // namespace soulvan::engines
