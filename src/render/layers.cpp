// The AOVs of a frame as the layers of one EXR file, with the settings that made them.
#include "soulvan/render/frame.h"

namespace soulvan::render {

media::Frame to_layers(RenderedFrame const& frame, media::Image const* denoised,
                       FrameSettings const& settings, Camera const& camera)
{
    using media::LayerKind;
    media::Frame layers;
    layers.layers.push_back({"", LayerKind::color, denoised ? *denoised : frame.beauty});
    if (denoised) layers.layers.push_back({"noisy", LayerKind::color, frame.beauty});
    layers.layers.push_back({"albedo", LayerKind::color, frame.albedo});
    layers.layers.push_back({"normal", LayerKind::vector, frame.normal});
    layers.layers.push_back({"position", LayerKind::vector, frame.position});
    layers.layers.push_back({"depth", LayerKind::scalar, frame.depth});
    layers.layers.push_back({"id", LayerKind::ids, frame.object_id});
    layers.metadata = {{"renderer", std::string("Soulvan")},
                       {"soulvan:camera", camera.path},
                       {"soulvan:frame", std::int64_t{settings.frame}},
                       {"soulvan:samples", std::int64_t{settings.samples}},
                       {"soulvan:seed", static_cast<std::int64_t>(settings.seed)},
                       {"soulvan:max_bounces", std::int64_t{settings.max_bounces}},
                       {"soulvan:filtered", std::int64_t{denoised != nullptr}}};
    if (settings.clamp_indirect > 0)
        layers.metadata["soulvan:clamp_indirect"] = double{settings.clamp_indirect};
    return layers;
}

} // namespace soulvan::render
