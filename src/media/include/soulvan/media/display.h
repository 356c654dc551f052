// The display transform: scene-linear Rec.709 to sRGB pixels, by OpenColorIO.
#pragma once

#include "soulvan/media/image.h"

#include <memory>
#include <string>

namespace soulvan::media {

struct DisplaySettings {
    float exposure = 0; ///< stops, before the view
    /// "Filmic" (default): shoulder and desaturating highlights; "Standard": sRGB curve, clipped; "Raw".
    std::string view = "Filmic";
};

/// A configured transform; make once, use for many images and threads.
class DisplayTransform {
public:
    /// Errors  not_found: no such view, listing those there are.
    static Result<DisplayTransform> create(DisplaySettings const& settings = {});
    /// 3 or 4 channels scene-linear → the same shape display-referred sRGB 0..1, alpha unpremultiplied.
    Image operator()(Image const& scene) const;

private:
    struct State;
    std::shared_ptr<State const> state_;
};

float srgb_from_linear(float linear);
float linear_from_srgb(float encoded);

} // namespace soulvan::media
