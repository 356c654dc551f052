// Zip archives as named entries, with bounds against bombs and names that climb out.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/interchange/library.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::interchange {

struct ArchiveEntry {
    std::string name; ///< '/' between folders, no leading '/', no ".." part
    std::uint64_t index = 0, size = 0, packed_size = 0;
};

/// An opened archive. Not for several threads at once.
class Archive {
public:
    /// Errors  not_found, io; invalid_input: no zip, a name that climbs out of the archive; limit.
    static Result<Archive> open(std::filesystem::path const& path, ArchiveLimits const& limits);
    Archive(Archive&&) noexcept;
    ~Archive();

    /// Files by name; folders are left out.
    std::vector<ArchiveEntry> const& entries() const { return entries_; }
    ArchiveEntry const* find(std::string_view name) const;
    /// Those directly or deeper in `folder` ("scopia/forklift/"), by name.
    std::vector<ArchiveEntry const*> below(std::string_view folder) const;
    /// Errors  invalid_input: encrypted, or its checksum is wrong; limit: the bounds of open().
    Result<std::string> read(ArchiveEntry const& entry);

private:
    struct State;
    explicit Archive(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
    std::vector<ArchiveEntry> entries_;
};

} // namespace soulvan::interchange
