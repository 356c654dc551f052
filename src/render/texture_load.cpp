// How do texture files become render textures? Read in parallel, colour spaces decided, 8 bits kept.
#include "translate_parts.h"
#include "translate_udim.h"

#include "soulvan/media/codec.h"
#include "soulvan/media/display.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

bool is_in_package(std::string const& file)
{
    return file.ends_with(']') && file.find('[') != std::string::npos;
}

Result<media::RawImage> read_file(std::string const& file)
{
    if (!is_in_package(file)) return media::read_image(std::filesystem::path(file));
    auto const bytes = TRY(usd::read_asset(file));
    // "a.usdz[b/c.tga]" as "a.usdz/b/c.tga": some formats are known by their extension alone.
    auto name = file;
    std::erase(name, ']');
    std::replace(name.begin(), name.end(), '[', '/');
    return media::read_image(bytes, name);
}

/// UsdUVTexture, "auto": pictures of three or four integer channels are sRGB, all others raw. The
/// specification asks for 8 bits or a file that says so; PNG files of 16 bits do say so, and usdview shows
/// them alike.
bool is_srgb(ColorSpace color_space, media::RawImage const& raw)
{
    if (color_space != ColorSpace::automatic) return color_space == ColorSpace::srgb;
    return raw.is_integer && raw.image.channels() >= 3;
}

std::uint8_t quantized(float value)
{
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255.0f));
}

half stored(float value)
{
    if (std::isnan(value)) return half(0.0f);
    return half(std::clamp(value, -65504.0f, 65504.0f));
}

/// Fills pixels: bytes as they are, anything finer as linear halves.
void store(media::RawImage const& raw, ColorSpace color_space, Texture& texture)
{
    texture.srgb = is_srgb(color_space, raw);
    auto const& image = raw.image;
    texture.width = image.width();
    texture.height = image.height();
    texture.channels = image.channels();
    auto const pixels = image.pixels();
    if (raw.is_integer && raw.bits <= 8) {
        texture.bytes.reserve(pixels.size());
        for (float const value : pixels) texture.bytes.push_back(quantized(value));
        return;
    }
    auto const channels = static_cast<std::size_t>(texture.channels);
    texture.halves.reserve(pixels.size());
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        bool const is_alpha = channels % 2 == 0 && i % channels == channels - 1;
        texture.halves.push_back(
            stored(texture.srgb && !is_alpha ? media::linear_from_srgb(pixels[i]) : pixels[i]));
    }
    texture.srgb = false;
}

} // namespace

Result<std::vector<Texture>> load_textures(std::vector<TextureRequest> const& requests, Warnings& warnings)
{
    std::vector<Texture> textures(requests.size());
    std::vector<std::optional<Error>> troubles(requests.size());
    tbb::parallel_for(std::size_t{0}, requests.size(), [&](std::size_t i) {
        auto const& request = requests[i];
        auto& texture = textures[i];
        texture.name = request.file;
        texture.wrap_s = request.wrap_s;
        texture.wrap_t = request.wrap_t;
        auto raw = is_udim(request.file) ? read_udim(request.file, read_file) : read_file(request.file);
        if (!raw)
            troubles[i] = raw.error();
        else if (raw->image.empty())
            troubles[i] = Error{Errc::invalid_input, request.file + ": the picture has no pixels"};
        else
            store(*raw, request.color_space, texture);
    });
    for (auto& trouble : troubles) {
        if (!trouble) continue;
        // A picture that is not there yet is an everyday thing; one that is there and broken would spoil a
        // night.
        if (trouble->code != Errc::not_found) return std::unexpected(std::move(*trouble));
        warnings.add(trouble->what + "; the fallback value is used");
    }
    return textures;
}

} // namespace soulvan::render
