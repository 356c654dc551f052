// Which codec a picture needs, and pictures as whole files.
#include "soulvan/media/codec.h"

#include "formats.h"
#include "oiio_door.h"

#include "soulvan/base/file.h"
#include "soulvan/base/module.h"
#include "soulvan/media/display.h"

#include <algorithm>
#include <cctype>
#include <fstream>

namespace soulvan::media {

FileKind kind_of(std::string_view bytes, std::string_view name)
{
    auto const starts = [&](std::string_view signature) { return bytes.starts_with(signature); };
    if (starts("\x89PNG\r\n\x1a\n")) return FileKind::png;
    if (starts("\xff\xd8\xff")) return FileKind::jpeg;
    if (starts("\x76\x2f\x31\x01")) return FileKind::exr;
    if (starts("#?RADIANCE") || starts("#?RGBE")) return FileKind::hdr;
    using namespace std::string_view_literals;
    if (starts("II*\0"sv) || starts("MM\0*"sv) || starts("II+\0"sv) || starts("MM\0+"sv))
        return FileKind::tiff;
    if (starts("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return FileKind::webp;
    if (starts("BM")) return FileKind::bmp;
    std::string extension(name.substr(std::min(name.rfind('.'), name.size())));
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
    if (extension == ".tga" && bytes.size() > 18) return FileKind::tga;
    return FileKind::unknown;
}

Result<> check_size(std::string const& name, std::int64_t width, std::int64_t height, std::int64_t channels,
                    ReadImageLimits const& limits)
{
    if (width < 1 || height < 1) return unreadable(name, "it has no pixels");
    // Dimensions come from 32-bit fields, so the first product fits; the second is only formed when it does
    // too.
    if (width > limits.pixels / height)
        return fail(Errc::limit, "{}: {}x{} pixels are over the limit of {}: scale the picture down", name,
                    width, height, limits.pixels);
    auto const bytes = static_cast<std::uint64_t>(width * height) * static_cast<std::uint64_t>(channels) * 4;
    if (bytes > limits.bytes)
        return fail(Errc::limit, "{}: {}x{} pixels of {} channels need {} bytes, over the limit of {}", name,
                    width, height, channels, bytes, limits.bytes);
    return {};
}

std::unexpected<Error> unreadable(std::string const& name, std::string_view why)
{
    return fail(Errc::invalid_input, "{}: is no image that can be read ({}): replace the file", name, why);
}

namespace {

// OpenImageIO allocates a WebP's canvas while opening it, before anyone can ask for its size, so its size is
// read here. Container: RFC 9649, 2.4 to 2.7; chunk payloads start at byte 20.
Result<> check_webp(std::string_view bytes, std::string const& name, ReadImageLimits const& limits)
{
    if (bytes.size() < 30) return unreadable(name, "the file ends early");
    auto const at = [&](std::size_t i) {
        return static_cast<std::int64_t>(static_cast<unsigned char>(bytes[i]));
    };
    auto const kind = bytes.substr(12, 4);
    std::int64_t width = 0, height = 0;
    if (kind == "VP8X") {
        width = 1 + (at(24) | at(25) << 8 | at(26) << 16);
        height = 1 + (at(27) | at(28) << 8 | at(29) << 16);
    } else if (kind == "VP8L") {
        width = 1 + (at(21) | (at(22) & 0x3f) << 8);
        height = 1 + (at(22) >> 6 | at(23) << 2 | (at(24) & 0x0f) << 10);
    } else if (kind == "VP8 ") {
        width = at(26) | (at(27) & 0x3f) << 8;
        height = at(28) | (at(29) & 0x3f) << 8;
    } else {
        return unreadable(name, "it is no WebP that is known");
    }
    return check_size(name, width, height, 4, limits);
}

Result<RawImage> decode_by_module(std::string const& bytes, char const* format, std::string const& name,
                                  ReadImageLimits const& limits)
{
    auto const decode = reinterpret_cast<OiioDecode*>(TRY(module_symbol("soulvan_oiio", oiio_decode_symbol)));
    Result<RawImage> raw = fail(Errc::internal, "{}: the decoder said nothing", name);
    decode(bytes, format, name, limits, raw);
    return raw;
}

/// Three channels whatever the file holds, alpha laid over black.
Image over_black(Image const& from, bool premultiplied)
{
    Image to(from.width(), from.height(), 3);
    int const channels = from.channels();
    for (int y = 0; y < from.height(); ++y)
        for (int x = 0; x < from.width(); ++x) {
            float const* in = from.at(x, y);
            bool const has_alpha = channels == 2 || channels == 4;
            float const alpha = has_alpha && !premultiplied ? in[channels - 1] : 1.0f;
            for (int c = 0; c < 3; ++c) to.at(x, y)[c] = in[channels >= 3 ? c : 0] * alpha;
        }
    return to;
}

} // namespace

Result<RawImage> read_image(std::string const& bytes, std::string const& name, ReadImageLimits const& limits)
{
    if (bytes.empty()) return unreadable(name, "the file is empty");
    switch (kind_of(bytes, name)) {
    case FileKind::png:
        return decode_png(bytes, name, limits);
    case FileKind::jpeg:
        return decode_jpeg(bytes, name, limits);
    case FileKind::exr: {
        auto frame = TRY(decode_exr(bytes, name, limits, ExrLayers::beauty));
        return RawImage{std::move(frame.layers.front().image), false, 16};
    }
    case FileKind::hdr:
        return decode_by_module(bytes, "hdr", name, limits);
    case FileKind::tiff:
        return decode_by_module(bytes, "tiff", name, limits);
    case FileKind::webp:
        TRY(check_webp(bytes, name, limits));
        return decode_by_module(bytes, "webp", name, limits);
    case FileKind::bmp:
        return decode_by_module(bytes, "bmp", name, limits);
    case FileKind::tga:
        return decode_by_module(bytes, "targa", name, limits);
    case FileKind::unknown:
        break;
    }
    return unreadable(name, "its content is none of PNG, JPEG, EXR, HDR, TIFF, WebP, BMP, TGA");
}

Result<RawImage> read_image(std::filesystem::path const& path, ReadImageLimits const& limits)
{
    auto const bytes = TRY(read_file(path, limits.bytes));
    return read_image(bytes, path.string(), limits);
}

Result<> write_exr(Frame const& frame, std::filesystem::path const& path, ExrUse use)
{
    return write_file(path, TRY(encode_exr(frame, path.string(), use)));
}

Result<Frame> read_exr(std::filesystem::path const& path, ReadImageLimits const& limits)
{
    auto const bytes = TRY(read_file(path, limits.bytes));
    if (bytes.empty()) return unreadable(path.string(), "the file is empty");
    return decode_exr(bytes, path.string(), limits, ExrLayers::all);
}

Result<> write_png(Image const& display, std::filesystem::path const& path)
{
    return write_file(path, TRY(encode_png(display, path.string())));
}

Result<> write_jpeg(Image const& display, std::filesystem::path const& path, int quality)
{
    return write_file(path, TRY(encode_jpeg(display, quality, path.string())));
}

Result<Image> decode_display(std::string const& bytes, std::string const& name, DisplayTransform const& view)
{
    auto const raw = TRY(read_image(bytes, name, ReadImageLimits{}));
    if (raw.is_integer) return over_black(raw.image, false);
    return view(over_black(raw.image, true));
}

Result<Image> read_display(std::filesystem::path const& path)
{
    auto const bytes = TRY(read_file(path, ReadImageLimits{}.bytes));
    auto const view = TRY(DisplayTransform::create());
    return decode_display(bytes, path.string(), view);
}

Result<PictureSize> picture_size(std::filesystem::path const& path)
{
    std::string start(26, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(file.gcount()));
    if (start.empty() && file.eof())
        return fail(Errc::invalid_input, "{}: the file is empty; render this frame again", path.string());
    auto const kind = kind_of(start, path.string());
    if (kind == FileKind::exr) return exr_size(path);
    if (kind == FileKind::png && start.size() >= 24) { // IHDR is the first chunk: width and height at byte 16
        auto const at = [&](std::size_t i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(start[i]));
        };
        auto const word = [&](std::size_t i) {
            return at(i) << 24 | at(i + 1) << 16 | at(i + 2) << 8 | at(i + 3);
        };
        TRY(check_size(path.string(), word(16), word(20), 1, {}));
        return PictureSize{static_cast<int>(word(16)), static_cast<int>(word(20))};
    }
    auto const raw = TRY(read_image(path));
    return PictureSize{raw.image.width(), raw.image.height()};
}

} // namespace soulvan::media
