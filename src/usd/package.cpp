// Packages: how .usdz archives are listed and written.
//
// Source: PKWARE APPNOTE 6.3.10 (zip, zip64); OpenUSD's "Usdz File Format Specification" (stored entries
// only, data at multiples of 64, the root layer first).
#include "soulvan/usd/package.h"

#include "soulvan/base/file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_set>

namespace soulvan::usd {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t end64_signature = 0x06064b50;
constexpr std::uint32_t locator64_signature = 0x07064b50;
constexpr std::size_t local_size = 30, central_size = 46, end_size = 22, end64_size = 56, locator64_size = 20;
constexpr std::uint16_t zip64_field = 0x0001;
constexpr std::uint16_t padding_field = 0x1986; // what OpenUSD names its padding
constexpr std::size_t alignment = 64;
constexpr std::size_t longest_comment = 0xFFFF;

/// A number of the archive at a place that the caller has checked.
template <class T>
T number(std::span<std::byte const> bytes, std::size_t at)
{
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

class Lister {
public:
    Lister(std::span<std::byte const> bytes, std::string const& name) : bytes_(bytes), name_(name) {}

    Result<std::vector<PackageEntry>> list()
    {
        auto const directory = TRY(find_directory());
        std::vector<PackageEntry> entries;
        std::unordered_set<std::string> names;
        auto at = directory.start;
        for (std::uint64_t i = 0; i < directory.count; ++i) {
            auto entry = TRY(read_entry(at, directory.start + directory.size));
            if (!entry) continue;
            if (!names.insert(entry->name).second)
                return bad(directory.start, "two entries are called '{}'", entry->name);
            entries.push_back(std::move(*entry));
        }
        std::sort(entries.begin(), entries.end(),
                  [](PackageEntry const& a, PackageEntry const& b) { return a.offset < b.offset; });
        for (std::size_t i = 1; i < entries.size(); ++i)
            if (entries[i].offset - entries[i - 1].offset < entries[i - 1].size)
                return bad(entries[i].offset, "the entries '{}' and '{}' overlap", entries[i - 1].name,
                           entries[i].name);
        if (!entries.empty() && entries.back().offset + entries.back().size > directory.start)
            return bad(entries.back().offset, "the entry '{}' overlaps the directory", entries.back().name);
        return entries;
    }

private:
    struct Directory {
        std::size_t start = 0, size = 0;
        std::uint64_t count = 0;
    };

    template <class... Args>
    std::unexpected<Error> bad(std::size_t at, fmt::format_string<Args...> format, Args&&... args) const
    {
        return fail(Errc::invalid_input, "{}: offset {}: {}", name_, at,
                    fmt::format(format, std::forward<Args>(args)...));
    }
    bool has(std::uint64_t at, std::uint64_t size) const
    {
        return at <= bytes_.size() && size <= bytes_.size() - at;
    }

    Result<Directory> find_directory() const;
    Result<std::optional<PackageEntry>> read_entry(std::size_t& at, std::size_t end) const;
    Result<std::size_t> data_offset(std::uint64_t header, std::string_view entry_name) const;

    std::span<std::byte const> bytes_;
    std::string const& name_;
};

/// The end record stands last, behind it only a comment; the one nearest to the end counts whose comment
/// reaches exactly to the end.
Result<Lister::Directory> Lister::find_directory() const
{
    if (bytes_.size() < end_size)
        return bad(0, "this is no zip archive: it has only {} bytes", bytes_.size());
    std::size_t const last = bytes_.size() - end_size;
    std::size_t const first = last > longest_comment ? last - longest_comment : 0;
    std::optional<std::size_t> end;
    for (std::size_t at = last + 1; !end && at-- > first;)
        if (number<std::uint32_t>(bytes_, at) == end_signature &&
            at + end_size + number<std::uint16_t>(bytes_, at + 20) == bytes_.size())
            end = at;
    if (!end) return bad(0, "this is no zip archive, or it was cut off: its directory is missing");

    Directory directory{number<std::uint32_t>(bytes_, *end + 16), number<std::uint32_t>(bytes_, *end + 12),
                        number<std::uint16_t>(bytes_, *end + 10)};
    auto disk = std::uint32_t{number<std::uint16_t>(bytes_, *end + 4)};
    if (*end >= locator64_size &&
        number<std::uint32_t>(bytes_, *end - locator64_size) == locator64_signature) {
        auto const end64 = number<std::uint64_t>(bytes_, *end - locator64_size + 8);
        if (!has(end64, end64_size) || number<std::uint32_t>(bytes_, end64) != end64_signature)
            return bad(*end - locator64_size, "the zip64 directory is missing");
        disk = number<std::uint32_t>(bytes_, end64 + 16);
        directory = {number<std::uint64_t>(bytes_, end64 + 48), number<std::uint64_t>(bytes_, end64 + 40),
                     number<std::uint64_t>(bytes_, end64 + 32)};
    }
    if (disk != 0) return bad(*end, "archives of several disks are not packages");
    if (!has(directory.start, directory.size) || directory.start + directory.size > *end)
        return bad(*end, "the directory leaves the file");
    if (directory.count > directory.size / central_size)
        return bad(*end, "a directory of {} bytes cannot list {} entries", directory.size, directory.count);
    return directory;
}

/// Names that stay inside the package and mean the same on every system.
bool is_entry_name(std::string_view name)
{
    if (name.empty() || name.front() == '/' || name.find_first_of(std::string_view("\0\\", 2)) != name.npos)
        return false;
    while (true) {
        auto const slash = name.find('/');
        auto const part = name.substr(0, slash);
        if (part.empty() || part == "." || part == "..") return false;
        if (slash == name.npos) return true;
        name.remove_prefix(slash + 1);
    }
}

/// Nothing for a folder, which has no data.
Result<std::optional<PackageEntry>> Lister::read_entry(std::size_t& at, std::size_t end) const
{
    auto const start = at;
    if (end - at < central_size || number<std::uint32_t>(bytes_, at) != central_signature)
        return bad(at, "a directory entry is damaged");
    auto const flags = number<std::uint16_t>(bytes_, at + 8);
    auto const method = number<std::uint16_t>(bytes_, at + 10);
    std::uint64_t stored = number<std::uint32_t>(bytes_, at + 20);
    std::uint64_t size = number<std::uint32_t>(bytes_, at + 24);
    std::size_t const name_size = number<std::uint16_t>(bytes_, at + 28);
    std::size_t const extra_size = number<std::uint16_t>(bytes_, at + 30);
    std::size_t const comment_size = number<std::uint16_t>(bytes_, at + 32);
    std::uint64_t header = number<std::uint32_t>(bytes_, at + 42);
    if (end - at - central_size < name_size + extra_size + comment_size)
        return bad(at, "a directory entry leaves the directory");
    std::string name(reinterpret_cast<char const*>(bytes_.data()) + at + central_size, name_size);
    auto extra = bytes_.subspan(at + central_size + name_size, extra_size);
    at += central_size + name_size + extra_size + comment_size;

    while (extra.size() >= 4) {
        auto const field = number<std::uint16_t>(extra, 0);
        std::size_t const field_size = number<std::uint16_t>(extra, 2);
        if (field_size > extra.size() - 4) return bad(start, "an extra field of '{}' is damaged", name);
        auto content = extra.subspan(4, field_size);
        // Only what did not fit its place in the entry stands here, in this order.
        auto widen = [&](std::uint64_t& value) {
            if (value != 0xFFFFFFFF || content.size() < 8) return;
            value = number<std::uint64_t>(content, 0);
            content = content.subspan(8);
        };
        if (field == zip64_field) {
            widen(size);
            widen(stored);
            widen(header);
        }
        extra = extra.subspan(4 + field_size);
    }
    if (name.ends_with('/') && size == 0) return std::optional<PackageEntry>();
    if (!is_entry_name(name))
        return bad(start, "the entry name '{}' is not allowed: names are relative and have no '..'", name);
    if (flags & 1) return bad(start, "the entry '{}' is encrypted; packages are not", name);
    if (method != 0 || stored != size)
        return bad(
            start,
            "the entry '{}' is compressed; packages hold stored files: repack it with usdzip or zip -0",
            name);
    auto const offset = TRY(data_offset(header, name));
    if (!has(offset, size)) return bad(start, "the entry '{}' leaves the file", name);
    return PackageEntry{std::move(name), offset, static_cast<std::size_t>(size)};
}

/// The local header repeats the entry; readers that trust it and readers that trust the directory must agree.
Result<std::size_t> Lister::data_offset(std::uint64_t header, std::string_view entry_name) const
{
    if (!has(header, local_size) || number<std::uint32_t>(bytes_, header) != local_signature)
        return bad(std::min<std::uint64_t>(header, bytes_.size()), "the header of the entry '{}' is missing",
                   entry_name);
    std::size_t const name_size = number<std::uint16_t>(bytes_, header + 26);
    std::size_t const extra_size = number<std::uint16_t>(bytes_, header + 28);
    if (!has(header + local_size, name_size + extra_size))
        return bad(header, "the header of the entry '{}' leaves the file", entry_name);
    std::string_view const name(reinterpret_cast<char const*>(bytes_.data()) + header + local_size,
                                name_size);
    if (name != entry_name)
        return bad(header, "an entry is called '{}' in the directory and '{}' in its header", entry_name,
                   name);
    return static_cast<std::size_t>(header) + local_size + name_size + extra_size;
}

} // namespace

Result<std::vector<PackageEntry>> list_package(std::span<std::byte const> bytes, std::string const& name)
{
    return Lister(bytes, name).list();
}

namespace {

/// CRC-32 as zip wants it (reflected polynomial 0xEDB88320), eight bytes a step.
class Crc32 {
public:
    Crc32()
    {
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t crc = i;
            for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0u);
            table_[0][i] = crc;
        }
        for (std::size_t k = 1; k < 8; ++k)
            for (std::size_t i = 0; i < 256; ++i)
                table_[k][i] = table_[k - 1][i] >> 8 ^ table_[0][table_[k - 1][i] & 0xFF];
    }
    std::uint32_t operator()(std::span<std::byte const> bytes) const
    {
        std::uint32_t crc = 0xFFFFFFFF;
        for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
            auto const word = number<std::uint64_t>(bytes, 0) ^ crc;
            crc = 0;
            for (unsigned k = 0; k < 8; ++k) crc ^= table_[7 - k][word >> 8 * k & 0xFF];
        }
        for (auto const byte : bytes)
            crc = crc >> 8 ^ table_[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
        return ~crc;
    }

private:
    std::array<std::array<std::uint32_t, 256>, 8> table_{};
};

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

Result<> write_package(std::vector<std::pair<std::string, std::filesystem::path>> const& files,
                       std::filesystem::path const& path)
{
    if (files.empty()) return fail(Errc::invalid_input, "{}: a package needs a root layer", path.string());
    if (files.size() >= 0xFFFF)
        return fail(Errc::limit, "{}: a package holds fewer than 65535 files", path.string());
    std::set<std::string_view> names;
    for (auto const& [name, file] : files) {
        if (!is_entry_name(name) || name.size() > 0xFFFF)
            return fail(Errc::invalid_input,
                        "{}: '{}' cannot name an entry: names are relative, without '..'", path.string(),
                        name);
        if (!names.insert(name).second)
            return fail(Errc::invalid_input, "{}: two entries are called '{}'", path.string(), name);
    }
    return write_through_temporary(path, [&](std::filesystem::path const& temporary) -> Result<> {
        Crc32 const crc32;
        std::ofstream out(temporary, std::ios::binary);
        std::vector<WrittenEntry> entries;
        std::uint64_t at = 0;
        auto write = [&](std::string_view bytes) {
            out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            at += bytes.size();
        };
        auto const too_large = [&] {
            return fail(Errc::limit, "{}: packages end at 4 GiB; keep large files beside it", path.string());
        };
        constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
        for (auto const& [name, file] : files) {
            auto const data = TRY(MappedFile::open(file));
            if (entries.empty() && !is_layer(name, data.text()))
                return fail(Errc::invalid_input,
                            "{}: the first entry, '{}', must be a layer: .usda, .usdc or .usd", path.string(),
                            name);
            if (at + local_size + name.size() + 2 * alignment + data.text().size() > largest)
                return too_large();
            entries.push_back({name, crc32(data.bytes()), static_cast<std::uint32_t>(data.text().size()),
                               static_cast<std::uint32_t>(at)});
            write(local_header(entries.back()));
            write(data.text());
        }
        auto const end = directory(entries, static_cast<std::uint32_t>(at));
        if (at + end.size() > largest) return too_large();
        write(end);
        out.close();
        if (!out) return fail(Errc::io, "{}: writing failed: is the disk full?", path.string());
        return {};
    });
}

} // namespace soulvan::usd
