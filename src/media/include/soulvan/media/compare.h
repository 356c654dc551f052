// How far apart two images are.
#pragma once

#include "soulvan/media/image.h"

namespace soulvan::media {

/// Errors (all)  invalid_input: sizes differ, naming both.
/// mean((a-b)²/(b²+0.01)) over RGB, scene-linear. `reference` is b.
Result<double> relative_mse(Image const& test, Image const& reference);
/// dB for a peak of 1, display-referred; +infinity for equal images.
Result<double> psnr(Image const& test, Image const& reference);
/// Mean SSIM on luma, 11×11 Gaussian, σ 1.5 (Wang et al. 2004), display-referred.
Result<double> ssim(Image const& test, Image const& reference);
/// Mean LDR-FLIP (Andersson et al. 2020) of display-referred sRGB at `pixels_per_degree`; `map` gets the
/// error per pixel when given.
Result<double> flip(Image const& test, Image const& reference, double pixels_per_degree = 67.0206,
                    Image* map = nullptr);

} // namespace soulvan::media
