// Reading and writing image files.
#pragma once

#include "soulvan/media/image.h"

#include <filesystem>
#include <string>

namespace soulvan::media {

struct ReadImageLimits {
    std::int64_t pixels = std::int64_t{1} << 28;
    std::size_t bytes = std::size_t{1} << 30;
};

/// A picture as its file stores it: values are not linearised. 8- and 16-bit integers become 0..1.
struct RawImage {
    Image image;             ///< 1 to 4 channels
    bool is_integer = false; ///< stored as integers: "auto" colour space means sRGB for 3 and 4 channels
    int bits = 8;
};

/// PNG, JPEG, EXR; TIFF, TGA, BMP, HDR, WebP (OpenImageIO behind a module), by content and not by extension.
/// Sizes are judged from the header before anything is decoded.
/// Errors  not_found, limit; invalid_input: "wall.png: is no image that can be read (…)".
Result<RawImage> read_image(std::filesystem::path const& path, ReadImageLimits const& limits = {});
Result<RawImage> read_image(std::string const& bytes, std::string const& name,
                            ReadImageLimits const& limits = {});

enum class ExrUse : std::uint8_t {
    delivery,
    scratch, ///< soon read again and deleted: packed in less time, a little less
};
/// Multi-layer EXR: single part, ZIP scanlines, colour half, data float, Rec.709 chromaticities; all or
/// nothing under its name; equal frames give equal bytes. Colour beyond half's 65504 becomes 65504; integers
/// of metadata beyond 32 bits become text. Channels  "": R G B A; "albedo": albedo.R …; vectors .X .Y .Z;
/// "depth": Z; other scalars .V, ids .I.
Result<> write_exr(Frame const& frame, std::filesystem::path const& path, ExrUse use = ExrUse::delivery);
/// Every layer of a file that write_exr or another program wrote (single part).
Result<Frame> read_exr(std::filesystem::path const& path, ReadImageLimits const& limits = {});

/// `display` is display-referred 0..1 (1, 3 or 4 channels, unpremultiplied); dithering is off: equal in,
/// equal out.
Result<> write_png(Image const& display, std::filesystem::path const& path);
/// `quality` 1..100, 4:4:4 at 95 and above.
Result<> write_jpeg(Image const& display, std::filesystem::path const& path, int quality = 92);

/// Reads any picture as display-referred 0..1 RGB: EXR and HDR go through the display transform.
Result<Image> read_display(std::filesystem::path const& path);

} // namespace soulvan::media
