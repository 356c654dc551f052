// Packages: .usdz archives, stored entries aligned to 64 bytes.
#pragma once

#include "soulvan/base/result.h"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace soulvan::usd {

struct PackageEntry {
    std::string name;
    std::size_t offset = 0; ///< of the data
    std::size_t size = 0;
};

/// The entries in file order, from the central directory.
/// Errors  invalid_input: not a zip, compressed or encrypted entries, entries that overlap or leave the file.
Result<std::vector<PackageEntry>> list_package(std::span<std::byte const> bytes, std::string const& name);

/// A package of `files` (name inside, path outside), root layer first; deterministic bytes.
/// Errors  limit: over 4 GiB; invalid_input: the first entry is no layer.
Result<> write_package(std::vector<std::pair<std::string, std::filesystem::path>> const& files,
                       std::filesystem::path const& path);

} // namespace soulvan::usd
