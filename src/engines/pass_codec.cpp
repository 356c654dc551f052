// Layers of a pass: every image that the filters need, named.
#include "pass_codec.h"

#include <array>
#include <utility>

namespace soulvan::engines {
namespace {

using media::LayerKind;
using render::RenderedFrame;

struct LayerOf {
    char const* name;
    LayerKind kind;
    media::Image RenderedFrame::*image;
};

constexpr std::array layers = {
    LayerOf{"", LayerKind::color, &RenderedFrame::beauty},
    LayerOf{"half_a", LayerKind::color, &RenderedFrame::half_a},
    LayerOf{"half_b", LayerKind::color, &RenderedFrame::half_b},
    LayerOf{"diffuse", LayerKind::color, &RenderedFrame::diffuse},
    LayerOf{"diffuse_a", LayerKind::color, &RenderedFrame::diffuse_half_a},
    LayerOf{"diffuse_b", LayerKind::color, &RenderedFrame::diffuse_half_b},
    LayerOf{"albedo", LayerKind::color, &RenderedFrame::albedo},
    LayerOf{"normal", LayerKind::vector, &RenderedFrame::normal},
    LayerOf{"position", LayerKind::vector, &RenderedFrame::position},
    LayerOf{"depth", LayerKind::scalar, &RenderedFrame::depth},
    LayerOf{"id", LayerKind::ids, &RenderedFrame::object_id},
    LayerOf{"samples", LayerKind::scalar, &RenderedFrame::samples},
};

} // namespace

media::Frame encode_pass(render::RenderedFrame const& frame)
{
    media::Frame pass;
    for (auto const& layer : layers)
        if (!(frame.*layer.image).empty())
            pass.layers.push_back({layer.name, layer.kind, frame.*layer.image});
    return pass;
}

Result<render::RenderedFrame> decode_pass(media::Frame const& pass)
{
    render::RenderedFrame frame;
    if (pass.layers.empty()) return fail(Errc::invalid_input, "a pass without layers");
    for (auto const& layer : layers) {
        auto const* found = pass.find(layer.name);
        if (!found) return fail(Errc::invalid_input, "a pass without its layer \"{}\"", layer.name);
        auto const& beauty = pass.layers.front().image;
        if (found->image.width() != beauty.width() || found->image.height() != beauty.height())
            return fail(Errc::invalid_input, "the layer \"{}\" of a pass has another size", layer.name);
        frame.*layer.image = found->image;
    }
    return frame;
}

media::Frame round_like_file(media::Frame pass)
{
    for (auto& layer : pass.layers) {
        if (layer.kind != LayerKind::color) continue;
        for (float& value : layer.image.pixels()) value = static_cast<float>(half(value));
    }
    return pass;
}

} // namespace soulvan::engines
