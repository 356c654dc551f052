// A sampled frame as the layers of one EXR file and back: what a killed run resumes from.
#pragma once

#include "soulvan/media/image.h"
#include "soulvan/render/frame.h"

namespace soulvan::engines {

media::Frame encode_pass(render::RenderedFrame const& frame);
/// Errors  invalid_input: a layer is missing or of another size: the pass is rendered again.
Result<render::RenderedFrame> decode_pass(media::Frame const& pass);
/// Rounds colour layers to half as the file does, so that memory and file hold the same numbers.
media::Frame round_like_file(media::Frame pass);

} // namespace soulvan::engines
