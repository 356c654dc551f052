// One frame: tiles along a Hilbert curve, passes with fixed ends, every pixel by itself.
#include "camera.h"
#include "film.h"
#include "flush_denormals.h"
#include "integrator.h"
#include "prepared.h"

#include <atomic>
#include <bit>
#include <optional>
#include <thread>

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace soulvan::render {
namespace {

constexpr int tile_size = 16;
static_assert(tile_size % Film::block == 0);

/// The point number `d` of a Hilbert curve over a square of `side` (a power of two) cells.
Vec2i hilbert_point(int side, std::uint64_t d)
{
    int x = 0, y = 0;
    for (int s = 1; s < side; s *= 2) {
        int const rx = static_cast<int>(d / 2) & 1,
                  ry = static_cast<int>(d ^ static_cast<std::uint64_t>(rx)) & 1;
        if (ry == 0) {
            if (rx == 1) {
                x = s - 1 - x;
                y = s - 1 - y;
            }
            std::swap(x, y);
        }
        x += s * rx;
        y += s * ry;
        d /= 4;
    }
    return {x, y};
}

/// Tiles that touch `area`, aligned to the frame: neighbours in time are neighbours in space.
std::vector<Rectangle> hilbert_tiles(Rectangle const& area)
{
    int const tx0 = area.x0 / tile_size, ty0 = area.y0 / tile_size;
    int const tx1 = (area.x1 + tile_size - 1) / tile_size, ty1 = (area.y1 + tile_size - 1) / tile_size;
    auto const side = static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::max(tx1 - tx0, ty1 - ty0))));
    std::vector<Rectangle> tiles;
    for (std::uint64_t d = 0; d < static_cast<std::uint64_t>(side) * side; ++d) {
        Vec2i const p = hilbert_point(side, d);
        if (p.x >= tx1 - tx0 || p.y >= ty1 - ty0) continue;
        Rectangle const tile{(tx0 + p.x) * tile_size, (ty0 + p.y) * tile_size, (tx0 + p.x + 1) * tile_size,
                             (ty0 + p.y + 1) * tile_size};
        tiles.push_back(tile.intersected(area));
    }
    return tiles;
}

/// A pass ends after so many samples; there the picture is shown or judged.
struct Pass {
    int end = 0;
    bool shows = false, judges = false;
};
std::vector<Pass> passes_of(FrameSettings const& settings, bool has_preview)
{
    std::vector<Pass> passes;
    auto const pass_at = [&](int end) -> Pass& {
        for (auto& pass : passes)
            if (pass.end == end) return pass;
        passes.push_back({end, false, false});
        return passes.back();
    };
    pass_at(settings.samples);
    if (has_preview)
        for (int n = 1; n < settings.samples; n *= 2) pass_at(n).shows = true;
    if (settings.adaptive_threshold > 0) {
        // Even ends only, so that both halves have as many samples.
        int const first = std::max(settings.min_samples + settings.min_samples % 2, 4);
        for (int n = first; n < settings.samples; n += std::max(first / 2 / 2 * 2, 4))
            pass_at(n).judges = true;
    }
    std::sort(passes.begin(), passes.end(), [](Pass const& a, Pass const& b) { return a.end < b.end; });
    return passes;
}

Result<> check(FrameSettings const& s)
{
    if (s.width < 1 || s.height < 1 || s.width > 65536 || s.height > 65536 ||
        static_cast<std::int64_t>(s.width) * s.height > (std::int64_t{1} << 28))
        return fail(Errc::invalid_input,
                    "a frame of {} × {} pixels cannot be rendered: both sides are 1 to 65536, "
                    "and 268 million pixels in all",
                    s.width, s.height);
    if (s.samples < 1 || s.samples > (1 << 20))
        return fail(Errc::invalid_input, "{} samples per pixel: 1 to 1048576 are possible", s.samples);
    if (s.max_bounces < 0 || s.max_bounces > 1024)
        return fail(Errc::invalid_input, "{} bounces: 0 to 1024 are possible", s.max_bounces);
    bool const has_crop = s.crop_x1 != 0;
    if (has_crop && (s.crop_x0 < 0 || s.crop_y0 < 0 || s.crop_x1 > s.width || s.crop_y1 > s.height ||
                     s.crop_x0 >= s.crop_x1 || s.crop_y0 >= s.crop_y1))
        return fail(Errc::invalid_input, "the crop [{}, {}) × [{}, {}) is not within a frame of {} × {}",
                    s.crop_x0, s.crop_x1, s.crop_y0, s.crop_y1, s.width, s.height);
    return {};
}

/// The work of one pass over all tiles.
struct TileQueue {
    std::vector<Rectangle> const& tiles;
    PathTracer const& tracer;
    Film& film;
    FrameSettings const& settings;
    Progress& progress;
    std::stop_token stop;
    std::thread::id caller = std::this_thread::get_id();
    std::atomic<std::size_t> next = 0, done = 0;
    std::atomic<std::uint64_t> rays = 0, dropped = 0;

    void run(int begin, Pass const& pass)
    {
        FlushDenormals const mode;
        std::uint64_t own_rays = 0, own_dropped = 0;
        for (auto i = next++; i < tiles.size() && !stop.stop_requested(); i = next++) {
            auto const& tile = tiles[i];
            for (int y = tile.y0; y < tile.y1; ++y)
                for (int x = tile.x0; x < tile.x1; ++x) {
                    if (!film.is_active(x, y)) continue;
                    for (int s = begin; s < pass.end; ++s) {
                        auto const index = static_cast<std::uint32_t>(s);
                        auto const result = tracer.trace(x, y, index);
                        own_rays += result.rays;
                        own_dropped += film.add(x, y, index, result) ? 0 : 1;
                    }
                }
            if (pass.judges) film.judge(tile, settings.adaptive_threshold);
            ++done;
            if (std::this_thread::get_id() == caller) report(begin, pass.end);
        }
        rays += own_rays;
        dropped += own_dropped;
    }
    void report(int begin, int end)
    {
        auto const count = static_cast<std::int64_t>(tiles.size());
        progress.report("render", count * begin + static_cast<std::int64_t>(done) * (end - begin),
                        count * settings.samples);
    }
};

} // namespace

Result<RenderedFrame> render_frame(PreparedScene const& scene, Camera const& camera,
                                   FrameSettings const& settings, Progress& progress, std::stop_token stop,
                                   PreviewSink const& preview)
{
    TRY(check(settings));
    Rectangle area{settings.crop_x0, settings.crop_y0, settings.crop_x1, settings.crop_y1};
    if (settings.crop_x1 == 0) area = {0, 0, settings.width, settings.height};
    CameraRays const rays(camera, settings.width, settings.height);
    Film film(settings.width, settings.height, area, settings.adaptive_threshold > 0);
    auto const tiles = hilbert_tiles(film.bounds());
    float const scale =
        std::exp2(std::isfinite(camera.exposure) ? std::clamp(camera.exposure, -40.0f, 40.0f) : 0.0f);

    // TBB grants no more threads than there are cores unless told so.
    std::optional<tbb::global_control> more_threads;
    if (settings.threads > tbb::this_task_arena::max_concurrency())
        more_threads.emplace(tbb::global_control::max_allowed_parallelism, settings.threads);
    tbb::task_arena arena(settings.threads > 0 ? settings.threads : tbb::task_arena::automatic);
    auto const shares = arena.execute([&] { return learn_light_shares(scene.state(), rays, settings); });
    PathTracer const tracer(scene.state(), rays, settings, shares);
    std::uint64_t ray_count = 0, dropped = 0;
    bool shows = static_cast<bool>(preview);
    int begin = 0;
    for (auto const& pass : passes_of(settings, shows)) {
        TileQueue queue{tiles, tracer, film, settings, progress, stop};
        arena.execute(
            [&] { tbb::parallel_for(0, arena.max_concurrency(), [&](int) { queue.run(begin, pass); }); });
        if (stop.stop_requested()) return fail(Errc::cancelled, "rendering was stopped");
        ray_count += queue.rays;
        dropped += queue.dropped;
        queue.report(begin, pass.end);
        if (pass.shows && shows) shows = preview(film.beauty(scale), pass.end);
        begin = pass.end;
    }
    auto frame = film.resolve(scale);
    frame.rays = ray_count;
    frame.dropped_samples = dropped;
    return frame;
}

} // namespace soulvan::render
