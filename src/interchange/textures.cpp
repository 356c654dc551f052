// Which picture does this path mean, is it one, and under which name does it travel with the layer?
#include "textures.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/media/codec.h"
#include "soulvan/media/display.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace soulvan::interchange {

namespace fs = std::filesystem;

namespace {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// "%20" as a URI writes it (glTF 2.0, 2.8).
std::string percent_decoded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size())
            if (auto const byte = bytes_from_hex(text.substr(i + 1, 2))) {
                result += *byte;
                i += 2;
                continue;
            }
        result += text[i];
    }
    return result;
}

/// The extension that fits the bytes, for the formats that UsdPreviewSurface's readers are sure to know; ""
/// for those that are written anew as PNG.
std::string kept_extension(std::string_view bytes)
{
    if (bytes.starts_with("\x89PNG")) return ".png";
    if (bytes.starts_with("\xff\xd8\xff")) return ".jpg";
    if (bytes.starts_with("\x76\x2f\x31\x01")) return ".exr";
    if (bytes.starts_with("#?RADIANCE")) return ".hdr";
    return "";
}

/// Inside `folder`, both real.
bool lies_in(fs::path const& file, fs::path const& folder)
{
    auto const [end, _] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end();
}

/// "Living room rug" is {"living", "room", "rug"}.
std::set<std::string> words_in(std::string_view stem)
{
    std::set<std::string> words;
    std::string word;
    for (char const c : stem) {
        if (std::isalnum(static_cast<unsigned char>(c))) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            continue;
        }
        if (!word.empty()) words.insert(std::move(word));
        word.clear();
    }
    if (!word.empty()) words.insert(std::move(word));
    return words;
}

bool is_picture(fs::path const& file)
{
    auto const extension = lower(file.extension().string());
    return extension == ".jpg" || extension == ".jpeg" || extension == ".png" || extension == ".bmp" ||
           extension == ".tga";
}

StoredTexture examined(media::Image const& image)
{
    StoredTexture result{.channels = image.channels()};
    auto const channels = image.channels();
    auto const has_alpha = channels == 2 || channels == 4;
    std::size_t clear = 0, partial = 0, counted = 0;
    Vec3d sum(0);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            auto const* pixel = image.at(x, y);
            auto const alpha = has_alpha ? pixel[channels - 1] : 1.0f;
            clear += alpha < 0.1f;
            partial += alpha >= 0.1f && alpha < 0.9f;
            // Every 7th pixel tells the mean well enough.
            if (alpha < 0.5f || (x + y * 3) % 7 != 0) continue;
            ++counted;
            for (int c = 0; c < 3; ++c)
                sum[c] += media::linear_from_srgb(std::clamp(pixel[channels >= 3 ? c : 0], 0.0f, 1.0f));
        }
    if (counted > 0) result.mean = Vec3f(sum / static_cast<double>(counted));
    auto const pixels = static_cast<std::size_t>(image.width()) * image.height();
    // A filtered edge leaves a few partial pixels around every hole; a veil has more of them than holes.
    if (clear + partial > pixels / 500 + 4)
        result.alpha = partial > clear && partial > pixels / 20 ? AlphaUse::blend : AlphaUse::cutout;
    return result;
}

} // namespace

TextureStore::TextureStore(ModelScene const& scene, fs::path const& source, fs::path const& target_usd,
                           ImportLimits const& limits)
    : scene_(scene),
      limits_(limits)
{
    std::error_code error;
    source_folder_ = fs::canonical(fs::absolute(source).parent_path(), error);
    target_folder_ = target_usd.parent_path() / (target_usd.stem().string() + ".textures");
}

std::optional<fs::path> TextureStore::find(std::string const& authored) const
{
    // Artists' files carry paths of their own machines ("C:/…/oak.jpg"): then the picture is where the model
    // is.
    fs::path const stated(authored.substr(0, authored.find_last_not_of(" \t\r") + 1));
    auto const name = stated.filename();
    std::vector<fs::path> places;
    if (stated.is_relative()) places.push_back(source_folder_ / stated);
    places.push_back(source_folder_ / name);
    for (auto const* folder : {"textures", "Textures", "maps", "images"})
        places.push_back(source_folder_ / folder / name);
    std::error_code error;
    for (auto const& place : places) {
        auto const real = fs::canonical(place, error);
        if (!error && fs::is_regular_file(real, error) && lies_in(real, source_folder_)) return real;
    }
    // Windows does not tell cases apart.
    for (auto const& entry : fs::directory_iterator(source_folder_, error))
        if (entry.is_regular_file(error) && lower(entry.path().filename().string()) == lower(name.string()))
            if (auto const real = fs::canonical(entry.path(), error); !error && lies_in(real, source_folder_))
                return real;
    return renamed(name.stem().string());
}

std::optional<fs::path> TextureStore::renamed(std::string const& stem) const
{
    auto const wanted = words_in(stem);
    std::optional<fs::path> best;
    std::size_t most = 0;
    std::error_code error;
    std::set<fs::path> files; // sorted: folders list in any order
    for (auto const& entry : fs::directory_iterator(source_folder_, error))
        if (entry.is_regular_file(error) && is_picture(entry.path())) files.insert(entry.path());
    for (auto const& file : files) {
        auto const words = words_in(file.stem().string());
        if (words.size() > most && std::ranges::includes(wanted, words)) {
            most = words.size();
            best = fs::canonical(file, error);
        }
    }
    if (best && !lies_in(*best, source_folder_)) best.reset();
    return best;
}

std::string TextureStore::free_name(std::string const& wanted, std::string const& extension)
{
    std::string stem;
    for (auto const c : fs::path(wanted).stem().string())
        stem += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ? c : '_';
    if (stem.empty()) stem = "texture";
    if (stem.size() > 80) stem.resize(80);
    // Lower case decides: some file systems do not tell "Oak.png" from "oak.png".
    auto const uses = ++names_[lower(stem + extension)];
    if (uses == 1) return stem + extension;
    return free_name(fmt::format("{}_{}.x", stem, uses), extension);
}

Result<std::optional<StoredTexture>> TextureStore::store_bytes(std::string const& bytes,
                                                               std::string const& name)
{
    auto const digest = sha256(bytes);
    auto const content = hex(digest);
    if (auto const found = by_content_.find(content); found != by_content_.end()) return found->second;
    auto const raw = media::read_image(bytes, name, {.bytes = limits_.texture_bytes});
    if (!raw) {
        warnings_.push_back(fmt::format("texture left out: {}", raw.error().what));
        return std::optional<StoredTexture>();
    }
    auto stored = examined(raw->image);
    auto const kept = kept_extension(bytes);
    auto const file = target_folder_ / free_name(name, kept.empty() ? ".png" : kept);
    if (kept.empty()) {
        TRY(make_folders(target_folder_));
        TRY(media::write_png(raw->image, file));
    } else {
        TRY(write_file(file, bytes));
    }
    files_.push_back(file);
    stored.path = fmt::format("./{}/{}", target_folder_.filename().string(), file.filename().string());
    by_content_[content] = stored;
    return std::optional(stored);
}

Result<std::optional<StoredTexture>> TextureStore::store(TextureUse const& use)
{
    if (use.empty()) return std::optional<StoredTexture>();
    auto const key = use.embedded >= 0 ? fmt::format("*{}", use.embedded) : use.path;
    if (auto const found = known_.find(key); found != known_.end()) return found->second;
    std::optional<StoredTexture> stored;
    if (use.embedded >= 0) {
        auto const& embedded = scene_.embedded[static_cast<std::size_t>(use.embedded)];
        stored = TRY(store_bytes(embedded.bytes, embedded.name));
    } else {
        auto file = find(use.path);
        if (!file) file = find(percent_decoded(use.path));
        if (!file) {
            warnings_.push_back(fmt::format("texture {} is not in the model's folder",
                                            fs::path(use.path).filename().string()));
        } else {
            auto const bytes = read_file(*file, limits_.texture_bytes);
            if (bytes)
                stored = TRY(store_bytes(*bytes, file->filename().string()));
            else
                warnings_.push_back(fmt::format("texture left out: {}", bytes.error().what));
        }
    }
    known_[key] = stored;
    return stored;
}

} // namespace soulvan::interchange
