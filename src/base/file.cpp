// Whole-file reads and all-or-nothing writes on POSIX.
#include "soulvan/base/file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace soulvan {
namespace fs = std::filesystem;
namespace {

std::string_view advice(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "; free some space and run again";
    case EROFS:
    case EACCES:
    case EPERM:
        return "; choose another output folder with -o, or change its permissions";
    default:
        return "";
    }
}

std::unexpected<Error> refused(fs::path const& path, std::string_view action, int error)
{
    return fail(Errc::io, "{}: {} failed: {}{}", path.string(), action, std::strerror(error), advice(error));
}

Result<> sync_path(fs::path const& path)
{
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return refused(path, "opening", errno);
    bool const ok = ::fsync(file) == 0;
    int const error = errno;
    ::close(file);
    if (!ok && error != EINVAL) return refused(path, "syncing", error);
    return {};
}

Result<> write_at(int file, fs::path const& path, std::uint64_t at, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto const n = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return refused(path, "writing", errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
        at += static_cast<std::size_t>(n);
    }
    return {};
}

constexpr std::string_view temporary_prefix = ".tmp-";

} // namespace

Result<std::string> read_file(fs::path const& path, std::size_t max_bytes)
{
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return fail(Errc::not_found, "{}: no such file", path.string());
        return refused(path, "opening", errno);
    }
    struct stat status {};
    if (::fstat(file, &status) != 0 || S_ISDIR(status.st_mode)) {
        ::close(file);
        return fail(Errc::invalid_input, "{}: is a folder, a file is needed", path.string());
    }
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(status.st_size));
    char buffer[1 << 16];
    for (;;) {
        ssize_t const n = ::read(file, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            int const error = errno;
            ::close(file);
            return refused(path, "reading", error);
        }
        if (n == 0) break;
        if (bytes.size() + static_cast<std::size_t>(n) > max_bytes) {
            ::close(file);
            return fail(Errc::limit, "{}: larger than the limit of {} bytes", path.string(), max_bytes);
        }
        bytes.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(file);
    return bytes;
}

Result<> link_or_copy(std::filesystem::path const& from, std::filesystem::path const& to)
{
    std::error_code error;
    if (fs::equivalent(from, to, error)) return {};
    TRY(make_folders(to.parent_path()));
    // A second name for bytes that are on the disk already: nothing is left to wait for.
    auto const name = temporary_name(to);
    fs::create_hard_link(from, name, error);
    if (!error && ::rename(name.c_str(), to.c_str()) == 0) return {};
    fs::remove(name, error);
    return write_through_temporary(to, [&](fs::path const& temporary) -> Result<> {
        std::error_code failed;
        if (!fs::copy_file(from, temporary, failed) || failed)
            return fail(Errc::io, "{}: cannot be copied to {}: {}", from.string(), to.string(),
                        failed.message());
        return {};
    });
}

Result<> make_folders(fs::path const& path)
{
    if (path.empty()) return {};
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return refused(path, "making the folder", error.value());
    return {};
}

fs::path temporary_name(fs::path const& path)
{
    static std::atomic<int> counter{0};
    return path.parent_path() /
           fmt::format("{}{}-{}~{}", temporary_prefix, ::getpid(), counter++, path.filename().string());
}

Result<> write_through_temporary(fs::path const& path, std::function<Result<>(fs::path const&)> const& write)
{
    TRY(make_folders(path.parent_path()));
    auto const temporary = temporary_name(path);
    std::error_code ignored;
    auto finish = [&]() -> Result<> {
        TRY(write(temporary));
        TRY(sync_path(temporary));
        if (::rename(temporary.c_str(), path.c_str()) != 0) return refused(path, "renaming to it", errno);
        return sync_path(path.parent_path().empty() ? fs::path(".") : path.parent_path());
    };
    auto result = finish();
    if (!result) fs::remove(temporary, ignored);
    return result;
}

Result<FileWriter> FileWriter::create(fs::path const& path, unsigned mode)
{
    FileWriter writer;
    writer.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode));
    if (writer.file_ < 0) return refused(path, "writing", errno);
    writer.path_ = path;
    return writer;
}

FileWriter::FileWriter(FileWriter&& other) noexcept
{
    *this = std::move(other);
}

FileWriter& FileWriter::operator=(FileWriter&& other) noexcept
{
    std::swap(file_, other.file_);
    path_.swap(other.path_);
    std::swap(written_, other.written_);
    waiting_.swap(other.waiting_);
    return *this;
}

FileWriter::~FileWriter()
{
    if (file_ >= 0) ::close(file_);
}

Result<> FileWriter::append(std::string_view bytes)
{
    constexpr std::size_t gathered = std::size_t{1} << 20;
    if (waiting_.size() + bytes.size() <= gathered) return waiting_.append(bytes), Result<>();
    TRY(flush());
    if (bytes.size() <= gathered) return waiting_.append(bytes), Result<>();
    TRY(write_at(file_, path_, written_, bytes));
    written_ += bytes.size();
    return {};
}

Result<> FileWriter::flush()
{
    TRY(write_at(file_, path_, written_, waiting_));
    written_ += waiting_.size();
    waiting_.clear();
    return {};
}

Result<> FileWriter::replace(std::uint64_t at, std::string_view bytes)
{
    SOULVAN_CHECK(at <= size() && bytes.size() <= size() - at);
    TRY(flush());
    return write_at(file_, path_, at, bytes);
}

Result<bool> FileWriter::holds(std::uint64_t at, std::string_view bytes)
{
    if (at > size() || bytes.size() > size() - at) return false;
    if (at >= written_) return std::string_view(waiting_).substr(at - written_).starts_with(bytes);
    TRY(flush());
    char buffer[1 << 16];
    while (!bytes.empty()) {
        auto const n = ::pread(file_, buffer, std::min(bytes.size(), sizeof buffer), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return refused(path_, "reading back", n < 0 ? errno : EIO);
        auto const size = static_cast<std::size_t>(n);
        if (std::memcmp(buffer, bytes.data(), size) != 0) return false;
        bytes.remove_prefix(size);
        at += size;
    }
    return true;
}

Result<> FileWriter::close()
{
    TRY(flush());
    if (::close(std::exchange(file_, -1)) != 0) return refused(path_, "writing", errno);
    return {};
}

Result<> write_file(fs::path const& path, std::function<Result<>(FileWriter&)> const& write, unsigned mode)
{
    return write_through_temporary(path, [&](fs::path const& temporary) -> Result<> {
        auto file = TRY(FileWriter::create(temporary, mode));
        TRY(write(file));
        return file.close();
    });
}

Result<> write_file(fs::path const& path, std::string_view bytes, unsigned mode)
{
    return write_file(
        path, [&](FileWriter& file) { return file.append(bytes); }, mode);
}

int remove_stale_temporaries(fs::path const& folder)
{
    int removed = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error),
         end;
         !error && it != end; it.increment(error)) {
        auto const name = it->path().filename().string();
        if (!name.starts_with(temporary_prefix)) continue;
        int process = 0;
        auto const digits = std::string_view(name).substr(temporary_prefix.size());
        auto const [stop, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), process);
        if (bad != std::errc() || *stop != '-') continue;
        bool const alive = process != ::getpid() && (::kill(process, 0) == 0 || errno == EPERM);
        if (alive) continue;
        std::error_code ignored;
        removed += fs::remove(it->path(), ignored) ? 1 : 0;
    }
    return removed;
}

Result<MappedFile> MappedFile::open(fs::path const& path)
{
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return fail(Errc::not_found, "{}: no such file", path.string());
        return refused(path, "opening", errno);
    }
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(file);
        return fail(Errc::invalid_input, "{}: is not a regular file", path.string());
    }
    MappedFile mapped;
    mapped.size_ = static_cast<std::size_t>(status.st_size);
    if (mapped.size_ > 0) {
        void* data = ::mmap(nullptr, mapped.size_, PROT_READ, MAP_PRIVATE, file, 0);
        int const error = errno;
        ::close(file);
        if (data == MAP_FAILED) return refused(path, "mapping", error);
        mapped.data_ = static_cast<std::byte const*>(data);
    } else {
        ::close(file);
    }
    return mapped;
}

void MappedFile::forget(std::size_t end) const
{
    auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    auto const whole = std::min(end, size_) / page * page;
    if (whole > 0) ::madvise(const_cast<std::byte*>(data_), whole, MADV_DONTNEED); // advice: may be refused
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0))
{}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

MappedFile::~MappedFile()
{
    if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

} // namespace soulvan
