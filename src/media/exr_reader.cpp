// EXR to frames: any single-part scanline or tiled file of this or another program, judged before it is
// decoded.
#include "formats.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <spanstream>

#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfDoubleAttribute.h>
#include <OpenEXR/ImfFloatAttribute.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfIO.h>
#include <OpenEXR/ImfInputPart.h>
#include <OpenEXR/ImfIntAttribute.h>
#include <OpenEXR/ImfMultiPartInputFile.h>
#include <OpenEXR/ImfStringAttribute.h>

namespace soulvan::media {
namespace {

class StringSource : public Imf::IStream {
public:
    StringSource(std::string const& bytes, std::string const& name)
        : Imf::IStream(name.c_str()),
          bytes_(bytes)
    {}
    bool read(char c[], int n) override
    {
        if (n < 0 || bytes_.size() - position_ < static_cast<std::size_t>(n))
            throw std::runtime_error("the file ends early");
        std::memcpy(c, bytes_.data() + position_, static_cast<std::size_t>(n));
        position_ += static_cast<std::size_t>(n);
        return position_ < bytes_.size();
    }
    std::uint64_t tellg() override { return position_; }
    void seekg(std::uint64_t position) override
    {
        position_ = std::min<std::uint64_t>(position, bytes_.size());
    }

private:
    std::string const& bytes_;
    std::size_t position_ = 0;
};

/// Where a layer's channels go: the suffix order decides the channel order of its image.
struct Target {
    ImageLayer layer;
    std::vector<std::string> channels;
};

int rank(std::string const& suffix)
{
    static constexpr std::string_view order[] = {"R", "r", "G", "g", "B", "b", "X", "x",
                                                 "Y", "y", "Z", "z", "A", "a", "V", "I"};
    auto const found = std::ranges::find(order, suffix);
    return static_cast<int>(found - std::begin(order));
}

bool is_color(std::string const& suffix)
{
    return suffix == "R" || suffix == "G" || suffix == "B" || suffix == "A" || suffix == "r" ||
           suffix == "g" || suffix == "b" || suffix == "a";
}

bool is_axis(std::string const& suffix)
{
    return suffix == "X" || suffix == "Y" || suffix == "Z" || suffix == "x" || suffix == "y" || suffix == "z";
}

/// Groups channels by layer. "Z" of the root is the layer "depth"; channels that follow no convention become
/// scalar layers under their full name.
std::vector<Target> group(std::map<std::string, std::vector<std::string>> const& suffixes_of)
{
    std::vector<Target> targets;
    auto const add = [&](std::string name, LayerKind kind, std::vector<std::string> channels) {
        targets.push_back({{std::move(name), kind, {}}, std::move(channels)});
    };
    for (auto const& [layer, suffixes] : suffixes_of) {
        std::string const prefix = layer.empty() ? "" : layer + ".";
        std::vector<std::string> color, axes;
        for (auto const& suffix : suffixes) {
            if (is_color(suffix) && color.size() < 4)
                color.push_back(prefix + suffix);
            else if (layer.empty() && suffix == "Z")
                add("depth", LayerKind::scalar, {"Z"});
            else if (is_axis(suffix) && axes.size() < 3)
                axes.push_back(prefix + suffix);
            else if (suffix == "V" && !layer.empty())
                add(layer, LayerKind::scalar, {prefix + suffix});
            else if (suffix == "I" && !layer.empty())
                add(layer, LayerKind::ids, {prefix + suffix});
            else
                add(prefix + suffix, LayerKind::scalar, {prefix + suffix});
        }
        bool const luminance = axes.size() == 1 && axes.front() == prefix + "Y";
        if (luminance && color.size() <= 1) { // "Y" or "Y A": grey
            color.insert(color.begin(), axes.front());
            axes.clear();
        }
        if (!color.empty()) add(layer, LayerKind::color, color);
        if (!axes.empty()) add(layer, axes.size() == 1 ? LayerKind::scalar : LayerKind::vector, axes);
    }
    // The beauty is first: the root's colour, else what Blender calls "<view layer>.Combined", else any
    // colour.
    std::ranges::stable_sort(targets, {}, [](Target const& target) {
        if (target.layer.kind != LayerKind::color) return 3;
        return target.layer.name.empty() ? 0 : target.layer.name.ends_with("Combined") ? 1 : 2;
    });
    return targets;
}

Metadata metadata_of(Imf::Header const& header)
{
    Metadata metadata;
    for (auto it = header.begin(); it != header.end(); ++it) {
        std::string const key = it.name();
        auto const* attribute = &it.attribute();
        if (key == "pixelAspectRatio" || key == "screenWindowWidth" || key == "chunkCount" || key == "type" ||
            key == "name")
            continue;
        if (auto const* text = dynamic_cast<Imf::StringAttribute const*>(attribute))
            metadata[key] = text->value();
        else if (auto const* number = dynamic_cast<Imf::DoubleAttribute const*>(attribute))
            metadata[key] = number->value();
        else if (auto const* single = dynamic_cast<Imf::FloatAttribute const*>(attribute))
            metadata[key] = static_cast<double>(single->value());
        else if (auto const* integer = dynamic_cast<Imf::IntAttribute const*>(attribute))
            metadata[key] = static_cast<std::int64_t>(integer->value());
    }
    return metadata;
}

/// The display window is the picture: overscan is cut, what lies outside the data window is black.
Image placed(Image data, Imath::Box2i const& data_window, Imath::Box2i const& display)
{
    if (data_window == display) return data;
    Image image(display.max.x - display.min.x + 1, display.max.y - display.min.y + 1, data.channels());
    int const left = std::max(data_window.min.x, display.min.x),
              right = std::min(data_window.max.x, display.max.x);
    int const top = std::max(data_window.min.y, display.min.y),
              bottom = std::min(data_window.max.y, display.max.y);
    for (int y = top; y <= bottom && left <= right; ++y)
        std::copy_n(data.at(left - data_window.min.x, y - data_window.min.y),
                    static_cast<std::ptrdiff_t>(right - left + 1) * data.channels(),
                    image.at(left - display.min.x, y - display.min.y));
    return image;
}

/// The library allocates what an attribute's size field says before it reads: a hundred bytes can ask for two
/// gigabytes. So the fields of the header are walked here first (OpenEXR file layout, "Header").
Result<> check_attributes(std::istream& file, std::string const& name, std::uint64_t bytes)
{
    auto const integer = [&] {
        unsigned char b[4] = {};
        file.read(reinterpret_cast<char*>(b), 4);
        return std::uint32_t{b[0]} | std::uint32_t{b[1]} << 8 | std::uint32_t{b[2]} << 16 |
               std::uint32_t{b[3]} << 24;
    };
    auto const text = [&] { // attribute and type names have at most 255 bytes
        std::string word;
        for (char c = 0; word.size() < 256 && file.get(c) && c != 0;) word += c;
        return word;
    };
    constexpr std::uint32_t deep = 0x800, multi_part = 0x1000;
    if (integer() != 20000630) return unreadable(name, "it is no EXR");
    std::uint32_t const version = integer();
    if (version & multi_part)
        return fail(Errc::unsupported, "{}: has several parts; save it again as a single-part EXR", name);
    if (version & deep)
        return fail(Errc::unsupported, "{}: is a deep EXR; flatten it and save it again", name);
    while (file) {
        if (text().empty()) break;
        text();
        std::uint64_t const size = integer(), at = static_cast<std::uint64_t>(file.tellg());
        if (!file || size > bytes - std::min(bytes, at))
            return unreadable(name, "the file ends early in its header");
        file.seekg(static_cast<std::streamoff>(at + size));
    }
    if (!file) return unreadable(name, "the file ends early in its header");
    return {};
}

/// The library's reason without its own 'Cannot read image file "name". ' in front.
std::string reason(std::exception const& error)
{
    std::string const what = error.what();
    auto const prefix = what.find("\". ");
    return what.starts_with("Cannot ") && prefix != std::string::npos ? what.substr(prefix + 3) : what;
}

Result<> check_header(Imf::Header const& header, std::string const& name, ReadImageLimits const& limits,
                      std::int64_t channels)
{
    auto const window = header.dataWindow(), display = header.displayWindow();
    auto const extent = [](int low, int high) { return std::int64_t{high} - low + 1; };
    TRY(check_size(name, extent(window.min.x, window.max.x), extent(window.min.y, window.max.y), channels,
                   limits));
    TRY(check_size(name, extent(display.min.x, display.max.x), extent(display.min.y, display.max.y), channels,
                   limits));
    if (header.hasTileDescription()) // the library keeps a whole row of tiles
        TRY(check_size(name, header.tileDescription().xSize, header.tileDescription().ySize, channels,
                       limits));
    for (auto it = header.channels().begin(); it != header.channels().end(); ++it)
        if (it.channel().xSampling != 1 || it.channel().ySampling != 1)
            return fail(Errc::unsupported, "{}: channel \"{}\" is subsampled; save it again as RGB", name,
                        it.name());
    return {};
}

} // namespace

Result<Frame> decode_exr(std::string const& bytes, std::string const& name, ReadImageLimits const& limits,
                         ExrLayers which)
try {
    std::ispanstream walk(std::span<char const>(bytes.data(), bytes.size()));
    TRY(check_attributes(walk, name, bytes.size()));
    StringSource stream(bytes, name);
    Imf::MultiPartInputFile file(stream, 0, false);
    auto const& header = file.header(0);
    if (!file.partComplete(0))
        return unreadable(name, "the file ends early: not all of its rows were written");

    std::map<std::string, std::vector<std::string>> suffixes_of;
    for (auto it = header.channels().begin(); it != header.channels().end(); ++it) {
        std::string const channel = it.name();
        auto const dot = channel.rfind('.');
        if (dot == std::string::npos)
            suffixes_of[""].push_back(channel);
        else
            suffixes_of[channel.substr(0, dot)].push_back(channel.substr(dot + 1));
    }
    for (auto& [layer, suffixes] : suffixes_of) std::ranges::stable_sort(suffixes, {}, rank);
    auto targets = group(suffixes_of);
    if (targets.empty()) return unreadable(name, "it has no channels");
    if (which == ExrLayers::beauty) targets.resize(1);
    std::int64_t channels = 0;
    for (auto const& target : targets) channels += static_cast<std::int64_t>(target.channels.size());
    TRY(check_header(header, name, limits, channels));

    auto const window = header.dataWindow();
    int const width = window.max.x - window.min.x + 1, height = window.max.y - window.min.y + 1;
    Imf::FrameBuffer buffer;
    for (auto& target : targets) {
        target.layer.image = Image(width, height, static_cast<int>(target.channels.size()));
        std::size_t const stride = sizeof(float) * target.channels.size();
        for (std::size_t c = 0; c < target.channels.size(); ++c)
            buffer.insert(target.channels[c],
                          Imf::Slice::Make(Imf::FLOAT, target.layer.image.pixels().data() + c, window, stride,
                                           stride * static_cast<std::size_t>(width)));
    }
    Imf::InputPart part(file, 0);
    part.setFrameBuffer(buffer);
    part.readPixels(window.min.y, window.max.y);

    Frame frame{{}, metadata_of(header)};
    for (auto& target : targets) {
        target.layer.image = placed(std::move(target.layer.image), window, header.displayWindow());
        frame.layers.push_back(std::move(target.layer));
    }
    return frame;
} catch (std::bad_alloc const&) {
    return fail(Errc::limit, "{}: no memory to read it", name);
} catch (std::exception const& error) {
    return unreadable(name, reason(error));
}

Result<PictureSize> exr_size(std::filesystem::path const& path)
try {
    std::ifstream walk(path, std::ios::binary);
    std::error_code error;
    TRY(check_attributes(walk, path.string(), std::filesystem::file_size(path, error)));
    Imf::MultiPartInputFile file(path.c_str(), 0, false);
    if (!file.partComplete(0))
        return unreadable(path.string(), "the file ends early: not all of its rows were written");
    auto const window = file.header(0).displayWindow();
    std::int64_t const width = std::int64_t{window.max.x} - window.min.x + 1;
    std::int64_t const height = std::int64_t{window.max.y} - window.min.y + 1;
    TRY(check_size(path.string(), width, height, 1, {}));
    return PictureSize{static_cast<int>(width), static_cast<int>(height)};
} catch (std::exception const& thrown) {
    return unreadable(path.string(), reason(thrown));
}

} // namespace soulvan::media
