// The formats this room reads and writes itself, each as bytes in and bytes out; private to the room.
#pragma once

#include "soulvan/media/codec.h"
#include "soulvan/media/display.h"

#include <string>
#include <string_view>

namespace soulvan::media {

/// What a file's first bytes say it is.
enum class FileKind { unknown, png, jpeg, exr, hdr, tiff, webp, bmp, tga };
/// `name` decides only for TGA, which has no signature.
FileKind kind_of(std::string_view bytes, std::string_view name);

/// Refuses a picture whose header promises more than `limits` before anything is decoded.
Result<> check_size(std::string const& name, std::int64_t width, std::int64_t height, std::int64_t channels,
                    ReadImageLimits const& limits);
/// "wall.png: is no image that can be read (why): replace the file"
std::unexpected<Error> unreadable(std::string const& name, std::string_view why);

Result<RawImage> decode_png(std::string_view bytes, std::string const& name, ReadImageLimits const& limits);
Result<std::string> encode_png(Image const& display, std::string const& name);

Result<RawImage> decode_jpeg(std::string_view bytes, std::string const& name, ReadImageLimits const& limits);
Result<std::string> encode_jpeg(Image const& display, int quality, std::string const& name);

enum class ExrLayers { all, beauty };
Result<Frame> decode_exr(std::string const& bytes, std::string const& name, ReadImageLimits const& limits,
                         ExrLayers which);
Result<std::string> encode_exr(Frame const& frame, std::string const& name, ExrUse use = ExrUse::delivery);

/// By the header alone where the format allows it, so that a long sequence is checked quickly.
struct PictureSize {
    int width = 0, height = 0;
};
Result<PictureSize> picture_size(std::filesystem::path const& path);
Result<PictureSize> exr_size(std::filesystem::path const& path);

/// Any picture as display-referred RGB, alpha laid over black; `view` is used where values are scene-linear.
Result<Image> decode_display(std::string const& bytes, std::string const& name, DisplayTransform const& view);

/// 0..255, nearest; what is not a number becomes 0.
inline std::uint8_t byte_of(float display)
{
    float const scaled = display * 255.0f + 0.5f;
    return scaled >= 255.0f ? 255 : scaled > 0.0f ? static_cast<std::uint8_t>(scaled) : 0;
}

} // namespace soulvan::media
