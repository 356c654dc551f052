// How does a set of UDIM tiles become one texture? An atlas of the tiles that exist, side by side.
#include "translate_udim.h"

#include <algorithm>
#include <filesystem>

namespace soulvan::render {
namespace {

constexpr std::string_view mark = "<UDIM>";
/// The atlas's largest side: ten tiles in a row keep 819 texels each, which is 1 GiB as floats while it is
/// made.
constexpr int most_texels = 8192;

std::string tile_name(std::string const& pattern, int tile)
{
    auto name = pattern;
    return name.replace(pattern.find(mark), mark.size(), std::to_string(tile));
}

bool exists(std::string const& file)
{
    std::error_code error;
    if (file.ends_with(']')) return usd::read_asset(file).has_value();
    return std::filesystem::is_regular_file(file, error);
}

/// Copies `tile` to its cell, nearest texel: tiles of one set may differ in size.
void paste(media::Image const& tile, media::Image& atlas, int x0, int y0, int width, int height)
{
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            auto const* from = tile.at(static_cast<int>(std::int64_t{x} * tile.width() / width),
                                       static_cast<int>(std::int64_t{y} * tile.height() / height));
            auto* to = atlas.at(x0 + x, y0 + y);
            switch (tile.channels()) {
            case 1:
                to[0] = to[1] = to[2] = from[0];
                break;
            case 2:
                to[0] = to[1] = to[2] = from[0];
                break;
            default:
                std::copy(from, from + 3, to);
                break;
            }
            to[3] = tile.channels() % 2 == 0 ? from[tile.channels() - 1] : 1.0f;
        }
}

} // namespace

bool is_udim(std::string const& file)
{
    return file.find(mark) != std::string::npos;
}

std::optional<UdimGrid> udim_grid(std::string const& pattern)
{
    UdimGrid grid;
    int u0 = 10, v0 = 10, u1 = -1, v1 = -1;
    for (int tile = 0; tile < 100; ++tile) { // Mari: 1001 + u + 10 v, u below 10
        if (!exists(tile_name(pattern, 1001 + tile))) continue;
        int const u = tile % 10, v = tile / 10;
        grid.tiles.emplace_back(u, v);
        u0 = std::min(u0, u);
        v0 = std::min(v0, v);
        u1 = std::max(u1, u);
        v1 = std::max(v1, v);
    }
    if (grid.tiles.empty()) return std::nullopt;
    grid.u = u0;
    grid.v = v0;
    grid.columns = u1 - u0 + 1;
    grid.rows = v1 - v0 + 1;
    return grid;
}

Result<media::RawImage> read_udim(std::string const& pattern,
                                  Result<media::RawImage> (*read)(std::string const&))
{
    auto const grid = udim_grid(pattern);
    if (!grid) return fail(Errc::not_found, "{}: no tile of the set exists", pattern);
    media::RawImage out;
    int width = 0, height = 0;
    for (auto const& [u, v] : grid->tiles) {
        auto const tile = TRY(read(tile_name(pattern, 1001 + u + 10 * v)));
        if (tile.image.empty()) return fail(Errc::invalid_input, "{}: a tile has no pixels", pattern);
        if (width == 0) {
            width = std::min(tile.image.width(), most_texels / grid->columns);
            height = std::min(tile.image.height(), most_texels / grid->rows);
            out = {media::Image(width * grid->columns, height * grid->rows, 4), tile.is_integer, tile.bits};
        }
        // One tile in floats makes the whole set so: nothing may be cut off.
        out.is_integer = out.is_integer && tile.is_integer;
        out.bits = std::max(out.bits, tile.bits);
        paste(tile.image, out.image, (u - grid->u) * width, (grid->rows - 1 - (v - grid->v)) * height, width,
              height);
    }
    return out;
}

} // namespace soulvan::render
