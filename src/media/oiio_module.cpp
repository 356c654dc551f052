// Reads the rarer texture formats through OpenImageIO, behind one C symbol.
#include "oiio_door.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>

namespace soulvan::media {
namespace {

Result<RawImage> decode(std::string_view bytes, char const* format, std::string const& name,
                        ReadImageLimits const& limits)
{
    // Read-only proxies take a void* all the same.
    OIIO::Filesystem::IOMemReader source(const_cast<char*>(bytes.data()), bytes.size());
    OIIO::ImageSpec config;
    config["oiio:UnassociatedAlpha"] = 1; // values as the file stores them
    auto const why = [&](std::string const& reason) {
        return fail(Errc::invalid_input, "{}: is no image that can be read ({}): replace the file", name,
                    reason);
    };
    auto input = OIIO::ImageInput::create(format);
    if (!input) return why(OIIO::geterror());
    OIIO::ImageSpec spec;
    std::string const pretend = std::string("memory.") + format;
    if (!input->set_ioproxy(&source)) return why("it cannot be read from memory");
    if (!input->open(pretend, spec, config)) return why(input->geterror());
    std::int64_t const width = spec.width, height = spec.height, channels = std::min(spec.nchannels, 4);
    if (width < 1 || height < 1 || channels < 1 || spec.depth > 1 || spec.deep)
        return why("it has no pixels");
    // A tile or strip is decoded whole, however little of it the picture uses.
    bool const huge_tile = std::int64_t{spec.tile_width} * spec.tile_height > limits.pixels;
    if (huge_tile || width * height > limits.pixels ||
        static_cast<std::uint64_t>(width * height * channels) * sizeof(float) > limits.bytes)
        return fail(Errc::limit, "{}: {}x{} pixels are over the limit: scale the picture down", name, width,
                    height);
    RawImage raw{Image(static_cast<int>(width), static_cast<int>(height), static_cast<int>(channels)),
                 !spec.format.is_floating_point(), static_cast<int>(spec.format.basesize() * 8)};
    if (!input->read_image(0, 0, 0, static_cast<int>(channels), OIIO::TypeFloat, raw.image.pixels().data()))
        return why(input->geterror());
    return raw;
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
soulvan_oiio_decode(std::string_view bytes, char const* format, std::string const& name,
                    ReadImageLimits const& limits, Result<RawImage>& out)
try {
    out = decode(bytes, format, name, limits);
} catch (std::bad_alloc const&) {
    out = fail(Errc::limit, "{}: no memory to read it", name);
} catch (std::exception const& error) {
    out = fail(Errc::invalid_input, "{}: is no image that can be read ({}): replace the file", name,
               error.what());
}

static_assert(std::is_same_v<decltype(soulvan_oiio_decode), OiioDecode>);

} // namespace soulvan::media
