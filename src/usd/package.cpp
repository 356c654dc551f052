// Packages: how are .usdz archives listed, opened and looked into?
//
// Source: PKWARE APPNOTE 6.3.10 (zip, zip64); OpenUSD's "Usdz File Format Specification" (stored entries
// only, data at multiples of 64, the root layer first).
#include "package_format.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace soulvan::usd {
namespace {

using namespace package;

class Lister {
public:
    Lister(std::span<std::byte const> bytes, std::string const& name) : bytes_(bytes), name_(name) {}

    /// Every entry that has data, as the directory has it.
    Result<std::vector<ArchiveEntry>> list_archive()
    {
        auto const directory = TRY(find_directory());
        std::vector<ArchiveEntry> entries;
        auto at = directory.start;
        for (std::uint64_t i = 0; i < directory.count; ++i)
            if (auto entry = TRY(read_entry(at, directory.start + directory.size)))
                entries.push_back(std::move(*entry));
        return entries;
    }

    Result<std::vector<PackageEntry>> list_package()
    {
        auto const directory = TRY(find_directory());
        std::vector<PackageEntry> entries;
        std::unordered_set<std::string> names;
        auto at = directory.start;
        for (std::uint64_t i = 0; i < directory.count; ++i) {
            auto const start = at;
            auto entry = TRY(read_entry(at, directory.start + directory.size));
            if (!entry) continue;
            TRY(check_honest(*entry, start));
            if (!names.insert(entry->name).second)
                return bad(directory.start, "two entries are called '{}'", entry->name);
            entries.push_back({std::move(entry->name), entry->offset, entry->size, entry->crc});
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
    Result<std::optional<ArchiveEntry>> read_entry(std::size_t& at, std::size_t end) const;
    Result<> check_honest(ArchiveEntry const& entry, std::size_t start) const;
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

/// Nothing for a folder, which has no data.
Result<std::optional<ArchiveEntry>> Lister::read_entry(std::size_t& at, std::size_t end) const
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
    if (name.ends_with('/') && size == 0) return std::optional<ArchiveEntry>();
    auto const offset = TRY(data_offset(header, name));
    if (!has(offset, stored)) return bad(start, "the entry '{}' leaves the file", name);
    return ArchiveEntry{.name = std::move(name),
                        .offset = offset,
                        .stored_size = static_cast<std::size_t>(stored),
                        .size = static_cast<std::size_t>(size),
                        .crc = number<std::uint32_t>(bytes_, start + 16),
                        .method = method,
                        .encrypted = (flags & 1) != 0};
}

Result<> Lister::check_honest(ArchiveEntry const& entry, std::size_t start) const
{
    if (!is_entry_name(entry.name))
        return bad(start, "the entry name '{}' is not allowed: names are relative and have no '..'",
                   entry.name);
    if (entry.encrypted) return bad(start, "the entry '{}' is encrypted; packages are not", entry.name);
    if (entry.method != 0 || entry.stored_size != entry.size)
        return bad(start,
                   "the entry '{}' is compressed; packages hold stored files: repack it with usdzip or zip "
                   "-0",
                   entry.name);
    return {};
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
    return Lister(bytes, name).list_package();
}

Result<std::vector<ArchiveEntry>> list_archive(std::span<std::byte const> bytes, std::string const& name)
{
    return Lister(bytes, name).list_archive();
}

Result<std::shared_ptr<Package const>> Package::open(std::filesystem::path const& path)
{
    auto file = std::make_shared<MappedFile const>(TRY(MappedFile::open(path)));
    auto const bytes = file->bytes();
    return open(bytes, std::move(file), path.string());
}

Result<std::shared_ptr<Package const>>
Package::open(std::span<std::byte const> bytes, std::shared_ptr<void const> owner, std::string const& name)
{
    auto entries = TRY(usd::list_package(bytes, name));
    auto package = std::make_shared<Package>();
    package->name_ = name;
    package->bytes_ = bytes;
    package->owner_ = std::move(owner);
    package->entries_ = std::move(entries);
    package->index_.reserve(package->entries_.size());
    for (std::size_t i = 0; i < package->entries_.size(); ++i)
        package->index_.emplace(package->entries_[i].name, i);
    return package;
}

PackageEntry const* Package::find(std::string_view name) const
{
    auto const found = index_.find(name);
    return found == index_.end() ? nullptr : &entries_[found->second];
}

Result<> Package::verify() const
{
    Crc32 const crc32;
    for (auto const& entry : entries_)
        if (auto const crc = crc32(bytes(entry)); crc != entry.crc)
            return fail(Errc::invalid_input,
                        "{}: offset {}: the entry '{}' is damaged: its checksum is {:08x}, the directory "
                        "says {:08x}",
                        name_, entry.offset, entry.name, crc, entry.crc);
    return {};
}

} // namespace soulvan::usd
