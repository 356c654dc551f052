// How is a package written?
#include "package_format.h"

#include <fstream>
#include <limits>
#include <optional>
#include <set>

namespace soulvan::usd {

namespace {

using namespace package;

template <class... T>
void append(std::string& out, T... values)
{
    (out.append(reinterpret_cast<char const*>(&values), sizeof values), ...);
}

struct WrittenEntry {
    std::string name;
    std::uint32_t crc, size, header;
};

// Version 1.0 of the format is enough for stored entries; a fixed time keeps equal packages equal.
constexpr std::uint16_t version_needed = 10, flag_utf8 = 1 << 11, stored_method = 0;
constexpr std::uint16_t dos_time = 0, dos_date = 1 << 5 | 1; // 1 January 1980

std::string local_header(WrittenEntry const& entry)
{
    // The data begins at a multiple of 64: an extra field, whose own head takes four bytes, fills up.
    auto const unpadded = entry.header + local_size + entry.name.size();
    auto padding = (alignment - unpadded % alignment) % alignment;
    if (padding > 0 && padding < 4) padding += alignment;
    std::string out;
    append(out, local_signature, version_needed, flag_utf8, stored_method, dos_time, dos_date, entry.crc,
           entry.size, entry.size, static_cast<std::uint16_t>(entry.name.size()),
           static_cast<std::uint16_t>(padding));
    out += entry.name;
    if (padding > 0) {
        append(out, padding_field, static_cast<std::uint16_t>(padding - 4));
        out.append(padding - 4, '\0');
    }
    return out;
}

std::string directory(std::vector<WrittenEntry> const& entries, std::uint32_t start)
{
    std::string out;
    for (auto const& entry : entries) {
        append(out, central_signature, version_needed, version_needed, flag_utf8, stored_method, dos_time,
               dos_date, entry.crc, entry.size, entry.size, static_cast<std::uint16_t>(entry.name.size()),
               std::uint16_t{0}, std::uint16_t{0}, std::uint16_t{0}, std::uint16_t{0}, std::uint32_t{0},
               entry.header);
        out += entry.name;
    }
    auto const size = static_cast<std::uint32_t>(out.size());
    auto const count = static_cast<std::uint16_t>(entries.size());
    append(out, end_signature, std::uint16_t{0}, std::uint16_t{0}, count, count, size, start,
           std::uint16_t{0});
    return out;
}

bool is_layer(std::string_view name, std::string_view text)
{
    auto const dot = name.rfind('.');
    auto const extension = dot == name.npos ? std::string_view() : name.substr(dot);
    if (extension != ".usda" && extension != ".usdc" && extension != ".usd") return false;
    return text.starts_with("#usda") || text.starts_with("PXR-USDC");
}

} // namespace

namespace {

Result<> check_names(std::vector<PackageSource> const& files, std::string const& path)
{
    if (files.empty()) return fail(Errc::invalid_input, "{}: a package needs a root layer", path);
    if (files.size() >= 0xFFFF)
        return fail(Errc::limit,
                    "{}: {} files are too many: a package holds fewer than 65535; put some into packages of "
                    "their own",
                    path, files.size());
    std::set<std::string_view> names;
    for (auto const& file : files) {
        if (!is_entry_name(file.name) || file.name.size() > 0xFFFF)
            return fail(Errc::invalid_input,
                        "{}: '{}' cannot name an entry: names are relative, without '..'", path, file.name);
        if (!names.insert(file.name).second)
            return fail(Errc::invalid_input, "{}: two entries are called '{}'", path, file.name);
    }
    return {};
}

Result<> write_to(std::filesystem::path const& temporary, std::vector<PackageSource> const& files,
                  std::string const& path)
{
    Crc32 const crc32;
    std::ofstream out(temporary, std::ios::binary);
    std::vector<WrittenEntry> entries;
    std::uint64_t at = 0;
    auto write = [&](std::string_view bytes) {
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        at += bytes.size();
    };
    auto const too_large = [&](std::string const& name) {
        return fail(
            Errc::limit,
            "{}: with '{}' the package would pass 4 GiB, where the format ends; keep large files beside "
            "it",
            path, name);
    };
    constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
    for (auto const& source : files) {
        std::optional<MappedFile> mapped;
        if (!source.file.empty()) mapped = TRY(MappedFile::open(source.file));
        std::string_view const data = mapped ? mapped->text() : std::string_view(source.bytes);
        if (entries.empty() && !is_layer(source.name, data))
            return fail(Errc::invalid_input,
                        "{}: the first entry, '{}', must be a layer: .usda, .usdc or .usd", path,
                        source.name);
        if (at + local_size + source.name.size() + 2 * alignment + data.size() > largest)
            return too_large(source.name);
        entries.push_back({source.name, crc32(std::as_bytes(std::span(data))),
                           static_cast<std::uint32_t>(data.size()), static_cast<std::uint32_t>(at)});
        write(local_header(entries.back()));
        write(data);
    }
    auto const end = directory(entries, static_cast<std::uint32_t>(at));
    if (at + end.size() > largest) return too_large("its directory");
    write(end);
    out.close();
    if (!out) return fail(Errc::io, "{}: writing failed: is the disk full?", path);
    return {};
}

} // namespace

Result<> write_package_from(std::vector<PackageSource> const& files, std::filesystem::path const& path)
{
    TRY(check_names(files, path.string()));
    return write_through_temporary(path, [&](std::filesystem::path const& temporary) {
        return write_to(temporary, files, path.string());
    });
}

Result<> write_package(std::vector<std::pair<std::string, std::filesystem::path>> const& files,
                       std::filesystem::path const& path)
{
    std::vector<PackageSource> sources;
    sources.reserve(files.size());
    for (auto const& [name, file] : files) sources.push_back({name, file, ""});
    return write_package_from(sources, path);
}

} // namespace soulvan::usd
