// The door of soulvan_oiio.so, the module that holds OpenImageIO; private to the room.
#pragma once

#include "soulvan/media/codec.h"

#include <string>
#include <string_view>

namespace soulvan::media {

/// Decodes one of OpenImageIO's formats ("tiff", "targa", "bmp", "hdr", "webp") from memory.
using OiioDecode = void(std::string_view bytes, char const* format, std::string const& name,
                        ReadImageLimits const& limits, Result<RawImage>& out);
inline constexpr char const* oiio_decode_symbol = "soulvan_oiio_decode";

} // namespace soulvan::media
