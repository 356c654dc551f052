// Packages: .usdz archives, stored entries aligned to 64 bytes.
#pragma once

#include "soulvan/base/file.h"
#include "soulvan/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace soulvan::usd {

struct PackageEntry {
    std::string name;
    std::size_t offset = 0; ///< of the data
    std::size_t size = 0;
    std::uint32_t crc = 0; ///< CRC-32 of the data, as the directory has it
};

/// The entries in file order, from the central directory, which may be of zip64.
/// Errors  invalid_input: not a zip, compressed or encrypted entries, two of one name, names that leave the
///         package ("..", "/"), entries that overlap or leave the file.
Result<std::vector<PackageEntry>> list_package(std::span<std::byte const> bytes, std::string const& name);

/// An entry of any zip archive, also one that no package may hold.
struct ArchiveEntry {
    std::string name;
    std::size_t offset = 0; ///< of the data
    std::size_t stored_size = 0, size = 0;
    std::uint32_t crc = 0;
    std::uint16_t method = 0; ///< 0: stored
    bool encrypted = false;
};
/// What list_package() would refuse is listed too, in the directory's order: for tools that report.
/// Errors  invalid_input: the directory is damaged.
Result<std::vector<ArchiveEntry>> list_archive(std::span<std::byte const> bytes, std::string const& name);

/// An opened package: its directory is read once, a look-up by name takes constant time.
/// Immutable; safe to read from many threads. What it hands out lives as long as it does.
class Package {
public:
    /// Errors  as MappedFile::open and list_package.
    static Result<std::shared_ptr<Package const>> open(std::filesystem::path const& path);
    /// A package in memory, for example an entry of another; `owner` keeps `bytes` alive.
    static Result<std::shared_ptr<Package const>>
    open(std::span<std::byte const> bytes, std::shared_ptr<void const> owner, std::string const& name);

    std::vector<PackageEntry> const& entries() const { return entries_; } ///< in file order
    PackageEntry const* find(std::string_view name) const;                ///< null: none is called so
    std::span<std::byte const> bytes(PackageEntry const& entry) const
    {
        return bytes_.subspan(entry.offset, entry.size);
    }
    /// Errors  invalid_input: the first entry whose data is not what its checksum says. Reads everything.
    Result<> verify() const;

private:
    std::string name_;
    std::span<std::byte const> bytes_;
    std::shared_ptr<void const> owner_;
    std::vector<PackageEntry> entries_;
    std::unordered_map<std::string_view, std::size_t> index_; ///< into entries_
};

/// What becomes an entry: a file, or bytes in memory when `file` is empty.
struct PackageSource {
    std::string name; ///< inside the package
    std::filesystem::path file;
    std::string bytes;
};

/// A package of `files`, root layer first; deterministic bytes. All or nothing under its name.
/// Errors  limit: over 4 GiB or 65,534 files, where zip without zip64 ends, which is all that other readers
///         of packages know; invalid_input: the first entry is no layer, a name twice; as MappedFile::open.
Result<> write_package_from(std::vector<PackageSource> const& files, std::filesystem::path const& path);
Result<> write_package(std::vector<std::pair<std::string, std::filesystem::path>> const& files,
                       std::filesystem::path const& path);

} // namespace soulvan::usd
