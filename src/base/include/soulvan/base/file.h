// Files as whole values: bounded reads, mappings, and writes that appear under their name complete or not at
// all.
#pragma once

#include "soulvan/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace soulvan {

/// Errors  not_found, io, limit (larger than `max_bytes`): the sentence names the file and what to do.
Result<std::string> read_file(std::filesystem::path const& path,
                              std::size_t max_bytes = std::size_t{4} << 30);

/// Writes `bytes` under a private temporary name beside `path`, syncs, renames. A reader of `path` sees the
/// old file or the new one. Creates missing folders. Errors  io: read-only, full disk; the sentence names the
/// file, and no temporary file stays.
Result<> write_file(std::filesystem::path const& path, std::string_view bytes, unsigned mode = 0644);

/// A file that is made piece by piece. Writes are gathered, so small pieces are cheap.
class FileWriter {
public:
    /// Errors  io: `path` is there already, or cannot be made.
    static Result<FileWriter> create(std::filesystem::path const& path, unsigned mode = 0644);
    FileWriter(FileWriter&&) noexcept;
    FileWriter& operator=(FileWriter&&) noexcept;
    ~FileWriter();

    std::uint64_t size() const { return written_ + waiting_.size(); }
    Result<> append(std::string_view bytes);
    /// Replaces what stands at `at`, which was appended before.
    Result<> replace(std::uint64_t at, std::string_view bytes);
    /// Whether `bytes` stand at `at`.
    Result<bool> holds(std::uint64_t at, std::string_view bytes);
    /// Must come last; the file is whole when it succeeds.
    Result<> close();

private:
    FileWriter() = default;
    Result<> flush();

    int file_ = -1;
    std::filesystem::path path_;
    std::uint64_t written_ = 0;
    std::string waiting_; ///< behind what was written
};

/// write_file() of bytes that need not be in memory at once: `write` makes the temporary's contents.
Result<> write_file(std::filesystem::path const& path, std::function<Result<>(FileWriter&)> const& write,
                    unsigned mode = 0644);

/// A name beside `path` that `remove_stale_temporaries` knows and that keeps the extension of `path`, for
/// libraries that insist on opening files themselves: ".tmp-<pid>-<n>~name.ext".
std::filesystem::path temporary_name(std::filesystem::path const& path);
/// Runs `write(temporary)`, syncs, renames to `path`; removes the temporary when anything fails.
Result<> write_through_temporary(std::filesystem::path const& path,
                                 std::function<Result<>(std::filesystem::path const&)> const& write);
/// Removes what a killed process left: temporaries under `folder` (recursive) whose process is gone.
/// Returns how many were removed.
int remove_stale_temporaries(std::filesystem::path const& folder);

/// Makes `to` the same file as `from`: hard-linked where the file system allows, else copied; what stands
/// there is replaced. Creates missing folders. Errors  io.
Result<> link_or_copy(std::filesystem::path const& from, std::filesystem::path const& to);

/// Errors  io: the sentence names the folder.
Result<> make_folders(std::filesystem::path const& path);

/// A read-only mapping of a whole file; movable, unmapped at the end.
class MappedFile {
public:
    static Result<MappedFile> open(std::filesystem::path const& path);
    MappedFile(MappedFile&&) noexcept;
    MappedFile& operator=(MappedFile&&) noexcept;
    ~MappedFile();
    std::span<std::byte const> bytes() const { return {data_, size_}; }
    std::string_view text() const { return {reinterpret_cast<char const*>(data_), size_}; }
    /// Gives back the memory that the bytes before `end` take; who looks at them again reads the file again.
    void forget(std::size_t end) const;

private:
    MappedFile() = default;
    std::byte const* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace soulvan
