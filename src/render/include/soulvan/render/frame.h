// Rendering one frame of a scene, and filtering what came out.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"
#include "soulvan/render/scene.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

namespace soulvan::render {

struct FrameSettings {
    int width = 1280, height = 720;
    int samples = 64;             ///< most per pixel
    int min_samples = 16;         ///< before adaptive sampling may stop a pixel
    float adaptive_threshold = 0; ///< 0: every pixel gets `samples`; Cycles' criterion otherwise
    int max_bounces = 8;
    float clamp_indirect = 0; ///< 0: off; written into the metadata when on
    std::uint64_t seed = 0;
    int frame = 1;         ///< decorrelates frames
    int threads = 0;       ///< 0: all; never changes a byte
    bool fast_isa = false; ///< lets Embree use AVX-512: bytes then depend on the machine
    /// Pixels to render, [x0,x1) × [y0,y1); all when empty (x1 == 0). Equal to the same pixels of the whole.
    int crop_x0 = 0, crop_y0 = 0, crop_x1 = 0, crop_y1 = 0;
};

/// Everything measured for a frame. All images are width × height; colours scene-linear.
/// `half_a` and `half_b` are the beauty of the even and the odd samples: their difference is the noise.
struct RenderedFrame {
    media::Image beauty;         ///< RGBA, premultiplied
    media::Image half_a, half_b; ///< RGB
    media::Image diffuse;        ///< RGB: light that left the first hit by a diffuse lobe, albedo divided out
    media::Image diffuse_half_a, diffuse_half_b;
    media::Image albedo;    ///< RGB of the first hit (through mirrors and glass: of what is seen in them)
    media::Image normal;    ///< XYZ world, zero where nothing was hit
    media::Image position;  ///< XYZ world metres of the first hit, nearest sample to the centre
    media::Image depth;     ///< metres along the camera's axis; 1e10 where nothing was hit
    media::Image object_id; ///< Instance::id, 24 bits kept exactly in a float; 0 for nothing
    media::Image samples;   ///< how many this pixel got
    std::uint64_t rays = 0;
    std::uint64_t dropped_samples = 0; ///< not finite: counted, never written
};

/// A scene made ready: Embree scene, light selection tables. Build once, render many frames with other
/// cameras.
class PreparedScene {
public:
    /// Errors  invalid_input: indices out of range; limit: memory.
    static Result<std::shared_ptr<PreparedScene const>> create(std::shared_ptr<Scene const> scene,
                                                               FrameSettings const& settings = {});
    ~PreparedScene();
    struct State;
    State const& state() const { return *state_; }

private:
    explicit PreparedScene(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Called with the picture so far after 1, 2, 4, … samples; return false to skip further previews.
using PreviewSink = std::function<bool(media::Image const& beauty, int samples)>;

/// Renders one frame by path tracing.
/// Errors  invalid_input: sizes or samples out of range; cancelled: `stop` was requested.
/// Same    one build, equal inputs and seed give equal bytes, on any number of threads, tile order and crop.
/// Source  Kajiya 1986; next-event estimation with multiple importance sampling (Veach 1997, ch. 9);
///         Owen-scrambled Sobol points (Burley 2020).
Result<RenderedFrame> render_frame(PreparedScene const& scene, Camera const& camera,
                                   FrameSettings const& settings, Progress& progress, std::stop_token stop,
                                   PreviewSink const& preview = {});

struct FilterSettings {
    int radius = 7, patch = 3;
    float strength = 0.7f; ///< k of Rousselle et al. 2012
};

/// Feature-guided non-local means (Rousselle, Knaus, Zwicker 2013) with cross-weighted half buffers; diffuse
/// is filtered without its albedo, the rest apart. Same    equal inputs give equal bytes on any number of
/// threads.
media::Image denoise(RenderedFrame const& frame, FilterSettings const& settings = {});

/// Accumulates a clip over time: what earlier and later frames saw of the same surface points is averaged in
/// before the filter. Static scene or known motion; exact camera path.
class TemporalAccumulator {
public:
    struct Entry {
        std::shared_ptr<RenderedFrame const> frame;
        Camera camera;
    };
    /// Frame `centre` of `window` with its neighbours reprojected by position, normal and id.
    static RenderedFrame accumulate(std::vector<Entry> const& window, std::size_t centre, int width,
                                    int height);
};

/// The AOVs as layers of one EXR, and the settings as metadata.
media::Frame to_layers(RenderedFrame const& frame, media::Image const* denoised,
                       FrameSettings const& settings, Camera const& camera);

} // namespace soulvan::render
