// Which files of a folder are the frames of one sequence.
#include "soulvan/media/video.h"

#include "formats.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/ranges.h>

namespace soulvan::media {

namespace fs = std::filesystem;

namespace {

/// "shot_-0012.exr" is prefix "shot_", number -12, extension ".exr".
struct FrameName {
    std::string prefix, extension;
    std::int64_t number = 0;
};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool is_picture(std::string const& extension)
{
    static constexpr std::string_view known[] = {".exr",  ".png", ".jpg",  ".jpeg", ".tif",
                                                 ".tiff", ".hdr", ".webp", ".bmp",  ".tga"};
    return std::ranges::find(known, extension) != std::end(known);
}

/// Nothing: a file that is no numbered picture.
Result<std::optional<FrameName>> parse_name(fs::path const& path)
{
    std::string const stem = path.stem().string();
    FrameName name{.extension = lower(path.extension().string())};
    if (!is_picture(name.extension) || stem.empty() || stem.front() == '.') return std::nullopt;
    std::size_t first = stem.size();
    while (first > 0 && is_digit(stem[first - 1])) --first;
    if (first == stem.size()) return std::nullopt;
    // A minus is a sign at the start or after a separator; in "frame-0001" it is the separator.
    if (first > 0 && stem[first - 1] == '-' &&
        (first == 1 || std::string_view("_. -").find(stem[first - 2]) != std::string_view::npos))
        --first;
    auto const [end, error] = std::from_chars(stem.data() + first, stem.data() + stem.size(), name.number);
    if (error != std::errc() || std::abs(name.number) > 1'000'000'000'000)
        return fail(Errc::invalid_input, "{}: its frame number is too long; rename the file", path.string());
    name.prefix = stem.substr(0, first);
    return name;
}

Result<std::vector<fs::path>> pictures_of(fs::path const& folder, std::string& others)
{
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return fail(Errc::not_found, "{}: is no folder; name the folder that holds the frames",
                    folder.string());
    std::vector<fs::path> files;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().filename().string().starts_with('.') || it->is_directory(error)) continue;
        files.push_back(it->path());
    }
    if (error) return fail(Errc::io, "{}: cannot be listed: {}", folder.string(), error.message());
    std::ranges::sort(files); // a directory has no order
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min<std::size_t>(files.size(), 5); ++i)
        names.push_back(files[i].filename().string());
    others = files.empty() ? "nothing"
                           : fmt::format("{}{}", fmt::join(names, ", "), files.size() > 5 ? ", …" : "");
    return files;
}

Result<> check_frames(Sequence& sequence)
{
    for (auto const& frame : sequence.frames) {
        auto const size = TRY(picture_size(frame.path));
        if (sequence.width == 0) {
            sequence.width = size.width;
            sequence.height = size.height;
        } else if (size.width != sequence.width || size.height != sequence.height) {
            return fail(Errc::invalid_input, "{}: is {}x{}, but {} is {}x{}; render all frames at one size",
                        frame.path.string(), size.width, size.height,
                        sequence.frames.front().path.filename().string(), sequence.width, sequence.height);
        }
    }
    return {};
}

} // namespace

Result<Sequence> scan_sequence(fs::path const& folder)
{
    std::string listing;
    auto const files = TRY(pictures_of(folder, listing));
    Sequence sequence;
    std::optional<FrameName> kind;
    for (auto const& path : files) {
        auto const name = TRY(parse_name(path));
        if (!name) continue;
        if (!kind) kind = name;
        if (name->prefix != kind->prefix || name->extension != kind->extension)
            return fail(Errc::invalid_input,
                        "{}: holds two sequences, {} and {}; put each into its own folder", folder.string(),
                        sequence.frames.front().path.filename().string(), path.filename().string());
        sequence.frames.push_back({name->number, path});
    }
    if (sequence.frames.empty())
        return fail(Errc::not_found,
                    "{}: holds no numbered pictures such as frame_0001.exr or frame_0001.png; it holds {}",
                    folder.string(), listing);
    std::ranges::stable_sort(sequence.frames, {}, &NumberedFrame::number);

    constexpr std::size_t most_missing = 1'000'000;
    for (std::size_t i = 1; i < sequence.frames.size(); ++i) {
        auto const &before = sequence.frames[i - 1], &here = sequence.frames[i];
        if (before.number == here.number)
            return fail(Errc::invalid_input, "{}: {} and {} have the same number; remove one",
                        folder.string(), before.path.filename().string(), here.path.filename().string());
        if (here.number - before.number > static_cast<std::int64_t>(most_missing - sequence.missing.size()))
            return fail(Errc::limit,
                        "{}: more than {} frames are missing between {} and {}; check the numbers",
                        folder.string(), most_missing, before.path.filename().string(),
                        here.path.filename().string());
        for (auto number = before.number + 1; number < here.number; ++number)
            sequence.missing.push_back(number);
    }
    TRY(check_frames(sequence));
    return sequence;
}

Result<FrameRate> FrameRate::parse(std::string const& text)
{
    auto const refuse = [&] {
        return fail(Errc::invalid_input,
                    "\"{}\" is no frame rate; write for example 24, 23.976 or 30000/1001", text);
    };
    char const *begin = text.data(), *end = begin + text.size();
    FrameRate rate;
    if (auto const slash = text.find('/'); slash != std::string::npos) {
        auto const top = std::from_chars(begin, begin + slash, rate.numerator);
        auto const bottom = std::from_chars(begin + slash + 1, end, rate.denominator);
        if (top.ec != std::errc() || top.ptr != begin + slash || bottom.ec != std::errc() ||
            bottom.ptr != end)
            return refuse();
    } else {
        double value = 0;
        auto const [stop, error] = std::from_chars(begin, end, value, std::chars_format::fixed);
        if (error != std::errc() || stop != end || !(value >= 0.01 && value <= 1000)) return refuse();
        // 23.976, 29.97 and the like stand for thousandths of 1001, the rates of NTSC.
        double const ntsc = std::round(value * 1.001);
        bool const whole = value == std::round(value);
        if (!whole && std::abs(ntsc * 1000 / 1001 - value) < 0.005)
            rate = {static_cast<int>(ntsc) * 1000, 1001};
        else
            rate = {static_cast<int>(std::lround(value * 1000)), 1000};
    }
    if (rate.numerator <= 0 || rate.denominator <= 0) return refuse();
    int const common = std::gcd(rate.numerator, rate.denominator);
    rate = {rate.numerator / common, rate.denominator / common};
    double const fps = static_cast<double>(rate.numerator) / rate.denominator;
    if (fps < 0.01 || fps > 1000 || rate.denominator > 1'000'000) return refuse();
    return rate;
}

} // namespace soulvan::media
